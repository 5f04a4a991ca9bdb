"""A policy book as read: dated rules, parameters, tables and scenarios; and what of it is in force on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, Literal

from homeground.policy.nodes import Node, Type, Value
from homeground.policy.types import type_of_value
from homeground.policy.vocabulary import Fact

Verdict = Literal["allow", "caution", "insufficient data", "refer", "refuse"]
VERDICTS: Final[tuple[Verdict, ...]] = ("allow", "caution", "insufficient data", "refer", "refuse")
"""From mildest to strictest. Not knowing is stricter than a caution, because a rule that would stop the deal may hold;
it is milder than a referral, because whoever is referred to sees what is not known and may decide."""

RULE_VERDICTS: Final[tuple[Verdict, ...]] = ("allow", "caution", "refer", "refuse")
"""What a rule may say; `insufficient data` comes from what is unknown, never from a text."""

HitPolicy = Literal["U", "A", "F", "P", "C", "C+", "C<", "C>", "C#"]


def strictness(verdict: Verdict) -> int:
    """Return the place of a verdict in the order from mildest (0) to strictest."""
    return VERDICTS.index(verdict)


def when_open(verdict: Verdict) -> Verdict:
    """Return what a rule contributes while it cannot be known whether it fires.

    A rule that would refuse or refer makes the data insufficient; a caution stands until it is ruled out; a rule that
    allows adds nothing.
    """
    return {"refuse": "insufficient data", "refer": "insufficient data"}.get(verdict, verdict)  # type: ignore[return-value]


@dataclass(frozen=True)
class Span:
    """Days in force: from `first` to `last`, both counted; `last` is None while it lasts."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Whether a day lies in the span."""
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: Span) -> bool:
        """Whether two spans have a day in common."""
        return (other.last is None or self.first <= other.last) and (self.last is None or other.first <= self.last)

    def __str__(self) -> str:
        """Write the span as a reader does."""
        return f"from {self.first}" if self.last is None else f"{self.first} to {self.last}"


@dataclass(frozen=True)
class DatedValue:
    """A parameter's value, the days on which it holds, and the text that set it."""

    value: Value
    span: Span
    reference: str


@dataclass(frozen=True)
class Parameter:
    """A named value of the book over time, oldest first."""

    name: str
    meaning: str
    unit: str
    values: tuple[DatedValue, ...]
    file: str = field(default="", compare=False)

    @property
    def type(self) -> Type:
        """The type of its values, which is the same on all days."""
        return type_of_value(self.values[0].value)

    def on(self, day: date) -> DatedValue | None:
        """Return the value in force on a day; of two that overlap the later one."""
        return next((dated for dated in reversed(self.values) if dated.span.covers(day)), None)


Listed = tuple[str, ...] | str | None
"""Codes written out, the name of a parameter that lists them, or None for no limit."""


@dataclass(frozen=True)
class Scope:
    """What a rule is about at all; outside of it the rule says nothing.

    Products are beginnings of HS codes; partners are countries or blocs, whose members are taken on the day asked.
    """

    direction: str | None = None
    products: Listed = None
    except_products: Listed = None
    partners: Listed = None
    except_partners: Listed = None
    least_value_usd: float | None = None


@dataclass(frozen=True)
class Rule:
    """One rule in one version. It fires where the case is in scope, `when` holds and `unless` does not."""

    id: str
    title: str
    legal: str
    span: Span
    scope: Scope
    when: Node
    unless: Node
    verdict: Verdict
    role: str
    signatures: int
    reason: str
    file: str = field(default="", compare=False)


@dataclass(frozen=True)
class Row:
    """A row of a decision table: the condition that its cells make, and its outputs by heading."""

    id: str
    condition: Node
    outputs: Mapping[str, Value]


@dataclass(frozen=True)
class DecisionTable:
    """A decision table: rows that give verdicts, or (`gives`) a value that conditions may use by name."""

    id: str
    title: str
    legal: str
    span: Span
    scope: Scope
    hit: HitPolicy
    inputs: tuple[Node, ...]
    rows: tuple[Row, ...]
    gives: str = ""
    gives_type: Type = "number"
    unit: str = ""
    priority: tuple[Value, ...] = ()
    default: Value = None
    file: str = field(default="", compare=False)


@dataclass(frozen=True)
class SigningRule:
    """Who signs decisions on deals in its scope and of these verdicts (all where none is named); see `signing`."""

    id: str
    title: str
    legal: str
    span: Span
    scope: Scope
    verdicts: tuple[Verdict, ...]
    roles: tuple[str, ...]
    signatures: int = 1
    file: str = field(default="", compare=False)


@dataclass(frozen=True)
class Scenario:
    """A case with the verdict that it must have. `fires` and `open` name rules, where they are stated.

    `signed_by` names the signatures that a decision on it needs, each as its roles with "or" between them.
    """

    name: str
    day: date
    case: Mapping[str, Value]
    expect: Verdict
    fires: tuple[str, ...] | None = None
    open: tuple[str, ...] | None = None
    signed_by: tuple[str, ...] | None = None
    file: str = field(default="", compare=False)


@dataclass(frozen=True)
class Book:
    """A policy book. `version` is the hash of its text, so that a verdict can name what it rests on."""

    title: str
    authority: str
    notes: tuple[str, ...]
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    tables: tuple[DecisionTable, ...]
    scenarios: tuple[Scenario, ...]
    version: str
    signing: tuple[SigningRule, ...] = ()
    where: str = field(default="", compare=False)

    @property
    def parts(self) -> tuple[Rule | DecisionTable, ...]:
        """The rules and tables, which have an id, a scope and dates in common."""
        return (*self.rules, *self.tables)

    def names(self) -> dict[str, Type]:
        """Every name that a condition of the book may use, with its type."""
        found: dict[str, Type] = {name: fact.type for name, fact in self.facts.items()}
        found |= {name: parameter.type for name, parameter in self.parameters.items()}
        return found | {table.gives: table.gives_type for table in self.tables if table.gives}

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of every name that has one."""
        found = {name: fact.unit for name, fact in self.facts.items()}
        found |= {name: parameter.unit for name, parameter in self.parameters.items()}
        return found | {table.gives: table.unit for table in self.tables if table.gives}

    def turning_days(self) -> tuple[date, ...]:
        """The days on which the text in force changes: each first day, and the day after each last one."""
        spans = [part.span for part in (*self.parts, *self.signing)]
        spans += [dated.span for parameter in self.parameters.values() for dated in parameter.values]
        ends = [span.last for span in spans if span.last is not None and span.last < date.max]
        days = {span.first for span in spans} | {date.fromordinal(last.toordinal() + 1) for last in ends}
        return tuple(sorted(days))


@dataclass(frozen=True)
class ActiveRule:
    """A rule on a day: parameters and blocs filled in. `applies` is its scope, `fires` the whole."""

    id: str
    title: str
    legal: str
    verdict: Verdict
    role: str
    signatures: int
    reason: str
    applies: Node
    fires: Node


@dataclass(frozen=True)
class Law:
    """What of a book is in force on a day: rules, and values that tables give, as conditions over facts alone."""

    book: Book
    day: date
    rules: tuple[ActiveRule, ...]
    values: Mapping[str, Node]
    parameters: Mapping[str, DatedValue]
    not_in_force: tuple[Rule | DecisionTable, ...]
