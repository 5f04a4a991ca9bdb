"""Partner, prices, dependence, trend and capability at the desk, on the real sample; what they say where nothing is."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from docx import Document
from ibis import _

from desk_office import Office
from homeground.desk.showing.choices import today
from homeground.home import Home


def rows(page: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return next(each["rows"] for each in page["panels"] if each["name"] == name)


def asked(office: Office, path: str) -> dict[str, Any]:
    answer = office.as_("viewer").get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_two_partners_are_seen_both_ways_with_the_same_flows(office: Office) -> None:
    own = asked(office, "/partner/JPN/AUS?year=2023")
    theirs = asked(office, "/partner/AUS/JPN?year=2023")
    coal = next(row for row in rows(own, "products") if row["hs6"] == "270112")
    seen_back = next(row for row in rows(theirs, "products") if row["hs6"] == "270112")
    assert coal["imports_usd"] == seen_back["exports_usd"]
    assert coal["import_share"] == pytest.approx(0.674, abs=5e-4)
    assert own["tiles"][0] == {"number": "54.9 bn USD", "what": "Japan buys from Australia"}


def test_a_partner_is_chosen_by_name(office: Office) -> None:
    viewer = office.as_("viewer")
    found = viewer.get("/partner", params={"country": "Japan", "other": "Australia", "year": 2023})
    assert (found.status_code, found.headers["location"]) == (303, "/partner/JPN/AUS?year=2023")
    assert "Choose the two" in viewer.get("/partner").text


def test_the_brief_is_a_page_to_print_a_document_and_a_workbook(office: Office) -> None:
    viewer = office.as_("viewer")
    page = viewer.get("/partner/JPN/AUS/brief?year=2023").text
    finding = "Japan buys 54.9"
    assert finding in page.replace("\u00a0", " ")
    document = Document(io.BytesIO(viewer.get("/partner/JPN/AUS/file/docx?year=2023").content))
    assert any(finding in part.text.replace("\u00a0", " ") for part in document.paragraphs)
    book = openpyxl.load_workbook(io.BytesIO(viewer.get("/partner/JPN/AUS/file/xlsx?year=2023").content))
    assert {"Products", "Paid", "Positions"} <= set(book.sheetnames)
    alone = viewer.get("/partner/JPN/AUS/file/html?year=2023")
    assert alone.headers["content-disposition"] == 'attachment; filename="JPN-AUS-2023.html"'
    assert "<script" not in alone.text
    assert viewer.get("/partner/JPN/AUS/file/exe?year=2023").status_code == 404


def test_measures_are_read_as_of_the_day_asked_for_or_today(office: Office) -> None:
    assert f"measures as of {today()}" in office.as_("viewer").get("/partner/JPN/AUS/brief?year=2023").text
    assert (
        "measures as of 2020-02-01" in office.as_("viewer").get("/partner/JPN/AUS/brief?year=2023&on=2020-02-01").text
    )


def test_an_offer_is_judged_beside_what_others_pay(office: Office) -> None:
    page = asked(office, "/product/270900/prices?year=2021&importer=Japan&price=520&quantity=1000000")
    assert page["lead"].startswith("520 USD/t is above the upper quartile (513)")
    saudi = next(row for row in rows(page, "prices") if row["country"] == "SAU")
    assert saudi["value_usd"] == pytest.approx(21.9e9, rel=0.01)


def test_thresholds_flip_the_products_that_lie_between_the_two_values(office: Office) -> None:
    page = asked(office, "/country/JPN/dependence?year=2023&method=bottle&step=10")
    every = rows(asked(office, "/country/JPN/dependence?year=2023"), "products")
    moved = {(row["what"], round(row["factor"], 2)): row for row in rows(page, "thresholds")}
    more = moved["top share", 0.9]
    dependent = [row for row in rows(page, "products") if row["dependent"]]
    assert more["flagged"] == len(dependent)
    assert all(row["top_share"] > 0.8 for row in dependent)
    between = sum(0.72 < row["top_share"] <= 0.8 for row in every)
    assert 0 < more["flips_in"] <= between
    assert more["flips_out"] == 0


def test_only_flagged_products_are_shown_on_demand(office: Office) -> None:
    some = rows(asked(office, "/country/JPN/dependence?year=2023&method=geodep&flagged=true"), "products")
    assert len(some) == 8
    assert all(row["dependent"] for row in some)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/country/JPN/dependence?method=none", "none"),
        ("/country/JPN/dependence?step=0", "This must be more than 0"),
        ("/country/JPN/trend?product=12345", "has not the form"),
        ("/country/JPN/capability?ease=never", "Choose one of"),
        ("/product/270900/prices?price=-3", "This must be more than 0"),
    ],
)
def test_a_question_without_sense_is_refused_with_the_reason(office: Office, path: str, fault: str) -> None:
    answer = office.as_("viewer").get(path)
    assert answer.status_code in (404, 422)
    assert fault in answer.text


def test_years_stand_side_by_side_with_what_marks_them(office: Office) -> None:
    page = asked(office, "/country/JPN/trend?product=270900&dataset=raw-materials")
    years = {row["year"]: row for row in rows(page, "years")}
    assert years[2015]["mark"] == "data break"
    assert years[2021]["value_usd"] == pytest.approx(61.9e9, rel=0.01)


def test_terms_of_trade_are_a_hundred_in_the_year_of_their_base(office: Office) -> None:
    page = asked(office, "/country/JPN/terms?base=2010")
    base = next(row for row in rows(page, "years") if row["year"] == 2010)
    assert base["terms_of_trade"] == pytest.approx(100.0)


def test_what_is_within_reach_is_not_made_yet_and_has_buyers(office: Office) -> None:
    page = asked(office, "/country/JPN/capability?year=2023")
    found = rows(page, "products")
    assert found[0]["hs6"] == "283691"
    assert all(row["rca"] < 1 for row in found)
    assert all(row["gap_usd"] > 0 for row in rows(page, "markets"))


def test_a_countrys_page_leads_on(office: Office) -> None:
    page = office.as_("viewer").get("/country/JPN?year=2023").text
    for path in ("dependence?year=2023", "trend", "terms", "capability?year=2023"):
        assert f'href="/country/JPN/{path}"' in page
    assert 'href="/product/270900/prices?year=2021"' in office.as_("viewer").get("/product/270900?year=2021").text


def test_where_nothing_is_loaded_pages_say_what_to_load_and_where(empty_office: Office) -> None:
    viewer = empty_office.as_("viewer")
    assert viewer.get("/partner/JPN/AUS").status_code == 404
    for path, status in (("/chains", 200), ("/chains/exposure/JPN", 404), ("/chains/extraction", 404)):
        page = viewer.get(path)
        assert page.status_code == status
        assert "No input–output table is loaded" in page.text
        assert 'href="/data"' in page.text
    ground = viewer.get("/ground/balance/JPN")
    assert ground.status_code == 404
    assert "Nothing of this is loaded" in ground.text
    assert 'href="/ground"' in ground.text


def test_a_product_for_one_country_agrees_with_its_flows(office: Office, sample_home: Home) -> None:
    page = asked(office, "/product/283691/for/JPN?year=2023")
    flows = sample_home.flows(dataset="raw-materials", years=[2023]).filter(_.hs6 == "283691").to_pyarrow().to_pylist()
    bought = {flow["exporter"]: flow["value_usd"] for flow in flows if flow["importer"] == "JPN"}
    assert {row["country"]: row["value_usd"] for row in rows(page, "suppliers")} == pytest.approx(bought)
    argentina = sum(f["value_usd"] for f in flows if f["exporter"] == "ARG" and f["importer"] != "JPN")
    step_in = {row["exporter"]: row["spare_usd"] for row in rows(page, "others")}
    assert step_in["ARG"] == pytest.approx(0.2 * argentina)
    assert "CHL" not in step_in
    assert page["title"] == "283691 for Japan"
    assert any("no process book of Japan is kept" in note for note in page["notes"])


def test_a_product_leads_whoever_said_for_which_country_they_work_to_their_own_view(office: Office) -> None:
    person, another = office.visitor("analyst"), office.as_("viewer")
    page, own = "/product/283691?year=2023", "/product/283691/for/JPN?year=2023"
    for country, words, path in (("Japan", "For Japan", own), ("EU27", "For EU27", own.replace("JPN", "EU27"))):
        assert person.post("/account/country", {"country": country}).status_code == 303
        before = len(office.desk.kept)
        for visitor, sees in ((person, True), (another, False), (person, True)):  # the page itself is kept for all
            assert (f'<a href="{path}">{words}</a>' in visitor.get(page).text) is sees
        assert len(office.desk.kept) <= before + 1
        assert person.get(path).status_code == 200
    french = person.client.get(page, headers={"accept-language": "fr"}).text
    assert ">Pour EU27</a>" in french
    person.post("/account/country", {"country": "EAEU"})
    assert ">For EAEU</a>" in person.get(page).text
    assert ">For EAEU</a>" not in person.get("/product/283691?year=2000").text  # it had no members then
    person.post("/account/country", {"country": "Japan"})
    assert ">Pour le Japon</a>" in person.client.get(page, headers={"accept-language": "fr"}).text
    dataset = "/product/270900/for/JPN?year=2021&amp;dataset=crude-2021"
    assert f'<a href="{dataset}">For Japan</a>' in person.get("/product/270900?year=2021&dataset=crude-2021").text
    assert '<a href="/product/283691/for/JPN">For Japan</a>' in person.get("/product/283691").text
    assert person.post("/account/country", {}).status_code == 303
    assert ">For Japan</a>" not in person.get(page).text


def test_who_works_for_a_bloc_that_had_no_members_then_still_chooses_a_country(office: Office) -> None:
    person = office.visitor("analyst")
    assert person.post("/account/country", {"country": "USMCA"}).status_code == 303
    path = "/product/283691/for?year="
    assert [person.get(f"{path}{year}").status_code for year in (1996, 2023)] == [200, 200]
    assert "/product/283691/for/USMCA?year=2023" in person.get(f"{path}2023").text
    assert person.post("/account/country", {}).status_code == 303


def test_the_country_for_a_product_is_chosen_by_name(office: Office) -> None:
    viewer = office.as_("viewer")
    assert "/product/283691/for?year=2023" in viewer.get("/product/283691?year=2023").text
    assert "For which country?" in viewer.get("/product/283691/for?year=2023").text
    found = viewer.get("/product/283691/for", params={"country": "Japan", "year": "2023"})
    assert (found.status_code, found.headers["location"]) == (303, "/product/283691/for/JPN?year=2023")
