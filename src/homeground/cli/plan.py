"""The command `plan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homeground.cli._answer import show
from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.home.plans.planner import PlanView


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
    compare: Annotated[
        Path | None, typer.Option("--compare", help="Another plan's file, planned too and laid beside this one.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep/--no-keep", help="Keep the shadow prices in the Home, as the table plan_prices.")
    ] = False,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 100,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """The step-by-step plan: needs first, within the currency there is, year by year.

    Exit code 5 where no plan keeps all limits; the limits that conflict are then named.

    Example: homeground plan examples/plan/plan.toml -o plan.html
    """
    from homeground.brief.plans import plan_compare_tables, plan_page, plan_tables
    from homeground.home import Home

    at = Home(home)
    with progress_bar("planning") as progress:
        effort: dict[str, Any] = {"time_limit": time_limit, "gap": gap, "explain": explain, "progress": progress}
        view = at.plan(file, **effort)
        other = at.plan(compare, **effort) if compare is not None else None
    if keep:
        print(_kept(at, view), file=sys.stderr)
    if other is not None:
        show(plan_compare_tables.compare_answer(view, other), as_json=as_json, output=output, most=rows)
        return
    if output is None or as_json:
        show(plan_tables.plan_answer(view), as_json=as_json, output=None, most=rows)
    if output is not None:
        plan_page.write(view, output)
        print(f"{view.plan.name}: plan written to {output}", file=sys.stderr)


def _kept(home: Home, view: PlanView) -> str:
    """Keep a plan, and say what was kept."""
    report = home.keep_plan(view)
    return f"{view.plan.name}: {report.rows_loaded} prices in {report.dataset}, {report.status}"
