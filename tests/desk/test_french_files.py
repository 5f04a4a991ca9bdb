"""What a French reader takes along is French: the report, the workbooks, and the templates, which are read back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desk_office import Office, Visitor
from homeground.brief import spoken
from homeground.brief.voice import ENGLISH, Voice
from homeground.desk import language
from homeground.desk.language import Catalogue, languages, writing
from homeground.desk.language.answers import voice
from homeground.sources import ministry, process_book

QUOTED = re.compile(
    r"geodep|ec2021|cbs2021|hjs|iw|kr_ews|bottle|pc2021|crma|CEPII|Henry Jackson Society|Institut der deutschen.*"
    r"|Trade in a Bottle.*|HS92|[A-Z]{3}( [\d.]+ %)?|mining|raw-materials"
)
"""Names that stay: of rules, their authors, codes, datasets."""


@pytest.fixture(scope="module")
def reader(office: Office) -> Visitor:
    return office.visitor("analyst", **{"Accept-Language": "fr"})


@pytest.fixture(scope="module")
def report(office: Office, reader: Visitor) -> dict[str, bytes]:
    """The files of the report on Japan that a French reader asked for, by ending."""
    job = reader.post("/country/JPN/report", {"year": "2023"}).headers["location"]
    office.work()
    names = office.desk.jobs.find(job.rpartition("/")[2]).files
    return {Path(name).suffix: reader.get(f"{job}/file/{name}").content for name in names}


@pytest.fixture(scope="module")
def french() -> Iterator[Catalogue]:
    """The French catalogue, noting what it misses."""
    catalogue = languages()["fr"].catalogue
    language.forget()
    catalogue.missing = set()
    yield catalogue
    catalogue.missing = None


def opened(content: bytes) -> Any:
    return closing(openpyxl.load_workbook(io.BytesIO(content)))


def texts(page: str) -> list[str]:
    """The texts of a page, without drawings and what is quoted."""
    page = re.sub(r"<(style|script|svg|code)\b.*?</\1>", "", page, flags=re.DOTALL)
    page = re.sub(r'<(\w+)[^>]*class="[^"]*\b(?:quoted|code|url)\b[^"]*"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)
    found = re.findall(r">([^<]+)<", page)
    return [text for each in found if (text := " ".join(unescape(each).replace("\N{NO-BREAK SPACE}", " ").split()))]


def test_the_report_that_a_french_reader_asks_for_is_french(report: dict[str, bytes]) -> None:
    page = report[".html"].decode("utf-8")
    assert '<html lang="fr" dir="ltr">' in page
    said = texts(page)
    assert "Sur quoi reposent les importations du Japon" in said
    assert any(text.startswith("En 2023, les achats du Japon se sont montés à ") for text in said)
    assert "Les partenaires sur lesquels le pays repose" in said
    assert 'aria-label="Barres des principaux fournisseurs, Japon 2023"' in page
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)


def test_no_sentence_of_the_report_lacks_its_french(office: Office, french: Catalogue) -> None:
    from homeground.brief import report as reports
    from homeground.home import Home

    for country, year, dataset in (("JPN", 2023, None), ("DEU", 2022, "raw-materials"), ("JPN", 2021, "crude-2021")):
        reports.html(Home(office.desk.settings.home).picture(country, year, dataset=dataset), voice(languages()["fr"]))
    left = {text for text in french.missing or () if not QUOTED.fullmatch(text)}
    assert "\n".join(sorted(text for text in left if "…" not in text)) == ""


def test_the_reports_workbook_is_french_to_its_headings(report: dict[str, bytes]) -> None:
    with opened(report[".xlsx"]) as book:
        assert {"Résumé", "Produits", "Règles publiées", "Entrées et sorties", "À propos"} <= set(book.sheetnames)
        heads = [cell.value for cell in book["Produits"][1]]
        assert {"SH6", "produit", "importations, USD", "part du premier fournisseur", "premier fournisseur"} <= set(
            heads
        )
        assert [head for head in heads if "_" in str(head)] == ["kr_ews"]
        suppliers = {row[heads.index("premier fournisseur")] for row in book["Produits"].iter_rows(2, values_only=True)}
        assert {"Australie", "Chine"} <= suppliers
        assert book["Produits"]["A2"].value == "270900"
        reasons = {row[3] for row in book["Raisons"].iter_rows(2, values_only=True)}
        assert any(str(reason).startswith("Herfindahl des fournisseurs 0,") for reason in reasons)


def test_a_table_taken_along_is_french_in_its_cells(reader: Visitor) -> None:
    with opened(reader.get("/country/JPN?year=2023&format=xlsx&panel=partners").content) as book:
        assert book.sheetnames == ["Réponse", "À propos"]
        cells = {cell for row in book.worksheets[0].iter_rows(2, values_only=True) for cell in row}
        assert "Arabie saoudite" in cells
        assert book["À propos"]["A1"].value == "Titre"


def test_the_partners_workbook_is_french(reader: Visitor) -> None:
    with opened(reader.get("/partner/JPN/AUS/file/xlsx?year=2023").content) as book:
        assert book.sheetnames[0] == "Résumé"
        assert "achète USD" in [cell.value for cell in book["Produits"][1]]
        rows = list(book["Résumé"].iter_rows(values_only=True))
        assert any(name == "Constat" and str(text).startswith("Achats du Japon") for name, text in rows)


def test_the_ministrys_template_explains_itself_in_french_and_is_read_back(reader: Visitor, tmp_path: Path) -> None:
    path = tmp_path / "jpn.xlsx"
    with opened(reader.get("/ground/template?country=JPN").content) as book:
        assert set(book.sheetnames) == ministry.TEMPLATE
        told = {row[0]: row[1] for row in book[ministry.FIRST_SHEET].iter_rows(values_only=True) if row[0]}
        assert str(told["Needs · Besoins"]).startswith("Ce dont le pays a besoin en un an")
        assert "poids du produit" in str(told["Weighed as · Pesé comme"])
        head = book["Production"]["A1"]
        assert (head.value, head.comment.text.partition(".")[0]) == ("Commodity", "Bien")
        goods = {row[0]: row[3] for row in book[ministry.LISTS].iter_rows(2, values_only=True)}
        assert goods["Wheat"] == "Blé"
        assert all(word and word != good for good, word in goods.items() if good in ("Maize", "Copper, refined", "Tea"))
        book[ministry.FIRST_SHEET]["B4"] = "Office"
        for place, value in zip("ABCDE", ("Wheat", 2023, 1.5, "kt", "product weight"), strict=True):
            book["Production"][f"{place}2"] = value
        book.save(path)
    assert ministry.faults_of(path) == ()


def test_the_empty_process_book_explains_itself_in_french_and_is_read_back(reader: Visitor, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(reader.get("/materials-workbook").content)
    with closing(openpyxl.load_workbook(path)) as book:
        assert book["goods"]["B1"].value == "name"
        assert book["goods"]["C1"].comment.text == "la seule unité dans laquelle le bien est compté"
        meanings = [row[2] for row in book["book"].iter_rows(2, values_only=True)]
        assert meanings[0] == "de quoi traite le livre"
        comments = [cell.comment.text for sheet in book.worksheets for cell in sheet[1] if cell.comment]
        book["book"]["B2"] = "Huiles"
        book.save(path)
    english = tmp_path / "english.xlsx"
    process_book.save(None, english)
    with closing(openpyxl.load_workbook(english)) as book:
        same = [cell.comment.text for sheet in book.worksheets for cell in sheet[1] if cell.comment]
    assert not set(same) & set(comments)
    assert process_book.read(path).parts["book"]["title"] == "Huiles"


def test_a_page_is_said_again_but_for_drawings_code_and_what_is_quoted() -> None:
    page = (
        '<html lang="en" dir="ltr"><style>p > b {}</style><svg><text>share</text></svg><p>share</p><td>Japan</td>'
        '<td title="share">share of all</td><code>share</code><b class="quoted">share</b>: '
        "<i>a &lt; b</i><br>share</html>"
    )
    heard = Voice("fr", "ltr", str.upper, lambda text: f"[{text}]")
    assert spoken.page(page, ENGLISH) == page
    assert spoken.page(page, heard) == (
        '<html lang="fr" dir="ltr"><style>p > b {}</style><svg><text>share</text></svg><p>SHARE</p><td>[Japan]</td>'
        '<td title="SHARE">[share of all]</td><code>share</code><b class="quoted">share</b>: '
        "<i>A &lt; B</i><br>SHARE</html>"
    )


def test_no_country_of_the_workbook_stays_english(report: dict[str, bytes]) -> None:
    names = {english: said for english, said in writing.names("fr").items() if english != said}
    with opened(report[".xlsx"]) as book:
        cells = {cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert sorted(cells & set(names)) == []
