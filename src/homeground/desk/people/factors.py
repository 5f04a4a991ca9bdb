"""The second factor: codes of an authenticator (RFC 6238), each taken once, and recovery codes for when it is lost."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from homeground.desk.database import PEOPLE, RECOVERY, Database, now
from homeground.desk.people import passwords
from homeground.desk.people.accounts import Person

STEP_S: Final = 30
"""Seconds for which a code is shown; the one before and the one after are taken too."""

CODES: Final = 10
ISSUER: Final = "Homeground"


class Factors:
    """The second factors in the desk's database. A secret is kept as it is, because codes are computed from it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def set_up(self, person: Person, secret: str, step: int) -> list[str]:
        """Keep a secret, of which a code was taken at a time step; return recovery codes."""
        with self.database.writing() as connection:
            mine = sa.update(PEOPLE).where(PEOPLE.c.id == person.id)
            connection.execute(mine.values(factor=secret, factor_step=step))
            return _renewed(connection, person)

    def check(self, person: Person, code: str) -> bool:
        """Whether a code is right: of the authenticator, newer than the last one taken, or a recovery code, used up."""
        plain = "".join(code.split()).replace("-", "").upper()
        with self.database.writing() as connection:
            row = connection.execute(sa.select(PEOPLE).where(PEOPLE.c.id == person.id)).one()
            if row.factor is None:
                return False
            step = step_of(row.factor, plain, row.factor_step)
            if step is None:
                used = (RECOVERY.c.hash == passwords.digest(plain)) & (RECOVERY.c.person == person.id)
                return connection.execute(sa.delete(RECOVERY).where(used)).rowcount > 0
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person.id).values(factor_step=step))
            return True

    def renew(self, person: Person) -> list[str]:
        """Return new recovery codes; those from before are void."""
        with self.database.writing() as connection:
            return _renewed(connection, person)

    def left(self, person: Person) -> int:
        """Return how many recovery codes somebody has left."""
        mine = sa.select(sa.func.count()).select_from(RECOVERY).where(RECOVERY.c.person == person.id)
        with self.database.reading() as connection:
            return int(connection.execute(mine).scalar_one())

    def remove(self, person: Person) -> None:
        """Take the second factor away."""
        with self.database.writing() as connection:
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person.id).values(factor=None, factor_step=0))
            connection.execute(sa.delete(RECOVERY).where(RECOVERY.c.person == person.id))


def new_secret() -> str:
    """Return a secret for an authenticator: 160 bits in base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def address(secret: str, login: str) -> str:
    """Return what an authenticator reads from the picture."""
    import pyotp

    return str(pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login, issuer_name=ISSUER))


def picture(text: str) -> str:
    """Return a QR code as the address of an image that the page itself holds."""
    import segno

    return str(segno.make(text, micro=False).svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


def step_of(secret: str, code: str, after: int = 0) -> int | None:
    """Return the time step of a code, if it is right now and later than the one given."""
    import pyotp

    current, codes = int(now() // STEP_S), pyotp.TOTP(secret, interval=STEP_S)
    for step in (current - 1, current, current + 1):
        if step > after and hmac.compare_digest(codes.generate_otp(step).encode(), code.encode("utf-8")):
            return step
    return None


def _renewed(connection: Connection, person: Person) -> list[str]:
    plain = [base64.b32encode(secrets.token_bytes(10)).decode("ascii") for _ in range(CODES)]
    connection.execute(sa.delete(RECOVERY).where(RECOVERY.c.person == person.id))
    rows: list[dict[str, Any]] = [{"hash": passwords.digest(code), "person": person.id} for code in plain]
    connection.execute(sa.insert(RECOVERY), rows)
    return ["-".join(code[start : start + 4] for start in range(0, 16, 4)) for code in plain]
