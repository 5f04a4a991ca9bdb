"""One deal in the queue: its verdict as it was kept, the hearing, the decision and the signatures."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal

from starlette.responses import RedirectResponse, Response

from homeground.brief.deals import deal_sheet, queue_tables, record_tables
from homeground.codes import countries, products
from homeground.desk.pages import Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.pages.deals import judge
from homeground.desk.shelves import books, offers
from homeground.desk.web.forms import Form, hidden
from homeground.desk.web.once import Once, acting, once
from homeground.desk.web.sheet import Choices
from homeground.errors import BadInput, NotInHome
from homeground.home.deals import deal_record
from homeground.record import Decided, Entry, Required
from homeground.record.queue import OPEN, Queued, may_sign, stand
from homeground.record.required import places

READERS: Any = ("analyst", "auditor")
RECORD: Any = ("officer", "countersigner", "auditor", "admin")
SIGNERS: Any = ("officer", "countersigner")


class Given(Once):
    """To whom a review is given."""

    person: str = field("Give it to", max_length=64)


class Said(Once):
    """What somebody says in a hearing."""

    stance: Literal["for", "against", "remark"] = field("My position", "remark")
    reasons: str = field("Reasons", widget="area", min_length=3, max_length=4000)


class Taken(Once):
    """A decision."""

    outcome: Literal["approve", "reject"] = field("Decision")
    role: str = field("I sign as", max_length=64)
    reason: str | None = field("Reason", None, help="Needed where you depart from the verdict; it stays in the record.",
                               widget="area", max_length=4000)  # fmt: skip


class Signed(Once):
    """A further signature."""

    agrees: Literal["yes", "no"] = field("I agree")
    role: str = field("I sign as", max_length=64)
    reason: str | None = field("Reason", None, help="Needed where you do not agree.", widget="area", max_length=4000)


class Withdrawn(Once):
    """Why a review is taken out of the queue."""

    reason: str = field("Reason", widget="area", min_length=3, max_length=4000)


@page("/deals/{number}", title="Deal", needs=READERS, purpose="deals")
def deal(asking: Asking, number: int) -> Sheet:
    """A deal as it was judged, what was said of it, what was decided, who signs."""
    ledger = asking.ledger
    queued = stand(ledger.state(), number)
    entry = ledger.entry(number)
    kept = json.loads(ledger.snapshot(entry.evidence))
    judged = deal_sheet.judged(kept)
    panels = _panels(asking, queued, kept)
    if offers.for_program(asking):
        told = {"review": kept, "stage": queued.stage, "signatures": _signatures(asking, entry, queued)}
        return Sheet(_title(asking, queued), panels, values=told, told=True)
    values = {
        "review": kept, "judged": judged, "queued": queued, "fields_of": offers.fields_of,
        "as_file": deal_sheet.as_file, "named": countries.name,
        "book": _book(asking, judged.policy), "needed": _signatures(asking, entry, queued),
        "may_judge": asking.may("analyst"), "changed": _changed(asking, entry, queued, judged.policy),
    }  # fmt: skip
    forms = (*_forms(asking, queued), *_anew(asking, offers.fields_of(deal_sheet.deal_of(kept), values["book"])))
    return Sheet(
        _title(asking, queued), panels, forms=forms, links=_links(asking, queued), template="deal.html.j2",
        values=values, trail=((asking.text("Deals"), "/deals"),),
    )  # fmt: skip


@page("/deals/decision/{number}", title="Decision", needs=READERS, purpose="deals", public=False)
def decision(asking: Asking, number: int) -> Sheet | Response:
    """A decision: the page of its review, or its entry where it was made on none."""
    decided = asking.ledger.state().decision(number)
    if decided.review is not None:
        return RedirectResponse(f"/deals/{decided.review}", 303)
    panel = Panel(record_tables.entry_answer(asking.ledger, number), "entry", most=200)
    trail = ((asking.text("Deals"), "/deals"),)
    return Sheet(panel.answer.title, (panel,), forms=_signing_forms(asking, decided), trail=trail)


def _assign_choices(asking: Asking, number: int) -> Choices:
    return {"person": _signers(asking)}


def _decide_choices(asking: Asking, number: int) -> Choices:
    stand(asking.ledger.state(), number)
    needed = _required(asking, asking.ledger.entry(number))
    roles = [role for role in _held(asking) if any(role in each.roles for each in needed)]
    return {"role": [(role, role) for role in roles], "outcome": OUTCOMES}


def _sign_choices(asking: Asking, number: int) -> Choices:
    state = asking.ledger.state()
    roles = may_sign(state, state.decision(number), asking.person.login)
    return {"role": [(role, role) for role in roles], "agrees": AGREES}


@act("/deals/{number}/assign", title="Who sees to it", needs=SIGNERS, purpose="deals", enters="own", submit="Give it",
     choices=_assign_choices)  # fmt: skip
def assign(asking: Asking, number: int, given: Given) -> Done:
    """Give a review to somebody."""
    by, role = asking.person.login, acting(asking, among=("officer", "countersigner"))
    once(asking, given, lambda: asking.ledger.assign(number, given.person, by=by, role=role))
    return Done(f"/deals/{number}", asking.text("It is with %(person)s now.", person=_name(asking, given.person)))


@act(
    "/deals/{number}/say", title="Speak in the hearing", needs="analyst", purpose="deals", enters="own", submit="Say it"
)
def say(asking: Asking, number: int, said: Said) -> Done:
    """Speak for or against, or remark, before the decision."""
    by, role = asking.person.login, acting(asking, among=("officer", "countersigner", "analyst"))
    once(asking, said, lambda: asking.ledger.take_position(number, said.stance, said.reasons, by=by, role=role))
    return Done(f"/deals/{number}#hearing", asking.text("What you said is in the record."))


@act("/deals/{number}/decide", title="Decide", needs=SIGNERS, purpose="deals", enters="own", submit="Sign the decision",
     grave=True, choices=_decide_choices)  # fmt: skip
def decide(asking: Asking, number: int, taken: Taken) -> Done:
    """Sign a decision; the policy says in which role one may, and who signs besides."""
    by, ledger = asking.person.login, asking.ledger

    def sign() -> Entry:
        return deal_record.decide(ledger, number, taken.outcome, by=by, role=taken.role, reason=taken.reason)

    number_made = once(asking, taken, sign).number
    made = ledger.state().decision(number_made)
    return Done(f"/deals/{number}", _told(asking, made), {"decision": made.entry, "standing": made.standing})


@act("/deals/decision/{number}/sign", title="Countersign", needs=SIGNERS, purpose="deals", enters="own",
     submit="Sign", grave=True, choices=_sign_choices)  # fmt: skip
def countersign(asking: Asking, number: int, signed: Signed) -> Done:
    """Sign somebody else's decision, or refuse it; nobody signs twice."""
    by, ledger = asking.person.login, asking.ledger

    def sign() -> Entry:
        agrees = signed.agrees == "yes"
        return ledger.countersign(number, by=by, role=signed.role, agrees=agrees, reason=signed.reason)

    made = once(asking, signed, sign)
    decided = ledger.state().decision(number)
    told = {"countersignature": made.number, "standing": decided.standing}
    return Done(f"/deals/decision/{number}", _told(asking, decided), told)


