"""The objectives in their order: needs by priority, independence, cost. Each is a vector of costs over the columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeground.plan.arrays import Arrays, Numbers
from homeground.plan.build import Built, Pure
from homeground.plan.model import Independence
from homeground.plan.reach import reach


@dataclass(frozen=True, eq=False)
class Objective:
    """Name, unit of the value, what is made small in words, costs per column, and a constant to add."""

    name: str
    unit: str
    words: str
    costs: Numbers
    constant: float = 0.0


def objectives(a: Arrays, built: Built, pure: Pure, independence: Independence, money: str) -> list[Objective]:
    """All stages that have something to make small, the most important first; cost is always the last."""
    found = [_needs(a, built, pure, float(priority)) for priority in np.unique(a.needs.priority)]
    found += _independence(a, built, independence)
    return [*found, _cost(a, built, money)]


def _needs(a: Arrays, built: Built, pure: Pure, priority: float) -> Objective:
    """Sum over needs of weight · unmet / quantity; a need that is only bought counts what was not bought of it."""
    costs = np.zeros(built.model.nvars)
    mine = a.needs.priority == priority
    per_unit = np.where(mine, a.needs.weight / a.needs.quantity, 0.0)
    costs[built.columns["unmet"]] = per_unit[~pure.eliminated]
    bought = np.flatnonzero(pure.need >= 0)
    if len(bought):
        costs[built.columns["imports"][bought]] = -per_unit[pure.need[bought]]
    gone = mine & pure.eliminated
    return Objective(
        f"needs of priority {priority:g}",
        "needs",
        "parts of needs left unmet, each need and year counted as one times its weight",
        costs,
        float(a.needs.weight[gone].sum()),
    )


def _independence(a: Arrays, built: Built, independence: Independence) -> list[Objective]:
    costs = np.zeros(built.model.nvars)
    if independence == "imports":
        own = a.imports.period < len(a.years)
        costs[built.columns["imports"][own]] = a.imports.price[own]
        return [Objective("independence", "M USD", "value of all imports over the plan", costs)]
    soft = ~a.targets.must
    if not soft.any():
        return []
    most = reach(a)[a.targets.good[soft] * a.periods + a.targets.period[soft]]
    costs[built.columns["shortfall"]] = 1 / np.where(np.isfinite(most) & (most > 0), most, 1.0)
    words = "shortfall of home supply against targets, each in parts of the good's largest use"
    return [Objective("independence", "parts", words, costs)]


def _cost(a: Arrays, built: Built, money: str) -> Objective:
    """Home money and currency at its rate, discounted; of a project as much as its life lies inside the plan."""
    costs = np.zeros(built.model.nvars)
    years, n = len(a.years), a.periods
    weight = np.where(np.arange(n) < years, a.discount[np.arange(n) % years], 0.0)
    columns = built.columns
    costs[columns["imports"]] = a.rate * a.imports.price * weight[a.imports.period]
    costs[columns["exports"]] = -a.rate * a.exports.price * weight[a.exports.period]
    costs[columns["gathered"]] = a.resources.price * weight[a.resources.period]
    costs[columns["activity"]] = ((a.cost_home + a.rate * a.cost_usd)[:, None] * weight).ravel()
    spent = (a.options.home + a.rate * a.options.usd) @ a.discount
    costs[columns["build"]] = a.options.counted * spent
    return Objective("cost", f"M {money}", "cost at home and abroad, discounted, less sales", costs)
