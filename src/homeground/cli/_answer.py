"""Show one answer in the form that was asked for: on the terminal, as JSON, or as a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from homeground.brief.answer import Answer, Column
from homeground.brief.export import as_document, write_file

WIDTH = 132
"""Columns of text where no terminal says how many it has."""

NARROW = 22
"""A column of at most this many characters is never cut."""

GAP = 2
"""Spaces between two columns."""

LEAST = 12
"""What is left at least of a wider column."""

FIRST, LAST = 3, 2
"""Columns at either end that stay on the narrowest terminal; the others leave from the right."""


def show(answer: Answer, *, as_json: bool, output: Path | None, most: int = 25) -> None:
    """Write the answer to `output` if named, print JSON if asked, otherwise print a table of at most `most` rows."""
    if output is not None:
        write_file(answer, output)
        print(f"{answer.title}: {answer.table.num_rows:,} rows written to {output}", file=sys.stderr)
    if as_json:
        json.dump(as_document(answer), sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif output is None:
        _print_table(answer, most)


def _print_table(answer: Answer, most: int) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    table = Table(box=None, pad_edge=False)
    rows = answer.table.slice(0, most).to_pylist()
    shown, left_out = _fitting([column for column in answer.columns if column.on_screen], rows, console.width)
    texts = [[column.text_of(row) for column in shown] for row in rows]
    widths = _widths(shown, texts, console.width)
    for column, width in zip(shown, widths, strict=True):
        table.add_column(
            column.title,
            justify="right" if column.is_number else "left",
            no_wrap=not column.wraps,
            overflow="fold",
            width=width,
        )
    for row in texts:
        table.add_row(*(_cut(*cell) for cell in zip(row, shown, widths, strict=True)))
    console.print(answer.title, style="bold", highlight=False)
    console.print(table)
    if answer.table.num_rows > most:
        console.print(f"… {answer.table.num_rows - most:,} more rows; -o FILE or --json gives all.", style="dim")
    if left_out:
        console.print(f"Too narrow here for: {', '.join(column.title for column in left_out)}.", style="dim")
    for note in answer.notes:
        console.print(f"· {note}", style="dim", highlight=False)


def _fitting(columns: list[Column], rows: list[dict[str, Any]], room: int) -> tuple[list[Column], list[Column]]:
    """Split columns into those that fit beside one another and those that have to leave."""
    kept = list(columns)
    while len(kept) > FIRST + LAST and _least_room(kept, rows) > room:
        del kept[-LAST - 1]
    return kept, [column for column in columns if column not in kept]


def _least_room(columns: list[Column], rows: list[dict[str, Any]]) -> int:
    needed = [_needed(column, [column.text_of(row) for row in rows]) for column in columns]
    return sum(width if width <= NARROW else LEAST for width in needed) + GAP * (len(columns) - 1)


def _needed(column: Column, texts: Iterable[str]) -> int:
    return max([len(column.title), *map(len, texts)])


def _cut(text: str, column: Column, width: int) -> str:
    return text if column.wraps or len(text) <= width else f"{text[: width - 1].rstrip(' …,;:(')}…"


def _widths(columns: list[Column], texts: list[list[str]], room: int) -> list[int]:
    """Give narrow columns what they need, and share the rest of the room among the wide ones."""
    needed = [_needed(column, [row[place] for row in texts]) for place, column in enumerate(columns)]
    wide = [width for width in needed if width > NARROW]
    left = room - sum(width for width in needed if width <= NARROW) - GAP * (len(columns) - 1)
    share = max(LEAST, left // max(1, len(wide)))
    return [min(width, share) if width > NARROW else width for width in needed]


def print_json(document: dict[str, Any]) -> None:
    """Print a document that is not a table."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=str)
    print()
