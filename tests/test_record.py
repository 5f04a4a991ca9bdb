"""The record's rules: who may sign what, two people above a limit, corrections that supersede, drills, one chain."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeground.errors import BadInput, HomegroundError, NotInHome, RecordBroken, SigningRefused
from homeground.record import KINDS, Case, Decision, Drill, Ledger, Required, Signing, database, drill, signing
from homeground.record.audit import GENESIS
from homeground.record.canonical import canonical, sha256
from postgres import Server
from record_office import DEAL, FIRST, decision, filled, staffed, ticking

SCORED = Drill(
    id="crude-1",
    title="Crude oil, first drill",
    role="officer",
    goods=("2710",),
    valid_days=365,
    pass_verdicts=0.75,
    pass_reasons=0.5,
    cases=(
        Case("a", {"partner": "SAU"}, "refer", ("E-3",)),
        Case("b", {"partner": "USA"}, "allow", ()),
        Case("c", {"partner": "XXX"}, "refuse", ("S-1", "E-3")),
        Case("d", {"partner": "NOR"}, "caution", ("P-2",)),
    ),
)
RIGHT: dict[str, dict[str, Any]] = {c.id: {"verdict": c.verdict, "reasons": list(c.reasons)} for c in SCORED.cases}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a new record, on each of the databases."""
    if request.param == "sqlite":
        return str(tmp_path / "record.sqlite")
    server: Server = request.getfixturevalue("postgres")
    return server.new_database(f"record-{tmp_path.name}-{sha256(str(tmp_path).encode())[:8]}")


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with staffed(url) as made:
        yield made


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Ledger]:
    """The same office on SQLite alone, where the database makes no difference."""
    with staffed(tmp_path / "office.sqlite") as made:
        yield made


# One chain


def test_each_entry_holds_the_hash_of_the_one_before(ledger: Ledger) -> None:
    entries = list(ledger.entries())
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry.previous for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    assert all(sha256(entry.body) == entry.hash for entry in entries)
    assert len(ledger) == 6


def test_the_same_acts_make_the_same_chain_on_both_databases(tmp_path: Path, postgres: Server) -> None:
    with filled(tmp_path / "one.sqlite") as one, filled(postgres.new_database("same-acts")) as other:
        assert [entry.body for entry in one.entries()] == [entry.body for entry in other.entries()]
        assert one.state().hash == other.state().hash


def test_opening_a_record_again_gives_the_same_state(url: str) -> None:
    with filled(url) as first:
        before = first.state()
    with Ledger(url, create=False) as again:
        assert again.state() == before


def test_the_state_follows_what_others_write(ledger: Ledger, url: str) -> None:
    with Ledger(url, clock=ticking(FIRST + timedelta(minutes=1))) as other:
        made = other.decide(decision(), by="olaf", role="officer")
    assert ledger.state().decisions[made.number].standing == "in force"
    assert ledger.note("seen", by="dina", role="officer", entry=made.number).previous == made.hash


def test_snapshots_are_kept_once_under_their_hash(ledger: Ledger) -> None:
    first = ledger.decide(decision(), by="olaf", role="officer", evidence={"b": 1, "a": 2.0}, policy=b"text")
    second = ledger.decide(decision(), by="olaf", role="officer", evidence={"a": 2, "b": 1.0}, policy=b"text")
    assert first.evidence == second.evidence
    assert ledger.snapshot(first.evidence) == b'{"a":2,"b":1}'
    assert ledger.snapshot(first.policy) == b"text"
    with pytest.raises(NotInHome, match="nothing is kept"):
        ledger.snapshot("0" * 64)


def test_the_database_itself_refuses_changes(ledger: Ledger) -> None:
    for statement in ("UPDATE entries SET hash = ''", "DELETE FROM entries", "DELETE FROM snapshots"):
        ledger.note("x", by="olaf", role="officer")
        ledger.decide(decision(), by="olaf", role="officer", evidence=b"e")
        with pytest.raises(RecordBroken, match="only be added"), database.writing(ledger._engine) as connection:
            connection.exec_driver_sql(statement)
    assert ledger.verify().intact


