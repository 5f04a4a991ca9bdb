"""Whether a book is sound: dates, rules that can never fire, contradictions, tables with holes, scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, pairwise, permutations
from typing import Any, Final, cast

from homeground.codes import products
from homeground.errors import HomegroundError, listing
from homeground.policy import law as laws
from homeground.policy import possibility, scopes, signing
from homeground.policy.findings import SEVERITIES, Finding, Severity
from homeground.policy.model import ActiveRule, Book, DecisionTable, Law, Span, strictness, when_open
from homeground.policy.nodes import Constant, Node, Not, all_of, any_of, filled, names
from homeground.policy.scenarios import run_scenarios


def check(book: Book) -> tuple[Finding, ...]:
    """Run every check on a book that could be read, on each day on which its text changes; gravest findings first."""
    found: list[Finding] = []
    looked: set[tuple[str, Node, Node]] = set()
    for step in (_dates, _unused, _codes):
        found += step(book)
    for day in book.turning_days():
        try:
            law = laws.on(book, day)
        except HomegroundError as error:
            found.append(
                Finding(
                    "error",
                    "cannot be applied",
                    f"on {day}",
                    str(error),
                    "correct the book; the checks of this day wait for it",
                )
            )
            continue
        found += [*_without_value(law), *_firing(law), *_contradictions(law, looked), *_holes(law)]
        found += signing.check(law)
    if not any(finding.check == "cannot be applied" for finding in found):
        found += _scenarios(book)
    return tuple(sorted(dict.fromkeys(_once(found)), key=lambda finding: SEVERITIES.index(finding.severity)))


def _once(found: list[Finding]) -> Iterator[Finding]:
    """Keep the first of findings that come back on later days."""
    seen = set()
    for finding in found:
        key = (finding.check, finding.where, finding.severity)
        if finding.check in REPEATING and key in seen:
            continue
        seen.add(key)
        yield finding


REPEATING: Final = frozenset(
    {"never fires", "always fires", "never decides", "contradiction", "hole", "no value", "never applies"}
)


def _dates(book: Book) -> Iterator[Finding]:
    lines: dict[str, list[Span]] = {}
    for rule in book.rules:
        lines.setdefault(f"rule {rule.id}", []).append(rule.span)
    for table in book.tables:
        lines.setdefault(f"table {table.id}", []).append(table.span)
    for entry in book.signing:
        lines.setdefault(f"signing {entry.id}", []).append(entry.span)
    for parameter in book.parameters.values():
        lines[f"parameter {parameter.name}"] = [dated.span for dated in parameter.values]
    for where, spans in lines.items():
        for earlier, later in combinations(spans, 2):
            if earlier.meets(later):
                what = f"two texts hold at once: {earlier}, and {later}"
                yield Finding("error", "dates overlap", where, what, "end one before the other begins")
        for earlier, later in pairwise(sorted(spans, key=lambda span: span.first)):
            if earlier.last is not None and later.first > earlier.last + timedelta(days=1):
                what = f"nothing holds from {earlier.last + timedelta(days=1)} to {later.first - timedelta(days=1)}"
                yield Finding("warning", "dates leave a gap", where, what, "close the gap, or leave it if it is meant")


def _unused(book: Book) -> Iterator[Finding]:
    used = {name for rule in book.rules for node in (rule.when, rule.unless) for name in names(node)}
    used |= {name for table in book.tables for node in table.inputs for name in names(node)}
    used |= {name for table in book.tables for row in table.rows for name in names(row.condition)}
    used |= {name for part in (*book.parts, *book.signing) for name in scopes.lists_of(part.scope)}
    values = {table.gives: f"table {table.id}" for table in book.tables if table.gives}
    for name, where in {**{name: f"parameter {name}" for name in book.parameters}, **values}.items():
        if name not in used:
            yield Finding("note", "not used", where, f"no condition uses {name}", "use it, or leave it out")


def _codes(book: Book) -> Iterator[Finding]:
    """Look for beginnings of HS codes that no packaged revision has."""
    for part in (*book.parts, *book.signing):
        for listed in (part.scope.products, part.scope.except_products):
            if strange := [code for code in scopes.every(listed, book.parameters, part.id) if _unheard_of(code)]:
                what = f"no packaged revision of the HS names {listing(dict.fromkeys(strange))}"
                do = "correct the code, or keep it if it is new"
                yield Finding("warning", "unknown product", part.id, what, do)


def _unheard_of(code: str) -> bool:
    return not any(products.describe(code, revision).exact for revision in products.revisions())


def _without_value(law: Law) -> Iterator[Finding]:
    """Look for rules in force that use a parameter without a value on that day."""
    for rule in (rule for rule in law.book.rules if rule.span.covers(law.day)):
        asked = names(rule.when) | names(rule.unless) | scopes.lists_of(rule.scope)
        if absent := sorted((asked & set(law.book.parameters)) - set(law.parameters)):
            what = f"it holds on {law.day}, and {listing(absent)} has no value then: the rule stays open"
            yield Finding("error", "no value", f"rule {rule.id}", what, "date the parameter from the rule's first day")


def _firing(law: Law) -> Iterator[Finding]:
    """Look for rules that can never fire, and for those that fire on all in their scope though they have conditions."""
    for rule in law.rules:
        fires = _whole(law, rule.fires)
        found = possibility.example(fires, law.book.facts)
        if found.case is None and found.decided:
            severity: Severity = "note" if "/" in rule.id else "error"
            what = f"no case can make it fire (looked at on {law.day})"
            do = "look at limits (0.65 for 65 %), scope and dates"
            yield Finding(severity, "never fires", f"rule {rule.id}", what, do)
        elif rule.fires != rule.applies:
            spared = possibility.example(all_of(rule.applies, Not(fires)), law.book.facts)
            if spared.case is None and spared.decided:
                what = "it fires on every case in its scope, whatever its conditions say"
                yield Finding("warning", "always fires", f"rule {rule.id}", what, "look at the conditions")


def _contradictions(law: Law, looked: set[tuple[str, Node, Node]]) -> Iterator[Finding]:
    """Look for rules that allow what others stop, and for rules that a stricter one always outdoes."""
    for mild, strict in permutations(law.rules, 2):
        pair = (f"{mild.verdict} {strict.verdict}", mild.fires, strict.fires)
        stops = when_open(strict.verdict) != strict.verdict and strictness(mild.verdict) < strictness(strict.verdict)
        if stops and pair not in looked and mild.id.split("/")[0] != strict.id.split("/")[0]:
            looked.add(pair)
            yield from _outdone(law, mild, strict)


def _outdone(law: Law, mild: ActiveRule, strict: ActiveRule) -> Iterator[Finding]:
    both = all_of(_whole(law, mild.fires), _whole(law, strict.fires))
    alone = all_of(_whole(law, mild.fires), Not(_whole(law, strict.fires)))
    together = possibility.example(both, law.book.facts)
    if together.case is None:
        return
    apart = possibility.example(alone, law.book.facts)
    where = f"rules {mild.id} and {strict.id}"
    never = apart.case is None and apart.decided
    if mild.verdict == "allow" and "/" not in mild.id:
        words = possibility.in_words(together.case)
        what = f"one allows, the other says {strict.verdict}, as where {words}; the stricter one stands"
        do = f"write the exception into {strict.id} (unless), or part the two"
        yield Finding("error" if never else "warning", "contradiction", where, what, do)
    elif never:
        what = f"wherever {mild.id} fires, {strict.id} does too and is stricter"
        yield Finding("note", "never decides", where, what, "leave it for its reason, or take it out")


def _holes(law: Law) -> Iterator[Finding]:
    """Look for cases that no row of a table fits, though the table's scope covers them."""
    for table in (table for table in law.book.tables if table.span.covers(law.day)):
        if table.hit in ("C", "C#") or table.default is not None:
            continue
        hole = _hole(law, table)
        if hole.case is not None:
            what = f"no row fits {possibility.in_words(hole.case)}"
            severity: Severity = "warning" if table.gives else "note"
            yield Finding(severity, "hole", f"table {table.id}", what, "add a row, a default, or narrow the scope")
        elif not hole.decided:
            what = "it is too large to be searched for holes"
            yield Finding("note", "hole", f"table {table.id}", what, "split the table")


