"""A change of an account or job and its entry in the record: a kill at any point leaves both or neither, once each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from desk_office import Office
from homeground.desk.changes import Change
from homeground.desk.database import Database
from homeground.desk.desk import Desk
from homeground.desk.settings import VARIABLE, Settings, handed_over
from homeground.desk.work.jobs import CANCELLED, DONE, WAITING, Jobs
from homeground.desk.work.worker import task
from homeground.errors import RecordBroken
from homeground.record import Ledger

POINTS = {
    "before the change is kept": (False, "homeground.desk.changes._row"),
    "before its entry": (True, "homeground.record.ledger.Ledger.once"),
    "before the person's": (True, "homeground.record.ledger.Ledger.add_person"),
    "before it is known to be entered": (True, "homeground.desk.changes.Changes._entered"),
}
"""Where the process is killed, and whether the change is there afterwards."""


JOB_POINTS = {
    "before the job is kept": (False, "homeground.desk.changes._row"),
    "before its entry": (True, "homeground.record.ledger.Ledger.once"),
    "before it is known to be entered": (True, "homeground.desk.changes.Changes._entered"),
    "before it is queued": (True, "homeground.desk.work.jobs.Jobs._queue"),
}


def die_at(function: str) -> None:
    """Kill this process when it comes to a function."""
    room, _, name = function.rpartition(".")
    place: object = sys.modules.get(room)
    if place is None:
        room, _, kind = room.rpartition(".")
        place = getattr(sys.modules[room], kind)
    setattr(place, name, lambda *_args, **_more: os.kill(os.getpid(), signal.SIGKILL))


def change_and_die(point: str) -> None:
    """Change a name in a process that is killed at a point."""
    die_at(POINTS[point][1])
    desk = Desk(handed_over())
    changed = Change("account changed", "viewer", "admin", "admin", registers=True)
    with desk.changes.making(changed):
        desk.accounts.change("viewer", name="Vera Viewer")


def ask_and_die(point: str, path: str) -> None:
    """Send an auditor's form to a desk in this process, which is killed at a point."""
    settings = asdict(handed_over())
    auditor = Office(Path(settings.pop("home")), people=False, **settings).visitor("auditor")
    die_at(JOB_POINTS[point][1])
    auditor.post(path)


def killed(settings: Settings, call: str) -> bool:
    """Whether a process of these tests that makes a call was killed."""
    environment = {**os.environ, VARIABLE: json.dumps(asdict(settings))}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    command = [sys.executable, "-c", f"import test_changes; test_changes.{call}"]
    return subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL


def entered(settings: Settings) -> list[str]:
    with Ledger(Path(settings.home) / "record.sqlite") as ledger:
        assert ledger.verify().intact
        return [entry.payload["about"] for entry in ledger.entries("act")]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_the_change_and_its_entry_or_neither(tmp_path: Path, point: str) -> None:
    office = Office(tmp_path / "home")
    office.close()
    assert killed(office.settings, f"change_and_die({point!r})")
    for _ in range(2):  # what is done when the desk starts again is done once
        desk = Desk(office.settings)
        known = desk.ledger.state().people["viewer"].name
        made = desk.accounts.find("viewer").name == "Vera Viewer"
        desk.close()
        assert made == POINTS[point][0]
        assert entered(office.settings) == (["viewer"] if made else [])
        assert (known == "Vera Viewer") == made


def work_off(settings: Settings) -> None:
    """Do all that is in the queue, as the worker does."""
    jobs = Jobs(Database(settings), settings)
    task(jobs.queue)
    while (put := jobs.queue.dequeue()) is not None:
        jobs.queue.execute(put)
    jobs.close()
    jobs.database.close()


@pytest.mark.parametrize("point", JOB_POINTS)
def test_a_kill_leaves_a_job_and_its_entry_or_neither_and_it_is_done_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    office = Office(tmp_path / "home")
    office.close()
    assert killed(office.settings, f"ask_and_die({point!r}, '/record/export')")
    monkeypatch.setenv(VARIABLE, json.dumps(asdict(office.settings)))
    started = set()
    for _ in range(2):
        desk = Desk(office.settings)
        jobs = desk.jobs.every()
        with_entries = [entry.payload["detail"]["job"] for entry in desk.ledger.entries("act")]
        assert [job.id for job in jobs] == with_entries
        assert len(jobs) == JOB_POINTS[point][0]
        work_off(office.settings)
        for job in desk.jobs.every():
            assert (job.state, job.files) == (DONE, ("record.zip",))
            started.add(job.started)
        assert desk.ledger.verify().intact
        desk.close()
    assert len(started) == JOB_POINTS[point][0]


@pytest.mark.parametrize(
    ("act", "point", "state"),
    [
        ("cancel", "before the job is kept", WAITING),
        ("cancel", "before its entry", CANCELLED),
        ("again", "before the job is kept", CANCELLED),
        ("again", "before its entry", WAITING),
        ("again", "before it is queued", WAITING),
    ],
)
def test_a_kill_leaves_what_became_of_a_job_and_its_entry_or_neither(
    tmp_path: Path, act: str, point: str, state: str
) -> None:
    office = Office(tmp_path / "home")
    job = office.as_("auditor").post("/record/export").headers["location"]
    if act == "again":
        assert office.as_("auditor").post(f"{job}/cancel").status_code == 303
    before = len(office.desk.ledger)
    office.close()
    assert killed(office.settings, f"ask_and_die({point!r}, '{job}/{act}')")
    for _ in range(2):
        desk = Desk(office.settings)
        assert desk.jobs.find(job.rpartition("/")[2]).state == state
        acts = [entry.payload["about"] for entry in desk.ledger.entries("act")]
        assert acts[len(acts) - (len(desk.ledger) - before) :] == [f"{job}/{act}"] * JOB_POINTS[point][0]
        assert desk.jobs.queue.pending_count() >= (state == WAITING)
        desk.close()


def test_a_change_that_is_refused_leaves_no_entry(empty_office: Office) -> None:
    before = len(empty_office.desk.ledger)
    taken = empty_office.as_("admin").post("/people", {"name": "Another", "login": "viewer", "roles": ["viewer"]})
    assert taken.status_code == 422
    assert len(empty_office.desk.ledger) == before
    assert empty_office.desk.changes.about("viewer") == []


def test_where_the_record_cannot_be_read_no_account_changes_and_no_job_begins(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_ledger: Ledger) -> None:
        raise RecordBroken("the record does not hold together")

    admin = empty_office.as_("admin")
    monkeypatch.setattr(Ledger, "state", broken)
    answer = admin.post("/people/viewer", {"name": "Vera Viewer", "roles": ["admin"]})
    assert answer.status_code == 422
    assert empty_office.desk.accounts.find("viewer").name == "Viewer Person"
    assert empty_office.as_("auditor").post("/record/export").status_code == 422
    assert empty_office.desk.jobs.every() == []
