"""Commands about the written policy: check, test, show, compare; and screen for names on sanctions lists."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._answer import show as show_answer
from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar
from homeground.cli.backtest import backtest

DirArgument = Annotated[Path, typer.Argument(help="Folder of the policy book.")]
DayOption = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day, such as 2024-05-23; today if left out.")
]

BAD_INPUT = 3


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    group = typer.Typer(
        name="policy",
        no_args_is_help=True,
        help="""The written policy: check a book, test its scenarios, show what is in force, compare two books.

        Example: homeground policy check examples/policy/averland
        """,
    )
    for command in (check, show, compare):
        group.command()(command)
    group.command()(backtest)
    group.command("test")(scenarios)
    app.add_typer(group)
    app.command()(screen)


def check(
    folder: DirArgument,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 3 on warnings too.")] = False,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Check a policy book: types, names, dates, rules that cannot fire, contradictions, tables, scenarios.

    Exit code 3 where something is wrong.

    Example: homeground policy check examples/policy/averland
    """
    from homeground import policy
    from homeground.brief.deals.policy_tables import findings_answer

    with progress_bar("checking the book"):
        book, faults = policy.look(folder)
        findings = policy.check(book)
    show_answer(findings_answer(book, faults, findings), as_json=as_json, output=output, most=200)
    grave = ("error", "warning") if strict else ("error",)
    if faults or any(finding.severity in grave for finding in findings):
        raise typer.Exit(BAD_INPUT)


def scenarios(folder: DirArgument, as_json: JsonOption = False, output: OutputOption = None) -> None:
    """Run the scenarios of a policy book; exit code 3 where one comes out otherwise than written.

    Example: homeground policy test examples/policy/averland
    """
    from homeground import policy
    from homeground.brief.deals.policy_tables import outcomes_answer

    book = policy.read(folder)
    outcomes = policy.run_scenarios(book)
    show_answer(outcomes_answer(book, outcomes), as_json=as_json, output=output, most=200)
    if not all(outcome.passes for outcome in outcomes):
        raise typer.Exit(BAD_INPUT)


def show(folder: DirArgument, on: DayOption = None, as_json: JsonOption = False, output: OutputOption = None) -> None:
    """Show the rules of a policy book that are in force on a day, and the values they use.

    Example: homeground policy show examples/policy/averland --on 2024-05-23
    """
    from homeground import policy
    from homeground.brief.deals.policy_tables import rules_answer

    law = policy.on(policy.read(folder), (on or datetime.now(UTC)).date())
    show_answer(rules_answer(law), as_json=as_json, output=output, most=200)


def compare(
    before: Annotated[Path, typer.Argument(help="Folder of the book as it was.")],
    after: Annotated[Path, typer.Argument(help="Folder of the book as it is to be.")],
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Say how one policy book differs from another, and which scenarios come out otherwise.

    Example: homeground policy compare policy-2024 policy-2025
    """
    from homeground import policy
    from homeground.brief.deals.policy_tables import differences_answer

    old, new = policy.read(before), policy.read(after)
    show_answer(differences_answer(old, new, policy.compare(old, new)), as_json=as_json, output=output, most=200)


def screen(
    name: Annotated[str, typer.Argument(help="Name of a person, firm or vessel, in any script.")],
    threshold: Annotated[float, typer.Option("--threshold", help="Likeness of a hit, 0.5 to 1.")] = 0.85,
    oldest: Annotated[int, typer.Option("--oldest", help="Days from which a list counts as old.")] = 30,
    on: DayOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Look for a name on the sanctions lists in the Home, with the reasons of each hit and the age of each list.

    Without a list the data are insufficient: exit code 4.

    Example: homeground screen "Aerocaribbean Airlines"
    """
    from homeground.brief.deals.policy_tables import screening_answer
    from homeground.home import Home
    from homeground.home.deals.screenings import screen as look_up

    with progress_bar("reading the lists"):
        found = look_up(Home(home).store, name, (on or datetime.now(UTC)).date(), threshold, oldest)
    show_answer(screening_answer(found), as_json=as_json, output=output, most=50)
    if found.status == "insufficient data":
        raise typer.Exit(4)
