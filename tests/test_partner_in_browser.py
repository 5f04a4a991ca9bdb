"""The negotiator's brief in a real browser: nothing cut off, nothing loaded, two printed pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import engine_worlds as worlds
import toy_world as toy
from browser import Page, measured, require_alone, require_whole, sheets
from homeground.brief.partners import partner as briefs
from homeground.home import Home

pytestmark = pytest.mark.xdist_group("report")

QUESTIONS: Mapping[str, dict[str, Any]] = {
    "Japan and Australia": {"country": "JPN", "partner": "AUS", "year": 2023, "dataset": "raw-materials"},
    "Japan and Saudi Arabia": {"country": "JPN", "partner": "SAU", "year": 2021, "dataset": "crude-2021"},
    "Germany and Norway": {"country": "DEU", "partner": "NOR", "year": 2023, "dataset": "raw-materials"},
    "union and the United States": {"country": "EU27", "partner": "USA", "year": 2023, "dataset": "raw-materials"},
}


@pytest.fixture(scope="module")
def pages(sample_home: Home) -> dict[str, str]:
    return {name: briefs.html(sample_home.partner(**question)) for name, question in QUESTIONS.items()}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_brief_is_one_well_formed_document_that_loads_nothing(pages: dict[str, str], name: str) -> None:
    page = Page(pages[name])
    require_alone(page)
    assert "script" not in page.tags


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_browser_shows_the_brief_with_nothing_cut_off(
    pages: dict[str, str], name: str, width: int, tmp_path: Path
) -> None:
    require_whole(measured(pages[name], width, tmp_path), width)


@pytest.mark.browser
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_brief_prints_on_two_pages_at_most(pages: dict[str, str], name: str, tmp_path: Path) -> None:
    assert 1 <= sheets(pages[name], tmp_path) <= 2


@pytest.mark.browser
def test_a_brief_with_every_warning_and_every_list_full_still_prints_on_two_pages(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    goods = worlds.PRODUCTS[18:48]
    places = ("AUT", "CAN", "BRA", "CHN", "IND", "JPN", "KOR", "USA", "ZAF", "SWE")
    flows = [
        (year, seller, buyer, hs6, 1e8 * (3 if {seller, buyer} == {"AUT", "CAN"} else 1) * (1 + n), 1e5 * (2 + m))
        for year in (2020, 2021)
        for n, hs6 in enumerate(goods)
        for m, seller in enumerate(places)
        for buyer in places
        if seller != buyer
    ]
    acts = [("AUT", "CAN", hs6, toy.datetime.date(2021, 1, 1), None, f"Synthetic act {hs6}") for hs6 in goods[20:]]
    made = [(2021, "AUT", hs6, 9e5) for hs6 in goods[:10]]
    worlds.load_rows(home, tmp_path, "flows", "full", flows, toy.FLOW_SCHEMA)
    worlds.load_rows(home, tmp_path, "restrictions", "acts", acts, toy.RESTRICTION_SCHEMA)
    worlds.load_rows(home, tmp_path, "production", "made", made, toy.PRODUCTION_SCHEMA)
    text = briefs.html(home.partner("AUT", "CAN", 2021, day=toy.datetime.date(2022, 1, 1)))
    assert text.count("Synthetic act") > 10
    assert 1 <= sheets(text, tmp_path) <= 2
