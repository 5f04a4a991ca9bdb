"""Input–output tables in the Home: labels and totals as a Parquet piece, flows and final demand as arrays beside it.

    data/<dataset>/<load>/chains/2011.parquet      industries with their totals (table `chains` of the schema)
    data/<dataset>/<load>/chains/2011.Z.npy        flows, seller in the row, buyer in the column
    data/<dataset>/<load>/chains/2011.Y.npy        final demand, seller in the row, user in the column
    data/<dataset>/<load>/chains/2011.users.json   labels of the columns of Y

The arrays are mapped into memory, not read: opening takes milliseconds, and only what is used is fetched.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground import schema
from homeground.errors import BadInput, NotInHome, message
from homeground.sources import Progress
from homeground.sources.chains import ChainReading, ChainTable
from homeground.store import refusals
from homeground.store.catalog import Dataset, LoadedFile
from homeground.store.ingest import Ingested

if TYPE_CHECKING:
    import pyarrow as pa

TABLE: Final = "chains"
Floats = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Arrays:
    """One year of a dataset as it lies in the Home; the arrays are mapped, read only.

    `names` are the industries' names, by code, where the source ships them.
    """

    year: int
    industries: tuple[Pair, ...]
    users: tuple[Pair, ...]
    flows: Floats
    demand: Floats
    output: Floats
    currency: str
    names: Mapping[str, str]


def ingest_chains(reading: ChainReading, staging: Path, years: frozenset[int], progress: Progress) -> Ingested:
    """Write the tables of a reading below `staging`, each as soon as it is read; years not asked for are left out."""
    folder = staging / TABLE
    folder.mkdir()
    pieces: dict[str, int] = {}
    for table in reading.tables():
        if years and table.year not in years:
            continue
        progress(f"reading {table.year}", min(0.95, len(pieces) / max(1, len(reading.files))))
        if str(table.year) in pieces:
            raise refusals.year_in_two_files(reading, table.year)
        _write(table.balanced(reading.unbalanced), folder, reading.currency)
        pieces[str(table.year)] = len(table.industries)
    if not pieces:
        raise refusals.no_rows(reading, years)
    rows = sum(pieces.values())
    files = tuple(
        LoadedFile(raw.name, raw.bytes, raw.sha256, rows if n == 0 else 0, rows if n == 0 else 0, 0)
        for n, raw in enumerate(reading.files)
    )
    return Ingested({TABLE: pieces}, files, {}, {})


def open_arrays(home: Path, dataset: Dataset, year: int) -> Arrays:
    """Open one year of a dataset; raises NotInHome where it has none, BadInput where a file is damaged."""
    import pyarrow.parquet as pq

    piece = dataset.tables.get(TABLE, {}).get(str(year))
    if piece is None:
        raise NotInHome(message(f"dataset {dataset.name} has no {TABLE} of {year}", do="load it, or ask for another"))
    path = home / piece.path
    try:
        rows = pq.read_table(path, columns=["country", "industry", "name", "output", "currency"]).to_pydict()
        flows, demand = (np.load(path.with_suffix(f".{part}.npy"), mmap_mode="r") for part in "ZY")
        users = json.loads(path.with_suffix(".users.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        do = "load the table again with --replace"
        raise BadInput(message("part of a table is damaged", where=str(path), found=str(error), do=do)) from error
    return Arrays(
        year=year,
        industries=tuple(zip(rows["country"], rows["industry"], strict=True)),
        users=tuple((country, use) for country, use in users),
        flows=flows,
        demand=demand,
        output=np.array(rows["output"]),
        currency=rows["currency"][0],
        names={code: name for code, name in zip(rows["industry"], rows["name"], strict=True) if name},
    )


def _write(table: ChainTable, folder: Path, currency: str) -> None:
    import pyarrow.parquet as pq

    place = folder / f"{table.year}.parquet"
    pq.write_table(_totals(table, currency), place, compression="zstd")
    for part, cells in (("Z", table.flows), ("Y", table.demand)):
        with place.with_suffix(f".{part}.npy").open("wb") as handle:
            np.save(handle, np.ascontiguousarray(cells, dtype=np.float64))
            handle.flush()
            os.fsync(handle.fileno())
    with place.with_suffix(".users.json").open("w", encoding="utf-8") as text:
        json.dump(table.users, text, ensure_ascii=False)
        text.flush()
        os.fsync(text.fileno())


def _totals(table: ChainTable, currency: str) -> pa.Table:
    import pyarrow as pa

    bought, sold = table.flows.sum(axis=0), table.flows.sum(axis=1)
    final = table.demand.sum(axis=1)
    output = sold + final if table.output is None else table.output
    size = len(table.industries)
    columns = {
        "year": [table.year] * size,
        "place": range(size),
        "country": [country for country, _ in table.industries],
        "industry": [industry for _, industry in table.industries],
        "name": [table.names.get(industry) for _, industry in table.industries],
        "currency": [currency] * size,
        "output": output,
        "intermediate": bought,
        "value_added": output - bought,
        "final_demand": final,
        "discrepancy": output - sold - final,
    }
    return pa.table(columns, schema=schema.table(TABLE).arrow_schema())
