"""Grave acts ask again who is there, where the last proof of it is older than a quarter of an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from homeground.desk.database import now
from homeground.desk.web.forms import Field, Values, Wrong
from homeground.errors import SigningRefused, message

if TYPE_CHECKING:
    from homeground.desk.web.asking import Asking

FRESH_S: Final = 15 * 60.0
NAME: Final = "proof"
PASSWORD: Final = "Your password once more"  # noqa: S105 - a label
EITHER: Final = "Your password once more, or a code"
HELP: Final = "You signed in more than a quarter of an hour ago, and this act is a grave one."
WRONG: Final = "This is not right."
BLOCKED: Final = "Too many attempts failed. Wait a quarter of an hour."


def is_fresh(asking: Asking) -> bool:
    """Whether somebody has lately proved who they are."""
    session = asking.visit.session
    return session is not None and session.proved >= now() - FRESH_S


def has_one(asking: Asking) -> bool:
    """Whether somebody has something to prove it by: people who sign in with a provider may have nothing here."""
    return asking.person.has_password or asking.person.has_factor


def field(asking: Asking, error: Wrong | None = None) -> Field:
    """Return the field that asks for the proof."""
    label = EITHER if asking.person.has_factor else PASSWORD
    return Field(NAME, label, HELP, "password", (), error, (), True, "", "current-password", {}, "")


def lacking(asking: Asking, sent: Values) -> Wrong | None:
    """Return what is wrong with the proof that was sent, or nothing where it is right or not needed.

    Raises SigningRefused for a program, which has none to give, and for people who prove who they are elsewhere.
    """
    if asking.visit.by_token:
        raise SigningRefused(message("a program may not do this with a token", do="do it at the desk, signed in"))
    if is_fresh(asking):
        return None
    person = asking.person
    if not has_one(asking):
        what, do = "you signed in more than a quarter of an hour ago", "sign out and in again, then send this anew"
        raise SigningRefused(message(what, do=do))
    given = str((sent.get(NAME) or [""])[-1])
    if not given:
        return Wrong("This is needed.")
    if asking.desk.throttle.blocked(person.login, asking.address):
        return Wrong(BLOCKED)
    if asking.desk.accounts.check(person.login, given) is None and not asking.desk.factors.check(person, given):
        asking.desk.throttle.failed(person.login, asking.address)
        return Wrong(WRONG)
    assert asking.visit.session is not None
    asking.visit.session = asking.desk.sessions.prove(asking.visit.session)
    return None
