"""Answers on a process book: findings, balances, cost at the border, and what could stand in for one good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.brief import figures
from homeground.brief.answer import Answer, Column, tons
from homeground.brief.tables import about_dataset
from homeground.materials import WORDS, Book, Check, Finding
from homeground.materials.streams import BEGINNINGS, ENDS, Stream, streams

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home import Home
    from homeground.home.materials.materials import MaterialsView

VIEWS: Final = ("findings", "balances", "border", "sources")

FINDINGS: Final = (
    Column("what", "what"),
    Column("text", "finding", wraps=True),
    Column("gross_usd", "saves USD", "usd", meaning="foreign currency no longer spent a year; of a loss: lost a year"),
    Column("inputs_usd", "takes USD", "usd", meaning="foreign currency that the home way takes, through all tiers"),
    Column("net_usd", "net USD", "usd", meaning="saved less taken"),
    Column(
        "drc_ratio", "DRC", "ratio", meaning="home money per US dollar saved over the shadow rate; below 1: worth doing"
    ),
    Column("missing", "not known", wraps=True, meaning="what the money would need and the book does not say"),
    Column("quality", "quality", on_screen=False, meaning="how the own good differs from the imported one"),
    Column("reasons", "reasons", on_screen=False),
    Column("home_cost", "home money", "count", on_screen=False, meaning="home money a year"),
    Column("first_tier_usd", "takes directly USD", "usd", on_screen=False, meaning="of takes: the direct inputs only"),
    Column("good", "good", on_screen=False, meaning="what is saved, wasted or lacking"),
    Column("quantity", "quantity", "ratio", on_screen=False, meaning="units of the good a year"),
    Column("unit", "unit", on_screen=False),
    Column("instead", "instead", on_screen=False, meaning="what would do its work"),
    Column("quantity_instead", "quantity instead", "ratio", on_screen=False),
    Column("unit_instead", "unit instead", on_screen=False),
    Column("process", "process", on_screen=False),
)
BALANCES: Final = (
    Column("name", "good"),
    Column("unit", "unit"),
    *(
        Column(name, title, "count", meaning=meaning)
        for name, title, meaning in (
            ("output", "made", "what processes are run for"),
            ("byproduct", "by-product", "by-products and scrap"),
            ("recovered", "recovered", "won back after use"),
            ("resource", "nature", "what resources could give"),
            ("imports", "imports", ""),
            ("exports", "exports", ""),
            ("taken", "processes", "taken by processes"),
            ("use", "other use", ""),
            ("need", "need", "what people need first"),
            ("left", "left", "supply less uses; below zero: lacking"),
        )
    ),
    Column("thrown_away", "thrown away", "count", meaning="what is left of by-products and scrap"),
    Column("price", "USD", "ratio", on_screen=False, meaning="border price per unit"),
    Column("price_from", "price from", on_screen=False),
    Column("good", "id", on_screen=False),
)
BORDER: Final = (
    Column("name", "process"),
    Column("revenue", "E", "ratio", meaning="worth of what it makes at border prices, USD per unit of activity"),
    Column("tradables", "F", "ratio", meaning="traded inputs at border prices, USD, also those inside untraded ones"),
    Column("value_added", "E − F", "ratio", meaning="value added at border prices, USD"),
    Column("domestic", "G", "ratio", meaning="domestic factors at shadow wages, home money"),
    Column("drc", "G/(E−F)", "ratio", meaning="home money per US dollar earned or saved"),
    Column("drc_ratio", "DRC", "ratio", meaning="the same over the shadow rate; below 1: worth making at home"),
    Column("protection", "effective protection", "share", meaning="how far tariffs raise value added"),
    Column("missing", "not known", wraps=True),
    Column("per", "per", on_screen=False, meaning="unit of activity"),
    Column("process", "id", on_screen=False),
)
SOURCES: Final = (
    Column("author", "author"),
    Column("title", "title", wraps=True),
    Column("year", "year", "year"),
    Column("place", "where", wraps=True),
    Column("checked", "checked", "flag", meaning="compared with the source's text"),
    Column("note", "note", on_screen=False),
    Column("source", "id", on_screen=False),
)
WAYS: Final = (
    Column("kind", "way"),
    Column("name", "what"),
    Column("where", "where"),
    Column("verdict", "verdict"),
    Column(
        "quantity", "replaces", "ratio", meaning="units of the good a year; of making, those that idle capacity adds"
    ),
    Column("quantity_instead", "takes", "ratio", meaning="units of what takes its place"),
    Column("net_usd", "net USD", "usd", meaning="foreign currency saved a year, net; without a quantity: per unit"),
    Column("drc_ratio", "DRC", "ratio", meaning="home money per US dollar saved over the shadow rate"),
    Column("quality", "quality", wraps=True),
    Column("why", "why", wraps=True),
    Column("gross_usd", "saves USD", "usd", on_screen=False),
    Column("inputs_usd", "takes USD", "usd", on_screen=False),
    Column("home_cost", "home money", "count", on_screen=False),
    Column("missing", "not known", on_screen=False),
    Column("unit", "unit", on_screen=False),
    Column("unit_instead", "unit of what takes its place", on_screen=False),
)


def answers_of(view: MaterialsView) -> dict[str, Answer]:
    """Give an answer for each of VIEWS on a checked book."""
    made = {"findings": _findings, "balances": _balances, "border": _border, "sources": _sources}
    return {name: write(view) for name, write in made.items()}


def substitutes_answer(home: Home, good: str, book: str | Path | Book | None = None, **asked: Any) -> Answer:
    """What could stand in for one good; `asked` as Home.substitutes."""
    found = home.substitutes(good, book, **asked)
    rows = [{**vars(way), "net_usd": way.net_usd, "missing": "; ".join(way.missing)} for way in found.ways]
    of = found.book.goods[found.asked]
    price = f"{of.price:,.4g} USD per {of.unit} at the border, from {of.price_from}" if of.price is not None else ""
    notes = [f"{of.name} is counted in {of.unit}. {price or 'Its border price is not known.'}"]
    if not rows:
        notes.append("No group, process or recovery route of this book knows another way.")
    return Answer(
        title=f"What could stand in for {of.name}: {found.book.title}",
        table=_table(rows, WAYS),
        columns=WAYS,
        notes=(*notes, *found.notes),
        about={"question": {"good": of.id}, "book": found.book.title, "country": found.book.country or None},
    )


def _findings(view: MaterialsView) -> Answer:
    check = view.check
    rows = [_finding(found) for found in check.findings]
    places = [_named(check.book, stream) for stream in streams(check.book, check.held)]
    drawn = ((figures.sankey(places, BEGINNINGS, ENDS), _caption(places)),) if places else ()
    return Answer(
        title=f"{check.book.title}: what could be made otherwise",
        table=_table(rows, FINDINGS),
        columns=FINDINGS,
        notes=(*_notes(check), *view.notes),
        about=_of_book(view),
        figures=drawn,
    )


def _finding(found: Finding) -> dict[str, Any]:
    texts = {"reasons": "; ".join(found.reasons), "missing": "; ".join(found.missing)}
    return {**vars(found), "what": WORDS[found.kind], "net_usd": found.net_usd, **texts}


def _named(book: Book, stream: Stream) -> dict[str, Any]:
    return {"source": book.name(stream.source), "target": book.name(stream.target), "tons": stream.tons}


def _caption(places: list[dict[str, Any]]) -> str:
    total = sum(row["tons"] for row in places if row["source"] in BEGINNINGS)
    return f"{tons(total)} a year flow through the book; widths are tons. Blue: imported. Orange: thrown away or lost."


def _notes(check: Check) -> list[str]:
    alone = "Each finding is for itself: those that use the same good do not add up. A plan puts them together."
    notes = [alone] if check.findings else ["Nothing was found that is worth doing otherwise."]
    circular = check.circular
    if circular.rate is not None:
        used = tons(circular.consumption + circular.secondary)
        unknown = f"; {len(circular.unknown)} goods without a mass are left out" if circular.unknown else ""
        notes.append(f"Circular use rate {100 * circular.rate:.1f} % of {used} (goods of this book only{unknown}).")
    unchecked = sum(not source.checked for source in check.book.sources.values())
    if unchecked:
        notes.append(
            f"{unchecked} of {len(check.book.sources)} sources were not compared with their text (--view sources)."
        )
    if check.book.note:
        notes.append(check.book.note)
    return notes


def _balances(view: MaterialsView) -> Answer:
    check = view.check
    rows = []
    for key, held in check.held.items():
        if held.supply or held.shortfall:
            good = check.book.goods[key]
            derived = {"left": held.left, "thrown_away": held.thrown_away}
            rows.append(
                {**vars(held), **derived, "name": good.name, "price": good.price, "price_from": good.price_from}
            )
    return _answer(view, "balance of each good, a year", rows, BALANCES)


def _border(view: MaterialsView) -> Answer:
    check = view.check
    rows = []
    for cost in check.costs.values():
        process = check.book.processes[cost.process]
        if process.level or (cost.drc is not None):
            named = {"name": process.name, "per": process.per, "missing": "; ".join(cost.missing)}
            rows.append({**vars(cost), **named})
    rows.sort(key=lambda row: (row["drc_ratio"] is None, row["drc_ratio"] or 0.0))
    return _answer(view, "what processes are worth at the border", rows, BORDER)


def _sources(view: MaterialsView) -> Answer:
    rows = [{**vars(source), "source": source.id} for source in view.check.book.sources.values()]
    return _answer(view, "where the numbers come from", rows, SOURCES)


def _answer(view: MaterialsView, what: str, rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> Answer:
    title = f"{view.check.book.title}: {what}"
    return Answer(title, _table(rows, columns), columns, view.notes, _of_book(view))


def _of_book(view: MaterialsView) -> dict[str, Any]:
    book = view.check.book
    question = {"book": book.title, "country": book.country or None, "year": view.year}
    about = {**(about_dataset(view.datasets[0], question) if view.datasets else {"question": question})}
    circular = view.check.circular
    return {**about, "circular_use": {**vars(circular), "rate": circular.rate}}


def _table(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> pa.Table:
    import pyarrow as pa

    kinds: dict[str, Any] = {"text": pa.string(), "flag": pa.bool_(), "year": pa.int64()}
    schema = pa.schema([(c.name, kinds.get(c.form, pa.float64())) for c in columns])
    return pa.Table.from_pylist([{c.name: row.get(c.name) for c in columns} for row in rows], schema=schema)
