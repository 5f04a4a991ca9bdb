"""Sanctions lists in their publishers' layouts, names found in them, and how well.

The labelled set: OFAC's excerpt in `tests/data/sanctions` (see its README). Each other name that the list
publishes is a spelling that somebody has used. It is taken out of the list and looked up: a hit on its own
entry counts as right, a hit on another entry as wrong. Many are translations or other names ("THE BASE",
"ALEPH"), which no likeness of spelling can find; they are left in, so recall is a lower bound: in use the
list holds them, and they are found.
"""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest

import homeground as hg
from homeground.errors import BadInput, RefusedLoad, UsageError
from homeground.home.deals.screenings import screen as screen_home
from homeground.policy.controls import barred, classification
from homeground.policy.likeness import Query, sound, words
from homeground.policy.screening import Hit, ListedName, ListState, Names, report, screen
from homeground.sources import sanctions

DATA = Path(__file__).parent / "data" / "sanctions"
DAY = datetime.date(2026, 3, 1)

UN = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dateGenerated="2026-02-27T00:00:09.554Z">
  <INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>ERIK</FIRST_NAME><SECOND_NAME>EXEMPLAR</SECOND_NAME>
    <UN_LIST_TYPE>XYZ</UN_LIST_TYPE><REFERENCE_NUMBER>XYi.001</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON>
    <NAME_ORIGINAL_SCRIPT>Эрик Экземпляр</NAME_ORIGINAL_SCRIPT>
    <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Eric Exemplaire</ALIAS_NAME></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Rumour</ALIAS_NAME></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS></INDIVIDUAL></INDIVIDUALS>
  <ENTITIES><ENTITY><DATAID>2</DATAID><FIRST_NAME>EXEMPLAR TRADING CORPORATION</FIRST_NAME>
    <UN_LIST_TYPE>XYZ</UN_LIST_TYPE><REFERENCE_NUMBER>XYe.001</REFERENCE_NUMBER>
    <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Exemplar Export</ALIAS_NAME></ENTITY_ALIAS></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>"""
EU_CSV = (
    "\ufefffileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_SubjectType;"
    "Entity_SubjectType_ClassificationCode;Entity_Regulation_PublicationDate;Entity_Regulation_Programme;"
    "NameAlias_WholeName;NameAlias_NameLanguage\n"
    "05/02/2026;13;EU.27.28;P;person;2003-07-08;XYZ;Erik Exemplar;EN\n"
    "05/02/2026;13;EU.27.28;P;person;2003-07-08;XYZ;Эрик Экземпляр;RU\n"
    "05/02/2026;13;EU.27.28;P;person;2003-07-08;XYZ;;\n"
    "05/02/2026;14;EU.27.29;E;enterprise;2003-07-08;XYZ;Exemplar Trading;EN\n"
)
EU_XML = """<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-02-05T10:00:00.000+01:00">
  <sanctionEntity logicalId="13" euReferenceNumber="EU.27.28"><regulation programme="XYZ" publicationDate="2003-07-08"/>
    <subjectType code="person" classificationCode="P"/>
    <nameAlias wholeName="Erik Exemplar" strong="true"/><nameAlias wholeName="Rumour" strong="false"/></sanctionEntity>
