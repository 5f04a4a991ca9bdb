"""From the solver's columns back to labelled tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.plan.arrays import MILLION, Arrays, Flow, Numbers, Places
from homeground.plan.build import Built
from homeground.plan.curves import Parts
from homeground.plan.model import Model
from homeground.plan.tables import spoken

if TYPE_CHECKING:
    import pyarrow as pa

SMALL: Final = 1e-7
"""Quantities below this part of a good's own scale are rounding of the solver and shown as zero."""

SHOWN: Final = 1e-6
"""Unmet parts of a need below this are what the tolerance between stages may take, and are not listed."""


@dataclass(frozen=True, eq=False)
class Values:
    """The plan's own world as arrays, in the order of the arrays; what needs were left unmet is complete again."""

    imports: Numbers
    exports: Numbers
    gathered: Numbers
    activity: Numbers
    stock: Numbers
    unmet: Numbers
    reserve: Numbers
    build: Numbers


def values(p: Parts, built: Built, columns: Numbers) -> Values:
    """Take the blocks out of the solver's columns, and from the pieces behind them what is bought for needs alone."""
    a, pure, n = p.whole, p.pure, p.whole.periods
    part = {name: columns[places] for name, places in built.columns.items()}
    imports = pure.least.copy()
    imports[pure.need < 0] = part["imports"]
    units = a.needs.quantity[p.curves.need] / a.needs.weight[p.curves.need]
    imports[p.curves.row] += columns[built.model.nvars :] * units
    unmet = np.zeros(len(a.needs))
    unmet[~pure.eliminated] = part["unmet"]
    bought = pure.need >= 0
    filled = np.bincount(pure.need[bought], weights=imports[bought], minlength=len(a.needs))
    unmet[pure.eliminated] = (a.needs.quantity - filled)[pure.eliminated]
    unmet = np.where(unmet > SMALL * a.needs.quantity, unmet, 0.0)
    return Values(
        imports=_positive(imports),
        exports=_positive(part["exports"]),
        gathered=_positive(part["gathered"]),
        activity=_positive(part["activity"]).reshape(len(a.processes), n),
        stock=_positive(part["stock"]).reshape(len(a.stocks.good), n),
        unmet=unmet,
        reserve=part["reserve"],
        build=np.round(part["build"]),
    )


def _positive(columns: Numbers) -> Numbers:
    return np.where(columns > 1e-9, columns, 0.0)


def table(columns: Mapping[str, Any]) -> pa.Table:
    """Make an Arrow table of columns."""
    import pyarrow as pa

    return pa.table({name: pa.array(column) for name, column in columns.items()})


def flows(a: Arrays, flow: Flow, amounts: Numbers, partners: pa.ChunkedArray, name: str) -> pa.Table:
    """Imports or exports of the plan's own world that are not zero."""
    kept = np.flatnonzero((amounts > 0) & (flow.period < len(a.years)))
    labels = np.array(partners.to_pylist(), dtype=object)
    goods = np.array(a.goods, dtype=object)
    return table(
        {
            "good": list(goods[flow.good[kept]]),
            name: list(labels[flow.row[kept]]) if len(kept) else [],
            "year": a.years[0] + flow.period[kept],
            "quantity": amounts[kept],
            "price_usd": flow.price[kept] * MILLION,
            "usd_m": flow.price[kept] * amounts[kept],
        }
    )


