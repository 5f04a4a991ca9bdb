"""What the documentation says is what the program does: commands, output, programs, columns, links."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import homeground as hg
from homeground.checks import CHECKS
from homeground.cli import app
from homeground.home.sample import load_samples
from homeground.sources.sample import SAMPLES, available
from program_tools import tool

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")

FOUNDATION = ("demo", "sources", "fetch", "load", "status", "check", "prefer", "dependence", "product", "report")
"""Commands that users rely on."""

VERDICT_CODES = (0, 10, 20, 30, 40)
"""What commands on deals end with."""

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
runs = tool("run_docs")
ALL_PAGES = sorted({*runs.PAGES, *(DOCS / "reference").glob("*.md")})


def command_names() -> list[str]:
    """Every command, those of groups with the name of their group before them; the groups too."""

    def below(name: str, command: Any) -> Iterator[str]:
        yield name
        for under, inner in getattr(command, "commands", {}).items():
            yield from below(f"{name} {under}", inner)

    group: Any = typer.main.get_command(app)
    return [name for top, command in group.commands.items() for name in below(top, command)]


def of_page(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if set(available()) != set(SAMPLES):
        pytest.skip("the packages that carry the sample are not installed: see NOTICE")
    folder = tmp_path_factory.mktemp("docs") / "home"
    load_samples(hg.Home(folder), lambda step, done: None)
    return folder


@pytest.fixture
def at_work(sample_home: Path) -> Iterator[None]:
    with runs.workplace(sample_home):
        yield


@pytest.mark.parametrize("page", ["cli", "evidence"])
def test_a_page_that_is_built_is_what_the_program_says(page: str) -> None:
    check = [sys.executable, str(ROOT / "tools" / f"build_{page}_reference.py"), "--check"]
    ran = subprocess.run(check, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("command", command_names())
def test_every_command_has_a_section_an_example_and_help_for_each_option(command: str) -> None:
    section = re.split(r"\n##+ ", re.split(rf"\n##+ {command}\n", REFERENCE, maxsplit=1)[1], maxsplit=1)[0]
    assert f"\nhomeground {command}" in section.split("For example:", 1)[1]
    assert "| None |" not in section


def test_the_commands_that_users_rely_on_exist() -> None:
    assert set(FOUNDATION) <= set(command_names())


@pytest.mark.parametrize("page", ALL_PAGES, ids=of_page)
def test_links_inside_the_documentation_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        found = page if not name else (page.parent / name).resolve()
        assert found.exists(), f"{target} leads nowhere"
        if anchor:
            assert anchor in anchors(found), f"{target}: no such heading"


def anchors(page: Path) -> set[str]:
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w-]+", "-", heading.lower()).strip("-") for heading in headings}


@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize("page", [page for page in runs.PAGES if runs.blocks(page)], ids=of_page)
@pytest.mark.usefixtures("at_work")
@pytest.mark.filterwarnings(
    "ignore:The 'future.infer_string' option:DeprecationWarning"
)  # Ibis 12 asks pandas 3 for it
def test_code_in_a_page_runs_and_prints_what_the_page_shows(page: Path) -> None:
    names: dict[str, Any] = {}
    for block in runs.blocks(page):
        if block.kind == "python":
            if runs.is_run(block.text):
                runs.run_python(block, names)
            continue
        for command, shown in runs.commands(block):
            if not runs.is_run(command):
                continue
            code, printed = runs.run(command)
            assert code in (VERDICT_CODES if command.startswith("homeground deal ") else (0,)), f"{command}\n{printed}"
            if block.kind == "console":
                assert runs.fits(shown, printed), (
                    f"{of_page(page)} shows other output of\n$ {command}\n{printed}\n"
                    "If the new output is right: python tools/run_docs.py demo-home"
                )


def test_what_is_shown_and_not_run_is_really_in_a_page() -> None:
    shown = [
        text
        for page in runs.PAGES
        for block in runs.blocks(page)
        for text in ([block.text] if block.kind == "python" else [command for command, _ in runs.commands(block)])
    ]
    for beginning in runs.NOT_RUN:
        assert any(text.startswith(beginning) for text in shown), beginning


@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize("method", ["all", *hg.measures.PRESET_IDS])
def test_the_glossary_names_every_column_of_an_answer(sample_home: Path, method: str) -> None:
    columns = hg.Home(sample_home).dependence("JPN", 2023, method).columns
    explained = set(re.findall(r"`(\w+)`", GLOSSARY)) | set(hg.measures.PRESET_IDS)
    assert [c for c in columns if c not in explained and not c.startswith("holds_")] == []


def test_the_glossary_names_functions_that_exist() -> None:
    for room, name in re.findall(r"`(measures|materials|codes\.\w+|Home)\.(\w+)`", GLOSSARY):
        owner = hg.Home if room == "Home" else importlib.import_module(f"homeground.{room}")
        assert hasattr(owner, name), f"{room}.{name}"


def test_the_page_on_rules_states_each_rule_as_it_is() -> None:
    page = (DOCS / "how-to" / "find-dependences.md").read_text(encoding="utf-8")
    for rule in hg.measures.presets():
        checked = "yes" if rule.source.checked else "no"
        assert f"| `{rule.id}` | {rule.who} | {hg.measures.in_words(rule.on())} | {checked} |" in page


def test_the_page_on_own_tables_shows_the_mapping_as_it_is() -> None:
    page = (DOCS / "how-to" / "load-your-data.md").read_text(encoding="utf-8")
    assert (ROOT / "examples" / "customs-mapping.toml").read_text(encoding="utf-8") in page


def test_the_page_on_checks_names_every_check() -> None:
    page = (DOCS / "how-to" / "load-baci.md").read_text(encoding="utf-8")
    assert [check.name for check in CHECKS if f"`{check.name}`" not in page] == []
