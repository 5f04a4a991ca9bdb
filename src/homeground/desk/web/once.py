"""Forms that count once: a double click, or a form sent again after the server was killed, adds nothing a second time.

A form carries a token of its own, made when it is shown. The token is written into the entry that the form leads to, in
the same turn; a second sending finds it there. It is bound to the person and to the form's address.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from pydantic import Field

from homeground.desk.web.forms import Asked

if TYPE_CHECKING:
    from homeground.desk.web.asking import Asking
    from homeground.record import Entry

LENGTH: Final = 32


class Once(Asked):
    """What a form sends that counts once; a program that sends no token says that each sending is meant."""

    token: str = Field(
        default_factory=lambda: secrets.token_hex(LENGTH // 2), title="Token of the form", pattern=r"^[0-9a-f]{32}$",
        json_schema_extra={"x-widget": "hidden"},
    )  # fmt: skip


def once(asking: Asking, sent: Once, act: Callable[[], Entry]) -> Entry:
    """Do an act that writes into the record, unless this form did it before; return its entry."""
    bound = f"{asking.person.login}\n{asking.request.url.path}\n{sent.token}"
    return asking.ledger.once(sha256(bound.encode("utf-8")).hexdigest()[:LENGTH], act)


def acting(asking: Asking, *, among: tuple[str, ...] = ()) -> str:
    """Return the role in which somebody acts in the record: of these the first that they hold, else their first."""
    person = asking.ledger.state().person(asking.person.login)
    held = [role for role in among if role in person.roles] or list(person.roles) or [""]
    return held[0]
