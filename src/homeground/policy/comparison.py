"""Two books side by side: what was added, removed and changed, and which scenarios come out otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal

from homeground.policy.model import Book, DatedValue, Scope
from homeground.policy.nodes import Node, written
from homeground.policy.scenarios import run_scenarios
from homeground.policy.templates import shown

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Difference:
    """One difference: of which part (`rule CRM-1 from 2024-05-23`), in what, before and after."""

    kind: Kind
    part: str
    what: str
    before: str
    after: str


def compare(old: Book, new: Book) -> tuple[Difference, ...]:
    """Return how `new` differs from `old`: parameters, rules, tables, who signs, scenarios with another verdict."""
    found = list(_parts("parameter", _parameters(old), _parameters(new)))
    found += _parts("rule", _dated(old.rules), _dated(new.rules))
    found += _parts("table", _dated(old.tables), _dated(new.tables))
    found += _parts("signing", _dated(old.signing), _dated(new.signing))
    return (*found, *_verdicts(old, new))


def _parts(kind: str, old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        part = f"{kind} {name}"
        if name not in old or name not in new:
            values = new.get(name) or old[name]
            title = values.get("title") or values.get("value", "")
            yield (
                Difference("added", part, "", "", title) if name in new else Difference("removed", part, "", title, "")
            )
            continue
        for what in sorted({*old[name], *new[name]}):
            before, after = old[name].get(what, ""), new[name].get(what, "")
            if before != after:
                yield Difference("changed", part, what, before, after)


def _parameters(book: Book) -> dict[str, dict[str, str]]:
    return {
        f"{parameter.name} from {dated.span.first}": _value(dated, parameter.unit)
        for parameter in book.parameters.values()
        for dated in parameter.values
    }


def _value(dated: DatedValue, unit: str) -> dict[str, str]:
    return {"value": shown(dated.value, unit), "reference": dated.reference, "until": str(dated.span.last or "")}


def _dated(parts: tuple[Any, ...]) -> dict[str, dict[str, str]]:
    return {
        f"{part.id} from {part.span.first}": {
            field.name: _text(getattr(part, field.name)) for field in fields(part) if field.compare
        }
        for part in parts
    }


def _text(value: Any) -> str:
    if isinstance(value, Scope):
        return ", ".join(f"{f.name} {_text(v)}" for f in fields(value) if (v := getattr(value, f.name)) is not None)
    if isinstance(value, Node):
        return written(value)
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return str(value)


def _verdicts(old: Book, new: Book) -> Iterator[Difference]:
    """Judge the scenarios of both books by each; facts that one of them lacks are left out of the comparison."""
    both = {scenario.name: scenario for scenario in (*old.scenarios, *new.scenarios)}
    known = set(old.facts) & set(new.facts)
    shared = tuple(scenario for scenario in both.values() if set(scenario.case) <= known)
    for before, after in zip(run_scenarios(old, shared), run_scenarios(new, shared), strict=True):
        verdicts = before.judgement.verdict, after.judgement.verdict
        if verdicts[0] != verdicts[1]:
            yield Difference("changed", f"scenario {before.scenario.name}", "verdict", *verdicts)
