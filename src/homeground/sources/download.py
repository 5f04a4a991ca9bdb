"""Download a file whole and right, or not at all: resume, checksum, and no surprise under the final name."""

from __future__ import annotations

import errno
import json
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from homeground.errors import FetchFailed, UsageError, message
from homeground.sources import files, registry
from homeground.sources.transfer import HTML_NAMES, Transfer, Watch

__all__ = ["Downloaded", "Watch", "download", "fetch"]

MOST_BYTES: Final = 50 * 2**30
RETRIES: Final = 5
PAUSE: Final = 0.5
"""Seconds before the first retry."""

ELSEWHERE: Final = "choose another folder, or ask its owner for access"
FULL: Final = ("the disk is full", "free space and run the same command again: it resumes")
SYSTEM: Final[dict[int, tuple[str, str]]] = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: ("the file system takes no file of this size", "choose a folder on another disk"),
    errno.EACCES: ("no permission to write", ELSEWHERE),
    errno.EPERM: ("no permission to write", ELSEWHERE),
    errno.EROFS: ("no permission to write", ELSEWHERE),
}


@dataclass(frozen=True)
class Downloaded:
    """A file that arrived.

    `bytes` is its size; `resumed_from` the byte from which this run went on (0: all of it came now; its size: none of
    it did, the file was here); `url` where it came from, without user, password and query; `etag` the server's mark.
    """

    path: Path
    bytes: int
    sha256: str
    resumed_from: int
    url: str
    etag: str = ""


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    size: int | None = None,
    watch: Watch = lambda done, total: None,
    timeout: float = 30.0,
    retries: int = RETRIES,
    pause: float = PAUSE,
    most_bytes: int = MOST_BYTES,
    verify_zip: bool = True,
) -> Downloaded:
    """Download `url` to `target`, going on where an earlier try stopped.

    `sha256` (hexadecimal) and `size` (bytes) are compared where given. A zip's table of contents is always read;
    `verify_zip` also reads every member against its own checksum. `timeout` in seconds ends a connection that is silent
    or trickles; `retries` counts tries in a row that bring next to nothing; the wait before them starts at
    `pause` seconds and doubles. A file already there is kept if its checksum is the stated one.

    Raises FetchFailed. What broke off stays as `target.part` for the next run, what came whole but wrong is set aside
    as `target.rejected`; `target` itself is only ever the right file. Raises UsageError for what is no SHA-256.
    """
    _require_digest(sha256)
    transfer = Transfer(url, target, watch, timeout, most_bytes, size, sha256 is not None)
    with _system_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if sha256 is not None and target.exists() and files.sha256_of(target) == sha256.lower():
            return _here(target, sha256.lower(), transfer.shown)
        with _alone(target):
            transfer.persist(retries, pause)
            return _accept(transfer, sha256, verify_zip)


def fetch(
    source: str,
    folder: Path,
    *,
    revision: str = "HS17",
    version: str | None = None,
    base_url: str | None = None,
    sha256: str | None = None,
    watch: Watch = lambda done, total: None,
) -> Downloaded:
    """Download a source of the registry into `folder`, and write `NAME.source.json` beside it.

    That file holds where it came from, when, its SHA-256, licence and citation; a file that still matches it is not
    downloaded again. `base_url` names a mirror that holds the same file name. Raises UsageError for a source that
    cannot be fetched, UnknownCode for one that the registry does not know, FetchFailed as `download` does.
    """
    entry = registry.source(source)
    address = entry.address(revision, version)
    name = address.rsplit("/", 1)[1]
    url = address if base_url is None else f"{base_url.rstrip('/')}/{name}"
    target, note = folder / name, folder / f"{name}.source.json"
    with _system_errors(target):
        if (here := _recorded(target, note, sha256)) is not None:
            return here
    got = download(url, target, sha256=sha256, watch=watch)
    with _system_errors(note):
        _write_note(note, got, entry, revision.upper())
    return got


def _accept(transfer: Transfer, sha256: str | None, verify_zip: bool) -> Downloaded:
    """Check what arrived, then give it its name."""
    part, target = transfer.part, transfer.target
    bytes_, found = transfer.have(), files.sha256_of(part)
    if transfer.size is not None and bytes_ != transfer.size:
        raise _rejected(transfer, "the size is wrong", f"{bytes_:,} bytes", f"{transfer.size:,} bytes")
    if sha256 is not None and found != sha256.lower():
        raise _rejected(transfer, "the checksum is wrong", f"SHA-256 {found}", sha256.lower())
    _require_content(transfer, verify_zip)
    part.replace(target)
    transfer.forget()
    _rejected_name(target).unlink(missing_ok=True)
    _sync_folder(target.parent)
    return Downloaded(target, bytes_, found, transfer.resumed_from, transfer.shown, transfer.etag)


