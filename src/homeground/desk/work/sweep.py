"""What jobs brought is kept for a stated time, then removed with the files that they were given; their rows stay."""

from __future__ import annotations

import json
import logging
import shutil
import threading
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from homeground.desk.database import JOBS, now
from homeground.desk.work.jobs import CANCELLED, DONE, FAILED, RUNNING, Jobs

if TYPE_CHECKING:
    from sqlalchemy.engine import Row

LOG: Final = logging.getLogger("homeground.desk")
DAY_S: Final = 86400.0
EVERY_S: Final = 3600.0


def begin(jobs: Jobs) -> None:
    """Sweep now and every hour, in a thread of its own, for as long as the process lives."""
    rest = threading.Event()

    def work() -> None:
        while True:
            try:
                sweep(jobs)
            except Exception:
                LOG.exception("the sweep of old jobs failed; it is tried again within the hour")
            rest.wait(EVERY_S)

    threading.Thread(target=work, daemon=True).start()


def sweep(jobs: Jobs) -> int:
    """Remove what jobs brought that ended, or were interrupted, before the days that settings keep; return how many."""
    before = now() - jobs.settings.job_days * DAY_S
    ended = JOBS.c.state.in_((DONE, FAILED, CANCELLED)) & (JOBS.c.ended < before)
    silent = (JOBS.c.state == RUNNING) & (sa.func.coalesce(JOBS.c.beat, JOBS.c.started, JOBS.c.made) < before)
    with jobs.database.reading() as connection:
        rows = connection.execute(sa.select(JOBS).where(ended | silent)).all()
    old = [row for row in rows if not _result(row).get("removed")]
    for row in old:
        _remove(jobs, row)
    return len(old)


def _remove(jobs: Jobs, row: Row[Any]) -> None:
    """Say first that it is gone, so that no page shows half of it."""
    left = {"said": _result(row).get("said", ""), "removed": True}
    state = FAILED if row.state == RUNNING else row.state
    if not jobs.move(row.id, (row.state,), state=state, ended=row.ended or now(), result=json.dumps(left)):
        return
    shutil.rmtree(jobs.folder(row.id), ignore_errors=True)
    jobs.drop(json.loads(row.arguments))


def _result(row: Row[Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.result) if row.result else {}
    return found
