"""Run the commands and programs that the documentation shows, and compare or paste what they print.

A ```console block holds lines `$ command` followed by what the command prints; a line `[...]` stands for any lines.
A ```bash block holds commands whose output is not shown; of these, lines that begin with `homeground ` are run.
A ```python block is run; the blocks of one page share their names.

Usage: python tools/run_docs.py HOME            pastes fresh output into every console block
HOME is a Home with the sample, such as the demo-home of `make demo`.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import runpy
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "how-to").glob("*.md")))
BLOCK = re.compile(r"^```(bash|console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "[...]"
VARYING = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}|(?<=load )[0-9a-f]{12}|(?<=Hash )[0-9a-f]{12}")
"""Times, and the identities of loads and entries."""

CHAINS = (
    "needs an input–output table, which is not part of the sample; tests/leontief/test_page.py runs it on a real one"
)

NOT_RUN = {
    "from pyspark.sql import SparkSession": "starts a Spark session; tests/test_spark.py does so once for all",
    "spark = SparkSession.builder.remote": "needs a cluster",
    "homeground fetch baci": "downloads gigabytes from the publisher",
    "homeground load baci": "needs BACI, which is not part of the sample",
    "homeground load concordance": "needs the workbook of the United Nations Statistics Division",
    "homeground trend Japan --product 282520 --dataset": "needs BACI of two revisions",
    "homeground load wiod2013": CHAINS,
    "homeground load national-io": CHAINS,
    "homeground exposure": CHAINS,
    "homeground extract": CHAINS,
    "homeground shock": CHAINS,
    "homeground desk": "serves until it is stopped; tests/desk run it",
    "make demo": "is what builds the Home that the others use",
}
"""Beginnings of commands and python blocks that are shown and not run, with the reason."""


@dataclass(frozen=True)
class Block:
    """A code block: its kind, its text, and where the text begins in the page."""

    kind: str
    text: str
    start: int


def blocks(page: Path) -> list[Block]:
    """Return the code blocks of a page that can be run."""
    return [Block(m[1], m[2], m.start(2)) for m in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def commands(block: Block) -> list[tuple[str, list[str]]]:
    """Split a block of commands into pairs: command, lines that it is shown to print."""
    if block.kind == "bash":
        return [(line.strip(), []) for line in block.text.splitlines() if line.startswith("homeground ")]
    found: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def is_run(text: str) -> bool:
    """Whether a command or program is run here (see NOT_RUN)."""
    return not any(text.startswith(beginning) for beginning in NOT_RUN)


@contextlib.contextmanager
def workplace(home: Path) -> Iterator[None]:
    """Work in a new folder that holds `demo-home` and `examples`, as a reader does."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "demo-home").symlink_to(home.resolve())
        shutil.copytree(ROOT / "examples", Path(folder, "examples"))
        os.environ["HOMEGROUND_HOME"] = "demo-home"
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            del os.environ["HOMEGROUND_HOME"]


def run(command: str) -> tuple[int, str]:
    """Run `homeground …` or `python FILE …` in this process; return its exit code and what it prints."""
    from homeground.cli import main

    words = shlex.split(command)
    shown = io.StringIO()
    before, code = sys.argv, 0
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        try:
            if words[0] == "python":
                sys.argv = words[1:]
                runpy.run_path(words[1], run_name="__main__")
            else:
                sys.argv = words
                main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            sys.argv = before
    return code, "\n".join(line.rstrip() for line in shown.getvalue().rstrip("\n").splitlines())


def run_python(block: Block, names: dict[str, Any]) -> None:
    """Run a python block with the names that earlier blocks of its page defined."""
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(block.text, "<documentation>", "exec"), names)


def fits(shown: list[str], printed: str) -> bool:
    """Whether the lines in the page are what was printed (see VARYING)."""
    wanted = "\n".join(".*" if line == ANYTHING else re.escape(VARYING.sub("varies", line.rstrip())) for line in shown)
    return re.fullmatch(wanted, VARYING.sub("varies", printed), re.DOTALL) is not None


def fresh(block: Block) -> str:
    """Return a console block with what its commands print now; output with a line `[...]` keeps the lines around it."""
    lines: list[str] = []
    for command, shown in commands(block):
        printed = run(command)[1] if is_run(command) else ""
        keep = not is_run(command) or fits(shown, printed)
        if not keep and ANYTHING in shown:
            all_lines, place = printed.splitlines(), shown.index(ANYTHING)
            after = len(shown) - place - 1
            printed = "\n".join([*all_lines[:place], ANYTHING, *all_lines[len(all_lines) - after :]])
        lines += [f"$ {command}", *(shown if keep else printed.splitlines())]
    return "\n".join(lines) + "\n"


def paste(page: Path) -> None:
    """Put fresh output into the console blocks of a page."""
    text = page.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    played = [(block, _play(block, names)) for block in blocks(page)]
    for block, new in reversed(played):
        text = text[: block.start] + new + text[block.start + len(block.text) :]
    page.write_text(text, encoding="utf-8")


def _play(block: Block, names: dict[str, Any]) -> str:
    if block.kind == "console":
        return fresh(block)
    if block.kind == "python" and is_run(block.text):
        run_python(block, names)
    for command, _shown in commands(block) if block.kind == "bash" else []:
        if is_run(command):
            run(command)
    return block.text


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for each in PAGES:
        with workplace(Path(sys.argv[1])):
            paste(each)
