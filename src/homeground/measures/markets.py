"""The side of demand: who would take what a closed market leaves, and where a seller sells less than elsewhere.

The twin of `substitutability`: the same reasoning with buyers and sellers changed over. Arms and ammunition (HS chapter
93) are left out, and no list names a market that a measure in force bars.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import PRODUCT, herfindahl_of, ratio, unknown
from homeground.measures.leverage import herfindahl_after
from homeground.measures.substitutability import ARMS, Cut, cut_alternatives, supplier_cut


@dataclass(frozen=True)
class MarketCut:
    """The share `share` (0 … 1) of what `exporter` sells to `market` stops; other buyers take up to `divertible`.

    `divertible` (0 … 1) is the stated share of what they buy from others and could turn to the exporter. `nes` codes
    are no markets to turn to. `on` is the day at which restrictions are read.
    """

    exporter: str
    market: str
    share: float
    divertible: float
    nes: frozenset[str] = frozenset()
    on: datetime.date | None = None

    def mirrored(self) -> Cut:
        """The cut of a supplier that this is with buyers and sellers changed over."""
        return Cut(self.exporter, self.market, self.share, self.divertible, nes=self.nes, on=self.on)


def market_cut(flows: Table, cut: MarketCut, restrictions: Table | None = None) -> Table:
    """Weigh what the exporter loses by a closed market against what other markets could take.

    In: flows of ALL countries for the products in question; `restrictions` of the schema, read at `cut.on`.
    Out: key year, hs6 (products sold to the market), USD: `lost` = share · exports to it, `spare` = divertible · what
    the other countries buy from others, `filled` = min(lost, spare), `gap` = lost − filled, `gap_share` of lost.
    """
    barred = None if restrictions is None else _mirrored(restrictions)
    return supplier_cut(_mirrored(flows), cut.mirrored(), barred)


def market_alternatives(flows: Table, cut: MarketCut, restrictions: Table | None = None) -> Table:
    """List who could take the loss of `market_cut`: one row per market to turn to.

    Out: key year, hs6, importer; USD: `spare`, `sold_before` (what the exporter sells there now, 0 for a new market),
    `allocated` = filled · spare / Σ spare.
    """
    barred = None if restrictions is None else _mirrored(restrictions)
    found = cut_alternatives(_mirrored(flows), cut.mirrored(), barred)
    return found.rename(importer="exporter", sold_before="supplied_before")


def access_gap(flows: Table, seller: str, buyer: str) -> Table:
    """Find the products of which `seller` has less of `buyer`'s purchases than of those of all other buyers.

    In: flows of ALL countries. Out: key year, hs6, products that the seller sells anywhere and the buyer buys; USD:
    `bought_usd` (the buyer's imports from all), `sold_usd` (the seller's to the buyer); `share_here` sold / bought,
    `share_elsewhere` (what the seller sells to others) / (what all others buy), `potential_usd`
    max(0, share_elsewhere − share_here) · bought; `herfindahl` of the buyer's suppliers, and `herfindahl_after` were
    the potential used and the other suppliers made room in proportion. A potential, not a forecast: distance, kinds of
    goods and tariffs are not in it.
    """
    trade = flows.filter((_.exporter != _.importer) & ~_.hs6.startswith(ARMS))
    ours, here = _.exporter == seller, _.importer == buyer
    sums = trade.group_by(list(PRODUCT)).agg(
        bought_usd=_value(here),
        sold_usd=_value(ours & here),
        sold_elsewhere=_value(ours & ~here),
        bought_elsewhere=_value(~here & (_.importer != seller)),
        squares=ibis.ifelse(here, _.value_usd * _.value_usd, 0.0).sum(),
    )
    open_to_both = sums.filter((_.bought_usd > 0) & (_.sold_elsewhere > 0))
    shares = open_to_both.mutate(
        share_here=ratio(_.sold_usd, _.bought_usd),
        share_elsewhere=ratio(_.sold_elsewhere, _.bought_elsewhere),
        herfindahl=herfindahl_of(_.squares, _.bought_usd),
    )
    room = shares.mutate(more=ibis.greatest(_.share_elsewhere - _.share_here, 0.0))
    used = room.mutate(
        potential_usd=_.more * _.bought_usd,
        herfindahl_after=ibis.ifelse(
            _.share_here < 1, herfindahl_after(_.herfindahl, _.share_here, _.share_here + _.more), unknown()
        ),
    )
    return used.drop("sold_elsewhere", "bought_elsewhere", "squares", "more")


def _value(condition: Any) -> Any:
    return ibis.ifelse(condition, _.value_usd, 0.0).sum()


def _mirrored(table: Table) -> Table:
    return table.mutate(exporter=_.importer, importer=_.exporter)
