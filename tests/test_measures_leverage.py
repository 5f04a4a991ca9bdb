"""Leverage in a synthetic world: worked examples, identities, brute force over every pair, moves, markets, prices."""

from __future__ import annotations

import datetime
import itertools
import math
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toy_world as toy
from homeground import measures
from homeground.errors import UsageError
from homeground.measures import MarketCut
from toy_world import ARMS, OIL, WHEAT, keyed

COUNTRIES = ("ALP", "BET", "GAM", "DEL")
OIL_SHARE = 1100 / 1400
OIL_WORLD = (3700**2 + 950**2) / 4650**2
SUMS = 1e-12
"""A handful of doubles added in another order."""

GDP = toy.table(
    [(2021, "DEL", 26200.0), (2020, "DEL", 1.0)],
    toy.pa.schema([("year", toy.pa.int16()), ("country", toy.pa.string()), ("gdp_usd", toy.pa.float64())]),
)


def of_pair(a: str, b: str, **options: Any) -> dict[tuple[Any, ...], toy.Row]:
    return keyed(measures.leverage(toy.flows(), a, b, **options), "year", "country", "hs6")


def test_a_worked_example_seen_from_both_sides() -> None:
    rows = of_pair("ALP", "DEL", production=toy.production())
    buyer, seller = rows[2021, "ALP", OIL], rows[2021, "DEL", OIL]
    assert (buyer["imports_usd"], buyer["imports_from_all_usd"], buyer["exports_usd"]) == (1100.0, 1400.0, 0.0)
    assert buyer["import_share"] == pytest.approx(OIL_SHARE)
    assert seller["export_share"] == buyer["partner_export_share"] == pytest.approx(1100 / 3700)
    assert buyer["world_herfindahl"] == pytest.approx(OIL_WORLD)
    assert buyer["world_import_herfindahl"] == pytest.approx((1400**2 + 3250**2) / 4650**2)
    assert buyer["home_supply"] == pytest.approx(12 / (12 + 28))
    assert buyer["hard_to_replace"] == pytest.approx(OIL_SHARE * OIL_WORLD * (1 - 0.3))
    assert seller["hard_to_place"] == pytest.approx(1100 / 3700 * buyer["world_import_herfindahl"])
    assert seller["home_supply"] == 1.0
    assert seller["world_share"] == pytest.approx(3700 / 4650)


def test_a_share_of_nothing_is_missing_and_no_trade_is_zero() -> None:
    seller = of_pair("ALP", "DEL")[2021, "DEL", OIL]
    assert (seller["imports_usd"], seller["imports_from_all_usd"]) == (0.0, 0.0)
    assert seller["import_share"] is None
    assert seller["hard_to_replace"] is None
    assert seller["hard_to_replace_variant"] is None
    assert seller["supply_asymmetry"] is None


def test_without_production_the_score_is_an_upper_bound_and_says_so() -> None:
    without, with_it = of_pair("ALP", "DEL"), of_pair("ALP", "DEL", production=toy.production())
    bound, exact = without[2021, "ALP", OIL], with_it[2021, "ALP", OIL]
    assert bound["home_supply"] is None
    assert bound["hard_to_replace"] == pytest.approx(OIL_SHARE * OIL_WORLD)
    assert bound["hard_to_replace"] > exact["hard_to_replace"]
    assert "not known" in bound["hard_to_replace_variant"]
    assert "home supply)" in exact["hard_to_replace_variant"]
    assert "not known" in with_it[2021, "ALP", WHEAT]["hard_to_replace_variant"]


