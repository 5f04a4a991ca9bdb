"""What a deal's evidence asks of the process book and of the input–output table that a Home holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from homeground.codes import countries
from homeground.deals.ports import AtHome, Chain
from homeground.errors import HomegroundError, listing

if TYPE_CHECKING:
    from homeground.deals.deal import Deal
    from homeground.home.chains.chains import Chains
    from homeground.materials.supply import State
    from homeground.store import Store


def open_book(store: Store, country: str, year: int) -> State | str:
    """Return the kept book of a country, its gaps filled with the Home's trade, or why there is none.

    Prices and traded quantities that the book leaves open are of the book's year; of this one where it names none.
    """
    from homeground.home.deals import own_means
    from homeground.home.materials import materials

    try:
        book = own_means.process_book(store, country)
        if book is None:
            return f"no process book of {countries.spoken(country)} is kept"
        return materials.check(store, book, country, book.year or year, None).check.state
    except HomegroundError as error:
        return _why(error)


def at_home(opened: State | str, country: str, hs6: str) -> AtHome | str:
    """Return what own goods could do in a product's place; of a code that several goods share, for all of them."""
    from homeground.materials.in_place import in_place

    if isinstance(opened, str):
        return opened
    book = opened.book
    goods = [key for key, good in book.goods.items() if good.hs6 == hs6]
    if not goods:
        return f"the process book of {countries.spoken(country)} ({book.title}) has no good of HS {hs6}"
    if unweighed := [book.goods[key].name for key in goods if not book.goods[key].mass]:
        return f"the process book of {countries.spoken(country)} does not say what {listing(unweighed)} weighs"
    ways = [way for key in goods for way in in_place(opened, key)]
    return AtHome(ways, book.title, str(book.year or ""), book.shadow_rate)


def open_table(store: Store, year: int) -> Chains | str:
    """Return the input–output table of the nearest year that is not later, or why there is none."""
    from homeground.home import datasets
    from homeground.home.chains import chains
    from homeground.store.arrays import TABLE

    if not any(TABLE in held.tables for held in store.catalog.datasets.values()):
        return "no input–output table is loaded"
    try:
        held = datasets.choose(store.catalog, table=TABLE)
        years = held.years(TABLE)
        return chains.open_chains(store, max((y for y in years if y <= year), default=min(years)), held.name)
    except HomegroundError as error:
        return _why(error)


def industries(store: Store, hs6: str, opened: Chains, supplier: str) -> Mapping[str, float]:
    """Return the industries of a table that make a product, with shares; raises UnknownCode where none does."""
    from homeground.home.chains import product_industries

    return product_industries.allocate(store, hs6, opened, supplier).shares


def chain(store: Store, opened: Chains | str, deal: Deal) -> Chain | str:
    """Return the partner's shares in the country's use of what the industries of a product make."""
    from homeground.home.chains import chains
    from homeground.leontief import use

    if isinstance(opened, str):
        return opened
    where = f"{opened.dataset.name}, {opened.year}"
    if hidden := [c for c in (deal.country, deal.partner) if c not in opened.system.countries]:
        return f"the input–output table ({where}) does not show {listing(map(chains.name_of, hidden))} by itself"
    try:
        weights = industries(store, deal.hs6, opened, deal.partner)
        found = use.of(opened.system, deal.country, deal.partner, weights)
    except HomegroundError as error:
        return _why(error)
    if found is None:
        return f"{deal.country} uses nothing of the product's industries in {where}"
    names = {opened.industry(code): weight for code, weight in weights.items()}
    return Chain(found.direct, found.through, found.home, names, found.covered, opened.dataset.name, opened.year)


def _why(error: HomegroundError) -> str:
    return str(error).split(". What to do")[0]
