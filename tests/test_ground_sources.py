"""Sources of own ground with damaged, cut and mixed-up files: a message or refused rows, never a fault of our own."""

from __future__ import annotations

import gzip
import random
from contextlib import suppress
from itertools import permutations
from pathlib import Path

import pytest

from homeground import Home
from homeground.errors import BadInput, HomegroundError, RefusedLoad, UsageError
from homeground.sources import GROUND
from trade_files import rows_of

# SYNTHETIC rows in the layout of each source
FAO = "# note\narea_code,item_code,item,element,unit,area,2008,2009\n" + "".join(
    f"100,{item},Item {item},{element},1000 tonnes,India,1.5,2\n"
    for item in range(30)
    for element in ("Production", "Import")
)
BGS = "Metal,Country,Year 2020,Year 2021,Sum\n" + "".join(
    f'"Tin, mine",{c},1,2.5,3\n' for c in ("Peru", "NAMIBIA", "China")
)
WORLD = (
    "SOURCE,COMMODITY,COUNTRY,TYPE,UNIT_MEAS,PROD_2023,PROD_EST_ 2024,PROD_NOTES,CAP_2023,CAP_EST_ 2024,CAP_NOTES,"
    "RESERVES_2024,RESERVE_NOTES\n"
    "MCS2025,Tin,Peru,Mine production,thousand metric tons,1,2,,,,,>30,\n"
    "MCS2025,Tin,Namibia,Mine production,thousand metric tons,,,W for 23-24,,,,,NA\n"
)
SALIENT = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes\n"
    "TIN,Salient Statistics,Tin,United States,Production,Production: Secondary,metric tons,2023,W,\n"
    "TIN,Salient Statistics,Tin,United States,Net import reliance,Net import reliance,percent,2023,>50,Defined as x.\n"
)
FISH = (
    "year,quantity,unit,unit_name_en,country_iso3_alpha,isscaap_group,prod_method\n"
    '2018,10,t,Tonnes - live weight,NAM,"Shrimps, prawns",capture\n'
    '2018,5,t,Tonnes - live weight,NAM,"Shrimps, prawns",aquaculture\n'
)
PEOPLE = "iso3c,country_name,year,pop\nNAM,Namibia,2018,2405680\n"
NO_TABLES = (b"", b"\x00\x01\x02", b"<html>no</html>", gzip.compress(b"a,b\n", mtime=0)[:-4], b"PK\x03\x04")
FILES = {
    "fao-balances": FAO, "bgs-minerals": BGS, "usgs-production": WORLD, "usgs-salient": SALIENT,
    "fao-fisheries": FISH, "population": PEOPLE,
}  # fmt: skip


def load(home: Home, folder: Path, source: str, text: str) -> Path:
    path = folder / f"{source}.csv"
    path.write_text(text, encoding="utf-8")
    home.load(source, path)
    return path


@pytest.mark.parametrize("source", FILES)
def test_each_layout_loads_and_namibia_survives(source: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    load(home, tmp_path, source, FILES[source])
    table = "population" if source == "population" else "balances"
    countries = {row["country"] for row in rows_of(home, table)}
    assert countries & {"NAM", "IND", "USA"}


def test_live_weight_of_all_methods_is_summed_and_says_of_which(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    load(home, tmp_path, "fao-fisheries", FISH)
    (row,) = rows_of(home, "balances")
    assert (row["quantity_t"], row["state"], row["note"]) == (15.0, "live weight", "aquaculture 5 t; capture 10 t")
    assert row["place"] == "sum of lines 2, 3"


def test_a_bound_and_a_withheld_figure_say_so(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    load(home, tmp_path, "usgs-production", WORLD)
    rows = {(row["country"], row["element"], row["year"]): row for row in rows_of(home, "balances")}
    assert (rows["PER", "reserves", 2024]["quantity_t"], rows["PER", "reserves", 2024]["note"]) == (30e3, "more than")
    withheld = rows["NAM", "production", 2023]
    assert withheld["quantity_t"] is None
    assert withheld["note"].startswith("withheld by the source")


@pytest.mark.parametrize(("source", "other"), list(permutations(FILES, 2)))
def test_the_file_of_another_source_is_refused(source: str, other: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="missing column"):
        load(Home(tmp_path / "home"), tmp_path, source, FILES[other])


@pytest.mark.parametrize("source", [*FILES, "ministry"])
@pytest.mark.parametrize("content", NO_TABLES)
def test_what_is_no_table_is_refused(source: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="What to do:"):
        Home(tmp_path / "home").load(source, path)
    assert not (tmp_path / "home" / "data").exists()


@pytest.mark.parametrize("source", GROUND)
def test_two_files_or_a_mapping_are_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is one file"):
        Home(tmp_path / "home").load(source, tmp_path / "a", tmp_path / "b")
    with pytest.raises(UsageError, match="needs no HS revision"):
        Home(tmp_path / "home").load(source, tmp_path / "a", hs="HS17")


@pytest.mark.parametrize("source", FILES)
def test_damaged_text_never_ends_in_a_fault_of_our_own(source: str, tmp_path: Path) -> None:
    chance = random.Random(20261125)
    for number in range(25):
        letters = list(FILES[source])
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(letters))
            letters[place] = chance.choice(["", ",", '"', "\n", "x", "-", "9", "é", letters[place] * 3])
        home = Home(tmp_path / f"home-{number}")
        with suppress(HomegroundError):
            load(home, tmp_path, source, "".join(letters))


def test_a_file_of_which_too_much_is_refused_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(RefusedLoad, match="3 of 4 rows would be refused"):
        load(Home(tmp_path / "home"), tmp_path, "population", PEOPLE + "XX,a,2018,1\nYY,b,2018,1\nZZ,c,2018,1\n")
