"""One answer in every form: the same rows as JSON, csv, Parquet, xlsx and html."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from homeground.brief.answer import Answer, Column, money, tons
from homeground.brief.export import as_document, write_file
from homeground.errors import UsageError

TABLE = pa.table(
    {
        "hs6": ["010121", "270900", "850760"],
        "product": ["=1+1", "<b>oil</b>", "cells; «батареи»"],
        "imports_usd": [1234.5, None, 5e9],
        "flag": [True, None, False],
    }
)
COLUMNS = (
    Column("hs6", "HS6"),
    Column("product", "product"),
    Column("imports_usd", "imports", "usd", meaning="US dollars"),
    Column("flag", "dependent", "flag"),
)
ANSWER = Answer("Test answer", TABLE, COLUMNS, ("a note",), {"dataset": "synthetic", "licence": "none"})


def test_csv_keeps_leading_zeros_and_has_its_sources_beside_it(tmp_path: Path) -> None:
    write_file(ANSWER, tmp_path / "a.csv")
    options = pyarrow.csv.ConvertOptions(column_types={"hs6": pa.string()})
    back = pyarrow.csv.read_csv(tmp_path / "a.csv", convert_options=options)
    assert back["hs6"].to_pylist() == TABLE["hs6"].to_pylist()
    assert back["imports_usd"].to_pylist() == TABLE["imports_usd"].to_pylist()
    assert json.loads((tmp_path / "a.about.json").read_text())["licence"] == "none"


def test_parquet_gives_back_the_same_table_with_its_sources(tmp_path: Path) -> None:
    write_file(ANSWER, tmp_path / "a.parquet")
    back = pq.read_table(tmp_path / "a.parquet")
    assert back.to_pylist() == TABLE.to_pylist()
    assert json.loads(back.schema.metadata[b"homeground"])["notes"] == ["a note"]


def test_a_workbook_has_text_as_text_numbers_as_numbers_and_nothing_for_missing(tmp_path: Path) -> None:
    write_file(ANSWER, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Answer"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[0] == ("010121", "=1+1", 1234.5, True)
    assert sheet["B2"].data_type == "s"
    assert rows[1][2:] == (None, None)


def test_html_escapes_and_shows_missing_as_a_dash(tmp_path: Path) -> None:
    write_file(ANSWER, tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;oil&lt;/b&gt;" in text
    assert '<td class="n">–</td>' in text
    assert "a note" in text


def test_json_names_columns_and_keeps_missing_as_null() -> None:
    document = as_document(ANSWER)
    assert document["rows"][1] == {"hs6": "270900", "product": "<b>oil</b>", "imports_usd": None, "flag": None}
    assert json.loads(json.dumps(document)) == document


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv, \.parquet, \.xlsx, \.html, \.json"):
        write_file(ANSWER, tmp_path / "a.sav")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("usd", "text"),
    [(951_395_473_259, "951 bn"), (54_858_226_572, "54.9 bn"), (1_234_000, "1.23 M"), (999, "999"), (0, "0")],
)
def test_money_is_written_with_three_figures(usd: float, text: str) -> None:
    assert money(usd) == text


def test_tons_are_written_with_their_scale() -> None:
    assert [tons(2_011_369_819), tons(12_500), tons(3)] == ["2,011 Mt", "12.5 kt", "3.00 t"]


def test_a_workbook_leaves_what_is_no_number_empty(tmp_path: Path) -> None:
    table = pa.table({"ratio": [float("inf"), float("nan"), 2.0], "text": ["x" * 40_000, "@SUM(A1)", "-1+1"]})
    columns = (Column("ratio", "ratio", "ratio"), Column("text", "text"))
    write_file(Answer("Odd values", table, columns), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Answer"]
    assert [cell.value for cell in sheet["A"][1:]] == [None, None, 2.0]
    assert [cell.data_type for cell in sheet["B"][1:]] == ["s", "s", "s"]
    assert len(sheet["B2"].value) == 32_767


def test_more_rows_than_a_sheet_holds_are_refused_and_not_dropped(tmp_path: Path) -> None:
    table = pa.table({"imports_usd": pa.nulls(1_048_576, pa.float64())})
    with pytest.raises(UsageError, match=r"too many rows.*\.parquet"):
        write_file(Answer("All flows", table, (Column("imports_usd", "imports", "usd"),)), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
