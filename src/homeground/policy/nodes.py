"""Conditions as trees: the small part of CEL that policy books may use, and what decision tables are turned into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Type = Literal["number", "text", "flag", "texts", "numbers"]
"""`texts` and `numbers` are lists."""

Plain = float | str | bool
Value = Plain | tuple[str, ...] | tuple[float, ...] | None
"""A value of a fact; None where it is not known."""

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
COMPARISONS: Final[tuple[Comparison, ...]] = ("==", "!=", "<=", ">=", "<", ">")


@dataclass(frozen=True)
class Constant:
    """A value that is written out. `whole` marks a number without a decimal point, which CEL keeps apart."""

    value: Plain | tuple[str, ...] | tuple[float, ...]
    whole: bool = False


@dataclass(frozen=True)
class Unknown:
    """What cannot be known, for the reason `why`."""

    type: Type
    why: str


@dataclass(frozen=True)
class Name:
    """A fact, a parameter or a value that a decision table gives."""

    name: str


@dataclass(frozen=True)
class Not:
    """`!item`."""

    item: Node


@dataclass(frozen=True)
class Negative:
    """`-item`."""

    item: Node


@dataclass(frozen=True)
class All:
    """`a && b && …`; without items true."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """`a || b || …`; without items false."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Compare:
    """`left op right`."""

    op: Comparison
    left: Node
    right: Node


@dataclass(frozen=True)
class Arithmetic:
    """`left op right` on numbers; a zero divisor and a result without a finite value are unknown."""

    op: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True)
class In:
    """`item in items`."""

    item: Node
    items: Node


@dataclass(frozen=True)
class TextTest:
    """`item.startsWith("a")`, `.endsWith` or `.contains`; true where one of `texts` fits."""

    test: Literal["startsWith", "endsWith", "contains"]
    item: Node
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """`condition ? then : otherwise`; unknown where the condition is."""

    condition: Node
    then: Node
    otherwise: Node


Node = (
    Constant | Unknown | Name | Not | Negative | All | AnyOf | Compare | Arithmetic | In | TextTest | Choice
)  # fmt: skip

TRUE: Final = Constant(True)
FALSE: Final = Constant(False)


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, in the order they are written."""
    match node:
        case Not(item) | Negative(item) | TextTest(_, item, _):
            return (item,)
        case All(items) | AnyOf(items):
            return items
        case Compare(_, left, right) | Arithmetic(_, left, right) | In(left, right):
            return (left, right)
        case Choice(condition, then, otherwise):
            return (condition, then, otherwise)
        case _:
            return ()


def names(node: Node) -> frozenset[str]:
    """Return every name in a tree."""
    return frozenset(found.name for found in walk(node) if isinstance(found, Name))


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a node with every part changed."""
    match node:
        case Not(item):
            return Not(change(item))
        case Negative(item):
            return Negative(change(item))
        case All(items):
            return all_of(*map(change, items))
        case AnyOf(items):
            return any_of(*map(change, items))
        case Compare(op, left, right):
            return Compare(op, change(left), change(right))
        case Arithmetic(sign, left, right):
            return Arithmetic(sign, change(left), change(right))
        case In(item, items):
            return In(change(item), change(items))
        case TextTest(test, item, texts):
            return TextTest(test, change(item), texts)
        case Choice(condition, then, otherwise):
            return Choice(change(condition), change(then), change(otherwise))
        case _:
            return node


def replaced(node: Node, old: Node, new: Node) -> Node:
    """Put one part in the place of another, wherever it stands."""
    return new if node == old else rebuilt(node, lambda part: replaced(part, old, new))


def filled(node: Node, values: Mapping[str, Node]) -> Node:
    """Put nodes in the place of names."""
    return values.get(node.name, node) if isinstance(node, Name) else rebuilt(node, lambda part: filled(part, values))


def all_of(*items: Node) -> Node:
    """Join by AND; true falls away, and one item stands for itself."""
    kept = tuple(item for item in items if item != TRUE)
    return kept[0] if len(kept) == 1 else All(kept)


def any_of(*items: Node) -> Node:
    """Join by OR; false falls away, and one item stands for itself."""
    kept = tuple(item for item in items if item != FALSE)
    return kept[0] if len(kept) == 1 else AnyOf(kept)


def written(node: Node) -> str:
    """Write a tree as a reader knows it from the book."""
    match node:
        case Constant(value, whole):
            return f"{value:.0f}" if whole and isinstance(value, float) else _constant(value)
        case Unknown(_, why):
            return f"unknown ({why})"
        case Name(name):
            return name
        case All(items):
            return " && ".join(map(_inner, items)) or "true"
        case AnyOf(items):
            return " || ".join(map(_inner, items)) or "false"
        case TextTest(test, item, texts):
            return " || ".join(f"{_inner(item)}.{test}({_constant(text)})" for text in texts) or "false"
        case _:
            return _written_with_sign(node)


def _written_with_sign(node: Node) -> str:
    match node:
        case Not(item):
            return f"!{_inner(item)}"
        case Negative(item):
            return f"-{_inner(item)}"
        case Compare(op, left, right) | Arithmetic(op, left, right):
            return f"{_inner(left)} {op} {_inner(right)}"
        case In(item, items):
            return f"{_inner(item)} in {_inner(items)}"
        case Choice(condition, then, otherwise):
            return f"{_inner(condition)} ? {_inner(then)} : {_inner(otherwise)}"
    raise TypeError(type(node).__name__)


def _inner(node: Node) -> str:
    several = isinstance(node, TextTest) and len(node.texts) != 1
    simple = isinstance(node, Constant | Name | Not | Negative) or (isinstance(node, TextTest) and not several)
    return written(node) if simple else f"({written(node)})"


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.1f}" if value.is_integer() and abs(value) < 2.0**53 else repr(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_constant, value))}]"
    return f'"{value}"'
