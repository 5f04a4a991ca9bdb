"""The command `dependence`."""

from __future__ import annotations

from typing import Annotated

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
from homeground.cli._progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(dependence)


def dependence(
    country: CountryArgument,
    year: YearOption,
    method: Annotated[
        str, typer.Option("--method", "-m", help="Preset, such as geodep, ec2021 or hjs; 'all' sets them side by side.")
    ] = "all",
    bloc: Annotated[
        str | None, typer.Option("--bloc", "-b", help="Take this bloc as the country's home market.")
    ] = None,
    product: Annotated[str | None, typer.Option("--product", "-p", help="Only codes that begin with this.")] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only products that a preset calls dependent.")] = False,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """What a country's imports of each product rest on, by every preset or by one.

    Example: homeground dependence JPN --year 2021 --method geodep
    """
    from homeground.brief.tables import dependence_answer
    from homeground.home import Home

    with progress_bar("reading the flows"):
        answer = dependence_answer(
            Home(home), country, year, method, bloc=bloc, product=product, dataset=dataset, flagged=flagged
        )
    show(answer, as_json=as_json, output=output, most=rows)
