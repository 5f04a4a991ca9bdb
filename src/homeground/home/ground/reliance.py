"""Published net import reliance beside the one that the same source's own tonnages give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibis import _

from homeground.codes import countries
from homeground.home import datasets
from homeground.measures.reliance import Supply, net_import_reliance
from homeground.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]


def compare(store: Store, country: str, year: int | None = None, dataset: str | None = None) -> pa.Table:
    """Compare each published reliance of a country; one row per year and commodity.

    Columns: year, commodity, published_pct, bound, computed_pct, low_pct, high_pct, consumption_t, supply (series that
    the definition counts), verdict, cause, definition, place. Raises NotInHome where no reliance is loaded.
    """
    import pyarrow as pa

    code = countries.resolve(country)
    held = datasets.choose(store.catalog, table="reliance", year=year, name=dataset)
    years = None if year is None else (year,)
    published = store.table(held, "reliance", years).filter(_.country == code).order_by("commodity", "year")
    figures = store.table(held, "balances", years).filter(_.country == code).order_by("commodity", "element")
    by_key: dict[tuple[int, str], list[Row]] = {}
    for row in figures.to_pyarrow().to_pylist():
        by_key.setdefault((row["year"], _base(row["commodity"])), []).append(row)
    stated = published.to_pyarrow().to_pylist()
    rows = [_compared(row, by_key.get((row["year"], _base(row["commodity"])), [])) for row in stated]
    return pa.Table.from_pylist(rows, schema=_schema())


def _base(commodity: str) -> str:
    return commodity.partition(":")[0]


def _compared(published: Row, figures: list[Row]) -> Row:
    consumption = _consumption(published["commodity"], [f for f in figures if f["element"] == "consumption"])
    definition = (consumption or {}).get("note") or ""
    supplies = [Supply(f["note"] or f["commodity"], f["quantity_t"]) for f in _made(published["commodity"], figures)]
    tons = consumption["quantity_t"] if consumption else None
    named = [Supply(supply.name.partition(". ")[0], supply.quantity_t) for supply in supplies]
    found = net_import_reliance(
        published["bound"], published["reliance_pct"], tons, definition, named, published["note"] or ""
    )
    return {
        "year": published["year"],
        "commodity": published["commodity"],
        "published_pct": found.published_pct,
        "bound": found.bound,
        "computed_pct": found.computed_pct,
        "low_pct": found.low_pct,
        "high_pct": found.high_pct,
        "consumption_t": tons,
        "supply": "; ".join(found.supply) or None,
        "verdict": found.verdict,
        "cause": found.cause or None,
        "definition": definition or None,
        "place": published["place"],
    }


def _consumption(commodity: str, stated: list[Row]) -> Row | None:
    """Find apparent consumption of the commodity: of the same name, or the only apparent one."""
    apparent = [f for f in stated if "apparent" in (f["note"] or "").partition(". ")[0].lower()]
    same = [f for f in apparent if f["commodity"].lower() == commodity.lower()]
    if same:
        return same[0]
    return apparent[0] if len(apparent) == 1 else None


def _made(commodity: str, figures: list[Row]) -> list[Row]:
    """Take the series of production; where the commodity is a part (Palladium; Refined zinc), those of that part."""
    made = [f for f in figures if f["element"] == "production"]
    part = commodity.partition(": ")[2].lower()
    own = [f for f in made if part and part in f["commodity"].lower()]
    return own or made


def _schema() -> pa.Schema:
    import pyarrow as pa

    numbers = ("published_pct", "computed_pct", "low_pct", "high_pct", "consumption_t")
    names = (
        "year", "commodity", "published_pct", "bound", "computed_pct", "low_pct", "high_pct", "consumption_t",
        "supply", "verdict", "cause", "definition", "place",
    )  # fmt: skip
    return pa.schema([(n, pa.int16() if n == "year" else pa.float64() if n in numbers else pa.string()) for n in names])
