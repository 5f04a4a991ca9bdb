"""Prices on real trade: figures that were known before this code, and what an economist would ask of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeground import Home, measures
from homeground.home.trade.prices import PriceView


@pytest.fixture(scope="module")
def offer(sample_home: Home) -> PriceView:
    """The officer's offer: 1 Mt of crude oil at 520 USD/t, to Japan, held against 2021."""
    return sample_home.prices("270900", 2021, importer="JPN", price=520.0, quantity=1e6, dataset="crude-2021")


def test_the_worlds_crude_of_2021_has_the_quartiles_that_the_journeys_give(offer: PriceView) -> None:
    assert offer.world is not None
    assert (offer.world.n, offer.world.least_t) == (842, 1000.0)
    # given in whole dollars: median 464, upper quartile 513
    assert (round(offer.world.median), round(offer.world.q3)) == (464, 513)


def test_japans_own_suppliers_have_the_quartiles_that_the_journeys_give(offer: PriceView) -> None:
    assert offer.own is not None
    assert offer.own.n == 26
    assert (round(offer.own.median), round(offer.own.q3)) == (466, 496)


def test_the_offer_costs_54_million_over_japans_median(offer: PriceView) -> None:
    found = offer.evidence
    assert found is not None
    assert found.band == "above"
    assert found.own_overpayment_usd == pytest.approx(54e6, abs=0.5e6)
    assert found.overpayment_usd == pytest.approx((520 - found.median) * 1e6) if found.median else False


def test_45_of_1445_flows_have_no_quantity_and_none_is_filled_in(offer: PriceView) -> None:
    assert (offer.coverage["flows"], offer.coverage["weighed_flows"]) == (1445, 1400)
    unweighed = [row for row in offer.flows.to_pylist() if row["quantity_t"] is None]
    assert len(unweighed) == 45
    assert {row["unit_value_usd_per_t"] for row in unweighed} == {None}


def test_arrays_and_tables_agree_on_the_real_table(offer: PriceView, sample_home: Home) -> None:
    (row,) = measures.price_quantiles(sample_home.flows(dataset="crude-2021")).to_pyarrow().to_pylist()
    assert offer.world is not None
    # one interpolation between two doubles
    assert (row["q1"], row["median"], row["q3"]) == pytest.approx(offer.world.quartiles, rel=1e-12)
    assert (row["low_fence"], row["high_fence"]) == pytest.approx((offer.world.low_fence, offer.world.high_fence))


def test_what_suppliers_are_paid_adds_up(offer: PriceView) -> None:
    assert offer.world is not None
    rows = offer.partners.to_pylist()
    assert sum(row["share"] for row in rows) == pytest.approx(1.0)
    for row in rows:
        if row["overpayment_usd"] is not None:
            expected = (row["unit_value_usd_per_t"] - offer.world.median) * row["compared_t"]
            assert row["overpayment_usd"] == pytest.approx(expected, rel=1e-9, abs=1.0)
    # 63 M USD of Angolan oil with 945 t: a wrong quantity, and no overpayment of a thousand times the price
    angola = next(row for row in rows if row["country"] == "AGO")
    assert angola["unit_value_usd_per_t"] > 60_000
    assert angola["overpayment_usd"] is None


@pytest.mark.parametrize(
    ("hs6", "low", "high"),
    [
        ("710812", 58e6, 67e6),  # gold, 2023: 1,811 to 2,078 USD an ounce (London), 32,151 ounces a ton
        ("760110", 2100, 2700),  # aluminium, 2023: 2,069 to 2,636 USD/t (LME), alloys and premiums apart
        ("270900", 530, 680),  # crude, 2023: Brent 72 to 97 USD a barrel, 7.0 to 7.5 barrels a ton
    ],
)
def test_the_worlds_median_is_what_the_good_cost(sample_home: Home, hs6: str, low: float, high: float) -> None:
    found = sample_home.prices(hs6, 2023, dataset="raw-materials").world
    assert found is not None
    assert low < found.median < high


def test_terms_of_trade_of_an_oil_buyer_fall_with_dear_oil_and_rise_with_cheap(sample_home: Home) -> None:
    found = sample_home.terms_of_trade("JPN", dataset="raw-materials", base=2010)
    index = {row["year"]: row for row in found.table.to_pylist()}
    assert index[2010]["terms_of_trade"] == 100.0
    assert index[2012]["terms_of_trade"] < 80
    assert index[2016]["terms_of_trade"] > 110
    for row in found.table.to_pylist():
        if row["import_fisher"] is not None:
            low, high = sorted((row["import_laspeyres"], row["import_paasche"]))
            assert low <= row["import_fisher"] * (1 + 1e-12)
            assert row["import_fisher"] <= high * (1 + 1e-12)


def test_copper_with_wrong_quantities_makes_chiles_export_prices_abstain(sample_home: Home) -> None:
    rows = {row["year"]: row for row in sample_home.terms_of_trade("CHL", dataset="raw-materials").table.to_pylist()}
    for year in (1997, 2001, 2003, 2021, 2023, 2024):
        assert rows[year]["export_fisher"] is None
        assert rows[year]["export_matched_share"] < 0.5
    assert rows[2009]["export_matched_share"] > 0.9


def test_shrimps_of_2018_are_held_against_thousands_of_flows(shared_data: Path, tmp_path: Path) -> None:
    from engine_worlds import SEAFOOD, seafood_mapping

    home = Home(tmp_path / "home")
    home.load("tidy", shared_data / "trade" / "baci_seafood_2018" / SEAFOOD, mapping=seafood_mapping())
    found = home.prices("030617", importer="JPN")
    assert found.year == 2018
    assert found.world is not None
    assert found.world.n > 100
    # frozen shrimps: some 5 to 15 USD a kilogram
    assert 5_000 < found.world.median < 15_000
