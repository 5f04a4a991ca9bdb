"""What a model may not be: each fault refused by name, before anything is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from homeground.codes import parties
from homeground.errors import BadInput, UsageError, listing, message
from homeground.plan.arrays import arrays
from homeground.plan.gain import refuse_matter_from_nothing, refuse_unbounded_gain
from homeground.plan.model import Model
from homeground.plan.restricted import partners, refuse_arms

if TYPE_CHECKING:
    import pyarrow as pa

NAMES = {
    "coefficients": (("process", "processes"), ("good", "goods")),
    "groups": (("group", "goods"), ("member", "goods")),
    "suppliers": (("good", "goods"),),
    "markets": (("good", "goods"),),
    "resources": (("good", "goods"),),
    "needs": (("good", "goods"),),
    "stocks": (("good", "goods"),),
    "projects": (("process", "processes"),),
    "project_costs": (("project", "projects"),),
    "caps": (("good", "goods"),),
    "targets": (("good", "goods"),),
}
KEYS = {"goods": "good", "processes": "process", "projects": "project"}
YEARLY = ("suppliers", "markets", "resources", "needs", "currency", "caps", "targets")


def check(model: Model) -> None:
    """Raise BadInput (UsageError where a choice was left open) for the first fault found."""
    _names(model)
    _years(model)
    _processes(model)
    _groups(model)
    _projects(model)
    _currency(model)
    _moneys(model)
    refuse_arms(model)
    parties.require(model.restrictions.to_pylist(), "table restrictions", partners(model))
    a = arrays(model)
    _ways(model)
    refuse_matter_from_nothing(a)
    refuse_unbounded_gain(a, model)


def _refuse(what: str, where: str, do: str, found: object = None, expected: object = None) -> None:
    raise BadInput(message(what, where=where, found=found, expected=expected, do=do))


def _names(model: Model) -> None:
    for table, columns in NAMES.items():
        for column, of in columns:
            known = set(getattr(model, of)[KEYS[of]].to_pylist())
            for name in getattr(model, table)[column].unique().to_pylist():
                if name not in known:
                    _refuse(f"unknown {column}", f"table {table}", f"add it to {of}, or correct the name", name,
                            f"one of {of}: {listing(sorted(known))}")  # fmt: skip


def _years(model: Model) -> None:
    for table in YEARLY:
        for year in getattr(model, table)["year"].unique().to_pylist():
            if year not in model.years:
                _refuse("a year outside the plan", f"table {table}", "remove the row, or make the plan longer", year,
                        f"{model.years[0]} to {model.years[-1]}")  # fmt: skip


def _processes(model: Model) -> None:
    rows = model.coefficients.to_pylist()
    for name in model.processes["process"].to_pylist():
        mine = [row["quantity"] for row in rows if row["process"] == name] if rows else []
        if not any(quantity > 0 for quantity in mine):
            _refuse("a process makes nothing", f"processes, {name}", "state its outputs", f"{len(mine)} coefficients")
        if not any(quantity < 0 for quantity in mine):
            _refuse(
                "a process makes something of nothing",
                f"processes, {name}",
                "state its inputs; what nature gives belongs into resources",
                "no input",
                "one input at least",
            )


def _groups(model: Model) -> None:
    groups = set(model.groups["group"].to_pylist())
    for row in model.groups.to_pylist():
        if row["conversion"] <= 0:
            _refuse(
                "a member gives nothing",
                f"groups, {row['group']}: {row['member']}",
                "state how much of the group a unit of it is",
                row["conversion"],
                "above 0",
            )
        if row["member"] in groups:
            _refuse("a group inside a group", f"groups, {row['group']}", "name its members directly", row["member"])


def _projects(model: Model) -> None:
    for row in model.projects.to_pylist():
        where = f"projects, {row['project']}"
        for column, least in (("build_years", 0), ("life", 1)):
            if row[column] < least or row[column] != int(row[column]):
                _refuse(f"{column} of a project", where, "write whole years", row[column], f"{least} or more")
        first, last = row["first_year"] or model.years[0], row["last_year"] or model.years[-1]
        last = min(last, row["must_by"] or last)
        if last < first:
            _refuse(
                "a project ends before it starts",
                where,
                "correct one of the years",
                f"first {first}, last {last}",
                "last after first",
            )
        if first > model.years[-1] or last < model.years[0]:
            _refuse(
                "a project outside the plan",
                where,
                "correct its years",
                f"{first} to {last}",
                f"{model.years[0]} to {model.years[-1]}",
            )
    for row in model.project_costs.to_pylist():
        if row["step"] < 0 or row["step"] != int(row["step"]):
            _refuse(
                "a cost of a project before it begins",
                f"project_costs, {row['project']}",
                "count years from its start: 0, 1, 2 …",
                row["step"],
            )


def _currency(model: Model) -> None:
    """Refuse imports without any currency: opening, income and sales all zero."""
    income = float(np.maximum(model.currency["income_usd"].to_numpy(), 0).sum())
    sells = any(row["price_usd"] > 0 and row["demand"] > 0 for row in model.markets.slice(0, 1000).to_pylist())
    if model.suppliers.num_rows and model.opening_usd + income <= 0 and not sells:
        _refuse("a currency budget of 0", "currency", "state opening_usd, income_usd or markets; without them nothing can be bought",  # noqa: E501
                "no reserve, no income, no market", "some currency, since suppliers are listed")  # fmt: skip


def _moneys(model: Model) -> None:
    at_home = [("processes", "cost_home"), ("project_costs", "cost_home"), ("resources", "cost_home")]
    paid = [table for table, column in at_home if (getattr(model, table)[column].to_numpy() > 0).any()]
    if paid and model.home_per_usd is None:
        raise UsageError(
            message(
                "two moneys, and no rate between them",
                where=f"tables {listing(paid)}",
                found="costs in home money",
                expected="home money per US dollar",
                do="state home_per_usd: the official rate, or what the ministry holds currency to be worth",
            )
        )
    if model.home_per_usd is not None and not 0 < model.home_per_usd < float("inf"):
        _refuse("home_per_usd", "[plan]", "write how much home money a US dollar is", model.home_per_usd, "above 0")


def _ways(model: Model) -> None:
    """Refuse a need that nothing could ever meet: no supplier, process, resource, stock or member of a group."""
    ways: dict[str, set[str]] = {"any": set()}
    for table, column, amount in (
        ("suppliers", "good", "cap"),
        ("resources", "good", "quantity"),
        ("stocks", "good", "initial"),
    ):
        ways["any"] |= _with_amount(getattr(model, table), column, amount)
    made = _with_amount(model.coefficients, "good", "quantity")
    reachable = ways["any"] | made | set(model.groups["group"].to_pylist())
    for row in _unreachable(model.needs, reachable):
        _refuse(
            "a need without a way to meet it",
            f"needs, {row['good']} {row['year']}",
            "name a supplier, a process that makes it, a resource or a stock",
            f"{row['quantity']:g} wanted",
            "one way at least",
        )


def _with_amount(table: pa.Table, column: str, amount: str) -> set[str]:
    import pyarrow.compute as pc

    return set(table.filter(pc.greater(table[amount], 0))[column].unique().to_pylist())


def _unreachable(needs: pa.Table, reachable: set[str]) -> list[dict[str, Any]]:
    missing = [good for good in needs["good"].unique().to_pylist() if good not in reachable]
    if not missing:
        return []
    return [row for row in needs.to_pylist() if row["good"] in missing and row["quantity"] > 0]
