"""Products and markets within reach of a country, as rows with names, buyers and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground.codes import countries, products
from homeground.home.deals.in_force import InForce
from homeground.home.questions import Question
from homeground.home.trade.access import read_access
from homeground.measures import capability as measure
from homeground.measures import permitted
from homeground.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]

GROWTH_YEARS: Final = 5
BUYERS: Final = 3
MOST_MARKETS: Final = 5_000
"""Rows of markets that are kept: a large exporter of all goods has hundreds of thousands."""

REACH: Final = (
    "hs6", "product", "short", "value_usd", "rca", "density", "density_rank", "pci", "gain", "others_import_usd",
    "growth", "growth_rank", "size_rank", "supplier_herfindahl", "top_supplier", "top_share", "suppliers",
    "own_import_usd", "mean_rank", "buyers", "why",
)  # fmt: skip


def products_reached(
    store: Store, question: Question, limits: measure.Reach, options: pa.Table, base: int | None, bars: InForce
) -> list[Row]:
    """Rows of `measures.capability.within_reach` that are reached, best mean rank first, with their largest buyers."""
    years = (question.year,) if base is None else (base, question.year)
    bought = store.table(question.dataset, "imports", years)
    sold = store.table(question.dataset, "exports", (question.year,))
    wanted = measure.demand(bought, sold, question.place.code, question.year, base)
    judged = measure.within_reach(ibis.memtable(options), wanted, limits)
    rows: list[Row] = judged.filter(_.reached).order_by(ibis.desc("mean_rank"), "hs6").to_pyarrow().to_pylist()
    buyers = _buyers(store, question, [row["hs6"] for row in rows], bars)
    return [{**row, "buyers": ", ".join(buyers.get(row["hs6"], ())) or None} for row in rows]


def _buyers(store: Store, question: Question, goods: Sequence[str], bars: InForce) -> dict[str, list[str]]:
    """Name the largest permitted importers of each product, with their shares of what others import."""
    bought = store.table(question.dataset, "imports", (question.year,))
    others = bought.filter(_.hs6.isin(list(goods)) & (_.importer != question.place.code))
    shares = others.mutate(share=_.value_usd / _.value_usd.sum().over(group_by="hs6"))
    named = shares.filter(_.importer.notin(sorted(countries.nes_codes())))
    barred = bars.table()
    if barred is not None:
        named = permitted(named.mutate(exporter=ibis.literal(question.place.code)), barred, bars.day)
    window = ibis.window(group_by="hs6", order_by=[ibis.desc("value_usd"), "importer"])
    first = named.mutate(place=ibis.row_number().over(window)).filter(_.place < BUYERS).order_by("hs6", "place")
    found: dict[str, list[str]] = {}
    for row in first.select("hs6", "importer", "share", "place").to_pyarrow().to_pylist():
        found.setdefault(row["hs6"], []).append(f"{countries.name(row['importer'])} {100 * row['share']:.0f} %")
    return found


def explained(rows: list[Row], growth: float | None, question: Question) -> list[Row]:
    """Add names and reasons; `growth` is that of all goods."""
    return [
        {**row, **named(row["hs6"], question), "why": "; ".join(measure.reach_reasons(row, growth))} for row in rows
    ]


def named(hs6: str, question: Question) -> Row:
    """Return a product's name, long and short, in the dataset's revision."""
    revision = question.dataset.revision
    return {"product": products.name(hs6, revision), "short": products.short(hs6, revision)}


def markets_open(
    store: Store, question: Question, ease: str, access_file: Path | None, bars: InForce, base: int | None = None
) -> tuple[pa.Table, int]:
    """Markets with a gap, and how many there are: the largest gap first, those on which exports lean already last."""
    flows, sold = (store.table(question.dataset, name, (question.year,)) for name in ("flows", "exports"))
    bought = store.table(question.dataset, "imports", (question.year,) if base is None else (base, question.year))
    code = question.place.code
    wanted = measure.Markets(code, question.year, ease, nes=countries.nes_codes(), on=bars.day, base=base)
    access = ibis.memtable(read_access(access_file)) if access_file else None
    found = measure.export_potential(flows.filter(_.exporter == code), sold, bought, wanted, bars.table(), access)
    ranked = found.filter(_.gap_usd > 0).order_by("leans", ibis.desc("gap_usd"), "importer", "hs6").to_pyarrow()
    rows = ranked.slice(0, MOST_MARKETS).to_pylist()
    worded = [
        {
            **row,
            **named(row["hs6"], question),
            "market": countries.name(row["importer"]),
            "why": "; ".join(measure.market_reasons(row)),
        }
        for row in rows
    ]
    return arrow(
        worded, ("hs6", "short", "importer", "market", *ranked.column_names[2:], "product", "why")
    ), ranked.num_rows


def base_year(question: Question) -> int | None:
    """Return the earliest loaded year of the last GROWTH_YEARS, if it is three years back or more."""
    able = [year for year in question.dataset.years() if question.year - GROWTH_YEARS <= year <= question.year - 3]
    return min(able, default=None)


def growth_of_all(store: Store, question: Question, base: int | None) -> float | None:
    """Return the yearly growth of world imports of all goods since `base`; None without it."""
    if base is None:
        return None
    bought = store.table(question.dataset, "imports", (base, question.year))
    sums = bought.group_by("year").agg(usd=_.value_usd.sum()).to_pyarrow().to_pylist()
    usd = {row["year"]: row["usd"] for row in sums}
    return float((usd[question.year] / usd[base]) ** (1 / (question.year - base)) - 1)


def arrow(rows: list[Row], columns: Sequence[str] = ()) -> pa.Table:
    """Make a table of rows; without rows, an empty one of these columns."""
    import pyarrow as pa

    wanted = list(columns) or list(rows[0])
    if rows:
        return pa.Table.from_pylist([{name: row[name] for name in wanted} for row in rows])
    return pa.table({name: pa.array([], pa.string()) for name in wanted})
