"""Years side by side: totals, what of a change is price and what is quantity, and what the answer says of it."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import ibis
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import engine_worlds as worlds
import toy_world as toy
from homeground import Home, measures
from homeground.brief import export
from homeground.brief.trade.trend_tables import sentences, trend_answer
from homeground.cli import app
from homeground.errors import BadInput, NotInHome, UsageError

Flow = tuple[int, str, str, str, float, float | None]

NUMBERS = st.floats(0.5, 1e6)
ITEMS = st.dictionaries(
    st.tuples(st.sampled_from([2020, 2021, 2023]), st.sampled_from("ABC"), st.sampled_from(["100199", "270900"])),
    st.tuples(NUMBERS, st.none() | st.just(0.0) | NUMBERS),
    min_size=1,
)


def flows(rows: list[Flow]) -> ibis.Table:
    dicts = [dict(zip(toy.FLOW_SCHEMA.names, row, strict=True)) for row in rows]
    return ibis.memtable(pa.Table.from_pylist(dicts, schema=toy.FLOW_SCHEMA))


def effects(rows: list[Flow]) -> dict[int, dict[str, float]]:
    found = measures.price_and_quantity(flows(rows)).to_pyarrow().to_pylist()
    return {row.pop("year"): row for row in found}


def test_a_price_that_doubles_is_all_price_and_tons_that_double_are_all_quantity() -> None:
    dearer = effects([(2020, "A", "H", "270900", 100.0, 10.0), (2021, "A", "H", "270900", 200.0, 10.0)])[2021]
    assert (dearer["price_usd"], dearer["quantity_usd"]) == pytest.approx((100.0, 0.0))
    more = effects([(2020, "A", "H", "270900", 100.0, 10.0), (2021, "A", "H", "270900", 200.0, 20.0)])[2021]
    assert (more["price_usd"], more["quantity_usd"]) == pytest.approx((0.0, 100.0))


def test_both_at_once_follow_the_closed_form() -> None:
    found = effects([(2020, "A", "H", "270900", 100.0, 10.0), (2021, "A", "H", "270900", 600.0, 20.0)])[2021]
    mean = 500 / math.log(6)
    assert found["price_usd"] == pytest.approx(mean * math.log(3))
    assert found["quantity_usd"] == pytest.approx(mean * math.log(2))


def test_what_is_new_what_ended_and_what_is_not_weighed_stand_apart() -> None:
    found = effects(
        [
            (2020, "A", "H", "270900", 100.0, 10.0),
            (2020, "B", "H", "270900", 30.0, 3.0),
            (2020, "C", "H", "270900", 50.0, None),
            (2021, "A", "H", "270900", 100.0, 10.0),
            (2021, "C", "H", "270900", 70.0, 7.0),
            (2021, "D", "H", "270900", 5.0, 1.0),
        ]
    )[2021]
    assert found == {
        "change_usd": -5.0, "price_usd": 0.0, "quantity_usd": 0.0, "entry_usd": -25.0, "unweighed_usd": 20.0,
    }  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True)
@given(ITEMS)
def test_the_parts_sum_to_the_change_and_only_following_years_are_held_together(
    items: dict[tuple[int, str, str], tuple[float, float | None]],
) -> None:
    rows: list[Flow] = [(year, who, "H", what, usd, tons) for (year, who, what), (usd, tons) in items.items()]
    found = effects(rows)
    years = {row[0] for row in rows}
    assert set(found) == ({2021} if {2020, 2021} <= years else set())
    for year, parts in found.items():
        totals = [sum(row[4] for row in rows if row[0] == at) for at in (year, year - 1)]
        # sums of at most six doubles up to 1e6
        assert parts["change_usd"] == pytest.approx(totals[0] - totals[1], abs=1e-8)
        assert sum(parts.values()) - parts["change_usd"] == pytest.approx(parts["change_usd"], abs=1e-6)


def test_yearly_totals_are_those_counted_by_hand() -> None:
    rows = [row for row in toy.flow_rows() if row["importer"] == "ALP" and row["hs6"] == toy.WHEAT]
    table = ibis.memtable(pa.Table.from_pylist(rows, schema=toy.FLOW_SCHEMA))
    found = {row["year"]: row for row in measures.yearly(table, nes=toy.NES).to_pyarrow().to_pylist()}
    assert found[2019]["value_usd"] == 1000.0
    assert found[2019]["quantity_t"] == 75.0
    assert found[2019]["quantity_coverage"] == pytest.approx(0.7)
    assert found[2019]["unit_value_usd_per_t"] == pytest.approx(700 / 75)
    assert found[2019]["herfindahl"] == pytest.approx(0.09 + 0.09 + 0.04 + 0.04)
    assert (found[2019]["top_partner"], found[2019]["top_share"], found[2019]["nes_share"]) == ("DEL", 0.3, 0.2)
    assert [found[year]["partners"] for year in (2019, 2020, 2021)] == [4, 2, 2]


def test_moves_count_countries_that_trade_in_both_years_and_matter() -> None:
    def row(year: int, country: str, usd: float) -> Flow:
        return (year, "X", country, "270900", usd, None)

    rows = [row(2020, c, 100.0) for c in "ABCD"] + [row(2020, "TINY", 0.001), row(2021, "NEW", 100.0)]
    rows += [row(2021, "A", 200.0), row(2021, "B", 160.0), row(2021, "C", 50.0), row(2021, "D", 100.0)]
    rows += [row(2021, "TINY", 0.01)]
    assert measures.moves(flows(rows)).to_pyarrow().to_pylist() == [{"year": 2021, "countries": 4, "up": 2, "down": 1}]


# the whole answer, on a synthetic world of 24 years


def made(year: int, broken: bool) -> list[Flow]:
    """Two suppliers, four buyers, steady growth; from 2012 the price doubles; 2018 lacks one supplier, if broken."""
    dice = random.Random(year)
    price = 100.0 * (2.0 if year >= 2012 else 1.0)
    rows: list[Flow] = []
    for buyer in ("JPN", "DEU", "FRA", "ITA"):
        for seller, share in (("AUS", 0.6), ("CHL", 0.4)):
            if broken and (year, buyer, seller) == (2018, "JPN", "AUS"):
                continue
            tons = 1000 * share * 1.03 ** (year - 2000) * (1 + 0.01 * dice.random())
            rows.append((year, seller, buyer, "260300", tons * price, tons))
    return rows


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("years")
    home = Home(folder / "home")
    rows = [row for year in range(2000, 2024) for row in made(year, broken=True)]
    worlds.load_rows(home, folder, "flows", "made", rows, toy.FLOW_SCHEMA)
    return home


def test_a_price_rise_is_real_and_a_supplier_that_is_gone_for_a_year_is_a_data_break(home: Home) -> None:
    found = {(c["year"], c["series"]): c for c in home.trend("JPN", "260300").changes.to_pylist()}
    assert found[2012, "unit value"]["verdict"] == "real"
    assert found[2012, "unit value"]["why"].startswith("4 of 4 countries rise by a factor of 1.5 at once")
    assert found[2012, "value"]["growth"] == pytest.approx(1.06, abs=0.02)  # twice the price, 3 % more tons, 1 % noise
    assert found[2018, "value"]["verdict"] == "data"
    assert found[2018, "value"]["why"].startswith("Australia: no row in 2018")
    untouched = home.trend("DEU", "260300").changes.to_pylist()
    assert {row["year"] for row in untouched} == {2012}


def test_the_year_of_the_price_rise_is_price_and_not_quantity(home: Home) -> None:
    row = {row["year"]: row for row in home.trend("DEU", "260300").years.to_pylist()}[2012]
    assert row["price_usd"] / row["change_usd"] > 0.9
    assert row["entry_usd"] == row["unweighed_usd"] == 0.0


def test_one_partner_is_shown_with_its_share_and_without_concentration(home: Home) -> None:
    view = home.trend("DEU", "26", partner="Australia", flow="imports", first=2010)
    assert view.years["year"].to_pylist() == list(range(2010, 2024))
    assert view.years["partner_share"].to_pylist() == pytest.approx([0.6] * 14, abs=0.01)  # noise of 1 %
    assert view.years["herfindahl"].null_count == view.years["quantity_t"].null_count == 14


def test_exports_and_blocs_are_seen_from_their_side(home: Home) -> None:
    sold = home.trend("Australia", "260300", flow="exports")
    assert sold.years["partners"].to_pylist()[:2] == [4, 4]
    union = home.trend("EU27", "260300")
    each = [home.trend(code, "260300").years["value_usd"].to_pylist() for code in ("DEU", "FRA", "ITA")]
    assert union.years["value_usd"].to_pylist() == pytest.approx([sum(values) for values in zip(*each, strict=True)])
    assert any("members of 2023 in every year" in note for note in trend_answer(union).notes)


def test_fewer_than_ten_years_abstain_and_say_so(home: Home) -> None:
    view = home.trend("JPN", "260300", first=2015)
    assert view.changes.num_rows == 0
    assert "Fewer than 10 years: no change points are looked for." in trend_answer(view).notes


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"product": "2603000"}, BadInput, "not a product code"),
        ({"product": "270900"}, NotInHome, "no imports of 270900 by Japan"),
        ({"flow": "both"}, UsageError, "no such flow: found 'both', expected imports or exports"),
        ({"first": 2020, "last": 2010}, UsageError, "no year is asked for: found 2020 to 2010"),
        ({"first": 1990}, NotInHome, r"the data do not have 1990: found made: 2000–2023.*load these years"),
        ({"partner": "Atlantis"}, BadInput, "Atlantis"),
    ],
)
def test_questions_that_cannot_be_answered_say_what_to_do(
    home: Home, asked: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        home.trend("JPN", **asked)


def test_sentences_say_what_changes_and_why(home: Home) -> None:
    told = sentences(home.trend("JPN", "260300"))
    assert any(text.startswith("2018, data break: value ") and "Australia: no row in 2018" in text for text in told)
    assert any(text.startswith("2012, change: ") and "the world's price moves along" in text for text in told)


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx", ".html", ".json"])
def test_the_answer_is_written_in_every_format(home: Home, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"years{ending}"
    export.write_file(trend_answer(home.trend("JPN", "260300")), path)
    if ending == ".html":
        page = path.read_text(encoding="utf-8")
        assert page.count("<svg") == 1
        assert "data break" in page.split("</svg>")[0]
    if ending == ".xlsx":
        sheet = openpyxl.load_workbook(path)["Answer"]
        marks = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
        head = [cell.value for cell in sheet[1]]
        assert marks[2018][head.index("mark")].value == "data break"


def test_the_command_answers_in_json_with_its_changes(home: Home) -> None:
    asked = ["trend", "JPN", "--product", "260300", "--from", "2010", "--home", str(home.store.path), "--json"]
    document = json.loads(CliRunner().invoke(app, asked).output)
    assert [row["year"] for row in document["rows"]] == list(range(2010, 2024))
    assert {(c["year"], c["verdict"]) for c in document["about"]["changes"]} >= {(2018, "data")}


def test_the_report_and_its_workbook_show_breaks_and_price_times_quantity(home: Home, tmp_path: Path) -> None:
    from homeground.brief import report

    picture = home.picture("JPN", 2018)
    page = report.html(picture)
    assert "Where the series change" in page
    assert "Value is price times quantity" in page
    assert "Australia: no row in 2018" in page
    report.write(picture, tmp_path / "years.xlsx")
    book = openpyxl.load_workbook(tmp_path / "years.xlsx")
    assert book["Years"].max_row == 25
    assert {row[0].value for row in book["Changes"].iter_rows(min_row=2)} >= {2012, 2018}
