"""Whether a controls list names the product's code: a question to a classifier, and no verdict."""

from __future__ import annotations

from homeground.deals.evidence import Answer, Item, Question, Setting
from homeground.errors import listing

NOT_SAID = "the deal does not say that a qualified person has classified the good"
GIVES = ("needs_classification", "classified")


def _answer(setting: Setting) -> Answer:
    deal, day = setting.deal, str(setting.deal.day)
    found = setting.tables.controlled(deal.hs6, deal.day)
    known = None if found.status == "insufficient data" else found.status == "needs classification"
    stated = deal.facts.get("classified")
    done = False if stated is None and known else stated
    items = (
        Item("needs_classification", known, listing(found.acts), day, "no controls list (table dual_use) is loaded"),
        Item("classified", done, NOT_SAID if stated is None else "stated in the deal", day, "the deal does not say"),
    )
    words = (f"needs classification: {listing(found.codes)} ({listing(found.acts)})",) if known else ()
    return Answer("classification", "Classification", items, words)


QUESTION = Question(
    "classification", "Is the good controlled?", "Classification", GIVES, _answer, order=90, may_be_stated=GIVES[1:]
)
