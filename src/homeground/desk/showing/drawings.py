"""Figures as drawings (SVG): drawn once for as long as an answer is kept; small ones stand in the page itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from homeground.brief import figures
from homeground.brief.answer import Answer
from homeground.desk.language import Language, answers
from homeground.desk.showing.drawer import DRAWER

INLINE: Final = 40_000
"""A drawing of more characters is fetched as an image of its own, when it comes into view."""

REMEMBERED: Final = 64
"""Answers whose drawings are remembered."""


@dataclass(frozen=True)
class Drawing:
    """A figure in a language and what it shows in words; drawn when somebody looks, and no map is a small one."""

    spec: figures.Spec
    text: str
    language: Language

    @cached_property
    def svg(self) -> str:
        """The drawing."""
        return figures.svg(answers.figure(self.language, self.spec), self.text, DRAWER.rendered)

    @property
    def inline(self) -> bool:
        """Whether it stands in the page itself."""
        return "projection" not in self.spec and len(self.svg) <= INLINE


_drawn: dict[tuple[int, str], tuple[Answer, list[Drawing]]] = {}


def drawn(answer: Answer, language: Language) -> list[Drawing]:
    """Return the drawings of an answer's figures, in a language."""
    key = (id(answer), language.code)
    known = _drawn.get(key)
    if known is not None and known[0] is answer:
        return known[1]
    made = [Drawing(spec, language.say(text), language) for spec, text in answer.figures]
    while len(_drawn) >= REMEMBERED:
        _drawn.pop(next(iter(_drawn)), None)
    if made:
        _drawn[key] = (answer, made)
    return made
