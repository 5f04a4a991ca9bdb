"""Other worlds that a plan has to survive: the same question with prices, harvests or supplies multiplied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.errors import BadInput, listing, message
from homeground.plan.model import Model

if TYPE_CHECKING:
    import pyarrow as pa

CHANGED: Final[Mapping[str, tuple[str, str, str]]] = {
    "import_price": ("suppliers", "price_usd", "good"),
    "supplier": ("suppliers", "cap", "supplier"),
    "export_price": ("markets", "price_usd", "good"),
    "market": ("markets", "demand", "market"),
    "resource": ("resources", "quantity", "good"),
    "need": ("needs", "quantity", "good"),
}
"""What a scenario may change: table, column, and the column that `name` is looked up in."""


def apply(model: Model, scenario: str) -> Model:
    """Return the model in the world of `scenario`.

    Wishes do not bind there: what must be met, targets, shares of one supplier; the reserve may be spent to zero.
    """
    tables = {name: getattr(model, name) for name in ("suppliers", "markets", "resources", "needs", "currency")}
    for change in model.changes.to_pylist():
        if change["scenario"] == scenario:
            table, column, by = CHANGED[_known(change["what"], scenario)]
            tables[table] = _multiplied(tables[table], column, by, change)
    tables["needs"] = _with(tables["needs"], "must", np.zeros(tables["needs"].num_rows))
    tables["currency"] = _with(tables["currency"], "floor_usd", np.zeros(tables["currency"].num_rows))
    return model.but(**tables, caps=model.caps.slice(0, 0), targets=model.targets.slice(0, 0))


def _known(what: str, scenario: str) -> str:
    if what not in CHANGED:
        raise BadInput(
            message(
                "a scenario changes what no plan has",
                where=f"scenario {scenario}",
                found=what,
                expected=listing(CHANGED, 9),
                do="write one of these",
            )
        )
    return what


def _multiplied(table: pa.Table, column: str, by: str, change: Mapping[str, Any]) -> pa.Table:
    touched = np.ones(table.num_rows, bool)
    if change["name"] != "*":
        touched &= np.array(table[by].to_pylist(), dtype=object) == change["name"]
    if change["year"] is not None:
        touched &= table["year"].to_numpy() == change["year"]
    if not touched.any():
        raise BadInput(
            message(
                "a scenario changes nothing",
                where=f"scenario {change['scenario']}",
                found=f"{change['what']} of {change['name']}",
                expected=f"a {by} of the plan",
                do="correct the name or the year",
            )
        )
    values = table[column].to_numpy().copy()
    values[touched] = 0.0 if change["factor"] == 0 else values[touched] * change["factor"]
    return _with(table, column, values)


def _with(table: pa.Table, column: str, values: np.ndarray[Any, Any]) -> pa.Table:
    import pyarrow as pa

    return table.set_column(table.column_names.index(column), column, pa.array(values))
