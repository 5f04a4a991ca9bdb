"""Why nothing fits: a smallest set of limits that cannot all be kept; without any one of them a plan exists.

Source: deletion by halves (Junker 2004, QuickXplain), on the whole programme with its integers. Before it, the limits
that the linear relaxation's proof of infeasibility does not use are set aside, where that proof suffices.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from homeground.plan.arrays import Arrays, Numbers, Places, arrays
from homeground.plan.build import Built, build
from homeground.plan.model import Model
from homeground.plan.programme import Progress, unwatched
from homeground.plan.solver import Solver
from homeground.plan.words import number


@dataclass(frozen=True, eq=False)
class Limit:
    """One limit in one year (None: in all): what it says, `{}` standing for its amount, and where it lies.

    `lower` and `upper` are the bounds that its columns or rows have without it.
    """

    kind: str
    says: str
    amount: float
    year: int | None
    columns: Places
    rows: Places
    lower: Numbers
    upper: Numbers


@dataclass(frozen=True, eq=False)
class Conflict:
    """One member of a conflicting set: a limit over those of its years that matter, in words."""

    kind: str
    words: str
    limits: tuple[Limit, ...]


def conflicts(
    model: Model, a: Arrays, *, time_limit: float = math.inf, progress: Progress = unwatched
) -> tuple[Conflict, ...]:
    """Return a smallest set of conflicting limits; empty where the limits are not what makes the plan impossible.

    Smallest by inclusion: first over limits with all their years together, then over the years of those found.
    """
    built = build(a)
    tester = _Tester(Solver(built, time_limit=time_limit), limits(model, a, built))
    if not tester.every or not tester.fits([]):
        return ()
    progress("looking for the limits that conflict", 0.5)
    together = _together(_used_by_the_proof(tester))
    found = _smallest([], together, lambda groups: tester.fits(_flat(groups)), asked=False)
    single = [(limit,) for limit in sorted(_flat(found), key=tester.every.index)]
    years = _smallest([], single, lambda groups: tester.fits(_flat(groups)), asked=False)
    return tuple(_conflict(group) for group in _together(sorted(_flat(years), key=tester.every.index)))


def conflicts_of(model: Model) -> tuple[Conflict, ...]:
    """The same for a model that `solve` calls infeasible."""
    return conflicts(model, arrays(model))


def in_words(found: Sequence[Conflict]) -> str:
    """Put a set of conflicting limits into a message."""
    if len(found) == 1:
        return f"no plan keeps this limit: {found[0].words}. What to do: give way on it."
    listed = "; ".join(f"({k}) {limit.words}" for k, limit in enumerate(found, 1))
    return (
        f"no plan keeps these {len(found)} limits together: {listed}. "
        "What to do: give way on one of them; without any one of them the others can be kept."
    )


Group = tuple[Limit, ...]


def _together(every: Sequence[Limit]) -> list[Group]:
    """Limits that say the same, their years together, in the order given."""
    groups: dict[tuple[str, str], list[Limit]] = {}
    for limit in every:
        groups.setdefault((limit.kind, limit.says), []).append(limit)
    return [tuple(group) for group in groups.values()]


def _flat(groups: Sequence[Group]) -> list[Limit]:
    return [limit for group in groups for limit in group]


def _conflict(group: Group) -> Conflict:
    low, high = (number(end(limit.amount for limit in group)) for end in (min, max))
    words = group[0].says.format(low if low == high else f"{low} to {high}")
    years = [str(limit.year) for limit in group if limit.year is not None]
    when = "" if not years else f" in {years[0]}" if len(years) == 1 else f" in {', '.join(years[:-1])} and {years[-1]}"
    return Conflict(group[0].kind, words + when, group)


class _Tester:
    """Tells whether a plan exists when only some of the limits bind."""

    def __init__(self, solver: Solver, every: Sequence[Limit]) -> None:
        self.solver, self.every = solver, list(every)
        lp = solver.highs.getLp()
        self.costs = np.zeros(lp.num_col_)
        self.lower, self.upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
        self.below, self.above = np.array(lp.row_lower_), np.array(lp.row_upper_)

    def fits(self, kept: Sequence[Limit]) -> bool:
        """Whether a plan keeps the limits in `kept`, all others being let go."""
        lower, upper, below, above = self.lower.copy(), self.upper.copy(), self.below.copy(), self.above.copy()
        inside = {id(limit) for limit in kept}
        for limit in self.every:
            if id(limit) not in inside:
                lower[limit.columns], upper[limit.columns] = (
                    limit.lower[: len(limit.columns)],
                    limit.upper[: len(limit.columns)],
                )
                below[limit.rows], above[limit.rows] = limit.lower[: len(limit.rows)], limit.upper[: len(limit.rows)]
        highs: Any = self.solver.highs
        columns, rows = np.arange(len(lower), dtype=np.int32), np.arange(len(below), dtype=np.int32)
        highs.changeColsBounds(len(columns), columns, lower, upper)
        highs.changeRowsBounds(len(rows), rows, below, above)
        return self.solver.minimise(self.costs).status in ("optimal", "time limit")


def _smallest(
    background: list[Group], candidates: Sequence[Group], fits: Callable[[Sequence[Group]], bool], *, asked: bool
) -> list[Group]:
    """QuickXplain: the part of `candidates` that conflicts with `background`, smallest by inclusion."""
    if asked and not fits(background):
        return []
    if len(candidates) == 1:
        return list(candidates)
    half = len(candidates) // 2
    first, second = list(candidates[:half]), list(candidates[half:])
    from_second = _smallest([*background, *first], second, fits, asked=bool(first))
    from_first = _smallest([*background, *from_second], first, fits, asked=bool(from_second))
    return [*from_first, *from_second]


def _used_by_the_proof(tester: _Tester) -> Sequence[Limit]:
    """Limits that the dual ray of the linear relaxation uses, if these alone conflict; otherwise all."""
    import highspy

    solver, every = tester.solver, tester.every
    whole = solver.whole.astype(np.int32)

    def kinds(kind: highspy.HighsVarType) -> None:
        if len(whole):
            solver.highs.changeColsIntegrality(len(whole), whole, np.full(len(whole), int(kind), dtype=np.uint8))

    kinds(highspy.HighsVarType.kContinuous)
    solver.highs.setOptionValue("presolve", "off")
    used = every if tester.fits(every) else _touched(solver, every)
    solver.highs.setOptionValue("presolve", "choose")
    kinds(highspy.HighsVarType.kInteger)
    return used if len(used) < len(every) and not tester.fits(used) else every


def _touched(solver: Solver, every: Sequence[Limit]) -> Sequence[Limit]:
    highs: Any = solver.highs
    _status, has_ray, ray = highs.getDualRay()
    if not has_ray:
        return every
    weight = np.asarray(ray)
    lp = solver.highs.getLp()
    matrix = _matrix(lp)
    on_columns = np.abs(matrix.T @ weight) > 1e-9
    on_rows = np.abs(weight) > 1e-9
    return [limit for limit in every if on_columns[limit.columns].any() or on_rows[limit.rows].any()]


def _matrix(lp: Any) -> Any:
    import highspy
    from scipy.sparse import csc_array, csr_array  # type: ignore[import-untyped]

    parts = (np.array(lp.a_matrix_.value_), np.array(lp.a_matrix_.index_), np.array(lp.a_matrix_.start_))
    rowwise = lp.a_matrix_.format_ == highspy.MatrixFormat.kRowwise
    return (csr_array if rowwise else csc_array)(parts, shape=(lp.num_row_, lp.num_col_))


def limits(model: Model, a: Arrays, built: Built) -> list[Limit]:
    """Every limit of the plan's own world, wishes first: what must be met, targets, shares, floors, budgets, facts."""
    return [
        *_needs(model, a, built),
        *_deadlines(model, a, built),
        *_targets(model, a, built),
        *_shares(model, a, built),
        *_floors(model, a, built),
        *_budgets(model, a, built),
        *_left(model, a, built),
        *_amounts(model, a, built),
        *_capacities(model, a, built),
    ]


