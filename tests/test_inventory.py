"""Inventories in the layout of Brightway as process books: what is taken over, what is left out, what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from homeground import materials
from homeground.errors import BadInput, UsageError
from homeground.sources.process_book import from_inventory

HEAD = ["name", "amount", "unit", "categories", "location", "type", "reference product"]
PURIFIED = [
    ["Activity", "graphite purification"],
    ["comment", "figures of Engels et al. 2022, as carried by premise"],
    ["location", "CN"],
    ["production amount", 1],
    ["reference product", "graphite, purified"],
    ["unit", "kilogram"],
    ["Exchanges"],
    HEAD,
    ["graphite purification", 1, "kilogram", None, "CN", "production", "graphite, purified"],
    ["market group for electricity", 0.305, "kilowatt hour", None, "CN", "technosphere", "electricity, medium voltage"],
    ["hydrogen fluoride production", 0.18, "kilogram", None, "RoW", "technosphere", "hydrogen fluoride"],
    ["market for lime", 0.4, "kilogram", None, "RoW", "technosphere", "lime"],
    ["natural graphite spheronization", 1.13, "kilogram", None, "CN", "technosphere", "graphite, spherical"],
    ["market for chemical factory", 4e-10, "unit", None, "RoW", "technosphere", "chemical factory"],
    ["market for wastewater", -0.024773, "cubic meter", None, "RoW", "technosphere", "wastewater, average"],
    ["Carbon dioxide, fossil", 0.05775, "kilogram", "air", None, "biosphere", None],
    ["Water, river", 2.0, "kilogram", "natural resource::in water", None, "biosphere", None],
    ["Occupation", 3.0, "square meter-year", None, None, "technosphere", "land"],
]
PER_HALF = [
    ["Activity", "briquetting"],
    ["production amount", 0.5],
    ["reference product", "briquettes"],
    ["unit", "kilogram"],
    ["Exchanges"],
    HEAD,
    ["briquetting", 0.5, "kilogram", None, None, "production", "briquettes"],
    ["market for charcoal", 0.6, "kilogram", None, None, "technosphere", "charcoal"],
    ["briquetting", 0.1, "kilogram", None, None, "technosphere", "briquettes"],
]
MARKET = [
    ["Activity", "market for lime"],
    ["production amount", 1],
    ["reference product", "lime"],
    ["unit", "kilogram"],
    ["Exchanges"],
    HEAD,
    ["lime production", 1, "kilogram", None, None, "technosphere", "lime"],
]
OF_NOTHING = [
    ["Activity", "pig iron production"],
    ["production amount", 1],
    ["reference product", "pig iron"],
    ["unit", "kilogram"],
    ["Exchanges"],
    HEAD,
    ["market for iron ore", 0.5, "kilogram", None, None, "technosphere", "iron ore"],
]


def workbook(path: Path, *blocks: list[list[object]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["database", "small"])
    for block in blocks:
        sheet.append([])
        for row in block:
            sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    return workbook(tmp_path / "lci-small.xlsx", PURIFIED, PER_HALF, MARKET, OF_NOTHING)


def test_an_activity_becomes_a_process_per_unit_of_its_product(inventory: Path, tmp_path: Path) -> None:
    from_inventory(inventory, tmp_path / "book.xlsx")
    book = materials.read(tmp_path / "book.xlsx")
    lines = {(line.role, line.good): line.quantity for line in book.processes["graphite_purification_cn"].lines}
    assert lines == {
        ("input", "hydrogen_fluoride"): 0.18,
        ("input", "lime"): 0.4,
        ("input", "graphite_spherical"): 1.13,
        ("input", "water_river"): 2.0,
        ("energy", "electricity_medium_voltage"): 0.305,
        ("output", "graphite_purified"): 1.0,
        ("byproduct", "wastewater_average"): 0.024773,
    }
    assert book.goods["water_river"].free
    assert book.goods["electricity_medium_voltage"].unit == "kWh"
    assert not book.sources["inventory"].checked


def test_amounts_are_divided_by_what_is_made_and_own_losses_are_netted(inventory: Path, tmp_path: Path) -> None:
    """0.6 of charcoal for 0.5 of briquettes of which 0.1 is taken again: 0.6 / 0.4 = 1.5 per kg."""
    from_inventory(inventory, tmp_path / "book.xlsx")
    process = materials.read(tmp_path / "book.xlsx").processes["briquetting"]
    assert {line.good: line.quantity for line in process.inputs} == pytest.approx({"charcoal": 1.5})


def test_what_cannot_be_weighed_is_left_out_and_named(inventory: Path, tmp_path: Path) -> None:
    _sheets, left = from_inventory(inventory, tmp_path / "book.xlsx")
    named = {reason.split(":")[0]: names for reason, names in left.items()}
    assert named["takes as much of its product as it makes"] == ("market for lime",)
    assert named["gives more mass than it takes"] == ("pig iron production",)
    assert named["a line in square meter-year, or without a number"] == ("Occupation",)
    assert set(materials.read(tmp_path / "book.xlsx").processes) == {"graphite_purification_cn", "briquetting"}


def test_a_workbook_without_activities_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = workbook(tmp_path / "empty.xlsx", [["name", "amount"]])
    with pytest.raises(BadInput, match="no activity in the inventory"):
        from_inventory(path, tmp_path / "book.xlsx")
    with pytest.raises(BadInput, match="cannot be opened"):
        from_inventory(tmp_path / "absent.xlsx", tmp_path / "book.xlsx")
    assert not (tmp_path / "book.xlsx").exists()


def test_a_target_that_is_no_workbook_is_refused(inventory: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a workbook"):
        from_inventory(inventory, tmp_path / "book.toml")


def test_the_command_names_what_it_left_out(inventory: Path, tmp_path: Path) -> None:
    arguments = ["materials", "import", str(inventory), str(tmp_path / "book.xlsx"), "--json"]
    run = [sys.executable, "-c", "from homeground.cli import main; main()", *arguments]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert ["market for lime"] in told["left_out"].values()
