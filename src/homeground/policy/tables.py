"""Decision tables in a spreadsheet, with DMN's hit policies.

The first cell holds the hit policy, the first row the inputs (conditions' left sides) and, after `->`, the outputs; a
heading that begins with `#` is a remark. Below, the first cell of a row is its number; cells hold DMN's unary tests:

    -            anything              "CHN", "RUS"   one of these           not(...)     anything but
    > 0.4  <= 5  compared              [1..5] ]1..5[  between, ends in or out
    81*          begins with           true  false    yes or no

| hit policy | rows that fit the case |
|---|---|
| U | one at most; tables in which two rows can fit are refused |
| A | several, if they say the same |
| F | the first one counts |
| P | the strictest verdict, or the value that comes first in `priority`, counts |
| C | all count; for values C+ is their sum, C< the least, C> the largest, C# their number |
"""

from __future__ import annotations

import re
from typing import Final, get_args

from homeground.errors import listing
from homeground.policy import grammar
from homeground.policy.entries import fault
from homeground.policy.model import RULE_VERDICTS, DecisionTable, HitPolicy, Row, strictness
from homeground.policy.nodes import (
    FALSE,
    Arithmetic,
    Choice,
    Compare,
    Comparison,
    Constant,
    In,
    Name,
    Node,
    Not,
    TextTest,
    Type,
    Unknown,
    Value,
    all_of,
    any_of,
)

OUTPUTS: Final = ("verdict", "role", "signatures", "reason", "legal")
"""Outputs of a table that gives verdicts; any other single output is a value that conditions may use by its name."""

MOST_ROWS: Final = 400
ANYTHING: Final = ("", "-")

