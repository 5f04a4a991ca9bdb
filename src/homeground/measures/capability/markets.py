"""Markets within reach: what a country could sell where, by supply, demand and ease of trade."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.errors import UsageError, message
from homeground.measures._expressions import attach, ratio, sorted_codes, unknown
from homeground.measures.capability._words import percent, usd
from homeground.measures.substitutability import ARMS, permitted

EASE: Final = ("all-goods", "other-goods")
CELL = ("importer", "hs6")


@dataclass(frozen=True)
class Markets:
    """Whose markets, and what is worth showing.

    `exporter` and `year`. `ease`: from trade in all goods with the market, or in all goods but the product itself,
    which keeps one large flow from vouching for itself. `heavy`: a market with this share of the country's exports or
    more is marked as one on which to lean no further (0 … 1). `nes` codes are no markets. `on` is the day at which
    restrictions are read. `base`: the year since which the growth of demand is measured; None where none is loaded.
    """

    exporter: str
    year: int
    ease: str = "all-goods"
    heavy: float = 0.25
    nes: frozenset[str] = frozenset()
    on: datetime.date | None = None
    base: int | None = None

    def __post_init__(self) -> None:
        """Refuse a share outside 0 … 1 and an unknown way to measure ease."""
        if not 0 <= self.heavy <= 1:
            raise UsageError(message("heavy is a share", found=self.heavy, expected="0 … 1", do="give 0.25 for 25 %"))
        if self.ease not in EASE:
            expected = " or ".join(EASE)
            raise UsageError(
                message("no such way to measure ease", found=self.ease, expected=expected, do="choose one")
            )


def export_potential(
    flows: Table,
    exports: Table,
    imports: Table,
    markets: Markets,
    restrictions: Table | None = None,
    access: Table | None = None,
) -> Table:
    """Measure what the country could sell of each product it exports, in each market.

    potential_jk = supply_k · demand_jk · ease_j · factor_jk, with supply_k = X_ik / X_k (the country's share in world
    exports of the product), demand_jk the market's imports of it (USD), and ease_j = Σ_k v_ijk / Σ_k
    supply_k·demand_jk: what is sold there over what would be if the market bought from the country as the world does.
    factor_jk comes from the user's table `access` (importer, factor, and hs6 where it differs by product), 1 where it
    has no row. A potential is at most the market's imports.
    In: `flows` of the exporter, `exports` and `imports` of all countries (`imports` of the base year too). Out: key
    importer, hs6; `supply_share`, `demand_usd`, `demand_growth` (of the market's imports, per year since the base, in
    USD; null without one, or where nothing was imported then; shown beside, no part of the potential), `ease` (null
    where nothing is expected; 0 where nothing was ever sold), `factor`, `potential_usd`, `capped`, `realised_usd`,
    `gap_usd` = max(0, potential − realised), `market_share` (of the market in the country's exports of goods), `leans`
    (market_share ≥ heavy), `product_exports_usd` (what the country sells of the product to all: the most it could
    redirect without making more). Arms (HS 93), nes codes and markets barred by `restrictions` on the day are no
    markets; they count in what ease is measured by, arms excepted.
    Source: the static core of the export potential indicator of Decreux and Spies (2016), International Trade Centre;
    its projections of supply and demand by forecasts of growth are not in it, and tariffs only as `access` says.
    """
    cells = _with_growth(_cells(flows, exports, imports, markets), imports, markets)
    eased = attach(cells, _per_market(cells), ["importer"]).mutate(ease=_ease(markets.ease))
    rated = eased.mutate(factor=1.0) if access is None else _with_access(eased, access)
    wished = rated.expected_usd * rated.ease * rated.factor
    sized = rated.mutate(potential_usd=ibis.least(wished, rated.demand_usd), capped=wished > rated.demand_usd)
    gap = ibis.greatest(_.potential_usd - _.realised_usd, 0.0)
    found = sized.mutate(
        gap_usd=ibis.ifelse(_.potential_usd.notnull(), gap, None),
        market_share=ratio(_.sold_usd, _.all_sold_usd),
    ).mutate(leans=_.market_share >= markets.heavy)
    open_to_it = _allowed(found, markets, restrictions)
    return open_to_it.select(
        *CELL, "supply_share", "demand_usd", "demand_growth", "ease", "factor", "potential_usd", "capped",
        "realised_usd", "gap_usd", "market_share", "leans", "product_exports_usd",
    )  # fmt: skip


def market_reasons(row: Mapping[str, Any]) -> list[str]:
    """Say in words what a row of `export_potential` rests on."""
    found = [
        f"supplies {percent(row['supply_share'], 1)} of the world",
        f"the market buys {usd(row['demand_usd'])}{_growth_in_words(row['demand_growth'])}",
        _ease_in_words(row["ease"]),
    ]
    if row["factor"] != 1:
        found.append(f"your access factor {row['factor']:.2f}")
    if row["capped"]:
        found.append("held at all that the market buys")
    if row["gap_usd"] and row["gap_usd"] > row["product_exports_usd"]:
        found.append(f"the gap is more than the {usd(row['product_exports_usd'])} sold to all: needs more output")
    if row["leans"]:
        found.append(f"takes {percent(row['market_share'])} of the exports already: leans on it further")
    return found


def _cells(flows: Table, exports: Table, imports: Table, markets: Markets) -> Table:
    """One row per market and product that the country exports: expected and realised sales."""
    goods = [table.filter((_.year == markets.year) & ~_.hs6.startswith(ARMS)) for table in (flows, exports, imports)]
    own, sold, bought = goods
    mine = own.filter(_.exporter == markets.exporter)
    world = sold.group_by("hs6").agg(world_usd=_.value_usd.sum())
    supply = attach(mine.group_by("hs6").agg(made_usd=_.value_usd.sum()), world, ["hs6"])
    shares = supply.select("hs6", supply_share=ratio(_.made_usd, _.world_usd), product_exports_usd=_.made_usd)
    asked = bought.filter(_.importer != markets.exporter).select(*CELL, demand_usd="value_usd")
    cells = asked.inner_join(shares, ["hs6"]).mutate(expected_usd=_.supply_share * _.demand_usd)
    joined = attach(cells, mine.select(*CELL, realised_usd="value_usd"), CELL)
    return joined.mutate(realised_usd=_.realised_usd.fill_null(0.0))


def _with_growth(cells: Table, imports: Table, markets: Markets) -> Table:
    """Add how fast each market's imports of each product grew a year since the base."""
    if markets.base is None:
        return cells.mutate(demand_growth=unknown())
    before = imports.filter(_.year == markets.base).select(*CELL, before_usd="value_usd")
    grown = ratio(_.demand_usd, _.before_usd).pow(1 / (markets.year - markets.base)) - 1
    return attach(cells, before, CELL).mutate(demand_growth=grown).drop("before_usd")


def _growth_in_words(growth: float | None) -> str:
    return "" if growth is None else f", {percent(growth, 1, '+')} a year"


def _per_market(cells: Table) -> Table:
    sums = cells.group_by("importer").agg(sold_usd=_.realised_usd.sum(), expected_all_usd=_.expected_usd.sum())
    return sums.mutate(all_sold_usd=_.sold_usd.sum().over(ibis.window()))


def _ease(how: str) -> Any:
    if how == "all-goods":
        return ratio(_.sold_usd, _.expected_all_usd)
    elsewhere = _.expected_all_usd - _.expected_usd
    enough = elsewhere > 1e-9 * _.expected_all_usd
    return ibis.ifelse(enough, (_.sold_usd - _.realised_usd) / elsewhere, None)


def _with_access(cells: Table, access: Table) -> Table:
    key = [name for name in CELL if name in access.columns]
    return attach(cells, access.select(*key, "factor"), key).mutate(factor=_.factor.fill_null(1.0))


def _allowed(found: Table, markets: Markets, restrictions: Table | None) -> Table:
    named = found.filter(_.importer.notin(sorted_codes(markets.nes))) if markets.nes else found
    if restrictions is None:
        return named
    if markets.on is None:
        raise UsageError(
            message(
                "restrictions hold from day to day", expected="the day to read them at", do="give Markets a day: on="
            )
        )
    return permitted(named.mutate(exporter=ibis.literal(markets.exporter)), restrictions, markets.on)


def _ease_in_words(ease: float | None) -> str:
    if ease is None:
        return "ease of trade not known"
    if ease == 0:
        return "nothing was sold there that year"
    times = f"{ease:.1f} times" if ease >= 0.1 else f"{ease:.2g} times"
    return f"trade with it is {times} what shares in the world would give"
