"""What parts of needs cost that are only bought: per year and priority one curve instead of thousands of goods.

A purely bought good meets the others through currency alone. Its suppliers, sorted by price, are pieces: so many
parts of the need (weight · quantity / need), at so many M USD per part. In every stage of a plan a piece counts by its
parts and by its money only, so of two pieces of the same year and priority the cheaper part is bought first, whatever
goods they belong to: all of them together are one piecewise linear, convex curve. Runs of pieces are `stretches`; the
curve over a stretch is enclosed from below by its first and its last price, which meet where parts and money come out
as the stretch's own. A stretch of one piece is exact. Source: Everett (1963), generalised Lagrange multipliers;
Zipkin (1980), aggregation of columns.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from homeground.plan.arrays import Arrays, Needs, Numbers, Places
from homeground.plan.reach import Pure, nothing_pure, reduced

ROUGH: Final = 1e-5
"""Largest error of a stretch at the start, in parts of all that its curve offers."""


@dataclass(frozen=True, eq=False)
class Curves:
    """Pieces sorted by curve and price. `row`, `need`: where from; `price`: M USD per part; `most`: parts.

    `begins`: first piece of each curve, and the number of pieces behind the last.
    """

    row: Places
    need: Places
    period: Places
    priority: Numbers
    price: Numbers
    most: Numbers
    begins: Places

    def __len__(self) -> int:
        return len(self.row)

    @property
    def curve(self) -> Places:
        """Number of the curve that each piece belongs to."""
        return np.repeat(np.arange(len(self.begins) - 1), np.diff(self.begins))

    def sums(self, values: Numbers) -> Numbers:
        """Sum of values over the pieces of each curve."""
        return np.add.reduceat(values, self.begins[:-1]) if len(self) else np.zeros(0)

    def filled(self, parts: Numbers) -> Numbers:
        """Parts of each piece where each curve gives `parts` in all: the cheapest first."""
        before = np.cumsum(self.most) - self.most
        earlier = before - before[self.begins[:-1]][self.curve]
        return np.clip(parts[self.curve] - earlier, 0.0, self.most)

    def at(self, parts: Numbers) -> Places:
        """Piece in which each curve stands when it gives `parts` in all."""
        reached = np.cumsum(self.most)
        before = reached[self.begins[:-1]] - self.most[self.begins[:-1]]
        return np.clip(np.searchsorted(reached, before + parts, side="right"), self.begins[:-1], self.begins[1:] - 1)

    def rough(self) -> Places:
        """First pieces of stretches that are fine enough to begin with: none errs by more than ROUGH of its curve."""
        allowed = ROUGH * self.sums(self.most)
        edges = self.begins[:-1]
        while True:
            too_rough = _error(self, edges) > allowed[self.curve[edges]]
            if not too_rough.any():
                return edges
            size = np.diff(np.r_[edges, len(self)])
            edges = np.union1d(edges, (edges + size // 2)[too_rough])

    def rooms(self, edges: Places) -> Numbers:
        """Parts at the price of each piece when the pieces stand for their stretches: zero but at a stretch's ends."""
        first, last, parts, money = _ends(self, edges)
        low, high = self.price[first], self.price[last]
        with np.errstate(invalid="ignore", divide="ignore"):
            cheap = np.where(high > low, np.clip((high * parts - money) / (high - low), 0.0, parts), parts)
        rooms = np.zeros(len(self))
        np.add.at(rooms, first, cheap)
        np.add.at(rooms, last, parts - cheap)
        return rooms

    def finer(self, edges: Places, pieces: Places) -> Places:
        """Stretches with those of the given pieces halved towards them until each stands alone."""
        found = [edges]
        begin = edges[np.searchsorted(edges, pieces, side="right") - 1]
        end = np.r_[edges, len(self)][np.searchsorted(edges, pieces, side="right")]
        while (wide := end - begin > 1).any():
            middle = (begin + end) // 2
            found.append(middle[wide])
            left = pieces < middle
            begin, end = np.where(wide & ~left, middle, begin), np.where(wide & left, middle, end)
        return np.unique(np.concatenate(found))


def _ends(curves: Curves, edges: Places) -> tuple[Places, Places, Numbers, Numbers]:
    """First and last piece of each stretch, its parts and its money."""
    last = np.r_[edges[1:], len(curves)] - 1
    parts = np.add.reduceat(curves.most, edges)
    return edges, last, parts, np.add.reduceat(curves.most * curves.price, edges)


def _error(curves: Curves, edges: Places) -> Numbers:
    """Parts by which a stretch promises more than it has, where that is most (a bound from above)."""
    first, last, parts, money = _ends(curves, edges)
    cheap = curves.rooms(edges)[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        worth = np.where(money > 0, cheap * (1 - curves.price[first] * parts / money), 0.0)
    return np.where(last > first, np.maximum(worth, 0.0), 0.0)


def summed(places: Places, values: Numbers, count: int) -> Numbers:
    """Sum of the values at each of `count` places."""
    return np.asarray(np.bincount(places, weights=values, minlength=count), dtype=float)


def curves(a: Arrays, pure: Pure) -> Curves:
    """Curves of the pure import rows; a piece of a need that weighs nothing is left out: no stage gains by it."""
    bought = np.flatnonzero(pure.need >= 0)
    need, period = pure.need[bought], a.imports.period[bought]
    weight = a.needs.weight[need] / a.needs.quantity[need]
    most = (a.imports.most[bought] - pure.least[bought]) * weight
    with np.errstate(divide="ignore", invalid="ignore"):
        price = a.imports.price[bought] / weight
    priority = a.needs.priority[need]
    order = np.lexsort((bought, price, period, priority))
    order = order[most[order] > 0]
    period, priority = period[order], priority[order]
    new = (np.diff(period) != 0) | (np.diff(priority) != 0)
    begins = np.append(np.flatnonzero(np.append(len(order) > 0, new)), len(order))
    return Curves(bought[order], need[order], period, priority, price[order], most[order], begins)


@dataclass(frozen=True, eq=False)
class Parts:
    """A plan's arrays taken apart: `core` keeps rows of its own, the needs that are only bought stand in `curves`.

    `whole` are both together, and `certain` is what `pure` rows have to pay in each period in any case.
    """

    whole: Arrays
    pure: Pure
    core: Arrays
    curves: Curves
    certain: Numbers

    @property
    def needs_met(self) -> Numbers:
        """Weighted parts of each need of the whole that pure rows have to meet in any case."""
        needs, bought = self.whole.needs, self.pure.need >= 0
        met = summed(self.pure.need[bought], self.pure.least[bought], len(needs))
        return met * needs.weight / needs.quantity


def apart(a: Arrays, reduce: bool) -> Parts:
    """Leave out what no optimum needs and take the rest apart; without `reduce` all of it is core."""
    whole, pure = reduced(a) if reduce else (a, nothing_pure(a))
    certain = summed(whole.imports.period, whole.imports.price * pure.least, whole.periods)
    return Parts(whole, pure, _core(whole, pure, certain), curves(whole, pure), certain)


def _core(a: Arrays, pure: Pure, certain: Numbers) -> Arrays:
    other = pure.need < 0
    place = np.cumsum(other) - 1
    return replace(
        a,
        imports=a.imports.kept(other),
        needs=Needs(*(getattr(a.needs, field.name)[~pure.eliminated] for field in dataclasses.fields(a.needs))),
        shares=replace(a.shares, rows=tuple(place[rows] for rows in a.shares.rows)),
        income=a.income - certain,
    )
