"""Signing in and out, the first administrator, and one-time links for passwords."""

from __future__ import annotations

from urllib.parse import urlencode

from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import SecretStr
from starlette.responses import RedirectResponse

from homeground.desk.database import minute
from homeground.desk.pages import Asked, Asking, Done, Sheet, act, field, page
from homeground.desk.pages.start import own_path
from homeground.desk.people import passwords
from homeground.desk.people.accounts import Person
from homeground.desk.showing.words import Told
from homeground.desk.web import forms, visits
from homeground.desk.web.asking import role_of, show_form
from homeground.desk.web.registry import of
from homeground.errors import BadInput, NotInHome, SigningRefused, message

HALF = "desk_half"
MINUTES = 5
"""For how long a right password waits for its code."""


class Way(Asked):
    """Where to go after signing in."""

    to: str = field("Then to", "/", widget="hidden")


class Credentials(Asked):
    """Login and password."""

    login: str = field("Login", max_length=64, complete="username")
    password: SecretStr = field("Password", complete="current-password")
    to: str = field("Then to", "/", widget="hidden")


class Code(Asked):
    """A code of the second factor."""

    code: str = field("Code", min_length=6, max_length=40, complete="one-time-code")
    to: str = field("Then to", "/", widget="hidden")


class Typed(Asked):
    """A password while it is typed, and whose it would be."""

    password: SecretStr = field("Password", SecretStr(""))
    login: str = field("Login", "", max_length=64)
    name: str = field("Full name", "", max_length=120)


class First(Asked):
    """The first administrator."""

    name: str = field("Full name", min_length=2, max_length=120, complete="name")
    login: str = field("Login", help="Small letters, digits, points, hyphens.", max_length=63, complete="username")
    password: SecretStr = field(
        "Password", help="Twelve characters or more; several words are good.", complete="new-password"
    )
    again: SecretStr = field("Password once more", complete="new-password")


class NewPassword(Asked):
    """A new password, twice."""

    password: SecretStr = field(
        "Password", help="Twelve characters or more; several words are good.", complete="new-password"
    )
    again: SecretStr = field("Password once more", complete="new-password")


@page("/sign-in", title="Sign in", needs="anyone", public=False)
def sign_in(asking: Asking, way: Way) -> Sheet | RedirectResponse:
    """The form to sign in."""
    if asking.signed_in:
        return RedirectResponse(own_path(way.to), 303)
    return _sign_in_sheet(asking, {"to": [own_path(way.to)]}, "")


@act("/sign-in", title="Sign in", needs="anyone", enters="none", public=False)
def enter(asking: Asking, given: Credentials) -> Sheet | Done:
    """Check login and password; after too many failures wait a quarter of an hour."""
    desk, address = asking.desk, asking.address
    sent = {"login": [given.login], "to": [own_path(given.to)]}
    if desk.throttle.blocked(given.login, address):
        return _sign_in_sheet(asking, sent, asking.text("Too many attempts failed. Wait a quarter of an hour."))
    person = desk.accounts.check(given.login, given.password.get_secret_value())
    if person is None:
        desk.throttle.failed(given.login, address)
        return _sign_in_sheet(asking, sent, asking.text("Login or password is wrong."))
    if not person.has_factor:
        desk.throttle.succeeded(given.login)
    return Done(sign_on(asking, person, own_path(given.to)))


@page("/sign-in/code", title="Second factor", needs="anyone", public=False)
def code(asking: Asking, way: Way) -> Sheet | RedirectResponse:
    """The form for the code, once login and password were right."""
    if _half_in(asking) is None:
        return RedirectResponse("/sign-in", 303)
    return _code_sheet(asking, own_path(way.to), "")


@act("/sign-in/code", title="Second factor", needs="anyone", enters="none", submit="Sign in", public=False)
def enter_code(asking: Asking, given: Code) -> Sheet | Done:
    """Check the code, and sign in."""
    person, desk, to = _half_in(asking), asking.desk, own_path(given.to)
    if person is None:
        return Done("/sign-in")
    if desk.throttle.blocked(person.login, asking.address):
        return _code_sheet(asking, to, asking.text("Too many attempts failed. Wait a quarter of an hour."))
    if not desk.factors.check(person, given.code):
        desk.throttle.failed(person.login, asking.address)
        return _code_sheet(asking, to, asking.text("This code is wrong, or was used before."))
    desk.throttle.succeeded(person.login)
    asking.visit.cookies[HALF] = None
    begin_session(asking, person)
    return Done(to)


@act("/sign-in/strength", title="How strong a password is", needs="anyone", enters="none", public=False)
def strength(asking: Asking, typed: Typed) -> Sheet:
    """How hard a password is to guess, for the meter beside it."""
    asking.count()
    password = typed.password.get_secret_value()
    about = (asking.person.login, asking.person.name) if asking.signed_in else (typed.login, typed.name)
    found = passwords.strength(password, *about) if password else 0
    if not password:
        words = ""
    elif len(password) < passwords.LEAST:
        words = asking.text("%(count)s of 12 characters", count=len(password))
    else:
        words = asking.text(STRENGTHS[found])
    return Sheet("", template="strength.html.j2", values={"strength": found, "words": words})


