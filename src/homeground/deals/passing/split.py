"""The same quantity from two partners: as much as passes from the one of the offer, the rest from another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from homeground.codes import countries
from homeground.deals.evidence import Setting
from homeground.deals.passing import Proposer, Search, in_tons, largest, others
from homeground.deals.verdict import Proposal

LEAST_PART = 0.05
"""A smaller part of the quantity is no split."""


def _propose(search: Search) -> Iterator[Proposal]:
    first = next(others.passing(search), None)
    if first is None:
        return
    other, _ = first
    tons = search.setting.offer.tons
    kept = largest(LEAST_PART * tons, (1 - LEAST_PART) * tons, lambda part: search.passes(*_parts(search, other, part)))
    if kept is None:
        return
    parts = _parts(search, other, kept)
    partner, rest = (countries.spoken(each.deal.partner) for each in (search.setting, other))
    way = "from" if search.setting.deal.direction == "import" else "to"
    words = f"split: {in_tons(kept)} {way} {partner}, {in_tons(tons - kept)} {way} {rest}"
    yield Proposal("split", words, parts, search.judged(*parts))


def _parts(search: Search, other: Setting, kept: float) -> tuple[Setting, Setting]:
    """Two offers, each with the other in place."""
    setting = search.setting
    one, two = setting.offer.at(tons=kept), other.offer.at(tons=setting.offer.tons - kept)
    first = replace(setting, offer=one, beside=(*setting.beside, two))
    return first, replace(setting, offer=two, beside=(*setting.beside, one))


PROPOSER = Proposer("split", _propose, order=30)
