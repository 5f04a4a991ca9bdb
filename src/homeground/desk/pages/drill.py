"""Drill: cases from past trade to judge; a pass qualifies to sign for a class of goods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from homeground import policy as policies
from homeground.brief.deals import drill_tables, record_tables
from homeground.codes import products
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.shelves import books, drills
from homeground.desk.showing.choices import as_they_are, dataset_names, today, years
from homeground.desk.web.once import Once, once
from homeground.desk.web.sheet import Choices
from homeground.desk.work.jobs import Outcome, Work, job
from homeground.errors import BadInput, NotInHome, message
from homeground.record import VERDICTS, Drill, Entry
from homeground.record.signing import require_role

SITTERS: Any = ("officer", "countersigner")
SETTERS: Any = ("countersigner", "admin")
READERS: Any = ("officer", "countersigner", "auditor", "admin")
BETWEEN = "|"


class Draw(Asked):
    """From what a drill is drawn."""

    country: str = field("Country", among="countries", max_length=80)
    year: int = field("Year", ge=1900, le=2100)
    goods: str = field("Goods", help="HS class of 2, 4 or 6 digits.", pattern=r"(\d\d){1,3}")
    role: str = field("Qualifies as", "officer", help="A role that the policy lets sign.", max_length=60)
    cases: int = field("Cases", 10, ge=3, le=30)
    seed: int = field("Number of the draw", 0, help="Another number draws other cases.", ge=0, le=9999)
    policy: str = field("Policy", help="The book by which it is judged.", max_length=60)
    dataset: str | None = field("Dataset", None, max_length=60)


class Answers(Once):
    """What somebody answers: a verdict for each case, and the rules that make it."""

    verdicts: list[str] = field("Verdicts", max_length=60)
    reasons: list[str] = field("Rules", default_factory=list, max_length=1500)


class Grant(Once):
    """A qualification that is granted without a drill."""

    person: str = field("Person", max_length=64)
    role: str = field("Role", max_length=60)
    goods: str = field("Goods", help="HS classes of 2, 4 or 6 digits, with commas between.", max_length=200)
    days: int = field("Days that it holds", 365, ge=1, le=3660)
    grounds: str = field("Grounds", help="Such as a course, or the office held.", min_length=3, max_length=400)


class Revoke(Once):
    """Which qualification ends, and why."""

    entry: int = field("Entry of the qualification", ge=1)
    reason: str = field("Reason", min_length=3, max_length=400)


@page("/drill", title="Drill", needs=READERS, purpose="drill", menu=True)
def drill(asking: Asking) -> Sheet:
    """The drills, one's attempts, and who is qualified for what."""
    held = [drills.read(asking.desk.settings, name) for name in drills.names(asking.desk.settings)]
    link = {"id": "/drill/{id}", "title": "/drill/{id}"} if asking.may(SITTERS) else {}
    panels = [Panel(drill_tables.drills_answer(held, asking.text("Drills")), "drills", link, most=100)]
    everybody = asking.may(("auditor", "admin"))
    tried = [e for e in asking.ledger.entries("drill") if everybody or e.payload["person"] == asking.person.login]
    if tried:
        answer = drill_tables.attempts_answer(tried, asking.text("Attempts"))
        panels.append(Panel(answer, "attempts", {"entry": "/drill/attempt/{entry}", "drill": "/drill/attempt/{entry}"}))
    qualified = record_tables.qualifications_answer(asking.ledger, today().isoformat())
    panels.append(Panel(qualified, "qualifications", {"entry": "/record/{entry}"}, most=100))
    lead = asking.text("Judge cases from past trade; who passes may sign for these goods.")
    none = asking.text(
        "No drill is drawn yet. A countersigner or an administrator draws one from past trade, on this page."
    )
    notes = () if held else (none,)
    return Sheet(asking.text("Drill"), tuple(panels), lead=lead, notes=notes, forms=_forms(asking))


@page("/drill/{name}", title="Sit a drill", needs=SITTERS, purpose="drill")
def sit(asking: Asking, name: str) -> Sheet:
    """The cases with their evidence, to be judged."""
    found = drills.read(asking.desk.settings, name)
    book, dataset, day = _set_by(asking, found)
    law = policies.on(books.read(asking.desk.settings, book), day)
    reviews = [drills.review(asking.home, law.book, case.deal, day, dataset) for case in found.cases]
    cases = [(case, drills.evidence(each)) for case, each in zip(found.cases, reviews, strict=True)]
    lead = asking.text(
        "Each case is an offer to buy once more what was bought. Judge it by the policy of %(day)s, on this evidence.",
        day=day,
    )
    rules = [(rule.id, rule.title) for rule in law.rules]
    values = {"cases": cases, "rules": rules, "verdicts": VERDICTS, "drill": found, "book": book,
              "day": day.isoformat(), "sheet_form": asking.form(answer, name=name), "between": BETWEEN}  # fmt: skip
    trail = ((asking.text("Drill"), "/drill"),)
    return Sheet(found.title, lead=lead, template="drill.html.j2", values=values, trail=trail)


@act("/drill/{name}", title="Hand in a drill", needs=SITTERS, purpose="drill", enters="own", submit="Hand it in")
def answer(asking: Asking, name: str, given: Answers) -> Done:
    """Mark the answers; the attempt is recorded, and a pass grants the qualification."""
    found, by = drills.read(asking.desk.settings, name), asking.person.login
    require_role(asking.ledger.state().person(by), found.role)
    answers = _sorted(found, given)

    def hand_in() -> Entry:
        return asking.ledger.attempt(found, answers, by=by).entry

    number = once(asking, given, hand_in).number
    return Done(f"/drill/attempt/{number}", asking.text("The drill is marked."), {"attempt": number})


