"""Whom and what a measure names: a country, a known bloc or everyone, and the beginning of an HS code.

A measure that names nobody whom trade tables know bars nobody, in silence; so whatever else stands there is refused,
with the nearest code beside it. What a measure bars is said here once (`bars`), for rows of `restrictions`; for lazy
tables `measures.permitted` says the same.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

from homeground.codes import blocs, countries, products
from homeground.errors import BadInput, UnknownCode, listing, message

EVERYONE: Final = "*"
TAIWAN: Final = "TWN"
"""ISO's code; trade tables hold S19."""
PREFIX: Final = re.compile(r"(\d\d){0,3}", re.ASCII)
RESERVED: Final = "77"


def party(text: str | None) -> str:
    """Return the code of a country (ISO alpha-3), a bloc (code or alias), or * for everyone.

    Raises UnknownCode naming the nearest codes: a name is not taken for the code that is probably meant.

    >>> party("EU-27"), party("TWN"), party("*")
    ('EU27', 'S19', '*')
    """
    written = (text or "").strip()
    if written == EVERYONE or written in _country_codes():
        return written
    if written == TAIWAN:
        return countries.resolve(written)
    if written and blocs.is_bloc(written):
        return blocs.resolve(written)
    found = repr(written) if written else "nothing"
    expected = "an ISO alpha-3 code, a known bloc, or * for everyone"
    raise UnknownCode(message("names nobody", found=found, expected=expected, do=_write_instead(written)))


@lru_cache(maxsize=100_000)
def goods(text: str | None) -> str:
    """Return the leading digits of an HS code that a measure names; empty for all goods (written as nothing or *).

    Two, four or six digits, of a chapter and heading that the HS has or had: fewer have lost a leading zero, more are
    national, and trade tables do not hold them. Raises UnknownCode.

    >>> goods("2709*"), goods("*")
    ('2709', '')
    """
    written = (text or "").strip()
    prefix = written.removesuffix(EVERYONE)
    if PREFIX.fullmatch(prefix) and (not prefix or _is_known(prefix)):
        return prefix
    found, expected = repr(written), "2, 4 or 6 digits of the HS, or nothing for all goods"
    raise UnknownCode(message("no HS code begins so", found=found, expected=expected, do=_digits_instead(prefix)))


def require(rows: Iterable[Mapping[str, Any]], where: str, known: frozenset[str] = frozenset()) -> None:
    """Raise BadInput naming the first rows of a table `restrictions` that can bind nobody, each with what to write.

    `known` are parties by names of one's own, such as the suppliers of a plan.
    """
    faults = [fault for number, row in enumerate(rows, 1) for fault in _faults(row, f"{where}, row {number}", known)]
    if faults:
        more = [f"… and {len(faults) - 5} more like these"] if len(faults) > 5 else []
        raise BadInput("\n".join([*faults[:5], *more]))


def holds(row: Mapping[str, Any], first: date, last: date | None = None) -> bool:
    """Whether a measure is in force on a day, or on any up to `last`; its own first and last day count.

    >>> row = {"from_date": date(2022, 6, 4), "to_date": None}
    >>> holds(row, date(2022, 6, 3)), holds(row, date(2022, 1, 1), date(2022, 12, 31))
    (False, True)
    """
    begins, ends = row["from_date"], row["to_date"]
    return (begins is None or begins <= (last or first)) and (ends is None or first <= ends)


def bars(row: Mapping[str, Any], importer: str, exporter: str, hs: str, first: date, last: date | None = None) -> bool:
    """Whether a measure bars a sale on a day, or on any up to `last`.

    `*` stands for everyone, and a bloc for its members on the first or last of the days. A party may be called by its
    name; a name that no country has stands for itself. Goods without a code (empty `hs`) meet measures on all goods.
    """
    days = (first, last or first)
    named = ((row["importer"], importer), (row["exporter"], exporter))
    if not (holds(row, *days) and hs.startswith(goods(row["hs_prefix"]))):
        return False
    return all(text in (EVERYONE, who) or _binds(text, who, days) for text, who in named)


def _binds(text: str, who: str, days: tuple[date, date]) -> bool:
    code = _code(who)
    return any(code in blocs.bound(_code(text), day) for day in days)


@lru_cache(maxsize=100_000)
def _code(name: str) -> str:
    if blocs.is_bloc(name):
        return name
    try:
        return countries.resolve(name)
    except UnknownCode:
        return name


def _faults(row: Mapping[str, Any], where: str, known: frozenset[str]) -> list[str]:
    """List what is wrong in one row: parties, goods, days that contradict each other."""
    found = []
    for name, read in (("importer", party), ("exporter", party), ("hs_prefix", goods)):
        try:
            if read is goods or row[name] not in known:
                read(row[name])
        except UnknownCode as error:
            found.append(f"{where}, {name}: {error}")
    first, last = row["from_date"], row["to_date"]
    if first is not None and last is not None and last < first:
        days = f"{first} to {last}"
        text = message("the last day comes before the first", where=where, found=days, do="correct the days")
        found.append(text)
    return found


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(country.iso3 for country in countries.every())


@cache
def _headings() -> frozenset[str]:
    return frozenset(code[:4] for code in products.every_code())


def _is_known(prefix: str) -> bool:
    """Whether the HS has the chapter and the heading; 98 and 99 are left to each country."""
    if prefix[:2] in products.UNCLASSIFIED:
        return True
    in_chapter = prefix[:2] in products.chapters() and prefix[:2] != RESERVED
    return in_chapter and (len(prefix) == 2 or prefix[:4] in _headings())


@cache
def _written_forms() -> dict[str, str]:
    """Every name of a country or bloc, folded, with what to write for it."""
    forms = {countries.fold(text): f"{c.iso3} ({c.name})" for c in countries.every() for text in (c.iso3, c.name)}
    for bloc in blocs.every().values():
        forms |= {countries.fold(text): f"{bloc.code} (a bloc)" for text in (bloc.code, *bloc.aliases)}
    return forms


def _write_instead(written: str) -> str:
    try:
        code = countries.resolve(written)
        return f"write {code} ({countries.name(code)})"
    except UnknownCode:
        near = _near(countries.fold(written))
    choices = dict.fromkeys(_written_forms()[form] for form in near)
    return f"write the code that is meant; the nearest: {listing(choices)}" if choices else "write the code or *"


def _near(written: str) -> list[str]:
    """Forms that the text begins with (`eu27` of `eu 27 members`), the longest first, else those that look alike."""
    whole = written.replace(" ", "")
    begun = [form for form in _written_forms() if len(form) > 1 and whole.startswith(form.replace(" ", ""))]
    return sorted(begun, key=len, reverse=True)[:1] or difflib.get_close_matches(written, _written_forms(), 3, 0.5)


def _digits_instead(prefix: str) -> str:
    digits = re.sub(r"[.\s]", "", prefix)
    if len(digits) > 6 and digits.isdigit():
        return f"trade tables hold six digits: write {digits[:6]}, which is wider"
    if len(digits) % 2 and digits.isdigit():
        return f"write 0{digits} if a leading zero was lost" if len(digits) < 6 else "correct it"
    return f"write {digits}" if digits != prefix and PREFIX.fullmatch(digits) else "correct it"
