"""The objectives in their order: needs by priority, independence, cost. Each is a vector of costs over the columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeground.plan.arrays import Numbers
from homeground.plan.build import Built
from homeground.plan.curves import Parts
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


def objectives(p: Parts, built: Built, independence: Independence, money: str) -> list[Objective]:
    """All stages that have something to make small, the most important first; cost is always the last.

    Costs stand for the columns of the core's programme, and behind them for the parts of each piece of the curves.
    """
    found = [_needs(p, built, float(priority)) for priority in np.unique(p.whole.needs.priority)]
    found += _independence(p, built, independence)
    return [*found, _cost(p, built, money)]


def _blank(p: Parts, built: Built) -> tuple[Numbers, slice]:
    """Costs of zero, and where the pieces of the curves stand among them."""
    return np.zeros(built.model.nvars + len(p.curves)), slice(built.model.nvars, None)


def _needs(p: Parts, built: Built, priority: float) -> Objective:
    """Sum over needs of weight · unmet / quantity; a need that is only bought counts what was not bought of it."""
    costs, pieces = _blank(p, built)
    needs = p.core.needs
    costs[built.columns["unmet"]] = np.where(needs.priority == priority, needs.weight / needs.quantity, 0.0)
    costs[pieces] = np.where(p.curves.priority == priority, -1.0, 0.0)
    gone = (p.whole.needs.priority == priority) & p.pure.eliminated
    return Objective(
        f"needs of priority {priority:g}",
        "needs",
        "parts of needs left unmet, each need and year counted as one times its weight",
        costs,
        float((p.whole.needs.weight - p.needs_met)[gone].sum()),
    )


def _independence(p: Parts, built: Built, independence: Independence) -> list[Objective]:
    a, (costs, pieces) = p.core, _blank(p, built)
    if independence == "imports":
        years = len(a.years)
        own = a.imports.period < years
        costs[built.columns["imports"][own]] = a.imports.price[own]
        costs[pieces] = np.where(p.curves.period < years, p.curves.price, 0.0)
        words = "value of all imports over the plan"
        return [Objective("independence", "M USD", words, costs, float(p.certain[:years].sum()))]
    soft = ~a.targets.must
    if not soft.any():
        return []
    most = reach(a)[a.targets.good[soft] * a.periods + a.targets.period[soft]]
    costs[built.columns["shortfall"]] = 1 / np.where(np.isfinite(most) & (most > 0), most, 1.0)
    words = "shortfall of home supply against targets, each in parts of the good's largest use"
    return [Objective("independence", "parts", words, costs)]


def _cost(p: Parts, built: Built, money: str) -> Objective:
    """Home money and currency at its rate, discounted; of a project as much as its life lies inside the plan."""
    a, (costs, pieces) = p.core, _blank(p, built)
    years, n = len(a.years), a.periods
    weight = np.where(np.arange(n) < years, a.discount[np.arange(n) % years], 0.0)
    columns = built.columns
    costs[columns["imports"]] = a.rate * a.imports.price * weight[a.imports.period]
    costs[columns["exports"]] = -a.rate * a.exports.price * weight[a.exports.period]
    costs[columns["gathered"]] = a.resources.price * weight[a.resources.period]
    costs[columns["activity"]] = ((a.cost_home + a.rate * a.cost_usd)[:, None] * weight).ravel()
    costs[pieces] = a.rate * p.curves.price * weight[p.curves.period]
    spent = (a.options.home + a.rate * a.options.usd) @ a.discount
    costs[columns["build"]] = a.options.counted * spent
    words = "cost at home and abroad, discounted, less sales"
    return Objective("cost", f"M {money}", words, costs, float(a.rate * (p.certain @ weight)))
