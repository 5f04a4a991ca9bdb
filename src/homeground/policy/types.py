"""Give every part of a condition its type, or say where the types do not fit."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from homeground.errors import BadInput, listing, message
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
    written,
)


def type_of(node: Node, known: Mapping[str, Type], where: str) -> Type:
    """Return the type of a condition over names of these types; raises BadInput at the first part that does not fit."""
    match node:
        case Constant(value):
            return type_of_value(value)
        case Unknown(type=kind):
            return kind
        case Name(name):
            return _name(name, known, where)
        case Not(item):
            return _need(item, "flag", known, where)
        case All(items) | AnyOf(items):
            for item in items:
                _need(item, "flag", known, where)
            return "flag"
        case Choice(condition, then, otherwise):
            _need(condition, "flag", known, where)
            return _need(otherwise, type_of(then, known, where), known, where)
        case _:
            return _of_parts(node, known, where)


def _of_parts(node: Node, known: Mapping[str, Type], where: str) -> Type:
    match node:
        case Negative(item):
            return _need(item, "number", known, where)
        case Arithmetic(_, left, right):
            for side in (left, right):
                _need(side, "number", known, where)
                if isinstance(side, Constant) and side.whole:
                    _fail("a whole number in arithmetic", where, written(side), f"{written(side)}.0, as CEL asks for")
            return "number"
        case Compare():
            return _comparison(node, known, where)
        case In(item, items):
            return _membership(item, items, known, where)
        case TextTest(_, item, _):
            _need(item, "text", known, where)
            return "flag"
    raise TypeError(type(node).__name__)


def type_of_value(value: object) -> Type:
    """Return the type of a value: bool is a flag, other numbers are numbers, tuples lists."""
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, tuple):
        return "texts" if not value or isinstance(value[0], str) else "numbers"
    return "text"


def near(name: str, known: Mapping[str, object]) -> str:
    """Name what a misspelt name may have meant."""
    return listing(difflib.get_close_matches(name, known, n=3, cutoff=0.5)) or "a fact or a parameter of the book"


def _name(name: str, known: Mapping[str, Type], where: str) -> Type:
    if name not in known:
        _fail("unknown name", where, repr(name), near(name, known))
    return known[name]


def _need(node: Node, wanted: Type, known: Mapping[str, Type], where: str) -> Type:
    found = type_of(node, known, where)
    if found != wanted:
        _fail(f"{written(node)} is a {found}", where, found, wanted)
    return found


def _comparison(node: Compare, known: Mapping[str, Type], where: str) -> Type:
    left, right = type_of(node.left, known, where), type_of(node.right, known, where)
    allowed = ("number",) if node.op not in ("==", "!=") else ("number", "text", "flag")
    if left != right or left not in allowed:
        expected = f"two of one type ({', '.join(allowed)})"
        _fail(f"{written(node)} compares what cannot be compared", where, f"{left} {node.op} {right}", expected)
    return "flag"


def _membership(item: Node, items: Node, known: Mapping[str, Type], where: str) -> Type:
    one, many = type_of(item, known, where), type_of(items, known, where)
    if (one, many) not in (("text", "texts"), ("number", "numbers")):
        expected = "a text in a list of texts, or a number in a list of numbers"
        _fail(f"{written(In(item, items))} does not fit", where, f"{one} in {many}", expected)
    return "flag"


def _fail(what: str, where: str, found: str, expected: str) -> None:
    raise BadInput(message(what, where=where, found=found, expected=expected, do="correct the condition"))
