"""The market of one product in one year, as sums that are asked for again and again, with and without deals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from homeground.deals.offer import Offer


@dataclass(frozen=True)
class Market:
    """All flows of a product in a year: rows with exporter, importer, value_usd (USD), quantity_t (t or None).

    `world` tells whether the dataset holds the trade of all countries; `source` names dataset and year for the reader.
    """

    hs6: str
    year: int
    dataset: str
    source: str
    world: bool
    name: str
    rows: tuple[Mapping[str, Any], ...] = field(repr=False)

    @cached_property
    def _bought(self) -> dict[str, dict[str, float]]:
        return _pivot(self.rows, "importer", "exporter", "value_usd")

    @cached_property
    def _sold(self) -> dict[str, dict[str, float]]:
        return _pivot(self.rows, "exporter", "importer", "value_usd")

    @cached_property
    def _sold_t(self) -> dict[str, dict[str, float]]:
        return _pivot(self.rows, "exporter", "importer", "quantity_t")

    def bought(self, country: str) -> dict[str, float]:
        """Imports of a country by supplier, USD."""
        return dict(self._bought.get(country, {}))

    def sold(self, country: str) -> dict[str, float]:
        """Exports of a country by buyer, USD."""
        return dict(self._sold.get(country, {}))

    def sold_t(self, country: str) -> dict[str, float]:
        """Exports of a country by buyer, t, of the flows that report a quantity."""
        return dict(self._sold_t.get(country, {}))

    def bought_t(self, country: str) -> dict[str, float]:
        """Imports of a country by supplier, t, of the flows that report a quantity."""
        return {seller: by[country] for seller, by in self._sold_t.items() if country in by}

    @cached_property
    def sellers(self) -> dict[str, float]:
        """World exports by country, USD, largest first."""
        sums = {country: sum(by.values()) for country, by in self._sold.items()}
        return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def buyers(self) -> dict[str, float]:
        """World imports by country, USD, largest first."""
        sums = {country: sum(by.values()) for country, by in self._bought.items()}
        return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))

    def median_paid(self, seller: str) -> float | None:
        """Unit value over all that a country sells with a quantity, USD/t; None where it reports none."""
        usd = sum(r["value_usd"] for r in self.rows if r["exporter"] == seller and r["quantity_t"])
        tons = sum(r["quantity_t"] for r in self.rows if r["exporter"] == seller and r["quantity_t"])
        return usd / tons if tons else None


def with_deals(sums: Mapping[str, float], offers: Iterable[Offer]) -> dict[str, float] | None:
    """Add the values of offers to sums by partner, USD; None where the value of one is not known."""
    after = dict(sums)
    for offer in offers:
        if offer.usd is None:
            return None
        after[offer.deal.partner] = after.get(offer.deal.partner, 0.0) + offer.usd
    return after


def share(sums: Mapping[str, float], country: str) -> float | None:
    """Share of a country in sums, 0 … 1; None where nothing is traded."""
    total = sum(sums.values())
    return sums.get(country, 0.0) / total if total > 0 else None


def herfindahl(sums: Mapping[str, float]) -> float | None:
    """Σ s² of shares, 1/n … 1; None where nothing is traded. Source: Herfindahl (1950); METHODS as in `measures`."""
    total = sum(sums.values())
    return sum((value / total) ** 2 for value in sums.values()) if total > 0 else None


def _pivot(rows: Iterable[Mapping[str, Any]], one: str, other: str, value: str) -> dict[str, dict[str, float]]:
    sums: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row[value] is not None:
            by = sums[row[one]]
            by[row[other]] = by.get(row[other], 0.0) + row[value]
    return dict(sums)
