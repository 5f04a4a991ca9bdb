"""A supply shock from day to day: what must hold in any world, what can be worked out by hand, what is refused."""

from __future__ import annotations

import itertools
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chain_files
from homeground import leontief
from homeground.brief.chains.shock_tables import shock_answer
from homeground.codes import industries
from homeground.errors import BadInput, NotInHome, UnknownCode, UsageError
from homeground.home import Home
from homeground.home.chains import scenarios
from homeground.home.chains.chains import open_chains
from homeground.leontief import Course, Cut, Response, economy, simulate
from toy_chains import world

ROUNDING = 1e-9
"""Sums of nine numbers of about a hundred, over a hundred days."""


def cut(what: Any, share: float = 1.0, start: int = 5, days: int = 20, buyer: str | None = None) -> Cut:
    system = world()
    if buyer is None:
        return Cut(system.select(what), share, start, days)
    buyers = system.select(buyer)
    users = np.flatnonzero([owner == buyer for owner in system.uses_axis.owners])
    return Cut(system.select(what), share, start, days, buyers, users)


def line(*, stock: float = 10.0, rating: Any = 1.0) -> leontief.Economy:
    """Ore → steel → cars, in one country, ten of each a day; ore and steel are inputs, cars are final."""
    rows = pd.MultiIndex.from_product([["XXX"], ["ore", "steel", "cars"]])
    flows = pd.DataFrame([[0.0, 3650.0, 0.0], [0.0, 0.0, 3650.0], [0.0, 0.0, 0.0]], rows, rows)
    demand = pd.DataFrame([[0.0], [0.0], [3650.0]], rows, pd.MultiIndex.from_tuples([("XXX", "final")]))
    return economy(leontief.System.from_frames(flows, demand), stock, rating)


@pytest.mark.parametrize("idle", [False, True])
@pytest.mark.parametrize("rationing", ["proportional", "priority"])
@pytest.mark.parametrize("ordering", ["used", "demand"])
def test_without_a_shock_nothing_changes(idle: bool, rationing: Any, ordering: Any) -> None:
    course = simulate(economy(world(idle=idle), 5.0), [], Response(rationing=rationing, ordering=ordering), 100)
    assert np.abs(course.level - 1).max() < ROUNDING
    assert np.abs(course.unmet).max() < ROUNDING
    assert np.abs(course.stocks - 1).max() < ROUNDING
    assert set(course.recovered()) == {0}
    assert set(course.bottleneck()) == {-1}


def test_the_line_stops_when_its_stocks_are_used_up() -> None:
    """Ore stops on day 5 for ever; steel has ten days of ore, cars ten days of steel after that."""
    course = simulate(line(), [Cut(np.array([0]), 1.0, 5, 95)], days=100)
    made = course.output
    assert made[:5, 0] == pytest.approx(10.0)
    assert made[5:, 0] == pytest.approx(0.0)
    assert made[5:15, 1] == pytest.approx(10.0)
    assert made[15:, 1] == pytest.approx(0.0)
    assert made[:25, 2] == pytest.approx(10.0)
    assert made[25:, 2] == pytest.approx(0.0)
    assert course.first_day_below(0.5).tolist() == [5, 15, 25]
    assert [course.economy.goods[n] for n in course.bottleneck()[1:]] == ["ore", "steel"]
    assert course.lost.tolist() == pytest.approx([950.0, 850.0, 750.0])
    assert course.unmet.sum() == pytest.approx(750.0)
    assert course.recovered().tolist() == [-1, -1, -1]


def test_the_line_comes_back_when_the_ore_does() -> None:
    """Ore is back when its cut ends, steel a day later, when ore has arrived; cars lived on their stock of steel."""
    course = simulate(line(), [Cut(np.array([0]), 1.0, 5, 15)], Response(spare=0.5), days=200)
    assert course.level[-1] == pytest.approx(1.0)
    assert course.stocks[-1] == pytest.approx(1.0)
    assert course.recovered().tolist() == [20, 21, 0]


