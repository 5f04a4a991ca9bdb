"""The programme: labelled variables and constraints on linopy, from arrays.

Per good and period: imports + home output + resources + stock carried over + unmet ≥ use + need + exports + stock kept;
what is left over is thrown away. Money rows are in millions. Source: Koopmans (1951), activity analysis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.plan.arrays import Arrays, Flags, Numbers, Places
from homeground.plan.targets import Terms, target_terms

if TYPE_CHECKING:
    import linopy

BLOCKS: Final = ("imports", "exports", "gathered", "activity", "stock", "unmet", "reserve", "shortfall", "build")


@dataclass(frozen=True, eq=False)
class Built:
    """A linopy model, and where each block of its columns and rows begins.

    `balance` is the row of each good and period in the block of balances (−1: none is needed there).
    """

    model: linopy.Model
    columns: dict[str, Places]
    rows: dict[str, Places]
    balance: Places


def build(a: Arrays) -> Built:
    """Build the programme without an objective."""
    import linopy

    before = linopy.options["semantics"]
    linopy.options["semantics"] = "v1"
    try:
        return _Builder(a).built()
    finally:
        linopy.options["semantics"] = before


class _Builder:
    def __init__(self, a: Arrays) -> None:
        import linopy

        self.a = a
        self.model = linopy.Model(sparse=True)
        self.rows: dict[str, Places] = {}
        self._variables()

    def built(self) -> Built:
        balance = self._balances()
        self._capacities()
        self._one_start()
        self._currency()
        self._budgets()
        self._shares()
        self._members()
        self._targets()
        columns = {name: _labels(self.model.variables, name) for name in BLOCKS}
        return Built(self.model, columns, self.rows, balance)

    def _variables(self) -> None:
        a, n = self.a, self.a.periods
        most = np.repeat(np.where(a.has_options, np.inf, a.capacity), n)
        needs = a.needs
        unmet = (1 - needs.must) * needs.quantity
        room, last = np.repeat(a.stocks.most, n), _last(a)
        left = np.where(last[None, :], a.stocks.final[:, None], 0.0).ravel()
        soft = np.flatnonzero(~a.targets.must)
        self._add("imports", np.zeros(len(a.imports)), a.imports.most)
        self._add("exports", np.zeros(len(a.exports)), a.exports.most)
        self._add("gathered", np.zeros(len(a.resources)), a.resources.most)
        self._add("activity", np.zeros(len(most)), most)
        self._add("stock", left, room)
        self._add("unmet", np.zeros(len(unmet)), unmet)
        self._add("reserve", a.floor, np.full(n, np.inf))
        self._add("shortfall", np.zeros(len(soft)), np.full(len(soft), np.inf))
        options = len(a.options)
        self._add("build", np.zeros(options), np.ones(options), whole=True)

    def _add(self, name: str, lower: Numbers, upper: Numbers, *, whole: bool = False) -> None:
        import pandas as pd
        import xarray as xr

        if not len(lower):
            return
        index = {name: pd.RangeIndex(len(lower))}
        limits: dict[str, Any] = {} if whole else {
            "lower": xr.DataArray(lower, dims=name, coords=index),
            "upper": xr.DataArray(upper, dims=name, coords=index),
        }  # fmt: skip
        coords = [pd.RangeIndex(len(lower), name=name)] if whole else None
        self.model.add_variables(name=name, binary=whole, coords=coords, **limits)

    def _constrain(self, name: str, terms: list[Terms], sign: str, right: Numbers) -> None:
        """Add one row per entry of `right`; rows without a term are refused by the solver only if they cannot hold."""
        import pandas as pd
        import xarray as xr

        parts = [self._spread(name, len(right), *term) for term in terms if len(term[1])]
        if not parts or not len(right):
            self.rows[name] = np.zeros(0, np.int64)
            return
        left = parts[0]
        for part in parts[1:]:
            left = left + part
        limit = xr.DataArray(right, dims=name, coords={name: pd.RangeIndex(len(right))})
        self.model.add_constraints(left, sign, limit, name=name)
        self.rows[name] = self.model.constraints[name].labels.to_numpy().ravel()

    def _spread(self, row_name: str, count: int, block: str, columns: Places, rows: Places, values: Numbers) -> Any:
        """Sum coefficients times columns into rows."""
        import linopy
        import pandas as pd
        import xarray as xr

        index = pd.RangeIndex(len(columns), name="term")
        labels = _labels(self.model.variables, block)[columns]
        parts = {
            "coeffs": (("term", "_term"), values.astype(float)[:, None]),
            "vars": (("term", "_term"), labels[:, None]),
            "const": ("term", np.zeros(len(columns))),
        }
        weighed = linopy.LinearExpression(xr.Dataset(parts, coords={"term": index}), self.model)
        summed = weighed.groupby(pd.Series(rows, index=index, name=row_name)).sum()
        if summed.sizes[row_name] == count:
            return summed
        return summed.reindex({row_name: pd.RangeIndex(count)}).fillna(0)

    def _balances(self) -> Places:
        a, n = self.a, self.a.periods
        cells = self._cells()
        used = np.unique(np.concatenate([cell for _block, _columns, cell, _values in cells]))
        balance = np.full(len(a.goods) * n, -1)
        balance[used] = np.arange(len(used))
        terms = [(block, columns, balance[cell], values) for block, columns, cell, values in cells]
        right = np.zeros(len(a.goods) * n)
        np.add.at(right, a.needs.good * n + a.needs.period, a.needs.quantity)
        np.add.at(right, a.stocks.good[:, None] * n + np.flatnonzero(a.opens()), -a.stocks.initial[:, None])
        self._constrain("balance", terms, ">=", right[used])
        return balance

    def _cells(self) -> list[Terms]:
        """The balances' terms, with the cell (good times periods plus period) in place of the row."""
        a, n = self.a, self.a.periods
        every = np.arange(n)
        used_at = (a.process[:, None] * n + every).ravel()
        used = (a.good[:, None] * n + every).ravel()
        kept = np.arange(len(a.stocks.good))[:, None] * n
        stocked = a.stocks.good[:, None] * n
        later = np.flatnonzero(~a.opens())
        count = len(a.stocks.good)
        return [
            ("imports", np.arange(len(a.imports)), a.imports.good * n + a.imports.period, np.ones(len(a.imports))),
            ("exports", np.arange(len(a.exports)), a.exports.good * n + a.exports.period, -np.ones(len(a.exports))),
            ("gathered", np.arange(len(a.resources)), a.resources.good * n + a.resources.period,
             np.ones(len(a.resources))),
            ("activity", used_at, used, np.repeat(a.quantity, n)),
            ("unmet", np.arange(len(a.needs)), a.needs.good * n + a.needs.period, np.ones(len(a.needs))),
            ("stock", (kept + every).ravel(), (stocked + every).ravel(), -np.ones(count * n)),
            ("stock", (kept + later - 1).ravel(), (stocked + later).ravel(), np.repeat(1 - a.stocks.loss, len(later))),
        ]  # fmt: skip

    def _capacities(self) -> None:
        """Activity ≤ base capacity + capacity of the projects that are online."""
        a, n = self.a, self.a.periods
        able = np.flatnonzero(a.has_options)
        place = np.full(len(a.processes), -1)
        place[able] = np.arange(len(able))
        year = np.arange(n) % len(a.years)
        online = (a.options.online[:, None] <= year) & (year < a.options.until[:, None])
        option, period = np.nonzero(online)
        terms: list[Terms] = [
            ("activity", (able[:, None] * n + np.arange(n)).ravel(), np.arange(len(able) * n), np.ones(len(able) * n)),
            ("build", option, place[a.options.process[option]] * n + period, -a.options.capacity[option]),
        ]
        self._constrain("capacity", terms, "<=", np.repeat(a.capacity[able], n))

    def _one_start(self) -> None:
        """A project begins once at most; one that must be begun, once."""
        options = self.a.options
        projects, place = np.unique(options.project, return_inverse=True)
        must = np.zeros(len(projects), bool)
        must[place] = options.must
        ones = np.ones(len(options))
        for name, mask, sign in (("one_start", ~must, "<="), ("must_start", must, "=")):
            rows = np.cumsum(mask) - 1
            of = np.flatnonzero(mask[place])
            self._constrain(name, [("build", of, rows[place[of]], ones[of])], sign, np.ones(int(mask.sum())))

    def _currency(self) -> None:
        """Reserve of a year = reserve of the year before + income + exports − imports − projects − processes."""
        a, n = self.a, self.a.periods
        every, later = np.arange(n), np.flatnonzero(~a.opens())
        paid = np.flatnonzero(a.cost_usd)
        option, year = np.nonzero(a.options.usd)
        worlds = np.arange(len(a.worlds)) * len(a.years)
        right = a.income + np.where(a.opens(), a.opening, 0.0)
        terms: list[Terms] = [
            ("reserve", every, every, np.ones(n)),
            ("reserve", later - 1, later, -np.ones(len(later))),
            ("imports", np.arange(len(a.imports)), a.imports.period, a.imports.price),
            ("exports", np.arange(len(a.exports)), a.exports.period, -a.exports.price),
            ("activity", (paid[:, None] * n + every).ravel(), np.tile(every, len(paid)),
             np.repeat(a.cost_usd[paid], n)),
            ("build", np.tile(option, len(worlds)), (worlds[:, None] + year).ravel(),
             np.tile(a.options.usd[option, year], len(worlds))),
        ]  # fmt: skip
        self._constrain("currency", terms, "=", right)

    def _budgets(self) -> None:
        """Home money spent in a year of the plan's own world ≤ its budget, where one is set."""
        a, n = self.a, self.a.periods
        set_in = np.flatnonzero(np.isfinite(a.budget[: len(a.years)]))
        place = np.full(n, -1)
        place[set_in] = np.arange(len(set_in))
        paid = np.flatnonzero(a.cost_home)
        gathered = np.flatnonzero(place[a.resources.period] >= 0)
        option, year = np.nonzero(a.options.home)
        in_budget = place[year] >= 0
        option, year = option[in_budget], year[in_budget]
        terms: list[Terms] = [
            ("activity", (paid[:, None] * n + set_in).ravel(), np.tile(place[set_in], len(paid)),
             np.repeat(a.cost_home[paid], len(set_in))),
            ("gathered", gathered, place[a.resources.period[gathered]], a.resources.price[gathered]),
            ("build", option, place[year], a.options.home[option, year]),
        ]  # fmt: skip
        self._constrain("budget", terms, "<=", a.budget[set_in])

    def _shares(self) -> None:
        """Imports from one supplier ≤ share · imports of the good."""
        a, shares = self.a, self.a.shares
        columns, rows, values = [], [], []
        for row, mine in enumerate(shares.rows):
            bought = np.flatnonzero((a.imports.good == shares.good[row]) & (a.imports.period == shares.period[row]))
            columns.append(bought)
            rows.append(np.full(len(bought), row))
            values.append(np.isin(bought, mine) - shares.share[row])
        if columns:
            terms: Terms = ("imports", np.concatenate(columns), np.concatenate(rows), np.concatenate(values))
            self._constrain("share", [terms], "<=", np.zeros(len(shares.rows)))
        else:
            self.rows["share"] = np.zeros(0, np.int64)

    def _members(self) -> None:
        """A member's part of its group ≤ its cap."""
        a, n = self.a, self.a.periods
        capped = np.flatnonzero((a.member_of >= 0) & (a.member_cap < 1))
        given = np.zeros(len(a.processes))
        made = a.quantity > 0
        given[a.process[made]] = a.quantity[made]
        columns, rows, values = [], [], []
        for row, member in enumerate(capped):
            same = np.flatnonzero(a.member_of == a.member_of[member])
            weight = (same == member) * given[same] - a.member_cap[member] * given[same]
            columns.append((same[:, None] * n + np.arange(n)).ravel())
            rows.append(np.tile(row * n + np.arange(n), len(same)))
            values.append(np.repeat(weight, n))
        at, into, weights = (
            np.concatenate(part) if part else np.zeros(0, np.int64) for part in (columns, rows, values)
        )
        self._constrain("member", [("activity", at, into, weights.astype(float))], "<=", np.zeros(len(capped) * n))

    def _targets(self) -> None:
        self._constrain("target", target_terms(self.a), ">=", np.zeros(len(self.a.targets.good)))


def _labels(variables: Any, name: str) -> Places:
    """Where the columns of a block stand in the whole; empty for a block that the plan has no use for."""
    return variables[name].labels.to_numpy().ravel() if name in variables else np.zeros(0, np.int64)


def _last(a: Arrays) -> Flags:
    """Per period, whether it is the last of its world."""
    return np.asarray(np.arange(a.periods) % len(a.years) == len(a.years) - 1)
