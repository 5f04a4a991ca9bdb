"""The limits of a plan that a planner changes: read from its document, written into it, and kept with what came out."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeground.brief.plans.plan_tables import plan_answer
from homeground.brief.plans.planning_tables import (
    beside_answers,
    conflict,
    results_answer,
    solved_answers,
    solved_tiles,
    wishes_answer,
)
from homeground.errors import BadInput, NotInHome, UsageError
from homeground.home import Home
from homeground.home.plans import planning
from homeground.plan import document as documents
from homeground.plan import read
from homeground.plan.wishes import Wishes, wished, wishes

EXAMPLES = Path(__file__).parents[1] / "examples"
PLAN = EXAMPLES / "plan" / "plan.toml"
BOOK = EXAMPLES / "plan" / "book.toml"
SMALL = """
[plan]
name = "Two years"
years = [2027, 2028]
home_per_usd = 1
[goods]
grain = { unit = "t" }
mill = { unit = "t" }
[currency]
opening_usd = 1e6
income_usd = [2e6, 3e6]
[[needs]]
good = "grain"
quantity = 10_000
must = 0.1
[[suppliers]]
good = "grain"
supplier = "Norland"
price_usd = 400
[[caps]]
good = "grain"
supplier = "Norland"
share = 0.9
[[targets]]
good = "grain"
year = 2028
share = 0.2
must = false
"""


def unwatched(step: str, done: float) -> None:
    """Say nothing."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def rows(model: object, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = getattr(model, name).to_pylist()
    return found


def test_what_a_document_asks_for_is_read_in_millions_and_shares() -> None:
    document = tomllib.loads(PLAN.read_text("utf-8"))
    found = wishes(document, range(2027, 2032))
    assert (found.opening, found.income, found.floor) == (200.0, (340.0, 350.0, 360.0, 370.0, 380.0), (100.0,) * 5)
    assert (found.budget, found.targets, found.must) == ((2600.0,) * 5, (0.6, 0.8), (True, False))
    assert (found.caps, len(found.projects)) == ((0.7, 0.75), 5)


def test_a_document_with_its_own_wishes_asks_the_same() -> None:
    document = tomllib.loads(PLAN.read_text("utf-8"))
    book = tomllib.loads(BOOK.read_text("utf-8"))
    years = range(2027, 2032)
    again = tomllib.loads(documents.text(wished(document, wishes(document, years), years)))
    one, two = read(document, book=book), read(again, book=book)
    for name in ("goods", "coefficients", "suppliers", "needs", "stocks", "projects", "project_costs", "currency",
                 "caps", "targets"):  # fmt: skip
        assert rows(one, name) == rows(two, name), name
    assert (one.opening_usd, one.home_per_usd, one.years) == (two.opening_usd, two.home_per_usd, two.years)


def test_what_is_left_empty_is_no_limit_and_what_is_not_chosen_is_not_built() -> None:
    document = tomllib.loads(PLAN.read_text("utf-8"))
    years = range(2027, 2032)
    own = wishes(document, years)
    wanted = replace(
        own, targets=(None, 0.5), must=(True, True), caps=(None, 0.5), budget=(None,) * 5, projects=("kilns",)
    )
    made = wished(document, wanted, years)
    assert [(row["good"], row["share"], row["must"]) for row in made["targets"]] == [("wheat", 0.5, True)]
    assert [(row["good"], row["share"]) for row in made["caps"]] == [("diesel", 0.5)]
    assert list(made["projects"]) == ["kilns"]
    assert made["currency"]["budget_home"] == [math.inf] * 5
    assert document["targets"][0]["share"] == 0.6


def test_wishes_for_another_plan_are_refused() -> None:
    document = tomllib.loads(PLAN.read_text("utf-8"))
    own = wishes(document, range(2027, 2032))
    with pytest.raises(BadInput, match=r"do not fit the plan \(income\): found 1, expected 5"):
        wished(document, replace(own, income=(1.0,)), range(2027, 2032))
    with pytest.raises(BadInput, match="no such project: found castle"):
        wished(document, replace(own, projects=("castle",)), range(2027, 2032))


