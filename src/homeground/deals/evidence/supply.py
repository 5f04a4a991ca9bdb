"""How concentrated supply is, without the deal and with it: v' = v + value of the deal, on a year of imports."""

from __future__ import annotations

from homeground.deals.evidence import Answer, Item, Question, Setting, unknown
from homeground.deals.market import Market, herfindahl, share, with_deals

OWN = ("supplier_share_before", "supplier_share_after", "top_supplier_share", "herfindahl_before", "herfindahl_after")
WORLD = ("world_herfindahl", "partner_world_share", "import_export_ratio")
GIVES = (*OWN, "suppliers", *WORLD)


def _answer(setting: Setting) -> Answer:
    deal = setting.deal
    market = setting.tables.market(deal)
    if isinstance(market, str):
        return Answer("supply", "Supplier share", unknown(GIVES, market))
    before = market.bought(deal.country)
    after = with_deals(before, setting.together())
    priced = next((o.why_not for o in setting.together() if o.usd is None), "")
    nothing = f"no imports of {deal.hs6} by {deal.country} in {market.year}"
    values = {
        "supplier_share_before": (share(before, deal.partner), nothing),
        "supplier_share_after": (share(after, deal.partner) if after else None, priced),
        "top_supplier_share": (max(before.values()) / sum(before.values()) if before else None, nothing),
        "herfindahl_before": (herfindahl(before), nothing),
        "herfindahl_after": (herfindahl(after) if after else None, priced),
        "suppliers": (float(len(before)), nothing),
        **_world(setting, market, before),
    }
    items = [Item(name, value, market.source, str(market.year), why) for name, (value, why) in values.items()]
    return Answer("supply", "Supplier share", tuple(items), _words(setting))


def _world(setting: Setting, market: Market, before: dict[str, float]) -> dict[str, tuple[float | None, str]]:
    if not market.world:
        why = f"{market.dataset} does not hold the trade of all countries"
        return dict.fromkeys(WORLD, (None, why))
    sold = sum(market.sold(setting.deal.country).values())
    return {
        "world_herfindahl": (herfindahl(market.sellers), ""),
        "partner_world_share": (share(market.sellers, setting.deal.partner), ""),
        "import_export_ratio": (sum(before.values()) / sold if sold else None, "nothing is exported: no ratio"),
    }


def _words(setting: Setting) -> tuple[str, ...]:
    beside = len(setting.together()) - 1
    return (f"with {beside} other deals of the plan in place",) if beside else ()


QUESTION = Question(
    id="supply",
    asks="How far does supply lean on one country, without and with the deal?",
    heading="Supplier share",
    gives=GIVES,
    answer=_answer,
    order=10,
    applies=lambda deal: deal.direction == "import",
)
