"""A measure that names a bloc binds its members, in every list of suppliers, markets and prices."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from homeground.codes import blocs
from homeground.home import Home, questions
from homeground.home.deals.in_force import in_force
from homeground.home.materials import materials
from homeground.home.trade import cuts, within_reach

DAY = date(2024, 1, 1)
GAS = "271121"
MAPPING = """
table = "restrictions"
dataset = "measures"
[columns]
importer = "importer"
exporter = "exporter"
hs_prefix = "prefix"
from_date = "from"
legal_reference = "act"
"""


@pytest.fixture(scope="module")
def bound(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The real sample with two invented measures that name EU27: on gas from Norway, and on all sales to China."""
    folder = tmp_path_factory.mktemp("measures")
    shutil.copytree(Path(str(sample_home.store.path)), folder / "home")
    (folder / "measures.toml").write_text(MAPPING, encoding="utf-8")
    rows = ("importer,exporter,prefix,from,act", "EU27,NOR,2711,2020-01-01,Act 1", "CHN,EU27,*,2020-01-01,Act 2")
    (folder / "measures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    home = Home(folder / "home")
    home.load("tidy", folder / "measures.csv", mapping=folder / "measures.toml")
    return home


def question(home: Home, country: str = "DEU") -> questions.Question:
    return questions.ask(home.store, country, 2023, dataset="raw-materials")


def step_in(home: Home, country: str) -> str:
    row = {"hs6": GAS, "short": "gas", "top_supplier": "BEL"}
    (cut,) = cuts.main_supplier_cuts(home.store, question(home, country), [row], DAY).to_pylist()
    return str(cut["fillers"])


def markets(home: Home, country: str) -> set[str]:
    asked = question(home, country)
    bars = in_force(home.store, (asked.place,), DAY)
    return set(within_reach.markets_open(home.store, asked, "all-goods", None, bars)[0]["importer"].to_pylist())


def test_no_barred_supplier_is_named_as_one_who_could_step_in(sample_home: Home, bound: Home) -> None:
    assert "Norway" in step_in(sample_home, "DEU")
    assert "Norway" not in step_in(bound, "DEU")
    assert "Norway" in step_in(bound, "GBR"), "not a member"


def test_no_barred_market_is_named_as_within_reach(sample_home: Home, bound: Home) -> None:
    assert "CHN" in markets(sample_home, "DEU")
    assert "CHN" not in markets(bound, "DEU")
    assert "CHN" in markets(bound, "GBR")


def test_no_barred_seller_sets_a_price(sample_home: Home, bound: Home) -> None:
    def sellers(home: Home) -> set[str]:
        asked = question(home)
        bought = questions.own_imports(home.store, asked).filter(lambda flow: flow.hs6 == GAS)
        return set(materials._permitted(home.store, bought, asked.place).to_pyarrow()["exporter"].to_pylist())

    assert sellers(sample_home) - sellers(bound) == {"NOR"}


def test_a_measure_binds_a_country_itself_and_a_blocs_members_of_the_day() -> None:
    assert blocs.bound("JPN", DAY) == {"JPN"}
    assert blocs.bound("*", DAY) == {"*"}
    assert blocs.bound("EU27", DAY) == {"EU27", *blocs.members("EU27", 2024)}
    assert "GBR" in blocs.bound("EU", date(2019, 1, 1))
    assert "GBR" not in blocs.bound("EU", DAY)