@act("/deals/{number}/withdraw", title="Take it out of the queue", needs="officer", purpose="deals", enters="own",
     submit="Take it out", grave=True)  # fmt: skip
def withdraw(asking: Asking, number: int, withdrawn: Withdrawn) -> Done:
    """End a review that nobody need decide any more, such as an offer that was withdrawn."""
    stand(asking.ledger.state(), number)
    by, role = asking.person.login, acting(asking, among=("officer",))
    once(asking, withdrawn, lambda: asking.ledger.supersede(number, withdrawn.reason, by=by, role=role))
    return Done("/deals", asking.text("It is out of the queue; its entry stays."))


def _panels(asking: Asking, queued: Queued, kept: dict[str, Any]) -> tuple[Panel, ...]:
    """Return what was said, if anything was, and every fact."""
    facts = Panel(deal_sheet.facts_answer(kept), "facts", most=12, drawn=False)
    if not queued.review.positions:
        return (facts,)
    hearing = queue_tables.hearing_answer(queued.review, asking.text("Hearing"))
    return (Panel(hearing, "hearing", {"entry": "/record/{entry}"} if asking.may(RECORD) else {}, most=500), facts)


def _changed(asking: Asking, entry: Entry, queued: Queued, title: str) -> tuple[str, ...]:
    """Say which lists were loaded, and whether the policy was changed, since a deal was judged that is still open."""
    if queued.stage not in OPEN:
        return ()
    said = []
    if lists := deal_record.lists_since(asking.home.catalog, entry):
        said.append(asking.text("Since this was judged, lists were loaded: %(names)s.", names=", ".join(lists)))
    book = _book(asking, title)
    if book and books.look(asking.desk.settings, book)[0].version != entry.payload["policy_version"]:
        said.append(asking.text("Since this was judged, the policy's text was changed."))
    return (*said, asking.text("Judge it anew before you sign.")) if said else ()


def _title(asking: Asking, queued: Queued) -> str:
    review = queued.review
    return review.title or f"{products.short(review.product)}, {countries.name(review.partner)}"


