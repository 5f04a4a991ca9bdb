"""Concentration weighted by what the user thinks of each supplier."""

from __future__ import annotations

from collections.abc import Sequence

from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import KEY, attach, herfindahl_of, known_enough, ratio, sum_per_partner

MIN_COVERAGE = 0.99


def weighted_herfindahl(
    flows: Table, weights: Table, by: Sequence[str] = KEY, min_coverage: float = MIN_COVERAGE
) -> Table:
    """Weighted Herfindahl Σ s_c²·w_c of the suppliers, w from the user's table.

    In: flows; `weights` (year, country, weight). `by` names the year. Out: key `by`; `weighted_herfindahl` (scale of
    the weight), `weight_coverage` (share of value whose supplier has a weight). A supplier without a weight counts as
    unknown, not as 0: below `min_coverage` the index is null; above it the uncovered rest adds nothing to the sum.
    Source: GeoPolRisk, Gemechu et al. (2016), Journal of Industrial Ecology 20(1).
    """
    scores = weights.select("year", "weight", exporter="country")
    rated = attach(sum_per_partner(flows, by, "exporter", "value_usd"), scores, ("year", "exporter"))
    sums = rated.group_by(list(by)).agg(
        total=_.value_usd.sum(),
        rated=(_.value_usd * _.weight.notnull().cast("float64")).sum(),
        squares=(_.value_usd * _.value_usd * _.weight).sum(),
    )
    sums = sums.mutate(weight_coverage=ratio(_.rated, _.total))
    index = known_enough(herfindahl_of(_.squares, _.total), _.weight_coverage, min_coverage)
    return sums.select(*by, "weight_coverage", weighted_herfindahl=index)
