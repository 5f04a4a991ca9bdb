"""A plan from a file: read, solved in a process of its own that can be stopped, and explained.

Solvers can stall beyond their own time limit; so `python -m homeground.home.plans.planner` does the solving, which is
ended when it takes much longer than it was given. Model, progress and plan pass between the two as pickles.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import __version__, materials, toml
from homeground.errors import BadInput, HomegroundError, Infeasible, message
from homeground.home import datasets
from homeground.home.plans.plan_book import linked
from homeground.home.plans.practice import Habits, Practice, by_habit, practice
from homeground.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.materials import Book
    from homeground.plan import Model, Plan

Progress = Callable[[str, float], None]

GRACE: Final = 30.0
"""Seconds beyond its time limit (and half of it again) after which a solver that does not stop is ended."""

EXPLAINED_WITHIN: Final = 0.1
"""Limits are explained by solving again without each: done where one plan took less than this part of the limit."""


@dataclass(frozen=True, eq=False)
class PlanView:
    """A plan with its question; what a million more would buy (empty: not asked), and what each limit costs.

    `limits`: limit, cost_m, unmet, words; None where solving again would take too long. `book`: the process book that
    the plan rests on; `practice`: what the plan changes in today's practice. Both None where there is no process book.
    `files`: the files that it was made from, name → SHA-256; `software`: what made it.
    """

    model: Model
    plan: Plan
    more: str
    limits: pa.Table | None
    book: Book | None = None
    practice: Practice | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    software: str = f"Homeground {__version__}"


def plan(store: Store, path: Path, time_limit: float, gap: float, explain: bool, progress: Progress) -> PlanView:
    """Read a plan's file and its process book, add the restrictions of the Home, solve it and explain it."""
    asked = read(path, store)
    model = _with_restrictions(store, asked.model)
    view = solve_apart(model, {"time_limit": time_limit, "gap": gap}, explain, progress, asked.habits)
    return replace(view, book=asked.book, files=asked.files)


@dataclass(frozen=True, eq=False)
class Asked:
    """What a plan's file asks: the model, the process book behind it, and today's shares of each group's members."""

    model: Model
    book: Book | None = None
    habits: Habits = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    software: str = f"Homeground {__version__}"


def read(path: Path, store: Store | None = None) -> Asked:
    """Read a plan's file, and the book that it names; raises BadInput naming the line at fault.

    The book is a process book (with `[book]`, or a workbook), whose gaps the trade of the Home fills; or goods,
    processes and groups in the shape of the plan's file.
    """
    from homeground import plan

    document, text = parsed(path)
    named = document.get("plan", {}) if isinstance(document.get("plan", {}), dict) else {}
    if "book" not in named:
        return Asked(plan.read(document, path.name, text), files=_hashes(path))
    beside = path.parent / str(named["book"])
    plain = {} if beside.suffix.lower() == ".xlsx" else parsed(beside)[0]
    if beside.suffix.lower() == ".toml" and "book" not in plain:
        return Asked(plan.read(document, path.name, text, plain), files=_hashes(path, beside))
    book, notes = _process_book(beside, store)
    link = linked(book, document, _years(named))
    model = plan.read(document, path.name, text, link.tables)
    whole = model.but(notes=(*model.notes, *notes, *link.notes))
    return Asked(whole, book, link.habits, _hashes(path, beside))


