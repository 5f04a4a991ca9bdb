"""Everything the presets ask about: one wide row per year, importer and product."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import (
    KEY,
    PRODUCT,
    attach,
    known_enough,
    largest,
    ratio,
    sorted_codes,
    sum_of_first,
    unknown,
)
from homeground.measures.concentration import world_concentration
from homeground.measures.dependence import dependence_table, market_columns, market_sums
from homeground.measures.geopolitics import MIN_COVERAGE, weighted_herfindahl
from homeground.measures.trade import balance

LOOKED_BACK_ON: Final = (
    "imports_usd",
    "herfindahl",
    "extra_imports_usd",
    "extra_herfindahl",
    "exports_usd",
    "import_export_ratio",
    "extra_import_export_ratio",
    "world_herfindahl",
)
"""Evidence that rules over several years ask for (a test holds the packaged rules against it)."""


def evidence(
    flows: Table,
    exports: Table,
    *,
    members: Collection[str] | None = None,
    nes: Collection[str] | None = None,
    production: Table | None = None,
    weights: Table | None = None,
    hubs: Table | None = None,
    world: Table | None = None,
    importers: Collection[str] | None = None,
    min_coverage: float = MIN_COVERAGE,
    ratios: bool = True,
) -> Table:
    """Join all evidence on the imports in `flows`, on year, importer and hs6.

    In: `flows` of the importers in question (the caller filters); `exports` of ALL countries for the same years, from
    which world figures come; `members` of the bloc that counts as home market; `nes` codes; `production`, `weights`
    and `hubs` tables of the schema and of `hubs()`. What is not given leaves its columns null; `ratios` false leaves
    out `cr3` and `cr5`. Three that only save work: `exports` may have the column `is_hub`, which then takes the place
    of `hubs`; `world` is `world_concentration(exports)` where it is kept; `importers` names those in `flows`.

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
    marked, hubs_known = _with_suppliers(flows, exports, hubs)
    sums = market_sums(marked, members, nes, True, **_sums(members, hubs_known, ratios))
    if ratios:
        sums = sums.mutate(negated=_.negated.sort())
    columns = _columns(members, hubs_known, ratios, min_coverage)
    table = sums.select(*KEY, **market_columns(members, nes, True), **columns)
    table = _with_exports(_with_world(table, exports, world), exports, importers)
    table = _with_balance(table, production, members, min_coverage)
    return _with_weights(table, flows, weights, min_coverage)


def evidence_before(
    flows: Table,
    exports: Table,
    *,
    members: Collection[str] | None = None,
    world: Table | None = None,
    importers: Collection[str] | None = None,
) -> Table:
    """Join the part of `evidence` that rules over several years look back on: its key and `LOOKED_BACK_ON`."""
    table = dependence_table(flows, members=members, quantities=False)
    return _with_exports(_with_world_figures(table, exports, world), exports, importers).select(*KEY, *LOOKED_BACK_ON)


def _with_suppliers(flows: Table, exports: Table, hubs: Table | None) -> tuple[Table, bool]:
    """Put beside each flow what its supplier sells to the world, and whether it is a hub, where that is known."""
    sides = ("year", "exporter", "hs6")
    classed = "is_hub" in exports.columns
    sold = exports.select(*sides, sold="value_usd", **({"is_hub": _.is_hub} if classed else {}))
    marked = attach(flows, sold, sides)
    if hubs is None or classed:
        return marked, classed
    return attach(marked, hubs.select("year", "hs6", "is_hub", exporter="country"), sides), True


def _sums(members: Collection[str] | None, hubs_known: bool, ratios: bool) -> dict[str, Any]:
    """What `evidence` sums per market, beside what `dependence_table` does."""
    hub = {"hub": _.is_hub} if hubs_known else {}
    sums: dict[str, Any] = {"top": largest(_.exporter, _.value_usd, tons=_.quantity_t, sold=_.sold, **hub)}
    if members is not None:
        outside = _.exporter.notin(sorted_codes(members))
        sums["leader"] = largest(_.exporter, _.value_usd, outside, tons=_.quantity_t, sold=_.sold)
        sums["outside_t"] = _sum_where(outside, _.quantity_t)
        sums["outside_weighed"] = _sum_where(outside & _.quantity_t.notnull(), _.value_usd)
    if ratios:
        sums["negated"] = (-_.value_usd).collect()
    if hubs_known:
        sums["of_hubs"] = _sum_where(_.is_hub, _.value_usd)
        sums["classed"] = _sum_where(_.is_hub.notnull(), _.value_usd)
    return sums


def _columns(members: Collection[str] | None, hubs_known: bool, ratios: bool, min_coverage: float) -> dict[str, Any]:
    """Return the columns that `_sums` make, with those that later steps need and drop."""
    of_bloc = members is not None
    leader = _.leader if of_bloc else _.top
    known = ratio(_.classed.fill_null(0.0), _.m) if hubs_known else None
    return {
        "cr3": ratio(sum_of_first(_.negated, 3), _.m) if ratios else unknown(),
        "cr5": ratio(sum_of_first(_.negated, 5), _.m) if ratios else unknown(),
        "extra_top_supplier": leader["e"] if of_bloc else unknown("string"),
        "leader_usd": -leader["v"] if of_bloc else unknown(),
        "leader_t": leader["tons"],
        "outside_t": _.outside_t if of_bloc else unknown(),
        "outside_weighed": _.outside_weighed if of_bloc else unknown(),
        "top_supplier_sold": _.top["sold"],
        "extra_top_supplier_sold": leader["sold"] if of_bloc else unknown(),
        "hub_share": known_enough(ratio(_.of_hubs.fill_null(0.0), _.m), known, min_coverage)
        if hubs_known
        else unknown(),
        "top_supplier_is_hub": _.top["hub"] if hubs_known else unknown("boolean"),
    }


def _sum_where(condition: Any, value: Any) -> Any:
    return ibis.ifelse(condition, value, unknown()).sum()


def _with_exports(table: Table, exports: Table, importers: Collection[str] | None) -> Table:
    """Hold imports against what the importer sells itself."""
    own = exports if importers is None else exports.filter(_.exporter.isin(sorted_codes(importers)))
    sold = own.select("year", "hs6", importer="exporter", exports_usd="value_usd", exports_t="quantity_t")
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
    ).drop("world_exports_usd")


def _with_world_figures(table: Table, exports: Table, world: Table | None) -> Table:
    """Attach what `world_concentration` says of the product."""
    figures = world_concentration(exports) if world is None else world
    return attach(table, figures.drop("world_top_share"), PRODUCT)


def _with_world(table: Table, exports: Table, world: Table | None) -> Table:
    """Hold the leading suppliers against all exporters of the product."""
    joined = _with_world_figures(table, exports, world)
    shares = {
        f"{supplier}_world_share": ratio(_[f"{supplier}_sold"], _.world_exports_usd)
        for supplier in ("top_supplier", "extra_top_supplier")
    }
    leads = {
        f"{supplier}_leads_world": _[supplier] == _.world_top_exporter
        for supplier in ("top_supplier", "extra_top_supplier")
    }
    extra = ratio(_.leader_usd, _.extra_imports_usd)
    return joined.mutate(**shares, **leads, extra_top_share=extra).drop(
        "leader_usd", "top_supplier_sold", "extra_top_supplier_sold"
    )


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


def _with_weights(table: Table, flows: Table, weights: Table | None, min_coverage: float) -> Table:
    if weights is None:
        return table.mutate(weighted_herfindahl=unknown(), weight_coverage=unknown())
    return attach(table, weighted_herfindahl(flows, weights, min_coverage=min_coverage), KEY)
