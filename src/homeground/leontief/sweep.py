"""Many shocks, one result each: every supplier by itself, or draws of what is not known. Threads share the arrays."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from homeground.leontief.economy import Economy, economy
from homeground.leontief.shock import Course, Cut, Response, simulate

if TYPE_CHECKING:
    from homeground.leontief.labels import Ints
    from homeground.leontief.system import System

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Recipe:
    """What a run takes beside the system and the ratings: small enough to send to another machine."""

    name: str
    stock_days: Any
    apart: Ints | None
    cuts: Sequence[Cut]
    response: Response
    days: int


@dataclass(frozen=True)
class Run:
    """One shock of a sweep: a name for it, and all that it takes."""

    name: str
    economy: Economy
    cuts: Sequence[Cut]
    response: Response
    days: int


@dataclass(frozen=True)
class Outcome:
    """What a run came to: losses per place over its days, final demand not met per country, stops, last day of trouble.

    `back_day` is the day from which every place makes 99 % of normal, −1 where some do not come back within the days.
    """

    name: str
    lost: Floats
    lost_value_added: Floats
    unmet: Floats
    stopped: int
    back_day: int


def sweep(runs: Iterable[Run], *, workers: int = 2, watch: Callable[[int], None] = lambda done: None) -> list[Outcome]:
    """Simulate every run, `workers` at a time; results in the order of the runs, the same with any number of workers.

    Runs are taken as there is room for them, and only totals are kept of each, so that memory does not grow.
    `watch` is told how many are done.
    """
    found: list[Outcome] = []
    waiting: deque[Future[Outcome]] = deque()
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        for run in runs:
            waiting.append(pool.submit(outcome, run))
            if len(waiting) > workers:
                found.append(waiting.popleft().result())
                watch(len(found))
        for future in waiting:
            found.append(future.result())
            watch(len(found))
    return found


def prepared(system: System, rating: Any, recipes: Iterable[Recipe]) -> Iterator[Run]:
    """Make runs of recipes, one after another; an economy is made anew only where stocks or what is apart changed."""
    made: Economy | None = None
    known: tuple[Any, ...] = ()
    for recipe in recipes:
        key = (np.asarray(recipe.stock_days).tobytes(), None if recipe.apart is None else recipe.apart.tobytes())
        if made is None or key != known:
            made, known = economy(system, recipe.stock_days, rating, recipe.apart), key
        yield Run(recipe.name, made, recipe.cuts, recipe.response, recipe.days)


def outcome(run: Run) -> Outcome:
    """Simulate a run and keep its totals."""
    course: Course = simulate(run.economy, run.cuts, run.response, run.days)
    back = course.recovered()
    return Outcome(
        name=run.name,
        lost=course.lost,
        lost_value_added=course.lost_value_added,
        unmet=course.unmet.sum(axis=0),
        stopped=int((course.first_day_below(0.5) >= 0).sum()),
        back_day=-1 if (back < 0).any() else int(back.max(initial=0)),
    )