@pytest.mark.parametrize(("a", "b"), list(itertools.permutations(COUNTRIES, 2)))
def test_either_side_asks_and_gets_the_same_rows_mirrored(a: str, b: str) -> None:
    one, other = of_pair(a, b, production=toy.production()), of_pair(b, a, production=toy.production())
    assert one == other
    for (year, country, hs6), row in one.items():
        mirror = one[year, row["partner"], hs6]
        assert row["partner"] != country
        assert (row["partner_import_share"], row["partner_export_share"]) == (
            mirror["import_share"],
            mirror["export_share"],
        )
        assert row["partner_hard_to_replace"] == mirror["hard_to_replace"]
        for name in ("supply_asymmetry", "sales_asymmetry"):
            assert (row[name] is None) == (mirror[name] is None)
            assert row[name] is None or row[name] == -mirror[name]


def test_shares_over_all_partners_sum_to_one() -> None:
    everyone = (*COUNTRIES, "NES")
    bought: dict[Any, float] = {}
    sold: dict[Any, float] = {}
    for b in everyone:
        for (year, country, hs6), row in of_pair("ALP", b).items() if b != "ALP" else ():
            if country == "ALP":
                bought[year, hs6] = bought.get((year, hs6), 0.0) + (row["import_share"] or 0.0)
                sold[year, hs6] = sold.get((year, hs6), 0.0) + (row["export_share"] or 0.0)
    assert bought
    assert all(math.isclose(share, 1, rel_tol=SUMS) for key, share in bought.items())
    assert {key for key, share in sold.items() if share} == {(2019, WHEAT), (2020, WHEAT)}
    assert all(math.isclose(share, 1, rel_tol=SUMS) for share in sold.values() if share)


@pytest.mark.parametrize(("a", "b"), list(itertools.combinations(COUNTRIES, 2)))
def test_totals_are_what_adding_up_by_hand_gives(a: str, b: str) -> None:
    found = keyed(measures.leverage_totals(toy.flows(), a, b), "year", "country")
    flows = toy.flow_rows()
    for (year, country), row in found.items():
        other = b if country == a else a
        now = [flow for flow in flows if flow["year"] == year]
        bought = [flow for flow in now if flow["importer"] == country]
        sold = [flow for flow in now if flow["exporter"] == country]
        assert row["imports_usd"] == sum(f["value_usd"] for f in bought if f["exporter"] == other)
        assert row["imports_from_all_usd"] == sum(f["value_usd"] for f in bought)
        assert row["exports_usd"] == sum(f["value_usd"] for f in sold if f["importer"] == other)
        assert row["exports_to_all_usd"] == sum(f["value_usd"] for f in sold)
        sellers = {flow["exporter"] for flow in bought}
        sums = [sum(f["value_usd"] for f in bought if f["exporter"] == seller) for seller in sellers]
        if sums:
            index = math.sqrt(sum((value / sum(sums)) ** 2 for value in sums))
            assert row["hirschman_imports"] == pytest.approx(index, rel=SUMS)
        else:
            assert row["hirschman_imports"] is None


def test_hirschmans_influence_effect_is_sales_to_the_partner_over_gdp() -> None:
    rows = keyed(measures.leverage_totals(toy.flows(), "ALP", "DEL", GDP), "year", "country")
    seller = rows[2021, "DEL"]
    assert seller["exports_usd"] == 1310.0
    assert seller["openness"] == pytest.approx(3980 / 26200)
    assert seller["influence_effect"] == pytest.approx(seller["export_share"] * seller["openness"]) == 1310 / 26200
    assert (rows[2021, "ALP"]["gdp_usd"], rows[2021, "ALP"]["influence_effect"]) == (None, None)
    assert rows[2019, "DEL"]["influence_effect"] is None
    without = keyed(measures.leverage_totals(toy.flows(), "ALP", "DEL"), "year", "country")
    assert all(row["influence_effect"] is None for row in without.values())


