"""Prices of trade: unit values, what is known of them, quartiles of comparable flows, and what was paid above them.

A unit value is value over quantity of a flow, USD/t, free on board as the source has it. It is no price of one good: a
product of six digits may hold unlike goods, and small consignments have absurd unit values. So flows are compared only
above a least tonnage and in number, and products whose quartiles lie far apart are named as unlike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import FLOW_KEY, PRODUCT, attach, ratio

LEAST_TONS: Final = (1000.0, 100.0, 10.0, 1.0, 0.1)
"""Steps of the least tonnage, largest first. Rounding, samples and packing dominate the unit values of small flows: of
crude oil in 2021 the largest unit value is 325,000 USD/t among all flows, and a quarter of all flows lie above 800; of
those over 1,000 t a quarter lies above 513. What is traded in grams (rhodium) needs the lower steps."""

LEAST_FLOWS: Final = 8
"""Fewer comparable flows than this give no quartiles: with fewer, each quartile rests on one or two flows."""

MOST_SPREAD: Final = 3.0
"""An upper quartile more than this many times the lower one means unlike goods under one code: there the median is no
price to hold a purchase against. Homeground's own limit."""

MOST_TIMES: Final = 5.0
"""A unit value more than so many times above or below the median is a wrong quantity or another good sooner than a
price: it keeps its band, and is counted as neither paid too much nor saved. Homeground's own limit."""

REACH: Final = 1.5
"""Length of a fence in inter-quartile ranges (Tukey 1977)."""


def unit_values(flows: Table) -> Table:
    """Add `unit_value_usd_per_t` = value_usd / quantity_t to flows; null where the quantity is missing or zero."""
    return flows.mutate(unit_value_usd_per_t=ratio(_.value_usd, _.quantity_t))


def price_coverage(flows: Table, by: Sequence[str] = PRODUCT) -> Table:
    """Tell how much of the trade has a unit value, by flows and by value.

    Out: key `by`; `flows`, `weighed_flows` (count), `value_usd`, `weighed_usd` (USD), `flow_coverage`,
    `value_coverage` (0 … 1), `unit_value_usd_per_t` = Σ value / Σ quantity of the weighed flows.
    """
    weighed = _.quantity_t.fill_null(0.0) > 0
    sums = flows.group_by(list(by)).agg(
        flows=_.count(),
        weighed_flows=ibis.ifelse(weighed, 1, 0).sum(),
        value_usd=_.value_usd.sum(),
        weighed_usd=ibis.ifelse(weighed, _.value_usd, 0.0).sum(),
        tons=ibis.ifelse(weighed, _.quantity_t, 0.0).sum(),
    )
    return sums.select(
        *by,
        "flows",
        "weighed_flows",
        "value_usd",
        "weighed_usd",
        flow_coverage=_.weighed_flows / _.flows,
        value_coverage=ratio(_.weighed_usd, _.value_usd),
        unit_value_usd_per_t=ratio(_.weighed_usd, _.tons),
    )


def price_quantiles(
    flows: Table,
    by: Sequence[str] = PRODUCT,
    least_tons: Sequence[float] = LEAST_TONS,
    least_flows: int = LEAST_FLOWS,
) -> Table:
    """Find the quartiles of the unit values of comparable flows; each flow counts once, whatever its size.

    A group takes the first of the `least_tons` above which it has `least_flows` flows; a group without such a step has
    no row: it abstains. Quartiles interpolate linearly between order statistics (type 7 of Hyndman and Fan 1996).

    Out: key `by`; `n` (flows), `least_t` (t, the step), `q1`, `median`, `q3` (USD/t), `spread` = q3/q1, and the plain
    fences `low_fence` = q1 − 1.5·(q3 − q1), `high_fence` = q3 + 1.5·(q3 − q1) (Tukey 1977). The quartiles themselves
    are the price filter of Pak and Zdanowicz (1994).
    """
    weighed = unit_values(flows).filter(_.unit_value_usd_per_t.notnull())
    counts = weighed.group_by(list(by)).agg(
        **{f"over_{place}": ibis.ifelse(_.quantity_t > step, 1, 0).sum() for place, step in enumerate(least_tons)}
    )
    step = ibis.cases(*((counts[f"over_{place}"] >= least_flows, least) for place, least in enumerate(least_tons)))
    steps = counts.select(*by, least_t=step).filter(_.least_t.notnull())
    compared = weighed.inner_join(steps, list(by)).filter(_.quantity_t > _.least_t)
    quartiles = compared.group_by([*by, "least_t"]).agg(
        n=_.count(), quartiles=_.unit_value_usd_per_t.quantile([0.25, 0.5, 0.75])
    )
    named = quartiles.select(*by, "n", "least_t", q1=_.quartiles[0], median=_.quartiles[1], q3=_.quartiles[2])
    reach = REACH * (_.q3 - _.q1)
    return named.mutate(spread=ratio(_.q3, _.q1), low_fence=_.q1 - reach, high_fence=_.q3 + reach)


