"""Circular use of materials: how much of what is used was used before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeground.materials.balance import Balance
from homeground.materials.book import Book


@dataclass(frozen=True)
class CircularUse:
    """Tons a year. `recovered` by recovery routes; `waste_imports`, `waste_exports` of goods marked as waste.

    `secondary` U = recovered − waste_imports + waste_exports; `consumption` DMC = extraction + imports − exports;
    `rate` = U/(DMC + U), None where the denominator is not positive. Goods whose mass is `unknown` count nowhere.
    Source: Eurostat, Circular material use rate, 2018 edition. Only what the book holds is counted, not the economy.
    """

    recovered: float
    waste_imports: float
    waste_exports: float
    extraction: float
    imports: float
    exports: float
    unknown: tuple[str, ...]

    @property
    def secondary(self) -> float:
        """U, tons a year."""
        return self.recovered - self.waste_imports + self.waste_exports

    @property
    def consumption(self) -> float:
        """Domestic material consumption, tons a year."""
        return self.extraction + self.imports - self.exports

    @property
    def rate(self) -> float | None:
        """U/(DMC + U)."""
        whole = self.consumption + self.secondary
        return self.secondary / whole if whole > 0 else None


def circular_use(book: Book, held: Mapping[str, Balance]) -> CircularUse:
    """Sum the balances in tons; of resources what is used, not what could be."""
    sums = dict.fromkeys(("recovered", "waste_imports", "waste_exports", "extraction", "imports", "exports"), 0.0)
    unknown = []
    for key, balance in held.items():
        good = book.goods[key]
        if good.mass is None:
            unknown.append(key)
            continue
        used = balance.resource - min(balance.resource, balance.surplus)
        parts = {"extraction": used, "imports": balance.imports, "exports": balance.exports}
        parts |= {"recovered": balance.recovered}
        if good.waste:
            parts |= {"waste_imports": balance.imports, "waste_exports": balance.exports}
        for name, units in parts.items():
            sums[name] += units * good.mass
    return CircularUse(**sums, unknown=tuple(unknown))
