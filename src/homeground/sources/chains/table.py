"""What a source of input–output tables hands to the store, and the balance that every table must show."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from homeground.codes import countries
from homeground.errors import BadInput, RefusedLoad, UnknownCode, listing, message
from homeground.sources import files
from homeground.sources.files import RawFile
from homeground.sources.reading import Reading

Floats = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[str, str]

REST: Final = "ROW"
"""The rest of the world, where a table has one."""

MISSED: Final = 0.001
"""Rows may miss their output by this share of all output: publishers round."""

EATEN: Final = 0.001
"""Industries may have negative value added of this share of all value added: some live on subsidies."""


@dataclass(frozen=True)
class ChainTable:
    """One year: flows between industries, final demand and output, in units of the currency.

    `industries` and `users` are pairs (region, industry or use); `output` is None where the publisher gives none.
    """

    year: int
    industries: tuple[Pair, ...]
    users: tuple[Pair, ...]
    flows: Floats
    demand: Floats
    output: Floats | None
    where: str
    names: Mapping[str, str] = field(default_factory=dict)

    def balanced(self, unbalanced: bool) -> ChainTable:
        """Return the table if its rows add up to its output and its industries add value, or there is consent.

        Raises RefusedLoad saying by how much it fails, and in which industry most.
        """
        sums = self.flows.sum(axis=1) + self.demand.sum(axis=1)
        output = sums if self.output is None else self.output
        total = float(np.abs(output).sum()) or 1.0
        added = output - self.flows.sum(axis=0)
        for what, gap, share, most in (
            ("the rows do not add up to output", output - sums, total, MISSED),
            ("industries use more than they make", np.minimum(added, 0.0), float(np.abs(added).sum()) or 1.0, EATEN),
        ):
            missed = float(np.abs(gap).sum()) / share
            if missed > most and not unbalanced:
                worst = int(np.abs(gap).argmax())
                place = ".".join(self.industries[worst])
                do = "look for a lost decimal point or a missing column; --unbalanced takes it as it is"
                found = f"{100 * missed:.2f} % in all; {place} by {gap[worst]:,.0f} of {output[worst]:,.0f}"
                raise RefusedLoad(
                    message(what, where=self.where, found=found, expected=f"at most {100 * most:g} %", do=do)
                )
        return self


@dataclass(frozen=True)
class ChainReading(Reading):
    """A source of input–output tables, opened: `tables()` yields them year by year, in their currency."""

    tables: Callable[[], Iterator[ChainTable]] = lambda: iter(())
    currency: str = "USD"
    unbalanced: bool = False

    def consented(self, unbalanced: bool) -> ChainReading:
        """The same reading, with or without consent to tables that do not balance."""
        return replace(self, unbalanced=unbalanced)


def region(text: str, special: Mapping[str, str], where: str) -> str:
    """Return the code of a region: the source's own names first, then the countries' table.

    Raises UnknownCode naming the place in the file.
    """
    if text in special:
        return special[text]
    try:
        return countries.resolve(text)
    except UnknownCode as error:
        raise UnknownCode(f"{where}: {error}") from error


def found_files(paths: Sequence[Path], pattern: re.Pattern[str], years: Collection[int], expected: str) -> list[Path]:
    """Files whose name fits, those in folders included, of these years; the pattern's group `year` says which.

    Raises BadInput where none does.
    """
    given: list[Path] = []
    for path in paths:
        files.require_exists(path)
        given += sorted(path.iterdir()) if path.is_dir() else [path]
    fitting = [(path, match) for path in given if (match := pattern.search(path.name))]
    chosen = [path for path, match in fitting if not years or int(match["year"]) in years]
    if not chosen:
        what = "no file of these years" if fitting else "no such table found"
        found = listing(path.name for path in given) or "nothing"
        do = "name the file, or the folder that it is in"
        raise BadInput(message(what, where=listing(paths), found=found, expected=expected, do=do))
    return chosen


def look(paths: Sequence[Path]) -> tuple[RawFile, ...]:
    """Identify and hash files, in the order given."""
    return files.look(paths)
