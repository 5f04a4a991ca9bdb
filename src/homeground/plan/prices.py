"""Shadow prices: what one more unit of currency, of a good or of capacity is worth to the plan.

Source: the duals of the linear programme with the projects fixed. They hold at the margin, while the plan does not
switch. In the cost stage a price is home money of the first year (discounted), in a needs stage parts of needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.plan.arrays import MILLION, Arrays, Numbers
from homeground.plan.programme import Solved, duals, open_stages
from homeground.plan.read_out import table

if TYPE_CHECKING:
    import pyarrow as pa

LEAST: Final = 1e-9
COLUMNS: Final = ("kind", "name", "year", "price", "unit")


def shadow_prices(solved: Solved, whole: Arrays, money: str, units: dict[str, str]) -> pa.Table:
    """Return kind (currency, good, capacity), name, year, price, unit; only prices above zero, and every currency year.

    `whole` are the arrays before anything was left out.
    """
    stage, found = _telling_stage(solved)
    if found is None:
        return table({name: [] for name in COLUMNS})
    rows, columns = found
    in_needs = solved.objectives[stage].unit == "needs"
    usd = _currency(solved, rows, in_needs)
    per_unit = 1.0 if in_needs else MILLION
    what = "needs" if in_needs else money
    first = solved.arrays.years[0]
    listed: list[dict[str, Any]] = [
        {"kind": "currency", "name": "USD", "year": first + year, "price": float(price),
         "unit": f"{what} per M USD" if in_needs else f"{what} per USD"}
        for year, price in enumerate(usd)
    ]  # fmt: skip
    goods = {**_balances(solved, rows, per_unit), **_only_bought(solved, whole, usd, in_needs)}
    names = solved.arrays.goods
    listed += [
        {"kind": "good", "name": names[good], "year": first + year, "price": price,
         "unit": f"{what} per {units[names[good]]}"}
        for (good, year), price in sorted(goods.items())
        if price > LEAST * per_unit
    ]  # fmt: skip
    listed += [
        {"kind": "capacity", "name": solved.arrays.processes[process], "year": first + year, "price": price,
         "unit": f"{what} per unit of activity"}
        for (process, year), price in sorted(_capacities(solved, rows, columns, per_unit).items())
        if price > LEAST * per_unit
    ]  # fmt: skip
    return table({name: [row[name] for row in listed] for name in COLUMNS})


def _telling_stage(solved: Solved) -> tuple[int, tuple[Numbers, Numbers] | None]:
    """The most important stage that more currency would help, with its duals; cost where it helps no need."""
    last = len(solved.objectives) - 1
    stage, found = last, duals(solved, last)
    for place in reversed(open_stages(solved)[:-1]):
        other = duals(solved, place)
        if other is not None and (_currency(solved, other[0], True) > LEAST).any():
            stage, found = place, other
    return stage, found


def _currency(solved: Solved, rows: Numbers, in_needs: bool) -> Numbers:
    """Worth of one more USD in each year: its rate, and what it is worth beyond it because currency is short."""
    a = solved.arrays
    years = len(a.years)
    short = -rows[solved.built.rows["currency"][:years]]
    return short if in_needs else a.rate * a.discount + short


def _balances(solved: Solved, rows: Numbers, per_unit: float) -> dict[tuple[int, int], float]:
    a, n = solved.arrays, solved.arrays.periods
    cells = np.flatnonzero(solved.built.balance >= 0)
    cells = cells[cells % n < len(a.years)]
    prices = rows[solved.built.rows["balance"][solved.built.balance[cells]]] * per_unit
    return {(int(cell // n), int(cell % n)): float(price) for cell, price in zip(cells, prices, strict=True)}


def _only_bought(solved: Solved, whole: Arrays, usd: Numbers, in_needs: bool) -> dict[tuple[int, int], float]:
    """Goods without a balance row: the next supplier's price times the worth of currency; or the need's own worth."""
    a, found = solved.arrays, {}
    gone = solved.parts.pure.eliminated & (a.needs.period < len(a.years))
    buying = whole.imports.good * whole.periods + whole.imports.period
    order = np.lexsort((whole.imports.price, buying))
    sorted_cells = buying[order]
    for need in np.flatnonzero(gone):
        good, year = int(a.needs.good[need]), int(a.needs.period[need])
        if in_needs and solved.values.unmet[need] > 0:
            found[good, year] = float(a.needs.weight[need] / a.needs.quantity[need])
            continue
        cell = good * whole.periods + year
        mine = order[np.searchsorted(sorted_cells, cell) : np.searchsorted(sorted_cells, cell, side="right")]
        enough = np.cumsum(whole.imports.most[mine]) > a.needs.quantity[need]
        if enough.any():
            price = whole.imports.price[mine[np.argmax(enough)]]
            found[good, year] = float(price * usd[year] * (1.0 if in_needs else MILLION))
    return found


def _capacities(solved: Solved, rows: Numbers, columns: Numbers, per_unit: float) -> dict[tuple[int, int], float]:
    """Rows of capacity where projects can add to it; the column's own limit elsewhere."""
    a, n = solved.arrays, solved.arrays.periods
    prices = np.zeros((len(a.processes), n))
    able = np.flatnonzero(a.has_options)
    if len(solved.built.rows["capacity"]):
        prices[able] = -rows[solved.built.rows["capacity"]].reshape(len(able), n)
    fixed = np.flatnonzero(~a.has_options)
    activity = columns[solved.built.columns["activity"]].reshape(len(a.processes), n)
    prices[fixed] = np.maximum(-activity[fixed], 0.0)
    used = [(int(p), int(y)) for p, y in np.argwhere(prices[:, : len(a.years)] > 0)]
    return {(p, y): float(prices[p, y] * per_unit) for p, y in used}
