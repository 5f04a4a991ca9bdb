"""A plan from a file: read, solved in a process of its own that can be stopped, and explained.

Solvers can stall beyond their own time limit; so the solving is done by `python -m homeground.home.planner`, which is
ended when it takes much longer than it was given. Model, progress and plan pass between the two as pickles.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.errors import BadInput, HomegroundError, message
from homeground.home import datasets
from homeground.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.plan import Model, Plan

Progress = Callable[[str, float], None]

GRACE: Final = 30.0
"""Seconds beyond its time limit (and half of it again) after which a solver that does not stop is ended."""

EXPLAINED_WITHIN: Final = 0.1
"""Limits are explained by solving again without each: done where one plan took less than this part of the limit."""


@dataclass(frozen=True, eq=False)
class PlanView:
    """A plan with its question; what a million more would buy (empty: not asked), and what each limit costs.

    `limits`: limit, cost_m, unmet, words; None where solving again would take too long.
    """

    model: Model
    plan: Plan
    more: str
    limits: pa.Table | None


def plan(store: Store, path: Path, time_limit: float, gap: float, explain: bool, progress: Progress) -> PlanView:
    """Read a plan's file, add the restrictions of the Home, solve it and explain it."""
    model = _with_restrictions(store, read(path))
    return solve_apart(model, {"time_limit": time_limit, "gap": gap}, explain, progress)


def read(path: Path) -> Model:
    """Read a plan's file, and the process book that it names; raises BadInput naming the line at fault."""
    from homeground import plan

    document, text = _toml(path)
    named = document.get("plan", {}) if isinstance(document.get("plan", {}), dict) else {}
    book = _toml(path.parent / str(named["book"]))[0] if "book" in named else None
    return plan.read(document, path.name, text, book)


def _toml(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text), text
    except OSError as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else "the file cannot be opened"
        raise BadInput(message(what, where=str(path), found=error.strerror, do="check the path")) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
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


def solve_apart(model: Model, effort: dict[str, float], explain: bool, progress: Progress) -> PlanView:
    """Solve in a process of its own; raises what it raised, or BadInput where it had to be ended."""
    command = [sys.executable, "-m", "homeground.home.planner"]
    allowed = 1.5 * effort["time_limit"] + GRACE
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:  # noqa: S603
        ended = threading.Event()

        def end() -> None:
            ended.set()
            worker.kill()

        clock = threading.Timer(allowed, end)
        clock.start()
        try:
            answer = _exchange(worker, (model, effort, explain), progress)
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
    plan, more, limits = answer
    return PlanView(model, plan, more, limits)


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
    model, effort, explain = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own process

    def told(step: str, done: float) -> None:
        pickle.dump(("progress", (step, done)), out)
        out.flush()

    try:
        start = time.monotonic()
        made = plan.solve(model, progress=told, **effort)
        quick = time.monotonic() - start < EXPLAINED_WITHIN * effort["time_limit"]
        more, limits = "", None
        if explain and quick and made.status == "optimal":
            told("what a million more would buy", 0.0)
            more = plan.million_more(model, made, **effort)[1]
            limits = plan.further(model, made, progress=told, **effort)
        answer: Any = (made, more, limits)
    except HomegroundError as error:
        answer = error
    pickle.dump(("answer", answer), out)
    out.flush()


if __name__ == "__main__":
    _work()
