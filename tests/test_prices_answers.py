"""Prices as a user meets them: the Home, the commands, the report, the workbook, benchmarks, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from typer.testing import CliRunner

import engine_worlds as worlds
import toy_world as toy
from homeground import Home
from homeground.brief import report
from homeground.brief.trade.price_tables import prices_answer
from homeground.cli import app
from homeground.errors import NotInHome, UsageError
from homeground.home import CountryPicture

PRICE_SCHEMA = pa.schema(
    [("year", pa.int16()), ("hs6", pa.string()), ("benchmark", pa.string()), ("price_usd_per_t", pa.float64())]
)
SELLERS = ("BRA", "CAN", "CHN", "IND", "KOR", "NAM", "NOR", "SAU", "THA", "USA", "VNM", "ZAF")
BANANAS, ORANGES, ARMS = "080390", "080510", toy.ARMS


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A SYNTHETIC market: bananas declared alike at 400 USD/t by all, and a free market price of 1,000."""
    folder = tmp_path_factory.mktemp("prices")
    home = Home(folder / "home")
    rows = [
        (year, seller, buyer, BANANAS, (400.0 + place + 0.1 * year - 202.0) * 5000, 5000.0)
        for year in (2020, 2021)
        for place, seller in enumerate(SELLERS)
        for buyer in ("JPN", "FRA")
    ]
    few = [(2021, seller, "JPN", ORANGES, 500.0 * 3000, 3000.0) for seller in SELLERS[:3]]
    earlier = [(2020, seller, "FRA", ORANGES, 450.0 * 3000, 3000.0) for seller in SELLERS[:6]]
    arms = [(2021, seller, "JPN", ARMS, 1e6, 10.0) for seller in SELLERS]
    sold = [(year, "JPN", "FRA", "870323", 1e7, 1000.0) for year in (2020, 2021)]
    worlds.load_rows(home, folder, "flows", "market", [*rows, *few, *earlier, *arms, *sold], toy.FLOW_SCHEMA)
    marks = [(2021, BANANAS, "free market", 1000.0)]
    columns = [
        pa.array(column, field.type) for column, field in zip(zip(*marks, strict=True), PRICE_SCHEMA, strict=True)
    ]
    pa.parquet.write_table(pa.Table.from_arrays(columns, schema=PRICE_SCHEMA), folder / "marks.parquet")
    home.load("tidy", folder / "marks.parquet", mapping=price_mapping())
    return home


def price_mapping() -> Any:
    columns = {name: worlds.ColumnMap(name) for name in PRICE_SCHEMA.names}
    columns["price_usd_per_t"] = worlds.ColumnMap("price_usd_per_t", unit="USD/t")
    return worlds.Mapping("prices", columns, dataset="quotations")


def run(home: Home, *words: str) -> Any:
    return CliRunner().invoke(app, [*words, "--home", str(home.store.path)], catch_exceptions=True)


def test_a_benchmark_shows_what_quartiles_cannot(home: Home) -> None:
    view = home.prices(BANANAS, 2021, importer="JPN")
    assert view.world is not None
    bands = {row["band"] for row in view.partners.to_pylist()}
    assert not bands & {"far below", "far above"}
    (mark,) = view.benchmarks.to_pylist()
    assert mark["world_gap"] == pytest.approx(view.world.median / 1000 - 1)
    assert mark["world_gap"] < -0.55
    assert mark["overpayment_usd"] == pytest.approx(-0.594 * 1000 * 60_000, rel=0.01)
    text = " ".join(prices_answer(home, BANANAS, 2021, importer="JPN").notes)
    assert "quartiles and fences see nothing; the benchmark does" in text


def test_without_a_benchmark_the_answer_says_what_it_cannot_see(home: Home) -> None:
    text = " ".join(prices_answer(home, BANANAS, 2020, importer="JPN").notes)
    assert "No price from outside is loaded" in text
    assert "Hong, Pak and Pak 2014" in text


def test_too_few_flows_of_a_year_are_joined_by_those_of_its_neighbours(home: Home) -> None:
    view = home.prices(ORANGES, 2021, importer="JPN")
    assert view.world is not None
    assert (view.world.n, view.world.step) == (9, f"flows of {ORANGES} in 2020–2021 over 1,000 t")
    assert view.own is None


def test_what_cannot_be_compared_at_all_abstains_with_its_reason(home: Home) -> None:
    view = home.prices("870323", 2021, price=9_000.0)
    assert view.world is None
    assert "fewer than 8 comparable flows" in view.why_not
    assert view.evidence is not None
    assert (view.evidence.band, view.evidence.percentile) == (None, None)
    assert "cannot be judged" in prices_answer(home, "870323", 2021, price=9_000.0).notes[0]


