"""Answers on process books: which there are, and what is in one good by good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column, money

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.errors import ManyFaults, Message
    from homeground.materials import Book

BOOKS: Final = (
    Column("title", "process book"),
    Column("country", "of"),
    Column("year", "year", "year"),
    Column("goods", "goods", "count"),
    Column("processes", "processes", "count"),
    Column("running", "running", "count", meaning="processes that run today"),
    Column("groups", "groups", "count", meaning="kinds of work that several goods can do"),
    Column("name", "name", on_screen=False),
)
FAULTS: Final = (
    Column("place", "where", meaning="line or cell of the file"),
    Column("entry", "entry", meaning="part, entry and field of the book"),
    Column("what", "what is wrong"),
    Column("found", "found"),
    Column("expected", "expected", wraps=True),
    Column("do", "what to do", wraps=True),
)
GOODS: Final = (
    Column("name", "good"),
    Column("hs6", "HS"),
    Column("unit", "unit"),
    Column("made_by", "made by", "count", meaning="processes of the book that make it"),
    Column("taken_by", "taken by", "count", meaning="processes of the book that take it, itself or as one of a group"),
    Column("price", "USD", "ratio", meaning="border price per unit"),
    Column("good", "id", on_screen=False),
)


def faults_answer(error: ManyFaults, name: str) -> Answer:
    """Everything that is wrong with the book in the file `name`, by line or cell."""
    import pyarrow as pa

    rows = [_fault(each) for each in error.messages]
    table = pa.Table.from_pylist(rows, schema=pa.schema([(column.name, pa.string()) for column in FAULTS]))
    count = "1 thing is" if len(rows) == 1 else f"{len(rows)} things are"
    return Answer(f"{name}: {count} wrong", table, FAULTS, ("Nothing was kept: a book is taken whole or not at all.",))


def _fault(told: Message) -> dict[str, str | None]:
    place, _, entry = told.where.partition(": ")
    said = {"what": told.what, "found": told.found, "expected": told.expected, "do": told.do}
    texts = {key: None if value is None else str(value) for key, value in said.items()}
    return {"place": place or None, "entry": entry or None, **texts}


def books_answer(found: Mapping[str, Book]) -> Answer:
    """The process books by the names of their pages."""
    rows = [
        {
            "title": book.title, "country": book.country or None, "year": book.year, "goods": len(book.goods),
            "processes": len(book.processes), "groups": len(book.groups), "name": name,
            "running": sum(bool(process.level) for process in book.processes.values()),
        }
        for name, book in found.items()
    ]  # fmt: skip
    return Answer("Process books", _table(rows, BOOKS), BOOKS)


def goods_answer(book: Book) -> Answer:
    """The goods of a book that something is done with, by name."""
    rows = []
    members = {group.id: {member.good for member in group.members} for group in book.groups.values()}
    for key, good in book.goods.items():
        makes = sum(any(line.good == key for line in process.made) for process in book.processes.values())
        takes = sum(
            any(line.good == key or key in members.get(line.good, ()) for line in process.inputs)
            for process in book.processes.values()
        )
        if makes or takes:
            rows.append({
                "name": good.name, "hs6": good.hs6 or None, "unit": good.unit, "made_by": makes, "taken_by": takes,
                "price": good.price, "good": key,
            })  # fmt: skip
    rows.sort(key=lambda row: str(row["name"]).casefold())
    return Answer("The goods of this book", _table(rows, GOODS), GOODS)


def spread(answers: Mapping[str, Answer], title: str) -> dict[str, Answer]:
    """The answers on a checked book for one page: titles without the book's, reasons shown, each note once."""
    found = {}
    for name, answer in answers.items():
        shown = tuple(replace(c, on_screen=True, wraps=True) if c.name == "reasons" else c for c in answer.columns)
        notes = tuple(note.replace(" (--view sources)", "") for note in answer.notes) if name == "findings" else ()
        head = answer.title.removeprefix(f"{title}: ")
        found[name] = replace(answer, title=head[:1].upper() + head[1:], columns=shown, notes=notes)
    return found


def tiles(answers: Mapping[str, Answer]) -> tuple[tuple[str, str], ...]:
    """A checked book in a few numbers; savings of findings do not add up, so that the largest is named."""
    found, border = answers["findings"], answers["border"].table.to_pylist()
    saves = [row["net_usd"] for row in found.table.to_pylist() if row["net_usd"] is not None]
    worth = sum(row["drc_ratio"] is not None and row["drc_ratio"] < 1 for row in border)
    known = sum(row["drc_ratio"] is not None for row in border)
    rate = found.about["circular_use"]["rate"]
    made = [(str(found.table.num_rows), "findings")]
    if saves:
        made.append((f"{money(max(saves))} USD", "currency saved by the largest, net, a year"))
    if known:
        made.append((f"{worth} of {known}", "processes cost less at home than abroad"))
    if rate is not None:
        made.append((f"{100 * rate:.1f} %", "circular use"))
    return tuple(made)


def _table(rows: Sequence[Mapping[str, Any]], shown: tuple[Column, ...]) -> pa.Table:
    import pyarrow as pa

    kinds = {"text": pa.string(), "year": pa.int64()}
    schema = pa.schema([(column.name, kinds.get(column.form, pa.float64())) for column in shown])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)
