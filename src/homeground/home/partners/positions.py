"""What to ask, what to offer, what never to offer: positions ranked by the US dollars at stake, each with its facts.

An ask or an offer names no product that a measure in force bars between both, and no arms; an offer none of which the
country is itself short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from homeground.codes import products
from homeground.home.deals.in_force import InForce

Row = dict[str, Any]
Kind = Literal["supply", "price", "access", "purchase"]
Side = Literal["ask", "offer"]

LEAST_USD: Final = 1e6
"""Less than this at stake is no matter for a negotiation between governments."""

PER_KIND: Final = 4
"""Positions of one kind on one side, the one with the widest gap among them; the view's tables hold the rest."""

LEANS_FROM: Final = 0.1
"""A tenth of supply, or of sales, is worth assuring even where others could step in."""

SAME_SELLER: Final = "same seller"
"""Prices compared with what the partner takes from other buyers, not with those of all sellers."""

UNLIKE_FROM: Final = 1.0
"""Paid more than twice the others' median: unlike goods under one code are likelier than a price."""

COMMODITIES: Final = 5
"""Commodities of the balances that are named as short."""


@dataclass(frozen=True)
class Position:
    """One ask or offer: what kind, of which product, how much is at stake, and the figures that speak for it.

    `kind`: supply (assured supply of what the buyer leans on), price (that of other buyers), access (a larger part of
    the other's purchases), purchase (assured purchases of what the seller leans on). `at_stake_usd`: the trade that
    rests on it; of a price what is paid above the others' median; of access what more could be sold. `no_way_out` is
    true where others could not make up for all of it within a year.
    """

    side: Side
    kind: Kind
    hs6: str
    product: str
    at_stake_usd: float
    no_way_out: bool
    facts: Row


@dataclass(frozen=True)
class Barred:
    """A product, or all that begin with `hs6`, that is not to be asked for or offered, and why."""

    side: Literal["ask", "offer", "both"]
    hs6: str
    product: str
    reason: str


@dataclass(frozen=True)
class Facts:
    """What positions rest on; the rows are those of `PartnerView` and of `measures.access_gap`."""

    country: str
    partner: str
    supply: list[Row]
    partner_supply: list[Row]
    partner_sales: list[Row]
    paid: list[Row]
    access: list[Row]
    partner_access: list[Row]
    short: dict[str, float]
    force: InForce

    def may_buy(self, hs6: str) -> bool:
        """Whether the country may buy this from the partner."""
        return not products.is_arms(hs6) and self.force.bar(self.country, self.partner, hs6) is None

    def may_sell(self, hs6: str) -> bool:
        """Whether the country may sell this to the partner, and has enough of it."""
        lawful = not products.is_arms(hs6) and self.force.bar(self.partner, self.country, hs6) is None
        return lawful and hs6 not in self.short


def positions(facts: Facts, name: Callable[[str], str]) -> tuple[Position, ...]:
    """Return asks, then offers, by US dollars at stake, largest first.

    Prices beside those of other sellers come last: sellers elsewhere may have another market, quality or transport.
    """
    found = (
        _taken("ask", "supply", filter(_leans, facts.supply), "traded_usd", facts.may_buy, name),
        _taken("ask", "price", filter(_dear, facts.paid), "overpaid_usd", facts.may_buy, name),
        _taken("ask", "access", facts.access, "potential_usd", facts.may_sell, name),
        _taken("offer", "supply", filter(_leans, facts.partner_supply), "traded_usd", facts.may_sell, name),
        _taken("offer", "purchase", filter(_leans, facts.partner_sales), "traded_usd", facts.may_buy, name),
        _taken("offer", "access", filter(_spreads, facts.partner_access), "potential_usd", facts.may_buy, name),
    )
    every = [position for kind in found for position in kind]
    return tuple(sorted(every, key=lambda p: (p.side, _of_others(p), -p.at_stake_usd, p.hs6, p.kind)))


def _of_others(position: Position) -> bool:
    """Whether it is a price beside those of other sellers."""
    return position.kind == "price" and position.facts["compared_with"] != SAME_SELLER


def barred(facts: Facts, commodities: list[Row], name: Callable[[str], str]) -> tuple[Barred, ...]:
    """Return what a measure in force takes off the table, and what the country is itself short of.

    Short: of the products that it sells to the partner or could sell more of, those of which it makes less than it
    uses; and the commodities of the balances (see `pair.short_commodities`) of which it lacks the most tons.
    """
    directions: tuple[tuple[Side, str, str], ...] = (
        ("ask", facts.country, facts.partner),
        ("offer", facts.partner, facts.country),
    )
    acts = [
        Barred(side, bar.prefix, name(bar.prefix) if bar.prefix else "all goods", f"barred: {bar.reference}")
        for side, importer, exporter in directions
        for bar in facts.force.of_pair(importer, exporter)
    ]
    wanted = {row["hs6"]: row["potential_usd"] for row in facts.access}
    wanted |= {row["hs6"]: max(row["traded_usd"], wanted.get(row["hs6"], 0.0)) for row in facts.partner_supply}
    lacking = sorted(
        (hs6 for hs6, usd in wanted.items() if hs6 in facts.short and usd >= LEAST_USD and not products.is_arms(hs6)),
        key=lambda hs6: (-wanted[hs6], hs6),
    )
    needs = [Barred("offer", hs6, name(hs6), f"own need: {_made(facts.short[hs6])}") for hs6 in lacking]
    stated = [Barred("offer", "", row["commodity"], _lacks(row)) for row in commodities[:COMMODITIES]]
    return (*acts, *needs, *stated)


def _lacks(row: Row) -> str:
    return f"own need: {_made(row['self_sufficiency'])}, balance of {row['year']}, {row['dataset']}"


def _made(share: float) -> str:
    return f"makes {100 * share:.0f} % of what it uses"


def _taken(
    side: Side,
    kind: Kind,
    rows: Iterable[Row],
    stake: str,
    allowed: Callable[[str], bool],
    name: Callable[[str], str],
) -> list[Position]:
    chosen = [row for row in rows if (row[stake] or 0.0) >= LEAST_USD and allowed(row["hs6"])]
    by_stake = sorted(chosen, key=lambda row: (-row[stake], row["hs6"]))
    widest = max(by_stake, key=lambda row: row.get("gap_usd") or 0.0, default=None)
    ranked = by_stake[:PER_KIND]
    if widest is not None and widest.get("gap_usd") and widest not in ranked:
        ranked[-1] = widest
    return [
        Position(side, kind, row["hs6"], name(row["hs6"]), row[stake], bool(row.get("gap_usd")), row) for row in ranked
    ]


def _leans(row: Row) -> bool:
    """Whether others could not make up for it, or a tenth of supply or sales rests on it."""
    return bool(row["gap_usd"]) or (row["share"] or 0.0) >= LEANS_FROM


def _dear(row: Row) -> bool:
    """Whether the country pays more than three in four of the others, and not so much that the goods must differ."""
    if row["compared_with"] is None:
        return False
    return bool(row["paid_usd_per_t"] > row["others_upper_usd_per_t"] and row["above"] <= UNLIKE_FROM)


def _spreads(row: Row) -> bool:
    """Whether buying more from the partner would make the country's supply less concentrated, not more."""
    after = row["herfindahl_after"]
    return after is not None and after < row["herfindahl"]
