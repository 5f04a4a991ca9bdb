"""The oil case against the balances it was written down from, and books against the sample's trade."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from homeground import materials
from homeground.home import Home
from homeground.sources.process_book import parse

EXAMPLES = Path(__file__).parents[2] / "examples" / "materials"
ROUNDED = 1_500.0
"""FAO rounds to 1000 t and leaves a statistical difference."""


@pytest.fixture(scope="module")
def oil() -> materials.Check:
    return materials.check(materials.read(EXAMPLES / "edible-oil.toml"))


def fao(folder: Path, item: str) -> dict[str, float]:
    path = folder / "physical" / "fao_commodity_balances_1973_2009.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as text:
        rows = csv.DictReader(line for line in text if not line.startswith("#"))
        mine = [row for row in rows if row["area"] == "United Republic of Tanzania" and row["item"] == item]
    return {row["element"]: 1000 * float(row["2009"]) for row in mine if row["2009"] not in ("", "NA")}


@pytest.mark.parametrize(
    ("good", "item"),
    [("palm_oil", "Palm Oil"), ("sunflower_oil", "Sunflowerseed Oil"), ("sunflower_cake", "Sunflowerseed Cake")],
)
def test_the_oil_case_holds_the_balances_of_fao(shared_data: Path, oil: materials.Check, good: str, item: str) -> None:
    stated, held = fao(shared_data, item), oil.held[good]
    assert held.output + held.byproduct == pytest.approx(stated["Production"], abs=ROUNDED)
    assert held.imports == pytest.approx(stated.get("Import", 0.0), abs=100)  # 7 t of cake
    assert held.exports == pytest.approx(stated["Export"], abs=100)
    uses = sum(stated.get(name, 0.0) for name in ("Food", "Feed", "Other uses"))
    assert held.taken + held.use == pytest.approx(uses, abs=ROUNDED)


def test_sunflower_oil_that_goes_into_stocks_could_stand_in_for_palm_oil(oil: materials.Check) -> None:
    """14 kt of the oil are left over; at 683 USD/t of palm oil that is 9.5 M USD."""
    (found,) = [f for f in oil.findings if (f.good, f.instead) == ("palm_oil", "sunflower_oil")]
    assert found.quantity == pytest.approx(14_000, abs=ROUNDED)
    assert found.gross_usd is not None
    assert found.gross_usd / 1e6 == pytest.approx(9.5, abs=1.0)
    assert found.drc_ratio is None
    assert any("home cost" in text for text in found.missing)


ORES = """\
[book]
title = "from trade"
country = "JPN"
year = 2023
[goods]
copper_ore = { name = "copper concentrate", unit = "t", hs6 = "260300" }
copper = { unit = "kg", hs6 = "740311", price = 9 }
[processes.smelter]
inputs = { copper_ore = "3.45 t" }
outputs = { copper = "1 t" }
activity = 1_000
"""


def test_prices_and_quantities_that_a_book_leaves_open_come_from_the_homes_trade(sample_home: Home) -> None:
    view = sample_home.materials(materials.parse(parse(ORES, "ores.toml")))
    ore = view.check.book.goods["copper_ore"]
    assert ore.price is not None
    assert 1000 < ore.price < 4000  # a concentrate of 25 to 30 % copper, when copper cost 8,500 USD/t
    assert "raw-materials 2023" in ore.price_from
    assert ore.imports is not None
    assert 3e6 < ore.imports < 7e6  # Japan smelts about 5 Mt of concentrate a year
    assert view.check.book.goods["copper"].price == 9


def test_barred_sellers_set_no_price(sample_home: Home, tmp_path: Path) -> None:
    """Chile sells Japan the most; without it the flows that make the price are fewer by one."""
    home = Home(tmp_path / "home")
    flows = sample_home.flows(dataset="raw-materials", years=[2023])
    bought = flows.filter((flows.hs6 == "260300") & (flows.importer == "JPN")).to_pyarrow().to_pylist()
    write(tmp_path / "flows.csv", bought, ["year", "exporter", "importer", "hs6", "value_usd", "quantity_t"])
    (tmp_path / "flows.toml").write_text(FLOWS_MAP, encoding="utf-8")
    home.load("tidy", tmp_path / "flows.csv", mapping=tmp_path / "flows.toml")
    book = materials.parse(parse(ORES, "ores.toml"))
    open_price = home.materials(book).check.book.goods["copper_ore"].price_from
    rule = [
        {"importer": "*", "exporter": "CHL", "hs_prefix": "26", "from_date": date(2000, 1, 1), "legal_reference": "x"}
    ]
    write(
        tmp_path / "barred.csv", rule, ["importer", "exporter", "hs_prefix", "from_date", "to_date", "legal_reference"]
    )
    (tmp_path / "barred.toml").write_text(BARRED_MAP, encoding="utf-8")
    home.load("tidy", tmp_path / "barred.csv", mapping=tmp_path / "barred.toml")
    barred = home.materials(book).check.book.goods["copper_ore"].price_from
    assert count(open_price) - count(barred) == 1


def count(text: str) -> int:
    return int(text.split("unit value of ")[1].split()[0])


def write(path: Path, rows: list[dict[str, object]], columns: list[str]) -> None:
    from pyarrow import csv as arrow_csv

    table = pa.table({name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in columns})
    arrow_csv.write_csv(table, path)


FLOWS_MAP = """\
table = "flows"
revision = "HS92"
licence = "test"
citation = "test"
covers = "imports"
[columns]
year = "year"
exporter = { name = "exporter", codes = "iso3" }
importer = { name = "importer", codes = "iso3" }
hs6 = "hs6"
value_usd = { name = "value_usd", unit = "USD" }
quantity_t = { name = "quantity_t", unit = "t" }
"""
BARRED_MAP = """\
table = "restrictions"
licence = "test"
citation = "test"
[columns]
importer = "importer"
exporter = "exporter"
hs_prefix = "hs_prefix"
from_date = "from_date"
to_date = "to_date"
legal_reference = "legal_reference"
"""
