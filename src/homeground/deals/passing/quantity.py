"""The largest quantity that passes at this price from this partner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from homeground.codes import countries
from homeground.deals.evidence import Setting
from homeground.deals.passing import Proposer, Search, in_tons, largest
from homeground.deals.verdict import Proposal

LEAST = 1e-3
"""A quantity below this share of the offer is no counter-proposal."""


def _propose(search: Search) -> Iterator[Proposal]:
    setting = search.setting
    offer = setting.offer

    def at(tons: float) -> Setting:
        return replace(setting, offer=offer.at(tons=tons))

    tons = largest(LEAST * offer.tons, offer.tons, lambda value: search.passes(at(value)))
    if tons is None or tons >= offer.tons:
        return
    smaller = at(tons)
    where = "from" if offer.deal.direction == "import" else "to"
    yield Proposal(
        "quantity",
        f"up to {in_tons(tons)} {where} {countries.spoken(offer.deal.partner)}",
        (smaller,),
        search.judged(smaller),
    )


PROPOSER = Proposer("quantity", _propose, order=10)
