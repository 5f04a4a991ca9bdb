"""What must not be loaded: each message says what, where, found, expected and what to do; the Home stays as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeground import Home
from homeground.errors import BadInput, HomeBusy, HomegroundError, NotInHome, RefusedLoad, UnknownCode, UsageError
from trade_files import (
    BACI_HEADER,
    BACI_ROWS,
    TIDY_HEADER,
    TIDY_ROWS,
    fingerprint,
    flow_tuples,
    refusal,
    text_of,
    write_baci,
    write_mapping,
    write_tidy,
    zipped,
)

BACI_NAME = "BACI_HS17_Y2021_V202601.csv"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A Home that holds something, so that there is something to spoil."""
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    held = Home(tmp_path / "home")
    held.load("baci", write_baci(earlier, ["2020,4,842,010121,3,NA"], "BACI_HS17_Y2020_V202601.csv"))
    return held


def baci(files: Path, content: str | bytes, name: str = BACI_NAME) -> Path:
    path = files / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


FILES: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "wrong delimiter": (
        text_of(BACI_HEADER, BACI_ROWS).replace(",", ";"),
        ("wrong delimiter", "line 1", "found ';'", "expected ','", "delimiter = ';'"),
    ),
    "wrong delimiter and a comma in a name": (
        text_of('t;i;j;k;v;q;"note, short"', ["2021;4;842;010121;3;1;x"]),
        ("wrong delimiter", "found ';'"),
    ),
    "Windows-1252": (
        text_of(BACI_HEADER + ",name", [f"{row},x" for row in BACI_ROWS] + ["2021,4,842,010121,3,1,Curaçao"]).encode(
            "cp1252"
        ),
        ("not UTF-8 text", "line 7", "byte 0xE7", 'encoding = "cp1252"'),
    ),
    "cut inside a letter": (text_of(BACI_HEADER, BACI_ROWS).encode() + b"\xc3", ("not UTF-8 text", "byte 0xC3")),
    "an HTML page": (
        b"\xef\xbb\xbf\r\n<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
        ("this is a web page, not a table", "<!DOCTYPE html>", "the server sent an error page"),
    ),
    "empty": (b"", ("the file is empty", "0 bytes", "download it again")),
    "header only": (BACI_HEADER + "\n", ("the file holds no rows", "0 rows")),
    "blank": (b"\n\n", ("missing column", "'t'")),
    "UTF-16": (text_of(BACI_HEADER, BACI_ROWS).encode("utf-16"), ("not a text table", "UTF-16", "UTF-8 csv")),
    "a NUL byte far inside": (
        text_of(BACI_HEADER, list(BACI_ROWS) * 500).encode() + b"2021,4,\x00,1,1,1\n",
        ("not a text table", "line 2502"),
    ),
    "an old workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        ("old Excel workbook (.xls)", "save it as xlsx"),
    ),
    "a line too short": (
        text_of(BACI_HEADER, [*BACI_ROWS, "", "2021,4,842,010121"]),
        ("a line does not fit the table", "line 8", "'2021,4,842,010121'", "as many values as the header has names"),
    ),
    "a line too long": (text_of(BACI_HEADER, ["2021,4,842,010121,3,1,9"]), ("a line does not fit", "line 2")),
    "a quote left open": (
        text_of(BACI_HEADER, ['2021,4,842,"010121,3,1', *BACI_ROWS]),
        ("a line does not fit", "line 2"),
    ),
    "a column missing": (
        text_of("t,i,j,k,v", ["2021,4,842,010121,3"]),
        ("missing column 'q'", "found t, i, j, k, v", "expected t, i, j, k, v, q"),
    ),
    "a column twice": (text_of("t,i,j,k,v,q,v", ["2021,4,842,010121,3,1,4"]), ("column 'v' stands twice", "line 1")),
    "swapped columns": (
        text_of("t,k,j,i,v,q", BACI_ROWS),
        ("5 of 5 rows would be refused", "exporter: unknown code (baci)", "row 2: t=2021, k=4", "at most 5%"),
    ),
    "value and product swapped": (text_of("t,i,j,v,k,q", BACI_ROWS), ("hs6: not a code of 6 digits",)),
    "thousands separators": (
        text_of(BACI_HEADER, ['2021,4,842,010121,"1,234.5",1']),
        ("value_usd: not a number", "v=1,234.5", "signs for decimals and thousands"),
    ),
    "a decimal comma": (text_of(BACI_HEADER, ['2021,4,842,010121,"3,5",1']), ("value_usd: not a number", "v=3,5")),
    "values as words": (text_of(BACI_HEADER, ["2021,4,842,010121,many,1"]), ("value_usd: not a number", "v=many")),
    "values not given": (text_of(BACI_HEADER, ["2021,4,842,010121,NA,1"]), ("value_usd: missing",)),
    "values infinite": (text_of(BACI_HEADER, ["2021,4,842,010121,1e999,1"]), ("value_usd: not a number",)),
    "values negative": (text_of(BACI_HEADER, ["2021,4,842,010121,-1,1"]), ("value_usd: negative",)),
    "an unknown country": (
        text_of(BACI_HEADER, ["2021,999,842,010121,1,1"]),
        ("exporter: unknown code (baci)", "i=999"),
    ),
    "trade with itself": (text_of(BACI_HEADER, ["2021,4,4,010121,1,1"]), ("the same country as the exporter",)),
    "half a year": (text_of(BACI_HEADER, ["2021.5,4,842,010121,1,1"]), ("year: not a whole number", "t=2021.5")),
    "the same flow twice": (
        text_of(BACI_HEADER, [*BACI_ROWS, "2021,4,842,010121,9,1"]),
        (
            "duplicate keys in 1 places",
            "exporter AFG, importer USA, hs6 010121",
            "3,500.0 and 9,000.0",
            'duplicates = "sum"',
        ),
    ),
    "a Parquet cut short": (b"PAR1" + bytes(100), ("the Parquet file is cut short", "104 bytes", "b'PAR1'")),
    "a Parquet of nothing": (b"PAR1", ("the Parquet file is cut short", "4 bytes")),
    "a Parquet with a hole": (b"PAR1" + bytes(100) + b"PAR1", ("the Parquet file is damaged", "download it again")),
}


