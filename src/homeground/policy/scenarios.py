"""Scenarios: cases that a book carries with the verdict each must have."""

from __future__ import annotations

from dataclasses import dataclass

from homeground.errors import NotInHome
from homeground.policy import law as laws
from homeground.policy.judging import Judgement, judge
from homeground.policy.model import Book, Law, Scenario
from homeground.policy.signing import signatures


@dataclass(frozen=True)
class Outcome:
    """A scenario and what the book says of it. `faults` names what differs from what is written; empty if nothing."""

    scenario: Scenario
    judgement: Judgement
    faults: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether everything is as the scenario says."""
        return not self.faults


def run_scenarios(book: Book, scenarios: tuple[Scenario, ...] | None = None) -> tuple[Outcome, ...]:
    """Judge the scenarios of a book, or others; raises BadInput where the law of a scenario's day cannot be made."""
    chosen = book.scenarios if scenarios is None else scenarios
    by_day = {day: laws.on(book, day) for day in {scenario.day for scenario in chosen}}
    return tuple(_outcome(scenario, by_day[scenario.day]) for scenario in chosen)


def _outcome(scenario: Scenario, law: Law) -> Outcome:
    found = judge(law, scenario.case)
    faults = [f"verdict {found.verdict}, expected {scenario.expect}"] if found.verdict != scenario.expect else []
    for what, expected, firings in (("fires", scenario.fires, found.fired), ("is open", scenario.open, found.open)):
        got = sorted(firing.rule.id for firing in firings)
        if expected is not None and got != sorted(expected):
            faults.append(f"{', '.join(got) or 'no rule'} {what}, expected {', '.join(sorted(expected)) or 'none'}")
    if scenario.signed_by is not None and (got := _signed_by(scenario, law, found)) != sorted(scenario.signed_by):
        faults.append(f"signed by {', '.join(got) or 'nobody'}, expected {', '.join(sorted(scenario.signed_by))}")
    return Outcome(scenario, found, tuple(faults))


def _signed_by(scenario: Scenario, law: Law, found: Judgement) -> list[str]:
    """Name the signatures that a decision needs; none where the book names nobody."""
    try:
        needed = signatures(law, scenario.case, found.verdict, [firing.rule.id for firing in found.fired])
    except NotInHome:
        return []
    return sorted(" or ".join(each.roles) for each in needed)
