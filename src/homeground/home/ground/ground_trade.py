"""Trade that may be set against production: summed over the HS codes of a good, or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple

from ibis import _

from homeground import measures
from homeground.codes import commodities
from homeground.codes.countries import fold
from homeground.errors import UnknownCode, UsageError, listing, message
from homeground.home import datasets, questions
from homeground.home.ground.ground_figures import Figure, load_of
from homeground.store import Catalog, Dataset, Store

LEAST_COVERAGE: Final = 0.99
"""Share of the value of imports and exports together that must have tons (Convention, 20)."""

MADE_COMPARABLE: Final = "as traded"


class Side(NamedTuple):
    """One side of trade: element of a balance, word in `measures.traded_tons`, column of flows."""

    element: str
    word: str
    column: str


SIDES: Final = (Side("imports", "bought", "importer"), Side("exports", "sold", "exporter"))


@dataclass(frozen=True)
class Trade:
    """What a good's trade is: figures to add to a balance, or the reason why there are none."""

    figures: tuple[Figure, ...] = ()
    reason: str = ""


class Trader:
    """Looks up a country's trade; each dataset and year is read once.

    `dataset` alone is asked where it is named; `first` answers where several hold a good's trade, and where it is given
    nobody is asked to choose among others.
    """

    def __init__(self, store: Store, country: str, dataset: str | None, first: str | None = None) -> None:
        self.store, self.country, self.named = store, country, dataset
        self.first, self.may_ask = first or store.catalog.preferred, first is None
        self.codes = cache(self._codes)
        self.sums = cache(self._sums)

    def of(self, made: Figure) -> Trade:
        """Return the trade of the good that a figure of production is about, in its year."""
        if not made.good.hs:
            return Trade(reason="no HS codes are linked to this commodity: its trade is not looked up")
        if not commodities.comparable(made.state):
            return Trade(reason=_unlike(made))
        able = self._holders(made)
        if not able:
            return Trade(reason=f"no loaded trade of {made.year} holds HS {listing(made.good.hs, 12)}")
        if not self.may_ask and len(able) > 1 and self.first not in [held.name for held in able]:
            return Trade(reason=f"several datasets hold its trade: {', '.join(sorted(held.name for held in able))}")
        held = datasets.choose(Catalog({d.name: d for d in able}, self.first), table="flows")
        return self._trade(made, held)

    def _holders(self, made: Figure) -> list[Dataset]:
        catalog = self.store.catalog
        named = [catalog.dataset(self.named)] if self.named else catalog.datasets.values()
        with_year = [held for held in named if made.year in held.years("flows") and held.covers == "world"]
        return [
            held
            for held in with_year
            if any(code.startswith(made.good.hs) for code in self.codes(held.name, made.year))
        ]

    def _codes(self, dataset: str, year: int) -> frozenset[str]:
        held = self.store.catalog.dataset(dataset)
        codes = self.store.table(held, "exports", (year,)).select("hs6").distinct().to_pyarrow()["hs6"].to_pylist()
        return frozenset(codes)

    def _sums(self, dataset: str, year: int) -> dict[str, dict[str, Any]]:
        held = self.store.catalog.dataset(dataset)
        flows = self.store.table(held, "flows", (year,))
        rows = measures.traded_tons(flows, self.country).order_by(_.hs6).to_pyarrow().to_pylist()
        return {row["hs6"]: row for row in rows}

    def _trade(self, made: Figure, held: Dataset) -> Trade:
        known = questions.known_products(self.store, held)
        lacking = sorted({c for c in known if c.startswith(made.good.hs)} - self.codes(held.name, made.year))
        if lacking:
            return Trade(reason=f"dataset {held.name} holds no trade of {listing(lacking)}: its sum would be partial")
        rows = [row for code, row in self.sums(held.name, made.year).items() if code.startswith(made.good.hs)]
        coverage = _coverage(rows)
        weighed = coverage >= LEAST_COVERAGE
        figures = tuple(self._side(made, held, rows, side, weighed) for side in SIDES)
        if not weighed:
            least = f"less than {LEAST_COVERAGE:.0%}"
            return Trade(figures, f"tons are known for {coverage:.0%} of the trade's value, {least}")
        unchecked = f"no nomenclature of {held.revision} is loaded: whether {held.name} holds every code is not known"
        return Trade(figures, "" if known else unchecked)

    def _side(self, made: Figure, held: Dataset, rows: list[dict[str, Any]], side: Side, known: bool) -> Figure:
        tons = sum(row[f"{side.word}_t"] or 0.0 for row in rows)
        return replace(
            made,
            element=side.element,
            quantity_t=tons if known else None,
            state="gross weight",
            note=made.good.caveat or None,
            dataset=held.name,
            place=f"flows, HS {' + '.join(made.good.hs)}, {side.column} {self.country}",
            load=load_of(held, "flows", made.year),
        )


def _coverage(rows: list[dict[str, Any]]) -> float:
    """Share of the value of imports and exports together that has tons; without any trade nothing is unknown."""
    value = sum(row["bought_usd"] + row["sold_usd"] for row in rows)
    weighed = sum(row[f"{s.word}_usd"] * (row[f"{s.word}_coverage"] or 0.0) for row in rows for s in SIDES)
    return float(weighed / value) if value else 1.0


def _unlike(made: Figure) -> str:
    caveat = f" ({made.good.caveat})" if made.good.caveat else ""
    state = made.state or "a state that the source does not give"
    return f"production is counted by {state}, trade by the weight of the goods: not set against each other{caveat}"


def with_factors(figures: list[Figure], factors: Mapping[str, float]) -> list[Figure]:
    """Turn production into the weight that is traded, by factors that the user states (good → tons traded per ton).

    Raises UnknownCode for a good that no figure is about, UsageError for a factor that is not above zero.
    """
    stated = {fold(name): factor for name, factor in factors.items()}
    for name, factor in factors.items():
        if not factor > 0:
            raise UsageError(message("a factor is above zero", where=name, found=factor, do="give 0.57 for 57 %"))
    names = {fold(name): f.good.id for f in figures for name in (f.good.id, f.commodity, *f.good.names)}
    if strange := [name for name in factors if fold(name) not in names]:
        goods = sorted({f.commodity for f in figures})
        raise UnknownCode(
            message("no such commodity for a factor", found=listing(strange), expected=listing(goods), do="correct it")
        )
    by_good = {names[name]: factor for name, factor in stated.items()}
    return [_weighed(f, by_good[f.good.id]) if f.good.id in by_good else f for f in figures]


def _weighed(figure: Figure, factor: float) -> Figure:
    if figure.element != "production" or figure.quantity_t is None:
        return figure
    note = f"{figure.quantity_t:,.0f} t {figure.state or ''} × {factor:g}, the factor that was stated"
    return replace(figure, quantity_t=figure.quantity_t * factor, state=MADE_COMPARABLE, note=note)
