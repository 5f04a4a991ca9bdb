"""The system: identities of the table, labels, adding up, checks, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from homeground import leontief
from homeground.errors import BadInput, UnknownCode
from toy_chains import COUNTRIES, INDUSTRIES, frames, inverse, world

EXACT = 1e-10
"""Nine equations in double precision, money of about a hundred."""


@pytest.mark.parametrize("idle", [False, True])
def test_output_meets_what_industries_and_final_users_take(idle: bool) -> None:
    system = world(idle=idle)
    x = system.x.to_numpy()
    assert x - system.A.to_numpy() @ x == pytest.approx(system.final_demand.to_numpy(), abs=EXACT)
    assert system.solve(system.final_demand).to_numpy() == pytest.approx(x, abs=EXACT)


def test_product_by_income_is_product_by_expenditure() -> None:
    system = world()
    assert system.value_added.sum() == pytest.approx(system.final_demand.sum(), rel=EXACT)


def test_value_added_through_all_tiers_adds_up_to_one() -> None:
    system = world(idle=True)
    sums = system.content(system.added_share)
    assert sums[system.producing] == pytest.approx(1.0, abs=EXACT)


def test_solving_and_the_inverse_agree_with_numpy() -> None:
    system = world()
    assert system.inverse().to_numpy() == pytest.approx(inverse(system.Z, system.x), abs=EXACT)
    final = np.arange(18.0).reshape(9, 2)
    assert system.solve(final).to_numpy() == pytest.approx(inverse(system.Z, system.x) @ final, abs=1e-8)


def test_flat_labels_and_pairs_make_the_same_system() -> None:
    flows, demand = frames()
    flat_flows = flows.set_axis([".".join(p) for p in flows.index]).set_axis([".".join(p) for p in flows], axis=1)
    flat_demand = demand.set_axis([".".join(p) for p in flows.index]).set_axis([".".join(p) for p in demand], axis=1)
    pd.testing.assert_frame_equal(leontief.System.from_frames(flat_flows, flat_demand).A, world().A)


def test_published_output_is_kept_and_the_difference_is_known() -> None:
    flows, demand = frames()
    output = (flows.sum(axis=1) + demand.sum(axis=1)) * 1.0001
    system = leontief.System.from_frames(flows, demand, output)
    assert system.x.tolist() == output.tolist()
    assert system.discrepancy == pytest.approx(output.to_numpy() - output.to_numpy() / 1.0001)
    assert [fault.check for fault in system.check()] == ["balance"]
    assert system.check()[0].severity == "note"


def test_adding_up_to_a_bloc_keeps_every_total_and_the_bloc_is_one_country() -> None:
    system = world()
    smaller = system.aggregate({"ABC": ["AAA", "BBB"]}, {"goods": ["farm", "mill"]})
    assert smaller.countries == ("ABC", "CCC")
    assert smaller.industries == ("goods", "shop")
    assert smaller.x.sum() == pytest.approx(system.x.sum())
    assert smaller.value_added["ABC"].sum() == pytest.approx(system.value_added[["AAA", "BBB"]].sum())
    between = system.flows[:6, 6:].sum() + system.demand[:6, 4:].sum()
    assert smaller.exports("ABC").sum() == pytest.approx(between)


def test_parts_of_a_country_trade_at_home() -> None:
    """As the OECD splits China: deliveries between the parts are no exports."""
    flows, demand = frames()
    names = {"AAA": "CN1", "BBB": "CN2"}
    labels = pd.MultiIndex.from_tuples([(names.get(c, c), i) for c, i in flows.index])
    users = pd.MultiIndex.from_tuples([(names.get(c, c), u) for c, u in demand])
    split = leontief.System.from_frames(flows.set_axis(labels).set_axis(labels, axis=1), demand.set_axis(labels).set_axis(users, axis=1))  # fmt: skip # noqa: E501
    assert split.countries == ("CHN", "CCC")
    assert split.exports("CHN").sum() == pytest.approx(flows.iloc[:6, 6:].sum().sum() + demand.iloc[:6, 4:].sum().sum())
    whole = world().aggregate({"CHN": ["AAA", "BBB"]})
    assert split.participation("CHN").exports == pytest.approx(whole.participation("CHN").exports)
    assert len(split.exposure("CHN").direct.columns) == 6


def test_an_industry_without_output_has_no_shares() -> None:
    system = world(idle=True)
    assert np.isnan(system.upstreamness()[("BBB", "mill")])
    shares = system.exposure("BBB")
    assert shares.through["mill"].isna().all()
    assert shares.through.drop(columns="mill").sum().tolist() == pytest.approx([1.0, 1.0])
    assert {fault.check for fault in system.check()} == {"zero output"}


def test_negative_output_is_an_error_and_has_a_zero_column() -> None:
    flows, demand = frames()
    demand.iloc[0, 1] = -flows.iloc[0].sum() - demand.iloc[0].sum() - 1
    system = leontief.System.from_frames(flows, demand)
    assert system.A.iloc[:, 0].tolist() == [0.0] * 9
    found = {fault.check: fault.severity for fault in system.check()}
    assert found["negative output"] == "error"
    assert found["negative final demand"] == "note"


def test_a_lost_decimal_point_is_found() -> None:
    flows, demand = frames()
    output = flows.sum(axis=1) + demand.sum(axis=1)
    flows.iloc[0, 1] *= 1000
    found = {fault.check: fault for fault in leontief.System.from_frames(flows, demand, output).check()}
    assert found["balance"].severity == "error"
    assert found["balance"].example.startswith("AAA.farm by -")
    assert "AAA.mill" in found["column of A above 1"].example


def test_a_table_that_uses_up_more_than_it_makes_has_a_radius_above_one() -> None:
    rows = pd.MultiIndex.from_tuples([("AAA", "farm"), ("AAA", "mill")])
    flows = pd.DataFrame([[60.0, 60.0], [60.0, 60.0]], rows, rows)
    demand = pd.DataFrame([[-20.0], [-20.0]], rows, pd.MultiIndex.from_tuples([("AAA", "stocks")]))
    system = leontief.System.from_frames(flows, demand)
    assert system.spectral_radius() == pytest.approx(1.2)
    assert {f.check for f in system.check() if f.severity == "error"} == {"spectral radius"}


@pytest.mark.parametrize("seed", range(3))
def test_the_spectral_radius_is_that_of_numpy(seed: int) -> None:
    system = world(seed)
    assert system.spectral_radius() == pytest.approx(np.abs(np.linalg.eigvals(system.A.to_numpy())).max(), rel=1e-8)


@pytest.mark.parametrize(
    ("what", "places"),
    [
        ("AAA", [0, 1, 2]),
        ("mill", [1, 4, 7]),
        ("BBB.mill", [4]),
        (("BBB", "mill"), [4]),
        (["AAA", "CCC.shop"], [0, 1, 2, 8]),
        ([("AAA", "farm"), "AAA"], [0, 1, 2]),
    ],
)
def test_countries_industries_pairs_and_lists_are_selected(what: Any, places: list[int]) -> None:
    assert world().select(what).tolist() == places


def broken(change: str) -> tuple[Any, Any]:
    flows, demand = frames()
    if change == "not square":
        flows = flows.iloc[:, :-1]
    elif change == "misaligned":
        demand = demand.iloc[::-1]
    elif change == "duplicate":
        labels = pd.MultiIndex.from_tuples([("AAA", "mill"), *list(flows.index)[1:]])
        flows, demand = flows.set_axis(labels).set_axis(labels, axis=1), demand.set_axis(labels)
    elif change == "text":
        flows = flows.astype(object)
        flows.iloc[2, 3] = "12,5"
    elif change == "not finite":
        demand.iloc[4, 1] = np.inf
    elif change == "no pairs":
        flows = flows.set_axis(range(9)).set_axis(range(9), axis=1)
    return flows, demand


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("not square", "columns of Z.*8 labels.*expected 9"),
        ("misaligned", "rows of Y, place 1.*found CCC.shop, expected AAA.farm"),
        ("duplicate", "stands twice.*AAA.mill"),
        ("text", "Z, row 3, column 4.*'12,5'"),
        ("not finite", "Y, row 5, column 2.*inf"),
        ("no pairs", "does not name a country and an industry.*found 0"),
    ],
)
def test_a_broken_table_is_refused_with_its_place(change: str, words: str) -> None:
    with pytest.raises(BadInput, match=f"(?s){words}"):
        leontief.System.from_frames(*broken(change))


def test_unknown_labels_are_named_with_near_ones() -> None:
    with pytest.raises(UnknownCode, match=r"'ABA'.*AAA"):
        world().exposure("ABA")
    with pytest.raises(UnknownCode, match=r"'mil'.*mill"):
        world().extract("mil")


def test_groups_name_members_once_and_only_known_ones() -> None:
    with pytest.raises(BadInput, match=r"two groups.*AAA"):
        world().aggregate({"X": ["AAA"], "Y": ["AAA"]})
    with pytest.raises(BadInput, match="ZZZ"):
        world().aggregate({"X": ["ZZZ"]})


def test_a_final_demand_with_other_labels_is_refused() -> None:
    with pytest.raises(BadInput, match="labels do not match"):
        world().solve(world().final_demand.iloc[::-1])
    with pytest.raises(BadInput, match=f"{len(COUNTRIES) * len(INDUSTRIES)} finite numbers"):
        world().solve([1.0, 2.0])


@pytest.mark.parametrize(
    ("table", "rows", "columns", "words"),
    [
        ([[1.0, 2.0]], [3.0], [1.0, 1.0, 1.0], "do not belong"),
        ([[1.0, -2.0]], [3.0], [1.0, 2.0], "not negative"),
        ([[1.0, 2.0]], [3.0], [1.0, 1.0], "do not agree"),
        ([[0.0, 0.0], [1.0, 1.0]], [1.0, 1.0], [1.0, 1.0], "zeros"),
        ([[1.0, 0.0], [1.0, 1.0]], [1.0, 2.0], [2.5, 0.5], None),
        ([[1.0, 0.0], [0.0, 1.0]], [1.0, 2.0], [2.0, 1.0], "does not reach"),
    ],
)
def test_ras_says_why_it_cannot_balance(table: Any, rows: Any, columns: Any, words: str | None) -> None:
    if words is None:
        assert leontief.ras(table, rows, columns).miss < 1e-9
    else:
        with pytest.raises(BadInput, match=words):
            leontief.ras(table, rows, columns, most=200)