def _columns(kind: str, says: str, amount: Any, year: Any, columns: Places, lower: Any, upper: Any) -> Limit:
    size, none = len(columns), np.zeros(0, np.int64)
    year = None if year is None else int(year)
    return Limit(kind, says, float(amount), year, columns, none, np.full(size, lower), np.full(size, upper))


def _rows(
    kind: str, says: str, amount: Any, year: Any, rows: Any, lower: float = -math.inf, upper: float = math.inf
) -> Limit:
    rows, none = np.atleast_1d(rows), np.zeros(0, np.int64)
    year = None if year is None else int(year)
    return Limit(kind, says, float(amount), year, none, rows, np.full(len(rows), lower), np.full(len(rows), upper))


def _needs(model: Model, a: Arrays, built: Built) -> list[Limit]:
    units, names, needs = model.units(), model.names(), a.needs
    found = []
    for k in np.flatnonzero(needs.must > 0):
        good, part = a.goods[needs.good[k]], needs.must[k]
        much = "all" if part == 1 else f"{100 * part:.0f} %"
        says = f"{much} of the need of {{}} {units[good]} of {names[good]} must be met"
        column = built.columns["unmet"][[k]]
        found.append(
            _columns("need", says, needs.quantity[k], a.years[0] + needs.period[k], column, 0.0, needs.quantity[k])
        )
    return found


