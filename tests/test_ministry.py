"""A ministry's workbook: written, filled, read back; every refused cell is named, and then nothing is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ground_figures import workbook
from homeground import Home, units
from homeground.brief.ground import ministry_template
from homeground.codes import commodities
from homeground.errors import BadInput, UnknownCode, UsageError
from homeground.sources import ministry
from trade_files import fingerprint, rows_of

WHEAT = ("Wheat", 2024, 1250.5, "kt", "product weight", "survey")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def refused(home: Home, path: Path) -> list[str]:
    """Load what must be refused and return the faults, one per cell; the Home is as before."""
    Path(home.store.path).mkdir(exist_ok=True)
    before = fingerprint(Path(home.store.path))
    with pytest.raises(BadInput) as caught:
        home.load("ministry", path)
    said = str(caught.value)
    assert "What to do: correct every one of them" in said
    assert fingerprint(Path(home.store.path)) == before
    return [line.strip() for line in said.splitlines()[1:-1]]


def edited(path: Path, edit: Any) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def test_a_filled_workbook_comes_back_in_tons_with_the_cell_of_each_figure(tmp_path: Path, home: Home) -> None:
    path = workbook(
        tmp_path / "ground.xlsx",
        Production=[WHEAT, ("Cobalt, mine", 2024, 2100, "t", "metal content", None)],
        Stocks=[("Wheat", 2024, 310, "kt", "product weight", None)],
        Needs=[("Wheat", 2024, 1.9, "Mt", "product weight", None)],
        Resources=[("Cobalt, mine", 2024, 88_000_000, "lb", "metal content", None)],
        Population=[(2024, 52_400_000, "census")],
    )
    report = home.load("ministry", path)
    assert (report.dataset, report.rows_loaded, report.rows_refused) == ("ministry-ken", 6, 0)
    found = {(r["commodity"], r["element"]): r for r in rows_of(home, "balances")}
    assert {r["country"] for r in found.values()} == {"KEN"}
    assert found["Wheat", "production"]["quantity_t"] == pytest.approx(1_250_500.0)
    assert found["Wheat", "production"]["place"] == "Production!C2"
    assert found["Wheat", "production"]["note"] == "survey"
    assert found["Wheat", "need"]["quantity_t"] == pytest.approx(1.9e6)
    assert found["Cobalt, mine", "reserves"]["quantity_t"] == pytest.approx(88e6 * 0.45359237e-3)
    assert rows_of(home, "population") == [{"year": 2024, "country": "KEN", "persons": 52_400_000.0}]
    assert home.catalog.dataset("ministry-ken").citation == "Ministry of Ground, ground.xlsx"
    assert home.load("ministry", path).status == "already loaded"


def test_every_refused_cell_is_named_in_one_pass(tmp_path: Path, home: Home) -> None:
    path = workbook(
        tmp_path / "bad.xlsx",
        Production=[
            WHEAT,
            ("wheat ", 2024, "1,2", "tonz", "live weight", None),
            ("Maize", 2024.5, -4, "t", None, None),
            (None, 2024, 5, "t", "product weight", None),
            ("Rye", 2024, None, "t", "product weight", None),
            ("Oats", "2024", 5, "t", "product weight", None),
            ("Barley", 2024, "=C2*2", "t", "product weight", None),
            ("Tea", 2024, True, "t", "product weight", None),
        ],
        Stocks=[("Wheat", 2024, 3, "kt", "metal content", None)],
        Population=[(2024, -5, None), (2024, 10, None)],
    )  # fmt: skip
    edited(path, lambda book: (book["Needs"].merge_cells("A5:B6"), book["Capacity"].__setitem__("C1", "Tons")))
    faults = refused(home, path)
    expected = {
        "Production!A3": "one name for one good: it is 'Wheat' at Production!A2",
        "Production!C3": "found '1,2', expected a number, not a text",
        "Production!D3": "found 'tonz', expected one of kg, t, kt, Mt, lb, ct",
        "Production!E3": "expected product weight, as at Production!E2: tons of unlike weight",
        "Production!B4": "found 2024.5, expected a year, 1900 to 2100",
        "Production!C4": "found -4, expected a number that is not negative",
        "Production!E4": "found nothing, expected one of product weight",
        "Production!A5": "found nothing, expected the name of a commodity",
        "Production!C6": "found nothing, expected a number; leave the whole row out",
        "Production!B7": "found '2024', expected a year",
        "Production!C8": "found 'the formula =C2*2', expected its result: copy and paste as values",
        "Production!C9": "found True, expected a number, not a text",
        "Stocks!E2": "expected product weight, as at Production!E2",
        "Population!B2": "found -5, expected a number that is not negative",
        "Population!A3": "found 'the year 2024 again', expected it once on this sheet: it stands at Population!A2",
        "Needs!A5:B6": "found 'merged cells', expected one value in each cell: unmerge them",
        "Capacity!C1": "found 'Tons', expected the heading 'Quantity'",
    }
    for place, words in expected.items():
        assert any(fault.startswith(f"{place}: ") and words in fault for fault in faults), (place, faults)
    # the second row's name is refused twice: for its spelling, and since its good and year stand there already
    assert len(faults) == len(expected) + 1


def test_two_names_of_one_good_are_one_good(tmp_path: Path, home: Home) -> None:
    path = workbook(
        tmp_path / "two.xlsx", Production=[WHEAT, ("Wheat and products", 2024, 1, "t", "product weight", None)]
    )
    faults = refused(home, path)
    assert any("it is 'Wheat' at Production!A2" in fault for fault in faults)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda b: b.remove(b["Stocks"]), "sheet Stocks: found 'no such sheet'"),
        (lambda b: b.remove(b["Read me"]), "sheet Read me: found 'no such sheet'"),
        (
            lambda b: b["Read me"].__setitem__("B3", "Atlantis"),
            "Read me!B3: found 'Atlantis', expected a country",
        ),
        (lambda b: b["Read me"].__setitem__("B4", None), "Read me!B4: found nothing, expected the office"),
        (lambda b: b["Production"].delete_rows(2), "every sheet: found 'no row', expected at least one figure"),
        (lambda b: b["Production"].__setitem__("C2", "#REF!"), "Production!C2: found '#REF!'"),
    ],
)
def test_a_workbook_that_lost_its_form_is_refused(tmp_path: Path, home: Home, edit: Any, words: str) -> None:
    path = edited(workbook(tmp_path / "form.xlsx", Production=[WHEAT]), edit)
    assert any(words in fault for fault in refused(home, path)), refused(home, path)


def test_a_sheet_of_one_s_own_is_not_read_and_that_is_said(tmp_path: Path, home: Home) -> None:
    path = edited(workbook(tmp_path / "own.xlsx", Production=[WHEAT]), lambda book: book.create_sheet("Scratch"))
    assert "Not a sheet of the template, and not read: Scratch." in home.load("ministry", path).notes


def test_the_template_offers_units_and_states_and_marks_its_examples(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert ministry_template.write(path, "NAM") == len(commodities.every())
    book = openpyxl.load_workbook(path)
    assert book["Read me"]["B3"].value == "NAM"
    assert set(book.sheetnames) == ministry.TEMPLATE
    lists = [v.formula1 for v in book["Production"].data_validations.dataValidation if v.type == "list"]
    assert f'"{",".join(units.TONS_PER)}"' in lists
    assert f'"{",".join(ministry.STATES)}"' in lists
    assert "Invented" in "".join(str(c.value) for row in book[ministry.EXAMPLES].iter_rows() for c in row)
    assert all(row[0].value is None for name in ministry.SHEETS for row in book[name].iter_rows(min_row=2))


def test_an_untouched_template_and_other_files_are_refused(tmp_path: Path, home: Home) -> None:
    path = tmp_path / "t.xlsx"
    ministry_template.write(path, "NAM")
    assert any("Read me!B4" in fault for fault in refused(home, path))
    text = tmp_path / "t.csv"
    text.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput, match="not a workbook"):
        home.load("ministry", text)
    with pytest.raises(UsageError, match=r"expected \.xlsx"):
        ministry_template.write(tmp_path / "t.xls", "NAM")
    with pytest.raises(UnknownCode, match="unknown country"):
        ministry_template.write(tmp_path / "u.xlsx", "Atlantis")
    assert not (tmp_path / "u.xlsx").exists()
