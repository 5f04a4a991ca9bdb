"""Long work and uploads: progress, cancel, a kill, a result to keep; files checked before they are taken."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk_office import Office
from homeground.desk.database import Database
from homeground.desk.web import uploads
from homeground.desk.work import sweep
from homeground.desk.work.jobs import CANCELLED, DONE, FAILED, INTERRUPTED, RUNNING, WAITING, Jobs, Outcome, Work, job
from homeground.desk.work.worker import supervise
from homeground.errors import NotInHome
from homeground.home import Home

CUSTOMS = Path(__file__).parents[2] / "examples" / "synthetic-customs.csv"
MAPPING = Path(__file__).parents[2] / "examples" / "customs-mapping.toml"


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "home")
    yield made
    made.close()


def load(office: Office, **more: Any) -> Any:
    files = {"file": (CUSTOMS.name, CUSTOMS.read_bytes()), "mapping": (MAPPING.name, MAPPING.read_bytes())}
    return office.as_("analyst").post("/data", {"source": "tidy", **more.pop("fields", {})}, files={**files, **more})


def settled(jobs: Jobs, identity: str, states: tuple[str, ...], seconds: float = 60.0) -> str:
    end = time.monotonic() + seconds
    while (state := jobs.find(identity).state) not in states:
        assert time.monotonic() < end, f"the job is still {state}"
        time.sleep(0.1)
    return state


def test_an_uploaded_file_is_loaded_by_a_job_and_shown(bare: Office) -> None:
    begun = load(bare)
    assert begun.status_code == 303
    page = begun.headers["location"]
    analyst = bare.as_("analyst")
    assert "waiting" in analyst.get(page).text
    bare.work()
    shown = analyst.get(page).text
    assert "loaded (load" in shown
    assert "rows kept" in shown or "kept," in shown
    assert "customs" in analyst.get("/data").text
    assert Home(bare.settings.home).catalog.datasets
    assert not list((Path(bare.settings.home) / ".desk" / "uploads").glob("*"))
    assert not list((Path(bare.settings.home) / ".desk" / "loads").glob("*"))
    last = list(bare.desk.ledger.entries("act"))[-1]
    assert last.payload["act"] == "Load a file"
    assert last.payload["detail"]["file"] == [CUSTOMS.name]


def test_a_job_that_cannot_be_done_says_why(bare: Office) -> None:
    page = load(bare, mapping=("mapping.toml", b"nothing = 'of use'\n")).headers["location"]
    bare.work()
    shown = bare.as_("analyst").get(page).text
    assert "What to do" in shown
    assert "failed" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("customs.exe", b"MZ", "A file ending in .csv"),
        ("customs.csv", b"", "The file is empty."),
        ("customs.csv", b"a,b\n\0\0\0", "its content is no text"),
        ("customs.xlsx", b"a,b\n1,2\n", "its content is something else"),
        ("customs.parquet", b"PK\x03\x04", "its content is something else"),
    ],
)
def test_a_file_of_another_type_is_refused_beside_its_field(
    bare: Office, name: str, content: bytes, words: str
) -> None:
    answer = load(bare, file=(name, content))
    assert answer.status_code == 422
    assert words in answer.text
    assert bare.desk.jobs.every() == []
    assert not list((Path(bare.settings.home) / ".desk" / "uploads").glob("*"))


def test_a_name_that_leads_elsewhere_leads_nowhere(bare: Office) -> None:
    load(bare, file=("../../../escape.csv", CUSTOMS.read_bytes()))
    home = Path(bare.settings.home)
    assert not list(home.parent.glob("*escape*"))
    assert [path.name for path in (home / ".desk" / "loads").rglob("*.csv")] == ["escape.csv"]
    assert uploads.safe_name("..\\..\\boot.ini") == "boot.ini"
    assert uploads.safe_name("…") == "file"


def test_more_than_the_limit_is_not_taken(tmp_path: Path) -> None:
    office = Office(tmp_path / "home", upload_limit=20_000)
    answer = load(office, file=("customs.csv", b"x" * 40_000))
    assert answer.status_code == 413
    assert "at most 20,000 bytes" in answer.text
    assert office.desk.jobs.every() == []
    office.close()


def test_a_job_is_seen_by_whoever_asked_and_by_those_who_administer(bare: Office) -> None:
    page = load(bare).headers["location"]
    assert bare.as_("officer").get(page).status_code == 404
    assert bare.as_("officer").post(f"{page}/cancel").status_code == 404
    assert bare.as_("admin").get(page).status_code == 200


def test_a_cancelled_job_does_nothing_and_can_begin_again(bare: Office) -> None:
    page = load(bare).headers["location"]
    identity = page.rpartition("/")[2]
    analyst = bare.as_("analyst")
    assert analyst.post(f"{page}/cancel").status_code == 303
    bare.work()
    assert bare.desk.jobs.find(identity).state == CANCELLED
    assert not Home(bare.settings.home).catalog.datasets
    assert analyst.post(f"{page}/again").status_code == 303
    bare.work()
    assert bare.desk.jobs.find(identity).state == DONE


def test_a_job_that_was_done_when_it_was_cancelled_is_done(bare: Office) -> None:
    begun = bare.desk.jobs.start("late", "Cancelled at its last moment", {}, by="analyst")
    bare.work()
    found = bare.desk.jobs.find(begun)
    assert (found.state, found.said) == (DONE, "All was done.")


@job("late", "Cancelled at its last moment")
def late(work: Work) -> Outcome:
    """Be cancelled by somebody else once all is done."""
    Jobs(Database(work.settings), work.settings).cancel(work.folder.name)
    return Outcome(said="All was done.")


def test_a_job_that_begins_again_while_it_is_being_cancelled_is_not_at_work_twice(
    bare: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, number = tmp_path / "slow", tmp_path / "number"
    slow.write_text(f"#!/bin/sh\necho $$ > {number}\nexec sleep 600\n", "utf-8")
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    jobs = bare.desk.jobs
    identity = jobs.start("sample", "Load the sample", {}, by="admin")
    supervisor = threading.Thread(target=supervise, args=(jobs, identity), daemon=True)
    supervisor.start()
    settled(jobs, identity, (RUNNING,))
    while not (number.exists() and number.read_text("utf-8").strip()):
        time.sleep(0.01)
    with jobs.database.writing():  # so that nobody sees it in between
        jobs.cancel(identity)
        jobs.again(identity)
    supervisor.join(60)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text("utf-8")), signal.SIGKILL)
    assert jobs.find(identity).state == WAITING


def test_of_a_job_that_is_refused_no_file_is_kept(tmp_path: Path) -> None:
    office = Office(tmp_path / "home", jobs=1)
    assert load(office).status_code == 303
    folder = Path(office.settings.home) / ".desk"
    before = sorted(path.name for path in folder.rglob("*") if path.is_file())
    assert load(office).status_code == 429
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == before
    office.close()


def test_a_job_whose_worker_died_is_interrupted_and_can_begin_again(bare: Office) -> None:
    identity = load(bare).headers["location"].rpartition("/")[2]
    jobs = bare.desk.jobs
    assert jobs.move(identity, (WAITING,), state=RUNNING, started=1.0, beat=1.0)
    assert jobs.find(identity).state == INTERRUPTED
    jobs.again(identity)
    assert jobs.find(identity).state == WAITING
    bare.work()
    assert jobs.find(identity).state == DONE


def test_the_report_is_written_as_a_page_and_a_workbook_to_fetch(office: Office) -> None:
    viewer = office.as_("viewer")
    page = viewer.post("/country/JPN/report", {"year": "2021"}).headers["location"]
    office.work()
    shown = viewer.get(page).text
    assert "JPN-2021.html" in shown
    report = viewer.get(f"{page}/file/JPN-2021.html")
    assert "Japan" in report.text
    assert "attachment" in report.headers["content-disposition"]
    assert viewer.get(f"{page}/file/JPN-2021.xlsx").content.startswith(b"PK")
    for name in ("other.html", "..%2F..%2Fcatalog.json", "%2Fetc%2Fpasswd"):
        assert viewer.get(f"{page}/file/{name}").status_code == 404


def test_what_a_job_brought_is_removed_after_its_days_and_its_page_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, jobs = office.as_("viewer"), office.desk.jobs
    page = viewer.post("/country/JPN/report", {"year": "2021"}).headers["location"]
    identity = page.rpartition("/")[2]
    office.work()
    ended = jobs.find(identity).ended or 0.0
    for days, swept in ((89.9, False), (90.1, True), (91.0, False)):
        monkeypatch.setattr(sweep, "now", lambda days=days: ended + days * sweep.DAY_S)
        before = jobs.folder(identity).exists()
        assert bool(sweep.sweep(jobs)) is swept
        assert jobs.folder(identity).exists() is (before and not swept)
    shown = viewer.get(page)
    assert "kept for 90 days and is removed" in shown.text
    assert "JPN-2021.html" not in shown.text
    assert viewer.get(f"{page}/file/JPN-2021.html").status_code == 404
    assert identity in viewer.get("/jobs").text
    assert viewer.get(f"/api/v1{page}").status_code == 200
    with pytest.raises(NotInHome, match="kept for 90 days"):
        jobs.answers(identity)


def test_the_file_that_a_failed_job_was_given_goes_with_it_and_those_at_work_keep_theirs(
    bare: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, loads = bare.desk.jobs, Path(bare.settings.home) / ".desk" / "loads"
    old, waiting = (load(bare).headers["location"].rpartition("/")[2] for _ in range(2))
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text("not the desk's own", encoding="utf-8")
    outside = jobs.start("load", "of another folder", {"source": "tidy", "folder": str(elsewhere)}, by="analyst")
    assert jobs.move(old, (WAITING,), state=RUNNING, started=1.0, beat=1.0)
    assert jobs.move(outside, (WAITING,), state=FAILED, ended=1.0)
    kept = {Path(jobs.find(waiting).arguments[name]) for name in ("folder", "mapping")}
    assert sweep.sweep(jobs) == 2
    assert set(loads.iterdir()) == kept
    assert elsewhere.exists()
    assert jobs.find(old).state == FAILED
    with pytest.raises(NotInHome, match="are removed"):
        jobs.again(old)
    bare.work()
    assert jobs.find(waiting).state == DONE


# The worker itself, as a process


@pytest.fixture
def worker(bare: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Start workers beside a desk; they end with the test."""
    bare.settings.hand_over()
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-m", "homeground.desk", "worker"]))
        return started[-1]

    yield start
    os.environ.pop("HOMEGROUND_DESK", None)
    for process in started:
        process.terminate()
        process.wait(20)


