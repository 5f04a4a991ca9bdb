"""Countries: ISO 3166 alpha-3 codes, BACI's area codes where ISO has none, and every form a user may write.

Sources: BACI's country table (CEPII, Etalab 2.0); ISO 3166. BACI's numbers differ from ISO's for the USA (842), France
(251), India (699), Switzerland (757) and Norway (579); 490 is "Other Asia, nes", Taiwan in practice, kept as S19.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from homeground.errors import UnknownCode, listing, message, near

if TYPE_CHECKING:
    import pyarrow as pa

APOSTROPHES: Final = "'’‘`"
_WITH_ARTICLE: Final = re.compile(
    r"(United|British|Holy|Central|Dominican|Republic|Turks|US|Northern|Bahamas|Comoros|DR Congo|Gambia|Maldives"
    r"|Netherlands|Philippines)\b|.*(Islands|Territor)"
)
SMALL_WORDS: Final = frozenset({"and", "of", "the"})
IN_FULL: Final = MappingProxyType(
    {
        "dem": "democratic",
        "is": "islands",
        "isds": "islands",
        "island": "islands",
        "isl": "islands",
        "rep": "republic",
        "st": "saint",
        "ste": "saint",
    }
)


@dataclass(frozen=True)
class Country:
    """A code that may stand as exporter or importer. `baci` are its numbers in BACI, the one in use first."""

    iso3: str
    name: str
    baci: tuple[int, ...]
    iso2: str | None
    kind: Literal["country", "former", "nes"]
    iso_numeric: int | None
    aliases: tuple[str, ...]


@cache
def every() -> tuple[Country, ...]:
    """All countries, by code."""
    text = resources.files("homeground.codes").joinpath("data/countries.csv").read_text(encoding="utf-8")
    return tuple(_country(row) for row in csv.DictReader(text.splitlines()))


def table() -> pa.Table:
    """The table `countries` of the schema."""
    import pyarrow as pa

    rows = every()
    return pa.table(
        {
            "iso3": pa.array([c.iso3 for c in rows]),
            "name": pa.array([c.name for c in rows]),
            "baci": pa.array([c.baci[0] if c.baci else None for c in rows], pa.int16()),
            "iso2": pa.array([c.iso2 for c in rows]),
            "kind": pa.array([c.kind for c in rows]),
        }
    )


def get(iso3: str) -> Country:
    """Return the country of a code; raises UnknownCode with near matches."""
    found = _by_code().get(iso3)
    if found is None:
        raise _unknown(iso3)
    return found


def spoken(iso3: str) -> str:
    """Return the name of a country as it stands in a sentence.

    >>> spoken("USA"), spoken("SAU"), spoken("KOR")
    ('the United States', 'Saudi Arabia', 'the Republic of Korea')
    """
    found = name(iso3)
    return f"the {found}" if _WITH_ARTICLE.match(found) else found


def name(iso3: str) -> str:
    """Return the short English name, or the code itself where no table knows it."""
    found = _by_code().get(iso3)
    return found.name if found else iso3


def resolve(text: str) -> str:
    """Return the code of a country written as ISO code, name, alias, or BACI or ISO number.

    Case, accents, punctuation and the order of words don't matter: `Korea, Rep.` is `Rep. of Korea`. `NA` is Namibia;
    `TWN` and `Taiwan` are S19; ISO's numbers stand beside BACI's where they differ (840 and 842 are both USA).
    Raises UnknownCode naming near matches, or the candidates where the text fits several countries (`Congo`).
    """
    found = _by_any_form().get(_form(text), ())
    if len(found) > 1:
        candidates = " or ".join(f"{name(iso3)} ({iso3})" for iso3 in sorted(found))
        raise UnknownCode(message("this fits several countries", found=repr(text), expected=candidates, do="say which"))
    if not found:
        raise _unknown(text)
    return next(iter(found))


def numeric_codes() -> list[tuple[int, str]]:
    """List BACI's numbers with their country; several may lead to one (56 and 58 to BEL)."""
    return sorted((number, c.iso3) for c in every() for number in c.baci)


@cache
def nes_codes() -> frozenset[str]:
    """Codes that stand for many suppliers (not elsewhere specified)."""
    return frozenset(c.iso3 for c in every() if c.kind == "nes")


def iso_numeric(iso3: str) -> str | None:
    """Return the ISO 3166 number as three digits, or None where ISO has none."""
    number = get(iso3).iso_numeric
    return None if number is None else f"{number:03d}"


def fold(text: str) -> str:
    """Reduce a text to what is compared: lower case, no accents or punctuation, single spaces.

    >>> fold("  Côte  d'Ivoire ")
    'cote divoire'
    """
    letters = unicodedata.normalize("NFKD", text).lower()
    kept = (c for c in letters if c not in APOSTROPHES and not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


def _country(row: dict[str, str]) -> Country:
    return Country(
        iso3=row["iso3"],
        name=row["name"],
        baci=tuple(int(number) for number in row["baci"].split("|") if number),
        iso2=row["iso2"] or None,
        kind=row["kind"],  # type: ignore[arg-type]
        iso_numeric=int(row["iso_numeric"]) if row["iso_numeric"] else None,
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
    )


@cache
def _by_code() -> dict[str, Country]:
    return {country.iso3: country for country in every()}


@cache
def _by_any_form() -> dict[str, frozenset[str]]:
    """Every written form, with the codes it fits."""
    forms: dict[str, set[str]] = {}
    for country in every():
        numbers = [*country.baci, *filter(None, [country.iso_numeric])]
        codes = [country.iso3, *filter(None, [country.iso2]), *map(str, numbers)]
        for written in (*codes, country.name, *country.aliases):
            forms.setdefault(_form(written), set()).add(country.iso3)
    return {form: frozenset(codes) for form, codes in forms.items()}


def _form(text: str) -> str:
    """Reduce several words to the order of the alphabet, small ones dropped, shortened ones in full."""
    words = fold(text).split()
    if len(words) == 1:
        return words[0].lstrip("0") if words[0].isdigit() else words[0]
    return " ".join(sorted(IN_FULL.get(word, word) for word in words if word not in SMALL_WORDS))


def _unknown(text: str) -> UnknownCode:
    forms = {fold(written): c for c in every() for written in (*c.aliases, c.name)}
    matches = dict.fromkeys(f"{forms[form].name} ({forms[form].iso3})" for form in near(fold(text), forms))
    expected = listing(matches) if matches else "a country's name, ISO code or BACI number"
    return UnknownCode(message("unknown country", found=repr(text), expected=expected, do="correct it"))
