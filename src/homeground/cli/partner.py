"""The command `partner`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._answer import show as show_answer
from homeground.cli._options import (
    DEFAULT_HOME,
    CountryArgument,
    DatasetOption,
    DayOption,
    HomeOption,
    JsonOption,
    YearOption,
)
from homeground.cli._progress import progress_bar

PartnerArgument = Annotated[
    str, typer.Argument(metavar="PARTNER", help="The partner: country or bloc, written likewise.")
]
ShowOption = Annotated[
    str,
    typer.Option(
        "--show",
        "-s",
        help="products, totals, trend, supply, partner-supply, sales, partner-sales, paid, positions or barred.",
    ),
]
MoveOption = Annotated[
    float, typer.Option("--move", help="Share of imports to move from the partner to others: 0.1 is ten points.")
]
FileOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="File: html or docx is the brief, xlsx all tables; csv, parquet, json the table shown."
    ),
]


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(partner)


def partner(
    country: CountryArgument,
    other: PartnerArgument,
    year: YearOption,
    show: ShowOption = "products",
    move: MoveOption = 0.1,
    on: DayOption = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: FileOption = None,
) -> None:
    """Leverage of two partners, both ways, and the negotiator's brief of two pages.

    Example: homeground partner Japan Australia --year 2023 -o brief.html
    """
    from homeground.brief.partners import partner as briefs
    from homeground.brief.partners.partner_tables import answer, require_table
    from homeground.home import Home

    require_table(show)
    with progress_bar(f"{country} and {other} {year}") as progress:
        view = Home(home).partner(
            country, other, year, dataset=dataset, move=move, day=on.date() if on else None, progress=progress
        )
        written = output is not None and briefs.write(view, output)
    if written:
        print(f"{view.country.name} and {view.partner.name} {year}: written to {output}")
    if as_json or not written:
        show_answer(answer(view, show), as_json=as_json, output=None if written else output, most=rows)
