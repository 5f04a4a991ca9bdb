"""The country report on real trade: complete, offline, safe, and drawn by a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from homeground.brief import figures, report, story
from homeground.errors import BadInput, UsageError
from homeground.home import CountryPicture, Home

pytestmark = pytest.mark.xdist_group("report")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="session")
def japan(sample_home: Home) -> CountryPicture:
    return sample_home.picture("Japan", 2023)


@pytest.fixture(scope="session")
def crude(sample_home: Home) -> CountryPicture:
    return sample_home.picture("JPN", 2021, dataset="crude-2021")


class Reader(HTMLParser):
    """Collects headings, references and element balance."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.references: list[str] = []
        self.open: list[str] = []
        self._heading = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._heading = tag in ("h1", "h2")
        self.references += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action")]
        if tag not in ("meta", "br", "link", "img", "path", "line", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._heading = False
        if tag in self.open:
            self.open.reverse()
            self.open.remove(tag)
            self.open.reverse()

    def handle_data(self, data: str) -> None:
        if self._heading and data.strip():
            self.headings.append(data.strip())


def test_every_section_is_there_when_the_data_has_it(japan: CountryPicture) -> None:
    page = Reader(report.html(japan))
    assert page.headings == [
        "What Japan's imports rest on",
        "What it buys, and from whom",
        "Dependent products",
        "The rules side by side",
        "If the main supplier stopped",
        "Prices paid",
        "Own ground",
        "Concentration map",
        "The partners it rests on",
        "Leverage: who leans on whom",
        "Over the years",
        "Within reach",
        "Data and methods",
    ]
    assert page.open == []


def test_one_product_of_one_year_reads_without_empty_charts(crude: CountryPicture) -> None:
    text = report.html(crude)
    assert "Over the years" not in text
    assert "Concentration map" not in text
    assert "Saudi Arabia" in text
    assert "39.9 %" in text
    assert "share of the largest supplier 39.9 % is not above 50.0 %" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_report_asks_the_network_for_nothing(japan: CountryPicture) -> None:
    text = report.html(japan)
    assert [ref for ref in Reader(text).references if not ref.startswith("#")] == []
    assert "<script" not in text
    assert "@import" not in text
    assert re.findall(r"url\((?!#)", text) == []


def test_ids_of_several_drawings_do_not_clash(japan: CountryPicture) -> None:
    ids = re.findall(r'\bid="([^"]+)"', report.html(japan))
    assert len(ids) == len(set(ids))


def test_names_from_data_are_escaped(japan: CountryPicture) -> None:
    hostile = '<script>alert("x")</script>'
    rows = japan.products.to_pylist()
    rows[0] = {**rows[0], "short": hostile, "product": hostile}
    text = report.html(replace(japan, products=pa.Table.from_pylist(rows), name=hostile, notes=(hostile,)))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_findings_are_numbers_of_the_picture(japan: CountryPicture) -> None:
    bought, from_whom, *_ = story.findings(japan)
    total = sum(row["imports_usd"] for row in japan.products.to_pylist())
    assert f"{total / 1e9:.0f} bn USD" in bought
    shares = sorted((row["share"] for row in japan.partners.to_pylist()), reverse=True)
    assert from_whom.startswith(f"{100 * sum(shares[:3]):.0f} %")


def test_shares_of_partners_sum_to_one_and_totals_agree(japan: CountryPicture) -> None:
    assert sum(row["share"] for row in japan.partners.to_pylist()) == pytest.approx(1.0, abs=1e-12)
    by_partner = sum(row["imports_usd"] for row in japan.partners.to_pylist())
    by_year = next(row for row in japan.trend.to_pylist() if row["year"] == 2023)["imports_usd"]
    assert by_partner == pytest.approx(japan.imports_usd, rel=1e-12)
    assert by_year == pytest.approx(japan.imports_usd, rel=1e-12)


def test_a_reason_is_given_for_every_flag(japan: CountryPicture) -> None:
    for row in japan.products.to_pylist():
        flagged = {preset["preset"] for preset in japan.presets.to_pylist() if row[preset["preset"]]}
        assert flagged == set(japan.reasons.get(row["hs6"], {}))


def test_a_bloc_is_told_by_what_it_buys_outside(sample_home: Home) -> None:
    union = sample_home.picture("EU27", 2023)
    assert "DEU" not in union.partners["exporter"].to_pylist()
    row = next(row for row in union.products.to_pylist() if row["hs6"] == "283691")
    assert row["top_supplier"] == "CHL"
    assert 0 < row["extra_share"] < 1


def test_products_of_the_same_short_name_stay_apart_in_the_bars() -> None:
    rows = [
        {"hs6": code, "short": "Petroleum gases", "top_share": share, "top_supplier_name": "Norway", "imports_usd": 1e9}
        for code, share in (("271111", 0.5), ("271121", 0.7))
    ]
    drawing = figures.svg(figures.dependent_products(rows), "bars")
    assert "271111 Petroleum gases" in drawing
    assert "271121 Petroleum gases" in drawing


def test_the_report_as_a_workbook_keeps_codes_and_types(japan: CountryPicture, tmp_path: Path) -> None:
    report.write(japan, tmp_path / "japan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "japan.xlsx")
    assert book.sheetnames == [
        "Summary",
        "Products",
        "Dependent",
        "Reasons",
        "Partners",
        "Presets",
        "Sensitivity",
        "Trend",
        "Churn",
        "Years",
        "Changes",
        "Cuts",
        "Prices paid",
        "Prices by supplier",
        "Terms of trade",
        "Leverage",
        "Within reach",
        "Markets",
        "Product space",
        "Complexity ranks",
        "Not ranked",
        "Own ground",
        "Ground figures",
        "About",
    ]
    sheet = book["Products"]
    head = [cell.value for cell in sheet[1]]
    first = {name: cell.value for name, cell in zip(head, sheet[2], strict=True)}
    assert first["hs6"] == "270900"
    assert isinstance(first["imports_usd"], float | int)
    assert isinstance(first["geodep"], bool)
    assert sheet.max_row == japan.products.num_rows + 1
    why = [row for row in book["Reasons"].iter_rows(min_row=2, values_only=True) if row[0] == "282520"]
    assert {row[2] for row in why} == set(japan.reasons["282520"])
    assert any("Etalab" in str(cell.value) for row in book["About"] for cell in row)


def test_another_ending_is_refused_by_name(japan: CountryPicture, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.docx.*\.html or \.xlsx"):
        report.write(japan, tmp_path / "japan.docx")


def test_a_report_that_cannot_be_written_leaves_nothing_behind(japan: CountryPicture, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="could not be written"):
        report.write(japan, tmp_path / "no" / "such" / "folder.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_draws_and_prints_it_without_complaint(japan: CountryPicture, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    page, shot, paper = tmp_path / "japan.html", tmp_path / "shot.png", tmp_path / "paper.pdf"
    report.write(japan, page)
    common = [CHROMIUM, *FLAGS, "--enable-logging=stderr", "--v=0"]
    for number, action in enumerate((f"--screenshot={shot}", f"--print-to-pdf={paper}")):
        profile = f"--user-data-dir={tmp_path / f'profile{number}'}"
        done = subprocess.run(
            [*common, profile, "--window-size=1200,3000", action, page.as_uri()],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert ":CONSOLE(" not in done.stderr
    assert shot.stat().st_size > 100_000
    assert paper.read_bytes().startswith(b"%PDF")
    assert 4 <= paper.read_bytes().count(b"/Type /Page\n") + paper.read_bytes().count(b"/Type /Page ") <= 25
