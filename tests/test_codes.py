"""Countries, blocs and products: every form in use is understood, and none is guessed."""

from __future__ import annotations

import contextlib
import csv
import io
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeground.codes import blocs, countries, products
from homeground.errors import BadInput, HomegroundError, UnknownCode

SEEDED = settings(derandomize=True, deadline=None)

# --- countries ------------------------------------------------------------------------------------------------------


def test_the_country_table_holds_bacis_numbers_and_the_rest_of_iso() -> None:
    every = countries.every()
    assert len(every) == 258
    assert len(countries.numeric_codes()) == 238
    assert sum(bool(country.baci) for country in every) == 235
    assert len({country.iso3 for country in every}) == 258
    assert {c.iso3 for c in every if c.kind == "former"} == {"ANT", "CSK", "DDR", "SCG", "SUN", "ZA1"}
    assert countries.nes_codes() == {"PUS", "R20"}


def test_alpha_2_codes_lead_to_one_country_each() -> None:
    codes = [country.iso2 for country in countries.every() if country.iso2]
    assert len(codes) == len(set(codes))


def test_every_code_and_spelling_of_bacis_newest_table_leads_to_its_country(shared_data: Path) -> None:
    table = (shared_data / "codes/baci_country_codes_V202601.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert len(rows) == 238
    ambiguous = {"Congo", "CS"}
    for row in rows:
        for written in row.values():
            if written and written not in ambiguous:
                assert countries.resolve(written) == row["country_iso3"], written
    assert {(int(row["country_code"]), row["country_iso3"]) for row in rows} == set(countries.numeric_codes())


@pytest.mark.parametrize("written", ["NA", "na", "NAM", "516", "Namibia", " namibia "])
def test_namibia_survives_every_form(written: str) -> None:
    assert countries.resolve(written) == "NAM"


def test_namibia_survives_every_table() -> None:
    assert countries.get("NAM").iso2 == "NA"
    rows = countries.table().to_pylist()
    assert next(row for row in rows if row["iso3"] == "NAM")["iso2"] == "NA"
    text = io.StringIO()
    csv.writer(text).writerows([row["iso3"], row["iso2"]] for row in rows)
    assert dict(csv.reader(text.getvalue().splitlines()))["NAM"] == "NA"


@pytest.mark.parametrize(
    ("written", "iso3"),
    [
        ("842", "USA"), ("840", "USA"), ("251", "FRA"), ("250", "FRA"), ("699", "IND"), ("356", "IND"),
        ("757", "CHE"), ("756", "CHE"), ("579", "NOR"), ("578", "NOR"), ("4", "AFG"), ("004", "AFG"),
        ("56", "BEL"), ("58", "BEL"), ("276", "DEU"), ("280", "DEU"), ("729", "SDN"), ("736", "SDN"),
        ("490", "S19"), ("158", "S19"), ("TWN", "S19"), ("Taiwan", "S19"), ("697", "R20"), ("711", "ZA1"),
        ("ZA1", "ZA1"),
    ],
)  # fmt: skip
def test_numbers_of_baci_and_of_iso_lead_to_the_same_country(written: str, iso3: str) -> None:
    assert countries.resolve(written) == iso3


@pytest.mark.parametrize(
    ("written", "iso3"),
    [
        ("Korea, Rep.", "KOR"), ("Rep. of Korea", "KOR"), ("Korea, Dem. People's Rep.", "PRK"), ("Curacao", "CUW"),
        ("Congo, Dem. Rep.", "COD"), ("Congo (Kinshasa)", "COD"), ("Congo, Rep.", "COG"), ("CÔTE D’IVOIRE", "CIV"),
        ("CuraÃ§ao", "CUW"), ("Turkey", "TUR"), ("türkiye", "TUR"), ("Bahamas, The", "BHS"), ("St. Lucia", "LCA"),
        ("Bosnia & Herzegovina", "BIH"), ("Virgin Islands (British)", "VGB"), ("Hong Kong SAR, China", "HKG"),
        ("and", "AND"), ("is", "ISL"), ("st", "STP"), ("Belgium-Luxembourg (...1998)", "BEL"),
    ],
)  # fmt: skip
def test_names_are_understood_whatever_their_case_accents_and_order(written: str, iso3: str) -> None:
    assert countries.resolve(written) == iso3


def test_what_fits_several_countries_is_refused_with_the_candidates() -> None:
    with pytest.raises(
        UnknownCode, match=r"several countries: found 'Congo', expected DR Congo \(COD\) or Republic of the"
    ):
        countries.resolve("Congo")
    with pytest.raises(UnknownCode, match=r"KOR.*PRK"):
        countries.resolve("Korea")
    assert {form for form, codes in countries._by_any_form().items() if len(codes) > 1} == {
        "congo",
        "korea",
        "cs",
        "islands virgin",
    }


def test_an_unknown_country_is_refused_with_near_matches() -> None:
    with pytest.raises(UnknownCode, match=r"unknown country: found 'Germny', expected Germany \(DEU\)"):
        countries.resolve("Germny")
    with pytest.raises(UnknownCode, match=r"expected Morocco \(MAR\)\. What"):
        countries.resolve("Marocco")
    for strange in ("", "Atlantis", "XYZ"):
        with pytest.raises(UnknownCode, match="expected a country's name, ISO code or BACI number"):
            countries.resolve(strange)
    with pytest.raises(UnknownCode):
        countries.get("XXX")


def test_the_name_of_an_unknown_code_is_the_code() -> None:
    assert countries.name("XXX") == "XXX"
    assert [countries.name(code) for code in ("CUW", "CIV", "TUR", "S19")] == [
        "Curaçao",
        "Côte d'Ivoire",
        "Türkiye",
        "Other Asia, nes (Taiwan)",
    ]


def test_world_maps_join_on_isos_number_not_bacis() -> None:
    numbers = {"USA": "840", "FRA": "250", "IND": "356", "CHE": "756", "NOR": "578", "S19": "158", "AFG": "004"}
    assert {code: countries.iso_numeric(code) for code in numbers} == numbers
    assert countries.iso_numeric("XKX") is None
    assert countries.iso_numeric("R20") is None


@SEEDED
@given(
    st.sampled_from(countries.every()), st.sampled_from([str.upper, str.lower, str.title, lambda text: f"  {text} "])
)
def test_every_name_resolves_in_any_case(country: countries.Country, change: object) -> None:
    assert callable(change)
    assert countries.resolve(change(country.name)) == country.iso3
    assert countries.resolve(change(country.iso3)) == country.iso3


@SEEDED
@given(st.text(max_size=40))
def test_any_text_is_resolved_to_a_known_code_or_refused(text: str) -> None:
    with contextlib.suppress(UnknownCode):
        assert countries.get(countries.resolve(text)).iso3


# --- blocs ----------------------------------------------------------------------------------------------------------


def test_the_packaged_blocs() -> None:
    assert set(blocs.names()) == {
        "EU27", "EU28", "EU", "EFTA", "GCC", "ASEAN", "MERCOSUR", "USMCA", "EAEU", "SACU", "CARICOM", "EAC", "ECOWAS",
        "SADC", "COMESA", "PACIFIC_ALLIANCE", "CPTPP", "RCEP",
    }  # fmt: skip


@pytest.mark.parametrize("code", blocs.names())
def test_every_member_is_a_country_of_today_and_every_stay_has_a_source(code: str) -> None:
    bloc = blocs.every()[code]
    assert bloc.title
    for term in bloc.terms:
        assert countries.get(term.iso3).kind == "country"
        assert term.source
        assert term.end is None or term.first_day < term.end


@pytest.mark.parametrize("code", blocs.names())
def test_membership_begins_and_ends_on_its_day(code: str) -> None:
    bloc = blocs.every()[code]
    for term in bloc.terms:
        assert term.iso3 in bloc.on(term.first_day)
        if term.first_day > date.min:
            assert term.iso3 not in bloc.on(term.first_day - timedelta(days=1))
        if term.end is not None:
            assert term.iso3 in bloc.on(term.end - timedelta(days=1))
            assert term.iso3 not in bloc.on(term.end)


@pytest.mark.parametrize(
    ("bloc", "iso3", "day"),
    [
        ("EU", "POL", date(2004, 5, 1)), ("EU", "ROU", date(2007, 1, 1)), ("EU", "HRV", date(2013, 7, 1)),
        ("EAEU", "KGZ", date(2015, 8, 12)), ("CPTPP", "GBR", date(2024, 12, 15)), ("RCEP", "PHL", date(2023, 6, 2)),
        ("ASEAN", "TLS", date(2025, 10, 26)), ("COMESA", "EGY", date(1999, 1, 6)),
    ],
)  # fmt: skip
def test_known_days_of_accession(bloc: str, iso3: str, day: date) -> None:
    assert iso3 in blocs.every()[bloc].on(day)
    assert iso3 not in blocs.every()[bloc].on(day - timedelta(days=1))


@pytest.mark.parametrize(
    ("bloc", "iso3", "last_without", "first_with"),
    [("EU", "POL", 2003, 2004), ("EU", "HRV", 2012, 2013), ("EAEU", "KGZ", 2015, 2016), ("RCEP", "IDN", 2022, 2023)],
)
def test_a_year_counts_when_its_larger_part_does(bloc: str, iso3: str, last_without: int, first_with: int) -> None:
    assert iso3 not in blocs.members(bloc, last_without)
    assert iso3 in blocs.members(bloc, first_with)


def test_who_left_is_no_member_any_more() -> None:
    assert "GBR" in blocs.members("EU", 2019)
    assert "GBR" not in blocs.members("EU", 2020)
    assert {"BFA", "MLI", "NER"} <= blocs.members("ECOWAS", 2024)
    assert not {"BFA", "MLI", "NER"} & blocs.members("ECOWAS", 2025)
    assert ["SYC" in blocs.members("SADC", year) for year in (2003, 2004, 2008, 2009)] == [True, False, False, True]


def test_sizes_of_the_european_union() -> None:
    years = {1995: 15, 2003: 15, 2004: 25, 2007: 27, 2013: 28, 2019: 28, 2020: 27}
    assert {year: len(blocs.members("EU", year)) for year in years} == years
    assert blocs.members("EU27", 1995) == blocs.members("EU27", 2024) == blocs.members("EU", 2024)
    assert blocs.members("EU28", 2024) - blocs.members("EU27", 2024) == {"GBR"}


def test_a_year_without_members_is_refused_with_the_years_that_have_some() -> None:
    with pytest.raises(BadInput, match=r"RCEP had no members: found 2021, expected 2022 or later"):
        blocs.members("RCEP", 2021)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("eu27", "EU27"), ("EU-27", "EU27"), ("NAFTA", "USMCA"), ("Mercosul", "MERCOSUR"),
        ("Pacific Alliance", "PACIFIC_ALLIANCE"), ("pacific-alliance", "PACIFIC_ALLIANCE"),
    ],
)  # fmt: skip
def test_blocs_are_understood_as_people_write_them(written: str, code: str) -> None:
    assert blocs.is_bloc(written)
    assert blocs.resolve(written) == code


