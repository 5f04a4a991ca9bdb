"""What there is to choose from: years, datasets, countries, blocs, as forms and pages want it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from homeground.codes import blocs, countries
from homeground.desk.showing.words import Given
from homeground.errors import NotInHome
from homeground.home import datasets, questions

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.store import Dataset


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


def years(home: Home, table: str = "flows") -> list[tuple[str, str]]:
    """The years that a table has in any dataset, newest first, to choose from."""
    held = {year for dataset in home.catalog.datasets.values() for year in dataset.years(table)}
    return [(str(year), str(year)) for year in sorted(held, reverse=True)]


def largest(home: Home, table: str = "flows") -> Dataset:
    """The dataset with the most rows of a table; raises NotInHome where none has it."""
    held = [each for each in home.catalog.datasets.values() if each.years(table)]
    if not held:
        return datasets.choose(home.catalog, table=table)
    return max(held, key=lambda each: sum(piece.rows for piece in each.tables[table].values()))


def answering(home: Home, year: int | None, dataset: str | None) -> tuple[int, str | None]:
    """The year and dataset that were chosen; without a year the newest of that dataset, or of the largest."""
    if year is not None:
        return year, dataset
    held = home.catalog.dataset(dataset) if dataset else largest(home)
    return held.years()[-1], held.name


def newest(home: Home, table: str = "flows") -> int:
    """The newest year of the largest dataset, so that a small file of a later year does not answer for the world."""
    return largest(home, table).years(table)[-1]


def newest_with(home: Home, hs6: str) -> tuple[int, str | None]:
    """The newest year in which a product is traded, and the dataset: of the largest that has it, else of any."""
    first = largest(home)
    for held in (first, *(each for each in home.catalog.datasets.values() if each.name != first.name)):
        for year in reversed(held.years()):
            with contextlib.suppress(NotInHome):
                questions.holding(home.store, hs6, year, held.name)
                return year, held.name
    return first.years()[-1], first.name


def chosen_with(home: Home, hs6: str, year: int | None, dataset: str | None) -> tuple[int, str | None]:
    """The year and dataset that were chosen for a product; without a year those of `newest_with`."""
    if year is not None:
        return year, dataset
    newest, found = newest_with(home, hs6)
    return newest, dataset or found


def dataset_names(home: Home, table: str = "flows") -> list[tuple[str, str]]:
    """The datasets that have a table, after the one that the desk chooses by itself."""
    named = [name for name, dataset in home.catalog.datasets.items() if table in dataset.tables]
    return [("", "–"), *as_they_are(named)]


def as_they_are(names: Iterable[str]) -> list[tuple[str, str]]:
    """Names that people have given, to choose from; no language says them otherwise."""
    return [(name, Given(name)) for name in names]


def bloc_names() -> list[tuple[str, str]]:
    """The blocs, after none."""
    return [("", "–"), *((name, name) for name in blocs.names())]


@cache
def country_names() -> Sequence[tuple[str, str]]:
    """Code and name of every country, by name."""
    named = [(each.iso3, each.name) for each in countries.every() if each.kind == "country"]
    return sorted(named, key=lambda pair: pair[1])