def overpayment(flows: Table, quantiles: Table, on: Sequence[str] = PRODUCT) -> Table:
    """Hold each flow against the quartiles of comparable flows: (unit value − median) · quantity.

    In: the flows of those who pay; `price_quantiles(…)`, whose key is `on`: by year and hs6 of ALL flows, or by year,
    hs6 and exporter of what others pay to the same suppliers. Out: every flow once, key year, exporter, importer, hs6;
    `value_usd`, `quantity_t`, `unit_value_usd_per_t`, the columns of the quantiles, `overpayment_usd` (USD; negative:
    paid less), `band`: far below, below, inside, above, far above (outside the quartiles; far: outside the plain
    fences). Both are null where the flow has no quantity, is not above the least tonnage of the comparable flows, or
    has none to be compared with; the overpayment also where the unit value is MOST_TIMES the median or more, or as far
    below it.
    """
    held = attach(unit_values(flows), quantiles, on)
    paid = _.unit_value_usd_per_t
    judged = held.mutate(comparable=_.quantity_t > _.least_t)
    believable = _.comparable & (paid < MOST_TIMES * _.median) & (paid > _.median / MOST_TIMES)
    return judged.select(
        *FLOW_KEY,
        "value_usd",
        "quantity_t",
        "unit_value_usd_per_t",
        *(name for name in quantiles.columns if name not in on),
        overpayment_usd=ibis.ifelse(believable, (paid - _.median) * _.quantity_t, ibis.null("float64")),
        band=ibis.ifelse(_.comparable, _band(paid), ibis.null("string")),
    )


def overpayment_by(flows: Table, by: Sequence[str]) -> Table:
    """Sum `overpayment(…)` by product, supplier or whatever `by` names.

    Out: key `by`; `paid_usd` (all flows), `compared_usd`, `compared_t` (those compared), `coverage` = compared_usd /
    paid_usd, `overpayment_usd` (net; null where nothing was compared), `above_usd` (what was paid above the median,
    without what was saved elsewhere), `paid_usd_per_t` = compared_usd / compared_t.
    """
    compared = _.overpayment_usd.notnull()
    sums = flows.group_by(list(by)).agg(
        paid_usd=_.value_usd.sum(),
        compared_usd=ibis.ifelse(compared, _.value_usd, 0.0).sum(),
        compared_t=ibis.ifelse(compared, _.quantity_t, 0.0).sum(),
        overpayment_usd=_.overpayment_usd.sum(),
        above_usd=ibis.greatest(_.overpayment_usd, 0.0).sum(),
    )
    return sums.mutate(
        above_usd=ibis.ifelse(_.overpayment_usd.notnull(), _.above_usd, ibis.null("float64")),
        coverage=ratio(_.compared_usd, _.paid_usd),
        paid_usd_per_t=ratio(_.compared_usd, _.compared_t),
    )


def _band(paid: Any) -> Any:
    return ibis.cases(
        (paid < _.low_fence, "far below"),
        (paid < _.q1, "below"),
        (paid > _.high_fence, "far above"),
        (paid > _.q3, "above"),
        else_="inside",
    )
