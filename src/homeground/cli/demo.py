"""The command `demo`: a Home made from real trade, a report on it, and what to try next."""

from __future__ import annotations

from typing import Annotated

import typer

from homeground.cli._options import DEFAULT_HOME, HomeOption
from homeground.cli._progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(demo)


def demo(
    country: Annotated[str, typer.Argument(help="Country to report on.")] = "Japan",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Load the sample of real trade, write a country's report, and say what to try next.

    Example: homeground demo Germany
    """
    from homeground.brief import report as reports
    from homeground.brief.tables import demo_text
    from homeground.home import Home
    from homeground.home.sample import load_samples, sample_year

    opened = Home(home)
    with progress_bar("sample of real trade") as progress:
        loaded = load_samples(opened, progress)
    year = sample_year(opened)
    with progress_bar(f"report on {country} {year}") as progress:
        picture = opened.picture(country, year, progress=progress)
        target = home / f"report-{picture.country}-{year}.html"
        reports.write(picture, target)
    print(demo_text(loaded, picture, home, target))
