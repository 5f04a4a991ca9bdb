"""Read big square tables from csv and xlsx: labels apart, cells as numbers, the first that is none named."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from homeground.errors import BadInput, message

Floats = np.ndarray[Any, np.dtype[np.float64]]

LEGEND: Final = "legend"


@dataclass(frozen=True)
class Grid:
    """Cells with the labels of their rows and columns, each label as many texts as the file gives."""

    rows: list[tuple[str, ...]]
    columns: list[tuple[str, ...]]
    cells: Floats
    where: str

    def part(self, rows: Sequence[int], columns: Sequence[int]) -> Floats:
        """Some rows and columns as a new array."""
        return np.ascontiguousarray(self.cells[np.ix_(rows, columns)])


def read_csv(path: Path, *, heads: int = 1, labels: int = 1, delimiter: str = ",") -> Grid:
    """Read a csv whose first `heads` lines and first `labels` columns are labels; empty cells are zero.

    Raises BadInput for a line of another length and for a cell that is no number.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    with path.open(encoding="utf-8-sig", newline="") as handle:
        head = [row for _, row in zip(range(heads), csv.reader(handle, delimiter=delimiter), strict=False)]
    width = len(head[0]) if head else 0
    if width <= labels:
        raise BadInput(message("no table of numbers", where=str(path), found=f"{width} columns", do="check the file"))
    names = [str(number) for number in range(width)]
    kinds = {name: pa.string() if number < labels else pa.float64() for number, name in enumerate(names)}
    try:
        table = arrow.read_csv(
            path,
            read_options=arrow.ReadOptions(column_names=names, skip_rows=heads, block_size=1 << 26),
            parse_options=arrow.ParseOptions(delimiter=delimiter),
            convert_options=arrow.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise _faulty(path, heads, labels, delimiter, width, str(error)) from error
    cells = np.empty((table.num_rows, width - labels))
    for place in range(labels, width):
        cells[:, place - labels] = table.column(place).fill_null(0.0).to_numpy()
    texts = [table.column(place).to_pylist() for place in range(labels)]
    return Grid(
        rows=[tuple(text.strip() for text in row) for row in zip(*texts, strict=True)],
        columns=[tuple(line[place].strip() for line in head) for place in range(labels, width)],
        cells=cells,
        where=str(path),
    )


def read_lines(lines: Sequence[Sequence[Any]], heads: Sequence[int], labels: Sequence[int], where: str) -> Grid:
    """Cut a sheet into labels and cells: `heads` are the lines of column labels, `labels` the columns of row labels."""
    first_row, first_column = max(heads) + 1, max(labels) + 1
    width = len(lines[max(heads)])
    rows = [tuple(_text(line[place]) for place in labels) for line in lines[first_row:]]
    columns = [tuple(_text(lines[head][place]) for head in heads) for place in range(first_column, width)]
    cells = np.zeros((len(rows), len(columns)))
    for row, line in enumerate(lines[first_row:]):
        for column, value in enumerate(line[first_column:width]):
            if value not in (None, ""):
                cells[row, column] = _number(value, where, first_row + row + 1, first_column + column + 1)
    return Grid(rows, columns, cells, where)


def sheet(path: Path) -> list[list[Any]]:
    """The first sheet of a workbook that is no legend, or a csv, line by line."""
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return [list(line) for line in csv.reader(handle)]
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        first = next((one for one in book.worksheets if one.title.strip().lower() != LEGEND), book.worksheets[0])
        return [list(line) for line in first.iter_rows(values_only=True)]
    finally:
        book.close()


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _number(value: Any, where: str, row: int, column: int) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise _no_number(where, row, column, value) from error


def _no_number(where: str, row: int, column: int, value: object) -> BadInput:
    place = f"{where}, line {row}, column {column}"
    return BadInput(
        message("a cell is no number", where=place, found=repr(value), expected="a number", do="mend the file")
    )


def _faulty(path: Path, heads: int, labels: int, delimiter: str, width: int, detail: str) -> BadInput:
    """Find the first line of another length, or the first cell that is no number."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, line in enumerate(csv.reader(handle, delimiter=delimiter), 1):
            if number <= heads:
                continue
            if len(line) != width:
                found = f"{len(line)} cells"
                where = f"{path}, line {number}"
                return BadInput(
                    message("a line is cut short", where=where, found=found, expected=width, do="download it again")
                )
            for column, value in enumerate(line[labels:], labels + 1):
                try:
                    float(value or 0)
                except ValueError:
                    return _no_number(str(path), number, column, value)
    return BadInput(message("the csv cannot be read", where=str(path), found=detail, do="download it again"))
