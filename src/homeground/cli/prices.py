"""The commands `prices` and `terms`."""

from __future__ import annotations

from typing import Annotated

import typer

from homeground.cli._answer import show
from homeground.cli._options import DEFAULT_HOME, CountryArgument, DatasetOption, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (prices, terms):
        app.command()(command)


def prices(
    hs6: Annotated[str, typer.Argument(help="Product: six characters of the Harmonized System, such as 270900.")],
    importer: Annotated[str | None, typer.Option("--importer", "-i", help="Country or bloc that pays.")] = None,
    exporter: Annotated[str | None, typer.Option("--exporter", "-e", help="Country that sells.")] = None,
    year: Annotated[
        int | None, typer.Option("--year", "-y", help="Calendar year of the trade; the newest if left out.")
    ] = None,
    price: Annotated[float | None, typer.Option("--price", help="Price to judge, USD per ton.")] = None,
    quantity: Annotated[float | None, typer.Option("--quantity", help="Tons offered at this price.")] = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Whether prices of a product are fair: unit values, quartiles, fences, what was paid above the median.

    Example: homeground prices 270900 --importer Japan --year 2021 --price 520 --quantity 1000000
    """
    from homeground.brief.trade.price_tables import prices_answer
    from homeground.home import Home

    with progress_bar("reading the flows"):
        answer = prices_answer(
            Home(home), hs6, year, importer=importer, exporter=exporter, price=price, quantity=quantity, dataset=dataset
        )
    show(answer, as_json=as_json, output=output, most=rows)


def terms(
    country: CountryArgument,
    base: Annotated[
        int | None, typer.Option("--base", help="Year set to 100; the first of the longest unbroken chain if left out.")
    ] = None,
    bloc: Annotated[
        str | None, typer.Option("--bloc", "-b", help="Take this bloc as the country's home market.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 50,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Terms of trade: prices of a country's exports over those of its imports, year by year.

    Example: homeground terms Japan
    """
    from homeground.brief.trade.price_tables import terms_answer
    from homeground.home import Home

    with progress_bar("matching unit values year by year"):
        answer = terms_answer(Home(home), country, base=base, bloc=bloc, dataset=dataset)
    show(answer, as_json=as_json, output=output, most=rows)
