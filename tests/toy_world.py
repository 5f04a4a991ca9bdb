"""A SYNTHETIC world of four invented countries, three products and three years; nothing in it is real trade.

ALP, BET, GAM and DEL trade; NES stands for countries not specified. The world holds ties, flows without quantity, a
country without exports, an importer with one supplier, a product that is missing in one year, and arms (HS 93).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

Row = dict[str, Any]

FLOW_SCHEMA = pa.schema(
    [
        ("year", pa.int16()),
        ("exporter", pa.string()),
        ("importer", pa.string()),
        ("hs6", pa.string()),
        ("value_usd", pa.float64()),
        ("quantity_t", pa.float64()),
    ]
)
EXPORT_SCHEMA = pa.schema([field for field in FLOW_SCHEMA if field.name != "importer"])
PRODUCTION_SCHEMA = pa.schema(
    [("year", pa.int16()), ("country", pa.string()), ("hs6", pa.string()), ("quantity_t", pa.float64())]
)
WEIGHT_SCHEMA = pa.schema([("year", pa.int16()), ("country", pa.string()), ("weight", pa.float64())])
RESTRICTION_SCHEMA = pa.schema(
    [
        ("importer", pa.string()),
        ("exporter", pa.string()),
        ("hs_prefix", pa.string()),
        ("from_date", pa.date32()),
        ("to_date", pa.date32()),
        ("legal_reference", pa.string()),
    ]
)

WHEAT, OIL, ARMS = "100199", "270900", "930190"
NES = frozenset({"NES"})
BLOC = frozenset({"ALP", "BET"})

_FLOWS = [
    # wheat: GAM and DEL tie for ALP in 2019; BET buys from one supplier; GAM sells nothing of it but wheat
    (2019, "GAM", "ALP", WHEAT, 300.0, 30.0),
    (2019, "DEL", "ALP", WHEAT, 300.0, None),
    (2019, "BET", "ALP", WHEAT, 200.0, 25.0),
    (2019, "NES", "ALP", WHEAT, 200.0, 20.0),
    (2019, "GAM", "BET", WHEAT, 500.0, 50.0),
    (2019, "ALP", "DEL", WHEAT, 40.0, 4.0),
    (2020, "GAM", "ALP", WHEAT, 900.0, 90.0),
    (2020, "BET", "ALP", WHEAT, 100.0, 12.0),
    (2020, "GAM", "BET", WHEAT, 450.0, 45.0),
    (2020, "ALP", "DEL", WHEAT, 60.0, 6.0),
    (2021, "GAM", "ALP", WHEAT, 800.0, 80.0),
    (2021, "DEL", "ALP", WHEAT, 200.0, 20.0),
    (2021, "GAM", "BET", WHEAT, 480.0, 48.0),
    (2021, "BET", "DEL", WHEAT, 30.0, None),
    # oil: only DEL and BET sell; not imported by ALP in 2020; GAM has no exports of it at all
    (2019, "DEL", "ALP", OIL, 1000.0, 20.0),
    (2019, "DEL", "GAM", OIL, 2000.0, 40.0),
    (2019, "BET", "GAM", OIL, 500.0, 9.0),
    (2020, "DEL", "GAM", OIL, 2500.0, 50.0),
    (2020, "DEL", "BET", OIL, 700.0, 14.0),
    (2021, "DEL", "ALP", OIL, 1100.0, 22.0),
    (2021, "BET", "ALP", OIL, 300.0, 6.0),
    (2021, "DEL", "GAM", OIL, 2600.0, 52.0),
    (2021, "BET", "GAM", OIL, 650.0, 12.0),
    # arms
    (2021, "GAM", "ALP", ARMS, 90.0, 1.0),
    (2021, "DEL", "ALP", ARMS, 10.0, 1.0),
    (2021, "DEL", "BET", ARMS, 70.0, 1.0),
]

_PRODUCTION = [
    (2019, "ALP", OIL, 10.0),
    (2021, "ALP", OIL, 12.0),
    (2021, "DEL", OIL, 100.0),
    (2021, "BET", OIL, 2.0),
    (2020, "ALP", WHEAT, 50.0),
    (2019, "ALP", WHEAT, 60.0),
]

_RESTRICTIONS = [
    ("ALP", "DEL", "27", datetime.date(2021, 3, 1), None, "Synthetic act 1"),
    ("*", "BET", "1001", datetime.date(2020, 1, 1), datetime.date(2020, 12, 31), "Synthetic act 2"),
]


def table(rows: Iterable[tuple[Any, ...] | Mapping[str, Any]], schema: pa.Schema) -> Table:
    """Make an Ibis table of rows given as tuples in the order of the schema or as mappings."""
    records = [dict(row) if isinstance(row, Mapping) else dict(zip(schema.names, row, strict=True)) for row in rows]
    return ibis.memtable(pa.Table.from_pylist(records, schema=schema))


def flows(rows: Iterable[tuple[Any, ...]] = tuple(_FLOWS)) -> Table:
    return table(rows, FLOW_SCHEMA)


def flow_rows() -> list[Row]:
    return [dict(zip(FLOW_SCHEMA.names, row, strict=True)) for row in _FLOWS]


def production() -> Table:
    return table(_PRODUCTION, PRODUCTION_SCHEMA)


def restrictions() -> Table:
    return table(_RESTRICTIONS, RESTRICTION_SCHEMA)


def one_market(values: Mapping[str, float], importer: str = "ZZZ", year: int = 2021, hs6: str = OIL) -> Table:
    """Flows of one importer, product and year from the given suppliers."""
    return flows([(year, exporter, importer, hs6, value, None) for exporter, value in values.items()])


def collect(expression: Table) -> list[Row]:
    """Run an expression on DuckDB and return its rows with Python values; missing is None."""
    rows: list[Row] = expression.to_pyarrow().to_pylist()
    return rows


def keyed(expression: Table, *key: str) -> dict[tuple[Any, ...], Row]:
    """Return rows by key; a key that occurs twice fails."""
    rows = collect(expression)
    by_key = {tuple(row[name] for name in key): row for row in rows}
    assert len(by_key) == len(rows), "the documented key is not a key"
    return by_key


def only(expression: Table) -> Row:
    """Return the single row of an expression."""
    (row,) = collect(expression)
    return row
