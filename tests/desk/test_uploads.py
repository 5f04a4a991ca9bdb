"""Uploads: nothing is kept of what a stranger sends, and a scanner that the settings name decides on the rest."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_office import Office
from homeground.desk import uploads

SCANNER = f"{sys.executable} -c 'import pathlib, sys; sys.exit(b\"EVIL\" in pathlib.Path(sys.argv[1]).read_bytes())'"


def kept(office: Office) -> list[Path]:
    return list((Path(office.settings.home) / ".desk" / "uploads").glob("*"))


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that the desk put onto its disk."""
    found: list[str] = []
    copied = uploads._copied

    def noted(desk: object, value: object) -> object:
        found.append(str(value.filename))  # type: ignore[attr-defined]
        return copied(desk, value)  # type: ignore[arg-type]

    monkeypatch.setattr(uploads, "_copied", noted)
    return found


@pytest.mark.parametrize("path", ["/policy", "/data", "/api/v1/policy"])
@pytest.mark.parametrize("login", ["", "viewer"])
def test_nothing_is_read_of_what_somebody_sends_who_may_not(
    empty_office: Office, taken: list[str], path: str, login: str
) -> None:
    visitor = empty_office.visitor(login)
    sent = {"file": ("book.zip", b"PK\x03\x04" + b"x" * 100_000, "application/zip")}
    answer = visitor.client.post(path, data={"name": "own"}, files=sent)
    assert answer.status_code in (303, 401, 403)
    assert taken == []


def test_the_page_to_sign_in_takes_no_file(empty_office: Office, taken: list[str]) -> None:
    visitor = empty_office.visitor()
    sent = {"csrf": visitor.proof(), "login": "viewer"}
    answer = visitor.client.post("/sign-in", data=sent, files={"password": ("p.txt", b"x", "text/plain")})
    assert answer.status_code == 400
    assert taken == []


@pytest.fixture
def scanning(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    made = Office(tmp_path / "home", scan=request.param)
    yield made
    made.close()


@pytest.mark.parametrize("scanning", [SCANNER], indirect=True)
def test_a_file_that_the_scanner_refuses_is_gone(scanning: Office) -> None:
    def answer(content: bytes) -> str:
        sent = {"file": ("deal.toml", content, "application/toml")}
        return str(scanning.as_("analyst").post("/deals/file", files=sent).text)

    assert "the scanner did not let this file pass (deal.toml): found its answer 1, expected 0" in answer(b"# EVIL")
    assert "the scanner" not in answer(b"# good")
    assert kept(scanning) == []


@pytest.mark.parametrize("scanning", ["no-such-scanner --quick", "'unfinished"], indirect=True)
def test_where_the_scanner_does_not_answer_nothing_passes(scanning: Office) -> None:
    sent = {"file": ("deal.toml", b"# good", "application/toml")}
    answer = scanning.as_("analyst").post("/deals/file", files=sent)
    assert answer.status_code == 422
    assert "no answer" in answer.text
    assert kept(scanning) == []
