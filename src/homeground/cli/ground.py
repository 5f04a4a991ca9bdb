"""Commands on own ground: balance, reliance, template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._answer import show
from homeground.cli._options import DEFAULT_HOME, DatasetOption, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar

StocksOption = Annotated[str | None, typer.Option("--stocks", help="Dataset of stocks, where several have them.")]
NeedOption = Annotated[str | None, typer.Option("--need", help="Dataset of needs, where several have them.")]
ReservesOption = Annotated[str | None, typer.Option("--reserves", help="Dataset of reserves, where several have them.")]
CapacityOption = Annotated[str | None, typer.Option("--capacity", help="Dataset of capacity, where several have it.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (balance, reliance, template):
        app.command()(command)


def balance(
    country: Annotated[str, typer.Argument(help="Country: ISO code, name or BACI number.")],
    year: Annotated[
        int | None, typer.Option("--year", "-y", help="Calendar year; without it the last year of each good.")
    ] = None,
    commodity: Annotated[
        str | None, typer.Option("--commodity", "-c", help="Only goods whose name holds this.")
    ] = None,
    production: Annotated[
        list[str] | None,
        typer.Option("--production", help="Dataset of production, where several have a good; repeat by preference."),
    ] = None,
    stocks: StocksOption = None,
    need: NeedOption = None,
    reserves: ReservesOption = None,
    capacity: CapacityOption = None,
    factor: Annotated[
        list[str] | None,
        typer.Option("--factor", help="Tons traded per ton made, such as shrimps=0.57; makes live weight comparable."),
    ] = None,
    figures: Annotated[bool, typer.Option("--figures", help="Show every figure with file and line instead.")] = False,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """What a country makes, trades, uses and holds of each good, in tons, every figure with its source.

    Example: homeground balance Japan --year 2023
    """
    from homeground.brief.ground import ground_tables
    from homeground.home import Home
    from homeground.home.ground.ground import factors_from

    beside = {"stocks": stocks, "need": need, "reserves": reserves, "capacity": capacity}
    with progress_bar("reading the figures"):
        found = Home(home).balance(
            country, year, commodity=commodity, production=tuple(production or ()),
            beside={element: name for element, name in beside.items() if name}, trade=dataset,
            factors=factors_from(factor or ()),
        )  # fmt: skip
    answer = ground_tables.figures_answer(found) if figures else ground_tables.balance_answer(found)
    show(answer, as_json=as_json, output=output, most=rows)


def reliance(
    country: Annotated[str, typer.Argument(help="Country: ISO code, name or BACI number.")],
    year: Annotated[int | None, typer.Option("--year", "-y", help="Calendar year; without it every year.")] = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Published net import reliance, held against the tonnages of the same source; what differs comes first.

    Example: homeground reliance USA --year 2023
    """
    from homeground.brief.ground.ground_tables import reliance_answer
    from homeground.home import Home

    show(reliance_answer(Home(home), country, year, dataset), as_json=as_json, output=output, most=rows)


def template(
    output: Annotated[Path, typer.Argument(help="Workbook to write (xlsx).")],
    country: Annotated[str, typer.Option("--country", "-c", help="Country whose figures it will hold.")],
) -> None:
    """Write the workbook in which a ministry enters its own production, stocks, needs, resources and capacity.

    Example: homeground template ground.xlsx --country Kenya
    """
    from homeground.brief.ground import ministry_template

    goods = ministry_template.write(output, country)
    print(f"{output} is written; its sheet 'Lists' names {goods} goods that are linked to HS codes.")
    print(f"Fill it in, then: homeground load ministry {output}")
