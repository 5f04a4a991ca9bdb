"""The plan's programme with curves in place of purely bought goods: few columns, and the optimum of the whole.

HiGHS sees two columns per stretch of a curve, at its first and its last price: together never dearer than the pieces
they stand for. So what it finds is a bound from below for the whole. Where a curve is used inside a stretch, the
stretch is halved towards that place and the projects found are priced out again, until what is promised is what the
pieces cost; then the answer is one of the whole programme, with its prices. Projects are searched for until the
answer is within the gap of the bound. Source: Zipkin (1980); Geoffrion (1977), objective function approximations.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from homeground.plan.arrays import Flags, Numbers, Places
from homeground.plan.build import Built
from homeground.plan.curves import Curves, summed
from homeground.plan.solver import Outcome, Solver, Watch, relative_gap

TIGHT: Final = 1e-9
"""M USD (and parts of what is paid) by which a curve may be dearer than promised: rounding."""

FOR_CURVES: Final = 0.1
"""Part of the gap that is left to the curves; the search for projects has the rest."""


class Decomposed(Solver):
    """A Solver over the core's columns and, behind them, the parts of each piece of the curves."""

    def __init__(
        self,
        built: Built,
        curves: Curves,
        *,
        gap: float = 1e-4,
        time_limit: float = math.inf,
        watch: Watch | None = None,
    ) -> None:
        super().__init__(built, gap=(1 - FOR_CURVES) * gap, time_limit=time_limit, watch=watch)
        self.gap, self.curves, self.core = gap, curves, len(self.lower)
        self.lower = np.concatenate([self.lower, np.zeros(len(curves))])
        self.upper = np.concatenate([self.upper, curves.most])
        self._account = built.rows["currency"][curves.period]
        self._column = np.full(len(curves), -1)
        self._told = np.zeros(0, np.int64)
        self._locked: list[tuple[int, Numbers]] = []
        self._floor, self._ceiling = np.zeros(len(curves.begins) - 1), curves.sums(curves.most)
        self._held = np.zeros(len(self._floor), bool)
        self._edges = curves.rough()
        self._tell()

    def minimise(self, costs: Numbers, constant: float = 0.0) -> Outcome:
        """Find the least of costs · columns + constant for the whole, within the gap; exactly without integers."""
        if not len(self.whole):
            return self._exact(costs, constant)
        best, bound = None, -math.inf
        while True:
            found = self._once(costs, constant)
            if found.status not in ("optimal", "time limit"):
                return best or found
            bound = max(bound, found.bound)
            priced = self._priced(found, costs, constant)
            if priced.status == "optimal" and (best is None or priced.value < best.value):
                best = priced
            over, same = found.status == "time limit", priced is found
            if best is not None and (over or same or self._near(best.value, bound)):
                return replace(best, status=found.status, bound=bound, gap=relative_gap(best.value, bound))
            if over:
                return replace(found, status="none found")

    def _near(self, value: float, bound: float) -> bool:
        return value - bound <= max(self.gap * abs(value), 1e-6)

    def _priced(self, found: Outcome, costs: Numbers, constant: float) -> Outcome:
        """Return the best of the whole with the integers found, or `found` itself where it is one of the whole."""
        if not self._refined():
            return replace(found, status="optimal")
        whole, limit = self.whole, self.time_limit
        self.fix(whole, found.columns[whole])
        self.time_limit = math.inf
        outcome = self._exact(costs, constant)
        self.free(whole)
        self.time_limit = limit
        return outcome

    def _exact(self, costs: Numbers, constant: float) -> Outcome:
        while True:
            found = self._once(costs, constant)
            if found.status == "time limit":
                return replace(found, status="none found")
            if found.status != "optimal" or not self._refined():
                return found

    def _once(self, costs: Numbers, constant: float) -> Outcome:
        """One run of HiGHS; the parts of each curve are filled up with its pieces, the cheapest first."""
        outcome = super().minimise(self._on_told(costs), constant)
        told = outcome.columns[self.core :]
        if len(told) != len(self._told):
            return outcome
        curves, of, count = self.curves, self.curves.curve[self._told], len(self._floor)
        self._parts = summed(of, told, count)
        filled = curves.filled(self._parts)
        paid = summed(of, told * curves.price[self._told], count)
        self._dearer = curves.sums(filled * curves.price) - paid > TIGHT * (1 + paid)
        return replace(outcome, columns=np.concatenate([outcome.columns[: self.core], filled]))

    def _refined(self) -> bool:
        """Halve the stretches in which a curve is dearer than promised; False where none is."""
        wrong = self._dearer & ~self._held
        edges = self.curves.finer(self._edges, self.curves.at(self._parts)[wrong])
        if len(edges) == len(self._edges):
            return False
        self._edges = edges
        self._tell()
        return True

    def _on_told(self, costs: Numbers) -> Numbers:
        return np.concatenate([costs[: self.core], costs[self.core + self._told]])

    def _tell(self) -> None:
        """Give HiGHS the columns of new ends of stretches, and all of them their room."""
        rooms = self.curves.rooms(self._edges)
        ends = np.union1d(self._edges, np.append(self._edges[1:], len(self.curves)) - 1)
        new = ends[self._column[ends] < 0]
        self._limit_told(rooms)
        if len(new):
            self._add(new, rooms)
            self._start = None

    def _add(self, new: Places, rooms: Numbers) -> None:
        rows = [self._account[new], *(np.full(len(new), row) for row, _costs in self._locked)]
        entries = np.array([self.curves.price[new], *(costs[new] for _row, costs in self._locked)])
        there: Flags = entries.T != 0
        starts = np.append(0, np.cumsum(there.sum(axis=1)))[:-1]
        lower, upper = self._limits(new, rooms)
        self._column[new] = self.core + len(self._told) + np.arange(len(new))
        self._told = np.concatenate([self._told, new])
        self.highs.addCols(
            len(new), np.zeros(len(new)), lower, upper, int(there.sum()), starts.astype(np.int32),
            np.array(rows).T[there].astype(np.int32), entries.T[there],
        )  # fmt: skip

    def _limits(self, pieces: Places, rooms: Numbers) -> tuple[Numbers, Numbers]:
        """What the ends of stretches may give at least and at most, where their curves are held at all or nothing."""
        of, room = self.curves.curve[pieces], rooms[pieces]
        lacking = self.curves.sums(self.curves.most) - self._floor
        return np.where(self._floor[of] > 0, np.maximum(room - lacking[of], 0.0), 0.0), np.minimum(
            room, self._ceiling[of]
        )

    def _limit_told(self, rooms: Numbers) -> None:
        if len(self._told):
            self.bound(self._column[self._told], *self._limits(self._told, rooms))

    def _limit(self, columns: Places, lower: Numbers, upper: Numbers) -> None:
        """Hold core columns as they are, and curves at all or nothing of them."""
        mine = columns < self.core
        super()._limit(columns[mine], lower[mine], upper[mine])
        of_core = self._locks.pop()
        before = self._floor, self._ceiling, self._held
        least, most = np.zeros(len(self.curves)), self.curves.most.copy()
        pieces = columns[~mine] - self.core
        least[pieces], most[pieces] = lower[~mine], upper[~mine]
        touched = np.bincount(self.curves.curve[pieces], minlength=len(self._held)) > 0
        floor = np.maximum(self._floor, self.curves.sums(least))
        self._hold(floor, np.minimum(self._ceiling, self.curves.sums(most)), self._held | touched)

        def undo() -> None:
            of_core()
            self._hold(*before)

        self._locks.append(undo)

    def _hold(self, floor: Numbers, ceiling: Numbers, held: Flags) -> None:
        self._floor, self._ceiling, self._held = floor, ceiling, held
        self._limit_told(self.curves.rooms(self._edges))

    def _add_row(self, columns: Places, values: Numbers, most: float) -> None:
        costs = np.zeros(len(self.lower))
        costs[columns] = values
        told = self._on_told(costs)
        touched = np.flatnonzero(told)
        self._locked.append((self.highs.getNumRow(), costs[self.core :]))
        super()._add_row(touched, told[touched], most)
