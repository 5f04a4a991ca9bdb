"""Read the entry `[[table]]` and the sheet that it names into a decision table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from homeground.errors import BadInput, listing
from homeground.policy import scopes, tables, templates
from homeground.policy.entries import Entry, fault
from homeground.policy.model import RULE_VERDICTS, DecisionTable, Row
from homeground.policy.nodes import Node, Type, Value
from homeground.policy.types import type_of, type_of_value
from homeground.sources.policy_folder import Sheet

IDENTITY: Final = re.compile(r"[A-Za-z][\w.-]{0,40}", re.ASCII)
"""What ids of rules and tables look like; a slash parts a table from its row."""

KEYS: Final = (*scopes.KEYS, "id", "title", "legal", "from", "to", "file", "unit", "priority", "default", "note")
FOR_VERDICTS: Final = ("U", "A", "F", "P", "C")


def table(values: Any, where: str, file: str, sheets: Mapping[str, Sheet], names: Mapping[str, Type]) -> DecisionTable:
    """Read a decision table; raises BadInput naming the file, row and column at fault."""
    entry = Entry(values, where, KEYS)
    sheet_name = entry.text("file")
    if sheet_name not in sheets:
        raise fault("no such file in the book", f"{where}, file", repr(sheet_name), listing(sheets, 9) or "csv or xlsx")
    sheet, place = sheets[sheet_name], f"{where}, {sheet_name}"
    if not 2 <= len(sheet) <= tables.MOST_ROWS + 1:
        raise fault("a table has a heading and rows", place, f"{len(sheet)} rows", f"2 to {tables.MOST_ROWS + 1}")
    hit = tables.hit_policy(sheet[0][0], place)
    inputs, outputs = tables.headings(sheet[0], place)
    kinds = {column: type_of(node, names, f"{place}, column {column + 1}") for column, node in inputs.items()}
    rows = tuple(
        _row(cells, f"{place}, row {number}", inputs, kinds, outputs, names)
        for number, cells in enumerate(sheet[1:], 2)
    )
    if len({row.id for row in rows}) < len(rows):
        raise fault("two rows have the same number", place, listing(row.id for row in rows), "one number each")
    gives = _gives(outputs, hit, place)
    gives_type = _type(rows, gives, place) if gives else "number"
    priority, default = _choices(entry, rows, gives, gives_type, hit)
    return DecisionTable(
        id=entry.formed("id", IDENTITY),
        title=entry.text("title"),
        legal=entry.text("legal"),
        span=entry.span(),
        scope=scopes.scope(entry),
        hit=hit,
        inputs=tuple(inputs.values()),
        rows=rows,
        gives=gives,
        gives_type=gives_type,
        unit=entry.text("unit", ""),
        priority=priority,
        default=default,
        file=file,
    )


def _row(
    cells: tuple[str, ...],
    where: str,
    inputs: Mapping[int, Node],
    kinds: Mapping[int, Type],
    outputs: Mapping[int, str],
    names: Mapping[str, Type],
) -> Row:
    cells = (*cells, *[""] * (max(*inputs, *outputs) + 1 - len(cells)))
    tests = []
    for column, subject in inputs.items():
        place = f"{where}, column {column + 1}"
        test = tables.cell_test(cells[column], subject, kinds[column], place)
        type_of(test, names, place)
        tests.append(test)
    given = {name: tables.output(name, cells[column], where) for column, name in outputs.items()}
    if given.get("verdict") == "refer" and not given.get("role"):
        raise fault("a referral names a role", where, "no role", "-> role")
    if "reason" in given:
        templates.check(str(given["reason"]), names, f"{where}, reason")
    if not cells[0]:
        raise fault("a row has a number in its first cell", where, "nothing", "1, 2, 3 …")
    return tables.make_rows([(cells[0], tuple(tests), given)])[0]


def _gives(outputs: Mapping[int, str], hit: str, where: str) -> str:
    """Return the name of the value that the table gives; empty for a table of verdicts."""
    named = tuple(outputs.values())
    if "verdict" in named:
        if strange := [name for name in named if name not in tables.OUTPUTS]:
            raise fault("unknown output beside the verdict", where, listing(strange), listing(tables.OUTPUTS))
        if hit not in FOR_VERDICTS:
            raise fault("this hit policy gives no verdict", where, hit, listing(FOR_VERDICTS))
        return ""
    if len(named) != 1 or named[0] in tables.OUTPUTS:
        raise fault("a table gives verdicts or one value", where, listing(named), f"verdict ({listing(RULE_VERDICTS)})")
    if hit == "C":
        raise fault("collected values need to become one", where, hit, "C+, C<, C> or C#")
    return named[0]


def _type(rows: tuple[Row, ...], gives: str, where: str) -> Type:
    given = [row.outputs[gives] for row in rows]
    kinds = {type_of_value(value) for value in given if value is not None}
    if None in given or len(kinds) != 1:
        found = "an empty cell" if None in given else listing(sorted(kinds))
        raise fault(
            f"{gives} needs one type in every row", where, found, "all numbers, all texts, or all true and false"
        )
    return kinds.pop()


def _choices(
    entry: Entry, rows: tuple[Row, ...], gives: str, gives_type: Type, hit: str
) -> tuple[tuple[Value, ...], Value]:
    """Read the order of a table with priorities, and the value where no row fits."""
    raw = entry.values.get("priority", [])
    priority = tuple(float(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in raw)
    given = {row.outputs[gives] for row in rows} if gives else set()
    if gives and hit == "P" and not given <= set(priority):
        raise fault(
            "priority leaves values out", entry.where, listing(raw) or "nothing", "every output, first one first"
        )
    if gives and gives_type != "number" and hit in ("C+", "C<", "C>"):
        raise fault("only numbers can be added or compared", entry.where, gives_type, "number")
    default = entry.values.get("default")
    if isinstance(default, int) and not isinstance(default, bool):
        default = float(default)
    if default is not None and (not gives or type_of_value(default) != gives_type):
        raise BadInput(str(fault("default does not fit", entry.where, repr(default), gives_type if gives else "none")))
    return priority, default
