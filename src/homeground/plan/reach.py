"""What the structure allows to leave out before solving, without changing the optimum.

A good that nothing makes, uses, keeps or sells meets the others only through currency. Its need is filled in order of
price, so its balance row goes, and each import row keeps the part of the need that is its turn. For every good, dear
suppliers beyond the largest possible use of the good are left out, unless a share limit could call on them. A good that
could be kept, and never is because later years sell all that they need no dearer, counts as one that is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from homeground.plan.arrays import Arrays, Flags, Flow, Numbers, Places, Shares

NOT_USED: Final = -1
EXACT: Final = 1e-9
"""Parts of a good's largest use that are rounding."""


@dataclass(frozen=True, eq=False)
class Pure:
    """Goods and periods that are only bought for a need: their import rows fill the need in order of price.

    `need` per import row is the need that it fills (−1: not pure); `least` its part that must be bought;
    `eliminated` marks the needs that are filled in this way.
    """

    need: Places
    least: Numbers
    eliminated: Flags


def nothing_pure(a: Arrays) -> Pure:
    """Leave every good in the programme."""
    return Pure(np.full(len(a.imports), NOT_USED), np.zeros(len(a.imports)), np.zeros(len(a.needs), bool))


def reach(a: Arrays) -> Numbers:
    """Largest possible use of each good and period: needs, process inputs at full capacity, sales, room in stock."""
    n = a.periods
    most = np.zeros(len(a.goods) * n)
    np.add.at(most, a.needs.good * n + a.needs.period, a.needs.quantity)
    np.add.at(most, a.exports.good * n + a.exports.period, a.exports.most)
    used = a.quantity < 0
    inputs = -a.quantity[used] * a.most_activity()[a.process[used]]
    np.add.at(most, a.good[used][:, None] * n + np.arange(n), inputs[:, None])
    np.add.at(most, a.stocks.good[:, None] * n + np.arange(n), a.stocks.most[:, None])
    return most


def reduced(a: Arrays) -> tuple[Arrays, Pure]:
    """Return the arrays without import rows that no optimum needs, and the goods that are only bought."""
    n = a.periods
    cell = a.imports.good * n + a.imports.period
    a = replace(a, stocks=replace(a.stocks, most=np.where(_never_kept(a, cell), 0.0, a.stocks.most)))
    limited = np.zeros(len(a.goods) * n, bool)
    limited[a.shares.good * n + a.shares.period] = True
    most = reach(a)
    before = _cheaper(a.imports, cell, most)
    with np.errstate(invalid="ignore"):
        room = np.where(limited[cell], np.inf, np.where(before < 1 - EXACT, most[cell] * (1 - before), 0.0))
    kept = room > 0
    imports = a.imports.kept(kept)
    only_bought = _only_bought(a, limited)[cell[kept]]
    need_of = np.full(len(a.goods) * n, NOT_USED)
    need_of[a.needs.good * n + a.needs.period] = np.arange(len(a.needs))
    need = np.where(only_bought, need_of[cell[kept]], NOT_USED)
    turn = np.where(need >= 0, np.minimum(imports.most, room[kept]), imports.most)
    earlier = np.where(before[kept] > 0, before[kept], 0.0) * np.where(need >= 0, most[cell[kept]], 0.0)
    least, enough = _must(a, need, earlier, turn)
    need = np.where(enough, need, NOT_USED)
    turn = np.where(need >= 0, turn, imports.most)
    eliminated = np.zeros(len(a.needs), bool)
    eliminated[need[need >= 0]] = True
    smaller = replace(a, imports=replace(imports, most=turn), shares=_moved(a, kept))
    return smaller, Pure(need, np.where(need >= 0, least, 0.0), eliminated)


