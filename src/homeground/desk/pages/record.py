"""Record: who decided what, on which evidence."""

from __future__ import annotations

from datetime import date
from typing import Literal

from starlette.responses import Response

from homeground.brief.deals import record_tables
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.pages.correction import trail, withdrawals
from homeground.desk.pages.record_proof import checkpoint_files, offered
from homeground.desk.people.roles import READERS
from homeground.errors import NotInHome, message
from homeground.record import KINDS, Entry

Paper = Literal["evidence", "policy", "checkpoint", "key"]


class Filter(Asked):
    """Which entries."""

    kind: str | None = field("Kind", None)
    person: str | None = field("Person", None, help="Login of whoever acted.")
    product: str | None = field("Products", None, help="Beginning of an HS code: 2, 4 or 6 digits.", pattern=r"\d{2,6}")
    since: date | None = field("From", None)
    until: date | None = field("To", None)


class Note(Asked):
    """A remark."""

    text: str = field("Remark", widget="area", min_length=3, max_length=4000)


@page("/record", title="Record", purpose="record", needs=READERS, menu=True)
def log(asking: Asking, wanted: Filter) -> Sheet:
    """The entries, newest first."""
    answer = record_tables.log_answer(
        asking.ledger, wanted.kind or None, person=wanted.person, product=wanted.product,
        since=wanted.since, until=wanted.until,
    )  # fmt: skip
    panel = Panel(answer, "entries", {"number": "/record/{number}", "says": "/record/{number}"}, most=100)
    links = ((asking.text("Decisions"), "/decisions"),)
    kinds = [("", "–"), *((kind.name, kind.name) for kind in KINDS.values())]
    lead = asking.text("Every entry is chained to the one before it, so that none can be changed unseen.")
    return Sheet(asking.text("Record"), (panel,), lead=lead, choices={"kind": kinds},
                 forms=offered(asking), links=links)  # fmt: skip


@page("/decisions", title="Decisions", purpose="record", needs=READERS)
def decisions(asking: Asking) -> Sheet:
    """The decisions, and whether they are in force."""
    panel = Panel(record_tables.decisions_answer(asking.ledger), "decisions", {"entry": "/decisions/{entry}"}, most=200)
    return Sheet(asking.text("Decisions"), (panel,), trail=trail(asking))


@page("/record/{number}", title="Entry", purpose="record", needs=READERS)
def entry(asking: Asking, number: int) -> Sheet:
    """One entry whole, with its neighbours and what it rests on."""
    found = asking.ledger.entry(number)
    links = [(asking.text("Entry before"), f"/record/{number - 1}")] if number > 1 else []
    if number < len(asking.ledger):
        links.append((asking.text("Entry after"), f"/record/{number + 1}"))
    links += [(words, f"/record/{number}/{kind}") for kind, words in _papers(asking, found).items()]
    answer = record_tables.entry_answer(asking.ledger, number)
    if found.kind == "decision":
        links.append((asking.text("Correct or withdraw it"), f"/decisions/{number}"))
    forms = (asking.form(note, number=number), *withdrawals(asking, found))
    return Sheet(
        answer.title, (Panel(answer, "entry", most=200),), links=tuple(links), forms=forms, trail=trail(asking)
    )


@page("/record/{number}/{paper}", title="Paper of an entry", purpose="record", needs=READERS, public=False)
def paper(asking: Asking, number: int, paper: Paper) -> Response:
    """What an entry gives to keep: evidence and policy's text as they were, a checkpoint and its public key."""
    found = asking.ledger.entry(number)
    if paper not in _papers(asking, found):
        raise NotInHome(message(f"entry {number} has no {paper}", do="read the entry"))
    if found.kind == "checkpoint":
        name, text = checkpoint_files(found.payload)[paper]
        content = text.encode("utf-8")
    else:
        name = f"entry-{number}-{paper}.json"
        content = asking.ledger.snapshot(found.evidence if paper == "evidence" else found.policy)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


@act("/record/{number}/note", title="Add a remark", purpose="record", needs=READERS, enters="own", submit="Add")
def note(asking: Asking, number: int, remark: Note) -> Done:
    """Add a remark on an entry."""
    role = next(role for role in READERS if asking.may(role))
    asking.ledger.note(remark.text, by=asking.person.login, role=role, entry=number)
    return Done(f"/record/{number}", asking.text("The remark is in the record."))


def _papers(asking: Asking, entry: Entry) -> dict[Paper, str]:
    """What an entry gives to keep, in words."""
    if entry.kind == "checkpoint":
        return {
            "checkpoint": asking.text("The checkpoint, to keep elsewhere"),
            "key": asking.text("The public key, to keep elsewhere"),
        }
    found: dict[Paper, str] = {}
    if entry.evidence:
        found["evidence"] = asking.text("The evidence, as it was")
    if entry.policy:
        found["policy"] = asking.text("The policy's text, as it was")
    return found
