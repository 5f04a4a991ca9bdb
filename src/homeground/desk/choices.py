"""What there is to choose from: years, datasets, countries, blocs, as forms and pages want it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from homeground.codes import blocs, countries
from homeground.home import datasets

if TYPE_CHECKING:
    from homeground.home import Home


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


def years(home: Home, table: str = "flows") -> list[tuple[str, str]]:
    """The years that a table has in any dataset, newest first, to choose from."""
    held = {year for dataset in home.catalog.datasets.values() for year in dataset.years(table)}
    return [(str(year), str(year)) for year in sorted(held, reverse=True)]


def newest(home: Home, table: str = "flows") -> int:
    """The newest year that a table has; raises NotInHome where nothing is loaded."""
    found = years(home, table)
    return int(found[0][0]) if found else datasets.choose(home.catalog, table=table).years(table)[-1]


def newest_with(home: Home, hs6: str) -> int:
    """The newest year in which a product is traded in the Home, else the newest year."""
    from homeground.errors import NotInHome
    from homeground.home import questions

    for year, _ in years(home):
        try:
            questions.holding(home.store, hs6, int(year), None)
        except NotInHome:
            continue
        return int(year)
    return newest(home)


def dataset_names(home: Home, table: str = "flows") -> list[tuple[str, str]]:
    """The datasets that have a table, after the one that the desk chooses by itself."""
    named = [name for name, dataset in home.catalog.datasets.items() if table in dataset.tables]
    return [("", "–"), *((name, name) for name in named)]


def bloc_names() -> list[tuple[str, str]]:
    """The blocs, after none."""
    return [("", "–"), *((name, name) for name in blocs.names())]


@cache
def country_names() -> Sequence[tuple[str, str]]:
    """Code and name of every country, by name."""
    named = [(each.iso3, each.name) for each in countries.every() if each.kind == "country"]
    return sorted(named, key=lambda pair: pair[1])
