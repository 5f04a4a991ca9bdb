"""The command `product`."""

from __future__ import annotations

from typing import Annotated

import typer

from homeground.cli._answer import show
from homeground.cli._options import DEFAULT_HOME, DatasetOption, HomeOption, JsonOption, OutputOption, YearOption


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(product)


def product(
    hs6: Annotated[str, typer.Argument(help="Product: six characters of the Harmonized System, such as 270900.")],
    year: YearOption,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """The world market of one product: who sells, who buys, how concentrated it is.

    Example: homeground product 270900 --year 2021
    """
    from homeground.brief.tables import product_answer
    from homeground.home import Home

    show(product_answer(Home(home), hs6, year, dataset=dataset), as_json=as_json, output=output, most=rows)
