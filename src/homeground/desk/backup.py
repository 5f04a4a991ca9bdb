"""Backup and restore of a desk: tables, policy books, plans, record and database, in one archive with checksums.

It may be made while the desk runs: Parquet pieces never change, the catalog is read once, and SQLite's own backup
copies a database as it stands in one moment. Databases in PostgreSQL are backed up with PostgreSQL's tools.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from homeground import __version__
from homeground.brief.export import write_whole
from homeground.desk.database import FILE as DESK_FILE
from homeground.desk.settings import Settings
from homeground.desk.shelves import books
from homeground.errors import BadInput, UsageError, message
from homeground.home.deals import own_means
from homeground.home.plans import planning
from homeground.home.record import FILE as RECORD_FILE
from homeground.store import catalog as catalogs

MANIFEST: Final = "manifest.json"
FOLDERS: Final = (books.FOLDER, planning.FOLDER, own_means.PLANS)
FORMAT: Final = 1
BLOCK: Final = 2**20
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Made:
    """What a backup holds: files, bytes, and whether the tables are in it."""

    path: str
    files: int
    bytes: int
    with_tables: bool


def backup(
    settings: Settings, path: Path, *, tables: bool = True, progress: Progress = lambda step, done: None
) -> Made:
    """Write an archive; it appears whole or not at all. Without `tables` only the catalog says what was loaded."""
    _require_files(settings)
    home = Path(settings.home)
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".backup-") as folder:
        copied = list(_databases(home, Path(folder)))
        text, pieces = _tables(home)
        members = [*copied, *_folders(home), *((name, home / name) for name in (pieces if tables else ()))]
        stated = {"format": FORMAT, "software": __version__, "made": time.time(), "tables": tables, "files": {}}
        write_whole(path, lambda target: _archive(target, members, text, stated, progress))
    files: dict[str, str] = stated["files"]  # type: ignore[assignment]
    return Made(str(path), len(files), path.stat().st_size, tables)


def restore(settings: Settings, path: Path, progress: Progress = lambda step, done: None) -> int:
    """Put an archive's files into a new Home; raises BadInput for a damaged one, UsageError where a Home is already."""
    home = Path(settings.home)
    _require_files(settings)
    held = [name for name in (catalogs.FILE, DESK_FILE, RECORD_FILE) if (home / name).exists()]
    if held:
        do = "name a folder that does not exist yet, or move the old one away"
        raise UsageError(message("there is a Home here already", where=str(home), found=", ".join(held), do=do))
    home.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=home.parent, prefix=".restore-"))
    try:
        count = _unpack(path, staging, progress)
        home.mkdir(exist_ok=True)
        for each in staging.iterdir():
            each.replace(home / each.name)
    except OSError as error:
        raise BadInput(
            message("the Home could not be restored", where=str(home), found=str(error), do="free space")
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return count


def _require_files(settings: Settings) -> None:
    elsewhere = [
        each for each in (settings.database, settings.record) if "://" in each and not each.startswith("sqlite")
    ]
    if elsewhere:
        do = "back the databases up with pg_dump, and the Home's folder with this command without --database"
        raise UsageError(message("a database elsewhere is not part of this backup", found="PostgreSQL", do=do))


def _databases(home: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Copy the databases as they stand, through SQLite's own backup."""
    for name in (DESK_FILE, RECORD_FILE):
        if (home / name).is_file():
            with closing(sqlite3.connect(home / name)) as source, closing(sqlite3.connect(folder / name)) as target:
                source.backup(target)
            yield name, folder / name


def _folders(home: Path) -> Iterator[tuple[str, Path]]:
    """The files of policy books and plans; what is still being written begins with a dot."""
    for path in sorted(path for name in FOLDERS for path in (home / name).rglob("*")):
        inside = path.relative_to(home)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield inside.as_posix(), path


def _tables(home: Path) -> tuple[bytes, list[str]]:
    """The catalog's text and the pieces that it names."""
    path = home / catalogs.FILE
    text = path.read_bytes() if path.is_file() else b""
    read = catalogs.parse(text.decode("utf-8"), str(home)) if text else None
    held = read.datasets.values() if read else ()
    return text, sorted(piece.path for each in held for pieces in each.tables.values() for piece in pieces.values())


def _archive(
    target: Path, members: list[tuple[str, Path]], catalog: bytes, stated: dict[str, object], progress: Progress
) -> None:
    files: dict[str, str] = {}
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for number, (name, source) in enumerate(members):
            progress(name, number / max(1, len(members)))
            files[name] = _digest(source)
            archive.add(source, arcname=name, recursive=False)
        if catalog:
            files[catalogs.FILE] = hashlib.sha256(catalog).hexdigest()
            _add(archive, catalogs.FILE, catalog)
        stated["files"] = files
        _add(archive, MANIFEST, json.dumps(stated, indent=1).encode("utf-8"))


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = len(content), int(time.time())
    archive.addfile(member, io.BytesIO(content))


def _unpack(path: Path, staging: Path, progress: Progress) -> int:
    try:
        with tarfile.open(path, "r:") as archive:
            members = {member.name: member for member in archive.getmembers()}
            manifest = archive.extractfile(members[MANIFEST])
            assert manifest is not None
            files: dict[str, str] = json.loads(manifest.read())["files"]
            for number, (name, wanted) in enumerate(files.items()):
                progress(name, number / max(1, len(files)))
                _take(archive, members[name], staging, wanted)
    except (tarfile.TarError, KeyError, ValueError, AssertionError, FileNotFoundError) as error:
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput(message("this is no whole backup", where=str(path), found=found, do="take another")) from error
    return len(files)


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, staging: Path, wanted: str) -> None:
    place = PurePosixPath(member.name)
    if not member.isfile() or place.is_absolute() or ".." in place.parts:
        raise ValueError(f"{member.name} is no file of a Home")
    target = staging / place
    target.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    assert content is not None
    with target.open("xb") as file:
        shutil.copyfileobj(content, file, BLOCK)
    if (found := _digest(target)) != wanted:
        raise ValueError(f"{member.name} has SHA-256 {found[:12]}, expected {wanted[:12]}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
