"""Commands of the drill: draw cases from past trade, and judge them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homeground.cli._answer import show
from homeground.cli._options import (
    DEFAULT_HOME,
    CountryArgument,
    DatasetOption,
    HomeOption,
    JsonOption,
    OutputOption,
    YearOption,
)
from homeground.cli._record import ByOption, UrlOption, opened

if TYPE_CHECKING:
    from homeground.record import Drill


def register(group: typer.Typer) -> None:
    """Add this group of commands."""
    drill = typer.Typer(
        no_args_is_help=True,
        help="Cases to be judged before one may sign for a class of goods.\n\n"
        "Example: homeground record drill run crude.toml --by ana",
    )
    drill.command("cases")(cases)
    drill.command("run")(run)
    group.add_typer(drill, name="drill")


def cases(
    country: CountryArgument,
    year: YearOption,
    goods: Annotated[str, typer.Option("--goods", help="HS class, 2, 4 or 6 digits.")],
    role: Annotated[str, typer.Option("--role", help="Role that a pass qualifies for.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File (TOML) to write.")],
    count: Annotated[int, typer.Option("--cases", "-n", help="How many cases.")] = 10,
    seed: Annotated[int, typer.Option("--seed", help="Another number draws other cases.")] = 0,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
) -> None:
    """Draw past imports as cases for a drill; whoever sets the drill writes the expected verdicts and rules.

    Example: homeground record drill cases Japan --year 2021 --goods 2709 --role officer -o crude.toml
    """
    from homeground.brief.export import write_whole
    from homeground.home import Home
    from homeground.record import drill

    drawn = Home(home).drill_cases(country, goods, year, count, seed=seed, dataset=dataset)
    about = {
        "id": f"{goods}-{year}-{seed}",
        "title": f"Imports of {goods} in {year}",
        "role": role,
        "goods": [goods],
        "valid_days": 365,
        "pass_verdicts": 0.8,
        "pass_reasons": 0.6,
    }
    write_whole(output, lambda target: target.write_text(drill.write(about, drawn), encoding="utf-8"))
    print(f"{len(drawn)} cases written to {output}. Write the verdict and the reasons that you expect into each.")


def run(
    drill: Annotated[Path, typer.Argument(help="Drill (TOML) with expected verdicts.")],
    by: ByOption,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="Answers (TOML), instead of questions on the terminal.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Judge the cases; a pass grants the qualification, every attempt is recorded. Exit code 3 if not passed.

    Example: homeground record drill run crude.toml --by ana
    """
    from homeground.brief.deals.record_tables import drill_answer
    from homeground.record import drill as drills
    from homeground.record.signing import require_role

    read = drills.read(drill)
    with opened(home, url) as ledger:
        require_role(ledger.state().person(by), read.role)
        given = drills.read_answers(answers) if answers else _asked(read)
        attempt = ledger.attempt(read, given, by=by)
        show(drill_answer(ledger, attempt), as_json=as_json, output=output, most=200)
    if not attempt.score.passed:
        raise typer.Exit(3)


def _asked(drill: Drill) -> dict[str, dict[str, Any]]:
    """Put each case on the terminal and take verdict and reasons."""
    given = {}
    for case in drill.cases:
        typer.echo(f"\nCase {case.id}\n{json.dumps(dict(case.deal), ensure_ascii=False, indent=1)}", err=True)
        verdict = _verdict()
        reasons = typer.prompt("Rules that fire, with commas between", default="", show_default=False, err=True)
        given[case.id] = {"verdict": verdict, "reasons": [r.strip() for r in reasons.split(",") if r.strip()]}
    return given


def _verdict() -> str:
    """Ask until the answer is one of the verdicts."""
    from homeground.record import VERDICTS

    while True:
        given = str(typer.prompt(f"Verdict ({', '.join(VERDICTS)})", err=True)).strip()
        if given in VERDICTS:
            return given
