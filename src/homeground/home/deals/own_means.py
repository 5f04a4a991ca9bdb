"""What a Home keeps of a country's own doing: its process book, and the prices of its plan.

A book is kept as a row of the table `process_books`. A plan's prices are the table `plan_prices`; whose plan it is, a
folder named as its dataset below `plans/<country>` says, with the plan in it (see `plan_kept`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.errors import UsageError, listing, message
from homeground.home.plans import plan_kept

if TYPE_CHECKING:
    from homeground.materials import Book
    from homeground.store import Store

BOOKS: Final = "process_books"
PRICES: Final = "plan_prices"
PLANS: Final = "plans"


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
    found = []
    for path in plan_files(store):
        with contextlib.suppress(FileNotFoundError):  # a plan is just taking the place of another
            found.append((str(path), path.stat().st_mtime_ns))
    return tuple(found)


def plan_files(store: Store, country: str = "*", dataset: str = "*") -> list[Path]:
    """Return the file that holds the words of each kept plan; none where the Home is a URL.

    Plans kept before there were folders are one file, `plans/<country>/<dataset>.json`.
    """
    if "://" in str(store.path):
        return []
    root = Path(store.path) / PLANS
    found = [path for ending in (f"/{plan_kept.FILE}", ".json") for path in root.glob(f"{country}/{dataset}{ending}")]
    return sorted(path for path in found if not path.relative_to(root).parts[1].startswith("."))


def _rows(store: Store, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row of a table with the name of its dataset, over all datasets."""
    for held in store.catalog.datasets.values():
        if table in held.tables:
            yield from ((held.name, row) for row in store.table(held, table).to_pyarrow().to_pylist())


def _whose(store: Store, dataset: str) -> str | None:
    root = Path(store.path) / PLANS
    owners = {path.relative_to(root).parts[0] for path in plan_files(store, dataset=dataset)}
    return owners.pop() if len(owners) == 1 else None
