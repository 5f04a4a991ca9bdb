"""Input–output tables in every publisher's layout: read alike, refused with their place, kept as arrays."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chain_files
from chain_files import DEMAND, FLOWS, OUTPUT
from homeground.codes import countries
from homeground.errors import BadInput, NotInHome, RefusedLoad, UnknownCode, UsageError
from homeground.home import Home
from homeground.sources.chains import CHAIN_SOURCES, open_chains, wiod
from homeground.sources.mapping import parse
from homeground.store.arrays import open_arrays

WORLDS: dict[str, tuple[Callable[[Path], Path], int, tuple[str, str, str], str]] = {
    "wiod2013": (chain_files.wiod2013, 2011, ("DEU", "CHN", "ROW"), "USD"),
    "wiod2016": (chain_files.wiod2016, 2014, ("DEU", "CHN", "ROW"), "USD"),
    "adb-mrio": (chain_files.adb, 2022, ("DEU", "CHN", "ROW"), "USD"),
    "oecd-icio": (chain_files.oecd, 2020, ("DEU", "CHN", "ROW"), "USD"),
    "figaro": (chain_files.figaro, 2022, ("DEU", "CHN", "ROW"), "EUR"),
    "exiobase3": (chain_files.exiobase, 2019, ("DEU", "CHN", "XWA"), "EUR"),
}


@pytest.mark.parametrize("source", WORLDS)
def test_each_publishers_layout_is_read_and_kept_as_the_same_world(source: str, tmp_path: Path) -> None:
    make, year, regions, currency = WORLDS[source]
    folder = tmp_path / "raw"
    folder.mkdir()
    home = Home(tmp_path / "home")
    report = home.load(source, make(folder))
    assert (report.status, report.years, report.rows_loaded) == ("loaded", (year,), 6)
    assert home.load(source, folder).status == "already loaded"
    held = open_arrays(tmp_path / "home", home.dataset(year, table="chains"), year)
    assert [country for country, _ in held.industries] == [r for r in regions for _ in range(2)]
    assert held.currency == currency
    for found, wanted in ((held.flows, FLOWS), (held.demand, DEMAND), (held.output, OUTPUT)):
        assert found == pytest.approx(wanted * 1e6, rel=1e-12)
    assert home.chains(year).check()[0].check in ("balance", "negative final demand")


def test_the_edition_of_2016_names_final_demand_the_other_way_round(tmp_path: Path) -> None:
    (table,) = open_chains("oecd-icio", [chain_files.oecd_of_2016(tmp_path)]).tables()
    assert table.users == tuple((region, use) for region in chain_files.REGIONS for use in ("HFCE", "INV"))
    assert table.flows == pytest.approx(FLOWS * 1e6)
    assert table.demand == pytest.approx(DEMAND * 1e6)


def test_prices_of_two_kinds_are_not_mixed(tmp_path: Path) -> None:
    current = chain_files.adb(tmp_path / "now") / "ADB-MRIO-2022-August 2025.xlsx"
    constant = tmp_path / "ADB-MRIO-2022, at constant 2010 prices.xlsx"
    chain_files.as_workbook(constant, chain_files.wiod_lines("RoW", ("F1", "F5"), "at constant 2010 prices"))
    with pytest.raises(BadInput, match="prices of two kinds"):
        open_chains("adb-mrio", [current, constant])
    assert open_chains("adb-mrio", [constant]).mapping.dataset == "adb-mrio-constant-2010"
    previous = chain_files.wiod2016(tmp_path) / "WIOT2014_Nov16_ROW.csv"
    previous.rename(tmp_path / "WIOT2014_PYP_Nov16_ROW.csv")
    with pytest.raises(BadInput, match="current prices, opened in Excel or LibreOffice"):
        open_chains("wiod2016", [tmp_path / "WIOT2014_PYP_Nov16_ROW.csv"])


def test_the_bank_s_own_codes_of_countries_are_known() -> None:
    assert all(countries.resolve(code) == code for code in wiod.ADB.values() if code != "ROW")
    assert {wiod.ADB[code] for code in ("GER", "PRC", "SPA", "NET", "UKG", "INO")} == {
        "DEU", "CHN", "ESP", "NLD", "GBR", "IDN",
    }  # fmt: skip


def test_every_source_of_chains_is_tested_here() -> None:
    assert {*WORLDS, "national-io"} == set(CHAIN_SOURCES)


def test_a_whole_table_is_loaded_from_zip_folder_and_coefficients_alike(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    chain_files.exiobase(tmp_path / "one")
    shutil.make_archive(str(tmp_path / "IOT_2019_ixi"), "zip", tmp_path / "one")
    chain_files.exiobase(tmp_path / "two", "A.txt")
    for path in (tmp_path / "IOT_2019_ixi.zip", tmp_path / "two" / "IOT_2019_ixi"):
        (table,) = open_chains("exiobase3", [path]).tables()
        assert table.flows == pytest.approx(FLOWS * 1e6)


def test_arrays_of_a_release_come_with_names_and_years(tmp_path: Path) -> None:
    for year in (2010, 2011):
        chain_files.wiod2013_arrays(tmp_path, year)
    home = Home(tmp_path / "home")
    with pytest.raises(BadInput, match="same content"):
        home.load("wiod2013", tmp_path)
    report = home.load("wiod2013", tmp_path, year=2011)
    assert report.years == (2011,)
    assert home.exposure("DEU", 2011).industries["name"].to_pylist() == ["Agriculture, Hunting", "Mining"]
    with pytest.raises(NotInHome, match="2010"):
        home.chains(2010)


def test_parts_of_china_stay_apart_and_belong_together(tmp_path: Path) -> None:
    chain_files.oecd(tmp_path)
    path = tmp_path / "2020_SML.csv"
    text = path.read_text(encoding="utf-8").replace("DEU_A", "CN1_A").replace("DEU_C", "CN1_C")
    path.write_text(
        text.replace("CHN_A", "CN2_A").replace("CHN_C", "CN2_C").replace("DEU_H", "CHX_H"), encoding="utf-8"
    )
    with pytest.raises(UnknownCode, match="CHX"):
        Home(tmp_path / "home").load("oecd-icio", tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("CHX_H", "DEU_H"), encoding="utf-8")
    home = Home(tmp_path / "home")
    home.load("oecd-icio", path)
    system = home.chains(2020)
    assert system.countries == ("CHN", "ROW")
    assert len(system.exposure("CHN").direct.columns) == 4


def test_a_national_table_stands_alone_or_with_its_imports(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.load("national-io", chain_files.national(tmp_path), mapping=tmp_path / "sweden.toml", dataset="alone")
    alone = home.chains(2018, dataset="alone")
    assert alone.countries == ("SWE",)
    assert alone.x.tolist() == pytest.approx((OUTPUT[:2] * 1e6).tolist())
    home.load("national-io", chain_files.national(tmp_path, True), mapping=tmp_path / "sweden.toml", dataset="open")
    system = home.chains(2018, dataset="open")
    bought = (FLOWS[2:4, :2] + FLOWS[4:, :2]).sum(axis=0)
    inner = np.linalg.inv(np.eye(2) - FLOWS[:2, :2] / OUTPUT[:2])
    content = bought / OUTPUT[:2] @ inner
    shares = system.exposure("SWE").foreign()["look_through"]
    assert shares.to_numpy() == pytest.approx(content, rel=1e-12)


def test_the_real_table_of_sweden_loads_and_closes(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "io" / "critical_inputs"
    other = "Other consumption - "
    text = chain_files.NATIONAL.replace('"flows.csv"', '"IO_SWE_NACE64.csv"')
    text = text.replace('"accounts.csv"', '"other_accounts_SWE_NACE64.csv"')
    text = text.replace('"output"', '"Sectoral output (Mkr/y)"').replace('"exports"', f'"{other}exports (Mkr/y)"')
    names = ["IZW", "government", "investments", "inventory changes"]
    uses = ", ".join(f'"{name}"' for name in ["Household demand (Mkr/y)", *(f"{other}{n} (Mkr/y)" for n in names)])
    (tmp_path / "sweden.toml").write_text(text.replace('"households", "stocks"', uses), encoding="utf-8")
    home = Home(tmp_path / "home")
    report = home.load("national-io", folder, mapping=tmp_path / "sweden.toml")
    assert report.rows_loaded == 63
    system = home.chains(2018)
    assert system.x.sum() == pytest.approx(10_995_714e6)
    assert np.abs(system.discrepancy).max() < 1.0
    assert [f for f in system.check() if f.severity != "note"] == []


def test_real_years_of_wiod_open_in_an_instant_from_the_home(shared_data: Path, tmp_path: Path) -> None:
    """The arrays are mapped: nothing but labels is read to open a year."""
    home = Home(tmp_path / "home")
    folder = shared_data / "io" / "wiod2013"
    report = home.load("wiod2013", folder, year=[1995, 2011])
    assert (report.years, report.rows_loaded) == ((1995, 2011), 2870)
    held = open_arrays(tmp_path / "home", home.dataset(2011, table="chains"), 2011)
    assert isinstance(held.flows, np.memmap)
    assert held.flows.shape == (1435, 1435)
    assert ("S19", "c14") in held.industries
    assert ("ROU", "c1") in held.industries
    assert held.names["c14"] == "Electrical and Optical Equipment"
    rows = home.table("chains", years=[2011]).to_pyarrow().to_pandas()
    assert rows["value_added"].sum() == pytest.approx(rows["final_demand"].sum() + rows["discrepancy"].sum())
    lineage = {row["file"] for row in home.lineage().to_pylist()}
    assert {"Z_2011.parquet", "F_1995.parquet", "sector_names.csv"} <= lineage


def changed(folder: Path, old: str, new: str) -> Path:
    path = chain_files.oecd(folder) / "2020_SML.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("20.0,30.0", "20.0,3o.0", BadInput, r"line 2, column 3.*'3o.0'"),
        ("20.0,30.0", "20.0", BadInput, r"line 2.*13 cells, expected 14"),
        ("CHN_C29,", "CHX_C29,", BadInput, r"no row for C"),
        ("ROW_HFCE", "XYZ_HFCE", UnknownCode, r"2020_SML.csv: unknown country.*XYZ"),
        ("20.0,30.0", "20.0,30000.0", RefusedLoad, r"rows do not add up.*DEU.A01_02 by -29,970,000,000"),
    ],
)
def test_a_faulty_table_is_refused_with_its_place_and_nothing_is_kept(
    old: str, new: str, error: type[Exception], words: str, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    with pytest.raises(error, match=rf"(?s){words}"):
        home.load("oecd-icio", changed(tmp_path, old, new))
    assert home.catalog.datasets == {}
    assert not list((tmp_path / "home").rglob("*.npy"))


def test_a_table_that_does_not_add_up_needs_consent(tmp_path: Path) -> None:
    path = changed(tmp_path, "20.0,30.0", "20.0,38.0")
    home = Home(tmp_path / "home")
    with pytest.raises(RefusedLoad, match=r"--unbalanced"):
        home.load("oecd-icio", path)
    assert home.load("oecd-icio", path, unbalanced=True).status == "loaded"
    assert "miss output" in home.exposure("DEU", 2020).chains.notes()[1]


def test_a_lost_decimal_point_without_published_output_is_found_by_value_added(tmp_path: Path) -> None:
    path = chain_files.figaro(tmp_path) / "matrix_eu-ic-io_ind-by-ind_24ed_2022.csv"
    text = path.read_text(encoding="utf-8").replace("20.0,30.0", "20.0,30000.0", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RefusedLoad, match=r"use more than they make.*DEU\.C29"):
        Home(tmp_path / "home").load("figaro", path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("country", "kountry"), "unknown key.*kountry"),
        (('scale = "million"', 'scale = "lakh"'), "unknown scale.*'lakh'"),
        (("year = 2018", 'year = "2018"'), "wrong kind.*year"),
        (('"households", ', '"house", '), "no such column.*'house'"),
        (('flows = "flows.csv"', 'flows = "none.csv"'), "missing.*none.csv"),
        (('country = "SWE"\n', ""), "missing key.*country"),
        (('"SWE"', '"Sweeden"'), "unknown country"),
        (("= 2018", "= = 2018"), "not valid TOML"),
    ],
)
def test_a_faulty_description_of_a_national_table_is_refused(
    change: tuple[str, str], words: str, tmp_path: Path
) -> None:
    chain_files.national(tmp_path)
    text = chain_files.NATIONAL.replace(*change)
    (tmp_path / "sweden.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=f"(?s){words}"):
        list(open_chains("national-io", [tmp_path], mapping=tmp_path / "sweden.toml").tables())


@pytest.mark.parametrize("source", ["national-io", "figaro"])
def test_a_description_goes_with_a_national_table_only(source: str, tmp_path: Path) -> None:
    mapping: Any = None if source == "national-io" else tmp_path / "x.toml"
    with pytest.raises(UsageError, match="mapping"):
        open_chains(source, [tmp_path], mapping=mapping)


@pytest.mark.parametrize("source", [*WORLDS])
def test_a_folder_without_the_table_says_what_it_should_look_like(source: str, tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no such table found"):
        open_chains(source, [tmp_path])


def test_a_part_of_a_year_that_is_missing_is_named(tmp_path: Path) -> None:
    chain_files.wiod2013_arrays(tmp_path)
    (tmp_path / "x_2011.csv").unlink()
    with pytest.raises(BadInput, match=r"x_2011\.csv"):
        open_chains("wiod2013", [tmp_path])


def test_a_tidy_file_cannot_stand_for_a_table() -> None:
    with pytest.raises(BadInput, match=r"no tidy file.*national-io"):
        parse({"table": "chains"}, "mapping.toml")


def test_a_damaged_array_in_the_home_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.load("wiod2013", chain_files.wiod2013_arrays(tmp_path))
    (place,) = (tmp_path / "home").rglob("*.Z.npy")
    place.write_bytes(place.read_bytes()[:50])
    with pytest.raises(BadInput, match="damaged"):
        home.chains(2011)
