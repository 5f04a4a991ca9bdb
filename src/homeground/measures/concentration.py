"""How far trade rests on few partners: Herfindahl, effective number, concentration ratios, the largest partner.

Zero and missing: rows without a value are left out; a group whose values sum to zero gives null, never 0, because a
Herfindahl of 0 would read as perfect diversification.
"""

from __future__ import annotations

from collections.abc import Sequence

from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import (
    KEY,
    PRODUCT,
    herfindahl_of,
    largest,
    ratio,
    sum_of_first,
    sum_per_partner,
)


def herfindahl(flows: Table, by: Sequence[str] = KEY, partner: str = "exporter", value: str = "value_usd") -> Table:
    """Compute the Herfindahl index Σ s_c² of the partners' shares, 0 < h ≤ 1; 1/n for n equal partners.

    In: a table with `by`, `partner`, `value`. Out: key `by`, column `herfindahl` (no unit).
    Source: Herfindahl (1950); Hirschman (1964), American Economic Review 54(5).
    """
    sums = (
        sum_per_partner(flows, by, partner, value)
        .group_by(list(by))
        .agg(total=_[value].sum(), squares=(_[value] * _[value]).sum())
    )
    return sums.select(*by, herfindahl=herfindahl_of(_.squares, _.total))


def effective_number(
    flows: Table, by: Sequence[str] = KEY, partner: str = "exporter", value: str = "value_usd"
) -> Table:
    """Compute the effective number of partners 1 / Σ s_c²: how many equal partners would be as concentrated.

    Out: key `by`, column `effective_number` (1 … number of partners). Source: Laakso and Taagepera (1979).
    """
    index = herfindahl(flows, by, partner, value)
    return index.select(*by, effective_number=1 / _.herfindahl)


def concentration_ratios(
    flows: Table,
    sizes: Sequence[int] = (1, 3, 5),
    by: Sequence[str] = KEY,
    partner: str = "exporter",
    value: str = "value_usd",
) -> Table:
    """Compute CR_n, the share of the n largest partners together, for each n of `sizes`.

    Out: key `by`, columns `cr1`, `cr3`, … (0 … 1); fewer than n partners give 1.
    """
    sums = (
        sum_per_partner(flows, by, partner, value)
        .group_by(list(by))
        .agg(total=_[value].sum(), negated=(-_[value]).collect())
        .mutate(negated=_.negated.sort())
    )
    return sums.select(*by, **{f"cr{n}": ratio(sum_of_first(_.negated, n), _.total) for n in sizes})


def top_partner(flows: Table, by: Sequence[str] = KEY, partner: str = "exporter", value: str = "value_usd") -> Table:
    """Find the largest partner, its value and its share; of equal ones the alphabetically first.

    Out: key `by`, columns `top_partner` (code), `top_value` (unit of `value`), `top_share` (0 … 1).
    """
    sums = (
        sum_per_partner(flows, by, partner, value)
        .group_by(list(by))
        .agg(total=_[value].sum(), top=largest(_[partner], _[value], _[value].notnull()))
    )
    return sums.select(*by, top_partner=_.top["e"], top_value=-_.top["v"], top_share=ratio(-_.top["v"], _.total))


def world_concentration(exports: Table) -> Table:
    """Measure the concentration of world exports: Herfindahl of all exporters' shares, the leader and its share.

    In: the table `exports` (year, exporter, hs6, value_usd) of ALL countries. Out: key year, hs6; `world_exports_usd`
    (USD), `world_exporters` (count), `world_herfindahl`, `world_top_exporter`, `world_top_share` (0 … 1).
    Source: the second criterion of CEPII GeoDep (Lefebvre and Wibaux 2024).
    """
    sums = exports.group_by(list(PRODUCT)).agg(
        total=_.value_usd.sum(),
        squares=(_.value_usd * _.value_usd).sum(),
        world_exporters=_.count(),
        top=largest(_.exporter, _.value_usd),
    )
    return sums.select(
        *PRODUCT,
        "world_exporters",
        world_exports_usd=_.total,
        world_herfindahl=herfindahl_of(_.squares, _.total),
        world_top_exporter=_.top["e"],
        world_top_share=ratio(-_.top["v"], _.total),
    )
