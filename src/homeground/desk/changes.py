"""Changes of accounts and jobs, and their entries in the record: neither is there without the other, come what may.

The desk's tables and the record are two databases. What is to be entered is therefore written beside the change itself,
in the same transaction (`desk_changes`), and entered right after it, under a token by which the record takes it once.
What a crash has left is entered when the desk starts again, and before the next change.
"""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from homeground.desk.database import CHANGES, now
from homeground.errors import HomegroundError

if TYPE_CHECKING:
    from sqlalchemy.engine import Row

    from homeground.desk.desk import Desk

LOG: Final = logging.getLogger("homeground.desk")


ACTS: Final = (
    "account made", "account changed", "account disabled", "account enabled", "personal data removed",
    "link for a password made", "password chosen", "password changed", "ministry's account joined",
    "second factor set up", "second factor removed", "recovery codes made", "rescued at the machine",
    "token made", "token ended", "signed out everywhere",
)  # fmt: skip
"""What can be done to an account, as the record calls it."""


@dataclass
class Change:
    """A change while it is made: what, about whom or what, by whom in which role, details without secrets.

    `registers` says that the record shall know the person as the account has them then, with the roles `signing` that
    only policies name (None: those that they have). `known` tells afterwards whether it does.
    """

    act: str
    about: str = ""
    by: str = ""
    role: str = ""
    registers: bool = False
    signing: Sequence[str] | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    known: bool = True


class Changes:
    """The changes of a desk's accounts and jobs."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.database = desk, desk.database

    @contextlib.contextmanager
    def making(self, change: Change) -> Iterator[Change]:
        """Make a change: what the block writes into the desk's tables and the entry of it are both kept, or neither is.

        A record that cannot be read stops the change before it begins.
        """
        self.desk.ledger.state()
        self.settle()
        with self.database.writing() as connection:
            yield change
            made = connection.execute(sa.insert(CHANGES).values(**_row(change))).inserted_primary_key
            assert made is not None
        change.known = made[0] not in self.settle()

    def settle(self) -> set[int]:
        """Enter what the record is owed; return the changes after which it does not know the person as they are."""
        owed = sa.select(CHANGES).where(CHANGES.c.entry.is_(None)).order_by(CHANGES.c.id)
        with self.database.reading() as connection:
            rows = list(connection.execute(owed))
        return {row.id for row in rows if not self._enter(row)}

    def _enter(self, row: Row[Any]) -> bool:
        """Enter a change and, in the same turn, the person as they are; whether the record knows them so."""
        ledger, detail, known = self.desk.ledger, json.loads(row.detail), True
        with ledger.writing():
            entry = ledger.once(row.token, lambda: ledger.act(row.act, row.about, detail, by=row.person, role=row.role))
            if row.registers:
                signing = None if row.signing is None else json.loads(row.signing)
                known = self.desk.into_record(self.desk.accounts.find(row.about), row.person, signing)
        self._entered(row.id, entry.number)
        return known

    def _entered(self, change: int, entry: int) -> None:
        with self.database.writing() as connection:
            connection.execute(sa.update(CHANGES).where(CHANGES.c.id == change).values(entry=entry))

    def catch_up(self) -> None:
        """Enter what a crash has left; a record that cannot take it is named in the log, and asked again later."""
        try:
            self.settle()
        except HomegroundError as error:
            LOG.error("the record is still owed entries on accounts or jobs: %s", error)

    def about(self, login: str, since: float = 0.0, most: int = 50) -> list[Row[Any]]:
        """The changes of somebody's account after a moment, newest first."""
        mine = sa.select(CHANGES).where(CHANGES.c.about == login, CHANGES.c.made > since, CHANGES.c.act.in_(ACTS))
        with self.database.reading() as connection:
            return list(connection.execute(mine.order_by(CHANGES.c.id.desc()).limit(most)))


def _row(change: Change) -> dict[str, Any]:
    signing = None if change.signing is None else json.dumps(list(change.signing), ensure_ascii=False)
    return {
        "token": secrets.token_hex(16), "made": now(), "act": change.act, "about": change.about, "person": change.by,
        "role": change.role, "registers": change.registers, "signing": signing, "entry": None,
        "detail": json.dumps(change.detail, ensure_ascii=False),
    }  # fmt: skip