@act("/sign-out", title="Sign out", needs="anyone", enters="none", public=False)
def leave(asking: Asking) -> Done:
    """End the session."""
    if asking.visit.session is not None:
        asking.desk.sessions.end(asking.visit.session)
    asking.visit.cookies[visits.SESSION] = None
    return Done("/sign-in")


@page("/first/{token}", title="The first administrator", needs="anyone", public=False)
def first(asking: Asking, token: str) -> Sheet:
    """The form by which the first administrator makes their account."""
    asking.desk.accounts.linked(token, "first")
    lead = asking.text("This desk is new. Make your account; you will administer it.")
    return Sheet("The first administrator", lead=lead, forms=(asking.form(begin, token=token),))


@act("/first/{token}", title="Make my account", needs="anyone", enters="own", public=False)
def begin(asking: Asking, token: str, new: First) -> Done:
    """Make the first administrator, whom the record knows as its registrar."""
    password = _same(new.password, new.again)
    with asking.changing("account made", registers=True) as change:
        person = asking.desk.accounts.begin(token, new.login, new.name, password)
        change.about, change.by, change.role = person.login, person.login, "admin"
        change.detail["roles"] = list(person.roles)
    begin_session(asking, person)
    return Done("/")


@page("/link/{token}", title="Choose a password", needs="anyone", public=False)
def link(asking: Asking, token: str) -> Sheet:
    """The form by which somebody chooses their password."""
    person = asking.desk.accounts.linked(token, "password")
    assert person is not None
    lead = asking.text("Welcome, %(name)s. Your login is %(login)s.", name=Told(person.name), login=person.login)
    return Sheet("Choose a password", lead=lead, forms=(asking.form(choose, token=token),))


@act("/link/{token}", title="Choose this password", needs="anyone", enters="own", public=False)
def choose(asking: Asking, token: str, new: NewPassword) -> Done:
    """Set the password of a link's person, and sign them in."""
    with asking.changing("password chosen") as change:
        person = asking.desk.accounts.redeem(token, _same(new.password, new.again))
        change.about, change.by, change.role = person.login, person.login, role_of(person)
    if person.has_factor:
        return Done("/sign-in")
    begin_session(asking, person)
    return Done("/")


def sign_on(asking: Asking, person: Person, to: str) -> str:
    """Sign in whose first factor was right, or have the second one asked for; return where to go."""
    if not person.has_factor or person.disabled:
        begin_session(asking, person)
        return to
    asking.visit.cookies[HALF] = _seal(asking).dumps([person.login, asking.desk.accounts.mark(person)])
    return f"/sign-in/code?{urlencode({'to': to})}"


def begin_session(asking: Asking, person: Person) -> None:
    """Sign a person in: a new token, whatever cookies came with the request."""
    if person.disabled:
        raise SigningRefused(message("this account is disabled", do="ask an administrator"))
    browser, said = asking.request.headers.get("user-agent", ""), None
    if person.signed_in is not None:
        news = asking.desk.changes.about(person.login, since=person.signed_in)
        told = [[asking.text(each.act), each.person, minute(each.made)] for each in reversed(news)]
        said = {"changes": told, "since": minute(person.signed_in)} if told else None
    token = asking.desk.sessions.begin(person, asking.address, browser, said)
    asking.visit.cookies.update({visits.SESSION: token, visits.GUEST: None})


def _half_in(asking: Asking) -> Person | None:
    """Return who gave the right password a moment ago, and still owes the code."""
    cookie = asking.request.cookies.get(asking.visit.cookie(HALF), "")
    try:
        login, mark = _seal(asking).loads(cookie, max_age=60 * MINUTES)
        person = asking.desk.accounts.find(login)
    except (BadSignature, NotInHome):
        return None
    whole = person.has_factor and not person.disabled and mark == asking.desk.accounts.mark(person)
    return person if whole else None


def _seal(asking: Asking) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(asking.desk.seal, salt="half signed in")


def _code_sheet(asking: Asking, to: str, said: str) -> Sheet:
    lead = asking.text("The code that your authenticator shows, or a recovery code.")
    form = show_form(of(enter_code), "/sign-in/code", {"to": [to]}, {})
    values = {"form": form, "said": said}
    return Sheet("Second factor", lead=lead, template="sign_in.html.j2", values=values, status=422 if said else 200)


STRENGTHS = (
    "Others try this first.", "Others try this first.", "Too easy to guess.", "Strong enough.", "Strong."
)  # fmt: skip


def _same(password: SecretStr, again: SecretStr) -> str:
    if password.get_secret_value() != again.get_secret_value():
        raise BadInput(message("the two passwords are not the same", do="write it twice the same"))
    return password.get_secret_value()


def _sign_in_sheet(asking: Asking, sent: forms.Values, said: str) -> Sheet:
    form = show_form(of(enter), "/sign-in", sent, {})
    return Sheet("Sign in", template="sign_in.html.j2", values={"form": form, "said": said})
