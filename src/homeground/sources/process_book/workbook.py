"""The same book as a workbook: a sheet per part and per kind of map; read back with the cell of each value.

Sheets: one per part (`book` in pairs of name and value), and per map one that names the entry, the key and the value:
`properties`, `lines` (process, line, good, value), `members`, `bounds` (group, bound, property, value).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from homeground.errors import BadInput, HomegroundError, listing, message
from homeground.sources import files
from homeground.sources.process_book.document import Document
from homeground.sources.process_book.document import Path as Keys
from homeground.sources.process_book.shape import BY_NAME, LINES, PARTS, Part

MAPS: Final = {
    "properties": ("goods", ("properties",)),
    "lines": ("processes", (*LINES, "uses")),
    "members": ("groups", ("members",)),
    "bounds": ("groups", ("least", "most")),
}
"""Sheet → part, and the maps that it holds; where there are several, a column `line` names the one."""

Row = list[tuple[str, Any, str]]
"""Column, value, cell."""


def write_workbook(document: Document, path: Path, say: Callable[[str], str] = str) -> list[str]:
    """Write a book as a workbook, and return its sheets; of an empty document, the template: heads and meanings.

    `say` puts the meanings into the reader's language; the names of sheets and columns are read back, and stay.
    """
    import xlsxwriter

    with closing(xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        for part in PARTS:
            _sheet(book, head, part.name, _part_head(part), _part_rows(part, document, say), say)
        for sheet, (name, maps) in MAPS.items():
            _sheet(book, head, sheet, _map_head(name, maps), _map_rows(name, maps, document), say)
    return [*BY_NAME, *MAPS]


def read_workbook(path: Path) -> Document:
    """Read the sheets; raises BadInput with sheet and cell."""
    parts: dict[str, Any] = {}
    places: dict[Keys, str] = {}
    faults: list[BadInput] = []
    try:
        for sheet, rows in _sheets(path):
            for row in rows:
                try:
                    if sheet in BY_NAME:
                        _take_part(BY_NAME[sheet], row, parts, places)
                    elif sheet in MAPS:
                        _take_map(*MAPS[sheet], row, parts, places)
                except BadInput as fault:
                    faults.append(fault)
    except HomegroundError:
        raise
    except Exception as error:  # openpyxl has no error of its own: whatever stands in the file comes up as it is
        raise BadInput(
            message("the workbook is damaged", where=str(path), found=repr(error), do="save it again in Excel")
        ) from error
    return Document(path.name, parts, places, tuple(faults))


def _part_head(part: Part) -> list[tuple[str, str]]:
    if part.single:
        return [("field", "name of the field"), ("value", "its value"), ("meaning", "not read")]
    return [("id", "short name by which other sheets call it"), *((f.name, f.meaning) for f in part.fields)]


def _map_head(part: str, maps: tuple[str, ...]) -> list[tuple[str, str]]:
    fields = BY_NAME[part].map_fields(maps[0]) or ()
    line = [("line", listing(maps, 9))] if len(maps) > 1 else []
    return [
        ("entry", f"id on the sheet {part}"),
        *line,
        ("key", "good or property"),
        *((f.name, f.meaning) for f in fields),
    ]


def _sheet(
    book: Any,
    head: Any,
    name: str,
    columns: list[tuple[str, str]],
    rows: Iterator[list[Any]],
    say: Callable[[str], str],
) -> None:
    sheet = book.add_worksheet(name)
    for place, (title, meaning) in enumerate(columns):
        sheet.write_string(0, place, title, head)
        sheet.write_comment(0, place, say(meaning))
        sheet.set_column(place, place, max(12, len(title) + 2))
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(number, place, value)


def _part_rows(part: Part, document: Document, say: Callable[[str], str]) -> Iterator[list[Any]]:
    held = document.parts.get(part.name, {})
    if part.single:
        yield from ([f.name, held.get(f.name), say(f.meaning)] for f in part.fields)
    else:
        yield from ([key, *(entry.get(f.name) for f in part.fields)] for key, entry in held.items())


def _map_rows(part: str, maps: tuple[str, ...], document: Document) -> Iterator[list[Any]]:
    for entry, held in document.parts.get(part, {}).items():
        for name in maps:
            line = [name] if len(maps) > 1 else []
            for key, value in held.get(name, {}).items():
                fields = BY_NAME[part].map_fields(name) or ()
                values = [value.get(f.name) for f in fields] if isinstance(value, dict) else [value]
                yield [entry, *line, key, *values]


def _sheets(path: Path) -> Iterator[tuple[str, list[Row]]]:
    with files.workbook(path) as workbook:
        names = [sheet.title for sheet in workbook.worksheets]
        strange = [name for name in names if name not in BY_NAME and name not in MAPS]
        if strange or "book" not in names:
            raise BadInput(
                message(
                    "these are not the sheets of a process book",
                    where=str(path),
                    found=listing(strange) or "no sheet book",
                    expected=listing([*BY_NAME, *MAPS], 20),
                    do="rename or remove them; 'homeground materials write' makes an empty workbook",
                )
            )
        for sheet in workbook.worksheets:
            yield sheet.title, list(_rows(sheet, path.name))


def _rows(sheet: Any, file: str) -> Iterator[Row]:
    from openpyxl.utils import get_column_letter

    lines = sheet.iter_rows(values_only=True)
    head = [str(cell).strip() if cell is not None else "" for cell in next(lines, ())]
    for number, line in enumerate(lines, 2):
        cells = [
            (title, value, f"{file}, sheet {sheet.title}, cell {get_column_letter(place)}{number}")
            for place, (title, value) in enumerate(zip(head, line, strict=False), 1)
            if value is not None and title
        ]
        if cells:
            yield cells


def _take_part(part: Part, row: Row, parts: dict[str, Any], places: dict[Keys, str]) -> None:
    held = parts.setdefault(part.name, {})
    values = {title: (value, cell) for title, value, cell in row}
    if part.single:
        if "value" in values:
            field = str(_named(values, "field", row)[0])
            held[field], places[part.name, field] = values["value"]
        return
    key, cell = _named(values, "id", row)
    if (part.name, str(key)) in places:
        raise BadInput(message(f"{key} stands twice", where=cell, do="join or remove one of the rows"))
    entry = held.setdefault(str(key), {})
    places[part.name, str(key)] = cell
    for title, (value, place) in values.items():
        if title != "id":
            entry[title], places[part.name, str(key), title] = value, place


def _take_map(part: str, maps: tuple[str, ...], row: Row, parts: dict[str, Any], places: dict[Keys, str]) -> None:
    values = {title: (value, cell) for title, value, cell in row}
    entry, cell = _named(values, "entry", row)
    key = str(_named(values, "key", row)[0])
    name = str(_named(values, "line", row)[0]) if len(maps) > 1 else maps[0]
    if name not in maps:
        raise BadInput(message("unknown line", where=cell, found=name, expected=listing(maps, 9), do="correct it"))
    if str(entry) not in parts.get(part, {}):
        raise BadInput(message(f"{entry} is not on the sheet {part}", where=cell, found=entry, do="add it there"))
    path = (part, str(entry), name, key)
    if path in places:
        raise BadInput(message(f"{key} stands twice", where=cell, do="join or remove one of the rows"))
    places[path] = values.get("value", (None, cell))[1]
    rest = {title: value for title, (value, _cell) in values.items() if title not in ("entry", "line", "key")}
    held = parts[part][str(entry)].setdefault(name, {})
    held[key] = rest.get("value") if "value" in rest else rest


def _named(values: dict[str, tuple[Any, str]], title: str, row: Row) -> tuple[Any, str]:
    if title not in values:
        raise BadInput(message(f"a row without {title}", where=row[0][2], do=f"fill the column {title}"))
    return values[title]
