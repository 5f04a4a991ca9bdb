"""Judging a deal: the reader, conversion, evidence worked by hand, the verdict, and what would make it pass."""

from __future__ import annotations

import importlib
import random
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deal_world import DAY, Small, a_deal, random_market, setting
from homeground import deals, measures, policy
from homeground.deals import batch, evidence, passing, verdict
from homeground.deals.deal import KEYS
from homeground.deals.evidence import Setting
from homeground.deals.market import herfindahl
from homeground.deals.offer import offer
from homeground.deals.ports import Figure
from homeground.errors import BadInput, NotInHome
from homeground.home import Home
from homeground.home.deals import deals as home_deals
from homeground.policy.model import VERDICTS, Law, strictness
from policy_books import rule, write

OFFERS = Path(__file__).parents[1] / "examples" / "deals" / "offers"

CAP = rule("CAP", "supplier_share_after > 0.42", "refer")
RISE = rule("RISE", "herfindahl_after > 0.35 && herfindahl_after > herfindahl_before", "refuse")
DEAR = rule("DEAR", "price_usd_t > price_upper_quartile_usd_t", "caution")
LARGE = rule("LARGE", "deal_value_usd > 4000000.0", "caution")
BARRED = rule("BARRED", "embargoed", "refuse")
NAMES = rule("NAMES", "name_hits > 0", "refer")
ALL = (CAP, RISE, DEAR, LARGE, BARRED, NAMES)


def law(folder: Path, *rules: str, day: date = DAY) -> Law:
    return policy.on(policy.read(write(folder, *rules)), day)


def value(found: Setting, name: str) -> Any:
    items = {item.name: item for answer in evidence.gather(found) for item in answer.items}
    return items[name].value


def why(found: Setting, name: str) -> str:
    return next(item.why for answer in evidence.gather(found) for item in answer.items if item.name == name)


# The reader


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"direction": "buy"}, "direction"),
        ({"country": None}, "country"),
        ({"partner": "Atlantis"}, "partner"),
        ({"partner": "Japan"}, "the country itself"),
        ({"product": 270900}, "product"),
        ({"product": "999999"}, ""),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -5}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": float("nan")}, "quantity"),
        ({"price": float("inf")}, "price"),
        ({"unit": "barrel"}, "unit"),
        ({"price_per": "barrel"}, "price_per"),
        ({"currency": "dollars"}, "currency"),
        ({"incoterm": "COD"}, "incoterm"),
        ({"incoterm": None}, "incoterm"),
        ({"day": "2024-07-15"}, "day"),
        ({"day": None}, "day"),
        ({"delivery_until": date(2024, 7, 1)}, "delivery_until"),
        ({"end_use": "fun"}, "end_use"),
        ({"seller": ""}, "seller"),
        ({"evidence": {"years": 2021}}, "unknown key"),
        ({"evidence": {"year": "2021"}}, "year"),
        ({"conversion": {"insurance_share": 2}}, "insurance_share"),
        ({"conversion": {"usd_per_unit": 0}}, "usd_per_unit"),
        ({"facts": 3}, "facts"),
        ({"sellar": "x"}, "unknown key"),
    ],
)
def test_a_wrong_field_is_named_with_what_to_do(changes: dict[str, Any], named: str) -> None:
    changes = {"incoterm": "FOB", **changes}
    if changes.get("product") == "999999":
        assert a_deal(**changes).hs6 == "999999"
        return
    with pytest.raises(BadInput, match="What to do") as caught:
        a_deal(**changes)
    assert named in str(caught.value)


@pytest.mark.parametrize("key", ["country", "partner"])
def test_a_bloc_is_refused_as_a_party_by_name_with_the_reason(key: str) -> None:
    with pytest.raises(BadInput, match=rf"EU27 is a bloc, and a party to a deal is one country.*{key}.*'EU-27'"):
        a_deal(**{key: "EU-27"})


