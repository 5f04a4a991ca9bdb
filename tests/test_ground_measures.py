"""Balances: FAO's formulas on closed forms, identities on random figures, zeros that the source proves, reliance."""

from __future__ import annotations

import math

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis import _

from ground_figures import figures
from homeground import measures
from homeground.measures.reliance import Supply, half_unit, net_import_reliance, supply_counted
from toy_world import Row, collect, flows, only

CLOSE = 1e-9
"""Percentages of numbers of the size of world production keep nine digits."""


def balance_of(*elements: tuple[str, float | None], people: float | None = None) -> Row:
    rows = [(2020, "AAA", "grain", element, tons) for element, tons in elements]
    population = None
    if people is not None:
        population = ibis.memtable(
            pa.table({"year": pa.array([2020], pa.int16()), "country": ["AAA"], "persons": [people]})
        )
    return only(measures.commodity_balance(measures.balance_sheet(figures(rows)), population))


def test_the_balance_is_that_of_the_handbook() -> None:
    row = balance_of(
        ("production", 60.0), ("imports", 50.0), ("exports", 10.0), ("stock_change", -5.0), ("stocks", 25.0),
        ("need", 120.0), ("reserves", 600.0), ("capacity", 80.0), people=1000.0,
    )  # fmt: skip
    assert row["apparent_consumption_t"] == 100.0
    assert row["domestic_supply_t"] == 95.0
    assert row["self_sufficiency_pct"] == 60.0
    assert row["import_dependency_pct"] == 40.0
    assert row["kg_per_head"] == pytest.approx(100.0, rel=1e-12)
    assert (row["cover_years"], row["need_made"], row["need_cover_years"]) == (0.25, 0.5, pytest.approx(25 / 120))
    assert (row["reserve_years"], row["capacity_used"]) == (10.0, 0.75)
    assert row["status"] == "complete"


@pytest.mark.parametrize(
    ("elements", "status", "consumption"),
    [
        ((("imports", 5.0), ("exports", 1.0)), "production unknown", None),
        ((("production", 5.0), ("exports", 1.0)), "trade unknown", None),
        ((("production", 5.0), ("imports", None), ("exports", 1.0)), "trade unknown", None),
        ((("production", 5.0), ("imports", 1.0), ("exports", 9.0), ("stock_change", 4.0)), "drawn from stocks", -3.0),
        ((("production", 5.0), ("imports", 1.0), ("exports", 9.0), ("stock_change", 2.0)), "negative", -3.0),
        ((("production", 5.0), ("imports", 1.0), ("exports", 9.0)), "negative", -3.0),
        ((("production", 5.0), ("imports", 1.0), ("exports", 6.0)), "none used", 0.0),
    ],
)
def test_what_stands_in_the_way_is_said_and_a_negative_figure_is_shown(
    elements: tuple[tuple[str, float | None], ...], status: str, consumption: float | None
) -> None:
    row = balance_of(*elements, people=10.0)
    assert row["kg_per_head"] is None or row["kg_per_head"] >= 0
    assert (row["status"], row["apparent_consumption_t"]) == (status, consumption)
    assert row["self_sufficiency_pct"] is None
    assert row["import_dependency_pct"] is None
    assert status in measures.STATUS


def test_an_unlisted_element_is_zero_only_where_the_source_s_own_sums_prove_it() -> None:
    proven = balance_of(("imports", 90_000.0), ("exports", 10_000.0), ("food", 80_000.0))
    assert (proven["production_t"], proven["stock_change_t"], proven["closes"]) == (0.0, 0.0, True)
    assert (proven["self_sufficiency_pct"], proven["import_dependency_pct"]) == (0.0, 100.0)
    open_end = balance_of(("imports", 90_000.0), ("exports", 10_000.0), ("food", 120_000.0))
    assert (open_end["production_t"], open_end["closes"], open_end["status"]) == (None, False, "production unknown")
    silent = balance_of(("imports", 90_000.0), ("exports", 10_000.0))
    assert (silent["production_t"], silent["closes"]) == (None, None)


TONS = st.floats(0.0, 1e9, allow_nan=False) | st.just(0.0)


