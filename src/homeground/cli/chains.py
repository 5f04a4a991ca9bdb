"""The commands about chains: exposure, extract and shock."""

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
)
from homeground.cli._progress import progress_bar

TableYear = Annotated[int, typer.Option("--year", "-y", help="Year of the input-output table.")]
Rows = Annotated[int, typer.Option("--rows", help="Rows on the screen.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (exposure, extract, shock):
        app.command()(command)


def exposure(
    country: CountryArgument,
    year: TableYear,
    industry: Annotated[
        str | None, typer.Option("--industry", "-i", help="Only this industry, by the table's code, such as c15.")
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="Rows: industry, or origin for all industries together.")
    ] = "industry",
    variant: Annotated[
        str, typer.Option("--variant", help="value_added (shares of output) or gross (shares of inputs).")
    ] = "value_added",
    rows: Rows = 40,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """What a country's industries lean on, at face value and through all tiers of their inputs.

    Example: homeground exposure DEU --year 2011 --industry c15
    """
    from homeground.brief.chains.chain_tables import exposure_answer
    from homeground.cli._choices import choice
    from homeground.home import Home

    with progress_bar("solving the system"):
        answer = exposure_answer(
            Home(home),
            country,
            year,
            variant=choice(variant, ("value_added", "gross"), "--variant"),
            industry=industry,
            by=choice(by, ("industry", "origin"), "--by"),
            dataset=dataset,
        )
    show(answer, as_json=as_json, output=output, most=rows)


def extract(
    what: Annotated[
        list[str] | None, typer.Argument(help="Countries, blocs, industries or pairs: CHN, EU27, c14, CHN.c14.")
    ] = None,
    year: TableYear = ...,  # type: ignore[assignment]
    kind: Annotated[str, typer.Option("--kind", "-k", help="total, purchases or sales.")] = "total",
    buyer: Annotated[str | None, typer.Option("--buyer", help="With sales: only what this one buys.")] = None,
    by: Annotated[str, typer.Option("--by", help="Rows: country or industry.")] = "country",
    each: Annotated[bool, typer.Option("--each", help="Take out every country (or industry) by itself.")] = False,
    rows: Rows = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """What the world would not produce without a country, an industry, a pair, a bloc or a trade link.

    Example: homeground extract CHN.c14 --year 2011
    """
    from homeground.brief.chains.chain_tables import extraction_answer, extractions_answer
    from homeground.cli._choices import choice
    from homeground.errors import UsageError, message
    from homeground.home import Home

    if bool(what) == each:
        raise UsageError(message("name what is to be taken out, or ask for --each", do="give one of the two"))
    side = choice(by, ("country", "industry"), "--by")
    way = choice(kind, ("total", "purchases", "sales"), "--kind")
    with progress_bar("solving the system"):
        if each:
            answer = extractions_answer(Home(home), side, year, kind=way, dataset=dataset)
        else:
            answer = extraction_answer(Home(home), what or [], year, kind=way, buyer=buyer, by=side, dataset=dataset)
    show(answer, as_json=as_json, output=output, most=rows)


def shock(
    scenario: Annotated[Path, typer.Argument(help="Scenario (TOML): who is cut off, by how much, when, how long.")],
    by: Annotated[str, typer.Option("--by", help="Rows: industry, country or day.")] = "industry",
    country: Annotated[str | None, typer.Option("--country", "-c", help="Only this country.")] = None,
    each: Annotated[bool, typer.Option("--each", help="Cut the same industries in every country by itself.")] = False,
    each_industry: Annotated[
        bool, typer.Option("--each-industry", help="Cut every industry of the supplier's country by itself.")
    ] = False,
    draws: Annotated[int, typer.Option("--draws", help="Draw what the scenario calls uncertain this often.")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.")] = 1,
    rows: Rows = 20,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """What breaks when a supplier stops: day by day, with stocks, critical inputs and rationing.

    Example: homeground shock examples/shock.toml --by country
    """
    from homeground.brief.chains.shock_tables import shock_answer, sweep_answer
    from homeground.cli._choices import choice
    from homeground.home import Home

    side = choice(by, ("industry", "country", "day"), "--by")
    with progress_bar("running the days") as progress:
        if each or each_industry or draws:
            answer = sweep_answer(
                Home(home), scenario, each=each or each_industry, draws=draws, seed=seed, industries=each_industry,
                progress=progress,
            )  # fmt: skip
        else:
            answer = shock_answer(Home(home), scenario, by=side, country=country, progress=progress)
    show(answer, as_json=as_json, output=output, most=rows)
