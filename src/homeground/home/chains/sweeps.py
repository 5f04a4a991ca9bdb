"""Sweeps over a scenario: the same industries cut in every country by itself, or draws of what the file leaves open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.errors import BadInput, NotInHome, UsageError, message
from homeground.home.chains import product_cuts, scenarios
from homeground.home.chains.chains import Chains, name_of, open_chains
from homeground.home.chains.cluster import sweep_on_spark
from homeground.home.chains.scenarios import Scenario
from homeground.leontief.sweep import Outcome, prepared, sweep
from homeground.sources import Progress

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.store import Store

MOST: Final = 10_000
DRAWN: Final = ("share", "days", "stocks", "rerouting", "spare")


@dataclass(frozen=True)
class SweepView:
    """The runs of a sweep, one row each.

    `table`: what was varied (`varied`), lost_output and lost_value_added in the world, lost_elsewhere (outside the
    country that is cut), unmet_final, stopped (industries that fell below half), back_day (empty: not within the days).
    """

    scenario: Scenario
    chains: Chains
    varied: tuple[str, ...]
    table: pa.Table


def each_country(store: Store, path: Path, progress: Progress) -> SweepView:
    """Cut the industries of the scenario's supplier in every country by itself, largest loss elsewhere first."""
    scenario = _of_one_shock(path)
    chains = open_chains(store, scenario.year, scenario.dataset)
    if "hs6" in scenario.shocks[0]:
        return _each_seller(store, scenario, chains, progress)
    axis = chains.system.industries_axis
    _, (cut,) = scenarios.prepare(scenario, chains)
    names = sorted({axis.names[place] for place in cut.suppliers})
    owners = [owner for owner in axis.owners if _makes(chains, owner, names)]
    told = [_with_supplier(scenario, [f"{owner}.{name}" for name in names], axis) for owner in owners]
    outcomes = _run(store, zip(owners, told, strict=True), chains, progress)
    rows = [_row(_named(one.name), one, chains, one.name) for one in outcomes]
    rows.sort(key=lambda row: -row["lost_elsewhere"])
    return SweepView(scenario, chains, ("supplier", "supplier_name"), _table(rows))


def each_industry(store: Store, path: Path, progress: Progress) -> SweepView:
    """Cut every industry of the countries of the scenario's supplier by itself, largest loss elsewhere first."""
    scenario = _of_one_shock(path)
    if "hs6" in scenario.shocks[0]:
        what, do = "a product is made by industries of its own", "name a country or its industry as supplier"
        raise UsageError(message(what, where=str(path), found=scenario.shocks[0]["hs6"], do=do))
    chains = open_chains(store, scenario.year, scenario.dataset)
    axis = chains.system.industries_axis
    _, (cut,) = scenarios.prepare(scenario, chains)
    owners = {axis.countries[place] for place in cut.suppliers}
    pairs = [pair for pair in axis.pairs if pair[0] in owners and _makes(chains, pair[0], [pair[1]])]
    told = [(f"{owner}.{name}", _with_supplier(scenario, [f"{owner}.{name}"], axis)) for owner, name in pairs]
    rows = []
    for one, (owner, name) in zip(_run(store, told, chains, progress), pairs, strict=True):
        called = {**_named(owner), "industry": name, "industry_name": chains.industry(name)}
        rows.append(_row(called, one, chains, owner))
    rows.sort(key=lambda row: -row["lost_elsewhere"])
    varied = ("supplier", "supplier_name", "industry", "industry_name")
    return SweepView(scenario, chains, varied, _table(rows))


def _of_one_shock(path: Path) -> Scenario:
    scenario = scenarios.read(path)
    if len(scenario.shocks) != 1:
        found = f"{len(scenario.shocks)} shocks"
        raise UsageError(message("a sweep takes one shock", where=str(path), found=found, do="leave out the others"))
    return scenario


def _each_seller(store: Store, scenario: Scenario, chains: Chains, progress: Progress) -> SweepView:
    """Cut the product of every seller by itself, also of those in the rest of the world of the table."""
    told: dict[str, Scenario] = {}
    for seller in product_cuts.suppliers(store, scenario, chains):
        named = replace(scenario, shocks=({**scenario.shocks[0], "from": seller},))
        with suppress(NotInHome):  # the table knows no deliveries from there
            told[seller] = product_cuts.expand(store, named, chains)
    outcomes = _run(store, told.items(), chains, progress)
    rows = [
        _row(_named(one.name), one, chains, cut.sized[0].shown_as[0])
        for one, cut in zip(outcomes, told.values(), strict=True)
    ]
    rows.sort(key=lambda row: -row["lost_elsewhere"])
    return SweepView(scenario, chains, ("supplier", "supplier_name"), _table(rows))


