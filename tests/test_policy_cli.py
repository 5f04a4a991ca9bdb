"""The policy's commands as a user runs them: exit codes, JSON, files, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policy_books import rule, write
from test_cli import run

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "policy" / "averland"
DATA = Path(__file__).parent / "data" / "sanctions"


@pytest.mark.parametrize("command", ["check", "test", "show", "compare"])
def test_each_command_explains_itself_with_an_example(command: str) -> None:
    done = run("policy", command, "--help")
    assert done.returncode == 0
    assert f"homeground policy {command}" in " ".join(done.stdout.split())


def test_a_sound_book_passes_and_gives_its_version() -> None:
    done = run("policy", "check", EXAMPLE, "--json", "--strict")
    document = json.loads(done.stdout)
    assert (done.returncode, document["rows"]) == (0, [])
    assert len(document["about"]["version"]) == 64


def test_what_is_wrong_in_a_book_is_listed_with_exit_code_3(tmp_path: Path) -> None:
    folder = write(tmp_path / "book", rule("A", "supplier_share_after > 40"), rule("B", "suplier > 1"))
    done = run("policy", "check", folder, "--json")
    rows = json.loads(done.stdout)["rows"]
    assert done.returncode == 3
    assert [(row["severity"], row["check"]) for row in rows[:2]] == [("error", "reading"), ("error", "never fires")]
    assert all(row["do"] for row in rows)


def test_scenarios_that_differ_end_with_exit_code_3(tmp_path: Path) -> None:
    scenario = '[[scenario]]\nname = "s"\nday = 2024-06-01\nexpect = "allow"\n'
    done = run("policy", "test", write(tmp_path / "book", rule("A"), scenario))
    assert done.returncode == 3
    assert "0 of 1 scenarios" in done.stdout
    assert "verdict refuse, expected allow" in " ".join(done.stdout.split())
    assert run("policy", "test", EXAMPLE).returncode == 0


def test_the_rules_of_a_day_go_to_a_workbook_and_a_page(tmp_path: Path) -> None:
    for name in ("rules.xlsx", "rules.html", "rules.csv"):
        done = run("policy", "show", EXAMPLE, "--on", "2024-05-22", "-o", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).stat().st_size > 0
    assert "RAW-1" not in (tmp_path / "rules.csv").read_text(encoding="utf-8")


def test_two_books_are_compared(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", rule("A")), write(tmp_path / "new", rule("A", verdict="caution"))
    rows = json.loads(run("policy", "compare", old, new, "--json").stdout)["rows"]
    assert [(row["what"], row["before"], row["after"]) for row in rows] == [("verdict", "refuse", "caution")]


@pytest.mark.parametrize("arguments", [("check", "nowhere"), ("show", "nowhere"), ("show", ".", "--on", "yesterday")])
def test_a_mistake_ends_in_a_message(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run("policy", *arguments)
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_a_name_is_screened_and_no_list_is_said_to_be_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    nothing = run("screen", "Aerocaribbean", "--home", home)
    assert nothing.returncode == 4
    assert "insufficient data" in nothing.stdout
    assert run("load", "ofac-sdn", DATA / "sdn.csv", DATA / "alt.csv", "--home", home).returncode == 0
    found = run("screen", "Aero-Caribbean Airline", "--home", home, "--json")
    assert found.returncode == 0
    (row,) = json.loads(found.stdout)["rows"]
    assert (row["list"], row["entry_id"]) == ("OFAC", "36")
    clean = run("screen", "Toyota Motor Corporation", "--home", home)
    assert clean.returncode == 0
    assert "no hit" in clean.stdout
