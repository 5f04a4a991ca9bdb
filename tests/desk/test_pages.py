"""Pages: one function gives the page, its JSON twin and its files; what is wrong is said beside the field."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Annotated

import openpyxl
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter, ValidationError

from desk_office import Office
from homeground.desk import pages
from homeground.desk.web.registry import PAGES
from homeground.home import Home


def test_the_page_the_twin_and_every_file_hold_the_same_rows(office: Office) -> None:
    viewer = office.as_("viewer")
    address = "/product/270900?year=2021"
    page = viewer.get(address)
    assert page.status_code == 200
    assert "951 bn USD" in page.text
    assert "147 → 163" in page.text
    twin = viewer.get(f"/api/v1{address}").json()
    exporters = next(panel for panel in twin["panels"] if panel["name"] == "exporters")
    assert len(exporters["rows"]) == 147
    text = viewer.get(f"{address}&format=csv&panel=exporters").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["country"] for row in rows] == [row["country"] for row in exporters["rows"]]
    parquet = pq.read_table(io.BytesIO(viewer.get(f"{address}&format=parquet&panel=importers").content))
    assert parquet.num_rows == 163
    book = openpyxl.load_workbook(io.BytesIO(viewer.get(f"{address}&format=xlsx").content))
    assert len(book.sheetnames) >= 2


def test_a_figure_is_drawn_in_the_page_and_its_specification_can_be_fetched(office: Office) -> None:
    viewer = office.as_("viewer")
    page = viewer.get("/product/270900?year=2021").text
    assert "<svg" in page
    assert 'role="img"' in page
    spec = viewer.get("/product/270900?year=2021&format=figure&panel=exporters&figure=0").json()
    assert "vega" in spec["$schema"]
    drawing = viewer.get("/product/270900?year=2021&format=drawing&panel=exporters&figure=1")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert viewer.get("/product/270900?year=2021&format=figure&panel=exporters&figure=9").status_code == 404


def test_a_country_at_a_glance_adds_up(office: Office) -> None:
    twin = office.as_("viewer").get("/api/v1/country/JPN?year=2023").json()
    partners = next(panel for panel in twin["panels"] if panel["name"] == "partners")["rows"]
    products = next(panel for panel in twin["panels"] if panel["name"] == "products")["rows"]
    years = next(panel for panel in twin["panels"] if panel["name"] == "years")["rows"]
    assert sum(row["share"] for row in partners) == pytest.approx(1.0, abs=1e-9)  # sums of doubles
    imports = sum(row["imports_usd"] for row in partners)
    assert sum(row["imports_usd"] for row in products) == pytest.approx(
        imports, rel=1e-9
    )  # the same flows, added otherwise
    of_year = next(row for row in years if row["year"] == 2023)
    assert of_year["imports_usd"] == pytest.approx(imports, rel=1e-9)
    assert of_year["herfindahl"] == pytest.approx(sum(row["share"] ** 2 for row in partners), rel=1e-9)
    assert of_year["suppliers"] == len(partners)


def test_a_wrong_year_is_said_beside_its_field_and_what_was_typed_stays(office: Office) -> None:
    viewer = office.as_("viewer")
    page = viewer.get("/country/JPN?year=abc&bloc=EU27")
    assert page.status_code == 422
    assert "This must be a whole number." in page.text
    assert 'aria-invalid="true"' in page.text
    assert 'value="abc"' in page.text
    told = viewer.get("/api/v1/country/JPN?year=abc")
    assert told.status_code == 422
    assert told.json()["fields"] == {"year": "This must be a whole number."}


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/country/XXX", 422, "What to do"),
        ("/country/JPN?year=1901", 404, "What to do"),
        ("/product/99", 422, "six digits"),
        ("/product/270900?format=pdf", 422, "No such format"),
        ("/product/270900?format=csv&panel=none", 404, "No such table"),
        ("/nowhere", 404, "No page has this address."),
    ],
)
def test_what_cannot_be_answered_is_said_with_what_to_do(office: Office, address: str, status: int, words: str) -> None:
    answer = office.as_("viewer").get(address)
    assert answer.status_code == status
    assert words in answer.text
    assert "Traceback" not in answer.text


def test_a_fault_of_our_own_shows_a_number_and_no_traceback(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret place")

    monkeypatch.setattr("homeground.desk.pages.start.places_answer", broken)
    answer = office.as_("viewer").get("/search?q=japan")
    assert answer.status_code == 500
    assert "secret place" not in answer.text
    assert "Traceback" not in answer.text
    number = answer.text.partition("under the number ")[2][:8]
    assert number in caplog.text


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("japan", "/country/JPN"),
        ("Elfenbein", ""),
        ("cobalt", "/product/810520"),
        ("2709", "/product/270900"),
        ("EU27", "/country/EU27"),
    ],
)
def test_the_search_finds_countries_and_products_by_words_and_codes(office: Office, words: str, link: str) -> None:
    page = office.as_("viewer").get("/search", params={"q": words}).text
    assert link in page if link else "There is nothing in this table." in page


def test_suggestions_are_a_piece_of_a_page(office: Office) -> None:
    piece = office.as_("viewer").get("/search/suggest?q=jap").text
    assert "/country/JPN" in piece
    assert "<html" not in piece


def test_whoever_said_for_which_country_they_work_begins_there(office: Office) -> None:
    person = office.visitor("viewer")
    assert person.post("/account/country", {"country": "Kenya"}).status_code == 303
    assert person.get("/country").headers["location"] == "/country/KEN"
    assert person.post("/account/country", {}).status_code == 303
    assert person.get("/country").status_code == 200


def test_a_page_is_kept_until_the_data_changes(office: Office) -> None:
    viewer, kept = office.as_("viewer"), office.desk.kept
    viewer.get("/product/283691?year=2022")
    before = len(kept)
    viewer.get("/product/283691?year=2022")
    assert len(kept) == before
    catalog = office.desk.homes.path + "/catalog.json"
    shutil.copy(catalog, catalog + ".new")
    Path(catalog + ".new").replace(catalog)
    viewer.get("/product/283691?year=2022")
    assert len(kept) == before + 1


def test_the_start_page_of_an_empty_home_says_where_to_begin(empty_office: Office) -> None:
    page = empty_office.as_("viewer").get("/")
    assert page.status_code == 200
    assert "No trade is loaded yet. An administrator loads the sample" in page.text


def test_a_small_file_of_a_later_year_does_not_answer_for_the_world(desk_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(desk_home, home)
    examples = Path(__file__).parents[2] / "examples"
    Home(home).load("tidy", examples / "synthetic-customs.csv", mapping=examples / "customs-mapping.toml")
    office = Office(home)
    twin = office.as_("viewer").get("/api/v1/country/JPN").json()
    assert twin["title"] == "Japan, 2024"
    assert twin["panels"][0]["about"]["dataset"] == "raw-materials"
    office.close()


@pytest.mark.parametrize(
    "words", ['<script>alert("x")</script>', "'\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "%(no)s", "\u202e\x00"]
)
def test_what_somebody_types_is_shown_as_text(office: Office, words: str) -> None:
    viewer = office.as_("viewer")
    for path in ("/search", "/product", "/country", "/country/JPN"):
        name = {"/search": "q", "/product": "words", "/country": "country", "/country/JPN": "bloc"}[path]
        page = viewer.get(path, params={name: words})
        assert page.status_code in (200, 422)
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "49" not in page.text.partition("<main")[2].partition("<table")[0] or "49" in words


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("GET /record", {"product": "27 or so"}),
        ("GET /record", {"product": "x27"}),
        ("GET /record", {"product": "27\n"}),
        ("POST /policy", {"name": "own/../other"}),
        ("POST /policy", {"name": "$(own)"}),
        ("POST /data", {"hs": "HS17; HS22"}),
        ("POST /drill", {"goods": "27090"}),
        ("POST /plan", {"name": "plan\n.toml"}),
    ],
)
def test_a_pattern_is_for_the_whole_of_what_was_sent(page: str, sent: dict[str, str]) -> None:
    pages.load()
    question = PAGES[page].question
    assert question is not None
    (name,) = sent
    info = question.model_fields[name]
    with pytest.raises(ValidationError, match="string_pattern_mismatch"):
        TypeAdapter(Annotated[str, info]).validate_python(sent[name])