def test_stocks_longer_than_the_shock_keep_others_at_work() -> None:
    course = simulate(line(stock=20.0), [Cut(np.array([0]), 1.0, 5, 10)], days=60)
    assert course.level[:, 1:].min() > 0.999


def test_an_important_input_takes_half_and_an_unimportant_one_nothing() -> None:
    rating = np.zeros((3, 3))
    rating[0, 1] = 0.5
    course = simulate(line(rating=rating), [Cut(np.array([0]), 1.0, 5, 95)], days=100)
    assert course.level[-1].tolist() == pytest.approx([0.0, 0.5, 1.0])


def test_half_a_supplier_is_half_an_output_when_stocks_are_gone() -> None:
    course = simulate(line(), [Cut(np.array([0]), 0.5, 5, 195)], days=200)
    assert course.level[-1].tolist() == pytest.approx([0.5, 0.5, 0.5], abs=1e-6)


def invariants(course: Course) -> None:
    normal = course.economy.output.sum()
    assert np.isfinite(course.output).all()
    assert (course.output >= 0).all()
    assert (course.output <= course.capacity * (1 + 1e-12)).all()
    assert course.lowest_stock >= -ROUNDING * normal
    assert (course.stocks >= 0).all()
    assert course.unmet.sum() >= -ROUNDING * normal
    assert (course.blamed >= -ROUNDING).all()


CUTS = st.builds(
    cut,
    st.sampled_from(["AAA", "mill", "BBB.shop", "CCC.farm"]),
    st.floats(0.05, 1.0),
    st.integers(0, 10),
    st.integers(1, 30),
    st.sampled_from([None, "AAA", "BBB"]),
)
RESPONSES = st.builds(
    Response,
    st.floats(0.0, 1.0),
    st.floats(0.0, 0.3),
    st.floats(1.0, 30.0),
    st.sampled_from(["proportional", "priority"]),
    st.sampled_from(["used", "demand"]),
    st.booleans(),
)


