"""Which flows a price is held against: the world's, widened by stated steps, and the importer's own purchases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from ibis import _

from homeground import measures
from homeground.home import datasets
from homeground.home.place import Place
from homeground.measures.price_sets import Array
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import pyarrow as pa


def bought_by(place: Place) -> Any:
    """Keep flows to the place; to a bloc only those from outside it."""
    return _.importer.isin(buyers(place)) & _.exporter.notin(buyers(place))


def buyers(place: Place) -> list[str]:
    """Who buys: the country, or the members of a bloc taken as one."""
    return sorted(place.market) if place.is_bloc and place.market is not None else [place.code]


def of_the_world(store: Store, chosen: Dataset, hs6: str, year: int, market: pa.Table) -> Iterator[measures.Attempt]:
    """Widen step by step: lower tonnage, then neighbouring years, then the heading if its goods cost about the same."""
    yield from measures.steps(f"flows of {hs6} in {year}", *_arrays(market))
    around = tuple(y for y in (year - 1, year, year + 1) if y in chosen.years())
    if len(around) > 1:
        wider = _weighed(store, chosen, around, _.hs6 == hs6)
        yield from measures.steps(f"flows of {hs6} in {datasets.spans(around)}", *_arrays(wider))
    heading = _weighed(store, chosen, (year,), _.hs6.startswith(hs6[:4]))
    if measures.alike(_by_product(heading)):
        yield from measures.steps(f"flows of heading {hs6[:4]} in {year}", *_arrays(heading))


def own_purchases(
    store: Store, chosen: Dataset, hs6: str, year: int, place: Place, world: measures.PriceSet | None
) -> measures.PriceSet | None:
    """Describe the importer's own purchases over the tonnage of the world's flows: of the year, else of three."""
    past = tuple(y for y in (year - 2, year - 1, year) if y in chosen.years())

    def attempts() -> Iterator[measures.Attempt]:
        for years in dict.fromkeys([(year,), past]):
            bought = _weighed(store, chosen, years, (_.hs6 == hs6) & bought_by(place))
            words = f"{place.name}'s imports of {hs6} in {datasets.spans(years)}"
            if world is None:
                yield from measures.steps(words, *_arrays(bought))
            else:
                yield measures.Attempt(f"{words} over {world.least_t:,g} t", world.least_t, *_arrays(bought))

    return measures.first_sufficient(attempts())


def _weighed(store: Store, chosen: Dataset, years: Sequence[int], which: Any) -> pa.Table:
    flows = measures.unit_values(store.table(chosen, "flows", tuple(years)).filter(which))
    return flows.filter(_.unit_value_usd_per_t.notnull()).to_pyarrow()


def _arrays(flows: pa.Table) -> tuple[Array, Array]:
    """Unit values and tons of the flows that have both."""
    import pyarrow.compute as pc

    weighed = flows.filter(pc.is_valid(flows["unit_value_usd_per_t"]))
    return (
        weighed["unit_value_usd_per_t"].to_numpy().astype(np.float64),
        weighed["quantity_t"].to_numpy().astype(np.float64),
    )


def _by_product(flows: pa.Table) -> dict[str, Array]:
    import pyarrow.compute as pc

    codes = pc.unique(flows["hs6"]).to_pylist()
    return {code: _arrays(flows.filter(pc.equal(flows["hs6"], code)))[0] for code in codes}
