"""The language of a document: how its words, the values in its tables and its figures are said to the reader.

Everything is made in English. Who knows the reader's language hands over a voice; without one, English is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from homeground.brief import figures
from homeground.brief.answer import Column
from homeground.brief.figures import Spec


def _same(spec: Spec) -> Spec:
    return spec


def _as_written(column: Column, text: str) -> str:
    return text


@dataclass(frozen=True)
class Voice:
    """A language's code and direction; `say` is for words, `value` for what stands in a table, `figure` for figures.

    `cell` is for a text in a column of an answer, which may hold what is not to be translated, such as names.
    """

    code: str = "en"
    direction: str = "ltr"
    say: Callable[[str], str] = str
    value: Callable[[str], str] = str
    figure: Callable[[Spec], Spec] = _same
    cell: Callable[[Column, str], str] = _as_written

    def draw(self, spec: Spec, text: str) -> Markup:
        """Draw a figure, with what it shows in words for those who cannot see it."""
        return Markup(figures.svg(self.figure(spec), self.say(text)))  # noqa: S704


ENGLISH = Voice()