def _never_kept(a: Arrays, cell: Places) -> Flags:
    """Stocks of goods that are only bought, empty at both ends, that no plan gains by filling.

    Currency can wait as well as the good, and loses nothing. So to buy later is as good where the last supplier whose
    turn comes then asks no more than any supplier before, with the loss in store, and all that is needed is for sale.
    """
    n, years, stocks = a.periods, len(a.years), a.stocks
    size = len(a.goods) * n
    wanted = np.zeros(size)
    np.add.at(wanted, a.needs.good * n + a.needs.period, a.needs.quantity)
    turn = (a.imports.most > 0) & (_cheaper(a.imports, cell, wanted) < 1 - EXACT)
    sold, cheapest, dearest = np.zeros(size), np.full(size, np.inf), np.full(size, -np.inf)
    np.add.at(sold, cell[turn], np.minimum(a.imports.most, wanted[cell])[turn])
    np.minimum.at(cheapest, cell[turn], a.imports.price[turn])
    np.maximum.at(dearest, cell[turn], a.imports.price[turn])
    dearest[sold < wanted * (1 - EXACT)] = np.inf
    others = np.zeros(len(a.goods), bool)
    for goods in (a.good, a.exports.good, a.resources.good, a.targets.good, a.shares.good):
        others[goods] = True
    never = ~others[stocks.good] & (stocks.initial == 0) & (stocks.final == 0)
    before = np.full(len(stocks.good), np.inf)
    for period in range(n):
        here = stocks.good * n + period
        before = np.where(period % years == 0, np.inf, before)
        never &= dearest[here] <= before
        with np.errstate(divide="ignore"):
            before = np.minimum(before, cheapest[here]) / (1 - stocks.loss)
    return np.asarray(never)


def _cheaper(imports: Flow, cell: Places, most: Numbers) -> Numbers:
    """Per row what cheaper rows of its cell can bring, in parts of the cell's largest use; 1 and more: all of it.

    Limits are cut to the cell's largest use and counted in parts of it, so that long sums keep their digits.
    """
    order = np.lexsort((imports.row, imports.price, cell))
    use = most[cell][order]
    known = np.isfinite(use) & (use > 0)
    limits = imports.most[order]
    parts = np.where(
        known, np.minimum(limits, use) / np.where(known, use, 1.0), np.where(np.isfinite(limits), 0.0, 1.0)
    )
    earlier = np.cumsum(parts) - parts
    starts = np.r_[True, cell[order][1:] != cell[order][:-1]] if len(order) else np.zeros(0, bool)
    first = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0)) if len(order) else order
    before = np.empty(len(order))
    before[order] = np.maximum(earlier - earlier[first], 0.0)
    return before


def _only_bought(a: Arrays, limited: Flags) -> Flags:
    """Cells whose good is in no process, stock, market, resource or target, with one need and no share limit."""
    n = a.periods
    touched = np.zeros(len(a.goods), bool)
    touched[a.good] = True
    stocks = a.stocks
    touched[stocks.good[(stocks.most > 0) | (stocks.initial > 0) | (stocks.final > 0)]] = True
    cells = np.repeat(touched, n) | limited
    for part in (a.exports, a.resources, a.targets):
        cells[part.good * n + part.period] = True
    needs = np.bincount(a.needs.good * n + a.needs.period, minlength=len(cells))
    return np.asarray(~cells & (needs == 1))


def _must(a: Arrays, need: Places, before: Numbers, turn: Numbers) -> tuple[Numbers, Flags]:
    """Part of each row that has to be bought, and whether the rows of its need can bring what must be met at all."""
    used = need >= 0
    of = np.where(used, need, 0)
    wanted = (a.needs.must * a.needs.quantity)[of] if len(a.needs) else np.zeros(len(need))
    least = np.where(used, np.clip(wanted - np.where(used, before, 0.0), 0.0, turn), 0.0)
    able = np.bincount(of[used], weights=turn[used], minlength=len(a.needs)) if used.any() else np.zeros(len(a.needs))
    if not len(a.needs):
        return least, used
    enough = able >= a.needs.must * a.needs.quantity * (1 - EXACT)
    return least, used & enough[of]


def _moved(a: Arrays, kept: Flags) -> Shares:
    """Share limits with their import rows counted anew; none of their rows was left out."""
    place = np.cumsum(kept) - 1
    return replace(a.shares, rows=tuple(place[rows] for rows in a.shares.rows))
