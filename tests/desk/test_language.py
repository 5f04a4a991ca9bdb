"""Languages: every text of the desk's own has its translation, the browser's language counts, and who chose has it."""

from __future__ import annotations

import re

import pytest

from desk_office import Office
from homeground.desk.language import Catalogue, Language, choose, languages
from homeground.desk.language.sentences import FORMED
from homeground.desk.language.sentences import PLACE as PLACES
from homeground.desk.language.texts import wanted

PLACE = re.compile(r"%\((\w+)\)")


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_every_text_is_translated(code: str) -> None:
    catalogue = languages()[code].catalogue
    assert [text for text in wanted() if not catalogue.known(text)] == []


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_a_translation_has_the_places_of_its_text(code: str) -> None:
    catalogue = languages()[code].catalogue
    for text in wanted():
        assert set(PLACE.findall(catalogue.one(text))) == set(PLACE.findall(text)), text


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_a_translated_sentence_has_the_places_of_its_sentence(code: str) -> None:
    catalogue = languages()[code].catalogue
    for sentence in catalogue.texts():
        written = FORMED.findall(catalogue.one(sentence))
        assert {place for _, place in written} == set(PLACES.findall(sentence)), sentence
        assert {form for form, _ in written} <= {"", "=", "#", "le", "de", "à"}, sentence


@pytest.mark.parametrize(
    ("accepted", "code"),
    [("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("de,en;q=0.5", "en"), ("", "en"), ("xx-nonsense;;;", "en"), ("pt, fr", "fr")],
)
def test_the_browsers_language_is_taken_where_nobody_chose(accepted: str, code: str) -> None:
    assert choose("", accepted).code == code


def test_a_choice_goes_before_the_browser() -> None:
    assert choose("en", "fr").code == "en"
    assert choose("no-such", "fr").code == "fr"


def test_counting_follows_the_language() -> None:
    french = languages()["fr"]
    assert french.counted("%(count)s more row", "%(count)s more rows", 0) == "0 ligne de plus"
    assert french.counted("%(count)s more row", "%(count)s more rows", 2) == "2 lignes de plus"
    assert languages()["en"].counted("%(count)s more row", "%(count)s more rows", 0) == "0 more rows"


def test_a_language_written_from_the_right_says_so() -> None:
    assert Language("ar", Catalogue({})).direction == "rtl"
    assert languages()["fr"].direction == "ltr"


def test_the_page_speaks_the_language_chosen_and_keeps_it(office: Office) -> None:
    person = office.visitor("analyst", **{"Accept-Language": "fr"})
    page = person.get("/product/270900?year=2021").text
    assert '<html lang="fr" dir="ltr">' in page
    assert "Se déconnecter" in page
    assert person.post("/look", {"language": "en", "to": "/"}).status_code == 303
    assert "Sign out" in person.get("/").text
    assert person.post("/look", {"language": "fr", "theme": "dark"}).status_code == 303
    assert 'data-theme="dark"' in person.get("/").text
    again = office.visitor("analyst")
    assert "Se déconnecter" in again.get("/").text
    again.post("/look", {"language": "en", "theme": "auto"})


def test_an_error_beside_a_field_is_translated(office: Office) -> None:
    page = office.visitor("viewer", **{"Accept-Language": "fr"}).get("/country/JPN?year=1500").text
    assert "Ceci doit être 1900 ou plus." in page


@pytest.mark.parametrize("again", [": ", "... ", "12 % of it ", "; a: b (c), ", "a of b by c "])
def test_what_no_room_would_say_stays_as_somebody_wrote_it(again: str) -> None:
    french = languages()["fr"]
    long, longer = ((again * length)[:length].strip() for length in (900, 4000))
    assert (french.value(long), french.value(longer), french.say(longer)) == (long, longer, longer)
    assert french.value("Japan") == "Japon"  # and what it is made of is still known
