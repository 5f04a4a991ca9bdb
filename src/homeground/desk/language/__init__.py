"""Languages of the desk's own texts: gettext catalogues, several files per language, read when the desk starts.

English is the language of the texts themselves. Every `.po` file below `<language>/LC_MESSAGES` counts, so that each
part of the desk may bring its own. Texts that come from answers (titles, columns, notes) are English.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale, negotiate_locale
from babel.messages import pofile

FOLDER: Final = Path(__file__).parent
SOURCE: Final = "en"


class Catalogue:
    """Texts and their translations; what has none stays as it is."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]], plural: str = "(n != 1)") -> None:
        self._texts = texts
        self._form = gettext.c2py(plural)

    def known(self, text: str) -> bool:
        """Whether there is a translation."""
        return text in self._texts

    def one(self, text: str) -> str:
        """Translate a text."""
        return self._texts[text][0] if text in self._texts else text

    def counted(self, one: str, many: str, count: int) -> str:
        """Translate a text that counts something, in the form for this number."""
        if one not in self._texts:
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

    def text(self, text: str, **values: Any) -> str:
        """Translate a text, and put values into its places: `text("%(count)s rows", count=3)`."""
        found = self.catalogue.one(text)
        return found % values if values else found

    def counted(self, one: str, many: str, count: int) -> str:
        """Translate a text that counts something; `%(count)s` is the number."""
        return self.catalogue.counted(one, many, count) % {"count": count}


@cache
def languages() -> Mapping[str, Language]:
    """The languages there are, English first."""
    found = {SOURCE: Language(SOURCE, Catalogue({}))}
    for folder in sorted(FOLDER.glob("*/LC_MESSAGES")):
        code = folder.parent.name
        found[code] = Language(code, _catalogue(folder, code))
    return found


def choose(wanted: str, accepted: str) -> Language:
    """Return the language that somebody chose, else the first that their browser accepts, else English."""
    known = languages()
    if wanted in known:
        return known[wanted]
    asked = [part.partition(";")[0].strip().replace("-", "_") for part in accepted.split(",") if part.strip()]
    found = negotiate_locale(asked, list(known)) if asked else None
    return known[found or SOURCE]


def _catalogue(folder: Path, code: str) -> Catalogue:
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
    return Catalogue(whole, plural)
