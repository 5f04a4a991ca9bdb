"""The command `capability`."""

from __future__ import annotations

from pathlib import Path
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

ConventionsOption = Annotated[
    str,
    typer.Option(
        "--conventions", "-c", help="Variants of the formulas: homeground, ecomplexity, or diagonal=left-out,ddof=1 …"
    ),
]
MinTradeOption = Annotated[
    float | None, typer.Option("--min-trade", help="Least exports of a country that counts, USD; 1e9 if left out.")
]
MinProductOption = Annotated[
    float | None, typer.Option("--min-product", help="Least world trade of a product, USD; 1e7 if left out.")
]
MinPeopleOption = Annotated[
    float | None, typer.Option("--min-people", help="Least population, where one is loaded; 1.2e6 if left out.")
]
EaseOption = Annotated[
    str, typer.Option("--ease", help="Ease of trade from all-goods, or from other-goods than the product.")
]
AccessOption = Annotated[
    Path | None, typer.Option("--access", help="Your csv of access: importer, perhaps hs6, and factor or tariffs.")
]


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(capability)


def capability(
    country: CountryArgument,
    year: YearOption,
    markets: Annotated[bool, typer.Option("--markets", help="Show markets within reach instead of products.")] = False,
    ranks: Annotated[bool, typer.Option("--ranks", help="Show the ranks of all countries instead.")] = False,
    conventions: ConventionsOption = "homeground",
    min_trade: MinTradeOption = None,
    min_product: MinProductOption = None,
    min_people: MinPeopleOption = None,
    ease: EaseOption = "all-goods",
    access: AccessOption = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """What a country could make and sell: complexity, products and markets within reach, with reasons.

    Example: homeground capability KAZ --year 2023 --markets
    """
    from homeground.brief.trade import capability_tables as tables
    from homeground.home import Home

    with progress_bar(f"capability of {country} {year}"):
        view = Home(home).capability(
            country, year, conventions=conventions, min_population=min_people, min_exports_usd=min_trade,
            min_product_usd=min_product, ease=ease, access=access, dataset=dataset,
        )  # fmt: skip
    answer = tables.markets_answer if markets else tables.countries_answer if ranks else tables.products_answer
    show(answer(view), as_json=as_json, output=output, most=rows)
