"""The named checks on balances, with the world's production to hold stocks against."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from homeground import checks
from homeground.checks import Finding
from homeground.codes import commodities
from homeground.home import questions
from homeground.sources import Progress
from homeground.store import Dataset, Store


def findings(store: Store, name: str | None, progress: Progress) -> list[Finding]:
    """Run the checks on balances over every dataset that has any, or on one."""
    held = [d for d in store.catalog.datasets.values() if "balances" in d.tables]
    asked = [dataset for dataset in held if name in (None, dataset.name)]
    found: list[Finding] = []
    for number, dataset in enumerate(asked):
        progress(f"{dataset.name}: balances", number / len(asked))
        if "flows" not in dataset.tables:
            found += checks.datasets([questions.facts(dataset)])
        balances = store.table(dataset, "balances")
        world = _world(store, held, balances)
        found += [finding for check in checks.BALANCE_CHECKS for finding in _of(check, dataset, balances, world)]
    return found


def _of(check: checks.BalanceCheck, dataset: Dataset, balances: Any, world: Any) -> list[Finding]:
    rows = check.rows(balances, world).order_by("year").to_pyarrow().to_pylist()
    return [checks.finding(check, dataset.name, row) for row in rows]


def _world(store: Store, held: list[Dataset], balances: Any) -> Any:
    """Return the world's production of the goods that a dataset has stocks of, by the names it uses."""
    stocked = (
        balances.filter(_.element == "stocks").select("commodity").distinct().to_pyarrow()["commodity"].to_pylist()
    )
    named: dict[str, list[str]] = {}
    for commodity in stocked:
        named.setdefault(commodities.of_name(commodity).id, []).append(commodity)
    rows = [
        {"commodity": commodity, "world_t": row["world_t"]}
        for dataset in held
        for row in (_made(store, dataset) if stocked else [])
        for commodity in named.get(commodities.of_name(row["commodity"]).id, [])
    ]
    return ibis.memtable(rows, schema=ibis.schema({"commodity": "string", "world_t": "float64"}))


def _made(store: Store, dataset: Dataset) -> list[dict[str, Any]]:
    """Sum production over countries, of datasets that hold more than one: one country is not the world."""
    made = store.table(dataset, "balances").filter(_.element == "production")
    sums = made.group_by("commodity", "year").agg(world_t=_.quantity_t.sum(), countries=_.country.nunique())
    rows: list[dict[str, Any]] = sums.filter(_.countries > 1).to_pyarrow().to_pylist()
    return rows
