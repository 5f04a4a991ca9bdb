"""The process books that a Home keeps, by country."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from homeground.errors import NotInHome, listing, message
from homeground.home import own_means

if TYPE_CHECKING:
    from homeground.materials import Book
    from homeground.store import Store


def kept(store: Store) -> dict[str, Book]:
    """Return the book of each country that has one."""
    found = {}
    for country in sorted(set(_countries(store))):
        book = own_means.process_book(store, country)
        if book is not None:
            found[country] = book
    return found


def kept_for(store: Store, country: str) -> Book:
    """Return the book of a country; raises NotInHome."""
    held = sorted(set(_countries(store)))
    book = own_means.process_book(store, country) if country in held else None
    if book is None:
        do = "choose one of these, or keep one"
        raise NotInHome(
            message("no process book of it is kept", found=country, expected=listing(held) or "none", do=do)
        )
    return book


def owner(store: Store, dataset: str) -> str:
    """Whose book a dataset holds."""
    held = store.catalog.dataset(dataset)
    country: str = store.table(held, own_means.BOOKS).to_pyarrow()["country"][0].as_py()
    return country


def _countries(store: Store) -> Iterator[str]:
    for held in store.catalog.datasets.values():
        if own_means.BOOKS in held.tables:
            yield from store.table(held, own_means.BOOKS).select("country").to_pyarrow()["country"].to_pylist()
