"""What if the main supplier of a dependent product stopped: what is lost, who could step in, what stays open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import measures
from homeground.codes import countries
from homeground.home.deals.in_force import in_force
from homeground.home.questions import Question
from homeground.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

DIVERTIBLE: Final = 0.2
"""Assumed share of what other suppliers sell elsewhere that could be diverted within a year; stated where it shows."""

MOST: Final = 15


def main_supplier_cuts(store: Store, question: Question, dependent: list[dict[str, Any]], on: date) -> pa.Table:
    """Cut the main supplier of each of the largest dependent products; `on` is the day measures are read at.

    Columns: hs6, product, supplier, supplier_name, lost_usd, divertible_usd, gap_usd, gap_share, fillers.
    """
    import pyarrow as pa

    chosen = dependent[:MOST]
    names = {row["hs6"]: row["short"] for row in chosen}
    by_supplier: dict[str, list[str]] = {}
    for row in chosen:
        by_supplier.setdefault(row["top_supplier"], []).append(row["hs6"])
    found = [
        {**row, "product": names[row["hs6"]], "supplier": supplier, "supplier_name": countries.name(supplier)}
        for supplier, goods in by_supplier.items()
        for row in _cut(store, question, supplier, goods, on)
    ]
    columns = (
        "hs6",
        "product",
        "supplier",
        "supplier_name",
        "lost_usd",
        "divertible_usd",
        "gap_usd",
        "gap_share",
        "fillers",
    )
    ranked = sorted(found, key=lambda row: -(row["gap_usd"] or 0.0))
    return pa.Table.from_pylist([{c: row[c] for c in columns} for row in ranked], schema=_schema(columns))


def _cut(store: Store, question: Question, supplier: str, goods: list[str], on: date) -> list[dict[str, Any]]:
    flows = _market(store, question, goods)
    cut = measures.Cut(
        importer=question.place.code,
        supplier=supplier,
        share=1.0,
        divertible=DIVERTIBLE,
        nes=countries.nes_codes(),
        on=on,
    )
    barred = in_force(store, (question.place,), on).table()
    lost = measures.supplier_cut(flows, cut, barred).to_pyarrow().to_pylist()
    able = measures.cut_alternatives(flows, cut, barred).order_by(ibis.desc("allocated"), "exporter")
    step_in = able.to_pyarrow().to_pylist()
    return [
        {
            "hs6": row["hs6"],
            "lost_usd": row["lost"],
            "divertible_usd": row["spare"],
            "gap_usd": row["gap"],
            "gap_share": row["gap_share"],
            "fillers": _fillers([other for other in step_in if other["hs6"] == row["hs6"]], row["lost"]),
        }
        for row in lost
    ]


def _market(store: Store, question: Question, goods: list[str]) -> ir.Table:
    flows = store.table(question.dataset, "flows", (question.year,)).filter(_.hs6.isin(goods))
    place = question.place
    if place.is_bloc and place.market is not None:
        return measures.as_bloc(flows, place.code, place.market)
    return flows


def _fillers(candidates: list[dict[str, Any]], lost: float, most: int = 3) -> str:
    named = [
        f"{countries.name(row['exporter'])} {row['allocated'] / lost:.0%}"
        for row in candidates[:most]
        if row["allocated"] and lost
    ]
    return ", ".join(named)


def _schema(columns: tuple[str, ...]) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([(name, pa.float64() if name.endswith(("_usd", "_share")) else pa.string()) for name in columns])
