"""The model as arrays: labels become numbers, and worlds stand one behind the other on the axis of periods.

A period is a year in one world; world 0 is the plan itself, the others are its scenarios. Projects are common to all
worlds. Money is in millions from here on, quantities stay in their units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from homeground.plan.model import Model
from homeground.plan.scenarios import apply

if TYPE_CHECKING:
    import pyarrow as pa

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

MILLION: Final = 1e6


@dataclass(frozen=True, eq=False)
class Flow:
    """Rows of goods in periods, each with a price (money per unit) and an upper limit; `row`: place in its table."""

    good: Places
    period: Places
    price: Numbers
    most: Numbers
    row: Places

    def __len__(self) -> int:
        return len(self.good)

    def kept(self, mask: Flags) -> Flow:
        """Only the rows of the mask."""
        return Flow(self.good[mask], self.period[mask], self.price[mask], self.most[mask], self.row[mask])


@dataclass(frozen=True, eq=False)
class Needs:
    """Quantities wanted, the part that must be met, the priority (1 first) and the weight of each."""

    good: Places
    period: Places
    quantity: Numbers
    must: Numbers
    priority: Numbers
    weight: Numbers

    def __len__(self) -> int:
        return len(self.good)


@dataclass(frozen=True, eq=False)
class Options:
    """One row per project and year in which it may begin: what it costs by year, and when its capacity is there."""

    project: Places
    start: Places
    process: Places
    capacity: Numbers
    online: Places
    until: Places
    home: Numbers
    usd: Numbers
    counted: Numbers
    must: Flags

    def __len__(self) -> int:
        return len(self.project)


@dataclass(frozen=True, eq=False)
class Stocks:
    """Goods that can be kept: opening quantity, room, yearly loss, and what must be left at the end."""

    good: Places
    initial: Numbers
    most: Numbers
    loss: Numbers
    final: Numbers


@dataclass(frozen=True, eq=False)
class Shares:
    """Limits on one supplier's part of a good's imports (`rows`: import rows of that supplier)."""

    good: Places
    period: Places
    share: Numbers
    supplier: tuple[str, ...]
    rows: tuple[Places, ...]


@dataclass(frozen=True, eq=False)
class Targets:
    """Least part of home supply in a good's supply; `must`: binding, otherwise its shortfall is made small."""

    good: Places
    period: Places
    share: Numbers
    must: Flags


@dataclass(frozen=True, eq=False)
class Arrays:
    """Everything that the programme is built from."""

    years: tuple[int, ...]
    worlds: tuple[str, ...]
    goods: tuple[str, ...]
    processes: tuple[str, ...]
    projects: tuple[str, ...]
    imports: Flow
    exports: Flow
    resources: Flow
    needs: Needs
    process: Places
    good: Places
    quantity: Numbers
    capacity: Numbers
    cost_home: Numbers
    cost_usd: Numbers
    member_of: Places
    member_cap: Numbers
    stocks: Stocks
    options: Options
    shares: Shares
    targets: Targets
    opening: float
    income: Numbers
    floor: Numbers
    budget: Numbers
    rate: float
    discount: Numbers

    @property
    def periods(self) -> int:
        """Years times worlds."""
        return len(self.years) * len(self.worlds)

    @property
    def has_options(self) -> Flags:
        """Per process, whether a project can add to its capacity."""
        flags = np.zeros(len(self.processes), bool)
        flags[self.options.process] = True
        return flags

    def opens(self) -> Flags:
        """Per period, whether it is the first of its world."""
        return np.asarray(np.arange(self.periods) % len(self.years) == 0)

    def most_activity(self) -> Numbers:
        """Per process, base capacity and all that projects could add."""
        total = self.capacity.copy()
        first = np.unique(self.options.project, return_index=True)[1]
        np.add.at(total, self.options.process[first], self.options.capacity[first])
        return total


