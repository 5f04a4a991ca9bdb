"""The parts of a view on two partners: each asks the measures one question about the pair and names the products."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import measures
from homeground.codes import countries, products
from homeground.home import questions
from homeground.home.deals.in_force import InForce
from homeground.home.ground import ground_figures
from homeground.home.place import Place
from homeground.home.trade.cuts import DIVERTIBLE
from homeground.store import Dataset, Store, prepared

if TYPE_CHECKING:
    import ibis.expr.types as ir

Row = dict[str, Any]

MOST: Final = 12
"""Products for which those who could step in are named."""

BALANCE: Final = ("production", "imports", "exports", "consumption")
RECENT_YEARS: Final = 5
"""A balance older than this says nothing of what a country is short of."""


@dataclass(frozen=True)
class Pair:
    """What every part of the view needs: both places, the year's flows with blocs merged, and the measures in force."""

    store: Store
    a: Place
    b: Place
    year: int
    dataset: Dataset
    market: ir.Table
    goods: tuple[str, ...]
    force: InForce

    def name(self, hs6: str) -> str:
        """Name a product in the dataset's revision, shortly."""
        return products.short(hs6, self.dataset.revision)


def merged(flows: ir.Table, *places: Place) -> ir.Table:
    """Take the members of each place that is a bloc as one country."""
    for place in places:
        if place.is_bloc and place.market is not None:
            flows = measures.as_bloc(flows, place.code, place.market)
    return flows


def traded(flows: ir.Table, a: Place, b: Place) -> tuple[str, ...]:
    """List the products that both trade with one another."""
    return tuple(sorted(met(flows, a.code, b.code).to_pyarrow()["hs6"].to_pylist()))


def met(flows: ir.Table, a: str, b: str) -> ir.Table:
    """The products that two codes trade with one another."""
    pair = [a, b]
    return flows.filter(_.exporter.isin(pair) & _.importer.isin(pair)).select("hs6").distinct()


def production(store: Store, a: Place, b: Place) -> ir.Table | None:
    """Production with blocs as one; None where no such table is loaded."""
    made = questions.side_table(store, "production")
    return None if made is None else _summed(made, ("year", "country", "hs6"), "quantity_t", a, b)


def gdp(store: Store, a: Place, b: Place) -> ir.Table | None:
    """GDP with blocs as one; a bloc's is known only where every member's is."""
    table = questions.side_table(store, "gdp")
    if table is None:
        return None
    summed = _summed(table.mutate(members=1), ("year", "country"), "gdp_usd", a, b, "members")
    whole = {place.code: len(place.market) for place in (a, b) if place.is_bloc and place.market}
    for code, count in whole.items():
        summed = summed.filter((_.country != code) | (_.members == count))
    return summed.drop("members")


def _summed(table: ir.Table, key: tuple[str, ...], *values: Any) -> ir.Table:
    """Sum a table by country with the blocs among the places as one country."""
    for place in values:
        if isinstance(place, Place) and place.is_bloc and place.market is not None:
            inside = _.country.isin(sorted(place.market))
            table = table.mutate(country=ibis.ifelse(inside, place.code, _.country))
    names = [name for name in values if isinstance(name, str)]
    return table.group_by(list(key)).agg(**{name: _[name].sum() for name in names})


def _fetched(pair: Pair, about: Hashable, ask: Callable[..., ir.Table], *places: Place) -> list[Row]:
    """Fetch `ask` of the codes of these places; its SQL is written once for all countries, a bloc has its own."""
    codes = tuple(place.code for place in places)
    shape: tuple[Hashable, ...] = (about, pair.year)
    if pair.a.is_bloc or pair.b.is_bloc:
        shape = (*shape, pair.a, pair.b, codes)
        found = prepared.answer(pair.store, pair.dataset, shape, lambda: ask(*codes))
    else:
        found = prepared.answer(pair.store, pair.dataset, shape, ask, *codes)
    rows: list[Row] = found.to_pylist()
    return rows


def of_goods(pair: Pair, made: ir.Table | None, move: float) -> list[Row]:
    """Leverage product by product, with a move of imports; rows of both sides, largest trade between both first."""

    def ranked(a: str, b: str) -> ir.Table:
        market = pair.market.semi_join(met(pair.market, a, b), "hs6")
        table = measures.moved(measures.leverage(market, a, b, made), move)
        return table.order_by(ibis.desc(_.imports_usd + _.exports_usd), "hs6", "country")

    rows = _fetched(pair, ("goods", move), ranked, pair.a, pair.b)
    return [{"hs6": row["hs6"], "product": pair.name(row["hs6"]), **row} for row in rows]


