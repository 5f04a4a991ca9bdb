"""Build docs/reference/cli.md from the commands' own help, so that the page cannot drift from the program.

Usage: python tools/build_cli_reference.py          writes the page
       python tools/build_cli_reference.py --check  exits 1 where the page is not what the commands say
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from homeground.cli import app

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"

HEAD = """\
# Commands

`homeground COMMAND --help` shows the same on the terminal. `homeground --install-completion` teaches your shell to
complete commands and options.

Every command that reads or writes a Home takes `--home`. Without it, the environment variable `HOMEGROUND_HOME` names
the folder; without that it is `home` in the current folder.

Answers go to standard output, progress and errors to standard error.

| exit code | meaning |
|---|---|
| 0 | done |
| 2 | usage: an option is missing, or the question leaves a choice open |
| 3 | bad input: a file or a value that cannot be taken as it is; also failed checks |
| 4 | not found in the Home |
| 5 | infeasible |
| 1 | our own fault |
| 130 | stopped from the keyboard |
| 141 | the program that read the output, such as `head`, has gone |
"""


def build() -> str:
    """Return the whole page."""
    group: Any = typer.main.get_command(app)
    return "\n".join([HEAD, *(line for name, command in group.commands.items() for line in _command(name, command))])


def _command(name: str, command: Any, mark: str = "##") -> Iterator[str]:
    """Yield the section of a command; those of a group follow it, one level deeper."""
    text, _, example = command.help.partition("Example: ")
    if hasattr(command, "commands"):
        yield from (f"{mark} {name}", "", " ".join(text.split()), "")
        yield from ("For example:", "", "```text", example.strip(), "```", "")
        for under, inner in command.commands.items():
            yield from _command(f"{name} {under}", inner, "###")
        return
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    usage = " ".join([f"homeground {name}", *map(_placeholder, arguments), *(["[OPTIONS]"] if options else [])])
    yield from (f"{mark} {name}", "", " ".join(text.split()), "", "```text", usage, "```", "")
    if example:
        yield from ("For example:", "", "```text", example.strip(), "```", "")
    if arguments or options:
        yield from ("| argument or option | meaning | if left out |", "|---|---|---|")
        yield from (f"| {_names(p)} | {p.help} | {_default(p)} |" for p in [*arguments, *options])
        yield ""


def _placeholder(argument: Any) -> str:
    shown = argument.name.upper() + ("…" if argument.nargs == -1 else "")
    return shown if argument.required else f"[{shown}]"


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`"
    return ", ".join(f"`{name}`" for name in sorted(parameter.opts, key=len, reverse=True))


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    if parameter.default is None or parameter.default == () or parameter.default is False:
        return ""
    return f"`{parameter.default}`"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        PAGE.write_text(build(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != build():
        sys.exit(f"{PAGE} is not what the commands say: run python tools/build_cli_reference.py")
