"""Check a process book with the Home's trade at hand: border prices and traded quantities that the book leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import materials, measures
from homeground.errors import UsageError, message
from homeground.home import datasets, questions
from homeground.home.deals.in_force import in_force
from homeground.home.place import Place, resolve
from homeground.home.trade.comparables import bought_by, buyers
from homeground.materials import Book, Check, Trade
from homeground.materials.explain import Way, ways
from homeground.store import Catalog, Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

WEIGHED: Final = 0.99
"""Traded quantities count where at least this part of the value reports one (Convention, 20)."""


@dataclass(frozen=True)
class MaterialsView:
    """A checked book, whose trade it was checked with, and what a reader should know; `place` None: the book alone."""

    check: Check
    place: Place | None
    year: int | None
    datasets: tuple[Dataset, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SubstitutesView:
    """What could stand in for one good of a book; `asked` is its id."""

    book: Book
    asked: str
    ways: tuple[Way, ...]
    notes: tuple[str, ...]


def check(
    store: Store, book: str | Path | Book, country: str | None, year: int | None, dataset: str | None
) -> MaterialsView:
    """Read and check a book; `country` and `year` say whose trade fills its gaps, instead of the book's own."""
    known, place, held, notes = filled(store, book, country, year, dataset)
    return MaterialsView(materials.check(known), place, known.year, held, notes)


def substitutes(
    store: Store, good: str, book: str | Path | Book | None, country: str | None, year: int | None, dataset: str | None
) -> SubstitutesView:
    """Explain one good of a book, or of the starter book."""
    known, _place, _held, notes = filled(store, materials.starter() if book is None else book, country, year, dataset)
    key = materials.find_good(known, good)
    return SubstitutesView(known, key, tuple(ways(materials.state_of(known), key)), notes)


def year_of(path: Path) -> int | None:
    """The year that a book names."""
    return materials.read(path).year


def filled(
    store: Store, book: str | Path | Book, country: str | None, year: int | None, dataset: str | None
) -> tuple[Book, Place | None, tuple[Dataset, ...], tuple[str, ...]]:
    """Read a book and fill what it leaves open from the trade of its country and year, or of those that are asked for.

    Returns the book, whose trade it was, the datasets that were used, and what a reader should know.
    """
    read = book if isinstance(book, Book) else materials.read(book)
    where, when = country or read.country, year or read.year
    if not where:
        return read, None, (), ("The book names no country: prices and traded quantities are the book's alone.",)
    if when is None:
        raise UsageError(
            message("the year of the trade is not stated", where=read.title, do="add year to [book], or --year")
        )
    place = resolve(where, when)
    trade, held, notes = _trade(store, read, place, when, dataset)
    return replace(materials.with_trade(read, trade), country=place.code, year=when), place, held, notes


def _trade(
    store: Store, book: Book, place: Place, year: int, dataset: str | None
) -> tuple[dict[str, Trade], tuple[Dataset, ...], tuple[str, ...]]:
    wanted = {
        good.hs6: key
        for key, good in book.goods.items()
        if good.hs6 and good.mass and None in (good.price, good.imports, good.exports)
    }
    found: dict[str, Trade] = {}
    used: list[Dataset] = []
    for held, codes in _holders(store.catalog, store, sorted(wanted), year, dataset):
        used.append(held)
        for hs6, known in _of_dataset(store, held, codes, place, year).items():
            found[wanted[hs6]] = _per_unit(known, book.goods[wanted[hs6]].mass or 1.0)
    return found, tuple(used), _notes(store, used, place, year, len(found), len(wanted))