@pytest.mark.parametrize("name", list(FILES))
def test_a_bad_file_is_refused_in_words(home: Home, files: Path, name: str) -> None:
    content, words = FILES[name]
    path = baci(files, content)
    said = refusal(home, *words, kind=BadInput, args=("baci", path))
    assert BACI_NAME in said


def test_a_parquet_damaged_inside_is_refused(home: Home, files: Path) -> None:
    columns = {name: [str(n) for n in range(3000)] for name in "tijkvq"}
    path = files / "BACI_HS17_Y2021_V202601.parquet"
    pq.write_table(pa.table(columns), path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[200:3000] = bytes(2800)
    path.write_bytes(content)
    refusal(home, "the Parquet file is damaged", path.name, kind=BadInput, args=("baci", path))


def test_a_parquet_of_no_rows_or_with_columns_of_no_use_is_refused(home: Home, files: Path) -> None:
    path = files / "BACI_HS17_Y2021_V202601.parquet"
    pq.write_table(pa.table({name: pa.array([], pa.string()) for name in "tijkvq"}), path)
    refusal(home, "the file holds no rows", kind=RefusedLoad, args=("baci", path))
    pq.write_table(pa.table({name: pa.array([b"x"], pa.binary()) for name in "tijkvq"}), path)
    refusal(home, "1 of 1 rows would be refused", kind=RefusedLoad, args=("baci", path))
    pq.write_table(pa.table({name: pa.array([[1]]) for name in "tijkvq"}), path)
    refusal(home, "1 of 1 rows would be refused", kind=RefusedLoad, args=("baci", path))


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_zip_cut_short_is_refused(home: Home, files: Path, kept: float) -> None:
    whole = zipped(files / "whole.zip", {BACI_NAME: text_of(BACI_HEADER, BACI_ROWS)}).read_bytes()
    path = baci(files, whole[: int(len(whole) * kept)], "BACI_HS17_V202601.zip")
    refusal(home, "the zip is cut short or damaged", "homeground fetch", kind=BadInput, args=("baci", path))


def test_a_zip_damaged_inside_is_refused(home: Home, files: Path) -> None:
    rows = [f"2021,4,842,{hs6},5,{hs6 * 7 % 1013}" for hs6 in range(100000, 102000)]
    path = zipped(files / "BACI_HS17_V202601.zip", {BACI_NAME: text_of(BACI_HEADER, rows)})
    content = bytearray(path.read_bytes())
    content[2000:2100] = bytes(100)
    path.write_bytes(content)
    refusal(home, "the zip is cut short or damaged", kind=BadInput, args=("baci", path))


def test_a_zip_without_baci_or_any_table_is_refused(home: Home, files: Path) -> None:
    path = zipped(files / "photos.zip", {"a.jpg": b"x", "b.jpg": b"y"})
    refusal(home, "no yearly BACI file in the zip", "a.jpg, b.jpg", kind=BadInput, args=("baci", path), hs="HS17")
    refusal(home, "no table in the zip", "a.jpg", kind=BadInput, args=("tidy", path), mapping=write_mapping(files))
    empty = zipped(files / "empty.zip", {})
    refusal(home, "an empty archive", kind=BadInput, args=("baci", empty), hs="HS17")


def test_a_zip_with_a_password_is_refused(home: Home, files: Path) -> None:
    path = zipped(files / "BACI_HS17_V202601.zip", {BACI_NAME: text_of(BACI_HEADER, BACI_ROWS)})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    with zipfile.ZipFile(path) as archive:
        content[archive.start_dir + 8] |= 1
    path.write_bytes(content)
    refusal(home, "the zip is cut short or damaged", "password", kind=BadInput, args=("baci", path))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hs": "HS12"}, ("mixed HS revisions", "HS12, HS17", "expected one")),
        ({"hs": "2017"}, ("mixed HS revisions",)),
        ({"year": 1999}, ("no file of these years", "expected 1999", "--year")),
        ({"dataset": "../../elsewhere"}, ("not a name for a dataset", "../../elsewhere")),
        ({"dataset": "baci-hs17-v202601", "mapping": "m.toml"}, ("BACI needs no mapping file",)),
    ],
    ids=str,
)
def test_contradictions_of_name_and_option_are_refused(
    home: Home, files: Path, arguments: dict[str, Any], words: tuple[str, ...]
) -> None:
    refusal(home, *words, args=("baci", write_baci(files)), **arguments)


