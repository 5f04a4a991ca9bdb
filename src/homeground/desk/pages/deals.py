"""Deals: an offer judged while it is typed, its file taken in, and the queue of reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from homeground import deals as room
from homeground import toml
from homeground.brief.deals import deal_sheet, queue_tables
from homeground.codes import countries
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, Upload, act, field, page
from homeground.desk.shelves import books, offers
from homeground.desk.shelves.deals_found import READERS
from homeground.desk.shelves.offers import Offer
from homeground.desk.showing.choices import today
from homeground.desk.web.asking import show_form
from homeground.desk.web.drafts import new_id
from homeground.desk.web.forms import Form, hidden, read
from homeground.desk.web.once import Once, acting, once
from homeground.desk.web.registry import of
from homeground.desk.web.visits import is_api
from homeground.errors import BadInput, HomegroundError, message
from homeground.home.deals import deal_record
from homeground.record import State
from homeground.record.queue import OPEN, Queued, may_sign, queue
from homeground.record.state import WAITING

RECORD: Any = ("officer", "countersigner", "auditor", "admin")


class Shown(Asked):
    """Which reviews."""

    show: Literal["open", "mine", "all"] = field("Show", "open")
    country: str | None = field("Partner", None, among="countries", max_length=80)
    product: str | None = field("Products", None, help="Beginning of an HS code: 2, 4 or 6 digits.", max_length=6)


class Filed(Offer, Once):
    """An offer to be put into the queue, and the verdict that was seen."""

    seen: str | None = field("Verdict that was seen", None, widget="hidden", max_length=40)


class Draft(Asked):
    """Which offer."""

    draft: str | None = field("Draft", None, widget="hidden", pattern="[0-9a-f]{32}")


class Typed(Offer):
    """An offer as it is typed, and the name under which it is kept."""

    draft: str = field("Draft", widget="hidden", pattern="[0-9a-f]{32}", default_factory=new_id)


class File(Asked):
    """The file of a deal."""

    file: Upload = field("File of the deal", help="As sent by a colleague or written by hand (TOML).",
                         endings=(".toml",))  # fmt: skip


@page("/deals", title="Deals", needs=READERS, purpose="deals", menu=True)
def deals(asking: Asking, shown: Shown) -> Sheet:
    """The queue: what waits for a decision or a signature, the oldest first."""
    state = asking.ledger.state()
    every = queue(state)
    found = [each for each in every if _wanted(each, state, asking.person.login, shown)]
    waiting = [d for d in state.decisions.values() if d.review is None and d.standing in WAITING]
    panels = [_queue_panel(asking, found)]
    if waiting:
        title = asking.text("Decisions made elsewhere that wait for a signature")
        signatures = queue_tables.signatures_answer(waiting, title)
        panels.append(Panel(signatures, "signatures", {"entry": "/deals/decision/{entry}"}, most=100))
    links = [(asking.text("Decisions"), "/decisions")] if asking.may(RECORD) else []
    if asking.may("analyst"):
        links = [(asking.text("Judge a deal"), "/deals/new"), (asking.text("A year's plan"), "/deals/plan"), *links]
    lead = asking.text("Offers held against the policy: heard, decided, signed.")
    choices = {"show": [(each, asking.text(words)) for each, words in SHOWN]}
    tiles = _tiles(asking, every, state)
    return Sheet(asking.text("Deals"), tuple(panels), lead=lead, tiles=tiles, links=tuple(links), choices=choices)


@page("/deals/new", title="Judge a deal", needs="analyst", purpose="deals")
def new(asking: Asking, which: Draft) -> Sheet:
    """An offer as far as it was typed, and what the policy says of it."""
    sent = asking.desk.drafts.find(asking.person.login, which.draft) if which.draft else {}
    offer, errors = read(Offer, {name: [value] for name, value in sent.items()})
    return _judged(asking, offer or Offer(), sent, which.draft or new_id(), errors)


@act("/deals/new", title="Judge a deal", needs="analyst", purpose="deals", submit="Judge", enters="none",
     choices=offers.choices)  # fmt: skip
def judge(asking: Asking, offer: Typed) -> Sheet | Done:
    """Judge an offer; it is kept for its owner under a name that tells nothing, and only the name is in addresses."""
    sent = offers.plain(offer)
    if offers.for_program(asking):
        return _judged(asking, offer, sent, offer.draft, {})
    asking.desk.drafts.keep(asking.person.login, offer.draft, sent)
    if "hx-request" in asking.request.headers:
        return _judged(asking, offer, sent, offer.draft, {}, live=True)
    return Done(f"{_address(offer.draft)}#judged")


@act("/deals/file", title="Take in a file", needs="analyst", purpose="deals", submit="Judge it", enters="none")
def take_in(asking: Asking, given: File) -> Done:
    """Read the file of a deal, and show it in the form with its verdict."""
    try:
        stated = toml.loads(given.file.path.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        what, do = "not TOML in UTF-8", "correct the file"
        raise BadInput(message(what, where=given.file.name, found=error, do=do)) from error
    deal, name = room.parse(stated, given.file.name, today()), new_id()
    asking.desk.drafts.keep(asking.person.login, name, offers.fields_of(deal_sheet.as_file(deal.document())))
    return Done(_address(name))


@act("/deals", title="Put into the queue", needs="officer", purpose="deals", submit="Put into the queue", enters="own",
     choices=offers.choices)  # fmt: skip
def put(asking: Asking, offer: Filed) -> Done:
    """Judge the offer again and write the review into the record, with its evidence and the policy's text."""
    if absent := offers.missing(offer):
        what, do = "the offer is not filled in", "fill these in"
        raise BadInput(message(what, found="nothing", expected=", ".join(absent), do=do))
    review = offers.review(asking, offer)
    if offer.seen and offer.seen != review.verdict:
        what, do = "the verdict has changed since it was shown", "look at it again, then put it into the queue"
        raise BadInput(message(what, found=review.verdict, expected=offer.seen, do=do))
    book = books.folder(asking.desk.settings, offers.book_of(asking, offer))
    words = deal_sheet.told(review)["words"]

    def write() -> Any:
        role = acting(asking, among=("officer",))
        return deal_record.record(asking.ledger, review, book, by=asking.person.login, role=role, words=words)

    number = once(asking, offer, write).number
    return Done(f"/deals/{number}", asking.text("The deal is in the queue."), {"review": number})


