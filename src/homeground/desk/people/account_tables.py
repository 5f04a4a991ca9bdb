"""What the desk keeps of somebody, as tables: account, sessions, tokens, changes, jobs, drafts, entries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from homeground.brief.answer import Answer, Column
from homeground.desk.database import minute
from homeground.desk.people.accounts import Person

if TYPE_CHECKING:
    from sqlalchemy.engine import Row

    from homeground.desk.people.sessions import Token
    from homeground.desk.work.jobs import Job
    from homeground.record import Entry

Text = Callable[..., str]
"""Translates a text of the desk's own."""

ACCOUNT = (
    Column("what", "what"), Column("kept", "kept", wraps=True, form_in="form"), Column("form", "form", on_screen=False)
)  # fmt: skip
SESSIONS = (
    Column("seen", "last used (UTC)"),
    Column("created", "since (UTC)"),
    Column("address", "from"),
    Column("browser", "browser", wraps=True),
)
TOKENS = (
    Column("id", "number", "count"),
    Column("name", "for", "quoted"),
    Column("created", "made (UTC)"),
    Column("expires", "ends (UTC)"),
    Column("used", "last used (UTC)"),
)
CHANGES = (
    Column("made", "when (UTC)"),
    Column("act", "what"),
    Column("person", "by", "quoted"),
    Column("detail", "details", wraps=True),
    Column("entry", "entry in the record", "count"),
)
JOBS = (Column("made", "asked for (UTC)"), Column("kind", "kind"), Column("title", "job", wraps=True))
DRAFTS = (Column("kept", "kept (UTC)"), Column("offer", "typed", wraps=True))
ENTRIES = (Column("number", "entry", "count"), Column("time", "when (UTC)"), Column("kind", "kind"))


def account(text: Text, person: Person) -> Answer:
    """The account itself."""
    held = {
        "login": person.login, "name": person.name, "roles": ", ".join(person.roles),
        "account made (UTC)": minute(person.created), "last sign-in (UTC)": minute(person.signed_in),
        "language": person.language, "colours": person.theme, "country": person.country,
        "password": "a hash (argon2id)" if person.has_password else "",
        "second factor": "the key that the authenticator has" if person.has_factor else "",
        "ministry's account": person.subject or "",
    }  # fmt: skip
    forms = dict.fromkeys(("login", "name", "ministry's account"), "quoted")
    rows = [{"what": what, "kept": kept, "form": forms.get(what, "text")} for what, kept in held.items() if kept]
    return _answer(text("Account"), rows, ACCOUNT)


def sessions(text: Text, rows: Iterable[Row[Any]]) -> Answer:
    """Where somebody is signed in."""
    made = [
        {"seen": minute(s.seen), "created": minute(s.created), "address": s.address, "browser": s.browser} for s in rows
    ]
    return _answer(text("Where you are signed in"), made, SESSIONS)


def tokens(text: Text, held: Iterable[Token]) -> Answer:
    """Somebody's tokens for programs."""
    rows = [
        {"id": t.id, "name": t.name, "created": minute(t.created), "expires": minute(t.expires), "used": minute(t.used)}
        for t in held
    ]
    return _answer(text("Tokens for programs"), rows, TOKENS)


def changes(text: Text, rows: Iterable[Row[Any]]) -> Answer:
    """What was changed on somebody's account, by whom."""
    made = [
        {"made": minute(c.made), "act": text(c.act), "person": c.person, "detail": in_words(json.loads(c.detail)),
         "entry": c.entry} for c in rows
    ]  # fmt: skip
    return _answer(text("Changes of your account"), made, CHANGES)


def jobs(text: Text, held: Iterable[Job]) -> Answer:
    """The jobs that somebody started."""
    rows = [{"made": minute(job.made), "kind": job.kind, "title": job.title} for job in held]
    return _answer(text("Jobs"), rows, JOBS)


def drafts(text: Text, rows: Iterable[Row[Any]]) -> Answer:
    """The offers that somebody typed."""
    return _answer(
        text("Drafts"), [{"kept": minute(d.kept), "offer": in_words(json.loads(d.offer))} for d in rows], DRAFTS
    )


def entries(text: Text, held: Iterable[Entry], login: str) -> Answer:
    """The entries of the record that name somebody: who acted, or whom they are about."""
    rows = [
        {"number": each.number, "time": each.time[:16].replace("T", " "), "kind": each.kind} for each in held
        if any(signer.person == login for signer in each.people)
        or login in (each.payload.get("person"), each.payload.get("about"))
    ]  # fmt: skip
    return _answer(text("Entries of the record that name you"), rows, ENTRIES)


def in_words(detail: Mapping[str, Any]) -> str:
    """Say the details of a change in a line.

    >>> in_words({"name": "Ana", "roles": {"before": ["viewer"], "after": ["viewer", "officer"]}})
    'name: Ana; roles: viewer → viewer, officer'
    """
    return "; ".join(f"{name}: {_told(value)}" for name, value in detail.items())


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return " → ".join(_told(each) for each in value.values())
    return (", ".join(map(str, value)) or "–") if isinstance(value, list) else str(value)


def _answer(title: str, rows: Sequence[dict[str, Any]], columns: tuple[Column, ...]) -> Answer:
    import pyarrow as pa

    kinds = {"count": pa.int64()}
    schema = pa.schema([(column.name, kinds.get(column.form, pa.string())) for column in columns])
    return Answer(title, pa.Table.from_pylist(list(rows), schema), columns)
