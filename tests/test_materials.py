"""Balances, contents, cost at the border, findings: a textbook's figures, closed forms, identities, seeded cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeground import materials
from homeground.materials.streams import BEGINNINGS, ENDS, streams
from homeground.sources.process_book import parse

EXAMPLES = Path(__file__).parents[1] / "examples" / "materials"
EXACT = 1e-9
"""Sums of a few products of floating point numbers."""


def book(text: str) -> materials.Book:
    return materials.parse(parse(text, "small.toml"))


@pytest.fixture(scope="module")
def timber() -> materials.Check:
    return materials.check(materials.read(EXAMPLES / "timber.toml"))


# ------------------------------------------------------------------ textbook


def test_effective_protection_of_krugman_and_obstfelds_car() -> None:
    """A car of 8,000 with parts of 6,000: 25 % on cars protects assembly by 100 %, 10 % on parts by −30 %.

    Krugman and Obstfeld, International Economics, chapter on the instruments of trade policy.
    """
    share = 6000 / 8000
    assert materials.effective_protection(0.25, {"parts": (share, 0.0)}) == pytest.approx(1.0, rel=EXACT)
    assert materials.effective_protection(0.0, {"parts": (share, 0.10)}) == pytest.approx(-0.30, rel=EXACT)
    assert materials.effective_protection(0.25, {"parts": (1.0, 0.0)}) is None


CAR = """\
[book]
title = "cars"
home_per_usd = 1
wage = 10
[goods]
parts = { unit = "t", price = 6000, tariff = 0.1, imports = 100 }
car = { unit = "t", price = 8000, tariff = 0.25 }
[processes.assembly]
inputs = { parts = 1 }
outputs = { car = 1 }
activity = 100
labour = 150
"""


def test_a_process_of_a_book_gives_the_same_protection_and_its_domestic_resource_cost() -> None:
    """E − F = 2,000; G = 150 h · 10: DRC = 0.75. Protection (0.25 − 0.75·0.1)/0.25 = 0.7."""
    cost = materials.check(book(CAR)).costs["assembly"]
    assert cost.value_added == pytest.approx(2000, rel=EXACT)
    assert cost.drc == pytest.approx(0.75, rel=EXACT)
    assert cost.drc_ratio == pytest.approx(0.75, rel=EXACT)
    assert cost.protection == pytest.approx(0.7, rel=EXACT)


def test_the_shadow_rate_and_the_shadow_wage_enter_the_domestic_resource_cost() -> None:
    text = CAR.replace("home_per_usd = 1", "home_per_usd = 1\nshadow_per_usd = 1.5\nwage_factor = 0.8")
    cost = materials.check(book(text)).costs["assembly"]
    assert cost.drc == pytest.approx(0.6, rel=EXACT)
    assert cost.drc_ratio == pytest.approx(0.4, rel=EXACT)


def test_negative_value_added_is_found_with_what_it_loses() -> None:
    check = materials.check(book(CAR.replace("price = 6000", "price = 9000")))
    (found,) = [f for f in check.findings if f.kind == "negative value added"]
    assert found.gross_usd == pytest.approx(100 * 1000, rel=EXACT)
    assert check.costs["assembly"].drc is None


@pytest.mark.parametrize(
    ("cut", "word"),
    [("labour = 150\n", "labour"), ("wage = 10\n", "wage"), ("home_per_usd = 1\n", "per US dollar")],
)
def test_what_the_book_does_not_say_leaves_the_domestic_resource_cost_open(cut: str, word: str) -> None:
    cost = materials.check(book(CAR.replace(cut, ""))).costs["assembly"]
    assert cost.drc_ratio is None
    assert any(word in text for text in cost.missing)


# ------------------------------------------------------------------ closed forms

CHAIN = """\
[book]
title = "chain"
home_per_usd = 1
wage = 1
[goods]
seed = { unit = "t", home_price = 10 }
oil = { unit = "t", price = 50, imports = 0 }
power = { unit = "kWh" }
fuel = { unit = "t", price = 200, imports = 1000 }
[resources]
field = { good = "seed", quantity = 1000 }
[processes.press]
inputs = { seed = 3 }
energy = { power = 10 }
outputs = { oil = 1 }
activity = 100
labour = 5
usd_cost = 2
[processes.plant]
inputs = { fuel = 0.1 }
energy = { power = 0.2 }
outputs = { power = 1 }
activity = 1250
labour = 0.5
"""


def test_foreign_currency_is_followed_through_the_whole_chain() -> None:
    """power = 0.2·power + 0.1·200 → 25 USD; oil = 2 + 10·25 = 252; home money: power 0.5/0.8, oil 3·10 + 5 + 6.25."""
    known = book(CHAIN)
    state = materials.state_of(known)
    assert state.chain["power"].usd == pytest.approx(25, rel=EXACT)
    assert state.chain["oil"].usd == pytest.approx(252, rel=EXACT)
    assert state.chain["oil"].home == pytest.approx(41.25, rel=EXACT)
    assert state.chain["oil"].missing == ()


def test_what_is_partly_imported_costs_its_import_share_at_the_border() -> None:
    """A third of the oil is imported: φ = 50/3 + 2/3 · 252."""
    state = materials.state_of(book(CHAIN.replace("price = 50, imports = 0", "price = 50, imports = 50")))
    assert state.chain["oil"].usd == pytest.approx(50 / 3 + 2 / 3 * 252, rel=EXACT)


def test_missing_prices_are_named_at_every_good_that_rests_on_them() -> None:
    state = materials.state_of(
        book(CHAIN.replace('fuel = { unit = "t", price = 200', 'fuel = { unit = "t", hs6 = "271019"'))
    )
    assert state.chain["oil"].missing == ("border price of fuel",)


def test_joint_outputs_share_costs_by_value_and_byproducts_carry_none() -> None:
    """Costs of 8 USD on 2 t at 30 and 1 t at 40: 0.08 per USD, so 2.4 and 3.2 a ton."""
    text = """\