def test_an_unstated_or_unknown_revision_is_asked_for(home: Home, files: Path) -> None:
    path = write_baci(files, name="trade2021.csv")
    refusal(home, "the HS revision is not stated by the file name", "--hs HS17", kind=UsageError, args=("baci", path))
    refusal(home, "unknown HS revision", "found H5", "HS92", kind=BadInput, args=("baci", path), hs="h5")
    mapping = write_mapping(files)
    mapping.write_text(mapping.read_text().replace('revision = "HS17"', ""))
    refusal(
        home,
        "the HS revision is not stated",
        "--hs HS17",
        kind=UsageError,
        args=("tidy", write_tidy(files)),
        mapping=mapping,
    )
    assert home.load("tidy", write_tidy(files), mapping=mapping, hs="hs12").revision == "HS12"


def test_a_mapping_and_an_option_that_disagree_are_refused(home: Home, files: Path) -> None:
    args = ("tidy", write_tidy(files))
    refusal(
        home,
        "mixed HS revisions",
        "HS17 in the mapping",
        kind=UsageError,
        args=args,
        mapping=write_mapping(files),
        hs="HS22",
    )


def test_mixed_revisions_and_versions_among_files_are_refused(home: Home, files: Path) -> None:
    paths = [write_baci(files), write_baci(files, ["2020,4,842,010121,3,NA"], "BACI_HS12_Y2020_V202601.csv")]
    refusal(home, "mixed HS revisions", "HS12, HS17", kind=BadInput, args=("baci", *paths))
    paths[1] = write_baci(files, ["2020,4,842,010121,3,NA"], "BACI_HS17_Y2020_V202501.csv")
    refusal(home, "mixed BACI versions", "202501, 202601", kind=BadInput, args=("baci", *paths))
    inside = zipped(files / "BACI_HS17_V202601.zip", {"BACI_HS12_Y2021_V202601.csv": text_of(BACI_HEADER, BACI_ROWS)})
    refusal(home, "mixed HS revisions", kind=BadInput, args=("baci", inside))


