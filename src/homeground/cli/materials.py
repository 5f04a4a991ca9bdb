"""The command group `materials`, and the command `substitutes`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._answer import print_json, show
from homeground.cli._options import DEFAULT_HOME, DatasetOption, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar

BookArgument = Annotated[Path, typer.Argument(help="Process book: a .toml text or an .xlsx workbook.")]
CountryOption = Annotated[
    str | None, typer.Option("--country", "-c", help="Whose trade fills the book's gaps; the book's own if left out.")
]
YearOption = Annotated[int | None, typer.Option("--year", "-y", help="Year of that trade; the book's own if left out.")]


def register(app: typer.Typer) -> None:
    """Add the group and the command to the application."""
    group = typer.Typer(
        no_args_is_help=True,
        help="What we make things from: process books, balances, substitutes.\n\n"
        "Example: homeground materials check examples/materials/timber.toml",
    )
    for command in (check, write):
        group.command()(command)
    group.command("import")(take_over)
    app.add_typer(group, name="materials")
    app.command()(substitutes)


def check(
    book: BookArgument,
    view: Annotated[
        str, typer.Option("--view", help="On the screen: findings, balances, border or sources.")
    ] = "findings",
    country: CountryOption = None,
    year: YearOption = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    keep: Annotated[
        bool,
        typer.Option("--keep/--no-keep", help="Keep the book in the Home, for deals and for its country's report."),
    ] = False,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Close the balance of each good, and list what could be made otherwise, with quantities and money.

    Example: homeground materials check examples/materials/timber.toml -o timber.html
    """
    from homeground.brief.materials import materials_page
    from homeground.brief.materials.materials_tables import VIEWS, answers_of
    from homeground.errors import UsageError, message
    from homeground.home import Home

    if view not in VIEWS:
        raise UsageError(message("no such view", found=view, expected=", ".join(VIEWS), do="choose one of these"))
    with progress_bar("closing the balances"):
        at = Home(home)
        checked = at.materials(book, country=country, year=year, dataset=dataset)
        answers = answers_of(checked)
    if keep:
        print(f"{checked.check.book.title}: kept as {at.keep_book(book, country).dataset}", file=sys.stderr)
    if output is not None:
        materials_page.write(answers, view, output)
        print(f"{answers[view].title}: written to {output}", file=sys.stderr)
    if as_json or output is None:
        show(answers[view], as_json=as_json, output=None, most=rows)


def write(
    target: Annotated[Path, typer.Argument(help="Workbook to write, .xlsx.")],
    book: Annotated[
        Path | None, typer.Option("--book", "-b", help="Book to write as a workbook; a template if left out.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Write a process book as a workbook that can be filled in and read back; without a book, the empty template.

    Example: homeground materials write my-book.xlsx
    """
    from homeground.sources.process_book import save

    sheets = save(book, target)
    print_json({"written": str(target), "sheets": sheets}) if as_json else print(f"{target}: {', '.join(sheets)}")


def take_over(
    inventory: Annotated[Path, typer.Argument(help="Inventory workbook, as premise ships and exports them, .xlsx.")],
    target: Annotated[Path, typer.Argument(help="Process book to write, .xlsx.")],
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Take material requirements over from a life cycle inventory (premise, Brightway) into a process book.

    Example: homeground materials import lci-graphite.xlsx graphite.xlsx
    """
    from homeground.errors import listing
    from homeground.sources.process_book import from_inventory

    with progress_bar("reading the inventory"):
        sheets, left = from_inventory(inventory, target)
    if as_json:
        print_json({"written": str(target), "sheets": sheets, "left_out": left})
        return
    print(f"{target}: {', '.join(sheets)}")
    for reason, names in left.items():
        print(f"· left out, {reason}: {listing(dict.fromkeys(names), 4)}")


def substitutes(
    good: Annotated[str, typer.Argument(help="Good of the book: its name, short name or HS code.")],
    book: Annotated[
        Path | None, typer.Option("--book", "-b", help="Process book; the packaged starter book if left out.")
    ] = None,
    country: CountryOption = None,
    year: YearOption = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    dataset: DatasetOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """What could stand in for one good: other goods, making it at home, winning it back; at which loss, saving what.

    Example: homeground substitutes birch --book examples/materials/timber.toml
    """
    from homeground.brief.materials.materials_tables import substitutes_answer
    from homeground.home import Home

    with progress_bar("looking for other ways"):
        answer = substitutes_answer(Home(home), good, book, country=country, year=year, dataset=dataset)
    show(answer, as_json=as_json, output=output, most=rows)
