"""A desk on the real sample."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_office import Office
from homeground.home import Home


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


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    """A desk with people and nothing loaded."""
    made = Office(tmp_path / "home")
    yield made
    made.close()
