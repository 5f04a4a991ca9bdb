"""What a unit of each good holds of foreign currency and of domestic factors, through the whole chain of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from homeground.errors import BadInput, message
from homeground.materials.book import Book, Process

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Content:
    """Of one unit of a good: `usd` foreign currency, `home` home money for domestic factors; `missing` says what lacks.

    What is missing counts as nothing in the sums, so that with `missing` they are lower bounds.
    """

    usd: float
    home: float
    missing: tuple[str, ...] = ()


def bought_shares(book: Book, shares: Mapping[str, float]) -> dict[str, float]:
    """Share of each good that is bought abroad: the one given; all, where nobody at home makes it and it is traded."""
    made = {line.good for process in book.processes.values() if process.level for line in process.made}
    made |= {held.good for held in book.resources.values()} | {route.gives for route in book.recovery.values()}
    return {
        key: shares.get(key, 0.0) if key in made else float(good.traded)
        for key, good in book.goods.items()
        if not good.free
    }


def at_the_border(book: Book) -> dict[str, float]:
    """Count what is traded at its border price, the rest at what its making takes: the convention of DRC."""
    return {key: float(good.traded) for key, good in book.goods.items() if not good.free}


def contents(book: Book, bought: Mapping[str, float]) -> dict[str, Content]:
    """Solve φ = s·p + (1 − s)·(c + Aᵀφ) for foreign currency and for home money, over all goods at once.

    `bought` s: share bought abroad at the border price p. c: USD cost, or wage · hours · factor + home cost, of the
    processes that make the good (weighted by what they make at present; of several, all alike where none runs). Joint
    outputs share costs by border value, else by mass, else alike; by-products carry none. Free goods cost nothing. A
    good that nobody makes costs its home price, 0 with `missing` where none is stated. Source: Leontief's total
    requirements; joint costs by value as in Corden (1974).
    """
    import numpy as np
    from scipy.sparse import identity  # type: ignore[import-untyped]
    from scipy.sparse.linalg import splu  # type: ignore[import-untyped]

    goods = [key for key, good in book.goods.items() if not good.free]
    if not goods:
        return {}
    chain = _Chain(book, goods, bought)
    system = (identity(len(goods)) - chain.matrix()).tocsc()
    try:
        solved = splu(system).solve(np.column_stack([chain.usd, chain.home]))
    except RuntimeError:
        raise BadInput(message("goods that take all of themselves", where=book.title, do="check the loops")) from None
    if (solved < -1e-9 * max(1.0, float(np.abs(solved).max()))).any():
        worst = goods[int(np.argmin(solved.min(axis=1)))]
        raise BadInput(
            message(f"making {worst} takes more of it than there comes out", where=book.title, do="check its chain")
        )
    missing = chain.spread()
    return {
        key: Content(float(solved[place, 0]), float(solved[place, 1]), tuple(missing[key]))
        for place, key in enumerate(goods)
    }


class _Chain:
    """Direct costs of each good, and what its making takes of the others."""

    def __init__(self, book: Book, goods: list[str], bought: Mapping[str, float]) -> None:
        import numpy as np

        self.book = book
        self.goods = goods
        self.place = {key: place for place, key in enumerate(goods)}
        self.bought = bought
        self.usd: np.ndarray[Any, Any] = np.zeros(len(goods))
        self.home: np.ndarray[Any, Any] = np.zeros(len(goods))
        self.taken: dict[tuple[int, int], float] = {}
        self.missing: dict[str, list[str]] = {key: [] for key in goods}
        self.makers = makers(book)
        for key in goods:
            self._cost(key)

    def matrix(self) -> Any:
        """Units of the column's good that a unit of the row's good takes, bought parts apart."""
        from scipy.sparse import coo_array

        size = len(self.goods)
        if not self.taken:
            return coo_array((size, size))
        rows, columns = zip(*self.taken, strict=True)
        return coo_array((list(self.taken.values()), (rows, columns)), shape=(size, size))

    def spread(self) -> dict[str, list[str]]:
        """Carry what is missing from inputs to what is made of them."""
        users: dict[str, list[str]] = {}
        for row, column in self.taken:
            users.setdefault(self.goods[column], []).append(self.goods[row])
        found = {key: list(texts) for key, texts in self.missing.items()}
        waiting = [key for key in self.goods if found[key]]
        while waiting:
            key = waiting.pop()
            for user in users.get(key, ()):
                new = [text for text in found[key] if text not in found[user]]
                if new:
                    found[user] += new
                    waiting.append(user)
        return found

    def _cost(self, key: str) -> None:
        good, place, share = self.book.goods[key], self.place[key], self.bought.get(key, 0.0)
        if share > 0:
            if good.price is None:
                self.missing[key].append(f"border price of {good.name}")
            else:
                self.usd[place] += share * good.price
        if share >= 1:
            return
        found = self.makers.get(key, [])
        if not any(process.level for process in found):
            cost = _without_maker(self.book, key)
            if cost is not None:
                self.home[place] += (1 - share) * cost
                return
        if not found:
            self.missing[key].append(f"home price of {good.name}")
        for process, weight in zip(found, weights(found, key), strict=True):
            self._add(key, process, (1 - share) * weight * per_unit(self.book, process, key))

    def _add(self, key: str, process: Process, factor: float) -> None:
        place = self.place[key]
        usd, home, missing = own_costs(self.book, process)
        self.usd[place] += factor * usd
        self.home[place] += factor * home
        self.missing[key] += missing
        for _line, good, quantity in self.book.drawn(process):
            if good in self.place:
                step = (place, self.place[good])
                self.taken[step] = self.taken.get(step, 0.0) + factor * quantity


def own_costs(book: Book, process: Process) -> tuple[float, float, list[str]]:
    """Return USD and home money that a unit of activity costs without its inputs, and what is not known of them."""
    missing = []
    if process.labour is None and process.home_cost is None:
        missing.append(f"labour and home cost of {process.name}")
    if process.labour and book.wage is None:
        missing.append("wage")
    labour = (process.labour or 0.0) * (book.wage or 0.0) * book.wage_factor
    return process.usd_cost or 0.0, labour + (process.home_cost or 0.0), missing


def _without_maker(book: Book, key: str) -> float | None:
    """Home money per unit of what no process is run for: its home price, cost of recovery, or a by-product's 0."""
    good = book.goods[key]
    if good.home_price is not None:
        return good.home_price
    routes = [route.home_cost for route in book.recovery.values() if route.gives == key]
    if routes:
        return routes[0]
    left = any(
        line.good == key and line.role != "output" for p in book.processes.values() if p.level for line in p.made
    )
    return 0.0 if left else None


