"""Blocs: sets of countries taken as one home market, with the days of each membership and its source.

Yearly trade needs a yearly membership: a country counts in the years on whose 1 July it was a member.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import toml
from homeground.codes import countries
from homeground.errors import BadInput, UnknownCode, listing, message, near

if TYPE_CHECKING:
    import pyarrow as pa

MIDYEAR: Final = (7, 1)
KEYS: Final = frozenset({"title", "source", "aliases", "fixed", "since", "members", "joined", "left"})
CHANGE_KEYS: Final = frozenset({"date", "members", "source"})


@dataclass(frozen=True)
class Term:
    """One stay in a bloc: from `first_day` up to, but without, `end`; `end` is None while it lasts."""

    iso3: str
    first_day: date
    end: date | None
    source: str

    @property
    def years(self) -> tuple[int, int | None]:
        """First and last calendar year that count; the last is None while the stay lasts."""
        return _first_midyear(self.first_day), None if self.end is None else _first_midyear(self.end) - 1


@dataclass(frozen=True)
class Bloc:
    """A bloc; a fixed one has the same members in every year."""

    code: str
    title: str
    source: str
    fixed: bool
    aliases: tuple[str, ...]
    terms: tuple[Term, ...]

    def on(self, day: date) -> frozenset[str]:
        """Members on a day; none before the bloc began."""
        return frozenset(t.iso3 for t in self.terms if t.first_day <= day and (t.end is None or day < t.end))

    def members(self, year: int) -> frozenset[str]:
        """Members in a year; raises BadInput for a year without any, naming the years that have some."""
        chosen = self.on(date(year, *MIDYEAR))
        if chosen:
            return chosen
        first = min(term.years[0] for term in self.terms)
        lasts = [term.years[1] for term in self.terms]
        until = "or later" if None in lasts else f"to {max(filter(None, lasts))}"
        raise BadInput(
            message(f"{self.code} had no members", found=year, expected=f"{first} {until}", do="choose another year")
        )


@cache
def every() -> dict[str, Bloc]:
    """The packaged blocs, by code."""
    text = resources.files("homeground.codes").joinpath("data/blocs.toml").read_text(encoding="utf-8")
    return _parse(toml.loads(text), "data/blocs.toml")


def read(path: Path) -> dict[str, Bloc]:
    """Read blocs of one's own from a TOML file of the packaged form; raises BadInput naming the file and the fault.

    Keys of a bloc: `members` (codes or names), `since` (a date or a year) or `fixed = true`, and where wanted `title`,
    `source`, `aliases`, `joined` and `left` (lists of `date`, `members`, `source`).
    """
    try:
        document = toml.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(message("cannot read", where=str(path), found=error.strerror, do="check the path")) from error
    except ValueError as error:
        raise _refused("not valid TOML", str(path), error, None) from error
    return _parse(document, str(path))


def names() -> tuple[str, ...]:
    """Codes of the packaged blocs."""
    return tuple(every())


def is_bloc(text: str) -> bool:
    """Whether a text names a packaged bloc."""
    return _form(text) in _by_any_form()


def resolve(text: str) -> str:
    """Return the code of a bloc written as code or alias (`eu-27`, `NAFTA`); raises UnknownCode with near matches."""
    code = _by_any_form().get(_form(text))
    if code is None:
        expected = dict.fromkeys(_by_any_form()[form] for form in near(_form(text), _by_any_form())) or names()
        raise UnknownCode(message("unknown bloc", found=repr(text), expected=listing(expected, 20), do="correct it"))
    return code


def members(bloc: str, year: int) -> frozenset[str]:
    """Members of a packaged bloc in a year; raises BadInput for a year without any, naming the years that have some."""
    return every()[resolve(bloc)].members(year)


def bound(named: str, day: date) -> frozenset[str]:
    """Return whom a measure binds that names a country or a bloc: itself, and of a bloc its members on the day.

    A name of neither (such as * for everyone) stands for itself.

    >>> sorted(bound("USMCA", date(2024, 1, 1))), sorted(bound("JPN", date(2024, 1, 1)))
    (['CAN', 'MEX', 'USA', 'USMCA'], ['JPN'])
    """
    if named in _country_codes() or not is_bloc(named):
        return frozenset({named})
    code = resolve(named)
    return frozenset({named, code}) | every()[code].on(day)


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(country.iso3 for country in countries.every())


def table() -> pa.Table:
    """The table `blocs` of the schema; a fixed set counts from year 1 on."""
    import pyarrow as pa

    rows = sorted((bloc.code, term.iso3, term.years) for bloc in every().values() for term in bloc.terms)
    return pa.table(
        {
            "bloc": pa.array([code for code, _, _ in rows]),
            "iso3": pa.array([iso3 for _, iso3, _ in rows]),
            "from_year": pa.array([first for _, _, (first, _) in rows], pa.int16()),
            "to_year": pa.array([last for _, _, (_, last) in rows], pa.int16()),
        }
    )


@cache
def _by_any_form() -> dict[str, str]:
    return {_form(written): bloc.code for bloc in every().values() for written in (bloc.code, *bloc.aliases)}


def _form(text: str) -> str:
    return countries.fold(text).replace(" ", "")


def _first_midyear(day: date) -> int:
    """Year of the first 1 July on or after a day."""
    return day.year if (day.month, day.day) <= MIDYEAR else day.year + 1


def _parse(document: dict[str, Any], where: str) -> dict[str, Bloc]:
    return {code: _bloc(code, entry, f"{where}, {code}") for code, entry in document.items()}


def _bloc(code: str, entry: Any, where: str) -> Bloc:
    _check_keys(entry, KEYS, {"members"}, where)
    fixed = entry.get("fixed", False)
    if not fixed and "since" not in entry:
        raise _refused("a bloc needs its first day", where, "no since", "since = 2015-01-01, or fixed = true")
    source = entry.get("source", "")
    begun = date.min if fixed else _day(entry["since"], where)
    changes = [(begun, True, _members(entry, where), source)]
    for key in ("joined", "left"):
        for change in entry.get(key, []):
            _check_keys(change, CHANGE_KEYS, {"date", "members"}, f"{where}, {key}")
            day = _day(change["date"], f"{where}, {key}")
            changes.append((day, key == "joined", _members(change, f"{where}, {key}"), change.get("source", source)))
    terms = _terms(sorted(changes, key=lambda change: change[0]), where)
    return Bloc(code, entry.get("title", code), source, fixed, tuple(entry.get("aliases", ())), terms)


def _terms(changes: list[tuple[date, bool, list[str], str]], where: str) -> tuple[Term, ...]:
    """Turn joinings and leavings, in order of time, into stays."""
    present: dict[str, Term] = {}
    past: list[Term] = []
    for day, joins, codes, source in changes:
        for iso3 in codes:
            if joins == (iso3 in present):
                found = f"{iso3} {'joins' if joins else 'leaves'} on {day}"
                raise _refused("a country joins from outside and leaves from inside", where, found, None)
            if joins:
                present[iso3] = Term(iso3, day, None, source)
            else:
                stay = present.pop(iso3)
                past.append(Term(iso3, stay.first_day, day, stay.source))
    return tuple(sorted([*past, *present.values()], key=lambda term: (term.iso3, term.first_day)))


def _members(entry: dict[str, Any], where: str) -> list[str]:
    found = entry["members"]
    if not isinstance(found, list) or not found or not all(isinstance(member, str) for member in found):
        raise _refused("members are not a list of countries", where, found, 'such as ["DEU", "FRA"]')
    try:
        return [countries.resolve(member) for member in found]
    except UnknownCode as error:
        raise UnknownCode(f"{where}: {error}") from error


def _day(value: object, where: str) -> date:
    if type(value) is date:
        return value
    if type(value) is int and date.min.year <= value <= date.max.year:
        return date(value, 1, 1)
    raise _refused("not a day", where, value, "a date such as 2015-01-01, or a year")


def _check_keys(entry: Any, known: frozenset[str], needed: set[str], where: str) -> None:
    keys = set(entry) if isinstance(entry, dict) else set()
    if keys - known:
        raise _refused("unknown key", where, listing(sorted(keys - known)), listing(sorted(known), 9))
    if needed - keys:
        raise _refused("incomplete", where, f"no {listing(sorted(needed - keys))}", None)


def _refused(what: str, where: str, found: object, expected: object) -> BadInput:
    return BadInput(message(what, where=where, found=found, expected=expected, do="mend the file"))
