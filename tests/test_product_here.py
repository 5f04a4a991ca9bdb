"""A product seen from one country, by brute force on a synthetic world; who is barred from stepping in; absences."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import engine_worlds
import toy_world as toy
from homeground.brief.trade import product_here_tables
from homeground.cli import app
from homeground.errors import UsageError
from homeground.home import Home
from homeground.home.trade.product_here import here

IN_FORCE, BEFORE = date(2021, 6, 1), date(2019, 12, 31)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The random world with its measures: USA may sell nobody chapter 10 from 2020, IND no 03 to JPN from 2021."""
    folder = tmp_path_factory.mktemp("product-here")
    made, raw = Home(folder / "home"), folder / "raw"
    raw.mkdir()
    flows = engine_worlds.random_flows()
    engine_worlds.load_rows(made, raw, "flows", "random", flows, toy.FLOW_SCHEMA)
    barred = engine_worlds.restrictions()
    engine_worlds.load_rows(made, raw, "restrictions", "barred", barred, toy.RESTRICTION_SCHEMA)
    return made


def traded(hs6: str) -> list[tuple[str, str, float]]:
    return [(s, b, usd) for year, s, b, code, usd, _t in engine_worlds.random_flows() if (year, code) == (2021, hs6)]


def goods(prefix: str) -> str:
    return next(hs6 for hs6 in engine_worlds.PRODUCTS if hs6.startswith(prefix) and traded(hs6))


@pytest.mark.parametrize(("prefix", "who"), [("10", "USA"), ("03", "IND")])
def test_suppliers_and_who_steps_in_are_those_counted_by_hand(home: Home, prefix: str, who: str) -> None:
    hs6 = goods(prefix)
    bought = {seller: usd for seller, buyer, usd in traded(hs6) if buyer == "JPN"}
    largest = max((usd, code) for code, usd in bought.items() if code not in engine_worlds.NES and code != who)[1]
    for day, out in ((IN_FORCE, {who}), (BEFORE, set())):
        view = here(home.store, hs6, "Japan", 2021, supplier=largest, divertible=0.1, day=day)
        assert {row["country"]: row["value_usd"] for row in view.suppliers.to_pylist()} == pytest.approx(bought)
        assert sum(view.suppliers["share"].to_pylist()) == pytest.approx(1)
        spare: dict[str, float] = {}
        for seller, buyer, usd in traded(hs6):
            if buyer != "JPN" and seller not in {"JPN", largest, *engine_worlds.NES, *out}:
                spare[seller] = spare.get(seller, 0.0) + 0.1 * usd
        filled = min(bought[largest], sum(spare.values()))
        taken = {seller: filled * usd / sum(spare.values()) for seller, usd in spare.items()}
        others = view.stop.others.to_pylist()
        assert {row["exporter"]: row["allocated_usd"] for row in others} == pytest.approx(taken)
        assert view.stop.lost_usd == pytest.approx(bought[largest])
        assert view.stop.gap_usd == pytest.approx(bought[largest] - filled)


def test_what_is_not_known_is_said_in_words(home: Home) -> None:
    view = here(home.store, goods("25"), "Japan", 2021, day=IN_FORCE)
    ground, book = product_here_tables.absences(view)
    assert ground.startswith("no production, stocks or needs of Japan are loaded")
    assert book.startswith("What own goods could stand in is not known: no process book of Japan is kept. Keep one")
    assert list(product_here_tables.answers(view)) == ["suppliers", "others"]
    year = next(year for year, _s, buyer, hs6, *_ in engine_worlds.random_flows() if (buyer, hs6) == ("JPN", toy.ARMS))
    arms = here(home.store, toy.ARMS, "Japan", year, day=IN_FORCE)
    assert arms.suppliers.num_rows > 0
    assert arms.stop.others.num_rows == 0
    assert product_here_tables.absences(arms)[0].startswith("Arms and ammunition")
    alone = here(home.store, goods("25"), "Japan", 2021, supplier="Tuvalu", day=IN_FORCE)
    assert alone.stop.why_not.startswith("Tuvalu sold none of it to Japan in 2021")


def test_the_command_asks_for_a_day_and_a_share_as_python_does(home: Home) -> None:
    hs6, sellers = goods("10"), {}
    for day in (IN_FORCE, BEFORE):
        asked = ["product", hs6, "--year", "2021", "--for", "Japan", "--on", day.isoformat(), "--divertible", "0.1"]
        done = CliRunner().invoke(app, [*asked, "--home", str(home.store.path), "--json"])
        assert (done.exit_code, done.stderr) == (0, "")
        told = json.loads(done.stdout)
        about = told["about"]["asked"]
        assert (about["day"], about["divertible"]) == (day.isoformat(), 0.1)
        view = here(home.store, hs6, "Japan", 2021, divertible=0.1, day=day)
        assert told["about"]["others"] == view.stop.others.to_pylist()
        sellers[day] = {row["exporter"] for row in told["about"]["others"]} | {about["supplier"]}
        assert any("bars buying it from: United States" in note for note in told["notes"]) is (day == IN_FORCE)
    assert "USA" in sellers[BEFORE]


@pytest.mark.parametrize("extra", [["--on", "2021-06-01"], ["--divertible", "0.1"], ["--supplier", "USA"]])
def test_what_is_asked_of_one_country_needs_one(home: Home, extra: list[str]) -> None:
    done = CliRunner().invoke(app, ["product", goods("10"), "--year", "2021", "--home", str(home.store.path), *extra])
    assert isinstance(done.exception, UsageError)
    assert extra[0] in str(done.exception)
    assert "name it with --for" in str(done.exception)


def test_what_is_made_at_home_and_what_could_stand_in_are_shown(tmp_path: Path) -> None:
    from homeground import materials

    home, raw = Home(tmp_path / "home"), tmp_path / "raw"
    raw.mkdir()
    path = Path(__file__).parents[1] / "examples/materials/edible-oil.toml"
    book = materials.read(path)
    hs6 = book.goods["palm_oil"].hs6
    rows = [(2021, "IDN", "TZA", hs6, 1e6, 1e3), (2021, "MYS", "KEN", hs6, 1e6, 1e3)]
    engine_worlds.load_rows(home, raw, "flows", "trade", rows, toy.FLOW_SCHEMA)
    made = [(2021, "TZA", hs6, 50.0)]
    engine_worlds.load_rows(home, raw, "production", "made", made, toy.PRODUCTION_SCHEMA)
    home.keep_book(path, "TZA")
    view = here(home.store, hs6, "Tanzania", 2021, day=IN_FORCE)
    ways = view.instead.ways.to_pylist()
    assert (view.instead.book, view.instead.why_not) == (book.title, "")
    assert any(way["tons"] and way["saved_usd_per_t"] is not None for way in ways)
    assert "instead" in product_here_tables.answers(view)
