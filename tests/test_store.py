"""How a Home keeps its tables: sorted, with totals, read in small parts, and which dataset answers. SYNTHETIC flows."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from homeground import Home, measures, schema
from homeground.codes import countries
from homeground.errors import NotInHome, UsageError
from homeground.home.datasets import spans
from toy_world import keyed
from trade_files import random_baci, rows_of, write_baci, write_mapping, write_tidy

SEED = 20260102
YEARS = (2020, 2021)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two years of about 300,000 flows each, in any order."""
    folder = tmp_path_factory.mktemp("store")
    draw = random.Random(SEED)
    areas = [country.baci[0] for country in countries.every() if country.baci][:120]
    goods = [f"{number:06d}" for number in range(10000, 10000 + 50 * 37, 37)]
    paths = []
    for year in YEARS:
        rows = [
            (year, i, j, k, draw.randrange(1, 10**6) / 8, None if draw.random() < 0.03 else draw.randrange(10**5) / 8)
            for i, j, k in product(areas, areas, goods)
            if i != j and draw.random() < 0.42
        ]
        draw.shuffle(rows)
        paths.append(random_baci(folder / f"BACI_HS17_Y{year}_V202601.csv", rows))
    held = Home(folder / "home")
    held.load("baci", *paths)
    return held


def piece(home: Home, table: str, year: int) -> Path:
    return Path(home.store.path) / home.dataset().tables[table][str(year)].path


@pytest.mark.parametrize("table", ["flows", "exports", "imports", "world", "sellers"])
def test_pieces_are_kept_by_year_in_the_order_and_types_of_the_dictionary(home: Home, table: str) -> None:
    described = schema.table(table)
    rows = []
    for year in YEARS:
        held = pq.read_table(piece(home, table, year))
        assert held.column_names == [column.name for column in described.columns]
        assert held.schema.types == described.arrow_schema().types
        rows = list(zip(*(held[name].to_pylist() for name in described.sorted_by), strict=True))
        assert {row[0] for row in rows} == {year}
        assert rows == sorted(rows)
        assert held.num_rows == home.dataset().tables[table][str(year)].rows


@pytest.mark.parametrize("table", ["exports", "imports"])
def test_stored_totals_are_what_the_measures_make_of_the_flows(home: Home, table: str) -> None:
    side = "exporter" if table == "exports" else "importer"
    held = keyed(home.table(table), "year", side, "hs6")
    made = keyed(getattr(measures, table)(home.flows()), "year", side, "hs6")
    assert held.keys() == made.keys()
    assert len(held) == 2 * 120 * 50
    for key, row in held.items():
        assert row.keys() == made[key].keys()
        # values are multiples of 1/8 below 2^53: their sums are exact; a share of two of them is rounded once
        numbers = {name: value for name, value in made[key].items() if isinstance(value, float)}
        assert {name: row[name] for name in numbers} == pytest.approx(numbers, rel=1e-15)
        assert {name: row[name] for name in row.keys() - numbers.keys()} == {
            name: value for name, value in made[key].items() if name not in numbers
        }


def test_stored_figures_of_the_world_are_what_the_measures_make_of_the_totals(home: Home) -> None:
    sold, bought = home.table("exports"), home.table("imports")
    held, made = (keyed(t, "year", "hs6") for t in (home.table("world"), measures.world_concentration(sold)))
    assert len(held) == 2 * 50
    for key, row in made.items():
        # sums of multiples of 1/8 are exact; squares of them are rounded, in the engine's order of adding
        assert held[key].pop("world_herfindahl") == pytest.approx(row.pop("world_herfindahl"), rel=1e-13)
    assert held == made
    held, made = (keyed(t, "year", "exporter", "hs6") for t in (home.table("sellers"), measures.sellers(bought, sold)))
    assert held == made
    assert len(held) == 2 * 120 * 50


def test_nothing_is_lost_between_file_and_table(home: Home) -> None:
    for line in home.lineage().to_pylist():
        assert line["rows_in"] == line["rows_loaded"] + line["rows_refused"] > 295_000
        assert line["rows_loaded"] == home.dataset().tables["flows"][line["file"][11:15]].rows


def test_one_importer_lies_in_few_row_groups(home: Home) -> None:
    file = pq.ParquetFile(piece(home, "flows", 2021))
    groups = [file.metadata.row_group(number).column(2).statistics for number in range(file.metadata.num_row_groups)]
    assert file.metadata.schema.column(2).name == "importer"
    assert len(groups) >= 3
    for importer in ("JPN", "AFG", "DEU"):
        assert sum(group.min <= importer <= group.max for group in groups) <= 2
    file.close()


