"""The price at which the deal passes, or at which a remark on it falls away: within the quartiles of comparable flows.

A buyer is shown the highest such price below the offer, a seller the lowest above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from homeground.deals import evidence
from homeground.deals.evidence import Setting
from homeground.deals.passing import Proposer, Search, largest, per_ton
from homeground.deals.verdict import Proposal
from homeground.policy.judging import Judgement
from homeground.policy.nodes import names

LOWER, UPPER = "price_lower_quartile_usd_t", "price_upper_quartile_usd_t"
REMARK = "price remark"
ABOUT = frozenset({"price_usd_t", "price_percentile", "overpayment_usd", "own_price_percentile", "own_overpayment_usd"})
"""A rule that asks for one of these is about the price; others are not to be met by a lower value."""


def _propose(search: Search) -> Iterator[Proposal]:
    asked, deal = search.setting.offer.usd_per_t, search.setting.deal
    if asked is None or deal.arms or not _about_price(search):
        return
    facts = {item.name: item.value for of in evidence.gather(search.setting, (LOWER, UPPER)) for item in of.items}
    low, high = facts.get(LOWER), facts.get(UPPER)
    if not (isinstance(low, float) and isinstance(high, float)):
        return
    if deal.direction == "import" and asked > low:
        found = largest(low, asked, lambda price: _better(search, _at(search, price)))
    elif deal.direction == "export" and asked < high:
        found = _least(search, asked, high)
    else:
        return
    if found is None or found == asked:
        return
    offer = _at(search, found)
    words = f"{'≤' if deal.direction == 'import' else '≥'} {per_ton(found)} USD/t"
    passed = search.judged(offer)
    judged = passed or (search.court.judge(offer),)
    gone = ", ".join(sorted(_remarks(search.found) - _remarks(judged[0])))
    if passed:
        yield Proposal("price", f"at {words}", (offer,), passed)
    elif gone:
        yield Proposal(REMARK, f"{gone} fall{'' if ',' in gone else 's'} away at {words}", (offer,), judged)


def _least(search: Search, asked: float, high: float) -> float | None:
    """Find the lowest price up to `high` that helps, rounded up; mirrored, so that one search serves both sides."""
    found = largest(1 / high, 1 / asked, lambda inverse: _better(search, _at(search, 1 / inverse)))
    if found is None:
        return None
    rounded = float(f"{1 / found * 1.0005:.4g}")
    return rounded if rounded <= high and _better(search, _at(search, rounded)) else 1 / found


def _better(search: Search, offer: Setting) -> bool:
    """Whether every remark on the price falls away, and no other remark comes or goes."""
    return _remarks(search.court.judge(offer)) == _remarks(search.found) - _about_price(search)


def _about_price(search: Search) -> set[str]:
    """Rules that fired and ask about the price."""
    rules = (firing.rule for firing in search.found.fired if firing.rule.verdict != "allow")
    return {rule.id for rule in rules if not ABOUT.isdisjoint(names(rule.fires))}


def _remarks(found: Judgement) -> set[str]:
    return {firing.rule.id for firing in found.fired if firing.rule.verdict != "allow"}


def _at(search: Search, price: float) -> Setting:
    return replace(search.setting, offer=search.setting.offer.at(usd_per_t=price))


PROPOSER = Proposer("price", _propose, order=40)
