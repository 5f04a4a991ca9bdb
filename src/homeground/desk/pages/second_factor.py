"""The second factor of one's account: set up, new recovery codes, taken away."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from homeground.desk.pages import Asked, Asking, Done, Sheet, act, field, page
from homeground.desk.people import factors
from homeground.desk.web.asking import show_form
from homeground.desk.web.registry import of
from homeground.errors import BadInput, SigningRefused, message

MINUTES = 30
"""For how long the secret that a page shows can be confirmed."""


class Confirmed(Asked):
    """A code that the authenticator shows for the secret of the page."""

    code: str = field("Code", help="Six digits, as the authenticator shows them.", pattern=r"[0-9]{3} ?[0-9]{3}",
                      complete="one-time-code")  # fmt: skip
    secret: str = field("Secret", widget="hidden", max_length=400)


@page("/account/second-factor", title="Second factor", needs="signed-in", public=False)
def factor(asking: Asking) -> Sheet:
    """What is set up, or what an authenticator needs to be set up."""
    if not asking.person.has_factor:
        return _to_set_up(asking, factors.new_secret(), "")
    left = asking.desk.factors.left(asking.person)
    lead = asking.language.counted("It is set up; %(count)s recovery code is left.",
                                   "It is set up; %(count)s recovery codes are left.", left)  # fmt: skip
    return Sheet("Second factor", lead=lead, forms=(asking.form(renew), asking.form(remove)), trail=_trail(asking))


@act("/account/second-factor", title="Set it up", needs="signed-in", enters="own", public=False, proof=True)
def set_up(asking: Asking, given: Confirmed) -> Sheet:
    """Keep the secret, once the authenticator gives its code; show the recovery codes."""
    if asking.person.has_factor:
        raise BadInput(message("a second factor is set up already", do="take it away first"))
    secret = _opened(asking, given.secret)
    step = factors.step_of(secret, given.code.replace(" ", ""))
    if step is None:
        return _to_set_up(asking, secret, asking.text("This code is wrong. Look again; is the clock right?"))
    with asking.changing("second factor set up", asking.person.login):
        codes = asking.desk.factors.set_up(asking.person, secret, step)
    return _codes_sheet(asking, codes)


@act("/account/second-factor/codes", title="New recovery codes", needs="signed-in", enters="own",
     submit="Make new codes", public=False, proof=True)  # fmt: skip
def renew(asking: Asking) -> Sheet:
    """Make new recovery codes; those from before are void."""
    if not asking.person.has_factor:
        raise BadInput(message("no second factor is set up", do="set one up first"))
    with asking.changing("recovery codes made", asking.person.login):
        codes = asking.desk.factors.renew(asking.person)
    return _codes_sheet(asking, codes)


@act("/account/second-factor/remove", title="Take the second factor away", needs="signed-in", enters="own",
     grave=True, public=False, proof=True)  # fmt: skip
def remove(asking: Asking) -> Done:
    """Sign in with the password alone again."""
    person = asking.person
    if "admin" in person.roles and person.has_password and asking.desk.settings.factor_needed:
        what, do = "whoever administers this desk needs a second factor", "let another administrator take it away"
        raise SigningRefused(message(what, do=do))
    with asking.changing("second factor removed", person.login):
        asking.desk.factors.remove(person)
    return Done("/account", asking.text("The password alone is enough again."))


def _to_set_up(asking: Asking, secret: str, said: str) -> Sheet:
    sealed = str(_seal(asking).dumps([asking.person.login, secret]))
    form = asking.proving(of(set_up), show_form(of(set_up), "/account/second-factor", {"secret": [sealed]}, {}))
    lead = asking.text("Besides the password, a code from an authenticator on your telephone.")
    if asking.must_set_up:
        lead = asking.text("Whoever administers this desk needs a second factor. Set it up to go on.")
    values = {
        "form": form, "said": said, "plain": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "picture": factors.picture(factors.address(secret, asking.person.login)),
    }  # fmt: skip
    return Sheet("Second factor", lead=lead, template="second_factor.html.j2", values=values,
                 trail=_trail(asking), status=422 if said else 200)  # fmt: skip


def _opened(asking: Asking, sealed: str) -> str:
    try:
        login, secret = _seal(asking).loads(sealed, max_age=60 * MINUTES)
    except BadSignature as error:
        raise BadInput(message("this page was opened too long ago", do="open it again")) from error
    if login != asking.person.login:
        raise BadInput(message("this secret was made for somebody else", do="open the page again"))
    return str(secret)


def _codes_sheet(asking: Asking, codes: list[str]) -> Sheet:
    said = asking.text("Keep these recovery codes where you keep papers; each signs you in once, without the "
                       "authenticator. They are not shown again.")  # fmt: skip
    values = {"secret": "\n".join(codes), "said": said}
    links = ((asking.text("To the start"), "/"),)
    return Sheet("Recovery codes", template="secret.html.j2", values=values, links=links, trail=_trail(asking))


def _seal(asking: Asking) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(asking.desk.seal, salt="second factor")


def _trail(asking: Asking) -> tuple[tuple[str, str], ...]:
    return ((asking.text("Account"), "/account"),)
