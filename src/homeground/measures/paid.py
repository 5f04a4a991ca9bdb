"""What a buyer pays a seller beside what others pay: medians of unit values, product by product."""

from __future__ import annotations

from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import PRODUCT, attach, ratio
from homeground.measures.prices import LEAST_FLOWS, unit_values

LEAST_SIZE: Final = 0.01
"""Flows below this part of the buyer's own quantity are samples and parcels, and no comparison."""


def paid_against_others(
    flows: Table, buyer: str, seller: str, least: int = LEAST_FLOWS, size: float = LEAST_SIZE
) -> Table:
    """Compare the unit value that `buyer` pays `seller` with the median that other buyers pay.

    In: flows of ALL countries for the products in question. Comparable are flows to other buyers of the same product
    and year with a known quantity of at least `size` times the buyer's: first those of the same seller, where fewer
    than `least` those of all sellers, where still fewer none.
    Out: key year, hs6 (products bought from the seller with a quantity); `quantity_t`, `paid_usd_per_t`,
    `comparable_flows` (number), `others_median_usd_per_t`, `others_upper_usd_per_t` (third quartile),
    `compared_with` ("same seller", "all sellers", null: abstains), `above` paid / median − 1, `overpaid_usd`
    (paid − median) · quantity, negative where less is paid. Unit values mix kinds and qualities: a hint, not a price.
    """
    weighed = unit_values(flows.filter(_.quantity_t > 0))
    own = weighed.filter((_.importer == buyer) & (_.exporter == seller)).select(
        *PRODUCT, own_t=_.quantity_t, paid_usd_per_t=_.unit_value_usd_per_t
    )
    others = weighed.filter((_.importer != buyer) & (_.exporter != buyer)).inner_join(own, list(PRODUCT))
    alike = others.filter(_.quantity_t >= size * _.own_t)
    same = _middle(alike.filter(_.exporter == seller), "same")
    every = _middle(alike, "every")
    table = attach(attach(own, same, PRODUCT), every, PRODUCT)
    enough, wide = _.same_n >= least, _.every_n >= least
    chosen = table.mutate(
        compared_with=ibis.cases((enough, "same seller"), (wide, "all sellers")),
        comparable_flows=ibis.cases((enough, _.same_n), (wide, _.every_n)),
        others_median_usd_per_t=ibis.cases((enough, _.same_median), (wide, _.every_median)),
        others_upper_usd_per_t=ibis.cases((enough, _.same_upper), (wide, _.every_upper)),
    )
    return chosen.select(
        *PRODUCT,
        "paid_usd_per_t",
        "comparable_flows",
        "others_median_usd_per_t",
        "others_upper_usd_per_t",
        "compared_with",
        quantity_t=_.own_t,
        above=ratio(_.paid_usd_per_t, _.others_median_usd_per_t) - 1,
        overpaid_usd=(_.paid_usd_per_t - _.others_median_usd_per_t) * _.own_t,
    )


def _middle(flows: Table, name: str) -> Table:
    sums = flows.group_by(list(PRODUCT)).agg(
        n=_.count(), median=_.unit_value_usd_per_t.quantile(0.5), upper=_.unit_value_usd_per_t.quantile(0.75)
    )
    return sums.select(*PRODUCT, **{f"{name}_{part}": part for part in ("n", "median", "upper")})
