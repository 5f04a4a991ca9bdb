"""Commands about deals: review one offer, or a plan of offers together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar
from homeground.cli._record import UrlOption, opened
from homeground.errors import UsageError, message

if TYPE_CHECKING:
    from homeground.deals import Review

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
    group.command()(plan)
    app.add_typer(group)


def review(
    deal: Annotated[Path, typer.Argument(help="File of the deal (TOML).")],
    policy: PolicyOption,
    country: Annotated[
        str | None, typer.Option("--country", help="Judge it as this country's deal, such as one member of a bloc.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Write the review into the record.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Person who records it.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="Role in which they act.")] = None,
    url: UrlOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Review a deal: verdict, evidence with sources, what is not known, what would make it pass.

    Exit code: 0 allow, 10 caution, 20 refer, 30 refuse, 40 insufficient data. With --record the review is written into
    the record, its evidence and the policy's text beside it by their hashes.

    Example: homeground deal review offer.toml --policy policy
    """
    from homeground import deals
    from homeground import policy as policies
    from homeground.brief.deals import deal_page
    from homeground.cli._answer import print_json
    from homeground.home import Home

    if record and not (by and role):
        raise UsageError(message("who records the review", found="nobody", do="give --by and --role"))
    offer, book = deals.read(deal, datetime.now(UTC).date(), country), policies.read(policy)
    with progress_bar("gathering evidence"):
        found = Home(home).review(offer, book)
    if record:
        _record(found, policy, home, url, str(by), str(role))
    if output is not None:
        deal_page.write(found, output)
    if as_json:
        print_json(deals.document(found))
    elif output is None:
        print(deal_page.screen(found))
    raise typer.Exit(EXIT[found.verdict])


def plan(
    deals: Annotated[list[Path], typer.Argument(help="Files of deals, lists of them (csv, xlsx), or a folder.")],
    policy: PolicyOption,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Review a plan of deals together: each alone, and with all others in place; the order does not matter.

    What is refused alone is left out. Deals that pass alone and not together share a limit; the plan names the largest
    common part to which they can be cut. The exit code is that of the strictest verdict.

    Example: homeground deal plan examples/deals/offers --policy examples/deals/policy
    """
    from homeground import policy as policies
    from homeground.brief.deals.deal_tables import plan_answer
    from homeground.cli._answer import show
    from homeground.home import Home
    from homeground.home.deals import offered

    offers = offered.read(deals, datetime.now(UTC).date())
    with progress_bar("gathering evidence"):
        found = Home(home).review_plan(offers, policies.read(policy))
    show(plan_answer(found), as_json=as_json, output=output, most=500)
    raise typer.Exit(EXIT[found.verdict])


def _record(found: Review, policy: Path, home: Path, url: str | None, by: str, role: str) -> None:
    from homeground.home.deals import deal_record

    with opened(home, url) as ledger:
        entry = deal_record.record(ledger, found, policy, by=by, role=role)
    told = f"Entry {entry.number}, review: evidence {entry.evidence[:12]}, policy {entry.policy[:12]}."
    typer.echo(f"{told} Hash {entry.hash[:12]}.", err=True)
