"""Uploaded files: kept in the Home's folder under names of our own, and removed unless an act takes them over."""

from __future__ import annotations

import logging
import re
import secrets
import shlex
import shutil
import subprocess
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import UploadFile

from homeground.desk.web.forms import Upload
from homeground.errors import BadInput, listing, message
from homeground.sources import files

if TYPE_CHECKING:
    from homeground.desk.desk import Desk

LOG: Final = logging.getLogger("homeground.desk")
DAY: Final = 86400.0
SCAN_S: Final = 300.0
PLACE: Final = re.compile(r"/[^\s:;,]*/\.desk/\w+/(?:[0-9a-f]{16}[/-])?")


def take(desk: Desk, sent: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    """Put uploaded files into the Home's folder; other values stay as they are, a file not chosen is nothing."""
    kept: dict[str, list[Any]] = {}
    try:
        for name, values in sent.items():
            kept[name] = []
            for value in values:
                kept[name].append(_taken(desk, value))
    except BaseException:
        sweep(kept)
        raise
    return kept


def _taken(desk: Desk, value: Any) -> Any:
    if not isinstance(value, UploadFile):
        return value
    try:
        return _copied(desk, value) if value.filename else ""
    finally:
        value.file.close()


def _copied(desk: Desk, value: UploadFile) -> Upload:
    name = value.filename or "file"
    folder = Path(desk.settings.home) / ".desk" / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(8)}-{safe_name(name)}"
    try:
        with path.open("xb") as target:
            shutil.copyfileobj(value.file, target)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise BadInput(message("the file cannot be kept", found=error.strerror, do="free space")) from error
    _require_clean(desk.settings.scan, name, path)
    return Upload(name, path, path.stat().st_size)


def _require_clean(command: str, name: str, path: Path) -> None:
    """Have a file scanned, where the settings name a scanner; raises BadInput unless it ends with 0."""
    if not command:
        return
    try:
        done = subprocess.run(  # noqa: S603 - the command is that of the settings, the path our own
            [*shlex.split(command), str(path)], capture_output=True, timeout=SCAN_S, check=False
        )
        found = "" if done.returncode == 0 else f"its answer {done.returncode}"
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        found = f"no answer ({type(error).__name__})"
    if found:
        path.unlink(missing_ok=True)
        LOG.warning("the scanner did not let a file pass: %s", found)
        do = "do not open it; tell whoever runs the desk"
        raise BadInput(message("the scanner did not let this file pass", where=name, found=found, expected=0, do=do))


def safe_name(name: str) -> str:
    """Return a file's name without anything that could lead elsewhere.

    >>> safe_name("../../etc/passwd"), safe_name("Außenhandel 2024.csv")
    ('passwd', 'Au-enhandel-2024.csv')
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(".-")
    return plain[-80:] or "file"


def keep(uploads: Iterable[Upload], home: str, purpose: str) -> Path:
    """Take files over into a folder of their own, under their own names; return that folder.

    Raises BadInput where two of them have one name.
    """
    named = [(safe_name(each.name), each.path) for each in uploads]
    names = [name for name, _ in named]
    _require_apart(names)
    folder = Path(home) / ".desk" / purpose / secrets.token_hex(8)
    folder.mkdir(parents=True)
    for name, path in named:
        path.replace(folder / name)
    return folder


def only(folder: str) -> Path:
    """Return the one file that was kept in a folder."""
    (path,) = Path(folder).iterdir()
    return path


def unpack(path: Path, most: int) -> None:
    """Put the files of a zip beside it, without its folders, and remove it.

    Raises BadInput for one that is damaged, that would unpack to more than `most` bytes, that has two files of one
    name, or one that is beside it already.
    """
    sizes = [(name, size) for name, size in files.zip_sizes(path) if name != ".."]
    wanted = {name for name, _ in sizes}
    beside = {each.name for each in path.parent.iterdir()}
    _require_apart([safe_name(name) for name, _ in sizes], beside & wanted, where=path.name)
    if (size := sum(each for _, each in sizes)) > most:
        raise BadInput(
            message(
                "the zip unpacks to too much", where=path.name, found=f"{size:,} bytes", expected=f"{most:,} or fewer",
                do="send fewer files, or load them with the command line",
            )
        )  # fmt: skip
    room = path.with_name(f".{path.name}")
    shutil.rmtree(room, ignore_errors=True)
    try:
        room.mkdir()
        for unpacked in list(files.unzip(path, wanted.__contains__, room)):
            unpacked.replace(path.with_name(unpacked.name))
    except OSError as error:
        do = "free space, or give its files shorter names"
        raise BadInput(message("the zip cannot be unpacked", where=path.name, found=error.strerror, do=do)) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)
    path.unlink()


def _require_apart(names: Sequence[str], taken: Collection[str] = (), where: str = "") -> None:
    """Raise BadInput where a name is there twice, or some are taken."""
    if twice := sorted({name for name in names if names.count(name) > 1} | set(taken)):
        raise BadInput(message("two files of one name", where=where, found=listing(twice), do="send one of them"))


def without_places(text: str) -> str:
    """Leave the places where uploads lie out of a text: their senders know them by name alone.

    >>> without_places("no such table (/srv/home/.desk/loads/0123456789abcdef/icio.zip)")
    'no such table (icio.zip)'
    """
    return PLACE.sub("", text)


def clear(home: str) -> None:
    """Remove uploads that a server which was killed has left, once they are a day old."""
    for path in (Path(home) / ".desk" / "uploads").glob("*"):
        if path.stat().st_mtime < time.time() - DAY:
            path.unlink(missing_ok=True)


def sweep(sent: Mapping[str, Iterable[Any]]) -> None:
    """Remove the uploaded files that nobody took over."""
    for values in sent.values():
        for value in values:
            if isinstance(value, Upload):
                value.path.unlink(missing_ok=True)
