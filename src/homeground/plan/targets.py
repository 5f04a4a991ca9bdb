"""Targets as rows of the programme: least part of home supply in the supply of a good, or of a group's members."""

from __future__ import annotations

import numpy as np

from homeground.plan.arrays import Arrays, Numbers, Places

Terms = tuple[str, Places, Places, Numbers]
"""Name of a variable, then per term: its column, its row, its coefficient."""


def target_terms(a: Arrays) -> list[Terms]:
    """(1 − share) · home supply − share · imports + shortfall ≥ 0; home supply is output and resources.

    Of a group count the members, each times its conversion, all that is made or bought of them, whatever it is used
    for.
    """
    n, share = a.periods, a.targets.share
    cells, rows, weights = _cells(a)
    made = np.flatnonzero((a.quantity > 0) & (a.member_of[a.process] < 0))
    columns = (a.process[made][:, None] * n + np.arange(n)).ravel()
    amounts = np.repeat(a.quantity[made], n)
    bought, of = _joined(a.imports.good * n + a.imports.period, cells)
    output, by = _joined((a.good[made][:, None] * n + np.arange(n)).ravel(), cells)
    given, from_ = _joined(a.resources.good * n + a.resources.period, cells)
    soft = np.flatnonzero(~a.targets.must)
    return [
        ("imports", bought, rows[of], -share[rows[of]] * weights[of]),
        ("activity", columns[output], rows[by], amounts[output] * (1 - share[rows[by]]) * weights[by]),
        ("gathered", given, rows[from_], (1 - share[rows[from_]]) * weights[from_]),
        ("shortfall", np.arange(len(soft)), soft, np.ones(len(soft))),
    ]


def _cells(a: Arrays) -> tuple[Places, Places, Numbers]:
    """Which goods and periods count in which target, and with which weight."""
    targets, n = a.targets, a.periods
    whole = np.arange(len(targets.good))
    gives, takes = (np.flatnonzero((a.member_of[a.process] >= 0) & (a.quantity * sign > 0)) for sign in (1, -1))
    conversion, member = np.zeros(len(a.processes)), np.zeros(len(a.processes), np.int64)
    conversion[a.process[gives]], member[a.process[takes]] = a.quantity[gives], a.good[takes]
    target, process = _joined(targets.good, a.member_of)
    cells = np.r_[targets.good * n + targets.period, member[process] * n + targets.period[target]]
    return cells, np.r_[whole, target], np.r_[np.ones(len(whole)), conversion[process]]


def _joined(left: Places, right: Places) -> tuple[Places, Places]:
    """Places of every pair of equal values."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, side="left")
    count = np.searchsorted(right[order], left, side="right") - first
    pairs = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(pairs)) - np.repeat(np.cumsum(count) - count, count)
    return pairs, order[np.repeat(first, count) + within]