def test_an_unknown_bloc_is_refused_with_near_matches() -> None:
    assert not blocs.is_bloc("EU26")
    with pytest.raises(UnknownCode, match=r"unknown bloc: found 'EU26', expected .*EU27"):
        blocs.resolve("EU26")


def test_no_bloc_shares_a_word_with_a_country() -> None:
    for form in blocs._by_any_form():
        assert form not in countries._by_any_form()


def test_the_table_of_blocs_gives_the_same_members_as_the_days() -> None:
    rows = blocs.table().to_pylist()
    for year in range(1995, 2027):
        for code, bloc in blocs.every().items():
            listed = {r["iso3"] for r in rows if r["bloc"] == code and r["from_year"] <= year <= (r["to_year"] or 9999)}
            assert listed == bloc.on(date(year, 7, 1))


def test_a_users_own_blocs_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '[NORDIC]\nsince = 2000\nmembers = ["Denmark", "SWE", "FIN"]\n'
        'joined = [{ date = 2010-07-02, members = ["NOR"], source = "Treaty" }]\n'
        'left = [{ date = 2020, members = ["FIN", "SWE", "DNK", "NOR"] }]\n',
        encoding="utf-8",
    )
    nordic = blocs.read(file)["NORDIC"]
    assert nordic.members(2000) == nordic.members(2010) == {"DNK", "SWE", "FIN"}
    assert nordic.members(2011) == {"DNK", "SWE", "FIN", "NOR"}
    with pytest.raises(BadInput, match="NORDIC had no members: found 2020, expected 2000 to 2019"):
        nordic.members(2020)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[A]\nmembers = ["DEU"]', r"own.toml, A.*no since"),
        ('[A]\nsince = "soon"\nmembers = ["DEU"]', r"not a day .*found soon, expected a date"),
        ("[A]\nsince = 2000", "no members"),
        ("[A]\nsince = 2000\nmembers = []", "not a list of countries"),
        ('[A]\nsince = 2000\nmember = ["DEU"]', "unknown key .*found member"),
        ('[A]\nsince = 2000\nmembers = ["Germny"]', r"own.toml, A: unknown country: found 'Germny', expected Germany"),
        (
            '[A]\nsince = 2000\nmembers = ["DEU"]\nleft = [{ date = 2001, members = ["FRA"] }]',
            "FRA leaves on 2001-01-01",
        ),
        ('[A]\nsince = 2000\nmembers = ["DEU"]\njoined = [{ date = 2001, members = ["DEU"] }]', "DEU joins on 2001"),
        ("A = 1", "incomplete"),
        ("[A", "not valid TOML"),
    ],
)
def test_a_faulty_file_of_blocs_is_refused_with_the_place(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        blocs.read(file)


def test_a_missing_file_of_blocs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.toml"):
        blocs.read(tmp_path / "none.toml")


# --- products -------------------------------------------------------------------------------------------------------


def test_97_chapters_lie_in_21_sections() -> None:
    chapters = products.chapters()
    assert list(chapters) == [f"{number:02d}" for number in range(1, 98)]
    assert [section.number for section in products.sections().values()] == list(range(1, 22))
    assert {chapter.section.roman for chapter in chapters.values()} == set(products.sections())
    numbers = [chapter.section.number for chapter in chapters.values()]
    assert numbers == sorted(numbers)


def test_chapters_lie_in_the_sections_of_the_nomenclature(shared_data: Path) -> None:
    table = (shared_data / "codes/hs2022_all_levels.csv").read_text(encoding="utf-8")
    chapters = {row["hscode"]: row["section"] for row in csv.DictReader(table.splitlines()) if row["level"] == "2"}
    for code, roman in chapters.items():
        if code != "99":
            assert products.section(code).roman == roman
    assert set(products.chapters()) - set(chapters) == {"77"}


def test_names_are_those_of_the_published_tables(shared_data: Path) -> None:
    published = (shared_data / "codes/hs2022_all_levels.csv").read_text(encoding="utf-8")
    names = {
        r["hscode"]: " ".join(r["description"].split())
        for r in csv.DictReader(published.splitlines())
        if r["hscode"].isdigit()
    }
    held = products.table("HS22").to_pydict()
    assert dict(zip(held["code"], held["name"], strict=True)) == names

    published = (shared_data / "codes/baci_product_codes_HS92_V202301.csv").read_text(encoding="utf-8")
    codes = {row["code"].zfill(6) for row in csv.DictReader(published.splitlines())}
    assert set(products.table("HS92")["code"].to_pylist()) == codes | {"9999AA"}


def test_counts_by_revision_and_level() -> None:
    def levels(revision: str) -> dict[int, int]:
        codes = products.table(revision)["code"].to_pylist()
        return {length: sum(len(code) == length for code in codes) for length in {len(code) for code in codes}}

    assert products.revisions() == ("HS92", "HS22")
    assert levels("HS22") == {2: 97, 4: 1229, 6: 5613}
    assert levels("HS92") == {6: 5022}
    with pytest.raises(UnknownCode, match="no names packaged: found HS17, expected HS92, HS22"):
        products.table("HS17")


def test_known_names() -> None:
    assert products.name("260300") == "Copper ores and concentrates"
    assert products.name("270900", "HS22") == "Oils; petroleum oils and oils obtained from bituminous minerals, crude"
    assert products.name("270900", "HS92") == "Oils: petroleum oils and oils obtained from bituminous minerals, crude"
    assert products.name("0101") == "Horses, asses, mules and hinnies; live"
    assert products.chapter("270900").name == "Mineral fuels, oils"
    assert products.section("270900") == products.Section(5, "V", "Mineral products")


@pytest.mark.parametrize(
    ("code", "revision", "source", "exact"),
    [
        ("270900", None, "HS22", True),
        ("270900", "HS92", "HS92", True),
        ("270900", "HS17", "HS22", False),
        ("270900", "HS96", "HS92", False),
        ("854231", "HS92", "HS22", False),
        ("271000", None, "HS92", True),
        ("271000", "HS22", "HS92", False),
        ("270999", "HS22", "HS22", False),
        ("278899", "HS22", "HS22", False),
        ("778899", "HS22", None, False),
    ],
)
def test_a_borrowed_name_says_where_it_is_from(
    code: str, revision: str | None, source: str | None, exact: bool
) -> None:
    found = products.describe(code, revision)
    assert (found.code, found.revision_of_name, found.exact) == (code, source, exact)


def test_an_unknown_code_is_named_after_its_heading_then_its_chapter_then_itself() -> None:
    assert products.name("270999") == products.name("2709")
    assert products.name("278899") == products.name("27")
    assert products.name("778899") == "Product 778899"


def test_goods_outside_the_nomenclature_get_a_sensible_answer() -> None:
    assert products.normalise("999999") == "999999"
    assert products.normalise("9999aa") == "9999AA"
    assert products.name("999999", "HS17") == "Commodities not specified according to kind"
    assert products.name("9999AA").startswith("Commodities not specified according to kind")
    assert products.name("980000") == "Not classified by product"
    assert products.section("999999").number == 0
    assert products.chapter("9999AA").name == "Not classified"


def test_first_years_of_the_revisions() -> None:
    years = {"HS92": 1988, "HS96": 1996, "HS02": 2002, "HS07": 2007, "HS12": 2012, "HS17": 2017, "HS22": 2022}
    assert {revision: products.in_force(revision) for revision in years} == years
    with pytest.raises(UnknownCode, match="unknown HS revision: found 'HS99', expected HS92, HS96"):
        products.in_force("HS99")


def test_arms_are_chapter_93_alone() -> None:
    assert products.is_arms("930100")
    assert products.is_arms("93")
    assert not products.is_arms("360200")
    assert not products.is_arms("009300")


def test_search_by_word_and_by_code() -> None:
    assert products.search("crude petroleum")[0].code == "270900"
    assert [found.code for found in products.search("2603")] == ["260300", "2603"]
    assert {found.code for found in products.search("Lithium carbonate")} >= {"283691"}
    assert len(products.search("machines", limit=7)) == 7
    assert products.search("  ") == []
    assert products.search("no such good at all") == []


@pytest.mark.parametrize("code", [10121, "10121", "010121", " 010121 "])
def test_a_lost_leading_zero_is_put_back(code: str | int) -> None:
    assert products.normalise(code) == "010121"


@pytest.mark.parametrize("code", ["", "27", "2709", "2709001", "2709.00", "27090O", "٢٧٠٩٠٠", 270900.0, None, True])
def test_what_is_not_a_product_code_is_refused(code: object) -> None:
    with pytest.raises(UnknownCode, match=r"not an HS6 code: found .* expected six digits"):
        products.normalise(code)  # type: ignore[arg-type]


@SEEDED
@given(st.integers(10_000, 999_999))
def test_numbers_of_five_or_six_digits_are_normalised_once(number: int) -> None:
    code = products.normalise(number)
    assert (len(code), int(code)) == (6, number)
    assert products.normalise(code) == products.normalise(str(number)) == code
    assert products.name(code)


@SEEDED
@given(st.text(max_size=12))
def test_any_text_is_normalised_to_six_characters_or_refused(text: str) -> None:
    with contextlib.suppress(UnknownCode):
        assert len(products.normalise(text)) == 6


@SEEDED
@given(st.sampled_from(products.table("HS22")["code"].to_pylist()), st.integers(12, 80))
def test_a_short_name_fits_and_ends_at_a_word(code: str, width: int) -> None:
    full, short = products.name(code, "HS22"), products.short(code, "HS22", width)
    assert len(short) <= width
    if short != full:
        kept = short.removesuffix("…")
        cut_between_words = not full[len(kept)].isalnum()
        assert full.startswith(kept)
        assert cut_between_words or " " not in full[: width - 1]


# --- start-up -------------------------------------------------------------------------------------------------------


def test_codes_and_schema_load_nothing_heavy() -> None:
    program = (
        "import sys; from homeground.codes import blocs, countries, products; from homeground import schema; "
        "countries.resolve('NA'); products.name('270900'); blocs.members('EU', 2020); schema.table('flows'); "
        "print(sorted({'pandas', 'pyarrow', 'ibis', 'duckdb', 'numpy', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_refusal_is_an_error_of_the_house() -> None:
    assert issubclass(UnknownCode, HomegroundError)
    assert UnknownCode.exit_code == 3
