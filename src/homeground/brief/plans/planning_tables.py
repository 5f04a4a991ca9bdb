"""Answers on the plans that a ministry works on: which there are, what they came to, what each was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column
from homeground.brief.figures.compared import compared_chart
from homeground.brief.plans.plan_compare_tables import compare_answer
from homeground.brief.plans.plan_shown import shown
from homeground.brief.plans.plan_tables import ALL_MET, plan_answer
from homeground.plan.compare import BEGINS
from homeground.plan.words import number

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.plans.planner import PlanView
    from homeground.home.plans.planning import Planned, Result

PLANS: Final = (
    Column("title", "plan", "quoted"),
    Column("years", "years"),
    Column("projects", "projects", "count"),
    Column("book", "process book"),
    Column("results", "results", "count", meaning="sets of wishes that were solved"),
    Column("name", "name", on_screen=False),
)
RESULTS: Final = (
    Column("name", "result", "quoted"),
    Column("outcome", "outcome", wraps=True),
    Column("unmet", "needs unmet", "ratio", meaning="parts of needs, over all priorities and years; 0: all met"),
    Column("imports", "imports, M USD", "ratio", meaning="over all years"),
    Column("reserve", "reserve at the end, M USD", "ratio"),
    Column("cost", "cost, M", "ratio", meaning="of home money, as the last stage counts it"),
    Column("income", "income, M USD", "ratio", meaning="currency from elsewhere that was stated, over all years"),
    Column("targets", "targets"),
    Column("projects", "projects offered", "count"),
    Column("plan", "plan", on_screen=False),
)
WISHES: Final = (
    Column("what", "limit"),
    Column("of", "of", wraps=True),
    Column("value", "asked for"),
    Column("given", "in the plan's file"),
)
STARTS: Final = (
    Column("name", "project"), Column("first", "in this plan", "year"), Column("second", "in the other", "year"),
)  # fmt: skip


def plans_answer(found: Sequence[tuple[Planned, int]]) -> Answer:
    """The plans, with the number of their results."""
    rows = []
    for plan, results in found:
        years = plan.offer.years
        book = plan.asked.book
        rows.append({
            "title": plan.asked.model.name, "years": f"{years[0]} to {years[-1]}", "projects": len(plan.offer.projects),
            "book": book.title if book is not None else None, "results": results, "name": plan.name,
        })  # fmt: skip
    return Answer("Plans", _table(rows, PLANS), PLANS)


def results_answer(found: Sequence[Result], title: str) -> Answer:
    """What a plan came to under each set of wishes."""
    rows = [
        {
            **vars(result), "outcome": _outcome(result), "income": sum(result.wishes.income),
            "targets": _targets(result), "projects": len(result.wishes.projects),
        }
        for result in found
    ]  # fmt: skip
    return Answer(f"{title}: what it came to", _table(rows, RESULTS), RESULTS)


def wishes_answer(plan: Planned, result: Result | None = None) -> Answer:
    """The limits of a plan's file, or those of a result beside them."""
    rows = [
        {"what": what, "of": of, "value": asked, "given": given}
        for (what, of, given), (_what, _of, asked) in zip(
            _lines(plan, None), _lines(plan, result), strict=True
        )
    ]  # fmt: skip
    shown = WISHES if result is not None else (*WISHES[:2], replace(WISHES[2], title="asked for"))
    title = "What was asked for" if result is not None else "What the plan's file asks for"
    notes = (
        (f"Differs from the plan's file in {sum(row['value'] != row['given'] for row in rows)} of {len(rows)} limits.",)
        if result is not None
        else ()
    )
    return Answer(title, _table(rows, WISHES), shown, notes)


def wishes_beside(first: tuple[Planned, Result], second: tuple[Planned, Result]) -> Answer | None:
    """The limits in which two results differ; None where they asked for the same."""
    one, two = ({(what, of): asked for what, of, asked in _lines(*each)} for each in (first, second))
    rows = [
        {"what": key[0], "of": key[1], "value": one.get(key), "given": two.get(key)}
        for key in dict.fromkeys((*one, *two))
        if one.get(key) != two.get(key)
    ]
    shown = (*WISHES[:2], replace(WISHES[2], title="this plan"), replace(WISHES[3], title="the other"))
    return Answer("What they ask for otherwise", _table(rows, WISHES), shown) if rows else None


