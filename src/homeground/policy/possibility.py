"""Whether a condition can hold at all, with a case for which it does.

A condition meets each fact only through comparisons with constants; so finitely many values of a fact tell all its
cases apart: the constants themselves, one between each two of them, one beyond either end. The search gives facts these
values one after another and lets the three-valued evaluation cut off what is already decided.

What is found impossible is impossible. What is found possible is so if facts can vary independently of one another: a
sum or ratio of facts counts as a fact of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from homeground.policy.evaluation import Lookup, evaluate
from homeground.policy.nodes import (
    All,
    AnyOf,
    Choice,
    Compare,
    Comparison,
    Constant,
    In,
    Name,
    Node,
    Not,
    TextTest,
    Unknown,
    Value,
    names,
    replaced,
    walk,
    written,
)
from homeground.policy.templates import shown
from homeground.policy.vocabulary import Fact

MOST_STEPS: Final = 4_000
"""Evaluations after which a search gives up, undecided."""

OTHER: Final = "another"


@dataclass(frozen=True)
class Found:
    """What a search found: a case (terms and their values), or none; `decided` is false where it gave up."""

    case: Mapping[str, Value] | None
    decided: bool = True


def example(condition: Node, facts: Mapping[str, Fact]) -> Found:
    """Return a case for which the condition holds, or that there is none."""
    plain = simple(condition)
    return _Search(plain, _candidates(plain, facts)).run()


def in_words(case: Mapping[str, Value]) -> str:
    """Write a case as a reader would."""
    return ", ".join(f"{name} = {shown(value, '')}" for name, value in case.items()) or "any case"


class _Search:
    def __init__(self, condition: Node, candidates: Mapping[str, tuple[Value, ...]]) -> None:
        self.condition = condition
        self.candidates = candidates
        self.steps = 0

    def run(self) -> Found:
        try:
            case = self._next({}, list(self.candidates))
        except TimeoutError:
            return Found(None, decided=False)
        return Found(case)

    def _next(self, case: dict[str, Value], left: list[str]) -> dict[str, Value] | None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TimeoutError
        holds, missing = evaluate(self.condition, _lookup_of_terms(case))
        if holds is not None or not left:
            return dict(case) if holds else None
        term = next((each for each in left if each in missing), left[0])
        for value in self.candidates[term]:
            found = self._next({**case, term: value}, [each for each in left if each != term])
            if found is not None:
                return found
        return None


def _lookup_of_terms(case: Mapping[str, Value]) -> Lookup:
    def lookup(name: str) -> tuple[Value, frozenset[str]]:
        value = case.get(name)
        return (value, frozenset()) if value is not None else (None, frozenset([name]))

    return lookup


def _candidates(condition: Node, facts: Mapping[str, Fact]) -> dict[str, tuple[Value, ...]]:
    """Return the values of each fact that tell its cases apart, of those with the same effect one."""
    found: dict[str, tuple[Value, ...]] = {}
    for name in sorted(names(condition)):
        atoms = [node for node in walk(condition) if _is_atom(node) and name in names(node)]
        fact = facts.get(name)
        values = list(dict.fromkeys(_values(atoms, fact)))
        found[name] = tuple(values if fact and fact.type == "flag" else _different(values, atoms, name))
    return found


def _is_atom(node: Node) -> bool:
    return isinstance(node, Compare | In | TextTest)


def _values(atoms: list[Node], fact: Fact | None) -> Iterator[Value]:
    kind = fact.type if fact else "number"
    if kind == "flag":
        yield from (True, False)
    elif kind == "text":
        yield from _texts(atoms, fact)
    elif kind == "texts":
        for text in _constants(atoms, str):
            yield (text,)
        yield (OTHER,)
    else:
        yield from _numbers(atoms, fact)


def _texts(atoms: list[Node], fact: Fact | None) -> Iterator[str]:
    if fact and fact.values:
        yield from fact.values
        return
    yield from _constants(atoms, str)
    for node in atoms:
        if isinstance(node, TextTest):
            yield from (f"{text}00"[:6] if text.isdigit() else text for text in node.texts)
    yield OTHER


def _numbers(atoms: list[Node], fact: Fact | None) -> Iterator[float]:
    """Return the constants a number is compared with, numbers between them, and beyond the ends where it may lie."""
    points = sorted(_constants(atoms, float))
    least = fact.least if fact and fact.least is not None else None
    most = fact.most if fact and fact.most is not None else None
    ends = [end for end in (least, most) if end is not None]
    points = sorted({*points, *ends}) or [0.0]
    if fact and fact.unit == "count":
        tried = [math.floor(point) + step for point in points for step in (-1.0, 0.0, 1.0, 2.0)]
    else:
        between = [(low + high) / 2.0 for low, high in pairwise(points)]
        tried = [points[0] - 1.0, *points, *between, points[-1] + 1.0]
    for value in sorted(set(tried)):
        if (least is None or value >= least) and (most is None or value <= most):
            yield value


def _constants(nodes: list[Node], kind: type) -> Iterator[Any]:
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Constant):
                items = part.value if isinstance(part.value, tuple) else (part.value,)
                yield from (item for item in items if isinstance(item, kind) and not isinstance(item, bool))


def _different(values: list[Value], atoms: list[Node], name: str) -> Iterator[Value]:
    """Keep one value for each way in which the comparisons with this fact come out."""
    seen = set()
    for value in values:
        effect = tuple(evaluate(node, _lookup_of_terms({name: value}))[0] for node in atoms)
        if effect not in seen:
            seen.add(effect)
            yield value


def simple(node: Node) -> Node:
    """Turn every comparison into one of a single name with constants; a sum or ratio becomes a name of its own."""
    match node:
        case Compare(op, left, right):
            chosen = next((part for part in walk(node) if isinstance(part, Choice)), None)
            return _simple_comparison(op, left, right) if chosen is None else simple(_chosen_first(node, chosen))
        case Not(item):
            return Not(simple(item))
        case All(items):
            return All(tuple(map(simple, items)))
        case AnyOf(items):
            return AnyOf(tuple(map(simple, items)))
        case Choice(condition, then, otherwise):
            return Choice(simple(condition), simple(then), simple(otherwise))
        case In(item, items) if not isinstance(items, Constant) and not isinstance(item, Constant):
            return Compare("==", Name(written(node)), Constant(1.0))
        case _:
            return node


def _simple_comparison(op: Comparison, left: Node, right: Node) -> Node:
    if any(isinstance(part, Unknown) for side in (left, right) for part in walk(side)):
        return Unknown("flag", "a part is unknown")
    if not names(right):
        return Compare(op, _one_name(left), right)
    if not names(left):
        return Compare(op, left, _one_name(right))
    if isinstance(left, Name) and isinstance(right, Name) and left == right:
        return Constant(op in ("==", "<=", ">="))
    return Compare(op, Name(f"{written(left)} less {written(right)}"), Constant(0.0))


def _chosen_first(comparison: Node, choice: Choice) -> Choice:
    """Draw a choice out of a comparison: a < (c ? x : y) is c ? a < x : a < y."""
    return Choice(choice.condition, *(replaced(comparison, choice, part) for part in (choice.then, choice.otherwise)))


def _one_name(node: Node) -> Node:
    return node if isinstance(node, Name | Constant) or not names(node) else Name(written(node))
