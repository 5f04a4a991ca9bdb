"""The policy books of a desk: folders below `policies/` in the Home, and how an uploaded book comes there.

A book that takes the place of another of its name leaves the older one beside it, under the name and its version.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from homeground import policy
from homeground.desk.settings import Settings
from homeground.desk.web.uploads import safe_name
from homeground.errors import BadInput, NotInHome, listing, message
from homeground.policy import Book
from homeground.sources import policy_folder

FOLDER: Final = "policies"
MOST_FILES: Final = 500
MOST_BYTES: Final = 50 * 2**20


def names(settings: Settings) -> list[str]:
    """The names of the books, in alphabetical order."""
    shelf = Path(settings.home) / FOLDER
    return sorted(path.name for path in shelf.glob("*") if path.is_dir() and not path.name.startswith("."))


def folder(settings: Settings, name: str) -> Path:
    """Return the folder of a book; raises NotInHome."""
    if name not in names(settings):
        do, held = "choose one of these, or put a book there", listing(names(settings)) or "none"
        raise NotInHome(message("no such policy book", found=name, expected=held, do=do))
    return Path(settings.home) / FOLDER / name


def read(settings: Settings, name: str) -> Book:
    """Read a book; raises NotInHome, BadInput with every fault of its text."""
    book, faults = look(settings, name)
    if faults:
        raise BadInput("\n".join(faults))
    return book


_READ: Final[dict[Path, tuple[str, Book, tuple[str, ...]]]] = {}
"""The books as they were read last, with the version of their text."""


def look(settings: Settings, name: str) -> tuple[Book, tuple[str, ...]]:
    """Return what can be read of a book and what is wrong in the rest; an unchanged text is not parsed anew."""
    place = folder(settings, name)
    text = policy_folder.read(place)
    held = _READ.get(place)
    if held is None or held[0] != text.version:
        held = _READ[place] = (text.version, *policy.parse(text))
    return held[1:]


def title(settings: Settings, name: str) -> str:
    """What a book is called; its name where its files cannot be read."""
    try:
        return look(settings, name)[0].title
    except BadInput:
        return name


def put(settings: Settings, name: str, archive: Path) -> tuple[Book, str]:
    """Unpack a zip of a book under a name once it reads without faults; return it and the name of the older book.

    Raises BadInput for a zip that is damaged, too large or names files outside itself, and for a faulty book.
    """
    if safe_name(name) != name:
        raise BadInput(message("no name for a folder", found=name, expected=safe_name(name), do="take plain letters"))
    shelf = Path(settings.home) / FOLDER
    with _beside(shelf, archive.stem) as new:
        _unpack(archive, new)
        policy.read(_root(new))
        older = _set_aside(shelf / name)
        _root(new).replace(shelf / name)
        return policy.read(shelf / name), older


def copy(settings: Settings, name: str, source: Path) -> Book:
    """Put a copy of a folder, whole or not at all, on the shelf under a name that is free there; return its book.

    Raises BadInput where the name is not free, or the folder cannot be copied.
    """
    shelf = Path(settings.home) / FOLDER
    with _beside(shelf, secrets.token_hex(8)) as new:
        shutil.copytree(source, new)
        new.replace(shelf / name)
    return read(settings, name)


@contextlib.contextmanager
def _beside(shelf: Path, name: str) -> Iterator[Path]:
    """Give a place on the shelf that nobody sees, where a book is made ready; what is left there goes."""
    new = shelf / f".new-{name}"
    try:
        yield new
    except OSError as error:
        found = error.strerror or str(error)
        raise BadInput(message("the book cannot be kept", found=found, do="free space, or try again")) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _set_aside(place: Path) -> str:
    """Move a book that stands in the way to a name with its version; return that name."""
    if not place.exists():
        return ""
    target = place.with_name(f"{place.name}-{policy.look(place)[0].version[:12]}")
    shutil.rmtree(target, ignore_errors=True)
    return place.replace(target).name


def _unpack(archive: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            held = packed.infolist()
            _require_harmless(held)
            target.mkdir(parents=True)
            packed.extractall(target)
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
        do = "make the zip of the book's folder anew"
        raise BadInput(message("this is no zip that can be read", where=archive.name, found=error, do=do)) from error


def _require_harmless(held: list[zipfile.ZipInfo]) -> None:
    outside = [each.filename for each in held if _leads_outside(each.filename)]
    if outside:
        raise BadInput(message("the zip names files outside itself", found=listing(outside), do="zip the folder anew"))
    size = sum(each.file_size for each in held)
    if len(held) > MOST_FILES or size > MOST_BYTES:
        found, expected = f"{len(held)} files, {size:,} bytes", f"at most {MOST_FILES} files, {MOST_BYTES:,} bytes"
        raise BadInput(message("too much for a policy book", found=found, expected=expected, do="zip its folder only"))


def _leads_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def _root(unpacked: Path) -> Path:
    """Return the book's own folder, whether the zip holds the folder or what is in it."""
    held = [path for path in unpacked.iterdir() if path.name != "__MACOSX"]
    return held[0] if len(held) == 1 and held[0].is_dir() else unpacked
