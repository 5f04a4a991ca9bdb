"""Process books as files: a TOML text or a workbook, read into one document whose every value knows its place.

Nothing is judged here but the form of the file; what the values mean is the matter of the room `materials`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from homeground.errors import BadInput, UsageError, listing, message
from homeground.sources.process_book import shape
from homeground.sources.process_book.document import Document, merged
from homeground.sources.process_book.shape import PARTS, Field, Part
from homeground.sources.process_book.text import parse
from homeground.sources.process_book.workbook import read_workbook, write_workbook

__all__ = [
    "PARTS",
    "Document",
    "Field",
    "Part",
    "from_inventory",
    "merged",
    "packaged",
    "parse",
    "read",
    "save",
    "shape",
]

ENDINGS = (".toml", ".xlsx")


def read(path: Path) -> Document:
    """Read a book from a .toml or .xlsx file; raises BadInput with line or cell."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(
            message(
                "not a process book",
                where=str(path),
                found=repr(path.suffix),
                expected=" or ".join(ENDINGS),
                do="save it as one of these",
            )
        )
    if not path.is_file():
        raise BadInput(message("no such file", where=str(path), do="check the path"))
    if path.suffix.lower() == ".xlsx":
        return read_workbook(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            message("the file cannot be read", where=str(path), found=error, do="save it as UTF-8")
        ) from None
    return parse(text, path.name)


def from_inventory(path: Path, target: Path) -> tuple[list[str], Mapping[str, tuple[str, ...]]]:
    """Write an inventory of premise as a workbook of a process book; return its sheets, and what was left out and why.

    Raises BadInput where it cannot be read or written, UsageError unless the target is a workbook.
    """
    from homeground.sources.process_book.inventory import read_inventory

    found = read_inventory(path)
    return _written(found.document, target), found.left_out


def save(book: Path | None, target: Path, say: Callable[[str], str] = str) -> list[str]:
    """Write a book, or the empty template, as a workbook; return the names of its sheets.

    `say` puts what explains the columns into the reader's language.
    """
    return _written(read(book) if book is not None else Document("template", {}, {}), target, say)


def _written(document: Document, target: Path, say: Callable[[str], str] = str) -> list[str]:
    if target.suffix.lower() != ".xlsx":
        raise UsageError(
            message("not a workbook", where=str(target), found=repr(target.suffix), expected=".xlsx", do="name it so")
        )
    try:
        return write_workbook(document, target, say)
    except OSError as error:
        raise BadInput(
            message(
                "the file could not be written", where=str(target), found=error.strerror, do="choose another folder"
            )
        ) from None


def packaged(name: str) -> Document:
    """Return a book that comes with the package, such as `starter`."""
    folder = files("homeground.materials").joinpath("books")
    names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if name not in names:
        raise BadInput(
            message("no such packaged book", where="book.base", found=name, expected=listing(names), do="correct it")
        )
    return parse(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml of the package")
