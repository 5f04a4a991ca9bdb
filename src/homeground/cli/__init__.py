"""The command line. A command parses, makes one call on the Home, and shows the answer.

Exit codes: 0 done, 2 usage, 3 bad input, 4 not found in the Home, 5 infeasible, 1 our own fault, 130 stopped from
the keyboard, 141 cut off by whoever read the output.
"""

from __future__ import annotations

import os
import sys
from typing import Final

import typer

from homeground.cli import (
    capability,
    chains,
    data,
    deal,
    demo,
    dependence,
    desk,
    ground,
    materials,
    partner,
    plan,
    policy,
    prices,
    product,
    record,
    report,
    trend,
)
from homeground.errors import HomegroundError

app = typer.Typer(
    name="homeground",
    help="The trade-independence workbench: what a country's imports rest on, from its own and public data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
)
for group in (
    demo,
    data,
    dependence,
    product,
    prices,
    trend,
    capability,
    partner,
    ground,
    chains,
    materials,
    plan,
    policy,
    deal,
    record,
    report,
    desk,
):
    group.register(app)


CUT: Final = 141
"""What a shell shows of a program that the signal of a broken pipe ends."""


def main() -> None:
    """Run the command line; every failure ends in a message and an exit code, never in a traceback."""
    try:
        _run()
    except HomegroundError as error:
        _complain(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _complain("stopped; the Home is as it was before this command")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CUT)
    except Exception as error:
        if os.environ.get("HOMEGROUND_DEBUG"):
            raise
        fault = f"our own fault: {type(error).__name__}: {error}"
        _complain(f"{fault}. What to do: run again with HOMEGROUND_DEBUG=1 and report it.")
        sys.exit(1)


def _run() -> None:
    """Run a command to the last of its output; raises BrokenPipeError where whoever reads it has gone."""
    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        sys.stdout.flush()
        raise


def _complain(text: str) -> None:
    print(f"homeground: {text}", file=sys.stderr)
