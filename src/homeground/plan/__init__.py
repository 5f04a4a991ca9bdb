"""The plan, step by step: needs first, within the currency there is, year by year.

`Model.of(...)` takes plain tables, `read(...)` a parsed TOML document; `solve(model)` gives a `Plan`.
"""

from homeground.plan.compare import compare, further, million_more
from homeground.plan.conflicts import Conflict, Limit, conflicts, conflicts_of
from homeground.plan.model import Model
from homeground.plan.programme import Unsolved
from homeground.plan.reading import read
from homeground.plan.result import Phase, Plan, Stage
from homeground.plan.solve import solve

__all__ = [
    "Conflict",
    "Limit",
    "Model",
    "Phase",
    "Plan",
    "Stage",
    "Unsolved",
    "compare",
    "conflicts",
    "conflicts_of",
    "further",
    "million_more",
    "read",
    "solve",
]