def test_a_file_of_one_importer_knows_no_world_price(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    rows = [(2021, seller, "JPN", BANANAS, 400.0 * 5000, 5000.0) for seller in SELLERS]
    worlds.load_rows(home, tmp_path, "flows", "mine", rows, toy.FLOW_SCHEMA)
    view = home.prices(BANANAS, 2021, importer="JPN")
    assert view.world is None
    assert "what the world pays is not known" in view.why_not
    assert view.own is not None
    assert view.own.n == 12
    assert home.picture("JPN", 2021).prices is None


def test_the_newest_year_answers_where_none_is_asked_for(home: Home) -> None:
    assert home.prices(BANANAS).year == 2021


def test_sellers_buyers_and_single_flows_each_have_their_rows(home: Home) -> None:
    assert home.prices(BANANAS, 2021).partners.num_rows == len(SELLERS)
    assert home.prices(BANANAS, 2021, exporter="BRA").partners["country"].to_pylist() == ["FRA", "JPN"]
    assert home.prices(BANANAS, 2021, exporter="BRA", importer="JPN").partners["country"].to_pylist() == ["BRA"]


def test_arms_are_in_no_table_of_prices(home: Home) -> None:
    with pytest.raises(UsageError, match=r"arms and ammunition \(HS 93\) are not compared"):
        home.prices(ARMS, 2021)
    prices = home.picture("JPN", 2021).prices
    assert prices is not None
    assert ARMS not in prices.products["hs6"].to_pylist()


def test_a_countrys_products_are_ranked_or_say_why_not(home: Home) -> None:
    prices = home.picture("JPN", 2021).prices
    assert prices is not None
    reasons = dict(zip(prices.products["hs6"].to_pylist(), prices.products["reason"].to_pylist(), strict=True))
    assert reasons == {BANANAS: "", ORANGES: "fewer than 8 comparable flows"}
    assert prices.benchmarks["hs6"].to_pylist() == [BANANAS]
    assert prices.terms is not None
    assert prices.terms.base == 2020


def test_the_command_prints_json_and_writes_every_format(home: Home, tmp_path: Path) -> None:
    ran = run(home, "prices", BANANAS, "-i", "Japan", "-y", "2021", "--price", "450", "--quantity", "1000", "--json")
    assert ran.exit_code == 0, ran.output
    document = json.loads(ran.stdout)
    offer = document["about"]["prices"]["offer"]
    assert offer["overpayment_usd"] == pytest.approx((450 - document["about"]["prices"]["world"]["median"]) * 1000)
    assert len(document["rows"]) == len(SELLERS)
    for ending in ("csv", "parquet", "xlsx", "html"):
        target = tmp_path / f"bananas.{ending}"
        assert run(home, "prices", BANANAS, "-i", "Japan", "-o", str(target)).exit_code == 0
        assert target.stat().st_size > 500
    page = (tmp_path / "bananas.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 1
    assert "free market" in page


def test_the_command_shows_terms_of_trade(home: Home) -> None:
    ran = run(home, "terms", "Japan", "--json")
    assert ran.exit_code == 0, ran.output
    rows = json.loads(ran.stdout)["rows"]
    assert [row["year"] for row in rows] == [2020, 2021]
    assert rows[0]["terms_of_trade"] == 100.0
    # the car's unit value stays, the bananas' rises by 0.1 USD/t
    assert rows[1]["terms_of_trade"] == pytest.approx(100 * 405.5 / 405.6, rel=1e-3)


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (("prices", BANANAS, "--quantity", "5"), UsageError, "a quantity without a price"),
        (("prices", BANANAS, "--price", "-3"), UsageError, "price is not positive: found -3"),
        (("prices", BANANAS, "-y", "2021", "-i", "KEN"), NotInHome, "to Kenya in 2021"),
        (("prices", "123456"), NotInHome, "no flow of 123456 in any year"),
        (
            ("terms", "Japan", "--base", "1950"),
            NotInHome,
            "the base year is not loaded: found 1950, expected 2020–2021",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    home: Home, words: tuple[str, ...], error: type[Exception], says: str
) -> None:
    ran = run(home, *words)
    assert isinstance(ran.exception, error)
    assert says in str(ran.exception)
    assert "What to do:" in str(ran.exception)


def test_terms_of_trade_need_two_years_in_a_row(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    worlds.load_rows(home, tmp_path, "flows", "one", [(2021, "BRA", "JPN", BANANAS, 9.0, 1.0)], toy.FLOW_SCHEMA)
    with pytest.raises(NotInHome, match="two years in a row"):
        home.terms_of_trade("JPN")


# on real trade


@pytest.fixture(scope="module")
def japan(sample_home: Home) -> CountryPicture:
    return sample_home.picture("Japan", 2023, dataset="raw-materials")


def test_the_report_shows_prices_paid_with_its_caveats(japan: CountryPicture) -> None:
    page = report.html(japan)
    start = page.index("<h2>Prices paid</h2>")
    section = page[start : page.index("<h2>", start + 1)]
    assert section.count("<svg") == 2
    for words in ("a question to ask, not a proof", "never filled in", "No price from outside is loaded"):
        assert words in section.replace("\N{NO-BREAK SPACE}", " ")


def test_rows_suppliers_and_totals_of_the_section_agree(japan: CountryPicture) -> None:
    prices = japan.prices
    assert prices is not None
    products = {row["hs6"]: row for row in prices.products.to_pylist()}
    assert sum(row["paid_usd"] for row in products.values()) == pytest.approx(japan.imports_usd, rel=1e-9)
    sums: dict[str, float] = {}
    for row in prices.suppliers.to_pylist():
        sums[row["hs6"]] = sums.get(row["hs6"], 0.0) + row["overpayment_usd"]
    assert len(sums) == 15
    for hs6, usd in sums.items():
        # the same doubles added in another order
        assert usd == pytest.approx(products[hs6]["overpayment_usd"], rel=1e-9)
        assert products[hs6]["spread"] <= 3.0


def test_the_workbook_has_the_sheets_of_prices(japan: CountryPicture, tmp_path: Path) -> None:
    report.write(japan, tmp_path / "japan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "japan.xlsx", read_only=True)
    assert {"Prices paid", "Prices by supplier", "Terms of trade"} <= set(book.sheetnames)
    head, first = list(book["Prices paid"].iter_rows(max_row=2, values_only=True))
    assert dict(zip(head, first, strict=True))["hs6"] == "270112"
