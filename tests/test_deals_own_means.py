"""Own goods, chains and the plan in the verdict: worked by hand, by brute force, on real books and chains."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import toy_chains
from deal_world import DAY, Small, random_market, setting
from homeground import materials, policy
from homeground.brief.deals import deal_page
from homeground.deals import evidence, verdict
from homeground.deals.evidence import Setting, home_substitute
from homeground.deals.passing import home_substitute as passing
from homeground.deals.ports import AtHome, Chain
from homeground.errors import BadInput, HomegroundError, UnknownCode
from homeground.home import Home
from homeground.home.deals import deal_grounds, own_means
from homeground.leontief import use
from homeground.materials.in_place import InPlace, in_place
from homeground.policy.model import Law, strictness
from homeground.sources.process_book import parse
from policy_books import rule, write

EXAMPLES = Path(__file__).parents[1] / "examples"
EXACT = 1e-9
"""Sums and products of a few floating point numbers."""

SHARE = rule("SHARE", "home_substitute_share >= 0.25 && home_substitute_drc < 1.0", "refer")
SAVED = rule("SAVED", "home_substitute_currency_saved_usd > 1000000.0", "caution")
WASTE = rule("WASTE", "home_substitute_byproduct", "refuse")
CHAIN = rule("CHAIN", "look_through_share > 0.3 || face_value_share > 0.3", "refer")
PLAN = rule("PLAN", "currency_cost_home > 50000000.0 || currency_needs_lost > 0", "refuse")
CAP = rule("CAP", "supplier_share_after > 0.42", "refer")
DEAR = rule("DEAR", "price_usd_t > price_upper_quartile_usd_t", "caution")
OWN = (SHARE, SAVED, WASTE, CHAIN, PLAN)


def law(folder: Path, *rules: str, day: date = DAY) -> Law:
    return policy.on(policy.read(write(folder, *rules)), day)


def facts(found: Setting) -> dict[str, Any]:
    return {item.name: item.value for answer in evidence.gather(found) for item in answer.items}


def reasons(found: Setting) -> dict[str, str]:
    return {item.name: item.why for answer in evidence.gather(found) for item in answer.items}


def words(found: Setting, question: str) -> str:
    return "; ".join(word for a in evidence.gather(found) if a.question == question for word in a.words)


def way(**changes: Any) -> InPlace:
    """Boards: 4,000 t a year, of each ton 20 USD imported and 1,200 of home money, at 10 of home money per USD."""
    stated: dict[str, Any] = {
        "name": "boards",
        "where": "mill",
        "tons": 4_000.0,
        "takes": 1.1,
        "border_t": 300.0,
        "inputs_t": 20.0,
        "home_t": 1_200.0,
        "quality": "the same good",
        "why": "",
        "byproduct": False,
        "missing": (),
    }
    return InPlace(**{**stated, **changes})


def at_home(*ways: InPlace, rate: float | None = 10.0) -> AtHome:
    return AtHome(ways, "Boards", "2024", rate)


def asked(*ways: InPlace, rate: float | None = 10.0, **changes: Any) -> Setting:
    """The usual deal, 10,000 t at 500 USD/t on board, beside these ways at home."""
    return setting(Small(book=at_home(*ways, rate=rate)), incoterm="FOB", **changes)


# Own goods in the place of the import: closed forms


def test_currency_saved_and_resource_cost_as_worked_by_hand() -> None:
    """4,000 t of 10,000; (500 − 20)·4,000 = 1.92 M USD; 1,200 / 480 / 10 = 0.25."""
    found = facts(asked(way()))
    assert found["home_substitute_t"] == 4_000
    assert found["home_substitute_share"] == pytest.approx(0.4, rel=EXACT)
    assert found["home_substitute_currency_saved_usd"] == pytest.approx(1.92e6, rel=EXACT)
    assert found["home_substitute_drc"] == pytest.approx(0.25, rel=EXACT)
    assert found["home_substitute_byproduct"] is False


def test_a_deal_without_a_price_is_held_against_the_border_price_of_the_book() -> None:
    """(300 − 20)·4,000 = 1.12 M USD."""
    found = facts(asked(way(), price=None))
    assert found["home_substitute_currency_saved_usd"] == pytest.approx(1.12e6, rel=EXACT)
    assert found["home_substitute_drc"] == pytest.approx(1_200 / 280 / 10, rel=EXACT)


def test_what_is_worth_making_comes_before_what_saves_more_at_a_loss() -> None:
    dear = way(name="dear", tons=9_000.0, home_t=9_000.0)
    found = facts(asked(dear, way()))
    assert found["home_substitute_t"] == 4_000
    told = words(asked(dear, way()), "home_substitute")
    assert told.index("boards") < told.index("own dear")
    assert "DRC 1.88 (dearer at home than the currency it saves)" in told


def test_a_way_that_takes_more_currency_than_it_saves_says_so_and_has_no_resource_cost() -> None:
    found = asked(way(inputs_t=600.0))
    assert facts(found)["home_substitute_currency_saved_usd"] == pytest.approx(-400_000, rel=EXACT)
    assert facts(found)["home_substitute_drc"] is None
    assert "loses 400,000 USD" in words(found, "home_substitute")


@pytest.mark.parametrize(
    ("ways", "rate", "unknown", "why"),
    [
        ([way(missing=("labour and home cost of mill",))], 10.0, {"drc"}, "labour and home cost of mill"),
        ([way(missing=("border price of gas",))], 10.0, {"drc", "currency_saved_usd"}, "border price of gas"),
        ([way()], None, {"drc"}, "what a US dollar is worth in home money"),
        ([way(tons=None, why="capacity not stated")], 10.0, set("abc"), "leaves open boards (capacity not stated)"),
        ([], 10.0, set("abc"), "knows no way to do without it"),
    ],
)
def test_what_the_book_does_not_tell_is_not_known_with_its_reason(
    ways: list[InPlace], rate: float | None, unknown: set[str], why: str
) -> None:
    found = asked(*ways, rate=rate)
    every = {name.removeprefix("home_substitute_") for name in home_substitute.GIVES}
    open_facts = {name for name in every if facts(found)[f"home_substitute_{name}"] is None}
    assert open_facts == (every if unknown == set("abc") else unknown)
    assert why in reasons(found)["home_substitute_drc"]


def test_nothing_at_hand_is_zero_and_not_unknown() -> None:
    found = asked(way(tons=0.0, why="does not fit: too soft"))
    assert facts(found)["home_substitute_t"] == 0.0
    assert facts(found)["home_substitute_share"] == 0.0
    assert facts(found)["home_substitute_byproduct"] is False
    assert facts(found)["home_substitute_drc"] is None
    assert "no way today: boards (does not fit: too soft)" in words(found, "home_substitute")


def test_without_a_book_nothing_is_assumed() -> None:
    assert all(facts(setting(incoterm="FOB"))[name] is None for name in home_substitute.GIVES)
    assert reasons(setting(incoterm="FOB"))["home_substitute_t"] == "no process book is kept"


@pytest.mark.parametrize("changes", [{"direction": "export"}, {"product": "930200"}])
def test_sales_and_arms_are_not_asked_about_own_goods(changes: dict[str, Any]) -> None:
    found = asked(way(), **changes)
    assert not set(facts(found)) & set(home_substitute.GIVES)


# In the process book


SMALL = """\
[book]
title = "small"
country = "FIN"
home_per_usd = 10
wage = 20
[goods]
log = { unit = "t", home_price = 300 }
oil = { unit = "t", price = 700, imports = 1_000 }
board = { name = "boards", unit = "m3", mass = "500 kg", hs6 = "440711", price = 200, imports = 3_000, use = 5_000 }
[processes.mill]
name = "Mill"
inputs = { log = 1.2, oil = 0.01 }
outputs = { board = 1 }
activity = 2_000
capacity = 3_200
labour = 2
[resources]
forest = { good = "log", quantity = 9_000 }
"""


def small(text: str = SMALL) -> materials.Book:
    return materials.parse(parse(text, "small.toml"))


def test_idle_capacity_per_ton_as_worked_by_hand() -> None:
    """1,200 m3 idle are 600 t; per m3 7 USD of oil and 1.2·300 + 2·20 = 400 of home money, per t the double."""
    (found,) = in_place(materials.state_of(small()), "board")
    assert (found.name, found.where, found.byproduct) == ("boards", "Mill", False)
    assert found.tons == pytest.approx(600, rel=EXACT)
    assert found.takes == 1.0
    assert found.border_t == pytest.approx(400, rel=EXACT)
    assert found.inputs_t == pytest.approx(14, rel=EXACT)
    assert found.home_t == pytest.approx(800, rel=EXACT)
    assert found.missing == ()


def test_a_process_without_capacity_leaves_the_quantity_open() -> None:
    (found,) = in_place(materials.state_of(small(SMALL.replace("capacity = 3_200\n", ""))), "board")
    assert (found.tons, found.why) == (None, "capacity not stated")


def test_an_unknown_border_price_of_the_good_itself_does_not_hinder_a_deal_with_a_price() -> None:
    (found,) = in_place(materials.state_of(small(SMALL.replace("price = 200, ", ""))), "board")
    assert (found.border_t, found.missing) == (None, ())


def test_the_seeded_timber_case_reaches_the_officer() -> None:
    """Yellow birch by own beech: 80 % of 3,770 m3 of birch, in tons of birch; boards by offcuts that are burnt."""
    state = materials.state_of(materials.read(EXAMPLES / "materials" / "timber.toml"))
    birch = {way.name: way for way in in_place(state, "birch")}
    beech = birch["beech boards"]
    assert beech.tons == pytest.approx(0.8 * 260_000 * 0.0145 * 0.694, rel=EXACT)
    assert beech.takes == pytest.approx(717 / 694, rel=EXACT)
    assert birch["red maple boards"].tons == 0.0
    assert "bending strength (MPa) 92, needed at least 95" in birch["red maple boards"].why
    boards = {way.name: way for way in in_place(state, "softwood_lumber")}
    offcuts = boards["offcuts of boards"]
    assert offcuts.byproduct
    assert offcuts.inputs_t == 0.0
    assert offcuts.takes == pytest.approx(1.6 / 1.15, rel=EXACT)
    assert boards["softwood boards"].where == "Softwood sawmill"
    (panels,) = in_place(state, "particle_board")
    assert (panels.tons, panels.byproduct) == (None, True)
    assert "capacity of Particle board mill" in panels.why


def test_oil_that_went_into_stocks_could_have_replaced_palm_oil_in_tanzania() -> None:
    """FAO, 2009: what the presses made and nobody used, of what the packers took from abroad; costs are not known."""
    state = materials.state_of(materials.read(EXAMPLES / "materials" / "edible-oil.toml"))
    found = next(way for way in in_place(state, "palm_oil") if way.name == "sunflower oil")
    left = 254_000 * 0.2992 + 4_000 - 2_000 - 198_000 * 0.3232323232
    assert found.tons == pytest.approx(left, rel=1e-6)  # shares of the book are rounded to ten digits
    assert found.missing


# Kept in a Home


@pytest.fixture
def shelf(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def file(folder: Path, text: str, name: str = "book.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_kept_book_comes_back_as_it_was_written_with_its_lineage(shelf: Home, tmp_path: Path) -> None:
    report = shelf.load("process-book", file(tmp_path, SMALL))
    assert (report.dataset, report.status, report.rows_loaded) == ("book-fin", "loaded", 1)
    assert shelf.load("process-book", tmp_path / "book.toml").status == "already loaded"
    assert own_means.process_book(shelf.store, "FIN") == replace(small(), country="FIN")
    assert own_means.process_book(shelf.store, "SWE") is None
    assert "book.toml" in str(shelf.lineage().to_pylist())


def test_a_workbook_is_kept_like_the_text_it_was_written_from(shelf: Home, tmp_path: Path) -> None:
    from homeground.sources.process_book import save

    save(file(tmp_path, SMALL), tmp_path / "book.xlsx")
    shelf.load("process-book", tmp_path / "book.xlsx")
    found = own_means.process_book(shelf.store, "FIN")
    assert found is not None
    assert (found.goods["board"].price, found.processes["mill"].capacity) == (200, 3_200)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMALL.replace('country = "FIN"\n', ""), "does not say whose it is"),
        (SMALL.replace("FIN", "Atlantis"), "Atlantis"),
        (SMALL.replace("inputs = { log = 1.2", "inputs = { log = 0.2"), "mill makes matter"),
        ("[book", "book.toml"),
    ],
)
def test_a_book_that_cannot_be_kept_leaves_the_home_as_it_was(
    shelf: Home, tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises((BadInput, UnknownCode), match=said):
        shelf.load("process-book", file(tmp_path, text))
    assert not shelf.catalog.datasets


def test_a_new_edition_takes_the_place_of_the_old_one_only_on_request(shelf: Home, tmp_path: Path) -> None:
    shelf.load("process-book", file(tmp_path, SMALL))
    newer = file(tmp_path, SMALL.replace("capacity = 3_200", "capacity = 2_500"), "newer.toml")
    with pytest.raises(HomegroundError):
        shelf.load("process-book", newer)
    shelf.load("process-book", newer, replace=True)
    found = own_means.process_book(shelf.store, "FIN")
    assert found is not None
    assert found.processes["mill"].capacity == 2_500


def test_of_two_books_of_one_country_none_is_chosen_by_guess(shelf: Home, tmp_path: Path) -> None:
    shelf.load("process-book", file(tmp_path, SMALL))
    other = SMALL.replace('"small"', '"other"')
    shelf.load("process-book", file(tmp_path, other, "other.toml"), dataset="second")
    assert "several process books of FIN are kept" in str(deal_grounds.open_book(shelf.store, "FIN", 2023))
    shelf.prefer("second")
    found = own_means.process_book(shelf.store, "FIN")
    assert found is not None
    assert found.title == "other"


def test_a_plan_that_goes_while_it_is_looked_for_hinders_nobody(shelf: Home) -> None:
    owner = Path(shelf.store.path) / "plans" / "KOR"
    owner.mkdir(parents=True)
    (owner / "kept.json").write_text("{}", "utf-8")
    (owner / "gone.json").symlink_to(owner / "nowhere.json")
    assert [Path(path).name for path, _ in own_means.stamp(shelf.store)] == ["kept.json"]


def test_a_home_says_what_hinders_the_answer(shelf: Home, tmp_path: Path) -> None:
    nothing = deal_grounds.open_book(shelf.store, "FIN", 2023)
    assert nothing == "no process book of Finland is kept"
    assert deal_grounds.at_home(nothing, "FIN", "440711") == nothing
    shelf.load("process-book", file(tmp_path, SMALL))
    opened = deal_grounds.open_book(shelf.store, "FIN", 2023)
    assert "has no good of HS 270900" in str(deal_grounds.at_home(opened, "FIN", "270900"))
    found = deal_grounds.at_home(opened, "FIN", "440711")
    assert isinstance(found, AtHome)
    assert (found.home_per_usd, len(found.ways)) == (10, 1)
    shelf.load("process-book", file(tmp_path, SMALL.replace(', mass = "500 kg"', "")), replace=True)
    opened = deal_grounds.open_book(shelf.store, "FIN", 2023)
    assert "does not say what boards weighs" in str(deal_grounds.at_home(opened, "FIN", "440711"))


# Counter-proposals


def test_own_goods_and_the_rest_from_the_partner_are_judged_anew_before_they_are_shown(tmp_path: Path) -> None:
    """4,000 t of own boards take the work of 4,000 t; with them taken, nothing of the rest could be replaced again."""
    found = verdict.review(asked(way()), law(tmp_path, SHARE))
    assert found.verdict == "refer"
    (proposal,) = [p for p in found.proposals if p.kind == passing.KIND]
    own = "4,400 t of own boards (mill) in the place of 4,000 t (DRC 0.25)"
    assert proposal.words == f"{own} and 6,000 t from Saudi Arabia"
    (rest,) = proposal.settings
    assert rest.deal.quantity_t == 6_000
    assert facts(rest)["home_substitute_share"] == 0.0
    assert proposal.verdict == "allow"


def test_a_rest_that_does_not_pass_is_not_shown(tmp_path: Path) -> None:
    found = verdict.review(asked(way()), law(tmp_path, SHARE, rule("ANY", "partner == 'SAU'", "refuse")))
    assert found.verdict == "refuse"
    assert not [p for p in found.proposals if p.kind == passing.KIND]
    assert passing.KIND in found.tried


def test_own_goods_for_all_of_it_leave_nothing_to_judge(tmp_path: Path) -> None:
    whole = way(tons=50_000.0)
    found = verdict.review(asked(whole), law(tmp_path, SHARE, rule("ANY", "partner == 'SAU'", "refuse")))
    (proposal,) = [p for p in found.proposals if p.kind == passing.KIND]
    assert proposal.settings == ()
    assert proposal.verdict == "allow"
    assert "in the place of all of it" in proposal.words
    json.dumps(verdict.document(found), allow_nan=False)


def test_what_loses_currency_is_no_counter_proposal(tmp_path: Path) -> None:
    found = verdict.review(asked(way(inputs_t=600.0)), law(tmp_path, CAP))
    assert not [p for p in found.proposals if p.kind == passing.KIND]


def test_what_is_taken_of_one_way_is_left_over_in_no_other_judgement_of_it(tmp_path: Path) -> None:
    """Of two ways 4,000 and 3,000 t: with the first taken, the second could still replace 3,000 of 6,000 t."""
    found = asked(way(), way(name="planks", tons=3_000.0))
    taken = replace(found, offer=found.offer.at(tons=6_000), replaced={way().key: 4_000.0})
    assert facts(taken)["home_substitute_t"] == 3_000


# Chains


def test_shares_of_use_are_those_of_brute_force() -> None:
    """At face value by sums over the table, through all tiers by the inverse that numpy makes."""
    flows, demand = toy_chains.frames(3)
    system = toy_chains.world(3)
    inverse = toy_chains.inverse(flows, system.output)
    added = (system.output - flows.to_numpy().sum(axis=0)) / system.output
    country, industry = np.array([pair[0] for pair in flows.index]), np.array([pair[1] for pair in flows.index])
    buyer = np.array([pair[0] for pair in demand.columns])
    weights = {"farm": 0.7, "shop": 0.3}
    for home in toy_chains.COUNTRIES:
        used = flows.to_numpy()[:, country == home].sum(axis=1) + demand.to_numpy()[:, buyer == home].sum(axis=1)
        through = 0.0
        for origin in toy_chains.COUNTRIES:
            found = use.of(system, home, origin, weights)
            assert found is not None
            made = (added * (country == origin)) @ inverse
            parts = [
                (weight, used * (industry == name), (used * (industry == name)).sum())
                for name, weight in weights.items()
            ]
            assert found.direct == pytest.approx(
                sum(w * u[country == origin].sum() / total for w, u, total in parts), rel=EXACT
            )
            assert found.through == pytest.approx(sum(w * (made @ u) / total for w, u, total in parts), rel=EXACT)
            through += found.through
            if origin == home:
                assert found.home == pytest.approx(found.through, rel=EXACT)
        assert through == pytest.approx(1.0, rel=EXACT)


def test_industries_that_are_not_used_are_left_out_of_the_shares() -> None:
    flows, demand = toy_chains.frames(2)
    flows.loc[(slice(None), "farm"), ("AAA", slice(None))] = 0.0
    demand.loc[(slice(None), "farm"), ("AAA", slice(None))] = 0.0
    system = toy_chains.System.from_frames(flows, demand)
    both, one = (use.of(system, "AAA", "BBB", w) for w in ({"farm": 0.4, "mill": 0.6}, {"mill": 1.0}))
    assert both is not None
    assert one is not None
    assert (both.covered, both.through) == (0.6, pytest.approx(one.through, rel=EXACT))
    assert use.of(system, "AAA", "BBB", {"farm": 1.0}) is None
    with pytest.raises(UnknownCode, match="no such industry"):
        use.of(system, "AAA", "BBB", {"moon": 1.0})


CHAINED = Chain(0.12, 0.34, 0.5, {"Mining": 1.0}, 1.0, "wiod", 2011)


def test_a_policy_may_name_the_share_through_all_tiers(tmp_path: Path) -> None:
    found = verdict.review(setting(Small(chains=CHAINED), incoterm="FOB"), law(tmp_path, CHAIN))
    assert found.verdict == "refer"
    told = words(found.setting, "chain")
    assert "Saudi Arabia delivers 12.0 % and through all tiers made 34.0 %; 50.0 % is made at home" in told
    assert "(wiod, 2011, 13 years before the deal)" in told


def test_without_a_table_the_share_is_not_known_and_may_be_stated(tmp_path: Path) -> None:
    open_review = verdict.review(setting(incoterm="FOB"), law(tmp_path / "one", CHAIN))
    assert open_review.verdict == "insufficient data"
    assert open_review.unknown["look_through_share"] == "no input–output table is loaded"
    stated = setting(incoterm="FOB", facts={"look_through_share": 0.4})
    assert verdict.review(stated, law(tmp_path / "two", CHAIN)).verdict == "refer"
    loaded = setting(Small(chains=CHAINED), incoterm="FOB", facts={"look_through_share": 0.01})
    assert facts(loaded)["look_through_share"] == 0.34


@pytest.fixture(scope="module")
def wiod(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Home:
    home = Home(tmp_path_factory.mktemp("wiod") / "home")
    home.load("wiod2013", shared_data / "io" / "wiod2013", year=2011)
    return home


def test_of_real_chains_the_share_at_face_value_is_a_sum_over_the_publisher_s_file(
    wiod: Home, shared_data: Path
) -> None:
    """Japan's use of electrical equipment (c14), 2011: China delivers 14.4 %, and 62.2 % is made in Japan."""
    folder = shared_data / "io" / "wiod2013"
    flows = pd.read_parquet(folder / "Z_2011.parquet")
    demand = pd.read_parquet(folder / "F_2011.parquet")
    system = wiod.chains(2011)
    used = flows.to_numpy()[:, [c == "JPN" for c, _ in system.index]].sum(axis=1).astype(float)
    used += demand.to_numpy()[:, [c == "JPN" for c in system.uses_axis.countries]].sum(axis=1)
    used = np.maximum(used, 0) * np.array([name == "c14" for _, name in system.index])
    china = np.array([c == "CHN" for c, _ in system.index])
    found = use.of(system, "JPN", "CHN", {"c14": 1.0})
    assert found is not None
    assert found.direct == pytest.approx(used[china].sum() / used.sum(), rel=1e-9)
    assert (round(found.direct, 4), round(found.through, 4), round(found.home, 4)) == (0.1441, 0.1357, 0.6221)
    every = [use.of(system, "JPN", country, {"c14": 1.0}) for country in system.countries]
    assert sum(each.through for each in every if each) == pytest.approx(1.0, abs=1e-6)  # stored as whole millions


