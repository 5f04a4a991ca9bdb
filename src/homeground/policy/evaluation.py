"""The value of a condition for one case, in three values: true, false, or unknown with what was not known.

One false part makes AND false and one true part makes OR true, whatever else is unknown (Kleene). Everything else
with an unknown part is unknown.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, Final

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
    Unknown,
    Value,
    written,
)

Missing = frozenset[str]
NOTHING: Final[Missing] = frozenset()

Known = Callable[[str], Value]
"""Gives the value of a fact; None where it is not known."""

Lookup = Callable[[str], tuple[Value, Missing]]
"""Gives the value of a name, and what was not known of it."""

COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPUTE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_TEST: Final[dict[str, Callable[[str, str], bool]]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
}


def evaluate(node: Node, lookup: Lookup) -> tuple[Value, Missing]:
    """Return the value of a condition (None: unknown) and the names, or reasons, that leave it open."""
    return _WAYS[type(node)](node, lookup)


def of_case(known: Known) -> Lookup:
    """Look facts up: those left out, empty, or without a finite value are not known."""

    def lookup(name: str) -> tuple[Value, Missing]:
        value = known(name)
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return None, frozenset([name])
        return value, NOTHING

    return lookup


def _all(node: All, lookup: Lookup) -> tuple[Value, Missing]:
    return _joined(node.items, lookup, decisive=False)


def _any_of(node: AnyOf, lookup: Lookup) -> tuple[Value, Missing]:
    return _joined(node.items, lookup, decisive=True)


def _joined(items: tuple[Node, ...], lookup: Lookup, *, decisive: bool) -> tuple[Value, Missing]:
    missing: Missing = NOTHING
    for item in items:
        value, absent = evaluate(item, lookup)
        if value is decisive:
            return decisive, NOTHING
        missing |= absent
    return (None, missing) if missing else (not decisive, NOTHING)


def _not(node: Not, lookup: Lookup) -> tuple[Value, Missing]:
    found, missing = evaluate(node.item, lookup)
    return (None if found is None else not found), missing


def _choice(node: Choice, lookup: Lookup) -> tuple[Value, Missing]:
    found, missing = evaluate(node.condition, lookup)
    return (None, missing) if found is None else evaluate(node.then if found else node.otherwise, lookup)


def _negative(node: Negative, lookup: Lookup) -> tuple[Value, Missing]:
    value, missing = evaluate(node.item, lookup)
    return (None, missing) if value is None else (-value, NOTHING)  # type: ignore[operator]


def _text_test(node: TextTest, lookup: Lookup) -> tuple[Value, Missing]:
    text, missing = evaluate(node.item, lookup)
    if text is None:
        return None, missing
    return any(_TEST[node.test](str(text), each) for each in node.texts), NOTHING


def _compare(node: Compare, lookup: Lookup) -> tuple[Value, Missing]:
    known, missing = _sides(node.left, node.right, lookup)
    return (None, missing) if known is None else (COMPARE[node.op](*known), NOTHING)


def _in(node: In, lookup: Lookup) -> tuple[Value, Missing]:
    known, missing = _sides(node.item, node.items, lookup)
    return (None, missing) if known is None else (known[0] in known[1], NOTHING)


def _arithmetic(node: Arithmetic, lookup: Lookup) -> tuple[Value, Missing]:
    known, missing = _sides(node.left, node.right, lookup)
    return (None, missing) if known is None else _number(node, *known)


def _sides(left: Node, right: Node, lookup: Lookup) -> tuple[tuple[Any, Any] | None, Missing]:
    """Both values, or None as soon as one is unknown."""
    first, missing = evaluate(left, lookup)
    second, more = evaluate(right, lookup)
    return (None, missing | more) if first is None or second is None else ((first, second), NOTHING)


def _number(node: Arithmetic, first: float, second: float) -> tuple[Value, Missing]:
    if node.op == "/" and second == 0:
        return None, frozenset([f"{written(node)}: division by zero"])
    result: float = COMPUTE[node.op](first, second)
    return (result, NOTHING) if math.isfinite(result) else (None, frozenset([f"{written(node)}: no finite value"]))


_WAYS: Final[dict[type[Node], Callable[[Any, Lookup], tuple[Value, Missing]]]] = {
    Constant: lambda node, _: (node.value, NOTHING),
    Unknown: lambda node, _: (None, frozenset([node.why])),
    Name: lambda node, lookup: lookup(node.name),
    All: _all,
    AnyOf: _any_of,
    Not: _not,
    Choice: _choice,
    Negative: _negative,
    TextTest: _text_test,
    Compare: _compare,
    Arithmetic: _arithmetic,
    In: _in,
}
"""How each kind of node is evaluated."""
