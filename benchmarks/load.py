"""Load one year of BACI's csv, against the least that SQL by hand could do: read, sort, write."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from benchmarks.measure import Work, alternate, show
from homeground import Home


def homeground(path: str, home: str) -> str:
    """Load as a user does: checked, sorted, with totals, duplicates looked for, hash and lineage kept."""
    shutil.rmtree(home, ignore_errors=True)
    return f"{Home(home).load('baci', path).rows_loaded:,} rows"


def sql(path: str, target: str) -> str:
    """Trust the file: read, convert the value, sort, write; no code is looked up, no row checked."""
    rows = duckdb.connect().execute(
        f"""COPY (SELECT t AS year, i AS exporter, j AS importer, k AS hs6, v * 1000 AS value_usd, q AS quantity_t
            FROM read_csv('{path}', types = {{'k': 'VARCHAR'}}, nullstr = 'NA') ORDER BY t, j, k, i)
            TO '{target}' (FORMAT parquet, COMPRESSION zstd)"""
    )
    return f"{rows.fetchall()[0][0]:,} rows"


def compare(path: Path, home: Path, rounds: int) -> None:
    """Measure both, and leave the loaded Home behind for the other parts."""
    target = path.with_suffix(".by-hand.parquet")
    works = {
        "SQL by hand, unchecked": Work("benchmarks.load.sql", (str(path), str(target))),
        "homeground": Work("benchmarks.load.homeground", (str(path), str(home))),
    }
    show(f"Load {path.name}, {path.stat().st_size / 1e6:,.0f} MB", alternate(works, rounds), "SQL by hand, unchecked")
    _same(home, target)
    target.unlink()


def _same(home: Path, target: Path) -> None:
    """Raise unless both hold the same number of rows, value and quantity."""
    flows = Home(home).flows()
    ours = (
        flows.agg(rows=flows.count(), usd=flows.value_usd.sum(), t=flows.quantity_t.sum()).to_pyarrow().to_pylist()[0]
    )
    theirs = duckdb.sql(f"SELECT count(*), sum(value_usd), sum(quantity_t) FROM '{target}'").fetchall()[0]
    for name, left, right in zip(ours, ours.values(), theirs, strict=True):
        if abs(left - right) > 1e-9 * abs(right):
            raise RuntimeError(f"{name} differ: {left} loaded, {right} by hand")
