"""What the sources of physical figures share: files as bytes, rows of the table `balances`, and how they are mapped.

These files are small and each is laid out in its own way, so they are read whole and handed on as rows of text. Figures
are converted to metric tons here, once.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from homeground.errors import BadInput, UsageError, message
from homeground.sources import files
from homeground.sources.files import RawFile
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import REASON, ROW, Part

if TYPE_CHECKING:
    import pyarrow as pa

GZIP: Final = b"\x1f\x8b"

COLUMNS: Final = {
    "year": ColumnMap("year"),
    "country": ColumnMap("country", codes="name"),
    "commodity": ColumnMap("commodity"),
    "element": ColumnMap("element"),
    "quantity_t": ColumnMap("quantity", unit="t"),
    "state": ColumnMap("state"),
    "note": ColumnMap("note"),
    "place": ColumnMap("place"),
}


class Figure(NamedTuple):
    """One row of `balances` as text; `quantity` (t) is empty where the source does not give it.

    `reason` says why the row cannot be kept.
    """

    year: str
    country: str
    commodity: str
    element: str
    quantity: str
    state: str = ""
    note: str = ""
    place: str = ""
    reason: str = ""


def mapping(dataset: str, licence: str, citation: str) -> Mapping:
    """Map figures to the table `balances`."""
    return Mapping("balances", COLUMNS, dataset=dataset, licence=licence, citation=citation)


def part(raw: RawFile, figures: Sequence[Figure], name: str = "figures") -> Part:
    """Hand figures over as a table that DuckDB reads."""
    return rows_part(raw, [*Figure._fields[:-1], REASON], figures, name)


def rows_part(raw: RawFile, names: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> Part:
    """Hand rows of text over as a table that DuckDB reads; they are numbered from 1."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    table = {title: pa.array(column, pa.string()) for title, column in zip(names, columns, strict=True)}
    return table_part(raw, pa.table(table), name)


def table_part(raw: RawFile, table: pa.Table, name: str) -> Part:
    """Hand an Arrow table over; its rows are numbered from 1."""
    import pyarrow as pa

    numbered = table.append_column(ROW, pa.array(range(1, table.num_rows + 1), pa.int64()))
    return Part(raw, f"(SELECT * EXCLUDE {ROW} FROM {name})", name, arrow=(name, numbered))


def one_file(source: str, paths: Sequence[Path]) -> Path:
    """Return the only path; raises UsageError for several, since each source here is one file."""
    if len(paths) != 1:
        raise UsageError(
            message(f"{source} is one file", found=f"{len(paths)} files", expected="1", do="load them one by one")
        )
    return paths[0]


def look(path: Path) -> tuple[RawFile, str]:
    """Identify a text file, plain or gzipped, and decode it: UTF-8, else Windows-1252; a no-break space is a space."""
    files.require_exists(path)
    head = path.read_bytes()[:2] if path.is_file() else b""
    if head == GZIP:
        raw = RawFile(path, "csv", path.stat().st_size, files.sha256_of(path), path.name)
    else:
        (raw,) = files.look([path])
    if raw.kind != "csv":
        raise BadInput(message("not a text table", where=str(path), found=raw.kind, expected="csv", do="name the csv"))
    data = _unpacked(path) if head == GZIP else path.read_bytes()
    return raw, _decoded(data).replace("\N{NO-BREAK SPACE}", " ")


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(
            message("the gzip is cut short or damaged", where=str(path), found=str(error), do="download it again")
        ) from error


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