@pytest.mark.parametrize(
    ("day", "bloc", "members"),
    [
        (date(2026, 1, 1), "USMCA", "one of CAN, MEX, USA. What"),
        (date(2013, 6, 30), "EU", "AUT, BEL, BGR, CYP, CZE, DEU, DNK, ESP, EST, FIN, FRA, GBR, GRC, HUN, "),
        (date(2013, 7, 1), "EU", "FRA, GBR, GRC, HRV, HUN, "),
        (date(1950, 1, 1), "USMCA", "one of CAN, MEX, USA. What"),
    ],
)
def test_the_members_to_choose_from_are_those_of_the_day(day: date, bloc: str, members: str) -> None:
    with pytest.raises(BadInput) as refused:
        a_deal(country=bloc, day=day)
    assert members in str(refused.value)


def test_a_bloc_s_offer_is_judged_as_the_deal_of_the_member_that_is_named(tmp_path: Path) -> None:
    offer = (OFFERS / "01-crude-from-saudi-arabia.toml").read_text(encoding="utf-8")
    (tmp_path / "offer.toml").write_text(offer.replace('"Japan"', '"EU27"'), encoding="utf-8")
    with pytest.raises(BadInput, match="name the member that trades"):
        deals.read(tmp_path / "offer.toml")
    assert deals.read(tmp_path / "offer.toml", country="Germany").country == "DEU"


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        a_deal(direction="buy", quantity=-1, currency="x", incoterm="FOB")
    assert len(str(caught.value).splitlines()) == 3


def test_a_file_that_is_none_ends_in_a_message(tmp_path: Path) -> None:
    with pytest.raises(NotInHome, match="cannot be read"):
        deals.read(tmp_path / "nowhere.toml")
    (tmp_path / "torn.toml").write_bytes(b"title = \xff")
    with pytest.raises(BadInput, match="not TOML"):
        deals.read(tmp_path / "torn.toml")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 5000, encoding="utf-8")
    with pytest.raises(BadInput, match="not TOML"):
        deals.read(tmp_path / "deep.toml")


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(KEYS),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates()
        | st.dictionaries(st.text(max_size=6), st.integers(), max_size=2) | st.lists(st.integers(), max_size=2),
    )
)  # fmt: skip
def test_any_fields_give_a_deal_or_a_message(stated: dict[str, Any]) -> None:
    try:
        found = deals.parse(stated)
    except BadInput as error:
        faults = str(error).splitlines()
    else:
        faults = []
        assert found.quantity_t > 0
    assert all("What to do" in fault for fault in faults)


def test_units_are_converted_once() -> None:
    deal = a_deal(quantity=2000, unit="kg", price=31, price_per="kg", incoterm="FOB")
    assert deal.quantity_t == pytest.approx(2.0)
    assert deal.price == pytest.approx(31_000.0)


# Conversion

RATES = [
    {"currency": "EUR", "day": date(2024, 7, 1), "usd_per_unit": 1.10},
    {"currency": "EUR", "day": date(2024, 7, 16), "usd_per_unit": 9.0},
    {"currency": "GBP", "day": date(2024, 1, 1), "usd_per_unit": 1.3},
]
FREIGHT = [
    {"exporter": "SAU", "importer": "JPN", "hs_prefix": "", "from_date": date(2024, 1, 1), "to_date": None}
    | {"freight_usd_per_t": 50.0, "insurance_share": None},
    {"exporter": "SAU", "importer": "JPN", "hs_prefix": "2709", "from_date": date(2024, 1, 1), "to_date": None}
    | {"freight_usd_per_t": 15.0, "insurance_share": 0.01},
]