def balance(a: Arrays, v: Values) -> pa.Table:
    """Every good and year of the plan's own world: where it comes from, where it goes, what is left over."""
    n, years = a.periods, len(a.years)
    size = len(a.goods) * n
    made, used = np.zeros(size), np.zeros(size)
    amounts = a.quantity[:, None] * v.activity[a.process]
    cells = a.good[:, None] * n + np.arange(n)
    np.add.at(made, cells, np.maximum(amounts, 0))
    np.add.at(used, cells, np.maximum(-amounts, 0))
    opened, kept, lost = np.zeros(size), np.zeros(size), np.zeros(size)
    for place, good in enumerate(a.stocks.good):
        here = good * n + np.arange(n)
        before = np.r_[0.0, v.stock[place][:-1]]
        loss = np.where(a.opens(), 0.0, a.stocks.loss[place] * before)
        opened[here] = np.where(a.opens(), a.stocks.initial[place], before)
        lost[here] = loss
        kept[here] = v.stock[place]
    columns = {
        "imports": _sum(a, a.imports.good, a.imports.period, v.imports),
        "made": made,
        "resources": _sum(a, a.resources.good, a.resources.period, v.gathered),
        "opened": opened,
        "unmet": _sum(a, a.needs.good, a.needs.period, v.unmet),
        "used": used,
        "needed": _sum(a, a.needs.good, a.needs.period, a.needs.quantity),
        "exports": _sum(a, a.exports.good, a.exports.period, v.exports),
        "kept": kept,
        "lost": lost,
    }
    into: Numbers = np.sum([columns[name] for name in ("imports", "made", "resources", "opened", "unmet")], axis=0)
    out: Numbers = np.sum([columns[name] for name in ("used", "needed", "exports", "kept", "lost")], axis=0)
    columns["surplus"] = into - out
    own = np.flatnonzero((np.arange(size) % n < years) & ((into > 0) | (out > 0)))
    goods = np.array(a.goods, dtype=object)
    head = {"good": list(goods[own // n]), "year": a.years[0] + own % n}
    return table({**head, **{name: column[own] for name, column in columns.items()}})


def _sum(a: Arrays, good: Places, period: Places, amounts: Numbers) -> Numbers:
    size = len(a.goods) * a.periods
    return np.asarray(np.bincount(good * a.periods + period, weights=amounts, minlength=size), dtype=float)


def currency(a: Arrays, v: Values) -> pa.Table:
    """The plan's own currency account by year, M USD: reserve = opening + income + exports − all that is paid."""
    years = len(a.years)
    bought = np.bincount(a.imports.period, weights=a.imports.price * v.imports, minlength=a.periods)[:years]
    sold = np.bincount(a.exports.period, weights=a.exports.price * v.exports, minlength=a.periods)[:years]
    processes = (a.cost_usd @ v.activity)[:years]
    projects = v.build @ a.options.usd if len(a.options) else np.zeros(years)
    income = a.income[:years]
    reserve = a.opening + np.cumsum(income + sold - bought - processes - projects)
    return table(
        {
            "year": list(a.years),
            "opening": np.r_[a.opening, reserve[:-1]],
            "income": income,
            "exports": sold,
            "imports": bought,
            "processes": processes,
            "projects": projects,
            "reserve": reserve,
            "floor": a.floor[:years],
        }
    )


def capacity(a: Arrays, v: Values) -> Numbers:
    """Capacity of each process in each period, with the projects that are online."""
    year = np.arange(a.periods) % len(a.years)
    online = (a.options.online[:, None] <= year) & (year < a.options.until[:, None])
    total = np.repeat(a.capacity[:, None], a.periods, axis=1)
    np.add.at(total, a.options.process, (a.options.capacity * v.build)[:, None] * online)
    return total


def members(a: Arrays, v: Values) -> pa.Table:
    """Which members meet each group in the plan's own world: units of the member, of the group, part of its supply."""
    years = len(a.years)
    kept = np.argwhere((a.member_of >= 0)[:, None] & (v.activity[:, :years] > 0))
    ratio, taken = np.zeros(len(a.processes)), np.zeros(len(a.processes), np.int64)
    ratio[a.process[a.quantity > 0]] = a.quantity[a.quantity > 0]
    taken[a.process[a.quantity < 0]] = a.good[a.quantity < 0]
    meets = ratio[:, None] * v.activity[:, :years]
    process, year = kept[:, 0], kept[:, 1]
    total = np.zeros((len(a.goods), years))
    np.add.at(total, (a.member_of[process], year), meets[process, year])
    return table(
        {
            "group": [a.goods[place] for place in a.member_of[process]],
            "member": [a.goods[place] for place in taken[process]],
            "year": a.years[0] + year,
            "quantity": v.activity[process, year],
            "meets": meets[process, year],
            "share": meets[process, year] / total[a.member_of[process], year],
        }
    )


def unmet(a: Arrays, v: Values) -> pa.Table:
    """Needs of the plan's own world that are not met in full."""
    kept = np.flatnonzero((v.unmet > SHOWN * a.needs.quantity) & (a.needs.period < len(a.years)))
    return table(
        {
            "good": [a.goods[place] for place in a.needs.good[kept]],
            "year": a.years[0] + a.needs.period[kept],
            "priority": a.needs.priority[kept],
            "need": a.needs.quantity[kept],
            "unmet": v.unmet[kept],
            "share": v.unmet[kept] / a.needs.quantity[kept],
        }
    )


def stocks(a: Arrays, v: Values) -> pa.Table:
    """Stocks at the end of each year of the plan's own world."""
    years = len(a.years)
    return table(
        {
            "good": [a.goods[good] for good in a.stocks.good for _year in a.years],
            "year": list(a.years) * len(a.stocks.good),
            "quantity": v.stock[:, :years].ravel(),
        }
    )


def projects(a: Arrays, v: Values, model: Model) -> pa.Table:
    """Projects that the plan begins, in order of their start."""
    chosen = sorted(np.flatnonzero(v.build > 0), key=lambda k: (a.options.start[k], a.options.project[k]))
    options, first = a.options, a.years[0]
    names = model.projects["name"].to_pylist()
    return table(
        {
            "project": [a.projects[options.project[k]] for k in chosen],
            "name": [names[options.project[k]] or spoken(a.projects[options.project[k]]) for k in chosen],
            "process": [a.processes[options.process[k]] for k in chosen],
            "capacity": [float(options.capacity[k]) for k in chosen],
            "start": [int(first + options.start[k]) for k in chosen],
            "online": [int(first + options.online[k]) for k in chosen],
            "until": [int(first + options.until[k] - 1) for k in chosen],
            "cost_home_m": [float(options.home[k].sum()) for k in chosen],
            "cost_usd_m": [float(options.usd[k].sum()) for k in chosen],
        }
    )
