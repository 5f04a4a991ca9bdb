"""Own ground asked of a Home: which source answers, what may be set against what, and where each figure comes from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from ground_figures import load_balances, load_flows, workbook
from homeground import Home, measures
from homeground.brief import report
from homeground.brief.ground import ground_tables
from homeground.checks import BALANCE_CHECKS
from homeground.cli import app
from homeground.codes import commodities
from homeground.errors import NotInHome, UnknownCode, UsageError
from homeground.home.ground import ground
from homeground.home.ground.ground import factors_from
from homeground.sources import GROUND

RUN = CliRunner()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Production of Kenya and Chad in two SYNTHETIC datasets, and trade of wheat (100199) and shrimps."""
    home = Home(tmp_path / "home")
    load_balances(
        home, tmp_path, "survey",
        ["2020,KEN,Wheat,production,60,product weight", "2020,KEN,Wheat,stocks,25,product weight",
         "2019,KEN,Wheat,production,50,product weight", "2020,KEN,\"Shrimps, prawns\",production,10,live weight",
         "2020,KEN,\"Cobalt, mine\",production,7,metal content", "2020,KEN,Amber,production,1,product weight",
         "2020,TCD,Wheat,production,30,product weight"],
    )  # fmt: skip
    load_balances(home, tmp_path, "census", ["2020,KEN,Wheat and products,production,66,primary equivalent"])
    load_flows(
        home, tmp_path, "customs",
        ["2020,FRA,KEN,100111,10,1", "2020,FRA,KEN,100119,10,1", "2020,FRA,KEN,100191,10,1",
         "2020,FRA,KEN,100199,400,47", "2020,KEN,TCD,100199,100,10", "2020,THA,KEN,030617,30,3"],
    )  # fmt: skip
    return home


def row(home: Home, commodity: str, **asked: Any) -> dict[str, Any]:
    (found,) = home.balance("Kenya", commodity=commodity, **asked).rows.to_pylist()
    return dict(found)


def test_two_sources_of_one_good_are_never_mixed_silently(home: Home) -> None:
    with pytest.raises(UsageError, match=r"wheat: census, survey.*--production census --production survey"):
        home.balance("Kenya")
    survey = row(home, "wheat", production=["survey"])
    assert (survey["commodity"], survey["production_t"], survey["dataset"]) == ("Wheat", 60.0, "survey")
    census = row(home, "wheat", production=("census", "survey"))
    assert (census["commodity"], census["production_t"], census["dataset"]) == ("Wheat and products", 66.0, "census")
    assert row(home, "wheat", year=2019)["dataset"] == "survey"
    with pytest.raises(NotInHome, match="no such dataset"):
        home.balance("Kenya", production=["typo"])


def test_trade_in_the_same_state_closes_the_balance(home: Home) -> None:
    wheat = row(home, "wheat", production=["survey"])
    assert (wheat["imports_t"], wheat["exports_t"], wheat["apparent_consumption_t"]) == (50.0, 10.0, 100.0)
    assert (wheat["self_sufficiency_pct"], wheat["import_dependency_pct"]) == (60.0, 40.0)
    assert wheat["cover_years"] == 0.25
    assert (wheat["trade_from"], wheat["status"], wheat["hs"]) == ("customs", "complete", "1001")