def _forms(asking: Asking, queued: Queued) -> tuple[Form, ...]:
    """Return what may be done with a review at its stage by who asks."""
    number = queued.review.entry
    if queued.stage == "awaits signature" and queued.decided:
        return _signing_forms(asking, queued.decided)
    if queued.stage != "to be decided":
        return ()
    made = [asking.form(say, number=number)] if asking.may("analyst") else []
    if asking.may(SIGNERS):
        sent = {"person": [queued.review.assigned or asking.person.login]}
        made.append(asking.form(assign, sent, _assign_choices(asking, number), number=number))
        choices = _decide_choices(asking, number)
        made += [asking.form(decide, None, choices, number=number)] if choices["role"] else []
    if asking.may("officer"):
        made.append(asking.form(withdraw, number=number))
    return tuple(made)


def _anew(asking: Asking, offer: dict[str, str]) -> tuple[Form, ...]:
    """Return the form that asks what the policy says of this deal now."""
    if not asking.may("analyst"):
        return ()
    made = hidden(asking.form(judge, {name: [value] for name, value in offer.items()}))
    return (replace(made, title=asking.text("Judge it anew"), submit=asking.text("Judge it anew")),)


def _signing_forms(asking: Asking, decided: Decided) -> tuple[Form, ...]:
    choices = _sign_choices(asking, decided.entry)
    if not choices["role"] or not asking.may(SIGNERS):
        return ()
    return (asking.form(countersign, None, choices, number=decided.entry),)


OUTCOMES = (("", "–"), ("approve", "approve"), ("reject", "reject"))
AGREES = (("", "–"), ("yes", "yes"), ("no", "no"))


def _required(asking: Asking, entry: Entry) -> tuple[Required, ...]:
    """Return the signatures that the policy of the review asks for; none where it names nobody."""
    try:
        return deal_record.signatures_of(asking.ledger, entry).needed
    except (NotInHome, BadInput):
        return ()


def _signatures(asking: Asking, entry: Entry, queued: Queued) -> list[dict[str, str]]:
    """Return every signature that is needed, with who gave it."""
    decided = queued.decided
    needed = decided.required if decided else _required(asking, entry)
    given = [(decided.person, decided.role), *((s.person, s.role) for s in decided.signed)] if decided else []
    filled, rows = places(needed, [role for _, role in given]), []
    for place, each in enumerate(needed):
        signed = given[filled[place]] if place in filled else None
        who = f"{_name(asking, signed[0])} ({signed[1]})" if signed else ""
        rows.append({"roles": " or ".join(each.roles), "rule": each.rule, "legal": each.reference, "who": who})
    return rows


def _signers(asking: Asking) -> list[tuple[str, str]]:
    """Everybody to whom a review can be given: those who may sign at this desk."""
    people = asking.desk.accounts.every()
    able = [each for each in people if set(each.roles) & {"officer", "countersigner"} and not each.disabled]
    return [(each.login, f"{each.name} ({', '.join(each.roles)})") for each in able]


def _held(asking: Asking) -> tuple[str, ...]:
    known = asking.ledger.state().people.get(asking.person.login)
    return known.roles if known else ()


def _name(asking: Asking, login: str) -> str:
    known = asking.ledger.state().people.get(login)
    return known.name if known else login


def _told(asking: Asking, decided: Decided) -> str:
    if decided.open and decided.standing != "refused by the second":
        to_sign = "; ".join(map(str, decided.open))
        return asking.text("Signed. Still to sign: %(roles)s.", roles=to_sign)
    return asking.text("Signed. The decision: %(standing)s.", standing=asking.text(decided.standing))


def _book(asking: Asking, title: str) -> str:
    """Return the name of the book on the shelf with this title, if it is there."""
    settings = asking.desk.settings
    return next((name for name in books.names(settings) if books.look(settings, name)[0].title == title), "")


def _links(asking: Asking, queued: Queued) -> tuple[tuple[str, str], ...]:
    number = queued.review.entry
    links = [
        (asking.text("Partner"), f"/country/{queued.review.partner}"),
        (asking.text("Product"), f"/product/{queued.review.product}"),
    ]
    if not asking.may(RECORD):
        return tuple(links)
    links += [
        (asking.text("Entry in the record"), f"/record/{number}"),
        (asking.text("The evidence, as it was"), f"/record/{number}/evidence"),
        (asking.text("The policy's text, as it was"), f"/record/{number}/policy"),
    ]
    if queued.review.decisions:
        last = queued.review.decisions[-1]
        links.append((asking.text("The decision, to correct or withdraw it"), f"/decisions/{last}"))
    return tuple(links)