def test_another_version_does_not_join_a_dataset(home: Home, files: Path) -> None:
    path = write_baci(files, name="BACI_HS17_Y2021_V202701.csv")
    words = ("mixed versions in one dataset", "found V202701", "expected V202601", "--dataset")
    refusal(home, *words, kind=RefusedLoad, args=("baci", path), dataset="baci-hs17-v202601")


def test_a_year_that_is_there_is_not_replaced_unasked(home: Home, files: Path) -> None:
    path = write_baci(files, ["2020,4,842,010121,9,NA"], "BACI_HS17_Y2020_V202601.csv")
    words = ("2020 is loaded already, with other content", "--replace", "--dataset")
    refusal(home, *words, kind=RefusedLoad, args=("baci", path))
    assert home.load("baci", path, replace=True).status == "loaded"
    assert flow_tuples(home)[0][4] == 9000.0


def test_the_zip_beside_its_unpacked_files_is_not_counted_twice(home: Home, files: Path) -> None:
    write_baci(files)
    zipped(files / "BACI_HS17_V202601.zip", {BACI_NAME: text_of(BACI_HEADER, BACI_ROWS)})
    refusal(home, "the year 2021 stands in two files", "but not both", kind=RefusedLoad, args=("baci", files))


def test_one_file_under_two_names_is_not_counted_twice(home: Home, files: Path) -> None:
    paths = write_tidy(files), write_tidy(files, name="copy.csv")
    mapping = write_mapping(files, 'duplicates = "sum"')
    refusal(home, "two files have the same content", "copy.csv", kind=BadInput, args=("tidy", *paths), mapping=mapping)


def test_one_refused_row_stops_a_strict_load(home: Home, files: Path) -> None:
    rows = [f"2021,4,842,{hs6},5,1" for hs6 in range(100000, 100040)]
    path = write_baci(files, [*rows, "2021,999,842,270900,5,1"])
    words = ("rows were refused and the load is strict", "1 × exporter: unknown code (baci)", "row 42")
    refusal(home, *words, kind=RefusedLoad, args=("baci", path), strict=True)
    assert home.load("baci", path).rows_refused == 1


def test_a_year_filter_without_a_match_is_refused(home: Home, files: Path) -> None:
    args = ("tidy", write_tidy(files))
    refusal(
        home,
        "no row of the years asked for",
        "expected 1999",
        kind=RefusedLoad,
        args=args,
        mapping=write_mapping(files),
        year=1999,
    )


def test_a_path_that_leads_nowhere_or_to_a_folder_is_refused(home: Home, files: Path) -> None:
    refusal(home, "no such file", "nowhere.csv", kind=BadInput, args=("baci", files / "nowhere.csv"))
    refusal(
        home, "a folder where a file is expected", kind=BadInput, args=("tidy", files), mapping=write_mapping(files)
    )
    refusal(home, "no BACI file found", "BACI_HS17_V202601.zip", kind=BadInput, args=("baci", files / ".." / "files"))
    refusal(home, "no file is named for tidy", kind=UsageError, args=("tidy",))
    refusal(home, "a tidy file needs a mapping file", "--mapping", kind=UsageError, args=("tidy", write_tidy(files)))
    refusal(home, "unknown source", "'bacci'", "baci", kind=UnknownCode, args=("bacci", files))
    refusal(home, "comes with its own file", kind=UsageError, args=("crude-2021", files))


