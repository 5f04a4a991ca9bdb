"""The first steps at a new desk, and the sample that it may begin with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any

from homeground.brief.tables import status_table
from homeground.desk.pages import Asking, Done, act
from homeground.desk.shelves import books
from homeground.desk.showing.choices import today, years
from homeground.desk.work.jobs import Outcome, Work, job

OFFICE = "example"
SIGNERS: Any = ("officer", "countersigner")
TABLES = ("restrictions", "sanctioned_names", "dual_use", "exchange_rates", "freight")


@dataclass(frozen=True)
class Step:
    """One thing to do before the desk is of use: the words, why, the page for it, and whether it is done."""

    words: str
    why: str
    path: str
    done: bool


def steps(asking: Asking) -> tuple[Step, ...]:
    """What whoever asks still has to do, with what is done already; nothing once all is done."""
    found = tuple(_steps(asking))
    return () if all(step.done for step in found) else found


def lacks_sample(asking: Asking) -> bool:
    """Whether there is neither trade here nor a book to judge by, so that the sample would be of use."""
    return not (years(asking.home) and books.names(asking.desk.settings))


def _steps(asking: Asking) -> Iterator[Step]:
    text = asking.text
    if asking.may("admin"):
        yield from _of_administrator(asking)
    elif asking.may(SIGNERS):
        why = text("Who passes may sign for its goods. A countersigner or an administrator draws it.")
        yield Step(text("Sit a drill"), why, "/drill", asking.person.login in _qualified(asking))
    why = text("Pages and forms begin with it.")
    yield Step(text("Say for which country you work"), why, "/account", bool(asking.country))
    if asking.may("analyst"):
        why = text("Such as 1 Mt of crude oil from Saudi Arabia at 520 USD a ton. Put it into the queue and print it.")
        yield Step(text("Judge an offer"), why, "/deals/new", bool(asking.ledger.state().reviews))


def _of_administrator(asking: Asking) -> Iterator[Step]:
    text = asking.text
    why = text("Real trade in 72 raw materials, 1995 to 2024. Policy, lists and rates beside it are made up.")
    yield Step(text("Load the sample"), why, "/data", not lacks_sample(asking))
    why = text("Whoever administers does not sign; an auditor may read and verify everything.")
    held = {role for each in asking.desk.accounts.every() for role in each.roles}
    yield Step(text("Make accounts for an officer and a countersigner"), why, "/people", held >= set(SIGNERS))
    why = text("Draw a drill for them to sit, or grant the qualification.")
    yield Step(text("Qualify those who sign"), why, "/drill", bool(_qualified(asking)))


def _qualified(asking: Asking) -> set[str]:
    """Whoever holds a qualification today."""
    day = today().isoformat()
    return {each.person for each in asking.ledger.state().qualifications.values() if each.holds(day)}


@act("/sample", title="Load the sample", needs="admin", purpose="data", submit="Load the sample")
def load_sample(asking: Asking) -> Done:
    """Put the example's policy book on an empty shelf, and start the job that loads the sample."""
    if not books.names(asking.desk.settings):
        with as_file(files("homeground.desk").joinpath("examples", "office", "policy")) as folder:
            book = books.copy(asking.desk.settings, OFFICE, folder)
        asking.enter("policy book put on the shelf", OFFICE, version=book.version, title=book.title, older="")
    return asking.jobs.begin(asking, "sample", asking.text("Load the sample"))


@job("sample", "Load the sample", needs="admin")
def loading(work: Work) -> Outcome:
    """Load real trade, and the made-up lists and rates by which the example's policy judges."""
    from homeground.home.sample import load_samples

    load_samples(work.home, work.progress)
    with as_file(files("homeground.desk").joinpath("examples", "office", "tables")) as folder:
        for name in TABLES:
            work.home.load("tidy", folder / f"{name}.csv", mapping=folder / f"{name}.toml", replace=True)
    return Outcome((status_table(work.home),), said="The sample is loaded.", to="/")
