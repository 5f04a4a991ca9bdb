"""Who leans on whom: the partner's sales to us, our purchases from the partner, in the product and in all goods."""

from __future__ import annotations

from homeground.deals.evidence import Answer, Item, Question, Setting, unknown
from homeground.deals.market import share

GIVES = ("partner_dependence_on_us", "our_dependence_on_partner")


def _answer(setting: Setting) -> Answer:
    deal, tables = setting.deal, setting.tables
    market = tables.market(deal)
    if isinstance(market, str):
        return Answer("leverage", "Leverage", unknown(GIVES, market))
    if market.world:
        theirs, why = share(market.sold(deal.partner), deal.country), f"{deal.partner} sells no {deal.hs6}"
    else:
        theirs, why = None, f"{market.dataset} does not hold the trade of all countries"
    goods = tables.all_goods(market, deal.country)
    ours = None if goods.why_not else share(goods.bought, deal.partner)
    items = (
        Item("partner_dependence_on_us", theirs, market.source, str(market.year), why),
        Item("our_dependence_on_partner", ours, goods.source, str(market.year), goods.why_not or "no imports"),
    )
    return Answer("leverage", "Leverage", items)


QUESTION = Question("leverage", "Who leans on whom?", "Leverage", GIVES, _answer, order=40)
