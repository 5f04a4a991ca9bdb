"""People and roles: who has an account, and what they may do."""

from __future__ import annotations

from typing import Any

from homeground.brief.answer import Answer, Column
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.people.accounts import Person
from homeground.desk.people.roles import MEANINGS, ROLES, Role
from homeground.desk.shelves import books
from homeground.desk.showing.words import Told
from homeground.desk.web.sheet import Choices
from homeground.errors import BadInput, HomegroundError, message
from homeground.record import REGISTRAR

COLUMNS = (
    Column("login", "login", "quoted"),
    Column("name", "name", "quoted"),
    Column("roles", "roles", wraps=True),
    Column("signing", "roles in the record", wraps=True, meaning="roles that policies name, beside those of the desk"),
    Column("standing", "account"),
    Column("factor", "second factor"),
)
SIGNING = "Roles that a policy names and the desk does not, such as deputy minister; separate them by commas."

UNKNOWN = (
    "The record does not know of this yet: you are no registrar there. "
    "A registrar adds people with 'homeground record people add'."
)


FORGETTING = (
    "Name, password, second factor, settings, sessions, tokens and drafts go, and the account is disabled. "
    "The record keeps the login and what was signed, and the name where earlier entries state it: it cannot be altered."
)


class NewPerson(Asked):
    """A person to make an account for."""

    name: str = field("Full name", min_length=2, max_length=120)
    login: str = field("Login", help="Small letters, digits, points, hyphens.", max_length=63)
    roles: list[Role] = field("Roles", default_factory=lambda: ["viewer"])
    signing: str = field("Signing roles", "", help=SIGNING, max_length=300)
    provider: bool = field("Signs in with the ministry's account only", False)


class Changed(Asked):
    """What may be changed of a person."""

    name: str = field("Full name", min_length=2, max_length=120)
    roles: list[Role] = field("Roles", default_factory=list)
    signing: str = field("Signing roles", "", help=SIGNING, max_length=300)


class Sure(Asked):
    """The login, written once more before what cannot be undone."""

    confirm: str = field("Login, to confirm", max_length=64)


@page("/people", title="People", needs="admin", purpose="people", menu=True)
def people(asking: Asking) -> Sheet:
    """All people."""
    import pyarrow as pa

    rows = [_row(asking, person) for person in asking.desk.accounts.every()]
    table = pa.Table.from_pylist(rows, pa.schema([(column.name, pa.string()) for column in COLUMNS]))
    answer = Answer(asking.text("People"), table, COLUMNS)
    panel = Panel(answer, "people", {"login": "/people/{login}", "name": "/people/{login}"}, most=500)
    return Sheet("People", (panel,), forms=(asking.form(create, about=_signers_named(asking)),))


def _role_choices(asking: Asking, login: str = "") -> Choices:
    return {"roles": [(role, f"{asking.text(role)}: {asking.text(MEANINGS[role])}") for role in ROLES]}


@act("/people", title="Add a person", needs="admin", purpose="people", enters="own", submit="Make the account",
     choices=_role_choices, proof=True)  # fmt: skip
def create(asking: Asking, new: NewPerson) -> Sheet:
    """Make an account; the person chooses the password by a one-time link."""
    with asking.changing("account made", registers=True, signing=_list(new.signing)) as made:
        person = asking.desk.accounts.create(new.login, new.name, new.roles)
        made.about, made.detail = person.login, {"roles": list(person.roles), "name": person.name}
    if new.provider:
        said = asking.text(
            "The account is made; %(name)s signs in with the ministry's account.", name=Told(person.name)
        )
        return Sheet(person.name, notes=_unknown(asking, made.known), lead=said, trail=_trail(asking))
    return _link_sheet(asking, person, asking.desk.accounts.link("password", person), made.known)


@page("/people/{login}", title="Person", needs="admin", purpose="people")
def person(asking: Asking, login: str) -> Sheet:
    """One person, and what may be changed."""
    found = asking.desk.accounts.find(login)
    sent = {"name": [found.name], "roles": list(found.roles), "signing": [", ".join(_signing(asking, found))]}
    forms = [asking.form(change, sent, login=login), asking.form(reset, login=login)]
    forms += [asking.form(unfactor, login=login)] if found.has_factor else []
    forms.append(asking.form(enable if found.disabled else disable, login=login))
    forms.append(asking.form(forget, about=asking.text(FORGETTING), login=login))
    standing = asking.text(_standing(found))
    return Sheet(found.name, lead=f"{found.login} · {standing}", forms=tuple(forms), trail=_trail(asking))


@act("/people/{login}", title="Change name and roles", needs="admin", purpose="people", enters="own", submit="Change",
     choices=_role_choices, proof=True)  # fmt: skip
def change(asking: Asking, login: str, new: Changed) -> Done:
    """Change name and roles."""
    before = asking.desk.accounts.find(login)
    with asking.changing("account changed", before.login, registers=True, signing=_list(new.signing)) as made:
        after = asking.desk.accounts.change(before.login, name=new.name, roles=new.roles)
        made.detail = {"name": after.name, "roles": {"before": list(before.roles), "after": list(after.roles)}}
    notes = "".join(f" {note}" for note in _unknown(asking, made.known))
    return Done(f"/people/{before.login}", asking.text("Changed.") + notes)


