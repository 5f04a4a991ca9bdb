"""Own goods in the place of the import, as much as is at hand, and the rest from the partner.

The rest is judged with these own goods taken; where nothing is left to buy, nothing is left to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from homeground.codes import countries
from homeground.deals.evidence.home_substitute import Substitute, ask, substitutes
from homeground.deals.passing import Proposer, Search, in_tons, rounded_down
from homeground.deals.verdict import Proposal
from homeground.materials.in_place import in_words

KIND = "home substitute"
MOST = 2
"""Proposals that are shown."""
LEAST = 1e-3
"""A rest below this share of the offer is not bought."""


def _propose(search: Search) -> Iterator[Proposal]:
    deal = search.setting.deal
    if deal.direction != "import" or deal.arms:
        return
    found = ask(search.setting)
    held = [] if isinstance(found, str) else substitutes(search.setting, found)
    saving = [each for each in held if each.saved_usd is None or each.saved_usd > 0]
    passing = (made for each in saving if (made := _with(search, each)) is not None)
    for _place, proposal in zip(range(MOST), passing, strict=False):
        yield proposal


def _with(search: Search, held: Substitute) -> Proposal | None:
    """The proposal with one way, if what is left to buy passes."""
    offer = search.setting.offer
    cost = f" (DRC {held.drc:.2f})" if held.drc is not None else ""
    if offer.tons - held.tons < LEAST * offer.tons:
        words = f"{in_words(held.way, offer.tons)} in the place of all of it{cost}"
        return Proposal(KIND, words, (), ())
    tons = rounded_down(held.tons)
    taken = {**search.setting.replaced, held.way.key: search.setting.replaced.get(held.way.key, 0.0) + tons}
    setting = replace(search.setting, offer=offer.at(tons=offer.tons - tons), replaced=taken)
    if not (judged := search.judged(setting)):
        return None
    rest = f"{in_tons(offer.tons - tons)} from {countries.spoken(offer.deal.partner)}"
    return Proposal(
        KIND, f"{in_words(held.way, tons)} in the place of {in_tons(tons)}{cost} and {rest}", (setting,), judged
    )


PROPOSER = Proposer(KIND, _propose, order=15)
