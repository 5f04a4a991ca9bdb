"""What a ministry's workbook holds that cannot be taken: every refused cell beside the row in which it stands."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground.sources import ministry
from homeground.sources.ministry import Fault

if TYPE_CHECKING:
    import pyarrow as pa

NAMES: Final = ("sheet", "cell", "found", "expected", "row")
CELL: Final = re.compile(r"[A-Z]+(\d+)$")


def refused_cells(path: Path) -> pa.Table:
    """The refused cells in the order of the workbook: sheet, cell, found, expected, row (the row's cells in words).

    Empty where the workbook can be loaded; `row` is empty for what concerns a whole sheet. Raises BadInput where the
    file cannot be opened at all.
    """
    import pyarrow as pa

    faults = ministry.faults_of(path)
    rows = _rows(path, faults) if faults else {}
    told = [_told(fault, rows) for fault in faults]
    return pa.Table.from_pylist(told, schema=pa.schema([(name, pa.string()) for name in NAMES]))


def _told(fault: Fault, rows: dict[tuple[str, int], str]) -> dict[str, str | None]:
    sheet, cell, number = _place(fault)
    row = rows.get((sheet, number))
    return {"sheet": sheet, "cell": cell or None, "found": fault.found, "expected": fault.expected, "row": row}


def _place(fault: Fault) -> tuple[str, str, int]:
    """Sheet, cell and number of the row of a fault; 0 where it concerns no single row."""
    sheet, _, cell = fault.place.removeprefix("sheet ").partition("!")
    found = CELL.match(cell)
    return sheet, cell, int(found[1]) if found else 0


def _rows(path: Path, faults: tuple[Fault, ...]) -> dict[tuple[str, int], str]:
    import openpyxl

    wanted = {(sheet, number) for sheet, _, number in map(_place, faults) if number > 1}
    with closing(openpyxl.load_workbook(path)) as book:
        return {
            (sheet, number): _in_words(next(book[sheet].iter_rows(number, number, values_only=True)))
            for sheet, number in sorted(wanted)
            if sheet in book.sheetnames
        }


def _in_words(values: tuple[Any, ...]) -> str:
    return " | ".join("" if value is None else str(value) for value in values).rstrip(" |")
