"""People who may sign in, their roles, and the one-time links by which they choose a password."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from homeground.desk.database import CHANGES, DRAFTS, LINKS, PEOPLE, RECOVERY, SESSIONS, TOKENS, Database, now
from homeground.desk.people import passwords
from homeground.desk.people.roles import ROLES
from homeground.errors import BadInput, NotInHome, SigningRefused, message

LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}")
FIRST_HOURS: Final = 24
RESET_HOURS: Final = 48
HOUR: Final = 3600.0


@dataclass(frozen=True)
class Person:
    """Somebody with an account. `language`, `theme` and `country` are their settings, empty where they chose none."""

    id: int
    login: str
    name: str
    roles: tuple[str, ...]
    disabled: bool
    language: str
    theme: str
    country: str
    subject: str | None
    has_password: bool
    created: float
    has_factor: bool
    signed_in: float | None


class Accounts:
    """The accounts in the desk's database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def every(self) -> list[Person]:
        """All people, by login."""
        with self.database.reading() as connection:
            return [person_of(row) for row in connection.execute(sa.select(PEOPLE).order_by(PEOPLE.c.login))]

    def find(self, login: str) -> Person:
        """Return a person by login; raises NotInHome."""
        found = self._one(PEOPLE.c.login == login.strip().casefold())
        if found is None:
            raise NotInHome(message("nobody has this login", found=repr(login), do="see the page 'People'"))
        return found

    def by_subject(self, subject: str) -> Person | None:
        """Return the person whom an identity provider knows by this name."""
        return self._one(PEOPLE.c.subject == subject)

    def _one(self, condition: Any) -> Person | None:
        with self.database.reading() as connection:
            row = connection.execute(sa.select(PEOPLE).where(condition)).first()
        return None if row is None else person_of(row)

    def create(self, login: str, name: str, roles: Sequence[str], subject: str | None = None) -> Person:
        """Make an account that has no password yet; raises BadInput for a login that is taken or malformed."""
        with self.database.writing() as connection:
            return _create(connection, login, name, roles, subject=subject)

    def change(self, login: str, **values: Any) -> Person:
        """Change name, roles, disabled, subject, language, theme or country; a disabled person is signed out.

        Raises SigningRefused where nobody would be left to administer.
        """
        person = self.find(login)
        if "roles" in values:
            values["roles"] = ",".join(_known(values["roles"]))
        with self.database.writing() as connection:
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person.id).values(**values))
            if values.get("disabled"):
                _sign_out(connection, person.id)
                connection.execute(sa.delete(TOKENS).where(TOKENS.c.person == person.id))
                connection.execute(sa.delete(LINKS).where(LINKS.c.person == person.id))
            if "roles" in values or values.get("disabled"):
                _require_admin(connection)
        return self.find(login)

    def forget(self, login: str) -> Person:
        """Remove what is kept of a person but login and what they did; the account is disabled.

        Raises SigningRefused where nobody would be left to administer.
        """
        person = self.find(login)
        removed = {
            "name": f"Person {person.id}", "roles": "", "password": None, "subject": None, "disabled": True,
            "language": "", "theme": "", "country": "", "factor": None, "signed_in": None,
        }  # fmt: skip
        with self.database.writing() as connection:
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person.id).values(**removed))
            for table in (SESSIONS, TOKENS, LINKS, RECOVERY):
                connection.execute(sa.delete(table).where(table.c.person == person.id))
            connection.execute(sa.delete(DRAFTS).where(DRAFTS.c.person == person.login))
            mine = (CHANGES.c.about == person.login) & CHANGES.c.entry.is_not(None)
            connection.execute(sa.update(CHANGES).where(mine).values(detail="{}"))
            _require_admin(connection)
        return self.find(login)

    def check(self, login: str, password: str) -> Person | None:
        """Return the person if login and password are right and the account is not disabled."""
        with self.database.reading() as connection:
            row = connection.execute(sa.select(PEOPLE).where(PEOPLE.c.login == login.strip().casefold())).first()
        right = passwords.matches(None if row is None else row.password, password)
        return person_of(row) if row is not None and right and not row.disabled else None

    def mark(self, person: Person) -> str:
        """Return what changes whenever the password does, and tells nothing of it."""
        with self.database.reading() as connection:
            kept = connection.execute(sa.select(PEOPLE.c.password).where(PEOPLE.c.id == person.id)).scalar_one()
        return passwords.digest(kept or "")[:16]

    def choose_password(self, login: str, password: str, keep_session: str = "") -> None:
        """Set a password and end all sessions but the one kept; raises BadInput for a poor one."""
        person = self.find(login)
        passwords.require_good(password, person.login, person.name)
        with self.database.writing() as connection:
            _choose(connection, person.id, password, keep_session)

    def link(self, purpose: str, person: Person | None = None) -> str:
        """Make a one-time link's token: `first` for the first administrator, `password` for somebody's password."""
        token = passwords.secret()
        hours = FIRST_HOURS if purpose == "first" else RESET_HOURS
        with self.database.writing() as connection:
            same = LINKS.c.person == person.id if person else LINKS.c.purpose == "first"
            connection.execute(sa.delete(LINKS).where(same | (LINKS.c.expires < now())))
            values = {"hash": passwords.digest(token), "purpose": purpose, "person": person and person.id}
            connection.execute(sa.insert(LINKS).values(**values, expires=now() + hours * HOUR))
        return token

    def linked(self, token: str, purpose: str) -> Person | None:
        """Return whom a link is for (None for the first administrator); raises NotInHome for one that is over."""
        with self.database.reading() as connection:
            row = _link(connection, token, purpose)
            if row.person is None:
                return None
            return person_of(connection.execute(sa.select(PEOPLE).where(PEOPLE.c.id == row.person)).one())

    def begin(self, token: str, login: str, name: str, password: str) -> Person:
        """Make the first administrator by the first link, which is used up with it."""
        passwords.require_good(password, login, name)
        with self.database.writing() as connection:
            _link(connection, token, "first")
            person = _create(connection, login, name, ["admin"], password=passwords.hashed(password))
            connection.execute(sa.delete(LINKS).where(LINKS.c.purpose == "first"))
            return person

    def redeem(self, token: str, password: str) -> Person:
        """Set the password of the person of a link, which is used up with it."""
        person = self.linked(token, "password")
        assert person is not None
        passwords.require_good(password, person.login, person.name)
        with self.database.writing() as connection:
            _link(connection, token, "password")
            connection.execute(sa.delete(LINKS).where(LINKS.c.hash == passwords.digest(token)))
            _choose(connection, person.id, password, "")
        return person

    @property
    def begun(self) -> bool:
        """Whether somebody can administer the desk."""
        with self.database.reading() as connection:
            return _admins(connection) > 0


