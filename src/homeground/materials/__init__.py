"""What we make things from: process books, balances of goods, substitutes, by-products, premises, border cost.

A book is read with `read`; `check` finds what is worth doing otherwise. Nothing here reads trade data:
`homeground.home` hands over prices and quantities as `Trade`.
"""

from homeground.materials.balance import Balance, balances
from homeground.materials.book import (
    Book,
    Good,
    Group,
    Line,
    Member,
    Need,
    Premise,
    Process,
    Recovery,
    Resource,
    Source,
)
from homeground.materials.border import BorderCost, border_costs, domestic_resource_cost, effective_protection
from homeground.materials.checking import Check, Trade, check, find_good, state_of, with_trade
from homeground.materials.circular import CircularUse, circular_use
from homeground.materials.contents import Content, at_the_border, bought_shares, contents
from homeground.materials.explain import Way, ways
from homeground.materials.findings import WORDS, Finding
from homeground.materials.reading import parse, read, starter
from homeground.materials.soundness import MassBalance, mass_balance
from homeground.materials.substitutes import Option, options
from homeground.materials.supply import State, Supply, at_hand

__all__ = [
    "WORDS",
    "Balance",
    "Book",
    "BorderCost",
    "Check",
    "CircularUse",
    "Content",
    "Finding",
    "Good",
    "Group",
    "Line",
    "MassBalance",
    "Member",
    "Need",
    "Option",
    "Premise",
    "Process",
    "Recovery",
    "Resource",
    "Source",
    "State",
    "Supply",
    "Trade",
    "Way",
    "at_hand",
    "at_the_border",
    "balances",
    "border_costs",
    "bought_shares",
    "check",
    "circular_use",
    "contents",
    "domestic_resource_cost",
    "effective_protection",
    "find_good",
    "mass_balance",
    "options",
    "parse",
    "read",
    "starter",
    "state_of",
    "ways",
    "with_trade",
]
