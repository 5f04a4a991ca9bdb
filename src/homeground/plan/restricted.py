"""Suppliers and markets that a measure in force bars: they are taken out before anything is planned, and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.codes import parties
from homeground.errors import BadInput, UsageError, message
from homeground.plan.model import Model

if TYPE_CHECKING:
    import pyarrow as pa

ARMS: Final = "93"
BARRED: Final = ("good", "partner", "year", "side", "legal_reference")


@dataclass(frozen=True, eq=False)
class Permitted:
    """The model without what is barred, and the table `barred`: good, partner, year, side, legal_reference."""

    model: Model
    barred: pa.Table


def refuse_arms(model: Model) -> None:
    """Raise BadInput where a good is of HS chapter 93: this planner plans no arms."""
    for row in model.goods.to_pylist():
        if row["hs"] and row["hs"].startswith(ARMS):
            raise BadInput(
                message(
                    "arms and ammunition are not planned here",
                    where=f"goods, {row['good']}",
                    found=f"HS {row['hs']}",
                    expected="another chapter than 93",
                    do="take the good out of the plan",
                )
            )


def partners(model: Model) -> frozenset[str]:
    """Name whom the plan trades with, and itself, as it writes them."""
    found = {*model.suppliers["supplier"].to_pylist(), *model.markets["market"].to_pylist(), model.country}
    return frozenset(name for name in found if name is not None)


def permitted(model: Model) -> Permitted:
    """Take out suppliers and markets barred on any day of the year; a good without HS code meets only general bars."""
    import pyarrow as pa

    shape = pa.schema([(name, pa.int64() if name == "year" else pa.string()) for name in BARRED])
    measures = model.restrictions.to_pylist()
    if not measures:
        return Permitted(model, shape.empty_table())
    if model.country is None:
        raise UsageError(
            message("restrictions name countries, the plan names none", where="[plan]", do='add country = "…" to it')
        )
    hs = dict(zip(model.goods["good"].to_pylist(), model.goods["hs"].to_pylist(), strict=True))
    found: list[dict[str, Any]] = []
    kept = {}
    for table, partner, side in (("suppliers", "supplier", "import"), ("markets", "market", "export")):
        rows = getattr(model, table)
        keep = np.ones(rows.num_rows, bool)
        for place, row in enumerate(rows.to_pylist()):
            bar = _bar(measures, model.country, side, row[partner], hs.get(row["good"]) or "", row["year"])
            if bar is not None:
                keep[place] = False
                found.append({"good": row["good"], "partner": row[partner], "year": row["year"], "side": side, **bar})
        kept[table] = rows.filter(pa.array(keep))
    return Permitted(model.but(**kept), pa.Table.from_pylist(found, schema=shape))


def _bar(
    measures: list[dict[str, Any]], home: str, side: str, partner: str, hs: str, year: int
) -> Mapping[str, str] | None:
    importer, exporter = (home, partner) if side == "import" else (partner, home)
    first, last = date(year, 1, 1), date(year, 12, 31)
    for row in measures:
        if parties.bars(row, importer, exporter, hs, first, last):
            return {"legal_reference": row["legal_reference"]}
    return None