@pytest.mark.parametrize(
    ("commodity", "words"),
    [
        ("cobalt", "production is counted by metal content, trade by the weight of the goods"),
        ("shrimp", "production is counted by live weight, trade by the weight of the goods"),
        ("amber", "no HS codes are linked to this commodity"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(home: Home, commodity: str, words: str) -> None:
    found = row(home, commodity)
    assert (found["imports_t"], found["exports_t"], found["status"]) == (None, None, "trade unknown")
    assert words in found["why"]


def test_live_weight_is_compared_by_a_stated_factor_only(home: Home, tmp_path: Path) -> None:
    codes = sorted(c for c in ("030616", "030617", "030626", "030627", "030635", "030636", "160521", "160529"))
    load_flows(home, tmp_path, "fish", [f"2020,THA,FRA,{code},1,1" for code in codes] + ["2020,THA,KEN,030617,30,3"])
    found = row(home, "shrimp", factors={"shrimps": 0.5}, trade="fish")
    assert (found["production_t"], found["imports_t"], found["exports_t"]) == (5.0, 3.0, 0.0)
    assert found["self_sufficiency_pct"] == pytest.approx(62.5)
    (made,) = [
        f for f in home.balance("Kenya", commodity="shrimp", factors={"shrimps": 0.5}, trade="fish").figures.to_pylist()
        if f["element"] == "production"
    ]  # fmt: skip
    assert made["note"] == "10 t live weight × 0.5, the factor that was stated"
    with pytest.raises(UnknownCode, match="no such commodity for a factor"):
        row(home, "shrimp", factors={"shrimpz": 0.5})
    with pytest.raises(UsageError, match="a factor is above zero"):
        row(home, "shrimp", factors={"shrimps": 0.0})


def test_a_sum_over_some_of_a_good_s_codes_is_no_trade(home: Home, tmp_path: Path) -> None:
    load_flows(home, tmp_path, "part", ["2021,FRA,KEN,100199,400,47"])
    load_balances(home, tmp_path, "later", ["2021,KEN,Wheat,production,61,product weight"])
    found = row(home, "wheat", year=2021)
    assert found["imports_t"] is None
    assert "dataset part holds no trade of 100111, 100119, 100191: its sum would be partial" in found["why"]


def test_where_the_nomenclature_is_not_known_that_is_said(home: Home, tmp_path: Path) -> None:
    load_flows(home, tmp_path, "old", ["2021,FRA,KEN,100199,400,47"], hs="HS17")
    load_balances(home, tmp_path, "later", ["2021,KEN,Wheat,production,61,product weight"])
    found = row(home, "wheat", year=2021)
    assert found["imports_t"] == 47.0
    assert "no nomenclature of HS17 is loaded: whether old holds every code is not known" in found["why"]


def test_trade_without_tons_is_unknown_not_smaller(home: Home, tmp_path: Path) -> None:
    codes = ("100111", "100119", "100191", "100199")
    load_flows(home, tmp_path, "blank", [f"2021,FRA,KEN,{c},100," for c in codes] + ["2021,USA,KEN,100199,10,1"])
    load_balances(home, tmp_path, "later", ["2021,KEN,Wheat,production,61,product weight"])
    found = row(home, "wheat", year=2021)
    assert (found["imports_t"], found["status"]) == (None, "trade unknown")
    assert "tons are known for 2% of the trade's value, less than 99%" in found["why"]


def test_every_figure_leads_to_its_dataset_place_and_file(home: Home, tmp_path: Path) -> None:
    home.load("ministry", workbook(tmp_path / "m.xlsx", Needs=[("Wheat", 2020, 120, "t", "product weight", "norm")]))
    asked = home.balance("Kenya", commodity="wheat", production=["survey"])
    files = {f.sha256 for d in home.catalog.datasets.values() for load in d.loads for f in load.files}
    assert {f["sha256"] for f in asked.figures.to_pylist()} <= files
    (need,) = [f for f in asked.figures.to_pylist() if f["element"] == "need"]
    assert (need["dataset"], need["place"], need["file"], need["note"]) == (
        "ministry-ken",
        "Needs!C2",
        "m.xlsx",
        "norm",
    )
    (wheat,) = asked.rows.to_pylist()
    assert wheat["need_made"] == 0.5
    assert "need from ministry-ken" in wheat["why"]
    assert [d.name for d in asked.datasets] == ["customs", "ministry-ken", "survey"]
    trade = next(f for f in asked.figures.to_pylist() if f["element"] == "imports")
    assert trade["place"] == "flows, HS 1001, importer KEN"


def test_stocks_of_two_sources_are_asked_for_by_name(home: Home, tmp_path: Path) -> None:
    for dataset in ("silos", "mills"):
        load_balances(home, tmp_path, dataset, ["2020,KEN,Wheat and products,stocks,5,product weight"])
    assert row(home, "wheat", production=["survey"])["stocks_t"] == 25.0
    with pytest.raises(UsageError, match=r"several datasets hold stocks.*mills, silos, survey.*--stocks"):
        row(home, "wheat", production=["census"])
    assert row(home, "wheat", production=["census"], beside={"stocks": "silos"})["stocks_t"] == 5.0


def test_population_gives_figures_per_head_unless_two_datasets_state_it(home: Home, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("iso3c,year,pop\nKEN,2020,1000\n", encoding="utf-8")
    assert "No population of 2020 is loaded" in " ".join(home.balance("Kenya", production=["survey"]).notes)
    home.load("population", people)
    assert row(home, "wheat", production=["survey"])["kg_per_head"] == pytest.approx(100.0)
    home.load("ministry", workbook(tmp_path / "m.xlsx", Population=[(2020, 2000, None)], Needs=[
        ("Wheat", 2020, 1, "t", "product weight", None)]))  # fmt: skip
    asked = home.balance("Kenya", commodity="wheat", production=["survey"])
    assert asked.rows["kg_per_head"].to_pylist() == [None]
    assert "Population of 2020 stands in ministry-ken, population" in asked.notes[0]


def test_a_country_or_commodity_without_figures_is_not_found(home: Home) -> None:
    with pytest.raises(NotInHome, match="no production, stocks or needs of Namibia"):
        home.balance("NA")
    with pytest.raises(NotInHome, match=r"no such commodity.*Amber"):
        home.balance("Kenya", commodity="unobtainium")
    with pytest.raises(NotInHome, match="found 2019–2020, expected 1999"):
        home.balance("Kenya", 1999)
    with pytest.raises(UnknownCode):
        home.balance("Atlantis")


def test_a_stock_above_the_world_s_production_is_found(home: Home, tmp_path: Path) -> None:
    stock = [("Wheat and products", 2020, 3, "kt", "product weight", None)]
    home.load("ministry", workbook(tmp_path / "m.xlsx", Stocks=stock))
    (found,) = [f for f in home.check() if f.check == "stock_above_world_production"]
    assert (found.dataset, found.year, found.count, found.severity) == ("ministry-ken", 2020, 1, "warning")
    assert found.example == "KEN Wheat and products"


def test_names_that_differ_only_in_case_and_negative_consumption_are_found(home: Home, tmp_path: Path) -> None:
    load_balances(
        home, tmp_path, "odd",
        ["2020,TCD,Gum,production,1,product weight", "2020,TCD,gum ,exports,1,product weight",
         "2020,TCD,Salt,production,1,product weight", "2020,TCD,Salt,imports,1,product weight",
         "2020,TCD,Salt,exports,5,product weight"],
    )  # fmt: skip
    found = {f.check: f for f in home.check("odd")}
    assert found["names_alike"].count == 1
    assert (found["negative_consumption"].example, found["negative_consumption"].severity) == ("TCD Salt", "note")


def test_a_negative_quantity_or_a_strange_element_is_refused_on_the_way_in(home: Home, tmp_path: Path) -> None:
    rows = [f"{year},TCD,Salt,production,1,product weight" for year in range(1960, 2020)]
    bad = ["2020,TCD,Salt,exports,-1,product weight", "2020,TCD,Salt,magic,1,product weight"]
    load_balances(home, tmp_path, "salt", [*rows, *bad, "2020,TCD,Salt,stock_change,-1,product weight"])
    loaded = home.catalog.dataset("salt").loads[-1]
    assert dict(loaded.refused) == {"exports: negative quantity": 1, "element: not one of the table's": 1}


def test_commands_show_the_balance_its_figures_and_json(home: Home, tmp_path: Path) -> None:
    where = ["--home", str(home.store.path)]
    shown = RUN.invoke(app, ["balance", "Kenya", "--production", "survey", *where])
    assert shown.exit_code == 0, shown.output
    assert "Wheat" in shown.output
    assert "metal content" in shown.output
    document = json.loads(RUN.invoke(app, ["balance", "KEN", "--production", "survey", "--json", *where]).stdout)
    assert {f["dataset"] for f in document["about"]["figures"]} == {"survey", "customs"}
    figures = RUN.invoke(app, ["balance", "KEN", "-c", "wheat", "--production", "survey", "--figures", *where])
    assert "flows, HS 1001, importer KEN" in figures.output
    for name in ("b.csv", "b.xlsx", "b.html", "b.parquet"):
        path = tmp_path / name
        assert RUN.invoke(app, ["balance", "KEN", "--production", "survey", "-o", str(path), *where]).exit_code == 0
        assert path.stat().st_size > 0
    made = tmp_path / "t.xlsx"
    assert RUN.invoke(app, ["template", str(made), "--country", "KEN"]).exit_code == 0
    assert made.exists()
    assert isinstance(RUN.invoke(app, ["balance", "KEN", *where]).exception, UsageError)


def test_a_small_rest_of_large_figures_is_pointed_out(home: Home, tmp_path: Path) -> None:
    rows = ["production,1000", "imports,0", "exports,999"]
    load_balances(home, tmp_path, "rest", [f"2020,TCD,Salt,{row},product weight" for row in rows])
    (salt,) = home.balance("Chad", commodity="salt").rows.to_pylist()
    assert salt["self_sufficiency_pct"] == pytest.approx(100_000.0)
    assert "only 0.1% of what is made and imported is used at home" in salt["why"]


def test_the_page_on_own_ground_names_every_status_check_and_source() -> None:
    page = (Path(__file__).parents[1] / "docs" / "how-to" / "own-ground.md").read_text(encoding="utf-8")
    assert [status for status in measures.STATUS if f"| {status} |" not in page] == []
    assert [check.name for check in BALANCE_CHECKS if f"`{check.name}`" not in page] == []
    assert [source for source in GROUND if f"`{source}`" not in page] == []


def test_the_glossary_names_every_column_of_a_balance(home: Home) -> None:
    glossary = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text(encoding="utf-8")
    columns = home.balance("Kenya", production=["survey"]).rows.column_names
    assert [column for column in columns if f"`{column}`" not in glossary] == []


def test_factors_are_read_as_written() -> None:
    assert factors_from(["shrimps=0.57", "Cobalt, mine=4"]) == {"shrimps": 0.57, "Cobalt, mine": 4.0}
    for text in ("shrimps", "=0.5", "shrimps=half"):
        with pytest.raises(UsageError, match="not a factor"):
            factors_from([text])


def test_the_report_has_the_section_where_figures_are_loaded_and_only_there(home: Home, tmp_path: Path) -> None:
    picture = home.picture("Kenya", 2020)
    assert picture.ground is not None
    assert any("wheat: census, survey" in note for note in picture.ground.notes)
    page = report.html(picture)
    assert "<h2>Own ground</h2>" in page
    assert "metal content" in page
    assert all(held.loads[0].files[0].sha256 in page for held in picture.ground.datasets)
    assert "Own ground" not in report.html(replace(picture, ground=None))
    path = tmp_path / "kenya.xlsx"
    report.write(picture, path)
    sheets = openpyxl.load_workbook(path)
    assert sheets["Own ground"].max_row == picture.ground.rows.num_rows + 1
    assert sheets["Ground figures"].max_row == picture.ground.figures.num_rows + 1


def test_a_report_asks_nobody_which_trade_or_stocks_to_take(home: Home, tmp_path: Path) -> None:
    load_flows(home, tmp_path, "second", ["2020,FRA,KEN,100199,9,1", "2020,KEN,TCD,100199,9,1"])
    load_balances(home, tmp_path, "barley", ["2020,KEN,Barley,production,6,product weight"])
    for store in ("silo", "depot"):
        load_balances(home, tmp_path, store, ["2020,KEN,Barley,stocks,2,product weight"])
    with pytest.raises(UsageError, match="several datasets hold stocks of one good"):
        home.balance("Kenya", commodity="barley")
    picture = home.picture("Kenya", 2020, dataset="customs")
    assert picture.ground is not None
    assert any("several datasets hold stocks of Barley: depot, silo" in note for note in picture.ground.notes)
    other = ground.for_report(home.store, "Kenya", 2020, "fish")
    assert other is not None
    held = {row["commodity"]: row for row in other.rows.to_pylist()}
    assert held["Barley"]["stocks_t"] is None


def test_every_column_of_the_answer_is_in_the_table(home: Home) -> None:
    asked = home.balance("Kenya", production=["survey"])
    answer = ground_tables.balance_answer(asked)
    assert {c.name for c in answer.columns} | {"country"} == set(asked.rows.column_names)


def test_every_link_to_hs_codes_is_whole() -> None:
    for good in commodities.every():
        assert good.hs
        assert good.caveat
        assert all(code.isdigit() and len(code) in (4, 6) for code in good.hs), good
        assert not any(code.startswith("93") for code in good.hs)
    names = [commodities.fold(name) for good in commodities.every() for name in {*good.names}]
    assert len({*names}) == len({(commodities.of_name(name).id, name) for name in names})
