"""A policy over past trade: each flow of a year as if it were one deal, judged in one pass over whole columns.

A flow is all that a country bought from (or sold to) another of one product in a year: "after" is the year as it was,
"before" the year without this flow. What history does not tell (names, currency plans, needs) no rule can be tested
on; such rules are set aside and named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import ibis
from ibis import _

from homeground import measures
from homeground.policy.judging import judge_table
from homeground.policy.model import Law
from homeground.policy.nodes import Constant, Node, filled, names

KEY: Final = ("year", "hs6")
FLOW: Final = ("year", "exporter", "importer", "hs6")
PLAIN: Final = frozenset({"direction", "hs6", "partner", "deal_value_usd", "quantity_t", "price_usd_t", "end_use"})
SUPPLY: Final = frozenset(
    {"supplier_share_before", "supplier_share_after", "top_supplier_share", "herfindahl_before", "herfindahl_after"}
    | {"suppliers", "import_export_ratio"}
)
WORLD: Final = frozenset({"world_herfindahl", "partner_world_share", "partner_dependence_on_us"})
PRICE: Final = frozenset(
    {"price_percentile", "comparable_flows", "price_median_usd_t", "overpayment_usd"}
    | {"price_lower_quartile_usd_t", "price_upper_quartile_usd_t"}
)
KNOWABLE: Final = PLAIN | SUPPLY | WORLD | PRICE
END_USE: Final = "civil"
"""Past trade does not tell what goods were for; it is taken as civil, and the answer says so."""
STAYED: Final = 0.8
"""Supply that is at least this part of it in the year after has stayed: an alarm on it was false."""


@dataclass(frozen=True)
class Testable:
    """The part of a law that history can test, the facts it needs, and the rules set aside with what they lack."""

    law: Law
    facts: frozenset[str]
    aside: dict[str, tuple[str, ...]]


def testable(law: Law, direction: str, *, embargoes: bool) -> Testable:
    """Set aside the rules that ask for what past trade of a direction does not tell.

    What is the same for all of it, direction and end use, is put into the rules once and not tested flow by flow.
    """
    known = KNOWABLE if direction == "import" else KNOWABLE - SUPPLY
    known |= {"embargoed"} if embargoes else set()
    asked = {rule.id: _facts(law, names(rule.fires)) for rule in law.rules}
    aside = {rule: tuple(sorted(facts - known)) for rule, facts in asked.items() if facts - known}
    kept = tuple(rule for rule in law.rules if rule.id not in aside)
    needed = frozenset().union(*(asked[rule.id] for rule in kept))
    used = {name for rule in kept for name in names(rule.fires)}
    same: dict[str, Node] = {"direction": Constant(direction), "end_use": Constant(END_USE)}
    values = {name: filled(node, same) for name, node in law.values.items() if name in _reached(law, used)}
    rules = tuple(replace(r, applies=filled(r.applies, same), fires=filled(r.fires, same)) for r in kept)
    return Testable(replace(law, rules=rules, values=values), needed, aside)


def _reached(law: Law, found: Collection[str]) -> set[str]:
    """Names that conditions reach, through values that tables give."""
    every, new = set(found), set(found)
    while new:
        new = {name for value in new & set(law.values) for name in names(law.values[value])} - every
        every |= new
    return every


def _facts(law: Law, found: Collection[str]) -> frozenset[str]:
    return frozenset(_reached(law, found) & set(law.book.facts))


def cases(
    flows: Any, direction: str, wanted: Collection[str], members: Collection[str], restrictions: Any, day: Any
) -> Any:
    """Build a case per flow, lazily; `members` are the countries that ask (none: every one).

    In: flows of ALL countries of one year. Out: key year, exporter, importer, hs6; `home` who asks; `value_usd`;
    facts by their names, as far as they are wanted.
    """
    trade = flows.filter(_.exporter != _.importer)
    home, partner = ("importer", "exporter") if direction == "import" else ("exporter", "importer")
    own = trade.filter(trade[home].isin(sorted(members))) if members else trade
    found = own.select(
        *FLOW,
        "value_usd",
        "quantity_t",
        home=own[home],
        partner=own[partner],
        direction=ibis.literal(direction),
        end_use=ibis.literal(END_USE),
        deal_value_usd=own.value_usd,
        price_usd_t=own.value_usd / own.quantity_t.nullif(0.0),
    )
    if SUPPLY & set(wanted):
        found = _supply(found, trade, "import_export_ratio" in wanted)
    if WORLD & set(wanted):
        found = _world(found, trade)
    if PRICE & set(wanted):
        found = _price(found, trade, "price_percentile" in wanted)
    if "embargoed" in wanted:
        free = measures.permitted(found.select(*FLOW), restrictions, day).mutate(free=ibis.literal(True))
        found = _joined(found, free, FLOW).mutate(embargoed=_.free.isnull()).drop("free")
    return found


def texts(flows: Any, direction: str) -> dict[str, Any]:
    """Return the columns of flows that hold the texts which conditions on their cases test."""
    return {"hs6": flows.hs6, "partner": flows.exporter if direction == "import" else flows.importer}


def judged(law: Law, found: Any, texts: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """Judge cases: `verdict` of each, with a flag per rule. For `texts` see `judge_table`."""
    return judge_table(law, found, texts)


def sums(table: Any, by: Collection[str], law: Law | None = None) -> Any:
    """Count flows and sum value by columns such as verdict, hs6, partner, year; largest value first.

    With a law, also per rule, by its place in the law: `fires 0` flows, `usd 0` their value, `open 0` undecided flows.
    """
    found: dict[str, Any] = {"flows": table.count(), "value_usd": table.value_usd.sum()}
    for place, rule in enumerate(law.rules if law else ()):
        fires = table[f"rule {rule.id}"]
        found |= {
            f"fires {place}": ibis.ifelse(fires.fill_null(False), 1, 0).sum(),
            f"usd {place}": ibis.ifelse(fires.fill_null(False), table.value_usd, 0.0).sum(),
            f"open {place}": ibis.ifelse(fires.isnull(), 1, 0).sum(),
        }
    return table.group_by(list(by)).agg(**found).order_by(ibis.desc("value_usd"), *by)


def against(old: Law, new: Law, found: Any, texts: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """Judge the same cases by two laws: `verdict_before` and `verdict`."""
    first = judge_table(old, found, texts)
    kept = first.select(*found.columns, verdict_before=first.verdict)
    return judge_table(new, kept, texts)


def alarms(table: Any, later: Any) -> Any:
    """Tell which stopped flows were false alarms: the same supply a year later was at least STAYED of it.

    In: judged flows; flows of the year after. Out: one row: `stopped` flows, `stayed` of them, `value_usd` of both.
    """
    next_year = later.select("exporter", "importer", "hs6", later_usd=later.value_usd)
    stopped = table.filter(_.verdict.isin(["refuse", "refer", "insufficient data"]))
    both = stopped.left_join(next_year, ["exporter", "importer", "hs6"])
    stayed = (both.later_usd >= STAYED * both.value_usd).fill_null(False)
    return both.agg(
        stopped=_.count(),
        stopped_usd=_.value_usd.sum(),
        stayed=ibis.ifelse(stayed, 1, 0).sum(),
        stayed_usd=ibis.ifelse(stayed, both.value_usd, 0.0).sum(),
    )


def _supply(found: Any, trade: Any, ratio: bool) -> Any:
    by = ("year", "importer", "hs6")
    bought = trade.group_by(list(by)).agg(
        total=_.value_usd.sum(), squares=(_.value_usd * _.value_usd).sum(), top=_.value_usd.max(), suppliers=_.count()
    )
    joined = _joined(found, bought, by)
    rest = (_.total - _.value_usd).nullif(0.0)
    facts: dict[str, Any] = {
        "supplier_share_after": _.value_usd / _.total,
        "supplier_share_before": ibis.literal(0.0),
        "top_supplier_share": _.top / _.total,
        "herfindahl_after": _.squares / (_.total * _.total),
        "herfindahl_before": (_.squares - _.value_usd * _.value_usd) / (rest * rest),
        "suppliers": _.suppliers.cast("float64"),
    }
    with_facts = joined.mutate(**facts)
    if ratio:
        sold = trade.group_by("year", "hs6", importer=_.exporter).agg(sold=_.value_usd.sum())
        with_facts = _joined(with_facts, sold, by).mutate(import_export_ratio=_.total / _.sold).drop("sold")
    return with_facts.drop("total", "squares", "top")


def _world(found: Any, trade: Any) -> Any:
    sold = trade.group_by(*KEY, "exporter").agg(sold=_.value_usd.sum())
    world = sold.group_by(list(KEY)).agg(all_sold=_.sold.sum(), squares=(_.sold * _.sold).sum())
    partners = sold.select(*KEY, "sold", partner=sold.exporter)
    exporters = sold.select(*KEY, "exporter", sold_by=sold.sold)
    joined = _joined(_joined(_joined(found, world, KEY), partners, (*KEY, "partner")), exporters, (*KEY, "exporter"))
    return joined.mutate(
        world_herfindahl=_.squares / (_.all_sold * _.all_sold),
        partner_world_share=_.sold.fill_null(0.0) / _.all_sold,
        partner_dependence_on_us=ibis.ifelse(_.direction == "import", _.value_usd / _.sold_by, ibis.null("float64")),
    ).drop("all_sold", "squares", "sold", "sold_by")


def _price(found: Any, trade: Any, rank: bool) -> Any:
    quartiles = measures.price_quantiles(trade).select(*KEY, "n", "least_t", "q1", "median", "q3")
    joined = _joined(found, quartiles, KEY)
    compared = _.quantity_t > _.least_t
    priced = joined.mutate(
        comparable_flows=_.n.cast("float64"),
        price_median_usd_t=_.median,
        price_lower_quartile_usd_t=_.q1,
        price_upper_quartile_usd_t=_.q3,
        price_usd_t=ibis.ifelse(compared, _.price_usd_t, ibis.null("float64")),
        overpayment_usd=ibis.ifelse(compared, (_.price_usd_t - _.median) * _.quantity_t, ibis.null("float64")),
    )
    if rank:
        priced = _joined(priced, _ranked(trade, quartiles), FLOW)
    return priced.drop("n", "least_t", "q1", "median", "q3")


def _ranked(trade: Any, quartiles: Any) -> Any:
    """Share of the comparable flows that were cheaper, those at the very same price counted half."""
    held = _joined(measures.unit_values(trade), quartiles.select(*KEY, "least_t"), KEY)
    compared = held.filter((_.quantity_t > _.least_t) & _.unit_value_usd_per_t.notnull())
    window = ibis.window(group_by=list(KEY), order_by=compared.unit_value_usd_per_t)
    below = ibis.rank().over(window)
    up_to = compared.unit_value_usd_per_t.cume_dist().over(window)
    count = compared.count().over(ibis.window(group_by=list(KEY)))
    return compared.select(*FLOW, price_percentile=(below / count + up_to) / 2)


def _joined(left: Any, right: Any, key: Collection[str]) -> Any:
    """Join on a key; what has no partner gets nulls."""
    return left.left_join(right, list(key), rname="{name}__").drop(*(f"{name}__" for name in key))
