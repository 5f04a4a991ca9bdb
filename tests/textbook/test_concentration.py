"""Closed forms of concentration measures."""

from __future__ import annotations

import pytest

from homeground import measures
from toy_world import flows, keyed, one_market, only


@pytest.mark.parametrize("n", [1, 2, 3, 7, 50])
def test_n_equal_suppliers_have_herfindahl_one_over_n_and_effective_number_n(n: int) -> None:
    market = one_market({f"C{i:02}": 10.0 for i in range(n)})
    # 1e-12: sums of n equal doubles differ from the closed form by rounding only
    assert only(measures.herfindahl(market))["herfindahl"] == pytest.approx(1 / n, rel=1e-12)
    assert only(measures.effective_number(market))["effective_number"] == pytest.approx(n, rel=1e-12)


def test_one_supplier_is_exactly_one() -> None:
    assert only(measures.herfindahl(one_market({"SAU": 3.7e9})))["herfindahl"] == 1.0


def test_shares_of_a_worked_example() -> None:
    market = one_market({"A": 50.0, "B": 25.0, "C": 15.0, "D": 10.0})
    assert only(measures.herfindahl(market))["herfindahl"] == pytest.approx(0.25 + 0.0625 + 0.0225 + 0.01, rel=1e-12)
    ratios = only(measures.concentration_ratios(market))
    assert (ratios["cr1"], ratios["cr3"], ratios["cr5"]) == pytest.approx((0.5, 0.9, 1.0), rel=1e-12)
    top = only(measures.top_partner(market))
    assert (top["top_partner"], top["top_value"], top["top_share"]) == ("A", 50.0, 0.5)


def test_of_equal_suppliers_the_alphabetically_first_is_named() -> None:
    for order in (["SAU", "ARE", "KWT"], ["KWT", "SAU", "ARE"], ["ARE", "KWT", "SAU"]):
        market = one_market(dict.fromkeys(order, 5.0))
        assert only(measures.top_partner(market))["top_partner"] == "ARE"
        assert only(measures.dependence_table(market))["top_supplier"] == "ARE"


def test_no_value_at_all_is_missing_and_not_zero() -> None:
    market = one_market({"A": 0.0, "B": 0.0})
    assert only(measures.herfindahl(market))["herfindahl"] is None
    assert only(measures.effective_number(market))["effective_number"] is None
    assert only(measures.concentration_ratios(market))["cr1"] is None
    assert only(measures.dependence_table(market))["herfindahl"] is None


def test_two_way_index_of_balanced_trade_is_one_and_of_one_way_trade_zero() -> None:
    world = flows(
        [
            (2021, "HUB", "ZZZ", "850440", 100.0, None),
            (2021, "YYY", "HUB", "850440", 100.0, None),
        ]
    )
    table = measures.hubs(measures.imports(world), measures.exports(world), measures.hub_rule())
    rows = keyed(table, "year", "country", "hs6")
    assert rows[2021, "HUB", "850440"]["two_way_index"] == 1.0
    assert rows[2021, "HUB", "850440"]["possible_reexports_usd"] == 100.0
    assert rows[2021, "YYY", "850440"]["two_way_index"] == 0.0


def test_supplier_churn_of_a_complete_change_is_one_and_of_none_zero() -> None:
    world = flows(
        [
            (2020, "A", "ZZZ", "010121", 10.0, None),
            (2021, "B", "ZZZ", "010121", 70.0, None),
            (2020, "A", "ZZZ", "010129", 10.0, None),
            (2021, "A", "ZZZ", "010129", 70.0, None),
        ]
    )
    rows = keyed(measures.supplier_churn(world), "year", "importer", "hs6")
    changed, same = rows[2021, "ZZZ", "010121"], rows[2021, "ZZZ", "010129"]
    assert (changed["supplier_churn"], changed["suppliers_entered"], changed["suppliers_left"]) == (1.0, 1, 1)
    assert (same["supplier_churn"], same["suppliers_entered"], same["suppliers_left"]) == (0.0, 0, 0)
    assert len(rows) == 2
