"""What is delicate in a question stands in no address: it is sent in the body, and kept for its owner."""

from __future__ import annotations

import re

import pytest

from desk_office import Office
from homeground.desk import pages
from homeground.desk.web.registry import PAGES

ASKED = {
    "/product/270900/prices": {"year": "2021", "importer": "Japan", "price": "520", "quantity": "1000000"},
    "/policy-lists": {"name": "Gulf Crude Trading Co"},
}


def test_these_are_the_pages_that_hold_what_is_delicate() -> None:
    pages.load()
    discreet = {page.path for page in PAGES.values() if page.discreet}
    assert discreet == {"/product/{hs6}/prices", "/policy-lists"}


@pytest.mark.parametrize("path", ASKED)
def test_the_question_is_sent_in_the_body_and_the_address_tells_nothing_of_it(office: Office, path: str) -> None:
    viewer, sent = office.as_("viewer"), ASKED[path]
    assert re.search(rf'<form class="inline" method="post" action="{path}"', viewer.get(path).text)
    to = viewer.post(path, sent).headers["location"]
    assert re.fullmatch(rf"{path}\?asked=[0-9a-f]{{32}}", to)
    page = viewer.get(to).text
    for name, value in sent.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}(?:\.0)?"|<option value="{value}" selected', page), name
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page))
    assert not re.search("price=|name=|Gulf|1000000", links)
    assert office.as_("officer").get(to).status_code == 404
    whole = viewer.get(f"{path}", params=sent).text
    heads = [re.findall(r"<h2[^>]*>(.*?)</h2>", text) for text in (page, whole)]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("path", ASKED)
def test_a_program_is_answered_at_once(office: Office, path: str) -> None:
    viewer, sent = office.as_("viewer"), ASKED[path]
    answer = viewer.post(f"/api/v1{path}", sent)
    assert answer.json()["panels"] == viewer.get(f"/api/v1{path}", params=sent).json()["panels"]
    assert answer.status_code == 200
