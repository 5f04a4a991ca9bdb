"""The plan: closed forms, balances, brute force over projects, prices as differences, minimal conflicts."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from homeground.errors import BadInput, Infeasible
from homeground.plan import Model, Plan, compare, conflicts_of, further, million_more, solve
from homeground.plan.arrays import arrays
from homeground.plan.programme import Effort, run
from plan_worlds import YEARS, drawn, factory, one_good, two_crops

EXACT: dict[str, Any] = {"gap": 0.0}
"""Integers are searched for until nothing better is left."""

MARGIN = 2e-4
"""Relative: what the tolerance between stages (1e-6 each) can move in costs whose stages trade against one another."""


def price(plan: Plan, kind: str, name: str, year: int) -> float:
    rows = plan.shadow_prices.to_pylist()
    return sum(r["price"] for r in rows if (r["kind"], r["name"], r["year"]) == (kind, name, year))


def with_needs_of(model: Model, must: float) -> Model:
    return model.but(needs=[{**row, "must": must} for row in model.needs.to_pylist()])


# closed forms


def test_one_good_is_bought_from_the_cheapest_supplier_first() -> None:
    plan = solve(one_good(100.0))
    assert [(r["supplier"], r["quantity"]) for r in plan.imports.to_pylist()] == [("A", 60.0), ("B", 40.0)]
    assert plan.cost == pytest.approx((60 * 10 + 40 * 20) / 1e6)
    assert plan.unmet.num_rows == 0


@pytest.mark.parametrize(("quantity", "worth"), [(50.0, 10.0), (100.0, 20.0)])
@pytest.mark.parametrize("reduce", [True, False])
def test_the_price_of_one_good_is_the_marginal_supplier(quantity: float, worth: float, reduce: bool) -> None:
    assert price(solve(one_good(quantity), reduce=reduce), "good", "grain", 2027) == pytest.approx(worth)


@pytest.mark.parametrize("reduce", [True, False])
def test_scarce_currency_buys_what_it_can_and_is_priced_in_needs(reduce: bool) -> None:
    plan = solve(one_good(100.0, opening_usd=1_000.0), reduce=reduce)
    (row,) = plan.unmet.to_pylist()
    assert row["unmet"] == pytest.approx(100 - 60 - 20)  # 600 USD to A, the other 400 USD to B at 20 USD/t
    assert price(plan, "currency", "USD", 2027) == pytest.approx(1e6 / 20 / 100)
    assert price(plan, "good", "grain", 2027) == pytest.approx(1 / 100)


def test_two_crops_and_one_constraint_have_the_textbook_dual() -> None:
    """Maximise 3b + m, 2b + m ≤ 120, b ≤ 40, m ≤ 80: b = 40, m = 40; water is worth 1 USD, what maize earns by it."""
    plan = solve(two_crops())
    assert plan.cost == pytest.approx(-(3 * 40 + 40) / 1e6)
    assert price(plan, "good", "water", 2027) == pytest.approx(1.0)
    assert {r["good"]: r["quantity"] for r in plan.exports.to_pylist()} == {"beans": 40.0, "maize": 40.0}
    assert price(solve(two_crops(water=60.0)), "good", "water", 2027) == pytest.approx(1.5)
    assert price(solve(two_crops(water=200.0)), "good", "water", 2027) == 0.0


def test_needs_of_the_first_priority_come_first() -> None:
    goods = [{"good": g, "unit": "t"} for g in ("bread", "silk")]
    sellers = [{"good": g, "supplier": "A", "year": 2027, "price_usd": 10.0} for g in ("bread", "silk")]
    needs = [
        {"good": "bread", "year": 2027, "quantity": 100.0, "priority": 1.0},
        {"good": "silk", "year": 2027, "quantity": 1.0, "priority": 2.0},
    ]
    plan = solve(Model.of((2027,), goods=goods, suppliers=sellers, needs=needs, opening_usd=1_000.0))
    assert [(r["good"], r["unmet"]) for r in plan.unmet.to_pylist()] == [("silk", pytest.approx(1.0))]


def test_a_group_takes_its_cheapest_member_up_to_its_cap() -> None:
    goods = [{"good": g, "unit": "m3"} for g in ("wood", "birch", "teak")]
    sellers = [
        {"good": g, "supplier": "A", "year": 2027, "price_usd": p} for g, p in (("birch", 100.0), ("teak", 300.0))
    ]
    groups = [{"group": "wood", "member": "birch", "conversion": 0.8, "cap": 0.6}, {"group": "wood", "member": "teak"}]
    needs = [{"good": "wood", "year": 2027, "quantity": 10.0}]
    plan = solve(Model.of((2027,), goods=goods, suppliers=sellers, groups=groups, needs=needs, opening_usd=1e6))
    bought = {r["good"]: r["quantity"] for r in plan.imports.to_pylist()}
    assert bought == {"birch": pytest.approx(6 / 0.8), "teak": pytest.approx(4.0)}


def test_no_supplier_brings_more_than_its_share() -> None:
    caps = [{"good": "grain", "supplier": "*", "year": 2027, "share": 0.5}]
    plan = solve(one_good(80.0, caps=caps))
    assert {r["supplier"]: r["quantity"] for r in plan.imports.to_pylist()} == {
        "A": pytest.approx(40.0, rel=1e-5),
        "B": pytest.approx(40.0, rel=1e-5),
    }


# identities


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("reduce", [True, False])
def test_balances_close_when_counted_again_outside_the_solver(seed: int, reduce: bool) -> None:
    model = drawn(seed)
    plan = solve(model, reduce=reduce)
    coefficients = model.coefficients.to_pylist()
    stocks = {r["good"]: r for r in model.stocks.to_pylist()}
    kept = {(r["good"], r["year"]): r["quantity"] for r in plan.stocks.to_pylist()}
    for row in plan.balance.to_pylist():
        good, year = row["good"], row["year"]
        made = sum(
            c["quantity"] * a["quantity"]
            for c in coefficients
            for a in plan.activity.to_pylist()
            if (c["good"], c["process"], a["year"]) == (good, a["process"], year)
        )
        opened = 0.0
        if good in stocks:
            first = year == YEARS[0]
            opened = stocks[good]["initial"] if first else (1 - stocks[good]["loss"]) * kept[good, year - 1]
        bought, sold, lacked = (
            sum(r[name] for r in table.to_pylist() if (r["good"], r["year"]) == (good, year))
            for table, name in ((plan.imports, "quantity"), (plan.exports, "quantity"), (plan.unmet, "unmet"))
        )
        needed = sum(r["quantity"] for r in model.needs.to_pylist() if (r["good"], r["year"]) == (good, year))
        over = bought + made + row["resources"] + opened + lacked - needed - sold - kept.get((good, year), 0.0)
        scale = max(1.0, needed, bought, abs(made))
        assert over == pytest.approx(row["surplus"], abs=1e-6 * scale)
        assert over >= -1e-6 * scale


@pytest.mark.parametrize("seed", range(6))
def test_the_currency_account_adds_up_and_stays_above_its_floor(seed: int) -> None:
    model = drawn(seed)
    plan = solve(model)
    reserve = model.opening_usd / 1e6
    for row, given in zip(plan.currency.to_pylist(), model.currency.to_pylist(), strict=True):
        bought = sum(r["usd_m"] for r in plan.imports.to_pylist() if r["year"] == row["year"])
        sold = sum(r["usd_m"] for r in plan.exports.to_pylist() if r["year"] == row["year"])
        reserve += given["income_usd"] / 1e6 + sold - bought - row["processes"] - row["projects"]
        assert row["reserve"] == pytest.approx(reserve, abs=1e-9)
        assert reserve >= -1e-6


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("opening", [2e6, 20e6])
def test_leaving_out_what_no_optimum_needs_changes_no_stage(seed: int, opening: float) -> None:
    model = drawn(seed, opening=opening)
    short, whole = (solve(model, reduce=reduce, **EXACT) for reduce in (True, False))
    for one, other in zip(short.stages, whole.stages, strict=True):
        assert one.value == pytest.approx(other.value, rel=MARGIN, abs=1e-5)


# brute force


@pytest.mark.parametrize("seed", range(4))
def test_the_projects_chosen_are_the_best_of_all_that_could_be(seed: int) -> None:
    model = drawn(seed, opening=8e6)
    plan = solve(model, **EXACT)
    a = arrays(model)
    choices = [[None, *(int(s) for s in a.options.start[a.options.project == k])] for k in range(len(a.projects))]
    values = []
    for starts in itertools.product(*choices):
        chosen = frozenset((k, start) for k, start in enumerate(starts) if start is not None)
        try:
            found = run(a, Effort(gap=0.0, reduce=False), "targets", "", chosen=chosen)
        except Infeasible:
            continue
        values.append([stage.value for stage in found.stages])
    best = np.array(values)
    for place, stage in enumerate(plan.stages):
        least = best[:, place].min()
        assert stage.value == pytest.approx(least, rel=MARGIN, abs=1e-5)
        best = best[best[:, place] <= least + 1e-6 * max(1.0, abs(least))]


# prices and what money buys


@pytest.mark.parametrize("year", YEARS)
def test_the_price_of_a_need_is_what_one_more_ton_costs(year: int) -> None:
    model = factory(projects=[], project_costs=[])
    plan = solve(model)
    step = 10.0
    more = [
        {**row, "quantity": row["quantity"] + step * (row["good"] == "urea" and row["year"] == year)}
        for row in model.needs.to_pylist()
    ]
    difference = (solve(model.but(needs=more)).cost - plan.cost) * 1e6 / step
    # costs are 5e2 M, held to 1e-6 of the needs' stages only: differences of 1e-2 M are safe to one in a thousand
    assert price(plan, "good", "urea", year) == pytest.approx(difference, rel=1e-3)


@pytest.mark.parametrize("seed", range(1, 4))
def test_the_price_of_short_currency_is_what_a_little_more_of_it_meets(seed: int) -> None:
    model = drawn(seed, opening=1e5).but(projects=[], project_costs=[])
    plan, step = solve(model), 1e4
    stage = next(s for s in plan.stages if s.unit == "needs" and s.value > 1e-6)
    richer = solve(model.but(opening_usd=model.opening_usd + step)).stage(stage.name)
    expected = (stage.value - richer.value) * 1e6 / step
    assert expected > 0
    assert price(plan, "currency", "USD", YEARS[0]) == pytest.approx(expected, rel=5e-3)


@pytest.mark.parametrize("seed", range(4))
def test_more_currency_never_makes_a_plan_worse(seed: int) -> None:
    before: list[float] | None = None
    for opening in (1e5, 3e6, 9e6, 40e6):
        now = [stage.value for stage in solve(drawn(seed, opening=opening), **EXACT).stages]
        if before is not None:
            differing = next((k for k, v in enumerate(now) if abs(v - before[k]) > MARGIN * max(1e-2, abs(v))), None)
            assert differing is None or now[differing] < before[differing]
        before = now


def test_a_million_more_says_what_it_buys() -> None:
    model = one_good(100.0, opening_usd=1_000.0)
    richer, words = million_more(model, solve(model))
    assert richer.unmet.num_rows == 0
    assert "20 t more of grain in 2027" in words


def test_a_limit_costs_what_the_plan_without_it_saves() -> None:
    model = one_good(80.0, caps=[{"good": "grain", "supplier": "*", "year": 2027, "share": 0.5}])
    heavy = model.but(
        suppliers=[{**r, "price_usd": r["price_usd"] * 1e6} for r in model.suppliers.to_pylist()], opening_usd=1e10
    )
    (row,) = further(heavy, solve(heavy)).to_pylist()
    assert row["cost_m"] == pytest.approx(20 * (20 - 10), rel=1e-4)


def test_plans_are_compared_stage_by_stage_and_project_by_project() -> None:
    poor, rich = solve(factory(opening_usd=5e6)), solve(factory(opening_usd=90e6))
    rows = {(r["what"], r["name"]): r for r in compare(poor, rich).to_pylist()}
    cost = next(r for (what, name), r in rows.items() if what == "stage" and name.startswith("cost"))
    assert cost["difference"] == pytest.approx(rich.cost - poor.cost)
    assert any(what == "project begins" for what, _name in rows)


# targets, deadlines, restrictions


def test_a_binding_target_makes_the_country_build() -> None:
    free = solve(factory())
    targets = [{"good": "urea", "year": 2029, "share": 0.45}]
    bound = solve(factory(targets=targets))
    home = {r["year"]: r["made"] / (r["made"] + r["imports"]) for r in bound.balance.to_pylist() if r["good"] == "urea"}
    assert home[2029] >= 0.45 - 1e-6
    assert bound.cost >= free.cost - 1e-6


def test_a_project_that_must_begin_begins_in_time() -> None:
    projects = factory().projects.to_pylist()
    projects[1]["must_by"] = 2028
    begun = {r["project"]: r["start"] for r in solve(factory(projects=projects)).projects.to_pylist()}
    assert begun["second line"] <= 2028


def test_a_barred_supplier_is_left_out_and_named() -> None:
    bar = {"importer": "*", "exporter": "A", "hs_prefix": "10", "legal_reference": "Act 7, art. 2"}
    goods = [{"good": "grain", "unit": "t", "hs": "100199"}]
    plan = solve(one_good(50.0, goods=goods, restrictions=[bar], country="XAA"))
    assert [r["supplier"] for r in plan.imports.to_pylist()] == ["B"]
    assert plan.barred.to_pylist() == [
        {"good": "grain", "partner": "A", "year": 2027, "side": "import", "legal_reference": "Act 7, art. 2"}
    ]
    assert any("A (import of grain)" in note for note in plan.notes)


def test_a_measure_that_names_a_bloc_binds_a_plan_of_its_member() -> None:
    bar = {"importer": "EU27", "exporter": "A", "hs_prefix": "10", "legal_reference": "Act of the union"}
    goods = [{"good": "grain", "unit": "t", "hs": "100199"}]
    suppliers = {
        country: {
            r["supplier"]
            for r in solve(one_good(50.0, goods=goods, restrictions=[bar], country=country)).imports.to_pylist()
        }
        for country in ("DEU", "GBR")
    }
    assert suppliers == {"DEU": {"B"}, "GBR": {"A"}}


# conflicts


def too_much(**more: Any) -> Model:
    return with_needs_of(factory(opening_usd=1e6, **more), 1.0)


def test_conflicting_limits_are_named_in_words() -> None:
    with pytest.raises(Infeasible, match=r"no plan keeps these \d limits together: .*need of .* t of urea must be met"):
        solve(too_much())


@pytest.mark.parametrize(
    "model",
    [
        too_much(),
        too_much(targets=[{"good": "urea", "year": 2027, "share": 0.9}]),
        factory(targets=[{"good": "urea", "year": 2027, "share": 0.5}], caps=[]).but(
            needs=[{"good": "urea", "year": 2027, "quantity": 80e3, "must": 1.0}]
        ),
        with_needs_of(one_good(200.0), 1.0),
        with_needs_of(one_good(100.0, opening_usd=10.0), 0.9),
    ],
)
def test_a_conflict_is_minimal_without_any_one_limit_a_plan_exists(model: Model) -> None:
    from homeground.plan.build import build
    from homeground.plan.conflicts import _Tester, limits
    from homeground.plan.solver import Solver

    found = conflicts_of(model)
    assert found
    a = arrays(model)
    built = build(a)
    tester = _Tester(Solver(built), limits(model, a, built))

    def named(conflict: Any) -> list[Any]:
        wanted = {(limit.kind, limit.says, limit.year) for limit in conflict.limits}
        return [limit for limit in tester.every if (limit.kind, limit.says, limit.year) in wanted]

    assert not tester.fits([limit for conflict in found for limit in named(conflict)])
    for left_out in found:
        assert tester.fits([limit for conflict in found if conflict is not left_out for limit in named(conflict)])


# scenarios


def test_a_plan_made_for_a_price_shock_meets_needs_that_the_other_does_not() -> None:
    shock = [{"scenario": "dear grain", "what": "import_price", "name": "grain", "factor": 2.6}]
    plan = solve(factory(changes=shock), **EXACT)
    assert plan.scenarios is not None
    (row,) = plan.scenarios.to_pylist()
    assert row["unmet_after"] <= row["unmet_before"] + 1e-6
    assert plan.cost >= solve(factory(), **EXACT).cost * (1 - 1e-6)
    assert "dear grain" in plan.findings[0]


def test_a_cut_supplier_brings_nothing_in_its_scenario() -> None:
    from homeground.plan.scenarios import apply

    cut = factory(changes=[{"scenario": "cut", "what": "supplier", "name": "A", "factor": 0.0}])
    assert {r["cap"] for r in apply(cut, "cut").suppliers.to_pylist() if r["supplier"] == "A"} == {0.0}
    with pytest.raises(BadInput, match="changes nothing"):
        apply(factory(changes=[{"scenario": "cut", "what": "supplier", "name": "Z", "factor": 0.0}]), "cut")


def test_the_years_cost_of_a_project_counts_by_its_life_inside_the_plan() -> None:
    """4 years of life, of which the plan sees 2: half of 9 M USD · 7 + 30 M counts, and the currency account pays 9."""
    projects = [{"project": "first line", "process": "line", "capacity": 1e3, "life": 4.0, "must_by": 2027}]
    costs = [{"project": "first line", "step": 0, "cost_usd": 9e6, "cost_home": 30e6}]
    idle: dict[str, Any] = {"needs": [], "markets": [], "suppliers": [], "projects": projects, "project_costs": costs}
    plan = solve(factory(**idle))
    assert plan.cost == pytest.approx((9 * 7 + 30) / 2)
    assert [r["projects"] for r in plan.currency.to_pylist()] == [9.0, 0.0, 0.0]
    assert math.isclose(plan.currency.to_pylist()[-1]["reserve"], 40 + 90 - 9)