CELLS = {
    "continental thousands read as decimals": (
        "2021;AFG;USA;010121;1.234;1",
        'delimiter = ";"\ndecimal = ","',
        "value=1.234",
    ),
    "decimals read as thousands": ("2021;AFG;USA;010121;1,5;1", 'delimiter = ";"\nthousands = ","', "value=1,5"),
    "groups of odd length": (
        "2021;AFG;USA;010121;1.23;1",
        'delimiter = ";"\nthousands = "."\ndecimal = ","',
        "value=1.23",
    ),
}


@pytest.mark.parametrize("name", list(CELLS))
def test_a_number_in_other_signs_than_stated_is_never_guessed(home: Home, files: Path, name: str) -> None:
    row, stated, shown = CELLS[name]
    path = files / "trade.csv"
    path.write_text(text_of(TIDY_HEADER.replace(",", ";"), [row]))
    words = ("value_usd: not a number", shown)
    refusal(home, *words, kind=RefusedLoad, args=("tidy", path), mapping=write_mapping(files, stated))


def test_the_right_encoding_is_asked_for(home: Home, files: Path) -> None:
    path = files / "trade.csv"
    path.write_bytes(text_of(TIDY_HEADER, ["2021,Curaçao,USA,180100,5,"]).encode())
    mapping = write_mapping(files, 'encoding = "ascii"', codes="name")
    refusal(
        home,
        "the text is not in the stated encoding",
        "expected ascii",
        kind=BadInput,
        args=("tidy", path),
        mapping=mapping,
    )


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    book.close()
    return path


def test_workbooks_that_leave_a_choice_open_or_are_damaged_are_refused(home: Home, files: Path) -> None:
    header: list[object] = [*TIDY_HEADER.split(",")]
    mapping = write_mapping(files)
    several = workbook(files / "several.xlsx", [header], [header])
    words = ("the workbook has several sheets", "Sheet 1, Sheet 2", 'sheet = "Data"')
    refusal(home, *words, kind=BadInput, args=("tidy", several), mapping=mapping)
    named = write_mapping(files, 'sheet = "Data"', name="named.toml")
    refusal(home, "no such sheet", "expected Data", kind=BadInput, args=("tidy", several), mapping=named)
    refusal(home, "0 rows", kind=BadInput, args=("tidy", workbook(files / "a.xlsx", [header])), mapping=mapping)
    titled = workbook(files / "b.xlsx", [["Trade of 2021"], header])
    refusal(home, "missing column 'year'", "Trade of 2021", kind=BadInput, args=("tidy", titled), mapping=mapping)
    broken = zipped(files / "broken.xlsx", {"xl/workbook.xml": "<workbook", "[Content_Types].xml": "<"})
    refusal(home, "the workbook is damaged", "broken.xlsx", kind=BadInput, args=("tidy", broken), mapping=mapping)


def test_merged_cells_are_empty_below_the_first_and_refused_as_such(home: Home, files: Path) -> None:
    path = workbook(
        files / "a.xlsx", [[*TIDY_HEADER.split(",")], *([2021, "AFG", "USA", f"01012{n}", 1, 1] for n in (1, 2))]
    )
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("B2:B3")
    book.save(path)
    book.close()
    words = ("1 of 2 rows would be refused", "exporter: unknown code", "row 3: year=2021, seller=, buyer=USA")
    refusal(home, *words, kind=RefusedLoad, args=("tidy", path), mapping=write_mapping(files))


