"""The country report in a real browser, strictly read: nothing cut off, nothing loaded, nothing hostile, printable."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from browser import Page, measured, require_alone, require_whole, sheets
from homeground.brief import report
from homeground.brief.answer import Answer, Column
from homeground.brief.page import answer_page
from homeground.home import CountryPicture, Home
from homeground.measures import PRESET_IDS

pytestmark = pytest.mark.xdist_group("report")

HOSTILE = "<script>alert('1')</script> & \"friends\""
QUESTIONS: dict[str, dict[str, Any]] = {
    "Japan": {"country": "JPN", "year": 2023},
    "Germany": {"country": "DEU", "year": 2023, "bloc": "EU27"},
    "India": {"country": "IND", "year": 2023},
    "union": {"country": "EU27", "year": 2023},
    "crude": {"country": "JPN", "year": 2021, "dataset": "crude-2021"},
}


@pytest.fixture(scope="module")
def pictures(sample_home: Home) -> dict[str, CountryPicture]:
    return {name: sample_home.picture(**question) for name, question in QUESTIONS.items()}


@pytest.fixture(scope="module")
def pages(pictures: dict[str, CountryPicture]) -> dict[str, str]:
    return {name: report.html(picture) for name, picture in pictures.items()}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_report_is_one_well_formed_document_that_loads_nothing(pages: dict[str, str], name: str) -> None:
    page = Page(pages[name])
    require_alone(page)
    assert {jump.removeprefix("#") for jump in page.jumps} <= set(page.ids)
    assert all(len(text) > 15 for text in page.named)
    assert len(pages[name]) < 2_000_000


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_thing_is_counted_as_one(pages: dict[str, str], name: str) -> None:
    assert not re.findall(r"(?<!of )\b1 (?:products|suppliers|years|rules)\b", Page(pages[name]).text)


def test_the_report_says_where_its_numbers_come_from(
    pages: dict[str, str], pictures: dict[str, CountryPicture]
) -> None:
    text, dataset = Page(pages["Japan"]).text, pictures["Japan"].dataset
    assert dataset.licence in text
    assert dataset.citation in text
    assert all(file.sha256 in text for load in dataset.loads for file in load.files)
    assert all(row["url"] in text for row in pictures["Japan"].presets.to_pylist() if row["url"])
    assert "homeground report JPN --year 2023 --dataset raw-materials" in text


def test_no_text_of_the_data_can_become_markup(pictures: dict[str, CountryPicture]) -> None:
    japan = pictures["Japan"]
    hostile = replace(
        japan,
        name=HOSTILE,
        products=_with(japan.products, product=HOSTILE, short=HOSTILE, top_supplier_name=HOSTILE, section_name=HOSTILE),
        partners=_with(japan.partners, name=HOSTILE),
        cuts=_with(japan.cuts, product=HOSTILE, supplier_name=HOSTILE, fillers=HOSTILE),
        dataset=replace(japan.dataset, citation=HOSTILE, licence=HOSTILE, version=HOSTILE),
        reasons={hs6: dict.fromkeys(found, (HOSTILE,)) for hs6, found in japan.reasons.items()},
        findings=tuple(replace(finding, what=HOSTILE, example=HOSTILE) for finding in japan.findings),
        notes=(HOSTILE,),
    )
    assert "script" not in Page(report.html(hostile)).tags


def test_unknown_values_are_dashes(pictures: dict[str, CountryPicture]) -> None:
    japan = pictures["Japan"]
    unknown = dict.fromkeys(
        ("herfindahl_without_nes", "world_herfindahl", "import_export_ratio", "imports_t", "quantity_coverage")
    )
    bare = replace(
        japan,
        products=_with(japan.products, **unknown),
        partners=_with(japan.partners, exports_usd=None),
        cuts=_with(japan.cuts, gap_usd=None, gap_share=None, divertible_usd=None, fillers=None),
    )
    text = Page(report.html(bare)).text
    assert text.count("–") > Page(report.html(japan)).text.count("–")
    assert "None" not in text


def test_a_country_that_depends_on_nobody_still_has_a_report(pictures: dict[str, CountryPicture]) -> None:
    japan = pictures["Japan"]
    calm = replace(
        japan,
        products=_with(japan.products, dependent=False, presets_flagged=0, **dict.fromkeys(PRESET_IDS, False)),
        partners=_with(japan.partners, dependent_usd=0.0),
        cuts=japan.cuts.slice(0, 0),
        reasons={},
        findings=(),
    )
    text = Page(report.html(calm)).text
    assert "If the main supplier stopped" not in text
    assert "No product is called dependent" in text


def test_the_page_of_one_answer_escapes_its_table() -> None:
    table = pa.table({"name": [HOSTILE, None], "share": [0.5, None]})
    columns = (Column("name", "who"), Column("share", "share", "share", meaning=HOSTILE))
    page = Page(answer_page(Answer(HOSTILE, table, columns, (HOSTILE,), {"dataset": HOSTILE, "licence": HOSTILE})))
    assert "script" not in page.tags
    assert page.loads == []
    assert page.text.count(HOSTILE) >= 5


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_browser_shows_the_report_with_nothing_cut_off(
    pages: dict[str, str], name: str, width: int, tmp_path: Path
) -> None:
    require_whole(measured(pages[name], width, tmp_path), width)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["Japan", "crude"])
def test_a_browser_prints_the_report(pages: dict[str, str], name: str, tmp_path: Path) -> None:
    assert 2 <= sheets(pages[name], tmp_path) <= 20


def _with(table: pa.Table, **values: Any) -> pa.Table:
    """Return the table with each of these columns filled with one value."""
    for name, value in values.items():
        kind = table.schema.field(name).type
        table = table.set_column(table.column_names.index(name), name, pa.array([value] * table.num_rows, kind))
    return table
