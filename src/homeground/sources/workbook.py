"""Sheets of an Excel workbook (xlsx), read as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from homeground.errors import BadInput, HomegroundError, listing, message
from homeground.sources import files
from homeground.sources.files import RawFile
from homeground.sources.mapping import Mapping
from homeground.sources.reading import ROW, Part


def sheet_part(raw: RawFile, path: Path, mapping: Mapping, wanted: list[str]) -> Part:
    """Read the sheet that the mapping names, or the only one; its first row holds the column names.

    Blank rows are passed over. Numbers are written as the mapping's text would have them.
    """
    import pyarrow as pa

    try:
        numbers, columns = _columns(_cells(path, mapping.sheet), path, mapping, wanted)
    except HomegroundError:
        raise
    except Exception as error:  # openpyxl has no error of its own: whatever stands in the file comes up as it is
        raise BadInput(
            message(
                "the workbook is damaged", where=str(path), found=repr(error), do="open it in Excel and save it again"
            )
        ) from error
    table = pa.table({name: pa.array(column, pa.string()) for name, column in zip(wanted, columns, strict=True)})
    numbered = table.append_column(ROW, pa.array(numbers, pa.int64()))
    return Part(raw, f"(SELECT * EXCLUDE {ROW} FROM sheet)", "sheet", arrow=("sheet", numbered))


def _columns(
    rows: Iterator[Sequence[Any]], path: Path, mapping: Mapping, wanted: list[str]
) -> tuple[list[int], list[list[str | None]]]:
    header = [str(cell).strip() if cell is not None else "" for cell in next(rows, [])]
    files.require_columns(header, wanted, str(path))
    places = [header.index(name) for name in wanted]
    numbers: list[int] = []
    columns: list[list[str | None]] = [[] for _ in wanted]
    for number, row in enumerate(rows, 2):
        if any(cell is not None for cell in row):
            numbers.append(number)
            for column, position in zip(columns, places, strict=True):
                column.append(_text(row[position] if position < len(row) else None, mapping.decimal))
    return numbers, columns


def _cells(path: Path, sheet: str | None) -> Iterator[Sequence[Any]]:
    with files.workbook(path) as workbook:
        names = [worksheet.title for worksheet in workbook.worksheets]
        if sheet is None and len(names) > 1:
            raise BadInput(
                message(
                    "the workbook has several sheets",
                    where=str(path),
                    found=listing(names),
                    do='name one in the mapping, such as sheet = "Data"',
                )
            )
        if (sheet is not None and sheet not in names) or not names:
            raise BadInput(
                message(
                    "no such sheet", where=str(path), found=listing(names) or "none", expected=sheet, do="correct it"
                )
            )
        yield from workbook[sheet or names[0]].iter_rows(values_only=True)


def _text(cell: object, decimal: str) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", decimal)
    return str(cell)
