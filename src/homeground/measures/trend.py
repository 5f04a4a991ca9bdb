"""Years side by side: totals, concentration, main partner, unit value, what of a change is price and what is quantity.

All lazy, one row per year. Values in US dollars of the year, quantities in metric tons.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground.measures._expressions import herfindahl_of, largest, ratio, sorted_codes

ITEM: Final = ("exporter", "importer", "hs6")


def yearly(flows: Table, partner: str = "exporter", nes: Collection[str] = ()) -> Table:
    """Sum one country's flows per year: key year.

    Out: `value_usd`; `quantity_t` (reported ones, null where none), `quantity_coverage` (share of the value with a
    quantity), `unit_value_usd_per_t` (over these only), `partners`, `herfindahl`, `top_partner`, `top_share`,
    `nes_share` (share of partners in `nes`). Of several products, tons add unlike goods: the caller decides.
    """
    weighed = ibis.ifelse(_.quantity_t.notnull(), _.value_usd, 0.0)
    each = flows.group_by(["year", partner]).agg(
        v=_.value_usd.sum(), q=_.quantity_t.sum(), w=weighed.sum()
    ).mutate(name=_[partner])  # fmt: skip
    sums = each.group_by("year").agg(
        value_usd=_.v.sum(),
        quantity_t=_.q.sum(),
        weighed=_.w.sum(),
        partners=_.count(),
        squares=(_.v * _.v).sum(),
        top=largest(_.name, _.v),
        nes=ibis.ifelse(_.name.isin(sorted_codes(nes)), _.v, 0.0).sum(),
    )
    return sums.select(
        "year",
        "value_usd",
        "quantity_t",
        "partners",
        quantity_coverage=ratio(_.weighed, _.value_usd),
        unit_value_usd_per_t=_.weighed / _.quantity_t.nullif(0),
        herfindahl=herfindahl_of(_.squares, _.value_usd),
        top_partner=_.top["e"],
        top_share=ratio(-_.top["v"], _.value_usd),
        nes_share=ratio(_.nes, _.value_usd),
    )


def price_and_quantity(flows: Table) -> Table:
    """Split each year's change of value into price, quantity, entry and what has no quantity: key year (the later one).

    Items are exporter × importer × product. With v = p·q of an item and L(a, b) = (a − b) / ln(a / b), its change is
    exactly L(v₁, v₀)·ln(p₁/p₀) + L(v₁, v₀)·ln(q₁/q₀) (Montgomery 1937; Vartia 1976, Scandinavian Journal of Economics
    78(2); Ang 2004, Energy Policy 32(9), as LMDI-I). p is the unit value: a change of quality inside an item counts as
    price, a change of supplier as quantity or entry.

    Out, USD: `change_usd` = `price_usd` + `quantity_usd` + `entry_usd` (items only in one of the two years) +
    `unweighed_usd` (items without a positive quantity in one of them). A pair of years of which one is absent has no
    row.
    """
    sums = flows.group_by(["year", *ITEM]).agg(v=_.value_usd.sum(), q=_.quantity_t.sum())
    items = _side_by_side(sums, ("v", "q"), ITEM)
    both = items.v_now.notnull() & items.v_before.notnull()
    weighed = both & (items.q_now > 0) & (items.q_before > 0) & (items.v_now > 0) & (items.v_before > 0)
    known = items.mutate(both=both, weighed=weighed.fill_null(False), change=_or_zero(_.v_now) - _or_zero(_.v_before))
    grown, weight = _log_of(known, "v"), _log_of(known, "q")
    mean = ibis.ifelse(grown == 0, known.v_now, known.change / grown.nullif(0))
    parts = known.mutate(
        price=ibis.ifelse(known.weighed, mean * (grown - weight), 0.0),
        volume=ibis.ifelse(known.weighed, mean * weight, 0.0),
        entry=ibis.ifelse(known.both, 0.0, known.change),
        rest=ibis.ifelse(known.both & ~known.weighed, known.change, 0.0),
    )
    years = parts.group_by("year").agg(
        change_usd=_.change.sum(),
        price_usd=_.price.sum(),
        quantity_usd=_.volume.sum(),
        entry_usd=_.entry.sum(),
        unweighed_usd=_.rest.sum(),
        pair=_.v_now.count().nullif(0) * _.v_before.count().nullif(0),
    )
    return years.filter(_.pair.notnull()).drop("pair")


def surroundings(imports: Table) -> Table:
    """Sum all trade per year, against which a country's change is read: key year.

    In: the imports of all countries (`measures.imports`). Out: `world_usd`, `world_t`, `world_coverage` (share of the
    value with a quantity).
    """
    sums = imports.group_by("year").agg(
        world_usd=_.value_usd.sum(), world_t=_.quantity_t.sum(), w=(_.value_usd * _.quantity_coverage).sum()
    )
    return sums.select("year", "world_usd", "world_t", world_coverage=ratio(_.w, _.world_usd))


def moves(totals: Table, country: str = "importer", factor: float = 1.5, least_share: float = 0.001) -> Table:
    """Count the countries whose value moves by more than `factor` against the year before: key year (the later one).

    In: totals of the countries (`measures.imports` or `exports`). Only countries that trade in both years, and had
    at least `least_share` of all value in one of them, count.
    Out: `countries`, `up`, `down` (counts).
    """
    sums = totals.group_by(["year", country]).agg(v=_.value_usd.sum())
    total = sums.v.sum().over(ibis.window(group_by="year"))
    pairs = _side_by_side(sums.mutate(s=sums.v / total.nullif(0)), ("v", "s"), (country,))
    counted = pairs.filter((_.v_now > 0) & (_.v_before > 0) & ((_.s_now >= least_share) | (_.s_before >= least_share)))
    change = counted.v_now / counted.v_before
    return counted.group_by("year").agg(
        countries=_.count(),
        up=ibis.ifelse(change > factor, 1, 0).sum(),
        down=ibis.ifelse(change < 1 / factor, 1, 0).sum(),
    )


def _side_by_side(table: Table, values: Collection[str], item: Collection[str]) -> Table:
    """Put each item's values of a year beside those of the year before: `…_now`, `…_before`, null where it has none."""
    kinds, year = table.schema(), table["year"].type()
    keys = ["year", *item]
    now = table.select(*keys, **{f"{v}_now": _[v] for v in values}, **{f"{v}_before": _none(kinds[v]) for v in values})
    before = table.select(
        *item,
        year=(_.year + 1).cast(year),
        **{f"{v}_now": _none(kinds[v]) for v in values},
        **{f"{v}_before": _[v] for v in values},
    ).select(*now.columns)
    sides = {f"{v}_{side}": _[f"{v}_{side}"].max() for v in values for side in ("now", "before")}
    return ibis.union(now, before).group_by(keys).agg(**sides)


def _log_of(table: Table, value: str) -> Any:
    """The logarithm of now over before, where the item is weighed; null elsewhere."""
    quotient = table[f"{value}_now"] / table[f"{value}_before"]
    return ibis.ifelse(table.weighed, quotient, ibis.null("float64")).ln()


def _none(kind: Any) -> Any:
    return ibis.null(kind)


def _or_zero(value: Any) -> Any:
    return value.fill_null(0.0)
