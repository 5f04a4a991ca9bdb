"""SYNTHETIC figures of own ground on disk and in memory; nothing in them is real."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import ibis
import openpyxl
import pyarrow as pa
from ibis.expr.types import Table

from homeground import Home
from homeground.brief.ground import ministry_template

FIGURE_SCHEMA = pa.schema(
    [
        ("year", pa.int16()),
        ("country", pa.string()),
        ("commodity", pa.string()),
        ("element", pa.string()),
        ("quantity_t", pa.float64()),
    ]
)

MAPPING = """
table = "{table}"
dataset = "{dataset}"
licence = "CC0 1.0"
citation = "synthetic"
[columns]
{columns}
"""
BALANCE_COLUMNS = """
year = "year"
country = { name = "country", codes = "iso3" }
commodity = "commodity"
element = "element"
quantity_t = { name = "tons", unit = "t" }
state = "state"
"""
FLOW_COLUMNS = """
year = "year"
exporter = { name = "exporter", codes = "iso3" }
importer = { name = "importer", codes = "iso3" }
hs6 = "hs6"
value_usd = { name = "usd", unit = "USD" }
quantity_t = { name = "tons", unit = "t" }
"""


def figures(rows: Iterable[tuple[Any, ...]]) -> Table:
    """Long form of balances in memory: (year, country, commodity, element, tons)."""
    records = [dict(zip(FIGURE_SCHEMA.names, row, strict=True)) for row in rows]
    return ibis.memtable(pa.Table.from_pylist(records, schema=FIGURE_SCHEMA))


def load_balances(home: Home, folder: Path, dataset: str, rows: Sequence[str]) -> None:
    """Load rows `year,country,commodity,element,tons,state` as a dataset of balances."""
    _load(home, folder, "balances", dataset, "year,country,commodity,element,tons,state", rows, BALANCE_COLUMNS)


def load_flows(home: Home, folder: Path, dataset: str, rows: Sequence[str], hs: str = "HS22") -> None:
    """Load rows `year,exporter,importer,hs6,usd,tons` as a dataset of flows."""
    _load(home, folder, "flows", dataset, "year,exporter,importer,hs6,usd,tons", rows, FLOW_COLUMNS, hs=hs)


def _load(
    home: Home, folder: Path, table: str, dataset: str, header: str, rows: Sequence[str], columns: str, **more: Any
) -> None:
    data, mapping = folder / f"{dataset}.csv", folder / f"{dataset}.toml"
    data.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    mapping.write_text(MAPPING.format(table=table, dataset=dataset, columns=columns), encoding="utf-8")
    home.load("tidy", data, mapping=mapping, **more)


def workbook(path: Path, country: str = "Kenya", **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write the template, fill rows into its sheets, and return it."""
    ministry_template.write(path, country)
    book = openpyxl.load_workbook(path)
    book["Read me"]["B4"] = "Ministry of Ground"
    for name, rows in sheets.items():
        for row in rows:
            book[name].append(list(row))
    book.save(path)
    return path
