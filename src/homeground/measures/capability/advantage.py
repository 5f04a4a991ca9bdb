"""Revealed comparative advantage, from a table of exports."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import ratio


def rca(exports: Table) -> Table:
    """Measure revealed comparative advantage (X_cp / X_c) / (X_p / X) of every export flow.

    In: the table `exports` (year, exporter, hs6, value_usd) of ALL countries. Out: key year, exporter, hs6; `value_usd`
    (USD), `export_share` X_cp/X_c, `world_share` X_cp/X_p (both 0 … 1), `rca` (no unit, 1 = the world's average share).
    X_c, X_p and X are sums over the table of that year, filtered countries included. A total of zero gives null; a
    product that a country does not export has no row, which means an advantage of 0.
    Source: Balassa (1965), The Manchester School 33(2).
    """
    country, product, world = (ibis.window(group_by=keys) for keys in (["year", "exporter"], ["year", "hs6"], ["year"]))
    sums = exports.select(
        "year",
        "exporter",
        "hs6",
        "value_usd",
        of_country=_.value_usd.sum().over(country),
        of_product=_.value_usd.sum().over(product),
        of_world=_.value_usd.sum().over(world),
    )
    shares = sums.mutate(export_share=ratio(_.value_usd, _.of_country), world_share=ratio(_.value_usd, _.of_product))
    average = ratio(_.of_product, _.of_world)
    return shares.select(
        "year", "exporter", "hs6", "value_usd", "export_share", "world_share", rca=ratio(_.export_share, average)
    )
