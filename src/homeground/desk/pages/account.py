"""One's own account: for which country one works, password, sessions, tokens for programs."""

from __future__ import annotations

from pydantic import SecretStr

from homeground.codes import countries
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.people import account_tables
from homeground.desk.showing.choices import newest
from homeground.errors import BadInput, NotInHome, message


class HomeCountry(Asked):
    """For which country somebody works."""

    country: str | None = field("Country or bloc", None, help="Pages begin with it.", among="countries")


class ChangePassword(Asked):
    """The old password, and a new one twice."""

    old: SecretStr = field("Password until now", complete="current-password")
    password: SecretStr = field(
        "New password", help="Twelve characters or more; several words are good.", complete="new-password"
    )
    again: SecretStr = field("New password once more", complete="new-password")


class NewToken(Asked):
    """A token for a program."""

    name: str = field("What it is for", min_length=2, max_length=80)
    days: int = field("Days until it ends", 90, ge=1, le=366)


class OneToken(Asked):
    """A token by its number."""

    number: int = field("Number", ge=1, le=2**31 - 1)


@page("/account", title="Account", needs="signed-in")
def account(asking: Asking) -> Sheet:
    """One's own account."""
    person = asking.person
    sessions, tokens = asking.desk.sessions.of(person), asking.desk.sessions.tokens(person)
    forms = [
        asking.form(set_country, {"country": [countries.name(person.country)]}),
        *([asking.form(change_password)] if person.has_password else []),
        asking.form(make_token, about=asking.text("A program that holds the token may do what you may do.")),
        *([asking.form(revoke_token)] if tokens else []),
        asking.form(sign_out_everywhere),
    ]
    roles = ", ".join(asking.text(role) for role in person.roles) or asking.text("no role")
    panels = [Panel(account_tables.sessions(asking.text, sessions), "sessions")]
    if tokens:
        panels.append(Panel(account_tables.tokens(asking.text, tokens), "tokens"))
    news = asking.desk.changes.about(person.login)
    if news:
        panels.append(Panel(account_tables.changes(asking.text, news), "changes", most=10))
    lead = asking.text("Your login is %(login)s; your roles: %(roles)s.", login=person.login, roles=roles)
    links = (
        (asking.text("Second factor"), "/account/second-factor"),
        (asking.text("What is kept of you"), "/account/kept"),
    )
    return Sheet(person.name, tuple(panels), lead=lead, links=links, forms=tuple(forms))


@act("/account/country", title="For which country you work", needs="signed-in", submit="Keep", enters="none")
def set_country(asking: Asking, wanted: HomeCountry) -> Done:
    """Keep for which country somebody works."""
    from homeground.home.place import resolve

    code = resolve(wanted.country, newest(asking.home)).code if wanted.country else ""
    asking.desk.accounts.change(asking.person.login, country=code)
    return Done("/account", asking.text("Kept."))


@act("/account/password", title="Change the password", needs="signed-in", enters="own")
def change_password(asking: Asking, new: ChangePassword) -> Done:
    """Change one's own password; every other session ends."""
    desk, login = asking.desk, asking.person.login
    if desk.throttle.blocked(login, asking.address):
        raise BadInput(message("too many attempts failed", do="wait a quarter of an hour"))
    if desk.accounts.check(login, new.old.get_secret_value()) is None:
        desk.throttle.failed(login, asking.address)
        raise BadInput(message("the password until now is not right", do="write it again"))
    if new.password.get_secret_value() != new.again.get_secret_value():
        raise BadInput(message("the two passwords are not the same", do="write it twice the same"))
    kept = asking.visit.session.hash if asking.visit.session else ""
    with asking.changing("password changed", login):
        desk.accounts.choose_password(login, new.password.get_secret_value(), kept)
    return Done("/account", asking.text("The password is changed; you are signed out elsewhere."))


@act("/account/token", title="Make a token for a program", needs="signed-in", enters="own", submit="Make the token",
     proof=True)  # fmt: skip
def make_token(asking: Asking, new: NewToken) -> Sheet:
    """Make a token, and show it once."""
    with asking.changing("token made", asking.person.login, purpose=new.name, days=new.days):
        token = asking.desk.sessions.make_token(asking.person, new.name, new.days)
    said = asking.text("Copy this token now; it is not shown again. Send it as 'Authorization: Bearer …'.")
    trail = ((asking.text("Account"), "/account"),)
    return Sheet("Token", template="secret.html.j2", values={"secret": token, "said": said}, told=True, trail=trail)


@act("/account/token/end", title="End a token", needs="signed-in", enters="own", grave=True)
def revoke_token(asking: Asking, which: OneToken) -> Done:
    """End one of one's own tokens."""
    with asking.changing("token ended", asking.person.login, number=which.number):
        if not asking.desk.sessions.revoke_token(asking.person, which.number):
            raise NotInHome(message("you have no such token", found=which.number, do="take a number from the table"))
    return Done("/account", asking.text("The token is ended."))


@act("/account/sign-out", title="Sign out everywhere", needs="signed-in", enters="own", grave=True)
def sign_out_everywhere(asking: Asking) -> Done:
    """End all of one's own sessions."""
    with asking.changing("signed out everywhere", asking.person.login):
        asking.desk.sessions.end_all(asking.person)
    return Done("/sign-in")
