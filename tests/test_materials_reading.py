"""Process books as files: what is refused, with its line or cell; workbooks; what the starter book holds."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from homeground import materials
from homeground.errors import BadInput, ManyFaults, NotInHome, UsageError
from homeground.sources import process_book
from homeground.sources.process_book import Document, parse

EXAMPLES = Path(__file__).parents[1] / "examples" / "materials"

GOOD = """\
[book]
title = "small"
[goods]
ore = { unit = "t", hs6 = "260111", price = 100 }
metal = { unit = "t", hs6 = "720110", price = 400 }
sheet = { unit = "m2", mass = "8 kg", price = 12 }
heat = { unit = "GJ" }
[processes.smelter]
inputs = { ore = 2 }
outputs = { metal = 1 }
[processes.mill]
inputs = { metal = "9 kg" }
outputs = { sheet = 1 }
"""


def book(text: str) -> materials.Book:
    return materials.parse(parse(text, "small.toml"))


def test_a_sound_book_is_read_and_units_of_one_kind_are_converted() -> None:
    read = book(GOOD)
    assert read.goods["sheet"].mass == pytest.approx(0.008, rel=1e-12)
    assert read.processes["mill"].lines[0].quantity == pytest.approx(0.009, rel=1e-12)
    assert read.goods["heat"].mass == 0.0
    assert read.tables()["coefficients"].to_pylist()[0] == {
        "process": "smelter",
        "good": "ore",
        "quantity": -2.0,
        "kind": "input",
        "is_group": False,
    }


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("inputs = { ore = 2 }", 'inputs = { ore = "2 m3" }', ("a good in two units", "line 9", "found m3", "t")),
        ("inputs = { ore = 2 }", "inputs = { ore = 0.5 }", ("makes matter", "line 8", "1 t out of 0.5 t", "-0.5 t")),
        ("inputs = { ore = 2 }\n", "", ("makes something of nothing", "line 8")),
        ("inputs = { ore = 2 }", "inputs = { ore = nan }", ("not a finite number", "line 9", "nan")),
        ("inputs = { ore = 2 }", "inputs = { ore = inf }", ("not a finite number", "line 9", "inf")),
        ("inputs = { ore = 2 }", "inputs = { ore = -2 }", ("below zero", "line 9", "-2")),
        ("inputs = { ore = 2 }", "inputs = { ore = 0 }", ("a coefficient of 0", "line 9")),
        ("inputs = { ore = 2 }", "inputs = { oar = 2 }", ("oar is not among the goods", "line 9", "ore")),
        ("inputs = { ore = 2 }", "inputs = { ore = true }", ("not a number", "line 9", "True")),
        ("outputs = { metal = 1 }\n", "", ("smelter makes nothing", "line 8")),
        ('ore = { unit = "t"', 'ore = { unit = "tun"', ("unknown unit", "line 4", "'tun'")),
        ('ore = { unit = "t"', 'ore = { unit = "t", mass = 3', ("a mass per unit of mass", "line 4")),
        ('hs6 = "260111"', 'hs6 = "2601"', ("not an HS code", "line 4", "'2601'")),
        ("price = 100", "prise = 100", ("unknown key prise", "line 4")),
        ('title = "small"', "titel = 1", ("unknown key titel", "line 2")),
        (
            "[processes.mill]",
            "[processes.mill]\nactivity = 5\ncapacity = 4",
            ("more activity than capacity", "line 12"),
        ),
        ("[processes.mill]", "[processes.mill]\nuses = { ore = 1 }", ("does not draw on a group with ore", "line 12")),
        ("[processes.mill]", '[processes.mill]\nsource = "x"', ("no such source", "line 12", "found x")),
        ("[processes.mill]", '[groups.g]\nunit = "t"\n[processes.mill]', ("group g has no members", "line 11")),
        (
            "[processes.mill]",
            '[groups.g]\nunit = "t"\nmembers = { sheet = {} }\n[processes.mill]',
            ("ratio of a member in another unit is missing", "line 13"),
        ),
        (
            "[processes.mill]",
            '[needs]\nwarm = { good = "heat", quantity = 3 }\n[processes.mill]',
            ("nothing can meet the need for heat", "line 12"),
        ),
        (
            "[processes.mill]",
            '[needs]\nwarm = { good = "metal", per_head = 3 }\n[processes.mill]',
            ("without a population", "line 12"),
        ),
        (
            "[processes.mill]",
            '[recovery.r]\ngives = "metal"\narising = 5\ncollection = 0.9\npossible = 0.5\nyield = 1\n[processes.mill]',
            ("less can be collected than is", "line 15", "0.5", "0.9"),
        ),
        (
            "[processes.mill]",
            '[premises.p]\nprocess = "smelter"\npresumes = "metal"\ninstead = "sheet"\nquantity = 1\n[processes.mill]',
            ("smelter takes no sheet", "line 14"),
        ),
    ],
)
def test_what_no_book_may_say_is_refused_by_name_with_its_line(old: str, new: str, words: tuple[str, ...]) -> None:
    assert old in GOOD
    with pytest.raises(BadInput) as refused:
        book(GOOD.replace(old, new, 1))
    for word in ("small.toml", "What to do", *words):
        assert word in str(refused.value)


def test_cycles_that_create_matter_are_found_where_masses_are_not_known() -> None:
    text = """\