def _deadlines(model: Model, a: Arrays, built: Built) -> list[Limit]:
    projects = np.unique(a.options.project[a.options.must])
    by = model.projects["must_by"].to_pylist()
    return [
        _rows("project", f"{a.projects[p]} must begin by {by[p]}", 0, None, built.rows["must_start"][k], 0.0, 1.0)
        for k, p in enumerate(projects)
    ]


def _targets(model: Model, a: Arrays, built: Built) -> list[Limit]:
    targets, names = a.targets, model.names()
    return [
        _rows("target", f"{{}} % of {names[a.goods[targets.good[k]]]} from home", 100 * targets.share[k],
              a.years[0] + targets.period[k], built.rows["target"][k])
        for k in np.flatnonzero(targets.must)
    ]  # fmt: skip


def _shares(model: Model, a: Arrays, built: Built) -> list[Limit]:
    shares, names = a.shares, model.names()
    return [
        _rows("share", f"{shares.supplier[k]} brings at most {{}} % of the imports of {names[a.goods[shares.good[k]]]}",
              100 * shares.share[k], a.years[0] + shares.period[k], built.rows["share"][k])
        for k in range(len(shares.share))
    ]  # fmt: skip


def _floors(model: Model, a: Arrays, built: Built) -> list[Limit]:
    says = "the currency reserve stays at {} M USD or more"
    return [
        _columns("currency", says, a.floor[k], year, built.columns["reserve"][[k]], -math.inf, math.inf)
        for k, year in enumerate(a.years)
    ]


def _budgets(model: Model, a: Arrays, built: Built) -> list[Limit]:
    years = np.flatnonzero(np.isfinite(a.budget[: len(a.years)]))
    says = f"{{}} M {model.home_money} at most are spent at home"
    return [
        _rows("budget", says, a.budget[year], a.years[0] + year, built.rows["budget"][k])
        for k, year in enumerate(years)
    ]


def _left(model: Model, a: Arrays, built: Built) -> list[Limit]:
    """What must be left in stock, and how much can be kept."""
    units, names, n, last = model.units(), model.names(), a.periods, len(a.years) - 1
    found = []
    for k, place in enumerate(a.stocks.good):
        good, columns = a.goods[place], built.columns["stock"][k * n : k * n + len(a.years)]
        final, most = a.stocks.final[k], a.stocks.most[k]
        if final > 0:
            says = f"{{}} {units[good]} of {names[good]} are left in stock at the end"
            found.append(_columns("stock", says, final, None, columns[-1:], 0.0, most))
        elif np.isfinite(most):
            says = f"there is room for {{}} {units[good]} of {names[good]} in stock"
            found += [_columns("stock", says, most, a.years[t], columns[[t]], 0.0, math.inf) for t in range(last + 1)]
    return found


def _amounts(model: Model, a: Arrays, built: Built) -> list[Limit]:
    """What suppliers, markets and resources hold of a good in a year."""
    units, names, found = model.units(), model.names(), []
    blocks = (
        ("imports", a.imports, "suppliers bring at most"),
        ("exports", a.exports, "markets take at most"),
        ("gathered", a.resources, "home resources give at most"),
    )
    for block, flow, text in blocks:
        own = np.flatnonzero(flow.period < len(a.years))
        cells = flow.good[own] * a.periods + flow.period[own]
        for cell in np.unique(cells):
            mine = own[cells == cell]
            good, most = a.goods[cell // a.periods], float(flow.most[mine].sum())
            if math.isfinite(most):
                says = f"{text} {{}} {units[good]} of {names[good]}"
                year = a.years[0] + cell % a.periods
                found.append(_columns(block, says, most, year, built.columns[block][mine], 0.0, math.inf))
    return found


def _capacities(model: Model, a: Arrays, built: Built) -> list[Limit]:
    n = a.periods
    able = np.flatnonzero(a.has_options)
    names = model.process_names()
    found = []
    for process in np.flatnonzero(np.isfinite(a.capacity)):
        says = f"the capacity of {names[a.processes[process]]} is {{}} a year"
        for t, year in enumerate(a.years):
            if a.has_options[process]:
                row = built.rows["capacity"][int(np.searchsorted(able, process)) * n + t]
                found.append(_rows("capacity", f"{says} and what its projects add", a.capacity[process], year, row))
            else:
                column = built.columns["activity"][[process * n + t]]
                found.append(_columns("capacity", says, a.capacity[process], year, column, 0.0, math.inf))
    return found
