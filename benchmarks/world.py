"""A made-up world of trade in BACI's format: 230 countries, 5,000 products, 11 million flows a year. Synthetic, seeded.

Country and product codes are real so that the reader's code tables are exercised; every value is invented.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from homeground.codes import countries, products

COUNTRIES, PRODUCTS, FLOWS = 230, 5_000, 11_000_000
SEED = 20_261_101
MISSING_QUANTITY = 0.03
STANDING = 1.25
"""Flows that exist in some year, over the flows of one year."""


class World:
    """Who trades what with whom; each year keeps most of the flows and changes their values."""

    def __init__(self, flows: int = FLOWS, seed: int = SEED) -> None:
        self.flows = flows
        self.seed = seed
        known = [c for c in countries.every() if c.baci]
        chosen = sorted(known, key=lambda c: (c.kind == "former", c.iso3))[:COUNTRIES]
        self.countries = np.array(sorted(c.baci[0] for c in chosen), np.int16)
        codes = products.table("HS92")["code"].to_pylist()
        self.products = pa.array(sorted(code for code in codes if len(code) == 6)[:PRODUCTS])
        rng = np.random.default_rng(seed)
        self.keys = self._keys(rng, int(flows * STANDING))
        self.level = rng.lognormal(3.0, 2.2, len(self.keys))

    def year(self, year: int) -> pa.Table:
        """One year in BACI's columns and order (exporter, importer, product); the same whichever years came before."""
        rng = np.random.default_rng([self.seed, year])
        kept = np.sort(rng.permutation(len(self.keys))[: self.flows])
        key, level = self.keys[kept], self.level[kept]
        value = np.round(np.maximum(level * rng.lognormal(0.0, 0.4, self.flows), 0.001), 3)
        quantity = np.round(value / rng.lognormal(1.0, 1.0, self.flows), 3)
        exporter, rest = np.divmod(key, len(self.countries) * len(self.products))
        importer, product = np.divmod(rest, len(self.products))
        return pa.table(
            {
                "t": np.full(self.flows, year, np.int16),
                "i": self.countries[exporter],
                "j": self.countries[importer],
                "k": pa.DictionaryArray.from_arrays(product.astype(np.int32), self.products).cast(pa.string()),
                "v": value,
                "q": pa.array(quantity, mask=rng.random(self.flows) < MISSING_QUANTITY),
            }
        )

    def write(self, folder: Path, year: int, kind: str = "csv") -> Path:
        """Write one year under BACI's file name, as csv (quantities that are missing: NA) or Parquet."""
        path = folder / f"BACI_HS92_Y{year}_V202601.{kind}"
        if kind == "csv":
            _write_csv(self.year(year), path)
        else:
            pq.write_table(self.year(year), path, compression="zstd")
        return path

    def _keys(self, rng: np.random.Generator, wanted: int) -> NDArray[np.int64]:
        """Draw distinct (exporter, importer, product) keys; large countries and common products trade more."""
        n, p = len(self.countries), len(self.products)
        ladders = _ladder(rng, n, 1.5), _ladder(rng, n, 1.3), _ladder(rng, p, 0.8)
        keys = np.empty(0, np.int64)
        while len(keys) < wanted:
            seller, buyer, good = (_draw(rng, ladder, wanted) for ladder in ladders)
            drawn = (seller * n + buyer) * p + good
            keys = np.unique(np.concatenate([keys, drawn[seller != buyer]]))
        return np.sort(rng.permutation(keys)[:wanted])


def _ladder(rng: np.random.Generator, count: int, spread: float) -> NDArray[np.float64]:
    weights = rng.lognormal(0.0, spread, count)
    return np.cumsum(weights / weights.sum())


def _draw(rng: np.random.Generator, ladder: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    return np.minimum(np.searchsorted(ladder, rng.random(count)), len(ladder) - 1).astype(np.int64)


def _write_csv(table: pa.Table, path: Path) -> None:
    import duckdb

    engine = duckdb.connect()
    engine.register("world", table)
    engine.execute(f"COPY (SELECT * FROM world) TO '{path}' (FORMAT csv, HEADER, NULLSTR 'NA')")
