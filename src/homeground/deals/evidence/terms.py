"""What is offered: the deal's own terms, in tons and US dollars free on board."""

from __future__ import annotations

from homeground.deals.evidence import OFFER, Answer, Item, Question, Setting

GIVES = (
    *("direction", "hs6", "partner", "origin", "deal_value_usd", "quantity_t", "price_usd_t", "currency", "incoterm"),
    *("end_use", "days_to_delivery"),
)


def _answer(setting: Setting) -> Answer:
    deal, offer = setting.deal, setting.offer
    days = (deal.delivery_until - deal.day).days if deal.delivery_until else None
    plain = {
        "direction": deal.direction,
        "hs6": deal.hs6,
        "partner": deal.partner,
        "origin": deal.origin,
        "quantity_t": offer.tons,
        "currency": deal.currency,
        "incoterm": deal.incoterm,
        "end_use": deal.end_use,
        "days_to_delivery": None if days is None else float(days),
    }
    items = [Item(name, value, OFFER, str(deal.day), "the deal does not say") for name, value in plain.items()]
    priced = {"deal_value_usd": offer.usd, "price_usd_t": offer.usd_per_t}
    items += [Item(name, value, OFFER, str(deal.day), offer.why_not) for name, value in priced.items()]
    return Answer("terms", "Offer", tuple(items), offer.steps)


QUESTION = Question("terms", "What is offered?", "Offer", GIVES, _answer, order=0)
