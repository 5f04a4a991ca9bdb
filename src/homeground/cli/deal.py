"""Commands about deals: review one offer, or a plan of offers together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar

EXIT: Final = {"allow": 0, "caution": 10, "refer": 20, "refuse": 30, "insufficient data": 40}

PolicyOption = Annotated[Path, typer.Option("--policy", "-p", help="Folder of the policy book.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    group = typer.Typer(
        name="deal",
        no_args_is_help=True,
        help="""Deals: what the policy in force says of an offer, why, what is not known, and what would make it pass.

        Example: homeground deal review offer.toml --policy policy
        """,
    )
    group.command()(review)
    app.add_typer(group)


def review(
    deal: Annotated[Path, typer.Argument(help="File of the deal (TOML).")],
    policy: PolicyOption,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Review a deal: verdict, evidence with sources, what is not known, what would make it pass.

    Exit code: 0 allow, 10 caution, 20 refer, 30 refuse, 40 insufficient data.

    Example: homeground deal review offer.toml --policy policy
    """
    from homeground import deals
    from homeground import policy as policies
    from homeground.brief import deal_page
    from homeground.cli._answer import print_json
    from homeground.home import Home

    offer, book = deals.read(deal, datetime.now(UTC).date()), policies.read(policy)
    with progress_bar("gathering evidence"):
        found = Home(home).review(offer, book)
    if output is not None:
        deal_page.write(found, output)
    if as_json:
        print_json(deals.document(found))
    elif output is None:
        print(deal_page.screen(found))
    raise typer.Exit(EXIT[found.verdict])
