"""Whether a measure in force bars the trade."""

from __future__ import annotations

from homeground.deals.evidence import Answer, Item, Question, Setting, unknown
from homeground.errors import listing

GIVES = ("embargoed",)


def _answer(setting: Setting) -> Answer:
    deal = setting.deal
    bars = setting.tables.bars(deal.exporter, deal.importer, deal.hs6, deal.day)
    if not bars.loaded:
        return Answer("embargo", "Embargoes", unknown(GIVES, "no measures (table restrictions) are loaded"))
    item = Item("embargoed", bool(bars.acts), "table restrictions", str(deal.day))
    return Answer(
        "embargo", "Embargoes", (item,), (f"barred by {listing(bars.acts)}" if bars.acts else "none in force",)
    )


QUESTION = Question("embargo", "Does a measure bar it?", "Embargoes", GIVES, _answer, order=80)
