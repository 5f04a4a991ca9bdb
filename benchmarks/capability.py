"""Complexity and relatedness of all countries and products of one year, against the package `ecomplexity`.

Both begin with the same Parquet file of exports and end with the same columns for every country and product: advantage,
presence, complexity of countries and products, density, outlook, outlook gain. The package's check of
log-supermodularity, which is no part of these, is switched off.
"""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measure import Run, Work, alternate, show
from benchmarks.world import World
from homeground.measures import capability

COLUMNS = ("rca", "mcp", "eci", "pci", "density", "coi", "cog")
TOLERANCE = 1e-9
"""Absolute, on columns whose values are of the order of one: both end a chain of sums over thousands of doubles."""


def homeground(path: str, target: str) -> str:
    """Compute everything by the conventions that the package follows, and write it."""
    import ibis

    wanted = capability.rca(ibis.read_parquet(path)).select("exporter", "hs6", "rca", "value_usd")
    table = wanted.to_pyarrow()
    values = (table[name].to_numpy() for name in ("rca", "value_usd"))
    rca, usd = capability.Matrix.pivots(table["exporter"], table["hs6"], *values)
    chosen = capability.conventions("ecomplexity")
    of = capability.presence(rca, usd, chosen)
    found, neighbours = capability.complexity(of, chosen), capability.Neighbours.of(of, chosen)
    near = capability.density(of.m, neighbours)
    outlook = capability.outlook(of.m, near, found.pci)
    gain = capability.outlook_gain(of.m, neighbours, near, found.pci, chosen)
    rows, columns = (np.searchsorted(labels, kept) for labels, kept in _labels(rca, of))
    country = np.repeat(np.arange(len(of.countries), dtype=np.int16), len(of.products))
    product = np.tile(np.arange(len(of.products), dtype=np.int16), len(of.countries))
    return _written(
        target,
        {
            "exporter": pa.DictionaryArray.from_arrays(country, of.countries),
            "hs6": pa.DictionaryArray.from_arrays(product, of.products),
            "rca": rca.values[np.ix_(rows, columns)].ravel(),
            "mcp": of.m.ravel().astype(np.float64),
            "eci": found.eci[country],
            "pci": found.pci[product],
            "density": near.ravel(),
            "coi": outlook[country],
            "cog": gain.ravel(),
        },
    )


def ecomplexity(path: str, target: str) -> str:
    """Let the package compute the same."""
    import pandas as pd
    from ecomplexity import ecomplexity as package

    names = {"time": "year", "loc": "exporter", "prod": "hs6", "val": "value_usd"}
    found = package(pd.read_parquet(path), names, check_logsupermodularity=False, verbose=False)
    return _written(target, {name: found[name].to_numpy() for name in ("exporter", "hs6", *COLUMNS)})


def compare(folder: Path, flows: int, year: int, products: int, rounds: int) -> None:
    """Measure both, then hold their columns side by side.

    Both take turns; ours is called twice per process with the second call counted, the package, which is slow, once.
    """
    path = folder / f"exports-{flows}-{products}.parquet"
    if not path.exists():
        write_exports(path, flows, year, products)
    targets = {name: folder / f"capability-{name}.parquet" for name in ("homeground", "ecomplexity")}
    works = {name: Work(f"benchmarks.capability.{name}", (str(path), str(target))) for name, target in targets.items()}
    works["homeground"] = replace(works["homeground"], calls=2)
    if importlib.util.find_spec("ecomplexity") is None:
        show(f"Complexity and relatedness of {year}", alternate({"homeground": works["homeground"]}, rounds))
        print("\necomplexity is not installed: pip install --group bench")
        return
    runs: dict[str, Run] = alternate(works, rounds)
    show(f"Complexity and relatedness of {year}", runs, "homeground")
    print()
    for name, apart in differences(*targets.values()).items():
        print(f"{name}: largest difference {apart:.1e}")
        if not apart <= TOLERANCE:
            raise RuntimeError(f"{name} differs from ecomplexity's by {apart:.1e}, more than {TOLERANCE}")
    for target in targets.values():
        target.unlink()


def write_exports(path: Path, flows: int, year: int, products: int) -> None:
    """Sum one year of the made-up world over importers, of its first products."""
    table = World(flows).year(year)
    kept = pa.array(sorted(pc.unique(table["k"]).to_pylist())[:products])
    sums = table.filter(pc.is_in(table["k"], kept)).group_by(["t", "i", "k"]).aggregate([("v", "sum")])
    columns = {
        "year": sums["t"],
        "exporter": pc.cast(sums["i"], pa.string()),
        "hs6": sums["k"],
        "value_usd": sums["v_sum"],
    }
    pq.write_table(pa.table(columns), path)


def differences(ours: Path, theirs: Path) -> dict[str, float]:
    """Return the largest absolute difference per column.

    The package's outlook and gain rest on the eigenvector before centring, and it standardises the outlook over
    countries. Both are linear in the product index, so ours are brought to that form by shifting it: the raw vector is
    the one whose mean weighted by ubiquity is zero.
    """
    mine, other = (_sorted(pq.read_table(path)) for path in (ours, theirs))
    if mine.num_rows != other.num_rows or not mine["exporter"].equals(other["exporter"]):
        raise RuntimeError(f"{mine.num_rows} cells here, {other.num_rows} there")
    grid = {name: _grid(mine, name) for name in COLUMNS}
    made, pci = grid["mcp"] > 0, grid["pci"][0]
    shift = -float((pci * made.sum(axis=0)).sum() / made.sum())
    of = capability.Presence(tuple(map(str, range(len(made)))), tuple(map(str, range(len(pci)))), made)
    phi = capability.proximity(of)
    raw = capability.outlook(made, grid["density"], pci + shift)
    grid["coi"] = np.repeat(((raw - raw.mean()) / raw.std())[:, None], len(pci), axis=1)
    gross = capability.conventions("ecomplexity")
    grid["cog"] = capability.outlook_gain(made, phi, grid["density"], pci + shift, gross)
    apart = {}
    for name in COLUMNS:
        theirs_here = _grid(other, name)
        known = ~made if name == "cog" else np.ones_like(made)
        apart[name] = float(np.abs(grid[name] - theirs_here)[known].max())
    return apart


def _labels(rca: capability.Matrix, of: capability.Presence) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    return (rca.countries, of.countries), (rca.products, of.products)


def _grid(table: pa.Table, name: str) -> Any:
    return table[name].to_numpy().reshape(len(pc.unique(table["exporter"])), -1)


def _sorted(table: pa.Table) -> pa.Table:
    words = {name: table[name].cast(pa.string()) for name in ("exporter", "hs6")}
    plain = pa.table({**words, **{name: table[name] for name in COLUMNS}})
    return plain.sort_by([("exporter", "ascending"), ("hs6", "ascending")])


def _written(target: str, columns: dict[str, Any]) -> str:
    table = pa.table(columns)
    pq.write_table(table, target, compression="none", use_dictionary=["exporter", "hs6"])
    return f"{len(pc.unique(table['exporter'])):,} × {len(pc.unique(table['hs6'])):,}"
