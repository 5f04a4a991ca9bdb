"""Files that must load, whatever their dress, and what becomes of every row."""

from __future__ import annotations

import decimal
import hashlib
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from homeground import Home
from homeground.errors import NotInHome
from trade_files import (
    BACI_HEADER,
    BACI_ROWS,
    TIDY_HEADER,
    TIDY_ROWS,
    flow_tuples,
    rows_of,
    text_of,
    write_baci,
    write_mapping,
    write_tidy,
    zipped,
)

BACI_FLOWS = [
    (2021, "AFG", "USA", "010121", 3500.0, 1.25),
    (2021, "CHN", "USA", "270900", 1e6, None),
    (2021, "FRA", "IND", "270900", 12000.0, 2.0),
    (2021, "NAM", "FRA", "710210", 80000.0, 0.001),
    (2021, "S19", "JPN", "854231", 250125.0, 0.5),
]
TIDY_FLOWS = [
    (2021, "AFG", "USA", "010121", 3500.0, 1.25),
    (2021, "CHN", "USA", "270900", 1e6, None),
    (2021, "NAM", "FRA", "710210", 80000.0, 0.001),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def test_baci_becomes_dollars_tons_and_countries_with_missing_quantities_missing(home: Home, files: Path) -> None:
    report = home.load("baci", write_baci(files))
    assert flow_tuples(home) == BACI_FLOWS
    assert (report.dataset, report.revision, report.version) == ("baci-hs17-v202601", "HS17", "V202601")
    assert (report.rows_in, report.rows_loaded, report.rows_refused, report.years) == (5, 5, 0, (2021,))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "classic mac"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
@pytest.mark.parametrize("last", [True, False], ids=["last line ended", "last line open"])
def test_line_ends_and_byte_order_marks_change_nothing(
    home: Home, files: Path, end: str, mark: bytes, last: bool
) -> None:
    text = text_of(BACI_HEADER, BACI_ROWS) if last else text_of(BACI_HEADER, BACI_ROWS).rstrip("\n")
    path = files / "BACI_HS17_Y2021_V202601.csv"
    path.write_bytes(mark + text.replace("\n", end).encode())
    home.load("baci", path)
    assert flow_tuples(home) == BACI_FLOWS


def test_lost_leading_zeros_of_products_and_countries_are_put_back(home: Home, files: Path) -> None:
    home.load("baci", write_baci(files, ["2021,004,842,10121,3.5,1.25", "2021,4,392,10129,3.5,1.25"]))
    assert [row["hs6"] for row in rows_of(home)] == ["010129", "010121"]
    assert {row["exporter"] for row in rows_of(home)} == {"AFG"}


def test_codes_kept_as_fractions_by_other_programs_are_whole_again(home: Home, files: Path) -> None:
    home.load("baci", write_baci(files, ["2021.0,4.0,842.0,270900.0,3.5,1"]))
    assert flow_tuples(home) == [(2021, "AFG", "USA", "270900", 3500.0, 1.0)]


def test_columns_are_found_by_name_in_any_order_and_among_others(home: Home, files: Path) -> None:
    path = files / "BACI_HS17_Y2021_V202601.csv"
    cells = [row.split(",") for row in BACI_ROWS]
    path.write_text(
        text_of('q,v,"a note, quoted",k,j,i,t', [f'{q},{v},"x, y",{k},{j},{i},{t}' for t, i, j, k, v, q in cells])
    )
    home.load("baci", path)
    assert flow_tuples(home) == BACI_FLOWS


def test_na_is_namibia_where_a_country_stands_and_missing_where_a_number_stands(home: Home, files: Path) -> None:
    rows = ["2021,NA,FR,710210,80000,NA", "2021,TW,NA,854231,100,5"]
    home.load("tidy", write_tidy(files, rows), mapping=write_mapping(files, codes="iso2"))
    assert flow_tuples(home) == [
        (2021, "NAM", "FRA", "710210", 80000.0, None),
        (2021, "S19", "NAM", "854231", 100.0, 0.005),
    ]


def test_country_names_are_resolved_also_after_a_recode(home: Home, files: Path) -> None:
    mapping = write_mapping(files, codes="name")
    text = mapping.read_text().replace(
        '"seller", ', '"seller", recode = { "Ivory Coast (Abidjan)" = "Côte d\'Ivoire" }, '
    )
    mapping.write_text(text, encoding="utf-8")
    rows = ["2021,Ivory Coast (Abidjan),Namibia,180100,5,", '2021,"Korea, Rep.",United States,854231,7,']
    home.load("tidy", write_tidy(files, rows), mapping=mapping)
    assert {(row["exporter"], row["importer"]) for row in rows_of(home)} == {("CIV", "NAM"), ("KOR", "USA")}


def test_thirty_recodes_load_as_quickly_as_one(home: Home, files: Path) -> None:
    pairs = ", ".join(f'"old {n}" = "AFG"' for n in range(30))
    mapping = write_mapping(files)
    mapping.write_text(mapping.read_text().replace('"seller", ', f'"seller", recode = {{ {pairs} }}, '))
    home.load("tidy", write_tidy(files, ["2021,old 29,USA,010121,3500,1250"]), mapping=mapping)
    assert rows_of(home)[0]["exporter"] == "AFG"


def test_windows_1252_loads_when_the_mapping_says_so(home: Home, files: Path) -> None:
    path = files / "trade.csv"
    path.write_bytes(text_of(TIDY_HEADER, ["2021,Côte d'Ivoire,Curaçao,180100,5,"]).encode("cp1252"))
    home.load("tidy", path, mapping=write_mapping(files, 'encoding = "cp1252"', codes="name"))
    assert [(row["exporter"], row["importer"]) for row in rows_of(home)] == [("CIV", "CUW")]


def test_continental_numbers_load_when_their_signs_are_stated(home: Home, files: Path) -> None:
    path = files / "trade.csv"
    rows = ["2021;AFG;USA;010121;1.234.567,5;1.250", "2021;CHN;USA;270900;12,5;-", "2021;NAM;FRA;710210;80000;1"]
    path.write_text(text_of(TIDY_HEADER.replace(",", ";"), rows))
    home.load("tidy", path, mapping=write_mapping(files, 'delimiter = ";"\ndecimal = ","\nthousands = "."'))
    assert [row[4:] for row in flow_tuples(home)] == [(1234567.5, 1.25), (12.5, None), (80000.0, 0.001)]


def test_lakhs_and_spaces_between_thousands_load_when_stated(home: Home, files: Path) -> None:
    home.load(
        "tidy",
        write_tidy(files, ['2021,AFG,IND,010121,"12,34,567.5",1']),
        mapping=write_mapping(files, 'thousands = ","'),
    )
    assert rows_of(home)[0]["value_usd"] == 1234567.5


@pytest.mark.parametrize("folder", ["a[1]b", "star*", "what?", "it's", "Größe {x}"])
def test_signs_in_a_path_never_lead_to_another_file(tmp_path: Path, folder: str) -> None:
    odd, plain = tmp_path / folder, tmp_path / "a1b"
    odd.mkdir()
    plain.mkdir()
    write_baci(plain, ["2021,4,842,010121,999,9"])
    home = Home(tmp_path / "home")
    home.load("baci", write_baci(odd))
    assert flow_tuples(home) == BACI_FLOWS


def test_the_zip_loads_as_its_files_do_with_the_names_it_ships(home: Home, files: Path) -> None:
    archive = zipped(
        files / "BACI_HS17_V202601.zip",
        {
            "BACI_HS17_Y2020_V202601.csv": text_of(BACI_HEADER, ["2020,4,842,010121,3,NA"]),
            "folder/BACI_HS17_Y2021_V202601.csv": text_of(BACI_HEADER, BACI_ROWS),
            "product_codes_HS17_V202601.csv": "code,description\n010121,Horses\n270900,Crude oil\n",
            "Readme.txt": "Hello",
        },
    )
    report = home.load("baci", archive)
    assert report.years == (2020, 2021)
    assert flow_tuples(home, years=[2021]) == BACI_FLOWS
    assert [(row["revision"], row["code"], row["name"]) for row in rows_of(home, "products")] == [
        ("HS17", "010121", "Horses"),
        ("HS17", "270900", "Crude oil"),
    ]


def test_the_revision_is_read_inside_a_zip_whose_own_name_says_nothing(home: Home, files: Path) -> None:
    archive = zipped(files / "download.zip", {"BACI_HS12_Y2021_V202601.csv": text_of(BACI_HEADER, BACI_ROWS)})
    assert home.load("baci", archive).revision == "HS12"


def test_a_folder_of_yearly_files_loads_only_the_years_asked_for(home: Home, files: Path) -> None:
    write_baci(files)
    write_baci(files, ["2020,4,842,010121,3,NA"], "BACI_HS17_Y2020_V202601.csv")
    (files / "country_codes_V202601.csv").write_text("country_code,country_name\n4,Afghanistan\n")
    (files / "product_codes_HS17_V202601.csv").write_text("code,description\n10121,Horses\n")
    report = home.load("baci", files, year=2020)
    assert (report.years, report.rows_in) == ((2020,), 1)
    assert rows_of(home, "products")[0]["code"] == "010121"


def test_rows_of_other_years_are_no_rows_of_the_load(home: Home, files: Path) -> None:
    rows = [*TIDY_ROWS, "2019,AFG,USA,010121,7,1", "2018,XXX,USA,010121,7,1"]
    report = home.load("tidy", write_tidy(files, rows), mapping=write_mapping(files), year=[2019, 2021])
    assert (report.rows_in, report.rows_loaded, report.rows_refused, report.years) == (4, 4, 0, (2019, 2021))


def _parquet_columns() -> dict[str, pa.Table]:
    year, codes = [2021] * 3, [("AFG", "USA"), ("CHN", "USA"), ("NAM", "FRA")]
    seller, buyer = [a for a, _ in codes], [b for _, b in codes]
    text = pa.table(
        {
            "year": ["2021"] * 3,
            "seller": seller,
            "buyer": buyer,
            "product": ["010121", "270900", "710210"],
            "value": ["3500", "1000000", "80000"],
            "weight": ["1250", None, "1"],
        }
    )
    whole = pa.table(
        {
            "year": pa.array(year, pa.int64()),
            "seller": pa.array(seller).dictionary_encode(),
            "buyer": pa.array(buyer, pa.large_string()),
            "product": pa.array([10121, 270900, 710210], pa.int32()),
            "value": pa.array([3500, 1_000_000, 80_000], pa.uint64()),
            "weight": pa.array([1250, None, 1], pa.int16()),
        }
    )
    numbers = [decimal.Decimal("3500.00"), decimal.Decimal("1000000.00"), decimal.Decimal("80000.00")]
    exact = whole.set_column(4, "value", pa.array(numbers, pa.decimal128(18, 2)))
    exact = exact.set_column(3, "product", pa.array([10121, 270900, 710210], pa.decimal128(10, 2)))
    floats = whole.set_column(0, "year", pa.array(year, pa.float64()))
    floats = floats.set_column(3, "product", pa.array([10121, 270900, 710210], pa.float64()))
    floats = floats.set_column(5, "weight", pa.array([1250.0, float("nan"), 1.0], pa.float64()))
    return {"text": text, "whole numbers and dictionary": whole, "decimals": exact, "fractions and NaN": floats}


@pytest.mark.parametrize("types", list(_parquet_columns()))
def test_parquet_of_any_types_loads_the_same(home: Home, files: Path, types: str) -> None:
    path = files / "trade.parquet"
    pq.write_table(_parquet_columns()[types], path)
    home.load("tidy", path, mapping=write_mapping(files))
    assert flow_tuples(home) == TIDY_FLOWS


def test_numbers_that_are_numbers_already_are_not_read_as_text(home: Home, files: Path) -> None:
    path = files / "trade.parquet"
    table = _parquet_columns()["text"].set_column(4, "value", pa.array([1234.5, 1.5, 2.25]))
    pq.write_table(table, path)
    home.load("tidy", path, mapping=write_mapping(files, 'decimal = ","\nthousands = "."'))
    assert sorted(row["value_usd"] for row in rows_of(home)) == [1.5, 2.25, 1234.5]


def _workbook(path: Path, rows: list[list[object]], *more: str) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Data"
    for row in rows:
        book.active.append(row)
    for title in more:
        book.create_sheet(title)
    book.save(path)
    book.close()
    return path


SHEET: list[list[object]] = [
    ["year", "seller", "buyer", "product", "value", "weight", "remark"],
    [2021, "AFG", "USA", "010121", 3500.0, 1250, "a"],
    [],
    [2021, "CHN", "USA", 270900, 1e6, None],
    [2021.0, "NAM", "FRA", "710210", "80000", 1],
]


def test_a_sheet_loads_with_blank_rows_and_numbers_kept_as_text(home: Home, files: Path) -> None:
    home.load("tidy", _workbook(files / "trade.xlsx", SHEET), mapping=write_mapping(files))
    assert flow_tuples(home) == TIDY_FLOWS


def test_numbers_of_a_sheet_do_not_suffer_from_continental_signs(home: Home, files: Path) -> None:
    rows = [SHEET[0], [2021, "AFG", "USA", "010121", 1234.5, 1], [2021, "CHN", "USA", "010121", "1.234,5", 1]]
    mapping = write_mapping(files, 'decimal = ","\nthousands = "."')
    home.load("tidy", _workbook(files / "trade.xlsx", rows), mapping=mapping)
    assert [row["value_usd"] for row in rows_of(home)] == [1234.5, 1234.5]


def test_one_sheet_of_several_loads_when_named(home: Home, files: Path) -> None:
    path = _workbook(files / "trade.xlsx", SHEET, "Notes")
    home.load("tidy", path, mapping=write_mapping(files, 'sheet = "Data"'))
    assert flow_tuples(home) == TIDY_FLOWS


def test_a_refused_row_of_a_sheet_keeps_its_number_in_the_sheet(home: Home, files: Path) -> None:
    rows = [
        *SHEET[:3],
        *([2021, "CHN", "USA", 270900 + n, 1, 1] for n in range(30)),
        [],
        [2021, "XXX", "USA", "270900", 1, 1],
    ]
    home.load("tidy", _workbook(files / "trade.xlsx", rows), mapping=write_mapping(files))
    (refused,) = rows_of(home, "refused")
    assert refused["row"] == 35
    assert refused["content"] == "year=2021, seller=XXX, buyer=USA, product=270900, value=1, weight=1"


def test_csv_and_parquet_inside_one_zip_load_together(home: Home, files: Path) -> None:
    pq.write_table(_parquet_columns()["text"].slice(2), files / "b.parquet")
    archive = zipped(
        files / "trade.zip",
        {"a.csv": text_of(TIDY_HEADER, TIDY_ROWS[:2]), "b.parquet": (files / "b.parquet").read_bytes(), "note.md": "x"},
    )
    home.load("tidy", archive, mapping=write_mapping(files))
    assert flow_tuples(home) == TIDY_FLOWS


def test_files_of_one_name_in_two_folders_load_side_by_side(home: Home, tmp_path: Path, files: Path) -> None:
    paths = []
    for year in (2020, 2021):
        folder = tmp_path / str(year)
        folder.mkdir()
        paths.append(write_tidy(folder, [f"{year},AFG,USA,010121,{year},1"]))
    home.load("tidy", *paths, mapping=write_mapping(files))
    lineage = home.lineage().to_pylist()
    assert [(row["file"], row["rows_in"]) for row in lineage] == [(str(path), 1) for path in paths]


def test_summed_parts_of_one_flow_add_up_and_a_missing_part_leaves_the_sum_missing(home: Home, files: Path) -> None:
    rows = [
        "2021,AFG,USA,010121,1,100",
        "2021,AFG,USA,010121,2,200",
        "2021,CHN,USA,010121,1,100",
        "2021,CHN,USA,010121,5,",
    ]
    home.load("tidy", write_tidy(files, rows), mapping=write_mapping(files, 'duplicates = "sum"'))
    # 0.1 + 0.2 in doubles
    assert flow_tuples(home) == [
        (2021, "AFG", "USA", "010121", 3.0, pytest.approx(0.3)),
        (2021, "CHN", "USA", "010121", 6.0, None),
    ]
    assert {row["exporter"]: row["quantity_t"] for row in rows_of(home, "exports")}["CHN"] is None


@pytest.mark.parametrize(
    "between", ["", "\n\n", '2021,AFG,USA,010129,"1\n",1\n'], ids=["plain", "blank lines", "break in quotes"]
)
def test_a_refused_row_is_kept_with_its_line_reason_and_content(home: Home, files: Path, between: str) -> None:
    rows = [f"2021,AFG,USA,{hs6},5,1" for hs6 in range(100000, 100040)]
    text = (
        text_of(TIDY_HEADER, [*rows[:20]]) + between + "2021,Atlantis,USA,270900,5,1\n" + text_of(rows[20], rows[21:])
    )
    path = files / "trade.csv"
    path.write_text(text)
    report = home.load("tidy", path, mapping=write_mapping(files))
    line = text[: text.index("Atlantis")].count("\n") + 1
    (refused,) = rows_of(home, "refused")
    assert refused == {
        "file": "trade.csv",
        "row": line,
        "reason": "exporter: unknown code (iso3)",
        "content": "year=2021, seller=Atlantis, buyer=USA, product=270900, value=5, weight=1",
    }
    assert report.refused == {refused["reason"]: 1}
    assert report.examples == {refused["reason"]: f"trade.csv, row {line}: {refused['content']}"}


def test_a_refused_row_inside_a_zip_names_the_file_inside(home: Home, files: Path) -> None:
    rows = [f"2021,4,842,{hs6},5,1" for hs6 in range(100000, 100040)]
    archive = zipped(
        files / "BACI_HS17_V202601.zip",
        {
            "BACI_HS17_Y2020_V202601.csv": text_of(BACI_HEADER, [row.replace("2021", "2020") for row in rows]),
            "BACI_HS17_Y2021_V202601.csv": text_of(BACI_HEADER, [*rows, "2021,999,842,270900,5,1"]),
        },
    )
    home.load("baci", archive)
    (refused,) = rows_of(home, "refused")
    assert (refused["file"], refused["row"]) == ("BACI_HS17_V202601.zip/BACI_HS17_Y2021_V202601.csv", 42)


def test_each_reason_is_named_and_no_row_is_lost(home: Home, files: Path) -> None:
    good = [f"2021,AFG,USA,{hs6},5,1" for hs6 in range(100000, 100400)]
    bad = {
        "year: not a whole number": "2021.5,AFG,USA,270900,5,1",
        "year: not between 1900 and 2100": "21,AFG,USA,270900,5,1",
        "exporter: unknown code (iso3)": "2021,,USA,270900,5,1",
        "importer: unknown code (iso3)": "2021,AFG,usa,270900,5,1",
        "hs6: not a code of 6 digits": "2021,AFG,USA,2709,5,1",
        "value_usd: missing": "2021,AFG,USA,270900,,1",
        "value_usd: not a number": "2021,AFG,USA,270900,inf,1",
        "value_usd: negative": "2021,AFG,USA,270900,-5,1",
        "quantity_t: not a number": "2021,AFG,USA,270900,5,1 kg",
        "quantity_t: negative": "2021,AFG,USA,270900,5,-1",
        "importer: the same country as the exporter (re-import)": "2021,AFG,AFG,270900,5,1",
    }
    report = home.load("tidy", write_tidy(files, [*good, *bad.values()]), mapping=write_mapping(files))
    assert dict(report.refused) == dict.fromkeys(bad, 1)
    assert (report.rows_in, report.rows_loaded, report.rows_refused) == (411, 400, 11)
    assert {row["reason"]: row["row"] for row in rows_of(home, "refused")} == {r: 402 + n for n, r in enumerate(bad)}


def test_loading_twice_is_loading_once(home: Home, files: Path) -> None:
    path = write_baci(files)
    first = home.load("baci", path)
    catalog = (Path(home.store.path) / "catalog.json").read_bytes()
    second = home.load("baci", path)
    assert (first.status, second.status) == ("loaded", "already loaded")
    assert (second.load, second.rows_loaded, second.files) == (first.load, first.rows_loaded, first.files)
    assert (Path(home.store.path) / "catalog.json").read_bytes() == catalog


def test_replacing_a_year_takes_the_old_rows_and_their_refusals_away(home: Home, files: Path) -> None:
    rows = [f"2021,4,842,{hs6},5,1" for hs6 in range(100000, 100040)]
    home.load("baci", write_baci(files, [*rows, "2021,999,842,270900,5,1"]))
    report = home.load("baci", write_baci(files), replace=True)
    assert report.status == "loaded"
    assert flow_tuples(home) == BACI_FLOWS
    assert [row["load"] for row in home.lineage().to_pylist()] == [report.load]
    with pytest.raises(NotInHome, match="has no refused"):
        home.table("refused", dataset=report.dataset)
    assert [finding.check for finding in home.check() if finding.check == "refused_rows"] == []


def test_a_replaced_load_can_come_back(home: Home, files: Path) -> None:
    home.load("baci", write_baci(files))
    home.load("baci", write_baci(files, ["2021,4,842,010121,7,1"]), replace=True)
    assert home.load("baci", write_baci(files), replace=True).status == "loaded"
    assert flow_tuples(home) == BACI_FLOWS


def test_refusals_of_two_years_stand_side_by_side(home: Home, files: Path) -> None:
    for year in (2020, 2021):
        rows = [f"{year},4,842,{hs6},5,1" for hs6 in range(100000, 100040)]
        home.load("baci", write_baci(files, [*rows, f"{year},999,842,270900,5,1"], f"BACI_HS17_Y{year}_V202601.csv"))
    assert sorted(row["file"][:15] for row in rows_of(home, "refused")) == ["BACI_HS17_Y2020", "BACI_HS17_Y2021"]


def test_a_second_year_joins_the_dataset_and_leaves_the_first_alone(home: Home, files: Path) -> None:
    home.load("baci", write_baci(files))
    home.load("baci", write_baci(files, ["2020,4,842,010121,3,NA"], "BACI_HS17_Y2020_V202601.csv"))
    assert home.dataset().years() == (2020, 2021)
    assert flow_tuples(home, years=[2021]) == BACI_FLOWS


def test_a_lost_piece_is_loaded_again(home: Home, files: Path) -> None:
    path = write_baci(files)
    home.load("baci", path)
    next(Path(home.store.path).rglob("flows/2021.parquet")).unlink()
    assert home.load("baci", path).status == "loaded"
    assert flow_tuples(home) == BACI_FLOWS


def test_lineage_says_of_every_file_its_hash_size_rows_licence_and_time(home: Home, files: Path) -> None:
    rows = [f"2021,AFG,USA,{hs6},5,1" for hs6 in range(100000, 100040)]
    path = write_tidy(files, [*rows, "2021,XXX,USA,270900,5,1"])
    report = home.load("tidy", path, mapping=write_mapping(files))
    (line,) = home.lineage().to_pylist()
    assert line["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert line["bytes"] == path.stat().st_size
    assert (line["rows_in"], line["rows_loaded"], line["rows_refused"]) == (41, 40, 1)
    assert (line["dataset"], line["load"], line["file"]) == ("tidy", report.load, "trade.csv")
    assert (line["source"], line["licence"], line["revision"]) == ("tidy", "CC0 1.0", "HS17")
    assert line["loaded_at"].endswith("+00:00")


def test_a_report_and_a_catalog_are_plain_json(home: Home, files: Path) -> None:
    home.load("baci", write_baci(files))
    document = json.loads((Path(home.store.path) / "catalog.json").read_text(encoding="utf-8"))
    assert (document["format"], list(document["datasets"])) == (1, ["baci-hs17-v202601"])


def test_production_and_weights_load_through_a_mapping(home: Home, files: Path) -> None:
    (files / "made.csv").write_text("y,c,p,kt\n2021,NAM,710210,0.002\n")
    (files / "made.toml").write_text(
        'table = "production"\ndataset = "made"\n[columns]\nyear = "y"\nhs6 = "p"\n'
        'country = { name = "c", codes = "iso3" }\nquantity_t = { name = "kt", unit = "kt" }\n'
    )
    home.load("tidy", files / "made.csv", mapping=files / "made.toml")
    assert rows_of(home, "production") == [{"year": 2021, "country": "NAM", "hs6": "710210", "quantity_t": 2.0}]


def test_restrictions_without_a_number_load_and_are_not_replaced_unasked(home: Home, files: Path) -> None:
    (files / "barred.csv").write_text("i,e,p,f,t,r\nDEU,RUS,27,2022-12-05,,Act 1\n")
    (files / "barred.toml").write_text(
        'table = "restrictions"\ndataset = "barred"\n[columns]\nimporter = { name = "i", codes = "iso3" }\n'
        'exporter = { name = "e", codes = "iso3" }\nhs_prefix = "p"\nfrom_date = "f"\nto_date = "t"\n'
        'legal_reference = "r"\n'
    )
    home.load("tidy", files / "barred.csv", mapping=files / "barred.toml")
    (row,) = rows_of(home, "restrictions")
    assert (str(row["from_date"]), row["to_date"], row["legal_reference"]) == ("2022-12-05", None, "Act 1")
