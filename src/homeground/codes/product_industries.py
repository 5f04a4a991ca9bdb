"""From product to industry: which industries of an input–output table make a product of the Harmonized System.

A product goes to a division of ISIC, and the division to the industry of the table that holds it. Tables in ISIC Rev. 3
(WIOD 2013 and ADB: 35 industries) and in ISIC Rev. 4 or NACE Rev. 2 (WIOD 2016, OECD ICIO, FIGARO, national tables by
`C10-12`, `C26` …) are recognised by their codes.

The packaged table states the division by heading, and by 6 digits where a heading meets two. Headings follow the World
Bank's correspondence of the combined HS with ISIC Rev. 3 (WITS product concordances, 5,703 codes); where that gives a
heading two divisions, 6-digit codes were laid to them by the titles of the classes, and where even that does not tell,
both stand and share alike. The division of Rev. 4 is where the class of Rev. 3 went (United Nations Statistics
Division, ISIC Rev. 3.1–4), by product where the class was split. Scrap and by-products without an industry of their own
(class 9999 there: scrap metal, waste paper, bran, guts) have none, nor have chapters 98 and 99.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final, Literal

from homeground.codes import products
from homeground.errors import UnknownCode, listing, message

Isic = Literal["ISIC3", "ISIC4"]

REVISION_OF_NAMES: Final = "HS22"
NOWHERE: Final = "9999"
"""The class of the published tables for what no industry makes as its product."""

WIOD2013: Final = MappingProxyType(
    {
        f"c{place}": tuple(divisions.split())
        for place, divisions in enumerate(
            (
                "01 02 05", "10 11 12 13 14", "15 16", "17 18", "19", "20", "21 22", "23", "24", "25", "26", "27 28",
                "29", "30 31 32 33", "34 35", "36 37", "40 41", "45", "50", "51", "52", "55", "60", "61", "62", "63",
                "64", "65 66 67", "70", "71 72 73 74", "75", "80", "85", "90 91 92 93", "95",
            ),
            1,
        )
    }
)  # fmt: skip
RELEASE_2016: Final = (
    "A01 A02 A03 B C10-12 C13-15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C30 C31-32 C33 D35 E36 E37-39 "
    "F G45 G46 G47 H49 H50 H51 H52 H53 I J58 J59-60 J61 J62-63 K64 K65 K66 L68 M69-70 M71 M72 M73 M74-75 N O84 P85 Q "
    "R-S T U"
)
WIOD2016: Final = MappingProxyType({f"c{place}": code for place, code in enumerate(RELEASE_2016.split(), 1)})
SECTIONS: Final = MappingProxyType(
    {
        letter: (low, high)
        for letter, low, high in (
            ("A", 1, 3), ("B", 5, 9), ("C", 10, 33), ("D", 35, 35), ("E", 36, 39), ("F", 41, 43), ("G", 45, 47),
            ("H", 49, 53), ("I", 55, 56), ("J", 58, 63), ("K", 64, 66), ("L", 68, 68), ("M", 69, 75), ("N", 77, 82),
            ("O", 84, 84), ("P", 85, 85), ("Q", 86, 88), ("R", 90, 93), ("S", 94, 96), ("T", 97, 98), ("U", 99, 99),
        )
    }
)  # fmt: skip
RANGE: Final = re.compile(r"^([A-U])(\d\d)?\d?[A-Z]?(?:(?:T|_|-)([A-U])?(\d\d)?\d?)?$")


@dataclass(frozen=True)
class Classification:
    """The industries of a table in divisions of ISIC: `divisions` by industry."""

    name: str
    isic: Isic
    divisions: Mapping[str, tuple[str, ...]]

    def industries(self, division: str) -> tuple[str, ...]:
        """The industries that hold a division, or a part of it."""
        return tuple(industry for industry, held in self.divisions.items() if division in held)


@dataclass(frozen=True)
class Allocation:
    """The industries that make a product: `shares` sum to one; `basis` says in words where they are from."""

    product: str
    shares: Mapping[str, float]
    basis: str


@dataclass(frozen=True)
class _Row:
    first: str
    last: str
    isic: Mapping[Isic, tuple[str, ...]]

    @property
    def precision(self) -> tuple[int, int]:
        return len(self.first), int(self.first) - int(self.last)


def divisions(product: str, isic: Isic) -> dict[str, float]:
    """Divisions of ISIC that make a product of 2, 4 or 6 digits, with shares; empty where no industry does.

    Of a chapter or heading, each 6-digit code counts once, those without an industry not at all.

    >>> divisions("270900", "ISIC4")
    {'06': 1.0}
    """
    if len(product) == len("270900"):
        found = _row(product)
        held = () if found is None else found.isic[isic]
        return {division: 1.0 / len(held) for division in held}
    counted: dict[str, float] = {}
    for code in _codes(product):
        for division, share in divisions(code, isic).items():
            counted[division] = counted.get(division, 0.0) + share
    total = sum(counted.values())
    return {division: count / total for division, count in sorted(counted.items())}


def classification_of(industries: Sequence[str], name: str = "") -> Classification:
    """Recognise the classification of a table by its codes of industries; raises UnknownCode naming codes it lacks."""
    codes = set(industries)
    if codes <= set(WIOD2013):
        return Classification("WIOD 2013", "ISIC3", {code: WIOD2013[code] for code in industries})
    if codes <= set(WIOD2016):
        return Classification("WIOD 2016", "ISIC4", {code: _held(WIOD2016[code]) for code in industries})
    held = {code: _held(code) for code in industries}
    if strange := [code for code, found in held.items() if not found]:
        raise UnknownCode(
            message(
                "no way from products to the industries of this table",
                where=name,
                found=listing(strange, 5),
                expected="c1 … c35 (WIOD 2013), c1 … c56 (WIOD 2016), or divisions such as C10-12, C26 (NACE Rev. 2)",
                do="name the industry itself, or load a concordance with this table's industries",
            )
        )
    return Classification("NACE Rev. 2", "ISIC4", held)


def industries_of(product: str, known: Classification, sizes: Mapping[str, float] | None = None) -> Allocation:
    """The industries of a classification that make a product, with shares.

    Where a division falls into several industries of the table, they share by `sizes` (output, say), else alike.
    Raises UnknownCode where no industry makes it.
    """
    found = divisions(product, known.isic)
    if not found:
        raise _no_industry(product, known.name)
    source = f"{_rev(known.isic)}, {'division' if len(found) == 1 else 'divisions'} {', '.join(found)}"
    return Allocation(product, spread(found, known, sizes), source)


def spread(
    found: Mapping[str, float], known: Classification, sizes: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Lay shares of divisions to the industries that hold them; raises UnknownCode where none does."""
    shares: dict[str, float] = {}
    for division, share in found.items():
        holders = known.industries(division)
        if not holders:
            raise UnknownCode(
                message(
                    f"no industry of the table holds division {division} of {_rev(known.isic)}",
                    expected=listing(known.divisions, 60),
                    do="name the industry itself",
                )
            )
        weights = [1.0 if sizes is None else sizes.get(holder, 0.0) for holder in holders]
        whole = sum(weights)
        for holder, weight in zip(holders, weights, strict=True):
            part = weight / whole if whole > 0 else 1.0 / len(holders)
            shares[holder] = shares.get(holder, 0.0) + share * part
    return {industry: share for industry, share in shares.items() if share > 0}


