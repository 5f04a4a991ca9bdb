"""A year's plan of deals, judged together: each alone, and with all others in place."""

from __future__ import annotations

import json
import shutil
from functools import partial
from hashlib import sha256
from typing import Any, Final

from homeground.brief.deals import deal_sheet
from homeground.brief.deals.queue_tables import with_reviews
from homeground.deals import Review, verdict
from homeground.deals.batch import Settled
from homeground.desk.homes import Homes
from homeground.desk.pages import Asked, Asking, Done, Named, Panel, Sheet, Upload, act, field, finder, page
from homeground.desk.shelves import books, offers
from homeground.desk.showing.choices import today
from homeground.desk.web import uploads
from homeground.desk.web.once import LENGTH, acting
from homeground.desk.web.sheet import Choices
from homeground.desk.work.jobs import DONE, Job, Outcome, Work, job
from homeground.errors import BadInput, NotInHome, listing, message
from homeground.home.deals import deal_record, offered

PAPERS: Final = "papers.json"
"""What each deal of a judged plan would leave in the record, in the folder of its job."""


class Listed(Asked):
    """A list of deals, and the book that judges them."""

    file: Upload = field("List of deals", help="A deal a row, csv or Excel.", endings=(".csv", ".xlsx"))
    policy: str | None = field("Policy", None, help="The book by which it is judged.", max_length=60)


class Chosen(Asked):
    """Which deals of a plan, by their place in the list."""

    deals: list[str] = field("Deals", widget="checks", max_length=2000)


def _choices(asking: Asking) -> Choices:
    return {"policy": offers.choices(asking)["policy"]}


@page("/deals/plan", title="A year's plan", needs="analyst", purpose="deals")
def plan(asking: Asking) -> Sheet:
    """Where a plan is handed in."""
    lead = asking.text("Deals that pass one by one may break a limit together: hand them in as one list.")
    columns = asking.text(
        "Columns: direction, country, partner, product, quantity, unit, price, currency, incoterm, day, title, seller; "
        "year and dataset of the evidence."
    )
    trail = ((asking.text("Deals"), "/deals"),)
    form = asking.form(judge, None, _choices(asking))
    return Sheet(asking.text("A year's plan"), lead=lead, notes=(columns,), forms=(form,), trail=trail)


@finder("plan of deals", needs="analyst")
def named(asking: Asking) -> list[Named]:
    """The plans of deals that were judged, for the search."""
    judged = asking.jobs.every(kind="deals", state=DONE)
    return [Named(each.title, f"/deals/plan/{each.id}") for each in judged if not each.removed]


@act("/deals/plan", title="Judge a plan", needs="analyst", purpose="deals", submit="Judge the plan", choices=_choices)
def judge(asking: Asking, listed: Listed) -> Done:
    """Read the list, every fault of every row at once, and start the judging."""
    book = offers.book_of(asking, offers.Offer(policy=listed.policy))
    books.read(asking.desk.settings, book)
    offered.listed(listed.file.path, listed.file.name, today())
    kept = uploads.keep([listed.file], asking.desk.settings.home, "plans")
    title = asking.text("Plan: %(name)s", name=listed.file.name)
    return asking.jobs.begin(asking, "deals", title, folder=str(kept), name=listed.file.name, book=book)