CATALOGS = {
    "a later format": (
        '{"format": 99, "preferred": null, "datasets": {}}',
        ("a later version", "format 99", "update Homeground"),
    ),
    "cut short": ('{"format": 1, "pre', ("the catalog is damaged", "catalog.json", "restore it from a copy")),
    "a list": ("[]", ("the catalog is damaged",)),
    "no names": ('{"format": 1, "preferred": null, "datasets": []}', ("the catalog is damaged",)),
    "no text": (b"\xff\xfe\x00", ("the catalog is damaged",)),
}


@pytest.mark.parametrize("name", list(CATALOGS))
def test_a_catalog_that_cannot_be_read_stops_everything_and_loses_nothing(home: Home, files: Path, name: str) -> None:
    content, words = CATALOGS[name]
    path = Path(home.store.path) / "catalog.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    refusal(home, *words, kind=BadInput, args=("baci", write_baci(files)))
    with pytest.raises(BadInput, match=words[0]):
        home.flows()


def test_a_home_below_a_file_is_refused(tmp_path: Path, files: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        RefusedLoad, match=r"the system refused a file operation.*Home is as it was.*What to do"
    ) as caught:
        Home(tmp_path / "file" / "home").load("baci", write_baci(files))
    assert "Not a directory" in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_home_without_permission_to_write_is_refused(home: Home, files: Path) -> None:
    folder = Path(home.store.path)
    folder.chmod(0o555)
    try:
        refusal(home, "no permission to write", "--home", kind=RefusedLoad, args=("baci", write_baci(files)))
    finally:
        folder.chmod(0o755)


def run(script: str, *arguments: object) -> subprocess.Popen[str]:
    code = textwrap.dedent(script)
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


WITHOUT_ROOM = """
    import resource, signal, sys
    from homeground import Home
    from homeground.errors import HomegroundError
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    home, path, most = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
    try:
        Home(home).load("baci", path)
    except HomegroundError as error:
        print(type(error).__name__, error)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="the system sets no limit on file sizes")
@pytest.mark.parametrize("most", [0, 100, 4_000, 40_000, 400_000])
def test_a_file_that_may_not_grow_leaves_the_home_as_it_was(home: Home, files: Path, most: int) -> None:
    before = fingerprint(Path(home.store.path))
    rows = [f"2021,{i},842,{hs6},{hs6 * i % 997}.{i},5" for hs6 in range(100000, 106000) for i in (4, 156, 276, 392)]
    with run(WITHOUT_ROOM, home.store.path, write_baci(files, rows), most) as process:
        said, _ = process.communicate(timeout=60)
    assert said.startswith("RefusedLoad"), said
    assert "the Home is as it was" in said
    assert "What to do" in said
    assert fingerprint(Path(home.store.path)) == before


ON_A_SMALL_DISK = """
    import os, subprocess, sys
    home, path = sys.argv[1:]
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", home], capture_output=True).returncode:
        print("no mount")
        sys.exit()
    from homeground import Home
    from homeground.errors import HomegroundError
    try:
        Home(home).load("baci", path)
    except HomegroundError as error:
        print(type(error).__name__, error, sorted(os.listdir(home)))
"""


def test_a_full_disk_is_named_as_such(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "small"
    home.mkdir()
    rows = [f"2021,{i},842,{hs6},{hs6 * i % 997}.{i},5" for hs6 in range(100000, 130000) for i in (4, 156, 276, 392)]
    unshare = ["unshare", "--mount", sys.executable, "-c", textwrap.dedent(ON_A_SMALL_DISK)]
    try:
        done = subprocess.run([*unshare, home, write_baci(files, rows)], capture_output=True, text=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("the system has no unshare")
    if done.returncode or "no mount" in done.stdout:
        pytest.skip("mounting a small file system is not permitted")
    assert "RefusedLoad the disk is full; the Home is as it was" in done.stdout, done.stdout + done.stderr
    assert "free space or choose another folder with --home" in done.stdout
    assert "['.lock', '.staging']" in done.stdout


WAITING = """
    import sys
    from homeground import Home
    home, path = sys.argv[1:]

    def wait(step, done):
        if step.startswith("writing"):
            print(step, flush=True)
            sys.stdin.readline()

    print(Home(home).load("baci", path, progress=wait).status)
