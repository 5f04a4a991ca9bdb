"""The dependence table of all importers and products of one year, on the same sorted Parquet file, in four hands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import Work, alternate, show
from homeground import Home, measures
from homeground.codes import blocs

KEY = ("year", "importer", "hs6")
NUMBERS = ("imports_usd", "suppliers", "herfindahl", "top_share", "extra_share", "extra_herfindahl")
COLUMNS = (*KEY, *NUMBERS, "top_supplier")
TOLERANCE = 1e-9
"""Relative; sums of a few hundred doubles in another order differ by about 1e-14."""


def members(year: int) -> list[str]:
    """EU27."""
    return sorted(blocs.members("EU27", year))


def homeground(home: str, year: str, target: str) -> str:
    """Ask through the Home; equal suppliers go to the alphabetically first."""
    flows = Home(home).flows(years=[int(year)])
    table = measures.dependence_table(flows, members=members(int(year)), quantities=False).select(*COLUMNS)
    return _written(target, table.to_parquet(target)) if target else _held(table.to_pyarrow())


def sql(flows: str, year: str, target: str) -> str:
    """Write SQL by hand, with the same rule for equal suppliers."""
    return _sql(flows, year, target, "arg_min(exporter, (-value_usd, exporter))")


def sql_any(flows: str, year: str, target: str) -> str:
    """Write SQL by hand without a rule for equal suppliers: whichever is met first."""
    return _sql(flows, year, target, "arg_max(exporter, value_usd)")


def polars(flows: str, year: str, target: str) -> str:
    """Lazy, on the streaming engine; equal suppliers go to the alphabetically first."""
    import polars as pl

    value, outside = pl.col("value_usd"), pl.col("outside")
    kept = pl.when(~pl.col("exporter").is_in(members(int(year)))).then(value)
    sums = (
        pl.scan_parquet(flows)
        .with_columns(outside=kept)
        .group_by(KEY)
        .agg(
            imports_usd=value.sum(),
            suppliers=pl.len(),
            squares=(value * value).sum(),
            top=value.max(),
            top_supplier=pl.col("exporter").filter(value == value.max()).min(),
            outside=outside.sum(),
            outside_squares=(outside * outside).sum(),
        )
    )
    table = sums.select(
        *KEY,
        "imports_usd",
        "suppliers",
        "top_supplier",
        herfindahl=pl.col("squares") / pl.col("imports_usd") ** 2,
        top_share=pl.col("top") / pl.col("imports_usd"),
        extra_share=outside / pl.col("imports_usd"),
        extra_herfindahl=pl.col("outside_squares") / outside**2,
    )
    return _written(target, table.sink_parquet(target)) if target else _held(table.collect(engine="streaming"))


def pandas(flows: str, year: str, target: str) -> str:
    """Vectorised: one groupby on prepared columns; the first largest is alphabetical because the file is sorted."""
    import pandas as pd

    rows = pd.read_parquet(flows, columns=[*KEY, "exporter", "value_usd"])
    rows["squares"] = rows["value_usd"] ** 2
    rows["outside"] = rows["value_usd"].where(~rows["exporter"].isin(members(int(year))))
    rows["outside_squares"] = rows["outside"] ** 2
    groups = rows.groupby(list(KEY), sort=False)
    sums = groups[["value_usd", "squares", "outside", "outside_squares"]].sum()
    top = rows.loc[groups["value_usd"].idxmax(), ["exporter", "value_usd"]]
    total = sums["value_usd"]
    table = pd.DataFrame(
        {
            "imports_usd": total,
            "suppliers": groups.size(),
            "top_supplier": top["exporter"].to_numpy(),
            "herfindahl": sums["squares"] / total**2,
            "top_share": top["value_usd"].to_numpy() / total,
            "extra_share": sums["outside"] / total,
            "extra_herfindahl": sums["outside_squares"] / sums["outside"] ** 2,
        }
    ).reset_index()
    return _written(target, table.to_parquet(target)) if target else _held(table)


def compare(home: Path, year: int, folder: Path, rounds: int) -> None:
    """Measure all hands, each twice per process with the second call counted; then hold their tables side by side."""
    flows = str(flows_of(home, year))
    sources = {
        "SQL by hand": ("sql", flows),
        "SQL by hand, any of equals": ("sql_any", flows),
        "homeground": ("homeground", str(home)),
        "polars": ("polars", flows),
        "pandas": ("pandas", flows),
    }
    tables = {name: folder / f"dependence-{function}.parquet" for name, (function, _) in sources.items()}
    for title, ends in (("into memory", {}), ("into a Parquet file", tables)):
        works = {
            name: Work(f"benchmarks.dependence.{function}", (source, str(year), str(ends.get(name, ""))), calls=2)
            for name, (function, source) in sources.items()
        }
        show(f"Dependence table of {year}, {title}", alternate(works, rounds), "SQL by hand")
    for name, table in tables.items():
        _same(tables["SQL by hand"], table, name)
        print(f"\n{name}: the same {ties(tables['SQL by hand'], table)}")
    for table in tables.values():
        table.unlink(missing_ok=True)


def flows_of(home: Path, year: int) -> Path:
    """Return the Parquet file of a year's flows in a Home that holds one dataset."""
    (dataset,) = Home(home).catalog.datasets.values()
    return home / dataset.tables["flows"][str(year)].path


