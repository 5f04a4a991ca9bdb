"""Policy: the rules in force, scenarios and checks, two books side by side, a book over past trade."""

from __future__ import annotations

from datetime import date
from typing import Literal
from urllib.parse import quote

from homeground import policy
from homeground.brief.deals import policy_shelf_tables, policy_tables
from homeground.desk.pages import Asked, Asking, Done, Named, Panel, Sheet, Upload, act, field, finder, page
from homeground.desk.shelves import books
from homeground.desk.showing.choices import as_they_are, dataset_names, largest, today, years
from homeground.desk.showing.words import Given, Told
from homeground.desk.web.sheet import Choices
from homeground.desk.work.jobs import Outcome, Work, job


class Day(Asked):
    """The day of the law."""

    on: date | None = field("Day", None, help="The rules in force on that day; today if left out.")


class Other(Asked):
    """With which book to compare."""

    before: str | None = field("Compare with", None, help="The book as it was.")


class New(Asked):
    """A book to put on the shelf."""

    name: str = field("Name of the book", max_length=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*")
    file: Upload = field("Book", help="A zip of the book's folder.", endings=(".zip",))


class Past(Asked):
    """Over which past trade."""

    country: str | None = field("Country or bloc", None, help="Everybody's trade if left out.", among="countries")
    year: int | None = field("Year", None, help="Every year of the dataset if left out.", ge=1900, le=2100)
    direction: Literal["import", "export"] = field("Direction", "import")
    product: str | None = field("Products", None, help="Beginning of an HS code: 2, 4 or 6 digits.")
    by: Literal["rule", "verdict", "product", "partner", "year", "country"] = field("Part by", "rule")
    against: str | None = field("Compare with", None)
    on: date | None = field("Day of the law", None, help="Today if left out.")
    dataset: str | None = field("Dataset", None, help="The largest if this and the year are left out.")


@page("/policy", title="Policy", purpose="policy", menu=True)
def shelf(asking: Asking) -> Sheet:
    """The policy books."""
    found = [(name, *books.look(asking.desk.settings, name)) for name in books.names(asking.desk.settings)]
    panel = Panel(
        policy_shelf_tables.shelf_answer(found), "books", {"name": "/policy/{name}", "title": "/policy/{name}"}
    )
    lead = asking.text("The written rules by which deals are judged.")
    if not found:
        lead = asking.text("No policy book is here yet. An administrator puts one here as a zip of its folder.")
    forms = (asking.form(put),) if asking.may("admin") else ()
    links = ((asking.text("Lists of names and measures"), "/policy-lists"),)
    return Sheet(asking.text("Policy"), (panel,) if found else (), lead=lead, forms=forms, links=links)


@finder("policy book")
def named(asking: Asking) -> list[Named]:
    """The policy books, for the search."""
    shelf = {name: books.title(asking.desk.settings, name) for name in books.names(asking.desk.settings)}
    return [Named(title, f"/policy/{quote(name)}", name) for name, title in shelf.items()]


@act("/policy", title="Put a policy book here", needs="admin", purpose="policy", submit="Put it here", enters="own",
     proof=True)  # fmt: skip
def put(asking: Asking, new: New) -> Done:
    """Keep an uploaded book; one that it replaces stays beside it."""
    book, older = books.put(asking.desk.settings, new.name, new.file.path)
    asking.enter("policy book put on the shelf", new.name, version=book.version, title=book.title, older=older)
    said = asking.text("The book is here.")
    if older:
        said += " " + asking.text("The one that it replaces is kept as %(name)s.", name=older)
    return Done(f"/policy/{new.name}", said)


@page("/policy/{book}", title="Policy book", purpose="policy")
def rules(asking: Asking, book: str, day: Day) -> Sheet:
    """The rules in force on a day, and the values that they use."""
    law = policy.on(books.read(asking.desk.settings, book), day.on or today())
    panels = (
        Panel(policy_shelf_tables.rules_in_words(law), "rules", most=200),
        Panel(policy_shelf_tables.values_answer(law), "values", most=200),
    )
    links = (
        (asking.text("Scenarios"), f"/policy/{book}/scenarios"),
        (asking.text("Check of the text"), f"/policy/{book}/check"),
        (asking.text("Compare with another book"), f"/policy/{book}/compare"),
        (asking.text("Run over past trade"), f"/policy/{book}/backtest"),
    )
    lead = asking.text("In force on %(day)s; version %(version)s.", day=law.day, version=law.book.version[:12])
    return Sheet(Told(law.book.title or book), panels, lead=lead, links=links, trail=_trail(asking))


@page("/policy/{book}/scenarios", title="Scenarios", purpose="policy")
def scenarios(asking: Asking, book: str) -> Sheet:
    """How the scenarios of a book come out."""
    read = books.read(asking.desk.settings, book)
    answer = policy_tables.outcomes_answer(read, policy.run_scenarios(read))
    return Sheet(asking.text("Scenarios"), (Panel(answer, "scenarios", most=200),), trail=_trail(asking, book))


@page("/policy/{book}/check", title="Check of the text", purpose="policy")
def check(asking: Asking, book: str) -> Sheet:
    """What is wrong with a book, if anything."""
    read, faults = policy.look(books.folder(asking.desk.settings, book))
    answer = policy_tables.findings_answer(read, faults, policy.check(read))
    panel = Panel(answer, "findings", most=200, empty=asking.text("No fault is found."))
    return Sheet(asking.text("Check of the text"), (panel,), trail=_trail(asking, book))


@page("/policy/{book}/compare", title="Compare with another book", purpose="policy")
def compare(asking: Asking, book: str, other: Other) -> Sheet:
    """How a book differs from another, and which scenarios come out otherwise."""
    title, choices, trail = asking.text("Compare with another book"), _others(asking, book), _trail(asking, book)
    if not other.before:
        lead = asking.text("Choose the book as it was.")
        return Sheet(title, lead=lead, choices={"before": choices}, trail=trail)
    old, new = (books.read(asking.desk.settings, name) for name in (other.before, book))
    answer = policy_tables.differences_answer(old, new, policy.compare(old, new))
    return Sheet(title, (Panel(answer, "differences", most=200),), choices={"before": choices}, trail=trail)


@page("/policy/{book}/backtest", title="Run over past trade", purpose="policy", needs="analyst")
def past(asking: Asking, book: str) -> Sheet:
    """What a book would have said of past trade: choose which."""
    books.folder(asking.desk.settings, book)
    lead = asking.text("What the policy would have stopped or referred, by value, and the load on officers.")
    sent = {"country": [asking.country]}
    form = asking.form(backtest, sent, _past_choices(asking, book), book=book)
    return Sheet(asking.text("Run over past trade"), lead=lead, forms=(form,), trail=_trail(asking, book))


@act("/policy/{book}/backtest", title="Run over past trade", needs="analyst", purpose="policy", submit="Run")
def backtest(asking: Asking, book: str, past: Past) -> Done:
    """Start a backtest."""
    for name in (book, past.against):
        if name:
            books.folder(asking.desk.settings, name)
    asked = past.model_dump(mode="json")
    title = asking.text("%(book)s over past trade", book=book)
    return asking.jobs.begin(asking, "backtest", title, book=book, **asked)


@job("backtest", "A policy over past trade")
def run(
    work: Work, book: str, country: str | None, year: int | None, direction: str, product: str | None, by: str,
    against: str | None, on: str | None, dataset: str | None,
) -> Outcome:  # fmt: skip
    """Judge past trade by a book."""
    from homeground.brief.deals.backtest_tables import answer

    read = books.read(work.settings, book)
    other = books.read(work.settings, against) if against else None
    work.progress("judging past trade", 0.1)
    whole = largest(work.home).name if not year and not dataset else None
    found = work.home.backtest(
        read, date.fromisoformat(on) if on else today(), country=country or None, years=[year] if year else (),
        direction=direction, product=product or None, dataset=dataset or whole, against=other, by=by,
    )  # fmt: skip
    return Outcome((answer(found),), said="Past trade is judged.", to=f"/policy/{book}")


def _others(asking: Asking, book: str) -> list[tuple[str, str]]:
    return [("", "–"), *as_they_are(name for name in books.names(asking.desk.settings) if name != book)]


def _past_choices(asking: Asking, book: str) -> Choices:
    all_years = [("", "–"), *years(asking.home)]
    return {"year": all_years, "against": _others(asking, book), "dataset": dataset_names(asking.home)}


def _trail(asking: Asking, book: str = "") -> tuple[tuple[str, str], ...]:
    first = ((asking.text("Policy"), "/policy"),)
    return (*first, (Given(book), f"/policy/{book}")) if book else first
