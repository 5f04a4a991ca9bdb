"""Leverage, both ways: how much of what two partners buy and sell rests on one another, product by product and in all.

The partners are two codes among the exporters and importers of `flows`; a bloc comes merged by `as_bloc`. Every table
has a row for either partner, so that each side is read from its own row and the same question asked from the other side
gives the same rows.
Zero and missing: a trade table lists positive flows only, so that no flow between both is 0; a share of nothing (a
product that a partner does not buy, or does not sell, at all) is null.
"""

from __future__ import annotations

from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.errors import UsageError, message
from homeground.measures._expressions import PRODUCT, attach, herfindahl_of, ratio, unknown
from homeground.measures.concentration import herfindahl, world_concentration
from homeground.measures.trade import COUNTRY_KEY, exports, imports, penetration

YEAR_KEY: Final = ("year", "country")
WITH_HOME_SUPPLY: Final = "share × world concentration × (1 − home supply)"
TRADE_ONLY: Final = "share × world concentration; home supply not known"


def leverage(flows: Table, a: str, b: str, production: Table | None = None) -> Table:
    """Measure, per product traded between a and b, what each side's supply and sales rest on the other.

    In: flows of ALL countries for the products in question (for whole markets and the world's concentration);
    `production` of the schema. Out: key year, country (a and b), hs6; `partner`;
    `imports_usd`, `exports_usd` (from and to the partner), `imports_from_all_usd`, `exports_to_all_usd` (USD);
    `import_share` imports_usd / imports_from_all_usd (how much of the supply rests on the partner), `export_share`
    exports_usd / exports_to_all_usd (how much of the sales), the same of the partner as `partner_import_share`,
    `partner_export_share`; `supply_asymmetry` import_share − partner_import_share and `sales_asymmetry` export_share −
    partner_export_share, −1 … 1, above 0 where the country leans more (null where one of both is);
    `herfindahl` of the country's suppliers, `world_herfindahl` of world exports by exporter,
    `world_import_herfindahl` of world imports by importer, `world_share` of the country in world exports;
    `home_supply` P/C in tons, at most 1 (null without production, or where C is not known or not positive);
    `hard_to_replace` import_share · world_herfindahl · (1 − home_supply), 0 … 1; where home_supply is null the product
    of the first two, an upper bound, and `hard_to_replace_variant` names which it is; `partner_hard_to_replace`,
    `partner_hard_to_replace_variant`; `hard_to_place` export_share · world_import_herfindahl, its twin on the side of
    demand, and `partner_hard_to_place`.
    Source: Hirschman (1945), National Power and the Structure of Foreign Trade, ch. 2, for what makes trade hard to
    replace; the score itself is Homeground's own.
    """
    trade = flows.filter(_.exporter != _.importer)
    both = _between(trade, a, b, PRODUCT)
    supply = _side(trade, (a, b), "importer", COUNTRY_KEY).select(
        *COUNTRY_KEY,
        imports_usd=_.between_usd,
        imports_from_all_usd=_.total_usd,
        herfindahl=herfindahl_of(_.squares, _.total_usd),
    )
    sales = _side(trade, (a, b), "exporter", COUNTRY_KEY).select(
        *COUNTRY_KEY, exports_usd=_.between_usd, exports_to_all_usd=_.total_usd
    )
    shared = _shares(attach(attach(both, supply, COUNTRY_KEY), sales, COUNTRY_KEY))
    scored = _scores(_home_supply(_world(shared, trade), trade, (a, b), production))
    return _from_the_other_side(scored, ("hard_to_replace", "hard_to_replace_variant", "hard_to_place"), COUNTRY_KEY)