def test_each_partner_beside_its_own_totals() -> None:
    flows = toy.flows()
    own, sold = flows.filter(flows.importer == "ALP"), flows.filter(flows.exporter == "ALP")
    table = measures.leans(own, sold, measures.imports(flows), measures.exports(flows))
    rows = keyed(table, "year", "partner")
    pairs = keyed(measures.leverage_totals(flows, "ALP", "DEL"), "year", "country")
    for year in (2019, 2020, 2021):
        for name in ("imports_usd", "exports_usd", "import_share", "export_share", "partner_import_share"):
            if (year, "DEL") in rows:
                assert rows[year, "DEL"][name] == pytest.approx(pairs[year, "ALP"][name]), name
    assert sum(row["import_share"] for (year, _), row in rows.items() if year == 2021) == pytest.approx(1)


def test_a_move_of_ten_points_in_closed_form() -> None:
    rows = keyed(measures.moved(measures.leverage(toy.flows(), "ALP", "DEL"), 0.1), "year", "country", "hs6")
    oil = rows[2021, "ALP", OIL]
    share = OIL_SHARE - 0.1
    assert oil["import_share_moved"] == pytest.approx(share)
    assert oil["moved_usd"] == pytest.approx(140.0)
    assert oil["herfindahl_moved"] == pytest.approx(share**2 + (1 - share) ** 2)


def test_no_more_than_the_share_moves_and_a_sole_supplier_leaves_nobody_to_move_to() -> None:
    rows = keyed(measures.moved(measures.leverage(toy.flows(), "ALP", "DEL"), 0.5), "year", "country", "hs6")
    assert rows[2021, "ALP", WHEAT]["moved_share"] == pytest.approx(0.2)
    assert rows[2021, "ALP", WHEAT]["herfindahl_moved"] == pytest.approx(1.0)
    sole = keyed(measures.moved(measures.leverage(toy.flows(), "BET", "GAM"), 0.1), "year", "country", "hs6")
    assert sole[2021, "BET", WHEAT]["import_share"] == 1.0
    assert (sole[2021, "BET", WHEAT]["moved_share"], sole[2021, "BET", WHEAT]["herfindahl_moved"]) == (None, None)


@pytest.mark.parametrize("shift", [-0.1, 1.5, 10, float("nan")])
def test_a_move_outside_0_and_1_is_refused(shift: float) -> None:
    with pytest.raises(UsageError, match="a move is a share of imports"):
        measures.moved(measures.leverage(toy.flows(), "ALP", "DEL"), shift)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1, 1e9), min_size=2, max_size=6), st.floats(0, 1))
def test_the_herfindahl_after_a_move_is_that_of_the_new_shares(values: list[float], shift: float) -> None:
    suppliers = [f"S{number:02d}" for number in range(len(values))]
    market = toy.one_market(dict(zip(suppliers, values, strict=True)))
    row = keyed(measures.moved(measures.leverage(market, "ZZZ", "S00"), shift), "country")[("ZZZ",)]
    total = sum(values)
    taken = min(shift, values[0] / total)
    first = values[0] / total - taken
    rest = sum(values[1:])
    shares = [first, *((1 - first) * value / rest for value in values[1:])]
    # shares near 1 leave 1 − s with few digits: hence not exact
    assert row["herfindahl_moved"] == pytest.approx(sum(s * s for s in shares), rel=1e-6)


def test_a_closed_market_and_who_takes_what_it_leaves() -> None:
    cut = MarketCut("DEL", "ALP", share=1.0, divertible=0.1)
    lost = keyed(measures.market_cut(toy.flows(), cut), "year", "hs6")[2021, OIL]
    assert (lost["lost"], lost["spare"], lost["filled"], lost["gap"]) == pytest.approx((1100.0, 65.0, 65.0, 1035.0))
    rows = keyed(measures.market_alternatives(toy.flows(), cut), "year", "hs6", "importer")
    taker = rows[2021, OIL, "GAM"]
    assert (taker["allocated"], taker["sold_before"]) == pytest.approx((65.0, 2600.0))
    assert not any(hs6 == ARMS for _, hs6, _ in rows)


