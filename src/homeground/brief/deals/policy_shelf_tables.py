"""Answers of the policy's pages: the books there are, the rules in plain words, their values, the lists loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from homeground.brief.answer import Answer, Column
from homeground.brief.deals.policy_tables import rules_answer
from homeground.policy.templates import shown

if TYPE_CHECKING:
    from homeground.policy import Book, Law
    from homeground.store import Store

BOOKS = (
    Column("name", "book", "quoted"),
    Column("title", "title", wraps=True),
    Column("authority", "whose", wraps=True),
    Column("rules", "rules and tables", "count"),
    Column("scenarios", "scenarios", "count"),
    Column("faults", "faults", "count", meaning="faults of the text; a book with faults judges nothing"),
    Column("version", "version"),
)
VALUES = (
    Column("name", "value"),
    Column("value", "is", wraps=True),
    Column("in_force", "in force"),
    Column("legal", "legal reference", "quoted", wraps=True),
)
LISTS = (
    Column("list", "list"),
    Column("holds", "holds", wraps=True),
    Column("rows", "rows", "count"),
    Column("loaded", "loaded"),
    Column("age_days", "days ago", "count"),
    Column("licence", "licence", wraps=True),
)
HOLDINGS = {
    "sanctioned_names": "names of persons, firms, vessels",
    "restrictions": "what may not be traded with whom",
    "dual_use": "goods that may be under export control",
}
WORDS = ("id", "verdict", "title", "legal", "in_force", "role", "signatures", "condition", "unless")


def shelf_answer(books: Sequence[tuple[str, Book, tuple[str, ...]]]) -> Answer:
    """The books by name, each with the faults of its text."""
    rows = [
        {
            "name": name,
            "title": book.title or name,
            "authority": book.authority,
            "rules": len(book.rules) + len(book.tables),
            "scenarios": len(book.scenarios),
            "faults": len(faults),
            "version": book.version[:12],
        }
        for name, book, faults in books
    ]
    return _answer("Policy books", rows, BOOKS)


def rules_in_words(law: Law) -> Answer:
    """The rules in force: whom each refers a deal to, how many sign, and on which text it rests."""
    from dataclasses import replace

    answer = rules_answer(law)
    by_name = {column.name: replace(column, on_screen=True) for column in answer.columns}
    rest = tuple(replace(column, on_screen=False) for column in answer.columns if column.name not in WORDS)
    waiting = tuple(note for note in answer.notes if note.startswith("not in force"))
    columns = (*(by_name[name] for name in WORDS), *rest)
    return replace(answer, columns=columns, notes=(*waiting, *law.book.notes))


def values_answer(law: Law) -> Answer:
    """The values of a day that rules use, each with its legal reference."""
    units = law.book.units
    rows = [
        {
            "name": name,
            "value": shown(dated.value, units.get(name, "")),
            "in_force": str(dated.span),
            "legal": dated.reference,
        }
        for name, dated in law.parameters.items()
    ]
    return _answer(f"Values on {law.day}", rows, VALUES, policy=law.book.title, version=law.book.version)


def lists_answer(store: Store, day: date) -> Answer:
    """The lists of names and of measures that a Home holds, and their age on a day."""
    rows = []
    for held in store.catalog.datasets.values():
        last = max((load.loaded_at[:10] for load in held.loads), default="")
        age = (day - date.fromisoformat(last)).days if last else None
        rows += [
            {
                "list": held.name,
                "holds": words,
                "rows": sum(piece.rows for piece in held.tables[table].values()),
                "loaded": last,
                "age_days": age,
            }
            | {"licence": held.licence}
            for table, words in HOLDINGS.items()
            if table in held.tables
        ]
    notes = () if rows else ("No list is loaded: verdicts say that names and measures are not known.",)
    return _answer("Lists that are loaded", rows, LISTS, notes)


def _answer(
    title: str, rows: list[dict[str, Any]], columns: tuple[Column, ...], notes: tuple[str, ...] = (), **about: Any
) -> Answer:
    import pyarrow as pa

    kinds = [(column.name, pa.int64() if column.is_number else pa.string()) for column in columns]
    return Answer(title, pa.Table.from_pylist(rows, pa.schema(kinds)), columns, notes, about)
