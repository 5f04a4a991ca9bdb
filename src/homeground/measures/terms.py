"""Terms of trade: how the prices of what a country sells moved against those of what it buys.

Price indices are built from unit values by product, year on year, over the products traded in both years with a
quantity; the share of the trade that they cover stands beside each link, and a link that rests on too little abstains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import attach, ratio

LEAST_MATCHED: Final = 0.5
"""A link that rests on less than half of the value in either year abstains. Homeground's own limit."""

MOST_APART: Final = 2.0
"""A unit value that moved more than twice as far, up or down, as the world's median of the product did is taken for a
wrong quantity, and the product is not matched in that year. Chile's copper concentrates, for instance, go from 5,741 to
2,352 and to 6,119 USD/t between 2022 and 2024 in BACI; copper did not. Homeground's own limit."""

MOST_CHANGE: Final = 10.0
"""Whatever the world's median did: a unit value that rose or fell more than tenfold in a year is not matched."""

MOST_DIVIDED: Final = 1.5
"""Laspeyres and Paasche further apart than this factor do not speak of one price movement, and the link abstains."""


def price_links(flows: Table, world: Table | None = None) -> Table:
    """Compare the unit values p of each year with those of the year before, over matched products.

    In: the flows of one side (all that a country sells, or all that it buys); `world`: year, hs6, `median`, such as
    `price_quantiles(exports)` of all countries. Unit values are by product: Σ value / Σ quantity of the flows with a
    quantity. A product is matched if it has one in both years and did not move apart from the world (MOST_APART,
    MOST_CHANGE). Out: key year (the later of the two); `laspeyres` = Σ p₁q₀ / Σ p₀q₀, `paasche` = Σ p₁q₁ / Σ p₀q₁,
    `fisher` = √(laspeyres · paasche) (Fisher 1922), `products` (matched), `matched_share`: the part of the value of all
    flows that the matched products' weighed flows make up, the smaller one of the two years; 0, and no index, where
    nothing matches; `reliable`: matched_share ≥ LEAST_MATCHED, and Laspeyres and Paasche within MOST_DIVIDED. A year
    whose predecessor is absent has no row.
    """
    sums = _by_year(flows)
    totals = sums.group_by("year").agg(value_usd=_.value_usd.sum())
    pairs = sums.inner_join(_year_before(sums, p0="price", q0="tons", v0="weighed_usd"), ["year", "hs6"])
    matched = _matched(pairs.filter(_.price.notnull() & _.p0.notnull()), world)
    links = matched.group_by("year").agg(
        products=_.count(),
        base=_.v0.sum(),
        now=_.weighed_usd.sum(),
        forward=(_.price * _.q0).sum(),
        back=(_.p0 * _.tons).sum(),
    )
    earlier = totals.select(year=(_.year + 1).cast(totals.year.type()), value_before="value_usd")
    held = attach(totals.inner_join(earlier, "year"), links, ["year"])
    indices = held.mutate(laspeyres=ratio(_.forward, _.base), paasche=ratio(_.now, _.back))
    shared = indices.select(
        "year",
        products=_.products.fill_null(0),
        laspeyres=_.laspeyres,
        paasche=_.paasche,
        fisher=(_.laspeyres * _.paasche).sqrt(),
        matched_share=ibis.least(ratio(_.now, _.value_usd), ratio(_.base, _.value_before)).fill_null(0.0),
    )
    divided = ibis.greatest(ratio(_.laspeyres, _.paasche), ratio(_.paasche, _.laspeyres))
    return shared.mutate(reliable=((_.matched_share >= LEAST_MATCHED) & (divided <= MOST_DIVIDED)).fill_null(False))


def unbroken(links: Mapping[int, float | None], years: Sequence[int]) -> tuple[int, ...]:
    """Return the years of the longest chain without a missing link, of equally long ones the latest."""
    best: tuple[int, ...] = ()
    run: tuple[int, ...] = ()
    for year in years:
        run = (*(run or (year - 1,)), year) if links.get(year) is not None else ()
        best = run if len(run) >= len(best) and run else best
    return best


def chain(links: Mapping[int, float | None], years: Sequence[int], base: int) -> dict[int, float | None]:
    """Chain links into an index, 100 in the year `base`; a missing link ends the chain: years beyond it are None.

    `links`: later year → index of that year with the year before = 1.
    """
    index: dict[int, float | None] = dict.fromkeys(years)
    index[base] = 100.0
    for year in sorted(year for year in years if year > base):
        index[year] = _times(index.get(year - 1), links.get(year))
    for year in sorted((year for year in years if year < base), reverse=True):
        link = links.get(year + 1)
        index[year] = _times(index.get(year + 1), 1 / link if link else None)
    return index


def _times(level: float | None, link: float | None) -> float | None:
    return None if level is None or link is None else level * link


def _by_year(flows: Table) -> Table:
    weighed = _.quantity_t.fill_null(0.0) > 0
    sums = flows.group_by(["year", "hs6"]).agg(
        value_usd=_.value_usd.sum(),
        weighed_usd=ibis.ifelse(weighed, _.value_usd, 0.0).sum(),
        tons=ibis.ifelse(weighed, _.quantity_t, 0.0).sum(),
    )
    return sums.mutate(price=ratio(_.weighed_usd, _.tons))


def _year_before(table: Table, **columns: str) -> Table:
    """The table as the following year sees it: what was, under that year."""
    return table.select("hs6", year=(table.year + 1).cast(table.year.type()), **columns)


def _matched(pairs: Table, world: Table | None) -> Table:
    own = pairs.price / pairs.p0
    near = pairs.filter((own <= MOST_CHANGE) & (own >= 1 / MOST_CHANGE))
    if world is None:
        return near
    medians = world.select("year", "hs6", "median")
    changes = medians.inner_join(_year_before(medians, median_before="median"), ["year", "hs6"])
    held = attach(near, changes.select("year", "hs6", moved=_.median / _.median_before), ["year", "hs6"])
    apart = ((held.price / held.p0) / held.moved).fill_null(1.0)
    return held.filter((apart <= MOST_APART) & (apart >= 1 / MOST_APART))
