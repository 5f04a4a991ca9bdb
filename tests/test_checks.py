"""Each named check fires on what was planted for it and is silent on clean flows; all flows here are SYNTHETIC."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from homeground import Home, checks
from homeground.codes import countries
from homeground.home import inspection
from toy_world import collect, flows
from trade_files import text_of, write_baci, write_mapping

CONTEXT = checks.Context(
    countries=frozenset(country.iso3 for country in countries.every()),
    nes=countries.nes_codes(),
    products=frozenset({"010121", "270900", "854231"}),
)
CLEAN = [
    (year, exporter, importer, hs6, value, 1.0)
    for year in (2019, 2020, 2021)
    for exporter, importer, hs6, value in (
        ("CHN", "JPN", "854231", 900.0),
        ("SAU", "JPN", "270900", 1000.0 + year - 2019),
        ("NAM", "FRA", "010121", 50.0),
    )
]
NES = sorted(countries.nes_codes())[0]
PLANTED: dict[str, tuple[list[tuple[Any, ...]], dict[str, Any]]] = {
    "unknown_countries": (
        [(2020, "XXX", "JPN", "270900", 1.0, 1.0)],
        {"year": 2020, "count": 1, "share": 0.25, "example": "XXX → JPN"},
    ),
    "duplicate_keys": (
        [(2020, "SAU", "JPN", "270900", 7.0, 1.0)],
        {"year": 2020, "count": 1, "share": 1 / 3, "example": "SAU → JPN 270900"},
    ),
    "impossible_values": (
        [
            (2020, "IRN", "JPN", "270900", float("nan"), 1.0),
            (2020, "IRQ", "JPN", "270900", -1.0, 1.0),
            (2020, "KWT", "JPN", "270900", float("inf"), None),
            (2020, "OMN", "JPN", "270900", 1.0, -2.0),
            (2020, "QAT", "JPN", "270900", None, 1.0),
        ],
        {"year": 2020, "count": 5, "share": 5 / 8, "example": "IRN → JPN 270900"},
    ),
    "self_trade": (
        [(2020, "JPN", "JPN", "270900", 1.0, 1.0)],
        {"year": 2020, "count": 1, "share": 0.25, "example": "JPN 270900"},
    ),
    "unknown_products": (
        [(2020, "SAU", "JPN", "999999", 1.0, 1.0)],
        {"year": 2020, "count": 1, "share": 0.25, "example": "999999"},
    ),
    "total_jump": (
        [(2021, "CHN", "FRA", "854231", 1952.0 * 0.75, 1.0)],
        {"year": 2021, "count": 1, "share": 1.75 + 0.25 * 0, "example": ""},
    ),
    "missing_quantities": (
        [(2020, "RUS", "JPN", "270900", 1951.0, None)],
        {"year": 2020, "count": 1, "share": 0.5, "example": "270900"},
    ),
    "nes_partners": (
        [(2020, NES, "JPN", "270900", 1951.0, 1.0)],
        {"year": 2020, "count": 1, "share": 0.5, "example": NES},
    ),
}


def found(name: str, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    (check,) = (check for check in checks.CHECKS if check.name == name)
    return collect(check.rows(flows(rows), CONTEXT).order_by("year"))


def test_every_named_check_is_tried_here() -> None:
    assert set(PLANTED) == {check.name for check in checks.CHECKS}


@pytest.mark.parametrize("name", list(PLANTED))
def test_a_check_is_silent_on_clean_flows(name: str) -> None:
    assert found(name, CLEAN) == []


@pytest.mark.parametrize("name", list(PLANTED))
def test_a_check_finds_what_was_planted_and_says_when_how_much_and_where(name: str) -> None:
    planted, expected = PLANTED[name]
    (row,) = found(name, [*CLEAN, *planted])
    if name == "total_jump":
        expected = {**expected, "share": (1952.0 + 1952.0 * 0.75) / 1951.0}
    # quotients of a few doubles
    assert row == {**expected, "share": pytest.approx(expected["share"], rel=1e-12)}


def test_a_year_is_only_held_against_the_year_before_it() -> None:
    gap = [(2015, "CHN", "JPN", "854231", 1.0, 1.0), *((2017, *row[1:]) for row in CLEAN[:3])]
    assert found("total_jump", gap) == []
    assert (
        found("total_jump", [(2016, "CHN", "JPN", "854231", 0.0, 1.0), (2017, "CHN", "JPN", "854231", 5.0, 1.0)]) == []
    )


def test_products_are_not_judged_where_no_names_are_loaded() -> None:
    context = checks.Context(CONTEXT.countries, CONTEXT.nes, frozenset())
    assert collect(checks.unknown_products(flows(PLANTED["unknown_products"][0]), context)) == []


def facts(name: str, **change: Any) -> checks.DatasetFacts:
    plain = {
        "source": "tidy",
        "revision": "HS17",
        "version": "V1",
        "years": (2020, 2021),
        "rows_in": 100,
        "rows_refused": 0,
    }
    return checks.DatasetFacts(**{"name": name, "reasons": "", **plain, **change})


def test_datasets_of_one_revision_and_version_raise_no_finding() -> None:
    assert checks.datasets([facts("a"), facts("b"), facts("c", revision=None, version=None)]) == []


def test_mixed_revisions_and_versions_are_named_with_their_datasets() -> None:
    first, second = checks.datasets([facts("a"), facts("b", revision="HS22", version="V2")])
    assert (first.check, first.severity, first.example) == ("mixed_revisions", "warning", "a: HS17, b: HS22")
    assert (second.check, second.example) == ("mixed_versions", "a: V1, b: V2")


def test_refused_rows_and_a_provisional_year_are_pointed_out() -> None:
    refused, provisional = checks.datasets([facts("a", source="baci", rows_refused=2, reasons="2 × year: missing")])
    assert (refused.check, refused.count, refused.share, refused.example) == (
        "refused_rows",
        2,
        0.02,
        "2 × year: missing",
    )
    assert (provisional.check, provisional.severity, provisional.year) == ("provisional_year", "note", 2021)


def test_a_home_reports_gravest_first_and_leaves_small_shares_out(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    rows = [f"2021,4,842,{hs6},5,1" for hs6 in range(100000, 100040)]
    names = tmp_path / "product_codes_HS17_V202601.csv"
    names.write_text(text_of("code,description", [f"{hs6},x" for hs6 in range(100000, 100039)]))
    home.load("baci", write_baci(tmp_path, [*rows, "2021,999,842,100001,5,1", "2021,156,842,100002,1,NA"]), names)
    found = home.check()
    assert [(f.severity, f.check) for f in found] == [
        ("warning", "refused_rows"),
        ("warning", "unknown_products"),
        ("note", "provisional_year"),
    ]
    assert all(finding.do for finding in found)


def test_a_clean_home_has_nothing_to_report(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    path = tmp_path / "trade.csv"
    path.write_text("year,seller,buyer,product,value,weight\n2021,CHN,JPN,854231,5,1\n")
    home.load("tidy", path, mapping=write_mapping(tmp_path))
    assert home.check() == []


def test_years_are_read_apart_and_still_compared_with_one_another(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(inspection, "ROWS_AT_ONCE", 1)
    home = Home(tmp_path / "home")
    home.load(
        "baci", write_baci(tmp_path, ["2019,4,842,100001,5,1", "2019,4,842,100002,5,NA"], "BACI_HS17_Y2019_V202601.csv")
    )
    home.load("baci", write_baci(tmp_path, ["2020,4,842,100001,50,NA"], "BACI_HS17_Y2020_V202601.csv"))
    home.load("baci", write_baci(tmp_path, ["2021,4,842,100001,50,1"]))
    found = {(f.check, f.year) for f in home.check() if f.check != "unknown_products"}
    assert found == {
        ("missing_quantities", 2019),
        ("missing_quantities", 2020),
        ("total_jump", 2020),
        ("provisional_year", 2021),
    }
    of_one = {(f.check, f.year) for f in home.check(years=[2019])}
    assert ("missing_quantities", 2019) in of_one
    assert ("missing_quantities", 2020) not in of_one
    assert ("total_jump", 2020) in of_one
