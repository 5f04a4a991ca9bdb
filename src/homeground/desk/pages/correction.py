"""Corrections in the record: a decision replaced or withdrawn, a remark taken back; what was written stays."""

from __future__ import annotations

from typing import Literal

from homeground.brief.deals import record_tables
from homeground.desk.pages import Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.people.roles import READERS, Needs
from homeground.desk.showing.choices import today
from homeground.desk.web.forms import Form
from homeground.desk.web.once import Once, once
from homeground.desk.web.sheet import Choices
from homeground.errors import BadInput, HomegroundError, SigningRefused, message
from homeground.home.deals import deal_record
from homeground.record import Decided, Entry
from homeground.record.queue import may_withdraw

SIGNERS: tuple[Needs, ...] = ("officer", "countersigner")
OUTCOMES = (("", "–"), ("approve", "approve"), ("reject", "reject"))


class Replacing(Once):
    """A decision that takes the place of an earlier one."""

    outcome: Literal["approve", "reject"] = field("Decision")
    role: str = field("I sign as", max_length=64)
    reason: str = field("Reason for the correction", widget="area", min_length=3, max_length=4000)


class Withdrawing(Once):
    """Why an entry holds no longer."""

    role: str = field("I sign as", max_length=64)
    reason: str = field("Reason", widget="area", min_length=3, max_length=4000)


def trail(asking: Asking) -> tuple[tuple[str, str], ...]:
    """The way to the pages below the record."""
    return ((asking.text("Record"), "/record"),)


@page("/decisions/{number}", title="Decision", purpose="record", needs=READERS)
def decision(asking: Asking, number: int) -> Sheet:
    """A decision and what became of it; those who may sign for its goods correct or withdraw it here."""
    decided = asking.ledger.state().decision(number)
    title = asking.text("Decision %(number)s", number=number)
    history = record_tables.history_answer(asking.ledger, number, asking.text("What was decided, and what holds"))
    links = [(asking.text("Entry in the record"), f"/record/{number}")]
    if decided.review is not None and asking.may(("analyst", "auditor")):
        links.insert(0, (asking.text("The deal"), f"/deals/{decided.review}"))
    lead = asking.text(
        "What is corrected or withdrawn stays in the record. A decision in place of another needs all its signatures "
        "anew; until they are given, nothing is in force."
    )
    panel = Panel(history, "history", {"entry": "/decisions/{entry}", "superseded": "/record/{superseded}"}, most=100)
    forms, notes = _forms(asking, decided)
    above = (*trail(asking), (asking.text("Decisions"), "/decisions"))
    return Sheet(title, (panel,), lead=lead, notes=notes, links=tuple(links), forms=forms, trail=above)


def withdrawals(asking: Asking, entry: Entry) -> tuple[Form, ...]:
    """Return the form that withdraws a remark, a position or a countersignature, for those who may."""
    if not asking.may(READERS) or entry.kind not in ("note", "position", "countersignature"):
        return ()
    choices = _withdraw_choices(asking, entry.number)
    return (asking.form(withdraw, None, choices, number=entry.number),) if choices["role"] else ()


def _forms(asking: Asking, decided: Decided) -> tuple[tuple[Form, ...], tuple[str, ...]]:
    """Return what may be done with a decision by who asks; where nothing may, why."""
    if decided.superseded is not None or not asking.may(SIGNERS):
        return (), ()
    choices = _withdraw_choices(asking, decided.entry)
    if not choices["role"]:
        who = "; ".join(map(str, dict.fromkeys(decided.entitled)))
        said = asking.text(
            "It is corrected or withdrawn by whoever may sign for its goods, qualified today: %(who)s.", who=who
        )
        return (), (said,)
    made = [asking.form(withdraw, None, choices, number=decided.entry)]
    anew = _replace_choices(asking, decided.entry)
    if anew["role"]:
        made.insert(0, asking.form(replace, None, anew, number=decided.entry))
        return tuple(made), ()
    return tuple(made), (asking.text("It was made on no review: withdraw it, and judge the deal anew."),)


def _withdraw_choices(asking: Asking, number: int) -> Choices:
    state, login = asking.ledger.state(), asking.person.login
    entry = asking.ledger.entry(number)
    if entry.kind in ("note", "position") and entry.people[0].person != login:
        return {"role": []}
    return {"role": [(role, role) for role in may_withdraw(state, today().isoformat(), number, login)]}


def _replace_choices(asking: Asking, number: int) -> Choices:
    """The roles in which one may sign in a decision's place: those that the policy of its review asks for."""
    ledger = asking.ledger
    review = ledger.state().decision(number).review
    try:
        needed = deal_record.signatures_of(ledger, ledger.entry(review)).needed if review is not None else ()
    except HomegroundError:
        needed = ()
    known = ledger.state().people.get(asking.person.login)
    roles = [role for role in (known.roles if known else ()) if any(role in each.roles for each in needed)]
    return {"role": [(role, role) for role in roles], "outcome": OUTCOMES}


@act("/decisions/{number}/replace", title="Correct this decision", needs=SIGNERS, purpose="record", enters="own",
     submit="Sign in its place", grave=True, choices=_replace_choices)  # fmt: skip
def replace(asking: Asking, number: int, taken: Replacing) -> Done:
    """Sign a decision in the place of another on the same review; it gathers its own signatures."""
    by, ledger = asking.person.login, asking.ledger
    review = ledger.state().decision(number).review
    if review is None:
        what, do = "it was made on no review", "withdraw it, and judge the deal anew"
        raise BadInput(message(what, where=f"decision {number}", do=do))

    def sign() -> Entry:
        return deal_record.decide(
            ledger, review, taken.outcome, by=by, role=taken.role, reason=taken.reason, supersedes=number
        )

    number_made = once(asking, taken, sign).number
    made = ledger.state().decision(number_made)
    said = asking.text("Signed. The decision: %(standing)s.", standing=asking.text(made.standing))
    return Done(f"/decisions/{made.entry}", said, {"decision": made.entry, "standing": made.standing})


@act("/record/{number}/withdraw", title="Withdraw it", needs=READERS, purpose="record", enters="own",
     submit="Withdraw", grave=True, choices=_withdraw_choices)  # fmt: skip
def withdraw(asking: Asking, number: int, why: Withdrawing) -> Done:
    """Say that an entry holds no longer; nothing takes its place."""
    by, ledger = asking.person.login, asking.ledger
    kind = ledger.entry(number).kind
    if kind == "review":
        what, do = "a review is taken out of the queue on its own page", "see the page of the deal"
        raise BadInput(message(what, where=f"entry {number}", do=do))
    if kind in ("note", "position") and ledger.entry(number).people[0].person != by:
        what, do = "this was said by somebody else", "add a remark of your own"
        raise SigningRefused(message(what, where=f"entry {number}", found=by, do=do))
    made = once(asking, why, lambda: ledger.supersede(number, why.reason, by=by, role=why.role))
    to = f"/decisions/{number}" if kind == "decision" else f"/record/{number}"
    return Done(to, asking.text("It holds no longer; its entry stays."), {"supersession": made.number})
