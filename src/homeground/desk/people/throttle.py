"""How often somebody may try to sign in: counted per account and per address, in the database, by all processes."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from homeground.desk.database import ATTEMPTS, Database, now

WINDOW: Final = 15 * 60.0
PER_ACCOUNT: Final = 10
PER_ADDRESS: Final = 50


class Throttle:
    """Failed attempts of the last quarter of an hour."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def blocked(self, login: str, address: str) -> bool:
        """Whether too many attempts failed on this account, or from this address."""
        limits = {_account(login): PER_ACCOUNT, _address(address): PER_ADDRESS}
        counted = sa.select(ATTEMPTS.c.key, sa.func.count().label("tries")).group_by(ATTEMPTS.c.key)
        recent = counted.where(ATTEMPTS.c.time > now() - WINDOW, ATTEMPTS.c.key.in_(limits))
        with self.database.reading() as connection:
            return any(row.tries >= limits[row.key] for row in connection.execute(recent))

    def failed(self, login: str, address: str) -> None:
        """Count a failed attempt."""
        when = now()
        with self.database.writing() as connection:
            connection.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.time < when - WINDOW))
            keys = (_account(login), _address(address))
            connection.execute(sa.insert(ATTEMPTS), [{"key": key, "time": when} for key in keys])

    def succeeded(self, login: str) -> None:
        """Forget the failures on an account."""
        with self.database.writing() as connection:
            connection.execute(sa.delete(ATTEMPTS).where(ATTEMPTS.c.key == _account(login)))


def _account(login: str) -> str:
    return f"account {login.strip().casefold()}"[:200]


def _address(address: str) -> str:
    return f"address {address}"[:200]
