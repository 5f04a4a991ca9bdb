"""Exposure, exports, extraction, growth and paths, against brute force with numpy on a small world."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeground import leontief
from homeground.errors import UsageError
from toy_chains import COUNTRIES, frames, inverse, world

EXACT = 1e-9
"""Nine equations in double precision, money of about a hundred."""
SEEDS = range(4)


def without(system: leontief.System, rows: Any, columns: Any, final: Any) -> np.ndarray:
    """Loss of output when cells of A and of final demand are set to zero, solved anew by numpy."""
    coefficients = system.A.to_numpy().copy()
    coefficients[np.ix_(rows, columns)] = 0.0
    demand = system.demand.copy()
    demand[np.ix_(rows, final)] = 0.0
    left = np.linalg.solve(np.eye(9) - coefficients, demand.sum(axis=1))
    return system.x.to_numpy() - left


@pytest.mark.parametrize("what", ["AAA", "mill", "BBB.shop", ["AAA", "CCC"]])
@pytest.mark.parametrize("seed", SEEDS)
def test_total_extraction_is_solving_without_rows_columns_and_demand(seed: int, what: Any) -> None:
    system = world(seed)
    places = system.select(what)
    left = [n for n in range(9) if n not in places]
    lost = system.x.to_numpy().copy()
    inner = np.eye(len(left)) - system.A.to_numpy()[np.ix_(left, left)]
    lost[left] -= np.linalg.solve(inner, system.final_demand.to_numpy()[left]) if left else 0.0
    found = system.extract(what)
    assert found.lost_output.to_numpy() == pytest.approx(lost, abs=EXACT)
    assert found.lost_value_added.to_numpy() == pytest.approx(lost * system.added_share, abs=EXACT)
    assert found.by_country()["lost_output"].sum() == pytest.approx(lost.sum())


@pytest.mark.parametrize("what", ["AAA", "mill", "BBB.shop"])
@pytest.mark.parametrize("seed", SEEDS)
def test_extracted_purchases_are_columns_of_zeros(seed: int, what: str) -> None:
    system = world(seed)
    lost = without(system, range(9), system.select(what), [])
    assert system.extract(what, kind="purchases").lost_output.to_numpy() == pytest.approx(lost, abs=EXACT)


@pytest.mark.parametrize("seed", SEEDS)
def test_extracted_sales_are_rows_of_zeros_for_others(seed: int) -> None:
    system = world(seed)
    lost = without(system, [0, 1, 2], range(3, 9), range(2, 6))
    assert system.extract("AAA", kind="sales").lost_output.to_numpy() == pytest.approx(lost, abs=EXACT)
    pair = without(system, [0, 1, 2], [6, 7, 8], [4, 5])
    assert system.extract("AAA", kind="sales", buyer="CCC").lost_output.to_numpy() == pytest.approx(pair, abs=EXACT)
    single = without(system, [0, 1, 2], [7], [])
    found = system.extract("AAA", kind="sales", buyer="CCC.mill")
    assert found.lost_output.to_numpy() == pytest.approx(single, abs=EXACT)


@pytest.mark.parametrize("kind", ["total", "purchases"])
@pytest.mark.parametrize("seed", SEEDS)
def test_all_single_extractions_at_once_are_each_one_alone(seed: int, kind: Any) -> None:
    system = world(seed, idle=True)
    losses = leontief.extraction.single_losses(system, kind)
    table = system.extract_each("industry", kind).set_index(["country", "industry"])
    for place, pair in enumerate(system.industries_axis.pairs):
        alone = system.extract(pair, kind=kind)
        assert losses[:, place] == pytest.approx(alone.lost_output.to_numpy(), abs=EXACT)
        assert table.loc[pair, "lost_output"] == pytest.approx(alone.total_output, abs=EXACT)
        assert table.loc[pair, "lost_value_added"] == pytest.approx(alone.total_value_added, abs=EXACT)
        elsewhere = alone.lost_output.drop(pair[0], level=0).sum()
        assert table.loc[pair, "lost_elsewhere"] == pytest.approx(elsewhere, abs=EXACT)


def test_each_country_extracted_is_that_country_alone() -> None:
    system = world()
    table = system.extract_each().set_index("country")
    for country in COUNTRIES:
        assert table.loc[country, "lost_output"] == pytest.approx(system.extract(country).total_output)


def test_an_extraction_that_has_no_meaning_is_refused() -> None:
    for kind, buyer in (("half", None), ("total", "BBB")):
        with pytest.raises(UsageError, match="total, purchases or sales"):
            world().extract("AAA", kind=kind, buyer=buyer)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="sales by country"):
        world().extract_each("country", "sales")


@pytest.mark.parametrize("variant", ["value_added", "gross"])
@pytest.mark.parametrize("seed", SEEDS)
def test_exposure_is_the_formula_and_sums_to_one(seed: int, variant: Any) -> None:
    system = world(seed)
    x, full = system.x.to_numpy(), inverse(system.Z, system.x)
    a, v = system.A.to_numpy(), 1 - system.A.to_numpy().sum(axis=0)
    if variant == "value_added":
        direct, through = a + np.diag(v), v[:, None] * full
    else:
        direct, through = a / a.sum(axis=0), (full - np.eye(9)) / (full - np.eye(9)).sum(axis=0)
    found = system.exposure("BBB", variant)
    assert found.direct.to_numpy() == pytest.approx(direct[:, 3:6], abs=EXACT)
    assert found.through.to_numpy() == pytest.approx(through[:, 3:6], abs=EXACT)
    for table, keys in ((found.by_country(), 3), (found.by_industry(), 9)):
        sums = table.groupby("industry", sort=False)[["direct", "look_through"]].sum()
        assert len(table) == 3 * keys
        assert sums.to_numpy() == pytest.approx(np.ones((3, 2)), abs=EXACT)
    abroad = found.foreign().set_index("industry")
    assert abroad.loc["mill", "look_through"] == pytest.approx(through[[0, 1, 2, 6, 7, 8], 4].sum())
    whole = found.whole().set_index("origin")
    assert whole.loc["AAA", "look_through"] == pytest.approx((through[:3, 3:6] @ x[3:6]).sum() / x[3:6].sum())


def test_long_exposure_is_ordered_by_industry_then_share() -> None:
    table = world().exposure("AAA").by_country()
    assert table["industry"].unique().tolist() == ["farm", "mill", "shop"]
    for _, rows in table.groupby("industry"):
        assert rows["look_through"].is_monotonic_decreasing


def test_another_variant_is_refused() -> None:
    with pytest.raises(UsageError, match="value_added or gross"):
        world().exposure("AAA", "net")  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", SEEDS)
def test_exports_split_into_value_added_of_every_origin(seed: int) -> None:
    system = world(seed)
    full, v = inverse(system.Z, system.x), system.added_share
    sold = np.zeros(9)
    sold[:3] = system.flows[:3, 3:].sum(axis=1) + system.demand[:3, 2:].sum(axis=1)
    assert system.exports("AAA").to_numpy() == pytest.approx(sold[:3])
    origin = v * (full @ sold)
    assert system.foreign_value_added("AAA").to_numpy() == pytest.approx(origin[3:], abs=EXACT)
    content = system.value_added_in_exports("AAA")
    assert content.sum().to_numpy() == pytest.approx(sold[:3])
    assert content.sum(axis=1).to_numpy() == pytest.approx(origin, abs=EXACT)
    place = system.participation("AAA")
    assert place.domestic + place.foreign == pytest.approx(place.exports)
    assert place.foreign == pytest.approx(system.foreign_value_added("AAA").sum())


def test_what_comes_forward_from_all_countries_is_what_goes_backward_into_all() -> None:
    """Foreign value added in all exports is, seen from its makers, their value added in the exports of others."""
    places = [world().participation(country) for country in COUNTRIES]
    assert sum(p.foreign for p in places) == pytest.approx(sum(p.forward for p in places))


@pytest.mark.parametrize("seed", SEEDS)
def test_vertical_specialisation_is_the_formula(seed: int) -> None:
    system = world(seed)
    a = system.A.to_numpy()
    home, abroad = [3, 4, 5], [0, 1, 2, 6, 7, 8]
    sold = system.exports("BBB").to_numpy()
    imported = a[np.ix_(abroad, home)].sum(axis=0)
    wanted = imported @ np.linalg.inv(np.eye(3) - a[np.ix_(home, home)]) @ sold / sold.sum()
    assert system.vertical_specialisation("BBB") == pytest.approx(wanted, abs=EXACT)


def test_without_value_that_returns_vertical_specialisation_is_foreign_value_added() -> None:
    """Where no foreign industry buys from home, nothing comes back, and both measures are the same."""
    flows, demand = frames()
    flows.iloc[:3, 3:] = 0.0
    demand.iloc[:, 0] += 400.0
    place = leontief.System.from_frames(flows, demand).participation("AAA")
    assert place.vertical_specialisation == pytest.approx(place.foreign_share)


def test_a_country_that_exports_nothing_has_no_shares() -> None:
    flows, demand = frames()
    flows.iloc[:3, 3:] = 0.0
    demand.iloc[:3, 2:] = 0.0
    demand.iloc[:, 0] += 400.0
    place = leontief.System.from_frames(flows, demand).participation("AAA")
    assert (place.exports, place.foreign) == (0.0, 0.0)
    assert np.isnan([place.foreign_share, place.forward_share, place.vertical_specialisation]).all()


@pytest.mark.parametrize("weights", ["mean", "first", "last"])
@given(seeds=st.tuples(st.integers(0, 99), st.integers(100, 199)), idle=st.booleans())
@settings(max_examples=15, deadline=None)
def test_the_terms_of_growth_sum_to_growth(weights: Any, seeds: tuple[int, int], idle: bool) -> None:
    before, after = world(seeds[0], idle), world(seeds[1])
    table = leontief.chenery(before, after, "BBB", weights)
    assert table[list(leontief.growth.TERMS)].sum(axis=1).to_numpy() == pytest.approx(table["change"].to_numpy())
    assert table["change"].to_numpy() == pytest.approx((after.x["BBB"] - before.x["BBB"]).to_numpy())


def test_growth_of_exports_alone_is_all_called_exports() -> None:
    """A country that imports nothing sells twice as much abroad: output follows, coefficients and shares stay."""
    flows, final = frames()
    flows.iloc[3:, :3] = final.iloc[3:, :2] = 0.0
    final.iloc[3:, 2] += 400.0
    before = leontief.System.from_frames(flows, final)
    users = np.array(before.uses_axis.countries) != "AAA"
    demand = before.demand.copy()
    demand[:3, users] *= 2
    output = np.linalg.solve(np.eye(9) - before.A.to_numpy(), demand.sum(axis=1))
    flows = pd.DataFrame(before.A.to_numpy() * output, before.index, before.index)
    after = leontief.System.from_frames(flows, pd.DataFrame(demand, before.index, before.Y.columns))
    table = leontief.chenery(before, after, "AAA")
    assert table["exports"].to_numpy() == pytest.approx(table["change"].to_numpy())
    others = ["domestic_demand", "substitution_final", "substitution_intermediate", "technology"]
    assert table[others].abs().to_numpy().max() < 1e-6


def every_path(system: leontief.System, sources: Any, end: int, steps: int) -> dict[tuple[int, ...], float]:
    a, v = system.A.to_numpy(), system.added_share
    found = {}
    for length in range(steps + 1):
        for places in itertools.product(range(9), repeat=length):
            chain = (*places, end)
            if chain[0] in sources:
                product = float(np.prod([a[i, j] for i, j in itertools.pairwise(chain)]))
                found[chain] = float(v[chain[0]]) * product
    return found


def test_paths_are_those_of_brute_force_largest_first() -> None:
    system = world()
    found = system.paths("AAA", "CCC.mill", tolerance=0.02)
    total = (system.added_share[:3] @ inverse(system.Z, system.x)[:3, 7]).sum()
    assert found.total == pytest.approx(total)
    wanted = {c: s for c, s in every_path(system, (0, 1, 2), 7, 4).items() if s >= 0.02 * total}
    pairs = system.industries_axis.pairs
    assert {path.places: path.share for path in found.paths} == pytest.approx(
        {tuple(pairs[n] for n in chain): share for chain, share in wanted.items()}
    )
    shares = [path.share for path in found.paths]
    assert shares == sorted(shares, reverse=True)
    assert found.covered == pytest.approx(sum(shares) / total)
    assert found.complete


def test_more_tolerance_means_fewer_paths_and_less_covered() -> None:
    fine, coarse = (world().paths("AAA", "CCC.mill", tolerance) for tolerance in (0.001, 0.05))
    assert set(coarse.paths) < set(fine.paths)
    assert coarse.covered < fine.covered <= 1.0
