"""What lasts: flags over years, suppliers that come and go, products that enter and leave a list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import KEY, unknown


def persistence(
    flagged: Table,
    years: int,
    at_least: int,
    flag: str = "dependent",
    loaded: Collection[int] | None = None,
    by: Sequence[str] = ("importer", "hs6"),
) -> Table:
    """Add whether `flag` held in at least `at_least` of the last `years` years, this year included.

    In: a table with `year`, `by` and the boolean `flag`, one row per year and `by`. `loaded` are the years the data
    holds: a product without a row in a loaded year was not imported, so its flag did not hold; any other year without
    a row is unknown. Out: the same rows with `years_flagged`, `years_observed` (counts) and `persistent` (boolean; null
    while too few years are known to decide either way).
    """
    flags, observed = _counts(_[flag], years, loaded, by)
    counted = flagged.mutate(years_flagged=flags, years_observed=observed)
    return counted.mutate(persistent=_verdict(_.years_flagged, _.years_observed, years, at_least))


def persistent_flag(
    flag: Any, years: int, at_least: int, loaded: Collection[int] | None = None, by: Sequence[str] = ("importer", "hs6")
) -> Any:
    """Return the column `persistent` of `persistence` as one expression over the boolean column `flag`."""
    flags, observed = _counts(flag, years, loaded, by)
    return _verdict(flags, observed, years, at_least)


def _counts(flag: Any, years: int, loaded: Collection[int] | None, by: Sequence[str]) -> tuple[Any, Any]:
    window = ibis.range_window(group_by=list(by), order_by=_.year.cast("int32"), preceding=years - 1, following=0)
    held = ibis.ifelse(flag, 1, 0).sum().over(window)
    known = flag.count().over(window)
    if loaded is None:
        return held, known
    rows = _.year.count().over(window)
    return held, known + _loaded_in_window(sorted(set(loaded)), years) - rows


def _loaded_in_window(loaded: Sequence[int], years: int) -> Any:
    windows = {year: sum(1 for other in loaded if year - years < other <= year) for year in loaded}
    return _.year.cases(*windows.items(), else_=0) if windows else ibis.literal(0)


def _verdict(held: Any, observed: Any, years: int, at_least: int) -> Any:
    impossible = held + (years - observed) < at_least
    return ibis.cases((held >= at_least, True), (impossible, False), else_=unknown("boolean"))


def supplier_churn(flows: Table, gap: int = 1) -> Table:
    """Measure how much of an importer's supply changed hands between two years: ½ Σ |s_c(year) − s_c(year − gap)|.

    In: flows. Out: key year, importer, hs6 (the later year); `supplier_churn` (0 same shares … 1 all new),
    `suppliers_entered`, `suppliers_left` (counts). A product not imported in one of the two years has no row.
    """
    total = _.value_usd.sum().over(ibis.window(group_by=list(KEY)))
    shares = flows.select("year", "importer", "hs6", "exporter", share=_.value_usd / total.nullif(0))
    stacked = _now_and_before(shares, "share", gap).group_by([*KEY, "exporter"])
    pairs = stacked.agg(now=_.now.max(), before=_.before.max())
    change = (_.now.fill_null(0.0) - _.before.fill_null(0.0)).abs()
    sums = pairs.group_by(list(KEY)).agg(
        supplier_churn=change.sum() / 2,
        suppliers_entered=ibis.ifelse(_.before.isnull(), 1, 0).sum(),
        suppliers_left=ibis.ifelse(_.now.isnull(), 1, 0).sum(),
        both=_.now.count().nullif(0) * _.before.count().nullif(0),
    )
    return sums.filter(_.both.notnull()).drop("both")


def flag_churn(flagged: Table, flag: str = "dependent", gap: int = 1) -> Table:
    """Count how a list of flagged products changed between two years: key year, importer (the later year).

    In: a table with year, importer, hs6 and the boolean `flag`. Out: counts `entered`, `left`, `stayed`, and `unknown`
    (products whose flag is null in either year; they are in none of the others). A product without a row counts as
    not flagged. A pair of years of which one has no row at all is left out.
    """
    states = flagged.select(*KEY, state=ibis.cases((_[flag].isnull(), 2), (_[flag], 1), else_=0))
    pairs = _now_and_before(states, "state", gap).group_by(list(KEY)).agg(now=_.now.max(), before=_.before.max())
    now, before = _.now.fill_null(0), _.before.fill_null(0)
    counts = pairs.group_by(["year", "importer"]).agg(
        entered=_count((now == 1) & (before == 0)),
        left=_count((now == 0) & (before == 1)),
        stayed=_count((now == 1) & (before == 1)),
        unknown=_count((now == 2) | (before == 2)),
        both=_.now.count().nullif(0) * _.before.count().nullif(0),
    )
    return counts.filter(_.both.notnull()).drop("both")


def _count(condition: Any) -> Any:
    return ibis.ifelse(condition, 1, 0).sum()


def _now_and_before(table: Table, value: str, gap: int) -> Table:
    kind, year = table[value].type(), table["year"].type()
    now = table.mutate(now=_[value], before=ibis.null(kind)).drop(value)
    before = table.mutate(year=(_.year + gap).cast(year), now=ibis.null(kind), before=_[value]).drop(value)
    return ibis.union(now, before)
