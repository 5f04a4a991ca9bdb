"""What of a book is in force on a day: parameters as their values, blocs as their members, tables as their rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import combinations
from typing import Any, cast

from homeground.errors import BadInput, message
from homeground.policy import possibility, scopes, tables
from homeground.policy.model import ActiveRule, Book, DatedValue, DecisionTable, Law, Rule
from homeground.policy.nodes import Choice, Constant, Node, Not, Type, Unknown, Value, all_of, filled


def on(book: Book, day: date) -> Law:
    """Return the law of a day.

    Raises BadInput for two texts of one rule, table or value that hold at once, and for a table in which more rows fit
    than its hit policy allows.
    """
    _only_one_text(book, day)
    parameters = {name: parameter.on(day) for name, parameter in book.parameters.items()}
    filled: dict[str, Node] = {
        name: _constant(dated, book.parameters[name].type, f"parameter {name} has no value on {day}")
        for name, dated in parameters.items()
    }
    lists = {name: dated.value for name, dated in parameters.items() if dated and isinstance(dated.value, tuple)}
    law = _Law(book, day, filled, cast(Any, lists))
    for table in (table for table in book.tables if table.span.covers(day)):
        law.take_table(table)
    for rule in (rule for rule in book.rules if rule.span.covers(day)):
        law.take_rule(rule)
    for name in {table.gives for table in book.tables if table.gives} - set(law.values):
        law.values[name] = Unknown(book.names()[name], f"no table gives {name} on {day}")
    waiting = tuple(part for part in book.parts if not part.span.covers(day))
    known = {name: dated for name, dated in parameters.items() if dated}
    return Law(book, day, tuple(law.rules), law.values, known, waiting)


def _only_one_text(book: Book, day: date) -> None:
    held = [part for part in book.parts if part.span.covers(day)]
    named = [(part.id, part) for part in held]
    named += [(part.gives, part) for part in held if isinstance(part, DecisionTable) and part.gives]
    seen: dict[str, Rule | DecisionTable] = {}
    for name, part in named:
        if (other := seen.setdefault(name, part)) is not part:
            what = f"two texts of {name} hold on {day}"
            found = f"{other.span} and {part.span}"
            where = f"{book.where}/{part.file}"
            do = "end one before the other begins, or give it another name"
            raise BadInput(message(what, where=where, found=found, expected="one", do=do))


class _Law:
    def __init__(
        self, book: Book, day: date, parameters: Mapping[str, Node], lists: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.book = book
        self.day = day
        self.parameters = parameters
        self.lists = lists
        self.rules: list[ActiveRule] = []
        self.values: dict[str, Node] = {}

    def take_rule(self, rule: Rule) -> None:
        applies = scopes.condition(rule.scope, self.day, self.lists)
        fires = all_of(applies, self._fill(rule.when), *self._unless(rule.unless))
        self.rules.append(
            ActiveRule(
                rule.id, rule.title, rule.legal, rule.verdict, rule.role, rule.signatures, rule.reason, applies, fires
            )
        )

    def take_table(self, table: DecisionTable) -> None:
        self._only_one_row_where_one_is_promised(table)
        if table.gives:
            self.values[table.gives] = self._in_scope(table, self._fill(tables.value(table)))
            return
        applies = scopes.condition(table.scope, self.day, self.lists)
        first, fires = tables.firing(table)
        self.values |= {name: self._fill(node) for name, node in first.items()}
        for row, condition in zip(table.rows, fires, strict=True):
            given = row.outputs
            self.rules.append(
                ActiveRule(
                    id=f"{table.id}/{row.id}",
                    title=table.title,
                    legal=str(given.get("legal") or table.legal),
                    verdict=cast(Any, given["verdict"]),
                    role=str(given.get("role") or ""),
                    signatures=int(cast(float, given.get("signatures") or 1)),
                    reason=str(given.get("reason") or table.title),
                    applies=applies,
                    fires=all_of(applies, self._fill(condition)),
                )
            )

    def _in_scope(self, table: DecisionTable, value: Node) -> Node:
        applies = scopes.condition(table.scope, self.day, self.lists)
        if applies == Constant(True):
            return value
        return Choice(applies, value, Unknown(table.gives_type, f"the case is outside of table {table.id}"))

    def _unless(self, node: Node) -> tuple[Node, ...]:
        return () if node == Constant(False) else (Not(self._fill(node)),)

    def _fill(self, node: Node) -> Node:
        return filled(node, self.parameters)

    def _only_one_row_where_one_is_promised(self, table: DecisionTable) -> None:
        """Refuse a table of hit policy U in which two rows can fit one case, or A in which they disagree."""
        if found := overlap(table, self.parameters, self.book):
            first, second, case = found
            what = f"rows {first} and {second} of a table with hit policy {table.hit} fit the same case"
            do = "part the rows, or choose hit policy F (the first counts), P (the strictest counts) or C (all count)"
            where = f"{self.book.where}/{table.file}, table {table.id}, on {self.day}"
            raise BadInput(message(what, where=where, found=case, expected="one row", do=do))


def overlap(table: DecisionTable, parameters: Mapping[str, Node], book: Book) -> tuple[str, str, str] | None:
    """Find two rows that break the hit policy U or A, with a case that both fit."""
    if table.hit not in ("U", "A"):
        return None
    conditions = [filled(row.condition, parameters) for row in table.rows]
    for first, second in combinations(range(len(conditions)), 2):
        if table.hit == "A" and table.rows[first].outputs == table.rows[second].outputs:
            continue
        found = possibility.example(all_of(conditions[first], conditions[second]), book.facts)
        if found.case is not None:
            return table.rows[first].id, table.rows[second].id, possibility.in_words(found.case)
    return None


def _constant(dated: DatedValue | None, kind: Type, why: str) -> Node:
    value: Value = dated.value if dated else None
    return Unknown(kind, why) if value is None else Constant(value)
