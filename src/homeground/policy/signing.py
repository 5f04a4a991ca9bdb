"""Who signs a decision: the signatures that a book asks for, by verdict, class of goods, partner and value.

Every entry `[[signing]]` in force that covers a deal asks for its signatures, and all of them together are needed; so
an entry that is added never makes a decision easier. Each signature is another person's. A rule that refers the deal to
a role asks for a signature in that role, and for as many as it says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from homeground.errors import NotInHome, message
from homeground.policy import possibility, scopes
from homeground.policy.entries import Entry, fault
from homeground.policy.evaluation import evaluate, of_case
from homeground.policy.findings import Finding
from homeground.policy.model import VERDICTS, Law, Parameter, SigningRule, Verdict
from homeground.policy.nodes import Node, Not, Value, any_of
from homeground.policy.table_reading import IDENTITY

KEYS: Final = (*scopes.KEYS, "id", "title", "legal", "from", "to", "verdicts", "roles", "signatures", "note")


@dataclass(frozen=True)
class Signature:
    """One signature that is needed: the rule that asks for it, the roles of which one gives it, the legal basis."""

    rule: str
    roles: tuple[str, ...]
    legal: str


def read(values: object, where: str, file: str, parameters: Mapping[str, Parameter]) -> SigningRule:
    """Read an entry `[[signing]]`."""
    entry = Entry(values, where, KEYS)
    scope = scopes.scope(entry)
    scopes.check(scope, parameters, where)
    verdicts, roles = entry.texts("verdicts"), entry.texts("roles")
    if strange := sorted(set(verdicts) - set(VERDICTS)):
        raise fault("unknown verdict", where, repr(strange[0]), ", ".join(VERDICTS))
    if not roles or not all(role.strip() for role in roles):
        raise fault("nobody is named who signs", where, repr(list(roles)), 'roles = ["officer"]')
    signatures = entry.number("signatures", 1.0)
    if signatures not in range(1, 10):
        raise fault("not a number of signatures", where, repr(entry.values["signatures"]), "1 to 9")
    return SigningRule(
        id=entry.formed("id", IDENTITY),
        title=entry.text("title"),
        legal=entry.text("legal"),
        span=entry.span(),
        scope=scope,
        verdicts=cast(Any, verdicts),
        roles=tuple(" ".join(role.split()) for role in roles),
        signatures=int(cast(float, signatures)),
        file=file,
    )


def signatures(
    law: Law, case: Mapping[str, Value], verdict: Verdict, fired: Collection[str] = ()
) -> tuple[Signature, ...]:
    """Return the signatures that a decision needs on a case of this verdict, under which the rules `fired`.

    An entry whose scope cannot be decided, because the value is not known, asks for its signatures all the same. Raises
    NotInHome where nobody is named who may sign.
    """
    needed = [
        Signature(rule.id, rule.roles, rule.legal)
        for rule, applies in _conditions(law, verdict)
        if evaluate(applies, of_case(case.get))[0] is not False
        for _ in range(rule.signatures)
    ]
    if not needed:
        what = f"the policy of {law.day} names nobody who may sign this"
        do = "add an entry [[signing]] to the policy book, and review the deal again"
        raise NotInHome(message(what, where=law.book.title, found=f"verdict {verdict}", do=do))
    for rule in (rule for rule in law.rules if rule.id in fired and rule.verdict == "refer"):
        asked = Signature(rule.id, (rule.role,), rule.legal)
        needed += [asked] * (all(each.roles != asked.roles for each in needed))
        needed += [asked] * (rule.signatures - len(needed))
    return tuple(needed)


def check(law: Law) -> Iterator[Finding]:
    """Look for decisions that nobody may sign, and for entries that cover none, on a day on which there are entries."""
    facts = law.book.facts
    if not any(rule.span.covers(law.day) for rule in law.book.signing):
        return
    for verdict in VERDICTS:
        left = possibility.example(Not(any_of(*(applies for _, applies in _conditions(law, verdict)))), facts)
        if left.case is not None:
            words = possibility.in_words(left.case)
            what = f"nobody signs a deal of verdict {verdict}" + (f" where {words}" if words else "")
            yield Finding("error", "nobody signs", f"on {law.day}, {verdict}", what, "add an entry, or widen one")
    for rule, applies in _conditions(law, None):
        found = possibility.example(applies, facts)
        if found.case is None and found.decided:
            what = f"no deal is in its scope (looked at on {law.day})"
            yield Finding("error", "never applies", f"signing {rule.id}", what, "look at products, partners and dates")


def _conditions(law: Law, verdict: Verdict | None) -> list[tuple[SigningRule, Node]]:
    """List the entries in force, of one verdict or of all, with the conditions that their scopes are."""
    lists = {name: dated.value for name, dated in law.parameters.items() if isinstance(dated.value, tuple)}
    held = [rule for rule in law.book.signing if rule.span.covers(law.day)]
    wanted = [rule for rule in held if verdict is None or not rule.verdicts or verdict in rule.verdicts]
    return [(rule, scopes.condition(rule.scope, law.day, cast(Any, lists))) for rule in wanted]
