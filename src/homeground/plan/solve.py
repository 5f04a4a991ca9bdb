"""From a model to a plan: check it, solve it, read it out, and say what limits it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from homeground.errors import Infeasible
from homeground.plan import read_out
from homeground.plan.arrays import Arrays, Numbers, arrays
from homeground.plan.check import check
from homeground.plan.conflicts import conflicts, in_words
from homeground.plan.model import Model
from homeground.plan.prices import shadow_prices
from homeground.plan.programme import Effort, Progress, Solved, run, unwatched
from homeground.plan.read_out import Values, table
from homeground.plan.restricted import permitted
from homeground.plan.result import Plan, Stage
from homeground.plan.scenarios import apply
from homeground.plan.words import number, phases

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class _Question:
    """A checked model without what is barred, and what was barred."""

    model: Model
    barred: pa.Table
    effort: Effort
    progress: Progress

    def solved(self, a: Arrays, chosen: frozenset[tuple[int, int]] | None = None) -> Solved:
        model = self.model
        return run(a, self.effort, model.independence, model.home_money, progress=self.progress, chosen=chosen)


def solve(
    model: Model,
    *,
    time_limit: float = 600.0,
    gap: float = 1e-4,
    reduce: bool = True,
    progress: Progress = unwatched,
) -> Plan:
    """Plan: needs by priority, then independence, then cost, each held within the tolerance of `solver.TOLERANCE`.

    `time_limit`: seconds for all stages; `gap`: relative, at which a search for integers may stop; `reduce` leaves out
    what no optimum needs and plans goods that are only bought as curves (same optimum within the gap). With scenarios,
    the projects are those with which the plan does best in all worlds together, and `scenarios` says what that costs.
    Raises BadInput, Infeasible with the smallest set of limits that conflict, Unsolved.
    """
    check(model)
    allowed = permitted(model)
    question = _Question(allowed.model, allowed.barred, Effort(time_limit, gap, reduce), progress)
    whole = arrays(allowed.model)
    try:
        solved = question.solved(whole)
    except Infeasible as without:
        found = conflicts(allowed.model, whole, time_limit=time_limit, progress=progress)
        if not found:
            raise
        raise Infeasible(in_words(found)) from without
    plan = _plan(question, solved, whole)
    return _surviving(question, plan, solved) if model.scenarios() else plan


def _plan(question: _Question, solved: Solved, whole: Arrays) -> Plan:
    model, a, v = question.model, solved.arrays, solved.values
    balance = read_out.balance(a, v)
    tables = {
        "imports": read_out.flows(a, a.imports, v.imports, model.suppliers["supplier"], "supplier"),
        "exports": read_out.flows(a, a.exports, v.exports, model.markets["market"], "market"),
        "activity": activity(a, v, whole),
        "members": read_out.members(a, v),
        "projects": read_out.projects(a, v, model),
        "stocks": read_out.stocks(a, v),
        "unmet": read_out.unmet(a, v),
        "currency": read_out.currency(a, v),
    }
    units = model.units()
    return Plan(
        name=model.name,
        years=model.years,
        status=solved.status,
        gap=solved.gap,
        stages=solved.stages,
        phases=phases(model.years, tables, units, model.home_money, model.names()),
        balance=balance,
        shadow_prices=shadow_prices(solved, whole, model.home_money, units),
        barred=question.barred,
        home_money=model.home_money,
        way=solved.way,
        notes=(*model.notes, *_notes(question, tables), *_way(solved)),
        **tables,
    )


def activity(a: Arrays, v: Values, whole: Arrays) -> pa.Table:
    """What each process does in a year, its capacity, and the currency that it frees, M USD.

    Outputs that are used and inputs count at border prices: the cheapest supplier's, else the best market's; goods with
    neither count nothing. Own expenses in currency are taken off.
    """
    years = len(a.years)
    border = border_prices(whole)
    surplus = _surplus_share(a, v)
    price = np.where(np.isfinite(border), border, 0.0)[a.good][:, :years]
    useful = np.where(a.quantity[:, None] > 0, 1 - surplus[a.good][:, :years], 1.0)
    frees = np.zeros((len(a.processes), years))
    np.add.at(frees, a.process, a.quantity[:, None] * price * useful)
    frees = (frees - a.cost_usd[:, None]) * v.activity[:, :years]
    room = read_out.capacity(a, v)
    kept = np.argwhere((v.activity[:, :years] > 0) & (a.member_of < 0)[:, None])
    rows = [(a.processes[p], a.years[0] + y, v.activity[p, y], room[p, y], frees[p, y]) for p, y in kept]
    names = ("process", "year", "quantity", "capacity", "frees_usd_m")
    return table({name: [_plain(row[k]) for row in rows] for k, name in enumerate(names)})


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def border_prices(a: Arrays) -> Numbers:
    """Price of each good in each period at the border, M USD per unit: to buy, of what it stands in for, to sell.

    A group is worth its cheapest member, and a member that cannot be bought what it replaces of the group. Else NaN.
    """
    size = len(a.goods) * a.periods
    buy, sell = np.full(size, np.inf), np.full(size, -np.inf)
    open_to = a.imports.most > 0
    np.minimum.at(buy, (a.imports.good * a.periods + a.imports.period)[open_to], a.imports.price[open_to])
    np.maximum.at(sell, a.exports.good * a.periods + a.exports.period, a.exports.price)
    shape = (len(a.goods), a.periods)
    bought = _through_groups(a, buy.reshape(shape))
    sold = sell.reshape(shape)
    return np.where(np.isfinite(bought), bought, np.where(np.isfinite(sold), sold, np.nan))


def _through_groups(a: Arrays, bought: Numbers) -> Numbers:
    """Fill in the prices of groups from their members, then of members from their groups."""
    found = bought.copy()
    of_member = a.member_of[a.process] >= 0
    gives = np.flatnonzero(of_member & (a.quantity > 0))
    takes = np.flatnonzero(of_member & (a.quantity < 0))
    member, group, ratio = a.good[takes], a.good[gives], a.quantity[gives][:, None]
    np.minimum.at(found, group, bought[member] / ratio)
    replaced = found[group] * ratio
    found[member] = np.where(np.isfinite(bought[member]), bought[member], replaced)
    return found


def _surplus_share(a: Arrays, v: Values) -> Numbers:
    rows = read_out.balance(a, v).to_pylist()
    share = np.zeros((len(a.goods), a.periods))
    place = {good: k for k, good in enumerate(a.goods)}
    for row in rows:
        total = row["made"] + row["imports"] + row["resources"]
        if total > 0 and row["made"] > 0:
            share[place[row["good"]], row["year"] - a.years[0]] = min(1.0, max(0.0, row["surplus"] / total))
    return share


def _notes(question: _Question, tables: dict[str, pa.Table]) -> list[str]:
    model = question.model
    notes = []
    if question.barred.num_rows:
        named = sorted({f"{row['partner']} ({row['side']} of {row['good']})" for row in question.barred.to_pylist()})
        notes.append(f"Left out, barred by measures in force: {', '.join(named[:8])}{' …' if len(named) > 8 else ''}.")
    late = [row["name"] for row in tables["projects"].to_pylist() if row["online"] > model.years[-1]]
    if late:
        notes.append(f"Begun, and there only after the plan ends: {', '.join(late)}.")
    if model.home_per_usd is None:
        notes.append("No costs at home are stated, so cost is counted in US dollars.")
    notes.append(
        "What is left in stock at the end counts nothing. Of a project's cost counts the part of its life in the plan."
    )
    return notes


def _way(solved: Solved) -> list[str]:
    if solved.way == "whole":
        return []
    needs = int(solved.parts.pure.eliminated.sum())
    return [f"{needs:,} needs that are only bought were planned by what their parts cost: the same optimum, sooner."]


def _surviving(question: _Question, alone: Plan, solved: Solved) -> Plan:
    """Choose projects for all worlds together, and state what they cost beside the plan that knows only its own."""
    model = question.model
    names = model.scenarios()
    whole = arrays(model, names)
    together = question.solved(whole)
    plan = _plan(question, together, whole)
    began = chosen(solved)
    rows: list[dict[str, Any]] = []
    for place, name in enumerate(names, 1):
        other = arrays(apply(model, name))
        without = question.solved(other, began)
        rows.append(
            {
                "scenario": name,
                "unmet_before": float((without.values.unmet / other.needs.quantity).sum()),
                "unmet_after": _unmet_in(together, place),
                "least_reserve_before": float(without.values.reserve.min()),
                "least_reserve_after": float(together.values.reserve.reshape(-1, len(model.years))[place].min()),
            }
        )
    extra = max(0.0, plan.cost - alone.cost) if abs(plan.cost - alone.cost) < 1e-4 else plan.cost - alone.cost
    unmet = sum(row["unmet_after"] for row in rows)
    verdict = "every need is met in every scenario" if unmet < 1e-5 else "not every need can be met in every scenario"
    words = (
        f"To be ready for {', '.join(names)} costs {number(extra)} M {model.home_money} more than the plan "
        f"made for no such case ({number(alone.cost)}); {verdict}."
    )
    return replace(
        plan, stages=_of_the_plan(together), scenarios=table({key: [row[key] for row in rows] for key in rows[0]}),
        findings=(*plan.findings, words),
    )  # fmt: skip


def _of_the_plan(together: Solved) -> tuple[Stage, ...]:
    """Stages as reached together; those of needs count the plan's own world only."""
    a, v = together.arrays, together.values
    stages = []
    for stage in together.stages:
        if stage.unit == "needs":
            mine = (a.needs.priority == float(stage.name.rsplit(" ", 1)[1])) & (a.needs.period < len(a.years))
            parts = (a.needs.weight * v.unmet / a.needs.quantity)[mine]
            stage = replace(stage, value=float(parts.sum()))
        stages.append(stage)
    return tuple(stages)


def _unmet_in(solved: Solved, world: int) -> float:
    a = solved.arrays
    mine = a.needs.period // len(a.years) == world
    return float((solved.values.unmet / a.needs.quantity)[mine].sum())


def chosen(solved: Solved) -> frozenset[tuple[int, int]]:
    """The projects that were begun: place of the project, place of the year."""
    options = solved.arrays.options
    begun = np.flatnonzero(solved.values.build > 0.5)
    return frozenset((int(options.project[k]), int(options.start[k])) for k in begun)
