"""Deals for the search: by number, names, product and partner, for those who may read the queue."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from homeground.codes import countries, products
from homeground.record.queue import OPEN, Queued, queue
from homeground.record.state import Decided

if TYPE_CHECKING:
    from homeground.desk.web.asking import Asking

READERS: Final[Any] = ("analyst", "auditor")
"""Who may read deals."""
NUMBER: Final = re.compile(r"(?:\w+ +)?#?(\d+)")


def find(asking: Asking, words: str) -> tuple[list[Queued], list[Decided]]:
    """Return reviews, those still open first and the newest first, and decisions that were made on no review.

    A number finds the review or decision that is the entry of this number, alone or after a word or #. Otherwise every
    word must stand in title, seller, buyer, vessel, partner, product, or in who judged the deal or sees to it; digits
    begin the product's code.
    """
    wanted = countries.fold(words).split()
    if not wanted or not asking.may(READERS):
        return [], []
    state, number = asking.ledger.state(), _number(words)
    reviews = [each for each in queue(state) if number in _numbers(each) or holds(_review_text(each), wanted)]
    apart = [
        each
        for each in state.decisions.values()
        if each.review is None
        and (number == each.entry or holds(_text((*each.names, each.person), each.product), wanted))
    ]
    reviews.sort(key=lambda each: (number not in _numbers(each), each.stage not in OPEN, -each.review.entry))
    return reviews, sorted(apart, key=lambda each: (number != each.entry, -each.entry))


def _number(words: str) -> int | None:
    stated = NUMBER.fullmatch(words.strip())
    return int(stated[1]) if stated and len(stated[1]) < 18 else None


def _numbers(queued: Queued) -> tuple[int, ...]:
    return (queued.review.entry, *queued.review.decisions)


def _review_text(queued: Queued) -> str:
    review = queued.review
    names = (review.title, *review.parties, review.partner, review.country, review.person, review.assigned)
    return _text(names, review.product)


@lru_cache(maxsize=10_000)
def _text(names: tuple[str, ...], product: str) -> str:
    """Return what is searched, folded; a code of a country stands for all forms of its name."""
    forms = [form for name in names for form in (name, *_forms().get(name, ()))]
    return " ".join(countries.fold(each) for each in (*forms, product, products.name(product)))


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    return {each.iso3: (each.name, *each.aliases) for each in countries.every()}


def holds(text: str, wanted: list[str]) -> bool:
    """Whether every word stands in a text, both folded; digits begin a word of it."""
    return all(f" {word}" in f" {text}" if word.isdigit() else word in text for word in wanted)