@job("deals", "Judge a plan of deals")
def judging(work: Work, folder: str, name: str, book: str) -> Outcome:
    """Judge a plan, and keep what each deal would leave in the record; its list is removed after."""
    from homeground.brief.deals.deal_tables import plan_answer

    stamp = Homes(work.settings.home, 0).stamp()
    offers_read = offered.listed(uploads.only(folder), name, today())
    work.progress("gathering evidence", 0.1)
    read = books.read(work.settings, book)
    found = work.home.review_plan(offers_read, read)
    text = deal_record.policy_text(books.folder(work.settings, book), read.version)
    kept = []
    for place, settled in enumerate(found.deals):
        work.progress("looking for what would pass", 0.5 + 0.5 * place / len(found.deals))
        kept.append(_papers(settled, name))
    held = json.dumps({"stamp": stamp, "book": book, "policy": text, "papers": kept}, ensure_ascii=False)
    (work.folder / PAPERS).write_text(held, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    to = f"/deals/plan/{work.folder.name}"
    return Outcome((plan_answer(found),), said="The plan is judged.", to=to)


def _papers(settled: Settled, name: str) -> dict[str, Any]:
    """Return what the review that counts would leave in the record, with what would make its deal pass."""
    review = verdict.with_proposals(settled.counted)
    words = deal_sheet.told(review)["words"]
    made = deal_record.papers(review, {}, {**words, "lines": [("Plan", _settled(review, name)), *words["lines"]]})
    return {"payload": made.payload, "evidence": made.evidence}


def _settled(review: Review, name: str) -> str:
    """Say how a deal of a plan was settled, and its counter-proposals with it."""
    if beside := len(review.setting.beside):
        others, told = "deals" if beside > 1 else "deal", "each counter-proposal too, as if only this one gave way"
        return f"judged with {beside} other {others} of {name} in place; {told}"
    return f"judged alone, as one deal of {name}; each counter-proposal too, without the other deals in place"


@page("/deals/plan/{identity}", title="Plan", needs="analyst", purpose="deals")
def judged(asking: Asking, identity: str) -> Sheet:
    """A plan as it was judged, which of its deals are in the queue, and the others to put there."""
    found = _plan(asking, identity)
    (answer,) = asking.jobs.answers(identity)
    entries = _queued(asking, identity, answer.table.num_rows)
    answer = with_reviews(answer, entries)
    links = {"partner": "/country/{partner}", "review": "/deals/{review}"}
    left = _left(asking, identity)["deals"]
    sent = {"deals": [place for place, _ in left]}
    forms = (asking.form(put_all, sent, identity=identity),) if left and asking.may("officer") else ()
    trail = ((asking.text("Deals"), "/deals"), (asking.text("A year's plan"), "/deals/plan"))
    in_queue = sum(entry is not None for entry in entries)
    tiles = ((str(len(entries)), asking.text("deals of the plan")), (str(in_queue), asking.text("in the queue")))
    panel = Panel(answer, "plan", links, most=500)
    return Sheet(found.title, (panel,), tiles=tiles, forms=forms, trail=trail)


def _left(asking: Asking, identity: str) -> Choices:
    """The deals of a plan that are not in the queue yet, by their place in the list."""
    _plan(asking, identity)
    (answer,) = asking.jobs.answers(identity)
    entries = _queued(asking, identity, answer.table.num_rows)
    rows = enumerate(zip(answer.table.to_pylist(), entries, strict=True))
    return {"deals": [(str(place), _named(row)) for place, (row, entry) in rows if entry is None]}


@act("/deals/plan/{identity}", title="Put into the queue", needs="officer", purpose="deals", enters="own",
     submit="Put the chosen ones into the queue", choices=_left)  # fmt: skip
def put_all(asking: Asking, identity: str, chosen: Chosen) -> Done:
    """Put deals of a plan into the queue, each with its own entry; all of them or none, and each once."""
    _plan(asking, identity)
    kept = json.loads((asking.jobs.folder(identity) / PAPERS).read_text("utf-8"))
    if list(asking.desk.homes.stamp()) != kept["stamp"]:
        what, do = "data was loaded since the plan was judged", "hand the plan in again"
        raise BadInput(message(what, where=_plan(asking, identity).title, do=do))
    deal_record.policy_text(books.folder(asking.desk.settings, kept["book"]), kept["policy"]["version"])
    places = _places(chosen, len(kept["papers"]))
    by, role, ledger = asking.person.login, acting(asking, among=("officer",)), asking.ledger
    made = []
    with ledger.writing():
        for place in places:
            papers = deal_record.Papers(**kept["papers"][place], policy=kept["policy"])
            write = partial(deal_record.file, ledger, papers, by=by, role=role)
            made.append(ledger.once(_token(identity, place), write).number)
    said = asking.language.counted("%(count)s deal is in the queue.", "%(count)s deals are in the queue.", len(made))
    return Done("/deals", said, {"reviews": made})


def _places(chosen: Chosen, deals_in_all: int) -> list[int]:
    """Return the places in the list that were chosen, each once; raises BadInput for one that the list has not."""
    known = {str(place): place for place in range(deals_in_all)}
    if strange := [place for place in chosen.deals if place not in known]:
        found, expected = listing(map(repr, strange)), f"places from 0 to {deals_in_all - 1}"
        raise BadInput(message("the plan has no such deal", found=found, expected=expected, do="choose some"))
    return sorted({known[place] for place in chosen.deals})


def _token(identity: str, place: int) -> str:
    """The token of a deal of a plan: whoever sends it again, and with whichever form, it counts once."""
    return sha256(f"plan {identity}, deal {place}".encode()).hexdigest()[:LENGTH]


def _queued(asking: Asking, identity: str, deals_in_all: int) -> list[int | None]:
    """The entry of each deal of a plan; None for those that are not in the queue."""
    sent = asking.ledger.state().sent
    return [sent.get(_token(identity, place)) for place in range(deals_in_all)]


def _named(row: dict[str, Any]) -> str:
    what = row["deal"] or f"{row['hs6']} · {row['partner']}"
    return f"{what}: {row['verdict']}"


def _plan(asking: Asking, identity: str) -> Job:
    """Return the job of a plan that was judged; colleagues see it too, since an officer puts what an analyst judged."""
    found: Job = asking.jobs.find(identity)
    if found.kind != "deals" or found.state != DONE or not (asking.jobs.folder(identity) / PAPERS).is_file():
        raise NotInHome(message("no such plan of deals", found=identity, do="hand a plan in"))
    return found
