"""The mapping file: everything it must say is asked for by name, and nothing it must not say is let through."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from homeground.errors import BadInput, UsageError
from homeground.sources import mapping as mappings
from homeground.sources.mapping import Mapping
from trade_files import TIDY_MAPPING, write_mapping

PLAIN = TIDY_MAPPING.format(settings="", codes="iso3")
WHOLE = """
table = "flows"
revision = "hs17"
delimiter = ";"
encoding = "cp1252"
decimal = ","
thousands = "."
missing = ["-9", "x"]
duplicates = "sum"
[columns]
year = { constant = 2021 }
exporter = { name = "from", codes = "name", recode = { "Côte" = "CIV" } }
importer = { constant = "KEN", codes = "iso3" }
hs6 = { name = "line", digits = 8 }
value_usd = { name = "v", unit = "MUSD" }
"""


def parsed(text: str) -> Mapping:
    return mappings.parse(tomllib.loads(text), "m.toml")


def test_everything_that_is_stated_is_kept() -> None:
    found = parsed(WHOLE)
    assert (found.delimiter, found.encoding, found.decimal, found.thousands) == (";", "cp1252", ",", ".")
    assert (found.missing, found.duplicates) == (("-9", "x"), "sum")
    assert found.columns["year"].constant == "2021"
    assert found.columns["exporter"].recode == {"Côte": "CIV"}
    assert (found.columns["hs6"].digits, found.columns["value_usd"].unit) == (8, "MUSD")
    assert "quantity_t" not in found.columns


def test_a_licence_that_is_not_stated_is_called_so() -> None:
    assert (parsed(WHOLE).licence, parsed(WHOLE).citation) == ("not stated", "not stated")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = write_mapping(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert mappings.read(path).dataset == "tidy"


FAULTS = {
    "an unknown key": ("delimeter = ';'\n" + PLAIN, ("unknown key delimeter", "m.toml", "delimiter")),
    "an unknown column": (PLAIN + 'colour = "c"\n', ("unknown key colour", "[columns]", "value_usd")),
    "an unknown key of a column": (
        PLAIN.replace('unit = "kg"', 'unit = "kg", units = 1'),
        ("unknown key units", "quantity_t"),
    ),
    "an unknown table": (PLAIN.replace('"flows"', '"flow"'), ("unknown table", "'flow'", "flows")),
    "a column left out": (
        PLAIN.replace('hs6 = "product"', ""),
        ("the mapping leaves out hs6", 'hs6 = "its column name"'),
    ),
    "no unit": (PLAIN.replace(', unit = "USD"', ""), ("the unit is not stated", "columns.value_usd", "USD, kUSD")),
    "an unknown unit": (PLAIN.replace('"kg"', '"tonz"'), ("unknown unit", "found tonz", "kg, t, kt, Mt, lb")),
    "money for weight": (PLAIN.replace('"kg"', '"kUSD"'), ("unknown unit", "columns.quantity_t", "found kUSD")),
    "weight for money": (
        PLAIN.replace('"USD"', '"kg"'),
        ("unknown unit", "columns.value_usd", "USD, kUSD, MUSD, bnUSD"),
    ),
    "a unit of a year": (
        PLAIN.replace('year = "year"', 'year = { name = "year", unit = "t" }'),
        ("unknown unit", "columns.year"),
    ),
    "no code system": (
        PLAIN.replace(', codes = "iso3"', "", 1),
        ("the code system is not stated", "iso3, iso2, baci, name"),
    ),
    "an unknown code system": (
        PLAIN.replace('"iso3"', '"iso"'),
        ("unknown codes", "found iso", "iso3, iso2, baci, name"),
    ),
    "name and constant": (
        PLAIN.replace('"product"', '{ name = "p", constant = "1" }'),
        ("a name or a constant, and not both",),
    ),
    "neither name nor constant": (PLAIN.replace('"product"', "{ digits = 8 }"), ("a name or a constant",)),
    "a number for a name": (PLAIN.replace('"product"', "6"), ("columns.hs6", "of the wrong type", "found 6")),
    "a text for digits": (
        PLAIN.replace('"product"', '{ name = "p", digits = "8" }'),
        ("digits is of the wrong type", "a whole number"),
    ),
    "four digits": (
        PLAIN.replace('"product"', '{ name = "p", digits = 4 }'),
        ("digits out of range", "found 4", "6 to 12"),
    ),
    "a recode that is no table": (
        PLAIN.replace('"product"', '{ name = "p", recode = "x" }'),
        ("recode is of the wrong type",),
    ),
    "a recode to a number": (
        PLAIN.replace('"product"', '{ name = "p", recode = { a = 1 } }'),
        ("recode is of the wrong type",),
    ),
    "columns that are no table": ('columns = "all"\n', ("columns is of the wrong type", "expected a table")),
    "a number for a delimiter": ("delimiter = 5\n" + PLAIN, ("delimiter is of the wrong type", "found 5")),
    "a long delimiter": ("delimiter = ';;'\n" + PLAIN, ("delimiter is one sign", "';;'")),
    "a letter for thousands": ("thousands = '0'\n" + PLAIN, ("thousands is one sign", "'0'")),
    "another decimal sign": ("decimal = '/'\n" + PLAIN, ("unknown decimal", "found /")),
    "one sign for both": ("decimal = ','\nthousands = ','\n" + PLAIN, ("thousands and decimal are the same sign",)),
    "an unknown encoding": ("encoding = 'win'\n" + PLAIN, ("unknown encoding", "found win", "cp1252")),
    "an encoding of no text": ("encoding = 'rot13'\n" + PLAIN, ("unknown encoding", "found rot13")),
    "an unknown revision": (PLAIN.replace('"HS17"', '"2017"'), ("unknown HS revision", "found 2017", "HS92, HS96")),
    "another way with duplicates": (
        "duplicates = 'first'\n" + PLAIN,
        ("unknown duplicates", "found first", "refuse, sum"),
    ),
    "one text for missing": ("missing = 'x'\n" + PLAIN, ("missing is of the wrong type", "expected a list")),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_a_faulty_mapping_is_refused_with_the_place_and_what_is_allowed(name: str) -> None:
    text, words = FAULTS[name]
    with pytest.raises(BadInput) as caught:
        parsed(text)
    said = str(caught.value)
    assert [word for word in ("What to do", *words) if word not in said] == [], said


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no such mapping file.*nowhere\.toml"):
        mappings.read(tmp_path / "nowhere.toml")
    with pytest.raises(BadInput, match=r"the mapping cannot be opened.*[Dd]irectory"):
        mappings.read(tmp_path)
    path = tmp_path / "m.toml"
    for content in (b"table = ", b"\xff\xfe", b"a,b\n1,2\n"):
        path.write_bytes(content)
        with pytest.raises(BadInput, match=r"the mapping is not valid TOML.*What to do: mend it"):
            mappings.read(path)


def test_the_revision_comes_from_one_place() -> None:
    silent = parsed(PLAIN.replace('revision = "HS17"', ""))
    assert mappings.with_revision(silent, "hs12").revision == "HS12"
    assert mappings.with_revision(parsed(PLAIN), "hs17").revision == "HS17"
    with pytest.raises(UsageError, match="the HS revision is not stated"):
        mappings.with_revision(silent, None)
    with pytest.raises(UsageError, match="mixed HS revisions"):
        mappings.with_revision(parsed(PLAIN), "HS12")


def test_prices_ask_for_money_per_mass() -> None:
    text = 'table = "prices"\n[columns]\nyear = "y"\nhs6 = "p"\nbenchmark = "b"\nprice_usd_per_t = { name = "v"'
    with pytest.raises(BadInput, match=r"the unit is not stated.*USD/kg, USD/t"):
        parsed(text + " }\n")
    assert parsed(text + ', unit = "USD/lb" }\n').columns["price_usd_per_t"].unit == "USD/lb"
