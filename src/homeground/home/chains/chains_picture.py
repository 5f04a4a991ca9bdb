"""The report's section on chains: what a country's industries lean on through their inputs, and on which routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeground.errors import NotInHome, UnknownCode, UsageError
from homeground.home import datasets
from homeground.home.chains import chains as questions
from homeground.home.chains import shocks
from homeground.home.chains.chains import Chains, ExposureView
from homeground.leontief.exposure import routes
from homeground.store.arrays import TABLE

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.chains.shocks import ShockView
    from homeground.home.place import Place
    from homeground.leontief.exposure import Variant
    from homeground.store import Store


@dataclass(frozen=True)
class ChainsPicture:
    """Exposure of a country in the nearest year that an input–output table has.

    `routes`: origin, origin_name, bought_from, bought_from_name, value: foreign value in the inputs of its industries,
    by where it was made and from whom it was bought (from home suppliers where they pass it on), largest first.
    `shocks`: the course when its main foreign supplier stops for sixty days, nothing replacing it, or others doing so.
    """

    view: ExposureView
    routes: pa.Table
    shocks: tuple[ShockView, ShockView] | None = None

    @property
    def chains(self) -> Chains:
        """The table it rests on."""
        return self.view.chains


def paint(store: Store, place: Place, year: int) -> ChainsPicture | None:
    """The picture, or None where no table is loaded, several could answer, or none shows the place."""
    try:
        held = datasets.choose(store.catalog, table=TABLE)
        years = held.years(TABLE)
        nearest = max((known for known in years if known <= year), default=min(years))
        opened, code, name = questions.seen_from(questions.open_chains(store, nearest, held.name), place.code)
    except (NotInHome, UnknownCode, UsageError):
        return None
    stopped = shocks.main_supplier_stops(opened, code)
    return ChainsPicture(questions.look_through(opened, code, name), _routes(opened, code), stopped)


def of(store: Store, country: str, year: int, variant: Variant, dataset: str | None = None) -> ChainsPicture:
    """The picture of a country, or bloc, in one table; raises NotInHome, UnknownCode or UsageError."""
    opened, code, name = questions.seen_from(questions.open_chains(store, year, dataset), country)
    return ChainsPicture(questions.look_through(opened, code, name, variant), _routes(opened, code))


def _routes(chains: Chains, code: str) -> pa.Table:
    import pyarrow as pa

    wide = routes(chains.system, code)
    long = wide.stack().rename("value").reset_index()
    long = long[long["value"] > 0].sort_values("value", ascending=False, kind="stable")
    for column in ("origin", "bought_from"):
        long.insert(long.columns.get_loc(column) + 1, f"{column}_name", [questions.name_of(c) for c in long[column]])
    return pa.Table.from_pandas(long, preserve_index=False).replace_schema_metadata(None)
