"""Who leans on whom: the partner's sales to us, our purchases from the partner, in the product and in all goods."""

from __future__ import annotations

from homeground.codes import countries
from homeground.deals.evidence import Answer, Item, Question, Setting, unknown
from homeground.deals.market import Market, share

GIVES = ("partner_dependence_on_us", "our_dependence_on_partner")


def _answer(setting: Setting) -> Answer:
    deal, tables = setting.deal, setting.tables
    market = tables.market(deal)
    if isinstance(market, str):
        return Answer("leverage", "Leverage", unknown(GIVES, market))
    if market.world:
        theirs, why = (
            share(market.sold(deal.partner), deal.country),
            f"{countries.spoken(deal.partner)} sells no {deal.hs6}",
        )
    else:
        theirs, why = None, f"{market.dataset} does not hold the trade of all countries"
    goods = tables.all_goods(market, deal.country)
    ours = None if goods.why_not else share(goods.bought, deal.partner)
    items = (
        Item("partner_dependence_on_us", theirs, market.source, str(market.year), why),
        Item("our_dependence_on_partner", ours, goods.source, str(market.year), goods.why_not or "no imports"),
    )
    return Answer("leverage", "Leverage", items, _of_a_sale(setting, market))


def _of_a_sale(setting: Setting, market: Market) -> tuple[str, ...]:
    """For an export: what the partner buys from us, and what we sell to the partner."""
    deal = setting.deal
    if deal.direction == "import" or not market.world:
        return ()
    theirs = share(market.bought(deal.partner), deal.country)
    ours = share(market.sold(deal.country), deal.partner)
    buyer = countries.spoken(deal.partner)
    words = [f"{100 * theirs:.1f} % of what {buyer} imports of it comes from us"] if theirs is not None else []
    return (*words, *([f"{100 * ours:.1f} % of what we export of it goes there"] if ours is not None else []))


QUESTION = Question("leverage", "Who leans on whom?", "Leverage", GIVES, _answer, order=40)