def test_a_delivered_price_in_euro_becomes_dollars_on_board() -> None:
    found = offer(a_deal(currency="EUR", incoterm="CIF", price=400), RATES, FREIGHT)
    assert found.usd_per_t == pytest.approx(400 * 1.10 * 0.99 - 15)
    assert found.usd == pytest.approx(found.usd_per_t * 10_000)
    assert len(found.steps) == 2


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"currency": "CHF"}, "exchange rate of CHF to USD on 2024-07-15"),
        ({"currency": "GBP"}, "exchange rate of GBP"),
        ({"incoterm": "CFR", "partner": "ARE"}, "freight_usd_per_t from ARE to JPN"),
        ({"incoterm": "CIF", "product": "271111"}, "insurance_share from SAU to JPN of 271111"),
        ({"incoterm": "DDP"}, "fob_usd_per_t"),
        ({"price": None}, "the deal states no price"),
    ],
)
def test_a_missing_rate_is_asked_for_by_name(changes: dict[str, Any], asked: str) -> None:
    found = offer(a_deal(**{"incoterm": "FOB", **changes}), RATES, FREIGHT)
    assert found.usd_per_t is None
    assert asked in found.why_not
    assert offer(a_deal(**{"incoterm": "FOB", **changes}), None, None).usd_per_t is None


def test_what_the_deal_states_comes_before_the_tables() -> None:
    stated = {"usd_per_unit": 2.0, "freight_usd_per_t": 10.0}
    found = offer(a_deal(currency="EUR", incoterm="CFR", price=100, conversion=stated), RATES, FREIGHT)
    assert found.usd_per_t == pytest.approx(190.0)
    free = offer(a_deal(incoterm="DDP", conversion={"fob_usd_per_t": 77.0}), None, None)
    assert free.usd_per_t == 77.0


# Evidence


def test_shares_and_herfindahl_without_and_with_the_deal_as_worked_by_hand() -> None:
    found = setting(incoterm="FOB")
    assert value(found, "supplier_share_before") == pytest.approx(0.40)
    assert value(found, "supplier_share_after") == pytest.approx(45 / 105)
    assert value(found, "herfindahl_before") == pytest.approx(0.4**2 + 0.35**2 + 0.15**2 + 0.10**2)
    assert value(found, "herfindahl_after") == pytest.approx((45**2 + 35**2 + 15**2 + 10**2) / 105**2)
    assert value(found, "partner_dependence_on_us") == pytest.approx(40 / 90)
    assert value(found, "import_export_ratio") is None
    assert "no ratio" in why(found, "import_export_ratio")


def test_overpayment_is_price_less_median_times_quantity() -> None:
    found = setting(incoterm="FOB", price=520)
    assert value(found, "overpayment_usd") == pytest.approx((520 - value(found, "price_median_usd_t")) * 10_000)


def test_what_is_not_loaded_is_unknown_with_its_reason_and_never_no() -> None:
    bare = setting(Small(flows=(), barred=None, lists=0), incoterm="FOB")
    for name in ("embargoed", "name_hits", "supplier_share_after", "price_percentile", "needs_classification"):
        assert value(bare, name) is None
        assert why(bare, name)


def test_a_name_that_cannot_be_read_hides_no_hit_of_another_and_is_no_clean_one() -> None:
    world = Small(listed=("Beta Cement",))
    unread = setting(world, incoterm="FOB", seller="Beta Cement", vessel="–")
    assert value(unread, "name_hits") == 1.0
    alone = setting(world, incoterm="FOB", seller="\N{RIGHT-TO-LEFT OVERRIDE}tnemeC ateB", vessel="Ocean Star")
    assert value(alone, "name_hits") is None
    assert why(alone, "name_hits") == "seller: the name holds signs that turn its letters around"
    assert value(setting(world, incoterm="FOB", seller="Gamma Glass", vessel="Ocean Star"), "name_hits") == 0.0


