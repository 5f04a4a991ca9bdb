"""Answers on plans: the phases in words, and every table of a plan with the meaning of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column, Form
from homeground.brief.plans.plan_figures import currency_chart, phase_chart
from homeground.home.plans.practice import steps
from homeground.plan.words import number

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.plans.planner import PlanView
    from homeground.plan import Stage

STEPS: Final = (
    Column("year", "year", "year"),
    Column("step", "what to do, and what it brings", wraps=True),
)
ALL_MET: Final = 1e-6
EXACT: Final = 1e-6
"""A relative gap below it is none: solvers hold limits no closer."""
FORMS: Final[dict[str, Form]] = {
    **dict.fromkeys(("year", "start", "online", "until"), "year"),
    **dict.fromkeys(("price", "price_usd"), "price"),
    "share": "share",
}
TITLES: Final = {
    "usd_m": "M USD", "price_usd": "USD per unit", "cost_home_m": "M of home money", "cost_usd_m": "M USD",
    "frees_usd_m": "frees M USD", "cost_m": "costs M of home money", "words": "in words", "start": "begun",
    "online": "available from",
}  # fmt: skip
TABLES: Final = {
    "Projects": "projects", "Currency": "currency", "Imports": "imports", "Exports": "exports", "Activity": "activity",
    "Members": "members", "Balance": "balance", "Stocks": "stocks", "Unmet": "unmet",
    "Shadow prices": "shadow_prices", "Barred": "barred",
}  # fmt: skip
"""Sheets of the workbook and the tables of the plan that they hold."""


def plan_answer(view: PlanView) -> Answer:
    """The steps of a plan, one row each, with stages, prices and limits as notes; all tables are in `about`."""
    import pyarrow as pa

    plan = view.plan
    rows = [{"year": year, "step": words} for year, said in steps(view.plan, view.practice) for words in said]
    schema = pa.schema([("year", pa.int64()), ("step", pa.string())])
    return Answer(
        title=plan.name,
        table=pa.Table.from_pylist(rows, schema=schema),
        columns=STEPS,
        notes=notes(view),
        about={
            "status": plan.status,
            "gap": plan.gap,
            "home_money": plan.home_money,
            "stages": [vars(stage) for stage in plan.stages],
            "million_more": view.more or None,
            "files": dict(view.files),
            **{name: table.to_pylist() for name, table in tables(view).items()},
        },
        figures=figures(view),
    )


def tables(view: PlanView) -> dict[str, pa.Table]:
    """All tables of a plan by name: those of TABLES, and what was asked beyond."""
    plan = view.plan
    found = {attribute: getattr(plan, attribute) for attribute in TABLES.values()}
    if view.limits is not None:
        found["limits"] = view.limits
    if plan.scenarios is not None:
        found["scenarios"] = plan.scenarios
    if view.practice is not None:
        found["replaced"], found["moved"] = view.practice.replaced, view.practice.moved
    units = view.model.units()
    return {name: _with_units(table, units) for name, table in found.items()}


def _with_units(table: pa.Table, units: Mapping[str, str]) -> pa.Table:
    """The table with the unit of each good before its first number."""
    import pyarrow as pa

    number = next((place for place, each in enumerate(table.schema) if pa.types.is_floating(each.type)), None)
    if number is None or "good" not in table.column_names or "unit" in table.column_names:
        return table
    named = pa.array([units.get(good) for good in table["good"].to_pylist()], pa.string())
    return table.add_column(number, "unit", named)


def columns(table: pa.Table) -> tuple[Column, ...]:
    """How the columns of a plan's table are written: years as years, shares as shares, numbers with their figures."""
    import pyarrow as pa

    return tuple(
        Column(
            field.name,
            TITLES.get(field.name, field.name.replace("_", " ")),
            FORMS.get(field.name, "ratio" if pa.types.is_floating(field.type) else "text"),
        )
        for field in table.schema
    )


def notes(view: PlanView) -> tuple[str, ...]:
    """What a reader has to know beside the steps."""
    plan = view.plan
    reached = "; ".join(_reached(stage) for stage in plan.stages)
    within = f" within {100 * plan.gap:.2g} %" if plan.gap >= EXACT else ""
    exact = f"Proved best{within}" if plan.status == "optimal" else "The time was over: not the best"
    dear = _dear(view)
    limits = [row["words"] for row in view.limits.to_pylist()] if view.limits is not None else []
    return (
        f"Reached, in this order: {reached}. {exact}.",
        *((f"What hurts most at the margin: {dear}.",) if dear else ()),
        *((view.practice.summary,) if view.practice is not None else ()),
        *((view.more,) if view.more else ()),
        *((f"Limits, each left out alone: {'; '.join(limits)}.",) if limits else ()),
        *plan.findings,
        *plan.notes,
    )


def _reached(stage: Stage) -> str:
    if stage.unit == "needs":
        return f"{stage.name}: {'all met' if stage.value < ALL_MET else f'{stage.value:.3g} unmet'}"
    short = stage.unit != "parts" or stage.value >= ALL_MET
    return f"{stage.name}: {f'{number(stage.value)} {stage.unit}' if short else 'no shortfall'}"


def _dear(view: PlanView) -> str:
    """The years in which currency is worth more than its rate, or what it does for needs."""
    rows = [row for row in view.plan.shadow_prices.to_pylist() if row["kind"] == "currency"]
    rate, discount = view.model.home_per_usd or 1.0, 1 + view.model.discount
    first = view.plan.years[0]
    in_needs = any(row["unit"].startswith("needs") for row in rows)
    beyond = [(row, 0.0 if in_needs else rate * discount ** (first - row["year"])) for row in rows]
    short = [(row, usual) for row, usual in beyond if row["price"] > usual * (1 + 1e-6) + 1e-12]
    named = [f"{row['price']:.3g} {row['unit']} in {row['year']}" for row, _usual in short]
    return f"currency, worth {', '.join(named)}" if named else ""


def figures(view: PlanView) -> tuple[tuple[dict[str, Any], str], ...]:
    """The phase chart, where something is begun, and the currency account."""
    plan = view.plan
    projects = plan.projects.to_pylist()
    drawn = [(currency_chart(plan.currency.to_pylist()), "Currency by year: what comes in, what goes out, the reserve")]
    if projects:
        drawn.insert(
            0, (phase_chart(projects, plan.years), "Phases: pale while a project is built, dark while it runs")
        )
    return tuple(drawn)