[book]
title = "joint"
[goods]
crude = { unit = "t", home_price = 0 }
gas = { unit = "t", price = 30 }
oil = { unit = "t", price = 40 }
tar = { unit = "t" }
[resources]
well = { good = "crude", quantity = 40 }
[processes.refinery]
inputs = { crude = 4 }
outputs = { gas = 2, oil = 1 }
byproducts = { tar = 0.5 }
activity = 10
home_cost = 0
usd_cost = 8
"""
    state = materials.state_of(book(text))
    assert [state.chain[good].usd for good in ("gas", "oil", "tar")] == pytest.approx([2.4, 3.2, 0.0], rel=EXACT)


def test_circular_use_is_eurostats_ratio() -> None:
    text = """\
[book]
title = "scrap"
[goods]
ore = { unit = "t", imports = 80, hs6 = "260111" }
scrap = { unit = "t", hs6 = "720449", waste = true, imports = 5, exports = 15, use = 30 }
[recovery.r]
gives = "scrap"
arising = 50
collection = 0.8
yield = 1
"""
    circular = materials.check(book(text)).circular
    assert circular.secondary == pytest.approx(40 - 5 + 15, rel=EXACT)
    assert circular.consumption == pytest.approx(85 - 15, rel=EXACT)
    assert circular.rate == pytest.approx(50 / 120, rel=EXACT)


def test_more_could_be_won_back_as_far_as_it_is_imported() -> None:
    text = """\
[book]
title = "glass"
home_per_usd = 2
[goods]
cullet = { unit = "t", hs6 = "700100", price = 60, imports = 12, use = 30 }
[recovery.bottles]
gives = "cullet"
arising = 100
collection = 0.2
possible = 0.5
yield = 0.9
home_cost = 30
"""
    (found,) = materials.check(book(text)).findings
    assert (found.kind, found.quantity) == ("recovery", pytest.approx(12))  # 27 t more could be, 12 are imported
    assert found.net_usd == pytest.approx(720)
    assert found.drc_ratio == pytest.approx(30 * 12 / 720 / 2)


# ------------------------------------------------------------------ identities


def test_the_balance_of_each_good_closes(timber: materials.Check) -> None:
    for held in timber.held.values():
        uses = held.taken + held.exports + held.use + held.need
        assert held.supply - uses - held.surplus + held.shortfall == pytest.approx(0, abs=1e-6)


def closes(check: materials.Check) -> None:
    """All that comes in goes out somewhere, and each process gives on what it takes, to a millionth."""
    found = streams(check.book, check.held)
    begun = sum(s.tons for s in found if s.source in BEGINNINGS)
    ended = sum(s.tons for s in found if s.target in ENDS)
    assert ended == pytest.approx(begun, rel=1e-6)
    for process in check.book.processes:
        out = sum(s.tons for s in found if s.source == process)
        assert out == pytest.approx(sum(s.tons for s in found if s.target == process), rel=1e-6, abs=1e-9)


def test_matter_is_neither_made_nor_lost_in_the_timber_case(timber: materials.Check) -> None:
    closes(timber)


@settings(deadline=None, max_examples=60)
@given(
    activities=st.lists(st.floats(0, 1e4), min_size=2, max_size=2),
    imports=st.floats(0, 1e5),
    losses=st.lists(st.floats(0.01, 0.9), min_size=2, max_size=2),
)
def test_matter_is_neither_made_nor_lost_whatever_the_activities(
    activities: list[float], imports: float, losses: list[float]
) -> None:
    text = f"""\
