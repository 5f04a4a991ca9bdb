"""Every number of a brief and of a balance leads to its source: by the command beside it, or by file and line."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ground_figures import load_balances, load_flows
from homeground.brief.ground.ground_tables import balance_answer, figures_answer
from homeground.brief.partners import partner as briefs
from homeground.brief.partners.negotiation import Document, document, flows
from homeground.cli import app
from homeground.home import Home

PAIRS = [("DEU", "NOR", 2021, "raw-materials"), ("JPN", "SAU", 2021, "crude-2021")]
SCALES = {"k": 1e3, "M": 1e6, "bn": 1e9, "%": 0.01, "points": 0.01, "": 1.0}
NUMBER = re.compile(r"([+−-]?\d[\d,]*(?:\.\d+)?) ?(bn\b|M\b|k\b|%|points\b|)")
ASSUMED = "20 % of (?:what they sell elsewhere|their purchases elsewhere)"
"""The part that others could divert within a year: an assumption that the brief calls so, no figure."""


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: "-".join(map(str, pair[:3])))
def brief(request: pytest.FixtureRequest, sample_home: Home) -> Document:
    return document(sample_home.partner(*request.param[:3], dataset=request.param[3]))


def given_by(home: Home, command: str) -> dict[str, Any]:
    """What a command of the brief answers, as JSON."""
    return _given(str(home.store.path), command)


@cache
def _given(path: str, command: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, [*shlex.split(command)[1:], "--json", "--home", path])
    assert done.exit_code == 0, (command, done.output)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def numbers(part: Any) -> Iterator[float]:
    """Every number of an answer, and those inside its list of others who could step in."""
    if isinstance(part, bool) or part is None:
        return
    if isinstance(part, int | float):
        yield float(part)
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from (float(n) / 100 for n in re.findall(r"(\d+)%", value)) if name == "others" else numbers(value)
    elif isinstance(part, list):
        for value in part:
            yield from numbers(value)


def written(text: str) -> Iterator[tuple[float, float, str]]:
    """Every number of a text with half of its last digit, as a plain number."""
    for found in NUMBER.finditer(text.replace("\N{NO-BREAK SPACE}", " ")):
        digits, scale = found[1].replace(",", "").replace("−", "-"), SCALES[found[2]]
        decimals = len(digits.partition(".")[2])
        yield float(digits) * scale, 0.5001 * 10**-decimals * scale, found[0]


def unfound(text: str, known: list[float], factors: tuple[float, ...] = (1.0,)) -> list[str]:
    """The numbers of a text that no known number rounds to."""
    return [
        shown
        for value, room, shown in written(re.sub(ASSUMED, "", text))
        if not any(abs(value - factor * number) <= room for number in known for factor in factors)
    ]


def cells(block: Any) -> Iterator[str]:
    """The cells of a block that hold figures: no code, no name of a product, no place in a ranking."""
    names = {"HS6", "product", ""}
    for row in block.rows:
        yield from (cell for head, cell in zip(block.heads, row, strict=True) if head not in names)


def test_the_command_beside_each_table_of_the_brief_gives_every_number_in_it(
    brief: Document, sample_home: Home
) -> None:
    seen = 0
    for block in (block for block in brief.blocks if len(block.heads) > 1):
        known = list(numbers(given_by(sample_home, block.follow)))
        points = (1.0, 100.0) if "Both sides" in block.title else (1.0,)
        for cell in cells(block) if block.heads[0].startswith(("HS6", "")) else ():
            if not cell.startswith(("Hirschman", "leans more")):
                seen += len(list(written(cell)))
                assert unfound(cell, known, points) == [], (block.title, cell, block.follow)
    assert seen > 30


def test_the_commands_beside_the_findings_give_every_number_in_them(brief: Document, sample_home: Home) -> None:
    first, _sign, shows = brief.follow.partition(", and --show ")
    commands = [first, *(re.sub(r"--move \S+ --show \S+", f"--show {show}", first) for show in shows.split(" · "))]
    known = [number for command in commands for number in numbers(given_by(sample_home, command))]
    counted = [len([row for row in given_by(sample_home, command)["rows"] if row.get("gap_usd")]) - 1.0
               for command in commands]  # fmt: skip
    for sentence in brief.findings:
        assert unfound(sentence, [*known, *counted]) == [], sentence


def test_every_number_of_the_drawing_of_flows_is_given_by_the_command_beneath_it(sample_home: Home) -> None:
    view = sample_home.partner("DEU", "NOR", 2021, dataset="raw-materials")
    (_spec, _text, follow), (_years, _words, over_years) = document(view).drawings
    known = set(numbers(given_by(sample_home, follow)))
    assert len(flows(view)) == 8
    for flow in flows(view):
        assert {flow["usd"], flow["left_share"], flow["right_share"]} <= known
    years = given_by(sample_home, over_years)["rows"]
    assert {row["year"] for row in years} == set(view.trend["year"].to_pylist())
    page = briefs.html(view)
    assert follow in page
    assert over_years in page


def test_the_brief_names_the_file_of_its_trade_and_its_checksum(brief: Document, sample_home: Home) -> None:
    loads = [load for held in sample_home.catalog.datasets.values() for load in held.loads]
    known = {f"{file.file}, SHA-256 {file.sha256}" for load in loads for file in load.files}
    stated = {text for name, text in brief.sources if name.startswith("Load ")}
    assert stated
    assert stated <= known
    for _name, text in brief.sources:
        if text.startswith("homeground ") and " -o " not in text and text != "homeground status":
            assert given_by(sample_home, text)["rows"]


def test_a_wrong_number_would_be_noticed() -> None:
    assert unfound("94 % of 28.7 bn, 0.134", [0.937, 28.72e9, 0.1339]) == []
    assert unfound("94 % of 28.7 bn, 0.134", [0.92, 28.78e9, 0.1349]) == ["94 %", "28.7 bn", "0.134"]
    assert unfound("turned 20 % of their purchases elsewhere", []) == []


def test_every_figure_of_a_balance_names_dataset_place_file_and_checksum(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    load_balances(home, tmp_path, "census", [
        "2020,KEN,Wheat and products,production,60,product weight",
        "2020,KEN,Wheat and products,stocks,9,product weight",
        "2020,KEN,Maize,production,5,product weight", "2020,KEN,Maize,imports,7,product weight",
        "2020,KEN,Maize,exports,20,product weight",
    ])  # fmt: skip
    load_flows(home, tmp_path, "customs", ["2020,USA,KEN,100199,2e6,8", "2020,KEN,UGA,100199,1e6,3"])
    people = tmp_path / "people.csv"
    people.write_text("iso3c,country_name,year,pop\nKEN,Kenya,2020,50000000\n", encoding="utf-8")
    home.load("population", people)
    balance = home.balance("Kenya", 2020)
    figures = balance.figures.to_pylist()
    for row in balance.rows.to_pylist():
        stated = {f["element"]: f for f in figures if f["commodity"] == row["commodity"] and f["year"] == row["year"]}
        for element in ("production", "imports", "exports", "stock_change", "stocks", "need", "reserves", "capacity"):
            value = row[f"{element}_t"]
            assert value is None or stated[element]["quantity_t"] == value
    for figure in [*figures, *balance.population]:
        assert figure["file"]
        assert re.fullmatch("[0-9a-f]{64}", figure["sha256"])
    assert all(figure["place"] and figure["dataset"] for figure in figures)
    notes = " ".join(figures_answer(balance).notes)
    assert "50,000,000 persons: population, people.csv" in notes
    assert "census: file " in notes
    follow = balance_answer(balance).notes[-1].partition(": ")[2]
    assert given_by(home, follow)["rows"] == json.loads(json.dumps(figures))


def test_negative_consumption_is_explained_before_anything_else(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    goods = [f"Good {n:02}" for n in range(30)]
    rows = [f"2020,KEN,{good},production,{n + 1}000,product weight" for n, good in enumerate(goods)]
    notes = [f"2020,KEN,{good},reserves,{n + 1},state {n}" for n, good in enumerate(goods)]
    sold = ["2020,KEN,Odd,production,1,product weight", "2020,KEN,Odd,imports,0,product weight",
            "2020,KEN,Odd,exports,5,product weight"]  # fmt: skip
    load_balances(home, tmp_path, "census", [*rows, *notes, *sold])
    (first, *_rest) = balance_answer(home.balance("Kenya", 2020)).notes
    assert first.startswith("Odd: exports exceed production and imports")