def makers(book: Book) -> dict[str, list[Process]]:
    """Return the processes that are run for each good: the running ones, else all that could be."""
    found: dict[str, list[Process]] = {}
    for process in book.processes.values():
        for line in process.outputs:
            found.setdefault(line.good, []).append(process)
    running = {key: [p for p in made if p.level] for key, made in found.items()}
    return {key: running[key] or made for key, made in found.items()}


def weights(found: list[Process], key: str) -> list[float]:
    """Return each process's share in what is made of a good; all alike where none runs."""
    made = [process.level * sum(line.quantity for line in process.outputs if line.good == key) for process in found]
    total = sum(made)
    return [size / total for size in made] if total else [1 / len(found) for _ in found]


def per_unit(book: Book, process: Process, key: str) -> float:
    """Units of activity whose costs a unit of the output bears."""
    lines = process.outputs
    prices = [book.goods[line.good].price for line in lines]
    masses = [book.goods[line.good].mass for line in lines]
    if all(prices):
        values = [(line, price or 0.0) for line, price in zip(lines, prices, strict=True)]
    elif all(masses):
        values = [(line, mass or 0.0) for line, mass in zip(lines, masses, strict=True)]
    else:
        values = [(line, 1 / line.quantity) for line in lines]
    total = sum(line.quantity * value for line, value in values)
    return sum(value for line, value in values if line.good == key) / total
