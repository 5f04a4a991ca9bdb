"""Revealed comparative advantage, from a table of exports."""

from __future__ import annotations

from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import attach, ratio


def rca(exports: Table) -> Table:
    """Measure revealed comparative advantage (X_cp / X_c) / (X_p / X) of every export flow.

    In: the table `exports` (year, exporter, hs6, value_usd) of ALL countries. Out: key year, exporter, hs6; `value_usd`
    (USD), `export_share` X_cp/X_c, `world_share` X_cp/X_p (both 0 … 1), `rca` (no unit, 1 = the world's average share).
    X_c, X_p and X are sums over the table of that year, filtered countries included. A total of zero gives null; a
    product that a country does not export has no row, which means an advantage of 0.
    Source: Balassa (1965), The Manchester School 33(2).
    """
    sold, made = (exports.group_by(["year", side]).agg(total=_.value_usd.sum()) for side in ("exporter", "hs6"))
    world = sold.group_by("year").agg(world=_.total.sum())
    average = attach(made, world, ["year"]).select("year", "hs6", of_product=_.total, average=ratio(_.total, _.world))
    sized = attach(attach(exports, sold.rename(of_country="total"), ["year", "exporter"]), average, ["year", "hs6"])
    share = ratio(_.value_usd, _.of_country)
    return sized.select(
        "year",
        "exporter",
        "hs6",
        "value_usd",
        export_share=share,
        world_share=ratio(_.value_usd, _.of_product),
        rca=ratio(share, _.average),
    )
