"""Terms of trade: the index numbers by hand and by identity, chains that break where too little is matched."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toy_world as toy
from homeground import measures
from homeground.measures.terms import MOST_CHANGE, unbroken
from toy_world import Row, keyed, only

A, B, C = "100199", "260300", "270900"
FEW = settings(max_examples=25, deadline=None, derandomize=True)


def goods(year: int, *items: tuple[str, float, float]) -> list[tuple[object, ...]]:
    """Flows of one country: product, price, quantity."""
    return [(year, "HOM", "ZZZ", hs6, price * tons, tons) for hs6, price, tons in items]


def link(before: list[tuple[str, float, float]], after: list[tuple[str, float, float]]) -> Row:
    return only(measures.price_links(toy.flows([*goods(2020, *before), *goods(2021, *after)])))


def test_laspeyres_paasche_and_fisher_by_hand() -> None:
    """Σp₀q₀ = 2·10 + 5·4 = 40, Σp₁q₀ = 3·10 + 5·4 = 50, Σp₀q₁ = 2·8 + 5·6 = 46, Σp₁q₁ = 3·8 + 5·6 = 54."""
    row = link([(A, 2, 10), (B, 5, 4)], [(A, 3, 8), (B, 5, 6)])
    assert (row["laspeyres"], row["paasche"]) == (50 / 40, 54 / 46)
    assert row["fisher"] == math.sqrt(50 / 40 * 54 / 46)
    assert (row["products"], row["matched_share"], row["reliable"]) == (2, 1.0, True)


def test_fishers_index_reverses_in_time_and_with_quantities_gives_the_value() -> None:
    before, after = [(A, 2.0, 10.0), (B, 5.0, 4.0)], [(A, 3.0, 8.0), (B, 4.0, 6.0)]
    there, back = link(before, after)["fisher"], link(after, before)["fisher"]
    # square roots of a dozen roundings
    assert there * back == pytest.approx(1.0, rel=1e-12)
    swapped = [[(hs6, tons, price) for hs6, price, tons in side] for side in (before, after)]
    value = sum(price * tons for _hs6, price, tons in after) / sum(price * tons for _hs6, price, tons in before)
    assert there * link(*swapped)["fisher"] == pytest.approx(value, rel=1e-12)


@FEW
@given(
    st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100), st.floats(1, 100)), min_size=3, max_size=3),
    st.sampled_from([0.25, 0.5, 2.0, 4.0]),
)
def test_prices_that_all_move_alike_give_that_movement_whatever_the_quantities(
    items: list[tuple[float, float, float]], factor: float
) -> None:
    before = [(hs6, price, tons) for hs6, (price, tons, _) in zip((A, B, C), items, strict=True)]
    after = [(hs6, factor * price, tons) for hs6, (price, _, tons) in zip((A, B, C), items, strict=True)]
    row = link(before, after)
    assert [row[name] for name in ("laspeyres", "paasche", "fisher")] == pytest.approx([factor] * 3, rel=1e-9)


def test_what_is_new_gone_or_unweighed_is_not_matched() -> None:
    flows = [
        *goods(2020, (A, 2, 100), (B, 5, 40)),
        *goods(2021, (A, 3, 100), (C, 7, 100)),
        (2020, "HOM", "ZZZ", C, 100.0, None),
    ]
    row = only(measures.price_links(toy.flows(flows)))
    assert (row["products"], row["fisher"]) == (1, pytest.approx(1.5, rel=1e-12))
    # 200 of 500 USD in the year before, 300 of 1,000 in the year itself: the smaller one counts, and is too little
    assert row["matched_share"] == pytest.approx(0.3, rel=1e-12)
    assert row["reliable"] is False


def test_a_wild_unit_value_is_a_wrong_quantity_and_not_matched() -> None:
    just, over = link([(A, 1, 10)], [(A, MOST_CHANGE, 10)]), link([(A, 1, 10)], [(A, 1.01 * MOST_CHANGE, 10)])
    assert (just["products"], just["fisher"]) == (1, pytest.approx(MOST_CHANGE))
    assert (over["products"], over["fisher"], over["matched_share"], over["reliable"]) == (0, None, 0.0, False)


def test_a_unit_value_that_leaves_the_world_behind_is_not_matched() -> None:
    flows = toy.flows([*goods(2020, (A, 10, 1), (B, 10, 1)), *goods(2021, (A, 25, 1), (B, 25, 1))])
    medians = [(2020, A, 10.0), (2021, A, 10.0), (2020, B, 10.0), (2021, B, 24.0)]
    schema = pa.schema([("year", pa.int16()), ("hs6", pa.string()), ("median", pa.float64())])
    world = toy.table(medians, schema)
    row = only(measures.price_links(flows, world))
    assert (row["products"], row["fisher"], row["matched_share"]) == (1, 2.5, 0.5)


def test_formulas_far_apart_make_a_link_unreliable() -> None:
    row = link([(A, 1, 100), (B, 1, 1)], [(A, 8, 1), (B, 1, 100)])
    assert row["laspeyres"] / row["paasche"] > 1.5
    assert (row["matched_share"], row["reliable"]) == (1.0, False)


def test_links_of_the_toy_world_equal_loops() -> None:
    found = keyed(measures.price_links(toy.flows()), "year")
    for year in (2020, 2021):
        sums: dict[tuple[int, str], list[float]] = {}
        total = dict.fromkeys((year - 1, year), 0.0)
        for row in toy.flow_rows():
            if row["year"] in total:
                total[row["year"]] += row["value_usd"]
                if row["quantity_t"]:
                    one = sums.setdefault((row["year"], row["hs6"]), [0.0, 0.0])
                    one[0] += row["value_usd"]
                    one[1] += row["quantity_t"]
        both = [hs6 for when, hs6 in sums if when == year and (year - 1, hs6) in sums]
        v0, v1 = (sum(sums[when, hs6][0] for hs6 in both) for when in (year - 1, year))
        forward = sum(sums[year, h][0] / sums[year, h][1] * sums[year - 1, h][1] for h in both)
        back = sum(sums[year - 1, h][0] / sums[year - 1, h][1] * sums[year, h][1] for h in both)
        # sums of a few doubles
        assert found[year,]["laspeyres"] == pytest.approx(forward / v0, rel=1e-12)
        assert found[year,]["paasche"] == pytest.approx(v1 / back, rel=1e-12)
        assert found[year,]["matched_share"] == pytest.approx(min(v0 / total[year - 1], v1 / total[year]), rel=1e-12)


def test_a_chain_multiplies_links_both_ways_from_its_base() -> None:
    index = measures.chain({2020: 1.25, 2021: 2.0}, (2019, 2020, 2021), 2020)
    assert index == {2019: 80.0, 2020: 100.0, 2021: 200.0}


def test_a_chain_does_not_run_across_a_missing_link() -> None:
    index = measures.chain({2020: None, 2021: 2.0, 2022: 1.5}, (2019, 2020, 2021, 2022), 2020)
    assert index == {2019: None, 2020: 100.0, 2021: 200.0, 2022: 300.0}
    assert measures.chain({2021: 2.0}, (2018, 2021), 2018) == {2018: 100.0, 2021: None}


def test_the_longest_unbroken_chain_is_found_and_of_equal_ones_the_latest() -> None:
    links = {2001: 1.0, 2002: None, 2003: 1.0, 2004: 1.0, 2005: None, 2006: 1.0, 2007: 1.0}
    assert unbroken(links, range(2000, 2008)) == (2005, 2006, 2007)
    assert unbroken({**links, 2005: 1.0}, range(2000, 2008)) == (2002, 2003, 2004, 2005, 2006, 2007)
    assert unbroken({2001: None}, (2000, 2001)) == ()
