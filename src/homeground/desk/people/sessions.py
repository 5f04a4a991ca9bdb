"""Sessions kept by the server: the browser holds a random token, the database its hash; programs have tokens too."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Row

from homeground.desk.database import PEOPLE, SESSIONS, TOKENS, Database, now
from homeground.desk.people import passwords
from homeground.desk.people.accounts import Person, person_of

IDLE: Final = 2 * 3600.0
ABSOLUTE: Final = 12 * 3600.0
TOUCH: Final = 60.0
"""Seconds after which a session's last use is written again."""

DAY: Final = 86400.0
TOKEN_MARK: Final = "hg_"  # noqa: S105 - how tokens begin


@dataclass(frozen=True)
class Session:
    """A signed-in browser: hash of its token, the person, what to tell them on the next page, their last proof."""

    hash: str
    person: Person
    said: str
    proved: float


@dataclass(frozen=True)
class Token:
    """A personal token: what it is for, when it was made, when it ends and when it was last used."""

    id: int
    name: str
    created: float
    expires: float
    used: float | None


class Sessions:
    """Begin, find and end sessions and tokens."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def begin(self, person: Person, address: str, browser: str, said: dict[str, Any] | None = None) -> str:
        """Sign a person in, with something to tell on the next page; return the token for the cookie."""
        token, when = passwords.secret(), now()
        with self.database.writing() as connection:
            over = (SESSIONS.c.seen < when - IDLE) | (SESSIONS.c.created < when - ABSOLUTE)
            connection.execute(sa.delete(SESSIONS).where(over))
            values = {"hash": passwords.digest(token), "person": person.id, "created": when, "seen": when,
                      "said": json.dumps(said) if said else "",
                      "proved": when}  # fmt: skip
            connection.execute(sa.insert(SESSIONS).values(**values, address=address[:64], browser=browser[:200]))
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person.id).values(signed_in=when))
        return token

    def find(self, token: str) -> Session | None:
        """Return the session of a cookie, if it is not over and its person not disabled."""
        wanted, when = passwords.digest(token), now()
        joined = sa.select(
            PEOPLE, SESSIONS.c.seen, SESSIONS.c.created.label("begun"), SESSIONS.c.said, SESSIONS.c.proved
        )
        with self.database.reading() as connection:
            row = connection.execute(
                joined.join(SESSIONS, SESSIONS.c.person == PEOPLE.c.id).where(SESSIONS.c.hash == wanted)
            ).first()
        if row is None or row.disabled or row.seen < when - IDLE or row.begun < when - ABSOLUTE:
            return None
        if row.seen < when - TOUCH:
            self._set(wanted, seen=when)
        return Session(wanted, person_of(row), row.said, row.proved)

    def end(self, session: Session) -> None:
        """Sign out."""
        with self.database.writing() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.hash == session.hash))

    def end_all(self, person: Person) -> None:
        """Sign a person out everywhere."""
        with self.database.writing() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.person == person.id))

    def of(self, person: Person) -> list[Row[Any]]:
        """The sessions of a person, the last used first."""
        with self.database.reading() as connection:
            rows = sa.select(SESSIONS).where(SESSIONS.c.person == person.id).order_by(SESSIONS.c.seen.desc())
            return list(connection.execute(rows))

    def prove(self, session: Session) -> Session:
        """Keep that somebody has just proved who they are."""
        self._set(session.hash, proved=(when := now()))
        return replace(session, proved=when)

    def say(self, session: Session, what: dict[str, Any]) -> None:
        """Keep something to tell on the next page."""
        self._set(session.hash, said=json.dumps(what))

    def told(self, session: Session) -> dict[str, Any]:
        """Return what there was to tell, and forget it."""
        if not session.said:
            return {}
        self._set(session.hash, said="")
        found: dict[str, Any] = json.loads(session.said)
        return found

    def _set(self, key: str, **values: Any) -> None:
        with self.database.writing() as connection:
            connection.execute(sa.update(SESSIONS).where(SESSIONS.c.hash == key).values(**values))

    def make_token(self, person: Person, name: str, days: int) -> str:
        """Make a personal token for a program; it is shown once."""
        token, when = f"{TOKEN_MARK}{passwords.secret()}", now()
        values = {"hash": passwords.digest(token), "person": person.id, "name": name, "created": when}
        with self.database.writing() as connection:
            connection.execute(sa.insert(TOKENS).values(**values, expires=when + days * DAY))
        return token

    def tokens(self, person: Person) -> list[Token]:
        """The tokens of a person."""
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(TOKENS).where(TOKENS.c.person == person.id).order_by(TOKENS.c.id))
            return [Token(row.id, row.name, row.created, row.expires, row.used) for row in rows]

    def revoke_token(self, person: Person, number: int) -> bool:
        """End a token of a person; whether there was one."""
        with self.database.writing() as connection:
            mine = (TOKENS.c.id == number) & (TOKENS.c.person == person.id)
            return connection.execute(sa.delete(TOKENS).where(mine)).rowcount > 0

    def of_token(self, token: str) -> Person | None:
        """Return the person of a personal token, if it has not ended."""
        wanted, when = passwords.digest(token), now()
        joined = sa.select(PEOPLE, TOKENS.c.used, TOKENS.c.expires).join(TOKENS, TOKENS.c.person == PEOPLE.c.id)
        with self.database.reading() as connection:
            row = connection.execute(joined.where(TOKENS.c.hash == wanted)).first()
        if row is None or row.disabled or row.expires < when:
            return None
        if row.used is None or row.used < when - TOUCH:
            with self.database.writing() as connection:
                connection.execute(sa.update(TOKENS).where(TOKENS.c.hash == wanted).values(used=when))
        return person_of(row)


def csrf(token: str) -> str:
    """Return the proof that a form was made for the holder of a cookie."""
    return hmac.new(token.encode("utf-8"), b"form", hashlib.sha256).hexdigest()


def proves(token: str, proof: str) -> bool:
    """Whether a form was made for the holder of a cookie."""
    return bool(token) and hmac.compare_digest(csrf(token).encode("ascii"), proof.encode("utf-8"))
