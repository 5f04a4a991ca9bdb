"""Concordances of the Harmonized System with ISIC: csv of the World Bank (WITS), or any sheet with these two columns.

The header is the first line with a cell that names an edition of the HS (`HS 2007 Product Code`, `HS 1988/92 …`, `HS -
Combined …`) and one that names a revision of ISIC (`ISIC Revision 3 Product Code`); columns of descriptions are passed
over. A product that stands with several classes is shared out alike. 9999 is the class of what no industry makes.
Sources: World Bank, World Integrated Trade Solution, product concordances; United Nations Statistics Division.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from homeground.errors import BadInput, message
from homeground.sources import files
from homeground.sources.files import RawFile
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import ROW, Part, Reading

HS: Final = re.compile(r"\bHS", re.IGNORECASE)
EDITION: Final = re.compile(r"(?:\d{4}/)?(?:19|20)?(\d\d)\b")
ISIC: Final = re.compile(r"\bISIC\b\D*?([34])(?:\.\d)?\b", re.IGNORECASE)
WORDS: Final = re.compile(r"descri|title|name|label", re.IGNORECASE)
COMBINED: Final = "HS"
HEAD_ROWS: Final = 12
CITATION: Final = "World Bank, World Integrated Trade Solution, product concordances, https://wits.worldbank.org"
LICENCE: Final = "World Bank terms of use, with attribution"

Cells = list[tuple[int, Sequence[Any]]]
Columns = tuple[int, int, str, str]
"""Places of the two columns, the HS revision and the classification."""


def header(rows: Cells) -> tuple[int, Columns] | None:
    """Where the header stands and what it names; None where no line names both classifications."""
    for place, (_, row) in enumerate(rows[:HEAD_ROWS]):
        cells = [(n, str(cell or "")) for n, cell in enumerate(row)]
        codes = [(n, cell) for n, cell in cells if not WORDS.search(cell)]
        isic = next(((n, match[1]) for n, cell in codes if (match := ISIC.search(cell))), None)
        hs = next(((n, EDITION.search(cell)) for n, cell in codes if HS.search(cell) and not ISIC.search(cell)), None)
        if isic is not None and hs is not None:
            revision = f"HS{hs[1][1]}" if hs[1] else COMBINED
            return place, (hs[0], isic[0], revision, f"ISIC{isic[1]}")
    return None


def cells(raw: RawFile) -> Cells:
    """Lines of a csv in UTF-8 or Windows' Latin, or of the first sheet that has a header; none for other files."""
    if raw.kind == "xlsx":
        return _sheet(raw.path)
    if raw.kind != "csv":
        return []
    data = raw.path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [(number, row) for number, row in enumerate(lines, 1) if any(row)]


def open_file(raw: RawFile, rows: Cells, place: int, columns: Columns) -> Reading:
    """Open a file whose header was found."""
    _, _, revision, classification = columns
    mapping = Mapping(
        "product_industries",
        {
            "revision": ColumnMap(constant=revision),
            "hs6": ColumnMap("hs6"),
            "classification": ColumnMap(constant=classification),
            "industry": ColumnMap("industry"),
            "share": ColumnMap("share"),
        },
        dataset=f"concordance-{revision.lower()}-{classification.lower()}",
        licence=LICENCE,
        citation=CITATION,
    )
    part = _part(raw, rows[place + 1 :], columns)
    return Reading("concordance", mapping, (raw,), lambda scratch: iter([part]))


def _part(raw: RawFile, rows: Cells, columns: Columns) -> Part:
    import pyarrow as pa

    pairs = [(number, _code(row, columns[0], 6), _code(row, columns[1], 4)) for number, row in rows]
    kept = list({(code, industry): (number, code, industry) for number, code, industry in pairs if code}.values())
    if not kept:
        raise BadInput(message("no pair of product and industry", where=str(raw.path), do="take the whole table"))
    each = Counter(code for _, code, _ in kept)
    numbers, codes, industries = zip(*kept, strict=True)
    table = pa.table(
        {
            ROW: pa.array(numbers, pa.int64()),
            "hs6": pa.array(codes, pa.string()),
            "industry": pa.array(industries, pa.string()),
            "share": pa.array([f"{1.0 / each[code]!r}" for code in codes], pa.string()),
        }
    )
    return Part(raw, f"(SELECT * EXCLUDE {ROW} FROM sheet)", "sheet", arrow=("sheet", table))


def _code(row: Sequence[Any], place: int, width: int) -> str:
    """A cell as a code; Excel takes leading zeros off numbers, one at most here."""
    cell = row[place] if place < len(row) else None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell).strip().strip("'").replace(".", "")
    return text.zfill(width) if len(text) == width - 1 else text


def _sheet(path: Path) -> Cells:
    try:
        with files.workbook(path) as workbook:
            for worksheet in workbook.worksheets:
                head = list(worksheet.iter_rows(max_row=HEAD_ROWS, values_only=True))
                if header(list(enumerate(head, 1))) is not None:
                    rows = enumerate(worksheet.iter_rows(values_only=True), 1)
                    return [(n, row) for n, row in rows if any(cell is not None for cell in row)]
    except Exception as error:  # openpyxl has no error of its own
        do = "open it in Excel and save it again"
        raise BadInput(message("the workbook is damaged", where=str(path), found=repr(error), do=do)) from error
    return []
