"""An account's change and its entry in the record: a kill at any point leaves both or neither, once each."""

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
from homeground.desk.desk import Desk
from homeground.desk.settings import VARIABLE, Settings, handed_over
from homeground.errors import RecordBroken
from homeground.record import Ledger

POINTS = {
    "before the change is kept": (False, "homeground.desk.changes._row"),
    "before its entry": (True, "homeground.record.ledger.Ledger.once"),
    "before the person's": (True, "homeground.record.ledger.Ledger.add_person"),
    "before it is known to be entered": (True, "homeground.desk.changes.Changes._entered"),
}
"""Where the process is killed, and whether the change is there afterwards."""


def change_and_die(point: str) -> None:
    """Change a name in a process that is killed at a point."""
    room, _, name = POINTS[point][1].rpartition(".")
    place: object = sys.modules.get(room)
    if place is None:
        room, _, kind = room.rpartition(".")
        place = getattr(sys.modules[room], kind)
    setattr(place, name, lambda *_args, **_more: os.kill(os.getpid(), signal.SIGKILL))
    desk = Desk(handed_over())
    changed = Change("account changed", "viewer", "admin", "admin", registers=True)
    with desk.changes.making(changed):
        desk.accounts.change("viewer", name="Vera Viewer")


def entered(settings: Settings) -> list[str]:
    with Ledger(Path(settings.home) / "record.sqlite") as ledger:
        assert ledger.verify().intact
        return [entry.payload["about"] for entry in ledger.entries("act")]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_the_change_and_its_entry_or_neither(tmp_path: Path, point: str) -> None:
    office = Office(tmp_path / "home")
    office.close()
    environment = {**os.environ, VARIABLE: json.dumps(asdict(office.settings))}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    command = [sys.executable, "-c", f"import test_changes; test_changes.change_and_die({point!r})"]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    for _ in range(2):  # what is done when the desk starts again is done once
        desk = Desk(office.settings)
        known = desk.ledger.state().people["viewer"].name
        made = desk.accounts.find("viewer").name == "Vera Viewer"
        desk.close()
        assert made == POINTS[point][0]
        assert entered(office.settings) == (["viewer"] if made else [])
        assert (known == "Vera Viewer") == made


def test_a_change_that_is_refused_leaves_no_entry(empty_office: Office) -> None:
    before = len(empty_office.desk.ledger)
    taken = empty_office.as_("admin").post("/people", {"name": "Another", "login": "viewer", "roles": ["viewer"]})
    assert taken.status_code == 422
    assert len(empty_office.desk.ledger) == before
    assert empty_office.desk.changes.about("viewer") == []


def test_where_the_record_cannot_be_read_no_account_changes(
    empty_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_ledger: Ledger) -> None:
        raise RecordBroken("the record does not hold together")

    admin = empty_office.as_("admin")
    monkeypatch.setattr(Ledger, "state", broken)
    answer = admin.post("/people/viewer", {"name": "Vera Viewer", "roles": ["admin"]})
    assert answer.status_code == 422
    assert empty_office.desk.accounts.find("viewer").name == "Viewer Person"
