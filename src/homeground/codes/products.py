"""Products: six characters of the Harmonized System (HS), with names by revision, heading, chapter and section."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from homeground.codes.countries import fold
from homeground.errors import UnknownCode, message

if TYPE_CHECKING:
    import pyarrow as pa

IN_FORCE: Final = MappingProxyType(
    {"HS92": 1988, "HS96": 1996, "HS02": 2002, "HS07": 2007, "HS12": 2012, "HS17": 2017, "HS22": 2022}
)
"""First year of each revision (World Customs Organization; HS92 is the first edition as amended in 1992)."""

ARMS: Final = "93"
UNCLASSIFIED: Final = ("98", "99")
UNSPECIFIED: Final = ("9999AA",)
"""Codes outside the HS that trade tables hold all the same; 999999 is a number like any other."""


@dataclass(frozen=True)
class Section:
    """A section of the HS: its number, in Roman figures too, and a short name."""

    number: int
    roman: str
    name: str


@dataclass(frozen=True)
class Chapter:
    """A chapter of the HS: two digits, its section, and a short name."""

    code: str
    section: Section
    name: str


@dataclass(frozen=True)
class ProductName:
    """A product's name and the revision it is taken from.

    `exact` is false where that is not the revision asked for, or where the name is the heading's or the chapter's.
    """

    code: str
    name: str
    revision_of_name: str | None
    exact: bool


def in_force(revision: str) -> int:
    """Return the first calendar year of a revision; raises UnknownCode for one that the HS doesn't have."""
    if revision not in IN_FORCE:
        known = ", ".join(IN_FORCE)
        raise UnknownCode(message("unknown HS revision", found=repr(revision), expected=known, do="correct it"))
    return IN_FORCE[revision]


def normalise(code: str | int) -> str:
    """Return six characters; five digits have lost their leading zero. Raises UnknownCode for anything else.

    >>> normalise(10121)
    '010121'
    """
    text = str(code).strip().upper()
    if text in UNSPECIFIED:
        return text
    if not (text.isdigit() and text.isascii() and len(text) in (5, 6)):
        do = "give the six-digit product, such as 270900"
        raise UnknownCode(message("not an HS6 code", found=repr(code), expected="six digits", do=do))
    return text.zfill(6)


def describe(code: str, revision: str | None = None) -> ProductName:
    """Name a code of two, four or six digits.

    Without a revision the newest name is taken. Falls back to the revision nearest in time, then to the heading, then
    to the chapter, and says so.
    """
    names = _names()
    order = _nearest(revision)
    for length in dict.fromkeys((len(code), 4, 2)):
        for candidate in order:
            found = names[candidate].get(code[:length])
            if found is not None:
                exact = length == len(code) and revision in (None, candidate)
                return ProductName(code, found, candidate, exact)
    text = "Not classified by product" if code[:2] in UNCLASSIFIED else f"Product {code}"
    return ProductName(code, text, None, False)


def name(code: str, revision: str | None = None) -> str:
    """Return the name of a code (see `describe`)."""
    return describe(code, revision).name


def short(code: str, revision: str | None = None, width: int = 48) -> str:
    """Return a name cut at a word to fit `width` characters; of "group: kind" something of both is kept."""
    full = name(code, revision)
    head, colon, tail = full.partition(": ")
    if len(full) <= width or not colon or len(tail) < 4:
        return _cut(full, width)
    tail = _cut(tail, max(width // 2, width - len(head) - 2))
    return f"{_cut(head, width - len(tail) - 2)}: {tail}"


def _cut(text: str, width: int) -> str:
    """Cut a text at a word; a mark shows that something is left out."""
    if len(text) <= width:
        return text
    return f"{text[: width - 1].rsplit(' ', 1)[0].rstrip(' ,;:(')}…"


def chapter(code: str) -> Chapter:
    """Return the chapter of a code; codes outside the HS belong to a chapter of their own."""
    found = chapters().get(code[:2])
    return found or Chapter(code[:2], Section(0, "–", "Not classified"), "Not classified")


def section(code: str) -> Section:
    """Return the section of a code."""
    return chapter(code).section


@cache
def sections() -> dict[str, Section]:
    """The 21 sections by Roman figure."""
    rows = csv.DictReader(_data("sections.csv").splitlines())
    return {row["section"]: Section(number, row["section"], row["name"]) for number, row in enumerate(rows, 1)}


@cache
def chapters() -> dict[str, Chapter]:
    """The 97 chapters by two digits; 77 is reserved and holds no products."""
    rows = csv.DictReader(_data("chapters.csv").splitlines())
    return {row["chapter"]: Chapter(row["chapter"], sections()[row["section"]], row["name"]) for row in rows}


def every_code() -> frozenset[str]:
    """Every code of six digits of the revisions that are packaged."""
    return frozenset(code for revision in _names() for code in codes(revision) if code.isdigit())


def revisions() -> tuple[str, ...]:
    """Revisions whose names are packaged; others come with the data and are kept in the Home."""
    return tuple(sorted(_names(), key=in_force))


def table(revision: str) -> pa.Table:
    """The table `products` of the schema for a packaged revision."""
    import pyarrow as pa

    names = _names().get(revision)
    if names is None:
        known = ", ".join(revisions())
        raise UnknownCode(message("no names packaged", found=revision, expected=known, do="take them from BACI's zip"))
    codes = sorted(names)
    return pa.table({"revision": [revision] * len(codes), "code": codes, "name": [names[code] for code in codes]})


def codes(revision: str) -> list[str]:
    """The 6-digit codes of a packaged revision, sorted."""
    return [code for code in sorted(_names().get(revision, {})) if len(code) == len("010121")]


def search(words: str, limit: int = 20) -> list[ProductName]:
    """Find products whose name holds all the words, or whose code begins with the digits given; six-digit codes first.

    Names are the newest packaged; codes that left the HS keep their last one.
    """
    wanted = fold(words).split()
    if not wanted:
        return []
    found: dict[str, ProductName] = {}
    for revision in _nearest(None):
        for code, text in _names()[revision].items():
            plain = _folded(revision)[code]
            if code.startswith(wanted[0]) if wanted[0].isdigit() else all(word in plain for word in wanted):
                found.setdefault(code, ProductName(code, text, revision, True))
    return sorted(found.values(), key=lambda p: (-len(p.code), p.code))[:limit]


def is_arms(code: str) -> bool:
    """Whether a code is of chapter 93, which stays out of substitution and planning."""
    return code.startswith(ARMS)


def _nearest(revision: str | None) -> list[str]:
    """Packaged revisions, nearest in time to the one given first; newest first without one."""
    year = IN_FORCE.get(revision or "", max(IN_FORCE.values()))
    return sorted(_names(), key=lambda packaged: (abs(IN_FORCE[packaged] - year), packaged))


@cache
def _names() -> dict[str, dict[str, str]]:
    packed = resources.files("homeground.codes").joinpath("data/hs.csv.gz").read_bytes()
    found: dict[str, dict[str, str]] = {}
    for row in csv.reader(gzip.decompress(packed).decode("utf-8").splitlines()[1:]):
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found


@cache
def _folded(revision: str) -> dict[str, str]:
    """The names of a revision as a search compares them."""
    return {code: fold(text) for code, text in _names()[revision].items()}


def _data(file: str) -> str:
    return resources.files("homeground.codes").joinpath(f"data/{file}").read_text(encoding="utf-8")
