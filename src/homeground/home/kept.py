"""What a Home keeps of a country's own doing: its process book, and the prices of its plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.errors import UsageError, listing, message

if TYPE_CHECKING:
    from homeground.materials import Book
    from homeground.store import Store

BOOKS: Final = "process_books"
PRICES: Final = "plan_prices"


def require_sound(paths: Sequence[str | Path]) -> None:
    """Raise BadInput for a process book that `materials` would refuse, before anything of it is kept."""
    from homeground import materials

    for path in paths:
        materials.read(path)


def process_book(store: Store, country: str) -> Book | None:
    """Return the kept book of a country; raises UsageError where several are kept and none is preferred."""
    from homeground import materials
    from homeground.sources.kept_book import reopened

    found = [(name, row) for name, row in _rows(store, BOOKS) if row["country"] == country]
    preferred = [(name, row) for name, row in found if name == store.catalog.preferred]
    found = preferred or found
    if len(found) > 1:
        do = "choose one with 'homeground prefer'"
        names = listing(name for name, _row in found)
        raise UsageError(message(f"several process books of {country} are kept", found=names, do=do))
    return materials.parse(reopened(found[0][1])) if found else None


def plan_prices(store: Store) -> list[dict[str, Any]]:
    """Return the shadow prices of all kept plans, or of the preferred one."""
    found = list(_rows(store, PRICES))
    preferred = [row for name, row in found if name == store.catalog.preferred]
    return preferred or [row for _name, row in found]


def _rows(store: Store, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row of a table with the name of its dataset, over all datasets."""
    for held in store.catalog.datasets.values():
        if table in held.tables:
            yield from ((held.name, row) for row in store.table(held, table).to_pyarrow().to_pylist())
