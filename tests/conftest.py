"""Fixtures that several tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homeground.errors import NotInHome
from homeground.home import Home
from homeground.home.sample import load_samples

if TYPE_CHECKING:
    from postgres import Server


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that is not part of the repository; tests that need it skip elsewhere."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    path = Path(os.environ.get("HOMEGROUND_SHARED_DATA") or beside)
    if not path.is_dir():
        pytest.skip(f"no shared data at {path}; set HOMEGROUND_SHARED_DATA")
    return path


@pytest.fixture(scope="session", autouse=True)
def record_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The key that signs checkpoints, away from that of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEGROUND_RECORD_KEY", str(tmp_path_factory.mktemp("keys") / "record-key.pem"))
        yield


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A Home of the real sample: crude oil of 2021, and the raw materials of 1995 to 2024 where they are installed."""
    home = Home(tmp_path_factory.mktemp("sample") / "home")
    try:
        load_samples(home, lambda step, done: None)
    except NotInHome as absent:
        pytest.skip(str(absent))
    if "raw-materials" not in home.catalog.datasets:
        pytest.skip("the raw materials are not installed")
    return home


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server on loopback; tests that need it skip where it is not installed."""
    from postgres import programs, running

    bindir = programs()
    if bindir is None:
        pytest.skip("PostgreSQL is not installed: no initdb (Debian's package is postgresql)")
    with running(bindir) as server:
        yield server