SHOWN = (("open", "What is open"), ("mine", "What waits for me"), ("all", "All"))


def _address(draft: str) -> str:
    return f"/deals/new?draft={draft}"


def _judged(
    asking: Asking, offer: Offer, sent: dict[str, str], draft: str, errors: Mapping[str, Any], *, live: bool = False
) -> Sheet:
    """Judge an offer as far as that can be done, and show it with the form."""
    review: dict[str, Any] | None = None
    absent = offers.missing(offer)
    if not absent and not errors:
        try:
            review = deal_sheet.told(offers.review(asking, offer))
        except HomegroundError as error:
            if is_api(asking.request):
                raise
            found = offers.faults(error)
            if offers.meant(asking, offer):
                found.pop("product", None)
            errors = found
    if review and offers.for_program(asking):
        facts = Panel(deal_sheet.facts_answer(review), "facts")
        return Sheet(asking.text("Judge a deal"), (facts,), values={"review": review}, told=True)
    form = _form(asking, sent, errors)
    shown = {field.name: field for field in form.fields}
    values = {
        "review": review, "judged": deal_sheet.judged(review) if review else None, "form": form, "draft": draft,
        "groups": [(title, [shown[name] for name in names]) for title, names in offers.GROUPS],
        "filed": _filed(asking, offer, sent, review) if review and asking.may("officer") else None,
        "absent": [shown[name].label for name in absent if not shown[name].value],
        "meant": offers.meant(asking, offer), "faults": [str(each) for each in errors.values()],
        "book": offers.book_of(asking, offer) if review else "", "as_file": deal_sheet.as_file,
        "fields_of": offers.fields_of, "address": _address(draft), "named": countries.name,
    }  # fmt: skip
    facts_of = (Panel(deal_sheet.facts_answer(review), "facts", most=12, drawn=False),) if review else ()
    return Sheet(
        asking.text("Judge a deal"), facts_of, forms=(asking.form(take_in),), values=values,
        trail=((asking.text("Deals"), "/deals"),), template="deal_live.html.j2" if live else "deal_new.html.j2",
    )  # fmt: skip


def _filed(asking: Asking, offer: Offer, sent: dict[str, str], review: dict[str, Any]) -> Form:
    """Return the form that puts an offer into the queue, as it was judged."""
    told = {**sent, "policy": offers.book_of(asking, offer), "seen": str(review["verdict"])}
    return hidden(asking.form(put, {name: [value] for name, value in told.items()}))


def _form(asking: Asking, sent: dict[str, str], errors: Mapping[str, Any]) -> Form:
    usual = {"country": [countries.name(asking.country)] if asking.country else [], "day": [today().isoformat()]}
    filled = {name: [value] for name, value in sent.items()} or usual
    return show_form(of(judge), "/deals/new", filled, errors, offers.choices(asking))


def _wanted(queued: Queued, state: State, login: str, shown: Shown) -> bool:
    review = queued.review
    if shown.country and review.partner != countries.resolve(shown.country):
        return False
    if shown.product and not review.product.startswith(shown.product):
        return False
    if shown.show == "mine":
        return _for(queued, state, login)
    return shown.show == "all" or queued.stage in OPEN


def _for(queued: Queued, state: State, login: str) -> bool:
    """Whether a review waits for somebody: they see to it, or could sign."""
    if queued.decided is not None:
        return bool(may_sign(state, queued.decided, login))
    return queued.stage == "to be decided" and queued.review.assigned == login


def _tiles(asking: Asking, every: tuple[Queued, ...], state: State) -> tuple[tuple[str, str], ...]:
    stages = [each.stage for each in every]
    mine = sum(_for(each, state, asking.person.login) for each in every)
    return (
        (str(stages.count("to be decided")), asking.text("to be decided")),
        (str(stages.count("awaits signature")), asking.text("wait for a signature")),
        (str(mine), asking.text("wait for you")),
    )


def _queue_panel(asking: Asking, found: list[Queued]) -> Panel:
    links = {"title": "/deals/{entry}", "entry": "/deals/{entry}", "partner": "/country/{partner_code}",
             "product": "/product/{product}"}  # fmt: skip
    return Panel(queue_tables.queue_answer(found, asking.text("Queue")), "queue", links, most=100,
                 empty=asking.text("No deal is here."))  # fmt: skip