_COMPARED: Final = re.compile(r"(<=|>=|<|>)\s*(.+)", re.ASCII)
_RANGE: Final = re.compile(r"([\[\](])\s*(\S+?)\s*\.\.\s*(\S+?)\s*([\[\])])", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_WORD: Final = re.compile(r"[\w &/.-]+")


def hit_policy(cell: str, where: str) -> HitPolicy:
    """Read the first cell."""
    if cell not in get_args(HitPolicy):
        raise fault("unknown hit policy in the first cell", where, repr(cell), listing(get_args(HitPolicy), 12))
    return cell  # type: ignore[return-value]


def headings(cells: tuple[str, ...], where: str) -> tuple[dict[int, Node], dict[int, str]]:
    """Read the first row: inputs and outputs by column."""
    inputs: dict[int, Node] = {}
    outputs: dict[int, str] = {}
    for column, heading in enumerate(cells):
        if column == 0 or heading.startswith("#") or not heading:
            continue
        if heading.startswith("->"):
            outputs[column] = heading[2:].strip()
        else:
            inputs[column] = grammar.parse(heading, f"{where}, column {column + 1}")
    if not inputs or not outputs or len(set(outputs.values())) < len(outputs):
        found = f"{len(inputs)} inputs and {listing(outputs.values()) or 'no'} outputs"
        raise fault("a table has inputs and outputs", where, found, 'such as "hs6" and "-> verdict"')
    return inputs, outputs


def cell_test(text: str, subject: Node, kind: Type, where: str) -> Node:
    """Turn a cell into a condition on what its column is about."""
    if text in ANYTHING:
        return Constant(True)
    if text.startswith("not(") and text.endswith(")"):
        return Not(cell_test(text[4:-1].strip(), subject, kind, where))
    return any_of(*(_one_test(part, subject, kind, where) for part in _parts(text, where)))


def _parts(text: str, where: str) -> list[str]:
    """Split at commas outside of quotes."""
    parts = [part.strip() for part in re.findall(r'(?:"[^"]*"|[^,"])+', text)]
    if not parts or not all(parts) or text.count('"') % 2 or text.rstrip().endswith(","):
        raise fault("the cell cannot be read", where, repr(text), "tests with commas between them")
    return parts


def _one_test(text: str, subject: Node, kind: Type, where: str) -> Node:
    if kind == "flag":
        if text not in ("true", "false"):
            raise fault("the cell is no yes or no", where, repr(text), "true, false or -")
        return subject if text == "true" else Not(subject)
    if kind == "texts":
        return In(Constant(_text(text, where)), subject)
    if kind == "text":
        if text.endswith("*"):
            return TextTest("startsWith", subject, (_text(text[:-1], where),))
        return Compare("==", subject, Constant(_text(text, where)))
    return _number_test(text, subject, where)


def _number_test(text: str, subject: Node, where: str) -> Node:
    if compared := _COMPARED.fullmatch(text):
        op: Comparison = compared[1]  # type: ignore[assignment]
        return Compare(op, subject, _end(compared[2], where))
    if between := _RANGE.fullmatch(text):
        low, first, last, high = between.groups()
        lower = Compare(">=" if low == "[" else ">", subject, _end(first, where))
        return all_of(lower, Compare("<=" if high == "]" else "<", subject, _end(last, where)))
    return Compare("==", subject, _end(text, where))


def _end(text: str, where: str) -> Node:
    """Read the end of a range: a number, or the name of a parameter."""
    if _NUMBER.fullmatch(text):
        return Constant(float(text))
    if text.isidentifier() and text not in grammar.RESERVED:
        return Name(text)
    raise fault("the cell cannot be read", where, repr(text), "a number, > 5, [1..5], the name of a parameter, or -")


def _text(text: str, where: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] == '"'
    if not quoted and not _WORD.fullmatch(text):
        raise fault("the cell cannot be read", where, repr(text), 'a text in quotes, such as "CHN"')
    return text[1:-1] if quoted else text


def firing(table: DecisionTable) -> tuple[dict[str, Node], tuple[Node, ...]]:
    """Apply the hit policy of a table of verdicts.

    Returns the values to compute first (the number of the row that counts) and the condition of each row.
    """
    conditions = [row.condition for row in table.rows]
    if table.hit not in ("F", "P"):
        return {}, tuple(conditions)
    order = list(range(len(conditions)))
    if table.hit == "P":
        order.sort(key=lambda place: -strictness(table.rows[place].outputs["verdict"]))  # type: ignore[arg-type]
    counts = f"row of {table.id}"
    chosen: Node = Constant(-1.0)
    for place in reversed(order):
        chosen = Choice(conditions[place], Constant(float(place)), chosen)
    fires = (all_of(each, Compare("==", Name(counts), Constant(float(place)))) for place, each in enumerate(conditions))
    return {counts: chosen}, tuple(fires)


def value(table: DecisionTable) -> Node:
    """Apply the hit policy of a table that gives a value; where no row fits, the default, or unknown."""
    rows = [(row.condition, row.outputs[table.gives]) for row in table.rows]
    fits = any_of(*(condition for condition, _ in rows)) if rows else FALSE
    none: Node = (
        Unknown(table.gives_type, f"no row of table {table.id} fits")
        if table.default is None
        else _constant(table.default)
    )
    if table.hit in ("C+", "C#"):
        total: Node = Constant(0.0)
        for condition, given in rows:
            amount = Constant(1.0) if table.hit == "C#" else _constant(given)
            total = Arithmetic("+", total, Choice(condition, amount, Constant(0.0)))
        return total if table.hit == "C#" else Choice(fits, total, none)
    if table.hit in ("C<", "C>"):
        rows.sort(key=lambda row: row[1], reverse=table.hit == "C>")  # type: ignore[arg-type,return-value]
    if table.hit == "P":
        rows.sort(key=lambda row: table.priority.index(row[1]))
    chosen: Node = none
    for condition, given in reversed(rows):
        chosen = Choice(condition, _constant(given), chosen)
    return chosen


def output(heading: str, text: str, where: str) -> Value:
    """Read an output cell: verdict and signatures are checked, numbers and yes or no recognised."""
    if heading == "verdict" and text not in RULE_VERDICTS:
        raise fault("unknown verdict", where, repr(text), listing(RULE_VERDICTS))
    if heading in OUTPUTS and heading != "signatures":
        return text
    if heading == "signatures" and not re.fullmatch(r"[1-9]?", text, re.ASCII):
        raise fault("signatures are a number", where, repr(text), "1 to 9, or nothing")
    if text in ("true", "false"):
        return text == "true"
    return float(text) if _NUMBER.fullmatch(text) else _text(text, where) if text else None


def _constant(given: Value) -> Constant:
    assert given is not None
    return Constant(given)


def make_rows(cells: list[tuple[str, tuple[Node, ...], dict[str, Value]]]) -> tuple[Row, ...]:
    """Build the rows from their number, the conditions of their cells, and their outputs."""
    return tuple(Row(number, all_of(*tests), outputs) for number, tests, outputs in cells)
