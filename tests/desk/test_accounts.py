"""Accounts: signing in, sessions, forms that are ours, attempts counted, first run, links, roles, tokens, record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk_office import PASSWORD, Office, Visitor
from homeground.desk import database
from homeground.desk.database import SESSIONS, Database
from homeground.desk.people import passwords, sessions, throttle
from homeground.desk.people.accounts import Accounts
from homeground.desk.people.sessions import ABSOLUTE, IDLE, Sessions
from homeground.desk.serve import first_link
from homeground.desk.settings import Settings
from homeground.errors import BadInput, NotInHome, SigningRefused, UsageError


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "home")
    yield made
    made.close()


def cookie(answer: object, name: str) -> str:
    headers = answer.headers.get_list("set-cookie")  # type: ignore[attr-defined]
    return next(each for each in headers if each.startswith(f"{name}="))


# Signing in


def test_signing_in_gives_a_new_session_that_scripts_cannot_read(bare: Office) -> None:
    visitor = bare.visitor()
    visitor.client.cookies.set("desk", "chosen-by-somebody-else")
    answer = visitor.sign_in("viewer")
    assert answer.status_code == 303
    kept = cookie(answer, "desk")
    assert "HttpOnly" in kept
    assert "SameSite=lax" in kept
    assert "chosen-by-somebody-else" not in kept
    assert visitor.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_login_are_told_apart_by_nobody(bare: Office) -> None:
    wrong = bare.visitor().sign_in("viewer", "not the password at all")
    unknown = bare.visitor().sign_in("stranger", "not the password at all")
    said = "Login or password is wrong."
    assert said in wrong.text
    assert said in unknown.text
    assert wrong.status_code == unknown.status_code


def test_after_signing_in_one_is_where_one_wanted_to_be_but_never_elsewhere(bare: Office) -> None:
    visitor = bare.visitor()
    first = visitor.get("/jobs").headers["location"]
    assert first == "/sign-in?to=%2Fjobs"
    assert 'value="/jobs"' in visitor.get(first).text
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = bare.visitor().post("/sign-in", {"login": "viewer", "password": PASSWORD, "to": elsewhere})
        assert answer.headers["location"] == "/"


def test_signing_out_ends_the_session_for_good(bare: Office) -> None:
    visitor = bare.visitor("viewer")
    token = visitor.client.cookies["desk"]
    assert visitor.client.post("/sign-out", data={"csrf": sessions.csrf(token)}).status_code == 303
    visitor.client.cookies.set("desk", token)
    assert visitor.get("/").status_code == 303


def test_ten_failures_block_an_account_and_others_stay_open(bare: Office) -> None:
    visitor = bare.visitor()
    for _ in range(throttle.PER_ACCOUNT):
        visitor.sign_in("officer", "not the password at all")
    assert "Wait a quarter of an hour" in visitor.sign_in("officer").text
    assert bare.visitor().sign_in("viewer").status_code == 303


def test_failures_of_a_quarter_of_an_hour_ago_are_forgotten(bare: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        bare.desk.throttle.failed("officer", "127.0.0.1")
    assert bare.desk.throttle.blocked("Officer ", "10.0.0.1")
    later = database.now() + throttle.WINDOW + 1
    monkeypatch.setattr(throttle, "now", lambda: later)
    assert not bare.desk.throttle.blocked("officer", "10.0.0.1")


def test_an_address_that_fails_on_many_accounts_is_blocked(bare: Office) -> None:
    for number in range(throttle.PER_ADDRESS):
        bare.desk.throttle.failed(f"person-{number}", "192.0.2.1")
    assert bare.desk.throttle.blocked("viewer", "192.0.2.1")
    assert not bare.desk.throttle.blocked("viewer", "192.0.2.2")


@pytest.mark.parametrize(("unused", "age"), [(IDLE + 1, IDLE + 1), (1.0, ABSOLUTE + 1)])
def test_a_session_ends_when_unused_and_in_any_case_after_half_a_day(bare: Office, unused: float, age: float) -> None:
    visitor = bare.visitor("viewer")
    when = database.now()
    with bare.desk.database.writing() as connection:
        connection.execute(sa.update(SESSIONS).values(seen=when - unused, created=when - age))
    assert visitor.get("/").status_code == 303


def test_only_hashes_of_tokens_and_passwords_are_kept(bare: Office) -> None:
    visitor = bare.visitor("viewer")
    token = visitor.client.cookies["desk"]
    personal = bare.desk.sessions.make_token(bare.desk.accounts.find("viewer"), "script", 1)
    link = bare.desk.accounts.link("password", bare.desk.accounts.find("viewer"))
    bare.desk.database.engine.dispose()
    kept = b"".join(path.read_bytes() for path in Path(bare.settings.home).glob("desk.sqlite*"))
    for secret in (token, personal, link, PASSWORD):
        assert secret.encode() not in kept


# Forms that are ours


@pytest.mark.parametrize("proof", ["", "0" * 64, "é"])
def test_a_form_without_the_proof_is_refused(bare: Office, proof: str) -> None:
    visitor = bare.visitor("viewer")
    answer = visitor.client.post("/account/country", data={"csrf": proof, "country": ""})
    assert answer.status_code == 403
    assert "form was not made for you" in answer.text


def test_the_proof_of_another_session_is_refused(bare: Office) -> None:
    proof = bare.visitor("officer").proof("/account")
    assert bare.visitor("viewer").client.post("/account/country", data={"csrf": proof}).status_code == 403


def test_a_form_sent_from_another_site_is_refused_even_with_the_proof(bare: Office) -> None:
    visitor = bare.visitor("viewer")
    proof = visitor.proof("/account")
    answer = visitor.client.post("/account/country", data={"csrf": proof}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_signing_in_needs_the_proof_too(bare: Office) -> None:
    sent = {"login": "viewer", "password": PASSWORD}
    assert bare.visitor().client.post("/sign-in", data=sent).status_code == 403


# First run and links


def test_the_first_link_makes_the_administrator_once(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path / "home"))
    link = first_link(settings)
    assert link.startswith("http://127.0.0.1:8000/first/")
    again = first_link(settings)
    kept = Database(settings)
    accounts = Accounts(kept)
    with pytest.raises(NotInHome, match="used up"):
        accounts.begin(link.rpartition("/")[2], "ana", "Ana Aho", PASSWORD)
    token = again.rpartition("/")[2]
    assert accounts.begin(token, "ana", "Ana Aho", PASSWORD).roles == ("admin",)
    with pytest.raises(NotInHome, match="used up"):
        accounts.begin(token, "eve", "Eve", PASSWORD)
    kept.close()
    assert first_link(settings) == ""


def test_the_first_administrator_begins_the_record(tmp_path: Path) -> None:
    office = Office(tmp_path / "home", people=False)
    visitor = office.visitor()
    path = f"/first/{office.link}"
    sent = {"csrf": visitor.proof(path), "login": "Ana", "name": "Ana Aho", "password": PASSWORD, "again": PASSWORD}
    assert visitor.client.post(path, data={**sent, "again": "another one altogether"}).status_code == 422
    assert visitor.client.post(path, data=sent).status_code == 303
    assert visitor.get("/people").status_code == 200
    person = office.desk.ledger.state().people["ana"]
    assert set(person.roles) == {"admin", "registrar"}
    assert visitor.get(path).status_code == 404
    office.close()


def test_a_link_for_a_password_works_once_and_ends_other_sessions(bare: Office) -> None:
    before = bare.visitor("viewer")
    admin = bare.as_("admin")
    page = admin.post("/people/viewer/link").text
    link = re.search(r"http://\S+(/link/[\w-]+)", page)
    assert link
    visitor = bare.visitor()
    sent = {"csrf": visitor.proof(link[1]), "password": "four blue boats at sea", "again": "four blue boats at sea"}
    assert visitor.client.post(link[1], data=sent).status_code == 303
    assert visitor.get("/").status_code == 200
    assert before.get("/").status_code == 303
    assert bare.visitor().get(link[1]).status_code == 404


# Passwords


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "P@ssw0rd2024!",
        "michaeljordan",
        "qazwsxedc123",
        "liverpoolfc2020",
        "1234567891011",
        "qwertyqwerty",
        "aaaaaaaaaaaaaaaa",
        "viewerviewer",
        "Homeground2026!",
        "x" * 300,
    ],
)
def test_a_poor_password_is_refused(password: str) -> None:
    with pytest.raises(BadInput, match="password"):
        passwords.require_good(password, "viewer")


@pytest.mark.parametrize("password", ["ana.aho.ana.aho", "Ana Aho 2026!!", "AHOahoAHOaho", "ana-aho-ministry"])
def test_a_password_of_its_owners_names_is_refused(password: str) -> None:
    with pytest.raises(BadInput, match="password"):
        passwords.require_good(password, "ana", "Ana Aho")
    passwords.require_good("ana sees four blue boats", "ana", "Ana Aho")


@pytest.mark.parametrize("password", [PASSWORD, "Grüße aus dem Süden", "правильная лошадь", "k9#mVq2!xLw8"])
def test_a_good_password_is_taken_and_recognised(password: str) -> None:
    passwords.require_good(password, "viewer")
    kept = passwords.hashed(password)
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password + " ")
    assert not passwords.matches(None, password)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", ""), ("seven", "5 of 12 characters"), ("P@ssw0rd2024!", "Too easy to guess."), (PASSWORD, "Strong.")],
)
def test_the_meter_says_of_a_password_what_the_check_would_say(bare: Office, typed: str, said: str) -> None:
    answer = bare.visitor().post("/sign-in/strength", {"password": typed, "login": "viewer"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert said in answer.text
    assert ("<meter" in answer.text) == bool(typed)


# Roles, and what the record says


def test_a_new_person_gets_a_link_roles_and_a_place_in_the_record(bare: Office) -> None:
    sent = {
        "name": "Dina Diaz",
        "login": "dina",
        "roles": ["officer", "auditor"],
        "signing": "deputy minister, minister",
    }
    page = bare.as_("admin").post("/people", sent)
    assert page.status_code == 200
    assert "/link/" in page.text
    assert bare.desk.accounts.find("dina").roles == ("officer", "auditor")
    assert bare.desk.ledger.state().people["dina"].roles == ("officer", "auditor", "deputy minister", "minister")
    last = list(bare.desk.ledger.entries("act"))[-1]
    assert (last.payload["act"], last.payload["about"]) == ("account made", "dina")


def test_a_disabled_person_is_out_at_once_and_signs_nothing(bare: Office) -> None:
    visitor, admin = bare.visitor("officer"), bare.as_("admin")
    token = bare.desk.sessions.make_token(bare.desk.accounts.find("officer"), "script", 30)
    assert admin.post("/people/officer/disable").status_code == 303
    assert visitor.get("/").status_code == 303
    assert bare.visitor(Authorization=f"Bearer {token}").get("/api/v1/jobs").status_code == 401
    assert "wrong" in bare.visitor().sign_in("officer").text
    assert bare.desk.ledger.state().people["officer"].roles == ()
    assert admin.post("/people/officer/enable").status_code == 303
    assert bare.visitor().sign_in("officer").status_code == 303
    assert "officer" in bare.desk.ledger.state().people["officer"].roles


def test_the_last_administrator_stays(bare: Office) -> None:
    admin = bare.as_("admin")
    answer = admin.post("/people/admin", {"name": "Ada Admin", "roles": ["viewer"]})
    assert answer.status_code == 403
    assert "would be left to administer" in answer.text
    assert bare.desk.accounts.find("admin").roles == ("admin",)
    assert admin.post("/people/admin/disable").status_code == 422


def test_every_change_of_an_account_is_in_the_record_and_no_secret_is(bare: Office) -> None:
    admin = bare.as_("admin")
    admin.post("/people/viewer", {"name": "Vera Viewer", "roles": ["viewer", "analyst"]})
    admin.post("/people/viewer/link")
    person = bare.visitor("viewer")
    changed = {"old": PASSWORD, "password": "four blue boats at sea", "again": "four blue boats at sea"}
    assert person.post("/account/password", changed).status_code == 303
    made = person.post("/account/token", {"name": "notebook", "days": "30"}).text
    token = re.search(r"<code>(hg_[\w-]+)</code>", made)
    assert token
    entries = list(bare.desk.ledger.entries("act"))
    acts = [entry.payload["act"] for entry in entries]
    assert acts == ["account changed", "link for a password made", "password changed", "token made"]
    said = b"".join(entry.body for entry in bare.desk.ledger.entries())
    for secret in (token[1], PASSWORD, "four blue boats at sea"):
        assert secret.encode() not in said
    assert bare.desk.ledger.verify().intact


def test_a_person_may_not_raise_their_own_roles(bare: Office) -> None:
    assert bare.as_("officer").post("/people/officer", {"name": "O", "roles": ["admin"]}).status_code == 403
    assert bare.desk.accounts.find("officer").roles == ("officer",)


# Tokens for programs


def test_a_token_reads_what_its_person_may_read_until_it_is_ended(bare: Office) -> None:
    person = bare.visitor("viewer")
    made = person.client.post(
        "/api/v1/account/token", json={"name": "script", "days": 1}, headers={"X-CSRF-Token": person.proof("/account")}
    )
    token = made.json()["values"]["secret"]
    program = bare.visitor(Authorization=f"Bearer {token}")
    assert program.get("/api/v1/jobs").status_code == 200
    assert program.get("/api/v1/people").status_code == 403
    assert program.client.post("/api/v1/account/country", json={"country": ""}).status_code == 200
    number = bare.desk.sessions.tokens(bare.desk.accounts.find("viewer"))[0].id
    assert person.post("/account/token/end", {"number": str(number)}).status_code == 303
    assert program.get("/api/v1/jobs").status_code == 401


def test_nobody_ends_the_token_of_another(bare: Office) -> None:
    bare.desk.sessions.make_token(bare.desk.accounts.find("officer"), "script", 1)
    number = bare.desk.sessions.tokens(bare.desk.accounts.find("officer"))[0].id
    assert bare.as_("viewer").post("/account/token/end", {"number": str(number)}).status_code == 404
    assert bare.desk.sessions.tokens(bare.desk.accounts.find("officer"))


# Where it listens


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.10", "::", "desk.example"])
def test_without_tls_it_listens_to_this_machine_only(host: str) -> None:
    with pytest.raises(UsageError, match="without TLS"):
        Settings(home="home", host=host)
    assert Settings(home="home", host=host, behind_proxy=True).secure
    assert Settings(home="home", host=host, certificate="c.pem", key="k.pem").secure


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.5"])
def test_this_machine_alone_needs_no_tls(host: str) -> None:
    assert not Settings(home="home", host=host).secure


def test_behind_tls_cookies_are_kept_to_the_host_and_the_browser_is_told_to_stay(tmp_path: Path) -> None:
    office = Office(tmp_path / "home", behind_proxy=True)
    answer = office.visitor().get("/sign-in")
    assert cookie(answer, "__Host-desk_guest").count("Secure") == 1
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    office.close()


def test_every_answer_carries_the_headers_that_browsers_obey(bare: Office) -> None:
    visitor = bare.as_("viewer")
    for path in (
        "/",
        "/sign-in",
        "/nowhere",
        "/api/v1/jobs",
        "/health",
        visitor.get("/").text.partition('stylesheet" href="')[2].partition('"')[0],
    ):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert visitor.get("/").headers["cache-control"] == "no-store"


def test_no_page_has_a_script_or_style_of_its_own(bare: Office) -> None:
    for path in ("/", "/country", "/data", "/account", "/jobs", "/people"):
        page = bare.as_("admin").get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert "<style" not in page
        assert not re.search(r"\son\w+=", page)
        assert "//" not in " ".join(re.findall(r'(?:src|href)="([^"]*)"', page))


def test_the_metrics_are_for_this_machine_or_for_the_token(tmp_path: Path) -> None:
    office = Office(tmp_path / "home", behind_proxy=True, metrics_token="a-token-of-the-monitor")
    assert office.visitor().get("/metrics").status_code == 403
    assert office.visitor().get("/sign-in").status_code == 200
    watched = office.visitor(Authorization="Bearer a-token-of-the-monitor").get("/metrics")
    assert watched.status_code == 200
    assert 'homeground_requests_total{method="GET",page="/sign-in",status="200"}' in watched.text
    office.close()


def test_sessions_of_other_processes_count(bare: Office) -> None:
    other = Database(bare.settings)
    token = Sessions(other).begin(bare.desk.accounts.find("viewer"), "127.0.0.1", "browser")
    other.close()
    visitor = Visitor(bare.base)
    visitor.client.cookies.set("desk", token)
    assert visitor.get("/").status_code == 200
    visitor.client.close()


def test_the_migrations_are_those_of_the_code() -> None:
    folder = Path(database.__file__).with_name("migrations") / "versions"
    assert max(path.name[1:5] for path in folder.glob("v*.py")) == database.HEAD


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path))
    kept = Database(settings)
    with kept.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_alembic_version SET version_num = '9999'")
    kept.close()
    with pytest.raises(BadInput, match="later version"):
        Database(settings)


def test_the_last_administrator_cannot_be_disabled_by_anybody(bare: Office) -> None:
    with pytest.raises(SigningRefused, match="nobody would be left"):
        bare.desk.accounts.change("admin", disabled=True)
    assert not bare.desk.accounts.find("admin").disabled
