"""Jobs: what is at work, how far it is, and what it brought."""

from __future__ import annotations

from typing import Any

from starlette.responses import FileResponse

from homeground.brief.answer import Answer, Column
from homeground.desk.database import minute
from homeground.desk.pages import Asking, Done, Panel, Sheet, act, page
from homeground.desk.work.jobs import CANCELLED, FAILED, INTERRUPTED, Job, kinds
from homeground.errors import NotInHome, SigningRefused, message

COLUMNS = (
    Column("title", "job"),
    Column("kind", "kind"),
    Column("state", "state"),
    Column("done", "done", "share"),
    Column("person", "by", "quoted"),
    Column("made", "asked for (UTC)"),
    Column("ended", "ended (UTC)"),
    Column("id", "id", on_screen=False),
)


@page("/jobs", title="Jobs", needs="viewer")
def jobs(asking: Asking) -> Sheet:
    """One's own jobs; those who administer see all."""
    import pyarrow as pa

    rows = [_row(job) for job in asking.jobs.every(None if asking.may("admin") else asking.person.login)]
    kinds_of = {"done": pa.float64()}
    table = pa.Table.from_pylist(rows, pa.schema([(c.name, kinds_of.get(c.name, pa.string())) for c in COLUMNS]))
    answer, none = Answer(asking.text("Jobs"), table, COLUMNS), asking.text("You have begun no work.")
    return Sheet("Jobs", (Panel(answer, "jobs", {"title": "/jobs/{id}"}, most=100, empty=none),))


@page("/jobs/{identity}", title="Job", needs="viewer")
def job(asking: Asking, identity: str) -> Sheet:
    """How far a job is, and what it brought."""
    found = _mine(asking, identity)
    offered = [] if found.over else [asking.form(cancel, identity=identity)]
    if found.state in (INTERRUPTED, CANCELLED, FAILED) and not found.removed:
        offered.append(asking.form(again, identity=identity))
    brought = tuple(asking.jobs.answers(identity)) if found.over and not found.removed else ()
    told = {
        "id": found.id, "kind": found.kind, "state": found.state, "over": found.over, "step": found.step,
        "done": found.done, "error": found.error, "said": found.said, "to": found.to,
        "files": found.files, "removed": found.removed,
    }  # fmt: skip
    gone = asking.text("What it brought was kept for %(days)s days and is removed; its entry in the record stays.",
                       days=asking.desk.settings.job_days)  # fmt: skip
    trail = ((asking.text("Jobs"), "/jobs"),)
    return Sheet(
        found.title,
        brought,
        forms=tuple(offered),
        notes=(gone,) if found.removed else (),
        trail=trail,
        template="job.html.j2",
        values={"job": told},
        told=True,
    )


@page("/jobs/{identity}/file/{name}", title="A job's file", needs="viewer", public=False)
def file(asking: Asking, identity: str, name: str) -> FileResponse:
    """A file that a job wrote, to keep."""
    if name not in _mine(asking, identity).files:
        raise NotInHome(message("this job wrote no such file", found=name, do="choose one that its page shows"))
    return FileResponse(asking.jobs.folder(identity) / name, filename=name)


@act("/jobs/{identity}/cancel", title="Cancel this job", needs="viewer", grave=True)
def cancel(asking: Asking, identity: str) -> Done:
    """End a job; one that is done before it can be ended stays done."""
    _mine(asking, identity)
    with asking.entering():
        asking.jobs.cancel(identity)
    return Done(f"/jobs/{identity}", asking.text("The job is cancelled."))


@act("/jobs/{identity}/again", title="Start this job again", needs="viewer")
def again(asking: Asking, identity: str) -> Done:
    """Begin a job anew that did not end well."""
    found = _mine(asking, identity)
    if not asking.may(kinds()[found.kind].needs):
        raise SigningRefused(
            message("your roles do not allow this kind of job", found=found.kind, do="ask for the role")
        )
    asking.jobs.again(identity, beside=asking.entering())
    return Done(f"/jobs/{identity}", asking.text("The job has begun again."))


def _mine(asking: Asking, identity: str) -> Job:
    """Return a job of this person's, or any for those who administer."""
    found: Job = asking.jobs.find(identity)
    if found.person != asking.person.login and not asking.may("admin"):
        raise NotInHome(message("no such job", found=identity, do="see the page 'Jobs'"))
    return found


def _row(job: Job) -> dict[str, Any]:
    return {
        "title": job.title, "kind": job.kind, "state": job.state, "done": job.done, "person": job.person,
        "made": minute(job.made), "ended": minute(job.ended), "id": job.id,
    }  # fmt: skip
