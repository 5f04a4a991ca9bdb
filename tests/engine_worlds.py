"""A Home that tests ask on two engines: a SYNTHETIC toy world and a random one, and real trade where it is at hand."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import toy_world as toy
from homeground import Home
from homeground.sources import sample
from homeground.sources.mapping import ColumnMap, Mapping

MEMBERS = ("AUT", "BEL", "DEU", "FRA", "ITA", "NLD", "POL", "SWE")
OTHERS = ("BRA", "CAN", "CHN", "IND", "JPN", "KOR", "NAM", "NOR", "SAU", "THA", "USA", "VNM", "ZAF")
NES = ("PUS", "R20")
PRODUCTS = tuple(f"{chapter:02d}{number}" for chapter in (3, 10, 25, 72) for number in range(1100, 1220, 10))
YEARS = (2018, 2019, 2020, 2021)
ROUND_VALUES = (1000.0, 2000.0, 2000.0, 5000.0)

# the invented countries under codes that a Home knows: two of the EU, two outside it, and one code for many
AS_CODED = {"ALP": "AUT", "BET": "BEL", "GAM": "BRA", "DEL": "CAN", "NES": "PUS"}

SEAFOOD = "standardized_baci_seafood_hs12_y2018_including_value.csv"


@dataclass(frozen=True)
class World:
    """What is asked of a dataset: a country, one of its suppliers, a member of the EU, a year, a product."""

    dataset: str
    country: str
    supplier: str
    member: str
    year: int
    hs6: str


WORLDS = {
    world.dataset: world
    for world in (
        World("toy", "AUT", "CAN", "AUT", 2021, toy.WHEAT),
        World("random", "JPN", "CHN", "FRA", 2021, PRODUCTS[0]),
        World("seafood", "JPN", "VNM", "ESP", 2018, "030617"),
        World("crude-2021", "JPN", "SAU", "DEU", 2021, toy.OIL),
    )
}


def build(folder: Path, shared_data: Path | None) -> Home:
    """Load every world that is at hand, and the side tables that go with them, through DuckDB."""
    home = Home(folder / "home [1] of %20 {ü}")
    raw = folder / "raw"
    raw.mkdir(parents=True)
    load_rows(home, raw, "flows", "toy", toy_flows(), toy.FLOW_SCHEMA)
    load_rows(home, raw, "flows", "random", random_flows(), toy.FLOW_SCHEMA)
    load_rows(home, raw, "production", "made", production(), toy.PRODUCTION_SCHEMA)
    load_rows(home, raw, "weights", "scores", weights(), toy.WEIGHT_SCHEMA)
    load_rows(home, raw, "restrictions", "barred", restrictions(), toy.RESTRICTION_SCHEMA)
    if "crude-2021" in sample.available():
        home.load("crude-2021")
    seafood = shared_data / "trade" / "baci_seafood_2018" / SEAFOOD if shared_data else None
    if seafood is not None and seafood.exists():
        home.load("tidy", seafood, mapping=seafood_mapping())
    return home


def load_rows(
    home: Home, folder: Path, table: str, name: str, rows: Iterable[tuple[Any, ...]], schema: pa.Schema, **options: Any
) -> None:
    """Write rows to a file and load it the way a user loads a file of his own."""
    columns = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), schema, strict=True)]
    path = folder / f"{name}-{len(columns[0])}.parquet"
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), path)
    home.load("tidy", path, mapping=mapping(table, name, schema), **options)


def mapping(table: str, name: str, schema: pa.Schema) -> Mapping:
    """A mapping for files whose columns already have the names of the table's."""
    columns = {field: _column(table, field) for field in schema.names}
    return Mapping(table, columns, dataset=name, revision="HS17" if table == "flows" else None)


def _column(table: str, field: str) -> ColumnMap:
    coded = field in ("exporter", "importer", "country") and table != "restrictions"
    return ColumnMap(field, unit={"value_usd": "USD", "quantity_t": "t"}.get(field), codes="iso3" if coded else None)


def toy_flows() -> Iterator[tuple[Any, ...]]:
    for row in toy.flow_rows():
        rest = [row[name] for name in toy.FLOW_SCHEMA.names[3:]]
        yield (row["year"], AS_CODED[row["exporter"]], AS_CODED[row["importer"]], *rest)


def random_flows(share: float = 0.215, years: Iterable[int] = YEARS) -> list[tuple[Any, ...]]:
    """About 20,000 flows with ties, missing quantities, codes for many countries and products absent in some years."""
    dice = random.Random(20211)
    places = (*MEMBERS, *OTHERS, *NES)
    return [
        (year, seller, buyer, hs6, value, None if dice.random() < 0.08 else round(value / dice.uniform(200, 900), 3))
        for year in years
        for hs6 in (*PRODUCTS, toy.ARMS)
        if dice.random() < 0.95
        for seller in places
        for buyer in places
        if seller != buyer and dice.random() < share
        for value in [dice.choice(ROUND_VALUES) if dice.random() < 0.5 else round(dice.lognormvariate(9, 2) + 1, 3)]
    ]


def production() -> Iterator[tuple[Any, ...]]:
    """What some countries make of some products, without a row for the rest."""
    dice = random.Random(7)
    yield from [(2021, "AUT", toy.WHEAT, 50.0), (2020, "AUT", toy.WHEAT, 60.0), (2019, "BEL", toy.WHEAT, 2.0)]
    yield from [(2021, "SAU", toy.OIL, 5.4e8), (2021, "DEU", toy.OIL, 1.8e6), (2021, "CAN", toy.OIL, 100.0)]
    yield from [(2018, country, "030617", 1e5) for country in ("VNM", "THA", "ESP", "IND")]
    for year in YEARS:
        for hs6 in PRODUCTS[::2]:
            for country in (*MEMBERS, *OTHERS):
                if dice.random() < 0.4:
                    yield (year, country, hs6, round(dice.uniform(1, 900), 3))


def weights() -> Iterator[tuple[Any, ...]]:
    """A score for every country but one and the codes for many."""
    dice = random.Random(11)
    for year in YEARS:
        for country in (*MEMBERS, *OTHERS):
            if country != "ZAF":
                yield (year, country, round(dice.random(), 4))


def restrictions() -> list[tuple[Any, ...]]:
    return [
        ("JPN", "IND", "03", date(2021, 1, 1), None, "Synthetic act 1"),
        ("*", "USA", "10", date(2020, 1, 1), date(2021, 6, 30), "Synthetic act 2"),
        ("*", "THA", "", date(2020, 1, 1), date(2020, 12, 31), "Synthetic act 3"),
        ("CAN", "*", "1001", date(2019, 1, 1), None, "Synthetic act 4"),
        ("JPN", "RUS", "27", date(2021, 1, 1), None, "Synthetic act 5"),
    ]


def seafood_mapping() -> Mapping:
    return Mapping(
        "flows",
        {
            "year": ColumnMap("year"),
            "exporter": ColumnMap("exporter_iso3c", codes="iso3"),
            "importer": ColumnMap("importer_iso3c", codes="iso3"),
            "hs6": ColumnMap("hs6"),
            "value_usd": ColumnMap("total_v", unit="kUSD"),
            "quantity_t": ColumnMap("total_q", unit="t"),
        },
        dataset="seafood",
        revision="HS12",
    )


def shared_data() -> Path | None:
    """The folder of real data that is not part of the repository, where there is one."""
    path = Path(os.environ.get("HOMEGROUND_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
    return path if path.is_dir() else None
