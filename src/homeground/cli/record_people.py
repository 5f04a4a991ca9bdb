"""Commands about who may sign: `record people` and `record qualifications`."""

from __future__ import annotations

from typing import Annotated

import typer

from homeground.cli._answer import show
from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption, OutputOption
from homeground.cli._record import ByOption, EntryArgument, UrlOption, opened, written

PersonArgument = Annotated[str, typer.Argument(help="Short name by which the record knows the person.")]


def register(group: typer.Typer) -> None:
    """Add both groups of commands."""
    people = typer.Typer(
        no_args_is_help=True,
        help="People and the roles they hold.\n\nExample: homeground record people list",
    )
    people.command("list")(list_people)
    people.command("add")(add)
    group.add_typer(people, name="people")
    qualifications = typer.Typer(
        no_args_is_help=True,
        help="Who may sign for which goods, in which role, until when.\n\n"
        "Example: homeground record qualifications list",
    )
    qualifications.command("list")(list_qualifications)
    qualifications.command("grant")(grant)
    qualifications.command("revoke")(revoke)
    group.add_typer(qualifications, name="qualifications")


def list_people(
    home: HomeOption = DEFAULT_HOME, url: UrlOption = None, as_json: JsonOption = False, output: OutputOption = None
) -> None:
    """List the people that the record knows.

    Example: homeground record people list
    """
    from homeground.brief.deals.record_tables import people_answer

    with opened(home, url) as ledger:
        show(people_answer(ledger), as_json=as_json, output=output, most=200)


def add(
    person: PersonArgument,
    name: Annotated[str, typer.Option("--name", help="Full name.")],
    by: ByOption,
    role: Annotated[list[str] | None, typer.Option("--role", help="Role that they hold; may be repeated.")] = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a person, or change name and roles; the first one adds themselves as registrar, which begins the record.

    Example: homeground record people add ana --name "Ana Aho" --role registrar --by ana
    """
    with opened(home, url, create=True) as ledger:
        written(ledger.add_person(person, name, role or [], by=by), as_json=as_json)


def list_qualifications(
    home: HomeOption = DEFAULT_HOME, url: UrlOption = None, as_json: JsonOption = False, output: OutputOption = None
) -> None:
    """List qualifications, and whether they hold today.

    Example: homeground record qualifications list
    """
    from datetime import UTC, datetime

    from homeground.brief.deals.record_tables import qualifications_answer

    with opened(home, url) as ledger:
        today = datetime.now(UTC).date().isoformat()
        show(qualifications_answer(ledger, today), as_json=as_json, output=output, most=200)


def grant(
    person: PersonArgument,
    role: Annotated[str, typer.Option("--role", help="Role in which they may sign.")],
    goods: Annotated[list[str], typer.Option("--goods", help="HS class, 2, 4 or 6 digits; may be repeated.")],
    until: Annotated[str, typer.Option("--until", help="Last day, as YYYY-MM-DD.")],
    grounds: Annotated[str, typer.Option("--grounds", help="On what grounds.")],
    by: ByOption,
    since: Annotated[str | None, typer.Option("--from", help="First day; today if left out.")] = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a person sign for a class of goods.

    Example: homeground record qualifications grant bo --role clerk --goods 27 --until 2027-12-31 --grounds exam --by al
    """
    with opened(home, url) as ledger:
        written(ledger.grant(person, role, goods, until, by=by, grounds=grounds, since=since), as_json=as_json)


def revoke(
    entry: EntryArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why it ends.")],
    by: ByOption,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a qualification before its day.

    Example: homeground record qualifications revoke 4 --reason "moved to another desk" --by ana
    """
    with opened(home, url) as ledger:
        written(ledger.revoke(entry, reason, by=by), as_json=as_json)
