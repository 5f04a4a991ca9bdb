"""What a Home keeps of a country's own doing: its process book, and the prices of its plan.

A book is kept as a row of the table `process_books`. A plan's prices are the table `plan_prices`; whose plan it is, a
file named as its dataset below `plans/<country>` says.
"""

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


def book_rows(store: Store) -> dict[str, dict[str, Any]]:
    """Return the rows of all kept books (country, title, content) by their datasets."""
    return dict(_rows(store, BOOKS))


def rows_of(store: Store, country: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a country's kept books; the preferred one alone where one of them is."""
    found = {name: row for name, row in book_rows(store).items() if row["country"] == country}
    preferred = store.catalog.preferred
    return {preferred: found[preferred]} if preferred in found else found


def process_books(store: Store, country: str) -> dict[str, Book]:
    """Return the kept books of a country by their datasets; the preferred one alone where one of them is."""
    from homeground import materials
    from homeground.sources.kept_book import reopened

    return {name: materials.parse(reopened(row)) for name, row in rows_of(store, country).items()}


def process_book(store: Store, country: str) -> Book | None:
    """Return the kept book of a country; raises UsageError where several are kept and none is preferred."""
    books = process_books(store, country)
    if len(books) > 1:
        do = "choose one with 'homeground prefer'"
        raise UsageError(message(f"several process books of {country} are kept", found=listing(books), do=do))
    return next(iter(books.values()), None)


def plan_prices(store: Store) -> list[dict[str, Any]]:
    """Return the shadow prices of all kept plans, or of the preferred one; `country` is None where it is not known."""
    found = [(name, {"country": _whose(store, name), **row}) for name, row in _rows(store, PRICES)]
    preferred = [row for name, row in found if name == store.catalog.preferred]
    return preferred or [row for _name, row in found]


def stamp(store: Store) -> tuple[tuple[str, int], ...]:
    """Tell one state of the kept files from another: their paths and the times of their last change."""
    kept = _plans(store, "*")
    return tuple((str(path), path.stat().st_mtime_ns) for path in kept)


def _rows(store: Store, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row of a table with the name of its dataset, over all datasets."""
    for held in store.catalog.datasets.values():
        if table in held.tables:
            yield from ((held.name, row) for row in store.table(held, table).to_pyarrow().to_pylist())


def _whose(store: Store, dataset: str) -> str | None:
    owners = sorted({path.parent.name for path in _plans(store, f"{dataset}.json")})
    return owners[0] if len(owners) == 1 else None


def _plans(store: Store, name: str) -> list[Path]:
    """Files of kept plans; none where the Home is a URL."""
    if "://" in str(store.path):
        return []
    return sorted(path for path in (Path(store.path) / "plans").glob(f"*/{name}") if path.name[0] != ".")