def test_a_repeated_key_is_found_wherever_it_lies(tmp_path: Path) -> None:
    rows = [(2021, 4, 842, f"{n:06d}", 1.0, None) for n in range(10_000, 260_000)]
    for place in (0, 122_879, 122_880, 249_999):
        path = random_baci(tmp_path / "BACI_HS17_Y2021_V202601.csv", [*rows, rows[place]])
        with pytest.raises(
            Exception, match=f"duplicate keys in 1 places.*hs6 {rows[place][3]} with value_usd 1,000.0 and 1,000.0"
        ):
            Home(tmp_path / "home").load("baci", path)


@pytest.fixture
def two(tmp_path: Path) -> Home:
    """A Home with two datasets that share the year 2021."""
    held = Home(tmp_path / "two")
    held.load("baci", write_baci(tmp_path))
    held.load("baci", write_baci(tmp_path, ["2020,4,842,010121,3,NA"], "BACI_HS17_Y2020_V202601.csv"))
    held.load("tidy", write_tidy(tmp_path), mapping=write_mapping(tmp_path))
    return held


def test_a_question_that_several_datasets_could_answer_asks_which(two: Home) -> None:
    with pytest.raises(
        UsageError, match=r"several datasets hold flows.*baci-hs17-v202601, tidy.*--dataset.*homeground prefer"
    ):
        two.dataset(2021)


def test_the_only_dataset_of_a_year_the_named_and_the_preferred_answer(two: Home) -> None:
    assert two.dataset(2020).name == "baci-hs17-v202601"
    assert two.dataset(2021, "tidy").name == "tidy"
    two.prefer("tidy")
    assert two.dataset(2021).name == "tidy"
    assert two.dataset(2020).name == "baci-hs17-v202601"


def test_what_no_dataset_has_is_refused_with_what_there_is(two: Home) -> None:
    with pytest.raises(NotInHome, match=r"no dataset has flows of 1999.*baci-hs17-v202601: 2020–2021; tidy: 2021"):
        two.dataset(1999)
    with pytest.raises(NotInHome, match=r"dataset tidy has no flows of 2020.*found 2021"):
        two.dataset(2020, "tidy")
    with pytest.raises(NotInHome, match=r"no such dataset.*baci-hs17-v202601, tidy"):
        two.prefer("other")
    with pytest.raises(NotInHome, match=r"the Home holds no production.*homeground load"):
        two.dataset(None, table="production")


def test_an_empty_home_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(NotInHome, match=r"the Home holds no flows.*homeground sources"):
        Home(tmp_path / "none").flows()
    assert not (tmp_path / "none").exists(), "asking makes no folder"


def test_loading_one_dataset_leaves_the_files_of_another_alone(two: Home, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in Path(two.store.path).rglob("baci-*/**/*.parquet")}
    two.load("tidy", write_tidy(tmp_path, ["2019,AFG,USA,010121,1,1"], "other.csv"), mapping=write_mapping(tmp_path))
    assert before
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_the_view_of_a_product_adds_up(home: Home) -> None:
    view = home.product("010037", 2021)
    exporters, importers = view.exporters.to_pylist(), view.importers.to_pylist()
    total = view.world["world_exports_usd"]
    flows = [row for row in rows_of(home, years=[2021]) if row["hs6"] == "010037"]
    assert (view.dataset.name, view.world["flows"]) == ("baci-hs17-v202601", len(flows))
    # sums of multiples of 1/8 are exact; shares are rounded once each
    assert total == sum(row["value_usd"] for row in flows)
    for side in (exporters, importers):
        assert sum(row["value_usd"] for row in side) == total
        assert sum(row["share"] for row in side) == pytest.approx(1.0, rel=1e-12)
        assert [row["value_usd"] for row in side] == sorted((row["value_usd"] for row in side), reverse=True)
    assert view.world["world_top_exporter"] == exporters[0]["country"]
    assert view.world["world_herfindahl"] == pytest.approx(sum(row["share"] ** 2 for row in exporters), rel=1e-12)
    top = exporters[0]["country"]
    weighed = [row for row in flows if row["exporter"] == top and row["quantity_t"] is not None]
    unit_value = sum(row["value_usd"] for row in weighed) / sum(row["quantity_t"] for row in weighed)
    assert exporters[0]["unit_value_usd_per_t"] == pytest.approx(unit_value, rel=1e-12)


def test_a_product_that_was_not_traded_is_refused(home: Home) -> None:
    with pytest.raises(NotInHome, match="no flow of 999998 in 2021"):
        home.product("999998", 2021)


def test_years_are_written_as_spans() -> None:
    assert spans([2021, 1995, 1997, 1996]) == "1995–1997, 2021"
    assert spans([]) == ""
