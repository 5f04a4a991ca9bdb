"""What a plan is asked for: plain labelled tables, checked on the way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from homeground.errors import BadInput, message
from homeground.plan.tables import SHAPES, shaped, spoken

if TYPE_CHECKING:
    import pyarrow as pa

Independence = Literal["targets", "imports"]


@dataclass(frozen=True, eq=False)
class Model:
    """A plan's question. Make it with `Model.of`; every table is an Arrow table with the columns of `plan.tables`.

    Quantities are in each good's own unit per year; `price_usd`, `cost_usd` US dollars, `cost_home` home money.
    `coefficients`: outputs +, inputs −, per unit of activity. `opening_usd`: currency reserve before the first year.
    `home_per_usd` weighs the two moneys in the objective; `discount` is a yearly rate. `independence` says what the
    stage of that name makes small: the shortfall against targets that need not be met, or the value of all imports.
    """

    years: tuple[int, ...]
    goods: pa.Table
    coefficients: pa.Table
    processes: pa.Table
    groups: pa.Table
    suppliers: pa.Table
    markets: pa.Table
    resources: pa.Table
    needs: pa.Table
    stocks: pa.Table
    projects: pa.Table
    project_costs: pa.Table
    currency: pa.Table
    caps: pa.Table
    targets: pa.Table
    restrictions: pa.Table
    changes: pa.Table
    opening_usd: float = 0.0
    home_per_usd: float | None = None
    discount: float = 0.0
    independence: Independence = "targets"
    name: str = "plan"
    country: str | None = None
    home_money: str = "home money"
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, years: Sequence[int], *, opening_usd: float = 0.0, **given: Any) -> Model:
        """Make a model from tables (Arrow, pandas, or lists of rows) and settings; absent tables are empty.

        Raises BadInput for a table that is not as `plan.tables` says, or years that do not follow one another.
        """
        span = tuple(int(year) for year in years)
        if not span or list(span) != list(range(span[0], span[0] + len(span))):
            raise BadInput(
                message("years of the plan", found=list(years), expected="one year after the other", do="list them all")
            )
        tables = {name: shaped(name, given.pop(name, [])) for name in SHAPES}
        return cls(years=span, opening_usd=float(opening_usd), **tables, **given)

    def but(self, **changes: Any) -> Model:
        """Return the same question with other tables or settings."""
        tables = {name: shaped(name, table) for name, table in changes.items() if name in SHAPES}
        return replace(self, **{**changes, **tables})

    def units(self) -> dict[str, str]:
        """The unit of each good."""
        return dict(zip(self.goods["good"].to_pylist(), self.goods["unit"].to_pylist(), strict=True))

    def names(self) -> dict[str, str]:
        """What each good is called: its name, where it has one, else its id in words."""
        pairs = zip(self.goods["good"].to_pylist(), self.goods["name"].to_pylist(), strict=True)
        return {good: name or spoken(good) for good, name in pairs}

    def process_names(self) -> dict[str, str]:
        """What each process is called: its name, where it has one, else its id in words."""
        pairs = zip(self.processes["process"].to_pylist(), self.processes["name"].to_pylist(), strict=True)
        return {process: name or spoken(process) for process, name in pairs}

    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, in the order in which they are first named."""
        return tuple(dict.fromkeys(self.changes["scenario"].to_pylist()))
