"""Signing in with the ministry's account: to the identity provider, and back."""

from __future__ import annotations

from dataclasses import asdict

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import RedirectResponse

from homeground.desk.pages import Asked, Asking, field, page
from homeground.desk.pages.sign_in import sign_on
from homeground.desk.pages.start import own_path
from homeground.desk.people.accounts import Person
from homeground.desk.people.oidc import Beginning, Provider, Told
from homeground.desk.web.asking import role_of
from homeground.errors import NotInHome, SigningRefused, message

COOKIE = "desk_provider"
MINUTES = 10


class Way(Asked):
    """Where to go after signing in."""

    to: str = field("Then to", "/", widget="hidden")


class Back(Asked):
    """What the provider sends back."""

    code: str = field("Code", "", widget="hidden", max_length=4000)
    state: str = field("State", "", widget="hidden", max_length=200)


@page("/sign-in/provider", title="Sign in with the ministry's account", needs="anyone", public=False)
def go(asking: Asking, way: Way) -> RedirectResponse:
    """Send the browser to the identity provider."""
    address, kept = _provider(asking).begin(own_path(way.to))
    asking.visit.cookies[COOKIE] = _seal(asking).dumps(asdict(kept))
    return RedirectResponse(address, 303)


@page("/sign-in/back", title="Back from the ministry's account", needs="anyone", public=False)
def back(asking: Asking, given: Back) -> RedirectResponse:
    """Take the provider's answer, and sign in whom it names, if they have an account."""
    cookie = asking.request.cookies.get(asking.visit.cookie(COOKIE), "")
    try:
        kept = Beginning(**_seal(asking).loads(cookie, max_age=60 * MINUTES))
    except BadSignature as error:
        raise SigningRefused(message("this sign-in was not begun here, or too long ago", do="sign in again")) from error
    asking.visit.cookies[COOKIE] = None
    told = _provider(asking).finish(given.code, given.state, kept)
    return RedirectResponse(sign_on(asking, _person(asking, told), kept.to), 303)


def _person(asking: Asking, told: Told) -> Person:
    """Find the account: by the provider's own name for the person, or, the first time, by login."""
    accounts = asking.desk.accounts
    found = accounts.by_subject(told.subject)
    if found is not None:
        return found
    try:
        found = accounts.find(told.login)
    except NotInHome as error:
        do = "ask an administrator to add you under this login"
        raise SigningRefused(message("you have no account at this desk", found=told.login, do=do)) from error
    if found.subject is not None or found.has_password:
        do = "sign in with the password, or ask an administrator"
        raise SigningRefused(message("this login belongs to another way of signing in", found=told.login, do=do))
    with asking.changing("ministry's account joined", found.login) as change:
        change.by, change.role = found.login, role_of(found)
        accounts.change(found.login, subject=told.subject)
    return found


def _provider(asking: Asking) -> Provider:
    found = asking.desk.oidc
    if found is None:
        raise NotInHome(message("this desk knows no identity provider", do="sign in with a password"))
    return found


def _seal(asking: Asking) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(asking.desk.seal, salt="provider")
