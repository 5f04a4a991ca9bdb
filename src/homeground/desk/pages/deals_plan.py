"""A year's plan of deals, judged together: each alone, and with all others in place."""

from __future__ import annotations

from pathlib import Path

from homeground import deals
from homeground.desk import books, offers, uploads
from homeground.desk.choices import today
from homeground.desk.jobs import Outcome, Work, job
from homeground.desk.pages import Asked, Asking, Done, Sheet, Upload, act, field, page
from homeground.desk.sheet import Choices
from homeground.errors import BadInput
from homeground.sources import deal_list

COLUMNS = (
    "direction, country, partner, product, quantity, unit, price, currency, incoterm, day, title, seller; year and "
    "dataset of the evidence"
)


class Listed(Asked):
    """A list of deals, and the book that judges them."""

    file: Upload = field("List of deals", help="A deal a row, csv or Excel.", endings=(".csv", ".xlsx"))
    policy: str | None = field("Policy", None, help="The book by which it is judged.", max_length=60)


def _choices(asking: Asking) -> Choices:
    return {"policy": offers.choices(asking)["policy"]}


@page("/deals/plan", title="A year's plan", needs="analyst", purpose="deals")
def plan(asking: Asking) -> Sheet:
    """Where a plan is handed in."""
    lead = asking.text("Deals that pass one by one may break a limit together: hand them in as one list.")
    notes = (asking.text("Columns: %(columns)s.", columns=COLUMNS),)
    trail = ((asking.text("Deals"), "/deals"),)
    form = asking.form(judge, None, _choices(asking))
    return Sheet(asking.text("A year's plan"), lead=lead, notes=notes, forms=(form,), trail=trail)


@act("/deals/plan", title="Judge a plan", needs="analyst", purpose="deals", submit="Judge the plan", choices=_choices)
def judge(asking: Asking, listed: Listed) -> Done:
    """Read the list, every fault of every row at once, and start the judging."""
    book = offers.book_of(asking, offers.Offer(policy=listed.policy))
    books.read(asking.desk.settings, book)
    read_deals(listed.file.path, listed.file.name)
    path = uploads.keep(listed.file, Path(asking.desk.settings.home) / ".desk" / "plans")
    return asking.jobs.begin(
        asking, "deals", asking.text("Plan: %(name)s", name=listed.file.name), path=str(path), name=listed.file.name,
        book=book,
    )  # fmt: skip


@job("deals", "Judge a plan of deals")
def judging(work: Work, path: str, name: str, book: str) -> Outcome:
    """Judge a plan; its list is removed after."""
    from homeground.brief.deal_tables import plan_answer

    offered = read_deals(Path(path), name)
    work.progress("gathering evidence", 0.1)
    found = work.home.review_plan(offered, books.read(work.settings, book))
    Path(path).unlink(missing_ok=True)
    return Outcome((plan_answer(found),), said="The plan is judged.", to="/deals")


def read_deals(path: Path, name: str) -> list[deals.Deal]:
    """Read a list of deals; raises BadInput with every fault of every row, one a line."""
    found, faults = [], []
    for where, stated in deal_list.read(path, name):
        try:
            found.append(deals.parse(stated, where, today()))
        except BadInput as error:
            faults += str(error).splitlines()
    if faults:
        raise BadInput("\n".join(faults))
    return found