def test_a_barred_market_is_no_way_out() -> None:
    rule = toy.table([("GAM", "DEL", "27", datetime.date(2021, 1, 1), None, "x")], toy.RESTRICTION_SCHEMA)
    cut = MarketCut("DEL", "ALP", share=1.0, divertible=0.1, on=datetime.date(2021, 6, 1))
    assert keyed(measures.market_cut(toy.flows(), cut, rule), "year", "hs6")[2021, OIL]["spare"] == 0.0
    rows = keyed(measures.market_alternatives(toy.flows(), cut, rule), "year", "hs6", "importer")
    assert (2021, OIL, "GAM") not in rows
    other_way = toy.table([("DEL", "GAM", "27", datetime.date(2021, 1, 1), None, "x")], toy.RESTRICTION_SCHEMA)
    assert keyed(measures.market_cut(toy.flows(), cut, other_way), "year", "hs6")[2021, OIL]["spare"] == pytest.approx(
        65
    )


def test_access_compares_here_with_elsewhere() -> None:
    rows = keyed(measures.access_gap(toy.flows(), "DEL", "ALP"), "year", "hs6")
    oil = rows[2021, OIL]
    assert oil["share_here"] == pytest.approx(OIL_SHARE)
    assert oil["share_elsewhere"] == pytest.approx(2600 / 3250)
    assert oil["potential_usd"] == pytest.approx((0.8 - OIL_SHARE) * 1400)
    assert oil["herfindahl_after"] == pytest.approx(0.8**2 + 0.2**2)
    assert not any(hs6 == ARMS for _, hs6 in rows)
    less = keyed(measures.access_gap(toy.flows(), "BET", "ALP"), "year", "hs6")[2021, OIL]
    assert less["share_elsewhere"] < less["share_here"]
    assert less["potential_usd"] == 0.0


def sales(paid: float, others: list[float], elsewhere: list[float], tons: float = 100.0) -> ibis.Table:
    rows = [(2021, "SEL", "BUY", OIL, paid * tons, tons)]
    rows += [(2021, "SEL", f"O{n:02d}", OIL, price * 100.0, 100.0) for n, price in enumerate(others)]
    rows += [(2021, "ELS", f"P{n:02d}", OIL, price * 100.0, 100.0) for n, price in enumerate(elsewhere)]
    return toy.flows(rows)


def test_what_is_paid_stands_beside_the_median_of_the_same_sellers_buyers() -> None:
    row = toy.only(measures.paid_against_others(sales(12.0, [1, 2, 3, 4, 6, 7, 8, 9, 10.0], [99.0]), "BUY", "SEL"))
    assert (row["comparable_flows"], row["compared_with"]) == (9, "same seller")
    assert (row["others_median_usd_per_t"], row["others_upper_usd_per_t"]) == (6.0, 8.0)
    assert row["above"] == pytest.approx(1.0)
    assert row["overpaid_usd"] == pytest.approx(600.0)


def test_too_few_buyers_widen_to_all_sellers_and_then_abstain() -> None:
    wide = toy.only(measures.paid_against_others(sales(12.0, [5.0] * 7, [9.0] * 7), "BUY", "SEL"))
    assert (wide["comparable_flows"], wide["compared_with"]) == (14, "all sellers")
    assert wide["others_median_usd_per_t"] == 7.0
    few = toy.only(measures.paid_against_others(sales(12.0, [5.0] * 4, [9.0] * 3), "BUY", "SEL"))
    assert (few["compared_with"], few["comparable_flows"], few["above"], few["overpaid_usd"]) == (None,) * 4
    assert few["paid_usd_per_t"] == 12.0


def test_parcels_and_flows_without_quantity_are_no_comparison() -> None:
    table = sales(12.0, [5.0] * 8, [], tons=20_000.0)
    assert toy.only(measures.paid_against_others(table, "BUY", "SEL"))["compared_with"] is None
    unweighed = toy.flows([(2021, "SEL", "BUY", OIL, 5.0, None)])
    assert toy.collect(measures.paid_against_others(unweighed, "BUY", "SEL")) == []
