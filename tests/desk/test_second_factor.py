"""The second factor: set up, asked for, taken once, recovered; and grave acts that ask again who is there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from desk_office import PASSWORD, Office, Visitor
from homeground.desk import database
from homeground.desk.database import SESSIONS
from homeground.desk.people import factors, proof, throttle
from homeground.desk.serve import rescue
from homeground.desk.settings import Settings
from homeground.errors import UsageError

PAGE = "/account/second-factor"


@pytest.fixture
def bare(empty_office: Office) -> Office:
    return empty_office


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "home", second_factor="required")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock of the factors' own, so that a code of the next step can be had at once."""
    when = [database.now()]
    monkeypatch.setattr(factors, "now", lambda: when[0])
    return when


def shown(page: str) -> tuple[str, str]:
    """The key and the sealed secret of the page that sets a factor up."""
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    sealed = re.search(r'name="secret" value="([^"]+)"', page)
    assert key
    assert sealed
    return key[1].replace(" ", ""), html.unescape(sealed[1])


def set_up(visitor: Visitor, clock: list[float]) -> tuple[pyotp.TOTP, list[str]]:
    """Set a factor up as a person would; return the authenticator and the recovery codes."""
    key, sealed = shown(visitor.get(PAGE).text)
    answer = visitor.client.post(
        PAGE, data={"csrf": visitor.proof(PAGE), "secret": sealed, "code": pyotp.TOTP(key).at(clock[0])}
    )
    assert answer.status_code == 200
    codes = re.findall(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", answer.text)
    assert len(codes) == factors.CODES
    return pyotp.TOTP(key), codes


def give_code(visitor: Visitor, code: str) -> Any:
    return visitor.client.post("/sign-in/code", data={"csrf": visitor.proof("/sign-in/code"), "code": code, "to": "/"})


def test_the_picture_is_the_address_that_authenticators_read() -> None:
    key = factors.new_secret()
    stated = pyotp.parse_uri(factors.address(key, "ana"))
    assert isinstance(stated, pyotp.TOTP)
    assert (stated.secret, stated.name, stated.issuer, stated.interval) == (key, "ana", "Homeground", 30)
    assert factors.picture(factors.address(key, "ana")).startswith("data:image/svg+xml")


def test_the_codes_are_those_of_the_standard(clock: list[float]) -> None:
    """RFC 6238, appendix B: the secret of the test, SHA-1, of which the last six digits are taken."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for when, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        clock[0] = when
        assert factors.step_of(secret, code) == when // 30
        clock[0] = when + 90
        assert factors.step_of(secret, code) is None


def test_with_a_second_factor_the_password_alone_signs_nobody_in(bare: Office, clock: list[float]) -> None:
    authenticator, _ = set_up(bare.as_("viewer"), clock)
    visitor = bare.visitor()
    answer = visitor.sign_in("viewer")
    assert answer.headers["location"].startswith("/sign-in/code?to=")
    assert visitor.get("/").headers["location"] == "/sign-in"
    clock[0] += 30
    assert "This code is wrong" in give_code(visitor, "000000").text
    assert give_code(visitor, authenticator.at(clock[0])).status_code == 303
    assert visitor.get("/").status_code == 200


def test_a_code_is_taken_once(bare: Office, clock: list[float]) -> None:
    authenticator, _ = set_up(bare.as_("viewer"), clock)
    clock[0] += 30
    code = authenticator.at(clock[0])
    first, second = bare.visitor(), bare.visitor()
    for visitor in (first, second):
        visitor.sign_in("viewer")
    assert give_code(first, code).status_code == 303
    assert give_code(second, code).status_code == 422
    assert second.get("/").status_code == 303


def test_a_recovery_code_signs_in_once(bare: Office, clock: list[float]) -> None:
    _, codes = set_up(bare.as_("viewer"), clock)
    for number, status in ((0, 303), (0, 422), (1, 303)):
        visitor = bare.visitor()
        visitor.sign_in("viewer")
        assert give_code(visitor, codes[number].lower()).status_code == status
    assert bare.desk.factors.left(bare.desk.accounts.find("viewer")) == factors.CODES - 2


def test_wrong_codes_block_the_account_whoever_knows_the_password(bare: Office, clock: list[float]) -> None:
    authenticator, _ = set_up(bare.as_("viewer"), clock)
    clock[0] += 30
    visitor = bare.visitor()
    for _ in range(throttle.PER_ACCOUNT):
        visitor.sign_in("viewer")
        give_code(visitor, "000000")
    assert "Wait a quarter of an hour" in give_code(visitor, authenticator.at(clock[0])).text


def test_a_right_password_waits_for_its_code_only_as_long_as_it_is_the_password(
    bare: Office, clock: list[float]
) -> None:
    authenticator, _ = set_up(bare.as_("viewer"), clock)
    visitor = bare.visitor()
    visitor.sign_in("viewer")
    sent = {"csrf": visitor.proof("/sign-in/code"), "code": authenticator.at(clock[0] + 30), "to": "/"}
    bare.desk.accounts.choose_password("viewer", "four blue boats at sea")
    clock[0] += 30
    assert visitor.client.post("/sign-in/code", data=sent).headers["location"] == "/sign-in"
    assert visitor.get("/").status_code == 303


def test_a_link_for_a_new_password_does_not_go_round_the_second_factor(bare: Office, clock: list[float]) -> None:
    set_up(bare.as_("viewer"), clock)
    link = f"/link/{bare.desk.accounts.link('password', bare.desk.accounts.find('viewer'))}"
    visitor = bare.visitor()
    sent = {"csrf": visitor.proof(link), "password": "four blue boats at sea", "again": "four blue boats at sea"}
    assert visitor.client.post(link, data=sent).headers["location"] == "/sign-in"
    assert visitor.get("/").status_code == 303


def test_a_secret_of_somebody_else_or_a_wrong_code_sets_nothing_up(bare: Office, clock: list[float]) -> None:
    key, sealed = shown(bare.as_("officer").get(PAGE).text)
    for login, code in (("viewer", pyotp.TOTP(key).at(clock[0])), ("officer", "000000")):
        visitor = bare.as_(login)
        sent = {"csrf": visitor.proof(PAGE), "secret": sealed, "code": code}
        assert visitor.client.post(PAGE, data=sent).status_code == 422
        assert not bare.desk.accounts.find(login).has_factor


def test_where_it_is_required_an_administrator_does_nothing_before_it_is_set_up(
    strict: Office, clock: list[float]
) -> None:
    admin = strict.visitor("admin")
    token = strict.desk.sessions.make_token(strict.desk.accounts.find("admin"), "script", 1)
    for path in ("/", "/people", "/account", "/country"):
        assert admin.get(path).headers["location"] == PAGE
    assert strict.visitor(Authorization=f"Bearer {token}").get("/api/v1/people").status_code == 403
    assert strict.as_("officer").get("/").status_code == 200
    set_up(admin, clock)
    assert admin.get("/people").status_code == 200
    refused = admin.post(f"{PAGE}/remove")
    assert refused.status_code == 403
    assert strict.desk.accounts.find("admin").has_factor


def test_another_administrator_takes_away_what_was_lost(bare: Office, clock: list[float]) -> None:
    viewer = bare.visitor("viewer")
    set_up(viewer, clock)
    assert bare.as_("admin").post("/people/viewer/second-factor").status_code == 303
    assert viewer.get("/").status_code == 303
    assert bare.visitor("viewer").get("/").status_code == 200
    acts = [entry.payload["act"] for entry in bare.desk.ledger.entries("act")]
    assert acts == ["second factor set up", "second factor removed"]


@pytest.mark.parametrize(
    ("settings", "needed"),
    [
        ({}, False),
        ({"behind_proxy": True}, True),
        ({"host": "0.0.0.0", "certificate": "c", "key": "k"}, True),
        ({"second_factor": "required"}, True),
        ({"behind_proxy": True, "second_factor": "optional"}, False),
    ],
)
def test_it_is_required_where_other_machines_reach_the_desk(settings: dict[str, Any], needed: bool) -> None:
    assert Settings(home="home", **settings).factor_needed == needed


def test_another_rule_for_it_is_refused() -> None:
    with pytest.raises(UsageError, match="required or optional"):
        Settings(home="home", second_factor="sometimes")


def test_who_lost_everything_is_let_in_at_the_machine_and_the_record_tells(bare: Office, clock: list[float]) -> None:
    admin = bare.visitor("admin")
    set_up(admin, clock)
    link = rescue(bare.settings, "admin").removeprefix(bare.settings.address)
    assert admin.get("/").status_code == 303
    visitor = bare.visitor()
    sent = {"csrf": visitor.proof(link), "password": "four blue boats at sea", "again": "four blue boats at sea"}
    assert visitor.client.post(link, data=sent).headers["location"] == "/"
    assert visitor.get("/people").status_code == 200
    acts = [entry.payload["act"] for entry in bare.desk.ledger.entries("act")]
    assert acts == ["second factor set up", "rescued at the machine", "password chosen"]


# Who is there, asked again


def grow_old(office: Office) -> None:
    with office.desk.database.writing() as connection:
        connection.execute(sa.update(SESSIONS).values(proved=database.now() - proof.FRESH_S - 1))


def test_a_grave_act_asks_again_after_a_quarter_of_an_hour(bare: Office) -> None:
    admin = bare.as_("admin")
    changed = {"name": "Vera Viewer", "roles": ["viewer", "officer"]}
    assert 'name="proof"' not in admin.get("/people/viewer").text
    grow_old(bare)
    assert 'name="proof"' in admin.get("/people/viewer").text
    for given in ({}, {"proof": "not the password"}):
        answer = admin.post("/people/viewer", {**changed, **given})
        assert answer.status_code == 422
        assert 'name="proof"' in answer.text
        assert 'value="Vera Viewer"' in answer.text
        assert bare.desk.accounts.find("viewer").roles == ("viewer",)
    assert admin.post("/people/viewer", {**changed, "proof": PASSWORD}).status_code == 303
    assert bare.desk.accounts.find("viewer").roles == ("viewer", "officer")
    assert admin.post("/people/viewer/disable").status_code == 303  # proved a moment ago


def test_a_code_proves_it_too(bare: Office, clock: list[float]) -> None:
    admin = bare.as_("admin")
    authenticator, _ = set_up(admin, clock)
    grow_old(bare)
    clock[0] += 30
    assert admin.post("/people/viewer/disable", {"proof": authenticator.at(clock[0])}).status_code == 303


def test_guessing_the_proof_blocks_the_account(bare: Office) -> None:
    admin = bare.as_("admin")
    grow_old(bare)
    for _ in range(throttle.PER_ACCOUNT):
        admin.post("/people/viewer/disable", {"proof": "not the password"})
    answer = admin.post("/people/viewer/disable", {"proof": PASSWORD})
    assert "Wait a quarter of an hour" in answer.text
    assert not bare.desk.accounts.find("viewer").disabled


@pytest.mark.parametrize("path", ["/people", "/people/viewer", "/people/viewer/link", "/account/token"])
def test_a_program_cannot_do_what_needs_a_person(bare: Office, path: str) -> None:
    token = bare.desk.sessions.make_token(bare.desk.accounts.find("admin"), "script", 1)
    sent = {"name": "Eve Else", "login": "eve", "roles": ["admin"], "days": 300}
    answer = bare.visitor(Authorization=f"Bearer {token}").client.post(f"/api/v1{path}", json=sent)
    assert answer.status_code == 403
    assert "with a token" in answer.text


def test_the_proof_stands_neither_in_the_record_nor_in_the_page(bare: Office) -> None:
    admin = bare.as_("admin")
    grow_old(bare)
    answer = admin.post("/people", {"name": "", "login": "x y", "proof": PASSWORD})
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    assert admin.post("/people/viewer", {"name": "Vera Viewer", "roles": ["viewer"]}).status_code == 303
    assert PASSWORD.encode() not in b"".join(entry.body for entry in bare.desk.ledger.entries())
