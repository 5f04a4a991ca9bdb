"""Small pieces that several measures share: keys, safe division, joins on the key, the largest of a group."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, reduce
from typing import Any, Final

import ibis
import ibis.expr.datatypes as dt
from ibis import _
from ibis.expr.types import Table

FLOW_KEY: Final = ("year", "exporter", "importer", "hs6")
KEY: Final = ("year", "importer", "hs6")
PRODUCT: Final = ("year", "hs6")

_ALSO: Final = {"tons": dt.float64, "sold": dt.float64, "hub": dt.boolean}
"""What `largest` may take along, by name of the field."""


def _least(named: Any) -> Any: ...


@cache
def _smallest(also: tuple[str, ...]) -> tuple[Any, Any]:
    kind = dt.Struct({"v": dt.float64, "e": dt.string, **{name: _ALSO[name] for name in also}})
    return kind, ibis.udf.agg.builtin(_least, name="min", signature=((kind,), kind))


def largest(name: Any, value: Any, where: Any = None, **also: Any) -> Any:
    """Aggregate to the largest `value` and its `name` in one pass; equal values go to the alphabetically first name.

    The result is a struct: `.e` is the name, `-.v` the value, and what the same row has of `also` (`tons`, `sold`,
    `hub`); null where no row qualifies. Values that may be missing have to be left out by `where`: engines differ on
    whether a missing value comes first or last.
    """
    kind, smallest = _smallest(tuple(also))
    row = ibis.struct({"v": -value, "e": name, **also})
    return smallest(row if where is None else ibis.ifelse(where, row, ibis.null(kind)))


def sum_of_first(ascending: Any, count: int) -> Any:
    """Sum the largest `count` of a list that holds them with their signs changed, in ascending order."""
    return -ascending[:count].sums()


def ratio(top: Any, bottom: Any) -> Any:
    """Divide; a zero or missing denominator gives null."""
    return top / bottom.nullif(0)


def herfindahl_of(squares: Any, total: Any) -> Any:
    """Return Σv² / (Σv)²; null where the total is zero or missing."""
    return squares / (total * total).nullif(0)


def unknown(kind: str = "float64") -> Any:
    """Return a typed null, for a column that was not asked for or cannot be known."""
    return ibis.null(kind)


def all_of(conditions: Sequence[Any]) -> Any:
    """Join conditions by three-valued AND: one false gives false, otherwise one null gives null."""
    return reduce(lambda a, b: a & b, conditions)


def attach(left: Table, right: Table, on: Sequence[str]) -> Table:
    """Join on equal-named columns; every row of `left` stays once where `on` is a key of `right`."""
    joined = left.left_join(right, list(on), rname="{name}__right")
    return joined.drop(*[f"{name}__right" for name in on])


def known_enough(value: Any, coverage: Any, least: float) -> Any:
    """Keep `value` where at least the share `least` of the trade behind it is known; otherwise null."""
    return ibis.ifelse(coverage >= least, value, unknown())


def sum_per_partner(flows: Table, by: Sequence[str], partner: str, value: str) -> Table:
    """Return one row per `by` and `partner` with `value`; a table whose key these already are passes unchanged."""
    if {name for name in FLOW_KEY if name in flows.columns} <= {*by, partner}:
        return flows
    return flows.group_by([*by, partner]).agg(**{value: _[value].sum()})


def sorted_codes(codes: Collection[str]) -> list[str]:
    """Put codes in a fixed order, so that the same question always gives the same expression."""
    return sorted(codes)
