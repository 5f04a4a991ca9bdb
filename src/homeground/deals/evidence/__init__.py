"""The registry of evidence: small modules, each a question with its answer.

A module of this package that has a `QUESTION` is found and asked; nothing else need be touched to add one. Facts are
named as in the policy's vocabulary or as a book declares them; others are shown and not judged by.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Final

from homeground.deals.deal import Deal
from homeground.deals.offer import Offer
from homeground.deals.ports import Tables
from homeground.policy.nodes import Value

OFFER: Final = "the deal"
NOTHING: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True)
class Setting:
    """What a question is asked about: an offer, other offers that are put in place with it, and the tables.

    `replaced`: tons of the import that own goods are taken to replace already, by way (see `home_substitute`).
    """

    offer: Offer
    tables: Tables
    beside: tuple[Offer, ...] = ()
    replaced: Mapping[str, float] = field(default_factory=lambda: NOTHING)

    @property
    def deal(self) -> Deal:
        """The deal of the offer."""
        return self.offer.deal

    def together(self) -> tuple[Offer, ...]:
        """The offer and those beside it that trade the same product in the same direction."""
        return (self.offer, *(other for other in self.beside if _like(other.deal, self.deal)))


@dataclass(frozen=True)
class Item:
    """A fact: its value (None: not known, `why` says so), its source, and the date or year that it speaks of."""

    name: str
    value: Value
    source: str = ""
    vintage: str = ""
    why: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer to a question: a heading, facts, and sentences for the reader."""

    question: str
    heading: str
    items: tuple[Item, ...]
    words: tuple[str, ...] = ()

    def value(self, name: str) -> Value:
        """Return the value of a fact; None where it is not known or not part of this answer."""
        return next((item.value for item in self.items if item.name == name), None)


@dataclass(frozen=True)
class Question:
    """A question: `gives` names the facts that the answer may hold; `order` is its place on the page.

    `may_be_stated` are those that the officer may state where no table tells them.
    """

    id: str
    asks: str
    heading: str
    gives: tuple[str, ...]
    answer: Callable[[Setting], Answer]
    order: int = 100
    applies: Callable[[Deal], bool] = field(default=lambda deal: True)
    may_be_stated: tuple[str, ...] = ()


def questions() -> tuple[Question, ...]:
    """All questions of this package's modules, in the order of the page."""
    return _found(tuple(__path__))


@cache
def _found(folders: tuple[str, ...]) -> tuple[Question, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(folders))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    found = [module.QUESTION for module in modules if hasattr(module, "QUESTION")]
    return tuple(sorted(found, key=lambda question: (question.order, question.id)))


def giving() -> Mapping[str, Question]:
    """The question that gives each fact."""
    return MappingProxyType({name: question for question in questions() for name in question.gives})


def gather(setting: Setting, wanted: Collection[str] | None = None) -> tuple[Answer, ...]:
    """Answer the questions that apply; with `wanted`, only those that give one of these facts."""
    return tuple(
        question.answer(setting)
        for question in questions()
        if question.applies(setting.deal) and (wanted is None or not set(question.gives).isdisjoint(wanted))
    )


def unknown(names: Collection[str], why: str) -> tuple[Item, ...]:
    """Build items that are not known, for one reason."""
    return tuple(Item(name, None, why=why) for name in names)


def _like(other: Deal, deal: Deal) -> bool:
    return (other.hs6, other.country, other.direction) == (deal.hs6, deal.country, deal.direction)
