"""Long work: jobs that survive a restart, with progress, cancel and a result page.

Write a job as a function with `@job("plan", "Solve a plan")` in the module of the page that starts it:

    @job("plan", "Solve a plan", needs="analyst")
    def solve(work: Work, path: str) -> Outcome:
        view = work.home.plan(path, progress=work.progress)
        return Outcome((plan_answer(view),), said="The plan is solved.")

and start it from an act: `return asking.jobs.begin(asking, "plan", "Plan of Ruritania", path=str(upload.path))`, which
leads to the job's page. Arguments are plain data; files are named by path. Each job runs in a process of its own, so
that cancelling ends it at once and its memory goes with it. Its state is in the desk's database, and its entry in the
record is kept with it (see `changes`); the queue is a place of its own, and whatever waits is put there again when a
desk or a worker starts. A job that is in the queue twice is done once.
"""

from __future__ import annotations

import importlib
import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from homeground.desk.database import JOBS, Database, address, now
from homeground.desk.settings import Settings
from homeground.errors import BadInput, HomegroundError, NotInHome, TooMuch, message

if TYPE_CHECKING:
    from huey import Huey  # type: ignore[import-untyped]
    from sqlalchemy.engine import Connection, Row

    from homeground.brief.answer import Answer
    from homeground.desk.changes import Change
    from homeground.desk.people.roles import Needs
    from homeground.desk.web.asking import Asking
    from homeground.desk.web.sheet import Done
    from homeground.home import Home

SILENT_S: Final = 15.0
"""A running job that has not moved its clock for so long was interrupted."""

WAITING, RUNNING, DONE, FAILED, CANCELLED, INTERRUPTED = (
    "waiting", "running", "done", "failed", "cancelled", "interrupted"
)  # fmt: skip
OVER: Final = (DONE, FAILED, CANCELLED, INTERRUPTED)

Beside = AbstractContextManager["Change | None"]
NOTHING: Final[Beside] = nullcontext()


@dataclass(frozen=True)
class Outcome:
    """What a job brought: answers to show and keep, what to say, files to hand out (name → path below the job)."""

    answers: tuple[Answer, ...] = ()
    said: str = ""
    files: tuple[str, ...] = ()
    to: str = ""


@dataclass(frozen=True)
class Work:
    """What a job's function is given: the Home, its progress, a folder of its own, and who started it."""

    home: Home
    progress: Callable[[str, float], None]
    folder: Path
    by: str
    settings: Settings


@dataclass(frozen=True)
class Kind:
    """A kind of job."""

    name: str
    title: str
    function: Callable[..., Outcome]
    needs: Needs | tuple[Needs, ...]


@dataclass(frozen=True)
class Job:
    """A job as it stands; `removed` says that what it brought was kept for its time and is gone (see `sweep`)."""

    id: str
    kind: str
    title: str
    arguments: dict[str, Any]
    person: str
    state: str
    step: str
    done: float
    made: float
    started: float | None
    ended: float | None
    error: str
    said: str
    files: tuple[str, ...]
    to: str
    removed: bool

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in OVER


_KINDS: dict[str, Kind] = {}


def job(
    name: str, title: str, needs: Needs | tuple[Needs, ...] = "analyst"
) -> Callable[[Callable[..., Outcome]], Callable[..., Outcome]]:
    """Register a function as a kind of job."""

    def take(function: Callable[..., Outcome]) -> Callable[..., Outcome]:
        _KINDS[name] = Kind(name, title, function, needs)
        return function

    return take


def kinds() -> dict[str, Kind]:
    """The kinds of jobs, by name."""
    importlib.import_module("homeground.desk.pages").load()
    return _KINDS


