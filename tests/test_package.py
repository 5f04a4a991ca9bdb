"""What an installed Homeground is: one version, all its data files, and a quick start."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import zipfile
from pathlib import Path

import homeground

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "homeground"
HEAVY = ("duckdb", "httpx", "ibis", "numpy", "openpyxl", "pandas", "polars", "pyarrow", "pyspark", "vl_convert")


def heavy_modules_after(statements: str) -> list[str]:
    """Heavy packages that a new interpreter has loaded once it ran these statements."""
    probe = f"{statements}\nimport sys\nprint('loaded:', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True, text=True)
    return ran.stdout.splitlines()[-1].removeprefix("loaded:").split()


def test_the_installed_version_is_the_one_the_package_states() -> None:
    assert importlib.metadata.version("homeground") == homeground.__version__


def test_importing_homeground_loads_no_engine() -> None:
    assert heavy_modules_after("import homeground") == []


def test_importing_the_command_line_loads_no_engine() -> None:
    assert heavy_modules_after("import homeground.cli") == []


def test_showing_help_loads_no_engine() -> None:
    show_help = """
import sys
from homeground.cli import main
sys.argv = ["homeground", "--help"]
try:
    main()
except SystemExit as stop:
    assert stop.code in (None, 0), stop.code
"""
    assert heavy_modules_after(show_help) == []


def test_the_command_is_installed_and_helps() -> None:
    command = Path(sys.executable).with_name("homeground")
    ran = subprocess.run([command, "--help"], capture_output=True, check=True, text=True)
    assert "dependence" in ran.stdout


def test_the_wheel_holds_every_file_of_the_package_and_the_licence(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    of_the_package = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert of_the_package <= packed
    assert {name.rsplit("/", 1)[-1] for name in packed - of_the_package} == {
        "LICENSE",
        "METADATA",
        "NOTICE",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
    }
