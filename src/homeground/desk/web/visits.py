"""Who is at the other end: a browser with a session, a program with a token, a guest; and that forms are ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from homeground.desk.people import passwords, sessions
from homeground.desk.people.accounts import Person
from homeground.desk.people.sessions import Session, Sessions
from homeground.errors import SigningRefused, message

SESSION, GUEST, LANGUAGE, THEME = "desk", "desk_guest", "desk_language", "desk_theme"
API: Final = "/api/v1"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"
THEMES: Final = ("light", "dark")
MOST_FILES: Final = 64
"""Files that one form may send: those of a source that comes in several, and what explains them."""


def is_api(request: Request) -> bool:
    """Whether a program asks."""
    return request.url.path.startswith(f"{API}/")


@dataclass
class Visit:
    """One request's visitor. `key` is the cookie's token that forms are bound to, `cookies` what to set or forget."""

    person: Person | None = None
    session: Session | None = None
    by_token: bool = False
    key: str = ""
    secure: bool = False
    cookies: dict[str, str | None] = field(default_factory=dict)

    @property
    def csrf(self) -> str:
        """The proof to put into forms."""
        return sessions.csrf(self.key)

    def cookie(self, name: str) -> str:
        """Return the name of a cookie as browsers know it: kept to this host where there is TLS."""
        return f"__Host-{name}" if self.secure else name

    def dress(self, response: Response) -> None:
        """Set and forget cookies on a response."""
        for name, value in self.cookies.items():
            if value is None:
                response.delete_cookie(self.cookie(name), path="/", secure=self.secure)
                continue
            age = 365 * 86400 if name in (LANGUAGE, THEME) else None
            response.set_cookie(
                self.cookie(name), value, max_age=age, path="/", httponly=True, samesite="lax", secure=self.secure
            )


def identify(request: Request, kept: Sessions, secure: bool) -> Visit:
    """Find out who is visiting; a guest gets a cookie, to which forms are bound."""
    visit = Visit(secure=secure)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        visit.person, visit.by_token = kept.of_token(token.strip()), True
        return visit
    cookie = request.cookies.get(visit.cookie(SESSION), "")
    visit.session = kept.find(cookie) if cookie else None
    if visit.session is not None:
        visit.person, visit.key = visit.session.person, cookie
        return visit
    if cookie:
        visit.cookies[SESSION] = None
    visit.key = request.cookies.get(visit.cookie(GUEST), "")
    if not visit.key:
        visit.key = visit.cookies[GUEST] = passwords.secret()
    return visit


def require_ours(request: Request, visit: Visit, sent: Mapping[str, Sequence[Any]]) -> None:
    """Raise SigningRefused unless a POST comes from a form that was made for this visitor, or bears a token."""
    if visit.by_token:
        return
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    proof = request.headers.get(CSRF_HEADER) or str((sent.get(CSRF_FIELD) or [""])[-1])
    if elsewhere or not sessions.proves(visit.key, proof):
        raise SigningRefused(
            message("this form was not made for you, or too long ago", do="open the page again, and send it anew")
        )


async def sent_with(request: Request, most: int, *, files: bool = True) -> dict[str, list[Any]]:
    """Return what a request sent, every value of every name; a form, with files or not, or JSON of values and lists."""
    if request.method != "POST":
        return {name: request.query_params.getlist(name) for name in request.query_params}
    if request.headers.get("content-type", "").startswith("application/json"):
        return _of_json(await request.body())
    form = await request.form(max_files=MOST_FILES if files else 0, max_fields=2000, max_part_size=most)
    return {name: form.getlist(name) for name in form}


def _of_json(body: bytes) -> dict[str, list[Any]]:
    try:
        stated = json.loads(body or b"{}")
        json.dumps(stated, ensure_ascii=False).encode("utf-8")  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        return {}
    if not isinstance(stated, dict):
        return {}
    return {str(name): value if isinstance(value, list) else [value] for name, value in stated.items()}
