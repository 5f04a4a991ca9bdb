"""Measures of dependence on trade: Ibis tables in, one lazy Ibis table out.

Nothing here reads a file, a clock or a store, and nothing is executed; the same expression runs on DuckDB and on Spark.

| question | function |
|---|---|
| how concentrated is supply | `herfindahl`, `effective_number`, `concentration_ratios`, `top_partner` |
| how concentrated is the world market | `world_concentration` |
| totals, ratio, balance with production | `imports`, `exports`, `import_export_ratio`, `penetration` |
| what is made, needed and held of a commodity, in tons | `balance_sheet`, `commodity_balance`, `traded_tons` |
| a bloc as one market; codes left out | `as_bloc`, `without` |
| the table of one pass over all flows | `dependence_table` |
| everything the rules ask about | `evidence`, `evidence_before` |
| the published rules and their dated thresholds | `presets`, `preset`, `Preset.on`, `Rule.moved` |
| rules applied, side by side, in words | `flag`, `evaluate_all`, `with_verdicts`, `reasons` |
| what a threshold decides | `sensitivity` |
| what lasts | `persistence`, `supplier_churn`, `flag_churn` |
| a supplier cut | `Cut`, `supplier_cut`, `cut_alternatives`, `permitted` |
| leverage of two partners, both ways | `leverage`, `leverage_totals`, `leans`, `moved` |
| the side of demand | `MarketCut`, `market_cut`, `market_alternatives`, `access_gap` |
| what others pay | `paid_against_others` |
| weights on suppliers | `weighted_herfindahl` |
| re-export hubs | `hubs`, `hub_rule`, `hub_share`, `sellers`, `with_hubs` |
| prices of flows, quartiles, what was paid above | `unit_values`, `price_coverage`, `price_quantiles`, `overpayment` |
| one price held against comparable flows | `first_sufficient`, `judge`, `PriceEvidence` |
| terms of trade | `price_links`, `chain` |
| one HS revision in another | `relationships`, `concordance_coverage`, `families`, `concord`, `under_names` |
| years side by side | `yearly`, `price_and_quantity`, `surroundings`, `moves`, `changes`, `tell_break` |
| complexity, relatedness, what is within reach | the package `capability` |
"""

from homeground.measures import capability
from homeground.measures.balances import STATUS, SUPPLY, balance_sheet, commodity_balance, traded_tons
from homeground.measures.breaks import Verdict, YearFacts, tell_break
from homeground.measures.changes import Change, changes
from homeground.measures.concentration import (
    concentration_ratios,
    effective_number,
    herfindahl,
    top_partner,
    world_concentration,
)
from homeground.measures.concordance import Family, concord, concordance_coverage, families, relationships, under_names
from homeground.measures.dependence import dependence_table
from homeground.measures.evidence import LOOKED_BACK_ON, evidence, evidence_before
from homeground.measures.flags import evaluate_all, flag, with_verdicts
from homeground.measures.geopolitics import weighted_herfindahl
from homeground.measures.hubs import HubRule, hub_rule, hub_share, hubs, sellers, with_hubs
from homeground.measures.leverage import leans, leverage, leverage_totals, moved
from homeground.measures.markets import MarketCut, access_gap, market_alternatives, market_cut
from homeground.measures.paid import paid_against_others
from homeground.measures.parameters import usd_per_eur
from homeground.measures.persistence import flag_churn, persistence, supplier_churn
from homeground.measures.presets import PRESET_IDS, Preset, Rule, preset, presets
from homeground.measures.price_sets import (
    Attempt,
    Benchmark,
    PriceEvidence,
    PriceSet,
    alike,
    first_sufficient,
    held_against,
    judge,
    steps,
)
from homeground.measures.prices import (
    LEAST_FLOWS,
    LEAST_TONS,
    MOST_SPREAD,
    overpayment,
    overpayment_by,
    price_coverage,
    price_quantiles,
    unit_values,
)
from homeground.measures.reasons import in_words, reasons
from homeground.measures.sensitivity import sensitivity
from homeground.measures.substitutability import Cut, cut_alternatives, permitted, supplier_cut
from homeground.measures.terms import chain, price_links, unbroken
from homeground.measures.trade import as_bloc, exports, import_export_ratio, imports, penetration, without
from homeground.measures.trend import moves, price_and_quantity, surroundings, yearly

__all__ = [
    "LEAST_FLOWS",
    "LEAST_TONS",
    "LOOKED_BACK_ON",
    "MOST_SPREAD",
    "PRESET_IDS",
    "STATUS",
    "SUPPLY",
    "Attempt",
    "Benchmark",
    "Change",
    "Cut",
    "Family",
    "HubRule",
    "MarketCut",
    "Preset",
    "PriceEvidence",
    "PriceSet",
    "Rule",
    "Verdict",
    "YearFacts",
    "access_gap",
    "alike",
    "as_bloc",
    "balance_sheet",
    "capability",
    "chain",
    "changes",
    "commodity_balance",
    "concentration_ratios",
    "concord",
    "concordance_coverage",
    "cut_alternatives",
    "dependence_table",
    "effective_number",
    "evaluate_all",
    "evidence",
    "evidence_before",
    "exports",
    "families",
    "first_sufficient",
    "flag",
    "flag_churn",
    "held_against",
    "herfindahl",
    "hub_rule",
    "hub_share",
    "hubs",
    "import_export_ratio",
    "imports",
    "in_words",
    "judge",
    "leans",
    "leverage",
    "leverage_totals",
    "market_alternatives",
    "market_cut",
    "moved",
    "moves",
    "overpayment",
    "overpayment_by",
    "paid_against_others",
    "penetration",
    "permitted",
    "persistence",
    "preset",
    "presets",
    "price_and_quantity",
    "price_coverage",
    "price_links",
    "price_quantiles",
    "reasons",
    "relationships",
    "sellers",
    "sensitivity",
    "steps",
    "supplier_churn",
    "supplier_cut",
    "surroundings",
    "tell_break",
    "top_partner",
    "traded_tons",
    "unbroken",
    "under_names",
    "unit_values",
    "usd_per_eur",
    "weighted_herfindahl",
    "with_hubs",
    "with_verdicts",
    "without",
    "world_concentration",
    "yearly",
]