def arrays(model: Model, scenarios: tuple[str, ...] = ()) -> Arrays:
    """Turn a checked model into arrays, with one world per scenario behind the plan's own."""
    worlds = [model, *(apply(model, name) for name in scenarios)]
    goods = tuple(model.goods["good"].to_pylist())
    names, member_of, member_cap, coefficients = _processes(model, goods)
    imports = _flow([w.suppliers for w in worlds], model.years, goods, "price_usd", "cap", MILLION)
    return Arrays(
        years=model.years,
        worlds=("plan", *scenarios),
        goods=goods,
        processes=names,
        projects=tuple(model.projects["project"].to_pylist()),
        imports=imports,
        exports=_flow([w.markets for w in worlds], model.years, goods, "price_usd", "demand", MILLION),
        resources=_flow([w.resources for w in worlds], model.years, goods, "cost_home", "quantity", MILLION),
        needs=_needs([w.needs for w in worlds], model.years, goods),
        process=coefficients[0],
        good=coefficients[1],
        quantity=coefficients[2],
        capacity=_padded(model.processes["capacity"], len(names), math.inf),
        cost_home=_padded(model.processes["cost_home"], len(names), 0.0) / MILLION,
        cost_usd=_padded(model.processes["cost_usd"], len(names), 0.0) / MILLION,
        member_of=member_of,
        member_cap=member_cap,
        stocks=_stocks(model, goods),
        options=_options(model, names),
        shares=_shares(model, goods, imports),
        targets=_targets(model, goods),
        opening=model.opening_usd / MILLION,
        income=_money(worlds, "income_usd", 0.0),
        floor=_money(worlds, "floor_usd", 0.0),
        budget=_money(worlds, "budget_home", math.inf),
        rate=1.0 if model.home_per_usd is None else model.home_per_usd,
        discount=(1 + model.discount) ** -np.arange(len(model.years), dtype=float),
    )


