"""What a plan is: typed status, stages, phases in words, and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

PlanStatus = Literal["optimal", "time limit"]
Way = Literal["whole", "decomposed"]


@dataclass(frozen=True)
class Stage:
    """One objective and what it came to; `gap` is relative, within which the value is known to be the least."""

    name: str
    value: float
    unit: str
    gap: float
    words: str


@dataclass(frozen=True)
class Phase:
    """A year of the plan in plain words."""

    year: int
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan. Quantities are in each good's unit per year, money in M USD or M of home money where a name ends so.

    `imports`: good, supplier, year, quantity, price_usd, usd_m; `exports`: the same by market. `activity`: process,
    year, quantity, capacity, frees_usd_m (currency saved or earned, net of inputs at border prices). `members`: group,
    member, year, quantity (units of the member), meets (units of the group), share. `projects`: project, process,
    start, online, until, cost_home_m, cost_usd_m. `unmet`: good, year, priority, need, unmet. `currency`: year,
    opening, income, exports, imports, processes, projects, reserve, floor, all M USD. `balance`: good, year, where it
    comes from, where it goes, surplus. `shadow_prices`: kind, name, year, price, unit. `barred`: what restrictions took
    out. `way`: whether goods that are only bought were planned as curves beside the programme ("decomposed"), or all
    went to the solver ("whole"). `scenarios`: None without scenarios.
    """

    name: str
    years: tuple[int, ...]
    status: PlanStatus
    gap: float
    stages: tuple[Stage, ...]
    phases: tuple[Phase, ...]
    imports: pa.Table
    exports: pa.Table
    activity: pa.Table
    members: pa.Table
    projects: pa.Table
    stocks: pa.Table
    unmet: pa.Table
    currency: pa.Table
    balance: pa.Table
    shadow_prices: pa.Table
    barred: pa.Table
    home_money: str = "home money"
    way: Way = "whole"
    notes: tuple[str, ...] = ()
    scenarios: pa.Table | None = None
    findings: tuple[str, ...] = ()

    def stage(self, name: str) -> Stage:
        """Return the stage of this name."""
        return next(stage for stage in self.stages if stage.name == name)

    @property
    def cost(self) -> float:
        """Value of the last stage, millions of home money."""
        return self.stages[-1].value

    @property
    def unmet_parts(self) -> float:
        """Parts of needs left unmet, over all priorities."""
        return sum(stage.value for stage in self.stages if stage.unit == "needs")
