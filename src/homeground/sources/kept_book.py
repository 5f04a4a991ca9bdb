"""A process book that a Home keeps: the whole of what was written, as one row of the table `process_books`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import schema
from homeground.codes import countries
from homeground.errors import BadInput, message
from homeground.sources import files, process_book
from homeground.sources.files import RawFile
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.process_book import Document
from homeground.sources.reading import ROW, Part, Reading

if TYPE_CHECKING:
    import pyarrow as pa

LICENCE: Final = "as its sources state it"


def open_files(paths: Sequence[Path], whose: str | None = None) -> Reading:
    """Open one book, of `whose` where it names no country; raises BadInput where it cannot be read or is nobody's."""
    if len(paths) != 1:
        raise BadInput(message("one process book at a time", found=f"{len(paths)} files", do="load each on its own"))
    (path,) = paths
    document = process_book.read(path)
    head = document.parts.get("book")
    country = _country(head if isinstance(head, dict) else {}, document, whose)
    columns = {column.name: ColumnMap(column.name) for column in schema.table("process_books").columns}
    title = str(head.get("title", path.stem)) if isinstance(head, dict) else path.stem
    mapping = Mapping(
        "process_books", columns, dataset=f"book-{country.lower()}", licence=LICENCE, citation=f"process book {title}"
    )
    raw = RawFile(path, "text", path.stat().st_size, files.sha256_of(path), path.name)
    row = {"country": country, "title": title, "content": json.dumps(document.parts, ensure_ascii=False)}
    return Reading("process-book", mapping, (raw,), lambda scratch: _parts(raw, row))


def reopened(row: dict[str, Any]) -> Document:
    """Return the document of a kept row; it says whose it is, where that was said beside it."""
    parts = json.loads(row["content"])
    head = {"country": row["country"], **parts.get("book", {})}
    return Document(f"process book {row['title']}", {**parts, "book": head}, {})


def _country(head: dict[str, Any], document: Document, whose: str | None) -> str:
    named = head.get("country", whose)
    if not isinstance(named, str) or not named.strip():
        do = 'write country = "its name" under [book], or name it with --country'
        raise BadInput(message("the book does not say whose it is", where=document.where("book", "country"), do=do))
    return countries.resolve(named)


def _parts(raw: RawFile, row: dict[str, Any]) -> Iterator[Part]:
    yield Part(raw, f"(SELECT * EXCLUDE {ROW} FROM books)", "books", arrow=("books", _table(row)))


def _table(row: dict[str, Any]) -> pa.Table:
    import pyarrow as pa

    kinds = {ROW: pa.int64(), **dict.fromkeys(row, pa.string())}
    return pa.Table.from_pylist([{ROW: 1, **row}], schema=pa.schema(list(kinds.items())))