def leverage_totals(flows: Table, a: str, b: str, gdp: Table | None = None) -> Table:
    """Measure over all products what each side's trade rests on the other, and Hirschman's influence effect.

    In: all flows from or to a or b; `gdp` of the schema. Out: key year, country (a and b); `partner`; the totals,
    shares and asymmetries of `leverage`; `hirschman_imports`, `hirschman_exports` √Σ s_c² over partner countries c,
    1/√n … 1 (Hirschman's index of concentration); `gdp_usd`, `openness` X_a / GDP_a, `influence_effect`
    (X_ab/X_a)·(X_a/GDP_a) = X_ab/GDP_a: the part of the country's product that is earned by selling to the partner,
    which is what the partner's influence rests on (null where no GDP of that country and year is given).
    Source: Hirschman (1945), ch. 2 (influence effect) and ch. 6 (index of concentration).
    """
    pair = [a, b]
    touching = flows.filter((_.exporter != _.importer) & (_.exporter.isin(pair) | _.importer.isin(pair)))
    trade = touching.group_by(["year", "exporter", "importer"]).agg(value_usd=_.value_usd.sum())
    years = trade.select("year").distinct()
    both = ibis.union(*(years.select("year", country=one, partner=other) for one, other in _named(a, b)))
    concentration = herfindahl_of(_.squares, _.total_usd).sqrt()
    supply = _side(trade, (a, b), "importer", YEAR_KEY).select(
        *YEAR_KEY, imports_usd=_.between_usd, imports_from_all_usd=_.total_usd, hirschman_imports=concentration
    )
    sales = _side(trade, (a, b), "exporter", YEAR_KEY).select(
        *YEAR_KEY, exports_usd=_.between_usd, exports_to_all_usd=_.total_usd, hirschman_exports=concentration
    )
    shared = _shares(attach(attach(both, supply, YEAR_KEY), sales, YEAR_KEY))
    if gdp is None:
        valued = shared.mutate(gdp_usd=unknown())
    else:
        valued = attach(shared, gdp.select(*YEAR_KEY, "gdp_usd"), YEAR_KEY)
    weighed = valued.mutate(openness=ratio(_.exports_to_all_usd, _.gdp_usd))
    effect = weighed.mutate(influence_effect=ratio(_.exports_usd, _.gdp_usd))
    return _from_the_other_side(effect, (), YEAR_KEY)


def leans(bought: Table, sold: Table, imports: Table, exports: Table) -> Table:
    """Set one country beside each of its partners: who leans on whom, over all products.

    In: `bought`, the flows to the country, `sold`, those from it; the tables `imports` and `exports` of ALL countries.
    Out: key year, partner; `imports_usd`, `exports_usd` (0 where nothing is traded); `import_share`, `export_share` of
    the country's totals; `partner_export_share` imports_usd over all that the partner sells, `partner_import_share`
    exports_usd over all that it buys (null where it sells, buys, nothing); the asymmetries of `leverage`.
    """
    pair = ("year", "partner")
    from_there = bought.group_by("year", partner=_.exporter).agg(imports_usd=_.value_usd.sum())
    to_there = sold.group_by("year", partner=_.importer).agg(exports_usd=_.value_usd.sum())
    partners = ibis.union(from_there.select(*pair), to_there.select(*pair), distinct=True)
    traded = attach(attach(partners, from_there, pair), to_there, pair).mutate(
        imports_usd=_.imports_usd.fill_null(0.0), exports_usd=_.exports_usd.fill_null(0.0)
    )
    own = traded.group_by("year").agg(all_imports=_.imports_usd.sum(), all_exports=_.exports_usd.sum())
    they_buy = imports.group_by("year", partner=_.importer).agg(they_buy=_.value_usd.sum())
    they_sell = exports.group_by("year", partner=_.exporter).agg(they_sell=_.value_usd.sum())
    held = attach(attach(attach(traded, own, ("year",)), they_buy, pair), they_sell, pair)
    shares = held.mutate(
        import_share=ratio(_.imports_usd, _.all_imports),
        export_share=ratio(_.exports_usd, _.all_exports),
        partner_import_share=ratio(_.exports_usd, _.they_buy),
        partner_export_share=ratio(_.imports_usd, _.they_sell),
    )
    return shares.drop("all_imports", "all_exports", "they_buy", "they_sell").mutate(
        supply_asymmetry=_.import_share - _.partner_import_share,
        sales_asymmetry=_.export_share - _.partner_export_share,
    )


def moved(table: Table, shift: float) -> Table:
    """Shift a share of each product's imports from the partner to the other suppliers, in proportion to their sales.

    In: a table of `leverage`; `shift` in shares of the country's imports of the product (0.1 is ten points). Out: the
    same with `moved_share` min(shift, s), `import_share_moved` s' = s − moved_share, `moved_usd`, and
    `herfindahl_moved` s'² + (H − s²)·((1 − s')/(1 − s))². Null where the partner is the only supplier: there is nobody
    to shift to. Raises UsageError for a shift outside 0 … 1.
    """
    if not 0 <= shift <= 1:
        raise UsageError(
            message("a move is a share of imports", found=shift, expected="0 … 1", do="give 0.1 for ten points")
        )
    alone: Any = _.import_share < 1
    taken = table.mutate(moved_share=ibis.ifelse(alone, ibis.least(_.import_share, shift), unknown()))
    less = taken.mutate(
        import_share_moved=_.import_share - _.moved_share, moved_usd=_.moved_share * _.imports_from_all_usd
    )
    after = herfindahl_after(_.herfindahl, _.import_share, _.import_share_moved)
    return less.mutate(herfindahl_moved=after)


