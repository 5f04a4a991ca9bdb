"""The command `plan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._answer import show
from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(plan)


def plan(
    file: Annotated[Path, typer.Argument(help="TOML file with needs, resources, suppliers, projects and currency.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.1, help="Seconds that one plan may be searched for.")
    ] = 600.0,
    gap: Annotated[
        float, typer.Option("--gap", min=0.0, max=1.0, help="Relative gap at which the search may stop.")
    ] = 1e-4,
    explain: Annotated[
        bool, typer.Option("--explain/--no-explain", help="Also what a million more buys, and what each limit costs.")
    ] = True,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 100,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """The step-by-step plan: needs first, within the currency there is, year by year.

    Exit code 5 where no plan keeps all limits; the limits that conflict are then named.

    Example: homeground plan examples/plan/plan.toml -o plan.html
    """
    from homeground.brief import plan_page, plan_tables
    from homeground.home import Home

    with progress_bar("planning") as progress:
        view = Home(home).plan(file, time_limit=time_limit, gap=gap, explain=explain, progress=progress)
    if output is None or as_json:
        show(plan_tables.plan_answer(view), as_json=as_json, output=None, most=rows)
    if output is not None:
        plan_page.write(view, output)
        print(f"{view.plan.name}: plan written to {output}", file=sys.stderr)
