"""What a page function is given: the Home, who asks, the record, jobs, and the words of their language."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from homeground.desk.changes import ACTS, Change
from homeground.desk.language import Language
from homeground.desk.people import proof
from homeground.desk.people.accounts import Person
from homeground.desk.people.roles import ROLES, Needs, may
from homeground.desk.web import forms, registry
from homeground.desk.web.drafts import new_id
from homeground.desk.web.forms import Asked, Form, Values, Wrong
from homeground.desk.web.sheet import Choices, Done
from homeground.desk.web.visits import is_api
from homeground.errors import SigningRefused, message

if TYPE_CHECKING:
    from starlette.requests import Request

    from homeground.desk.desk import Desk
    from homeground.desk.web.visits import Visit
    from homeground.desk.work.jobs import Jobs
    from homeground.home import Home
    from homeground.record import Entry, Ledger


ASKED: Final = "asked"
"""What stands in the address of a discreet page in the place of what was asked."""


class Asking:
    """One request, for the time that it takes.

    `home` is a Home of one's own while the page is computed. `person` is who asks; `may(role)` whether they have a
    role, `needs` which one the page asks for. `ledger` is the record. `jobs` starts long work. `text` translates.
    """

    def __init__(
        self, desk: Desk, visit: Visit, language: Language, request: Request,
        needs: Needs | tuple[Needs, ...] = "signed-in",
    ) -> None:  # fmt: skip
        self.desk, self.visit, self.language, self.request, self.needs = desk, visit, language, request, needs
        self._closing = contextlib.ExitStack()
        self._due: Change | None = None
        self._home: Home | None = None

    def close(self) -> None:
        """Give back what was lent."""
        self._closing.close()

    @property
    def home(self) -> Home:
        """The Home, lent for this request."""
        if self._home is None:
            self.count()
            self._home = self._closing.enter_context(self.desk.homes.lent())
        return self._home

    def count(self) -> None:
        """Count something that costs computing; raises TooMuch where one person asks for too much of it."""
        self.desk.pace.count(self.visit.person.login if self.visit.person else "", self.address)

    @property
    def signed_in(self) -> Person | None:
        """Who asks, if they are signed in."""
        return self.visit.person

    @property
    def person(self) -> Person:
        """Who asks; only on pages that need somebody signed in."""
        if self.visit.person is None:
            raise SigningRefused(message("nobody is signed in", do="sign in"))
        return self.visit.person

    @property
    def address(self) -> str:
        """The network address that the request came from."""
        return self.request.client.host if self.request.client else "unknown"

    @property
    def must_set_up(self) -> bool:
        """Whether this person may do nothing before they have a second factor: who administers with a password."""
        person = self.signed_in
        return (
            person is not None and "admin" in person.roles and person.has_password and not person.has_factor
            and self.desk.settings.factor_needed
        )  # fmt: skip

    @property
    def country(self) -> str:
        """The country that this person works for, empty where they have not said."""
        return self.visit.person.country if self.visit.person else ""

    @property
    def ledger(self) -> Ledger:
        """The record."""
        return self.desk.ledger

    @property
    def jobs(self) -> Jobs:
        """Long work (see `desk.jobs`)."""
        return self.desk.jobs

    def may(self, needs: Needs | tuple[Needs, ...]) -> bool:
        """Whether this person has a role, or one of several."""
        return self.visit.person is not None and may(self.visit.person.roles, needs)

    def discreetly(self, asked: Asked) -> Done | None:
        """Keep what was asked for its owner alone, and lead to the page that shows it; None for a program."""
        if is_api(self.request):
            return None
        name, plain = new_id(), asked.model_dump(mode="json", exclude_none=True)
        self.desk.drafts.keep(self.person.login, name, {key: str(value) for key, value in plain.items()})
        return Done(f"{self.request.url.path}?{ASKED}={name}")

    def text(self, text: str, **values: Any) -> str:
        """Translate a text of the desk's own."""
        return self.language.text(text, **values)

    def enter(self, act: str, about: str, **detail: Any) -> Entry:
        """Leave an entry of kind `act` in the record: what was done, to what, and details without secrets."""
        return self.ledger.act(act, about, detail, by=self.person.login, role=role_of(self.person, self.needs))

    def owe(self, act: str, about: str, detail: Mapping[str, Any]) -> None:
        """Say what this request does: it is entered with the job that it begins or changes, else by `settle`."""
        self._due = Change(act, about, self.person.login, role_of(self.person, self.needs), detail=dict(detail))

    def settle(self) -> None:
        """Enter what this request has done, unless that was entered with a job."""
        due, self._due = self._due, None
        if due is not None:
            self.ledger.act(due.act, due.about, due.detail, by=due.by, role=due.role)

    def entering(self) -> contextlib.AbstractContextManager[Change | None]:
        """Change a job in a block: the change and the entry that is owed are both kept, or neither."""
        due, self._due = self._due, None
        return contextlib.nullcontext() if due is None else self.desk.changes.making(due)

    def changing(
        self, act: str, about: str = "", *, registers: bool = False, signing: Sequence[str] | None = None, **detail: Any
    ) -> contextlib.AbstractContextManager[Change]:
        """Change an account in a block: the change and its entry are both kept, or neither (see `desk.changes`).

        By whom is who asks; where nobody is signed in yet, the block says it.
        """
        assert act in ACTS, act
        change = Change(act, about, registers=registers, signing=signing, detail=detail)
        if self.signed_in is not None:
            change.by, change.role = self.person.login, role_of(self.person, self.needs)
        return self.desk.changes.making(change)

    def form(
        self, function: registry.Function, sent: Values | None = None, choices: Choices | None = None,
        about: str = "", **places: object,
    ) -> Form:  # fmt: skip
        """Offer an act on this page: its form, filled with `sent`; `places` are values of its address."""
        page = registry.of(function)
        if choices is None and page.choices is not None:
            choices = page.choices(self, *places.values())
        made = show_form(page, page.address(**places), sent, {}, choices, about)
        return self.proving(page, made)

    def proving(self, page: registry.Page, form: Form, error: Wrong | None = None) -> Form:
        """Return the form of an act, asking besides who is there where that is needed."""
        if not page.proof or proof.is_fresh(self) or not proof.has_one(self):
            return form
        return replace(form, fields=(*form.fields, proof.field(self, error)))


def role_of(person: Person, needs: Needs | tuple[Needs, ...] = "signed-in") -> str:
    """Return the role in which somebody does what needs this one, or one of these: the last of theirs that does."""
    return next((role for role in reversed(ROLES) if role in person.roles and may([role], needs)), "signed in")


def show_form(
    page: registry.Page,
    action: str,
    sent: Values | None,
    errors: Mapping[str, Wrong],
    choices: Choices | None = None,
    about: str = "",
) -> Form:
    """Describe the form of a page's question or an act."""
    shown = forms.fields(page.question, sent, errors, choices) if page.question else ()
    submit = page.submit or (page.title if page.is_act else "Show")
    title = page.title if page.is_act else ""
    method: Literal["get", "post"] = "post" if page.is_act or page.discreet else "get"
    return Form(action, shown, submit, title, about, method, page.grave)
