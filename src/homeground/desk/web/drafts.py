"""Offers while they are typed: kept for their owner under a random name, so that no address and no log shows them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Row

from homeground.desk.database import DRAFTS, Database, now
from homeground.errors import NotInHome, message

AGE: Final = 14 * 86400.0
MOST: Final = 50
"""Drafts of one person; the oldest make room."""


def new_id() -> str:
    """Return a name for a draft."""
    return secrets.token_hex(16)


class Drafts:
    """The drafts in the desk's database; everybody finds their own alone."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, person: str, name: str, offer: Mapping[str, str]) -> None:
        """Keep what was typed, in the place of what had this name."""
        values = {"id": name, "person": person, "kept": now(), "offer": json.dumps(dict(offer), ensure_ascii=False)}
        with self.database.writing() as connection:
            connection.execute(sa.delete(DRAFTS).where(DRAFTS.c.kept < now() - AGE))
            connection.execute(sa.delete(DRAFTS).where(DRAFTS.c.id == name, DRAFTS.c.person == person))
            connection.execute(sa.insert(DRAFTS).values(**values))
            newest = sa.select(DRAFTS.c.id).where(DRAFTS.c.person == person).order_by(DRAFTS.c.kept.desc())
            old = list(connection.execute(newest.offset(MOST)).scalars())
            if old:
                connection.execute(sa.delete(DRAFTS).where(DRAFTS.c.person == person, DRAFTS.c.id.in_(old)))

    def find(self, person: str, name: str) -> dict[str, str]:
        """Return what somebody typed; raises NotInHome for a draft that is not theirs, or gone."""
        wanted = sa.select(DRAFTS.c.offer).where(DRAFTS.c.id == name, DRAFTS.c.person == person)
        with self.database.reading() as connection:
            found = connection.execute(wanted).scalar()
        if found is None:
            do = "begin anew on the page 'Judge a deal'"
            raise NotInHome(message("you have no draft under this name; drafts are kept for two weeks", do=do))
        offer: dict[str, str] = json.loads(found)
        return offer

    def of(self, person: str) -> list[Row[Any]]:
        """The drafts of somebody, newest first."""
        mine = sa.select(DRAFTS).where(DRAFTS.c.person == person).order_by(DRAFTS.c.kept.desc())
        with self.database.reading() as connection:
            return list(connection.execute(mine))