def _create(
    connection: Connection, login: str, name: str, roles: Sequence[str], *, password: str | None = None,
    subject: str | None = None,
) -> Person:  # fmt: skip
    plain = login.strip().casefold()
    if not LOGIN.fullmatch(plain):
        expected = "2 to 63 small letters, digits, points, hyphens"
        raise BadInput(message("not a login", found=repr(login), expected=expected, do="choose another"))
    if connection.execute(sa.select(PEOPLE.c.id).where(PEOPLE.c.login == plain)).first():
        raise BadInput(message("this login is taken", found=plain, do="choose another"))
    values = {
        "login": plain, "name": name.strip(), "roles": ",".join(_known(roles)), "password": password,
        "subject": subject, "disabled": False, "language": "", "theme": "", "country": "", "created": now(),
        "factor": None, "factor_step": 0, "signed_in": None,
    }  # fmt: skip
    connection.execute(sa.insert(PEOPLE).values(**values))
    return person_of(connection.execute(sa.select(PEOPLE).where(PEOPLE.c.login == plain)).one())


def _choose(connection: Connection, person: int, password: str, keep_session: str) -> None:
    kept = passwords.hashed(password)
    connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person).values(password=kept))
    _sign_out(connection, person, keep_session)


def _sign_out(connection: Connection, person: int, but: str = "") -> None:
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.person == person, SESSIONS.c.hash != but))


def _link(connection: Connection, token: str, purpose: str) -> Row[Any]:
    wanted = (LINKS.c.hash == passwords.digest(token)) & (LINKS.c.purpose == purpose) & (LINKS.c.expires > now())
    row = connection.execute(sa.select(LINKS).where(wanted)).first()
    if row is None:
        do = "ask an administrator for a new one" if purpose == "password" else "start the desk again for a new one"
        raise NotInHome(message("this link is used up, too old, or no link of this desk", do=do))
    return row


def _admins(connection: Connection) -> int:
    rows = connection.execute(sa.select(PEOPLE.c.roles).where(sa.not_(PEOPLE.c.disabled)))
    return sum("admin" in row.roles.split(",") for row in rows)


def _require_admin(connection: Connection) -> None:
    if not _admins(connection):
        raise SigningRefused(
            message("nobody would be left to administer the desk", do="make another administrator first")
        )


def _known(roles: Sequence[str]) -> list[str]:
    strangers = [role for role in roles if role not in ROLES]
    if strangers:
        raise BadInput(message("no such role", found=strangers[0], expected=", ".join(ROLES), do="choose one of these"))
    return [role for role in ROLES if role in roles]


def person_of(row: Row[Any]) -> Person:
    """Return the person of a row of the table."""
    roles = tuple(role for role in row.roles.split(",") if role)
    return Person(
        row.id, row.login, row.name, roles, bool(row.disabled), row.language, row.theme, row.country, row.subject,
        row.password is not None, row.created, row.factor is not None, row.signed_in,
    )  # fmt: skip
