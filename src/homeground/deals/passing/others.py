"""Other suppliers, or other buyers: those that trade enough elsewhere, whom no measure in force bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from homeground.codes import countries
from homeground.deals.evidence import Setting, gather
from homeground.deals.market import Market
from homeground.deals.passing import Proposer, Search, in_tons
from homeground.deals.verdict import Proposal

MOST = 4
"""Others that are named."""
TRIED = 12
"""Others that are judged, those with the largest trade elsewhere first."""


def candidates(search: Search) -> list[str]:
    """Countries with at least the deal's quantity in trade with others, largest first; none for arms.

    Areas not specified are nobody to turn to, and what a measure in force bars is left out. Where the parties of the
    deal cannot be screened, nobody else's can, and none is named.
    """
    deal, tables = search.setting.deal, search.setting.tables
    market = tables.market(deal)
    if deal.arms or isinstance(market, str) or not market.world or "name_hits" in search.found.unknown:
        return []
    elsewhere = _elsewhere(market, deal.country, buys=deal.direction == "import")
    known = [c for c, tons in elsewhere.items() if tons >= deal.quantity_t and c != deal.partner]
    usable = [c for c in known if c not in countries.nes_codes() and not _barred(search, c)]
    return sorted(usable, key=lambda c: (-elsewhere[c], c))[:TRIED]


def _elsewhere(market: Market, country: str, *, buys: bool) -> dict[str, float]:
    """Tons that each country trades with others than `country`: sells where we buy, buys where we sell."""
    by = {c: market.sold_t(c) if buys else market.bought_t(c) for c in (market.sellers if buys else market.buyers)}
    return {c: sum(tons for other, tons in of.items() if other != country) for c, of in by.items() if c != country}


def _barred(search: Search, other: str) -> bool:
    deal = search.setting.deal
    pair = (other, deal.country) if deal.direction == "import" else (deal.country, other)
    return bool(search.setting.tables.bars(*pair, deal.hs6, deal.day).acts)


def passing(search: Search) -> Iterator[tuple[Setting, tuple[float, float] | None]]:
    """Yield those who pass, with the Herfindahl index before and after.

    Of suppliers only those do that do not make supply more concentrated than it is.
    """
    for code in candidates(search):
        setting = replace(search.setting, offer=search.setting.offer.at(partner=code))
        index = _herfindahl(setting)
        if not (index and index[1] > index[0]) and search.passes(setting):
            yield setting, index


def _herfindahl(setting: Setting) -> tuple[float, float] | None:
    facts = {i.name: i.value for a in gather(setting, ("herfindahl_after",)) for i in a.items}
    before, after = facts.get("herfindahl_before"), facts.get("herfindahl_after")
    return (before, after) if isinstance(before, float) and isinstance(after, float) else None


def _propose(search: Search) -> Iterator[Proposal]:
    for setting, index in islice(passing(search), MOST):
        deal = setting.deal
        where = "from" if deal.direction == "import" else "to"
        tail = f" (Herfindahl {index[1]:.3f})" if index else ""
        words = f"{in_tons(deal.quantity_t)} {where} {countries.spoken(deal.partner)}{tail}"
        yield Proposal("others", words, (setting,), search.judged(setting))


PROPOSER = Proposer("others", _propose, order=20)