def test_a_deal_on_real_chains_names_table_year_and_industry(wiod: Home) -> None:
    opened = deal_grounds.open_table(wiod.store, 2021)
    assert not isinstance(opened, str)
    deal = setting(incoterm="FOB", product="270112", partner="AUS").deal
    found = deal_grounds.chain(wiod.store, opened, deal)
    assert isinstance(found, Chain)
    assert (found.source, found.year, list(found.industries)) == ("wiod2013", 2011, ["Mining and Quarrying"])
    assert (round(found.direct, 4), round(found.through, 4)) == (0.1509, 0.1449)
    hidden = deal_grounds.chain(wiod.store, opened, setting(incoterm="FOB").deal)
    assert hidden == "the input–output table (wiod2013, 2011) does not show Saudi Arabia by itself"


# The plan's price of currency


def prices(*rows: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    usual = {"plan": "Five years", "year": 2024, "kind": "currency", "name": "USD", "price": 12.0}
    return {"plan_prices": [{**usual, "unit": "crowns per USD", **row} for row in rows]}


def test_the_deal_costs_its_value_at_the_plan_s_price() -> None:
    """10,000 t at 500 USD/t are 5 M USD, at 12 crowns 60 M."""
    found = setting(Small(tables=prices({})), incoterm="FOB")
    assert facts(found)["currency_shadow_price"] == 12.0
    assert facts(found)["currency_cost_home"] == pytest.approx(60e6, rel=EXACT)
    assert facts(found)["currency_needs_lost"] == 0.0
    assert "is worth 12 crowns to the plan: 60 M crowns for the deal" in words(found, "plan_price")


def test_where_currency_is_short_the_price_is_in_needs_and_no_money_is_made_of_it() -> None:
    found = setting(Small(tables=prices({"price": 0.004, "unit": "needs per M USD"})), incoterm="FOB")
    assert facts(found)["currency_needs_lost"] == pytest.approx(0.02, rel=EXACT)
    assert facts(found)["currency_cost_home"] is None
    assert "parts of needs there, not money" in reasons(found)["currency_cost_home"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no plan of Japan is kept"),
        ([{"kind": "good"}], "no plan of Japan is kept"),
        ([{"country": "KOR"}], "no plan of Japan is kept"),
        ([{"year": 2027}, {"year": 2028}], "(Five years) covers 2027 to 2028, not 2024"),
        ([{}, {"plan": "Another"}], "several plans of 2024 are kept: Another, Five years"),
    ],
)
def test_a_price_that_no_plan_gives_is_not_known(rows: list[dict[str, Any]], why: str) -> None:
    found = setting(Small(tables=prices(*rows)), incoterm="FOB")
    assert facts(found)["currency_shadow_price"] is None
    assert why in reasons(found)["currency_shadow_price"]


