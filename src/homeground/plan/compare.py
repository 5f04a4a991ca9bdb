"""Two plans side by side; what one more million of currency would buy; what each limit costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.errors import Infeasible
from homeground.plan.model import Model
from homeground.plan.programme import Progress, unwatched
from homeground.plan.read_out import table
from homeground.plan.result import Plan
from homeground.plan.solve import solve
from homeground.plan.words import number

if TYPE_CHECKING:
    import pyarrow as pa

BEGINS: Final = "project begins"
MILLION: Final = 1e6
Solve = Callable[..., Plan]
NOTHING: Final = 1e-4
FIGURES: Final = ("imports", "exports", "processes", "projects")


def compare(first: Plan, second: Plan) -> pa.Table:
    """Return what, name, first, second, difference: stages, currency over the plan, projects, needs that differ."""
    rows = list(_stages(first, second))
    one, two = (plan.currency.to_pylist() for plan in (first, second))
    rows += [("currency", f"{name}, M USD", *(sum(row[name] for row in of) for of in (one, two))) for name in FIGURES]
    rows.append(("currency", "reserve at the end, M USD", one[-1]["reserve"], two[-1]["reserve"]))
    rows += _starts(first, second)
    rows += _unmet(first, second)
    columns = {
        "what": [row[0] for row in rows],
        "name": [row[1] for row in rows],
        "first": [row[2] for row in rows],
        "second": [row[3] for row in rows],
        "difference": [None if row[2] is None or row[3] is None else row[3] - row[2] for row in rows],
    }
    return table(columns)


def _stages(first: Plan, second: Plan) -> Iterator[tuple[str, str, float | None, float | None]]:
    values = [{f"{s.name}, {s.unit}": s.value for s in plan.stages} for plan in (first, second)]
    for name in dict.fromkeys([*values[0], *values[1]]):
        yield "stage", name, values[0].get(name), values[1].get(name)


def _starts(first: Plan, second: Plan) -> list[tuple[str, str, float | None, float | None]]:
    """Years in which projects begin, where they differ; empty: not begun."""
    starts = [{row["name"]: float(row["start"]) for row in plan.projects.to_pylist()} for plan in (first, second)]
    names = sorted({*starts[0], *starts[1]})
    return [
        (BEGINS, name, starts[0].get(name), starts[1].get(name))
        for name in names
        if starts[0].get(name) != starts[1].get(name)
    ]


def _unmet(first: Plan, second: Plan) -> list[tuple[str, str, float | None, float | None]]:
    lacks = [lacking(plan) for plan in (first, second)]
    pairs = {key: [of.get(key, 0.0) for of in lacks] for key in sorted({*lacks[0], *lacks[1]})}
    return [
        ("unmet", f"{good} {year}", one, two)
        for (good, year), (one, two) in pairs.items()
        if not np.isclose(one, two, rtol=1e-6, atol=1e-9)
    ]


def lacking(plan: Plan) -> dict[tuple[str, int], float]:
    """What is unmet of each good in each year, all priorities together."""
    found: dict[tuple[str, int], float] = {}
    for row in plan.unmet.to_pylist():
        key = (row["good"], row["year"])
        found[key] = found.get(key, 0.0) + row["unmet"]
    return found


def million_more(model: Model, plan: Plan, *, millions: float = 1.0, **effort: Any) -> tuple[Plan, str]:
    """Solve again with `millions` M USD more in the opening reserve; return that plan and what it bought, in words."""
    richer = solve(model.but(opening_usd=model.opening_usd + millions * MILLION), **effort)
    gained = []
    lacked = lacking(richer)
    units, names = model.units(), model.names()
    for (good, year), unmet in lacking(plan).items():
        more = unmet - lacked.get((good, year), 0.0)
        if more > 1e-6 * unmet:
            gained.append(f"{number(more)} {units[good]} more of {names[good]} in {year}")
    moved = [row["name"] for row in compare(plan, richer).to_pylist() if row["what"] == BEGINS]
    if moved:
        gained.append(f"another timing of {', '.join(moved)}")
    saved = plan.cost - richer.cost
    if abs(saved) > 1e-6 * max(1.0, abs(plan.cost)):
        word = "less" if saved > 0 else "more"
        gained.append(f"{number(abs(saved))} M {model.home_money} {word} cost")
    amount = f"{millions:g} million USD more at the beginning"
    return richer, f"{amount} would buy: {'; '.join(gained)}." if gained else f"{amount} would change nothing."


def further(model: Model, plan: Plan, *, progress: Progress = unwatched, **effort: Any) -> pa.Table:
    """Solve again without each target, share limit, floor and budget (all years of it): limit, cost_m, unmet, words.

    `cost_m`: what the limit costs, M of home money; `unmet`: parts of needs that it leaves unmet. Where it leaves
    needs unmet, plans with and without it do not deliver the same, and its cost says little.
    """
    rows = []
    without = list(_without(model))
    for place, (name, easier) in enumerate(without):
        progress(f"without {name}", place / max(1, len(without)))
        try:
            other = solve(easier, **effort)
        except Infeasible:
            continue
        cost, unmet = _clean(plan.cost - other.cost), _clean(plan.unmet_parts - other.unmet_parts)
        rows.append({"limit": name, "cost_m": cost, "unmet": unmet, "words": _words(model, name, cost, unmet)})
    return table({key: [row[key] for row in rows] for key in ("limit", "cost_m", "unmet", "words")})


def _clean(difference: float) -> float:
    """A difference of two optima, without what the tolerance between stages makes of it."""
    return 0.0 if abs(difference) < NOTHING else difference


def _words(model: Model, name: str, cost: float, unmet: float) -> str:
    if unmet:
        return f"{name} costs {number(unmet)} needs unmet"
    return f"{name} costs {number(cost)} M {model.home_money}" if cost else f"{name} costs nothing"


def _without(model: Model) -> Iterator[tuple[str, Model]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    base, names = replace(model, changes=model.changes.slice(0, 0)), model.names()
    for good in model.targets["good"].unique().to_pylist():
        yield (
            f"the target for {names[good]}",
            base.but(targets=model.targets.filter(pc.not_equal(model.targets["good"], good))),
        )
    pairs = dict.fromkeys(zip(model.caps["good"].to_pylist(), model.caps["supplier"].to_pylist(), strict=True))
    for good, supplier in pairs:
        mine = pc.and_(pc.equal(model.caps["good"], good), pc.equal(model.caps["supplier"], supplier))
        who = "each supplier" if supplier == "*" else supplier
        yield f"the limit on the share of {who} in {names[good]}", base.but(caps=model.caps.filter(pc.invert(mine)))
    money = model.currency
    for column, name, free in (("floor_usd", "the reserve floor", 0.0), ("budget_home", "the home budget", np.inf)):
        values = money[column].to_numpy()
        if (values != free).any():
            place = money.column_names.index(column)
            freed = pa.array(np.full(len(values), free))
            yield name, base.but(currency=money.set_column(place, column, freed))