@given(
    cut=CUTS,
    response=RESPONSES,
    stock=st.floats(1.0, 40.0),
    rating=st.sampled_from([0.0, 0.5, 1.0]),
    idle=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_output_stays_under_capacity_and_stocks_above_zero(
    cut: Cut, response: Response, stock: float, rating: float, idle: bool
) -> None:
    for apart in (None, cut.suppliers):
        invariants(simulate(economy(world(idle=idle), stock, rating, apart), [cut], response, 60))


@given(what=st.sampled_from(["AAA", "mill", "BBB.shop"]), stock=st.floats(2.0, 30.0), seed=st.integers(0, 5))
@settings(max_examples=20, deadline=None)
def test_a_larger_shock_never_loses_less(what: str, stock: float, seed: int) -> None:
    """Without spare capacity, so that nothing lost is made up for; the losses of all places together."""
    losses = []
    for share in (0.2, 0.5, 0.8, 1.0):
        course = simulate(economy(world(seed), stock), [cut(what, share)], days=120)
        losses.append(float(course.lost.sum()))
    assert all(later >= earlier - 1e-6 * losses[-1] for earlier, later in itertools.pairwise(losses))


@pytest.mark.parametrize("what", ["AAA.mill", "BBB", "shop"])
def test_after_a_shock_the_old_balance_returns(what: str) -> None:
    course = simulate(economy(world(), 15.0), [cut(what, 0.6, 5, 10)], Response(spare=0.1), days=365)
    assert course.level[-1] == pytest.approx(1.0, abs=1e-6)
    assert course.stocks[-1] == pytest.approx(1.0, abs=1e-3)
    assert (course.recovered(0.99) >= 0).all()


def test_rerouting_helps_buyers_as_far_as_others_have_capacity() -> None:
    eco = economy(world(), 3.0)
    blocked = cut("AAA.mill", 1.0, 5, 60, "BBB")
    losses = [
        float(simulate(eco, [blocked], Response(rerouting=share, spare=0.5), 120).lost[3:6].sum())
        for share in (0.0, 0.5, 1.0)
    ]
    assert losses[0] > losses[1] > losses[2]


def test_suppliers_set_apart_lose_at_least_as_much() -> None:
    blocked = cut("AAA.mill", 1.0, 5, 40, "BBB")
    pooled = simulate(economy(world(), 8.0), [blocked], days=120)
    apart = simulate(economy(world(), 8.0, 1.0, blocked.suppliers), [blocked], days=120)
    assert apart.economy.goods[-1] == "mill of those cut"
    assert apart.lost[3:6].sum() > pooled.lost[3:6].sum()
    calm = simulate(economy(world(), 8.0, 1.0, blocked.suppliers), [], days=30)
    assert np.abs(calm.level - 1).max() < ROUNDING


def test_priority_serves_industries_before_final_users() -> None:
    eco = economy(world(), 4.0)
    shares = simulate(eco, [cut("mill", 0.5, 5, 60)], Response(rationing="proportional"), 60)
    first = simulate(eco, [cut("mill", 0.5, 5, 60)], Response(rationing="priority"), 60)
    assert first.blamed.sum() < shares.blamed.sum()


def test_a_cut_of_deliveries_to_one_buyer_leaves_the_others_served() -> None:
    blocked = cut("AAA", 1.0, 5, 20, "CCC")
    course = simulate(economy(world(), 30.0), [blocked], days=30)
    assert course.unmet[10, 2] > 0
    assert course.unmet[10, 1] < 0.05 * course.unmet[10, 2], "but for orders that refill stocks"


@pytest.mark.parametrize(
    ("cuts", "response", "days", "error", "words"),
    [
        ([cut("AAA", 1.2)], Response(), 60, BadInput, "share.*shock 1.*1.2"),
        ([cut("AAA", 0.0)], Response(), 60, BadInput, "share"),
        ([cut("AAA", start=70)], Response(), 60, BadInput, "outside of the days"),
        ([cut("AAA", days=0)], Response(), 60, BadInput, "outside of the days"),
        ([cut("AAA"), cut("AAA.mill", 0.5)], Response(), 60, BadInput, "same deliveries.*shocks 1 and 2"),
        ([cut("AAA", buyer="BBB"), cut("AAA.mill", 0.5)], Response(), 60, BadInput, "same deliveries"),
        ([cut("AAA")], Response(rerouting=1.5), 60, BadInput, "rerouting out of range"),
        ([cut("AAA")], Response(restock=0.0), 60, BadInput, "restock out of range"),
        ([cut("AAA")], Response(rationing="lottery"), 60, BadInput, "unknown rationing"),  # type: ignore[arg-type]
        ([cut("AAA")], Response(), 0, UsageError, "no day"),
    ],
)
def test_a_scenario_without_sense_is_refused(
    cuts: list[Cut], response: Response, days: int, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=f"(?s){words}"):
        simulate(economy(world()), cuts, response, days)


def test_cuts_that_follow_one_another_or_meet_other_buyers_are_no_contradiction() -> None:
    eco = economy(world())
    simulate(eco, [cut("AAA", 0.5, 5, 10), cut("AAA", 1.0, 15, 10)], days=30)
    simulate(eco, [cut("AAA", 0.5, buyer="BBB"), cut("AAA", 1.0, buyer="CCC")], days=30)


def test_stocks_under_a_day_and_strange_ratings_are_refused() -> None:
    with pytest.raises(BadInput, match="less than one day"):
        economy(world(), 0.5)
    with pytest.raises(BadInput, match=r"rating.*0\.7"):
        economy(world(), 5.0, 0.7)


SCENARIO = """title = "Mining stops"
year = 2011
days = 40
stocks = 6
[[shock]]
supplier = "China.c2"
buyer = "abroad"
days = 20
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = tmp_path_factory.mktemp("shock")
    home = Home(place / "home")
    home.load("wiod2013", chain_files.wiod2013_arrays(place))
    return home


def written(folder: Path, text: str) -> Path:
    path = folder / "shock.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_scenario_file_is_run_and_answered_three_ways(home: Home, tmp_path: Path) -> None:
    path = written(tmp_path, SCENARIO)
    view = home.shock(path)
    assert view.scenario.title == "Mining stops"
    assert view.places.num_rows == 6
    assert view.path.num_rows == 40
    total = sum(row["lost_output"] for row in view.places.to_pylist())
    assert total == pytest.approx(sum(row["lost_output"] for row in view.by_country.to_pylist()))
    assert total == pytest.approx(float(view.course.lost.sum()))
    for by, rows in (("industry", 6), ("country", 3), ("day", 40)):
        answer = shock_answer(home, path, by=by)  # type: ignore[arg-type]
        assert answer.table.num_rows == rows
        assert answer.about["question"]["stocks"] == 6
    assert shock_answer(home, path, country="Germany").table["country"].to_pylist() == ["DEU", "DEU"]
    with pytest.raises(NotInHome, match="Viet Nam"):
        shock_answer(home, path, country="Vietnam")


def test_ratings_and_stocks_come_from_files_in_the_tables_own_codes(home: Home, tmp_path: Path) -> None:
    (tmp_path / "critical.csv").write_text(",c1,c2\nc1,1,0\nc2,0.5,1\n", encoding="utf-8")
    (tmp_path / "stocks.csv").write_text("industry,days\nc1,3\nc2,0.2\n", encoding="utf-8")
    text = SCENARIO.replace("stocks = 6", 'stocks = "stocks.csv"\ncritical = "critical.csv"\nreplaceable = false')
    scenario = scenarios.read(written(tmp_path, text))
    eco, cuts = scenarios.prepare(scenario, open_chains(home.store, 2011))
    assert eco.stock_days.tolist() == [3.0, 1.0] * 3
    assert eco.weight[1].tolist()[0] < 0.5
    assert eco.goods == ("c1", "c2", "c2 of those cut")
    assert eco.axis.pairs[int(cuts[0].suppliers[0])] == ("CHN", "c2")


def test_every_key_of_a_scenario_reaches_the_model(home: Home, tmp_path: Path) -> None:
    told = {"rerouting": 0.3, "spare": 0.2, "restock": 7.0, "rationing": "priority", "ordering": "used"}
    lines = "".join(f"{key} = {value!r}\n".replace("'", '"') for key, value in told.items())
    scenario = scenarios.read(written(tmp_path, f"within_stock = false\n{lines}{SCENARIO}"))
    assert asdict(scenario.response) == told | {"within_stock": False}
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "chains.md").read_text(encoding="utf-8")
    explained = {"title", "year", "days", "dataset", "shock", "uncertain"}
    assert [key for key in scenarios.KINDS if key not in explained and f"| `{key}` |" not in page] == []


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (("year = 2011", "yaer = 2011"), BadInput, "unknown key 'yaer'"),
        (("year = 2011\n", ""), BadInput, "missing key 'year'"),
        (("days = 40", 'days = "40"'), BadInput, "days has the wrong kind.*expected int"),
        (("days = 40", "days = true"), BadInput, "wrong kind"),
        (("supplier", "suplier"), BadInput, "shock 1.*"),
        (("China.c2", "Atlantis.c2"), UnknownCode, "unknown country"),
        (("China.c2", "Vietnam"), NotInHome, "Viet Nam"),
        (("days = 20", "days = 20\nshare = 3"), BadInput, "share"),
        (("stocks = 6", 'stocks = "none.csv"'), BadInput, "cannot read.*none.csv"),
        (("year = 2011", "year = 2010"), NotInHome, "2010"),
        (("[[shock]]", "[shock]]"), BadInput, "not valid TOML"),
    ],
)
def test_a_faulty_scenario_file_says_what_is_wrong(
    change: tuple[str, str], error: type[Exception], words: str, home: Home, tmp_path: Path
) -> None:
    with pytest.raises(error, match=f"(?s){words}"):
        home.shock(written(tmp_path, SCENARIO.replace(*change)))


def test_ratings_without_correspondence_are_refused(home: Home, tmp_path: Path) -> None:
    (tmp_path / "stocks.csv").write_text("industry,days\nXYZ,3\nABC,4\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no correspondence of industries"):
        home.shock(written(tmp_path, SCENARIO.replace("stocks = 6", 'stocks = "stocks.csv"')))


def test_every_industry_of_wiod_has_its_divisions(shared_data: Path) -> None:
    names = pd.read_csv(shared_data / "io" / "critical_inputs" / "desired_stock_NACE64.csv")["economic_activity"]
    wiod = tuple(f"c{n}" for n in range(1, 36))
    parts = industries.members(wiod, tuple(names))
    assert set(parts) == set(wiod)
    assert {code for codes in parts.values() for code in codes} == set(names)


@pytest.fixture(scope="module")
def wiod(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("wiod") / "home")
    home.load("wiod2013", shared_data / "io" / "wiod2013", year=2011)
    return home


@pytest.mark.parametrize(("within_stock", "least", "most"), [("true", 0.0027, 0.0028), ("false", 0.5, 0.7)])
def test_refilling_slower_than_stocks_last_turns_a_small_shock_into_a_standstill(
    wiod: Home, shared_data: Path, tmp_path: Path, within_stock: str, least: float, most: float
) -> None:
    """What the page says of the authors' rule with the survey's stocks: 0.27 % of a year's output against over half."""
    folder = shared_data / "io" / "critical_inputs"
    text = (Path(__file__).parents[2] / "examples" / "shock.toml").read_text(encoding="utf-8")
    text = text.replace(
        "stocks = 30", f'stocks = "{folder / "desired_stock_NACE64.csv"}"\nwithin_stock = {within_stock}'
    )
    text = text.replace('critical = "all"', f'critical = "{folder / "IHS_critical_NACE64.csv"}"')
    course = wiod.shock(written(tmp_path, text)).course
    assert least < course.lost.sum() / (course.economy.output.sum() * 365) < most
    assert (course.recovered() >= 0).all() == (within_stock == "true")


@pytest.mark.parametrize("replaceable", [True, False])
def test_electrical_equipment_from_china_stops_and_comes_back(
    wiod: Home, shared_data: Path, replaceable: bool, tmp_path: Path
) -> None:
    """With the survey's stocks and critical inputs, on the real table: bounded, ordered, over when it is over."""
    folder = shared_data / "io" / "critical_inputs"
    example = (Path(__file__).parents[2] / "examples" / "shock.toml").read_text(encoding="utf-8")
    text = example.replace("stocks = 30", f'stocks = "{folder / "desired_stock_NACE64.csv"}"')
    text = text.replace('critical = "all"', f'critical = "{folder / "IHS_critical_NACE64.csv"}"')
    text = text.replace("days = 365", "days = 150").replace(
        "replaceable = true", f"replaceable = {str(replaceable).lower()}"
    )
    view = wiod.shock(written(tmp_path, text))
    invariants(view.course)
    rows = view.places.to_pylist()
    assert (rows[0]["country"], rows[0]["industry"]) == ("CHN", "c14")
    assert all(row["back_day"] is not None for row in rows)
    assert max(row["back_day"] for row in rows) < 100
    lost = sum(row["lost_output"] for row in rows)
    exports = wiod.chains(2011).exports("CHN")[("CHN", "c14")]
    blocked = exports * 60 / 365
    assert blocked < lost < (5.0 if replaceable else 12.0) * blocked
