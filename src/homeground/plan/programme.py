"""Solve one programme stage by stage; integers are fixed at the end, and prices are read from what is then linear."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from homeground.errors import HomegroundError, Infeasible, message
from homeground.plan.arrays import Arrays, Numbers
from homeground.plan.build import Built, build
from homeground.plan.curves import Parts, apart
from homeground.plan.decomposed import Decomposed
from homeground.plan.model import Independence
from homeground.plan.read_out import Values, values
from homeground.plan.result import PlanStatus, Stage, Way
from homeground.plan.solver import Outcome, Solver, relative_gap
from homeground.plan.stages import Objective, objectives

Progress = Callable[[str, float], None]
"""Told what is being done, and how far it is (0 to 1)."""

LET_GO: Final = 1e-6
"""A needs stage below this value counts as met in full."""


def unwatched(step: str, done: float) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Effort:
    """How long and how exactly to search: seconds for all stages together, relative gap, and whether to reduce."""

    time_limit: float = 600.0
    gap: float = 1e-4
    reduce: bool = True


@dataclass(frozen=True, eq=False)
class Solved:
    """A programme that was solved, with everything that is read from it."""

    parts: Parts
    built: Built
    solver: Solver
    objectives: list[Objective]
    stages: tuple[Stage, ...]
    values: Values
    last: Outcome
    status: PlanStatus
    gap: float

    @property
    def arrays(self) -> Arrays:
        """What was planned: without what no optimum needs."""
        return self.parts.whole

    @property
    def way(self) -> Way:
        """Whether purely bought goods stood as curves beside the programme, or all of it went to the solver."""
        return "decomposed" if len(self.parts.curves) else "whole"


class Unsolved(HomegroundError):
    """No plan was found in the time given (exit code 2: ask for more time, or for less)."""

    exit_code = 2


def run(
    a: Arrays,
    effort: Effort,
    independence: Independence,
    money: str,
    *,
    progress: Progress = unwatched,
    chosen: frozenset[tuple[int, int]] | None = None,
) -> Solved:
    """Solve all stages; `chosen` fixes the projects (place, year of start) and leaves only the rest to decide.

    Raises Infeasible where no plan keeps all limits, Unsolved where the time is over before a plan was found.
    """
    progress("writing the programme", 0.0)
    parts = apart(a, effort.reduce)
    built = build(parts.core)
    found = objectives(parts, built, independence, money)
    how: Mapping[str, Any] = {"gap": effort.gap, "time_limit": effort.time_limit, "watch": _watch(progress, effort)}
    solver = Decomposed(built, parts.curves, **how) if len(parts.curves) else Solver(built, **how)
    if chosen is not None:
        pairs = zip(a.options.project.tolist(), a.options.start.tolist(), strict=True)
        solver.fix(built.columns["build"], np.array([float(pair in chosen) for pair in pairs]))
    stages, last, status = _one_after_the_other(solver, found, progress)
    whole = built.columns["build"]
    if status == "optimal" and len(whole) and chosen is None:
        solver.fix(whole, last.columns[whole])
        last = _linear(solver, found[-1], last)
        stages = (*stages[:-1], _stage(found[-1], last.value, last.gap))
    gap = max((stage.gap for stage in stages), default=0.0)
    read = values(parts, built, last.columns)
    return Solved(parts, built, solver, found, stages, read, last, status, gap)


def _one_after_the_other(
    solver: Solver, found: list[Objective], progress: Progress
) -> tuple[tuple[Stage, ...], Outcome, PlanStatus]:
    stages: list[Stage] = []
    best: Outcome | None = None
    for place, objective in enumerate(found):
        progress(f"stage {place + 1} of {len(found)}, {objective.name}", place / len(found))
        outcome = solver.minimise(objective.costs, objective.constant)
        if outcome.status in ("infeasible", "unbounded") or (outcome.status == "none found" and best is None):
            raise _no_plan(outcome, objective)
        if outcome.status == "none found" and best is not None:
            stages.append(_stage(objective, float(objective.costs @ best.columns) + objective.constant, math.inf))
            return tuple(stages), best, "time limit"
        best = outcome
        stages.append(_stage(objective, outcome.value, outcome.gap))
        if outcome.status == "time limit":
            return tuple(stages), outcome, "time limit"
        if place < len(found) - 1:
            solver.lock(objective.costs, outcome, objective.constant)
    assert best is not None
    return tuple(stages), best, "optimal"


def _stage(objective: Objective, value: float, gap: float) -> Stage:
    nothing = abs(value) < LET_GO / 10
    return Stage(objective.name, 0.0 if nothing else value, objective.unit, 0.0 if nothing else gap, objective.words)


def _no_plan(outcome: Outcome, objective: Objective) -> HomegroundError:
    if outcome.status == "infeasible":
        return Infeasible(
            message("no plan keeps all limits", where=objective.name, do="see which limits conflict, and give one way")
        )
    if outcome.status == "unbounded":
        return Infeasible(
            message("the gain has no bound", where=objective.name, do="limit what can be sold or made at a profit")
        )
    return Unsolved(
        message("no plan was found in the time given", where=objective.name, do="give more time with --time-limit")
    )


def _linear(solver: Solver, objective: Objective, before: Outcome) -> Outcome:
    """Solve the last stage again with the integers fixed; keeps the earlier answer should rounding get in the way."""
    outcome = solver.minimise(objective.costs, objective.constant)
    if outcome.status != "optimal":
        return before
    return replace(outcome, bound=before.bound, gap=relative_gap(outcome.value, before.bound))


def open_stages(solved: Solved) -> list[int]:
    """The stages in which something is left to gain: those of needs that are not all met, and cost."""
    pairs = enumerate(zip(solved.objectives, solved.stages, strict=False))
    unmet = [place for place, (objective, stage) in pairs if objective.unit == "needs" and stage.value > LET_GO]
    return [*unmet, len(solved.objectives) - 1]


def duals(solved: Solved, stage: int) -> tuple[Numbers, Numbers] | None:
    """Duals of rows and columns in a stage, integers fixed and earlier stages held; None where it was not solved out.

    A row's dual is what one more unit on its right side adds to the stage's value. Ask for later stages
    first: the locks behind a stage are taken back.
    """
    if solved.status != "optimal":
        return None
    outcome = solved.last
    if stage < len(solved.objectives) - 1:
        solved.solver.release(stage)
        outcome = solved.solver.minimise(solved.objectives[stage].costs)
    return (outcome.row_duals, outcome.column_duals) if outcome.status == "optimal" else None


def _watch(progress: Progress, effort: Effort) -> Callable[[float, float], None]:
    def told(seconds: float, gap: float) -> None:
        shown = f"gap {100 * gap:.2f} %" if math.isfinite(gap) else "no plan yet"
        progress(
            f"searching, {shown}, {seconds:.0f} of {effort.time_limit:.0f} s", min(1.0, seconds / effort.time_limit)
        )

    return told
