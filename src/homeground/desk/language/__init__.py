"""Languages of the desk: gettext catalogues, several files per language, read when the desk starts.

English is the language of the texts themselves. Every `.po` file below `<language>/LC_MESSAGES` counts, so that each
part of the desk may bring its own. What the rooms below the desk say (titles, columns, notes, reasons, errors) is found
in the catalogue too, as sentences with places: see `sentences`. Numbers, days and countries: see `writing`.
"""

from __future__ import annotations

import gettext
import re
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from babel import Locale, negotiate_locale
from babel.messages import pofile

from homeground.desk.language import writing
from homeground.desk.language.sentences import BETWEEN, Sentences, filled, has_little, has_words, is_list, verbatim
from homeground.desk.showing.words import Told, of_desk

FOLDER: Final = Path(__file__).parent
SOURCE: Final = "en"
PEOPLE: Final = frozenset({"person", "login"})
"""Places of a text that hold somebody's name."""
REMEMBERED: Final = 65_536
"""Texts whose translations are remembered."""

STOP: Final = re.compile("[,;:] ")
LONGEST, DEEPEST, STEPS = 1_000, 40, 1_500
"""Signs, sentences within one another, and parts of a text that is looked for: twice and more of what any room says.

What goes beyond was written by somebody, and stays as it is.
"""


