"""The partner's share in our use of what the product's industries make: at face value, and through all tiers.

Shares are of an input–output table, of its industries and its year; see `homeground.leontief.use`.
"""

from __future__ import annotations

from homeground.codes import countries
from homeground.deals.deal import Deal
from homeground.deals.evidence import Answer, Item, Question, Setting
from homeground.deals.market import Market
from homeground.deals.ports import Chain
from homeground.errors import listing

STATED = "look_through_share"
GIVES = (STATED, "face_value_share")


def _answer(setting: Setting) -> Answer:
    deal = setting.deal
    market = setting.tables.market(deal)
    found = setting.tables.chain(market if isinstance(market, Market) else None, deal)
    if isinstance(found, str):
        own = Item(STATED, deal.facts.get(STATED), "stated in the deal", str(deal.day), found)
        return Answer("chain", "Look-through", (own, Item(GIVES[1], None, why=found)))
    values = {STATED: min(1.0, max(0.0, found.through)), GIVES[1]: min(1.0, found.direct)}
    source = f"{found.source}: {listing(found.industries, 3)}"
    items = tuple(Item(name, value, source, str(found.year)) for name, value in values.items())
    return Answer("chain", "Look-through", items, (_words(deal, found),))


def _words(deal: Deal, found: Chain) -> str:
    partner, home = countries.name(deal.partner), countries.name(deal.country)
    parts = [f"{name} {100 * weight:.0f} %" if weight < 0.995 else name for name, weight in found.industries.items()]
    text = f"of what {home} uses of {listing(parts, 3)}, {partner} delivers {100 * found.direct:.1f} % and through all "
    text += f"tiers made {100 * found.through:.1f} %; {100 * found.home:.1f} % is made at home"
    age = deal.day.year - found.year
    text += f" ({found.source}, {found.year}{f', {age} years before the deal' if age > 1 else ''})"
    return text + (
        f"; {100 * found.covered:.0f} % of the product's industries are used here" if found.covered < 0.995 else ""
    )


QUESTION = Question(
    id="chain",
    asks="How far does our supply rest on the partner through all tiers of the chain?",
    heading="Look-through",
    gives=GIVES,
    answer=_answer,
    order=45,
    applies=lambda deal: deal.direction == "import",
    may_be_stated=(STATED,),
)
