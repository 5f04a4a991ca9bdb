"""The command that runs a policy over past trade."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._answer import show
from homeground.cli._options import DEFAULT_HOME, DatasetOption, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar


def backtest(
    folder: Annotated[Path, typer.Argument(help="Folder of the policy book.")],
    against: Annotated[Path | None, typer.Option("--against", help="Folder of another book to compare with.")] = None,
    country: Annotated[
        str | None, typer.Option("--country", "-c", help="Whose trade; every country's if left out.")
    ] = None,
    year: Annotated[
        list[int] | None, typer.Option("--year", "-y", help="Years; all that are loaded if left out.")
    ] = None,
    direction: Annotated[str, typer.Option("--direction", help="import or export.")] = "import",
    product: Annotated[str | None, typer.Option("--product", help="Beginning of an HS code: 2, 4 or 6 digits.")] = None,
    by: Annotated[str, typer.Option("--by", help="rule, verdict, product, partner, year or country.")] = "rule",
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the law; today if left out.")
    ] = None,
    dataset: DatasetOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Run a policy over past trade: what it would have stopped or referred, by value, and the load on officers.

    Rules that ask for what past trade does not tell are set aside and named.

    Example: homeground policy backtest examples/deals/policy --country Japan --year 2023
    """
    from homeground import policy
    from homeground.brief.deals.backtest_tables import answer
    from homeground.home import Home

    book, other = policy.read(folder), policy.read(against) if against else None
    day = (on or datetime.now(UTC)).date()
    with progress_bar("judging past trade"):
        found = Home(home).backtest(
            book, day, country=country, years=year or (), direction=direction, product=product, dataset=dataset,
            against=other, by=by,
        )  # fmt: skip
    show(answer(found), as_json=as_json, output=output, most=40)
