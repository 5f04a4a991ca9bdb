"""Any tidy file (csv, Parquet, xlsx, or csv and Parquet inside a zip) through a mapping file."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from homeground.errors import BadInput, UsageError, listing, message
from homeground.sources import files
from homeground.sources import mapping as mappings
from homeground.sources.files import RawFile
from homeground.sources.mapping import Mapping
from homeground.sources.reading import Part, Reading, csv_part, parquet_part, place
from homeground.sources.workbook import sheet_part

READABLE = (".csv", ".txt", ".tsv", ".parquet")


def open_files(paths: Sequence[Path], mapping: Path | Mapping | None = None, hs: str | None = None) -> Reading:
    """Open tidy files; `mapping` says what their columns are (see `homeground.sources.mapping`).

    `hs` states the HS revision where the mapping does not; flows need one.
    """
    if mapping is None:
        raise UsageError(
            message(
                "a tidy file needs a mapping file",
                do="write one (see the how-to 'Load a table of your own') and name it with --mapping",
            )
        )
    stated = mappings.with_revision(mapping if isinstance(mapping, Mapping) else mappings.read(Path(mapping)), hs)
    raws = files.look(paths)
    return Reading("tidy", stated, raws, lambda scratch: parts(raws, stated, scratch))


def parts(raws: Sequence[RawFile], mapping: Mapping, scratch: Path) -> Iterator[Part]:
    """Yield each file, and each table inside each zip, as a part."""
    for raw in raws:
        if raw.kind == "zip":
            yield from members(raw, _tables(raw), mapping, scratch)
        else:
            yield _part(raw, raw.path, mapping, scratch)


def members(raw: RawFile, wanted: Collection[str], mapping: Mapping, scratch: Path) -> Iterator[Part]:
    """Yield the wanted files of a zip as parts, one unpacked at a time."""
    for member in files.unzip(raw.path, lambda name: name in wanted, scratch):
        yield _part(raw, member, mapping, scratch, member.name)
        member.unlink()


def _tables(raw: RawFile) -> list[str]:
    inside = files.zip_names(raw.path)
    tables = [name for name in inside if name.lower().endswith(READABLE)]
    if not tables:
        raise BadInput(
            message(
                "no table in the zip",
                where=str(raw.path),
                found=listing(inside) or "an empty archive",
                expected="a csv or Parquet file",
                do="check the file",
            )
        )
    if again := sorted({name for name in tables if tables.count(name) > 1}):
        raise BadInput(
            message(
                "a file stands twice in the zip", where=str(raw.path), found=listing(again), do="unpack it and name one"
            )
        )
    return tables


def _part(raw: RawFile, path: Path, mapping: Mapping, scratch: Path, member: str = "") -> Part:
    wanted = list(dict.fromkeys(column.name for column in mapping.columns.values() if column.name is not None))
    where = place(raw, member)
    kind = files.kind_of(path, where)
    if kind == "parquet":
        return parquet_part(raw, path, wanted, member)
    if kind == "xlsx":
        return sheet_part(raw, path, mapping, wanted)
    if kind == "zip":
        raise BadInput(message("a zip inside a zip", where=where, expected="a csv or Parquet file", do="unpack it"))
    return csv_part(raw, _utf8(path, where, mapping.encoding, scratch), mapping, wanted, member)


def _utf8(path: Path, where: str, encoding: str, scratch: Path) -> Path:
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig"):
        files.require_utf8(path, where)
        return path
    return files.to_utf8(path, encoding, scratch / f"{path.name}.utf8")
