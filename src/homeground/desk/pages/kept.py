"""What the desk keeps of oneself, to read and to take along."""

from __future__ import annotations

from homeground.desk.pages import Asking, Panel, Sheet, page
from homeground.desk.people import account_tables as tables

NOTES = (
    "Sessions and failed attempts to sign in go when they are over; drafts after two weeks.",
    "Jobs and changes of accounts stay. An administrator can remove your personal data from the accounts.",
    "The record cannot be altered: your login, your roles and what you signed stay in it for good.",
)


@page("/account/kept", title="What is kept of you", needs="signed-in")
def kept(asking: Asking) -> Sheet:
    """Everything that the desk keeps of who asks."""
    desk, person, text = asking.desk, asking.person, asking.text
    panels = (
        Panel(tables.account(text, person), "account"),
        Panel(tables.sessions(text, desk.sessions.of(person)), "sessions"),
        Panel(tables.tokens(text, desk.sessions.tokens(person)), "tokens"),
        Panel(tables.changes(text, desk.changes.about(person.login, most=10_000)), "changes"),
        Panel(tables.jobs(text, desk.jobs.every(person.login, most=10_000)), "jobs"),
        Panel(tables.drafts(text, desk.drafts.of(person.login)), "drafts"),
        Panel(tables.entries(text, asking.ledger.entries(), person.login), "entries"),
    )
    links = (
        (text("All of it as JSON"), "/account/kept?format=json"),
        (text("As a workbook"), "/account/kept?format=xlsx"),
    )
    notes = tuple(text(note) for note in NOTES)
    return Sheet("What is kept of you", panels, links=links, notes=notes, trail=((text("Account"), "/account"),))
