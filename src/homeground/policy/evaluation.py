"""The value of a condition for one case, in three values: true, false, or unknown with what was not known.

One false part makes AND false and one true part makes OR true, whatever else is unknown (Kleene). Everything else
with an unknown part is unknown.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
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
    match node:
        case Constant(constant):
            return constant, NOTHING
        case Unknown(_, why):
            return None, frozenset([why])
        case Name(name):
            return lookup(name)
        case All(items):
            return _joined(items, lookup, decisive=False)
        case AnyOf(items):
            return _joined(items, lookup, decisive=True)
        case Not(item):
            found, missing = evaluate(item, lookup)
            return (None if found is None else not found), missing
        case Choice(condition, then, otherwise):
            found, missing = evaluate(condition, lookup)
            return (None, missing) if found is None else evaluate(then if found else otherwise, lookup)
        case _:
            return _of_parts(node, lookup)


def of_case(case: Mapping[str, Value]) -> Lookup:
    """Look names up in a case: facts left out, empty, or without a finite value are not known."""

    def lookup(name: str) -> tuple[Value, Missing]:
        value = case.get(name)
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return None, frozenset([name])
        return value, NOTHING

    return lookup


def _joined(items: tuple[Node, ...], lookup: Lookup, *, decisive: bool) -> tuple[Value, Missing]:
    missing: Missing = NOTHING
    for item in items:
        value, absent = evaluate(item, lookup)
        if value is decisive:
            return decisive, NOTHING
        missing |= absent
    return (None, missing) if missing else (not decisive, NOTHING)


def _of_parts(node: Node, lookup: Lookup) -> tuple[Value, Missing]:
    """Evaluate what is unknown as soon as one part is."""
    match node:
        case Negative(item):
            value, missing = evaluate(item, lookup)
            return (None, missing) if value is None else (-value, NOTHING)  # type: ignore[operator]
        case TextTest(test, item, texts):
            text, missing = evaluate(item, lookup)
            if text is None:
                return None, missing
            return any(_TEST[test](str(text), each) for each in texts), NOTHING
        case Compare(_, left, right) | Arithmetic(_, left, right) | In(left, right):
            first, missing = evaluate(left, lookup)
            second, more = evaluate(right, lookup)
            if first is None or second is None:
                return None, missing | more
            return _two(node, first, second)
    raise TypeError(type(node).__name__)


def _two(node: Node, first: Any, second: Any) -> tuple[Value, Missing]:
    match node:
        case Compare(op):
            return COMPARE[op](first, second), NOTHING
        case In():
            return first in second, NOTHING
        case Arithmetic():
            return _number(node, first, second)
    raise TypeError(type(node).__name__)


def _number(node: Arithmetic, first: float, second: float) -> tuple[Value, Missing]:
    if node.op == "/" and second == 0:
        return None, frozenset([f"{written(node)}: division by zero"])
    result: float = COMPUTE[node.op](first, second)
    return (result, NOTHING) if math.isfinite(result) else (None, frozenset([f"{written(node)}: no finite value"]))