def solved_answers(view: PlanView) -> dict[str, Answer]:
    """The steps of a plan and each of its tables that has rows, goods by their names."""
    steps = plan_answer(view)
    elsewhere = (view.more, *(note for note in steps.notes if note.startswith("Limits, each left out alone")))
    told = tuple(note for note in steps.notes if note not in elsewhere)
    found = {"steps": replace(steps, title="Step by step", notes=told)}
    return {**found, **shown(view)}


def conflict(refused: str) -> tuple[str, list[str], str]:
    """The words of a conflict apart: what, each limit, what to do."""
    said, _, do = refused.partition(" What to do: ")
    head, *limits = re.split(r"[:;] \(\d+\) ", said.rstrip("."))
    return head, limits, do


def solved_tiles(view: PlanView) -> tuple[tuple[str, str], ...]:
    """What a plan came to, in a few numbers."""
    plan = view.plan
    account = plan.currency.to_pylist()
    unmet = plan.unmet_parts
    return (
        ("all", "needs met") if unmet < ALL_MET else (f"{unmet:.3g}", "parts of needs unmet"),
        (f"{sum(row['imports'] for row in account):,.0f} M USD", "spent on imports"),
        (f"{account[-1]['reserve']:,.0f} M USD", "reserve at the end"),
        (f"{number(plan.cost)} M {plan.home_money}", "cost"),
        (str(plan.projects.num_rows), "projects begun"),
    )


def beside_answers(first: PlanView, second: PlanView) -> dict[str, Answer]:
    """Two plans side by side, with their currency drawn year by year; in which year projects begin apart."""
    import pyarrow as pa
    import pyarrow.compute as pc

    answer = compare_answer(first, second)
    accounts = [(view.plan.name, view.plan.currency.to_pylist()) for view in (first, second)]
    text = "Currency by year in both plans: what is spent on imports, and the reserve at the end of each year, M USD"
    begins = pc.equal(answer.table["what"], BEGINS)
    found = {
        "differences": replace(
            answer, table=answer.table.filter(pc.invert(begins)), figures=((compared_chart(accounts), text),)
        )
    }
    starts = answer.table.filter(begins).select(["name", "first", "second"])
    if starts.num_rows:
        schema = pa.schema([("name", pa.string()), ("first", pa.int64()), ("second", pa.int64())])
        found["projects"] = Answer("Projects that begin in other years", starts.cast(schema), STARTS)
    return found


def _outcome(result: Result) -> str:
    if result.refused:
        return "not possible: limits conflict"
    if result.status != "optimal":
        return "time was over: not the best"
    return "all needs met" if (result.unmet or 0.0) < ALL_MET else "best there is; not all needs met"


def _targets(result: Result) -> str:
    return ", ".join(_percent(share) for share in result.wishes.targets) or "none"


def _lines(plan: Planned, result: Result | None) -> Iterator[tuple[str, str, str]]:
    wishes, offer, money = (result.wishes if result else plan.own), plan.offer, plan.asked.model.home_money
    yield "reserve, M USD", f"before {offer.years[0]}", number(wishes.opening)
    span = f"{offer.years[0]} to {offer.years[-1]}"
    for title, unit, values in (
        ("income", "M USD", wishes.income), ("reserve floor", "M USD", wishes.floor),
        ("home budget", f"M {money}", wishes.budget),
    ):  # fmt: skip
        written = ["no limit" if value is None else number(value) for value in values]
        yield f"{title}, {unit}", span, written[0] if len(set(written)) == 1 else "; ".join(written)
    for words, share, must in zip(offer.targets, wishes.targets, wishes.must, strict=True):
        said = "" if share is None else ", must be met" if must else ", as far as possible"
        yield "share made at home, at least", words, f"{_percent(share)}{said}"
    for words, share in zip(offer.caps, wishes.caps, strict=True):
        yield "share of a supplier, at most", words, _percent(share)
    for key, name in offer.projects.items():
        yield "project", name, "may be built" if key in wishes.projects else "left out"


def _percent(share: float | None) -> str:
    return "no limit" if share is None else f"{100 * share:.4g} %"


def _table(rows: list[dict[str, Any]], shown: tuple[Column, ...]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema([(column.name, pa.float64() if column.is_number else pa.string()) for column in shown])
    return pa.Table.from_pylist(
        [{column.name: row.get(column.name) for column in shown} for row in rows], schema=schema
    )
