"""How much one person may have computed, and how many jobs one may have; what is too much is said, and passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_office import Office
from homeground.desk.people import pace
from homeground.desk.people.pace import Pace
from homeground.desk.work.jobs import CANCELLED, WAITING
from homeground.errors import TooMuch


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Office]:
    """A desk that lets nobody do much."""
    made = Office(tmp_path / "home", pace=5, jobs=2)
    yield made
    made.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    when = [1_000_000.0]
    monkeypatch.setattr(pace, "now", lambda: when[0])
    return when


def test_one_person_is_stopped_and_another_is_not_and_after_a_minute_all_is_well(
    narrow: Office, clock: list[float]
) -> None:
    viewer = narrow.as_("viewer")
    statuses = [viewer.get("/data").status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    answer = viewer.get("/api/v1/data")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "60"
    assert "at most 5 in a minute" in answer.json()["error"]
    assert narrow.as_("officer").get("/data").status_code == 200
    assert viewer.get("/account").status_code == 200  # nothing is computed for it
    clock[0] += 61
    assert viewer.get("/data").status_code == 200


def test_strangers_are_counted_by_their_address(clock: list[float]) -> None:
    counted = Pace(10**6)
    for _ in range(pace.STRANGERS):
        counted.count("", "192.0.2.1")
    with pytest.raises(TooMuch, match="at most 60"):
        counted.count("", "192.0.2.1")
    counted.count("", "192.0.2.2")
    counted.count("viewer", "192.0.2.1")


def test_what_is_counted_is_bounded(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST", 3)
    counted = Pace(5)
    for number in range(9):
        counted.count(f"person-{number}", "")
    assert len(counted._moments) == 3


def test_one_person_has_only_so_many_jobs_waiting_or_at_work(narrow: Office) -> None:
    auditor, jobs = narrow.as_("auditor"), narrow.desk.jobs
    begun = [auditor.post("/record/export").status_code for _ in range(3)]
    assert begun == [303, 303, 429]
    assert len(jobs.every()) == 2
    refused = auditor.post("/record/export")
    assert "You have too many jobs waiting or at work: found 2, expected at most 2" in refused.text
    assert narrow.as_("admin").post("/record/export").status_code == 303
    first = jobs.every("auditor")[0].id
    jobs.move(first, (WAITING,), state=CANCELLED)
    assert auditor.post("/record/export").status_code == 303
    assert auditor.post(f"/jobs/{first}/again").status_code == 429
    assert jobs.find(first).state == CANCELLED
