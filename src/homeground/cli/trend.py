"""The command `trend`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from homeground.cli._answer import show
from homeground.cli._options import (
    DEFAULT_HOME,
    CountryArgument,
    DatasetOption,
    HomeOption,
    JsonOption,
    OutputOption,
)
from homeground.cli._progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(trend)


def trend(
    country: CountryArgument,
    product: Annotated[
        str | None, typer.Option("--product", "-p", help="Code of 2, 4 or 6 digits, in the revision that is read.")
    ] = None,
    partner: Annotated[str | None, typer.Option("--partner", help="Only trade with this country or bloc.")] = None,
    flow: Annotated[str, typer.Option("--flow", help="imports or exports.")] = "imports",
    first: Annotated[int | None, typer.Option("--from", help="First year.")] = None,
    last: Annotated[int | None, typer.Option("--to", help="Last year.")] = None,
    revision: Annotated[
        str | None, typer.Option("--revision", help="HS revision in which all years are read, such as HS92.")
    ] = None,
    join: Annotated[
        list[str] | None, typer.Option("--join", help="Lay the years of this dataset beside; may be repeated.")
    ] = None,
    families: Annotated[
        bool, typer.Option("--families", help="Put codes that split between revisions together, instead of refusing.")
    ] = False,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 60,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Years side by side, price against quantity, and change points told from breaks in the data.

    Example: homeground trend DEU --product 270900 --from 2000
    """
    from homeground.brief.trade.trend_tables import trend_answer
    from homeground.home import Home

    asked: dict[str, Any] = {"flow": flow, "first": first, "last": last, "revision": revision, "families": families}
    with progress_bar("laying years side by side"):
        view = Home(home).trend(country, product, partner, dataset=dataset, join=join or (), **asked)
        answer = trend_answer(view)
    show(answer, as_json=as_json, output=output, most=rows)
