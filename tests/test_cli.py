"""The commands as a user runs them: output, files, JSON, exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer

from homeground.cli import app
from homeground.home import Home

COMMANDS = tuple(typer.main.get_command(app).commands)


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from homeground.cli import main; main()", *map(str, arguments)]
    full = {**os.environ, "COLUMNS": "132", **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=full)


@pytest.fixture
def home(sample_home: Home) -> Path:
    return Path(str(sample_home.store.path))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"homeground {command}" in " ".join(done.stdout.split())


def test_japan_rests_on_saudi_crude_as_published(home: Path) -> None:
    done = run("dependence", "Japan", "--year", "2021", "--home", home, "--json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    (row,) = document["rows"]
    assert row["hs6"] == "270900"
    assert row["top_supplier"] == "SAU"
    assert round(row["top_share"], 3) == 0.399
    assert round(row["herfindahl"], 3) == 0.296
    assert row["geodep"] is None
    assert document["about"]["dataset"] == "crude-2021"


def test_one_preset_gives_a_verdict_per_product(home: Path) -> None:
    done = run("dependence", "DEU", "-y", "2023", "--method", "hjs", "--flagged", "--home", home, "--json")
    rows = json.loads(done.stdout)["rows"]
    assert rows
    assert all(row["dependent"] and row["top_share"] > 0.5 and row["top_supplier_world_share"] > 0.3 for row in rows)


def test_a_product_shows_the_world_market(home: Path) -> None:
    done = run("product", "270900", "--year", "2021", "--home", home, "--json")
    world = json.loads(done.stdout)["about"]["world"]
    assert (world["exporters"], world["importers"], world["flows"], world["flows_without_quantity"]) == (
        147,
        163,
        1445,
        45,
    )
    assert round(world["world_exports_usd"] / 1e9, 1) == 951.4


def test_a_product_is_looked_for_in_the_dataset_that_has_it(home: Path) -> None:
    done = run("product", "283691", "--year", "2021", "--home", home, "--json")
    assert json.loads(done.stdout)["about"]["dataset"] == "raw-materials"


def test_rules_on_the_world_abstain_on_a_file_of_one_countrys_imports(tmp_path: Path) -> None:
    examples = Path(__file__).parents[1] / "examples"
    loaded = run(
        "load", "tidy", examples / "synthetic-customs.csv", "-m", examples / "customs-mapping.toml", "--home", tmp_path
    )
    assert loaded.returncode == 0, loaded.stderr
    done = run("dependence", "KEN", "-y", "2025", "--home", tmp_path, "--json")
    document = json.loads(done.stdout)
    for row in document["rows"]:
        assert (row["world_herfindahl"], row["exports_usd"], row["top_supplier_world_share"]) == (None, None, None)
        assert (row["geodep"], row["hjs"], row["pc2021"]) in {(None, None, None), (None, None, False)}
        assert row["iw"] is True
    assert any("imports only" in note for note in document["notes"])


def test_an_answer_goes_to_the_file_that_is_named(home: Path, tmp_path: Path) -> None:
    done = run("dependence", "IND", "-y", "2023", "--home", home, "-o", tmp_path / "india.parquet")
    assert done.returncode == 0
    table = pq.read_table(tmp_path / "india.parquet")
    assert table.num_rows > 50
    assert "rows written" in done.stderr


def test_two_partners_are_shown_and_written_in_every_form(home: Path, tmp_path: Path) -> None:
    asked = ("partner", "JPN", "SAU", "-y", "2021", "--home", home)
    (row,) = json.loads(run(*asked, "--json").stdout)["rows"]
    assert round(row["import_share"], 3) == 0.399
    shown = json.loads(run(*asked, "--show", "trend", "--json").stdout)
    assert [row["country"] for row in shown["rows"]] == ["JPN", "SAU"]
    for ending in ("html", "docx", "xlsx", "csv", "parquet"):
        done = run(*asked, "-o", tmp_path / f"pair.{ending}")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / f"pair.{ending}").stat().st_size > 500


def test_status_names_datasets_years_and_licences(home: Path) -> None:
    done = run("status", "--home", home)
    assert "raw-materials" in done.stdout
    assert "1995–2024" in done.stdout
    assert "Etalab" in done.stdout


def test_the_home_may_come_from_the_environment(home: Path) -> None:
    assert run("status", HOMEGROUND_HOME=str(home)).stdout == run("status", "--home", home).stdout


def test_check_ends_with_3_only_when_strict_and_something_is_doubtful(home: Path) -> None:
    assert run("check", "--home", home, "--dataset", "raw-materials").returncode == 0
    assert run("check", "--home", home, "--dataset", "raw-materials", "--strict").returncode == 3


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("dependence", "Jappan", "-y", "2021"), 3, "Japan (JPN)"),
        (("dependence", "JPN", "-y", "1980"), 4, "no dataset has flows of 1980"),
        (("dependence", "JPN", "-y", "2023", "--method", "magic"), 4, "geodep"),
        (("dependence", "JPN", "-y", "2023", "--product", "27x"), 3, "not a product code"),
        (("dependence", "JPN", "-y", "2023", "--dataset", "nope"), 4, "no such dataset"),
        (("product", "999111", "-y", "2023"), 4, "no flow of 999111"),
        (("report", "JPN", "-y", "2023", "-o", "x.doc"), 2, ".html or .xlsx"),
        (("partner", "JPN", "Japan", "-y", "2023"), 2, "no partner of itself"),
        (("partner", "DEU", "EU27", "-y", "2023"), 2, "Germany and EU27 overlap"),
        (("partner", "JPN", "Jappan", "-y", "2023"), 3, "Japan (JPN)"),
        (("partner", "JPN", "TUV", "-y", "2021"), 4, "no trade between Japan and Tuvalu in 2021"),
        (("partner", "JPN", "SAU", "-y", "2021", "--move", "10"), 2, "give 0.1 for ten points"),
        (("partner", "JPN", "SAU", "-y", "2021", "--show", "all"), 2, "partner-supply"),
        (("partner", "JPN", "SAU", "-y", "2021", "-o", "x.doc"), 2, "unknown file format"),
        (("partner", "JPN", "SAU", "-y", "2021", "--on", "today"), 2, "--on"),
        (("load", "nonsense"), 3, "unknown source"),
        (("load", "baci"), 2, "no file is named"),
        (("load", "baci", "no-such-file.zip"), 3, "no such file"),
        (("fetch", "tidy"), 2, "cannot be fetched"),
        (("dependence", "JPN"), 2, "--year"),
    ],
)
def test_a_mistake_ends_in_a_message_and_its_exit_code(
    home: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = run(*arguments, *(() if arguments[0] == "fetch" else ("--home", home)))
    assert done.returncode == code, done.stderr
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_fault_of_ours_ends_with_1_and_no_traceback(tmp_path: Path) -> None:
    program = (
        "import homeground.home as h\n"
        "def broken(*a, **k): raise RuntimeError('broken inside')\n"
        "h.Home.__init__ = broken\n"
        "from homeground.cli import main\nimport sys\nsys.argv = ['homeground', 'status']\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "our own fault" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("command", "taken"), [("sources", 0), ("--help", 0), ("dependence JPN -y 2023 --json", 1)])
def test_output_that_nobody_reads_on_ends_the_command_quietly(home: Path, command: str, taken: int) -> None:
    reading, writing = os.pipe()
    called = [sys.executable, "-c", "from homeground.cli import main; main()", *command.split()]
    environment = {**os.environ, "HOMEGROUND_HOME": str(home)}
    with subprocess.Popen(called, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment) as process:
        os.close(writing)
        os.read(reading, taken)
        os.close(reading)
        assert process.communicate()[1] == ""
    assert process.returncode == 141


def test_shell_completion_is_offered() -> None:
    done = run("--show-completion", "bash")
    assert "complete" in done.stdout + done.stderr


def test_the_demonstration_makes_home_and_report_and_says_what_to_try(tmp_path: Path, home: Path) -> None:
    done = run("demo", "India", "--home", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "demo" / "report-IND-2023.html").stat().st_size > 100_000
    assert "Try next" in done.stdout
    again = run("demo", "India", "--home", tmp_path / "demo")
    assert again.returncode == 0, again.stderr
