"""A sweep on Spark: runs are shared out in tasks, the system is sent once to each machine.

Results come in the order of the runs. Workers need this package installed. The arithmetic is that of `sweep`, run by
run, so the outcomes are the same numbers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from homeground.leontief.sweep import Outcome, Recipe, outcome, prepared

if TYPE_CHECKING:
    from homeground.leontief.system import System

LOOK: Final = 0.5
"""Seconds between two looks at how many runs are done."""
WAVES: Final = 4
"""Tasks for each core, so that progress shows and no core waits long for another."""


def sweep_on_spark(
    session: Any,
    system: System,
    rating: Any,
    recipes: Sequence[Recipe],
    watch: Callable[[int], None] = lambda done: None,
) -> list[Outcome]:
    """Simulate every recipe on the cluster of a Spark session; `watch` is told how many are done, in whole tasks."""
    if not recipes:
        return []
    context = session.sparkContext
    if context.master.startswith("local") and "PYSPARK_PYTHON" not in os.environ:
        context.pythonExec = sys.executable  # Spark would take the first python3 of the path
    shared = context.broadcast((system, rating))
    finished = context.accumulator(0)

    def simulated(part: Iterable[Recipe]) -> Iterator[Outcome]:
        sent, needed = shared.value
        for run in prepared(sent, needed, part):
            yield outcome(run)
            finished.add(1)

    tasks = min(len(recipes), WAVES * context.defaultParallelism)
    with _told(lambda: watch(min(finished.value, len(recipes)))):
        found: list[Outcome] = context.parallelize(recipes, tasks).mapPartitions(simulated).collect()
    shared.unpersist()
    watch(len(found))
    return found


@contextmanager
def _told(look: Callable[[], None]) -> Iterator[None]:
    """Look every half second while the block runs; Spark tells of the tasks that are done."""
    over = Event()

    def looking() -> None:
        while not over.wait(LOOK):
            look()

    watcher = Thread(target=looking, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
