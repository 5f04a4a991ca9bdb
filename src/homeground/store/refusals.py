"""Why a load is refused as a whole, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import duckdb

from homeground.errors import BadInput, RefusedLoad, listing, message
from homeground.schema import Table
from homeground.sources import Part, Reading
from homeground.sources.reading import damaged_parquet


def is_of_the_system(error: duckdb.Error) -> bool:
    """Whether DuckDB failed for want of disk, memory or permission, and not for what stands in a file."""
    if isinstance(error, (duckdb.OutOfMemoryException, duckdb.InterruptException)):
        return True
    return re.search("No space left|[Cc]ould not write|Permission denied|File too large", str(error)) is not None


def unreadable(part: Part, detail: str) -> BadInput:
    """Build the message for what DuckDB could not read."""
    if "read_parquet" in part.relation:
        return damaged_parquet(part.where, detail)
    line = re.search(r"Line: (\d+)", detail)
    original = re.search(r"Original Line:\s*(.*)", detail)
    return BadInput(
        message(
            "a line does not fit the table",
            where=part.where + (f", line {line[1]}" if line else ""),
            found=repr(original[1].strip()[:200]) if original else detail.splitlines()[0],
            expected="as many values as the header has names",
            do="mend the line, or download the file again; nothing was loaded",
        )
    )


def no_rows(reading: Reading, years: Iterable[int]) -> RefusedLoad:
    """Build the message for files without rows, or without rows of the years asked for."""
    where = _files(reading)
    if asked := sorted(years):
        what, do = "no row of the years asked for", "check --year; nothing was loaded"
        return RefusedLoad(message(what, where=where, expected=listing(asked), do=do))
    return RefusedLoad(message("the file holds no rows", where=where, found="0 rows", do="check the file"))


def too_many(reading: Reading, refused: Counter[str], rows_in: int, most: float, example: str) -> RefusedLoad:
    """Build the message for a load of which too many rows are refused."""
    reasons = "; ".join(f"{count:,} × {reason}" for reason, count in refused.most_common(4))
    return RefusedLoad(
        message(
            f"{sum(refused.values()):,} of {rows_in:,} rows would be refused",
            where=_files(reading),
            found=f"{reasons} (first: {example})",
            expected=f"at most {most:.0%}",
            do="check columns, units, code systems, and the signs for decimals and thousands; nothing was loaded",
        )
    )


def year_in_two_files(reading: Reading, year: object) -> RefusedLoad:
    """Build the message for a year that stands in more than one file of a source that has one file per year."""
    return RefusedLoad(
        message(
            f"the year {year} stands in two files",
            where=_files(reading),
            expected="one file per year",
            do="name the zip, or the files unpacked from it, but not both; nothing was loaded",
        )
    )


def duplicate_keys(engine: duckdb.DuckDBPyConnection, reading: Reading, table: Table, condition: str) -> RefusedLoad:
    """Build the message for keys that occur more than once in the table `typed`, showing both values of the first."""
    key = ", ".join(table.key)
    rest = next((c.name for c in table.columns if c.type == "float64"), None)
    rest = rest or next((c.name for c in table.columns if c.name not in table.key), table.key[-1])
    row = engine.execute(
        f"SELECT {key}, list({rest} ORDER BY {rest})[:2], count(*) OVER () FROM typed {condition} GROUP BY {key} "
        "HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    ).fetchone()
    assert row is not None
    place = ", ".join(f"{name} {value}" for name, value in zip(table.key, row, strict=False))
    first, second = (f"{value:,}" if isinstance(value, float) else str(value) for value in row[-2])
    return RefusedLoad(
        message(
            f"duplicate keys in {row[-1]:,} places",
            where=_files(reading),
            found=f"{place} with {rest} {first} and {second}",
            expected="each key once",
            do='remove the repetition, or state duplicates = "sum" in the mapping if the rows are parts of one flow',
        )
    )


def _files(reading: Reading) -> str:
    return listing(file.name for file in reading.files)
