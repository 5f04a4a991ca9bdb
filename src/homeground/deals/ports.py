"""What evidence may ask of a Home. `home` fulfils it; nothing in this room knows a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from homeground.deals.deal import Deal
from homeground.deals.market import Market
from homeground.measures import PriceSet
from homeground.policy.controls import Classification
from homeground.policy.screening import Screening

Row = Mapping[str, Any]


@dataclass(frozen=True)
class PriceSets:
    """Comparable flows of the world, and the buyer's own purchases; None with `why_not` where too few compare."""

    world: PriceSet | None
    own: PriceSet | None
    why_not: str = ""


@dataclass(frozen=True)
class Bars:
    """Measures in force for a pair: whether a list is loaded, and the acts that bar this product between them."""

    loaded: bool
    acts: tuple[str, ...]


@dataclass(frozen=True)
class AllGoods:
    """What a country buys from and in all, USD, over all goods; `why_not` where the dataset does not hold all goods."""

    bought: Mapping[str, float]
    source: str
    why_not: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure of the home ground: element (production, need, stocks …), year, tons, state of weighing, dataset."""

    element: str
    year: int
    quantity_t: float | None
    state: str | None
    dataset: str


class Tables(Protocol):
    """The port. Each answer is read once and kept; a table that is not loaded gives None, never an empty one."""

    def market(self, deal: Deal) -> Market | str:
        """The product's market in the year that answers, or why there is none."""

    def price_sets(self, market: Market, importer: str | None) -> PriceSets:
        """Comparable flows of a market, and the importer's own."""

    def all_goods(self, market: Market, country: str) -> AllGoods:
        """Imports of a country over all goods, in the market's dataset and year."""

    def presets(self, market: Market, country: str, added: Mapping[str, float]) -> Mapping[str, bool | None]:
        """The published rules on dependence (None: abstains), with these values added to imports by supplier, USD."""

    def ground(self, country: str, hs6: str) -> Sequence[Figure]:
        """Figures of what a country makes, needs and holds of the product's good."""

    def screen(self, name: str, day: date) -> Screening:
        """A name against all sanctions lists."""

    def bars(self, exporter: str, importer: str, hs6: str, day: date) -> Bars:
        """Measures in force that bar a trade."""

    def controlled(self, hs6: str, day: date) -> Classification:
        """What controls lists say of a product's code."""

    def rows(self, table: str) -> Sequence[Row] | None:
        """All rows of a small table of the schema."""
