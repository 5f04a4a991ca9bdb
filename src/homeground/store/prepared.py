"""Questions asked again and again of other countries or goods: written as SQL once, and then only told which.

Ibis takes longer to write the SQL of a long expression than DuckDB to answer it. So one is written for each shape of
question, with a place for what is told; every connection prepares it once. Spark is asked anew each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from homeground.store import Dataset, Store
    from homeground.store.engine import Engine

MOST: Final = 128
MARK: Final = "\x1f"
"""Begins and ends what stands in an expression for what is told; no code of a country or product holds it."""

_lock = threading.RLock()
_written: OrderedDict[Hashable, _Question] = OrderedDict()


@dataclass(frozen=True)
class _Question:
    """SQL with $1, $2 … for what is told, under the name that connections know it by; `reads` are lists of pieces."""

    name: str
    sql: str
    schema: pa.Schema
    reads: tuple[tuple[str, ...], ...]


def answer(store: Store, dataset: Dataset, shape: Hashable, ask: Callable[..., ir.Table], *told: str) -> pa.Table:
    """Fetch `ask(*told)`; `shape` is all else that the function `ask` depends on, but for what is loaded.

    `ask` makes the same expression of stored tables whatever it is told, and compares columns with it as it stands.
    """
    engine = store.engine
    if engine.session is not None:
        return ask(*told).to_pyarrow()
    catalog = store.catalog
    loaded = (frozenset(catalog.paths()), catalog.preferred, frozenset(dataset.paths()))
    key = (engine.home, loaded, ask.__module__, ask.__qualname__, shape, len(told))
    question = _once(key, lambda: _write(engine, ask, len(told)))
    if question.name not in engine.prepared:
        for pieces in question.reads:
            engine.read(pieces)
        engine.connection.con.execute(f"PREPARE {question.name} AS {question.sql}")
        engine.prepared.add(question.name)
    values = ", ".join("'{}'".format(text.replace("'", "''")) for text in told)
    asked = f"EXECUTE {question.name}({values})" if told else f"EXECUTE {question.name}"
    return engine.connection.con.sql(asked).to_arrow_table().cast(question.schema)


def _once(key: Hashable, write: Callable[[], _Question]) -> _Question:
    with _lock:
        question = _written.get(key) or write()
        _written[key] = question
        _written.move_to_end(key)
        while len(_written) > MOST:
            _written.popitem(last=False)
        return question


def _write(engine: Engine, ask: Callable[..., ir.Table], places: int) -> _Question:
    import ibis.expr.operations as ops

    marks = [f"{MARK}{number}{MARK}" for number in range(1, places + 1)]
    table = ask(*marks)
    sql = engine.connection.compile(table)
    for number, mark in enumerate(marks, 1):
        sql = sql.replace(f"'{mark}'", f"${number}")
    assert MARK not in sql, "what is told may only be compared with columns as it stands"
    names = {each.name for each in table.op().find(ops.DatabaseTable)}
    reads = tuple(engine.pieces[name] for name in sorted(names))
    return _Question(f"q{sha256(sql.encode()).hexdigest()[:16]}", sql, table.schema().to_pyarrow(), reads)
