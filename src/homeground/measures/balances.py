"""The balance of a commodity in physical units: what is made, bought, sold, kept and needed, and what follows.

Figures come as the schema's table `balances` in long form; one source per commodity has to be chosen before. Nothing is
filled in, with one exception that the source itself proves: where its uses add up to its supply without an element that
it does not list, that element is zero.
"""

from __future__ import annotations

from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from homeground import units
from homeground.measures._expressions import attach, ratio, unknown
from homeground.measures.trade import balance

KEY: Final = ("year", "country", "commodity")
USES: Final = ("food", "feed", "seed", "processing", "losses", "other_use")
SUPPLY: Final = ("production", "imports", "exports", "stock_change")
BESIDE: Final = ("stocks", "need", "reserves", "capacity")

CLOSES_T: Final = 2_000.0
"""Tons by which a balance in thousand tons may miss its own sum: four elements, each rounded to a thousand."""
CLOSES_SHARE: Final = 0.005

STATUS: Final = {
    "complete": "",
    "production unknown": "what is made at home is not known",
    "trade unknown": "imports or exports in tons are not known, or not comparable with production",
    "drawn from stocks": "exports exceed production and imports because stocks were drawn down",
    "negative": (
        "exports exceed production and imports: goods from stocks that nobody recorded, re-exports, or figures of "
        "different years, units or states of the good"
    ),
    "none used": "production, imports and exports leave nothing: no ratio can be formed",
}
"""What each status of a balance means."""


def balance_sheet(figures: Table) -> Table:
    """Set the elements of each commodity side by side: key year, country, commodity.

    In: `balances` (one figure per key and element). Out, in t: `production_t`, `imports_t`, `exports_t`,
    `stock_change_t`, `stocks_t`, `need_t`, `reserves_t`, `capacity_t`; null where there is no figure. `uses_t`: sum of
    food, feed, seed, processing, losses and other use, as far as listed; null where none is.
    """
    elements = {f"{name}_t": _.quantity_t.sum(where=_.element == name) for name in (*SUPPLY, *BESIDE)}
    return figures.group_by(list(KEY)).agg(**elements, uses_t=_.quantity_t.sum(where=_.element.isin(USES)))


def commodity_balance(sheet: Table, population: Table | None = None) -> Table:
    """Balance each row of a `balance_sheet`.

    Apparent consumption C = P + M - X; domestic supply S = P + M - X + stock change (positive: out of stocks).
    Out: the sheet's columns, with an unlisted element as 0 where `closes` proves it, and
    `apparent_consumption_t`, `domestic_supply_t` (t); `self_sufficiency_pct` = 100 P/C and `import_dependency_pct` =
    100 (M - X)/C, which sum to 100; `kg_per_head` = C per person (kg, null without `population`: year, country,
    persons); `cover_years` = stocks/C; `need_made` = P/need; `need_cover_years` = stocks/need; `reserve_years` =
    reserves/P; `capacity_used` = P/capacity; `closes` (whether the source's uses add up to its supply; null where it
    lists none); `status`, see STATUS.
    Ratios to C are null where C is not positive, `kg_per_head` where it is negative. C itself is shown negative, never
    cut to zero.
    Source: FAO, Food Balance Sheets: a handbook (2001), ch. 1 and 2.
    """
    known = _with_proven_zeros(sheet)
    used = balance(_.production_t, _.imports_t, _.exports_t)
    consumed = known.mutate(
        apparent_consumption_t=used["consumption_t"],
        domestic_supply_t=used["consumption_t"] + _.stock_change_t,
        self_sufficiency_pct=used["self_sufficiency_pct"],
        import_dependency_pct=used["import_dependency_pct"],
    )
    positive = ibis.ifelse(_.apparent_consumption_t > 0, _.apparent_consumption_t, unknown())
    judged = consumed.mutate(
        cover_years=_.stocks_t / positive,
        reserve_years=ratio(_.reserves_t, _.production_t),
        capacity_used=ratio(_.production_t, _.capacity_t),
        need_made=ratio(_.production_t, _.need_t),
        need_cover_years=ratio(_.stocks_t, _.need_t),
        status=_status(),
    )
    if population is None:
        return judged.mutate(persons=unknown(), kg_per_head=unknown())
    people = population.select("year", "country", "persons")
    used = ibis.ifelse(_.apparent_consumption_t >= 0, _.apparent_consumption_t, unknown())
    per_head = ratio(used, _.persons) / units.TONS_PER["kg"]
    return attach(judged, people, ("year", "country")).mutate(kg_per_head=per_head)


def _with_proven_zeros(sheet: Table) -> Table:
    """Take an element that is not listed as zero where the balance closes without it."""

    def listed(element: str) -> Any:
        return _[f"{element}_t"].fill_null(0.0)

    supply = listed("production") + listed("imports") - listed("exports") + listed("stock_change")
    room = ibis.greatest(CLOSES_T, CLOSES_SHARE * supply.abs())
    closed = sheet.mutate(closes=(supply - _.uses_t).abs() <= room)
    proven = closed.closes.fill_null(False)
    return closed.mutate(
        **{
            f"{element}_t": ibis.ifelse(proven, closed[f"{element}_t"].fill_null(0.0), closed[f"{element}_t"])
            for element in SUPPLY
        }
    )


def _status() -> Any:
    drawn = (_.domestic_supply_t >= 0) & (_.stock_change_t > 0)
    return ibis.cases(
        (_.production_t.isnull(), "production unknown"),
        (_.imports_t.isnull() | _.exports_t.isnull(), "trade unknown"),
        ((_.apparent_consumption_t < 0) & drawn.fill_null(False), "drawn from stocks"),
        (_.apparent_consumption_t < 0, "negative"),
        (_.apparent_consumption_t == 0, "none used"),
        else_="complete",
    )


def traded_tons(flows: Table, country: str) -> Table:
    """Sum what a country bought and sold of each product: key hs6.

    Out: `bought_usd`, `bought_t`, `bought_coverage`, and `sold_...` alike: value (USD, 0 where there is no flow), tons
    (reported flows only), share of the value that has tons (null where there is no flow).
    """

    def side(column: str, word: str) -> dict[str, Any]:
        here = _[column] == country
        value = _.value_usd.sum(where=here)
        weighed = _.value_usd.sum(where=here & _.quantity_t.notnull())
        return {
            f"{word}_usd": value.fill_null(0.0),
            f"{word}_t": _.quantity_t.sum(where=here),
            f"{word}_coverage": ratio(weighed.fill_null(0.0), value),
        }

    own = flows.filter((_.importer == country) | (_.exporter == country))
    return own.group_by("hs6").agg(**side("importer", "bought"), **side("exporter", "sold"))
