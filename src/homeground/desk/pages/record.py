"""Record: who decided what, on which evidence; its verification; and the bundle that an auditor takes along."""

from __future__ import annotations

from datetime import date
from typing import Literal

from starlette.responses import Response

from homeground.brief import record_tables
from homeground.desk.jobs import Outcome, Work, job
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.roles import Needs
from homeground.errors import NotInHome, message
from homeground.home import record as records
from homeground.record import KINDS, Ledger

READERS: tuple[Needs, ...] = ("officer", "countersigner", "auditor", "admin")


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
    forms = (asking.form(verify), asking.form(export)) if asking.may(("auditor", "admin")) else ()
    links = ((asking.text("Decisions"), "/decisions"),)
    kinds = [("", "–"), *((kind.name, kind.name) for kind in KINDS.values())]
    lead = asking.text("Every entry is chained to the one before it, so that none can be changed unseen.")
    return Sheet(asking.text("Record"), (panel,), lead=lead, choices={"kind": kinds}, forms=forms, links=links)


@page("/decisions", title="Decisions", purpose="record", needs=READERS)
def decisions(asking: Asking) -> Sheet:
    """The decisions, and whether they are in force."""
    panel = Panel(record_tables.decisions_answer(asking.ledger), "decisions", {"entry": "/decisions/{entry}"}, most=200)
    return Sheet(asking.text("Decisions"), (panel,), trail=trail(asking))


@page("/record/{number}", title="Entry", purpose="record", needs=READERS)
def entry(asking: Asking, number: int) -> Sheet:
    """One entry whole, with its neighbours and what it rests on."""
    from homeground.desk.pages.correction import withdrawals

    found = asking.ledger.entry(number)
    links = [(asking.text("Entry before"), f"/record/{number - 1}")] if number > 1 else []
    if number < len(asking.ledger):
        links.append((asking.text("Entry after"), f"/record/{number + 1}"))
    for kind, name in (("evidence", found.evidence), ("policy", found.policy)):
        if name:
            links.append((asking.text(_PAPERS[kind]), f"/record/{number}/{kind}"))
    answer = record_tables.entry_answer(asking.ledger, number)
    if found.kind == "decision":
        links.append((asking.text("Correct or withdraw it"), f"/decisions/{number}"))
    forms = (asking.form(note, number=number), *withdrawals(asking, found))
    return Sheet(
        answer.title, (Panel(answer, "entry", most=200),), links=tuple(links), forms=forms, trail=trail(asking)
    )


@page("/record/{number}/{paper}", title="Paper of an entry", purpose="record", needs=READERS, public=False)
def paper(asking: Asking, number: int, paper: Literal["evidence", "policy"]) -> Response:
    """The evidence or the policy's text, as it was kept with the entry."""
    found = asking.ledger.entry(number)
    name = found.evidence if paper == "evidence" else found.policy
    if not name:
        raise NotInHome(message(f"entry {number} has no {paper}", do="read the entry"))
    headers = {"Content-Disposition": f'attachment; filename="entry-{number}-{paper}.json"'}
    return Response(asking.ledger.snapshot(name), media_type="application/octet-stream", headers=headers)


@act("/record/{number}/note", title="Add a remark", purpose="record", needs=READERS, enters="own", submit="Add")
def note(asking: Asking, number: int, remark: Note) -> Done:
    """Add a remark on an entry."""
    role = next(role for role in READERS if asking.may(role))
    asking.ledger.note(remark.text, by=asking.person.login, role=role, entry=number)
    return Done(f"/record/{number}", asking.text("The remark is in the record."))


@act(
    "/record/verify", title="Verify the record", purpose="record", needs=("auditor", "admin"), submit="Verify",
    enters="none",
)  # fmt: skip
def verify(asking: Asking) -> Done:
    """Start a verification of the whole record; it leaves no entry, since a broken record takes none."""
    return asking.jobs.begin(asking, "verify", asking.text("Verify the record"))


@act("/record/export", title="Export the record", purpose="record", needs=("auditor", "admin"), submit="Export")
def export(asking: Asking) -> Done:
    """Start an export of the whole record."""
    return asking.jobs.begin(asking, "export", asking.text("Export the record"))


@job("verify", "Verify the record", needs=("auditor", "admin"))
def verifying(work: Work) -> Outcome:
    """Name every altered, removed, swapped or inserted entry."""
    with _opened(work) as ledger:
        verified = ledger.verify()
        answer = record_tables.verified_answer(ledger, verified)
    return Outcome((answer,), said=answer.title, to="/record")


@job("export", "Export the record", needs=("auditor", "admin"))
def exporting(work: Work) -> Outcome:
    """Write the record as a zip that an auditor verifies without this desk."""
    with _opened(work) as ledger:
        entries = ledger.export(work.folder / "record.zip")
    said = f"{entries} entries exported. To verify them: unpack, then python verify.py."
    return Outcome(said=said, files=("record.zip",), to="/record")


_PAPERS = {"evidence": "The evidence, as it was", "policy": "The policy's text, as it was"}


def _opened(work: Work) -> Ledger:
    from homeground.desk.database import record_address

    return records.ledger(work.settings.home, record_address(work.settings), False)


def trail(asking: Asking) -> tuple[tuple[str, str], ...]:
    """The way to the pages below the record."""
    return ((asking.text("Record"), "/record"),)
