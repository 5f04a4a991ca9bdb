"""BACI of CEPII as published: the zip, the folder of yearly csv files, single files, or Parquet of the same columns.

Columns `t, i, j, k, v, q`: year, exporter, importer, HS6, value in thousand US dollars free on board, quantity in
metric tons (missing in about 3 % of the rows, written NA). Country codes are BACI's own numbers. The files carry
no leading zeros once a spreadsheet has touched them; five digits are taken as six with the zero lost.
Source: Gaulier and Zignago (2010), CEPII working paper 2010-23.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from homeground.errors import BadInput, UsageError, listing, message
from homeground.sources import files
from homeground.sources.files import RawFile
from homeground.sources.mapping import ColumnMap, Mapping, hs_revision
from homeground.sources.reading import Part, Reading
from homeground.sources.tidy import members, parts

NAME: Final = re.compile(r"BACI_(HS\d{2})_(?:Y(\d{4})_)?V(\d{6}\w?)\.\w+$", re.IGNORECASE)
SUFFIXES: Final = (".csv", ".parquet", ".zip")
COLUMNS: Final = {
    "year": ColumnMap("t"),
    "exporter": ColumnMap("i", codes="baci"),
    "importer": ColumnMap("j", codes="baci"),
    "hs6": ColumnMap("k"),
    "value_usd": ColumnMap("v", unit="kUSD"),
    "quantity_t": ColumnMap("q", unit="t"),
}


def open_files(paths: Sequence[Path], hs: str | None = None, years: Sequence[int] = ()) -> Reading:
    """Open BACI; `hs` states the HS revision where no file name does; `years` keeps only these."""
    data, names = _sort_out(paths)
    raws = files.look(_of_years(data, years))
    said = [name for raw in raws for name in (raw.name, *(_yearly(raw) if raw.kind == "zip" else ()))]
    revision = hs_revision(_stated(said, 1, hs, "HS revision", "--hs HS17") or "", listing(paths))
    version = _stated(said, 3, None, "BACI version", None)
    dataset = "-".join(part.lower() for part in ("baci", revision, version and f"v{version}") if part)
    mapping = Mapping("flows", COLUMNS, dataset=dataset, revision=revision, version=version and f"V{version}")
    return Reading(
        "baci",
        mapping,
        raws,
        lambda scratch: _parts(raws, mapping, frozenset(years), scratch),
        products=(lambda scratch: _products(names, scratch)) if names else None,
    )


def _sort_out(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Split what was named into data files and files that hold product names."""
    found: list[Path] = []
    for path in paths:
        files.require_exists(path)
        found += sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
    data = [p for p in found if not re.search(r"_codes_|readme|\.source\.json$|\.pdf$|\.txt$", p.name, re.IGNORECASE)]
    names = [p for p in found if p.name.lower().startswith("product_codes") or p.suffix.lower() == ".zip"]
    if not data:
        raise BadInput(
            message(
                "no BACI file found",
                where=listing(paths),
                found=listing(p.name for p in found) or "nothing",
                expected="BACI_HS17_V202601.zip, or BACI_HS17_Y2021_V202601.csv",
                do="name the zip, the folder it was unpacked to, or its files",
            )
        )
    return data, names


def _stated(names: list[str], group: int, given: str | None, what: str, option: str | None) -> str | None:
    """Read one fact off the file names, those inside a zip too, and hold it against what the caller said."""
    said = {m.group(group).upper() for n in names if (m := NAME.search(n))} | ({given.upper()} if given else set())
    if len(said) > 1:
        raise BadInput(
            message(
                f"mixed {what}s",
                where=listing(names),
                found=listing(sorted(said)),
                expected="one",
                do="load each as a dataset of its own",
            )
        )
    if not said and option:
        raise UsageError(
            message(f"the {what} is not stated by the file name", where=listing(names), do=f"say it, such as {option}")
        )
    return next(iter(said), None)


def _of_years(paths: list[Path], years: Sequence[int]) -> list[Path]:
    """Leave out files whose name states another year."""
    kept = [p for p in paths if not years or not (m := NAME.search(p.name)) or not m[2] or int(m[2]) in years]
    if not kept:
        raise BadInput(
            message(
                "no file of these years",
                found=listing(p.name for p in paths),
                expected=listing(years),
                do="check --year",
            )
        )
    return kept


def _parts(raws: Sequence[RawFile], mapping: Mapping, years: frozenset[int], scratch: Path) -> Iterator[Part]:
    for raw in raws:
        if raw.kind != "zip":
            yield from parts([raw], mapping, scratch)
        else:
            wanted = _of_years([Path(name) for name in _yearly(raw)], sorted(years))
            yield from members(raw, {path.name for path in wanted}, mapping, scratch)


def _yearly(raw: RawFile) -> list[str]:
    names = [name for name in files.zip_names(raw.path) if NAME.search(name)]
    if not names:
        raise BadInput(
            message(
                "no yearly BACI file in the zip",
                where=str(raw.path),
                found=listing(files.zip_names(raw.path)) or "an empty archive",
                expected="BACI_HSxx_Yyyyy_Vyyyymm.csv",
                do="check that this is BACI's zip",
            )
        )
    return names


def _products(paths: list[Path], scratch: Path) -> list[tuple[str, str]]:
    """Read the (code, name) pairs that BACI ships beside the flows."""
    for path in paths:
        if files.kind_of(path) != "zip":
            return _pairs(path, str(path))
        for member in files.unzip(path, lambda name: name.lower().startswith("product_codes"), scratch):
            return _pairs(member, f"{path}/{member.name}")
    return []


def _pairs(path: Path, where: str) -> list[tuple[str, str]]:
    files.require_utf8(path, where)
    files.require_columns(files.header(path, ","), ["code", "description"], where, path, ",")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = [(row["code"] or "", row["description"] or "") for row in csv.DictReader(handle)]
    return [(code.strip().zfill(6), name.strip()) for code, name in rows if code.strip()]
