"""What every source hands to the store: files opened one after another, with the mapping that explains them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeground.errors import BadInput, message
from homeground.sources import files
from homeground.sources.files import RawFile
from homeground.sources.mapping import Mapping

if TYPE_CHECKING:
    import pyarrow as pa

ROW: Final = "homeground_row"
"""Name of the column that numbers the rows of a raw file."""

REASON: Final = "homeground_reason"
"""Name of a raw column in which a source says why a row cannot be kept; empty for the others."""

Progress = Callable[[str, float], None]
"""Called with what is being done and the fraction of the whole that is finished (0 to 1)."""


def unwatched(step: str, done: float) -> None:
    """Progress that nobody watches."""


Lines = Callable[[Collection[int], int], dict[int, int]]
"""Called with row numbers and the number of all rows of a file; returns the line on which each row begins."""


@dataclass(frozen=True)
class Part:
    """One table of raw columns that DuckDB can read.

    `relation` is the text after FROM; `arrow` a table to register first, with its name, where the file is no format of
    DuckDB's own. `numbered` is the same relation with the column ROW: where a row stands in the file.
    `lines` turns these numbers into line numbers where that takes a second reading. `member` is the name inside a zip.
    """

    raw: RawFile
    relation: str
    numbered: str
    arrow: tuple[str, pa.Table] | None = None
    lines: Lines | None = None
    member: str = ""

    @property
    def name(self) -> str:
        """The file as a reader would name it: inside a zip, archive/member."""
        return f"{self.raw.name}/{self.member}" if self.member else self.raw.name

    @property
    def where(self) -> str:
        """The path of the file, for messages."""
        return place(self.raw, self.member)


@dataclass(frozen=True)
class Reading:
    """A source, opened: `parts(scratch)` yields its tables lazily, using the folder `scratch` for extraction.

    `products(scratch)` are the (code, name) pairs that the source ships for its revision; `notes` reach every reader.
    `most_refused` is the share of refused rows above which a load is stopped: it is the wrong file or mapping.
    `also` are further tables that the same files fill, each with a mapping and parts of its own.
    """

    source: str
    mapping: Mapping
    files: tuple[RawFile, ...]
    parts: Callable[[Path], Iterator[Part]]
    products: Callable[[Path], list[tuple[str, str]]] | None = None
    notes: tuple[str, ...] = ()
    also: tuple[Reading, ...] = ()
    most_refused: float = 0.05


def csv_part(raw: RawFile, path: Path, mapping: Mapping, wanted: list[str], member: str = "") -> Part:
    """Prepare a UTF-8 csv file: its header must hold the wanted columns once; every value is read as text."""
    header = files.header(path, mapping.delimiter)
    files.require_columns(header, wanted, place(raw, member), path, mapping.delimiter)
    relation = (
        f"read_csv({one_file(path)}, header=true, delim={literal(mapping.delimiter)}, quote='\"', escape='\"', "
        f"auto_detect=false, columns={{{_varchars(header, wanted)}}})"
    )

    def lines(rows: Collection[int], total: int) -> dict[int, int]:
        if files.count_lines(path) == total + 1:
            return {row: row + 1 for row in rows}
        return files.lines_of_rows(path, mapping.delimiter, rows)

    return Part(raw, relation, counted(relation), lines=lines, member=member)


def parquet_part(raw: RawFile, path: Path, wanted: list[str], member: str = "") -> Part:
    """Prepare a Parquet file, whatever the types of its columns; rows are numbered from 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        raise damaged_parquet(place(raw, member), str(error)) from error
    files.require_columns(names, wanted, place(raw, member))
    relation = f"read_parquet({one_file(path)})"
    return Part(raw, relation, counted(relation), member=member)


def place(raw: RawFile, member: str) -> str:
    """Name a file, or a file inside a zip, for messages."""
    return f"{raw.path}/{member}" if member else str(raw.path)


def counted(relation: str) -> str:
    """Add the column ROW to a relation: 1 for its first row."""
    return f"(SELECT *, row_number() OVER () AS {ROW} FROM {relation})"


def damaged_parquet(where: str, detail: str) -> BadInput:
    """Build the message for a Parquet file that cannot be read."""
    return BadInput(
        message(
            "the Parquet file is damaged",
            where=where,
            found=detail.splitlines()[0] if detail else None,
            do="copy or download it again; nothing was loaded",
        )
    )


def one_file(path: Path) -> str:
    """Write a path as an SQL literal that means this file only, whatever signs its name holds."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(path)))


def literal(text: str) -> str:
    """Quote a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _varchars(names: list[str], wanted: list[str]) -> str:
    """Declare every column as text; one that nothing asks for gives way where its name is empty or not its own."""
    taken = {name.casefold() for name in wanted}
    declared = []
    for number, name in enumerate(names, 1):
        if name not in wanted:
            name = f"column {number}" if not name or name.casefold() in taken else name
            taken.add(name.casefold())
        declared.append(name)
    return ", ".join(f"{literal(name)}: 'VARCHAR'" for name in declared)
