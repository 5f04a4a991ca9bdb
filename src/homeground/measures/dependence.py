"""The dependence table: one pass over the flows, one row per year, importer and product."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import KEY, herfindahl_of, largest, ratio, sorted_codes, unknown


def dependence_table(
    flows: Table,
    *,
    members: Collection[str] | None = None,
    nes: Collection[str] | None = None,
    quantities: bool = True,
) -> Table:
    """Measure what each importer's supply of each product rests on, with s_c the supplier's share of the value.

    In: flows. Out: key year, importer, hs6 and
    `imports_usd` (USD), `suppliers` (count), `herfindahl` Σs_c², `effective_suppliers` 1/Σs_c², `top_supplier` (code;
    of equal ones the alphabetically first), `top_supplier_usd`, `top_share`;
    `imports_t` (t, sum of the reported quantities, null where none is) and `quantity_coverage` (share of value with a
    quantity), null unless `quantities`;
    `extra_imports_usd`, `extra_share`, `extra_herfindahl` on flows from outside the bloc `members`, null without it;
    `nes_share` and `herfindahl_without_nes`, where `nes` are the codes that stand for many unnamed countries, null
    without it.
    No imports from outside give extra_share 0 and a null extra_herfindahl.
    """
    return market_sums(flows, members, nes, quantities).select(*KEY, **market_columns(members, nes, quantities))


def market_sums(
    flows: Table, members: Collection[str] | None, nes: Collection[str] | None, quantities: bool, **also: Any
) -> Table:
    """Sum the flows of each market (year, importer, hs6), in one pass, to what `market_columns` are made of.

    `also` are further aggregates; `top` among them takes the place of the largest supplier.
    """
    parts = _parts(members, nes, quantities)
    sums: dict[str, Any] = {
        "m": _.value_usd.sum(),
        "m2": (_.value_usd * _.value_usd).sum(),
        "suppliers": _.count(),
        "top": largest(_.exporter, _.value_usd),
        **{name: _[name].sum() for name in parts},
        **{f"{name}2": (_[name] * _[name]).sum() for name in parts if name != "weighed"},
        **({"imports_t": _.quantity_t.sum()} if quantities else {}),
    }
    return (flows.mutate(**parts) if parts else flows).group_by(list(KEY)).agg(**{**sums, **also})


def market_columns(members: Collection[str] | None, nes: Collection[str] | None, quantities: bool) -> dict[str, Any]:
    """Return the columns of `dependence_table` beside its key, as expressions on `market_sums`."""
    return {
        "suppliers": _.suppliers,
        "imports_usd": _.m,
        "imports_t": _.imports_t if quantities else unknown(),
        "quantity_coverage": ratio(_.weighed.fill_null(0.0), _.m) if quantities else unknown(),
        "herfindahl": herfindahl_of(_.m2, _.m),
        "effective_suppliers": ratio(_.m * _.m, _.m2),
        "top_supplier": _.top["e"],
        "top_supplier_usd": -_.top["v"],
        "top_share": ratio(-_.top["v"], _.m),
        **_outside_columns(members is not None),
        **_nes_columns(nes),
    }


def _parts(members: Collection[str] | None, nes: Collection[str] | None, quantities: bool) -> dict[str, Any]:
    """Split the value into columns that are null where a flow does not count: cheaper than filtered sums."""
    conditions: dict[str, Any] = {}
    if members is not None:
        conditions["outside"] = _.exporter.notin(sorted_codes(members))
    if nes:
        conditions["named"] = _.exporter.notin(sorted_codes(nes))
    if quantities:
        conditions["weighed"] = _.quantity_t.notnull()
    return {name: ibis.ifelse(condition, _.value_usd, unknown()) for name, condition in conditions.items()}


def _outside_columns(asked: bool) -> dict[str, Any]:
    if not asked:
        return dict.fromkeys(("extra_imports_usd", "extra_share", "extra_herfindahl"), unknown())
    return {
        "extra_imports_usd": _.outside.fill_null(0.0),
        "extra_share": ratio(_.outside.fill_null(0.0), _.m),
        "extra_herfindahl": herfindahl_of(_.outside2, _.outside),
    }


def _nes_columns(nes: Collection[str] | None) -> dict[str, Any]:
    if nes is None:
        return dict.fromkeys(("nes_share", "herfindahl_without_nes"), unknown())
    if not nes:
        return {"nes_share": ratio(_.m * 0.0, _.m), "herfindahl_without_nes": herfindahl_of(_.m2, _.m)}
    return {
        "nes_share": ratio(_.m - _.named.fill_null(0.0), _.m),
        "herfindahl_without_nes": herfindahl_of(_.named2, _.named),
    }
