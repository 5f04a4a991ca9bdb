"""The language of a document: how its words, the values in its tables and its figures are said to the reader.

Everything is made in English. Who knows the reader's language hands over a voice; without one, English is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from homeground.brief.figures import Spec


def _same(spec: Spec) -> Spec:
    return spec


@dataclass(frozen=True)
class Voice:
    """A language's code and direction; `say` is for words, `value` for what stands in a table, `figure` for figures."""

    code: str = "en"
    direction: str = "ltr"
    say: Callable[[str], str] = str
    value: Callable[[str], str] = str
    figure: Callable[[Spec], Spec] = _same


ENGLISH = Voice()
