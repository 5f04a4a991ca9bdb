"""Which products the Home knows the trade of, so that a search shows these first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeground.store import Store


def traded(store: Store) -> frozenset[str]:
    """Return the six-digit codes that any dataset has flows of, in its newest year."""
    found: set[str] = set()
    for held in store.catalog.datasets.values():
        years = held.years("exports")
        if years:
            codes = store.table(held, "exports", (years[-1],)).select("hs6").distinct()
            found.update(codes.to_pyarrow()["hs6"].to_pylist())
    return frozenset(found)
