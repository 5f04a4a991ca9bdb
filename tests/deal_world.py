"""A small market in memory, as the port that evidence asks, for deals in tests."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from homeground import measures
from homeground.deals import parse
from homeground.deals.deal import Deal
from homeground.deals.evidence import Setting
from homeground.deals.market import Market
from homeground.deals.offer import offer
from homeground.deals.ports import AllGoods, AtHome, Bars, Chain, Figure, PriceSets
from homeground.policy import screening
from homeground.policy.controls import Classification, classification
from homeground.policy.screening import ListState, Screening

OIL = "270900"
HOME = "JPN"
DAY = date(2024, 7, 15)

ROWS = (
    ("SAU", "JPN", 40e6, 80_000.0),
    ("ARE", "JPN", 35e6, 70_000.0),
    ("KWT", "JPN", 15e6, 32_000.0),
    ("QAT", "JPN", 10e6, 20_000.0),
    ("SAU", "KOR", 50e6, 100_000.0),
    ("USA", "KOR", 60e6, 130_000.0),
    ("NOR", "DEU", 70e6, 140_000.0),
    ("USA", "DEU", 30e6, 62_000.0),
    ("CAN", "USA", 90e6, 200_000.0),
    ("IRQ", "IND", 80e6, 170_000.0),
)


@dataclass
class Small:
    """Fulfils `deals.ports.Tables` from memory; what is None is not loaded."""

    flows: Sequence[tuple[str, str, float, float | None]] = ROWS
    barred: Sequence[tuple[str, str]] | None = ()
    lists: int = 1
    listed: Sequence[str] = ()
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    figures: Sequence[Figure] = ()
    book: AtHome | str = "no process book is kept"
    chains: Chain | str = "no input–output table is loaded"

    def market(self, deal: Deal) -> Market | str:
        keys = ("exporter", "importer", "value_usd", "quantity_t")
        rows = tuple(dict(zip(keys, row, strict=True)) for row in self.flows)
        return Market(deal.hs6, 2023, "small", "small, 2023", True, "oil", rows) if rows else "no trade is loaded"

    def price_sets(self, market: Market, importer: str | None) -> PriceSets:
        weighed = [row for row in market.rows if row["quantity_t"]]
        values = np.array([row["value_usd"] / row["quantity_t"] for row in weighed])
        tons = np.array([row["quantity_t"] for row in weighed])
        return PriceSets(measures.first_sufficient(measures.steps("all", values, tons)), None, "too few")

    def all_goods(self, market: Market, country: str) -> AllGoods:
        return AllGoods({}, "small, 2023", "one product only")

    def presets(self, market: Market, country: str, added: Mapping[str, float]) -> Mapping[str, bool | None]:
        return {}

    def ground(self, country: str, hs6: str) -> Sequence[Figure]:
        return self.figures

    def at_home(self, country: str, hs6: str, year: int) -> AtHome | str:
        return self.book

    def chain(self, market: Market | None, deal: Deal) -> Chain | str:
        return self.chains

    def plan_prices(self) -> Sequence[Mapping[str, Any]]:
        return self.tables.get("plan_prices", ())

    def screen(self, name: str, day: date) -> Screening:
        lists = [ListState("list", 10, 3, "publication")] * self.lists
        listed = [screening.ListedName("list", str(place), each) for place, each in enumerate(self.listed)]
        return screening.report(screening.Names(listed), lists, name)

    def bars(self, exporter: str, importer: str, hs6: str, day: date) -> Bars:
        if self.barred is None:
            return Bars(False, ())
        return Bars(True, ("Act 1",) if (exporter, importer) in self.barred else ())

    def controlled(self, hs6: str, day: date) -> Classification:
        return classification(self.rows("dual_use"), hs6, day)

    def rows(self, table: str) -> Sequence[Mapping[str, Any]] | None:
        return self.tables.get(table)


def a_deal(**changes: Any) -> Deal:
    """Oil from Saudi Arabia, 10,000 t at 500 USD/t."""
    stated: dict[str, Any] = {
        "direction": "import",
        "country": HOME,
        "partner": "SAU",
        "product": OIL,
        "day": DAY,
        "seller": "Somebody Trading",
        "quantity": 10_000,
        "price": 500,
        "end_use": "civil",
    }
    return parse({k: v for k, v in {**stated, **changes}.items() if v is not None})


def setting(tables: Small | None = None, **changes: Any) -> Setting:
    """A deal to be judged on a small market."""
    tables = tables or Small()
    return Setting(offer(a_deal(**changes), tables.rows("exchange_rates"), tables.rows("freight")), tables)


def random_market(rng: random.Random) -> Small:
    """A market of a few countries with random trade."""
    names = ["SAU", "ARE", "KWT", "QAT", "USA", "NOR", "CAN", "IRQ", "JPN", "KOR", "DEU"]
    pairs = [(a, b) for a in names for b in names if a != b and rng.random() < 0.6]
    rows = []
    for a, b in pairs:
        tons = 10 ** rng.uniform(3.2, 5.5)
        rows.append((a, b, tons * rng.uniform(350, 650), tons))
    return Small(flows=rows)
