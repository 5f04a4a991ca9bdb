"""Plan: the plans that a ministry works on, their limits changed in a form and solved, results kept and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from starlette.responses import Response

from homeground.brief.plans import plan_tables, planning_tables
from homeground.desk.pages import Asked, Asking, Done, Named, Panel, Sheet, Upload, act, field, finder, page
from homeground.desk.showing.words import Given
from homeground.desk.web.sheet import Choices
from homeground.desk.work.jobs import Outcome, Work, job
from homeground.home.materials import process_books
from homeground.home.plans import planning
from homeground.plan.wishes import Wishes, wished

EXAMPLE = "example"
Percent = Annotated[float, Field(ge=0, le=100)]
Money = Annotated[float, Field(allow_inf_nan=False)]
Least = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class New(Asked):
    """A plan to work on."""

    name: str = field("Name of the plan", max_length=60, pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*")
    file: Upload = field(
        "Plan", help="Needs, resources, suppliers, projects and currency, as TOML.", endings=(".toml",)
    )
    book: Upload | None = field(
        "Process book", None, help="The book that the plan rests on, if it names one.", endings=(".toml", ".xlsx")
    )
    own: str | None = field("Or a process book that is kept here", None, help="As it stands now, of which country.")


class From(Asked):
    """Whose wishes to begin with."""

    result: str | None = field("Begin with", None, help="The plan's file, or what was asked for before.")


class Wanted(Asked):
    """The wishes, and how hard to look."""

    name: str | None = field(
        "Name of the result", None, help="A number if left out.", max_length=60, pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*"
    )
    opening: Money = field("Reserve before the first year, M USD")
    income: list[Money] = field("Currency from elsewhere, M USD a year", [], widget="numbers")
    floor: list[Least] = field(
        "Reserve floor, M USD", [], widget="numbers", help="What has to be left at the end of each year."
    )
    budget: list[Least | None] = field(
        "Home budget for projects, millions of home money", [], widget="numbers", help="No limit where left empty."
    )
    targets: list[Percent | None] = field(
        "Share made at home, at least, percent", [], widget="numbers", help="No target where left empty."
    )
    must: list[str] = field(
        "Targets that must be met", [], widget="checks", help="The others are met as far as needs and currency allow."
    )
    caps: list[Percent | None] = field(
        "Share of a supplier, at most, percent", [], widget="numbers", help="No limit where left empty."
    )
    projects: list[str] = field("Projects that may be built", [], widget="checks")
    time_limit: float = field("Seconds to look for one plan", 60.0, ge=1, le=3600)
    gap: float = field("Gap at which to stop, percent", 0.01, ge=0, le=50, help="0.01: proved best within 0.01 %.")


@page("/plan", title="Plan", purpose="plan", menu=True)
def shelf(asking: Asking) -> Sheet:
    """The plans that are worked on."""
    home = asking.desk.settings.home
    found = [(planning.opened(home, name), len(planning.results(home, name))) for name in planning.names(home)]
    panel = Panel(planning_tables.plans_answer(found), "plans", {"title": "/plan/{name}"}, most=200)
    lead = asking.text("Needs first, within the currency there is, year by year.")
    if not found:
        lead = asking.text("No plan is here yet. Put a plan's file here, or open the example of a made-up country.")
    forms = []
    if asking.may("analyst"):
        forms = [asking.form(put), *([] if EXAMPLE in planning.names(home) else [asking.form(example)])]
    links = ((asking.text("Compare two results"), "/plan-comparison"),) if any(count for _, count in found) else ()
    return Sheet(asking.text("Plan"), (panel,) if found else (), lead=lead, forms=tuple(forms), links=links)


def _kept_books(asking: Asking) -> Choices:
    kept = process_books.kept(asking.home.store)
    return {"own": [("", "–"), *((country, book.title) for country, book in kept.items())]}


@act(
    "/plan", title="Put a plan here", needs="analyst", purpose="plan", submit="Put it here", choices=_kept_books
)  # fmt: skip
def put(asking: Asking, new: New) -> Done:
    """Keep a plan's file, with the process book that it rests on."""
    with tempfile.TemporaryDirectory() as folder:
        book = new.book.path if new.book is not None else None
        if book is None and new.own:
            book = Path(folder) / "book.toml"
            book.write_text(process_books.text(asking.home.store, new.own), encoding="utf-8")
        planning.put(asking.desk.settings.home, new.name, new.file.path, book, title=new.file.name)
    return Done(f"/plan/{new.name}", asking.text("The plan is here."))


@act("/plan-example", title="Open the example", needs="analyst", purpose="plan", submit="Open the example")
def example(asking: Asking) -> Done:
    """Put the packaged example here: five years of a country that does not exist."""
    home = asking.desk.settings.home
    if EXAMPLE not in planning.names(home):
        with as_file(files("homeground.desk").joinpath("examples", "plan")) as folder:
            planning.put(home, EXAMPLE, folder / "plan.toml", folder / "book.toml")
    return Done(f"/plan/{EXAMPLE}", asking.text("The example is here. Its country is made up."))


@finder("plan")
def named(asking: Asking) -> list[Named]:
    """The plans, for the search."""
    titles = planning.titles(asking.desk.settings.home)
    return [Named(title, f"/plan/{name}", name) for name, title in titles.items()]