def _holders(
    catalog: Catalog, store: Store, codes: list[str], year: int, name: str | None
) -> list[tuple[Dataset, list[str]]]:
    """Say which dataset answers for which products; raises UsageError where two could and none is preferred."""
    able = [catalog.dataset(name)] if name else list(catalog.datasets.values())
    able = [held for held in able if "flows" in held.tables and year in held.years()]
    holding: dict[str, list[Dataset]] = {}
    for held in able:
        table = store.table(held, "exports", (year,)).filter(_.hs6.isin(codes)).select("hs6").distinct()
        for hs6 in table.to_pyarrow()["hs6"].to_pylist():
            holding.setdefault(hs6, []).append(held)
    answers: dict[str, tuple[Dataset, list[str]]] = {}
    for hs6, holders in sorted(holding.items()):
        among = Catalog({held.name: held for held in holders}, catalog.preferred)
        chosen = datasets.choose(among, table="flows", year=year, name=name)
        answers.setdefault(chosen.name, (chosen, []))[1].append(hs6)
    return list(answers.values())


def _of_dataset(store: Store, held: Dataset, codes: list[str], place: Place, year: int) -> dict[str, dict[str, Any]]:
    flows = store.table(held, "flows", (year,)).filter(_.hs6.isin(codes))
    bought = flows.filter(bought_by(place))
    payable = _permitted(store, bought, place)
    rows: dict[str, dict[str, Any]] = {code: {"source": f"{held.name} {year}"} for code in codes}
    for row in measures.price_coverage(payable, ("hs6",)).to_pyarrow().to_pylist():
        rows[row["hs6"]] |= {"unit_value": row["unit_value_usd_per_t"], "flows": row["weighed_flows"]}
    for row in measures.price_quantiles(payable, ("hs6",)).to_pyarrow().to_pylist():
        rows[row["hs6"]] |= {"median": row["median"], "n": row["n"], "least_t": row["least_t"]}
    sold = flows.filter(_.exporter.isin(buyers(place)) & _.importer.notin(buyers(place)))
    for side, table in (("imports", bought), ("exports", sold)):
        for row in _tons(table).to_pyarrow().to_pylist():
            rows[row["hs6"]][side] = row["tons"] if row["weighed"] >= WEIGHED else None
    for row in rows.values():
        row.setdefault("imports", 0.0)
        if held.covers == "world":
            row.setdefault("exports", 0.0)
    return rows


def _tons(flows: ir.Table) -> ir.Table:
    known = ibis.ifelse(_.quantity_t.notnull(), _.value_usd, 0.0)
    sums = flows.group_by("hs6").agg(tons=_.quantity_t.sum(), known=known.sum(), value=_.value_usd.sum())
    return sums.select("hs6", tons=_.tons.fill_null(0.0), weighed=_.known / _.value.nullif(0))


def _permitted(store: Store, flows: ir.Table, place: Place) -> ir.Table:
    """Leave out sellers that a measure in force today bars: what they ask is no price that one could pay."""
    bars = in_force(store, (place,), datetime.now(UTC).date())
    barred = bars.table()
    return flows if barred is None else measures.permitted(flows, barred, bars.day)


def _per_unit(known: dict[str, Any], mass: float) -> Trade:
    per_ton = known.get("median") if known.get("median") is not None else known.get("unit_value")
    if known.get("median") is not None:
        text = (
            f"median unit value of {known['n']} imports over {known['least_t']:g} t, {known['source']}, free on board"
        )
    else:
        text = f"unit value of {known.get('flows', 0)} imports, {known['source']}, free on board"
    units = {side: None if known.get(side) is None else known[side] / mass for side in ("imports", "exports")}
    return Trade(None if per_ton is None else per_ton * mass, price_from=text, trade_from=known["source"], **units)


def _notes(store: Store, used: list[Dataset], place: Place, year: int, found: int, wanted: int) -> tuple[str, ...]:
    if not used:
        return (f"The Home holds no trade of {year} in the book's goods: prices and quantities are the book's alone.",)
    names = ", ".join(f"{held.name} ({held.revision or 'HS revision not stated'})" for held in used)
    notes = [f"{place.name} {year}: {found} of {wanted} goods that the book leaves open were filled from {names}."]
    if questions.side_table(store, "restrictions") is None:
        notes.append("No list of embargoes and sanctions is loaded: prices may be those of sellers that are barred.")
    return tuple(notes)