@page("/drill/attempt/{number}", title="Attempt", needs=READERS, purpose="drill")
def attempt(asking: Asking, number: int) -> Sheet:
    """An attempt, case by case; one's own, or any for those who read the whole record."""
    tried = drill_tables.attempt_of(asking.ledger, number)
    if tried.entry.payload["person"] != asking.person.login and not asking.may(("auditor", "admin")):
        raise NotInHome(message("this is somebody else's attempt", found=number, do="see your own on the page Drill"))
    marked = record_tables.drill_answer(asking.ledger, tried)
    trail = ((asking.text("Drill"), "/drill"),)
    links = ((asking.text("Entry in the record"), f"/record/{number}"),)
    return Sheet(marked.title, (Panel(marked, "cases", most=100),), trail=trail, links=links)


def _draw_choices(asking: Asking) -> Choices:
    shelf = as_they_are(books.names(asking.desk.settings))
    return {"year": years(asking.home), "policy": shelf, "dataset": dataset_names(asking.home)}


def _grant_choices(asking: Asking) -> Choices:
    return {"person": [(each.login, each.name) for each in asking.desk.accounts.every()]}


@act("/drill", title="Draw a drill", needs=SETTERS, purpose="drill", submit="Draw it", choices=_draw_choices)
def draw(asking: Asking, wanted: Draw) -> Done:
    """Start the drawing of cases, and their judging by the policy."""
    books.read(asking.desk.settings, wanted.policy)
    title = asking.text("Drill: %(goods)s, %(year)s", goods=wanted.goods, year=wanted.year)
    return asking.jobs.begin(asking, "drill", title, **wanted.model_dump(), day=today().isoformat())


@job("drill", "Draw a drill", needs=SETTERS)
def drawing(
    work: Work, country: str, year: int, goods: str, role: str, cases: int, seed: int, policy: str, dataset: str | None,
    day: str,
) -> Outcome:  # fmt: skip
    """Draw cases from past trade and write down what the policy says of them."""
    book = books.read(work.settings, policy)
    judge = drills.judge(work.home, book, date.fromisoformat(day), dataset or None)
    drawn = work.home.drill_cases(country, goods, year, cases, seed=seed, judge=judge, dataset=dataset or None)
    marks = {"book": policy, "day": day, **({"dataset": dataset} if dataset else {})}
    about = {
        "id": f"{goods}-{year}-{drawn[0].deal['country']}-{seed}",
        "title": f"{products.short(goods)} ({goods}), imports of {year}",
        "role": role, "goods": [goods], "valid_days": 365, "pass_verdicts": 0.8, "pass_reasons": 0.6,
    }  # fmt: skip
    kept = [replace(case, deal={**case.deal, **marks}) for case in drawn]
    name = drills.keep(work.settings, about, kept)
    return Outcome(said=f"The drill {name} is drawn: {len(kept)} cases.", to="/drill")


@act("/drill/qualifications", title="Grant a qualification", needs="admin", purpose="drill", enters="own",
     submit="Grant it", choices=_grant_choices, proof=True)  # fmt: skip
def grant(asking: Asking, given: Grant) -> Done:
    """Let somebody sign for goods without a drill; nobody grants their own."""
    goods = [each.strip() for each in given.goods.split(",") if each.strip()]
    until, by = (today() + timedelta(days=given.days)).isoformat(), asking.person.login
    ledger = asking.ledger
    once(asking, given, lambda: ledger.grant(given.person, given.role, goods, until, by=by, grounds=given.grounds))
    return Done("/drill", asking.text("The qualification is granted."))


@act("/drill/revocations", title="End a qualification", needs="admin", purpose="drill", enters="own",
     submit="End it", grave=True, proof=True)  # fmt: skip
def revoke(asking: Asking, given: Revoke) -> Done:
    """End a qualification before its day."""
    once(asking, given, lambda: asking.ledger.revoke(given.entry, given.reason, by=asking.person.login))
    return Done("/drill", asking.text("The qualification has ended."))


def _forms(asking: Asking) -> tuple[Any, ...]:
    made = []
    if asking.may(SETTERS):
        sent = {"country": [asking.country]} if asking.country else None
        made.append(asking.form(draw, sent, _draw_choices(asking)))
    if asking.may("admin"):
        made += [asking.form(grant, None, _grant_choices(asking)), asking.form(revoke)]
    return tuple(made)


def _set_by(asking: Asking, found: Drill) -> tuple[str, str | None, Any]:
    """Return book, dataset and day that a drill was drawn by."""
    first = found.cases[0].deal
    if "book" not in first:
        what, do = "this drill was not drawn at the desk", "sit it with 'homeground record drill run'"
        raise BadInput(message(what, where=found.id, do=do))
    return str(first["book"]), first.get("dataset"), date.fromisoformat(str(first["day"]))


def _sorted(found: Drill, given: Answers) -> dict[str, dict[str, Any]]:
    """Return answers by case from values `case|verdict` and `case|rule`."""
    verdicts = dict(each.split(BETWEEN, 1) for each in given.verdicts if BETWEEN in each)
    absent = [case.id for case in found.cases if not verdicts.get(case.id)]
    if absent:
        do = "choose one for every case"
        raise BadInput(message("a case has no verdict yet", found=", ".join(absent), do=do))
    reasons: dict[str, list[str]] = {}
    for each in given.reasons:
        case, _, rule = each.partition(BETWEEN)
        reasons.setdefault(case, []).append(rule)
    return {case: {"verdict": verdict, "reasons": reasons.get(case, [])} for case, verdict in verdicts.items()}
