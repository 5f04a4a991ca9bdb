"""A new desk leads to its first verdict: what is to be done, in what order, and what is done already."""

from __future__ import annotations

import re

from desk_office import Office

OFFER = {
    "direction": "import", "country": "Japan", "partner": "Saudi Arabia", "product": "270900", "quantity": "1",
    "unit": "Mt", "price": "520", "seller": "Gulf Crude Trading Co", "day": "2024-07-15", "year": "2021",
    "dataset": "crude-2021",
}  # fmt: skip


def steps(page: str) -> dict[str, bool]:
    """The first steps that a page shows, and whether each is done."""
    items = re.findall(r"<li( class=\"done\")?><div><(?:a[^>]*|strong)>([^<]+)<", page)
    return {words: bool(done) for done, words in items}


def test_an_administrator_is_led_from_an_empty_home_to_people_who_sign(empty_office: Office) -> None:
    admin = empty_office.as_("admin")
    assert steps(admin.get("/").text) == {
        "Load the sample": False, "Make accounts for an officer and a countersigner": True,
        "Qualify those who sign": False, "Say for which country you work": False,
    }  # fmt: skip
    assert 'action="/sample"' in admin.get("/").text
    assert admin.post("/sample").status_code == 303
    empty_office.work()
    start = admin.get("/").text
    assert steps(start)["Load the sample"]
    assert 'action="/sample"' not in start
    grant = {"person": "officer", "role": "officer", "goods": "27", "days": "30", "grounds": "office held"}
    admin.post("/drill/qualifications", grant)
    admin.post("/account/country", {"country": "Japan"})
    assert steps(admin.get("/").text) == {}


def test_the_sample_judges_the_offer_that_the_first_steps_name(empty_office: Office) -> None:
    empty_office.as_("admin").post("/sample")
    empty_office.work()
    officer = empty_office.as_("officer")
    assert steps(officer.get("/").text) == {
        "Sit a drill": False, "Say for which country you work": False, "Judge an offer": False
    }  # fmt: skip
    review = officer.post("/deals", OFFER).headers["location"]
    found = officer.get(f"/api/v1{review}").json()["values"]["review"]
    assert found["words"]["head"].startswith("REFER to the deputy minister")
    assert any(each["verdict"] == "caution" for each in found["would_pass"])
    assert steps(officer.get("/").text)["Judge an offer"]


def test_a_book_that_is_here_stays_when_the_sample_comes(empty_office: Office) -> None:
    admin = empty_office.as_("admin")
    admin.post("/sample")
    (books,) = admin.get("/api/v1/policy").json()["panels"]
    admin.post("/sample")
    assert admin.get("/api/v1/policy").json()["panels"] == [books]
    put = [e for e in empty_office.desk.ledger.entries("act") if e.payload["act"] == "policy book put on the shelf"]
    assert len(put) == 1


def test_a_product_is_found_by_words_in_the_form_of_an_offer(office: Office) -> None:
    officer = office.as_("officer")
    page = officer.get(officer.post("/deals/new", {"product": "crude oil"}).headers["location"]).text
    assert 'name="product" value="270900"' in page
    assert 'name="product" value="151010"' not in page, "oils that nobody here trades"
    coded = officer.post("/deals/new", {"product": "270900"}).headers["location"]
    assert 'class="panel meant"' not in officer.get(coded).text
    chosen = officer.client.post("/deals/new", data={"csrf": officer.proof(), "product": ["crude oil", "270900"]})
    assert 'class="panel meant"' not in officer.get(chosen.headers["location"]).text, "the button says it last"


def test_an_empty_form_asks_only_for_what_is_not_filled_in(office: Office) -> None:
    officer = office.as_("officer")
    officer.post("/account/country", {"country": "Japan"})
    asked = re.search(r'<p class="empty">(.*?)</p>', officer.get("/deals/new").text, re.DOTALL)
    assert asked
    assert "Our country" not in asked[1]
    assert "Partner, Product, Quantity" in asked[1]


def test_a_job_that_ends_shows_its_tables_and_no_button_to_cancel_it(office: Office) -> None:
    analyst = office.as_("analyst")
    began = analyst.post("/country/JPN/report", {"year": "2023"}).headers["location"]
    assert f"{began}/cancel" in analyst.get(began).text.split('id="job"')[1]
    office.work()
    assert f"{began}/cancel" not in analyst.get(began).text