def draws(store: Store, path: Path, number: int, seed: int, progress: Progress) -> SweepView:
    """Draw what `[uncertain]` gives as [low, high] (share, days, stocks, rerouting, spare), evenly, `number` times."""
    scenario = scenarios.read(path)
    ranges: dict[str, tuple[float, float]] = {
        name: scenario.uncertain[name] for name in DRAWN if name in scenario.uncertain
    }
    if not ranges or not 1 <= number <= MOST:
        what = "nothing is uncertain in the scenario" if not ranges else "no such number of draws"
        do = "write [uncertain] with ranges, such as stocks = [15, 45]" if not ranges else f"ask for 1 to {MOST:,}"
        raise BadInput(message(what, where=str(path), expected=", ".join(DRAWN), do=do))
    chains = open_chains(store, scenario.year, scenario.dataset)
    scenario = product_cuts.expand(store, scenario, chains)
    random = np.random.default_rng(seed)
    values: list[dict[str, float]] = [
        {name: float(random.uniform(*span)) for name, span in ranges.items()} for _ in range(number)
    ]
    told = [_with_values(scenario, value) for value in values]
    outcomes = _run(store, ((str(n), one) for n, one in enumerate(told)), chains, progress)
    home = chains.system.industries_axis.countries[int(scenarios.prepare(scenario, chains)[1][0].suppliers[0])]
    rows = [
        _row({"draw": int(one.name), **value}, one, chains, home) for value, one in zip(values, outcomes, strict=True)
    ]
    return SweepView(scenario, chains, ("draw", *ranges), _table(rows))


def _run(store: Store, told: Any, chains: Chains, progress: Progress) -> list[Outcome]:
    """Run scenarios by name: on the cluster where Spark answers for the Home, else on the cores of this machine."""
    named = list(told)
    recipes = [scenarios.recipe(scenario, chains, name) for name, scenario in named]
    rating = scenarios.ratings(named[0][1], chains)

    def watch(done: int) -> None:
        progress(f"{done} of {len(recipes)} runs", done / len(recipes))

    if (session := store.engine.session) is not None:
        return sweep_on_spark(session, chains.system, rating, recipes, watch)
    return sweep(prepared(chains.system, rating, recipes), workers=os.cpu_count() or 1, watch=watch)


def _named(code: str) -> dict[str, str]:
    return {"supplier": code, "supplier_name": name_of(code)}


def _makes(chains: Chains, owner: str, names: Sequence[str]) -> bool:
    places = chains.system.select([(owner, name) for name in names])
    return bool(chains.system.output[places].sum() > 0)


def _with_supplier(scenario: Scenario, named: list[str], axis: Any) -> Scenario:
    shock = {**scenario.shocks[0], "supplier": [name for name in named if tuple(name.split(".", 1)) in axis.pairs]}
    return replace(scenario, shocks=(shock,))


def _with_values(scenario: Scenario, values: dict[str, float]) -> Scenario:
    shocks = tuple(
        {
            **shock,
            **({"share": values["share"]} if "share" in values else {}),
            **({"days": max(1, round(values["days"]))} if "days" in values else {}),
        }
        for shock in scenario.shocks
    )
    response = replace(
        scenario.response,
        rerouting=values.get("rerouting", scenario.response.rerouting),
        spare=values.get("spare", scenario.response.spare),
    )
    return replace(scenario, shocks=shocks, response=response, stocks=values.get("stocks", scenario.stocks))


def _row(varied: dict[str, Any], one: Outcome, chains: Chains, home: str) -> dict[str, Any]:
    elsewhere = np.array(chains.system.industries_axis.countries) != home
    return {
        **varied,
        "lost_output": float(one.lost.sum()),
        "lost_elsewhere": float(one.lost[elsewhere].sum()),
        "lost_value_added": float(one.lost_value_added.sum()),
        "unmet_final": float(one.unmet.sum()),
        "stopped": one.stopped,
        "back_day": None if one.back_day < 0 else one.back_day,
    }


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows)