"""


def test_of_two_writers_one_works_and_the_other_is_told_while_readers_read_on(home: Home, files: Path) -> None:
    with run(WAITING, home.store.path, write_baci(files)) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing flows 2021\n"
        before = (Path(home.store.path) / "catalog.json").read_bytes()
        other = write_baci(files, ["2019,4,842,010121,3,NA"], "BACI_HS17_Y2019_V202601.csv")
        with pytest.raises(HomeBusy, match=r"another load is writing to this Home.*What to do: wait"):
            home.load("baci", other)
        assert (Path(home.store.path) / "catalog.json").read_bytes() == before
        assert flow_tuples(home) == [(2020, "AFG", "USA", "010121", 3000.0, None)]
        said, _ = writer.communicate("\n" * 9, timeout=60)
    assert said.splitlines()[-1] == "loaded"
    assert home.load("baci", other).status == "loaded"
    assert home.dataset().years() == (2019, 2020, 2021)


KILLED = """
    import os, signal, sys
    from homeground import Home
    from homeground.store import catalog
    home, path, moment = sys.argv[1:]

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    def watch(step, done):
        if step.startswith(moment):
            die()

    if moment == "catalog":
        catalog.os.fsync = die
    if moment == "moved":
        catalog.write = die
    Home(home).load("baci", path, progress=watch)
