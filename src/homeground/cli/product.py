"""The command `product`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from homeground.cli._answer import show
from homeground.cli._options import (
    DEFAULT_HOME,
    DatasetOption,
    DayOption,
    HomeOption,
    JsonOption,
    OutputOption,
    YearOption,
)
from homeground.errors import UsageError, listing, message

ForOption = Annotated[
    str | None, typer.Option("--for", help="Country or bloc: who supplies it, who could step in, what is at home.")
]
SupplierOption = Annotated[
    str | None, typer.Option("--supplier", help="With --for: who stops; the largest if left out.")
]
DivertibleOption = Annotated[
    float | None,
    typer.Option(
        "--divertible",
        min=0.0,
        max=1.0,
        help="With --for: share of their sales elsewhere that others could divert, an assumption; 0.2 if left out.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(product)


def product(
    hs6: Annotated[str, typer.Argument(help="Product: six characters of the Harmonized System, such as 270900.")],
    year: YearOption,
    for_country: ForOption = None,
    supplier: SupplierOption = None,
    divertible: DivertibleOption = None,
    on: DayOption = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """The world market of one product: who sells, who buys, how concentrated it is; or the product for one country.

    Example: homeground product 270900 --year 2021
    """
    from homeground.brief.tables import product_answer
    from homeground.brief.trade import product_here_tables
    from homeground.home import Home
    from homeground.home.trade.cuts import DIVERTIBLE
    from homeground.home.trade.product_here import here

    if for_country is None:
        require_country(supplier, divertible, on)
        show(product_answer(Home(home), hs6, year, dataset=dataset), as_json=as_json, output=output, most=rows)
        return
    view = here(
        Home(home).store, hs6, for_country, year, dataset, supplier=supplier,
        divertible=DIVERTIBLE if divertible is None else divertible, day=on.date() if on else None,
    )  # fmt: skip
    show(product_here_tables.whole(view), as_json=as_json, output=output, most=rows)
    if not as_json and output is None:
        for answer in list(product_here_tables.answers(view).values())[1:]:
            show(answer, as_json=False, output=None, most=rows)


def require_country(supplier: str | None, divertible: float | None, on: datetime | None) -> None:
    """Raise UsageError for what is asked of one country where none is named."""
    given = {"--supplier": supplier, "--divertible": divertible, "--on": on}
    asked = [name for name, value in given.items() if value is not None]
    if asked:
        raise UsageError(message("this is asked of one country", found=listing(asked), do="name it with --for"))