def test_a_job_that_a_worker_took_and_was_killed_with_is_done_when_a_worker_starts(bare: Office, worker: Any) -> None:
    identity = load(bare).headers["location"].rpartition("/")[2]
    assert bare.desk.jobs.queue.dequeue().args == (identity,)  # a worker that had come no further
    assert bare.desk.jobs.queue.pending_count() == 0
    worker()
    assert settled(bare.desk.jobs, identity, (DONE, FAILED)) == DONE


def test_the_queue_outlives_a_killed_worker(bare: Office, worker: Any) -> None:
    first = load(bare).headers["location"].rpartition("/")[2]
    killed = worker()
    settled(bare.desk.jobs, first, (DONE, FAILED))
    killed.send_signal(signal.SIGKILL)
    killed.wait(20)
    second = load(bare, fields={"dataset": "again"}).headers["location"].rpartition("/")[2]
    assert bare.desk.jobs.find(second).state == WAITING
    worker()
    assert settled(bare.desk.jobs, second, (DONE, FAILED)) == DONE
    jobs = Jobs(Database(bare.settings), bare.settings)
    assert {job.state for job in jobs.every()} == {DONE}
    jobs.database.close()


def test_a_program_follows_a_job_to_its_end(office: Office) -> None:
    auditor = office.as_("auditor")
    begun = auditor.post("/record/verify").headers["location"]
    waiting = auditor.get(f"/api/v1{begun}").json()["values"]["job"]
    assert (waiting["state"], waiting["over"]) == ("waiting", False)
    office.work()
    done = auditor.get(f"/api/v1{begun}").json()["values"]["job"]
    assert (done["state"], done["over"], done["done"]) == ("done", True, 1.0)