def ties(left: Path, right: Path) -> str:
    """Say how many rows agree, and how many name another of several equal suppliers."""
    joined = f"FROM '{left}' AS a JOIN '{right}' AS b USING ({', '.join(KEY)})"
    rows, other = duckdb.sql(
        f"SELECT count(*), count(*) FILTER (a.top_supplier <> b.top_supplier) {joined}"
    ).fetchall()[0]
    return f"{rows:,} rows" + (f", of which {other:,} name another of several equal suppliers" if other else "")


def _same(left: Path, right: Path, name: str) -> None:
    """Raise unless two tables agree in all numbers within the tolerance, and on which are missing."""
    pairs = [tuple(f"CASE WHEN NOT isnan({side}.{n}::DOUBLE) THEN {side}.{n} END" for side in "ab") for n in NUMBERS]
    apart = " OR ".join(f"({a} IS NULL) <> ({b} IS NULL) OR abs({a} - {b}) > {TOLERANCE} * abs({a})" for a, b in pairs)
    joined = f"FROM '{left}' AS a FULL JOIN '{right}' AS b USING ({', '.join(KEY)})"
    wrong = duckdb.sql(f"SELECT count(*) {joined} WHERE {apart}").fetchall()[0][0]
    if wrong:
        raise RuntimeError(f"{name}: {wrong:,} rows differ from SQL by hand")


def _sql(flows: str, year: str, target: str, top: str) -> str:
    outside = ", ".join(f"'{code}'" for code in members(int(year)))
    engine = duckdb.connect(config={"preserve_insertion_order": False})
    query = f"""
        WITH marked AS (
            SELECT *, CASE WHEN exporter NOT IN ({outside}) THEN value_usd END AS outside FROM '{flows}'
        ), sums AS (
            SELECT year, importer, hs6, sum(value_usd) AS m, sum(value_usd * value_usd) AS m2, count(*) AS suppliers,
                   {top} AS top_supplier, max(value_usd) AS top, sum(outside) AS o, sum(outside * outside) AS o2
            FROM marked GROUP BY ALL
        )
        SELECT year, importer, hs6, m AS imports_usd, suppliers, m2 / (m * m) AS herfindahl, top / m AS top_share,
               coalesce(o, 0) / m AS extra_share, o2 / (o * o) AS extra_herfindahl, top_supplier
        FROM sums"""
    table = engine.sql(query)
    return _written(target, table.write_parquet(target)) if target else _held(table.to_arrow_table())


def _held(table: Any) -> str:
    return f"{len(table):,} rows"


def _written(target: str, _: object) -> str:
    return f"{Path(target).stat().st_size / 1e6:,.0f} MB"
