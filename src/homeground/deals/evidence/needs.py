"""Whether the country can spare it: home production and imports, less exports with the deal, less the need at home.

A need is what a source states as `need`, else as `consumption`. Apparent consumption is no need: it is production plus
imports less exports, and leaves nothing to compare. Tons in other states than as traded are not set against trade.
"""

from __future__ import annotations

from collections.abc import Iterable

from homeground.codes import commodities
from homeground.deals.evidence import Answer, Item, Question, Setting
from homeground.deals.ports import Figure

GIVES = ("home_production_t", "home_need_t", "home_stock_days", "home_balance_after_t")
DAYS = 365.0


def _answer(setting: Setting) -> Answer:
    deal = setting.deal
    figures = setting.tables.ground(deal.country, deal.hs6)
    made = _item(setting, "home_production_t", figures, ("production",))
    need = _item(setting, "home_need_t", figures, ("need", "consumption"))
    stocks = _item(setting, "stocks", figures, ("stocks",))
    held = stocks.value / need.value * DAYS if _all(stocks, need) and need.value else deal.facts.get("home_stock_days")  # type: ignore[operator]
    cover = Item("home_stock_days", held, stocks.source or "stated in the deal", stocks.vintage, "no stocks are loaded")
    items = [made, need, cover]
    if deal.direction == "export":
        items.append(_balance(setting, made, need))
    return Answer("needs", "Home ground", tuple(items))


def _balance(setting: Setting, made: Item, need: Item) -> Item:
    name, deal = "home_balance_after_t", setting.deal
    market = setting.tables.market(deal)
    if isinstance(market, str):
        return Item(name, None, why=market)
    if lacking := next((item for item in (made, need) if item.value is None), None):
        return Item(name, None, why=lacking.why)
    bought, sold = sum(market.bought_t(deal.country).values()), sum(market.sold_t(deal.country).values())
    asked = sum(offer.tons for offer in setting.together())
    left = made.value + bought - sold - asked - need.value  # type: ignore[operator]
    return Item(name, left, f"{made.source}; {need.source}; {market.source}", f"{made.vintage}, {market.year}")


def _item(setting: Setting, name: str, figures: Iterable[Figure], elements: tuple[str, ...]) -> Item:
    stated = setting.deal.facts.get(name)
    for element in elements:
        held = [f for f in figures if f.element == element and f.quantity_t is not None]
        if not held:
            continue
        year = max(f.year for f in held)
        newest = [f for f in held if f.year == year]
        if len({f.dataset for f in newest}) > 1 or len(newest) > 1:
            found = ", ".join(sorted({f.dataset for f in newest}))
            return Item(name, stated, "stated in the deal", "", f"several figures of {element} in {year}: {found}")
        (figure,) = newest
        if not commodities.comparable(figure.state):
            why = f"{element} is weighed as {figure.state or 'not said'}, not as traded"
            return Item(name, stated, "stated in the deal", "", why)
        return Item(name, figure.quantity_t, f"{figure.dataset}: {element}", str(year))
    why = f"no {' or '.join(elements)} of {setting.deal.hs6} at home is loaded"
    return Item(name, stated, "stated in the deal", str(setting.deal.day), why)


def _all(*items: Item) -> bool:
    return all(isinstance(item.value, float) for item in items)


QUESTION = Question(
    "needs", "Can the country spare it?", "Home ground", GIVES, _answer, order=60, may_be_stated=GIVES[:3]
)