@act(
    "/people/{login}/link",
    title="New one-time link for the password",
    needs="admin",
    purpose="people",
    enters="own",
    submit="Make the link",
    proof=True,
)
def reset(asking: Asking, login: str) -> Sheet:
    """Make a one-time link by which a person chooses a new password."""
    found = asking.desk.accounts.find(login)
    with asking.changing("link for a password made", found.login):
        token = asking.desk.accounts.link("password", found)
    return _link_sheet(asking, found, token, True)


@act(
    "/people/{login}/second-factor",
    title="Take the second factor away",
    needs="admin",
    purpose="people",
    enters="own",
    grave=True,
    proof=True,
)
def unfactor(asking: Asking, login: str) -> Done:
    """Take away the second factor of somebody who lost it; they sign in with the password, and set up another."""
    found = asking.desk.accounts.find(login)
    if found.login == asking.person.login:
        raise BadInput(message("nobody does this for themselves here", do="use the page 'Second factor'"))
    with asking.changing("second factor removed", found.login):
        asking.desk.factors.remove(found)
        asking.desk.sessions.end_all(found)
    return Done(f"/people/{found.login}", asking.text("The second factor is taken away."))


@act("/people/{login}/disable", title="Disable the account", needs="admin", purpose="people", enters="own", grave=True,
     proof=True)  # fmt: skip
def disable(asking: Asking, login: str) -> Done:
    """Disable an account; the person is signed out, and holds no role in the record."""
    found = asking.desk.accounts.find(login)
    if found.login == asking.person.login:
        raise BadInput(message("nobody disables their own account", do="let another administrator do it"))
    with asking.changing("account disabled", found.login, registers=True):
        asking.desk.accounts.change(found.login, disabled=True)
    return Done(f"/people/{login}", asking.text("The account is disabled."))


@act("/people/{login}/enable", title="Enable the account again", needs="admin", purpose="people", enters="own",
     proof=True)  # fmt: skip
def enable(asking: Asking, login: str) -> Done:
    """Enable an account."""
    found = asking.desk.accounts.find(login)
    with asking.changing("account enabled", found.login, registers=True):
        asking.desk.accounts.change(found.login, disabled=False)
    return Done(f"/people/{login}", asking.text("The account is enabled."))


@act("/people/{login}/forget", title="Remove personal data", needs="admin", purpose="people", enters="own", grave=True,
     proof=True)  # fmt: skip
def forget(asking: Asking, login: str, sure: Sure) -> Done:
    """Remove what is kept of a person from the accounts; the record keeps the login."""
    found = asking.desk.accounts.find(login)
    if found.login == asking.person.login:
        raise BadInput(message("nobody removes their own account", do="let another administrator do it"))
    if sure.confirm != found.login:
        what, do = "this is not the login", "write the login of whom this page is about"
        raise BadInput(message(what, found=sure.confirm, expected=found.login, do=do))
    with asking.changing("personal data removed", found.login, registers=True, signing=()):
        asking.desk.accounts.forget(found.login)
    return Done(f"/people/{found.login}", asking.text("The personal data is removed."))


def _link_sheet(asking: Asking, person: Person, token: str, known: bool) -> Sheet:
    link = f"{str(asking.request.base_url).rstrip('/')}/link/{token}"
    said = asking.text("Give this link to %(name)s; it works once, for two days.", name=Told(person.name))
    values = {"secret": link, "said": said}
    notes = _unknown(asking, known)
    return Sheet(person.name, template="secret.html.j2", values=values, told=True, notes=notes, trail=_trail(asking))


def _unknown(asking: Asking, known: bool) -> tuple[str, ...]:
    if known:
        return ()
    return (asking.text(UNKNOWN),)


def _trail(asking: Asking) -> tuple[tuple[str, str], ...]:
    return ((asking.text("People"), "/people"),)


def _row(asking: Asking, person: Person) -> dict[str, Any]:
    return {
        "login": person.login, "name": person.name, "roles": ", ".join(person.roles),
        "signing": ", ".join(_signing(asking, person)), "standing": _standing(person),
        "factor": "set up" if person.has_factor else None,
    }  # fmt: skip


def _standing(person: Person) -> str:
    if person.disabled:
        return "disabled"
    return "in use" if person.has_password or person.subject else "no password yet"


def _signing(asking: Asking, person: Person) -> list[str]:
    known = asking.ledger.state().people.get(person.login)
    return [role for role in (known.roles if known else ()) if role not in (*ROLES, REGISTRAR)]


def _signers_named(asking: Asking) -> str:
    """Say which roles the policies here name for a signature, beside those of the desk."""
    named = {role for name in books.names(asking.desk.settings) for role in _named_by(asking, name)} - set(ROLES)
    return (
        asking.text("The policy here asks for signatures of: %(roles)s.", roles=", ".join(sorted(named)))
        if named
        else ""
    )


def _named_by(asking: Asking, name: str) -> set[str]:
    try:
        book = books.look(asking.desk.settings, name)[0]
    except HomegroundError:
        return set()  # the page of the book says what is wrong with it
    referred = {rule.role for rule in book.rules if rule.role}
    return referred | {role for rule in book.signing for role in rule.roles}


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
