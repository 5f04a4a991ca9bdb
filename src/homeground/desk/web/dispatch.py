"""From a request to a response: who asks, may they, what do they ask, the page's one call, the format they want."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from homeground.desk import language
from homeground.desk.desk import Desk
from homeground.desk.people import proof, roles
from homeground.desk.showing import choices, files, show
from homeground.desk.showing.words import of_desk
from homeground.desk.web import forms, uploads, visits
from homeground.desk.web.asking import ASKED, Asking, show_form
from homeground.desk.web.forms import Asked, Values, Wrong
from homeground.desk.web.registry import Page
from homeground.desk.web.sheet import Done, Sheet
from homeground.errors import (
    BadInput,
    HomeBusy,
    HomegroundError,
    Infeasible,
    NotInHome,
    SigningRefused,
    TooMuch,
    UsageError,
    message,
)

LOG: Final = logging.getLogger("homeground.desk")
PROGRAMS: Final = ("json", "csv", "parquet")
"""Formats that programs read: the same in every language."""

STATUS: Final[tuple[tuple[type[HomegroundError], int], ...]] = (
    (TooMuch, 429),
    (SigningRefused, 403),
    (HomeBusy, 409),
    (NotInHome, 404),
    (UsageError, 422),
    (Infeasible, 422),
    (BadInput, 422),
)
TITLES: Final = {
    403: "You may not do this",
    404: "This is not here",
    409: "Somebody else is writing",
    413: "This is too much",
    422: "This cannot be taken as it is",
    429: "This is too much at once",
    500: "Our own fault",
}

FAULT: Final = "Something went wrong that should not have. The desk's log says more under the number %(number)s."

FACTOR: Final = "/account/second-factor"

Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(desk: Desk, page: Page) -> Endpoint:
    """Return the function that serves a page and its JSON twin; who may not come in is told before anything is read."""

    async def serve(request: Request) -> Response:
        asking, refusal = await run_in_threadpool(_let_in, desk, page, request)
        if refusal is not None:
            return refusal
        sent = await visits.sent_with(request, desk.settings.upload_limit, files=page.needs != "anyone")
        return await run_in_threadpool(_serve, asking, page, sent)

    return serve


def _let_in(desk: Desk, page: Page, request: Request) -> tuple[Asking, Response | None]:
    """Find out who asks; return the refusal, where they may not."""
    visit = visits.identify(request, desk.sessions, desk.settings.secure)
    asking = Asking(desk, visit, tongue(request, visit), request, page.needs)
    try:
        refusal = _refused(asking, page)
    except HomegroundError as error:
        refusal = failed(asking, page, error)
    except Exception as fault:
        refusal = broken(asking, page, fault)
    if refusal is not None:
        asking.close()
        visit.dress(refusal)
    return asking, refusal


def _serve(asking: Asking, page: Page, sent: dict[str, list[Any]]) -> Response:
    """Answer one request; whatever happens, what was lent is given back and files that nobody took over are gone."""
    kept: dict[str, list[Any]] = {}
    try:
        kept = uploads.take(asking.desk, sent)
        refusal = _refused_by_now(asking, page) if page.is_act else None
        response = refusal or _answer(asking, page, kept)
    except HomegroundError as error:
        response = failed(asking, page, error)
    except Exception as fault:
        response = broken(asking, page, fault)
    finally:
        uploads.sweep(kept)
        asking.close()
    asking.visit.dress(response)
    return response


def tongue(request: Request, visit: visits.Visit) -> language.Language:
    """Return the visitor's language; programs are answered in the language of the texts themselves."""
    if visits.is_api(request) or request.query_params.get("format") in PROGRAMS:
        return language.languages()[language.SOURCE]
    wanted = (visit.person.language if visit.person else "") or request.cookies.get(visit.cookie(visits.LANGUAGE), "")
    return language.choose(wanted, request.headers.get("accept-language", ""))


def _refused(asking: Asking, page: Page) -> Response | None:
    """Return the refusal, where somebody may not come in."""
    if page.needs == "anyone":
        return None
    person = asking.signed_in
    if person is None:
        if visits.is_api(asking.request):
            headers = {"WWW-Authenticate": "Bearer"}
            return JSONResponse({"error": "Sign in, or send a token."}, 401, headers)
        path, query = asking.request.url.path, asking.request.url.query
        to = quote(f"{path}?{query}" if query else path, safe="") if not page.is_act else ""
        return RedirectResponse(f"/sign-in?to={to}" if to and path != "/" else "/sign-in", 303)
    if asking.must_set_up and not page.path.startswith(FACTOR):
        if visits.is_api(asking.request):
            do = f"set one up at {FACTOR}"
            raise SigningRefused(message("whoever administers this desk needs a second factor", do=do))
        return RedirectResponse(FACTOR, 303)
    if roles.may(person.roles, page.needs):
        return None
    needed = page.needs if isinstance(page.needs, str) else " or ".join(page.needs)
    held = ", ".join(person.roles) or "no role"
    what, do = "you do not have the role that this needs", "ask an administrator for it"
    raise SigningRefused(message(what, found=held, expected=needed, do=do))


def _refused_by_now(asking: Asking, page: Page) -> Response | None:
    """Return the refusal, where somebody may not do it any more: what they sent can have been long on its way."""
    asking.visit = visits.identify(asking.request, asking.desk.sessions, asking.desk.settings.secure)
    return _refused(asking, page)


