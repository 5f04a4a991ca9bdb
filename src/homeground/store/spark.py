"""Ibis' Spark backend with Arrow at its edges.

Ibis goes through pandas both ways, where a missing number becomes NaN: on Spark that is a value, and one of them makes
a whole sum NaN. Arrow keeps missing apart, and copies less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibis.backends.pyspark import Backend
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.formats.pandas import PandasData

if TYPE_CHECKING:
    import ibis.expr.operations as ops
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa


class ArrowBackend(Backend):  # type: ignore[misc]
    """Spark through Ibis; results and tables in memory travel as Arrow."""

    def execute(self, expr: ir.Expr, /, **options: Any) -> pd.DataFrame | pd.Series | Any:
        """Fetch an expression as a pandas object, with the types that DuckDB's would have."""
        table = expr.as_table()
        frame = PandasData.convert_table(self._fetch(table, **options).to_pandas(), table.schema())
        return expr.__pandas_result__(frame)

    def to_pyarrow(self, expr: ir.Expr, /, **options: Any) -> pa.Table | Any:
        """Fetch an expression as Arrow."""
        return expr.__pyarrow_result__(self._fetch(expr.as_table(), **options))

    def _fetch(self, table: ir.Table, **options: Any) -> pa.Table:
        self._run_pre_execute_hooks(table)
        return self.raw_sql(self.compile(table, **options)).toArrow()

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        rows = op.data.to_pyarrow(op.schema)
        frame = self._session.createDataFrame(rows, schema=PySparkSchema.from_ibis(op.schema))
        frame.createOrReplaceTempView(op.name)


def connect(session: Any) -> ArrowBackend:
    """Return the backend of a running Spark session."""
    backend = ArrowBackend()
    backend.register_options()
    backend.do_connect(session)
    return backend
