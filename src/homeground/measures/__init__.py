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
| everything the rules ask about | `evidence` |
| the published rules and their dated thresholds | `presets`, `preset`, `Preset.on`, `Rule.moved` |
| rules applied, side by side, in words | `flag`, `evaluate_all`, `reasons` |
| what a threshold decides | `sensitivity` |
| what lasts | `persistence`, `supplier_churn`, `flag_churn` |
| a supplier cut | `Cut`, `supplier_cut`, `cut_alternatives`, `permitted` |
| weights on suppliers | `weighted_herfindahl` |
| re-export hubs | `hubs`, `hub_rule`, `hub_share` |
"""

from homeground.measures.balances import STATUS, SUPPLY, balance_sheet, commodity_balance, traded_tons
from homeground.measures.concentration import (
    concentration_ratios,
    effective_number,
    herfindahl,
    top_partner,
    world_concentration,
)
from homeground.measures.dependence import dependence_table
from homeground.measures.evidence import evidence
from homeground.measures.flags import evaluate_all, flag
from homeground.measures.geopolitics import weighted_herfindahl
from homeground.measures.hubs import HubRule, hub_rule, hub_share, hubs
from homeground.measures.parameters import usd_per_eur
from homeground.measures.persistence import flag_churn, persistence, supplier_churn
from homeground.measures.presets import PRESET_IDS, Preset, Rule, preset, presets
from homeground.measures.reasons import in_words, reasons
from homeground.measures.sensitivity import sensitivity
from homeground.measures.substitutability import Cut, cut_alternatives, permitted, supplier_cut
from homeground.measures.trade import as_bloc, exports, import_export_ratio, imports, penetration, without

__all__ = [
    "PRESET_IDS",
    "STATUS",
    "SUPPLY",
    "Cut",
    "HubRule",
    "Preset",
    "Rule",
    "as_bloc",
    "balance_sheet",
    "commodity_balance",
    "concentration_ratios",
    "cut_alternatives",
    "dependence_table",
    "effective_number",
    "evaluate_all",
    "evidence",
    "exports",
    "flag",
    "flag_churn",
    "herfindahl",
    "hub_rule",
    "hub_share",
    "hubs",
    "import_export_ratio",
    "imports",
    "in_words",
    "penetration",
    "permitted",
    "persistence",
    "preset",
    "presets",
    "reasons",
    "sensitivity",
    "supplier_churn",
    "supplier_cut",
    "top_partner",
    "traded_tons",
    "usd_per_eur",
    "weighted_herfindahl",
    "without",
    "world_concentration",
]