def placed(column: pa.ChunkedArray, labels: tuple[str, ...]) -> Places:
    """Return the place of each value among the labels, −1 where it is none of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.fill_null(pc.index_in(column, pa.array(labels, pa.string())), -1)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _flow(
    tables: list[pa.Table], years: tuple[int, ...], goods: tuple[str, ...], price: str, most: str, unit: float
) -> Flow:
    parts = []
    for world, table in enumerate(tables):
        period = table["year"].to_numpy() - years[0] + world * len(years)
        parts.append(
            (placed(table["good"], goods), period, table[price].to_numpy() / unit, table[most].to_numpy(),
             np.arange(table.num_rows))
        )  # fmt: skip
    good, period, prices, limits, row = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Flow(good, period, prices, limits, row)


def _needs(tables: list[pa.Table], years: tuple[int, ...], goods: tuple[str, ...]) -> Needs:
    good = np.concatenate([placed(table["good"], goods) for table in tables])
    period = np.concatenate(
        [table["year"].to_numpy() - years[0] + world * len(years) for world, table in enumerate(tables)]
    )
    columns = ("quantity", "must", "priority", "weight")
    quantity, must, priority, weight = (np.concatenate([t[column].to_numpy() for t in tables]) for column in columns)
    wanted = quantity > 0
    return Needs(*(column[wanted] for column in (good, period, quantity, must, priority, weight)))


def _processes(
    model: Model, goods: tuple[str, ...]
) -> tuple[tuple[str, ...], Places, Numbers, tuple[Places, Places, Numbers]]:
    """Processes, and behind them one per member of a group: a unit of the member gives `conversion` of the group."""
    names = tuple(model.processes["process"].to_pylist())
    groups = model.groups.to_pylist()
    every = (*names, *(f"{row['member']} as {row['group']}" for row in groups))
    own = model.coefficients
    process, good = placed(own["process"], every), placed(own["good"], goods)
    behind = np.arange(len(names), len(every))
    member = placed(model.groups["member"], goods)
    group = placed(model.groups["group"], goods)
    member_of = np.full(len(every), -1)
    member_of[len(names) :] = group
    member_cap = np.ones(len(every))
    member_cap[len(names) :] = model.groups["cap"].to_numpy()
    quantity = [own["quantity"].to_numpy(), -np.ones(len(groups)), model.groups["conversion"].to_numpy()]
    return (
        every,
        member_of,
        member_cap,
        (np.concatenate([process, behind, behind]), np.concatenate([good, member, group]), np.concatenate(quantity)),
    )


def _padded(column: pa.ChunkedArray, length: int, fill: float) -> Numbers:
    values = np.full(length, fill)
    values[: len(column)] = column.to_numpy()
    return values


def _stocks(model: Model, goods: tuple[str, ...]) -> Stocks:
    table = model.stocks
    columns = (table[name].to_numpy() for name in ("initial", "max", "loss", "final"))
    return Stocks(placed(table["good"], goods), *columns)


def _money(worlds: list[Model], column: str, fill: float) -> Numbers:
    parts = []
    for world in worlds:
        values = np.full(len(world.years), fill)
        values[world.currency["year"].to_numpy() - world.years[0]] = world.currency[column].to_numpy() / MILLION
        parts.append(values)
    return np.concatenate(parts)


def _options(model: Model, processes: tuple[str, ...]) -> Options:
    count, first = len(model.years), model.years[0]
    costs: dict[str, list[dict[str, Any]]] = {}
    for row in model.project_costs.to_pylist():
        costs.setdefault(row["project"], []).append(row)
    rows: list[tuple[Any, ...]] = []
    home, usd = [], []
    for place, project in enumerate(model.projects.to_pylist()):
        earliest = max(0, (project["first_year"] or first) - first)
        latest = min(count - 1, (project["must_by"] or project["last_year"] or model.years[-1]) - first)
        for start in range(earliest, latest + 1):
            online = start + int(project["build_years"])
            until = online + int(project["life"])
            spent = [np.zeros(count), np.zeros(count)]
            for cost in costs.get(project["project"], []):
                if start + int(cost["step"]) < count:
                    spent[0][start + int(cost["step"])] += cost["cost_home"] / MILLION
                    spent[1][start + int(cost["step"])] += cost["cost_usd"] / MILLION
            counted = max(0, min(count, until) - online) / project["life"] if online < count else 1.0
            rows.append(
                (place, start, processes.index(project["process"]), project["capacity"], online, until, counted,
                 project["must_by"] is not None)
            )  # fmt: skip
            home.append(spent[0])
            usd.append(spent[1])
    columns = [np.array([row[k] for row in rows]) for k in range(8)] if rows else [np.zeros(0)] * 8
    whole = [columns[k].astype(np.int64) for k in (0, 1, 2, 4, 5)]
    blank = np.zeros((0, count))
    return Options(
        project=whole[0],
        start=whole[1],
        process=whole[2],
        capacity=columns[3].astype(float),
        online=whole[3],
        until=whole[4],
        home=np.array(home) if rows else blank,
        usd=np.array(usd) if rows else blank,
        counted=columns[6].astype(float),
        must=columns[7].astype(bool),
    )


def _shares(model: Model, goods: tuple[str, ...], imports: Flow) -> Shares:
    """One limit per capped supplier (or each, where a cap names `*`), good and year; only in the plan's own world."""
    suppliers = model.suppliers["supplier"].to_pylist()
    years = len(model.years)
    mine = imports.period < years
    found: list[tuple[int, int, float, str, Places]] = []
    where: dict[tuple[int, int], list[int]] = {}
    if model.caps.num_rows:
        for place in np.flatnonzero(mine):
            where.setdefault((int(imports.good[place]), int(imports.period[place])), []).append(int(place))
    for row in model.caps.to_pylist():
        key = (goods.index(row["good"]), row["year"] - model.years[0])
        sellers = sorted({suppliers[imports.row[place]] for place in where.get(key, [])})
        for seller in sellers if row["supplier"] == "*" else [row["supplier"]]:
            rows = [place for place in where.get(key, []) if suppliers[imports.row[place]] == seller]
            if rows:
                found.append((*key, row["share"], seller, np.array(rows)))
    return Shares(
        good=np.array([f[0] for f in found], dtype=np.int64),
        period=np.array([f[1] for f in found], dtype=np.int64),
        share=np.array([f[2] for f in found], dtype=float),
        supplier=tuple(f[3] for f in found),
        rows=tuple(f[4] for f in found),
    )


def _targets(model: Model, goods: tuple[str, ...]) -> Targets:
    table = model.targets
    must = np.array(table["must"].to_pylist(), dtype=bool)
    return Targets(
        placed(table["good"], goods), table["year"].to_numpy() - model.years[0], table["share"].to_numpy(), must
    )