def coverage(codes: Iterable[str], isic: Isic = "ISIC3") -> float:
    """Share of 6-digit codes that have an industry."""
    given = list(codes)
    return sum(1 for code in given if divisions(code, isic)) / len(given)


def _no_industry(product: str, name: str) -> UnknownCode:
    return UnknownCode(
        message(
            f"no industry makes {product} ({products.short(product)}) as its product",
            where=name,
            expected="goods that an industry makes; scrap, by-products and codes outside the HS have none",
            do="name the industry itself, such as CHN.c14, or load a concordance that states one",
        )
    )


def _rev(isic: Isic) -> str:
    return f"ISIC Rev. {isic[-1]}"


def _held(code: str) -> tuple[str, ...]:
    """The divisions of a code such as A01, B, C10-12, C31_C32, C24A, C302T309 or R_S; empty for anything else."""
    match = RANGE.match(code)
    if match is None:
        return ()
    letter, first, last_letter, last = match.groups()
    low, high = SECTIONS[letter]
    low, high = (int(first), int(first)) if first else (low, high)
    if last is not None:
        high = int(last)
    elif last_letter is not None:
        high = SECTIONS[last_letter][1]
    return tuple(f"{number:02d}" for number in range(low, high + 1))


def _row(code: str) -> _Row | None:
    fitting = [row for row in _rows() if row.first <= code[: len(row.first)] <= row.last]
    return max(fitting, key=lambda row: row.precision, default=None)


def _codes(prefix: str) -> list[str]:
    return [row for row in products.codes(REVISION_OF_NAMES) if row.startswith(prefix)]


@cache
def _rows() -> tuple[_Row, ...]:
    text = resources.files("homeground.codes").joinpath("data/hs_isic.csv").read_text(encoding="utf-8")
    return tuple(
        _Row(
            row["hs_from"],
            row["hs_to"],
            {"ISIC3": _parts(row["isic3"]), "ISIC4": _parts(row["isic4"])},
        )
        for row in csv.DictReader(text.splitlines())
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()
