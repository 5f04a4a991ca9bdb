"""EXIOBASE 3, monetary tables: a folder or zip per year with Z.txt, Y.txt and x.txt, tab-separated, million euro.

Two lines and two columns of labels (region, sector). WA, WE, WF, WL and WM are rests of Asia and the Pacific, Europe,
Africa, America and the Middle East; they are kept apart as XWA … XWM. Euro stay euro. Where a release ships A.txt
instead of Z.txt, flows are `A·x̂`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from homeground.errors import BadInput, listing, message
from homeground.sources import files
from homeground.sources.chains.cells import Grid, read_csv
from homeground.sources.chains.table import ChainReading, ChainTable, Pair, look, region
from homeground.sources.mapping import Mapping as Columns
from homeground.units import scale_factor

NAME: Final = re.compile(r"^IOT_(?P<year>\d{4})_(?P<system>ixi|pxp)(?:\.zip)?$", re.IGNORECASE)
SPECIAL: Final = {f"W{rest}": f"XW{rest}" for rest in "AEFLM"} | {"TW": "S19"}
WANTED: Final = ("Z.txt", "A.txt", "Y.txt", "x.txt")


def open_files(paths: Sequence[Path], years: Sequence[int] = ()) -> ChainReading:
    """Open folders or zips such as `IOT_2019_ixi`; a folder that holds several is taken apart."""
    found = [place for path in paths for place in _places(path)]
    chosen = [path for path in found if not years or _year(path) in years]
    if not chosen:
        expected = "IOT_2019_ixi.zip, or the folder it was unpacked to"
        raise BadInput(
            message("no such table found", where=listing(paths), expected=expected, do="name the zip or the folder")
        )
    raws = look([part for path in chosen for part in ([path] if path.is_file() else _texts(path))])
    mapping = Columns(
        "chains",
        {},
        dataset="exiobase3",
        licence="CC BY-SA 4.0",
        citation="Stadler et al. (2018), EXIOBASE 3, Journal of Industrial Ecology 22(3)",
    )
    tables = partial(_each, chosen)
    return ChainReading("exiobase3", mapping, raws, lambda _: iter(()), tables=tables, currency="EUR")


def _places(path: Path) -> list[Path]:
    files.require_exists(path)
    if NAME.match(path.name):
        return [path]
    return sorted(inner for inner in path.iterdir() if NAME.match(inner.name)) if path.is_dir() else []


def _year(path: Path) -> int:
    match = NAME.match(path.name)
    assert match is not None
    return int(match["year"])


def _texts(folder: Path) -> list[Path]:
    return [path for name in WANTED if (path := folder / name).exists()]


def _each(places: Sequence[Path]) -> Iterator[ChainTable]:
    for place in places:
        if place.is_dir():
            yield _table(place, _year(place))
        else:
            with tempfile.TemporaryDirectory() as folder:
                for _ in files.unzip(place, lambda name: Path(name).name in WANTED, Path(folder)):
                    pass
                inner = next((path.parent for path in Path(folder).rglob("Y.txt")), Path(folder))
                yield _table(inner, _year(place))


def _table(folder: Path, year: int) -> ChainTable:
    square = folder / "Z.txt" if (folder / "Z.txt").exists() else folder / "A.txt"
    missing = [path.name for path in (square, folder / "Y.txt", folder / "x.txt") if not path.exists()]
    if missing:
        raise BadInput(message("part of a table is missing", where=str(folder), expected=listing(missing), do="add it"))
    cells, demand = (read_csv(path, heads=2, labels=2, delimiter="\t") for path in (square, folder / "Y.txt"))
    demand = _without_index_names(demand)
    cells = _without_index_names(cells)
    made = read_csv(folder / "x.txt", heads=1, labels=2, delimiter="\t")
    for what, labels in (("columns", cells.columns), ("rows of Y.txt", demand.rows), ("x.txt", made.rows)):
        if labels != cells.rows:
            raise BadInput(message("labels do not match the rows", where=f"{square}, {what}", do="align the files"))
    factor = scale_factor("million")
    output = made.cells[:, 0]
    return ChainTable(
        year=year,
        industries=tuple(_pair(label, square) for label in cells.rows),
        users=tuple(_pair(label, folder / "Y.txt") for label in demand.columns),
        flows=np.asarray(cells.cells * (output if square.name == "A.txt" else 1.0) * factor),
        demand=demand.cells * factor,
        output=output * factor,
        where=str(square),
    )


def _without_index_names(grid: Grid) -> Grid:
    """Leave out the line `region sector` that stands between the labels and the cells."""
    if grid.rows and grid.rows[0] == ("region", "sector"):
        return Grid(grid.rows[1:], grid.columns, grid.cells[1:], grid.where)
    return grid


def _pair(label: tuple[str, ...], path: Path) -> Pair:
    return region(label[0], SPECIAL, str(path)), label[1]