@page("/plan/{plan}", title="Plan", purpose="plan")
def one(asking: Asking, plan: str) -> Sheet:
    """A plan: what it came to, and what its file asks for."""
    home = asking.desk.settings.home
    opened, results = planning.opened(home, plan), planning.results(home, plan)
    model = opened.asked.model
    solved = Panel(
        planning_tables.results_answer(results, model.name), "results", {"name": "/plan/{plan}/result/{name}"}, most=200
    )
    asked = Panel(planning_tables.wishes_answer(opened), "asked", most=200)
    links = []
    if asking.may("analyst"):
        links.append((asking.text("Change the limits and solve"), f"/plan/{plan}/change"))
    if len(results) > 1:
        two = [f"{plan}/{each.name}" for each in results if not each.refused][-2:]
        query = f"?first={two[0]}&second={two[1]}" if len(two) > 1 else ""
        links.append((asking.text("Compare two results"), f"/plan-comparison{query}"))
    links.append((asking.text("The plan's file"), f"/plan/{plan}/file"))
    lead = "" if results else asking.text("It has not been solved yet.")
    return Sheet(
        model.name, (solved, asked) if results else (asked,), lead=lead, notes=model.notes, links=tuple(links),
        trail=trail(asking),
    )  # fmt: skip


@page("/plan/{plan}/file", title="The plan's file", purpose="plan", public=False)
def file(asking: Asking, plan: str) -> Response:
    """The plan's file, as it was given."""
    text = planning.text(asking.desk.settings.home, plan)
    headers = {"Content-Disposition": f'attachment; filename="{plan}.toml"'}
    return Response(text, media_type="application/toml", headers=headers)


@page("/plan/{plan}/change", title="Change the limits and solve", purpose="plan", needs="analyst")
def change(asking: Asking, plan: str, begin: From) -> Sheet:
    """The limits in a form, to change and solve."""
    home = asking.desk.settings.home
    wishes = planning.result(home, plan, begin.result).wishes if begin.result else planning.opened(home, plan).own
    lead = asking.text("Change what you wish otherwise. The plan's file stays as it is.")
    choices = {"result": [("", "–"), *((each.name, each.name) for each in planning.results(home, plan))]}
    return Sheet(
        asking.text("Change the limits and solve"), lead=lead, choices=choices,
        forms=(asking.form(solve, _sent(wishes), plan=plan),), trail=trail(asking, plan),
    )  # fmt: skip


def _choices(asking: Asking, plan: str) -> Choices:
    offer = planning.opened(asking.desk.settings.home, plan).offer
    years = [(str(year), str(year)) for year in offer.years]
    return {
        **dict.fromkeys(("income", "floor", "budget"), years),
        "targets": [(words, words) for words in offer.targets],
        "must": [(str(place), words) for place, words in enumerate(offer.targets)],
        "caps": [(words, words) for words in offer.caps],
        "projects": list(offer.projects.items()),
    }


@act(
    "/plan/{plan}/solve", title="Limits", needs="analyst", purpose="plan", submit="Solve", choices=_choices
)  # fmt: skip
def solve(asking: Asking, plan: str, wanted: Wanted) -> Done:
    """Start solving a plan under these wishes."""
    home = asking.desk.settings.home
    opened, name = planning.opened(home, plan), wanted.name or planning.next_name(home, plan)
    wishes = _wishes(wanted)
    wished(opened.document, wishes, opened.offer.years)
    planning.require_free(home, plan, name)
    return asking.jobs.begin(
        asking, "plan", f"{opened.asked.model.name}, {name}", plan=plan, name=name, wishes=asdict(wishes),
        time_limit=wanted.time_limit, gap=wanted.gap / 100,
    )  # fmt: skip


@job("plan", "Solve a plan")
def solving(work: Work, plan: str, name: str, wishes: dict[str, Any], time_limit: float, gap: float) -> Outcome:
    """Solve a plan and keep what it comes to."""
    made, view = planning.solve(work.home.store, plan, name, Wishes.of(wishes), time_limit, gap, work.progress)
    to = f"/plan/{plan}/result/{name}"
    if view is None:
        return Outcome(said=made.refused, to=to)
    return Outcome((plan_tables.plan_answer(view),), said="The plan is solved and kept.", to=to)


def _wishes(wanted: Wanted) -> Wishes:
    return Wishes(
        opening=wanted.opening,
        income=tuple(wanted.income),
        floor=tuple(wanted.floor),
        budget=tuple(wanted.budget),
        targets=tuple(None if share is None else share / 100 for share in wanted.targets),
        must=tuple(str(place) in wanted.must for place in range(len(wanted.targets))),
        caps=tuple(None if share is None else share / 100 for share in wanted.caps),
        projects=tuple(wanted.projects),
    )


def _sent(wishes: Wishes) -> dict[str, Sequence[Any]]:
    """The wishes as a form shows them."""
    return {
        "opening": [_written(wishes.opening)],
        **{name: [_written(value) for value in getattr(wishes, name)] for name in ("income", "floor", "budget")},
        **{
            name: [_written(None if share is None else 100 * share) for share in getattr(wishes, name)]
            for name in ("targets", "caps")
        },
        "must": [str(place) for place, must in enumerate(wishes.must) if must],
        "projects": wishes.projects,
        "time_limit": ["60"],
        "gap": ["0.01"],
    }


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def trail(asking: Asking, plan: str = "") -> tuple[tuple[str, str], ...]:
    """The way to a plan."""
    first = ((asking.text("Plan"), "/plan"),)
    return (*first, (Given(plan), f"/plan/{plan}")) if plan else first
