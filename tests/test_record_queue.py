"""The queue of reviews: a pure function of the entries; hearings; acts that bear a token count once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from homeground.errors import BadInput, NotInHome, SigningRefused
from homeground.record import Decision, Entry, Ledger, Required, Signatures, Signer, State
from homeground.record.queue import may_sign, queue, stand
from homeground.record.signing import Draft

DEAL = {"direction": "import", "country": "JPN", "partner": "SAU", "hs6": "270900", "title": "Crude oil"}
NEEDED = (Required("S-1", ("officer",)), Required("E-3", ("minister",)))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "record.sqlite")
    made.add_person("rita", "Rita", ["registrar"], by="rita")
    for who, role in (("ana", "officer"), ("bo", "minister"), ("ivo", "analyst")):
        made.add_person(who, who.capitalize(), [role], by="rita")
        made.grant(who, role, ["27"], "2999-12-31", by="rita", grounds="course")
    return made


def review(ledger: Ledger, **changed: Any) -> int:
    payload = {"deal": DEAL, "product": "270900", "value_usd": 5e8, "verdict": "refer", "rules": ["E-3"], "unknown": [],
               "day": "2024-07-15", "policy_version": "0" * 64, **changed}  # fmt: skip
    with ledger.writing() as pen:
        return pen.write(Draft("review", (Signer("ana", "officer"),), payload)).number


def decide(ledger: Ledger, number: int) -> Entry:
    signing = Signatures(NEEDED, number, "0" * 64, "2024-07-15")
    made = Decision(DEAL, "270900", 5e8, "refer", ("E-3",), "approve", signing, "stocks are low")
    return ledger.decide(made, by="ana", role="officer")


def test_a_review_goes_from_the_queue_to_the_signature_to_the_decision(ledger: Ledger) -> None:
    number = review(ledger)
    assert stand(ledger.state(), number).stage == "to be decided"
    made = decide(ledger, number)
    waiting = stand(ledger.state(), number)
    assert waiting.stage == "awaits signature"
    assert waiting.decided is not None
    assert [may_sign(ledger.state(), waiting.decided, who) for who in ("ana", "bo", "ivo")] == [(), ("minister",), ()]
    ledger.countersign(made.number, by="bo", role="minister")
    assert stand(ledger.state(), number).stage == "decided"


def test_a_refused_decision_and_a_withdrawn_one_put_the_review_back(ledger: Ledger) -> None:
    number = review(ledger)
    ledger.countersign(decide(ledger, number).number, by="bo", role="minister", agrees=False, reason="too dear")
    assert stand(ledger.state(), number).stage == "to be decided"
    ledger.supersede(decide(ledger, number).number, "an error", by="ana", role="officer")
    assert stand(ledger.state(), number).stage == "to be decided"
    assert len(stand(ledger.state(), number).review.decisions) == 2


def test_a_signature_counts_wherever_it_can_whoever_signed_first(ledger: Ledger) -> None:
    either, one = Required("A-1", ("officer", "minister")), Required("A-2", ("officer",))
    signing = Signatures((either, one), number := review(ledger), "0" * 64, "2024-07-15")
    made = ledger.decide(Decision(DEAL, "270900", 5e8, "allow", (), "approve", signing), by="ana", role="officer")
    decided = ledger.state().decision(made.number)
    assert decided.open == (one,)  # the officer's place is the first so far, and yields
    assert (decided.open_to("minister"), decided.open_to("analyst")) == (True, False)
    assert may_sign(ledger.state(), decided, "bo") == ("minister",)
    with pytest.raises(SigningRefused, match="does not let a analyst sign"):
        ledger.countersign(made.number, by="ivo", role="analyst")
    ledger.countersign(made.number, by="bo", role="minister")
    assert stand(ledger.state(), number).stage == "decided"


def refused(ledger: Ledger, number: int) -> tuple[int, int]:
    """A decision on a review that the minister refuses, and the entry of the refusal."""
    made = decide(ledger, number).number
    return made, ledger.countersign(made, by="bo", role="minister", agrees=False, reason="too dear").number


def test_a_refusal_that_is_taken_back_lets_its_decision_stand_again(ledger: Ledger) -> None:
    made, refusal = refused(ledger, number := review(ledger))
    ledger.supersede(refusal, "the price came down", by="bo", role="minister")
    assert stand(ledger.state(), number).stage == "awaits signature"
    ledger.countersign(made, by="bo", role="minister")
    assert ledger.state().decision(made).standing == "in force"


def test_a_refusal_stays_once_its_review_is_decided_anew_or_withdrawn(ledger: Ledger) -> None:
    first, refusal = refused(ledger, number := review(ledger))
    second = decide(ledger, number).number
    with pytest.raises(BadInput, match=f"decided on already: found decision {second}"):
        ledger.supersede(refusal, "the price came down", by="ana", role="officer")
    ledger.countersign(second, by="bo", role="minister")
    with pytest.raises(BadInput, match="decided on already"):
        ledger.supersede(refusal, "the price came down", by="bo", role="minister")
    standings = [ledger.state().decision(each).standing for each in (first, second)]
    assert standings == ["refused by the second", "in force"]
    _, gone = refused(ledger, other := review(ledger))
    ledger.supersede(other, "the seller withdrew", by="ana", role="officer")
    with pytest.raises(BadInput, match="is withdrawn"):
        ledger.supersede(gone, "the price came down", by="bo", role="minister")


def test_a_hearing_counts_people_not_words_and_ends_with_the_decision(ledger: Ledger) -> None:
    number = review(ledger)
    ledger.take_position(number, "against", "too dear", by="ivo", role="analyst")
    ledger.take_position(number, "remark", "asked the seller", by="ivo", role="analyst")
    assert stand(ledger.state(), number).review.count("against") == 1
    changed = ledger.take_position(number, "for", "the price came down", by="ivo", role="analyst")
    assert (
        stand(ledger.state(), number).review.count("against"),
        stand(ledger.state(), number).review.count("for"),
    ) == (0, 1)
    ledger.supersede(changed.number, "the seller went back", by="ivo", role="analyst")
    assert stand(ledger.state(), number).review.stances == {"ivo": "against"}
    decide(ledger, number)
    with pytest.raises(BadInput, match="decided on already"):
        ledger.take_position(number, "for", "late", by="ivo", role="analyst")


def test_who_is_given_a_review_is_the_last_to_whom_it_was_given(ledger: Ledger) -> None:
    number = review(ledger)
    for person in ("ana", "bo"):
        ledger.assign(number, person, by="ana", role="officer")
    assert stand(ledger.state(), number).review.assigned == "bo"
    with pytest.raises(BadInput, match="with this person already"):
        ledger.assign(number, "bo", by="ana", role="officer")
    with pytest.raises(NotInHome, match="does not know this person"):
        ledger.assign(number, "nobody", by="ana", role="officer")
    with pytest.raises(SigningRefused, match="does not hold this role"):
        ledger.assign(number, "ana", by="ana", role="minister")
    with pytest.raises(NotInHome, match="entry 1 is not a review"):
        ledger.assign(1, "ana", by="ana", role="officer")


def test_a_withdrawn_review_takes_nothing_more_and_a_decided_one_is_not_withdrawn(ledger: Ledger) -> None:
    number, other = review(ledger), review(ledger)
    ledger.supersede(number, "the seller withdrew", by="ana", role="officer")
    assert stand(ledger.state(), number).stage == "withdrawn"
    for act in (
        lambda: decide(ledger, number),
        lambda: ledger.take_position(number, "for", "late", by="ivo", role="analyst"),
        lambda: ledger.assign(number, "bo", by="ana", role="officer"),
    ):
        with pytest.raises(BadInput, match="is withdrawn"):
            act()
    decide(ledger, other)
    with pytest.raises(BadInput, match="decided on already"):
        ledger.supersede(other, "too late", by="ana", role="officer")


def test_the_queue_is_the_same_from_the_entries_alone(ledger: Ledger, tmp_path: Path) -> None:
    first, second = review(ledger), review(ledger)
    ledger.assign(first, "bo", by="ana", role="officer")
    ledger.take_position(second, "for", "needed", by="ivo", role="analyst")
    decide(ledger, second)
    anew = State()
    for entry in ledger.entries():
        anew.apply(entry)
    assert queue(anew) == queue(ledger.state())
    ledger.export(tmp_path / "export")
    with Ledger(tmp_path / "restored.sqlite") as restored:
        restored.restore(tmp_path / "export")
        assert queue(restored.state()) == queue(ledger.state())


def test_an_act_with_a_token_counts_once_also_when_many_send_it_at_once(ledger: Ledger) -> None:
    number = decide(ledger, review(ledger)).number
    before, found = len(ledger), []
    others = [Ledger(ledger.url.removeprefix("sqlite:///"), create=False) for _ in range(3)]

    def send(through: Ledger) -> None:
        found.append(through.once("ab" * 16, lambda: through.countersign(number, by="bo", role="minister")).number)

    threads = [threading.Thread(target=send, args=(each,)) for each in (ledger, *others, ledger)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [before + 1] * 5
    assert len(ledger) == before + 1
    assert ledger.entry(before + 1).token == "ab" * 16
    assert ledger.verify().intact


def test_an_act_that_is_refused_leaves_its_token_free(ledger: Ledger) -> None:
    number, before = review(ledger), len(ledger) + 1
    with pytest.raises(SigningRefused):
        ledger.once("cd" * 16, lambda: ledger.assign(number, "bo", by="ana", role="minister"))
    made = ledger.once("cd" * 16, lambda: ledger.assign(number, "bo", by="ana", role="officer"))
    assert (made.number, made.token) == (before, "cd" * 16)
    assert ledger.assign(number, "ana", by="ana", role="officer").token == ""