def after_move(rows: list[Row], total: Row) -> list[Row]:
    """Add to each product what the partner's share of all imports would be if this product alone were moved."""
    whole = total["imports_from_all_usd"]
    return [
        {
            **row,
            "total_share_moved": (total["imports_usd"] - row["moved_usd"]) / whole
            if whole and row["moved_usd"] is not None
            else None,
        }
        for row in rows
    ]


def share_after_all_moves(rows: list[Row], total: Row) -> float | None:
    """The partner's share of all the country's imports if every product that can be moved were."""
    whole = total["imports_from_all_usd"]
    moved_usd = sum(row["moved_usd"] or 0.0 for row in rows)
    return (total["imports_usd"] - moved_usd) / whole if whole else None


def trend(pair: Pair, gdp: ir.Table | None) -> list[Row]:
    """Totals of both sides in every loaded year, in its order; a bloc is that of the year asked about."""
    flows, inside = pair.store.table(pair.dataset, "flows"), sorted((pair.a.market or set()) | (pair.b.market or set()))

    def totals(a: str, b: str) -> ir.Table:
        codes = [a, b, *inside]
        touching = flows.filter(_.exporter.isin(codes) | _.importer.isin(codes))
        return measures.leverage_totals(merged(touching, pair.a, pair.b), a, b, gdp)

    order = {pair.a.code: 0, pair.b.code: 1}
    found = _fetched(pair, "trend", totals, pair.a, pair.b)
    rows = [{**row, "name": countries.name(row["country"])} for row in found]
    return sorted(rows, key=lambda row: (row["year"], order[row["country"]]))


def _lawful(pair: Pair, buyer: Place, seller: Place, goods: Iterable[str]) -> list[str]:
    """Goods that may be talked about: no arms, nothing that a measure in force bars between these two."""
    return [hs6 for hs6 in goods if not products.is_arms(hs6) and pair.force.bar(buyer.code, seller.code, hs6) is None]


def supply(pair: Pair, facts: list[Row], buyer: Place, seller: Place) -> list[Row]:
    """What the buyer takes from the seller and what a stop would leave open; the hardest to replace first."""
    held = {row["hs6"]: row for row in facts if row["country"] == buyer.code and row["imports_usd"]}
    cut = measures.Cut(buyer.code, seller.code, 1.0, DIVERTIBLE, nes=countries.nes_codes(), on=pair.force.day)
    goods = _lawful(pair, buyer, seller, held)
    flows, bars = pair.market.filter(_.hs6.isin(goods)), pair.force.table()
    columns = ("herfindahl", "world_herfindahl", "home_supply", "hard_to_replace", "hard_to_replace_variant")
    ranked = _ranked(
        pair, measures.supplier_cut(flows, cut, bars), held, ("import_share", "partner_export_share", *columns)
    )
    shown = [row["hs6"] for row in ranked[:MOST]]
    able = measures.cut_alternatives(flows.filter(_.hs6.isin(shown)), cut, bars)
    return _with_others(ranked, able, "exporter")


def sales(pair: Pair, facts: list[Row], seller: Place, market: Place) -> list[Row]:
    """What the seller places with the market and what a stop would leave unsold; the hardest to place first."""
    held = {row["hs6"]: row for row in facts if row["country"] == seller.code and row["exports_usd"]}
    cut = measures.MarketCut(seller.code, market.code, 1.0, DIVERTIBLE, nes=countries.nes_codes(), on=pair.force.day)
    goods = _lawful(pair, market, seller, held)
    flows, bars = pair.market.filter(_.hs6.isin(goods)), pair.force.table()
    columns = ("export_share", "world_import_herfindahl", "hard_to_place")
    ranked = _ranked(pair, measures.market_cut(flows, cut, bars), held, columns)
    shown = [row["hs6"] for row in ranked[:MOST]]
    able = measures.market_alternatives(flows.filter(_.hs6.isin(shown)), cut, bars)
    return _with_others(ranked, able, "importer")


def _ranked(pair: Pair, stopped: ir.Table, held: dict[str, Row], columns: tuple[str, ...]) -> list[Row]:
    """Rows of a cut beside those of leverage, by what is hard to do without in USD: gap plus score times value.

    The first of `columns` is the share.
    """
    score = "hard_to_replace" if "hard_to_replace" in columns else "hard_to_place"
    rows = [
        {
            "hs6": row["hs6"],
            "product": pair.name(row["hs6"]),
            "traded_usd": row["lost"],
            "share": held[row["hs6"]][columns[0]],
            **{name: held[row["hs6"]][name] for name in columns[1:]},
            "divertible_usd": row["spare"],
            "gap_usd": row["gap"],
            "gap_share": row["gap_share"],
        }
        for row in stopped.to_pyarrow().to_pylist()
    ]
    return sorted(rows, key=lambda row: (-row["gap_usd"] - (row[score] or 0.0) * row["traded_usd"], row["hs6"]))


