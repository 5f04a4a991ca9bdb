"""Sentences with places, such as "{1} sells {2} of it", found again in what the rooms below the desk have said.

Those rooms speak English and know no language: their words are also kept in the record, in tables and in files. What
they say is made of a sentence and what stands in its places. The catalogue holds the sentence; here it is recognised,
and what stood in its places is given back, to be translated in its turn.

    >>> known = Sentences(["{1} sells {2} of it", "{1} sells nothing"])
    >>> list(known.find("Japan sells 12 % of it"))
    [('{1} sells {2} of it', {'1': 'Japan', '2': '12 %'})]
    >>> list(known.find("Japan buys it"))
    []
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Final

PLACE: Final = re.compile(r"\{(\d+)\}")
FORMED: Final = re.compile(r"\{(?:([\w=#]+) )?(\d+)\}")
QUOTING: Final = ("=", "#")
LITTLE: Final = frozenset(
    {
        "a", "an", "and", "at", "by", "for", "from", "in", "is", "less", "load", "m", "more", "no", "of", "on", "or",
        "per", "the", "to", "up", "with",
    }
)  # fmt: skip
BETWEEN: Final = re.compile(r"(?<=[a-z%)\d”][.!?]) (?=[A-Z“\d{])")
"""Where one sentence ends and the next begins; what stands in a place of a single sentence does not reach over it."""


class Sentences:
    """Sentences to be recognised; of several that fit, the one with most words of its own comes first."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._known: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
        for each in sorted(sentences, key=_rank):
            if PLACE.search(each):
                longest = max(PLACE.sub("\0", each).split("\0"), key=len)
                self._known[is_loose(each)].append((each, longest))

    def find(self, text: str, *, loose: bool = False) -> Iterator[tuple[str, dict[str, str]]]:
        """Give each sentence that a text can be, with what stands in its places; `loose` ones have no words."""
        for sentence, longest in self._known[loose]:
            found = _pattern(sentence).fullmatch(text) if longest in text else None
            if found:
                yield sentence, {name[1:]: value for name, value in found.groupdict().items()}


def _rank(sentence: str) -> tuple[bool, int]:
    """Order sentences: those with most of their own first, little words after signs."""
    return is_loose(sentence) and has_words(sentence), -len(PLACE.sub("", sentence))


def is_loose(sentence: str) -> bool:
    """Whether a sentence has no word of its own but little ones, such as "{1}: {2}" or "{1} of {2}"."""
    return set(_words(sentence)) <= LITTLE


def has_words(sentence: str) -> bool:
    """Whether a sentence holds its places together with words, not with signs alone."""
    return bool(_words(sentence))


def is_list(sentence: str) -> bool:
    """Whether a comma is between places of a sentence, such as "{1}, {2}"."""
    return "," in PLACE.sub("", sentence)


def has_little(text: str) -> bool:
    """Whether a text has little words, as sentences have and most names have not."""
    return not LITTLE.isdisjoint(_words(text))


def _words(sentence: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", PLACE.sub(" ", sentence).casefold())


def verbatim(sentence: str) -> frozenset[str]:
    """The places of a translation whose values are quoted, not translated: `{= 1}`, such as the words of a law.

    In `{# 1}` the words are quoted, and the numbers between them are written as the language does.

    >>> sorted(verbatim("{1} : {= 2}, {# 3}"))
    ['2', '3']
    """
    return frozenset(place for form, place in FORMED.findall(sentence) if form in QUOTING)


def filled(
    sentence: str, values: Mapping[str, str], formed: Callable[[str, str], str] = lambda value, form: value
) -> str:
    """Put values into the places of a translation; `{de 1}` is a value after a word that grows together with it.

    >>> filled("{2} de {= 1}", {"1": "tout", "2": "la moitié"})
    'la moitié de tout'
    >>> filled("{le 1} vend {1}", {"1": "x"}, lambda value, form: f"{form} {value}")
    'le x vend x'
    """

    def put(place: re.Match[str]) -> str:
        value = values[place[2]]
        return formed(value, place[1]) if place[1] not in (None, "=") else value

    return FORMED.sub(put, sentence)


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """What a sentence can be, made when it is first looked for.

    A place before a colon holds as much as it can, as products' names have colons.
    """
    parts, seen = [], set()
    loose = is_loose(sentence)
    one = "." if loose or re.search(r"[.](?= |\{)", sentence) else rf"(?:(?!{BETWEEN.pattern}).)"
    pieces = PLACE.split(sentence)
    for number, part in enumerate(pieces):
        if number % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P=p{part})")
        else:
            much = not loose and pieces[number + 1].startswith(": ")
            parts.append(f"(?P<p{part}>{one}*{'' if much else '?'})")
            seen.add(part)
    return re.compile("".join(parts), re.DOTALL)