@pytest.mark.parametrize("day", ["0024-07-15", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_a_day_of_another_age_is_no_day_of_a_deal(day: str) -> None:
    for field in ("day", "delivery_until"):
        with pytest.raises(BadInput, match=f"{field} is missing, or no day"):
            a_deal(**{field: date.fromisoformat(day)})


def test_what_would_be_beyond_all_numbers_once_multiplied_is_refused() -> None:
    with pytest.raises(BadInput, match="not a number in its range"):
        a_deal(conversion={"usd_per_unit": 1e308})
    with pytest.raises(BadInput, match="price is missing, or not above 0"):
        a_deal(price=10**400)


def test_the_balance_at_home_counts_the_deal_and_what_stands_beside_it() -> None:
    made = (
        Figure("production", 2023, 50_000.0, "as traded", "own"),
        Figure("need", 2023, 30_000.0, "as traded", "own"),
    )
    sale = setting(
        Small(flows=(("JPN", "KOR", 1e6, 5_000.0), *ROWS_BOUGHT), figures=made),
        incoterm="FOB",
        direction="export",
        partner="KOR",
    )
    assert value(sale, "home_balance_after_t") == pytest.approx(50_000 + 1_000 - 5_000 - 10_000 - 30_000)
    twice = replace(sale, beside=(sale.offer,))
    assert value(twice, "home_balance_after_t") == pytest.approx(value(sale, "home_balance_after_t") - 10_000)


ROWS_BOUGHT = (("SAU", "JPN", 1e6, 1_000.0),)


def test_two_figures_of_one_element_are_not_chosen_between() -> None:
    made = tuple(Figure("production", 2023, tons, "as traded", name) for tons, name in ((1.0, "a"), (2.0, "b")))
    found = setting(Small(figures=made), incoterm="FOB", direction="export", partner="KOR")
    assert value(found, "home_production_t") is None
    assert "a, b" in why(found, "home_production_t")


def test_currency_left_is_the_plan_less_all_that_is_given_and_asked() -> None:
    plan = [
        {"country": "JPN", "from_date": date(2024, 7, 1), "to_date": date(2024, 12, 31), "tier": tier}
        | {"plan_usd": 20e6, "spent_usd": spent, "reference": "Plan"}
        for tier, spent in ((1, 3e6), (2, 4e6))
    ]
    tables = Small(tables={"currency_budget": plan})
    one = setting(tables, incoterm="FOB", facts={"currency_tier": 2})
    assert value(one, "currency_left_usd") == pytest.approx(20e6 - 7e6 - 5e6)
    both = replace(one, beside=(one.offer,))
    assert value(both, "currency_tier_spent_usd") == pytest.approx(4e6 + 5e6)
    assert value(both, "currency_left_usd") == pytest.approx(20e6 - 7e6 - 10e6)


def test_a_new_question_joins_by_one_module_and_touches_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stock_cover.py").write_text(
        "from homeground.deals.evidence import Answer, Item, Question\n"
        "def _answer(setting):\n"
        "    return Answer('stock', 'Stock', (Item('home_cover', 42.0, 'own stocks', '2024'),), ('42 days',))\n"
        "QUESTION = Question('stock', 'How long do stocks last?', 'Stock', ('home_cover',), _answer)\n",
        encoding="utf-8",
    )
    fact = '[[fact]]\nname = "home_cover"\ntype = "number"\nmeaning = "days of stock"\n'
    monkeypatch.setattr(evidence, "__path__", [*evidence.__path__, str(tmp_path)])
    book = law(tmp_path / "book", fact, rule("STOCK", "home_cover > 40.0", "caution"))
    found = verdict.review(setting(incoterm="FOB"), book)
    assert [firing.rule.id for firing in found.judgement.fired] == ["STOCK"]
    assert ("Stock", "42 days") in __import__("homeground.brief.deals.deal_words", fromlist=["lines"]).lines(found)
    monkeypatch.undo()
    importlib.invalidate_caches()
    assert "stock" not in {question.id for question in evidence.questions()}


def test_no_two_questions_give_one_fact_and_every_fact_given_is_named_in_the_vocabulary() -> None:
    given_ = [name for question in evidence.questions() for name in question.gives]
    assert len(given_) == len(set(given_))
    assert set(given_) <= set(policy.facts())


# The verdict


def test_a_fact_that_evidence_tells_is_nobody_s_to_state(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="name_hits"):
        verdict.review(setting(incoterm="FOB", facts={"name_hits": 0}), law(tmp_path, NAMES))


def test_without_lists_and_measures_the_data_are_insufficient(tmp_path: Path) -> None:
    bare = setting(Small(barred=None, lists=0), incoterm="FOB", quantity=10)
    found = verdict.review(bare, law(tmp_path, BARRED, NAMES))
    assert found.verdict == "insufficient data"
    assert found.judgement.unknown == ("embargoed", "name_hits")
    assert [found.unknown[name] for name in found.judgement.unknown] == [
        "no measures (table restrictions) are loaded",
        "no sanctions list is loaded",
    ]
    assert found.proposals == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6), kept=st.sets(st.sampled_from(range(len(ALL))), max_size=5), more=st.sampled_from(ALL)
)
def test_adding_a_rule_never_makes_a_verdict_milder(
    tmp_path_factory: pytest.TempPathFactory, seed: int, kept: set[int], more: str
) -> None:
    rng = random.Random(seed)
    tables = random_market(rng)
    found = setting(tables, incoterm="FOB", quantity=10 ** rng.uniform(1, 5), price=rng.uniform(300, 700))
    few = [ALL[place] for place in sorted(kept) if ALL[place] != more]
    folder = tmp_path_factory.mktemp("books")
    before = verdict.review(found, law(folder / "few", *few), proposals=False)
    after = verdict.review(found, law(folder / "more", *few, more), proposals=False)
    assert strictness(after.verdict) >= strictness(before.verdict)


