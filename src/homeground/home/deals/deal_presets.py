"""The published rules on one product with a deal added: the same expressions, made once, run on a few rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import measures, schema
from homeground.home import questions
from homeground.home.trade import evidence

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.deals.market import Market
    from homeground.store import Store

FLOWS: Final = "deal_flows"
BOUGHT: Final = "deal_bought"
BEFORE: Final = "evidence_before"
SIDES: Final = ("production",)
_TURN: Final = threading.Lock()


@dataclass(frozen=True)
class Inputs:
    """What the rules read of one product: the year's flows, the country's own apart from others'; what was before.

    `before` is the evidence of earlier years, `sides` are the side tables, `loaded` the years of the dataset.
    """

    own: pa.Table
    others: pa.Table
    before: pa.Table
    sides: Mapping[str, pa.Table]
    loaded: tuple[int, ...]


def presets(
    store: Store, market: Market, country: str, added: Mapping[str, float], once: Callable[[Any], Inputs]
) -> Mapping[str, bool | None]:
    """Apply every published rule to a country's imports of a product, with values (USD) added by supplier.

    None where a rule abstains; empty where nothing is imported. `once` keeps what was read.
    """
    import pyarrow as pa

    inputs = once(lambda: _inputs(store, market, country))
    own = _with(inputs.own, market, country, added)
    tables = {FLOWS: pa.concat_tables([inputs.others, own]), BOUGHT: own, BEFORE: inputs.before, **inputs.sides}
    with _TURN:
        query = _query(inputs.loaded, tuple(sorted(inputs.sides)), market.world)
        found = _session(query).first_row(tables, market.year)
    return {name: found[name] for name in measures.PRESET_IDS} if found else {}


class _Session:
    """One query on tables of its own in memory, planned once: to plan it takes longer than to run it on few rows."""

    def __init__(self, query: str) -> None:
        import duckdb

        self._query, self._planned = query, False
        self._filled: dict[str, pa.Table] = {}
        self._connection = duckdb.connect(config={"threads": 1})

    def first_row(self, tables: Mapping[str, pa.Table], year: int) -> dict[str, Any] | None:
        """Fill tables that are others than before, run the query, return its first row of a year, None without one."""
        for name, table in tables.items():
            if self._filled.get(name) is table:
                continue
            self._filled.pop(name, None)
            self._connection.register("incoming", table)
            if not self._planned:
                self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming LIMIT 0")
            self._connection.execute(f"DELETE FROM {name}")
            self._connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")
            self._filled[name] = table
        if not self._planned:
            self._connection.execute(f"PREPARE judged AS SELECT * FROM ({self._query}) WHERE year = $1")
            self._planned = True
        found = self._connection.execute(f"EXECUTE judged({int(year)})")
        row = found.fetchone()
        return dict(zip((column[0] for column in found.description), row, strict=True)) if row else None


@lru_cache(maxsize=32)
def _session(query: str) -> _Session:
    return _Session(query)


def _inputs(store: Store, market: Market, country: str) -> Inputs:
    import pyarrow.compute as pc

    question = questions.ask(store, country, market.year, product=market.hs6, dataset=market.dataset)
    flows = store.table(question.dataset, "flows", question.years).filter(_.hs6 == market.hs6).to_pyarrow()
    found = {name: questions.side_table(store, name) for name in SIDES}
    sides = {name: table for name, table in found.items() if table is not None}
    made = sides.get("production")
    kept = {**sides, **({"production": made.filter(_.hs6 == market.hs6)} if made is not None else {})}
    read = {name: table.to_pyarrow() for name, table in kept.items()}
    now, ours = pc.equal(flows["year"], market.year), pc.equal(flows["importer"], country)
    earlier = {FLOWS: flows.filter(pc.invert(now)), BOUGHT: flows.filter(pc.and_not(ours, now))}
    before = _asked_once(_query_before(tuple(sorted(read))), {**earlier, **read})
    own, others = flows.filter(pc.and_(now, ours)), flows.filter(pc.and_not(now, ours))
    return Inputs(own, others, before, read, question.dataset.years())


def _asked_once(query: str, tables: Mapping[str, pa.Table]) -> pa.Table:
    import duckdb

    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return connection.sql(query).to_arrow_table()


def _with(own: pa.Table, market: Market, country: str, added: Mapping[str, float]) -> pa.Table:
    """Add values to a country's purchases; a supplier that sold nothing gets a flow without a quantity."""
    import pyarrow as pa

    if not added:
        return own
    rows, left = own.to_pylist(), dict(added)
    for row in rows:
        row["value_usd"] += left.pop(row["exporter"], 0.0)
    key = {"year": market.year, "importer": country, "hs6": market.hs6, "quantity_t": None}
    rows += [{**key, "exporter": supplier, "value_usd": value} for supplier, value in left.items()]
    return pa.Table.from_pylist(rows, schema=own.schema)


@cache
def _query(loaded: tuple[int, ...], sides: tuple[str, ...], world: bool) -> str:
    """Write the SQL that applies all rules, of any country and year; the expressions are those of `Home.dependence`."""
    asked = _evidence({name: _table(name, name) for name in sides})
    found = ibis.union(asked, ibis.table(asked.schema(), name=BEFORE))
    if not world:
        kinds = found.schema()
        found = found.mutate(**{name: ibis.null(kinds[name]) for name in evidence.OF_THE_WORLD})
    return str(ibis.to_sql(measures.evaluate_all(found, loaded=loaded), dialect="duckdb"))


@cache
def _query_before(sides: tuple[str, ...]) -> str:
    """Write the SQL of the evidence of earlier years, which no deal changes."""
    side = {name: _table(name, name) for name in sides}
    return str(ibis.to_sql(_evidence(side), dialect="duckdb"))


def _evidence(side: Mapping[str, Any]) -> Any:
    """The evidence that the rules ask for: hubs, weights and ratios of the largest suppliers are none of it."""
    sold = measures.exports(_table(FLOWS, "flows"))
    return measures.evidence(_table(BOUGHT, "flows"), sold, production=side.get("production"), ratios=False)


def _table(name: str, kind: str) -> Any:
    return ibis.table({column.name: column.type for column in schema.table(kind).columns}, name=name)
