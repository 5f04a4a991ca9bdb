"""Labels of a system: who sells or buys (region, and the country that it belongs to) and what (industry or use)."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from homeground.errors import BadInput, UnknownCode, listing, message

Ints = np.ndarray[Any, np.dtype[np.int64]]
Selector = str | tuple[str, str]

PARTS: Final[Mapping[str, str]] = MappingProxyType({"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"})
"""Regions that are parts of a country: the OECD splits China and Mexico by export processing. Trade between the parts
of one country is home trade."""


@dataclass(frozen=True)
class Axis:
    """One side of a table: for each place its region, its industry or use, and the country that owns the region."""

    regions: tuple[str, ...]
    names: tuple[str, ...]
    countries: tuple[str, ...]

    @classmethod
    def of(cls, labels: Iterable[Hashable], what: str, parts: Mapping[str, str] = PARTS) -> Axis:
        """Read labels: pairs (country, industry), or texts `COUNTRY.INDUSTRY`; raises BadInput where one repeats."""
        pairs = [_pair(label, what) for label in labels]
        seen: set[tuple[str, str]] = set()
        twice = [pair for pair in pairs if pair in seen or seen.add(pair)]  # type: ignore[func-returns-value]
        if twice:
            found = listing(".".join(pair) for pair in twice)
            raise BadInput(message("a label stands twice", where=what, found=found, do="make the labels unique"))
        regions = tuple(region for region, _ in pairs)
        return cls(regions, tuple(name for _, name in pairs), tuple(parts.get(region, region) for region in regions))

    def __len__(self) -> int:
        return len(self.regions)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The labels as pairs (region, name)."""
        return tuple(zip(self.regions, self.names, strict=True))

    def index(self, second: str = "industry") -> pd.MultiIndex:
        """The labels as a pandas index (country, industry or use); regions stand in for countries that are split."""
        return pd.MultiIndex.from_arrays([list(self.regions), list(self.names)], names=["country", second])

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """The countries, in the order of the table."""
        return tuple(dict.fromkeys(self.countries))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The industries or uses, in the order of the table."""
        return tuple(dict.fromkeys(self.names))

    @cached_property
    def owner_numbers(self) -> Ints:
        """For each place the number of its country in `owners`."""
        numbers = {country: number for number, country in enumerate(self.owners)}
        return np.array([numbers[country] for country in self.countries], dtype=np.int64)

    def of_country(self, country: str) -> Ints:
        """Places of a country; raises UnknownCode with near matches."""
        found = np.flatnonzero(np.array(self.countries) == country)
        if not found.size:
            raise unknown("country", country, self.owners)
        return found

    def select(self, what: Selector | Sequence[Selector]) -> Ints:
        """Places that are meant by a country, an industry, a pair `COUNTRY.INDUSTRY`, or a list of these.

        Raises UnknownCode for what the table does not have.
        """
        if isinstance(what, list | set | frozenset) or (isinstance(what, tuple) and what not in self.pairs):
            chosen = [self.select(each) for each in sorted(what, key=str)]
            return np.unique(np.concatenate(chosen)) if chosen else np.array([], dtype=np.int64)
        return self._one(what)  # type: ignore[arg-type]

    def _one(self, what: Selector) -> Ints:
        text = ".".join(what) if isinstance(what, tuple) else what
        for side in (self.countries, self.regions, self.names, [".".join(pair) for pair in self.pairs]):
            found = np.flatnonzero(np.array(side, dtype=object) == text)
            if found.size:
                return found
        country, _, name = text.partition(".")
        if name and country in self.countries and name in self.names:
            return np.flatnonzero((np.array(self.countries) == country) & (np.array(self.names) == name))
        raise unknown("country or industry", text, (*self.owners, *self.kinds))


def unknown(what: str, found: str, known: Iterable[str]) -> UnknownCode:
    """Build the message for a label that a table does not have."""
    names = list(known)
    near = difflib.get_close_matches(found, names, n=4, cutoff=0.4) or names
    return UnknownCode(
        message(f"the table has no such {what}", found=repr(found), expected=listing(near, 8), do="correct it")
    )


def _pair(label: Hashable, what: str) -> tuple[str, str]:
    if isinstance(label, tuple) and len(label) == 2:
        return str(label[0]).strip(), str(label[1]).strip()
    if isinstance(label, str) and "." in label:
        region, _, name = label.partition(".")
        return region.strip(), name.strip()
    raise BadInput(
        message(
            "a label does not name a country and an industry",
            where=what,
            found=repr(label),
            expected="a pair such as ('DEU', 'c15'), or 'DEU.c15'",
            do="label rows and columns by country and industry (or use)",
        )
    )