def _answer(asking: Asking, page: Page, sent: Values) -> Response:
    request = asking.request
    asked: Asked | None = None
    errors: dict[str, Wrong] = {}
    if page.is_act:
        visits.require_ours(request, asking.visit, sent)
    places = _places(page, request)
    if page.discreet and (name := str((sent.get(ASKED) or [""])[-1])):
        sent = {key: [value] for key, value in asking.desk.drafts.find(asking.person.login, name).items()}
    if page.question is not None:
        asked, errors = forms.read(page.question, sent)
    if page.proof and (lacking := proof.lacking(asking, sent)) is not None:
        errors = {**errors, proof.NAME: lacking}
    if errors:
        return _ask_again(asking, page, sent, errors, 422)
    given = [*places.values(), *([asked] if page.question else [])]
    try:
        made = _call(asking, page, places, asked, given)
    except HomegroundError as error:
        if not page.is_act or visits.is_api(request) or isinstance(error, SigningRefused | TooMuch):
            raise
        said = of_desk(uploads.without_places(str(error)))
        return _ask_again(asking, page, sent, {"": Wrong(said)}, _status(error))
    return _respond(asking, page, made, sent)


def _call(asking: Asking, page: Page, places: Mapping[str, Any], asked: Asked | None, given: list[Any]) -> Any:
    if page.kept:
        stamp, day = asking.desk.homes.stamp(), choices.today()
        key = (page.name, tuple(places.items()), asked and asked.model_dump_json(), asking.language.code, stamp, day)
        sheet = asking.desk.kept.get(key, lambda: page.function(asking, *given))
        return replace(sheet, links=(*page.own(asking, *given), *sheet.links)) if page.own else sheet
    if page.is_act and page.enters == "auto":
        asking.owe(page.title, asking.request.url.path.removeprefix(visits.API), _plain(asked))
    made = page.function(asking, *given)
    if not (isinstance(made, Sheet) and made.status >= 400):
        asking.settle()
    return made


def _plain(asked: Asked | None) -> dict[str, Any]:
    """What was asked, without secrets and files' contents, for the record."""
    if asked is None:
        return {}
    plain: dict[str, Any] = {}
    for name in type(asked).model_fields:
        value = getattr(asked, name)
        if isinstance(value, list) and any(isinstance(each, forms.Upload) for each in value):
            plain[name] = [each.name for each in value]
        elif isinstance(value, forms.Upload):
            plain[name] = value.name
        elif isinstance(value, str | int | float | bool | list | tuple):
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def _respond(asking: Asking, page: Page, made: Any, sent: Values) -> Response:
    request = asking.request
    if isinstance(made, Response):
        return made
    if isinstance(made, Done):
        if visits.is_api(request):
            return JSONResponse({"done": True, "said": made.said, "to": made.to, **dict(made.values)})
        if made.said and asking.visit.session is not None:
            asking.desk.sessions.say(asking.visit.session, {"said": made.said})
        return RedirectResponse(made.to, 303)
    assert isinstance(made, Sheet)
    form = request.query_params.get("format", "json" if visits.is_api(request) else "html")
    if form != "html":
        panel, figure = (request.query_params.get(name, "") for name in ("panel", "figure"))
        return files.respond(made, form, panel, figure, asking.language)
    question = None
    if page.question is not None and not page.is_act:
        question = show_form(page, request.url.path, sent or None, {}, made.choices)
    return show.page(asking, page, made, question, made.status)


def _ask_again(asking: Asking, page: Page, sent: Values, errors: Mapping[str, Wrong], status: int) -> Response:
    """Show the form again, with what was sent and the errors beside the fields."""
    if visits.is_api(asking.request):
        told = {name or "request": str(text) for name, text in errors.items()}
        return JSONResponse({"error": "What was asked cannot be taken as it is.", "fields": told}, status)
    offered = page.choices(asking, **_places(page, asking.request)) if page.choices else None
    form = asking.proving(page, show_form(page, asking.request.url.path, sent, errors, offered), errors.get(proof.NAME))
    values = {"form": form, "said": errors.get("")}
    return show.page(asking, page, Sheet(page.title, template="form.html.j2", values=values), None, status)


def _places(page: Page, request: Request) -> dict[str, Any]:
    """Return the values in the address, in the types that the function wants."""
    found = {}
    for name, kind in page.arguments.items():
        try:
            found[name] = TypeAdapter(kind).validate_python(request.path_params[name])
        except ValidationError as error:
            what, do = "the address is not one of a page", "correct it"
            raise NotInHome(message(what, found=repr(request.path_params[name]), do=do)) from error
    return found


def failed(asking: Asking, page: Page | None, error: HomegroundError) -> Response:
    """Say what was wrong."""
    status, said = _status(error), uploads.without_places(str(error))
    if visits.is_api(asking.request):
        response: Response = JSONResponse({"error": said}, status)
    else:
        response = show.refusal(asking, TITLES[status], said, status, page)
    if isinstance(error, TooMuch):
        response.headers["Retry-After"] = "60"
    return response


def broken(asking: Asking, page: Page | None, fault: Exception) -> Response:
    """Say that it was our own fault, under a number that the log holds too."""
    number = secrets.token_hex(4)
    LOG.error("fault %s at %s", number, asking.request.url.path, exc_info=fault)
    said = asking.text(FAULT, number=number)
    if visits.is_api(asking.request):
        return JSONResponse({"error": said}, 500)
    return show.refusal(asking, TITLES[500], said, 500, page)


def _status(error: HomegroundError) -> int:
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)
