"""The Home's tables: Parquet pieces under one catalog, written in one step, read by DuckDB or Spark through Ibis.

Layout of a Home:

    catalog.json                                   which pieces count (see `catalog`)
    data/<dataset>/<load>/<table>/<year>.parquet   sorted by importer, product, exporter
    .staging/                                      a load at work; swept by the next one

Loads are atomic (the catalog changes last) and repeatable (the same files and mapping load once). Readers take no lock.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from filelock import FileLock, Timeout

from homeground import __version__, schema
from homeground.errors import HomeBusy, NotInHome, RefusedLoad, UsageError, listing, message
from homeground.sources import Progress, Reading
from homeground.sources.chains import ChainReading
from homeground.store import catalog as catalogs
from homeground.store import refusals
from homeground.store.arrays import ingest_chains
from homeground.store.catalog import Catalog, Dataset, Load, Piece
from homeground.store.engine import Engine
from homeground.store.ingest import Ingested, ingest

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Catalog", "Dataset", "LoadReport", "Store"]


@dataclass(frozen=True)
class LoadReport:
    """What a load did. `status` is `loaded` or `already loaded`.

    `refused` counts rows by reason; `examples` shows one of each.
    """

    status: str
    dataset: str
    load: str
    source: str
    licence: str
    citation: str
    revision: str | None
    version: str | None
    years: tuple[int, ...]
    rows_in: int
    rows_loaded: int
    rows_refused: int
    refused: Mapping[str, int]
    examples: Mapping[str, str]
    files: Mapping[str, str]
    notes: tuple[str, ...]


class Store:
    """The tables below one folder. `engine` is None for DuckDB, or a Spark session."""

    def __init__(self, path: str | Path, engine: Any = None) -> None:
        self.path = path
        self.engine = Engine(str(path), engine)

    @property
    def catalog(self) -> Catalog:
        """The catalog as it stands now."""
        return self.engine.catalog()

    def table(self, dataset: Dataset, table: str, years: tuple[int, ...] | None = None) -> ir.Table:
        """Return a table of a dataset as a lazy Ibis table, of these years or of all.

        Raises NotInHome when the dataset has no such table or none of the years.
        """
        pieces = dataset.tables.get(table, {})
        chosen = {k: p for k, p in pieces.items() if years is None or not k.isdigit() or int(k) in years}
        if not chosen:
            raise NotInHome(
                message(
                    f"dataset {dataset.name} has no {table}" + (f" for {listing(years)}" if years and pieces else ""),
                    where=str(self.path),
                    found=listing(sorted(pieces), 40) or listing(dataset.tables, 9),
                    do="load it, or ask for what is there",
                )
            )
        return self.engine.read([chosen[key].path for key in sorted(chosen)])

    def load(
        self,
        reading: Reading,
        *,
        dataset: str | None = None,
        years: frozenset[int] = frozenset(),
        strict: bool | None = None,
        replace_years: bool = False,
        progress: Progress = lambda step, done: None,
    ) -> LoadReport:
        """Read a source into the Home: wholly, or not at all.

        `strict` loads nothing if a row is refused; None is strict for tables that must be whole (`restrictions`), where
        False is the consent to leave rows out; `replace_years` lets other content take the place of years
        that are loaded. Raises RefusedLoad, HomeBusy or BadInput; the Home is then as it was.
        """
        name = _dataset_name(dataset or reading.mapping.dataset, reading)
        identity = _identity(reading, years)
        with self._writing():
            catalog = self.catalog
            before = catalog.datasets.get(name)
            if before is not None and (done := self._done(before, identity)) is not None:
                return _report("already loaded", before, done, {})
            _compatible(before, reading, name)
            with self._staging() as staging:
                if isinstance(reading, ChainReading):
                    ingested = ingest_chains(reading, staging, years, progress)
                else:
                    ingested = ingest(reading, staging, years, progress)
                _strict(strict, reading, ingested, name)
                target = self._free_folder(name, identity)
                after = _joined(
                    before, reading, name, identity, ingested, replace_years, target.relative_to(self._folder())
                )
                self._commit(catalog.with_dataset(after), staging, target)
            progress("done", 1.0)
            return _report("loaded", after, after.loads[-1], ingested.examples)

    def prefer(self, dataset: str) -> None:
        """Make a dataset the one that answers where several could."""
        with self._writing():
            catalog = self.catalog
            catalog.dataset(dataset)
            catalogs.write(self._folder(), replace(catalog, preferred=dataset))

    def _folder(self) -> Path:
        return self.engine.folder()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the Home's lock, and turn the system's refusals into messages."""
        home = self._folder()
        try:
            home.mkdir(parents=True, exist_ok=True)
            with FileLock(home / ".lock", timeout=0):
                self._sweep()
                yield
        except Timeout as error:
            raise HomeBusy(
                message(
                    "another load is writing to this Home",
                    where=str(home),
                    do="wait for it to end; nothing of this load was kept",
                )
            ) from error
        except OSError as error:
            raise _refused_by_system(error, home) from error
        except duckdb.Error as error:
            if not (isinstance(error, duckdb.IOException) or refusals.is_of_the_system(error)):
                raise
            raise _refused_by_system(error, home) from error

    @contextmanager
    def _staging(self) -> Iterator[Path]:
        staging = self._folder() / ".staging" / uuid.uuid4().hex
        staging.mkdir(parents=True)
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _done(self, dataset: Dataset, identity: str) -> Load | None:
        """Find the load of this identity, if all its pieces still count and are still there."""
        load = next((load for load in dataset.loads if load.id == identity), None)
        if load is None or load not in dataset.standing():
            return None
        pieces = [piece for held in dataset.tables.values() for piece in held.values() if piece.load == identity]
        years = {Path(piece.path).stem for piece in pieces}
        whole = all(str(year) in years for year in load.years)
        return load if whole and all((self._folder() / piece.path).exists() for piece in pieces) else None

    def _free_folder(self, name: str, identity: str) -> Path:
        """Choose a folder for a load; pieces that count are never written over."""
        folder = self._folder() / "data" / name
        again = (folder / f"{identity}-{number}" for number in count(2))
        return next(path for path in chain([folder / identity], again) if not path.exists())

    def _commit(self, catalog: Catalog, staging: Path, target: Path) -> None:
        """Move the finished pieces to their place, then let the catalog name them."""
        target.parent.mkdir(parents=True, exist_ok=True)
        for piece in staging.rglob("*.parquet"):
            with piece.open("rb") as handle:
                os.fsync(handle.fileno())
        staging.replace(target)
        catalogs.sync_folder(target.parent)
        catalogs.write(self._folder(), catalog)

    def _sweep(self) -> None:
        """Remove what earlier loads left behind: their staging, and pieces that no catalog names."""
        home = self._folder()
        shutil.rmtree(home / ".staging", ignore_errors=True)
        needed = {str(Path(path).parents[1]) for path in self.catalog.paths()}
        for load in (home / "data").glob("*/*"):
            if str(load.relative_to(home)) not in needed:
                shutil.rmtree(load, ignore_errors=True)


