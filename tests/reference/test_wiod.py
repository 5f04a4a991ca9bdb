"""The World Input–Output Database, release 2013, against figures known beforehand and against plain numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from homeground import leontief

SOLVED = 1e-9
"""1,435 equations in double precision, relative to the largest figure."""


def system(folder: Path, year: int) -> leontief.System:
    data = folder / "io" / "wiod2013"
    output = pd.read_csv(data / f"x_{year}.csv", index_col=0)["output"]
    return leontief.System.from_frames(
        pd.read_parquet(data / f"Z_{year}.parquet"), pd.read_parquet(data / f"F_{year}.parquet"), output
    )


@pytest.fixture(scope="module")
def wiod(shared_data: Path) -> leontief.System:
    return system(shared_data, 2011)


@pytest.fixture(scope="module")
def plain(wiod: leontief.System) -> np.ndarray:
    """L by numpy's inverse."""
    output = np.where(wiod.output > 0, wiod.output, np.inf)
    return np.linalg.inv(np.eye(len(output)) - wiod.flows / output)


@pytest.mark.parametrize(("year", "share"), [(1995, 0.7907), (2008, 0.6669)])
def test_home_value_in_german_cars_fell_as_known(shared_data: Path, year: int, share: float) -> None:
    exposure = system(shared_data, year).exposure("DEU").by_country().set_index(["industry", "origin"])
    assert exposure.loc[("c15", "DEU"), "look_through"] == pytest.approx(share, abs=6e-5)


def test_the_table_is_clean_but_for_rounding(wiod: leontief.System) -> None:
    found = {fault.check: fault for fault in wiod.check()}
    assert set(found) == {"balance", "zero output", "negative final demand"}
    assert found["balance"].size < 0.001
    assert found["zero output"].count == 22
    assert wiod.spectral_radius() < 0.7


def test_world_product_by_income_is_that_by_expenditure(wiod: leontief.System) -> None:
    made, spent = wiod.value_added.sum(), wiod.final_demand.sum() + wiod.discrepancy.sum()
    assert made == pytest.approx(spent, rel=1e-12)
    assert made == pytest.approx(69.8e12 / 1e6, rel=0.03)


def test_the_inverse_is_numpys(wiod: leontief.System, plain: np.ndarray) -> None:
    assert np.abs(wiod.full_inverse - plain).max() < SOLVED


@pytest.mark.parametrize("country", ["DEU", "CHN", "MEX", "LUX"])
def test_exports_and_specialisation_are_numpys(wiod: leontief.System, plain: np.ndarray, country: str) -> None:
    home = wiod.industries_axis.of_country(country)
    abroad = np.setdiff1d(np.arange(len(plain)), home)
    users = np.array(wiod.uses_axis.countries) != country
    sold = np.zeros(len(plain))
    sold[home] = wiod.flows[np.ix_(home, abroad)].sum(axis=1) + wiod.demand[home][:, users].sum(axis=1)
    coefficients = wiod.flows / np.where(wiod.output > 0, wiod.output, np.inf)
    share = np.where(wiod.output > 0, 1 - coefficients.sum(axis=0), 0.0)
    origin = share * (plain @ sold)
    place = wiod.participation(country)
    assert place.exports == pytest.approx(sold.sum(), rel=SOLVED)
    assert wiod.foreign_value_added(country).to_numpy() == pytest.approx(origin[abroad], rel=1e-8, abs=SOLVED)
    assert place.foreign == pytest.approx(origin[abroad].sum(), rel=SOLVED)
    inner = np.linalg.inv(np.eye(len(home)) - coefficients[np.ix_(home, home)])
    special = coefficients[np.ix_(abroad, home)].sum(axis=0) @ inner @ sold[home] / sold.sum()
    assert place.vertical_specialisation == pytest.approx(special, rel=SOLVED)


@pytest.mark.parametrize("what", ["CHN", "c14", "DEU.c15"])
def test_extraction_is_the_smaller_system_of_numpy(wiod: leontief.System, what: str) -> None:
    places = wiod.select(what)
    left = np.setdiff1d(np.arange(len(wiod.output)), places)
    coefficients = wiod.flows / np.where(wiod.output > 0, wiod.output, np.inf)
    final = wiod.output - coefficients @ wiod.output
    kept = np.linalg.solve(np.eye(len(left)) - coefficients[np.ix_(left, left)], final[left])
    lost = wiod.output.copy()
    lost[left] -= kept
    found = wiod.extract(what).lost_output.to_numpy()
    assert np.abs(found - lost).max() < SOLVED * wiod.output.max()


def test_every_single_extraction_is_each_alone(wiod: leontief.System) -> None:
    table = wiod.extract_each("industry").set_index(["country", "industry"])
    for pair in [("CHN", "c14"), ("USA", "c9"), ("RoW", "c2"), ("MLT", "c22")]:
        assert table.loc[pair, "lost_output"] == pytest.approx(wiod.extract(pair).total_output, rel=SOLVED)


@pytest.mark.parametrize("variant", ["value_added", "gross"])
@pytest.mark.parametrize("country", ["DEU", "JPN", "IDN"])
def test_shares_of_exposure_sum_to_one(wiod: leontief.System, country: str, variant: str) -> None:
    sums = wiod.exposure(country, variant).by_country().groupby("industry")[["direct", "look_through"]]  # type: ignore[arg-type]
    whole = sums.sum(min_count=1).dropna()
    assert len(whole) >= 33
    assert np.abs(whole.to_numpy() - 1).max() < SOLVED


def test_growth_of_china_is_explained_exactly(shared_data: Path, wiod: leontief.System) -> None:
    table = leontief.chenery(system(shared_data, 1995), wiod, "CHN").set_index("industry")
    terms = table[list(leontief.growth.TERMS)]
    assert np.abs(terms.sum(axis=1) - table["change"]).max() < 1e-6
    assert terms.loc["c14", "exports"] > terms.loc["c14", "domestic_demand"]
    assert terms.loc["c18", "domestic_demand"] > 10 * terms.loc["c18", "exports"]