def _with_others(rows: list[Row], able: ir.Table, who: str, most: int = 3) -> list[Row]:
    found = able.order_by(ibis.desc("allocated"), who).to_pyarrow().to_pylist()
    named: dict[str, list[str]] = {}
    lost = {row["hs6"]: row["traded_usd"] for row in rows}
    for other in found:
        names = named.setdefault(other["hs6"], [])
        if len(names) < most and other["allocated"] and lost[other["hs6"]]:
            names.append(f"{countries.name(other[who])} {other['allocated'] / lost[other['hs6']]:.0%}")
    return [{**row, "others": ", ".join(named.get(row["hs6"], ()))} for row in rows]


def paid(pair: Pair) -> list[Row]:
    """What the country pays the partner beside what others pay, the dearest first."""
    goods = _lawful(pair, pair.a, pair.b, pair.goods)
    table = measures.paid_against_others(pair.market.filter(_.hs6.isin(goods)), pair.a.code, pair.b.code)
    rows = table.order_by(ibis.desc(_.overpaid_usd.fill_null(float("-inf"))), "hs6").to_pyarrow().to_pylist()
    return [{"hs6": row["hs6"], "product": pair.name(row["hs6"]), **row} for row in rows]


def access(pair: Pair) -> tuple[list[Row], list[Row]]:
    """What the country could sell more of to the partner, and the partner to the country; largest first."""

    def gaps(seller: str, buyer: str) -> ir.Table:
        found = measures.access_gap(pair.market, seller, buyer).filter(_.potential_usd > 0)
        return found.order_by(ibis.desc("potential_usd"), "hs6")

    return _fetched(pair, "access", gaps, pair.a, pair.b), _fetched(pair, "access", gaps, pair.b, pair.a)


def short(pair: Pair, made: ir.Table | None) -> dict[str, float]:
    """Products of which the country makes less than it uses, with the share of its use that it makes, in tons."""
    if made is None:
        return {}

    def lacking(code: str) -> ir.Table:
        own = made.filter((_.country == code) & (_.year == pair.year))
        bought = measures.imports(pair.market.filter(_.importer == code))
        sold = measures.exports(pair.market.filter(_.exporter == code))
        return measures.penetration(bought, sold, own).filter(_.self_sufficiency_pct < 100)

    return {row["hs6"]: row["self_sufficiency_pct"] / 100 for row in _fetched(pair, "short", lacking, pair.a)}


def short_commodities(pair: Pair) -> list[Row]:
    """Commodities of which the country uses more than it makes, by the latest balance of five years; worst first.

    Consumption is what the source states, otherwise P + M − X. Balances name commodities as their source does, not by
    HS codes: they are listed beside products, and never matched to them. A good of which several datasets hold
    production is left out. Rows: commodity, year, self_sufficiency, short_t, dataset. A bloc has no balance of its own.
    """
    if pair.a.is_bloc:
        return []
    recent = [
        figure
        for figure in ground_figures.of_country(pair.store, pair.a.code)
        if figure.element in BALANCE and pair.year - RECENT_YEARS <= figure.year <= pair.year
    ]
    stated: dict[tuple[str, int, str], dict[str, float]] = {}
    for figure in ground_figures.chosen(recent, None, (), {}, leave_open=[]):
        if figure.quantity_t is not None:
            of_good = stated.setdefault((figure.commodity, figure.year, figure.dataset), {})
            of_good[figure.element] = figure.quantity_t
    found = [_short_of(*key, elements) for key, elements in stated.items()]
    return sorted((row for row in found if row), key=lambda row: (-row["short_t"], row["commodity"]))


def _short_of(commodity: str, year: int, dataset: str, stated: dict[str, float]) -> Row | None:
    used = stated.get("consumption")
    if used is None and {"production", "imports", "exports"} <= stated.keys():
        used = stated["production"] + stated["imports"] - stated["exports"]
    made = stated.get("production")
    if used is None or made is None or used <= 0 or made >= used:
        return None
    share = {"self_sufficiency": made / used, "short_t": used - made}
    return {"commodity": commodity, "year": year, "dataset": dataset, **share}
