"""The same conditions on whole columns: a tree becomes an Ibis expression with SQL's three values.

SQL's AND, OR and NOT are Kleene's; a choice with an unknown condition is null. So each row has the value that
`evaluation` gives its case, and one pass over the table answers for all rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import ibis

from homeground.policy.evaluation import COMPARE, COMPUTE
from homeground.policy.model import VERDICTS, Law
from homeground.policy.nodes import (
    All,
    AnyOf,
    Arithmetic,
    Choice,
    Compare,
    Constant,
    In,
    Name,
    Negative,
    Node,
    Not,
    TextTest,
    Type,
    Unknown,
    names,
)

IBIS_TYPES: Final[Mapping[Type, str]] = {
    "number": "float64",
    "text": "string",
    "flag": "boolean",
    "texts": "array<string>",
    "numbers": "array<float64>",
}


def expression(node: Node, columns: Mapping[str, Any]) -> Any:
    """Translate a tree into an Ibis value over these columns (by name; numbers as float64 and finite or null)."""
    match node:
        case Constant(value):
            return ibis.literal(list(value) if isinstance(value, tuple) else value)
        case Unknown(type=kind):
            return ibis.null(IBIS_TYPES[kind])
        case Name(name):
            return columns[name]
        case Not(item):
            return ~expression(item, columns)
        case All(items):
            return reduce(lambda a, b: a & b, (expression(item, columns) for item in items), ibis.literal(True))
        case AnyOf(items):
            return reduce(lambda a, b: a | b, (expression(item, columns) for item in items), ibis.literal(False))
        case Choice(condition, then, otherwise):
            asked = expression(condition, columns)
            return ibis.cases((asked, expression(then, columns)), (~asked, expression(otherwise, columns)))
        case _:
            return _of_parts(node, columns)


def _of_parts(node: Node, columns: Mapping[str, Any]) -> Any:
    """Translate what is null as soon as one part is."""
    match node:
        case Negative(item):
            return -expression(item, columns)
        case Compare(op, left, right):
            return _compared(op, expression(left, columns), expression(right, columns))
        case Arithmetic(op, left, right):
            return _computed(op, expression(left, columns), expression(right, columns))
        case In(item, Constant(value)):
            return expression(item, columns).isin(list(value))  # type: ignore[arg-type]
        case In(item, items):
            return expression(items, columns).contains(expression(item, columns))
        case TextTest():
            return _text_test(node, expression(node.item, columns))
    raise TypeError(type(node).__name__)


def number(column: Any) -> Any:
    """Return a column as numbers; what has no finite value is null."""
    return finite(column.cast("float64"))


def finite(value: Any) -> Any:
    """Return null in place of a value that is not finite."""
    return ibis.ifelse(value.isnan() | value.isinf(), ibis.null("float64"), value)


@dataclass(frozen=True)
class Columns:
    """Columns to add (`made`), and by which column each name of a condition is found."""

    made: Mapping[str, Any]
    names: Mapping[str, str]


def of_facts(law: Law, cases: Any) -> Columns:
    """Return a column per fact that the law asks about, and per value that its tables give, in a name of their own.

    A fact that the table of cases does not have is null; numbers without a finite value are null.
    """
    asked = {name for node in (*law.values.values(), *(rule.fires for rule in law.rules)) for name in names(node)}
    made: dict[str, Any] = {}
    place: dict[str, str] = {}
    for name in sorted(asked - set(law.values)):
        kind = law.book.facts[name].type
        given = cases[name] if name in cases.columns else ibis.null(IBIS_TYPES[kind])
        place[name] = f"fact {name}"
        made[place[name]] = number(given) if kind == "number" else given
    for name in sorted(asked & set(law.values)):
        place[name] = f"value {name}"
        made[place[name]] = expression(law.values[name], {each: made[column] for each, column in place.items()})
    return Columns(made, place)


def rank(fires: Any, if_true: int, if_open: int) -> Any:
    """Return the strictness that a rule adds to a row."""
    return ibis.cases((fires, if_true), (fires.isnull(), if_open), else_=0)


def verdict(place: Any) -> Any:
    """Return the verdict of a place in the order of strictness."""
    return ibis.cases(*((place == number_, name) for number_, name in enumerate(VERDICTS)))


def _compared(op: str, left: Any, right: Any) -> Any:
    return COMPARE[op](left, right)


def _computed(op: str, left: Any, right: Any) -> Any:
    if op == "/":
        return finite(left / right.cast("float64").nullif(0.0))
    return finite(COMPUTE[op](left, right).cast("float64"))


def _text_test(node: TextTest, column: Any) -> Any:
    """Test a text; beginnings of one length are looked up together, so that long lists of codes stay one step."""
    if node.test != "startsWith":
        test = {"endsWith": column.endswith, "contains": column.contains}[node.test]
        return reduce(lambda a, b: a | b, map(test, node.texts), _false_where_known(column))
    lengths = sorted({len(text) for text in node.texts})
    by_length = [[text for text in node.texts if len(text) == length] for length in lengths]
    looked_up = (column.substr(0, len(texts[0])).isin(texts) for texts in by_length)
    return reduce(lambda a, b: a | b, looked_up, _false_where_known(column))


def _false_where_known(column: Any) -> Any:
    return ibis.ifelse(column.isnull(), ibis.null("boolean"), False)
