"""Which dataset answers. One question is answered from one dataset; where several could, the user has said which."""

from __future__ import annotations

from collections.abc import Sequence

from homeground.errors import NotInHome, UsageError, listing, message
from homeground.store import Catalog, Dataset


def choose(catalog: Catalog, *, table: str, year: int | None = None, name: str | None = None) -> Dataset:
    """Return the dataset that answers: the named one, the only one, or the preferred one of several.

    Raises NotInHome where none has the table or the year, UsageError where several could and none is preferred.
    """
    if name is not None:
        return _with_year(catalog.dataset(name), table, year)
    holders = [dataset for dataset in catalog.datasets.values() if table in dataset.tables]
    if not holders:
        raise NotInHome(
            message(f"the Home holds no {table}", do="load some: see 'homeground sources' and 'homeground load'")
        )
    able = [dataset for dataset in holders if year is None or year in dataset.years(table)]
    if not able:
        held = "; ".join(f"{d.name}: {spans(d.years(table))}" for d in holders)
        raise NotInHome(
            message(
                f"no dataset has {table} of {year}", found=held, expected=year, do="choose another year, or load it"
            )
        )
    return able[0] if len(able) == 1 else _preferred(catalog, able, table)


def spans(years: Sequence[int]) -> str:
    """Write years as spans.

    >>> spans([1995, 1996, 1997, 2021])
    '1995–1997, 2021'
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def no_product(dataset: Dataset, hs6: str, year: int) -> NotInHome:
    """Build the message for a product that a dataset does not have in a year."""
    return NotInHome(
        message(
            f"no flow of {hs6} in {year}",
            where=f"dataset {dataset.name}",
            do="check the code and the HS revision, or choose another year or dataset",
        )
    )


def _with_year(dataset: Dataset, table: str, year: int | None) -> Dataset:
    years = dataset.years(table)
    if year is not None and year not in years:
        raise NotInHome(
            message(
                f"dataset {dataset.name} has no {table} of {year}",
                found=spans(years) or "no such table",
                expected=year,
                do="choose another year or dataset, or load it",
            )
        )
    return dataset


def _preferred(catalog: Catalog, able: list[Dataset], table: str) -> Dataset:
    for dataset in able:
        if dataset.name == catalog.preferred:
            return dataset
    raise UsageError(
        message(
            f"several datasets hold {table}",
            found=listing((dataset.name for dataset in able), 9),
            expected="one",
            do="name it with --dataset, or set one with 'homeground prefer'",
        )
    )