def test_a_role_that_may_only_insert_and_select_can_keep_the_record(tmp_path: Path, postgres: Server) -> None:
    url = postgres.new_database("least-rights")
    staffed(url).close()
    with postgres.connect("least-rights") as owner:
        owner.execute("CREATE ROLE clerk LOGIN")
        owner.execute("GRANT SELECT ON alembic_version TO clerk")
        owner.execute("GRANT SELECT, INSERT ON entries, snapshots TO clerk")
    with Ledger(postgres.url("least-rights", "clerk"), create=False, clock=ticking()) as ledger:
        assert ledger.note("written with few rights", by="olaf", role="officer").number == 7
        with pytest.raises(BadInput, match="permission denied"), database.writing(ledger._engine) as connection:
            connection.exec_driver_sql("UPDATE entries SET body = ''")


def test_entries_written_before_a_migration_stay_as_they_were(url: str) -> None:
    made = database.engine(database.resolve(url))
    database.migrate(made, "0001")
    body = canonical({"number": 1, "previous": GENESIS})
    with database.writing(made) as connection:
        connection.execute(sa.insert(database.ENTRIES), {"number": 1, "hash": sha256(body), "body": body.decode()})
        assert database.revision(connection) == "0001"
    made.dispose()
    with Ledger(url, create=False) as ledger:
        with database.reading(ledger._engine) as connection:
            assert database.revision(connection) == database.HEAD
        assert ledger.verify().intact
        assert len(ledger) == 1


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == database.HEAD


