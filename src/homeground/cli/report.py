"""The command `report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._options import DEFAULT_HOME, CountryArgument, DatasetOption, HomeOption, YearOption
from homeground.cli._progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(report)


def report(
    country: CountryArgument,
    year: YearOption,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write; its ending picks html or xlsx.")],
    bloc: Annotated[
        str | None, typer.Option("--bloc", "-b", help="Take this bloc as the country's home market.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
) -> None:
    """The country's whole picture as one file that works offline: html to read and print, xlsx to work with.

    Example: homeground report JPN --year 2021 -o japan.html
    """
    from homeground.brief import report as reports
    from homeground.home import Home

    reports.require_format(output)
    with progress_bar(f"report on {country} {year}") as progress:
        picture = Home(home).picture(country, year, bloc=bloc, dataset=dataset, progress=progress)
        reports.write(picture, output)
    print(f"{picture.name} {year}: report written to {output}")