def _require_content(transfer: Transfer, verify_zip: bool) -> None:
    """Refuse an error page, and a zip that is cut short or damaged."""
    suffix = transfer.target.suffix.lower()
    with transfer.part.open("rb") as handle:
        head = handle.read(64)
    if suffix not in (*HTML_NAMES, ".xml") and head.lstrip().lower().startswith(files.HTML_STARTS):
        what = "the server sent a web page instead of the file"
        raise _rejected(transfer, what, repr(head[:24].decode("latin-1")), f"a {suffix.lstrip('.') or 'data'} file")
    if suffix == ".zip" and (fault := _zip_fault(transfer.part, verify_zip)):
        raise _rejected(transfer, "the zip is damaged", fault, "a whole archive")


def _zip_fault(path: Path, verify_zip: bool) -> str | None:
    """Say what is wrong with a zip, None where nothing is."""
    try:
        with zipfile.ZipFile(path) as archive:
            member = archive.testzip() if verify_zip else None
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError) as error:
        return str(error)
    except OSError as error:  # how bz2 calls a damaged stream; the system's own carry a number
        if error.errno is not None:
            raise
        return str(error)
    return member and f"{member} does not match its checksum"


def _rejected(transfer: Transfer, what: str, found: str, expected: str) -> FetchFailed:
    """Set what came aside, and build the error that says why."""
    aside = _rejected_name(transfer.target)
    transfer.part.replace(aside)
    transfer.forget()
    return transfer.failed(what, found=found, expected=expected, do=f"look at {aside.name}, then download again")


def _rejected_name(target: Path) -> Path:
    return target.with_name(target.name + ".rejected")


def _here(target: Path, sha256: str, url: str, etag: str = "") -> Downloaded:
    size = target.stat().st_size
    return Downloaded(target, size, sha256, size, url, etag)


def _recorded(target: Path, note: Path, sha256: str | None) -> Downloaded | None:
    """Return the file as an earlier fetch recorded it, None where it is not here or no longer the same."""
    if not (target.exists() and note.exists()):
        return None
    try:
        about = json.loads(note.read_text(encoding="utf-8"))
        recorded, url, etag = str(about["sha256"]), str(about["url"]), str(about["etag"])
    except (ValueError, KeyError, TypeError):
        return None
    if (sha256 is not None and recorded != sha256.lower()) or files.sha256_of(target) != recorded:
        return None
    return _here(target, recorded, url, etag)


def _write_note(note: Path, got: Downloaded, entry: registry.Source, revision: str) -> None:
    about = {
        **asdict(got),
        "path": got.path.name,
        "fetched_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "source": entry.id,
        "publisher": entry.publisher,
        "revision": revision,
        "licence": entry.licence,
        "licence_url": entry.licence_url,
        "citation": entry.citation,
    }
    draft = note.with_name(note.name + ".part")
    draft.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(note)


def _require_digest(sha256: str | None) -> None:
    if sha256 is not None and re.fullmatch(r"[0-9a-fA-F]{64}", sha256) is None:
        do = "copy it whole from the publisher's page"
        raise UsageError(message("not a SHA-256", found=repr(sha256), expected="64 hexadecimal digits", do=do))


def _sync_folder(folder: Path) -> None:
    """Make a rename outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Let one process at a time download to a target."""
    lock = target.with_name(target.name + ".part.lock")
    try:
        with FileLock(lock, timeout=0):
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)
    except Timeout as error:
        do = "wait until it ends, or stop it"
        raise FetchFailed(message("another download of this file is running", where=str(target), do=do)) from error


@contextmanager
def _system_errors(target: Path) -> Iterator[None]:
    """Turn what the system refuses into messages; the partial file stays."""
    try:
        yield
    except OSError as error:
        what, do = SYSTEM.get(error.errno or 0, ("the system refused a file operation", ELSEWHERE))
        raise FetchFailed(message(what, where=str(target), found=error.strerror or error, do=do)) from error
