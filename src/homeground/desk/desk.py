"""The parts that all pages share: accounts, sessions, Homes, the record, jobs, what is kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from homeground.desk.changes import Changes
from homeground.desk.database import Database, record_address
from homeground.desk.homes import Homes
from homeground.desk.kept import Kept
from homeground.desk.people.accounts import Accounts, Person
from homeground.desk.people.factors import Factors
from homeground.desk.people.pace import Pace
from homeground.desk.people.roles import ROLES
from homeground.desk.people.sessions import Sessions
from homeground.desk.people.throttle import Throttle
from homeground.desk.settings import Settings
from homeground.desk.web.drafts import Drafts
from homeground.desk.work.jobs import Jobs
from homeground.errors import HomegroundError
from homeground.home import record as records
from homeground.record import REGISTRAR

if TYPE_CHECKING:
    from homeground.desk.people.oidc import Provider
    from homeground.record import Ledger

LOG: Final = logging.getLogger("homeground.desk")


class Desk:
    """One desk in one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings)
        self.accounts = Accounts(self.database)
        self.sessions = Sessions(self.database)
        self.throttle = Throttle(self.database)
        self.factors = Factors(self.database)
        self.drafts = Drafts(self.database)
        self.homes = Homes(settings.home, settings.readers)
        self.jobs = Jobs(self.database, settings)
        self.kept = Kept()
        self.pace = Pace(settings.pace)
        self._lock = threading.Lock()
        self._ledger: Ledger | None = None
        self.changes = Changes(self)
        self.changes.catch_up()
        self.jobs.queue_waiting()

    def close(self) -> None:
        """Give back connections."""
        self.jobs.close()
        self.database.close()
        if self._ledger is not None:
            self._ledger.close()

    @property
    def ledger(self) -> Ledger:
        """The record, opened on first use."""
        with self._lock:
            if self._ledger is None:
                self._ledger = records.ledger(self.settings.home, record_address(self.settings), True)
            return self._ledger

    @cached_property
    def oidc(self) -> Provider | None:
        """The identity provider, where one is set."""
        if not self.settings.oidc:
            return None
        from homeground.desk.people import oidc

        return oidc.read(self.settings.oidc)

    @cached_property
    def seal(self) -> str:
        """The secret by which this desk seals what browsers carry for it."""
        return self.database.secret()

    def into_record(self, person: Person, by: str, signing: Sequence[str] | None = None) -> bool:
        """Make a person known to the record with their roles; false where `by` may not do that there.

        `signing` are roles that a policy names besides the desk's; None leaves those that they have. Whoever
        administers the desk is a registrar of the record.
        """
        known = self.ledger.state().people.get(person.login)
        held = [role for role in (known.roles if known else ()) if role not in (*ROLES, REGISTRAR)]
        roles = [] if person.disabled else [*person.roles, *(held if signing is None else signing)]
        if "admin" in roles:
            roles.append(REGISTRAR)
        if known is not None and (known.name, list(known.roles)) == (person.name, roles):
            return True
        try:
            self.ledger.add_person(person.login, person.name, roles, by=by)
        except HomegroundError:
            return False
        return True
