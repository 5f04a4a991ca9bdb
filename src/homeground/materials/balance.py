"""The balance of each good, in its own unit a year: what there is, where it goes, what is left or lacking."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields

from homeground.materials.book import Book


@dataclass(frozen=True)
class Balance:
    """output + byproduct + recovered + resource + imports − taken − exports − use − need = left.

    All in units of the good a year. `taken` is what processes take. `imports_known` is False where neither the book nor
    the trade data say what is imported: it then counts as none. `resource` is what nature could give, used or not.
    """

    good: str
    unit: str
    output: float
    byproduct: float
    recovered: float
    resource: float
    imports: float
    exports: float
    taken: float
    use: float
    need: float
    imports_known: bool

    @property
    def supply(self) -> float:
        """All that there is."""
        return self.output + self.byproduct + self.recovered + self.resource + self.imports

    @property
    def left(self) -> float:
        """Supply less all uses; below zero: something is lacking."""
        return self.supply - self.taken - self.exports - self.use - self.need

    @property
    def shortfall(self) -> float:
        """What is lacking."""
        return max(0.0, -self.left)

    @property
    def surplus(self) -> float:
        """What is left."""
        return max(0.0, self.left)

    @property
    def thrown_away(self) -> float:
        """What is left of by-products and scrap."""
        return min(self.surplus, self.byproduct)

    @property
    def import_share(self) -> float:
        """Imports over supply without the untouched resource; 0 where there is no supply."""
        used = self.supply - min(self.resource, self.surplus)
        return self.imports / used if used > 0 else 0.0


def balances(book: Book) -> dict[str, Balance]:
    """Close the balance of each good but the free ones, from activities, recovery, resources, trade, uses and needs.

    Of a functional group, processes take the members in the shares that they use at present.
    """
    sums: dict[str, dict[str, float]] = {key: defaultdict(float) for key in book.goods}
    for process in book.processes.values():
        for line in process.made:
            sums[line.good]["output" if line.role == "output" else "byproduct"] += process.level * line.quantity
        for _line, good, quantity in book.drawn(process):
            sums[good]["taken"] += process.level * quantity
    for route in book.recovery.values():
        sums[route.gives]["recovered"] += route.won
    for resource in book.resources.values():
        sums[resource.good]["resource"] += resource.quantity
    for need in book.needs.values():
        sums[need.good]["need"] += need.quantity
    return {key: _balance(book, key, sums[key]) for key, good in book.goods.items() if not good.free}


def _balance(book: Book, key: str, sums: dict[str, float]) -> Balance:
    good = book.goods[key]
    stated = {name: getattr(good, name) or 0.0 for name in ("imports", "exports", "use")}
    known = good.imports is not None or not good.traded
    names = {f.name for f in fields(Balance)} - {"good", "unit", "imports_known", *stated}
    return Balance(key, good.unit, imports_known=known, **stated, **{name: sums.get(name, 0.0) for name in names})
