"""Capability: what a country exports with advantage, what that says about complexity, and what lies within reach.

Long tables are lazy Ibis tables; matrices carry the labels of their rows and columns.

| question | function |
|---|---|
| where does a country have an advantage | `rca` |
| which countries and products count | `Filters`, `presence`, `components`, `largest_component` |
| which variant of each formula | `Conventions`, `conventions` |
| how complex are countries and products | `complexity`, `fitness` |
| how near are products to one another and to a country | `Neighbours`, `proximity`, `density` |
| what lies near to a country, and what a product would open | `outlook`, `outlook_gain` |
| all of these for one year, and one country in it | `space`, `Space.standing` |
| which products are within reach, and why | `demand`, `within_reach`, `reach_reasons` |
| which markets are within reach, and why | `export_potential`, `market_reasons` |
"""

from homeground.measures.capability.advantage import rca
from homeground.measures.capability.complexity import Complexity, complexity
from homeground.measures.capability.conventions import NAMED, Conventions, Filters, conventions
from homeground.measures.capability.fitness import Fitness, fitness
from homeground.measures.capability.markets import Markets, export_potential, market_reasons
from homeground.measures.capability.matrix import Matrix
from homeground.measures.capability.neighbours import Neighbours
from homeground.measures.capability.presence import LeftOut, Presence, components, largest_component, presence
from homeground.measures.capability.reach import Reach, demand, reach_reasons, within_reach
from homeground.measures.capability.relatedness import density, outlook, outlook_gain, proximity
from homeground.measures.capability.space import Space, Standing, space

__all__ = [
    "NAMED",
    "Complexity",
    "Conventions",
    "Filters",
    "Fitness",
    "LeftOut",
    "Markets",
    "Matrix",
    "Neighbours",
    "Presence",
    "Reach",
    "Space",
    "Standing",
    "complexity",
    "components",
    "conventions",
    "demand",
    "density",
    "export_potential",
    "fitness",
    "largest_component",
    "market_reasons",
    "outlook",
    "outlook_gain",
    "presence",
    "proximity",
    "rca",
    "reach_reasons",
    "space",
    "within_reach",
]
