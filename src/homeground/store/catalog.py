"""The catalog of a Home: which files make up which dataset, and where they came from.

The catalog is one JSON file. It is only ever replaced whole, by a rename, so a reader sees the Home either as it
was before a load or as it is after, and a load that is killed leaves nothing behind that counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from homeground.errors import BadInput, NotInHome, message

FORMAT: Final = 1
FILE: Final = "catalog.json"
BESIDE: Final = frozenset({"products", "refused"})
"""Tables that go with a load and do not keep it alive."""


@dataclass(frozen=True)
class LoadedFile:
    """A raw file that was read: name, size in bytes, SHA-256, and what became of its rows."""

    file: str
    bytes: int
    sha256: str
    rows_in: int
    rows_loaded: int
    rows_refused: int


@dataclass(frozen=True)
class Load:
    """One load: its identity (a hash over files and mapping), time (UTC, ISO 8601), files and refusals by reason."""

    id: str
    source: str
    loaded_at: str
    files: tuple[LoadedFile, ...]
    refused: Mapping[str, int]
    software: str
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Piece:
    """One Parquet file of a table: path below the Home, rows, and the load that wrote it."""

    path: str
    rows: int
    load: str


@dataclass(frozen=True)
class Dataset:
    """One source, one HS revision, one publisher's version. `tables` maps table → key (a year, or all) → piece.

    `covers` is `imports` where the flows hold the imports of some countries only.
    """

    name: str
    source: str
    revision: str | None
    version: str | None
    licence: str
    citation: str
    notes: tuple[str, ...]
    tables: Mapping[str, Mapping[str, Piece]]
    loads: tuple[Load, ...]
    covers: str = "world"

    def years(self, table: str = "flows") -> tuple[int, ...]:
        """Return the years of a table that is kept by year."""
        return tuple(sorted(int(key) for key in self.tables.get(table, {}) if key.isdigit()))

    def keeps(self, table: str, years: Collection[int]) -> bool:
        """Whether totals of the flows of all these years are kept, made by the loads that made the flows."""
        totals, flows = self.tables.get(table, {}), self.tables.get("flows", {})
        keys = [str(year) for year in years]
        return all(key in totals and key in flows and totals[key].load == flows[key].load for key in keys)

    def standing(self) -> tuple[Load, ...]:
        """Loads of which rows still count; the others were replaced."""
        alive = {piece.load for table, held in self.tables.items() if table not in BESIDE for piece in held.values()}
        return tuple(load for load in self.loads if load.id in alive)

    def paths(self) -> set[str]:
        """Return the path of every piece."""
        return {piece.path for pieces in self.tables.values() for piece in pieces.values()}

    def without_fallen(self) -> Dataset:
        """Return the dataset without the refused rows of loads that were replaced."""
        alive = {load.id for load in self.standing()}
        kept = {key: piece for key, piece in self.tables.get("refused", {}).items() if piece.load in alive}
        others = {table: held for table, held in self.tables.items() if table != "refused"}
        return replace(self, tables={**others, "refused": kept} if kept else others)


@dataclass(frozen=True)
class Catalog:
    """All datasets of a Home, and the one that is preferred where several could answer."""

    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    preferred: str | None = None

    def dataset(self, name: str) -> Dataset:
        """Return a dataset; raises NotInHome naming those that exist."""
        if name not in self.datasets:
            raise NotInHome(
                message(
                    "no such dataset in the Home",
                    found=name,
                    expected=", ".join(self.datasets) or "none is loaded yet",
                    do="see 'homeground status'",
                )
            )
        return self.datasets[name]

    def with_dataset(self, dataset: Dataset) -> Catalog:
        """Return a catalog in which this dataset replaces the one of the same name."""
        return replace(self, datasets={**self.datasets, dataset.name: dataset})

    def paths(self) -> set[str]:
        """Return every path that the catalog needs."""
        return set().union(*(dataset.paths() for dataset in self.datasets.values()))


@lru_cache(maxsize=8)
def parse(text: str, where: str) -> Catalog:
    """Read a catalog from its JSON text (once); raises BadInput when it is damaged or of a later format."""
    try:
        document = json.loads(text)
        if document["format"] > FORMAT:
            raise BadInput(
                message(
                    "the Home was written by a later version of Homeground",
                    where=where,
                    found=f"format {document['format']}",
                    expected=f"format {FORMAT}",
                    do="update Homeground",
                )
            )
        return Catalog({name: _dataset(d) for name, d in document["datasets"].items()}, document["preferred"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            message(
                "the catalog is damaged", where=where, found=repr(error), do="restore it from a copy, or load again"
            )
        ) from error


def read(home: Path) -> Catalog:
    """Read the catalog of a Home; an empty one where nothing was loaded yet."""
    path = home / FILE
    return parse(path.read_text(encoding="utf-8", errors="replace"), str(path)) if path.exists() else Catalog()


def write(home: Path, catalog: Catalog) -> None:
    """Replace the catalog of a Home in one step that survives a power cut."""
    document = {"format": FORMAT, "preferred": catalog.preferred, "datasets": catalog.datasets}
    new = home / f"{FILE}.new"
    with new.open("w", encoding="utf-8") as handle:
        json.dump(document, handle, default=asdict, indent=1, ensure_ascii=False)
        handle.flush()
        os.fsync(handle.fileno())
    new.replace(home / FILE)
    sync_folder(home)


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder durable, where the system can."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _dataset(document: dict[str, Any]) -> Dataset:
    tables = {
        table: {key: Piece(**piece) for key, piece in pieces.items()} for table, pieces in document["tables"].items()
    }
    loads = tuple(
        Load(
            **{
                **load,
                "files": tuple(LoadedFile(**file) for file in load["files"]),
                "years": tuple(load["years"]),
            }
        )
        for load in document["loads"]
    )
    return Dataset(**{**document, "tables": tables, "loads": loads, "notes": tuple(document["notes"])})
