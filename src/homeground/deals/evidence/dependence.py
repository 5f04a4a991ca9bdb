"""Whether published rules call the country dependent in the product, without the deal and with it."""

from __future__ import annotations

from collections.abc import Mapping

from homeground.deals.evidence import Answer, Item, Question, Setting, unknown
from homeground.errors import listing

GIVES = ("presets_flagged", "presets_flagged_before")


def _answer(setting: Setting) -> Answer:
    deal, tables = setting.deal, setting.tables
    market = tables.market(deal)
    if isinstance(market, str):
        return Answer("dependence", "Dependence", unknown(GIVES, market))
    before = tables.presets(market, deal.country, {})
    added: dict[str, float] = {}
    for offer in setting.together():
        if offer.usd is None:
            known = Item("presets_flagged_before", _count(before), market.source, str(market.year), _none(before))
            flagged = [name for name, holds in before.items() if holds]
            said = f"without the deal: {_said(flagged, before) if flagged else 'not dependent'}"
            return Answer("dependence", "Dependence", (known, *unknown(GIVES[:1], offer.why_not)), (said,))
        added[offer.deal.partner] = added.get(offer.deal.partner, 0.0) + offer.usd
    after = tables.presets(market, deal.country, added)
    counts = zip(GIVES, (after, before), strict=True)
    items = [Item(name, _count(of), market.source, str(market.year), _none(of)) for name, of in counts]
    flagged = [name for name, holds in after.items() if holds]
    turned = [name for name in flagged if before.get(name) is False]
    abstain = [name for name, holds in after.items() if holds is None]
    words = [_said(flagged, after) if flagged else "no published rule calls it dependent"]
    words += [f"only with the deal: {listing(turned, 12)}"] if turned else []
    words += [f"{listing(abstain, 12)} abstain{'s' if len(abstain) == 1 else ''}"] if abstain else []
    return Answer("dependence", "Dependence", tuple(items), tuple(words))


def _said(flagged: list[str], rules: Mapping[str, bool | None]) -> str:
    """Name the rules that call it dependent, among how many.

    >>> _said(["iw"], {"iw": True, "geodep": False})
    '1 of 2 published rules calls it dependent: iw'
    """
    call = "calls" if len(flagged) == 1 else "call"
    return f"{len(flagged)} of {len(rules)} published rules {call} it dependent: {listing(flagged, 12)}"


def _count(of: object) -> float | None:
    known = [holds for holds in of.values() if holds is not None] if isinstance(of, dict) else []
    return float(sum(known)) if known else None


def _none(of: object) -> str:
    return "every published rule abstains" if of else "no imports to apply the published rules to"


QUESTION = Question(
    id="dependence",
    asks="Do published rules call us dependent, without and with the deal?",
    heading="Dependence",
    gives=GIVES,
    answer=_answer,
    order=30,
    applies=lambda deal: deal.direction == "import",
)
