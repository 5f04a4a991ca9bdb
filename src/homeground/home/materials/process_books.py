"""The process books that a Home keeps, by country."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from homeground.errors import NotInHome, listing, message
from homeground.home.deals import own_means
from homeground.plan import document as documents

if TYPE_CHECKING:
    from homeground.materials import Book
    from homeground.store import Store


def kept(store: Store) -> dict[str, Book]:
    """Return the book of each country that has one."""
    found = {}
    for country in _countries(store):
        book = own_means.process_book(store, country)
        if book is not None:
            found[country] = book
    return found


def titles(store: Store) -> dict[str, str]:
    """The titles of the kept books, by country, without reading the books; the last of a country with several."""
    return {row["country"]: row["title"] for row in own_means.book_rows(store).values()}


def kept_for(store: Store, country: str) -> Book:
    """Return the book of a country; raises NotInHome."""
    held = _countries(store)
    book = own_means.process_book(store, country) if country in held else None
    if book is None:
        do = "choose one of these, or keep one"
        raise NotInHome(
            message("no process book of it is kept", found=country, expected=listing(held) or "none", do=do)
        )
    return book


def text(store: Store, country: str) -> str:
    """The book of a country as a TOML text; raises NotInHome."""
    kept_for(store, country)
    (row,) = own_means.rows_of(store, country).values()
    return documents.text(_stated(json.loads(row["content"])))


def owner(store: Store, dataset: str) -> str:
    """Whose book a dataset holds."""
    return str(own_means.book_rows(store)[store.catalog.dataset(dataset).name]["country"])


def _stated(part: Any) -> Any:
    """What is stated in a book, without what is empty."""
    if isinstance(part, dict):
        return {key: _stated(value) for key, value in part.items() if value is not None}
    return part


def _countries(store: Store) -> list[str]:
    return sorted({row["country"] for row in own_means.book_rows(store).values()})