VALUES = st.recursive(
    st.one_of(st.text(), st.integers(-(10**12), 10**12), st.booleans(), st.floats(allow_nan=False), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=6,
)
TABLES = st.dictionaries(st.text(), VALUES, max_size=4)


@given(st.dictionaries(st.text(), st.one_of(TABLES, st.lists(TABLES, min_size=1, max_size=3)), max_size=4))
def test_any_document_is_read_back_as_it_was_written(document: dict[str, object]) -> None:
    assert tomllib.loads(documents.text(document)) == document


def test_a_small_plan_buys_what_its_currency_buys_under_other_wishes(tmp_path: Path, small: Path) -> None:
    """By hand: grain costs 400 USD a ton, a year's currency is spent whole, and the 10 % that must be met are."""
    home = Home(tmp_path / "home")
    own = planning.put(tmp_path / "home", "small", small, None).own
    first, view = planning.solve(home.store, "small", "first", replace(own, caps=(None,)), 30, 1e-6, unwatched)
    assert view is not None
    assert first.imports == pytest.approx(6.0, rel=1e-6)
    assert first.unmet == pytest.approx(2 - 6e6 / 400 / 10_000, rel=1e-6)
    less = replace(own, caps=(None,), opening=0.0, income=(1.0, 1.0))
    second, _ = planning.solve(home.store, "small", "second", less, 30, 1e-6, unwatched)
    assert second.imports == pytest.approx(2.0, rel=1e-6)
    answers = beside_answers(*(planning.view(tmp_path / "home", "small", name) for name in ("first", "second")))
    imports = next(row for row in answers["differences"].table.to_pylist() if row["name"] == "imports, M USD")
    assert imports["difference"] == pytest.approx(-4.0, rel=1e-6)
    assert [each.name for each in planning.results(tmp_path / "home")] == ["first", "second"]
    table = results_answer([first, second], "Two years").table
    assert table["imports"].to_pylist() == pytest.approx([6.0, 2.0], rel=1e-6)


def test_limits_that_conflict_are_kept_in_words_and_are_no_plan(tmp_path: Path, small: Path) -> None:
    home = Home(tmp_path / "home")
    given = planning.put(tmp_path / "home", "small", small, None)
    nothing = replace(given.own, opening=0.0, income=(0.1, 0.1))
    made, view = planning.solve(home.store, "small", "1", nothing, 30, 1e-6, unwatched)
    assert view is None
    words, limits, do = conflict(made.refused)
    assert "no plan keeps" in words
    assert any("grain" in limit for limit in limits)
    assert do.startswith("give way on one")
    with pytest.raises(UsageError, match="its limits conflict"):
        planning.view(tmp_path / "home", "small", "1")
    asked = {row["what"]: row["value"] for row in wishes_answer(given, made).table.to_pylist()}
    assert asked["income, M USD"] == "0.1"
    assert planning.next_name(tmp_path / "home", "small") == "2"


def test_a_plan_read_again_says_what_the_solved_one_said(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    own = planning.put(tmp_path / "home", "oil", EXAMPLES / "plan" / "cooking-oil.toml",
                       EXAMPLES / "materials" / "edible-oil.toml").own  # fmt: skip
    made, view = planning.solve(home.store, "oil", "as-given", own, 60, 1e-4, unwatched)
    assert view is not None
    again = planning.view(tmp_path / "home", "oil", "as-given")
    one, two = plan_answer(view), plan_answer(again)
    assert one.table == two.table
    assert one.notes == two.notes
    words = tmp_path / "home" / "planning" / "oil" / "results" / "as-given" / "view.json"
    said = json.loads(words.read_text(encoding="utf-8"))
    del said["software"]  # as it was kept before
    words.write_text(json.dumps(said), encoding="utf-8")
    assert planning.view(tmp_path / "home", "oil", "as-given").files == again.files
    assert again.practice is not None
    assert solved_tiles(view)[1:] == solved_tiles(again)[1:]
    assert {"steps", "currency", "imports", "replaced"} <= set(solved_answers(again))
    asked_directly = home.plan(EXAMPLES / "plan" / "cooking-oil.toml", explain=False)
    assert asked_directly.plan.cost == pytest.approx(made.cost, rel=1e-4)  # the gap that both were solved to


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[plan]\nbook = "../../secrets.toml"\n', "do not belong together"),
        ('plan = { years = [2027, 2028], book = "/etc/passwd" }\n', "do not belong together"),
        ("[plan\n", "not valid TOML"),
        ("[plan]\nyears = 3\n", "years of the plan"),
    ],
)
def test_a_file_that_is_no_plan_or_names_files_elsewhere_is_refused_and_nothing_stays(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        planning.put(tmp_path / "home", "bad", tmp_path / "plan.toml", None)
    assert planning.names(tmp_path / "home") == []
    assert not list((tmp_path / "home" / "planning").glob("*"))


def test_a_plan_whose_book_is_not_given_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="give the file of the process book too"):
        planning.put(tmp_path / "home", "arvenia", PLAN, None)


@pytest.mark.parametrize("name", ["", "..", "../up", "a/b", ".hidden", "x" * 61, "a\nb"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, small: Path, name: str) -> None:
    with pytest.raises(BadInput, match="no name for a plan"):
        planning.put(tmp_path / "home", name, small, None)
    with pytest.raises(NotInHome):
        planning.opened(tmp_path / "home", name)


def test_a_damaged_result_is_named_and_the_others_are_not_touched(tmp_path: Path, small: Path) -> None:
    home = tmp_path / "home"
    planning.put(home, "small", small, None)
    folder = home / "planning" / "small" / "results" / "cut"
    folder.mkdir(parents=True)
    (folder / "result.json").write_text('{"plan": "sm', encoding="utf-8")
    with pytest.raises(BadInput, match=r"a result cannot be read \(small, cut\)"):
        planning.results(home)
    assert planning.opened(home, "small").name == "small"


def test_wishes_are_the_same_after_json() -> None:
    own = wishes(tomllib.loads(PLAN.read_text("utf-8")), range(2027, 2032))
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in vars(own).items()}
    assert Wishes.of(plain) == own
