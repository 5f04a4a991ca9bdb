"""From product to industry: what the packaged concordance says, what a loaded one changes, what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeground import Home
from homeground.codes import product_industries as concordance
from homeground.codes import products
from homeground.errors import UnknownCode

WIOD = tuple(f"c{number}" for number in range(1, 36))
RELEASE_2016 = tuple(f"c{number}" for number in range(1, 57))
OECD = (
    "A01 A02 A03 B05 B06 B07 B08 B09 C10T12 C13T15 C16 C17_18 C19 C20 C21 C22 C23 C24A C24B C25 C26 C27 C28 C29 C301 "
    "C302T309 C31T33 D E F G H49 H50 H51 H52 H53 I J58T60 J61 J62_63 K L M N O P Q R S T"
)
ICIO = tuple(OECD.split())
DIVISIONS = (
    "A01 A02 A03 B05-09 C10-12 C13-15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C30 C31-32 C33 D35 E36 "
    "E37-39 F41-43 G45 G46 G47 H49"
)
NACE64 = tuple(DIVISIONS.split())
WITS = (
    "HS 2007 Product Code,HS 2007 Product Description,"
    "ISIC Revision 3 Product Code,ISIC Revision 3 Product Description\n"
    "270900,Petroleum oils,1110,Extraction of crude petroleum\n"
    "90300,Maté,0113,Growing of crops\n"
    "720449,Scrap,9999,Goods n.e.c.\n"
    "852990,Parts,3210,Valves\n852990,Parts,2520,Plastics\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Home:
    """A Home with the table of WIOD 2011."""
    made = Home(tmp_path_factory.mktemp("products"))
    made.load("wiod2013", shared_data / "io" / "wiod2013", year=2011)
    return made


@pytest.mark.parametrize(
    ("product", "isic3", "isic4"),
    [
        ("270900", "11", "06"),  # crude oil
        ("271019", "23", "19"),  # refined oil
        ("271111", "11", "06"),  # natural gas, liquefied where it comes from the ground
        ("271112", "23", "19"),  # propane, from the refinery
        ("854231", "32", "26"),  # processors
        ("847130", "30", "26"),  # portable computers
        ("870323", "34", "29"),  # cars
        ("870190", "29", "28"),  # farm tractors
        ("870120", "34", "29"),  # road tractors
        ("841810", "29", "27"),  # refrigerators
        ("300490", "24", "21"),  # medicines
        ("310210", "24", "20"),  # urea
        ("260300", "13", "07"),  # copper ore
        ("740311", "27", "24"),  # refined copper
        ("100199", "01", "01"),  # wheat
        ("110100", "15", "10"),  # flour
        ("520100", "01", "01"),  # cotton
        ("610910", "17", "14"),  # T-shirts: knitted goods were textiles in Rev. 3
        ("940161", "36", "31"),  # seats
        ("284690", "24", "20"),  # compounds of rare earths
    ],
)  # fmt: skip
def test_a_product_goes_to_the_division_that_makes_it(product: str, isic3: str, isic4: str) -> None:
    assert concordance.divisions(product, "ISIC3") == {isic3: 1.0}
    assert concordance.divisions(product, "ISIC4") == {isic4: 1.0}


@pytest.mark.parametrize(
    ("industries", "name", "chip", "steel"),
    [
        (WIOD, "WIOD 2013", {"c14": 1.0}, {"c12": 1.0}),
        (RELEASE_2016, "WIOD 2016", {"c17": 1.0}, {"c15": 1.0}),
        (ICIO, "NACE Rev. 2", {"C26": 1.0}, {"C24A": 0.5, "C24B": 0.5}),
        (NACE64, "NACE Rev. 2", {"C26": 1.0}, {"C24": 1.0}),
    ],
)
def test_tables_are_recognised_by_their_codes(
    industries: tuple[str, ...], name: str, chip: dict[str, float], steel: dict[str, float]
) -> None:
    known = concordance.classification_of(industries)
    assert known.name == name
    assert concordance.industries_of("854231", known).shares == chip
    assert concordance.industries_of("720810", known).shares == steel


def test_industries_that_share_a_division_share_a_product_by_their_size() -> None:
    known = concordance.classification_of(ICIO)
    found = concordance.industries_of("720810", known, {"C24A": 30.0, "C24B": 10.0})
    assert found.shares == {"C24A": 0.75, "C24B": 0.25}


def test_a_heading_that_meets_two_divisions_counts_its_products() -> None:
    shares = concordance.divisions("8443", "ISIC3")
    codes = [code for code in products.codes("HS22") if code.startswith("8443")]
    office = sum(1 for code in codes if concordance.divisions(code, "ISIC3") == {"30": 1.0})
    assert shares == {"29": 1 - office / len(codes), "30": office / len(codes)}


def test_a_product_between_two_divisions_is_halved() -> None:
    assert concordance.divisions("250300", "ISIC4") == {"08": 0.5, "20": 0.5}


@pytest.mark.parametrize("product", ["720449", "470710", "230230", "854911", "999999"])
def test_what_no_industry_makes_is_refused_by_name(product: str) -> None:
    known = concordance.classification_of(WIOD)
    with pytest.raises(UnknownCode, match=f"no industry makes {product}"):
        concordance.industries_of(product, known)


def test_a_table_in_other_codes_is_refused_by_name() -> None:
    with pytest.raises(UnknownCode, match="Cultivation of wheat"):
        concordance.classification_of(["Cultivation of wheat", "C10-12"])


@pytest.mark.parametrize(("revision", "least"), [("HS92", 0.98), ("HS22", 0.98)])
def test_nearly_every_product_has_an_industry(revision: str, least: float) -> None:
    codes = products.codes(revision)
    assert concordance.coverage(codes, "ISIC3") == concordance.coverage(codes, "ISIC4") > least


@given(st.sampled_from(products.codes("HS22")), st.sampled_from([WIOD, RELEASE_2016, ICIO, NACE64]))
def test_shares_of_a_product_sum_to_one(product: str, industries: tuple[str, ...]) -> None:
    known = concordance.classification_of(industries)
    if concordance.divisions(product, known.isic):
        shares = concordance.industries_of(product, known).shares
        assert sum(shares.values()) == pytest.approx(1.0)  # sums of halves and of counted parts round
        assert set(shares) <= set(industries)


def test_a_loaded_concordance_of_the_world_bank_comes_first(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "JobID-48_Concordance_H3_to_I3.CSV"
    path.write_bytes(WITS.encode("cp1252"))
    before = home.industries_of("852990", 2011)
    report = home.load("concordance", path)
    assert (report.dataset, report.rows_loaded) == ("concordance-hs07-isic3", 5)
    assert before.shares == {"c14": 1.0}
    assert home.industries_of("852990", 2011).shares == {"c14": 0.5, "c10": 0.5}
    assert home.industries_of("090300", 2011).shares == {"c1": 1.0}
    assert home.industries_of("870323", 2011).basis == "ISIC Rev. 3, division 34"
    with pytest.raises(UnknownCode, match="states no industry for 720449"):
        home.industries_of("720449", 2011)
