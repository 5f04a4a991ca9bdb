"""Export a record as a folder or zip that an auditor verifies without Homeground, and make a record from one again."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeground.errors import BadInput, NotInHome, RecordBroken, listing, message
from homeground.record import database, keys
from homeground.record.audit import checkpoint_message, read_entries
from homeground.record.canonical import sha256
from homeground.record.database import ENTRIES, SNAPSHOTS
from homeground.record.verify import checkpoints_in, examine, read_rows

README: Final = """\
A record of decisions, exported by Homeground.

To verify it, with Python 3.9 or newer and nothing else:

    python verify.py --public-key YOUR-COPY-OF-THE-KEY.pem --checkpoint YOUR-CHECKPOINT.json

Both options may be left out; then the key that came with this folder is used, which proves less. verify.py says at its
top what it checks and how the files are laid out; it is short enough to read.

A signature can be checked a second time with OpenSSL 3:

    cd checkpoints
    openssl pkeyutl -verify -pubin -inkey ../public-key.pem -rawin -in N.message -sigfile N.signature

and the hash of entry N with

    sed -n Np entries.txt | cut -d ' ' -f 3- | tr -d '\\n' | sha256sum
"""


def export(engine: Engine, target: Path, checkpoints: Sequence[dict[str, Any]] = ()) -> int:
    """Write a bundle; a name that ends in .zip makes one file. Whole or not at all; return the number of entries."""
    if target.exists():
        raise BadInput(message("there is something here already", where=str(target), do="name a new folder or file"))
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
            folder = Path(scratch) / "record"
            count = _fill(engine, folder, checkpoints)
            made = _zip(folder, Path(scratch) / "record.zip") if target.suffix.lower() == ".zip" else folder
            made.rename(target)
    except OSError as error:
        do = "free space, or name another place"
        raise BadInput(
            message("the record could not be exported", where=str(target), found=error.strerror, do=do)
        ) from error
    return count


def restore(engine: Engine, source: Path, public: Sequence[bytes], checkpoints: Sequence[dict[str, Any]]) -> int:
    """Fill an empty record from a bundle, entries and hashes as they were; refuses a bundle that is not intact.

    A file among the snapshots that no entry cites, and that is not what its name says, is left behind.
    """
    with _opened(source) as folder:
        rows, snapshots = read_entries((folder / "entries.txt").read_bytes()), folder / "snapshots"
        kept = [_checkpoint(path) for path in sorted((folder / "checkpoints").glob("*.json"))]
        seen = examine(rows, public, [*kept, *checkpoints], lambda name: _digest(snapshots / name))
        if not seen.intact:
            found = listing((finding.text for finding in seen.findings), 3)
            raise RecordBroken(
                message("the bundle is not intact", where=str(source), found=found, do="use another copy")
            )
        with database.writing(engine) as connection:
            _require_empty(connection, engine)
            for path in sorted(snapshots.iterdir()) if snapshots.is_dir() else []:
                if _digest(path) == path.name:
                    connection.execute(sa.insert(SNAPSHOTS), {"hash": path.name, "content": path.read_bytes()})
            for row in rows:
                connection.execute(
                    sa.insert(ENTRIES), {"number": row.place, "hash": row.hash, "body": row.body.decode("utf-8")}
                )
    return len(rows)


def _fill(engine: Engine, folder: Path, checkpoints: Sequence[dict[str, Any]]) -> int:
    for name in ("snapshots", "checkpoints"):
        (folder / name).mkdir(parents=True)
    with database.reading(engine) as connection:
        rows = read_rows(connection)
        names = connection.execute(sa.select(SNAPSHOTS.c.hash)).scalars().all()
        for name in names:
            content = connection.execute(sa.select(database.CONTENT).where(SNAPSHOTS.c.hash == name)).scalar_one()
            (folder / "snapshots" / Path(name).name).write_bytes(content)
    with (folder / "entries.txt").open("wb") as handle:
        for row in rows:
            handle.write(f"{row.place} {row.hash} ".encode() + row.body + b"\n")
    found = [checkpoint for checkpoint in [*checkpoints_in(rows), *checkpoints] if _is_whole(checkpoint)]
    signed = {str(checkpoint["signature"]): checkpoint for checkpoint in found}
    for checkpoint in signed.values():
        _write_checkpoint(folder / "checkpoints", checkpoint)
    known = sorted({str(checkpoint["key"]) for checkpoint in signed.values()})
    if known:
        (folder / "public-key.pem").write_text("".join(keys.pem(bytes.fromhex(key)) for key in known), "ascii")
    script = resources.files("homeground.record").joinpath("audit.py").read_text(encoding="utf-8")
    (folder / "verify.py").write_text(script, encoding="utf-8")
    (folder / "README.txt").write_text(README, encoding="utf-8")
    return len(rows)


def _is_whole(checkpoint: dict[str, Any]) -> bool:
    """Whether a checkpoint can be written as files; one that somebody damaged cannot, and its entry shows that."""
    try:
        lengths = [len(bytes.fromhex(str(checkpoint[name]))) for name in ("hash", "key", "signature")]
        return lengths == [32, 32, 64] and int(checkpoint["entry"]) > 0 and bool(checkpoint["time"])
    except (KeyError, ValueError, TypeError):
        return False


def _write_checkpoint(folder: Path, checkpoint: dict[str, Any]) -> None:
    number = int(checkpoint["entry"])
    text = checkpoint_message(number, str(checkpoint["hash"]), str(checkpoint["time"]))
    name = f"{number}" if not (folder / f"{number}.json").exists() else f"{number}-{checkpoint['signature'][:8]}"
    (folder / f"{name}.json").write_text(json.dumps(checkpoint, indent=1), encoding="utf-8")
    (folder / f"{name}.message").write_bytes(text)
    (folder / f"{name}.signature").write_bytes(bytes.fromhex(checkpoint["signature"]))


def _zip(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder).as_posix())
    return target


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    """Yield the folder of a bundle, unpacked if it is a zip."""
    if source.is_dir() and (source / "entries.txt").is_file():
        yield source
        return
    if not zipfile.is_zipfile(source):
        do = "name a folder or zip that 'homeground record export' wrote"
        raise NotInHome(message("not an exported record", where=str(source), do=do))
    with tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(source) as archive:
            for name in archive.namelist():
                if name == "entries.txt" or name.startswith(("snapshots/", "checkpoints/")):
                    archive.extract(name, scratch)
        if not Path(scratch, "entries.txt").is_file():
            do = "name a folder or zip that 'homeground record export' wrote"
            raise NotInHome(message("not an exported record", where=str(source), do=do))
        yield Path(scratch)


def _require_empty(connection: Connection, engine: Engine) -> None:
    held = connection.execute(sa.select(sa.func.count()).select_from(ENTRIES)).scalar_one()
    if held:
        where, do = engine.url.render_as_string(), "name a place for a new record"
        raise BadInput(message("a record is restored into an empty one", where=where, found=f"{held} entries", do=do))


def _checkpoint(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(path: Path) -> str | None:
    return sha256(path.read_bytes()) if path.is_file() else None
