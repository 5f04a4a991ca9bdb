"""Who may reach what: every route of the desk is listed in `matrix/`, and every role is tried on every route."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desk_office import Office
from homeground.desk import pages
from homeground.desk.app import UNREGISTERED
from homeground.desk.people.roles import ROLES, may
from homeground.desk.web.registry import PAGES, Page

LISTED = {
    key: needs
    for path in sorted(Path(__file__).with_name("matrix").glob("*.toml"))
    for key, needs in tomllib.loads(path.read_text("utf-8")).items()
}
VISITORS = (*ROLES, "nobody")
PLACES = {"country": "JPN", "hs6": "270900", "token": "x" * 43, "login": "nobody", "identity": "0" * 16, "year": "2021"}


def needs_of(page: Page) -> str:
    return page.needs if isinstance(page.needs, str) else ", ".join(page.needs)


def address(page: Page) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: PLACES.get(place[1], "1"), page.path)


def allowed(login: str, needs: str) -> bool:
    roles = [login] if login in ROLES else []
    return may(roles, tuple(needs.split(", ")))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def bare_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk with nothing loaded, which answers at once; each person also has a token."""
    made = Office(tmp_path_factory.mktemp("bare") / "home")
    yield made
    made.close()


def test_every_page_is_listed_with_what_it_needs() -> None:
    pages.load()
    assert {key: needs_of(page) for key, page in PAGES.items()} == LISTED


def test_every_route_of_the_application_is_a_listed_page(bare_office: Office) -> None:
    served = {
        (method, route.path.removeprefix("/api/v1"))
        for route in bare_office.app.routes
        for method in (getattr(route, "methods", None) or ())
        if method != "HEAD" and route.path not in UNREGISTERED
    }
    known = {(page.method, page.path) for page in PAGES.values()} | {("GET", "/home"), ("GET", "/openapi.json")}
    assert served <= known


@pytest.mark.parametrize("key", [key for key, needs in LISTED.items() if needs != "anyone"])
def test_nobody_reaches_a_page_without_signing_in(bare_office: Office, key: str) -> None:
    page = PAGES[key]
    stranger = bare_office.as_("")
    answer = stranger.client.request(page.method, address(page))
    if page.path.startswith("/api/"):
        assert answer.status_code == 401
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
    if page.public:
        twin = stranger.client.request(
            page.method, f"/api/v1{address(page)}".rstrip("/") if page.path != "/" else "/api/v1/home"
        )
        assert twin.status_code == 401


@pytest.mark.parametrize("login", VISITORS)
def test_a_role_reaches_what_it_may_and_nothing_else(bare_office: Office, login: str) -> None:
    person = bare_office.desk.accounts.find(login)
    token = bare_office.desk.sessions.make_token(person, "matrix", 1)
    wrong = []
    with httpx.Client(base_url=bare_office.base, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        for key, needs in LISTED.items():
            page = PAGES[key]
            answer = client.request(page.method, address(page), data={} if page.is_act else None)
            denied = answer.status_code == 403 and "you do not have the role" in answer.text.casefold()
            if denied == allowed(login, needs) or answer.status_code >= 500 or answer.status_code == 401:
                wrong.append((key, needs, answer.status_code))
    assert wrong == []


def test_a_signer_does_not_administer_and_an_administrator_does_not_sign() -> None:
    assert not may(["officer", "countersigner"], "admin")
    assert not may(["admin"], ("officer", "countersigner"))
    assert not may(["viewer"], "analyst")
    assert may(["auditor"], "viewer")
