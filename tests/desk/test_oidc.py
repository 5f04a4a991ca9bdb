"""Signing in with an identity provider: a real one on loopback, with everything that can be wrong with its answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from joserfc.jwk import RSAKey

from desk_office import Office, Visitor
from homeground.desk import database
from homeground.desk.database import SESSIONS
from homeground.desk.people import factors, oidc, proof
from homeground.errors import BadInput
from oidc_provider import CLIENT, SECRET, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def office(provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv(oidc.SECRET, SECRET)
    path = tmp_path / "provider.toml"
    redirect = "http://desk.example/sign-in/back"
    path.write_text(
        f'issuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\nredirect = "{redirect}"\n', encoding="utf-8"
    )
    made = Office(tmp_path / "home", oidc=str(path))
    made.desk.accounts.create("dina", "Dina Diaz", ["officer"])
    yield made
    made.close()


def there_and_back(office: Office, visitor: Visitor, **changed: Any) -> Any:
    """Go to the provider and come back as a browser would; the desk's outside name is this server's here."""
    to = visitor.get("/sign-in/provider?to=/jobs")
    assert to.status_code == 303
    back = httpx.get(to.headers["location"]).headers["location"]
    params = dict(httpx.URL(back).params) | changed
    return visitor.get("/sign-in/back", params=params)


def test_a_person_with_an_account_comes_in_and_is_known_again(office: Office, provider: Provider) -> None:
    provider.person = {"sub": "4711", "preferred_username": "Dina", "name": "Dina Diaz"}
    visitor = office.visitor()
    assert "ministry" in visitor.get("/sign-in").text
    answer = there_and_back(office, visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
    assert visitor.get("/jobs").status_code == 200
    provider.person = {"sub": "4711", "preferred_username": "renamed"}
    again = office.visitor()
    assert there_and_back(office, again).status_code == 303
    assert "dina" in again.get("/account").text


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"sub": "1", "preferred_username": "stranger"}, "no account"),
        ({"sub": "1"}, "no account"),
        ({"sub": "1", "preferred_username": "viewer"}, "another way of signing in"),
    ],
)
def test_who_has_no_account_for_it_stays_outside(office: Office, provider: Provider, person: Any, words: str) -> None:
    provider.person = person
    visitor = office.visitor()
    answer = there_and_back(office, visitor)
    assert answer.status_code == 403
    assert words in answer.text
    assert visitor.get("/jobs").status_code == 303


def test_a_second_factor_that_is_set_up_here_is_asked_for_too(office: Office, provider: Provider) -> None:
    provider.person = {"sub": "4711", "preferred_username": "dina"}
    person, secret = office.desk.accounts.find("dina"), factors.new_secret()
    codes = office.desk.factors.set_up(person, secret, 1)
    visitor = office.visitor()
    assert there_and_back(office, visitor).headers["location"] == "/sign-in/code?to=%2Fjobs"
    assert visitor.get("/jobs").status_code == 303
    sent = {"csrf": visitor.proof("/sign-in/code"), "code": codes[0], "to": "/jobs"}
    assert visitor.client.post("/sign-in/code", data=sent).headers["location"] == "/jobs"
    assert visitor.get("/jobs").status_code == 200


def test_who_has_nothing_to_prove_themselves_by_signs_in_anew_for_a_grave_act(
    office: Office, provider: Provider
) -> None:
    provider.person = {"sub": "4711", "preferred_username": "dina"}
    visitor = office.visitor()
    there_and_back(office, visitor)
    with office.desk.database.writing() as connection:
        connection.execute(sa.update(SESSIONS).values(proved=database.now() - proof.FRESH_S - 1))
    assert 'name="proof"' not in visitor.get("/account").text
    answer = visitor.post("/account/token", {"name": "notebook", "days": "30"})
    assert answer.status_code == 403
    assert "sign out and in again" in answer.text
    there_and_back(office, visitor := office.visitor())
    assert visitor.post("/account/token", {"name": "notebook", "days": "30"}).status_code == 200


def test_a_disabled_person_stays_outside(office: Office, provider: Provider) -> None:
    provider.person = {"sub": "4711", "preferred_username": "dina"}
    assert there_and_back(office, office.visitor()).status_code == 303
    office.desk.accounts.change("dina", disabled=True)
    assert there_and_back(office, office.visitor()).status_code == 403


@pytest.mark.parametrize(
    "spoil",
    [{"nonce": "another"}, {"aud": "another"}, {"iss": "http://evil.example"}, {"exp": 1}, {"sub": None}],
    ids=["nonce", "audience", "issuer", "expired", "nobody"],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(office: Office, provider: Provider, spoil: Any) -> None:
    provider.person, provider.spoil = {"sub": "4711", "preferred_username": "dina"}, spoil
    answer = there_and_back(office, office.visitor())
    assert answer.status_code == 403
    assert "cannot be trusted" in answer.text


def test_a_token_signed_by_another_is_refused(office: Office, provider: Provider) -> None:
    provider.person = {"sub": "4711", "preferred_username": "dina"}
    provider.signer = RSAKey.generate_key(2048, {"kid": "one"})
    assert there_and_back(office, office.visitor()).status_code == 403


def test_another_state_another_code_and_another_browser_are_refused(office: Office, provider: Provider) -> None:
    provider.person = {"sub": "4711", "preferred_username": "dina"}
    assert there_and_back(office, office.visitor(), state="another").status_code == 403
    assert there_and_back(office, office.visitor(), code="another").status_code == 403
    assert there_and_back(office, office.visitor(), code="").status_code == 403
    assert office.visitor().get("/sign-in/back?code=x&state=y").status_code == 403


def test_a_provider_that_does_not_answer_is_said_so(office: Office, provider: Provider) -> None:
    provider.close()
    answer = office.visitor().get("/sign-in/provider")
    assert answer.status_code == 403
    assert "does not answer" in answer.text


def test_a_file_that_says_too_little_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "provider.toml"
    path.write_text('issuer = "https://id.example"\n', encoding="utf-8")
    with pytest.raises(BadInput, match="client_id"):
        oidc.read(str(path))