def herfindahl_after(index: Any, before: Any, after: Any) -> Any:
    """Return the Herfindahl once one share goes from `before` to `after` and the others make room in proportion."""
    stretch = (1 - after) / (1 - before).nullif(0)
    return after * after + (index - before * before) * stretch * stretch


def _named(a: str, b: str) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    one, other = ibis.literal(a), ibis.literal(b)
    return (one, other), (other, one)


def _between(trade: Table, a: str, b: str, key: tuple[str, ...]) -> Table:
    """One row per key of what a and b trade with one another, for either of them."""
    met = trade.filter(_.exporter.isin([a, b]) & _.importer.isin([a, b])).select(*key).distinct()
    return ibis.union(*(met.select(*key, country=one, partner=other) for one, other in _named(a, b)))


def _side(trade: Table, pair: tuple[str, str], own: str, key: tuple[str, ...]) -> Table:
    """Sum what each of the pair trades as `own` (importer or exporter): with all, with the other, and its squares."""
    other = "exporter" if own == "importer" else "importer"
    of_pair = trade.filter(_[own].isin(pair)).mutate(country=_[own])
    return of_pair.group_by(list(key)).agg(
        total_usd=_.value_usd.sum(),
        between_usd=ibis.ifelse(_[other].isin(pair), _.value_usd, 0.0).sum(),
        squares=(_.value_usd * _.value_usd).sum(),
    )


def _shares(table: Table) -> Table:
    sums = ("imports_usd", "imports_from_all_usd", "exports_usd", "exports_to_all_usd")
    filled = table.mutate(**{name: _[name].fill_null(0.0) for name in sums})
    return filled.mutate(
        import_share=ratio(_.imports_usd, _.imports_from_all_usd),
        export_share=ratio(_.exports_usd, _.exports_to_all_usd),
    )


def _world(table: Table, trade: Table) -> Table:
    sellers = world_concentration(exports(trade)).select(*PRODUCT, "world_exports_usd", "world_herfindahl")
    buyers = herfindahl(imports(trade), PRODUCT, partner="importer").select(
        *PRODUCT, world_import_herfindahl=_.herfindahl
    )
    joined = attach(attach(table, sellers, PRODUCT), buyers, PRODUCT)
    return joined.mutate(world_share=ratio(_.exports_to_all_usd, _.world_exports_usd)).drop("world_exports_usd")


def _home_supply(table: Table, trade: Table, pair: tuple[str, str], production: Table | None) -> Table:
    if production is None:
        return table.mutate(home_supply=unknown())
    bought = imports(trade.filter(_.importer.isin(pair)))
    sold = exports(trade.filter(_.exporter.isin(pair)))
    made = penetration(bought, sold, production.filter(_.country.isin(pair)))
    return attach(
        table, made.select(*COUNTRY_KEY, home_supply=ibis.least(_.self_sufficiency_pct / 100, 1.0)), COUNTRY_KEY
    )


def _scores(table: Table) -> Table:
    known = _.home_supply.notnull()
    variant = ibis.ifelse(known, WITH_HOME_SUPPLY, TRADE_ONLY)
    return table.mutate(
        hard_to_replace=_.import_share * _.world_herfindahl * ibis.ifelse(known, 1 - _.home_supply, 1.0),
        hard_to_replace_variant=ibis.ifelse(_.import_share.notnull(), variant, unknown("string")),
        hard_to_place=_.export_share * _.world_import_herfindahl,
    )


def _from_the_other_side(table: Table, columns: tuple[str, ...], key: tuple[str, ...]) -> Table:
    """Put beside each row what the partner's row says, and the difference of the shares."""
    seen = {f"partner_{name}": name for name in ("import_share", "export_share", *columns)}
    rest = [name for name in key if name != "country"]
    other = table.select(*rest, country="partner", **seen)
    return attach(table, other, key).mutate(
        supply_asymmetry=_.import_share - _.partner_import_share,
        sales_asymmetry=_.export_share - _.partner_export_share,
    )