def test_a_plan_that_was_solved_and_kept_prices_a_deal(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    view = home.plan(EXAMPLES / "plan" / "plan.toml", explain=False)
    home.keep_plan(view)  # type: ignore[attr-defined,unused-ignore]
    price = {row["year"]: row["price"] for row in view.plan.shadow_prices.to_pylist() if row["kind"] == "currency"}
    rows = own_means.plan_prices(home.store)
    found = setting(Small(tables={"plan_prices": rows}), incoterm="FOB", day=date(2028, 3, 1))
    assert facts(found)["currency_shadow_price"] == pytest.approx(price[2028])
    assert facts(found)["currency_cost_home"] == pytest.approx(5e6 * price[2028])


def test_a_folder_named_as_the_dataset_says_whose_plan_it_is(shelf: Home) -> None:
    owner = Path(shelf.store.path) / "plans" / "KOR"
    (owner / "plan-five-years").mkdir(parents=True)
    assert own_means._whose(shelf.store, "plan-five-years") is None
    (owner / "plan-five-years" / "view.json").write_text("{}", encoding="utf-8")
    (owner / "plan-of-old.json").write_text("{}", encoding="utf-8")
    (owner / ".plan-another.new").mkdir()
    (owner / ".plan-another.new" / "view.json").write_text("{}", encoding="utf-8")
    assert own_means._whose(shelf.store, "plan-five-years") == "KOR"
    assert own_means._whose(shelf.store, "plan-of-old") == "KOR"
    assert len(own_means.stamp(shelf.store)) == 2
    assert own_means._whose(shelf.store, "plan-another") is None


# All together


def random_grounds(rng: random.Random) -> dict[str, Any]:
    ways = [
        way(
            name=f"good {number}",
            tons=rng.choice([None, 0.0, 10 ** rng.uniform(1, 5)]),
            inputs_t=rng.uniform(0, 700),
            home_t=rng.uniform(0, 9_000),
            byproduct=rng.random() < 0.3,
            missing=rng.choice([(), (), ("labour",), ("border price of gas",)]),
        )
        for number in range(rng.randint(0, 3))
    ]
    needs = rng.random() < 0.3
    unit, price = ("needs per M USD", rng.uniform(0, 0.1)) if needs else ("crowns per USD", rng.uniform(1, 40))
    return {
        "book": at_home(*ways, rate=rng.choice([None, 10.0])),
        "chains": replace(CHAINED, direct=rng.random(), through=rng.random()),
        "tables": prices({"price": price, "unit": unit}),
    }


def parted(seed: int) -> Iterator[Setting]:
    """One deal on one market, without and with own means at hand."""
    rng = random.Random(seed)
    market = random_market(rng)
    stated: dict[str, Any] = {"quantity": 10 ** rng.uniform(1, 5), "price": rng.uniform(300, 700), "incoterm": "FOB"}
    yield setting(market, **stated)
    yield setting(replace(market, **random_grounds(rng)), **stated)


PLAIN = (CAP, DEAR, rule("NAMES", "name_hits > 0", "refer"), rule("LARGE", "deal_value_usd > 4000000.0", "caution"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), kept_rules=st.sets(st.integers(0, 3)))
def test_a_policy_that_does_not_ask_for_own_means_says_the_same_with_them(
    tmp_path_factory: pytest.TempPathFactory, seed: int, kept_rules: set[int]
) -> None:
    book = law(tmp_path_factory.mktemp("book"), *(PLAIN[place] for place in sorted(kept_rules)))
    without, beside = (verdict.review(found, book, proposals=False) for found in parted(seed))
    assert beside.judgement.verdict == without.judgement.verdict
    assert beside.judgement.fired == without.judgement.fired


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), asked_for=st.sets(st.sampled_from(OWN), min_size=1))
def test_rules_on_own_means_never_make_a_verdict_milder(
    tmp_path_factory: pytest.TempPathFactory, seed: int, asked_for: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("books")
    before, after = law(folder / "few", *PLAIN), law(folder / "more", *PLAIN, *sorted(asked_for))
    for found in parted(seed):
        few, more = (verdict.review(found, book, proposals=False) for book in (before, after))
        assert strictness(more.verdict) >= strictness(few.verdict)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), asked_for=st.sets(st.sampled_from(OWN), min_size=1))