def _hole(law: Law, table: DecisionTable) -> possibility.Found:
    constants = {name: _as_node(dated.value) for name, dated in law.parameters.items()}
    fits = any_of(*(filled(row.condition, constants) for row in table.rows))
    lists = {name: dated.value for name, dated in law.parameters.items() if isinstance(dated.value, tuple)}
    within = scopes.condition(table.scope, law.day, cast(Any, lists))
    return possibility.example(all_of(within, Not(fits)), law.book.facts)


def _as_node(value: object) -> Node:
    return Constant(value)  # type: ignore[arg-type]


def _whole(law: Law, node: Node) -> Node:
    """Put the values that tables give into a condition."""
    return filled(node, law.values)


def _scenarios(book: Book) -> Iterator[Finding]:
    for outcome in run_scenarios(book):
        if not outcome.passes:
            where = f"scenario {outcome.scenario.name}"
            yield Finding("error", "scenario", where, "; ".join(outcome.faults), "correct the rule or the scenario")
    days = {scenario.day for scenario in book.scenarios}
    begins = [(part.id, part.span) for part in book.parts]
    begins += [(name, dated.span) for name, parameter in book.parameters.items() for dated in parameter.values]
    for name, span in begins:
        before = span.first - timedelta(days=1)
        if before not in days:
            what = f"no scenario on {before}, the day before it begins"
            yield Finding("note", "day before", f"{name} {span}", what, "write one")