[book]
title = "cycle"
[goods]
a = { unit = "piece" }
b = { unit = "piece" }
[processes.one]
inputs = { a = 1 }
outputs = { b = 2 }
[processes.two]
inputs = { b = 1 }
outputs = { a = 0.6 }
"""
    with pytest.raises(BadInput, match=r"a cycle that creates matter: one, two.*line 6"):
        book(text)
    assert book(text.replace("0.6", "0.5")).processes.keys() == {"one", "two"}


def test_arms_are_in_no_book() -> None:
    with pytest.raises(UsageError, match=r"HS 93.*line 4"):
        book(GOOD.replace("260111", "930190"))


def test_a_book_survives_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "timber.xlsx"
    process_book.save(EXAMPLES / "timber.toml", path)
    assert materials.read(path) == materials.read(EXAMPLES / "timber.toml")


def test_the_empty_template_asks_for_its_title(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    process_book.save(None, path)
    with pytest.raises(BadInput, match="title is missing"):
        materials.read(path)


def test_a_fault_in_a_workbook_is_named_by_sheet_and_cell(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    process_book.save(EXAMPLES / "timber.toml", path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["lines"]
    (cell,) = [
        row[3]
        for row in sheet.iter_rows(min_row=2)
        if [c.value for c in row[:3]] == ["chair_factory", "inputs", "glue"]
    ]
    cell.value = "0.25 m3"
    workbook.save(path)
    with pytest.raises(
        BadInput, match=rf"a good in two units \(book.xlsx, sheet lines, cell {cell.coordinate}.*found m3"
    ):
        materials.read(path)


def test_an_entry_that_stands_twice_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    process_book.save(EXAMPLES / "timber.toml", path)
    workbook = openpyxl.load_workbook(path)
    workbook["goods"].append(["birch", "again", "m3"])
    workbook.save(path)
    with pytest.raises(BadInput, match=r"birch stands twice.*sheet goods, cell A"):
        materials.read(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.toml", b"[book\n", "not valid TOML"),
        ("x.toml", b"\xff\xfe", "cannot be read"),
        ("x.xlsx", b"no workbook", "damaged"),
        ("x.csv", b"", ".toml or .xlsx"),
        ("x.toml", b"[goods]\n", "no part"),
        ("x.toml", b"[book]\ntitle = 'a'\nbase = 'nothing'\n", "no such packaged book"),
        ("x.toml", b"book = 3\n", "book is no table"),
        ("x.toml", b"[book]\ntitle = 'a'\n[goods]\nwood = 3\n", "wood is no table"),
    ],
)
def test_files_that_are_no_books_are_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=words):
        materials.read(tmp_path / name)


def test_the_starter_book_holds_many_processes_each_with_a_source_and_a_closed_mass_balance() -> None:
    starter = materials.starter()
    assert len(starter.processes) >= 40
    for process in starter.processes.values():
        assert process.source, process.id
        weighed = materials.mass_balance(starter, process)
        assert weighed.unknown == ()
        assert weighed.lost is not None
        assert weighed.lost >= -1e-6 * weighed.inputs, process.id
    assert {source.checked for source in starter.sources.values()} == {True, False}


def test_soy_crushing_is_the_bushel_of_the_exchange() -> None:
    lines = {line.good: line.quantity for line in materials.starter().processes["soy_crushing"].made}
    assert lines["soy_oil"] == pytest.approx(11 / 60, abs=5e-5)  # four digits in the book
    assert lines["soy_cake"] == pytest.approx(44 / 60, abs=5e-5)
    assert lines["soy_hulls"] == pytest.approx(4 / 60, abs=5e-5)


def test_a_good_is_found_by_name_or_code_and_never_guessed() -> None:
    starter = materials.starter()
    assert materials.find_good(starter, "Refined Lead") == materials.find_good(starter, "780110") == "lead"
    with pytest.raises(NotInHome, match="expected lead"):
        materials.find_good(starter, "refined lea")


def test_places_are_those_of_the_nearest_key() -> None:
    document = parse("[a.'b c']\nd = { e = 1 }\n", "f.toml")
    assert document.where("a", "b c", "d", "e") == "f.toml, line 2: a.b c.d.e"
    assert Document("f.toml", {}, {}).where("x") == "f.toml: x"


FAULTY = """\
[book]
title = "small"
population = -5
[goods]
ore = { unit = "tonz", hs6 = "26011", price = 100 }
metal = { unit = "t", colour = "grey" }
sheet = { unit = "m2", mass = "8 m3" }
[processes.smelter]
inputs = { oar = 2, metal = -1 }
outputs = { metal = 1 }
[processes.mill]
outputs = 7
[needs.roofs]
good = "sheet"
per_head = "2 t"
quantity = 3
"""


def test_everything_wrong_with_a_book_is_said_at_once_each_with_its_line() -> None:
    with pytest.raises(ManyFaults) as raised:
        book(FAULTY)
    lines = str(raised.value).splitlines()
    expected = [
        ("unknown key colour", "line 6: goods.metal.colour"),
        ("outputs is no table", "line 12: processes.mill.outputs"),
        ("unknown unit", "line 5: goods.ore.unit"),
        ("not an HS code", "line 5: goods.ore.hs6"),
        ("a good in two units", "line 7: goods.sheet.mass"),
        ("oar is not among the goods", "line 9"),
        ("below zero", "line 9: processes.smelter.inputs.metal"),
        ("a good in two units", "line 15: needs.roofs.per_head"),
        ("a need per head or in all", "line 13: needs.roofs"),
        ("population is not positive", "line 3: book.population"),
    ]
    assert len(lines) == len(expected)
    for what, where in expected:
        assert any(line.startswith(what) and where in line for line in lines), (what, where, lines)


def test_all_that_is_unsound_and_all_faulty_rows_of_a_workbook_are_said_at_once(tmp_path: Path) -> None:
    unsound = GOOD.replace("ore = 2", "ore = 0.5").replace('inputs = { metal = "9 kg" }\n', "")
    with pytest.raises(ManyFaults) as raised:
        book(unsound)
    assert [told.what for told in raised.value.messages][:3] == [
        "smelter makes matter", "mill makes something of nothing", "mill makes matter",
    ]  # fmt: skip
    path = tmp_path / "book.xlsx"
    process_book.save(EXAMPLES / "timber.toml", path)
    written = openpyxl.load_workbook(path)
    goods, lines = written["goods"], written["lines"]
    goods["A3"] = goods["A2"].value
    lines["A2"], lines["D3"] = "nobody", "much"
    written.save(path)
    with pytest.raises(ManyFaults) as raised:
        materials.read(path)
    said = str(raised.value)
    assert "sheet goods, cell A3" in said
    assert "sheet lines, cell A2" in said
    assert "sheet lines, cell D3" in said
