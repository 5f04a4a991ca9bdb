"""A list of deals in a table (csv or xlsx), a deal a row, its columns named as the keys of a deal's file.

Columns `year` and `dataset` stand under `[evidence]`, those of the conversion under `[conversion]`, and `facts.NAME`
under `[facts]`. Empty cells are left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from homeground.errors import BadInput, message
from homeground.sources import files

MOST_ROWS: Final = 2_000
DAYS: Final = ("day", "delivery_until")
NUMBERS: Final = (
    "quantity", "price", "year", "usd_per_unit", "freight_usd_per_t", "insurance_share", "fob_usd_per_t"
)  # fmt: skip
UNDER: Final = {
    "year": "evidence", "dataset": "evidence", "usd_per_unit": "conversion", "freight_usd_per_t": "conversion",
    "insurance_share": "conversion", "fob_usd_per_t": "conversion",
}  # fmt: skip
FACT: Final = "facts."


def read(path: Path, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Return for every row where it stands, and the deal as its file would state it; `name` is for messages."""
    rows = _workbook(path, name) if path.suffix.casefold() == ".xlsx" else _csv(path, name)
    header = [str(cell).strip() if cell is not None else "" for cell in next(rows, [])]
    found = [(number, row) for number, row in enumerate(rows, 2) if any(cell not in (None, "") for cell in row)]
    if not found or "product" not in header:
        have = ", ".join(filter(None, header)) or "nothing"
        do = "name the columns in the first row, and give a row to each deal"
        expected = "direction, country, partner, product, quantity, …"
        raise BadInput(message("no list of deals", where=name, found=have, expected=expected, do=do))
    if len(found) > MOST_ROWS:
        do = "part it"
        raise BadInput(message("too many deals at once", where=name, found=len(found), expected=MOST_ROWS, do=do))
    return [(f"{name}, row {number}", _stated(header, row)) for number, row in found]


def _stated(header: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    for column, cell in zip(header, row, strict=False):
        if not column or cell in (None, ""):
            continue
        value = _typed(column, cell)
        if column.startswith(FACT):
            stated.setdefault("facts", {})[column.removeprefix(FACT)] = value
        elif column in UNDER:
            stated.setdefault(UNDER[column], {})[column] = value
        else:
            stated[column] = value
    return stated


def _typed(column: str, cell: Any) -> Any:
    """Return a cell in the type of its column; one that cannot be read so stays, and the deal says what is wrong."""
    if column in DAYS:
        return _day(cell)
    if column in NUMBERS or column.startswith(FACT):
        return _number(cell)
    if column == "product" and isinstance(cell, int | float):
        return f"{int(cell):06d}"  # a spreadsheet takes the zero in front away
    return cell if isinstance(cell, str) else str(cell)


def _day(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date()
    try:
        return cell if isinstance(cell, date) else date.fromisoformat(str(cell).strip())
    except ValueError:
        return cell


def _number(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _csv(path: Path, name: str) -> Iterator[Sequence[Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        return iter(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            message("the list cannot be read", where=name, found=error, expected="csv in UTF-8", do="save it as such")
        ) from error


def _workbook(path: Path, name: str) -> Iterator[Sequence[Any]]:
    try:
        with files.workbook(path) as workbook:
            rows: Iterable[Sequence[Any]] = workbook.worksheets[0].iter_rows(values_only=True)
            return iter([list(row) for row, _ in zip(rows, range(MOST_ROWS * 2), strict=False)])
    except Exception as error:  # openpyxl has no error of its own: whatever stands in the file comes up as it is
        do = "open it in Excel and save it again"
        raise BadInput(message("the workbook is damaged", where=name, found=repr(error), do=do)) from error
