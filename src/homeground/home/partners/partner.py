"""Two partners: what each side's supply and sales rest on the other, what it could do about it, and what to talk about.

Everything is asked from the side of `country`; arms (HS 93) count in totals and stand in no list, and what a measure in
force bars is in no list of asks, offers, other suppliers or other markets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from homeground.codes import countries, products
from homeground.errors import NotInHome, UsageError, message
from homeground.home import datasets, questions
from homeground.home.deals.in_force import in_force
from homeground.home.partners import pair
from homeground.home.partners.pair import Pair
from homeground.home.partners.positions import Barred, Facts, Position, barred, positions
from homeground.home.place import Place, resolve
from homeground.sources import Progress
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]

MOVE: Final = 0.1
"""Ten points of imports: what is moved where nothing else is said."""


@dataclass(frozen=True)
class PartnerView:
    """Two partners in one year. Money in US dollars of the year; `day` is the day at which measures were read.

    `products`: one row per product traded between both, arms left out: hs6, product, and the columns of
    `measures.leverage` and `measures.moved` for the country, and `total_share_moved`, the partner's share of all
    imports if this product alone were moved; largest trade between both first.
    `totals`, `trend`: `measures.leverage_totals` of the year, of every loaded year; one row per side (and year).
    `supply`, `partner_supply`: what the country buys from the partner, what the partner buys from the country: hs6,
    product, traded_usd, share, partner_export_share (the same trade in the seller's sales), herfindahl,
    world_herfindahl, home_supply, hard_to_replace, hard_to_replace_variant, and were it to stop: divertible_usd,
    gap_usd, gap_share, others (who could step in).
    `sales`, `partner_sales`: the same of what the country, the partner, sells to the other: share (of its exports),
    world_import_herfindahl, hard_to_place, and were it to stop: divertible_usd, gap_usd, gap_share, others (who could
    take it).
    `paid`: `measures.paid_against_others` of what the country buys from the partner, most overpaid first.
    `positions`: asks and offers, ranked by US dollars at stake; `barred`: what is not to be offered or asked, and why.
    """

    country: Place
    partner: Place
    year: int
    dataset: Dataset
    day: date
    measures_loaded: bool
    gdp_known: bool
    move: float
    share_after_all_moves: float | None
    products: pa.Table
    totals: pa.Table
    trend: pa.Table
    supply: pa.Table
    partner_supply: pa.Table
    sales: pa.Table
    partner_sales: pa.Table
    paid: pa.Table
    positions: tuple[Position, ...]
    barred: tuple[Barred, ...]
    notes: tuple[str, ...]


def meet(
    store: Store,
    country: str,
    partner: str,
    year: int,
    *,
    dataset: str | None,
    move: float,
    day: date | None,
    progress: Progress,
) -> PartnerView:
    """Put two partners side by side; see `PartnerView`.

    Raises UsageError for one and the same, or a bloc and its member, NotInHome where both did not trade.
    """
    a, b = resolve(country, year), resolve(partner, year)
    _require_two(a, b)
    chosen = datasets.choose(store.catalog, table="flows", year=year, name=dataset)
    _require_the_world(store, chosen, a, year)
    progress("what both trade", 0.1)
    flows = pair.merged(store.table(chosen, "flows", (year,)), a, b)
    goods = pair.traded(flows, a, b)
    if not goods:
        raise _no_trade(a, b, year, chosen)
    force = in_force(store, (a, b), day or datetime.now(UTC).date())
    return _view(Pair(store, a, b, year, chosen, flows, goods, force), move, progress)


def _view(both: Pair, move: float, progress: Progress) -> PartnerView:
    a, b, year = both.a, both.b, both.year
    made, gdp = pair.production(both.store, a, b), pair.gdp(both.store, a, b)
    facts = pair.of_goods(both, made, move)
    progress("trend", 0.3)
    trend = pair.trend(both, gdp)
    total = next(row for row in trend if (row["year"], row["country"]) == (year, a.code))
    progress("what if one of both stopped", 0.5)
    supply, partner_supply = (pair.supply(both, facts, *sides) for sides in ((a, b), (b, a)))
    sales, partner_sales = (pair.sales(both, facts, *sides) for sides in ((a, b), (b, a)))
    progress("prices and positions", 0.8)
    paid, access = pair.paid(both), pair.access(both)
    asked = Facts(
        a.code, b.code, supply, partner_supply, partner_sales, paid, *access, pair.short(both, made), both.force
    )
    own = [row for row in facts if row["country"] == a.code and not products.is_arms(row["hs6"])]
    return PartnerView(
        country=a,
        partner=b,
        year=year,
        dataset=both.dataset,
        day=both.force.day,
        measures_loaded=both.force.loaded,
        gdp_known=gdp is not None,
        move=move,
        share_after_all_moves=pair.share_after_all_moves(own, total),
        products=_arrow(pair.after_move(own, total)),
        totals=_arrow([row for row in trend if row["year"] == year]),
        trend=_arrow(trend),
        supply=_arrow(supply),
        partner_supply=_arrow(partner_supply),
        sales=_arrow(sales),
        partner_sales=_arrow(partner_sales),
        paid=_arrow(paid),
        positions=positions(asked, both.name),
        barred=barred(asked, pair.short_commodities(both), both.name),
        notes=_notes(both, gdp is not None, made is not None),
    )


def _require_two(a: Place, b: Place) -> None:
    of_a, of_b = a.market or {a.code}, b.market or {b.code}
    both = sorted(of_a & of_b)
    if a.code == b.code:
        raise UsageError(message("a country is no partner of itself", found=a.name, do="name two different ones"))
    if both:
        raise UsageError(
            message(
                f"{a.name} and {b.name} overlap",
                found=", ".join(countries.name(code) for code in both[:5]),
                expected="two that share no member",
                do="trade inside a bloc is home trade: name partners that do not belong to one another",
            )
        )


def _require_the_world(store: Store, chosen: Dataset, a: Place, year: int) -> None:
    question = questions.Question(a, year, chosen, (year,))
    if not questions.knows_the_world(store, question):
        raise NotInHome(
            message(
                "leverage both ways needs the trade of both partners and of all others",
                where=f"dataset {chosen.name}",
                found="imports of one country only",
                do="load a table of world trade such as BACI, or name one with --dataset",
            )
        )


def _no_trade(a: Place, b: Place, year: int, chosen: Dataset) -> NotInHome:
    return NotInHome(
        message(
            f"no trade between {a.name} and {b.name} in {year}",
            where=f"dataset {chosen.name}",
            do="choose another year or dataset; 'homeground status' tells what is loaded",
        )
    )


def _notes(both: Pair, gdp: bool, production: bool) -> tuple[str, ...]:
    notes = list(both.dataset.notes)
    also = [d.name for d in both.store.catalog.datasets.values() if d != both.dataset and both.year in d.years()]
    if also:
        notes.append(f"Not used here: {', '.join(also)}, which holds {both.year} too (choose it with --dataset).")
    if not gdp:
        notes.append("No table of GDP is loaded: Hirschman's influence effect is not known.")
    if not production:
        notes.append("No table of production is loaded: home supply is not known; scores without it are upper bounds.")
    if any(products.is_arms(hs6) for hs6 in both.goods):
        notes.append("Arms and ammunition (HS 93) count in the totals and stand in no list.")
    return tuple(notes)


def _arrow(rows: list[Row]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows)