def test_threads_that_share_a_ledger_make_one_chain(office: Ledger) -> None:
    threads = [
        threading.Thread(target=lambda: [office.note("x", by="olaf", role="officer") for _ in range(10)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(office) == 86
    assert office.verify().intact


# Who may sign


def test_a_decision_below_the_limit_is_in_force_with_one_signature(office: Ledger) -> None:
    made = office.decide(decision(1_000_000.0), by="olaf", role="officer")
    assert office.state().decisions[made.number].standing == "in force"


@pytest.mark.parametrize("value", [1_000_000.01, 5e9, None])
def test_above_the_limit_or_of_unknown_value_it_waits_for_another_person(office: Ledger, value: float | None) -> None:
    made = office.decide(decision(value), by="olaf", role="officer")
    assert office.state().decisions[made.number].standing == "awaits second signature"
    office.countersign(made.number, by="dina", role="deputy minister")
    assert office.state().decisions[made.number].standing == "in force"


def test_the_second_may_refuse_and_says_why(office: Ledger) -> None:
    made = office.decide(decision(None), by="olaf", role="officer")
    with pytest.raises(BadInput, match="needs its reason"):
        office.countersign(made.number, by="dina", role="deputy minister", agrees=False)
    office.countersign(made.number, by="dina", role="deputy minister", agrees=False, reason="price not explained")
    assert office.state().decisions[made.number].standing == "refused by the second"
    with pytest.raises(BadInput, match="does not wait"):
        office.countersign(made.number, by="dina", role="deputy minister")


def test_one_person_cannot_be_both_signatures(office: Ledger) -> None:
    made = office.decide(
        decision(None, signing=Signing(("officer",), 1.0, ("officer", "deputy minister"))), by="dina", role="officer"
    )
    with pytest.raises(SigningRefused, match="another person"):
        office.countersign(made.number, by="dina", role="deputy minister")
    office.countersign(made.number, by="olaf", role="officer")


Act = Callable[[Ledger], object]
REFUSED: dict[str, tuple[Act, type[HomegroundError], str]] = {
    "an unknown person": (
        lambda o: o.decide(decision(), by="nobody", role="officer"),
        NotInHome,
        "dina, olaf, rita",
    ),
    "a role not held": (
        lambda o: o.decide(decision(), by="rita", role="officer"),
        SigningRefused,
        "does not hold this role: found officer, expected registrar",
    ),
    "a role that the policy does not name": (
        lambda o: o.decide(decision(), by="dina", role="deputy minister"),
        SigningRefused,
        "found deputy minister, expected officer",
    ),
    "other goods": (
        lambda o: o.decide(decision(product="271019"), by="olaf", role="officer"),
        SigningRefused,
        "olaf has none for these goods",
    ),
    "a class of goods in place of a product": (
        lambda o: o.decide(decision(product="2709"), by="olaf", role="officer"),
        BadInput,
        "product is wrong",
    ),
    "a departure without reason": (
        lambda o: o.decide(decision(verdict="refuse"), by="olaf", role="officer"),
        BadInput,
        "found approve where the policy's verdict is refuse",
    ),
    "a rejection of what is allowed, without reason": (
        lambda o: o.decide(decision(outcome="reject"), by="olaf", role="officer"),
        BadInput,
        "found reject where the policy's verdict is allow",
    ),
    "an unknown verdict": (
        lambda o: o.decide(decision(verdict="maybe"), by="olaf", role="officer"),
        BadInput,
        "verdict is wrong: found 'maybe'",
    ),
    "a value below zero": (
        lambda o: o.decide(decision(-1.0), by="olaf", role="officer"),
        BadInput,
        "value_usd is wrong",
    ),
    "a value that is no number": (
        lambda o: o.decide(decision(float("nan")), by="olaf", role="officer"),
        BadInput,
        "value_usd is wrong",
    ),
    "a deal that is not plain data": (
        lambda o: o.decide(decision(deal={"when": FIRST}), by="olaf", role="officer"),
        BadInput,
        "canonical form",
    ),
    "a second signature on no decision": (
        lambda o: o.countersign(4, by="dina", role="deputy minister"),
        NotInHome,
        "entry 4 is not a decision: found qualification",
    ),
    "a person added by one who is no registrar": (
        lambda o: o.add_person("x", "X", [], by="dina"),
        SigningRefused,
        "found registrar, expected deputy minister, officer",
    ),
    "a qualification for oneself": (
        lambda o: o.grant("olaf", "officer", ["27"], "2026-12-31", by="olaf", grounds="mine"),
        SigningRefused,
        "nobody grants",
    ),
    "a qualification in a role not held": (
        lambda o: o.grant("rita", "officer", ["27"], "2026-12-31", by="olaf", grounds="x"),
        SigningRefused,
        "rita does not hold this role",
    ),
    "a qualification for no class of goods": (
        lambda o: o.grant("olaf", "officer", ["oil"], "2026-12-31", by="rita", grounds="x"),
        BadInput,
        "goods is wrong",
    ),
    "a qualification that ends before it begins": (
        lambda o: o.grant("olaf", "officer", ["27"], "2026-01-01", by="rita", grounds="x"),
        BadInput,
        "ends before",
    ),
    "a day that does not exist": (
        lambda o: o.grant("olaf", "officer", ["27"], "2026-02-30", by="rita", grounds="x"),
        BadInput,
        "until is wrong",
    ),
    "a revocation of something else": (lambda o: o.revoke(1, "x", by="rita"), NotInHome, "found person"),
    "a note on an entry that is not there": (
        lambda o: o.note("x", by="olaf", role="officer", entry=99),
        NotInHome,
        "found 99, expected 1 to 6",
    ),
    "an empty note": (lambda o: o.note(" ", by="olaf", role="officer"), BadInput, "text is wrong"),
    "a person superseded": (
        lambda o: o.supersede(2, "left", by="rita", role="registrar"),
        BadInput,
        "a person is not superseded",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not_be_done_is_refused_with_its_reason_and_nothing_is_written(office: Ledger, name: str) -> None:
    act, error, says = REFUSED[name]
    with pytest.raises(error) as refusal:
        act(office)
    assert says in str(refusal.value)
    assert "What to do:" in str(refusal.value)
    assert len(office) == 6
    assert office.verify().intact


def test_a_qualification_holds_on_its_first_and_last_day_and_not_beyond(tmp_path: Path) -> None:
    day = datetime(2026, 6, 30, 23, 59, 50, tzinfo=UTC)
    clock = ticking(day)
    with Ledger(tmp_path / "days.sqlite", clock=clock) as ledger:
        ledger.add_person("rita", "Rita", ["registrar"], by="rita")
        ledger.add_person("olaf", "Olaf", ["officer"], by="rita")
        ledger.grant("olaf", "officer", ["2709"], "2026-06-30", by="rita", grounds="x")
        ledger.decide(decision(), by="olaf", role="officer")
        for _ in range(10):
            clock()
        with pytest.raises(SigningRefused, match="olaf on 2026-07-01: entry 3 holds from 2026-06-30 to 2026-06-30"):
            ledger.decide(decision(), by="olaf", role="officer")
        ledger.grant("olaf", "officer", ["2709"], "2026-12-31", by="rita", grounds="x", since="2026-07-02")
        with pytest.raises(SigningRefused, match="entry 5 holds from 2026-07-02"):
            ledger.decide(decision(), by="olaf", role="officer")


def test_a_revoked_qualification_and_a_lost_role_end_the_right_to_sign(office: Ledger) -> None:
    office.revoke(4, "moved to another desk", by="rita")
    with pytest.raises(SigningRefused, match="entry 4 was revoked"):
        office.decide(decision(), by="olaf", role="officer")
    office.add_person("dina", "Dina Dahl", ["deputy minister"], by="rita")
    with pytest.raises(SigningRefused, match="dina does not hold this role"):
        office.decide(decision(), by="dina", role="officer")


def test_the_first_person_is_the_registrar_who_adds_themselves(tmp_path: Path) -> None:
    with Ledger(tmp_path / "new.sqlite") as ledger:
        for identity, roles, by in (("a", ["registrar"], "b"), ("a", ["officer"], "a")):
            with pytest.raises(SigningRefused, match="no people yet"):
                ledger.add_person(identity, "A", roles, by=by)
        ledger.add_person("a", "A", ["registrar"], by="a")


@given(
    goods=st.lists(st.sampled_from(["27", "2709", "270900", "2710", "28"]), min_size=1, max_size=3),
    product=st.sampled_from(["270900", "271019", "270112", "283691"]),
    since=st.integers(0, 9),
    length=st.integers(0, 9),
    day=st.integers(0, 19),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_signature_counts_exactly_where_goods_and_days_fit(
    tmp_path: Path, goods: list[str], product: str, since: int, length: int, day: int
) -> None:
    from homeground.record.state import Person, Qualification, State

    def iso(number: int) -> str:
        return (FIRST.date() + timedelta(days=number)).isoformat()

    state = State(people={"olaf": Person("olaf", "Olaf", ("officer",))})
    state.qualifications[1] = Qualification(1, "olaf", "officer", tuple(goods), iso(since), iso(since + length), "x")
    fits = any(product.startswith(g) for g in goods) and since <= day <= since + length
    try:
        signing.require_signer(state, iso(day), "olaf", "officer", product, (Required("", ("officer",)),))
    except SigningRefused:
        assert not fits
    else:
        assert fits


# Corrections


def test_a_replacement_supersedes_the_decision_and_both_stay(office: Ledger) -> None:
    first = office.decide(decision(), by="olaf", role="officer")
    second = office.decide(
        decision(300_000.0, reason="quantity was mistyped"), by="olaf", role="officer", supersedes=first.number
    )
    decisions = office.state().decisions
    assert decisions[first.number].standing == "superseded"
    assert decisions[second.number].standing == "in force"
    kinds = [entry.kind for entry in office.entries()][6:]
    assert kinds == ["decision", "decision", "supersession"]
    assert office.entry(9).payload == {"entry": first.number, "by": second.number, "reason": "quantity was mistyped"}
    with pytest.raises(BadInput, match="superseded already"):
        office.supersede(first.number, "again", by="olaf", role="officer")


def test_a_replacement_above_the_limit_needs_its_own_second_signature(office: Ledger) -> None:
    first = office.decide(decision(), by="olaf", role="officer")
    second = office.decide(decision(9e6, reason="more"), by="olaf", role="officer", supersedes=first.number)
    assert office.state().decisions[second.number].standing == "awaits second signature"
    assert office.state().decisions[first.number].standing == "superseded"


def test_a_withdrawn_countersignature_opens_the_decision_again(office: Ledger) -> None:
    made = office.decide(decision(None), by="olaf", role="officer")
    second = office.countersign(made.number, by="dina", role="deputy minister")
    office.supersede(second.number, "signed the wrong file", by="dina", role="deputy minister")
    assert office.state().decisions[made.number].standing == "awaits second signature"


def test_only_one_who_may_sign_for_the_goods_may_withdraw_a_decision(office: Ledger) -> None:
    made = office.decide(decision(), by="olaf", role="officer")
    with pytest.raises(SigningRefused, match="registrar"):
        office.supersede(made.number, "no", by="rita", role="registrar")
    office.supersede(made.number, "the seller withdrew", by="dina", role="deputy minister")
    assert office.state().decisions[made.number].standing == "superseded"


def test_a_refused_replacement_leaves_nothing_behind(office: Ledger) -> None:
    first = office.decide(decision(), by="olaf", role="officer")
    with pytest.raises(SigningRefused):
        office.decide(decision(product="280110"), by="olaf", role="officer", supersedes=first.number)
    assert len(office) == 7
    assert office.state().decisions[first.number].standing == "in force"


def test_what_fails_within_a_turn_leaves_no_entry_and_no_snapshot(office: Ledger) -> None:
    def half() -> None:
        with office.writing() as pen:
            pen.keep(b"half")
            pen.write(signing.note(pen.state, "half", None, "olaf", "officer"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert len(office) == 6
    with pytest.raises(NotInHome):
        office.snapshot(sha256(b"half"))


# The drill


def test_a_passed_drill_grants_the_qualification_for_its_goods_and_days(office: Ledger) -> None:
    refined = decision(product="271019")
    with pytest.raises(SigningRefused):
        office.decide(refined, by="olaf", role="officer")
    attempt = office.attempt(SCORED, RIGHT, by="olaf")
    assert (attempt.score.verdicts, attempt.score.reasons, attempt.score.passed) == (1.0, 1.0, True)
    assert attempt.qualification is not None
    assert attempt.qualification.payload["until"] == "2027-03-02"
    assert attempt.qualification.payload["drill"] == attempt.entry.number
    assert json.loads(office.snapshot(attempt.entry.evidence))["cases"][2]["verdict"] == "refuse"
    office.decide(refined, by="olaf", role="officer")


def test_a_failed_drill_is_recorded_and_grants_nothing(office: Ledger) -> None:
    wrong = {**RIGHT, "a": {"verdict": "allow", "reasons": []}, "d": {"verdict": "allow", "reasons": []}}
    attempt = office.attempt(SCORED, wrong, by="olaf")
    assert attempt.score.verdicts == 0.5
    assert attempt.qualification is None
    assert office.entry(attempt.entry.number).payload["passed"] is False
    assert len(office) == 7


def test_reasons_are_scored_by_hits_over_given_and_expected() -> None:
    half = {"verdict": "refuse", "reasons": ["S-1", "Z-9"]}
    score = drill.score(SCORED, {**RIGHT, "c": half, "b": {"verdict": "allow", "reasons": ["Z"]}})
    assert [case.reasons for case in score.cases] == [1.0, 0.0, 0.5, 1.0]
    assert score.reasons == pytest.approx(2.5 / 4)
    assert score.passed


def test_right_verdicts_for_wrong_reasons_do_not_pass() -> None:
    guessed = {case: {"verdict": answer["verdict"], "reasons": ["Z"]} for case, answer in RIGHT.items()}
    score = drill.score(SCORED, guessed)
    assert (score.verdicts, score.reasons, score.passed) == (1.0, 0.0, False)


@pytest.mark.parametrize("given", ["allow", "caution"])
def test_allowing_what_must_be_refused_fails_whatever_else_is_right(given: str) -> None:
    score = drill.score(SCORED, {**RIGHT, "c": {"verdict": given, "reasons": ["S-1", "E-3"]}})
    assert score.verdicts == 0.75
    assert score.grave == ("c",)
    assert not score.passed


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"a": RIGHT["a"]}, "no answer to b, c, d"),
        ({**RIGHT, "z": RIGHT["a"]}, "unknown case z"),
        ({**RIGHT, "a": {"verdict": "refer"}}, "found verdict"),
        ({**RIGHT, "a": {"verdict": "perhaps", "reasons": []}}, "verdict is wrong"),
    ],
)
def test_answers_that_do_not_fit_the_drill_are_refused(office: Ledger, answers: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        office.attempt(SCORED, answers, by="olaf")
    assert len(office) == 6


def test_a_drill_survives_writing_and_reading(tmp_path: Path) -> None:
    about = {name: getattr(SCORED, name) for name in drill.FIELDS}
    path = tmp_path / "drill.toml"
    path.write_text(drill.write(about, SCORED.cases), encoding="utf-8")
    assert drill.read(path) == SCORED


DRILL_TEXT = """
[drill]
id = "d"
title = "t"
role = "officer"
goods = ["2709"]
valid_days = 100
pass_verdicts = 0.8
pass_reasons = 0.5
[[case]]
id = "a"
verdict = "refer"
reasons = []
[case.deal]
partner = "SAU"
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('verdict = "refer"', 'verdict = ""', "no expected verdict yet"),
        ('verdict = "refer"', 'verdict = "no"', "verdict is wrong"),
        ('goods = ["2709"]', 'goods = ["27090"]', "goods is wrong"),
        ("valid_days = 100", "valid_days = 0", "valid_days is wrong"),
        ("pass_reasons = 0.5", "pass_reasons = 5", "pass_reasons is wrong"),
        ("pass_reasons = 0.5\n", "", "other fields"),
        ("reasons = []", "", "other fields"),
        ("[[case]]", "[[case]", "not TOML"),
        (DRILL_TEXT[DRILL_TEXT.index("[[case]]") :], "", "no case"),
    ],
)
def test_a_drill_that_is_not_complete_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "drill.toml"
    path.write_text(DRILL_TEXT, encoding="utf-8")
    drill.read(path)
    path.write_text(DRILL_TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        drill.read(path)


# Places that hold no record, or a broken one


def test_a_record_that_is_not_there_is_not_made_by_reading(tmp_path: Path, postgres: Server) -> None:
    with pytest.raises(NotInHome, match="no record here yet"):
        Ledger(tmp_path / "none.sqlite", create=False)
    assert not (tmp_path / "none.sqlite").exists()
    with pytest.raises(NotInHome, match="no record here yet"):
        Ledger(postgres.new_database("empty"), create=False)


@pytest.mark.parametrize("place", ["mysql://host/db", "nonsense://", "sqlite://"])
def test_another_kind_of_database_is_refused(place: str) -> None:
    with pytest.raises(BadInput, match="not a place for a record"):
        Ledger(place)


def test_a_password_never_shows(postgres: Server) -> None:
    with pytest.raises(BadInput) as error:
        Ledger(f"postgresql://homeground:secret@127.0.0.1:{postgres.port}/absent")
    assert "secret" not in str(error.value)
    assert "absent" in str(error.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100, encoding="utf-8")
    with pytest.raises(BadInput, match="could not be read"):
        Ledger(path)


def test_a_record_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "later.sqlite"
    staffed(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(BadInput, match="later version"):
        Ledger(path)


def test_a_database_of_another_encoding_is_refused(postgres: Server) -> None:
    with pytest.raises(BadInput, match="found SQL_ASCII, expected UTF8"):
        Ledger(postgres.new_database("ascii", "SQL_ASCII"))


def test_a_clock_far_behind_the_record_stops_writing(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    staffed(path).close()
    with (
        Ledger(path, clock=lambda: FIRST - timedelta(days=1)) as ledger,
        pytest.raises(BadInput, match="clock is behind"),
    ):
        ledger.note("x", by="olaf", role="officer")


def test_nothing_is_written_behind_a_forged_entry(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    staffed(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute("UPDATE entries SET body = replace(body, '2709', '2710') WHERE number = 4")
    connection.close()
    with Ledger(path, create=False) as ledger:
        with pytest.raises(RecordBroken, match="entry 4"):
            ledger.decide(decision(product="271019"), by="olaf", role="officer")
        assert [(f.kind, f.first) for f in ledger.verify().findings] == [("altered", 4)]
        assert len(ledger) == 6


def test_entries_that_vanish_while_a_ledger_is_open_stop_writing(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    with staffed(path) as ledger:
        ledger.state()
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TRIGGER entries_no_delete")
            connection.execute("DELETE FROM entries WHERE number > 4")
        connection.close()
        with pytest.raises(RecordBroken):
            ledger.note("x", by="olaf", role="officer")


def test_every_kind_states_its_fields_in_known_forms() -> None:
    from homeground.record.kinds import FORMS

    for kind in KINDS.values():
        assert kind.meaning
        assert {form.rstrip("?") for form in kind.fields.values()} <= set(FORMS)


def test_a_decision_says_what_it_was_made_on(office: Ledger) -> None:
    made = office.decide(decision(rules=("E-3", "P-1")), by="olaf", role="officer", evidence={"x": 1}, policy=b"p")
    read = office.entry(made.number)
    assert read.payload["deal"] == DEAL
    assert read.payload["rules"] == ["E-3", "P-1"]
    assert read.policy == sha256(b"p")
    assert [(s.person, s.role) for s in read.people] == [("olaf", "officer")]
    assert isinstance(decision(), Decision)
