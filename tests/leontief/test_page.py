"""What the page on chains shows is what the program prints on the real table of 2011."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeground.home import Home
from program_tools import tool

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "chains.md"
runs = tool("run_docs")
SHOWN = [pair for block in runs.blocks(PAGE) if block.kind == "console" for pair in runs.commands(block)]


@pytest.fixture(scope="module")
def at_work(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("page")
    home = Home(folder / "wiod-home")
    home.load("wiod2013", shared_data / "io" / "wiod2013", year=2011)
    if importlib.util.find_spec("geopolrisk") is not None:
        home.load("raw-materials")
    shutil.copytree(ROOT / "examples", folder / "examples")
    before = Path.cwd()
    os.environ["HOMEGROUND_HOME"] = "wiod-home"
    os.chdir(folder)
    yield
    os.chdir(before)
    del os.environ["HOMEGROUND_HOME"]


@pytest.mark.parametrize("name", ["shock.toml", "product-shock.toml"])
def test_the_page_shows_the_scenario_as_it_is(name: str) -> None:
    assert (ROOT / "examples" / name).read_text(encoding="utf-8") in PAGE.read_text(encoding="utf-8")


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_page_shows_what_the_command_prints(command: str, shown: list[str]) -> None:
    if "product-shock" in command and importlib.util.find_spec("geopolrisk") is None:
        pytest.skip("the raw materials of the sample are not installed")
    code, printed = runs.run(command)
    assert code == 0, printed
    assert runs.fits(shown, printed), printed
