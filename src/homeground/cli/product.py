"""The command `product`."""

from __future__ import annotations

from typing import Annotated

import typer

from homeground.cli._answer import show
from homeground.cli._options import DEFAULT_HOME, DatasetOption, HomeOption, JsonOption, OutputOption, YearOption
from homeground.errors import UsageError, message


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(product)


def product(
    hs6: Annotated[str, typer.Argument(help="Product: six characters of the Harmonized System, such as 270900.")],
    year: YearOption,
    for_country: Annotated[
        str | None, typer.Option("--for", help="Country or bloc: who supplies it, who could step in, what is at home.")
    ] = None,
    supplier: Annotated[
        str | None, typer.Option("--supplier", help="With --for: who stops; the largest if left out.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """The world market of one product: who sells, who buys, how concentrated it is; or the product for one country.

    Example: homeground product 270900 --year 2021
    """
    from homeground.brief import product_here_tables
    from homeground.brief.tables import product_answer
    from homeground.home import Home
    from homeground.home.product_here import here

    if for_country is None:
        require_country(supplier)
        show(product_answer(Home(home), hs6, year, dataset=dataset), as_json=as_json, output=output, most=rows)
        return
    view = here(Home(home).store, hs6, for_country, year, dataset, supplier=supplier)
    show(product_here_tables.whole(view), as_json=as_json, output=output, most=rows)
    if not as_json and output is None:
        for answer in list(product_here_tables.answers(view).values())[1:]:
            show(answer, as_json=False, output=None, most=rows)


def require_country(supplier: str | None) -> None:
    """Raise UsageError for a supplier that stops without the country that it supplies."""
    if supplier is not None:
        raise UsageError(message("--supplier needs the country supplied", do="name it with --for"))
