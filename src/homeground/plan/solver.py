"""HiGHS, asked for one objective after the other: what was reached before may not be given up again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from homeground.plan.arrays import Numbers, Places
from homeground.plan.build import Built

if TYPE_CHECKING:
    import highspy

Status = Literal["optimal", "time limit", "infeasible", "unbounded", "none found"]
Watch = Callable[[float, float], None]
"""Told seconds since the start and the relative gap while integers are searched for."""

TOLERANCE: Final = 1e-7
"""What a later stage may give up of an earlier one, relative to its value (and at least TOLERANCE / 10)."""


AGREE: Final = 1e-6
"""Relative difference between a value and the sum over its columns that is rounding."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one run gave; `gap` is relative, 0 for a programme without integers."""

    status: Status
    value: float
    gap: float
    columns: Numbers
    row_duals: Numbers
    column_duals: Numbers


class Solver:
    """One programme inside HiGHS, with the locks of earlier stages."""

    def __init__(
        self, built: Built, *, gap: float = 1e-4, time_limit: float = math.inf, watch: Watch | None = None
    ) -> None:
        self.highs = _highs(gap)
        self.time_limit = time_limit
        if watch is not None:
            self.highs.cbMipLogging.subscribe(lambda event: watch(event.data_out.running_time, event.data_out.mip_gap))
        self.lower, self.upper = _pass(self.highs, built)
        self.whole = built.columns["build"]
        self.rows = self.highs.getNumRow()
        self._locks: list[Callable[[], object]] = []
        self._start: Any = None

    def minimise(self, costs: Numbers) -> Outcome:
        """Find the least of costs · columns in what time is left; begins from the last solution found."""
        every = np.arange(len(costs), dtype=np.int32)
        self.highs.changeColsCost(len(every), every, costs)
        if math.isfinite(self.time_limit):
            self.highs.setOptionValue("time_limit", max(0.01, self.time_limit - self.highs.getRunTime()))
        if self._start is not None and len(self.whole):
            self.highs.setSolution(self._start)
        self.highs.run()
        if len(self.whole) and not self._agrees():
            self.highs.clearSolver()
            self.highs.run()
        return self._outcome()

    def _agrees(self) -> bool:
        """Whether the value found is that of its columns: HiGHS may tell another where it had to repair the start."""
        import highspy

        info = self.highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return True
        lp = self.highs.getLp()
        own = float(np.dot(lp.col_cost_, self.highs.getSolution().col_value)) + float(lp.offset_)
        return abs(own - float(info.objective_function_value)) <= AGREE * max(1.0, abs(own))

    def lock(self, costs: Numbers, outcome: Outcome, constant: float = 0.0) -> None:
        """Hold costs · columns at what was reached, within TOLERANCE; where nothing better exists, column by column.

        `constant` belongs to the value that the tolerance is relative to.
        """
        touched = np.flatnonzero(costs)
        best = np.where(costs > 0, self.lower, self.upper)[touched]
        least = float(costs[touched] @ best) if np.isfinite(best).all() else -math.inf
        slack = TOLERANCE * max(abs(outcome.value + constant), 0.1)
        if outcome.value - least <= slack:
            now = outcome.columns[touched]
            up = costs[touched] > 0
            lower = np.where(up, self.lower[touched], np.minimum(now, self.upper[touched]))
            upper = np.where(up, np.maximum(now, self.lower[touched]), self.upper[touched])
            self._limit(touched, lower, upper)
        else:
            self._add_row(touched, costs[touched], outcome.value + slack)

    def fix(self, columns: Places, values: Numbers) -> None:
        """Hold integer columns at whole values and go on with a linear programme."""
        import highspy

        if not len(columns):
            return
        kinds = np.full(len(columns), int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
        self.highs.changeColsIntegrality(len(columns), columns.astype(np.int32), kinds)
        self.bound(columns, np.round(values), np.round(values))
        self.whole = np.zeros(0, np.int64)

    def bound(self, columns: Places, lower: Numbers, upper: Numbers) -> None:
        """Change the limits of columns."""
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), lower.astype(float), upper.astype(float))

    def release(self, locks: int) -> None:
        """Take back all locks behind the first `locks`."""
        while len(self._locks) > locks:
            self._locks.pop()()

    def _limit(self, columns: Places, lower: Numbers, upper: Numbers) -> None:
        self.bound(columns, lower, upper)
        before = self.lower[columns], self.upper[columns]
        self._locks.append(lambda: self.bound(columns, *before))

    def _add_row(self, columns: Places, values: Numbers, most: float) -> None:
        row = self.highs.getNumRow()
        self.highs.addRow(-math.inf, most, len(columns), columns.astype(np.int32), values)
        self._locks.append(lambda: self.highs.changeRowBounds(row, -math.inf, math.inf))

    def _outcome(self) -> Outcome:
        import highspy

        info, solution = self.highs.getInfo(), self.highs.getSolution()
        found = self.highs.getModelStatus()
        names: dict[Any, Status] = {
            highspy.HighsModelStatus.kOptimal: "optimal",
            highspy.HighsModelStatus.kModelEmpty: "optimal",
            highspy.HighsModelStatus.kInfeasible: "infeasible",
            highspy.HighsModelStatus.kUnbounded: "unbounded",
            highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
        }
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        status = names.get(found, "time limit" if feasible else "none found")
        if feasible:
            self._start = solution
        return Outcome(
            status=status,
            value=info.objective_function_value,
            gap=float(info.mip_gap) if len(self.whole) else 0.0,
            columns=np.asarray(solution.col_value),
            row_duals=np.asarray(solution.row_dual),
            column_duals=np.asarray(solution.col_dual),
        )


def _highs(gap: float) -> highspy.Highs:
    import highspy

    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("log_to_console", False)
    highs.setOptionValue("output_flag", True)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
    return highs


def _pass(highs: highspy.Highs, built: Built) -> tuple[Numbers, Numbers]:
    """Hand the programme over, and return the limits of its columns."""
    import highspy

    matrices = built.model.matrices
    assert matrices.A is not None
    matrix = matrices.A.tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_ = np.zeros(matrix.shape[1])
    lp.col_lower_, lp.col_upper_ = matrices.lb, matrices.ub
    below, above = matrices.sense == ">", matrices.sense == "<"
    lp.row_lower_ = np.where(above, -np.inf, matrices.b)
    lp.row_upper_ = np.where(below, np.inf, matrices.b)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if len(built.columns["build"]):
        kinds = np.full(matrix.shape[1], highspy.HighsVarType.kContinuous)
        kinds[built.columns["build"]] = highspy.HighsVarType.kInteger
        lp.integrality_ = list(kinds)
    highs.passModel(lp)
    return np.asarray(matrices.lb, dtype=float), np.asarray(matrices.ub, dtype=float)
