"""Read a source into Parquet pieces inside a staging folder: typed, checked, sorted, nothing lost in silence.

DuckDB does the work in bounded memory, one file of the source at a time. The pieces count for nothing until the
catalog names them.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from homeground import schema
from homeground.sources import Part, Progress, Reading
from homeground.sources.files import RawFile
from homeground.sources.reading import Lines, identifier, literal, one_file
from homeground.sources.typed import TypedSelect, by_name, select
from homeground.store import refusals
from homeground.store.catalog import LoadedFile

MEMORY: Final = "3GB"
SETTINGS: Final = (
    "preserve_insertion_order = false",
    "disabled_optimizers = 'join_order,build_side_probe_side,in_clause'",
)
"""DuckDB guesses that a csv is small, and left alone would hold the whole file in memory to join the codes to it; and
it would join every row to a list of the marks for missing values, though few rows need to be looked up there."""

ROWS_PER_GROUP: Final = 122_880
TOTALS: Final = {
    "exports": "SELECT year, exporter, hs6, sum(value_usd) AS value_usd, sum(quantity_t) AS quantity_t "
    "FROM read_parquet({flows}) GROUP BY ALL",
    "imports": "SELECT year, importer, hs6, sum(value_usd) AS value_usd, sum(quantity_t) AS quantity_t, "
    "sum(CASE WHEN quantity_t IS NULL THEN 0 ELSE value_usd END) / nullif(sum(value_usd), 0) AS quantity_coverage "
    "FROM read_parquet({flows}) GROUP BY ALL",
}
"""Totals kept beside the flows, as `measures.exports` and `measures.imports` define them (a test compares them)."""


@dataclass(frozen=True)
class Ingested:
    """What a reading became: rows per piece (table → key → rows), files, refusals by reason, with examples."""

    pieces: dict[str, dict[str, int]]
    files: tuple[LoadedFile, ...]
    refused: dict[str, int]
    examples: dict[str, str]


def ingest(reading: Reading, staging: Path, years: frozenset[int], progress: Progress) -> Ingested:
    """Write the pieces of a reading below `staging`; raises RefusedLoad when it must not be taken.

    Writes `<table>/<year or all>.parquet`, for flows also their totals (`exports`, `imports`) by year,
    `products/all.parquet` where the source ships names, and `refused/all.parquet` where rows were refused.
    """
    with _engine(staging) as engine:
        return _Ingest(engine, reading, staging, years, progress).run()


@contextmanager
def _engine(staging: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    database = staging / "staging.duckdb"
    engine = duckdb.connect(str(database), config={"memory_limit": MEMORY, "temp_directory": str(staging / "spill")})
    try:
        for setting in SETTINGS:
            engine.execute(f"SET {setting}")
        yield engine
    finally:
        engine.close()
        for path in staging.glob("staging.duckdb*"):
            path.unlink()


class _Ingest:
    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        reading: Reading,
        staging: Path,
        years: frozenset[int],
        progress: Progress,
    ) -> None:
        self.engine = engine
        self.reading = reading
        self.staging = staging
        self.years = years
        self.progress = progress
        self.table = schema.table(reading.mapping.table)
        self.names: list[str] = []
        self.pieces: dict[str, dict[str, int]] = {}
        self.counts: dict[RawFile, Counter[str]] = {}
        self.refused: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def run(self) -> Ingested:
        scratch = self.staging / "scratch"
        scratch.mkdir()
        self.engine.execute("CREATE TABLE refused (file VARCHAR, row BIGINT, reason VARCHAR, content VARCHAR)")
        whole = self.reading
        for reading in (whole, *whole.also):
            self.reading, self.table = reading, schema.table(reading.mapping.table)
            self.names = [column.name for column in self.table.columns]
            self._fill(scratch)
        self.reading = whole
        self._judge()
        self._products(scratch)
        self._write_refused()
        shutil.rmtree(scratch)
        return Ingested(self.pieces, self._files(), dict(self.refused), self.examples)

    def _fill(self, scratch: Path) -> None:
        """Fill one table from the parts of the reading at hand."""
        total = max(1, len(self.reading.files))
        by_year = "year" in self.names
        pending = False
        for number, part in enumerate(self.reading.parts(scratch)):
            self.progress(f"reading {part.raw.name}", min(number / total, 0.95))
            self._take(part, append=pending)
            pending = not self._one_year_file(part)
            if not pending:
                self._settle(by_year)
        if pending:
            self._settle(by_year)

    def _one_year_file(self, part: Part) -> bool:
        """BACI gives one year per file, so each is finished before the next is opened."""
        return self.reading.source == "baci" and self.table.name == "flows"

    def _take(self, part: Part, append: bool) -> None:
        """Read one part into the table `typed` (adding to it, or anew) and count its refusals."""
        if part.arrow is not None:
            self.engine.register(*part.arrow)
        typed = self._typed_select(part)
        for lookup, pairs in typed.lookups.items():
            self._pairs(lookup, ("written", "iso3"), pairs)
        if not append:
            self.engine.execute(f"CREATE TABLE typed AS {typed.rows(part.relation)} LIMIT 0")
        before = self._count("typed")
        self._read(f"INSERT INTO typed {typed.rows(part.relation)}", part)
        self._count_refusals(part, typed, self._count("typed") - before)

    def _pairs(self, table: str, names: tuple[str, str], pairs: list[tuple[str, str]]) -> None:
        """Make a table of two columns of text."""
        self.engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({names[0]} VARCHAR, {names[1]} VARCHAR)")
        columns = [[pair[side] for pair in pairs] for side in (0, 1)]
        self.engine.execute(f"INSERT INTO {table} SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])", columns)

    def _typed_select(self, part: Part) -> TypedSelect:
        types = {row[0]: row[1] for row in self._read(f"DESCRIBE SELECT * FROM {part.relation}", part).fetchall()}
        distinct = {
            name: [
                row[0]
                for row in self._read(
                    f"SELECT DISTINCT trim({identifier(name)}::VARCHAR) FROM {part.relation}", part
                ).fetchall()
                if row[0]
            ]
            for name in by_name(self.reading.mapping)
        }
        return select(self.reading.mapping, types, distinct, self.years)

    def _count_refusals(self, part: Part, typed: TypedSelect, rows_in: int) -> None:
        counts = self.counts.setdefault(part.raw, Counter())
        counts["in"] += rows_in
        reasons = self.engine.execute(
            "SELECT reason, count(*) FROM typed WHERE reason IS NOT NULL GROUP BY reason"
        ).fetchall()
        if reasons:
            self._keep_refused(part, typed)
            self.engine.execute("DELETE FROM typed WHERE reason IS NOT NULL")
        refused = sum(count for _, count in reasons)
        counts["refused"] += refused
        counts["loaded"] += rows_in - refused
        self.refused.update(dict(reasons))

    def _keep_refused(self, part: Part, typed: TypedSelect) -> None:
        """Read the part again, numbered, to keep each refused row with its place in the file."""
        self._read(f"CREATE OR REPLACE TEMP TABLE found AS {typed.refused(part.numbered)}", part)
        if part.lines is not None:
            self._to_lines(part.lines, self._count(part.relation))
        self.engine.execute("INSERT INTO refused SELECT ?, row, reason, content FROM found", [part.name])
        first = self.engine.execute(
            "SELECT reason, min(row), min_by(content, row) FROM found GROUP BY reason"
        ).fetchall()
        for reason, row, content in first:
            self.examples.setdefault(reason, f"{part.name}, row {row}: {content}")

    def _to_lines(self, lines_of: Lines, total: int) -> None:
        """Number refused rows by the line of the file on which they begin."""
        rows = {row[0] for row in self.engine.execute("SELECT row FROM found").fetchall()}
        lines = lines_of(rows, total)
        self.engine.register(
            "lines", pa.table({"row": pa.array(lines.keys()), "line": pa.array(lines.values(), pa.int64())})
        )
        self.engine.execute("UPDATE found SET row = lines.line FROM lines WHERE found.row = lines.row")

    def _settle(self, by_year: bool) -> None:
        """Turn the table `typed` into sorted Parquet pieces, one per year."""
        keys = (
            [row[0] for row in self.engine.execute("SELECT DISTINCT year FROM typed ORDER BY year").fetchall()]
            if by_year
            else [None] * bool(self._count("typed"))
        )
        for key in keys:
            if str(key) in self.pieces.get(self.table.name, {}):
                raise refusals.year_in_two_files(self.reading, key)
            condition = f"WHERE year = {key}" if key is not None else ""
            piece = self._piece(self.table.name, str(key or "all"), self._rows_of(condition), self.table.sorted_by)
            if self._repeats_a_key(piece):
                raise refusals.duplicate_keys(self.engine, self.reading, self.table, condition)
            if self.table.name == "flows":
                for total, query in TOTALS.items():
                    self._piece(total, str(key), query.format(flows=piece), schema.table(total).sorted_by)
        self.engine.execute("DROP TABLE typed")

    def _rows_of(self, condition: str) -> str:
        if self.reading.mapping.duplicates == "refuse":
            return f"SELECT {', '.join(self.names)} FROM typed {condition}"
        summed = [
            f"CASE WHEN count({c.name}) = count(*) THEN sum({c.name}) END AS {c.name}"
            if c.type == "float64"
            else c.name
            for c in self.table.columns
        ]
        return f"SELECT {', '.join(summed)} FROM typed {condition} GROUP BY ALL"

    def _repeats_a_key(self, piece: str) -> bool:
        """Compare each row of a sorted piece with the one before; a window without order takes them as they stand."""
        if self.reading.mapping.duplicates == "sum":
            return False
        same = " AND ".join(f"{name} IS NOT DISTINCT FROM lag({name}) OVER ()" for name in self.table.key)
        rows = f"SELECT row_number() OVER () AS row, {same} AS same FROM read_parquet({piece})"
        found = self.engine.execute(f"SELECT 1 FROM ({rows}) WHERE same AND row > 1 LIMIT 1")
        return found.fetchone() is not None

    def _judge(self) -> None:
        """Stop a load that kept nothing, or that refused too much to be the right file."""
        rows_in = sum(counts["in"] for counts in self.counts.values())
        if rows_in == 0:
            raise refusals.no_rows(self.reading, self.years)
        most = 1.0 if schema.table(self.reading.mapping.table).whole else self.reading.most_refused
        refused = sum(self.refused.values())
        if refused > most * rows_in or refused == rows_in:
            example = self.examples.get(self.refused.most_common(1)[0][0], "")
            raise refusals.too_many(self.reading, self.refused, rows_in, most, example)

    def _products(self, scratch: Path) -> None:
        rows = self.reading.products(scratch) if self.reading.products else []
        if rows:
            self._pairs("names", ("code", "name"), rows)
            revision = literal(self.reading.mapping.revision or "")
            query = f"SELECT {revision} AS revision, code, any_value(name) AS name FROM names GROUP BY code"
            self._piece("products", "all", query, ("revision", "code"))

    def _write_refused(self) -> None:
        if self.refused:
            self._piece("refused", "all", "SELECT * FROM refused", ("file", "row"))

    def _piece(self, table: str, key: str, query: str, order: tuple[str, ...] | list[str]) -> str:
        """Write the rows of a query, sorted, as a piece; return its path as an SQL literal."""
        self.progress(f"writing {table} {key}", 0.97)
        folder = self.staging / table
        folder.mkdir(exist_ok=True)
        target = folder / f"{key}.parquet"
        rows: Any = self.engine.execute(
            f"COPY ({query} ORDER BY {', '.join(order)}) TO {literal(str(target))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP})"
        ).fetchone()
        self.pieces.setdefault(table, {})[key] = int(rows[0])
        return one_file(target)

    def _files(self) -> tuple[LoadedFile, ...]:
        empty: Counter[str] = Counter()
        return tuple(
            LoadedFile(f.name, f.bytes, f.sha256, c["in"], c["loaded"], c["refused"])
            for f in self.reading.files
            for c in [self.counts.get(f, empty)]
        )

    def _count(self, table: str) -> int:
        row = self.engine.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(row[0]) if row else 0

    def _read(self, query: str, part: Part) -> duckdb.DuckDBPyConnection:
        try:
            return self.engine.execute(query)
        except duckdb.Error as error:
            if refusals.is_of_the_system(error):
                raise
            raise refusals.unreadable(part, str(error)) from error
