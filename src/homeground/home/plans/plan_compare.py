"""Two plans side by side: needs, currency, imports by good, projects, what each target and limit costs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from homeground import plan

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.plans.planner import PlanView

LEAST: Final = 1e-5
"""Smaller differences, relative to the first plan's figure where that is above one, are the solver's."""


def compared(first: PlanView, second: PlanView) -> pa.Table:
    """Return what, name, first, second, difference: `plan.compare`, imports and exports by good, and costs of limits.

    Amounts are over all years of the plans. Null: this plan has no such thing, or its limits were not explained.
    """
    import pyarrow as pa

    rows = [_named(row, first, second) for row in plan.compare(first.plan, second.plan).to_pylist()]
    for flow in ("imports", "exports"):
        rows += _traded(flow, first, second)
    rows += _limits(first, second)
    names = ("what", "name", "first", "second", "difference")
    kinds = [pa.string(), pa.string(), pa.float64(), pa.float64(), pa.float64()]
    for row in rows:
        if row["difference"] is not None and abs(row["difference"]) < LEAST * max(1.0, abs(row["first"])):
            row["difference"] = 0.0
    return pa.Table.from_pylist(rows, schema=pa.schema(list(zip(names, kinds, strict=True))))


def _named(row: dict[str, Any], *views: PlanView) -> dict[str, Any]:
    """Call a good that lacks by its name."""
    if row["what"] != "unmet":
        return row
    good, _, year = row["name"].rpartition(" ")
    names = {**views[0].model.names(), **views[1].model.names()}
    return {**row, "what": "unmet, units of the good", "name": f"{names[good]} {year}"}


def _traded(flow: str, *views: PlanView) -> list[dict[str, Any]]:
    names = {**views[0].model.names(), **views[1].model.names()}
    paid = [_by_good(view, flow) for view in views]
    goods = sorted({*paid[0], *paid[1]}, key=lambda good: (-max(of.get(good, 0.0) for of in paid), good))
    return [
        _row(f"{flow}, M USD", names[good], *(of.get(good, 0.0) for of in paid))
        for good in goods
        if abs(paid[0].get(good, 0.0) - paid[1].get(good, 0.0)) > LEAST
    ]


def _by_good(view: PlanView, flow: str) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in getattr(view.plan, flow).to_pylist():
        found[row["good"]] += row["usd_m"]
    return found


def _limits(*views: PlanView) -> list[dict[str, Any]]:
    """What each target, share, floor and budget costs in either plan: needs where it costs needs, else money."""
    found = [
        {row["limit"]: row for row in view.limits.to_pylist()} if view.limits is not None else {} for view in views
    ]
    rows = []
    for name in dict.fromkeys([*found[0], *found[1]]):
        both = [of.get(name) for of in found]
        needs = any(row is not None and row["unmet"] for row in both)
        column, unit = ("unmet", "parts of needs") if needs else ("cost_m", f"M {views[0].plan.home_money}")
        values = [None if row is None else row[column] for row in both]
        if any(values):
            rows.append(_row(f"a limit costs, {unit}", name, *values))
    return rows


def _row(what: str, name: str, first: float | None, second: float | None) -> dict[str, Any]:
    difference = None if first is None or second is None else second - first
    return {"what": what, "name": name, "first": first, "second": second, "difference": difference}
