"""Prices: quartiles, fences and percentiles by textbook, closed form and loops; what is missing stays missing."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.stattools import medcouple as library

import toy_world as toy
from homeground import measures
from homeground.errors import UsageError
from homeground.measures.price_sets import EXACT_UP_TO, describe, medcouple, skew_fences, weighted_quantiles
from homeground.measures.prices import MOST_TIMES
from toy_world import OIL, WHEAT, Row, collect, keyed, only

FEW = settings(max_examples=40, deadline=None, derandomize=True)
PRICES = st.lists(st.floats(min_value=0.01, max_value=1e6), min_size=8, max_size=40)
ALL = (0.0,)
"""Least tonnage of the toy world, whose flows are small."""


def arrays(values: list[float], tons: list[float] | None = None) -> tuple[Any, Any]:
    return np.array(values, dtype=float), np.array(tons or [1.0] * len(values), dtype=float)


def market(prices: list[float], tons: float = 2000.0, importer: str = "ZZZ") -> Any:
    """One flow per price, each from another seller, of equal size."""
    rows = [(2021, f"S{place:02d}", importer, OIL, price * tons, tons) for place, price in enumerate(prices)]
    return toy.flows(rows)


# published and closed-form values of the medcouple


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 5], 0.0),  # documentation of robustbase::mc in R: symmetric
        ([1, 2, 7, 9, 10], -1 / 3),  # the same page
        ([-20, -5, -2, -1, 0, 1, 2, 5, 20], 0.0),  # the same page
        ([0.0, 0.8, 1.0, 1.2, 1.3, 1.3, 1.4, 1.8, 2.4, 4.6], 0.125),  # the same page: data set cushny
        ([1, 2, 3, 4, 5, 7, 10, 15, 25, 1e12], 7 / 12),  # the same page: limit of an ever larger outlier
        ([1, 2, 2, 3, 4], 1 / 6),  # by hand: median of {0, 1/3, …} with a tie at the median
        ([3.0] * 12, 0.0),
    ],
)
def test_the_medcouple_has_its_published_values(values: list[float], expected: float) -> None:
    # 1e-9: the outlier of 1e12 is not yet infinity
    assert medcouple(np.array(values, dtype=float)) == pytest.approx(expected, abs=1e-9)


def test_the_medcouple_of_many_values_takes_the_fast_way_to_the_same_number() -> None:
    values = np.random.default_rng(7).lognormal(6, 1, EXACT_UP_TO + 1)
    exact = float(library(values, use_fast=False))
    # both take the same element of the same kernel; only its rounding differs
    assert medcouple(values) == pytest.approx(exact, rel=1e-12)


def test_skew_adjusted_fences_are_those_of_the_paper() -> None:
    low, high = skew_fences(10.0, 20.0, 0.25)
    assert (low, high) == (10 - 15 * math.exp(-1.0), 20 + 15 * math.exp(0.75))
    low, high = skew_fences(10.0, 20.0, -0.25)
    assert (low, high) == (10 - 15 * math.exp(0.75), 20 + 15 * math.exp(-1.0))
    assert skew_fences(10.0, 20.0, 0.0) == (-5.0, 35.0)


def test_quartiles_and_plain_fences_by_hand() -> None:
    found = describe(*arrays([1, 2, 3, 4, 5, 6, 7, 8, 100]))
    assert (found.n, found.quartiles) == (9, (3.0, 5.0, 7.0))
    assert (found.low_fence, found.high_fence) == (-3.0, 13.0)
    assert found.band(100) == "far above"
    assert [found.band(price) for price in (2.9, 3, 7, 7.1)] == ["below", "inside", "inside", "above"]


def test_a_percentile_counts_equal_prices_half() -> None:
    found = describe(*arrays([1, 2, 2, 3]))
    assert [found.percentile(price) for price in (0.5, 1, 2, 3, 9)] == [0.0, 0.125, 0.5, 0.875, 1.0]


def test_quartiles_by_tons_follow_the_quantity() -> None:
    assert weighted_quantiles(*arrays([1, 2, 3], [1, 1, 98]), (0.25, 0.5, 0.75)) == (3.0, 3.0, 3.0)
    assert weighted_quantiles(*arrays([1, 2, 3, 4]), (0.25, 0.5, 0.75)) == (1.0, 2.0, 3.0)
    found = describe(*arrays([10, 20, 30, 40, 50], [96, 1, 1, 1, 1]))
    assert (found.median, found.median_by_tons) == (30.0, 10.0)


# brute force on the toy world


def groups(rows: list[Row]) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["year"], row["hs6"]].append(row)
    return found


def test_quantiles_and_overpayment_equal_loops() -> None:
    rows = toy.flow_rows()
    quantiles = measures.price_quantiles(toy.flows(), least_tons=ALL, least_flows=3)
    found = keyed(quantiles, "year", "hs6")
    judged = keyed(measures.overpayment(toy.flows(), quantiles), *toy.FLOW_SCHEMA.names[:4])
    assert len(judged) == len(rows)
    for key, of in groups(rows).items():
        prices = [row["value_usd"] / row["quantity_t"] for row in of if row["quantity_t"]]
        assert (key in found) == (len(prices) >= 3)
        quartiles = statistics.quantiles(prices, n=4, method="inclusive") if key in found else None
        if quartiles:
            row = found[key]
            # a quantile is one interpolation between two doubles
            assert [row["q1"], row["median"], row["q3"]] == pytest.approx(quartiles, rel=1e-12)
            assert (row["n"], row["least_t"]) == (len(prices), 0.0)
        for flow in of:
            one = judged[tuple(flow[name] for name in toy.FLOW_SCHEMA.names[:4])]
            if quartiles is None or not flow["quantity_t"]:
                assert (one["overpayment_usd"], one["band"]) == (None, None)
            elif not 1 / MOST_TIMES < flow["value_usd"] / flow["quantity_t"] / quartiles[1] < MOST_TIMES:
                assert one["overpayment_usd"] is None
            else:
                over = flow["value_usd"] - quartiles[1] * flow["quantity_t"]
                assert one["overpayment_usd"] == pytest.approx(over, rel=1e-12, abs=1e-9)


def test_overpayment_of_products_adds_up_to_that_of_suppliers() -> None:
    judged = measures.overpayment(toy.flows(), measures.price_quantiles(toy.flows(), least_tons=ALL, least_flows=3))
    by_product = collect(measures.overpayment_by(judged, ("hs6",)))
    by_supplier = collect(measures.overpayment_by(judged, ("exporter",)))
    for name in ("paid_usd", "compared_usd", "compared_t", "overpayment_usd", "above_usd"):
        sums = [sum(row[name] or 0.0 for row in rows) for rows in (by_product, by_supplier)]
        assert sums[0] == pytest.approx(sums[1], rel=1e-12, abs=1e-9)


def test_coverage_counts_flows_and_value_and_fills_nothing() -> None:
    wheat = keyed(measures.price_coverage(toy.flows()), "year", "hs6")[2019, WHEAT]
    assert (wheat["flows"], wheat["weighed_flows"], wheat["flow_coverage"]) == (6, 5, 5 / 6)
    assert (wheat["value_usd"], wheat["weighed_usd"]) == (1540.0, 1240.0)
    assert wheat["unit_value_usd_per_t"] == 1240 / 129
    unweighed = only(measures.price_coverage(toy.one_market({"AAA": 5.0})))
    assert (unweighed["value_coverage"], unweighed["unit_value_usd_per_t"]) == (0.0, None)


def test_a_flow_without_a_quantity_or_with_a_zero_has_no_unit_value() -> None:
    flows = toy.flows(
        [(2021, "A", "Z", OIL, 5.0, None), (2021, "B", "Z", OIL, 5.0, 0.0), (2021, "C", "Z", OIL, 5.0, 2.0)]
    )
    assert [row["unit_value_usd_per_t"] for row in collect(measures.unit_values(flows).order_by("exporter"))] == [
        None,
        None,
        2.5,
    ]


# choosing what is compared


def test_the_least_tonnage_is_lowered_only_as_far_as_needed() -> None:
    large = [(2021, f"L{place}", "Z", OIL, 500.0 * 2000, 2000.0) for place in range(7)]
    small = [(2021, f"S{place}", "Z", OIL, 900.0 * 50, 50.0) for place in range(4)]
    row = only(measures.price_quantiles(toy.flows([*large, *small])))
    assert (row["least_t"], row["n"], row["median"]) == (10.0, 11, 500.0)
    row = only(measures.price_quantiles(toy.flows([*large, (2021, "L7", "Z", OIL, 500.0 * 2000, 2000.0), *small])))
    assert (row["least_t"], row["n"]) == (1000.0, 8)


def test_too_few_flows_give_no_quartiles() -> None:
    assert collect(measures.price_quantiles(market([1.0] * 7))) == []
    assert only(measures.price_quantiles(market([1.0] * 8)))["median"] == 1.0
    assert measures.first_sufficient(measures.steps("flows", *arrays([5.0] * 7, [1e6] * 7))) is None


def test_a_flow_too_small_to_compare_and_a_wrong_quantity_are_counted_neither_way() -> None:
    rows = [(2021, f"S{place}", "Z", OIL, 100.0 * 2000, 2000.0) for place in range(9)]
    tiny, wrong = (2021, "T", "Z", OIL, 900.0, 1.0), (2021, "W", "Z", OIL, MOST_TIMES * 100.0 * 2000, 2000.0)
    flows = toy.flows([*rows, tiny, wrong])
    judged = keyed(measures.overpayment(flows, measures.price_quantiles(flows)), "exporter")
    assert (judged["T",]["overpayment_usd"], judged["T",]["band"]) == (None, None)
    assert (judged["W",]["overpayment_usd"], judged["W",]["band"]) == (None, "far above")
    assert judged["S0",]["overpayment_usd"] == 0.0


def test_a_heading_stands_in_only_where_its_goods_cost_about_the_same() -> None:
    near = {"271011": np.array([500.0, 520.0]), "271012": np.array([900.0])}
    assert measures.alike(near)
    assert not measures.alike({**near, "271019": np.array([5000.0])})
    assert not measures.alike({"271011": np.array([500.0])})


# an offer, and benchmarks


def test_an_offer_is_held_against_world_and_own_purchases() -> None:
    world = measures.first_sufficient(
        measures.steps("world", *arrays([400, 420, 440, 460, 480, 500, 520, 540], [2e3] * 8))
    )
    own = measures.first_sufficient(measures.steps("own", *arrays([450] * 8, [2e3] * 8)))
    found = measures.judge(500.0, 1000.0, world, own, [measures.Benchmark("spot", 400.0)])
    assert (found.n, found.median, found.step) == (8, 470.0, "world over 1,000 t")
    assert (found.overpayment_usd, found.own_overpayment_usd) == (30_000.0, 50_000.0)
    assert (found.percentile, found.own_percentile, found.band) == (0.6875, 1.0, "inside")
    (spot,) = found.benchmarks
    assert (spot.gap, spot.overpayment_usd) == (0.25, 100_000.0)


def test_an_offer_without_comparable_flows_abstains_and_says_why() -> None:
    found = measures.judge(500.0, None, None, why_not="fewer than 8 comparable flows")
    assert (found.percentile, found.overpayment_usd, found.band, found.n) == (None, None, None, 0)
    assert found.step == "fewer than 8 comparable flows"


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, math.inf])
def test_a_price_that_is_none_is_refused(price: float) -> None:
    with pytest.raises(UsageError, match="price is not positive"):
        measures.judge(price, None, None)


def test_quartiles_do_not_see_what_is_wrong_everywhere_and_a_benchmark_does() -> None:
    """The bananas of Hong, Pak and Pak (2014), made up: every flow is declared 40 % below the free market price."""
    free_market, noise = 1000.0, np.random.default_rng(2014).normal(1.0, 0.02, 60)
    true_prices, declared_prices = free_market * noise, 0.6 * free_market * noise
    fair, declared = describe(*arrays(list(true_prices))), describe(*arrays(list(declared_prices)))
    for honest, false in zip(true_prices, declared_prices, strict=True):
        assert declared.band(false) == fair.band(honest)
        assert declared.percentile(false) == fair.percentile(honest)
    gap = measures.held_against(declared.median, 1000.0, measures.Benchmark("free market", free_market))
    # sixty draws of 2 % noise leave the median within half a percent
    assert gap.gap == pytest.approx(-0.4, abs=0.005)
    assert gap.overpayment_usd == pytest.approx(-400_000.0, rel=0.02)


# what holds for all prices


@FEW
@given(PRICES, st.sampled_from([2.0**-7, 2.0**9]))
def test_scaling_all_prices_scales_every_threshold_and_moves_no_flow(values: list[float], factor: float) -> None:
    before, after = describe(*arrays(values)), describe(*arrays([factor * value for value in values]))
    for name in (
        "q1",
        "median",
        "q3",
        "low_fence",
        "high_fence",
        "low_skew_fence",
        "high_skew_fence",
        "median_by_tons",
    ):
        # powers of two scale doubles exactly; the medcouple inside an exponential may differ in its last bits
        scaled = pytest.approx(factor * getattr(before, name), rel=1e-9, abs=1e-9 * factor * before.q3)
        assert getattr(after, name) == scaled
    assert [before.percentile(v) for v in values] == [after.percentile(factor * v) for v in values]


@FEW
@given(PRICES)
def test_percentiles_lie_between_zero_and_one_and_rise_with_the_price(values: list[float]) -> None:
    found = describe(*arrays(values))
    shares = [found.percentile(price) for price in sorted(values)]
    assert shares == sorted(shares)
    assert 0.0 < shares[0] <= shares[-1] < 1.0
    assert (found.percentile(min(values) / 2), found.percentile(2 * max(values))) == (0.0, 1.0)
    assert min(values) <= found.q1 <= found.median <= found.q3 <= max(values)
    assert -1.0 <= found.medcouple <= 1.0


@FEW
@given(PRICES)
def test_arrays_and_tables_find_the_same_quartiles(values: list[float]) -> None:
    found = describe(*arrays(values))
    row = only(measures.price_quantiles(market(values)))
    # the price goes through a value of 2,000 t and back
    assert [row["q1"], row["median"], row["q3"]] == pytest.approx(list(found.quartiles), rel=1e-12)