[book]
title = "any"
[goods]
ore = {{ unit = "t", hs6 = "260111", price = 1, imports = {imports!r} }}
metal = {{ unit = "kt", price = 1 }}
slag = {{ unit = "t" }}
[processes.smelter]
inputs = {{ ore = 1 }}
outputs = {{ metal = "{(1 - losses[0]) / 2!r} t" }}
byproducts = {{ slag = {(1 - losses[0]) / 2!r} }}
activity = {activities[0]!r}
[processes.mill]
inputs = {{ metal = 1 }}
outputs = {{ slag = "{1000 * (1 - losses[1])!r} t" }}
activity = {activities[1] / 1000!r}
"""
    closes(materials.check(book(text)))


def test_trade_data_fill_gaps_and_do_not_change_what_the_book_states() -> None:
    known = book(CAR)
    trade = {"parts": materials.Trade(1.0, 2.0, 3.0, "elsewhere"), "car": materials.Trade(imports=7.0, price_from="x")}
    filled = materials.with_trade(known, trade)
    assert (filled.goods["parts"].price, filled.goods["parts"].imports) == (6000, 100)
    assert filled.goods["parts"].exports == 3.0
    assert (filled.goods["car"].imports, filled.goods["car"].price_from) == (7.0, "the book")


# ------------------------------------------------------------------ the seeded case


def of(check: materials.Check, kind: str, good: str, instead: str) -> materials.Finding:
    (found,) = [f for f in check.findings if (f.kind, f.good, f.instead) == (kind, good, instead)]
    return found


def test_own_woods_that_would_do_are_found_and_priced(timber: materials.Check) -> None:
    """Of 3,770 m3 of birch: beech up to 80 %, ash as far as mills and stock reach; net of diesel and spares."""
    beech = of(timber, "substitute", "birch", "beech")
    used = 260_000 * 0.0145
    assert beech.quantity == pytest.approx(0.8 * used)
    assert beech.gross_usd == pytest.approx(0.8 * used * 640)
    assert beech.inputs_usd == pytest.approx(0.8 * used * (6 + 3 * 0.75))
    assert beech.drc_ratio == pytest.approx(0.2045, abs=5e-5)
    ash = of(timber, "substitute", "birch", "ash")
    assert ash.quantity == pytest.approx((800 + 600) / 1.05)
    assert "bending strength (MPa) -10 %" in ash.quality


def test_woods_that_are_too_weak_are_not_proposed_and_the_reason_is_given(timber: materials.Check) -> None:
    ways = {way.name: way for way in materials.ways(timber.state, "birch")}
    assert ways["red maple boards"].verdict == ways["aspen boards"].verdict == "does not fit"
    assert ways["red maple boards"].why == "bending strength (MPa) 92, needed at least 95"
    assert not any(f.instead in ("red_maple", "aspen") for f in timber.findings)


def test_boards_cut_into_boxes_are_found_with_the_offcuts_that_would_replace_them(timber: materials.Check) -> None:
    byproduct = of(timber, "byproduct", "softwood_lumber", "offcuts")
    assert byproduct.quantity == pytest.approx(400_000 * 0.0065 * 1.15)
    assert byproduct.quantity_instead == pytest.approx(400_000 * 0.0065 * 1.6)
    assert byproduct.net_usd == pytest.approx(400_000 * 0.0065 * 1.15 * 235)
    premise = of(timber, "premise", "softwood_lumber", "offcuts")
    assert premise.gross_usd == pytest.approx(byproduct.gross_usd)
    assert any("which covers it" in reason for reason in premise.reasons)


def test_a_wood_without_published_strength_is_not_known_to_fit(timber: materials.Check) -> None:
    goods = {**timber.book.goods, "beech": replace(timber.book.goods["beech"], properties={})}
    check = materials.check(replace(timber.book, goods=goods))
    (way,) = [w for w in materials.ways(check.state, "birch") if w.name == "beech boards"]
    assert way.verdict == "not known"
    assert not any(f.instead == "beech" for f in check.findings)


def test_nothing_is_found_where_nothing_is_wrong(timber: materials.Check) -> None:
    """The same country with beech and ash in its chairs and offcuts in its boxes: neither case is found any more."""
    processes = dict(timber.book.processes)
    processes["chair_factory"] = replace(processes["chair_factory"], uses={"beech": 0.8, "ash": 0.2})
    processes["box_making"] = replace(processes["box_making"], uses={"offcuts": 1.0})
    check = materials.check(replace(timber.book, processes=processes))
    kinds = {(f.kind, f.good) for f in check.findings}
    assert not any(kind in ("substitute", "premise") for kind, _good in kinds)
    assert ("byproduct", "softwood_lumber") not in kinds