def _identity(reading: Reading, years: frozenset[int]) -> str:
    """Hash what decides the outcome of a load: the files' content, the mapping, the years asked for."""
    facts = {
        "files": sorted(file.sha256 for file in reading.files),
        "mapping": asdict(replace(reading.mapping, where="", dataset=None)),
        "years": sorted(years),
        "source": reading.source,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _dataset_name(stated: str | None, reading: Reading) -> str:
    """Return the name that is stated, or one made from the file's; it becomes the name of a folder."""
    if stated is None:
        return re.sub(r"[^\w.-]+", "-", Path(reading.files[0].name).stem.lower()).strip(".-") or reading.source
    if re.fullmatch(r"\w[\w.-]{0,99}", stated) is None:
        raise UsageError(
            message(
                "not a name for a dataset",
                found=repr(stated),
                expected="letters, digits, '-', '_' and '.'",
                do="choose another",
            )
        )
    return stated


def _compatible(before: Dataset | None, reading: Reading, name: str) -> None:
    """Refuse to mix revisions or versions in one dataset."""
    if before is None:
        return
    stated = {"HS revision": reading.mapping.revision, "version": reading.mapping.version, "source": reading.source}
    held = {"HS revision": before.revision, "version": before.version, "source": before.source}
    for what, value in stated.items():
        if value != held[what]:
            raise RefusedLoad(
                message(
                    f"mixed {what}s in one dataset",
                    where=f"dataset {name}",
                    found=value,
                    expected=held[what],
                    do="give this load a name of its own with --dataset; series across them are broken",
                )
            )


def _strict(strict: bool | None, reading: Reading | ChainReading, ingested: Ingested, name: str) -> None:
    whole = not isinstance(reading, ChainReading) and schema.table(reading.mapping.table).whole
    if (whole if strict is None else strict) and ingested.refused:
        reasons = "; ".join(f"{count:,} × {reason}" for reason, count in ingested.refused.items())
        raise RefusedLoad(
            message(
                "rows cannot be taken, and this table is loaded whole or not at all"
                if whole
                else "rows were refused and the load is strict",
                where=f"dataset {name}",
                found=f"{reasons} (first: {next(iter(ingested.examples.values()))})",
                expected="no refused row",
                do="mend the file, or consent with --no-strict: the rows left out then bar nobody"
                if whole
                else "mend the file, or load without --strict",
            )
        )


def _joined(
    before: Dataset | None,
    reading: Reading,
    name: str,
    identity: str,
    ingested: Ingested,
    replace_years: bool,
    folder: Path,
) -> Dataset:
    """Return the dataset as it is after the load, whose pieces lie in `folder`."""
    mapping = reading.mapping
    held = before.tables if before else {}
    if not replace_years:
        _not_loaded(held.get(mapping.table, {}), ingested.pieces.get(mapping.table, {}), name, identity)
    years = tuple(sorted(int(k) for k in ingested.pieces.get(mapping.table, {}) if k.isdigit()))
    load = Load(
        id=identity,
        source=reading.source,
        loaded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=ingested.files,
        refused=ingested.refused,
        software=f"homeground {__version__}",
        years=years,
    )
    loads = tuple(other for other in (before.loads if before else ()) if other.id != identity)
    after = Dataset(
        name=name,
        source=reading.source,
        revision=mapping.revision,
        version=mapping.version,
        licence=mapping.licence,
        citation=mapping.citation,
        notes=reading.notes,
        tables=_with_pieces(held, ingested, identity, folder),
        loads=(*loads, load),
        covers=mapping.covers,
    )
    return after.without_fallen()


def _with_pieces(
    held: Mapping[str, Mapping[str, Piece]], ingested: Ingested, identity: str, folder: Path
) -> dict[str, dict[str, Piece]]:
    """Return the tables of a dataset with the new pieces, which lie in `folder`, in the place of the old."""
    tables = {table: dict(pieces) for table, pieces in held.items()}
    for table, pieces in ingested.pieces.items():
        for key, rows in pieces.items():
            place = f"load-{identity}" if table == "refused" else key
            tables.setdefault(table, {})[place] = Piece(f"{folder.as_posix()}/{table}/{key}.parquet", rows, identity)
    return tables


def _not_loaded(held: Mapping[str, Piece], pieces: Mapping[str, int], name: str, identity: str) -> None:
    """Refuse years that are loaded already from other content."""
    for key, rows in pieces.items():
        if key in held and held[key].load != identity:
            raise RefusedLoad(
                message(
                    f"{key} is loaded already, with other content",
                    where=f"dataset {name}",
                    found=f"load {identity} with {rows:,} rows",
                    expected=f"load {held[key].load} with {held[key].rows:,} rows",
                    do="replace it with --replace, or choose another name with --dataset",
                )
            )


def _report(status: str, dataset: Dataset, load: Load, examples: Mapping[str, str]) -> LoadReport:
    return LoadReport(
        status=status,
        dataset=dataset.name,
        load=load.id,
        source=load.source,
        licence=dataset.licence,
        citation=dataset.citation,
        revision=dataset.revision,
        version=dataset.version,
        years=load.years,
        rows_in=sum(file.rows_in for file in load.files),
        rows_loaded=sum(file.rows_loaded for file in load.files),
        rows_refused=sum(file.rows_refused for file in load.files),
        refused=load.refused,
        examples=examples,
        files={file.file: file.sha256 for file in load.files},
        notes=dataset.notes,
    )


def _refused_by_system(error: Exception, home: Path) -> RefusedLoad:
    code = getattr(error, "errno", None)
    text = str(error) or repr(error)
    if code == errno.ENOSPC or "No space left" in text or "disk" in text.lower():
        what, do = "the disk is full", "free space or choose another folder with --home"
    elif code in (errno.EACCES, errno.EPERM, errno.EROFS) or "Permission denied" in text:
        what, do = "no permission to write", "choose a folder of your own with --home"
    elif isinstance(error, duckdb.OutOfMemoryException):
        what, do = "not enough memory for this load", "close other programs, or load year by year with --year"
    else:
        what, do = (
            "the system refused a file operation",
            "read the reason it gives; is the Home's path a folder of your own?",
        )
    return RefusedLoad(message(f"{what}; the Home is as it was", where=str(home), found=text.splitlines()[0], do=do))