class Catalogue:
    """Texts and their translations; what has none stays as it is, and is noted in `missing` where that is a set."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]], plural: str = "(n != 1)") -> None:
        self._texts = {**{text.strip(): tuple(map(str.strip, said)) for text, said in texts.items()}, **texts}
        self._form = gettext.c2py(plural)
        self.sentences = Sentences(self._texts)
        self.missing: set[str] | None = None

    def known(self, text: str) -> bool:
        """Whether there is a translation."""
        return text in self._texts

    def one(self, text: str) -> str:
        """Translate a text."""
        return self._texts[text][0] if text in self._texts else text

    def texts(self) -> tuple[str, ...]:
        """Every text that has a translation."""
        return tuple(self._texts)

    def miss(self, text: str) -> None:
        """Note that a text has no translation."""
        if self.missing is not None:
            self.missing.add(text)

    def counted(self, one: str, many: str, count: int) -> str:
        """Translate a text that counts something, in the form for this number."""
        if one not in self._texts:
            self.miss(one)
            return one if count == 1 else many
        forms = self._texts[one]
        return forms[min(self._form(count), len(forms) - 1)]


@dataclass(frozen=True)
class Language:
    """A language: its code, its own name, and its texts."""

    code: str
    catalogue: Catalogue

    @property
    def name(self) -> str:
        """Its name in itself."""
        return str(Locale.parse(self.code).get_display_name(self.code) or self.code).capitalize()

    @property
    def direction(self) -> str:
        """Which way it is written: ltr or rtl."""
        return str(Locale.parse(self.code).text_direction)

    def text(self, text: str, **values: Any) -> Told:
        """Translate a text, and put values into its places: `text("%(count)s rows", count=3)`; days may be dates."""
        if not values:
            return self.say(text)
        if not self.catalogue.known(text) and self.code != SOURCE:
            self.catalogue.miss(text)
        plain = ((name, each.isoformat() if isinstance(each, date) else each) for name, each in values.items())
        said = {name: each if name in PEOPLE else self.value(each) for name, each in plain}
        return Told(self.catalogue.one(text) % said)

    def counted(self, one: str, many: str, count: int) -> Told:
        """Translate a text that counts something; `%(count)s` is the number."""
        return Told(self.catalogue.counted(one, many, count) % {"count": count})

    def say(self, text: str) -> Told:
        """Say in this language what another room has said in English, whatever it is made of."""
        if isinstance(text, Told):
            return text
        return Told(text) if self.code == SOURCE or not text else _said(self, str(text), names=False)

    def value(self, value: Any) -> Any:
        """Say a value of a table: a word, number, day, country or sentence; what is mostly a name stays as it is."""
        if not isinstance(value, str) or isinstance(value, Told) or self.code == SOURCE or not value:
            return value
        return _said(self, value, names=True)


class Found(NamedTuple):
    """A text in a language, and the parts of it that have no translation."""

    text: str
    missed: tuple[str, ...] = ()

    @property
    def wanting(self) -> int:
        """How much of it has no translation, in signs."""
        return sum(map(len, self.missed))


class _TooMuch(Exception):
    """A text goes beyond what any room says."""


class _Effort(threading.local):
    """What a thread has spent on the text that it looks for."""

    steps = depth = 0


_EFFORT: Final = _Effort()


def _said(language: Language, text: str, *, names: bool) -> Told:
    found = _whole(language, text) or _missed(text)
    if not names:
        for each in found.missed:
            language.catalogue.miss(each)
    return Told(found.text if 2 * found.wanting < len(text) else text)


def _missed(text: str) -> Found:
    """A part that stays as it is, for want of a translation where it has letters and is no code or unit."""
    nothing = not any(sign.isalpha() for sign in text) or writing.is_left_alone(text.strip())
    return Found(text, () if nothing else (text,))


@lru_cache(maxsize=REMEMBERED)
def _whole(language: Language, text: str) -> Found | None:
    """Return a whole text in a language, or None where nothing of it is known or it is none of ours."""
    _EFFORT.steps = _EFFORT.depth = 0
    try:
        return _found(language, text) if len(text) <= LONGEST else None
    except _TooMuch:
        return None


@lru_cache(maxsize=REMEMBERED)
def _found(language: Language, text: str) -> Found | None:
    """Return a text in a language, or None where nothing of it is known; of several ways that which leaves least."""
    _EFFORT.steps, _EFFORT.depth = _EFFORT.steps + 1, _EFFORT.depth + 1
    if _EFFORT.steps > STEPS or _EFFORT.depth > DEEPEST:
        raise _TooMuch
    try:
        return _looked_for(language, text)
    finally:
        _EFFORT.depth -= 1


def _looked_for(language: Language, text: str) -> Found | None:
    if language.catalogue.known(text):
        return Found(language.catalogue.one(text))
    if writing.is_left_alone(text):
        return None
    plain = text.strip()
    if plain != text:
        inner = _found(language, plain) if plain else None
        return inner._replace(text=text.replace(plain, inner.text)) if inner else None
    ways = chain(
        _written(language, text),
        _filled(language, text, loose=False),
        _numbered(language, text),
        _undressed(language, text),
        _one_by_one(language, text),
        _filled(language, text, loose=True),
    )
    best: Found | None = None
    for way in ways:
        if best is None or way.wanting < best.wanting:
            best = way
        if not way.missed:
            break
    return best


def _written(language: Language, text: str) -> Iterator[Found]:
    """Write what is a number, a day or a country."""
    written = (
        writing.number(text, language.code, language.catalogue.one)
        or writing.moment(text, language.code)
        or writing.country(text, language.code)
    )
    if written:
        yield Found(written)


def _numbered(language: Language, text: str) -> Iterator[Found]:
    """Say something known with a number after it."""
    found = writing.WITH_NUMBER.fullmatch(text)
    before, after = (_found(language, found[place]) for place in (1, 2)) if found else (None, None)
    if before and after:
        yield before._replace(text=f"{before.text} {after.text}")


def _undressed(language: Language, text: str) -> Iterator[Found]:
    """Say a text that is a sentence only by its capital and its full stop."""
    bare = text.removesuffix(".")
    if bare[:1].isupper() and bare[1:2].islower():
        bare = bare[:1].lower() + bare[1:]
    found = _found(language, bare) if bare and bare != text else None
    if found:
        stop = "." if text.endswith(".") else ""
        capital = found.text[:1].upper() if text[:1].isupper() else found.text[:1]
        yield found._replace(text=capital + found.text[1:] + stop)


def _one_by_one(language: Language, text: str) -> Iterator[Found]:
    """Say several sentences one after the other."""
    parts = BETWEEN.split(text)
    inner = [_found(language, part) for part in parts] if len(parts) > 1 else []
    if any(inner):
        said = [known or _missed(part) for known, part in zip(inner, parts, strict=True)]
        yield _together(" ".join(each.text for each in said), said)


def _filled(language: Language, text: str, *, loose: bool) -> Iterator[Found]:
    """Fill the places of each sentence that fits.

    A loose one counts only if something in its places is known: all of it, if little words hold it together, and in a
    list all but names; what it quotes is a name, without a stop. A text half in one language is worse than one in
    another.
    """
    for sentence, places in language.catalogue.sentences.find(text, loose=loose):
        into = language.catalogue.one(sentence)
        quoted = verbatim(into)
        inner = {n: Found(value) if n in quoted else _found(language, value) for n, value in places.items()}
        said = {place: inner[place] or _missed(value) for place, value in places.items()}
        missed = [part for each in said.values() for part in each.missed]
        if loose and (not any(inner.values()) or (is_list(sentence) and any(map(has_little, missed)))):
            continue
        if loose and has_words(sentence) and (missed or any(STOP.search(places[place]) for place in quoted)):
            continue
        texts = {place: each.text for place, each in said.items()}
        written = filled(into, texts, partial(writing.formed, code=language.code))
        if text[:1].isupper() and not loose:
            written = written[:1].upper() + written[1:]
        yield _together(written, said.values())


def _together(text: str, parts: Collection[Found]) -> Found:
    return Found(text, tuple(chain.from_iterable(each.missed for each in parts)))


@cache
def languages() -> Mapping[str, Language]:
    """The languages there are, English first."""
    found = {SOURCE: Language(SOURCE, Catalogue({}))}
    for folder in sorted(FOLDER.glob("*/LC_MESSAGES")):
        code = folder.parent.name
        found[code] = Language(code, _catalogue(folder, code))
    return found


def forget() -> None:
    """Forget what was said before, so that it is looked for anew."""
    _whole.cache_clear()
    _found.cache_clear()


def choose(wanted: str, accepted: str) -> Language:
    """Return the language that somebody chose, else the first that their browser accepts, else English."""
    known = languages()
    if wanted in known:
        return known[wanted]
    asked = [part.partition(";")[0].strip().replace("-", "_") for part in accepted.split(",") if part.strip()]
    found = negotiate_locale(asked, list(known)) if asked else None
    return known[found or SOURCE]


def _catalogue(folder: Path, code: str) -> Catalogue:
    """Read a language's files; a text that names commands is also known as the desk says it."""
    whole: dict[str, tuple[str, ...]] = {}
    plural = "(n != 1)"
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            read = pofile.read_po(file, locale=code)
        plural = read.plural_expr
        for each in read:
            texts = each.string if isinstance(each.string, tuple | list) else (each.string,)
            key = each.id if isinstance(each.id, str) else each.id[0]
            if key and all(texts) and not each.fuzzy:
                whole[key] = tuple(str(text) for text in texts)
    return Catalogue({**{of_desk(text): said for text, said in whole.items()}, **whole}, plural)