@pytest.mark.parametrize("quantity", [100, 10_000, 60_000])
def test_a_rule_that_is_not_in_force_changes_nothing(tmp_path: Path, quantity: float) -> None:
    found = setting(incoterm="FOB", quantity=quantity)
    later = rule("LATER", "true", "refuse", since="2024-07-16")
    one = verdict.review(found, law(tmp_path / "one", *ALL))
    other = verdict.review(found, law(tmp_path / "other", *ALL, later))
    assert (one.verdict, one.judgement.fired) == (other.verdict, other.judgement.fired)
    assert [p.words for p in one.proposals] == [p.words for p in other.proposals]
    assert any("LATER" in text for text in other.judgement.not_in_force)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), factor=st.floats(1.0, 50.0))
def test_a_larger_quantity_is_never_judged_milder_by_monotone_rules(
    tmp_path_factory: pytest.TempPathFactory, seed: int, factor: float
) -> None:
    rng = random.Random(seed)
    found = setting(random_market(rng), incoterm="FOB", quantity=10 ** rng.uniform(1, 4.5), price=rng.uniform(300, 700))
    book = law(tmp_path_factory.mktemp("book"), CAP, LARGE, DEAR, BARRED)
    larger = replace(found, offer=found.offer.at(tons=found.offer.tons * factor))
    judged = [verdict.review(each, book, proposals=False).verdict for each in (found, larger)]
    assert strictness(judged[1]) >= strictness(judged[0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_every_counter_proposal_passes_when_it_is_judged_anew(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng = random.Random(seed)
    found = setting(random_market(rng), incoterm="FOB", quantity=10 ** rng.uniform(2, 5), price=rng.uniform(300, 700))
    book = law(tmp_path_factory.mktemp("book"), *ALL)
    reviewed = verdict.review(found, book)
    limit = "caution" if strictness(reviewed.verdict) > strictness("caution") else "allow"
    for proposal in reviewed.proposals:
        anew = [verdict.review(each, book, proposals=False) for each in proposal.settings]
        assert tuple(each.verdict for each in anew) == tuple(each.verdict for each in proposal.judgements)
        if proposal.kind == "price remark":
            assert not {f.rule.id for a in anew for f in a.judgement.fired} >= {
                f.rule.id for f in reviewed.judgement.fired
            }
        else:
            assert all(strictness(each.verdict) <= strictness(limit) for each in anew)


def test_the_largest_quantity_is_the_edge_of_the_rule(tmp_path: Path) -> None:
    """(40 + v) / (100 + v) = 0.42 at v = 2 / 0.58 = 3.448 M USD, which is 6,896 t at 500 USD/t."""
    found = verdict.review(setting(incoterm="FOB"), law(tmp_path, CAP))
    (quantity,) = [p for p in found.proposals if p.kind == "quantity"]
    assert quantity.settings[0].deal.quantity_t == 6890.0
    assert "6,890 t from Saudi Arabia" in quantity.words


def test_a_split_keeps_as_much_as_passes_with_the_other_part_in_place(tmp_path: Path) -> None:
    """(40 + k) / 105 = 0.42 at k = 4.1 M USD, which is 8,200 t at 500 USD/t."""
    found = verdict.review(setting(incoterm="FOB"), law(tmp_path, CAP))
    (split,) = [p for p in found.proposals if p.kind == "split"]
    kept, rest = (each.deal.quantity_t for each in split.settings)
    assert kept == pytest.approx(8200, abs=10)
    assert kept + rest == pytest.approx(10_000)


def test_others_obey_measures_in_force_and_have_the_quantity_to_sell(tmp_path: Path) -> None:
    book = law(tmp_path, CAP)
    free = verdict.review(setting(incoterm="FOB"), book)
    barred = verdict.review(setting(Small(barred=[("CAN", "JPN")]), incoterm="FOB"), book)
    named = [{p.settings[0].deal.partner for p in each.proposals if p.kind == "others"} for each in (free, barred)]
    assert "CAN" in named[0]
    assert named[1] == named[0] - {"CAN"}
    huge = verdict.review(setting(incoterm="FOB", quantity=300_000), book)
    assert not [p for p in huge.proposals if p.kind == "others"]


def test_nobody_is_named_for_arms(tmp_path: Path) -> None:
    found = verdict.review(setting(incoterm="FOB", product="930690"), law(tmp_path, CAP))
    assert not [p for p in found.proposals if p.kind in ("others", "split", "price")]
    assert found.items["price_percentile"].value is None


def test_a_lower_price_is_proposed_against_rules_on_prices_only(tmp_path: Path) -> None:
    dear = verdict.review(setting(incoterm="FOB", price=600), law(tmp_path / "dear", DEAR))
    (price,) = [p for p in dear.proposals if p.kind == "price"]
    assert price.settings[0].offer.usd_per_t <= dear.items["price_upper_quartile_usd_t"].value
    large = verdict.review(setting(incoterm="FOB", price=600), law(tmp_path / "large", LARGE))
    assert not [p for p in large.proposals if p.kind.startswith("price")]


def test_the_search_finds_the_largest_passing_value_of_a_broken_rule() -> None:
    assert passing.largest(0.0, 100.0, lambda v: v <= 20 or 50 <= v <= 63.2) == pytest.approx(63.1)
    assert passing.largest(0.0, 100.0, lambda v: False) is None
    assert passing.largest(0.0, 100.0, lambda v: True) == 100.0


def test_herfindahl_lies_between_one_over_n_and_one() -> None:
    assert herfindahl({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}) == pytest.approx(0.25)
    assert herfindahl({"a": 3.0}) == 1.0
    assert herfindahl({}) is None


# Plans


def plan(tables: Small, specifications: list[dict[str, Any]], book: Law) -> batch.Plan:
    return batch.review([setting(tables, incoterm="FOB", **each) for each in specifications], lambda found: book)


SPECIFICATIONS: list[dict[str, Any]] = [
    {"title": "a", "quantity": 5_000},
    {"title": "b", "quantity": 6_000},
    {"title": "c", "quantity": 3_000, "partner": "USA"},
    {"title": "d", "quantity": 90_000},
    {"title": "e", "quantity": 2_000, "partner": "CAN"},
]


def test_deals_that_pass_alone_and_not_together_are_named_whatever_their_order(tmp_path: Path) -> None:
    book = law(tmp_path, CAP, rule("TOP", "supplier_share_after > 0.5", "refuse"))
    outcomes, parts = set(), set()
    for seed in range(12):
        order = random.Random(seed).sample(SPECIFICATIONS, len(SPECIFICATIONS))
        found = plan(Small(), order, book)
        outcomes.add(
            tuple(sorted((s.alone.deal.title, s.alone.verdict, s.verdict, s.shares_a_limit) for s in found.deals))
        )
        parts.add(found.part)
    assert len(outcomes) == 1
    assert len(parts) == 1
    by_title = {title: (alone, together) for title, alone, together, _ in next(iter(outcomes))}
    assert by_title["a"] == by_title["b"] == ("allow", "refer")
    assert by_title["c"] == by_title["e"] == ("allow", "allow")
    assert by_title["d"] == ("refuse", "refuse")


def test_cut_to_the_common_part_the_deals_pass_and_a_little_more_does_not(tmp_path: Path) -> None:
    book = law(tmp_path, CAP)
    found = plan(Small(), SPECIFICATIONS[:3], book)
    assert found.part is not None
    for part, passes in ((found.part, True), (found.part * 1.01, False)):
        cut = [
            each | ({"quantity": each["quantity"] * part} if each["title"] in "ab" else {})
            for each in SPECIFICATIONS[:3]
        ]
        again = plan(Small(), cut, book)
        assert (again.verdict == "allow") is passes


def test_a_plan_that_shares_no_limit_is_judged_as_each_alone(tmp_path: Path) -> None:
    found = plan(Small(), [SPECIFICATIONS[2], SPECIFICATIONS[4]], law(tmp_path, CAP))
    assert found.part is None
    assert all(settled.verdict == settled.alone.verdict for settled in found.deals)
    assert set(VERDICTS) >= {found.verdict}


def test_a_deal_of_unknown_value_hinders_no_other_deal_of_the_plan(tmp_path: Path) -> None:
    unknown: dict[str, Any] = {"title": "u", "quantity": 1_000, "currency": "CHF"}
    book = law(tmp_path, CAP)
    found = plan(Small(), [*SPECIFICATIONS[2:3], unknown], book)
    assert [settled.verdict for settled in found.deals] == ["allow", "insufficient data"]
    assert found.deals[1].together is None


def test_others_in_place_never_make_a_deal_milder_than_alone(tmp_path: Path) -> None:
    """At 4.5 M USD the supplier comes to 42.6 % alone, and to 40.8 % once 4.5 M USD of another are in place."""
    large: dict[str, Any] = {"title": "s", "quantity": 9_000}
    others: list[dict[str, Any]] = [{"title": "o", "quantity": 9_000, "partner": "USA"}]
    found = plan(Small(), [large, *others], law(tmp_path, CAP))
    assert found.deals[0].together is not None
    assert found.deals[0].together.verdict == "allow"
    assert found.deals[0].verdict == "refer"


def test_the_quick_question_whether_an_offer_passes_agrees_with_its_judgement(
    sample_home: Home, tmp_path: Path
) -> None:
    folder = Path(__file__).parents[1] / "examples" / "deals"
    home = Home(shutil.copytree(sample_home.store.path, tmp_path / "home"))
    for name in ("restrictions", "sanctioned_names", "exchange_rates", "freight"):
        home.load("tidy", folder / "tables" / f"{name}.csv", mapping=folder / "tables" / f"{name}.toml")
    book, verdicts = policy.read(folder / "policy"), set()
    for path in sorted((folder / "offers").glob("*.toml")):
        deal = deals.read(path, today=date(2024, 9, 1))
        held = home_deals.tables(home.store)
        asked = Setting(home_deals.priced(held, deal), held)
        court = verdict.Court(home_deals.law_of(book, deal.day))
        for part in (1.0, 0.5, 0.05, 0.001, 1.0):
            each = replace(asked, offer=asked.offer.at(tons=part * asked.offer.tons))
            judged = court.judge(each).verdict
            verdicts.add(judged)
            for most in VERDICTS:
                assert court.passes(each, most) is (strictness(judged) <= strictness(most)), (path.name, part, most)
    assert len(verdicts) >= 3


def test_no_rule_asks_for_evidence_that_is_left_out_with_a_deal() -> None:
    left_out = {"cr3", "cr5", "hub_share", "top_supplier_is_hub", "weighted_herfindahl", "weight_coverage"}
    left_out |= {"nes_share", "herfindahl_without_nes"}
    conditions = [condition for preset in measures.presets() for condition in preset.conditions]
    asked = {each.name for of in conditions for each in (*of.measures, *of.bloc_measures)}
    assert "top_share" in asked
    assert asked.isdisjoint(left_out)
