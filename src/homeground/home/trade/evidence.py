"""Evidence on what a place's imports rest on, and the verdicts of rules on it; answers stay lazy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import measures
from homeground.codes import countries
from homeground.home import questions
from homeground.home.place import Place
from homeground.home.questions import Question
from homeground.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

OF_THE_WORLD: Final = (
    "exports_usd",
    "exports_t",
    "import_export_ratio",
    "imports_to_supply",
    "net_imports_usd",
    "extra_import_export_ratio",
    "extra_net_imports_usd",
    "world_exporters",
    "world_herfindahl",
    "world_top_exporter",
    "top_supplier_world_share",
    "top_supplier_leads_world",
    "extra_top_supplier_world_share",
    "extra_top_supplier_leads_world",
    "consumption_t",
    "penetration",
    "self_sufficiency_pct",
    "import_dependency_pct",
    "top_supplier_consumption_share",
    "hub_share",
    "top_supplier_is_hub",
)
"""Evidence that rests on what others sell, or on what the importer sells."""


def evidence(store: Store, question: Question) -> ir.Table:
    """The evidence (see `measures.evidence`) on the place's imports in the question's years.

    Of the years before, `cr3`, `cr5`, and the columns on nes, weights and hubs are null.
    """
    before = tuple(year for year in question.years if year != question.year)
    facts = _evidence(store, replace(question, years=(question.year,)), whole=True)
    if before:
        earlier = _evidence(store, replace(question, years=before), whole=False)
        facts = ibis.union(facts, earlier.select(*facts.columns))
    return _as_far_as_known(facts, store, question)


@dataclass(frozen=True)
class _Trade:
    """What a question reads: what the place buys, what everybody sells, and who else is in it."""

    bought: ir.Table
    sold: ir.Table
    world: ir.Table | None
    members: frozenset[str] | None
    importers: tuple[str, ...]

    def asked(self) -> dict[str, Any]:
        """Return the arguments that `evidence` and `evidence_before` share."""
        return {"members": self.members, "world": self.world, "importers": self.importers}


def _trade(store: Store, question: Question) -> _Trade:
    place, chosen = question.place, question.dataset
    flows, sold = (_table(store, question, name) for name in ("flows", "exports"))
    bought = questions.bought_by(flows, place)
    if place.is_bloc and place.market is not None:
        own = measures.as_bloc(bought, place.code, place.market)
        return _Trade(own, bloc_exports(flows, sold, place), None, place.market, (place.code,))
    world = _table(store, question, "world") if chosen.keeps("world", question.years) else None
    return _Trade(bought, sold, world, place.market, (place.code,))


def _evidence(store: Store, question: Question, whole: bool) -> ir.Table:
    place, trade = question.place, _trade(store, question)
    production = questions.side_table(store, "production")
    asked, sold = {**trade.asked(), "ratios": whole}, trade.sold
    bloc = place.is_bloc and place.market is not None
    if whole:
        classed = measures.with_hubs(_sellers(store, question), measures.hub_rule(), production)
        asked |= {"hubs": classed.rename(country="exporter")} if bloc else {}
        asked |= {"nes": countries.nes_codes(), "weights": questions.side_table(store, "weights")}
        sold = sold if bloc else classed
    if production is not None:
        asked["production"] = _made_by_bloc(production, place) if bloc else production
    facts = measures.evidence(trade.bought, sold, **asked)
    return _with_inside_trade(facts, store, question) if bloc else facts


def _looked_back_on(store: Store, question: Question, asked: ir.Table) -> ir.Table:
    """Of the question's years what rules over several years ask for, in the columns of `asked`; the others null."""
    trade, kinds = _trade(store, question), asked.schema()
    facts = measures.evidence_before(trade.bought, trade.sold, **trade.asked())
    return facts.select(**{n: _[n] if n in facts.columns else ibis.null(kinds[n]) for n in asked.columns})


def _table(store: Store, question: Question, name: str) -> ir.Table:
    return questions.of_product(store.table(question.dataset, name, question.years), question)


def _sellers(store: Store, question: Question) -> ir.Table:
    """The table `sellers`: as it is kept, or made of the other totals where an older Home does not keep it."""
    if question.dataset.keeps("sellers", question.years):
        return _table(store, question, "sellers")
    return measures.sellers(_table(store, question, "imports"), _table(store, question, "exports"))


def _as_far_as_known(facts: ir.Table, store: Store, question: Question) -> ir.Table:
    """Leave unknown what a file of one country's imports cannot know, so that rules on it abstain."""
    if questions.knows_the_world(store, question):
        return facts
    kinds = facts.schema()
    return facts.mutate(**{name: ibis.null(kinds[name]) for name in OF_THE_WORLD})


def _with_inside_trade(facts: ir.Table, store: Store, question: Question) -> ir.Table:
    """Hold a bloc's imports from outside against all that its members buy, each other's goods included."""
    place = question.place
    assert place.market is not None
    members = sorted(place.market)
    inside = (
        _table(store, question, "flows")
        .filter(_.exporter.isin(members) & _.importer.isin(members))
        .group_by("year", "hs6")
        .agg(inside_usd=_.value_usd.sum())
    )
    joined = facts.left_join(inside, ["year", "hs6"], rname="{name}_inside").drop("year_inside", "hs6_inside")
    share = _.imports_usd / (_.imports_usd + _.inside_usd.fill_null(0.0)).nullif(0)
    return joined.mutate(extra_share=share).drop("inside_usd")


def _made_by_bloc(production: ir.Table, place: Place) -> ir.Table:
    assert place.market is not None
    made = production.mutate(country=ibis.ifelse(_.country.isin(sorted(place.market)), place.code, _.country))
    return made.group_by("year", "country", "hs6").agg(quantity_t=_.quantity_t.sum())


def bloc_exports(flows: ir.Table, sold: ir.Table, place: Place) -> ir.Table:
    """Exports of all countries, with the bloc's members taken as one seller to the world outside."""
    assert place.market is not None
    members = sorted(place.market)
    outward = flows.filter(_.exporter.isin(members) & _.importer.notin(members)).mutate(
        exporter=ibis.literal(place.code)
    )
    others = sold.filter(_.exporter.notin(members))
    return ibis.union(others, measures.exports(outward).select(*others.columns))


def dependence(store: Store, question: Question, method: str) -> ir.Table:
    """Evidence with verdicts for the question's year, largest imports first."""
    rules = measures.presets() if method == "all" else (measures.preset(method),)
    facts = _evidence(store, replace(question, years=(question.year,)), whole=True)
    before = tuple(year for year in question.years if year != question.year)
    if before and any(rule.persistence for rule in rules):
        facts = ibis.union(facts, _looked_back_on(store, replace(question, years=before), facts))
    facts, loaded = _as_far_as_known(facts, store, question), question.dataset.years()
    if method == "all":
        judged = measures.with_verdicts(facts, rules, loaded=loaded)
    else:
        judged = measures.flag(facts, rules[0], loaded=loaded)
    return judged.filter(_.year == question.year).order_by(ibis.desc("imports_usd"), "hs6")


def judged(store: Store, question: Question, method: str) -> pa.Table:
    """The table of `dependence`, fetched."""
    return questions.answered(store, question, ("dependence", method), lambda asked: dependence(store, asked, method))
