"""Re-export hubs: countries that sell on what they buy, so that their share hides where goods come from.

Trade tables such as BACI do not mark re-exports. Two-way trade in one HS6 is a hint, not proof: a country may import
one kind of the product and make another. Where production is known, what it cannot have made is certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.errors import UsageError, message
from homeground.measures._expressions import KEY, PRODUCT, attach, known_enough, ratio, unknown
from homeground.measures.geopolitics import MIN_COVERAGE
from homeground.measures.parameters import When, document, parameters_of
from homeground.measures.trade import COUNTRY_KEY


@dataclass(frozen=True)
class HubRule:
    """Least two-way index, re-export share and share of world exports that make a hub; see `rationale`."""

    two_way_index: float
    reexport_share: float
    world_share: float
    rationale: str


def hub_rule(on: When = None) -> HubRule:
    """Return the packaged thresholds at a date; raises UsageError before the first ones."""
    raw = document("hub_rule")
    dated = {name: parameter.on(on) for name, parameter in parameters_of(raw["parameters"]).items()}
    values = {name: value.value for name, value in dated.items() if value is not None}
    if len(values) < len(dated):
        raise UsageError(message("no hub thresholds at this date", found=on, do="leave the date out for the newest"))
    return HubRule(**values, rationale=raw["rationale"].strip())


def hubs(imports: Table, exports: Table, rule: HubRule, production: Table | None = None) -> Table:
    """Measure two-way trade and possible re-exports of every exporter.

    In: `imports(flows)`, `exports(flows)` of all countries, thresholds from `hub_rule()`, optionally `production`.
    Out: key year, country, hs6 of the exports; `imports_usd`, `exports_usd`, `two_way_index` 1 − |X−M|/(X+M) (Grubel
    and Lloyd 1975),
    `possible_reexports_usd` min(X, M), `possible_reexports_t` max(0, X−P) where production and the quantity sold are
    known, `reexport_share` of exports (min(X, M)/X by value; where possible_reexports_t is known, its share of X in
    tons if that is smaller: nobody sells on more than it bought, and one wrong quantity must not make a hub),
    `world_share` of exports by value, `is_hub`: world_share and two_way_index (with production: reexport_share) reach
    the rule's.
    """
    judged = _judged(sellers(imports, exports), rule, production)
    return judged.select(
        *COUNTRY_KEY,
        "imports_usd",
        "exports_usd",
        "two_way_index",
        "possible_reexports_usd",
        "possible_reexports_t",
        "reexport_share",
        "world_share",
        "is_hub",
    )


def sellers(imports: Table, exports: Table) -> Table:
    """Put beside what each country sells of a product what it buys of it, and what all countries sell.

    In: `imports(flows)`, `exports(flows)` of all countries. Out: the schema's table `sellers`: key year, exporter, hs6
    of the exports; `value_usd`, `quantity_t` as there, `bought_usd` (0 where it buys none), `world_usd`.
    """
    bought = imports.select("year", "hs6", exporter="importer", bought_usd="value_usd")
    world = exports.group_by(list(PRODUCT)).agg(world_usd=_.value_usd.sum())
    both = attach(attach(exports, bought, ("year", "exporter", "hs6")), world, PRODUCT)
    return both.mutate(bought_usd=_.bought_usd.fill_null(0.0))


def with_hubs(sellers: Table, rule: HubRule, production: Table | None = None) -> Table:
    """Say of every row of the table `sellers` whether it is a hub, as `hubs` does.

    Out: key year, exporter, hs6; `value_usd`, `quantity_t`, `is_hub`: what `evidence` takes as `exports`.
    """
    judged = _judged(sellers, rule, production)
    return judged.select("year", "hs6", "is_hub", exporter="country", value_usd="exports_usd", quantity_t="exports_t")


def _judged(sellers: Table, rule: HubRule, production: Table | None) -> Table:
    both = sellers.select(
        "year",
        "hs6",
        "world_usd",
        country="exporter",
        imports_usd="bought_usd",
        exports_usd="value_usd",
        exports_t="quantity_t",
    )
    sized = _with_production(both, production).mutate(
        two_way_index=1 - ratio((_.exports_usd - _.imports_usd).abs(), _.exports_usd + _.imports_usd),
        possible_reexports_usd=ibis.least(_.exports_usd, _.imports_usd),
        possible_reexports_t=ibis.cases(
            (_.exports_t > _.production_t, _.exports_t - _.production_t), (_.exports_t <= _.production_t, 0.0)
        ),
        world_share=ratio(_.exports_usd, _.world_usd),
    )
    by_value = ratio(_.possible_reexports_usd, _.exports_usd)
    by_quantity = ratio(_.possible_reexports_t, _.exports_t)
    shares = sized.mutate(reexport_share=ibis.ifelse(by_quantity < by_value, by_quantity, by_value))
    judged = shares.mutate(
        evident=ibis.ifelse(
            by_quantity.notnull(), _.reexport_share >= rule.reexport_share, _.two_way_index >= rule.two_way_index
        )
    )
    return judged.mutate(is_hub=_.evident & (_.world_share >= rule.world_share))


def hub_share(flows: Table, hubs: Table, min_coverage: float = MIN_COVERAGE) -> Table:
    """Measure the share of imports that comes from re-export hubs: key year, importer, hs6; `hub_share` (0 … 1).

    Null where the suppliers of less than `min_coverage` of the value are classified.
    """
    classes = hubs.select("year", "hs6", "is_hub", exporter="country")
    marked = attach(flows, classes, ("year", "exporter", "hs6"))
    sums = marked.group_by(list(KEY)).agg(
        total=_.value_usd.sum(), known=_value_where(_.is_hub.notnull()), hub=_value_where(_.is_hub)
    )
    return sums.select(*KEY, hub_share=known_enough(ratio(_.hub, _.total), ratio(_.known, _.total), min_coverage))


def _value_where(condition: Any) -> Any:
    return ibis.ifelse(condition, _.value_usd, 0.0).sum()


def _with_production(both: Table, production: Table | None) -> Table:
    if production is None:
        return both.mutate(production_t=unknown())
    return attach(both, production.select(*COUNTRY_KEY, production_t="quantity_t"), COUNTRY_KEY)