def test_every_proposal_of_own_goods_passes_when_it_is_judged_anew(
    tmp_path_factory: pytest.TempPathFactory, seed: int, asked_for: set[str]
) -> None:
    *_, found = parted(seed)
    book = law(tmp_path_factory.mktemp("book"), CAP, *sorted(asked_for))
    reviewed = verdict.review(found, book)
    limit = "caution" if strictness(reviewed.verdict) > strictness("caution") else "allow"
    for proposal in (p for p in reviewed.proposals if p.kind == passing.KIND):
        for part in proposal.settings:
            assert part.deal.quantity_t < found.deal.quantity_t
            assert strictness(verdict.review(part, book, proposals=False).verdict) <= strictness(limit)


def test_the_page_and_the_terminal_show_the_same_lines(tmp_path: Path) -> None:
    found = setting(Small(book=at_home(way()), chains=CHAINED, tables=prices({})), incoterm="FOB")
    reviewed = verdict.review(found, law(tmp_path, SHARE, CHAIN, PLAN))
    screen, page = deal_page.screen(reviewed), unescape(deal_page.html(reviewed))
    for heading in ("Made at home", "Look-through", "Plan's price"):
        assert heading in screen
        assert heading in page
    assert max(map(len, screen.splitlines())) <= 132
    assert "home_substitute_drc" in page