class Jobs:
    """The jobs of a desk."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings

    def begin(self, asking: Asking, kind: str, title: str, **arguments: Any) -> Done:
        """Start a job for whoever asks, and lead to its page."""
        from homeground.desk.web.sheet import Done

        identity = self.start(kind, title, arguments, by=asking.person.login, beside=asking.entering())
        return Done(f"/jobs/{identity}", values={"job": identity})

    def start(self, kind: str, title: str, arguments: dict[str, Any], *, by: str, beside: Beside = NOTHING) -> str:
        """Put a job into the queue; return its identity. It and the change `beside` are both kept, or neither.

        The files of a job that is refused are removed.
        """
        if kind not in kinds():
            raise BadInput(message("no such kind of job", found=kind, expected=", ".join(_KINDS), do="correct it"))
        identity = secrets.token_hex(8)
        values = {
            "id": identity, "kind": kind, "title": title, "arguments": json.dumps(arguments), "person": by,
            "state": WAITING, "step": "", "done": 0.0, "made": now(), "error": "", "result": "",
        }  # fmt: skip
        try:
            with beside as change, self.database.writing() as connection:
                self._require_room(connection, by)
                connection.execute(sa.insert(JOBS).values(**values))
                if change is not None:
                    change.detail["job"] = identity
        except HomegroundError:
            self.drop(arguments)
            raise
        self._queue(identity)
        return identity

    def drop(self, arguments: Mapping[str, Any]) -> None:
        """Remove the files that a job was given, where they lie in the desk's own folder."""
        own = (Path(self.settings.home) / ".desk").resolve()
        for value in arguments.values():
            if isinstance(value, str) and Path(value).is_absolute() and own in Path(value).resolve().parents:
                place = Path(value)
                shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)

    def _require_room(self, connection: Connection, person: str) -> None:
        """Raise TooMuch where somebody has as many jobs waiting or at work as one person may have."""
        mine = sa.select(JOBS).where(JOBS.c.person == person, JOBS.c.state.in_((WAITING, RUNNING)))
        found = sum(_job(row).state != INTERRUPTED for row in connection.execute(mine))
        if found >= self.settings.jobs:
            expected, do = f"at most {self.settings.jobs}", "wait for one of them, or cancel one on the page 'Jobs'"
            raise TooMuch(message("you have too many jobs waiting or at work", found=found, expected=expected, do=do))

    def queue_waiting(self) -> None:
        """Put every job that waits into the queue, the oldest first, since whoever was killed may not have come to it.

        The queue knows its task from then on, whether or not one waits.
        """
        put = self._task
        for each in reversed(self.every(most=10_000, state=WAITING)):
            put(each.id)

    def _queue(self, identity: str) -> None:
        self._task(identity)

    @cached_property
    def _task(self) -> Callable[[str], Any]:
        from homeground.desk.work.worker import task

        return task(self.queue)

    def close(self) -> None:
        """Give back the queue's connection."""
        if "queue" in self.__dict__:
            self.queue.storage.close()

    @cached_property
    def queue(self) -> Huey:
        """Return the queue, beside the desk's tables."""
        from huey import PostgresHuey, SqliteHuey

        place = address(self.settings)
        if "://" in place and not place.startswith("sqlite"):
            dsn = self.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
            return PostgresHuey("desk", dsn=dsn)
        return SqliteHuey("desk", filename=str(Path(str(self.database.url.database)).with_suffix(".jobs.sqlite")))

    def find(self, identity: str) -> Job:
        """Return a job; raises NotInHome."""
        with self.database.reading() as connection:
            row = connection.execute(sa.select(JOBS).where(JOBS.c.id == identity)).first()
        if row is None:
            raise NotInHome(message("no such job", found=identity, do="see the page 'Jobs'"))
        return _job(row)

    def every(self, person: str | None = None, most: int = 200, **wanted: str) -> list[Job]:
        """The jobs, of one person or of all, newest first; `wanted` are values of columns, such as `kind`."""
        asked = wanted if person is None else {**wanted, "person": person}
        chosen = sa.select(JOBS).filter_by(**asked).order_by(JOBS.c.made.desc()).limit(most)
        with self.database.reading() as connection:
            return [_job(row) for row in connection.execute(chosen)]

    def cancel(self, identity: str) -> None:
        """Stop a job; one that is over, or is done before it can be stopped, stays as it is."""
        self.move(identity, (WAITING, RUNNING), state=CANCELLED, ended=now())

    def again(self, identity: str, *, beside: Beside = NOTHING) -> None:
        """Put a job that was interrupted, cancelled or failed into the queue again; `beside` as in `start`."""
        job = self.find(identity)
        if job.removed:
            what = "the files of this job are removed"
            raise NotInHome(message(what, where=f"job {identity}", do="start it anew from its page"))
        if job.state not in (INTERRUPTED, CANCELLED, FAILED):
            what, do = "this job is not one to start again", "wait for its end"
            raise BadInput(message(what, found=job.state, expected="interrupted, cancelled or failed", do=do))
        found = (job.state, RUNNING) if job.state == INTERRUPTED else (job.state,)
        anew = {"state": WAITING, "step": "", "done": 0.0, "started": None, "beat": None, "ended": None, "error": ""}
        with beside, self.database.writing() as connection:
            self._require_room(connection, job.person)
            moved = self.move(identity, found, **anew)
        if moved:
            self._queue(identity)

    def move(self, identity: str, found: tuple[str, ...], **values: Any) -> bool:
        """Change a job that is in one of these states; whether it was."""
        with self.database.writing() as connection:
            wanted = sa.update(JOBS).where(JOBS.c.id == identity, JOBS.c.state.in_(found))
            return connection.execute(wanted.values(**values)).rowcount > 0

    def folder(self, identity: str) -> Path:
        """Return the folder of a job's files, below the Home."""
        return Path(self.settings.home) / ".desk" / "jobs" / identity

    def answers(self, identity: str) -> list[Answer]:
        """Return the answers that a job brought; raises NotInHome where they have been removed since."""
        from homeground.desk.work.keeping import read_answers

        if self.find(identity).removed:
            what, kept = "what this job brought is removed", f"kept for {self.settings.job_days} days"
            raise NotInHome(message(what, where=f"job {identity}", expected=kept, do="start it anew"))
        return read_answers(self.folder(identity))


def _job(row: Row[Any]) -> Job:
    silent = row.state == RUNNING and (row.beat or row.started or 0.0) < now() - SILENT_S
    result = json.loads(row.result) if row.result else {}
    return Job(
        row.id, row.kind, row.title, json.loads(row.arguments), row.person, INTERRUPTED if silent else row.state,
        row.step, row.done, row.made, row.started, row.ended, row.error, result.get("said", ""),
        tuple(result.get("files", ())), result.get("to", ""), result.get("removed", False),
    )  # fmt: skip