"""


@pytest.mark.parametrize(
    "moment", ["reading", "writing flows", "writing exports", "writing imports", "moved", "catalog"]
)
def test_a_load_killed_at_any_moment_counts_for_nothing_and_is_swept(home: Home, files: Path, moment: str) -> None:
    folder = Path(home.store.path)
    catalog = (folder / "catalog.json").read_bytes()
    path = write_baci(files)
    with run(KILLED, folder, path, moment) as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert (folder / "catalog.json").read_bytes() == catalog
    assert flow_tuples(home) == [(2020, "AFG", "USA", "010121", 3000.0, None)]
    assert len([p for p in folder.rglob("*") if p.is_file()]) > 5, "the kill left nothing to sweep"
    assert home.load("baci", path).status == "loaded"
    assert home.dataset().years() == (2020, 2021)
    kept = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert kept == {"catalog.json", ".lock"} | home.catalog.paths()


def test_an_interrupted_load_leaves_nothing(home: Home, files: Path) -> None:
    before = fingerprint(Path(home.store.path))

    def interrupt(step: str, done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        home.load("baci", write_baci(files), progress=interrupt)
    assert fingerprint(Path(home.store.path)) == before


def test_what_is_not_in_the_home_is_named(home: Home) -> None:
    with pytest.raises(NotInHome, match=r"no such dataset in the Home.*found nothing-such.*baci-hs17-v202601"):
        home.flows(dataset="nothing-such")
    with pytest.raises(NotInHome, match="has no flows for 1999"):
        home.flows(years=[1999])
    with pytest.raises(NotInHome, match="the Home holds no weights"):
        home.table("weights")


WORDS = st.one_of(
    st.sampled_from(
        ["2021", "AFG", "USA", "NA", "270900", "10121", "1,5", "1.5", "-3", "nan", "1e400", "", '"', "'", "\x00"]
    ),
    st.text(max_size=6),
    st.integers().map(str),
)
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=7), max_size=6)
MAPPINGS = st.fixed_dictionaries(
    {},
    optional={
        "delimiter": st.sampled_from([",", ";", "\t", "", ";;", '"', "\n", "x"]) | st.text(max_size=2),
        "decimal": st.sampled_from([".", ",", "", "x"]),
        "thousands": st.sampled_from(["", ".", ",", "'", "\u00a0", "[", "\\", "12"]) | st.text(max_size=1),
        "encoding": st.sampled_from(
            ["utf-8", "cp1252", "latin-1", "utf-16", "rot13", "idna", "nonsense", "hex", "utf-7"]
        ),
        "missing": st.lists(st.text(max_size=3), max_size=2) | st.integers(),
        "duplicates": st.sampled_from(["sum", "refuse", "maybe"]),
        "revision": st.sampled_from(["HS17", "hs92", "x'y"]),
        "dataset": st.sampled_from(["a", "../b", "c d", "'"]) | st.text(max_size=4),
        "sheet": st.text(max_size=3),
        "table": st.sampled_from(["flows", "weights", "nothing"]),
        "odd": st.just(1),
    },
)
SHAPES = st.sampled_from(
    [text_of(TIDY_HEADER, []), "", "\ufeff" + TIDY_HEADER + "\r\n", TIDY_HEADER.replace(",", ";") + "\n"]
)
QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def toml_of(document: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in document.items())


def survives(home: Home, *args: Any, **options: Any) -> None:
    """Load or refuse; any other exception fails the test."""
    with suppress(HomegroundError):
        home.load(*args, **options)


@QUIET
@given(shape=SHAPES, lines=LINES, stated=MAPPINGS, codes=st.sampled_from(["iso3", "iso2", "baci", "name"]))
def test_no_text_and_no_mapping_makes_a_load_fail_in_another_way(
    tmp_path: Path, shape: str, lines: list[list[str]], stated: dict[str, Any], codes: str
) -> None:
    path = tmp_path / "trade.csv"
    path.write_bytes((shape + "\n".join(",".join(line) for line in lines)).encode("utf-8", "surrogatepass"))
    mapping = write_mapping(tmp_path, codes=codes)
    text = "\n".join(
        line
        for line in mapping.read_text().splitlines()
        if line.split(" =")[0] not in {"table", "dataset", "revision"} & set(stated)
    )
    mapping.write_text(toml_of(stated) + "\n" + text, encoding="utf-8")
    survives(Home(tmp_path / "home"), "tidy", path, mapping=mapping, replace=True)


@QUIET
@given(
    content=st.binary(max_size=200),
    start=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"t,i,j,k,v,q\n"]),
    end=st.sampled_from([b"", b"PAR1"]),
)
def test_no_bytes_make_a_load_fail_in_another_way(tmp_path: Path, content: bytes, start: bytes, end: bytes) -> None:
    path = tmp_path / BACI_NAME
    path.write_bytes(start + content + end)
    survives(Home(tmp_path / "home"), "baci", path, replace=True)


@settings(QUIET, max_examples=30)
@given(kind=st.sampled_from(["zip", "xlsx", "parquet"]), place=st.floats(0, 1), bites=st.binary(min_size=1, max_size=8))
def test_no_damage_to_a_whole_file_makes_a_load_fail_in_another_way(
    tmp_path: Path, kind: str, place: float, bites: bytes
) -> None:
    path = tmp_path / f"trade.{kind}"
    if kind == "zip":
        zipped(path, {"a.csv": text_of(TIDY_HEADER, TIDY_ROWS)})
    elif kind == "xlsx":
        workbook(path, [[*TIDY_HEADER.split(",")], *(row.split(",") for row in TIDY_ROWS)])
    else:
        rows = [row.split(",") for row in TIDY_ROWS]
        pq.write_table(
            pa.table(dict(zip(TIDY_HEADER.split(","), map(list, zip(*rows, strict=True)), strict=True))), path
        )
    content = bytearray(path.read_bytes())
    at = int(place * (len(content) - 1))
    content[at : at + len(bites)] = bites
    path.write_bytes(content)
    survives(Home(tmp_path / "home"), "tidy", path, mapping=write_mapping(tmp_path), replace=True)
