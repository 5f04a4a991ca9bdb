"""A plan of deals reviewed together, so that the order in which they are approved cannot matter for shared limits.

Settlement: every deal is judged alone. Those that are refused alone, and those whose value is not known, are left out.
All others are put in place at once, and each is judged again with all of these in place; the stricter of both verdicts
counts. What is stricter together is stopped by a limit that it shares. Nobody is preferred: the plan names the largest
common part to which all such deals can be cut so that none is stricter than alone; who should give way more is for
people to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from homeground.deals import verdict
from homeground.deals.evidence import Setting
from homeground.deals.offer import Offer
from homeground.deals.passing import largest
from homeground.deals.verdict import Court, Review
from homeground.policy.model import Law, Verdict, strictness

LEAST = 1e-3
"""A smaller common part of the quantities is none."""


@dataclass(frozen=True)
class Settled:
    """A deal of the plan: its review alone, and with the plan in place (None where it is left out)."""

    alone: Review
    together: Review | None

    @property
    def verdict(self) -> Verdict:
        """The verdict that counts: the stricter of alone and together."""
        both = (self.alone.verdict, self.together.verdict if self.together else self.alone.verdict)
        return max(both, key=strictness)

    @property
    def counted(self) -> Review:
        """The review that counts: with the plan in place where that is stricter, else alone."""
        return self.together if self.shares_a_limit and self.together else self.alone

    @property
    def shares_a_limit(self) -> bool:
        """Whether it is stricter with the plan in place than alone."""
        return strictness(self.verdict) > strictness(self.alone.verdict)

    @property
    def shared_rules(self) -> tuple[str, ...]:
        """Rules that stand against it only with the plan in place."""
        if self.together is None:
            return ()
        before = {f.rule.id for f in (*self.alone.judgement.fired, *self.alone.judgement.open)}
        after = (*self.together.judgement.fired, *self.together.judgement.open)
        return tuple(f.rule.id for f in after if f.rule.id not in before and f.rule.verdict != "allow")


@dataclass(frozen=True)
class Plan:
    """The deals in the order given. `part` is the common part (0 … 1) at which those that share a limit pass.

    None where none shares a limit, or where no common part helps.
    """

    deals: tuple[Settled, ...]
    part: float | None

    @property
    def verdict(self) -> Verdict:
        """The strictest verdict of the plan."""
        return max((settled.verdict for settled in self.deals), key=strictness, default="allow")


def review(settings: Sequence[Setting], law_of: Callable[[Setting], Law]) -> Plan:
    """Review deals alone and together; the outcome of each is the same in whatever order they come."""
    alone = [verdict.review(setting, law_of(setting), proposals=False) for setting in settings]
    standing = [
        place for place, each in enumerate(alone) if each.verdict != "refuse" and each.setting.offer.usd is not None
    ]
    offers = {place: settings[place].offer for place in standing}
    together = {
        p: verdict.review(_with(settings[p], offers, p), law_of(settings[p]), proposals=False) for p in standing
    }
    settled = tuple(Settled(each, together.get(place)) for place, each in enumerate(alone))
    shared = [place for place, each in enumerate(settled) if each.shares_a_limit]
    if not shared:
        return Plan(settled, None)
    courts = {place: Court(law_of(settings[place])) for place in standing}

    def passes(part: float) -> bool:
        cut = {p: o.at(tons=o.tons * part) if p in shared else o for p, o in offers.items()}
        return all(courts[p].passes(_with(settings[p], cut, p), alone[p].verdict) for p in standing)

    return Plan(settled, largest(LEAST, 1.0, passes))


def _with(setting: Setting, offers: dict[int, Offer], place: int) -> Setting:
    """Put the other offers beside one, in an order of their own, so that sums do not depend on the order given."""
    others = sorted((o for p, o in offers.items() if p != place), key=_key)
    return replace(setting, offer=offers[place], beside=tuple(others))


def _key(offer: Offer) -> str:
    return json.dumps(offer.deal.document(), sort_keys=True, default=str)
