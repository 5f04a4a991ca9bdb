"""Numbers, dates and countries as a language writes them: read as the rooms below the desk write, in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import get_decimal_symbol, get_group_symbol

from homeground.codes import blocs, countries, products
from homeground.desk.language import french

TIE: Final = "\N{NO-BREAK SPACE}"
LEFT_TO_RIGHT: Final = "\N{LEFT-TO-RIGHT ISOLATE}"
ENDS: Final = "\N{POP DIRECTIONAL ISOLATE}"
SCALES: Final = ("bn", "M", "k")
"""The scales of `brief.answer.money`, which a catalogue may write otherwise."""

UNITS: Final = ("%", "USD/t", "USD", "kUSD", "EUR", "t", "kt", "Mt", "kg", "m3", "GWh", "MWh", "kWh")
_SIGNED: Final = r"[<>≥≤±+−-]?\s?\d"
NUMBER: Final = re.compile(
    rf"(?P<number>{_SIGNED}(?:[\d,]*\d)?(?:\.\d+)?(?:e[+-]?\d+)?)"
    rf"(?: (?P<scale>{'|'.join(SCALES)}))?(?P<unit>%|(?: (?:million|M))? (?:{'|'.join(map(re.escape, UNITS))}))?"
)
WITH_NUMBER: Final = re.compile(rf"(\S.*) ({re.sub(r'[?]P<[a-z]+>', '', NUMBER.pattern)})")
AMONG: Final = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w.]|,\d)")
"""A number among words."""
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|\+00:00| UTC)?")


def number(text: str, code: str, one: Callable[[str], str]) -> str | None:
    r"""Write a number with its unit as the language does, or return None where the text is none.

    >>> number("1,234.5 bn USD", "fr", {"bn": "Md"}.get)
    '1\u202f234,5\xa0Md\xa0USD'
    >>> number("2023", "fr", str), number("270900", "fr", str), number("a 3", "fr", str)
    ('2023', '270900', None)

    Where one writes from the right, a number stands apart, so that its sign stays before it.

    >>> number("-3", "ar", str) == f"{LEFT_TO_RIGHT}-3{ENDS}"
    True
    """
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    signs = {",": get_group_symbol(code), ".": get_decimal_symbol(code)}
    written = "".join(signs.get(sign, sign) for sign in found["number"])
    scale = TIE + one(found["scale"]) if found["scale"] else ""
    written += scale + (found["unit"] or "").replace("%", " %").replace("  ", " ").replace(" ", TIE)
    return f"{LEFT_TO_RIGHT}{written}{ENDS}" if Locale.parse(code).text_direction == "rtl" else written


def is_moment(text: str) -> bool:
    """Whether a text is a day, or a day with its time."""
    return bool(DAY.fullmatch(text) or MOMENT.fullmatch(text))


def moment(text: str, code: str) -> str | None:
    """Write a day, or a day with its time (UTC), as the language does.

    >>> moment("2024-05-12", "fr"), moment("2024-05-12T07:03:00Z", "fr"), moment("2024-5", "fr")
    ('12 mai 2024', '12 mai 2024, 07:03', None)
    """
    try:
        if DAY.fullmatch(text):
            return format_date(date.fromisoformat(text), "medium", code)
        found = MOMENT.fullmatch(text)
        if found:
            at = datetime.fromisoformat(f"{found[1]}T{found[2]}")
            return format_datetime(at, "d MMM y, HH:mm", locale=code)
    except ValueError:
        return None
    return None


@cache
def names(code: str) -> dict[str, str]:
    """English name, with its article too → name in the language, of every country that Unicode's locale data name."""
    territories = Locale.parse(code).territories
    known = [each for each in countries.every() if each.iso2 and each.iso2 in territories]
    return {form: territories[each.iso2] for each in known for form in (each.name, countries.spoken(each.iso3))}


@cache
def _countries(code: str) -> frozenset[str]:
    return frozenset(names(code).values())


def country(text: str, code: str) -> str | None:
    """Write a country, also as it stands in a sentence or in the possessive, as the language does.

    >>> [country(each, "fr") for each in ("Japan", "the United States", "United States'", "Jam")]
    ['Japon', 'États-Unis', 'des États-Unis', None]
    """
    known = names(code)
    text = re.sub("^[Tt]he ", "", text)
    if text in known:
        return known[text]
    whose = text.removesuffix("'s") if text.endswith("'s") else text.removesuffix("'")
    return formed(known[whose], "de", code) if whose != text and whose in known else None


def formed(value: str, form: str, code: str) -> str:
    r"""Write a value after a word that grows together with it, as in French `de` with `le Japon`: `du Japon`.

    The form `#` writes the numbers in it, and leaves its words.

    >>> formed("coal 1,204 (Norland), oil 94.8", "#", "fr")
    'coal 1\u202f204 (Norland), oil 94,8'
    """
    if form == "#":
        return AMONG.sub(lambda found: number(found[0], code, str) or found[0], value)
    if code != "fr":
        return value
    return french.with_article(value, form) if value in _countries(code) else french.alone(value, form)


def is_left_alone(text: str) -> bool:
    """Whether a text is the same in every language: a code, a unit, an address, a product's name in the HS, also cut.

    >>> is_left_alone("JPN"), is_left_alone("Metals: palladium, unwrought or in…"), is_left_alone("Japan")
    (True, True, False)
    """
    return text in _left_alone() or text.startswith("/") or (text.rstrip().endswith("…") and len(text) > 1)


@cache
def _left_alone() -> frozenset[str]:
    named = {name for revision in products.revisions() for name in products.table(revision)["name"].to_pylist()}
    codes = {each.iso3 for each in countries.every()} | set(blocs.names()) | set(SCALES) | set(UNITS)
    return frozenset(named | codes)
