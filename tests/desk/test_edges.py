"""Hostile edges of the desk: addresses, bodies, files and numbers that nobody types, and acts that come too late."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from urllib.parse import urlencode

import pytest

from desk_office import Office
from homeground.desk.shelves import books
from homeground.errors import BadInput, NotInHome

OFFER = {"direction": "import", "country": "Japan", "partner": "Saudi Arabia", "product": "270900", "quantity": "1",
         "unit": "Mt", "price": "520", "day": "2024-07-15", "policy": "own",
         "seller": "Gulf Crude Trading Co"}  # fmt: skip
FILE = """direction = "import"
country = "Japan"
partner = "Saudi Arabia"
product = "270900"
quantity = {quantity}
price = 520
incoterm = "FOB"
day = 2024-07-15
"""


@pytest.mark.parametrize("elsewhere", ["//[", "http://[", "https://[::1", "//elsewhere", "javascript:x"])
def test_whatever_stands_in_the_way_back_one_arrives_at_the_start(empty_office: Office, elsewhere: str) -> None:
    assert empty_office.visitor().get("/sign-in", params={"to": elsewhere}).status_code == 200
    arrived = empty_office.as_("viewer").get("/sign-in", params={"to": elsewhere})
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/")


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "01", "²", "٣", ""])
def test_a_figure_that_is_none_is_not_here(deal_office: Office, number: str) -> None:
    asked = {"year": "2021", "dataset": "raw-materials", "format": "drawing"}
    drawn = [deal_office.as_("analyst").get("/country/JPN", params={**asked, "figure": n}) for n in ("0", number)]
    assert [answer.status_code for answer in drawn] == [200, 404]


@pytest.mark.parametrize("name", ["csrf", "login", "to"])
def test_half_of_a_surrogate_pair_is_no_text(empty_office: Office, name: str) -> None:
    visitor = empty_office.visitor()
    sent = {"csrf": visitor.proof(), "login": "viewer", "password": "x", name: "\ud800"}
    headers = {"content-type": "application/json"}
    assert visitor.client.post("/sign-in", content=json.dumps(sent), headers=headers).status_code == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"day": "0001-01-01", "currency": "EUR"},
        {"day": "0024-07-15"},
        {"quantity": "1e300"},
        {"quantity": "nan"},
        {"price": "-5"},
        {"currency": "EUR", "usd_per_unit": "1e308", "price": "1e14"},
        {"facts": "home_need_t = 1" + 400 * "0"},
        {"facts": "home_need_t = 2024-01-01"},
        {"facts": "home_need_t = inf"},
        {"facts": "home_need_t = " + 3000 * "["},
    ],
    ids=str,
)
def test_an_offer_beyond_all_measure_is_refused_in_words(deal_office: Office, changed: dict[str, str]) -> None:
    told = deal_office.as_("analyst").post("/api/v1/deals/new", {**OFFER, **changed})
    assert told.status_code == 422, told.text
    assert "Something went wrong" not in deal_office.as_("analyst").post("/deals/new", {**OFFER, **changed}).text


@pytest.mark.parametrize(
    ("quantity", "more", "said"),
    [
        ("1" + 400 * "0", "", "a number has more than 64 bits"),
        ("1" + 5000 * "0", "", "a number has more than 64 bits"),
        ("1", "[conversion]\nusd_per_unit = 1" + 400 * "0", "a number has more than 64 bits"),
        ("1", "x = " + 50_000 * "[", "nested too deep"),
        ("inf", "", "quantity is missing, or not above 0"),
    ],
    ids=range(5),
)
def test_a_deals_file_beyond_all_measure_is_refused_in_words(
    deal_office: Office, quantity: str, more: str, said: str
) -> None:
    sent = {"file": ("deal.toml", (FILE.format(quantity=quantity) + more).encode(), "application/toml")}
    answer = deal_office.as_("analyst").post("/deals/file", files=sent)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_day_among_the_facts_of_a_file_stays_a_day_in_the_form(deal_office: Office) -> None:
    content = FILE.format(quantity="1") + "[facts]\nhome_need_t = 2024-01-01\n"
    sent = {"file": ("deal.toml", content.encode(), "application/toml")}
    taken = deal_office.as_("analyst").post("/deals/file", files=sent)
    assert taken.status_code == 303
    page = deal_office.as_("analyst").get(taken.headers["location"])
    assert page.status_code == 200
    assert "home_need_t = 2024-01-01</textarea>" in page.text


def test_what_is_long_on_its_way_is_not_done_for_who_may_do_it_no_more(empty_office: Office) -> None:
    empty_office.add("leaving", ["admin"])
    leaving = empty_office.as_("leaving")
    body = urlencode({"csrf": leaving.proof("/account"), "name": "Mal Ory", "login": "mallory", "roles": "admin"})
    cookies = "; ".join(f"{name}={value}" for name, value in leaving.client.cookies.items())
    host, port = empty_office.base.removeprefix("http://").split(":")
    head = (
        f"POST /people HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode())
        assert b"100 Continue" in line.recv(100)  # who sends has been let in, and the body is awaited
        assert empty_office.as_("admin").post("/people/leaving/disable").status_code == 303
        line.sendall(body.encode())
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 303")
    assert b"location: /sign-in" in answer
    with pytest.raises(NotInHome):
        empty_office.desk.accounts.find("mallory")


def test_a_policy_book_that_cannot_be_read_does_not_close_the_page_of_people(empty_office: Office) -> None:
    broken = Path(empty_office.settings.home) / "policies" / "broken"
    broken.mkdir(parents=True)
    (broken / "book.toml").write_bytes(b"\xff\xfe")
    assert empty_office.as_("admin").get("/people").status_code == 200


def test_a_book_is_copied_whole_or_not_at_all(empty_office: Office, tmp_path: Path) -> None:
    source = tmp_path / "book"
    source.mkdir()
    (source / "book.toml").write_text('[book]\ntitle = "Supply"\nauthority = "Ministry"\n', "utf-8")
    assert books.copy(empty_office.settings, "first", source).title == "Supply"
    with pytest.raises(BadInput, match="the book cannot be kept"):
        books.copy(empty_office.settings, "first", source)
    (source / "rules.toml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="the book cannot be kept"):
        books.copy(empty_office.settings, "second", source)
    shelf = Path(empty_office.settings.home) / "policies"
    assert [path.name for path in shelf.iterdir()] == ["first"]


def test_an_act_that_only_names_faults_leaves_no_entry(empty_office: Office) -> None:
    before = len(empty_office.desk.ledger)
    book = '[book]\ntitle = "small"\ncountry = "FIN"\n[goods.log]\nname = "log"\nunit = "t"\nstrange = 1\n'
    sent = {"file": ("book.toml", book.encode(), "application/toml")}
    answer = empty_office.as_("analyst").post("/materials", files=sent)
    assert answer.status_code == 422
    assert "what to mend" in answer.text
    assert len(empty_office.desk.ledger) == before


def test_whatever_is_said_in_a_hearing_can_be_read_in_every_language(deal_office: Office) -> None:
    sent = {**OFFER, "year": "2021", "dataset": "crude-2021", "end_use": "civil"}
    put = deal_office.as_("officer").post("/deals", sent)
    assert put.status_code == 303
    page = put.headers["location"]
    for reasons in (4000 * ".", 2000 * ": ", 400 * "; a: b (c)"):
        assert deal_office.as_("analyst").post(f"{page}/say", {"reasons": reasons}).status_code == 303
    assert deal_office.as_("analyst").get(page, headers={"Accept-Language": "fr"}).status_code == 200
