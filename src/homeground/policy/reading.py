"""Read a policy book, a folder of TOML texts and decision tables; every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar, cast, get_args

from homeground import toml
from homeground.errors import BadInput, HomegroundError
from homeground.policy import grammar, scopes, signing, table_reading, templates, vocabulary
from homeground.policy.cases import typed_case
from homeground.policy.entries import Entry, entries, fault
from homeground.policy.model import (
    RULE_VERDICTS,
    VERDICTS,
    Book,
    DatedValue,
    DecisionTable,
    Parameter,
    Rule,
    Scenario,
    SigningRule,
    Span,
)
from homeground.policy.nodes import FALSE, TRUE, Node, Type, Value
from homeground.policy.types import type_of, type_of_value
from homeground.policy.vocabulary import Fact
from homeground.sources import policy_folder
from homeground.sources.policy_folder import PolicyFolder

KINDS: Final = ("book", "fact", "parameter", "rule", "table", "signing", "scenario", "common")
RULE_KEYS: Final = (
    *scopes.KEYS,
    *("id", "title", "legal", "from", "to", "when", "unless", "verdict", "role", "signatures", "reason", "note"),
)
SCENARIO_KEYS: Final = ("name", "day", "case", "expect", "fires", "open", "signed_by")
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,60}", re.ASCII)

T = TypeVar("T")


def read(folder: str | Path) -> Book:
    """Read a policy book; raises BadInput with everything that is wrong in it, each with file, rule, key and remedy."""
    book, faults = look(folder)
    if faults:
        raise BadInput("\n".join(faults))
    return book


def look(folder: str | Path) -> tuple[Book, tuple[str, ...]]:
    """Read what can be read of a book, and say what is wrong in the rest."""
    return parse(policy_folder.read(Path(folder)))


def parse(folder: PolicyFolder) -> tuple[Book, tuple[str, ...]]:
    """Turn the files of a book into the book, and the messages of what could not be taken."""
    return _Reader(folder).book()


@dataclass
class _Reader:
    """Collects what is well-formed, and the messages of what is not."""

    folder: PolicyFolder
    faults: list[str] = field(default_factory=list)
    found: dict[str, list[tuple[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    facts: dict[str, Fact] = field(default_factory=lambda: dict(vocabulary.packaged()))
    names: dict[str, Type] = field(default_factory=dict)

    def book(self) -> tuple[Book, tuple[str, ...]]:
        self._documents()
        title, authority, notes = self._head()
        for file, entry in self.found["fact"]:
            self._try(partial(self._fact, file, entry))
        parameters = self._all("parameter", self._parameter)
        by_name = {parameter.name: parameter for parameter in parameters}
        self._no_twins("parameter", [(parameter.name, parameter.file) for parameter in parameters])
        self.names = {name: fact.type for name, fact in self.facts.items()}
        self.names |= {parameter.name: parameter.type for parameter in parameters}
        tables = self._all("table", lambda file, entry: self._table(file, entry, by_name))
        for table in tables:
            self._try(partial(self._name_value, table, by_name))
        rules = self._all("rule", lambda file, entry: self._rule(file, entry, by_name))
        signed = self._all("signing", lambda file, entry: self._signing(file, entry, by_name))
        scenarios = self._all("scenario", self._scenario)
        book = Book(
            title=title,
            authority=authority,
            notes=notes,
            facts=self.facts,
            parameters=by_name,
            rules=tuple(sorted(rules, key=lambda rule: (rule.id, rule.span.first))),
            tables=tuple(sorted(tables, key=lambda table: (table.id, table.span.first))),
            scenarios=tuple(scenarios),
            version=self.folder.version,
            signing=tuple(sorted(signed, key=lambda entry: (entry.id, entry.span.first))),
            where=self.folder.where,
        )
        return book, tuple(self.faults)

    def _documents(self) -> None:
        for name, text in self.folder.texts.items():
            where = f"{self.folder.where}/{name}"
            try:
                document = toml.loads(text)
            except ValueError as error:
                self.faults.append(str(fault("not valid TOML", where, str(error), None)))
                continue
            self._try(partial(self._sort, document, name, where))

    def _sort(self, document: dict[str, Any], name: str, where: str) -> None:
        Entry(document, where, KINDS)
        common = document.get("common", {})
        for kind in KINDS[1:-1]:
            for entry in entries(document, kind, where):
                shared = kind == "scenario" and isinstance(entry, dict) and isinstance(entry.get("case", {}), dict)
                joined = {**entry, "case": {**common, **entry.get("case", {})}} if shared else entry
                self.found[kind].append((name, joined))
        if "book" in document:
            self.found["book"].append((name, document["book"]))

    def _head(self) -> tuple[str, str, tuple[str, ...]]:
        if len(self.found["book"]) != 1:
            found = f"{len(self.found['book'])} of them"
            self.faults.append(str(fault("a book has one entry [book]", self.folder.where, found, "title, authority")))
            return "", "", ()

        def head() -> tuple[str, str, tuple[str, ...]]:
            file, values = self.found["book"][0]
            entry = Entry(values, f"{self.folder.where}/{file}, [book]", ("title", "authority", "notes"))
            return entry.text("title"), entry.text("authority"), entry.texts("notes")

        return self._try(head) or ("", "", ())

    def _all(self, kind: str, make: Callable[[str, Any], T]) -> list[T]:
        made = (self._try(partial(make, file, entry)) for file, entry in self.found[kind])
        return [each for each in made if each is not None]

    def _try(self, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except HomegroundError as error:
            self.faults.append(str(error))
            return None

    def _no_twins(self, kind: str, named: list[tuple[str, str]]) -> None:
        for place, (name, file) in enumerate(named):
            if earlier := [other for other_name, other in named[:place] if other_name == name]:
                where = f"{self.folder.where}/{file}, {kind} {name}"
                self.faults.append(str(fault(f"two entries for {name}", where, f"also in {earlier[0]}", "one")))

    def _place(self, kind: str, file: str, entry: Any, key: str) -> str:
        given = entry.get(key) if isinstance(entry, dict) else None
        return f"{self.folder.where}/{file}, {kind} {given or '(no name)'}"

    def _fact(self, file: str, values: Any) -> None:
        where = self._place("fact", file, values, "name")
        entry = Entry(values, where, ("name", "type", "meaning", "unit", "least", "most", "values"))
        name = entry.formed("name", NAME)
        if name in self.facts or name in grammar.RESERVED:
            raise fault("the name is taken", where, repr(name), "a name of its own")
        kind = cast(Type, entry.one_of("type", tuple(each for each in get_args(Type) if each != "numbers")))
        self.facts[name] = Fact(
            name,
            kind,
            entry.text("meaning"),
            entry.text("unit", ""),
            entry.number("least", None),
            entry.number("most", None),
            entry.texts("values"),
        )

    def _parameter(self, file: str, values: Any) -> Parameter:
        where = self._place("parameter", file, values, "name")
        entry = Entry(values, where, ("name", "meaning", "unit", "values"))
        name = entry.formed("name", NAME)
        if name in self.facts or name in grammar.RESERVED:
            raise fault("the name is taken by a fact", where, repr(name), "a name of its own")
        dated = [
            self._dated(each, f"{where}, value {place}") for place, each in enumerate(entry.values.get("values", []), 1)
        ]
        if not dated:
            raise fault(
                "a parameter has dated values", where, "none", "values = [{ from = …, value = …, reference = … }]"
            )
        kinds = {type_of_value(each.value) for each in dated}
        if len(kinds) > 1:
            raise fault("the values are of different types", where, " and ".join(sorted(kinds)), "one type")
        return Parameter(name, entry.text("meaning"), entry.text("unit", ""), _until_the_next(dated), file)

    def _dated(self, values: Any, where: str) -> DatedValue:
        entry = Entry(values, where, ("from", "to", "value", "reference"))
        found = entry.values.get("value")
        many = isinstance(found, list) and bool(found) and len({type(item) for item in found}) == 1
        value: Any = tuple(found) if many else found  # type: ignore[arg-type]
        kinds = (str, bool, int, float)
        if not isinstance(value, kinds) and not (many and isinstance(value[0], str | int | float)):
            raise fault(
                "value is missing or of no known type", where, repr(found), "a number, text, yes or no, or a list"
            )
        return DatedValue(_as_float(value), entry.span(), entry.text("reference"))

    def _table(self, file: str, values: Any, parameters: dict[str, Parameter]) -> DecisionTable:
        where = self._place("table", file, values, "id")
        table = table_reading.table(values, where, file, self.folder.sheets, self.names)
        scopes.check(table.scope, parameters, where)
        return table

    def _name_value(self, table: DecisionTable, parameters: dict[str, Parameter]) -> None:
        if not table.gives:
            return
        where = f"{self.folder.where}/{table.file}, table {table.id}"
        if NAME.fullmatch(table.gives) is None or table.gives in self.facts or table.gives in parameters:
            raise fault("the output's name cannot be used", where, repr(table.gives), "a new name, or verdict")
        if self.names.get(table.gives, table.gives_type) != table.gives_type:
            found = f"{self.names[table.gives]} and {table.gives_type}"
            raise fault(f"two tables give {table.gives} in different types", where, found, "one type")
        self.names[table.gives] = table.gives_type

    def _rule(self, file: str, values: Any, parameters: dict[str, Parameter]) -> Rule:
        where = self._place("rule", file, values, "id")
        entry = Entry(values, where, RULE_KEYS)
        scope = scopes.scope(entry)
        scopes.check(scope, parameters, where)
        verdict = entry.one_of("verdict", RULE_VERDICTS)
        signatures = entry.number("signatures", 1.0)
        role = entry.text("role") if verdict == "refer" else entry.text("role", "")
        if signatures is None or signatures not in range(1, 10) or (verdict != "refer" and signatures != 1):
            raise fault("signatures go with refer", where, f"{signatures:g} with {verdict}", "1 to 9")
        reason = entry.text("reason")
        templates.check(reason, self.names, f"{where}, reason")
        return Rule(
            id=entry.formed("id", table_reading.IDENTITY),
            title=entry.text("title"),
            legal=entry.text("legal"),
            span=entry.span(),
            scope=scope,
            when=self._condition(entry, "when", TRUE),
            unless=self._condition(entry, "unless", FALSE),
            verdict=cast(Any, verdict),
            role=role,
            signatures=int(signatures),
            reason=reason,
            file=file,
        )

    def _signing(self, file: str, values: Any, parameters: dict[str, Parameter]) -> SigningRule:
        return signing.read(values, self._place("signing", file, values, "id"), file, parameters)

    def _condition(self, entry: Entry, key: str, default: Node) -> Node:
        if key not in entry.values:
            return default
        where = f"{entry.where}, {key}"
        node = grammar.parse(entry.text(key), where)
        found = type_of(node, self.names, where)
        if found != "flag":
            raise fault(
                f"{key} is no condition", where, f"a {found}", "a comparison, or conditions joined by && and ||"
            )
        return node

    def _scenario(self, file: str, values: Any) -> Scenario:
        where = self._place("scenario", file, values, "name")
        entry = Entry(values, where, SCENARIO_KEYS)
        day = entry.day("day")
        assert day is not None
        case = entry.values.get("case", {})
        return Scenario(
            name=entry.text("name"),
            day=day,
            case=typed_case(case, self.facts, where),
            expect=cast(Any, entry.one_of("expect", VERDICTS)),
            fires=entry.texts("fires") if "fires" in entry.values else None,
            open=entry.texts("open") if "open" in entry.values else None,
            signed_by=entry.texts("signed_by") if "signed_by" in entry.values else None,
            file=file,
        )


def _as_float(value: Any) -> Value:
    """Keep numbers as floats; yes or no stays what it is."""
    if isinstance(value, tuple):
        return tuple(_as_float(item) for item in value)  # type: ignore[return-value]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _until_the_next(dated: list[DatedValue]) -> tuple[DatedValue, ...]:
    """Let a value without a last day hold until the day before the next one begins."""
    ordered = sorted(dated, key=lambda each: each.span.first)
    ended = []
    for each, following in zip(ordered, [*ordered[1:], None], strict=True):
        span = each.span
        if following is not None and span.last is None and following.span.first > span.first:
            span = Span(span.first, type(span.first).fromordinal(following.span.first.toordinal() - 1))
        ended.append(DatedValue(each.value, span, each.reference))
    return tuple(ended)