@settings(deadline=None, max_examples=60)
@given(made=TONS, bought=TONS, sold=TONS)
def test_self_sufficiency_and_import_dependency_sum_to_100(made: float, bought: float, sold: float) -> None:
    row = balance_of(("production", made), ("imports", bought), ("exports", sold))
    used = made + bought - sold
    assert row["apparent_consumption_t"] == pytest.approx(used, abs=1e-6)
    if used > 1e-3 * (made + bought + sold):
        # a remainder of larger numbers keeps fewer digits: a thousandth of them keeps twelve of fifteen
        assert row["self_sufficiency_pct"] + row["import_dependency_pct"] == pytest.approx(100.0, rel=1e-9)
    if row["apparent_consumption_t"] <= 0:
        assert row["self_sufficiency_pct"] is None


def test_traded_tons_are_the_brute_sums_over_flows() -> None:
    every = collect(flows())
    for row in collect(measures.traded_tons(flows().filter(_.year == 2020), "ALP")):
        for column, word in (("importer", "bought"), ("exporter", "sold")):
            own = [f for f in every if f["year"] == 2020 and f["hs6"] == row["hs6"] and f[column] == "ALP"]
            value = sum(f["value_usd"] for f in own)
            weighed = sum(f["value_usd"] for f in own if f["quantity_t"] is not None)
            tons = [f["quantity_t"] for f in own if f["quantity_t"] is not None]
            assert row[f"{word}_usd"] == pytest.approx(value)
            assert row[f"{word}_t"] == (pytest.approx(sum(tons)) if tons else None)
            assert row[f"{word}_coverage"] == (pytest.approx(weighed / value) if value else None)


@pytest.mark.parametrize(
    ("definition", "counted"),
    [
        ("Defined as production + imports – exports.", ["Production"]),
        ("Defined as sales + imports – exports.", ["Sales by producers"]),
        ("Defined as secondary production + imports – exports ± adjustments.", ["Secondary (scrap)"]),
        ("Defined as primary production + secondary production from old scrap + imports – exports.",
         ["Primary", "Secondary (from old scrap)", "Secondary (scrap)"]),
        ("Defined as mine production + imports.", ["Mine"]),
        ("Defined as imports – exports.", []),
        ("Defined for 2021–22 as secondary production + imports – exports. Beginning in 2023, none.",
         ["Secondary (scrap)"]),
    ],
)  # fmt: skip
def test_a_definition_says_which_supply_counts(definition: str, counted: list[str]) -> None:
    names = (
        "Production", "Sales by producers", "Secondary (scrap)", "Secondary (from old scrap)",
        "Secondary (from new scrap)", "Primary", "Mine",
    )  # fmt: skip
    found, cause = supply_counted(definition, [Supply(name, 1.0) for name in names])
    assert cause == ""
    if counted == ["Secondary (scrap)"]:
        counted = ["Secondary (scrap)", "Secondary (from old scrap)"]
    assert sorted(series.name for series in found) == sorted(counted)


def test_reliance_is_the_share_of_consumption_that_home_supply_leaves() -> None:
    plain = "Defined as production + imports – exports."
    made = [Supply("Production", 300.0)]
    found = net_import_reliance("=", 70.0, 1000.0, plain, made)
    assert (found.computed_pct, found.verdict) == (70.0, "equal")
    assert net_import_reliance("=", 72.0, 1000.0, plain, made).verdict == "within rounding"
    assert net_import_reliance("=", 12.0, 1000.0, plain, made).verdict == "differs"
    assert net_import_reliance(">", 50.0, 1000.0, plain, made).verdict == "equal"
    assert net_import_reliance("<", 50.0, 1000.0, plain, made).verdict == "differs"
    assert net_import_reliance("net exporter", None, 1000.0, plain, [Supply("Production", 1400.0)]).verdict == "equal"
    withheld = net_import_reliance("=", 70.0, 1000.0, plain, [Supply("Production", None)])
    assert (withheld.verdict, withheld.cause) == ("cannot be computed", "home supply is withheld or not available")
    assert net_import_reliance("=", 70.0, None, plain, made).cause.startswith("apparent consumption is withheld")
    assert (
        net_import_reliance("=", 70.0, 1000.0, "", made).cause
        == "the source gives no definition of apparent consumption"
    )


@pytest.mark.parametrize("tons", [1.0, 9.0, 45.0, 110_000.0, 6_440.0, 39_000_000.0, 0.08, 97_123.0])
def test_half_a_unit_is_half_of_the_last_digit_shown(tons: float) -> None:
    unit = 2 * half_unit(tons)
    assert math.isclose(unit, 10.0 ** round(math.log10(unit)), rel_tol=1e-9)
    assert unit <= tons
    first = math.floor(math.log10(tons))
    assert 10.0 ** (first - 2) * (1 - 1e-9) <= unit <= 10.0 ** (first - 1) * (1 + 1e-9)
