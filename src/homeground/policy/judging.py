"""Hold one case, or a whole table of cases, against the law of a day.

The outcome is the strictest of what the rules say; order: refuse, refer, insufficient data, caution, allow. So adding a
rule never makes an outcome milder, and a rule that allows never overrides one that does not: an exception stands in the
rule that it is an exception to (`unless`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from homeground.policy import templates
from homeground.policy.evaluation import NOTHING, Known, Missing, evaluate, of_case
from homeground.policy.model import VERDICTS, ActiveRule, Law, Verdict, strictness, when_open
from homeground.policy.nodes import Value, names

ALLOW: Final[Verdict] = "allow"


@dataclass(frozen=True)
class Firing:
    """A rule that fires, or (`missing` not empty) that may fire once what is missing is known.

    `reason` has the numbers of the case in it.
    """

    rule: ActiveRule
    reason: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """The outcome of one case under the law of a day.

    `fired` and `open` are ordered from strictest to mildest; `passed` rules were in scope and did not fire. `roles` and
    `signatures` are what the referrals ask for together. `unknown` names what was not known and mattered.
    `strictest_possible` is the outcome if every open rule fired.
    """

    verdict: Verdict
    day: date
    fired: tuple[Firing, ...]
    open: tuple[Firing, ...]
    passed: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    not_in_force: tuple[str, ...]
    unknown: tuple[str, ...]
    strictest_possible: Verdict
    roles: tuple[str, ...]
    signatures: int
    version: str
    notes: tuple[str, ...] = ()


def judge(law: Law, case: Mapping[str, Value]) -> Judgement:
    """Judge one case (see `cases.typed_case`); facts that it leaves out are not known."""
    lookup = _Lookup(law, case.get)
    fired: list[Firing] = []
    unsure: list[Firing] = []
    passed: list[str] = []
    outside: list[str] = []
    for rule in law.rules:
        applies, fires, missing = _fires(rule, lookup)
        if fires is None:
            unsure.append(Firing(rule, _reason(law, rule, lookup), tuple(sorted(missing))))
        elif fires:
            fired.append(Firing(rule, _reason(law, rule, lookup)))
        else:
            (outside if applies is False else passed).append(rule.id)
    verdicts = [f.rule.verdict for f in fired]
    referrals = [f.rule for f in fired if f.rule.verdict == "refer"]
    return Judgement(
        verdict=strictest([*verdicts, *(when_open(f.rule.verdict) for f in unsure)]),
        day=law.day,
        fired=_by_strictness(fired),
        open=_by_strictness(unsure),
        passed=tuple(passed),
        out_of_scope=tuple(outside),
        not_in_force=tuple(dict.fromkeys(f"{part.id} ({part.span})" for part in law.not_in_force)),
        unknown=tuple(sorted({name for f in unsure for name in f.missing})),
        strictest_possible=strictest([*verdicts, *(f.rule.verdict for f in unsure)]),
        roles=tuple(dict.fromkeys(rule.role for rule in referrals)),
        signatures=max((rule.signatures for rule in referrals), default=1),
        version=law.book.version,
        notes=() if law.rules else (f"no rule of this book is in force on {law.day}",),
    )


def stricter(law: Law, known: Known, most: Verdict, rules: Iterable[ActiveRule]) -> ActiveRule | None:
    """Return the first of these rules that alone makes a case's outcome stricter than `most`, None where none does.

    `known` gives the value of a fact, None where it is not known; it is asked for what these rules need, and no more.
    """
    lookup = _Lookup(law, known)
    limit = strictness(most)
    for rule in rules:
        if strictness(rule.verdict) > limit:
            _, fires, _ = _fires(rule, lookup)
            if fires or (fires is None and strictness(when_open(rule.verdict)) > limit):
                return rule
    return None


def _fires(rule: ActiveRule, lookup: _Lookup) -> tuple[Value, Value, Missing]:
    """Whether a rule is in scope, whether it fires, and what leaves that open."""
    applies, _ = evaluate(rule.applies, lookup)
    return (False, False, NOTHING) if applies is False else (applies, *evaluate(rule.fires, lookup))


def strictest(verdicts: list[Verdict]) -> Verdict:
    """Return the strictest of several verdicts; allow where there is none."""
    return max(verdicts, key=strictness, default=ALLOW)


class _Lookup:
    """Looks names up in the case, and computes the values that tables give once per case."""

    def __init__(self, law: Law, known: Known) -> None:
        self.law = law
        self.of_case = of_case(known)
        self.computed: dict[str, tuple[Value, Missing]] = {}

    def __call__(self, name: str) -> tuple[Value, Missing]:
        if name not in self.law.values:
            return self.of_case(name)
        if name not in self.computed:
            self.computed[name] = evaluate(self.law.values[name], self)
        return self.computed[name]


def _reason(law: Law, rule: ActiveRule, lookup: _Lookup) -> str:
    def value(name: str) -> Value:
        dated = law.parameters.get(name)
        return dated.value if dated else None if name in law.book.parameters else lookup(name)[0]

    return templates.fill(rule.reason, value, law.book.units)


def _by_strictness(firings: list[Firing]) -> tuple[Firing, ...]:
    return tuple(sorted(firings, key=lambda f: -strictness(f.rule.verdict)))


def facts_of(law: Law) -> tuple[str, ...]:
    """Name the facts that the law of a day asks about."""
    asked = {name for rule in law.rules for name in names(rule.fires)}
    asked |= {name for node in law.values.values() for name in names(node)}
    return tuple(sorted(asked & set(law.book.facts)))


def judge_table(law: Law, cases: Any, texts: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """Judge every row of an Ibis table whose columns are named as facts; lazily.

    Adds `verdict`, `strictest_possible`, and for each rule a column `rule <id>`: true it fires, false it does not, null
    it is open. Facts without a column are unknown in every row. A row's outcome is that of `judge` for its case.
    `texts` are columns, by the name of a fact, that hold all its texts: where cases take long to work out, give those
    of the table that they come from.
    """
    from homeground.policy import columns

    whole, by_name, tests = columns.with_facts(law, cases, texts)
    of = partial(columns.expression, columns=by_name, looked_up=tests)
    rules = {f"rule {rule.id}": columns.in_scope_first(rule.applies, rule.fires, of) for rule in law.rules}
    judged = whole.mutate(**rules)
    judged = judged.drop(*(name for name in judged.columns if name.startswith(columns.ADDED)))
    fires = {
        verdict: [judged[f"rule {rule.id}"] for rule in law.rules if rule.verdict == verdict] for verdict in VERDICTS
    }
    return judged.mutate(**columns.outcomes(fires))
