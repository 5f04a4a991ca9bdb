"""The whole way of a decision: reviewed, signed by whom the policy of its day names, countersigned, verified."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeground import policy
from homeground.errors import BadInput, NotInHome, SigningRefused
from homeground.home import Home
from homeground.home.deals import deal_record
from homeground.record import Entry, Ledger, Required
from homeground.record.papers import read_decision
from homeground.record.required import unmet
from record_office import ticking
from test_cli import run

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "examples" / "deals" / "policy"
CRUDE = ROOT / "examples" / "deals" / "offers" / "01-crude-from-saudi-arabia.toml"
DAY = date(2024, 7, 15)
CASE: dict[str, policy.model.Value] = {"direction": "import", "hs6": "270900", "partner": "SAU"}


def write_book(folder: Path, *entries: str) -> policy.Book:
    folder.mkdir(exist_ok=True)
    (folder / "book.toml").write_text('[book]\ntitle = "B"\nauthority = "A"\n' + "\n".join(entries), encoding="utf-8")
    return policy.read(folder)


def entry(name: str, roles: str, *lines: str, since: str = "2020-01-01") -> str:
    head = f'[[signing]]\nid = "{name}"\ntitle = "t"\nlegal = "Act {name}"\nfrom = {since}\nroles = {roles}\n'
    return head + "\n".join(lines) + "\n"


ALL = entry("S-1", '["officer"]')


def needed(book: policy.Book, verdict: str = "allow", day: date = DAY, **facts: object) -> list[str]:
    found = policy.signatures(policy.on(book, day), {**CASE, "deal_value_usd": 1e6, **facts}, verdict)  # type: ignore[arg-type]
    return [" or ".join(each.roles) for each in found]


# what the book asks for


def test_every_entry_that_covers_the_deal_asks_for_its_signatures(tmp_path: Path) -> None:
    book = write_book(
        tmp_path,
        ALL,
        entry("S-2", '["head", "deputy"]', "least_value_usd = 10000000"),
        entry("S-3", '["minister"]', 'verdicts = ["refuse"]', "signatures = 2"),
        entry("S-4", '["chemist"]', 'products = ["28"]', 'direction = "export"'),
        entry("S-5", '["envoy"]', 'partners = ["EU27"]'),
    )
    assert needed(book) == ["officer"]
    assert needed(book, deal_value_usd=1e7) == ["officer", "head or deputy"]
    assert needed(book, deal_value_usd=9_999_999.0) == ["officer"]
    assert needed(book, "refuse") == ["officer", "minister", "minister"]
    assert needed(book, hs6="280110", direction="export") == ["officer", "chemist"]
    assert needed(book, partner="DEU") == ["officer", "envoy"]


def test_a_value_that_is_not_known_needs_the_signatures_of_a_large_one(tmp_path: Path) -> None:
    book = write_book(tmp_path, ALL, entry("S-2", '["head"]', "least_value_usd = 10000000"))
    assert needed(book, deal_value_usd=None) == ["officer", "head"]


def test_an_entry_holds_from_its_first_day_and_not_the_day_before(tmp_path: Path) -> None:
    book = write_book(tmp_path, ALL, entry("S-2", '["head"]', since="2024-07-15"))
    assert needed(book, day=date(2024, 7, 14)) == ["officer"]
    assert needed(book, day=DAY) == ["officer", "head"]


def test_whoever_a_rule_refers_to_signs_and_as_many_as_it_says(tmp_path: Path) -> None:
    rule = (
        '[[rule]]\nid = "R-1"\ntitle = "t"\nlegal = "Act R"\nfrom = 2020-01-01\nwhen = "deal_value_usd > 0"\n'
        'verdict = "refer"\nrole = "minister"\nsignatures = 4\nreason = "r"\n'
    )
    book = write_book(tmp_path, ALL, rule)
    law = policy.on(book, DAY)
    assert [s.roles for s in policy.signatures(law, CASE, "refer", ["R-1"])] == [("officer",), *[("minister",)] * 3]
    assert [s.roles for s in policy.signatures(law, CASE, "refer", [])] == [("officer",)]


def test_where_the_book_names_nobody_nothing_can_be_signed(tmp_path: Path) -> None:
    with pytest.raises(NotInHome, match="names nobody who may sign"):
        needed(write_book(tmp_path))


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.lists(st.sampled_from(["allow", "refer", "refuse"]), max_size=4), st.sampled_from(["allow", "refuse"]))
def test_one_more_entry_never_asks_for_fewer_signatures(verdicts: list[str], verdict: str) -> None:
    import tempfile

    entries = [entry(f"X-{n}", '["x"]', f'verdicts = ["{v}"]') for n, v in enumerate(verdicts)]
    with tempfile.TemporaryDirectory() as folder:
        counts = [len(needed(write_book(Path(folder), ALL, *entries[:n]), verdict)) for n in range(len(entries) + 1)]
    assert counts == sorted(counts)


WRONG = {
    "no role": (entry("S-1", "[]"), "nobody is named who signs"),
    "an unknown verdict": (entry("S-1", '["a"]', 'verdicts = ["alow"]'), "unknown verdict"),
    "no number": (entry("S-1", '["a"]', "signatures = 0"), "not a number of signatures"),
    "an unknown key": (entry("S-1", '["a"]', 'role = "b"'), "unknown key"),
    "an unknown partner": (entry("S-1", '["a"]', 'partners = ["Atlantis"]'), "unknown country"),
    "no legal basis": (entry("S-1", '["a"]').replace('legal = "Act S-1"\n', ""), "legal is missing"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_entry_that_is_wrong_is_refused_by_name(tmp_path: Path, name: str) -> None:
    text, says = WRONG[name]
    with pytest.raises(BadInput, match=says):
        write_book(tmp_path, text)


def findings(book: policy.Book) -> set[tuple[str, str]]:
    return {(found.severity, found.check) for found in policy.check(book)}


def test_the_check_finds_deals_that_nobody_may_sign_and_entries_of_no_deal(tmp_path: Path) -> None:
    assert findings(write_book(tmp_path, ALL)) == set()
    assert ("error", "nobody signs") in findings(write_book(tmp_path, entry("S-1", '["a"]', 'verdicts = ["allow"]')))
    assert ("error", "nobody signs") in findings(write_book(tmp_path, entry("S-1", '["a"]', 'products = ["27"]')))
    none = entry("S-2", '["a"]', 'products = ["27"]', 'except_products = ["27"]')
    assert ("error", "never applies") in findings(write_book(tmp_path, ALL, none))
    twice = write_book(tmp_path, ALL, entry("S-1", '["b"]', since="2021-01-01"))
    assert ("error", "dates overlap") in findings(twice)


def test_scenarios_of_the_example_say_who_signs_and_a_wrong_one_is_found(tmp_path: Path) -> None:
    book = policy.read(BOOK)
    assert all(outcome.passes for outcome in policy.run_scenarios(book))
    shutil.copytree(BOOK, tmp_path / "book")
    file = tmp_path / "book" / "scenarios" / "signing.toml"
    file.write_text(file.read_text().replace('signed_by = ["officer"]', 'signed_by = ["clerk"]', 1))
    failing = [found for found in policy.run_scenarios(policy.read(tmp_path / "book")) if not found.passes]
    assert [fault for found in failing for fault in found.faults] == ["signed by officer, expected clerk"]


# which signatures are still open


def by_trying_all(required: list[Required], roles: list[str]) -> int:
    """The fewest places left open, over every assignment of signatures to places."""
    slots = [*range(len(required)), *[-1] * len(roles)]
    return min(
        len(required)
        - sum(slot >= 0 and role in required[slot].roles for role, slot in zip(roles, chosen, strict=False))
        for chosen in permutations(slots, len(roles))
    )


ROLES = st.sampled_from("abc")


@settings(deadline=None, derandomize=True)
@given(st.lists(st.lists(ROLES, min_size=1, unique=True), max_size=4), st.lists(ROLES, max_size=3))
def test_as_many_places_are_filled_as_can_be_whatever_the_order(places: list[list[str]], roles: list[str]) -> None:
    required = [Required(str(number), tuple(each)) for number, each in enumerate(places)]
    left = {len(unmet(required, order)) for order in permutations(roles)}
    assert left == {by_trying_all(required, roles)}


# the whole way, on real crude oil


def office(path: Path) -> Ledger:
    ledger = Ledger(path, clock=ticking())
    ledger.add_person("rita", "Rita Rask", ["registrar"], by="rita")
    people = {"ana": ["officer"], "olaf": ["officer"], "dina": ["deputy minister", "officer"], "hedda": ["clerk"]}
    for name, roles in people.items():
        ledger.add_person(name, name.title(), roles, by="rita")
        for role in roles:
            if name != "olaf":
                ledger.grant(name, role, ["27"], "2099-12-31", by="rita", grounds="office")
    ledger.add_person("ole", "Ole", ["deputy minister"], by="rita")
    return ledger


@pytest.fixture
def reviewed(sample_home: Home, tmp_path: Path) -> tuple[Ledger, int]:
    from homeground import deals

    book = shutil.copytree(BOOK, tmp_path / "book")
    ledger = office(tmp_path / "record.sqlite")
    found = sample_home.review(deals.read(CRUDE, DAY), policy.read(book))
    assert found.verdict == "refer"
    return ledger, deal_record.record(ledger, found, book, by="ana", role="officer").number


def test_a_decision_without_its_second_signature_stays_open_until_it_has_it(reviewed: tuple[Ledger, int]) -> None:
    ledger, review = reviewed
    made = deal_record.decide(ledger, review, "approve", by="ana", role="officer", reason="stocks are low")
    assert made.payload["signing"]["required"] == [
        {"rule": "SIGN-1", "roles": ["officer"], "reference": "Trade Decisions Act 2018, section 7"},
        {"rule": "E-3", "roles": ["deputy minister"], "reference": "Energy Supply Order 2024, section 3"},
    ]
    state = ledger.state().decisions[made.number]
    assert (state.standing, [each.rule for each in state.open]) == ("awaits second signature", ["E-3"])
    ledger.countersign(made.number, by="dina", role="deputy minister")
    assert ledger.state().decisions[made.number].standing == "in force"
    assert ledger.verify().intact
    entry = ledger.entry(review)
    assert (made.evidence, made.policy) == (entry.evidence, entry.policy)


REFUSED = {
    "the same person": ("dina", "officer", "rule E-3.*another person"),
    "another role": ("olaf", "officer", "does not let a officer sign.*rule E-3"),
    "nobody qualified": ("ole", "deputy minister", "no valid qualification as deputy minister.*rule E-3"),
    "a role not held": ("hedda", "deputy minister", "does not hold this role"),
}


@pytest.mark.parametrize("who", REFUSED)
def test_a_countersignature_that_does_not_count_is_refused_with_the_rules_name(
    reviewed: tuple[Ledger, int], who: str
) -> None:
    ledger, review = reviewed
    by, role, says = REFUSED[who]
    made = deal_record.decide(ledger, review, "approve", by="dina", role="officer", reason="stocks are low")
    before = len(ledger)
    with pytest.raises(SigningRefused, match=says):
        ledger.countersign(made.number, by=by, role=role)
    assert (len(ledger), ledger.state().decisions[made.number].standing) == (before, "awaits second signature")


def test_who_may_not_sign_at_all_may_not_sign_first_either(reviewed: tuple[Ledger, int]) -> None:
    ledger, review = reviewed
    for by, role, says in (("hedda", "clerk", "rule SIGN-1, rule E-3"), ("olaf", "officer", "rule SIGN-1")):
        with pytest.raises(SigningRefused, match=says):
            deal_record.decide(ledger, review, "approve", by=by, role=role, reason="stocks are low")


def test_the_signatures_may_come_in_any_order(reviewed: tuple[Ledger, int]) -> None:
    ledger, review = reviewed
    made = deal_record.decide(ledger, review, "reject", by="dina", role="deputy minister")
    assert [each.rule for each in ledger.state().decisions[made.number].open] == ["SIGN-1"]
    ledger.countersign(made.number, by="ana", role="officer")
    assert ledger.state().decisions[made.number].standing == "in force"


def test_a_review_is_decided_on_once_unless_the_decision_is_replaced(reviewed: tuple[Ledger, int]) -> None:
    ledger, review = reviewed
    first = deal_record.decide(ledger, review, "reject", by="ana", role="officer")
    with pytest.raises(BadInput, match=f"decided on already.*decision {first.number}"):
        deal_record.decide(ledger, review, "reject", by="dina", role="officer")
    with pytest.raises(NotInHome, match="is not a review"):
        deal_record.decide(ledger, first.number, "reject", by="ana", role="officer")
    second = deal_record.decide(
        ledger, review, "approve", by="ana", role="officer", reason="asked again", supersedes=first.number
    )
    standing = {number: made.standing for number, made in ledger.state().decisions.items()}
    assert standing == {first.number: "superseded", second.number: "awaits second signature"}


def test_the_policy_that_counts_is_the_text_kept_with_the_review(reviewed: tuple[Ledger, int], tmp_path: Path) -> None:
    ledger, review = reviewed
    (tmp_path / "book" / "signing.toml").unlink()
    made = deal_record.decide(ledger, review, "reject", by="ana", role="officer")
    assert len(made.payload["signing"]["required"]) == 2


def test_three_sign_where_three_are_asked_for(sample_home: Home, tmp_path: Path) -> None:
    from dataclasses import replace

    from homeground import deals

    ledger = office(tmp_path / "record.sqlite")
    ledger.add_person("mona", "Mona", ["minister"], by="rita")
    ledger.grant("mona", "minister", ["27"], "2099-12-31", by="rita", grounds="office")
    deal = replace(deals.read(CRUDE, DAY), quantity_t=5e6)
    found = sample_home.review(deal, policy.read(BOOK))
    review = deal_record.record(ledger, found, BOOK, by="ana", role="officer").number
    made = deal_record.decide(ledger, review, "reject", by="ana", role="officer", reason="too much at once")
    standings = []
    for by, role in (("dina", "deputy minister"), ("mona", "minister")):
        standings.append(ledger.state().decisions[made.number].standing)
        ledger.countersign(made.number, by=by, role=role)
    standings.append(ledger.state().decisions[made.number].standing)
    assert standings[:2] == ["awaits second signature", "awaits further signature"]


def test_the_commands_lead_from_the_review_to_a_record_that_is_intact(sample_home: Home, tmp_path: Path) -> None:
    url = tmp_path / "record.sqlite"
    office(url).close()
    at = ("--url", url, "--home", str(sample_home.store.path))
    who = ("--by", "ana", "--role", "officer")
    done = run("deal", "review", CRUDE, "--policy", BOOK, "--record", *who, *at)
    assert done.returncode == 20
    assert "Signed by        officer (SIGN-1), deputy minister (E-3)" in done.stdout
    number = done.stderr.split("Entry ")[1].split(",")[0]
    done = run("record", "decide", "--review", number, "--outcome", "approve", "--reason", "stocks are low", *who, *at)
    told = (
        "Decision: awaits second signature. Still to sign: deputy minister (E-3, Energy Supply Order 2024, section 3)."
    )
    assert told in done.stdout, done.stderr
    decision = done.stdout.split("Entry ")[1].split(",")[0]
    done = run("record", "countersign", decision, *who, *at)
    assert (done.returncode, "rule E-3" in done.stderr) == (3, True)
    done = run("record", "countersign", decision, "--by", "dina", "--role", "deputy minister", *at)
    assert "Decision: in force." in done.stdout
    assert run("record", "verify", *at).returncode == 0
    held = json.loads(run("record", "show", decision, "--json", *at).stdout)
    assert "in force" in str(held)
    for wrong in (("--review", number), (), ("--review", number, "--outcome", "maybe")):
        assert run("record", "decide", *wrong, *who, *at).returncode == 2


# decisions on deals that a file states

STATED = """
product = "270900"
value_usd = 520e6
verdict = "refer"
rules = ["E-3"]
outcome = "approve"
reason = "stocks are low"
[deal]
day = "2024-07-15"
direction = "import"
partner = "SAU"
"""
SIGNERS = """
[signing]
roles = ["officer"]
limit_usd = 10e6
second_roles = ["deputy minister"]
"""


def decide_file(ledger: Ledger, folder: Path, text: str, book: Path = BOOK) -> Entry:
    (folder / "decision.toml").write_text(text, encoding="utf-8")
    made = read_decision(folder / "decision.toml")
    return deal_record.decide_stated(ledger, made, book, by="ana", role="officer")


@pytest.mark.parametrize("text", [STATED, STATED + SIGNERS])
def test_the_policy_says_who_signs_a_decision_that_a_file_states(tmp_path: Path, text: str) -> None:
    ledger = office(tmp_path / "record.sqlite")
    made = decide_file(ledger, tmp_path, text)
    assert [each["rule"] for each in made.payload["signing"]["required"]] == ["SIGN-1", "E-3"]
    assert ledger.state().decisions[made.number].standing == "awaits second signature"
    ledger.countersign(made.number, by="dina", role="deputy minister")
    assert ledger.state().decisions[made.number].standing == "in force"
    assert ledger.verify().intact
    kept = json.loads(ledger.snapshot(made.policy))
    assert kept["version"] == made.payload["signing"]["policy"] == policy.read(BOOK).version


NOT_STATED = {
    "one signer where the policy asks for two": (
        STATED + SIGNERS.replace("10e6", "900e6"), SigningRefused, "officer; deputy minister|found officer, expected",
    ),
    "signers of another role": (
        STATED + SIGNERS.replace("deputy minister", "clerk"), SigningRefused, "found officer; clerk, expected officer",
    ),
    "a rule that the policy lacks": (STATED.replace("E-3", "E-33"), BadInput, "no such rule.*E-33"),
    "no day": (STATED.replace('day = "2024-07-15"', ""), BadInput, "the day of the deal says whose law holds"),
    "a day before the rule": (STATED.replace("2024-07-15", "2019-07-15"), BadInput, "no such rule.*E-3"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_STATED)
def test_a_file_that_names_other_signers_than_the_policy_is_refused_and_nothing_is_written(
    tmp_path: Path, case: str
) -> None:
    text, error, words = NOT_STATED[case]
    ledger = office(tmp_path / "record.sqlite")
    before = len(ledger)
    with pytest.raises(error, match=words):
        decide_file(ledger, tmp_path, text)
    assert len(ledger) == before


def test_a_file_says_who_signs_only_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    office(tmp_path / "home" / "record.sqlite").close()
    for name, text in (("stated", STATED + SIGNERS), ("silent", STATED)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    by = ("--by", "ana", "--role", "officer", "--home", tmp_path / "home")

    def decide(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return run("record", "decide", *words, *by)

    stated = tmp_path / "stated.toml"
    for words in ((stated,), (stated, "--policy", BOOK, "--signers-from-file"), (stated, "--policy", stated)):
        done = decide(*words)
        assert done.returncode == 2, done.stderr
        assert "who says who signs" in done.stderr
    done = decide(tmp_path / "silent.toml", "--signers-from-file")
    assert done.returncode == 3, done.stdout
    assert "does not let a officer sign" in done.stderr
    assert "awaits second signature" in decide(stated, "--signers-from-file", "--policy", stated).stdout
    done = decide(stated, "--policy", BOOK)
    assert "Still to sign: deputy minister (E-3" in done.stdout, done.stderr
