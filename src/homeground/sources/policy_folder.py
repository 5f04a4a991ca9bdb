"""The files of a policy book: texts (TOML) and decision tables (csv, xlsx), read whole and within stated limits."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeground.errors import BadInput, message

MOST_FILES: Final = 500
MOST_BYTES: Final = 2_000_000
MOST_UNPACKED: Final = 50_000_000
MOST_CELLS: Final = 200_000
TEXTS: Final = (".toml",)
SHEETS: Final = (".csv", ".xlsx")

Sheet = tuple[tuple[str, ...], ...]
"""Rows of cells, each as text without spaces around it."""


@dataclass(frozen=True)
class PolicyFolder:
    """The files of a book by their path inside it. `version` is a SHA-256 over paths and contents."""

    where: str
    texts: Mapping[str, str]
    sheets: Mapping[str, Sheet]
    version: str


def read(path: Path) -> PolicyFolder:
    """Read a folder; raises BadInput naming the file that cannot be taken. Other kinds of files are passed over."""
    if not path.is_dir():
        raise BadInput(message("no such folder", where=str(path), do="name the folder that holds the policy book"))
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in (*TEXTS, *SHEETS) and _plain(file, path))
    if len(found) > MOST_FILES:
        raise _refused("too many files", path, f"{len(found):,}", f"at most {MOST_FILES}")
    texts: dict[str, str] = {}
    sheets: dict[str, Sheet] = {}
    digest = hashlib.sha256()
    for file in found:
        name, content = file.relative_to(path).as_posix(), _content(file)
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        if file.suffix.lower() == ".xlsx":
            sheets[name] = _workbook(file, content)
        elif file.suffix.lower() == ".csv":
            sheets[name] = _csv(file, _text(file, content))
        else:
            texts[name] = _text(file, content)
    return PolicyFolder(str(path), texts, sheets, digest.hexdigest())


def _plain(file: Path, folder: Path) -> bool:
    """Whether this is a file that lies inside the folder, and no lock or hidden file of an office program."""
    inside = file.resolve().is_relative_to(folder.resolve())
    return inside and file.is_file() and not file.name.startswith((".", "~$"))


def _content(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise _refused("the file is too large", file, f"{size:,} bytes", f"at most {MOST_BYTES:,}")
        return file.read_bytes()
    except OSError as error:
        raise BadInput(message("cannot read", where=str(file), found=error.strerror, do="check the file")) from error


def _text(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8 text", file, f"byte 0x{content[error.start]:02X}", "UTF-8") from error


def _csv(file: Path, text: str) -> Sheet:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _refused("the table cannot be read", file, str(error), "csv") from error
    return _sheet(file, [[cell.strip() for cell in row] for row in rows])


def _workbook(file: Path, content: bytes) -> Sheet:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise _refused("the workbook is too large", file, f"{unpacked:,} bytes unpacked", f"{MOST_UNPACKED:,}")
        with closing(openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as workbook:
            if len(workbook.worksheets) != 1:
                found = f"{len(workbook.worksheets)} sheets"
                raise _refused("a decision table has a workbook of its own", file, found, "one sheet")
            rows = [[_cell(cell) for cell in row] for row in workbook.worksheets[0].iter_rows(values_only=True)]
    except BadInput:
        raise
    except Exception as error:  # openpyxl has no error of its own: whatever stands in the file comes up as it is
        raise _refused("the workbook is damaged", file, repr(error), "xlsx") from error
    return _sheet(file, rows)


def _sheet(file: Path, rows: list[list[str]]) -> Sheet:
    if sum(map(len, rows)) > MOST_CELLS:
        raise _refused("the table is too large", file, f"{sum(map(len, rows)):,} cells", f"at most {MOST_CELLS:,}")
    return tuple(tuple(row) for row in rows if any(row))


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _refused(what: str, where: Path, found: str, expected: str) -> BadInput:
    return BadInput(message(what, where=str(where), found=found, expected=expected, do="mend the file"))
