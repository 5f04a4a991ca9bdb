"""A French page is French, with what the rooms below say; what has no French is noted while pages are shown."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk_office import Office, Visitor
from homeground.brief.answer import Column
from homeground.codes import products
from homeground.desk import language, pages
from homeground.desk.language import Catalogue, Language, answers, languages, writing
from homeground.desk.web.registry import PAGES
from homeground.sources import registry

ROOT = Path(__file__).parents[2]
DEAL = {
    "direction": "import", "country": "Japan", "partner": "Saudi Arabia", "product": "270900", "quantity": "1",
    "unit": "Mt", "price": "520", "day": "2024-07-15", "year": "2021", "dataset": "crude-2021", "policy": "own",
    "seller": "Gulf Crude Trading Co", "title": "Crude oil from Saudi Arabia", "end_use": "civil",
}  # fmt: skip
PLAN = {
    "name": "given", "opening": "200", "income": ["340", "350", "360", "370", "380"], "floor": ["100"] * 5,
    "budget": ["2600"] * 5, "targets": ["60", "80"], "must": ["0"], "caps": ["70", "75"], "time_limit": "60",
    "gap": "0.01", "projects": ["oil_mill", "urea_line", "splitter", "kilns", "irrigation"],
}  # fmt: skip
PLACES = {"country": "JPN", "other": "AUS", "hs6": "270900", "book": "own", "plan": "example", "result": "given"}
QUESTIONS = {
    "/country/{country}": "?year=2023", "/product/{hs6}": "?year=2021", "/partner/{country}/{other}": "?year=2023",
    "/partner/{country}/{other}/brief": "?year=2023", "/product/{hs6}/prices": "?year=2021&country=JPN",
    "/country/{country}/trend": "?product=270900", "/search": "?q=oil",
}  # fmt: skip
MORE = (
    "/country/DEU?year=2023&bloc=EU27", "/country/IND/capability", "/country/KEN?year=2023", "/materials/TZA",
    "/materials/TZA/good/palm_oil", "/materials/starter?country=Japan&year=2023", "/partner/USA/CHN?year=2023",
    "/country/XXX", "/product/999", "/partner/JPN/JPN", "/country/JPN?year=2023&dataset=nowhere",
)  # fmt: skip
QUOTED = re.compile(r"[A-Z]{1,2}-?\d+|[0-9a-f]{8,}|'[^']*'|[\w.]*[_=][\w.=, ]*|\d+")
"""Codes, check sums and values as they were written: the same in every language."""


@pytest.fixture(scope="module")
def french(deal_office: Office) -> Iterator[Catalogue]:
    """The French catalogue, noting what it misses."""
    catalogue = languages()["fr"].catalogue
    language.forget()
    catalogue.missing = set()
    yield catalogue
    catalogue.missing = None


@pytest.fixture(scope="module")
def shown(deal_office: Office, chains: Office, french: Catalogue) -> dict[str, str]:
    """Every page in French, by address: with a deal decided, a book kept, a plan solved, a shock run."""
    analyst, officer = (deal_office.visitor(who, **{"Accept-Language": "fr"}) for who in ("analyst", "officer"))
    given = {"person": "officer", "role": "officer", "goods": "27", "days": "30", "grounds": "office held"}
    assert deal_office.as_("admin").post("/drill/qualifications", given).status_code == 303
    review = officer.post("/deals", DEAL).headers["location"]
    oil = (ROOT / "examples/materials/edible-oil.toml").read_text("utf-8")
    book = {"file": ("oil.toml", oil.replace("[book]", '[book]\ncountry = "Tanzania"', 1).encode(), "application/toml")}
    assert analyst.post("/materials", files=book).status_code == 303
    assert analyst.post("/plan-example").status_code == 303
    assert analyst.post("/plan/example/solve", PLAN).status_code == 303
    deal_office.work()
    found = {review: officer.get(review).text, "judging": analyst.get("/deals/new", params=DEAL).text}
    outcome = {"outcome": "approve", "role": "officer", "reason": "stocks are low"}
    officer.post(f"{review}/decide", outcome)
    found[f"{review}#decided"] = officer.get(review).text
    for job in deal_office.desk.jobs.every():
        found[f"/jobs/{job.id}"] = analyst.get(f"/jobs/{job.id}").text
    for address in (*addresses(), *MORE):
        found[address] = somebody(deal_office, address)
    in_chains = chains.visitor("analyst", **{"Accept-Language": "fr"})
    for address in ("/chains/exposure/CHN", "/chains/extraction", "/chains/extraction?country=CHN", "/chains/shock"):
        found[address] = in_chains.get(address).text
    return found


def addresses() -> Iterator[str]:
    pages.load()
    for page in PAGES.values():
        if page.method == "GET" and not page.path.startswith("/api/"):
            yield re.sub(r"\{(\w+)\}", lambda place: PLACES.get(place[1], "1"), page.path) + QUESTIONS.get(
                page.path, ""
            )


def somebody(office: Office, address: str) -> str:
    """The page, as the first who may see it sees it."""
    for who in ("analyst", "officer", "auditor", "admin"):
        answer = visitor(office, who).get(address)
        if answer.status_code != 403:
            break
    return str(answer.text) if answer.headers.get("content-type", "").startswith("text/html") else ""


_VISITORS: dict[tuple[int, str], Visitor] = {}


def visitor(office: Office, who: str) -> Visitor:
    key = (id(office), who)
    if key not in _VISITORS:
        _VISITORS[key] = office.visitor(who, **{"Accept-Language": "fr"})
    return _VISITORS[key]


@pytest.fixture(scope="module")
def quoted(deal_office: Office) -> str:
    """What stays in the language that it is in: products, policy, sources, the words of users and of their files."""
    home = Path(deal_office.settings.home)
    texts = [name for revision in products.revisions() for name in products.table(revision)["name"].to_pylist()]
    for pattern in ("policies/**/*.*", "processes/**/*.toml", "plans/**/*.toml", "catalog.json"):
        texts += [path.read_text("utf-8", "replace") for path in home.glob(pattern)]
    for folder in (ROOT / "examples", ROOT / "src/homeground/desk/examples", ROOT / "src/homeground/materials"):
        texts += [path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.suffix in (".toml", ".csv")]
    texts += [" ".join(map(str, vars(each).values())) for each in registry.sources()]
    texts += [path.stem for path in (ROOT / "src/homeground/measures/parameters").glob("*.toml")]
    texts += [f"{each.name} {each.login}" for each in deal_office.desk.accounts.every()]
    return re.sub(r"\s+", " ", " ".join((*texts, *DEAL.values(), "Homeground", "nowhere"))).casefold()


def test_nothing_that_a_french_page_says_lacks_its_french(
    shown: dict[str, str], french: Catalogue, quoted: str
) -> None:
    assert len([text for text in shown.values() if 'lang="fr"' in text]) > 60
    assert "\n".join(sorted(text for text in french.missing or () if not is_quoted(text, quoted))) == ""


def is_quoted(text: str, quoted: str) -> bool:
    """Whether a text is found in what stays as it is; names of products are cut short with a mark."""
    if text.endswith("…") or "…:" in text:
        return True
    whole = any(each.casefold().strip(" .,;:()") in quoted for each in (text, QUOTED.sub("", text)))
    return whole or all(part in quoted for part in text.casefold().split(", "))


def test_what_is_known_in_french_is_nowhere_shown_in_english(shown: dict[str, str]) -> None:
    french = languages()["fr"]
    also_french = {french.catalogue.one(text) for text in french.catalogue.texts()}
    wrong = set()
    for address, text in shown.items():
        for said in visible(text) if 'lang="fr"' in text else ():
            if french.catalogue.known(said) and said not in also_french:
                wrong.add((address, said))
    assert sorted(wrong) == []


def test_no_word_of_the_package_stands_in_a_table_in_english(shown: dict[str, str], quoted: str) -> None:
    french = languages()["fr"].catalogue
    said = {french.one(text) for text in french.texts()} | set(writing.names("fr").values())
    words = {text for text in written_in_code() if not writing.is_left_alone(text) and not is_quoted(text, quoted)}
    wrong = {
        f"{address}: {cell}"
        for address, text in shown.items()
        if 'lang="fr"' in text
        for cell in map(html.unescape, re.findall(r"<(?:td|text|tspan)\b[^>]*>([^<]+)<", text))
        if cell in words - said and re.fullmatch(r"[a-z]{2}[a-z ]+", cell)
    }
    assert "\n".join(sorted(wrong)) == ""


def written_in_code() -> set[str]:
    """Every text in the package's code."""
    trees = (ast.parse(path.read_text("utf-8")) for path in (ROOT / "src/homeground").rglob("*.py"))
    constants = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def visible(text: str) -> Iterator[str]:
    text = re.sub(r"<(script|style|svg|pre|datalist|option|textarea)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r'<(\w+) [^>]*translate="no">.*?</\1>', "", text)
    for said in (*re.findall(r">([^<]+)<", text), *re.findall(r'(?:title|aria-label|placeholder|alt)="([^"]*)"', text)):
        yield html.unescape(said).replace("\N{NO-BREAK SPACE}", " ").strip()


def test_programs_are_answered_alike_in_every_language(deal_office: Office) -> None:
    english, french = deal_office.visitor("analyst"), deal_office.visitor("analyst", **{"Accept-Language": "fr"})
    for path in ("/country/JPN?year=2023", "/partner/JPN/AUS?year=2023", "/nothing", "/country/XXX"):
        assert french.get(f"/api/v1{path}").text == english.get(f"/api/v1{path}").text
    table = "/country/JPN?year=2023&format=csv"
    assert french.get(table).text == english.get(table).text


def test_a_french_officer_takes_a_french_brief_along(deal_office: Office, tmp_path: Path) -> None:
    import docx

    french = deal_office.visitor("analyst", **{"Accept-Language": "fr"})
    page = french.get("/partner/JPN/AUS/file/html?year=2023").text.replace("\N{NO-BREAK SPACE}", " ")
    assert '<html lang="fr" dir="ltr">' in page
    assert "Japon et Australie : leviers dans les deux sens, 2023" in page
    assert "des achats du Japon" in page
    (tmp_path / "brief.docx").write_bytes(french.get("/partner/JPN/AUS/file/docx?year=2023").content)
    word: Any = docx.Document(str(tmp_path / "brief.docx"))
    words = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "Sources, et comment suivre chaque chiffre" in words
    assert "Both sides in figures" not in words


def test_names_of_people_are_theirs_in_every_language(deal_office: Office, shown: dict[str, str]) -> None:
    """Whoever has the login officer is called so, though the role of that name has a French one."""
    people, drill, jobs = shown["/people"], shown["/drill"], shown["/jobs"]
    for page, login in ((people, "officer"), (people, "analyst"), (drill, "officer"), (jobs, "analyst")):
        assert re.search(rf"<t[dh][^>]*>(<a [^>]*>)?{login}(</a>)?</t[dh]>", page), login
    assert "agent" in people
    entries = deal_office.visitor("auditor", **{"Accept-Language": "fr"}).get("/record").text
    assert "officer (agent)" in entries


@pytest.mark.parametrize(
    ("column", "english", "french"),
    [
        (Column("who", "who", "people"), "officer (officer), ana (auditor)", "officer (agent), ana (auditeur)"),
        (Column("who", "who", "people"), "officer (officer): does not agree", "officer (agent): n’est pas d’accord"),
        (Column("who", "who", "quoted"), "officer", "officer"),
        (Column("who", "who"), "officer", "agent"),
    ],
)
def test_a_column_says_which_of_its_words_are_names(column: Column, english: str, french: str) -> None:
    assert answers.written(languages()["fr"], column, english) == french


CUT = (
    (
        "If Chile stopped selling 260300, 2.1 bn USD would be missing, of which the other suppliers could make up all "
        "but 1.5 M USD (0.1 %)."
    ),
    (
        "Si les ventes du Chili de 260300 cessaient, il manquerait 2,1 Md USD, que les autres fournisseurs pourraient "
        "compenser à 1,5 M USD près (0,1 %)."
    ),
)

OFFERED = (
    (
        "520 USD/t is above the upper quartile (510) of the world's flows, dearer than 82 % of them (median 500, "
        "n = 30). For 1,000 t that is 2.0 M USD over the world's median, 1.0 M USD under Japan's median."
    ),
    (
        "520 USD/t se situe au-dessus du quartile supérieur (510) des flux mondiaux, plus cher que 82 % d’entre eux "
        "(médiane 500, n = 30). Pour 1\u202f000 t, cela fait 2,0 M USD de plus qu’à la médiane mondiale, "
        "1,0 M USD de moins qu’à la médiane du Japon."
    ),
)


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("1,234.5 bn USD", "1\u202f234,5 Md USD"),
        ("Japan 41.3 %, United States 5%", "Japon 41,3 %, États-Unis 5 %"),
        ("the law of 2024-07-15", "the law of 2024-07-15"),
        ("on entry 12: Seen.", "sur l’inscription 12 : Seen."),
        ("Cuba and Japan: leverage both ways, 2023", "Cuba et Japon : leviers dans les deux sens, 2023"),
        CUT,
        OFFERED,
        ("Plan of 3 deals: 2 allow, 1 refuse", "Plan, affaires : 3 ; 2 à admettre, 1 à refuser"),
        ("review 12 is given to officer", "l’examen 12 est confié à officer"),
        ("E-3 refer: SAU is above 40.0 % (Order, 3)", "E-3 (renvoyer) : SAU is above 40.0 % (Order, 3)"),
    ],
)
def test_a_sentence_is_found_again_with_what_stands_in_its_places(english: str, french: str) -> None:
    assert languages()["fr"].say(english).replace("\N{NO-BREAK SPACE}", " ") == french


def test_a_text_in_the_readers_language_is_not_said_again() -> None:
    french = languages()["fr"]
    assert french.say(french.say("Product")) == "Produit"
    assert french.text("%(name)s", name=french.value("Japan")) == "Japon"


def test_a_sentence_without_translation_is_noted_and_stays() -> None:
    catalogue = Catalogue({"{1} sells {2}": ("{le 1} vend {2}",)})
    catalogue.missing = set()
    assert Language("fr", catalogue).say("Japan sells everything") == "Le Japon vend everything"
    assert catalogue.missing == {"everything"}
