"""Totals of trade, its balance against production, blocs as one market, suppliers left out.

A trade table lists positive flows only: within a loaded year, a country without a row for a product traded none of it
(0), while a row without a quantity is unknown (null).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import FLOW_KEY, KEY, attach, known_enough, ratio, sorted_codes, unknown

COUNTRY_KEY = ("year", "country", "hs6")


def imports(flows: Table) -> Table:
    """Sum the imports of each country: key year, importer, hs6.

    Out: `value_usd` (USD), `quantity_t` (t, reported flows only; null where none reports), `quantity_coverage` (share
    of the value with a quantity).
    """
    weighed = ibis.ifelse(_.quantity_t.notnull(), _.value_usd, 0.0)
    sums = flows.group_by(list(KEY)).agg(
        value_usd=_.value_usd.sum(), quantity_t=_.quantity_t.sum(), weighed=weighed.sum()
    )
    return sums.select(*KEY, "value_usd", "quantity_t", quantity_coverage=ratio(_.weighed, _.value_usd))


def exports(flows: Table) -> Table:
    """Sum the exports of each country into the schema's table `exports`: key year, exporter, hs6.

    Out: `value_usd` (USD), `quantity_t` (t, reported flows only; null where none reports).
    """
    return flows.group_by(["year", "exporter", "hs6"]).agg(value_usd=_.value_usd.sum(), quantity_t=_.quantity_t.sum())


def import_export_ratio(imports: Table, exports: Table, no_exports: float | None = None) -> Table:
    """Compute the ratio of imports to exports M/X by value.

    In: `imports(flows)`, `exports(flows)`. Out: key year, importer, hs6 of the imports; `imports_usd`, `exports_usd`
    (0 where the country sold none), `import_export_ratio`. X = 0 gives null, or `no_exports` where a method sets a
    number for it (CEPII GeoDep: 9999).
    """
    sold = exports.select("year", "hs6", importer="exporter", exports_usd="value_usd")
    both = attach(imports.select(*KEY, imports_usd="value_usd"), sold, KEY)
    both = both.mutate(exports_usd=_.exports_usd.fill_null(0.0))
    quotient = ratio(_.imports_usd, _.exports_usd)
    return both.mutate(import_export_ratio=quotient if no_exports is None else quotient.fill_null(float(no_exports)))


def as_bloc(flows: Table, bloc_code: str, members: Collection[str], inside: Literal["drop", "keep"] = "drop") -> Table:
    """Merge the members of a bloc into one country on both sides and sum again.

    inside="drop": flows among members are no trade; the bloc buys and sells as one.
    inside="keep": only the importing side is merged, suppliers keep their own code; this is what shares "from outside
    the bloc" are measured on, with `members` given to `dependence_table` or `evidence`.
    Out: flows, key year, exporter, importer, hs6; a quantity is the sum of the reported ones, null where none is.
    """
    codes = sorted_codes(members)
    both_inside = _.exporter.isin(codes) & _.importer.isin(codes)
    kept = flows.filter(~both_inside) if inside == "drop" else flows
    sides = ("exporter", "importer") if inside == "drop" else ("importer",)
    merged = kept.mutate(**{side: ibis.ifelse(_[side].isin(codes), bloc_code, _[side]) for side in sides})
    return merged.group_by(list(FLOW_KEY)).agg(value_usd=_.value_usd.sum(), quantity_t=_.quantity_t.sum())


def without(flows: Table, exporters: Collection[str]) -> Table:
    """Keep the flows that do not come from `exporters`, for instance codes that stand for many unnamed countries."""
    return flows.filter(_.exporter.notin(sorted_codes(exporters))) if exporters else flows


def penetration(imports: Table, exports: Table, production: Table, min_coverage: float = 0.99) -> Table:
    """Balance imports and exports with production: C = P + M − X, M/C, 100·P/C, 100·(M−X)/C.

    In: `imports(flows)`, `exports(flows)`, `production` (year, country, hs6, quantity_t). Out: key year, country, hs6
    of the production; `production_t`, `imports_t`, `exports_t`, `consumption_t` (t), `penetration` (1),
    `self_sufficiency_pct`, `import_dependency_pct`; the last two sum to 100, the last may be negative.
    Null where imports have quantities for less than the share `min_coverage` of their value, where exports have none,
    or where C ≤ 0. Source: FAO Food Balance Sheets handbook (2001), ch. 1.
    """
    bought = imports.select(
        "year",
        "hs6",
        country="importer",
        bought_usd=_.value_usd,
        imports_t=known_enough(_.quantity_t, _.quantity_coverage, min_coverage),
    )
    sold = exports.select("year", "hs6", country="exporter", sold_usd=_.value_usd, exports_t=_.quantity_t)
    made = production.select(*COUNTRY_KEY, production_t="quantity_t")
    joined = attach(attach(made, bought, COUNTRY_KEY), sold, COUNTRY_KEY).mutate(
        imports_t=ibis.ifelse(_.bought_usd.isnull(), 0.0, _.imports_t),
        exports_t=ibis.ifelse(_.sold_usd.isnull(), 0.0, _.exports_t),
    )
    return joined.select(
        *COUNTRY_KEY, "production_t", "imports_t", "exports_t", **balance(_.production_t, _.imports_t, _.exports_t)
    )


def balance(production: Any, imported: Any, exported: Any) -> dict[str, Any]:
    """Return the columns of the balance of one product in tons, as described in `penetration`."""
    consumption = production + imported - exported
    supply = ibis.ifelse(consumption > 0, consumption, unknown())
    return {
        "consumption_t": consumption,
        "penetration": imported / supply,
        "self_sufficiency_pct": 100 * production / supply,
        "import_dependency_pct": 100 * (imported - exported) / supply,
    }
