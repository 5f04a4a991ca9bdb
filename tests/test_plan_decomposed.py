"""Goods that are only bought, planned as curves: the same optimum and the same prices as the whole programme."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeground.plan import Model, solve
from homeground.plan.arrays import arrays
from homeground.plan.curves import Curves, apart
from homeground.plan.decomposed import Decomposed
from homeground.plan.programme import Effort, Solved, run
from plan_worlds import bazaar, drawn, two_crops

MARGIN = 2e-4
"""Relative: what the tolerance between stages (1e-7 each) can move in costs whose stages trade against one another."""


def both_ways(model: Model, scenarios: tuple[str, ...] = ()) -> tuple[Solved, Solved]:
    a = arrays(model, scenarios)
    ways = (run(a, Effort(gap=0.0, reduce=reduce), model.independence, "") for reduce in (True, False))
    decomposed, whole = ways
    assert (decomposed.way, whole.way) == ("decomposed", "whole")
    return decomposed, whole


def assert_same_stages(decomposed: Solved, whole: Solved) -> None:
    assert [stage.name for stage in decomposed.stages] == [stage.name for stage in whole.stages]
    for one, other in zip(decomposed.stages, whole.stages, strict=True):
        assert one.value == pytest.approx(other.value, rel=MARGIN, abs=1e-5), one.name


def currency_prices(model: Model, reduce: bool) -> list[float]:
    plan = solve(model, reduce=reduce, gap=0.0)
    return [row["price"] for row in plan.shadow_prices.to_pylist() if row["kind"] == "currency"]


# textbook: three goods, one year


def three_goods(currency: float) -> Model:
    """Needs of 10 t each: bread at 1 USD/t, salt half at 1 and half at 3, silk at 5. Parts cost 10, 5 + 15, 50 USD."""
    sold = (("bread", 1.0, 10.0), ("salt", 1.0, 5.0), ("salt", 3.0, 5.0), ("silk", 5.0, 10.0))
    return Model.of(
        (2027,),
        goods=[{"good": good, "unit": "t"} for good in ("bread", "salt", "silk")],
        suppliers=[
            {"good": good, "supplier": f"S{place}", "year": 2027, "price_usd": price, "cap": cap}
            for place, (good, price, cap) in enumerate(sold)
        ],
        needs=[{"good": good, "year": 2027, "quantity": 10.0} for good in ("bread", "salt", "silk")],
        opening_usd=currency,
    )


@pytest.mark.parametrize(
    ("currency", "unmet", "worth"),
    [(5.0, 2.5, 1 / 10), (20.0, 1.5 - 5 / 30, 1 / 30), (55.0, 1 - 25 / 50, 1 / 50)],
)
def test_scarce_currency_goes_to_the_parts_of_needs_that_cost_least(
    currency: float, unmet: float, worth: float
) -> None:
    plan = solve(three_goods(currency))
    assert plan.way == "decomposed"
    assert plan.unmet_parts == pytest.approx(unmet)
    assert plan.shadow_prices.to_pylist()[0]["price"] == pytest.approx(worth * 1e6)


def test_the_curve_of_three_goods_has_their_pieces_in_order_of_price() -> None:
    curves = apart(arrays(three_goods(1e3)), True).curves
    assert (curves.price * 1e6).tolist() == pytest.approx([10, 10, 30, 50])
    assert curves.most.tolist() == pytest.approx([1.0, 0.5, 0.5, 1.0])
    assert curves.filled(np.array([1.75])).tolist() == pytest.approx([1.0, 0.5, 0.25, 0.0])


# the enclosure of a curve


def some_curves(seed: int, sizes: tuple[int, ...] = (40, 1, 170)) -> Curves:
    rng = np.random.default_rng(seed)
    price = np.concatenate([np.sort(rng.lognormal(0, 2, size)) for size in sizes])
    most = rng.uniform(0, 1, len(price))
    where = np.zeros(len(price), np.int64)
    begins = np.concatenate([[0], np.cumsum(sizes)])
    return Curves(where, where, where, where.astype(float), price, most, begins)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_a_stretch_never_promises_less_than_its_pieces_and_is_exact_at_its_ends(seed: int, data: st.DataObject) -> None:
    curves = some_curves(seed)
    count = len(curves)
    cuts = data.draw(st.lists(st.integers(0, count - 1), max_size=12))
    edges = np.union1d(curves.begins[:-1], np.array(cuts, dtype=np.int64))
    rooms = curves.rooms(edges)
    told = Curves(curves.row, curves.need, curves.period, curves.priority, curves.price, rooms, curves.begins)
    ends = np.add.reduceat(curves.most, edges)
    assert np.add.reduceat(rooms, edges) == pytest.approx(ends)
    assert np.add.reduceat(rooms * curves.price, edges) == pytest.approx(
        np.add.reduceat(curves.most * curves.price, edges)
    )
    share = data.draw(st.floats(0, 1))
    parts = share * curves.sums(curves.most)
    true, promised = (c.sums(c.filled(parts) * curves.price) for c in (curves, told))
    assert (promised <= true * (1 + 1e-9) + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0, 1))
def test_halving_towards_a_place_leaves_it_alone_with_few_stretches(seed: int, share: float) -> None:
    curves = some_curves(seed)
    pieces = curves.at(share * curves.sums(curves.most))
    edges = curves.finer(curves.begins[:-1], pieces)
    alone = np.append(edges, len(curves))
    for piece in pieces:
        assert piece in edges
        assert piece + 1 in alone
    assert len(edges) <= sum(2 * np.ceil(np.log2(size)) + 1 for size in np.diff(curves.begins))


# against the whole programme


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    share=st.sampled_from([0.25, 0.5, 0.9, 1.4]),
    independence=st.sampled_from(["targets", "imports"]),
)
def test_any_small_world_has_the_stages_of_the_whole(seed: int, share: float, independence: str) -> None:
    assert_same_stages(*both_ways(bazaar(seed, share).but(independence=independence)))


@pytest.mark.parametrize("seed", range(6))
def test_worlds_side_by_side_have_the_stages_of_the_whole(seed: int) -> None:
    changes: list[dict[str, Any]] = [
        {"scenario": "dear", "what": "import_price", "factor": 1.7},
        {"scenario": "cut", "what": "supplier", "name": "B", "factor": 0.0},
    ]
    assert_same_stages(*both_ways(bazaar(seed, 0.6, changes=changes), ("dear", "cut")))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_the_price_of_currency_is_that_of_the_whole(seed: int, share: float) -> None:
    model = bazaar(seed, share).but(projects=[], project_costs=[])
    one, other = (currency_prices(model, reduce) for reduce in (True, False))
    assert one == pytest.approx(other, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_no_piece_is_left_that_the_prices_would_buy(seed: int) -> None:
    """The duals prove the optimum: a piece cheaper than its worth is full, a dearer one is empty."""
    model = bazaar(seed, 0.5).but(projects=[], project_costs=[])
    solved = run(arrays(model), Effort(), "targets", "")
    solver, curves = solved.solver, solved.parts.curves
    assert isinstance(solver, Decomposed)
    solver.release(0)
    first = solved.objectives[0]
    outcome = solver.minimise(first.costs, first.constant)
    usd = outcome.row_duals[solved.built.rows["currency"][curves.period]]
    behind = solved.built.model.nvars
    reduced = first.costs[behind:] - usd * curves.price
    bought = outcome.columns[behind:]
    assert bought[reduced < -1e-6] == pytest.approx(curves.most[reduced < -1e-6], abs=1e-6)
    assert (bought[reduced > 1e-6] <= 1e-6).all()


@pytest.mark.parametrize("seed", range(4))
def test_currency_and_needs_add_up_in_a_plan_of_curves(seed: int) -> None:
    model = bazaar(seed, 0.5)
    plan = solve(model)
    assert plan.way == "decomposed"
    assert min(row["reserve"] for row in plan.currency.to_pylist()) >= -1e-6
    caps = {(r["good"], r["supplier"], r["year"]): r["cap"] for r in model.suppliers.to_pylist()}
    for row in plan.imports.to_pylist():
        assert row["quantity"] <= caps[row["good"], row["supplier"], row["year"]] * (1 + 1e-9)
    for row in plan.balance.to_pylist():
        assert row["surplus"] >= -1e-6 * max(1.0, row["needed"])
    for need in model.needs.to_pylist():
        lacking = [r["share"] for r in plan.unmet.to_pylist() if (r["good"], r["year"]) == (need["good"], need["year"])]
        assert sum(lacking) <= 1 - need["must"] + 1e-6


def test_where_no_good_is_only_bought_all_of_it_goes_to_the_solver() -> None:
    assert solve(two_crops()).way == "whole"
    assert solve(drawn(1), reduce=False).way == "whole"


def test_a_need_that_weighs_nothing_gets_what_it_must_and_no_more() -> None:
    needs = [
        {"good": "bread", "year": 2027, "quantity": 10.0, "weight": 0.0, "must": 0.2},
        {"good": "silk", "year": 2027, "quantity": 10.0},
    ]
    plan = solve(three_goods(1e3).but(needs=needs))
    assert {row["good"]: row["quantity"] for row in plan.imports.to_pylist()} == {"bread": 2.0, "silk": 10.0}


def kept_good(prices: tuple[float, float, float], cap: float, loss: float) -> Model:
    """One good, needed and sold each year, that can be kept; grain beside it. Currency for about half of it all."""
    years = (2027, 2028, 2029)
    offers = [
        {"good": "oil", "supplier": "A", "year": year, "price_usd": price, "cap": cap}
        for year, price in zip(years, prices, strict=True)
    ] + [{"good": "grain", "supplier": "B", "year": year, "price_usd": 90.0} for year in years]
    return Model.of(
        years,
        goods=[{"good": "oil", "unit": "t"}, {"good": "grain", "unit": "t"}],
        suppliers=offers,
        needs=[{"good": good, "year": year, "quantity": 1e3} for good in ("oil", "grain") for year in years],
        stocks=[{"good": "oil", "max": 800.0, "loss": loss}],
        opening_usd=250e3,
        currency=[{"year": year, "income_usd": 20e3} for year in years],
    )


@pytest.mark.parametrize(
    ("prices", "cap", "loss", "curves_of_oil"),
    [
        ((100.0, 100.0, 100.0), 1e3, 0.0, True),
        ((100.0, 104.0, 108.0), 1e3, 0.05, True),
        ((100.0, 104.0, 108.0), 1e3, 0.0, False),
        ((100.0, 90.0, 95.0), 1e3, 0.02, False),
        ((100.0, 100.0, 100.0), 900.0, 0.0, False),
    ],
)
def test_only_a_good_that_may_gain_by_being_kept_stays_in_the_programme(
    prices: tuple[float, float, float], cap: float, loss: float, curves_of_oil: bool
) -> None:
    decomposed, whole = both_ways(kept_good(prices, cap, loss))
    assert_same_stages(decomposed, whole)
    oil = decomposed.arrays.goods.index("oil")
    assert (decomposed.arrays.needs.good[decomposed.parts.pure.eliminated] == oil).any() == curves_of_oil
