"""Whether the price is fair: held against the world's comparable flows and the buyer's own."""

from __future__ import annotations

from homeground import measures
from homeground.deals.evidence import Answer, Item, Question, Setting, unknown
from homeground.deals.market import Market
from homeground.deals.ports import PriceSets

WORLD = (
    *("price_percentile", "comparable_flows", "price_median_usd_t", "price_upper_quartile_usd_t", "overpayment_usd"),
    "price_lower_quartile_usd_t",
)
OWN = ("own_price_percentile", "own_price_median_usd_t", "own_price_upper_quartile_usd_t", "own_overpayment_usd")
NEED_A_PRICE = ("price_percentile", "overpayment_usd", "own_price_percentile", "own_overpayment_usd")


def _answer(setting: Setting) -> Answer:
    deal, offer = setting.deal, setting.offer
    if deal.arms:
        return _none("prices of arms and ammunition (HS 93) are not compared")
    market = setting.tables.market(deal)
    if isinstance(market, str):
        return _none(market)
    sets = setting.tables.price_sets(market, deal.country if deal.direction == "import" else None)
    evidence = measures.judge(offer.usd_per_t or 1.0, offer.tons, sets.world, sets.own)
    values: dict[str, float | None] = {
        "price_percentile": evidence.percentile,
        "comparable_flows": float(evidence.n) if sets.world else None,
        "price_median_usd_t": evidence.median,
        "price_lower_quartile_usd_t": evidence.q1,
        "price_upper_quartile_usd_t": evidence.q3,
        "overpayment_usd": evidence.overpayment_usd,
        "own_price_percentile": evidence.own_percentile,
        "own_price_median_usd_t": sets.own.median if sets.own else None,
        "own_price_upper_quartile_usd_t": sets.own.q3 if sets.own else None,
        "own_overpayment_usd": evidence.own_overpayment_usd,
    }
    if offer.usd_per_t is None:
        values |= dict.fromkeys(NEED_A_PRICE)
    return Answer("price", "Price", tuple(_item(n, v, setting, market, sets) for n, v in values.items()), _words(sets))


def _none(why: str) -> Answer:
    return Answer("price", "Price", unknown((*WORLD, *OWN), why))


def _item(name: str, value: float | None, setting: Setting, market: Market, sets: PriceSets) -> Item:
    own = name in OWN
    missing = setting.offer.why_not if name in NEED_A_PRICE and setting.offer.usd_per_t is None else ""
    why = missing or (_no_own(setting) if own else sets.why_not)
    chosen = sets.own if own else sets.world
    return Item(name, value, f"{market.dataset}: {chosen.step}" if chosen else "", str(market.year), why)


def _no_own(setting: Setting) -> str:
    if setting.deal.direction == "export":
        return "own purchases say nothing of a sale"
    return f"fewer than {measures.LEAST_FLOWS} comparable own purchases"


def _words(sets: PriceSets) -> tuple[str, ...]:
    if sets.world and sets.world.unlike:
        return (f"the quartiles lie {sets.world.spread:.1f} times apart: this code holds unlike goods",)
    return ()


QUESTION = Question("price", "Is the price fair?", "Price", (*WORLD, *OWN), _answer, order=20)
