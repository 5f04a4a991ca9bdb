"""Real years: the raw materials of 1995 to 2024, as an economist knows them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from homeground.home import Home

pytestmark = pytest.mark.xdist_group("sample")


def found(home: Home, country: str, product: str) -> tuple[dict[int, Any], dict[tuple[int, str], Any]]:
    view = home.trend(country, product, dataset="raw-materials")
    years = {row["year"]: row for row in view.years.to_pylist()}
    return years, {(row["year"], row["series"]): row for row in view.changes.to_pylist()}


def test_the_oil_price_of_2015_breaks_the_path_of_german_crude_and_tons_do_not(sample_home: Home) -> None:
    years, changes = found(sample_home, "DEU", "270900")
    assert changes[2015, "value"]["verdict"] == changes[2015, "unit value"]["verdict"] == "real"
    assert (2015, "quantity") not in changes
    for year in (2009, 2015, 2020):  # falls of the oil price
        assert years[year]["price_usd"] < 3 * abs(years[year]["quantity_usd"]) * -1, year
    assert years[2022]["price_usd"] > 0


def test_japans_crude_of_2015_lacks_saudi_arabia_in_the_data(sample_home: Home) -> None:
    years, changes = found(sample_home, "JPN", "270900")
    assert years[2015]["quantity_t"] == pytest.approx(66.6e6, rel=1e-3)  # 169.9 Mt in 2014, 164.5 Mt in 2016
    assert changes[2015, "value"]["verdict"] == changes[2015, "quantity"]["verdict"] == "data"
    assert "Saudi Arabia: no row in 2015" in changes[2015, "quantity"]["why"]


def test_german_gas_rises_in_2021_by_price_and_in_2022_by_price_and_recorded_tons(sample_home: Home) -> None:
    years, changes = found(sample_home, "DEU", "271121")
    assert changes[2021, "value"]["verdict"] == "real"
    assert years[2021]["price_usd"] / years[2021]["change_usd"] == pytest.approx(0.957, abs=0.001)
    assert years[2022]["price_usd"] / years[2022]["change_usd"] == pytest.approx(0.528, abs=0.001)
    assert changes[2001, "value"]["verdict"] == "open"  # suppliers that vanish from the table


def test_the_lithium_boom_of_2022_is_a_price(sample_home: Home) -> None:
    years, changes = found(sample_home, "JPN", "283691")
    assert changes[2022, "value"]["verdict"] == "real"
    assert years[2022]["price_usd"] / years[2022]["change_usd"] > 0.8
    assert changes[2024, "value"]["why"] == "the last year of a release is provisional"


def test_tons_of_lithium_oxide_in_china_in_2018_are_not_believed(sample_home: Home) -> None:
    _, changes = found(sample_home, "CHN", "282520")
    assert changes[2018, "unit value"]["verdict"] == "data"
    assert "a unit or what is weighed may have changed" in changes[2018, "unit value"]["why"]


def test_parts_of_every_change_sum_to_it_on_real_trade(sample_home: Home) -> None:
    rows = sample_home.trend("DEU", dataset="raw-materials").years.to_pylist()
    for before, row in pairwise(rows):
        parts = sum(row[name] for name in ("price_usd", "quantity_usd", "entry_usd", "unweighed_usd"))
        # sums of some thousand doubles of up to 1e11 USD
        assert parts == pytest.approx(row["change_usd"], abs=1.0)
        assert row["change_usd"] == pytest.approx(row["value_usd"] - before["value_usd"], abs=1.0)
