"""Correlation tables of the Harmonized System as the UN publishes them: xlsx, or csv of that layout.

A workbook holds two sheets. *Correlations* lists every pair of codes that share goods; *Conversions* names a single
partner for each code, which is a choice. Only the first is read: a choice is a guess, and value would follow it.
The header is the first row with two cells that name an edition (`HS2022`, `From HS 2017`, `HS 2012`); titles above it
and columns beside it, such as `ex` and `Relationship`, are passed over.
Source: United Nations Statistics Division, classifications on economic statistics, correspondence tables.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from homeground.codes import products
from homeground.errors import BadInput, listing, message
from homeground.sources import files, product_industry
from homeground.sources.files import RawFile
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import ROW, Part, Reading

EDITION: Final = re.compile(r"\bH\.?S\.?[\s_-]*((?:19|20)\d\d)\b", re.IGNORECASE)
EDITIONS: Final = {str(1900 + n if n > 50 else 2000 + n): f"HS{n:02d}" for n in (92, 96, 2, 7, 12, 17, 22)}
SHEET: Final = "correlation"
HEAD_ROWS: Final = 12
"""Rows in which the header is looked for."""

CITATION: Final = (
    "United Nations Statistics Division, correlation tables between editions of the Harmonized System, "
    "https://unstats.un.org/unsd/classifications/Econ"
)
LICENCE: Final = "terms of use of the United Nations Statistics Division, with attribution"

Cells = list[tuple[int, Sequence[Any]]]
"""Rows of a sheet with their numbers, blank ones left out."""


def open_files(paths: Sequence[Path]) -> Reading:
    """Open one correlation table, or one of products with industries (see `product_industry`).

    Raises BadInput where its editions or codes cannot be told.
    """
    raws = files.look(paths)
    if len(raws) != 1:
        raise BadInput(
            message(
                "one correlation table at a time",
                found=listing(raw.name for raw in raws),
                expected="one file, which is one pair of editions",
                do="load each on its own",
            )
        )
    lines = product_industry.cells(raws[0])
    if (head := product_industry.header(lines)) is not None:
        return product_industry.open_file(raws[0], lines, *head)
    rows = _cells(raws[0])
    place, columns = _header(rows, raws[0])
    (first, source), (second, target) = columns
    mapping = Mapping(
        "concordances",
        {
            "from_revision": ColumnMap(constant=source),
            "from_code": ColumnMap("from_code"),
            "to_revision": ColumnMap(constant=target),
            "to_code": ColumnMap("to_code"),
        },
        dataset=f"concordance-{source.lower()}-{target.lower()}",
        licence=LICENCE,
        citation=CITATION,
    )
    part = _part(raws[0], rows[place + 1 :], first, second)
    return Reading("concordance", mapping, raws, lambda scratch: iter([part]))


def _part(raw: RawFile, rows: Cells, first: int, second: int) -> Part:
    import pyarrow as pa

    pairs = [(number, _code(row, first), _code(row, second)) for number, row in rows]
    kept = [pair for pair in pairs if pair[1] or pair[2]]
    columns = list(zip(*kept, strict=True)) or [(), (), ()]
    names = (ROW, "from_code", "to_code")
    kinds = (pa.int64(), pa.string(), pa.string())
    table = pa.table({n: pa.array(c, k) for n, c, k in zip(names, columns, kinds, strict=True)})
    return Part(raw, f"(SELECT * EXCLUDE {ROW} FROM sheet)", "sheet", arrow=("sheet", table))


def _code(row: Sequence[Any], place: int) -> str:
    """Return a cell as a code: dots (`0101.21`) and guards (`'010121`) left out, whole numbers without a fraction."""
    cell = row[place] if place < len(row) else None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip().strip("'").replace(".", "")


def _header(rows: Cells, raw: RawFile) -> tuple[int, list[tuple[int, str]]]:
    """Find the header and, in it, the two columns that name an edition."""
    for place, (_, row) in enumerate(rows[:HEAD_ROWS]):
        found = [(column, years) for column, cell in enumerate(row) if (years := EDITION.findall(str(cell or "")))]
        named = [(column, years[0]) for column, years in found if len(years) == 1]
        if len(named) >= 2:
            return place, [(column, _edition(year, raw)) for column, year in _two(named, raw)]
    raise BadInput(
        message(
            "no header that names two editions of the HS",
            where=str(raw.path),
            found=listing((" | ".join(str(cell) for cell in row if cell is not None) for _, row in rows[:3]), 3),
            expected="such as HS2022 | HS2017 | Relationship",
            do="take the sheet of correlations of the UN's table as it is, or load the file as 'tidy' with a mapping",
        )
    )


def _two(named: list[tuple[int, str]], raw: RawFile) -> list[tuple[int, str]]:
    if len(named) > 2 or named[0][1] == named[1][1]:
        raise BadInput(
            message(
                "a correlation table is between two editions",
                where=str(raw.path),
                found=listing((year for _, year in named), 9),
                expected="two different ones",
                do="keep one pair of columns",
            )
        )
    return named


def _edition(year: str, raw: RawFile) -> str:
    if year not in EDITIONS:
        raise BadInput(
            message(
                "no such edition of the HS",
                where=str(raw.path),
                found=year,
                expected=listing(products.IN_FORCE, 9),
                do="check the header",
            )
        )
    return EDITIONS[year]


def _cells(raw: RawFile) -> Cells:
    if raw.kind == "xlsx":
        return _sheet(raw.path)
    if raw.kind == "csv":
        files.require_utf8(raw.path, str(raw.path))
        with raw.path.open(encoding="utf-8-sig", newline="") as handle:
            lines = csv.reader(handle, delimiter=files.likely_delimiter(raw.path))
            return [(number, row) for number, row in enumerate(lines, 1) if any(row)]
    raise BadInput(
        message("not a correlation table", where=str(raw.path), found=raw.kind, expected="xlsx or csv", do="unpack it")
    )


def _sheet(path: Path) -> Cells:
    try:
        with files.workbook(path) as workbook:
            names = [worksheet.title for worksheet in workbook.worksheets]
            fitting = [name for name in names if SHEET in name.lower()]
            if len(fitting) != 1:
                raise _no_sheet(path, names)
            rows: Iterator[Sequence[Any]] = workbook[fitting[0]].iter_rows(values_only=True)
            return [(n, row) for n, row in enumerate(rows, 1) if any(cell is not None for cell in row)]
    except BadInput:
        raise
    except Exception as error:  # openpyxl has no error of its own
        raise BadInput(
            message(
                "the workbook is damaged", where=str(path), found=repr(error), do="open it in Excel and save it again"
            )
        ) from error


def _no_sheet(path: Path, names: list[str]) -> BadInput:
    return BadInput(
        message(
            "no sheet of correlations",
            where=str(path),
            found=listing(names),
            expected="one with 'Correlation' in its name; a sheet of conversions chooses one code and is not read",
            do="take the whole workbook as published",
        )
    )
