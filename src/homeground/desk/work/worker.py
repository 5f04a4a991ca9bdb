"""The process that works through the queue: each job in a process of its own, so that it can be ended at once."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from homeground.desk.database import Database, now
from homeground.desk.settings import handed_over
from homeground.desk.web import uploads
from homeground.desk.work import keeping, sweep
from homeground.desk.work.jobs import CANCELLED, DONE, FAILED, RUNNING, WAITING, Jobs, Work, kinds
from homeground.errors import HomegroundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from huey import Huey  # type: ignore[import-untyped]

LOG: Final = logging.getLogger("homeground.desk")
LOOK_S: Final = 0.25
BEAT_S: Final = 3.0


def task(queue: Huey) -> Callable[[str], Any]:
    """Return the queue's one task: run a job by identity."""

    def run_job(identity: str) -> None:
        settings = handed_over()
        jobs = Jobs(Database(settings), settings)
        try:
            supervise(jobs, identity)
        finally:
            jobs.database.close()

    made: Callable[[str], Any] = queue.task(name="run_job")(run_job)
    return made


def supervise(jobs: Jobs, identity: str) -> None:
    """Run a waiting job in a process of its own, and end that process where the job is cancelled."""
    if not jobs.move(identity, (WAITING,), state=RUNNING, started=now(), beat=now()):
        return
    process = subprocess.Popen([sys.executable, "-m", "homeground.desk", "job", identity])  # noqa: S603
    beaten = time.monotonic()
    while process.poll() is None:
        time.sleep(LOOK_S)
        if jobs.find(identity).state in (CANCELLED, WAITING):  # waiting: cancelled, and put into the queue again
            process.terminate()
        elif time.monotonic() - beaten > BEAT_S:
            jobs.move(identity, (RUNNING,), beat=now())
            beaten = time.monotonic()
    if process.returncode:
        error = f"The process of this job ended unexpectedly ({process.returncode}). Start it again."
        jobs.move(identity, (RUNNING,), state=FAILED, ended=now(), error=error)


def run(jobs: Jobs, identity: str) -> None:
    """Do a job here, and write down how it ended."""
    from homeground.home import Home

    found, told = jobs.find(identity), [0.0]

    def progress(step: str, done: float) -> None:
        if time.monotonic() - told[0] > LOOK_S or done >= 1.0:
            told[0] = time.monotonic()
            jobs.move(identity, (RUNNING,), step=step, done=min(1.0, max(0.0, done)), beat=now())

    folder = jobs.folder(identity)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        work = Work(Home(jobs.settings.home), progress, folder, found.person, jobs.settings)
        outcome = kinds()[found.kind].function(work, **found.arguments)
        keeping.write_answers(outcome.answers, folder)
    except HomegroundError as error:
        jobs.move(identity, (RUNNING,), state=FAILED, ended=now(), error=uploads.without_places(str(error)))
    except Exception:
        LOG.exception("job %s failed", identity)
        error_text = f"Our own fault; the desk's log says more under job {identity}."
        jobs.move(identity, (RUNNING,), state=FAILED, ended=now(), error=error_text)
    else:
        result = json.dumps({"said": outcome.said, "files": outcome.files, "to": outcome.to})
        jobs.move(identity, (RUNNING, CANCELLED), state=DONE, ended=now(), done=1.0, result=result)


def consume() -> None:
    """Work through the queue until told to stop, or until whoever started this is gone."""
    settings = handed_over()
    jobs = Jobs(Database(settings), settings)
    jobs.queue_waiting()
    end_with_parent()
    sweep.begin(jobs)
    consumer = jobs.queue.create_consumer(
        workers=1, worker_type="thread", initial_delay=0.1, max_delay=1.0, periodic=False
    )
    consumer.run()


def end_with_parent() -> None:
    """End this process when the one that started it is gone, so that nothing works on unseen."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
