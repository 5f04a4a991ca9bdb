"""Tables with one label per row and column, such as `DEU_C29` or `DE_C29`: cut into industries, users and the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from homeground.errors import BadInput, listing, message
from homeground.sources.chains.cells import Grid, read_csv
from homeground.sources.chains.table import ChainTable, Pair, region

SHOWN: Final = 5


def each(paths: Sequence[Path], name: re.Pattern[str], factor: float, **labels: Any) -> Iterator[ChainTable]:
    """Read and cut file after file (see `cut`); `name` finds the year in the name of a file."""
    for path in paths:
        match = name.match(path.name)
        assert match is not None
        yield cut(read_csv(path), int(match["year"]), factor, **labels)


def cut(
    grid: Grid,
    year: int,
    factor: float,
    *,
    split: Callable[[str], Pair | None],
    is_use: Callable[[str], bool],
    special: Mapping[str, str],
    output_labels: frozenset[str],
) -> ChainTable:
    """Cut a grid: columns named like a row are industries, other pairs are uses, labels of totals are left out.

    `split` parts a label into region and name, or says None for what is no pair. Raises BadInput where rows and columns
    do not name the same industries.
    """
    columns = [label[0] for label in grid.columns]
    places = {label: n for n, label in enumerate(columns)}
    rows = [n for n, (label, *_) in enumerate(grid.rows) if label in places and split(label) is not None]
    sellers = [grid.rows[n][0] for n in rows]
    uses = [n for n, label in enumerate(columns) if (pair := split(label)) is not None and is_use(pair[1])]
    missing = [
        label
        for label in columns
        if label not in set(sellers) and (pair := split(label)) is not None and not is_use(pair[1])
    ]
    if missing or not rows:
        found = f"no row for {listing(missing, SHOWN)}" if missing else "no row named like a column"
        raise BadInput(message("rows and columns differ", where=grid.where, found=found, do="take the whole table"))
    made = [n for n, (label, *_) in enumerate(grid.rows) if label in output_labels]
    industries = tuple(_pair(split(label), special, grid.where) for label in sellers)
    order = [places[label] for label in sellers]
    return ChainTable(
        year=year,
        industries=industries,
        users=tuple(_pair(split(columns[n]), special, grid.where) for n in uses),
        flows=grid.part(rows, order) * factor,
        demand=grid.part(rows, uses) * factor,
        output=np.asarray(grid.part(made[:1], order)[0] * factor) if made else None,
        where=grid.where,
    )


def _pair(pair: Pair | None, special: Mapping[str, str], where: str) -> Pair:
    assert pair is not None
    return region(pair[0], special, where), pair[1]
