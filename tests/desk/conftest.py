"""A desk on the real sample."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import chain_files
from desk_office import Office
from homeground.home import Home

EXAMPLES = Path(__file__).parents[2] / "examples" / "deals"


@pytest.fixture(scope="module")
def desk_home(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real sample's Home for a desk to work in."""
    target = tmp_path_factory.mktemp("desk") / "home"
    shutil.copytree(str(sample_home.store.path), target)
    return target


@pytest.fixture(scope="module")
def office(desk_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk with people; its database and record are the module's own."""
    folder = tmp_path_factory.mktemp("office")
    made = Office(desk_home, database=str(folder / "desk.sqlite"), record=str(folder / "record.sqlite"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def deal_office(desk_home: Path) -> Iterator[Office]:
    """A desk with measures, a list of names, a policy book and a deputy minister; nobody is qualified yet."""
    for name in ("restrictions", "sanctioned_names"):
        table = EXAMPLES / "tables" / f"{name}.csv"
        Home(desk_home).load("tidy", table, mapping=table.with_suffix(".toml"))
    shutil.copytree(EXAMPLES / "policy", desk_home / "policies" / "own")
    made = Office(desk_home)
    made.add("deputy", ["countersigner"])
    made.desk.into_record(made.desk.accounts.find("deputy"), "admin", ["deputy minister"])
    yield made
    made.close()


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A desk with a small input–output table."""
    place = tmp_path_factory.mktemp("chains")
    Home(place / "home").load("wiod2013", chain_files.wiod2013_arrays(place))
    made = Office(place / "home")
    yield made
    made.close()


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    """A desk with people and nothing loaded."""
    made = Office(tmp_path / "home", pace=10**6)
    yield made
    made.close()
