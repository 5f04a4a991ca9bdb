"""Policy and record at the desk: a book is put there and read, past trade is judged; an auditor verifies the record."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk_office import Office
from homeground.brief.answer import Answer
from homeground.record import keys

BOOK = Path(__file__).parents[2] / "examples" / "deals" / "policy"


def zipped(folder: Path, inside: str = "book") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.writestr(zipfile.ZipInfo(f"{inside}/{path.relative_to(folder)}"), path.read_bytes())
    return packed.getvalue()


def put(office: Office, name: str, content: bytes) -> str:
    sent = {"file": ("book.zip", content, "application/zip")}
    return str(office.as_("admin").post("/policy", {"name": name}, files=sent).text)


@pytest.fixture(scope="module")
def shelf(office: Office) -> Iterator[Office]:
    put(office, "own", zipped(BOOK))
    yield office
    shutil.rmtree(Path(office.settings.home) / "policies")


def panel(page: dict[str, object], name: str) -> list[dict[str, object]]:
    panels: list[dict[str, object]] = page["panels"]  # type: ignore[assignment]
    return next(each["rows"] for each in panels if each["name"] == name)  # type: ignore[return-value]


def test_a_book_is_read_with_its_rules_values_and_legal_references(shelf: Office) -> None:
    viewer = shelf.as_("viewer")
    books = panel(viewer.get("/api/v1/policy").json(), "books")
    assert [(row["name"], row["faults"]) for row in books] == [("own", 0)]
    book = viewer.get("/api/v1/policy/own").json()
    rules = panel(book, "rules")
    assert {"E-3"} <= {row["id"] for row in rules}
    assert all(row["legal"] for row in rules)
    assert all(row["legal"] and row["in_force"] for row in panel(book, "values"))
    day_before = panel(viewer.get("/api/v1/policy/own?on=1990-01-01").json(), "rules")
    assert len(day_before) < len(rules)


def test_scenarios_and_checks_stand_on_their_pages(shelf: Office) -> None:
    viewer = shelf.as_("viewer")
    assert viewer.get("/policy/own/scenarios").status_code == 200
    assert panel(viewer.get("/api/v1/policy/own/check").json(), "findings") == []
    assert viewer.get("/policy/none").status_code == 404


def test_a_book_that_is_replaced_stays_and_the_two_are_compared(shelf: Office, tmp_path: Path) -> None:
    changed = shutil.copytree(BOOK, tmp_path / "book")
    text = (changed / "parameters.toml").read_text("utf-8")
    assert "value = 0.40," in text
    (changed / "parameters.toml").write_text(text.replace("value = 0.40,", "value = 0.35,"), "utf-8")
    put(shelf, "own", zipped(changed))
    names = [row["name"] for row in panel(shelf.as_("viewer").get("/api/v1/policy").json(), "books")]
    older = next(str(name) for name in names if str(name).startswith("own-"))
    found = panel(shelf.as_("viewer").get(f"/api/v1/policy/own/compare?before={older}").json(), "differences")
    assert any(str(row["before"]) == "40.0 %" and str(row["after"]) == "35.0 %" for row in found)
    put(shelf, "own", zipped(BOOK))


@pytest.mark.parametrize("inside", ["../escape", "/etc", "a/../../b"])
def test_a_zip_that_leads_outside_is_refused_and_leaves_nothing(shelf: Office, inside: str) -> None:
    said = put(shelf, "evil", zipped(BOOK, inside))
    assert "files outside itself" in said
    shelf_folder = Path(shelf.settings.home) / "policies"
    assert not [path.name for path in shelf_folder.iterdir() if path.name.startswith((".new", "evil"))]


def test_a_faulty_book_and_a_damaged_zip_are_refused_with_the_reason(shelf: Office, tmp_path: Path) -> None:
    faulty = shutil.copytree(BOOK, tmp_path / "book")
    (faulty / "wrong.toml").write_text('[[rule]]\nid = "X"\nwhen = "no_such_fact > 1"\n', "utf-8")
    assert "no_such_fact" in put(shelf, "faulty", zipped(faulty)) or "rule X" in put(shelf, "faulty", zipped(faulty))
    assert "zip" in put(shelf, "cut", zipped(BOOK)[:2000])
    assert [row["name"] for row in panel(shelf.as_("viewer").get("/api/v1/policy").json(), "books")][:1] == ["own"]


def test_past_trade_is_judged_as_a_job(shelf: Office) -> None:
    analyst = shelf.as_("analyst")
    asked = {"country": "JPN", "year": "2021", "direction": "import", "by": "rule", "dataset": "crude-2021"}
    begun = analyst.post("/policy/own/backtest", asked)
    assert begun.status_code == 303, begun.text
    shelf.work()
    job = shelf.desk.jobs.every()[0]
    assert (job.state, job.error) == ("done", "")
    (answer,) = shelf.desk.jobs.answers(job.id)
    assert "over the imports of Japan, 2021" in answer.title
    assert "E-3" in answer.table.column("rule").to_pylist()
    assert analyst.get(f"/jobs/{job.id}").status_code == 200


def test_without_year_and_dataset_the_largest_dataset_is_judged(shelf: Office) -> None:
    assert shelf.as_("analyst").post("/policy/own/backtest", {"country": "JPN", "product": "2836"}).status_code == 303
    shelf.work()
    (answer,) = shelf.desk.jobs.answers(shelf.desk.jobs.every()[0].id)
    assert answer.about["dataset"] == "raw-materials"
    assert "1995" in answer.title


def test_lists_that_are_not_loaded_are_said_to_be_missing(shelf: Office) -> None:
    page = shelf.as_("viewer").get("/policy-lists?name=Aerocaribbean").text
    assert "insufficient data" in page
    assert "No list is loaded" in page


def test_an_auditor_filters_verifies_and_takes_a_bundle_that_verifies_by_itself(shelf: Office, tmp_path: Path) -> None:
    auditor = shelf.as_("auditor")
    rows = panel(auditor.get("/api/v1/record?kind=act&person=admin").json(), "entries")
    assert rows
    assert {row["kind"] for row in rows} == {"act"}
    assert panel(auditor.get("/api/v1/record?until=1990-01-01").json(), "entries") == []
    number = rows[0]["number"]
    assert auditor.post(f"/record/{number}/note", {"text": "Seen."}).status_code == 303
    assert shelf.desk.ledger.entry(len(shelf.desk.ledger)).payload["text"] == "Seen."
    assert auditor.post("/record/verify").status_code == 303
    assert auditor.post("/record/export").status_code == 303
    shelf.work()
    done = {job.kind: job for job in shelf.desk.jobs.every()}
    (verified,) = shelf.desk.jobs.answers(done["verify"].id)
    assert "intact" in verified.title
    said = auditor.get(f"/jobs/{done['verify'].id}").text
    assert "No checkpoint" in said
    assert "There is nothing in this table" not in said
    bundle = auditor.get(f"/jobs/{done['export'].id}/file/record.zip").content
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        packed.extractall(tmp_path)
    script = next(tmp_path.rglob("verify.py"))
    ran = subprocess.run([sys.executable, "-I", script.name], cwd=script.parent, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def verified(office: Office, **files: tuple[str, bytes]) -> Answer:
    begun = office.as_("auditor").post("/record/verify", files=files or None)
    assert begun.status_code == 303, begun.text
    office.work()
    (answer,) = office.desk.jobs.answers(begun.headers["location"].rsplit("/", 1)[-1])
    return answer


def test_a_checkpoint_signed_at_the_desk_and_kept_elsewhere_shows_a_record_that_was_made_anew(
    empty_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOMEGROUND_RECORD_KEY", str(tmp_path / "keys" / "record.pem"))
    auditor, ledger = empty_office.as_("auditor"), empty_office.desk.ledger
    before = len(ledger)
    page = auditor.client.post("/record/checkpoint", data={"csrf": auditor.proof()}, follow_redirects=True)
    assert f"Signed up to entry {before}." in page.text
    assert [ledger.entry(number).kind for number in (before + 1, before + 2)] == ["checkpoint", "act"]
    assert ledger.entry(before + 2).people[0].person == "auditor"
    assert (tmp_path / "keys" / "record.pem").stat().st_mode & 0o077 == 0
    kept = auditor.get(f"/record/{before + 1}/checkpoint").content
    public = auditor.get(f"/record/{before + 1}/key").content
    assert auditor.get(f"/record/{before}/checkpoint").status_code == 404
    assert public == (tmp_path / "keys" / "record.public.pem").read_bytes()
    held = {"checkpoint": ("kept.json", kept), "public_key": ("kept.pem", public)}
    assert verified(empty_office, **held).about["signed_up_to"] == before
    assert verified(empty_office, **held).about["own_key"] is False
    assert verified(empty_office).about["own_key"] is True

    stranger = keys.make(tmp_path / "stranger.pem").read_bytes()
    assert "is not signed rightly" in str(verified(empty_office, public_key=("a.pem", stranger)).table.to_pylist())
    told = keys.sign(keys.load(tmp_path / "keys" / "record.pem"), before, "0" * 64, datetime.now(UTC))
    other = verified(empty_office, checkpoint=("other.json", json.dumps(told).encode()))
    assert "two signed checkpoints" in str(other.table.to_pylist())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"checkpoint": ("kept.json", b"{}")}, "ot a checkpoint"),
        ({"checkpoint": ("kept.json", b"\xff\xfe")}, "ot UTF-8"),
        ({"checkpoint": ("kept.json", b" " * 100_001)}, "too large"),
        ({"public_key": ("key.pem", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")}, "ot an Ed25519"),
        ({"public_key": ("key.txt", b"")}, ".pem"),
    ],
)
def test_what_is_no_checkpoint_or_key_is_refused_before_anything_begins(
    shelf: Office, files: dict[str, tuple[str, bytes]], said: str
) -> None:
    before = len(shelf.desk.jobs.every())
    refused = shelf.as_("auditor").post("/record/verify", files=files)
    assert refused.status_code == 422
    assert said in refused.text
    assert shelf.settings.home not in refused.text
    assert len(shelf.desk.jobs.every()) == before


def test_an_entry_that_somebody_changes_in_the_database_is_named(empty_office: Office) -> None:
    ledger = empty_office.desk.ledger
    ledger.act("something", "done", {}, by="admin", role="admin")
    number = len(ledger)
    engine = sa.create_engine(f"sqlite:///{Path(empty_office.settings.home) / 'record.sqlite'}")
    with engine.begin() as connection:
        for (name,) in connection.execute(sa.text("select name from sqlite_master where type = 'trigger'")).all():
            connection.execute(sa.text(f'drop trigger "{name}"'))
        (text,) = connection.execute(sa.text("select body from entries where number = :n"), {"n": number}).one()
        altered = json.dumps({**json.loads(text), "time": "2001-01-01T00:00:00.000000Z"})
        connection.execute(sa.text("update entries set body = :t where number = :n"), {"t": altered, "n": number})
    engine.dispose()
    assert empty_office.as_("auditor").post("/record/verify").status_code == 303
    empty_office.work()
    job = empty_office.desk.jobs.every()[0]
    (answer,) = empty_office.desk.jobs.answers(job.id)
    assert "NOT INTACT" in answer.title
    assert number in answer.table.column("first").to_pylist()
