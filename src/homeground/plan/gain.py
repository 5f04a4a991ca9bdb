"""Two impossible gains, looked for before anything is planned: matter from nothing, and currency without bound."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped]
from scipy.sparse import coo_array  # type: ignore[import-untyped]

from homeground.errors import BadInput, listing, message
from homeground.plan.arrays import Arrays, Numbers
from homeground.plan.model import Model

LEAST: Final = 1e-7


def refuse_matter_from_nothing(a: Arrays) -> None:
    """Raise BadInput where processes, run together, give something and take nothing.

    The land of Cockaigne (Koopmans 1951): activities x ≥ 0 with A·x ≥ 0 and A·x ≠ 0, A being outputs less inputs.
    """
    if not len(a.process):
        return
    net = coo_array((a.quantity, (a.good, a.process)), shape=(len(a.goods), len(a.processes))).tocsr()
    scale = np.ones(len(a.goods))
    np.maximum.at(scale, a.good, np.abs(a.quantity))
    net = coo_array((1 / scale, (np.arange(len(scale)), np.arange(len(scale))))).tocsr() @ net
    best = _most(np.asarray(net.sum(axis=0)).ravel(), -net, np.ones(len(a.processes)))
    if best is None:
        return
    running = [a.processes[k] for k in np.flatnonzero(best > 1e-6)]
    raise BadInput(
        message(
            "processes that create matter",
            where="coefficients",
            found=f"run together, {listing(running)} give more than they take",
            expected="no output without input",
            do="correct their coefficients or conversions",
        )
    )


def refuse_unbounded_gain(a: Arrays, model: Model) -> None:
    """Raise BadInput where currency could be earned without bound by buying, making and selling without limit."""
    endless = {"imports": np.isinf(a.imports.most), "exports": np.isinf(a.exports.most)}
    sold = np.flatnonzero(endless["exports"] & (a.exports.price > 0))
    if not len(sold):
        return
    bought, given = np.flatnonzero(endless["imports"]), np.flatnonzero(np.isinf(a.resources.most))
    made = np.flatnonzero(np.isinf(a.capacity) & ~a.has_options)
    n = a.periods
    cells = [a.imports.good[bought] * n + a.imports.period[bought], a.exports.good[sold] * n + a.exports.period[sold],
             a.resources.good[given] * n + a.resources.period[given]]  # fmt: skip
    used = np.isin(a.process, made)
    rows = [*cells, (a.good[used][:, None] * n + np.arange(n)).ravel()]
    place = np.full(len(a.processes), -1)
    place[made] = np.arange(len(made))
    offset = np.cumsum([0, len(bought), len(sold), len(given)])
    columns = [offset[k] + np.arange(len(cells[k])) for k in range(3)]
    columns.append((offset[3] + place[a.process[used]][:, None] * n + np.arange(n)).ravel())
    values = [np.ones(len(bought)), -np.ones(len(sold)), np.ones(len(given)), np.repeat(a.quantity[used], n)]
    size = int(offset[3]) + len(made) * n
    matrix = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(a.goods) * n, size)
    ).tocsr()
    gain = np.concatenate([-a.imports.price[bought], a.exports.price[sold], -a.resources.price[given] / a.rate,
                           np.repeat(-a.cost_usd[made] - a.cost_home[made] / a.rate, n)])  # fmt: skip
    best = _most(gain / max(1e-300, np.abs(gain).max()), -matrix, np.ones(size))
    if best is not None:
        raise BadInput(_words(a, model, best[: offset[2]], bought, sold))


def _most(gain: Numbers, above: Any, upper: Numbers) -> Numbers | None:
    """Return x between 0 and `upper` with above·x ≤ 0 and the largest gain·x, None where that is not above zero."""
    found = linprog(-gain, A_ub=above, b_ub=np.zeros(above.shape[0]), bounds=np.c_[np.zeros(len(upper)), upper])
    return found.x if found.status == 0 and -found.fun > LEAST else None


def _words(a: Arrays, model: Model, best: Numbers, bought: Any, sold: Any) -> str:
    suppliers, markets = model.suppliers["supplier"].to_pylist(), model.markets["market"].to_pylist()
    buys = [
        f"{a.goods[a.imports.good[k]]} from {suppliers[a.imports.row[k]]}" for k in bought[best[: len(bought)] > 1e-6]
    ]
    sells = [f"{a.goods[a.exports.good[k]]} to {markets[a.exports.row[k]]}" for k in sold[best[len(bought) :] > 1e-6]]
    how = f"buying {listing(dict.fromkeys(buys), 2)} and " if buys else ""
    return message(
        "a gain without bound",
        where="suppliers and markets",
        found=f"{how}selling {listing(dict.fromkeys(sells), 2)}",
        expected="a limit on one of them",
        do="state a cap, a demand or a capacity, or correct a price",
    )
