"""What a Home keeps of a country's own doing: its process book, and the prices of its plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.errors import UsageError, listing, message

if TYPE_CHECKING:
    from homeground.materials import Book
    from homeground.store import Store

BOOKS: Final = "process_books"


def require_sound(paths: Sequence[str | Path]) -> None:
    """Raise BadInput for a process book that `materials` would refuse, before anything of it is kept."""
    from homeground import materials

    for path in paths:
        materials.read(path)


def process_book(store: Store, country: str) -> Book | None:
    """Return the kept book of a country; raises UsageError where several are kept and none is preferred."""
    from homeground import materials
    from homeground.sources.kept_book import reopened

    catalog = store.catalog
    found: dict[str, dict[str, Any]] = {
        held.name: row
        for held in catalog.datasets.values()
        if BOOKS in held.tables
        for row in store.table(held, BOOKS).to_pyarrow().to_pylist()
        if row["country"] == country
    }
    if catalog.preferred in found:
        return materials.parse(reopened(found[str(catalog.preferred)]))
    if len(found) > 1:
        do = "choose one with 'homeground prefer'"
        raise UsageError(message(f"several process books of {country} are kept", found=listing(found), do=do))
    return materials.parse(reopened(next(iter(found.values())))) if found else None
