"""The tables of a plan as people read them: goods, processes and projects by their names, headings in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column
from homeground.brief.plans.plan_tables import columns, tables
from homeground.plan.tables import spoken

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.plans.planner import PlanView

Names = Mapping[str, Mapping[str, str]]
"""By column: what its ids are called."""
SHOWN: Final = {
    "projects": "What is built",
    "replaced": "What takes the place of what",
    "moved": "What that changes in the currency account, against the plan that keeps to today's practice",
    "currency": "Currency, M USD",
    "unmet": "Needs not met",
    "limits": "What each limit costs",
    "scenarios": "Other worlds",
    "imports": "What is bought",
    "exports": "What is sold",
    "activity": "What is made",
    "shadow_prices": "What one more unit would be worth",
    "barred": "Left out: barred by measures in force",
}
"""Tables that are shown, with their headings; the workbook has all."""
GOODS: Final = ("good", "group", "member", "by", "instead_of")
NEEDS: Final = "needs per "
SPOKEN: Final = frozenset({*GOODS, "project", "name", "limit"})


def shown(view: PlanView) -> dict[str, Answer]:
    """Each table of SHOWN that has rows, as an answer; the keys are those of `plan_tables.tables`."""
    names = {**dict.fromkeys(GOODS, view.model.names()), "process": view.model.process_names()}
    codes = dict(zip(view.model.goods["good"].to_pylist(), view.model.goods["hs"].to_pylist(), strict=True))
    held = tables(view)
    found = {}
    for name, title in SHOWN.items():
        table = held.get(name)
        if table is not None and table.num_rows:
            found[name] = _answer(title, _worth(table) if name == "shadow_prices" else table, names, codes)
    return found


def _worth(prices: pa.Table) -> pa.Table:
    """Shadow prices that are any, of needs per 1,000 units, so that they can be read."""
    import pyarrow as pa

    rows = [row for row in prices.to_pylist() if row["price"]]
    for row in rows:
        if row["unit"].startswith(NEEDS) and not row["unit"].endswith("USD"):
            row |= {"price": 1000 * row["price"], "unit": f"{NEEDS}1,000 {row['unit'].removeprefix(NEEDS)}"}
    return pa.Table.from_pylist(rows, schema=prices.schema)


def _answer(title: str, table: pa.Table, names: Names, codes: dict[str, str | None]) -> Answer:
    import pyarrow as pa

    rows = table.to_pylist()
    said = pa.Table.from_pylist([_spoken(_named(row, names)) for row in rows], schema=table.schema)
    seen = tuple(_shown(column) for column in columns(table))
    if "good" not in table.column_names:
        return Answer(title, said, seen)
    known = [codes.get(row["good"]) or "" for row in rows]
    said = said.append_column("hs6", pa.array([code if len(code) == 6 else None for code in known], pa.string()))
    return Answer(title, said, (*seen, Column("hs6", "HS", on_screen=False)))


def _shown(column: Column) -> Column:
    return replace(column, wraps=column.name == "words", on_screen=column.name != "project")


def _spoken(row: dict[str, Any]) -> dict[str, Any]:
    """Ids that stand for a name, as words."""
    return {key: spoken(str(value)) if value and key in SPOKEN else value for key, value in row.items()}


def _named(row: dict[str, Any], names: Names) -> dict[str, Any]:
    """Call goods and processes by their names."""
    return {key: names[key].get(value, value) if key in names else value for key, value in row.items()}
