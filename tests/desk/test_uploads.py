"""Uploads: nothing is kept of what a stranger sends, and a scanner that the settings name decides on the rest."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import chain_files
from desk_office import Office
from homeground.desk.web import uploads
from homeground.errors import BadInput

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

    assert "The scanner did not let this file pass (deal.toml): found its answer 1, expected 0" in answer(b"# EVIL")
    assert "the scanner" not in answer(b"# good")
    assert kept(scanning) == []


@pytest.mark.parametrize("scanning", [SCANNER], indirect=True)
def test_of_two_files_the_clean_one_goes_with_the_one_that_is_refused(scanning: Office) -> None:
    sent = {"file": ("trade.csv", b"# good", "text/csv"), "mapping": ("map.toml", b"# EVIL", "application/toml")}
    answer = scanning.as_("analyst").post("/data", {"source": "tidy"}, files=sent)
    assert answer.status_code == 422
    assert "scanner did not let this file pass (map.toml)" in answer.text
    assert kept(scanning) == []


@pytest.mark.parametrize("scanning", ["no-such-scanner --quick", "'unfinished"], indirect=True)
def test_where_the_scanner_does_not_answer_nothing_passes(scanning: Office) -> None:
    sent = {"file": ("deal.toml", b"# good", "application/toml")}
    answer = scanning.as_("analyst").post("/deals/file", files=sent)
    assert answer.status_code == 422
    assert "no answer" in answer.text
    assert kept(scanning) == []


def arrays(folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    return {path.name: path.read_bytes() for path in chain_files.wiod2013_arrays(folder).iterdir()}


def zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("packed", [False, True])
def test_a_source_in_several_files_is_loaded_from_them_or_from_a_zip_of_their_folder(
    tmp_path: Path, packed: bool
) -> None:
    office, members = Office(tmp_path / "home"), arrays(tmp_path / "wiod")
    in_folder = zipped({f"wiod/{name}": content for name, content in members.items()})
    files = {"wiod.zip": in_folder} if packed else members
    sent = [("file", (name, content)) for name, content in files.items()]
    given = {"source": "wiod2013", "year": "2011"}
    begun = office.as_("analyst").post("/data", given, files=sent)
    office.work()
    assert "loaded (load" in office.as_("analyst").get(begun.headers["location"]).text
    assert "2011" in office.as_("viewer").get("/chains").text
    assert not list((Path(office.settings.home) / ".desk" / "loads").iterdir())
    office.close()


def test_of_a_source_in_sixty_files_all_are_taken(tmp_path: Path) -> None:
    office = Office(tmp_path / "home")
    sent = [("file", (f"{number}.csv", b"a,b\n1,2\n")) for number in range(60)]
    explained = ("mapping", ("map.toml", b"[columns]\n"))
    begun = office.as_("analyst").post("/data", {"source": "tidy"}, files=[*sent, explained])
    assert begun.status_code == 303
    assert len(list((Path(office.settings.home) / ".desk" / "loads").rglob("*.csv"))) == 60
    more = [*sent, ("file", ("61.csv", b"a,b\n1,2\n"))]
    assert office.as_("analyst").post("/data", {"source": "tidy"}, files=more).status_code == 422
    office.close()


def test_a_job_that_fails_names_the_files_as_they_were_sent_and_keeps_them_for_another_try(tmp_path: Path) -> None:
    office, members = Office(tmp_path / "home"), arrays(tmp_path / "wiod")
    del members["F_2011.parquet"]
    files = {"file": ("wiod.zip", zipped(members))}
    begun = office.as_("analyst").post("/data", {"source": "wiod2013"}, files=files)
    office.work()
    page = office.as_("analyst").get(begun.headers["location"]).text
    assert "Part of a table is missing (Z_2011.parquet)" in page
    assert str(tmp_path) not in page
    (folder,) = (Path(office.settings.home) / ".desk" / "loads").iterdir()
    assert {path.name for path in folder.iterdir()} == set(members)
    office.close()


def test_what_comes_out_of_a_zip_stays_beside_it_and_within_its_bounds(tmp_path: Path) -> None:
    folder = tmp_path / "loads" / "one"
    folder.mkdir(parents=True)

    def put(members: dict[str, bytes]) -> Path:
        path = folder / "sent.zip"
        path.write_bytes(zipped(members))
        return path

    uploads.unpack(put({"../../up.csv": b"a", "/abs/root.csv": b"b", "deep/..": b"c", "deep/": b""}), most=10)
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()) == [
        Path("loads/one/root.csv"),
        Path("loads/one/up.csv"),
    ]
    with pytest.raises(BadInput, match=r"unpacks to too much.*sent.zip.*11 bytes.*10 or fewer"):
        uploads.unpack(put({"large.csv": b"x" * 11}), most=10)
    with pytest.raises(BadInput, match=r"two files of one name.*a.csv"):
        uploads.unpack(put({"one/a.csv": b"x", "two/a.csv": b"y"}), most=10)
    with pytest.raises(BadInput, match=r"two files of one name.*up.csv"):
        uploads.unpack(put({"new.csv": b"x", "two/up.csv": b"y"}), most=10)
    assert (folder / "up.csv").read_bytes() == b"a"
    with pytest.raises(BadInput, match="the zip cannot be unpacked"):
        uploads.unpack(put({"new.csv": b"x", f"{300 * 'n'}.csv": b"y"}), most=10)
    assert {path.name for path in folder.iterdir()} == {"root.csv", "up.csv", "sent.zip"}
    damaged = put({"a.csv": b"x"})
    damaged.write_bytes(damaged.read_bytes()[:-9])
    with pytest.raises(BadInput, match="cut short or damaged"):
        uploads.unpack(damaged, most=10)
