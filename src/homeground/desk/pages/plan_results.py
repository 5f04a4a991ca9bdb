"""What plans came to: results with their phases and tables, taken along, removed, compared, their prices used."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from starlette.responses import Response

from homeground.brief.plans import plan_page, planning_tables
from homeground.desk.language.answers import voice
from homeground.desk.pages import Asked, Asking, Done, Named, Panel, Sheet, act, field, finder, page
from homeground.desk.pages.plan import trail as trail_of
from homeground.desk.showing.words import Told
from homeground.home.plans import planning
from homeground.home.plans.planning import Planned, Result

FIRST = ("steps", "projects", "currency", "limits", "replaced", "moved", "unmet")
MOST = {"steps": 200, "projects": 60, "currency": 60}


class Two(Asked):
    """Two results."""

    first: str | None = field("This plan", None)
    second: str | None = field("The other", None)


@finder("result of a plan")
def named(asking: Asking) -> list[Named]:
    """What plans came to, for the search."""
    home = asking.desk.settings.home
    return [
        Named(f"{title}, {result}", f"/plan/{plan}/result/{result}", plan)
        for plan, title in planning.titles(home).items()
        for result in planning.result_names(home, plan)
    ]


@page("/plan/{plan}/result/{result}", title="Result of a plan", purpose="plan")
def solved(asking: Asking, plan: str, result: str) -> Sheet:
    """What a plan came to under some wishes."""
    home = asking.desk.settings.home
    opened, made = planning.opened(home, plan), planning.result(home, plan, result)
    asked = Panel(planning_tables.wishes_answer(opened, made), "asked", most=200)
    analyst, trail = asking.may("analyst"), trail_of(asking, plan)
    change_it = (asking.text("Change these limits"), f"/plan/{plan}/change?result={result}")
    forms = (asking.form(remove, plan=plan, result=result),) if analyst else ()
    title = Told(f"{opened.asked.model.name}, {result}")
    if made.refused:
        words, limits, do = planning_tables.conflict(made.refused)
        values = {"words": words, "limits": limits, "do": do}
        return Sheet(
            title, (asked,), template="plan.html.j2", values=values, told=True, forms=forms, trail=trail,
            links=(change_it,) if analyst else (),
        )  # fmt: skip
    view = planning.view(home, plan, result)
    answers = planning_tables.solved_answers(view)
    order = [*(name for name in FIRST if name in answers), *(name for name in answers if name not in FIRST)]
    links = [
        (asking.text("Compare with another"), f"/plan-comparison?first={plan}/{result}"),
        (asking.text("As a workbook"), f"/plan/{plan}/result/{result}/as/xlsx"),
        (asking.text("As a page to print"), f"/plan/{plan}/result/{result}/as/html"),
    ]
    return Sheet(
        title,
        (*(Panel(answers[name], name, {"good": "/product/{hs6}"}, most=MOST.get(name, 20)) for name in order), asked),
        lead=view.more,
        tiles=planning_tables.solved_tiles(view),
        links=((change_it, *links) if analyst else tuple(links)),
        forms=((asking.form(keep, plan=plan, result=result), *forms) if analyst else ()),
        trail=trail,
    )


@page("/plan/{plan}/result/{result}/as/{form}", title="A plan to take along", purpose="plan", public=False)
def taken(asking: Asking, plan: str, result: str, form: Literal["xlsx", "html"]) -> Response:
    """A solved plan as a workbook, or as a page to print."""
    view = planning.view(asking.desk.settings.home, plan, result)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{plan}-{result}.{form}"
        plan_page.write(view, path, voice(asking.language))
        headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
        return Response(path.read_bytes(), media_type="application/octet-stream", headers=headers)


@act(
    "/plan/{plan}/result/{result}/keep", title="Use its prices", needs="analyst", purpose="plan",
    submit="Use the prices of this plan",
)  # fmt: skip
def keep(asking: Asking, plan: str, result: str) -> Done:
    """Load the shadow prices of a plan into the Home, for deals and for the report of its country."""
    report = asking.home.keep_plan(planning.view(asking.desk.settings.home, plan, result))
    said = asking.text("%(count)s prices are loaded as %(dataset)s.", count=report.rows_loaded, dataset=report.dataset)
    return Done(f"/plan/{plan}/result/{result}", said)


@act(
    "/plan/{plan}/result/{result}/remove", title="Remove this result", needs="analyst", purpose="plan",
    submit="Remove", grave=True,
)  # fmt: skip
def remove(asking: Asking, plan: str, result: str) -> Done:
    """Remove a result; the plan and its other results stay."""
    planning.remove(asking.desk.settings.home, plan, result)
    return Done(f"/plan/{plan}", asking.text("The result is removed."))


@page("/plan-comparison", title="Compare two results", purpose="plan")
def comparison(asking: Asking, two: Two) -> Sheet:
    """Two results side by side: needs, currency, imports by good, projects, the cost of limits."""
    home = asking.desk.settings.home
    offered = _offered(planning.results(home))
    title, trail = asking.text("Compare two results"), trail_of(asking)
    choices = {"first": offered, "second": offered}
    if not two.first or not two.second:
        lead = asking.text("Choose two results.")
        if not len(offered) > 1:
            lead = asking.text("No plan has been solved yet. Open a plan, and solve it.")
        return Sheet(title, lead=lead, choices=choices, trail=trail)
    first, second = (planning.view(home, *_apart(name)) for name in (two.first, two.second))
    answers = planning_tables.beside_answers(first, second)
    asked = planning_tables.wishes_beside(*(_of(home, name) for name in (two.first, two.second)))
    if asked is not None:
        answers["asked"] = asked
    links = tuple(
        (view.plan.name, "/plan/{}/result/{}".format(*_apart(name)))
        for view, name in ((first, two.first), (second, two.second))
    )
    panels = tuple(Panel(each, name, most=300) for name, each in answers.items())
    return Sheet(title, panels, choices=choices, links=links, trail=trail)


def _offered(results: Sequence[Result]) -> list[tuple[str, str]]:
    named = [f"{each.plan}/{each.name}" for each in results if not each.refused]
    return [("", "–"), *((name, name.replace("/", ", ")) for name in named)]


def _of(home: str, name: str) -> tuple[Planned, Result]:
    plan, result = _apart(name)
    return planning.opened(home, plan), planning.result(home, plan, result)


def _apart(name: str) -> tuple[str, str]:
    plan, _, result = name.partition("/")
    return plan, result