</export>"""
OFAC_XML = """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML">
  <publshInformation><Publish_Date>02/05/2026</Publish_Date><Record_Count>1</Record_Count></publshInformation>
  <sdnEntry><uid>7</uid><firstName>Erik</firstName><lastName>EXEMPLAR</lastName><sdnType>Individual</sdnType>
    <programList><program>XYZ</program><program>ABC</program></programList>
    <akaList><aka><uid>8</uid><type>a.k.a.</type><category>weak</category><lastName>RUMOUR</lastName></aka></akaList>
  </sdnEntry></sdnList>"""
WITH_ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><CONSOLIDATED_LIST>&a;</CONSOLIDATED_LIST>'
OPEN = (
    '"id","schema","name","aliases","birth_date","countries","addresses","identifiers","sanctions","phones","emails",'
    '"program_ids","dataset","first_seen","last_seen","last_change"\n'
    '"NK-1","Vessel","SEA EXEMPLAR","Exemplar of the Sea;Экземпляр","","","","","","","","XY-1","Some list",'
    '"2024-01-01","2026-02-05T08:00:00","2025-01-01"\n'
)


def loaded(tmp_path: Path, source: str, name: str, text: str) -> list[dict[str, object]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    home = hg.Home(tmp_path / "home")
    home.load(source, path)
    rows: list[dict[str, object]] = home.table("sanctioned_names").to_pyarrow().to_pylist()
    return rows


@pytest.mark.parametrize(
    ("source", "name", "text", "names", "published"),
    [
        (
            "un-sanctions", "un.xml", UN,
            [
                ("XYe.001", "EXEMPLAR TRADING CORPORATION", "main", "organisation"),
                ("XYe.001", "Exemplar Export", "alias", "organisation"),
                ("XYi.001", "ERIK EXEMPLAR", "main", "person"),
                ("XYi.001", "Eric Exemplaire", "alias", "person"),
                ("XYi.001", "Rumour", "weak", "person"),
                ("XYi.001", "Эрик Экземпляр", "alias", "person"),
            ],
            datetime.date(2026, 2, 27),
        ),
        (
            "eu-sanctions", "eu.csv", EU_CSV,
            [
                ("13", "Erik Exemplar", "main", "person"),
                ("13", "Эрик Экземпляр", "alias", "person"),
                ("14", "Exemplar Trading", "main", "organisation"),
            ],
            datetime.date(2026, 2, 5),
        ),
        (
            "eu-sanctions", "eu.xml", EU_XML,
            [("13", "Erik Exemplar", "main", "person"), ("13", "Rumour", "weak", "person")],
            datetime.date(2026, 2, 5),
        ),
        (
            "ofac-sdn", "sdn.xml", OFAC_XML,
            [("7", "EXEMPLAR, Erik", "main", "person"), ("7", "RUMOUR", "weak", "person")],
            datetime.date(2026, 2, 5),
        ),
        (
            "opensanctions", "targets.simple.csv", OPEN,
            [
                ("NK-1", "Exemplar of the Sea", "alias", "vessel"),
                ("NK-1", "SEA EXEMPLAR", "main", "vessel"),
                ("NK-1", "Экземпляр", "alias", "vessel"),
            ],
            datetime.date(2026, 2, 5),
        ),
    ],
    ids=["UN", "EU csv", "EU XML", "OFAC XML", "OpenSanctions"],
)  # fmt: skip
def test_a_publishers_file_becomes_names_with_their_kind_and_day(
    tmp_path: Path, source: str, name: str, text: str, names: list[tuple[str, ...]], published: datetime.date
) -> None:
    rows = loaded(tmp_path, source, name, text)
    assert [(r["entry_id"], r["name"], r["name_kind"], r["kind"]) for r in rows] == names
    assert {r["published"] for r in rows} == {published}


def test_ofacs_two_files_are_one_list_and_state_no_day(tmp_path: Path) -> None:
    home = hg.Home(tmp_path)
    home.load("ofac-sdn", DATA / "sdn.csv", DATA / "alt.csv")
    rows = home.table("sanctioned_names").to_pyarrow().to_pylist()
    of_306 = [(r["name"], r["name_kind"], r["programme"]) for r in rows if r["entry_id"] == "306"]
    assert of_306 == [
        ("BANCO NACIONAL DE CUBA", "main", "CUBA"), ("BNC", "weak", "CUBA"), ("NATIONAL BANK OF CUBA", "alias", "CUBA")
    ]  # fmt: skip
    assert {r["published"] for r in rows} == {None}
    assert next(r["kind"] for r in rows if r["name"] == "SAND SWAN") == "vessel"
    assert next(r["programme"] for r in rows if r["name"] == "BANK SADERAT PLC") == "IRAN, SDGT, IFSR"


@pytest.mark.parametrize(
    ("source", "name", "text"),
    [
        ("un-sanctions", "un.xml", "<html><body>Please log in</body></html>"),
        ("un-sanctions", "un.xml", EU_XML),
        ("un-sanctions", "un.xml", UN[:700]),
        ("un-sanctions", "un.xml", WITH_ENTITIES),
        ("un-sanctions", "un.csv", OPEN),
        ("eu-sanctions", "eu.csv", OPEN),
        ("ofac-sdn", "sdn.csv", "1,2,3\n"),
        ("opensanctions", "open.csv", OPEN.split("\n", 1)[0] + "\n"),
        ("opensanctions", "open.xml", UN),
        ("ofac-sdn", "sdn.csv", ""),
    ],
)  # fmt: skip
def test_a_file_that_is_not_in_the_layout_is_refused_and_nothing_is_loaded(
    tmp_path: Path, source: str, name: str, text: str
) -> None:
    with pytest.raises((BadInput, RefusedLoad), match="What to do"):
        loaded(tmp_path, source, name, text)
    assert hg.Home(tmp_path / "home").catalog.datasets == {}


def test_a_list_takes_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs no HS revision"):
        hg.Home(tmp_path).load("ofac-sdn", DATA / "sdn.csv", hs="HS17")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muhammad", "Mohamed"), ("Usama", "Osama"), ("Hussein", "Husayn"), ("Laden", "Ladin"), ("Qaida", "Qaeda"),
        ("Hizballah", "Hezbollah"), ("Taleban", "Taliban"), ("Mujahideen", "Mujahidin"), ("Philipp", "Filip"),
    ],
)  # fmt: skip
def test_spellings_of_one_sound_are_one_sound(one: str, other: str) -> None:
    assert sound(one.lower()) == sound(other.lower())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Цементный завод «Бета»", ("tsementnyy", "zavod", "beta")),
        ("BIN LADIN, Usama", ("ladin", "usama")),
        ("The Company Ltd.", ("the", "company", "ltd")),
        ("Beta S.A.", ("beta",)),
        ("北京", ("beijing",)),
        ("…", ()),
    ],
)
def test_a_name_is_parted_into_words_in_latin_letters(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


def excerpt() -> list[ListedName]:
    reading = sanctions.open_files("ofac-sdn", [DATA / "sdn.csv", DATA / "alt.csv"])
    rows = [row for part in reading.parts(DATA) for row in part.arrow[1].to_pylist()]  # type: ignore[index]
    return [ListedName(r["list"], r["entry_id"], r["name"], r["name_kind"], r["kind"]) for r in rows]


def measured(listed: list[ListedName], threshold: float) -> tuple[int, int, int]:
    """Right hits, wrong hits and misses where each alias is looked up in the list without it."""
    right = wrong = missed = 0
    for name in (each for each in listed if each.name_kind == "alias"):
        hits = screen(Names(each for each in listed if each != name), name.name, threshold)
        own = [hit for hit in hits if hit.listed.entry_id == name.entry_id]
        right, wrong, missed = right + len(own), wrong + len(hits) - len(own), missed + (not own)
    return right, wrong, missed


@pytest.mark.parametrize(("threshold", "expected"), [(0.80, (81, 22, 51)), (0.85, (73, 14, 59)), (0.90, (47, 7, 85))])
def test_precision_and_recall_on_published_aliases_are_what_the_documentation_says(
    threshold: float, expected: tuple[int, int, int]
) -> None:
    right, wrong, missed = measured(excerpt(), threshold)
    assert (right, wrong, missed) == expected
    page = (Path(__file__).parents[1] / "docs" / "how-to" / "write-a-policy.md").read_text(encoding="utf-8")
    row = f"| {threshold:.2f} | {right / (right + wrong):.2f} | {right / (right + missed):.2f} |"
    assert row in page, row


def misspelt(name: str, seed: int) -> str:
    """The name with a letter of its longest word left out, doubled or swapped with the next; or its words reversed."""
    chance = random.Random(seed)
    parts = name.replace(",", "").split()
    longest = max(range(len(parts)), key=lambda place: len(parts[place]))
    word, place = parts[longest], chance.randrange(1, max(2, len(parts[longest]) - 1))
    kind = chance.randrange(4)
    if kind == 3:
        return " ".join(reversed(parts))
    left, here, right = word[:place], word[place : place + 1], word[place + 1 :]
    parts[longest] = [left + right, left + here * 2 + right, left + right[:1] + here + right[1:]][kind]
    return " ".join(parts)


def test_main_names_with_a_slip_of_the_pen_are_found() -> None:
    listed = excerpt()
    names = Names(listed)
    main = [each for each in listed if each.name_kind == "main"]
    asked = [(each, misspelt(each.name, seed)) for seed, each in enumerate(main * 4)]
    hits = [any(hit.listed.entry_id == each.entry_id for hit in screen(names, text)) for each, text in asked]
    assert sum(hits) >= 0.97 * len(hits), [text for (_, text), hit in zip(asked, hits, strict=True) if not hit]


def test_every_listed_name_is_found_as_it_stands() -> None:
    listed = excerpt()
    names = Names(listed)
    for each in listed:
        hits = screen(names, each.name)
        assert (each.entry_id, 1.0) in {(hit.listed.entry_id, round(hit.score, 9)) for hit in hits}, each.name


def test_ordinary_names_are_no_hits() -> None:
    names = Names(excerpt())
    ordinary = [
        "Toyota Motor Corporation", "Nestlé S.A.", "Siemens AG", "Petróleo Brasileiro S.A.", "Tata Steel Ltd",
        "Compagnie de Saint-Gobain", "Vale S.A.", "Maersk Line", "Rio Tinto plc", "Ministry of Agriculture",
    ]  # fmt: skip
    assert [hit.listed.name for name in ordinary for hit in screen(names, name)] == []


@pytest.mark.parametrize("threshold", [0.7, 0.85, 0.95])
def test_the_search_finds_what_comparing_with_every_name_finds(threshold: float) -> None:
    listed = excerpt()
    names = Names(listed)
    for asked in listed[::7]:
        query = Query(asked.name, names.index)
        full = {each.entry_id for place, each in enumerate(listed) if query.likeness(place)[0] >= threshold}
        assert {hit.listed.entry_id for hit in screen(names, asked.name, threshold)} == full, asked.name


def test_a_hit_gives_its_reasons() -> None:
    (hit, *_) = screen(Names(excerpt()), "Osama bin Ladan")
    assert hit.listed.entry_id in ("6365", "6366")
    assert any("ladan ≈ lad" in reason for reason in hit.reasons)


def test_a_name_in_another_script_is_found() -> None:
    names = Names([ListedName("L", "1", "Beta Tsement Zavod"), ListedName("L", "2", "Alpha Shipping")])
    assert [hit.listed.entry_id for hit in screen(names, "Бета Цемент Завод")] == ["1"]


def test_without_a_list_nothing_is_known_and_old_lists_are_named() -> None:
    nothing = report(Names([]), [], "Anybody")
    assert (nothing.status, nothing.facts()) == ("insufficient data", {})
    names = Names([ListedName("L", "1", "Beta Cement")])
    lists = [ListState("new", 1, 3), ListState("old", 1, 45), ListState("csv", 1, 2, "loading")]
    found = report(names, lists, "Beta Cement Works")
    assert found.status == "hits"
    assert found.notes == ("the list old is 45 days old, counted from its publication; 30 are allowed",)
    assert found.facts()["name_hits"] == 1.0
    assert found.facts()["list_age_days"] == 45.0
    clean = report(names, [ListState("old", 1, None)], "Gamma Glass")
    assert (clean.status, clean.facts()) == ("no hit", {"name_hits": 0.0})
    assert "not known" in clean.notes[0]
    nameless = report(names, lists, "…")
    assert (nameless.status, nameless.facts()) == ("insufficient data", {})


@pytest.mark.parametrize("sign", ["\N{RIGHT-TO-LEFT OVERRIDE}", "\N{LEFT-TO-RIGHT OVERRIDE}"])
def test_a_name_that_is_shown_in_another_order_than_it_is_written_is_not_taken_for_clean(sign: str) -> None:
    names, lists = Names([ListedName("L", "1", "Beta Cement")]), [ListState("L", 1, 3)]
    for name in (sign + "tnemeC ateB", f"Gamma{sign} Glass"):
        found = report(names, lists, name)
        assert (found.status, found.facts()) == ("insufficient data", {})
        assert found.notes == ("the name holds signs that turn its letters around",)
    assert report(names, lists, "\N{RIGHT-TO-LEFT MARK}Be\N{ZERO WIDTH SPACE}ta Cement").status == "hits"


def test_a_home_is_screened_over_all_its_lists_with_their_age(tmp_path: Path) -> None:
    home = hg.Home(tmp_path / "home")
    assert screen_home(home.store, "Erik Exemplar", DAY).status == "insufficient data"
    (tmp_path / "un.xml").write_text(UN, encoding="utf-8")
    home.load("un-sanctions", tmp_path / "un.xml")
    home.load("ofac-sdn", DATA / "sdn.csv", DATA / "alt.csv")
    found = screen_home(home.store, "Eric Exemplar", DAY, oldest_days=1)
    assert [(hit.listed.list, hit.listed.entry_id) for hit in found.hits] == [("UN", "XYi.001")]
    assert {state.list: state.counted_from for state in found.lists} == {
        "un-sanctions": "publication", "ofac-sdn": "loading",
    }  # fmt: skip
    assert "the list un-sanctions is 2 days old, counted from its publication; 1 are allowed" in found.notes
    with pytest.raises(UsageError, match="threshold is a likeness"):
        screen_home(home.store, "x", DAY, threshold=85)


RESTRICTION = {
    "importer": "*", "exporter": "NOR", "hs_prefix": "27", "from_date": datetime.date(2022, 1, 1),
    "to_date": datetime.date(2026, 3, 1), "legal_reference": "Act 1",
}  # fmt: skip
DUAL = {
    "hs_prefix": "847141", "control_code": "4A003", "from_date": datetime.date(2022, 1, 1), "to_date": None,
    "legal_reference": "List 2",
}  # fmt: skip


def test_an_embargo_holds_by_partner_product_and_day_and_no_table_is_no_answer() -> None:
    day = datetime.timedelta(days=1)
    assert barred([RESTRICTION], "NOR", "JPN", "270900", DAY).acts == ("Act 1",)
    assert barred([RESTRICTION], "NOR", "JPN", "270900", DAY + day).embargoed is False
    assert barred([RESTRICTION], "NOR", "JPN", "270900", datetime.date(2021, 12, 31)).embargoed is False
    assert barred([RESTRICTION], "BRA", "JPN", "270900", DAY).embargoed is False
    assert barred([RESTRICTION], "NOR", "JPN", "100199", DAY).embargoed is False
    assert barred(None, "NOR", "JPN", "270900", DAY).embargoed is None


def test_a_code_on_a_controls_list_needs_classification_and_decides_nothing() -> None:
    hit = classification([DUAL], "847141", DAY)
    assert (hit.status, hit.codes) == ("needs classification", ("4A003",))
    assert classification([DUAL], "847149", DAY).status == "no entry"
    assert classification(None, "847141", DAY).status == "insufficient data"


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("LTTE", "Liberation Tigers of Tamil Eelam"),
        ("D.H.K.P./C", "Devrimci Halk Kurtulus Partisi-Cephesi"),
        ("CRYMSA", "Comercial de Rodajes y Maquinaria, S.A."),
        ("Comecarnes Ltda.", "Comercializadora de Carnes Ltda."),
        ("ГАЗБЕТОН", "Газовый Завод Бетонных Изделий"),
    ],
)
def test_a_short_form_finds_the_name_and_the_name_its_short_form(short: str, name: str) -> None:
    """OFAC lists the first four so, except the points; the last leaves out a word, and is none."""
    other = ListedName("L", "2", "Alpha Shipping", "main", "organisation")
    for asked, listed in ((short, name), (name, short)):
        for kind, expected in (("organisation", short != "ГАЗБЕТОН"), ("person", False)):
            hits = screen(Names([ListedName("L", "1", listed, "main", kind), other]), asked)
            assert [hit.listed.entry_id for hit in hits] == ["1"] * expected
            assert all("short form: " in hit.reasons[0] for hit in hits)


def test_a_name_made_to_be_costly_is_answered() -> None:
    """Particles may be left out of a short form: five hundred of them give more ways than can ever be tried."""
    names = Names([ListedName("L", "1", "aaaaaaaaaaxy"), ListedName("L", "2", "a " * 500 + "xa ya")])
    for hostile in ("a " * 400 + "xray yoke", "a " * 500 + "xa ya", "a" * 12, "x" * 100_000):
        assert {hit.listed.entry_id for hit in screen(names, hostile, 0.95)} <= {"2"}


def test_hits_are_ordered_by_likeness_and_one_per_entry() -> None:
    names = Names(
        [
            ListedName("L", "1", "Beta Cement"),
            ListedName("L", "1", "Beta Cement Works"),
            ListedName("L", "2", "Beta Cemant"),
        ]
    )
    hits: tuple[Hit, ...] = screen(names, "Beta Cement Works", 0.8)
    assert (hits[0].listed.entry_id, hits[0].listed.name) == ("1", "Beta Cement Works")
    assert len({hit.listed.entry_id for hit in hits}) == len(hits)