def _hashes(*paths: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _process_book(path: Path, store: Store | None) -> tuple[Book, tuple[str, ...]]:
    from homeground.home.materials import materials as books

    if store is None:
        return materials.read(path), ()
    book, _place, _held, notes = books.filled(store, path, None, None, None)
    return book, notes if book.country else ()


def _years(settings: Mapping[str, Any]) -> list[int]:
    """The years of the plan, as far as they can be read; whether they are right is judged with the rest of the file."""
    years = settings.get("years")
    stated = [year for year in years if type(year) is int] if isinstance(years, list) else []
    return list(range(stated[0], stated[-1] + 1)) if stated else [0]


def parsed(path: Path) -> tuple[dict[str, Any], str]:
    """Return a TOML file parsed, and its text; raises BadInput."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return toml.loads(text), text
    except OSError as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else "the file cannot be opened"
        raise BadInput(message(what, where=str(path), found=error.strerror, do="check the path")) from error
    except ValueError as error:
        raise BadInput(
            message("the file is not valid TOML", where=str(path), found=str(error), do="mend it")
        ) from error


def _with_restrictions(store: Store, model: Model) -> Model:
    """Add the measures that the Home holds; they bind a plan that names its country."""
    held = [d for d in store.catalog.datasets.values() if "restrictions" in d.tables]
    if model.country is None or not held:
        return model
    import pyarrow as pa

    from homeground.plan.tables import shaped

    chosen = datasets.choose(store.catalog, table="restrictions")
    rows = store.table(chosen, "restrictions").to_pyarrow()
    known = shaped("restrictions", rows.select([n for n in model.restrictions.column_names if n in rows.column_names]))
    return model.but(restrictions=pa.concat_tables([model.restrictions, known]))


def solve_apart(
    model: Model, effort: dict[str, float], explain: bool, progress: Progress, habits: Habits | None = None
) -> PlanView:
    """Solve in a process of its own; raises what it raised, or BadInput where it had to be ended."""
    plan, more, limits, changed = _apart((model, habits or {}, effort, explain), effort, progress)
    return PlanView(model, plan, more, limits, None, changed)


def _apart(question: Any, effort: Mapping[str, float], progress: Progress) -> Any:
    command = [sys.executable, "-m", "homeground.home.plans.planner"]
    allowed = 1.5 * effort["time_limit"] + GRACE
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:  # noqa: S603
        ended = threading.Event()

        def end() -> None:
            ended.set()
            worker.kill()

        clock = threading.Timer(allowed, end)
        clock.start()
        try:
            answer = _exchange(worker, question, progress)
        except BaseException:
            worker.kill()
            raise
        finally:
            clock.cancel()
    if answer is None:
        how = f"ended after {allowed:.0f} s" if ended.is_set() else f"it stopped with code {worker.returncode}"
        raise BadInput(
            message("the solver did not come to an end", found=how, do="give a longer --time-limit, or a smaller plan")
        )
    if isinstance(answer, HomegroundError):
        raise answer
    return answer


def _exchange(worker: subprocess.Popen[bytes], question: Any, progress: Progress) -> Any:
    """Send the question and read answers until the last; None where the worker falls silent."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        pickle.dump(question, worker.stdin)
        worker.stdin.close()
        while True:
            kind, content = pickle.load(worker.stdout)  # noqa: S301  from our own process
            if kind == "progress":
                progress(*content)
            else:
                return content
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):
        return None


def _work() -> None:
    """Answer one question from standard input."""
    from homeground import plan

    out = os.fdopen(os.dup(1), "wb")  # the solver's own banner goes where it disturbs nobody
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    model, habits, effort, explain = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own process

    def told(step: str, done: float) -> None:
        pickle.dump(("progress", (step, done)), out)
        out.flush()

    try:
        start = time.monotonic()
        made = plan.solve(model, progress=told, **effort)
        quick = time.monotonic() - start < EXPLAINED_WITHIN * effort["time_limit"]
        more, limits, changed = "", None, None
        if explain and quick and made.status == "optimal":
            told("what a million more would buy", 0.0)
            more = plan.million_more(model, made, **effort)[1]
            limits = plan.further(model, made, progress=told, **effort)
        if quick and habits:
            told("the plan that keeps to today's practice", 0.0)
            changed = practice(model, made, _kept(model, habits, effort), habits)
        answer: Any = (made, more, limits, changed)
    except HomegroundError as error:
        answer = error
    pickle.dump(("answer", answer), out)
    out.flush()


def _kept(model: Model, habits: Habits, effort: dict[str, Any]) -> Plan | None:
    """Plan with the groups bound to today's members; None where no such plan keeps all limits."""
    from homeground import plan

    try:
        return plan.solve(by_habit(replace(model, changes=model.changes.slice(0, 0)), habits), **effort)
    except Infeasible:
        return None


if __name__ == "__main__":
    _work()
