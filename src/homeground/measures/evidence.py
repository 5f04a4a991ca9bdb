"""Everything the presets ask about: one wide row per year, importer and product."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import (
    KEY,
    PRODUCT,
    attach,
    known_enough,
    largest_with_tons,
    ratio,
    sorted_codes,
    unknown,
)
from homeground.measures.concentration import concentration_ratios, world_concentration
from homeground.measures.dependence import dependence_table
from homeground.measures.geopolitics import MIN_COVERAGE, weighted_herfindahl
from homeground.measures.hubs import hub_share
from homeground.measures.trade import balance


def evidence(
    flows: Table,
    exports: Table,
    *,
    members: Collection[str] | None = None,
    nes: Collection[str] | None = None,
    production: Table | None = None,
    weights: Table | None = None,
    hubs: Table | None = None,
    min_coverage: float = MIN_COVERAGE,
    ratios: bool = True,
) -> Table:
    """Join all evidence on the imports in `flows`, on year, importer and hs6.

    In: `flows` of the importers in question (the caller filters); `exports` of ALL countries for the same years, from
    which world figures come; `members` of the bloc that counts as home market; `nes` codes; `production`, `weights`
    and `hubs` tables of the schema and of `hubs()`. What is not given leaves its columns null; `ratios` false leaves
    out `cr3` and `cr5`.

    With `members`, the importers in `flows` are members, or the bloc itself.
    The bloc as a whole is asked about with `as_bloc(…, inside="keep")` as flows and the exports of
    `as_bloc(…, inside="drop")`; its consumption then counts imports from outside only, a member's counts all.

    Out: the columns of `dependence_table` and
    `cr3`, `cr5`; `extra_top_supplier`, `extra_top_share` (of imports from outside the bloc);
    `exports_usd` (0 where the importer sells none, null where `exports` does not hold the product),
    `import_export_ratio` M/X, `imports_to_supply` M/(M+X), `net_imports_usd` M−X, and M/X and M−X
    on imports from outside the bloc with the prefix `extra_`;
    `world_herfindahl`, `world_exporters`, `world_top_exporter`, `top_supplier_world_share`, `top_supplier_leads_world`
    (the same of the top supplier outside the bloc with the prefix `extra_`);
    `production_t`, `exports_t`, `consumption_t` P+M−X, `penetration` M/C, `self_sufficiency_pct`,
    `import_dependency_pct`, `top_supplier_consumption_share` (tons of the top supplier over C; of the top supplier
    outside the bloc where one is given);
    `hub_share`, `top_supplier_is_hub`; `weighted_herfindahl`, `weight_coverage`.
    Null where a denominator is zero, a part is unknown, or less than `min_coverage` of the value has a quantity,
    a hub class or a weight.
    """
    table = dependence_table(flows, members=members, nes=nes)
    if ratios:
        table = attach(table, concentration_ratios(flows, (3, 5)), KEY)
    else:
        table = table.mutate(cr3=unknown(), cr5=unknown())
    table = attach(table, _leaders(flows, members), KEY)
    table = _with_world(table, exports)
    table = _with_exports(table, exports)
    table = _with_balance(table, production, members, min_coverage)
    table = _with_hubs(table, flows, hubs, min_coverage)
    return _with_weights(table, flows, weights, min_coverage)


def _leaders(flows: Table, members: Collection[str] | None) -> Table:
    """Find the largest supplier (outside the bloc, if any) with its value and tons, and the tons from outside."""
    outside = _.exporter.notin(sorted_codes(members or ()))
    sums = flows.group_by(list(KEY)).agg(
        top=largest_with_tons(_.exporter, _.value_usd, _.quantity_t, outside),
        outside_t=_sum_where(outside, _.quantity_t),
        outside_weighed=_sum_where(outside & _.quantity_t.notnull(), _.value_usd),
    )
    found = sums.select(
        *KEY,
        "outside_t",
        "outside_weighed",
        extra_top_supplier=_.top["e"],
        leader_usd=-_.top["v"],
        leader_t=_.top["t"],
    )
    return found if members is not None else found.mutate(extra_top_supplier=unknown("string"), leader_usd=unknown())


def _sum_where(condition: Any, value: Any) -> Any:
    return ibis.ifelse(condition, value, unknown()).sum()


def _with_exports(table: Table, exports: Table) -> Table:
    sold = exports.select("year", "hs6", importer="exporter", exports_usd="value_usd", exports_t="quantity_t")
    joined = attach(table, sold, KEY).mutate(
        exports_t=ibis.ifelse(_.exports_usd.isnull() & _.world_exports_usd.notnull(), 0.0, _.exports_t),
        exports_usd=ibis.ifelse(_.world_exports_usd.notnull(), _.exports_usd.fill_null(0.0), unknown()),
    )
    return joined.mutate(
        import_export_ratio=ratio(_.imports_usd, _.exports_usd),
        imports_to_supply=ratio(_.imports_usd, _.imports_usd + _.exports_usd),
        net_imports_usd=_.imports_usd - _.exports_usd,
        extra_import_export_ratio=ratio(_.extra_imports_usd, _.exports_usd),
        extra_net_imports_usd=_.extra_imports_usd - _.exports_usd,
        extra_top_share=ratio(_.leader_usd, _.extra_imports_usd),
    ).drop("leader_usd", "world_exports_usd")


def _with_world(table: Table, exports: Table) -> Table:
    world = world_concentration(exports).drop("world_top_share")
    joined = attach(table, world, PRODUCT)
    for prefix in ("", "extra_"):
        supplier = f"{prefix}top_supplier"
        sold = exports.select("year", "hs6", **{supplier: "exporter", "supplier_exports": "value_usd"})
        joined = attach(joined, sold, (*PRODUCT, supplier)).mutate(
            **{
                f"{supplier}_world_share": ratio(_.supplier_exports, _.world_exports_usd),
                f"{supplier}_leads_world": _[supplier] == _.world_top_exporter,
            }
        )
        joined = joined.drop("supplier_exports")
    return joined


def _with_balance(
    table: Table, production: Table | None, members: Collection[str] | None, min_coverage: float
) -> Table:
    if production is None:
        joined = table.mutate(production_t=unknown())
    else:
        made = production.select("year", "hs6", importer="country", production_t="quantity_t")
        joined = attach(table, made, KEY)
    imported = known_enough(_.imports_t, _.quantity_coverage, min_coverage)
    if members is not None:
        covered = ratio(_.outside_weighed.fill_null(0.0), _.extra_imports_usd)
        from_outside = ibis.ifelse(_.extra_imports_usd == 0, 0.0, known_enough(_.outside_t, covered, min_coverage))
        imported = ibis.ifelse(_.importer.isin(sorted_codes(members)), imported, from_outside)
    balanced = joined.mutate(**balance(_.production_t, imported, _.exports_t))
    of_consumption: Any = ibis.ifelse(_.consumption_t > 0, ratio(_.leader_t, _.consumption_t), unknown())
    shared = balanced.mutate(top_supplier_consumption_share=of_consumption)
    return shared.drop("leader_t", "outside_t", "outside_weighed")


def _with_hubs(table: Table, flows: Table, hubs: Table | None, min_coverage: float) -> Table:
    if hubs is None:
        return table.mutate(hub_share=unknown(), top_supplier_is_hub=unknown("boolean"))
    classes = hubs.select("year", "hs6", top_supplier="country", top_supplier_is_hub="is_hub")
    return attach(attach(table, hub_share(flows, hubs, min_coverage), KEY), classes, (*PRODUCT, "top_supplier"))


def _with_weights(table: Table, flows: Table, weights: Table | None, min_coverage: float) -> Table:
    if weights is None:
        return table.mutate(weighted_herfindahl=unknown(), weight_coverage=unknown())
    return attach(table, weighted_herfindahl(flows, weights, min_coverage=min_coverage), KEY)
