"""The course of a supply shock for a table in the Home: who stops first, what is lost, when it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.home.chains import product_cuts, scenarios
from homeground.home.chains.chains import RESTS, Chains, name_of, open_chains
from homeground.home.chains.scenarios import Scenario
from homeground.leontief import Course, simulate
from homeground.sources import Progress, unwatched

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.store import Store

STOPPED: Final = 0.5
"""An industry counts as stopped below this part of its normal output."""
START: Final = 10
"""Day on which a cut begins that nobody described."""
WELL: Final = 0.99
"""An industry is back when it makes at least this part of normal output."""


@dataclass(frozen=True)
class ShockView:
    """The course and its tables, largest loss first; money in the table's currency.

    `places`: country, name, industry, industry_name, output (normal, over the days), lost_output, lost_share,
    lost_value_added, lowest (output over normal), stopped_day (first below half; empty: never), back_day (empty: not
    within the days), bottleneck, bottleneck_name. `by_country` the same sums with unmet_final. `path`: day, and output
    over normal of the world and of each country.
    """

    scenario: Scenario
    chains: Chains
    course: Course
    places: pa.Table
    by_country: pa.Table
    path: pa.Table

    @property
    def span(self) -> tuple[int, int]:
        """First day of the cuts, and the day after the last."""
        shocks = self.scenario.shocks
        return (
            min(shock.get("start", 0) for shock in shocks),
            min(max(shock.get("start", 0) + shock["days"] for shock in shocks), self.scenario.days),
        )


def shock(store: Store, path: Path, progress: Progress) -> ShockView:
    """Run a scenario file; raises BadInput, UnknownCode, NotInHome or UsageError."""
    asked = scenarios.read(path)
    chains = open_chains(store, asked.year, asked.dataset)
    scenario = product_cuts.expand(store, asked, chains)
    return course_of(scenario, chains, progress)


def course_of(scenario: Scenario, chains: Chains, progress: Progress = unwatched) -> ShockView:
    """Run a scenario whose shocks name industries."""
    economy, cuts = scenarios.prepare(scenario, chains)
    course = simulate(
        economy, cuts, scenario.response, scenario.days, lambda done: progress(f"day {scenario.days * done:.0f}", done)
    )
    return ShockView(scenario, chains, course, _places(course, chains), _by_country(course), _path(course))


def main_supplier_stops(chains: Chains, country: str, days: int = 60) -> tuple[ShockView, ShockView] | None:
    """The foreign industry that delivers most to a country's industries stops delivering there, for so many days.

    Rests of the world do not count as suppliers. With thirty days of inputs in stock, all of them critical, nobody
    turning elsewhere. Two readings: nothing replaces what is cut, and others' products and stocks do. None where nobody
    named delivers.
    """
    system = chains.system
    axis = system.industries_axis
    bought = system.flows[:, axis.of_country(country)].sum(axis=1)
    abroad = np.array([owner != country and owner not in RESTS for owner in axis.countries])
    sold = np.where(abroad, bought, 0.0)
    supplier = int(sold.argmax())
    if sold[supplier] <= 0:
        return None
    owner, industry = axis.pairs[supplier]
    asked = {"supplier": f"{owner}.{industry}", "buyer": country, "share": 1.0, "start": START, "days": days}
    title = f"{chains.industry(industry)} of {name_of(owner)} stops for {days} days at the border of {name_of(country)}"
    mild = scenarios.stated(title, chains, asked, START + 3 * days)
    return course_of(replace(mild, replaceable=False), chains), course_of(mild, chains)


def _places(course: Course, chains: Chains) -> pa.Table:
    economy, days = course.economy, len(course.output)
    stopped, back = course.first_day_below(STOPPED), course.recovered(WELL)
    short, normal = course.bottleneck(), economy.output * days
    rows = [
        {
            "country": country,
            "name": name_of(country),
            "industry": industry,
            "industry_name": chains.industry(industry),
            "output": normal[n],
            "lost_output": course.lost[n],
            "lost_share": course.lost[n] / normal[n],
            "lost_value_added": course.lost_value_added[n],
            "lowest": course.level[:, n].min(),
            "stopped_day": _day(stopped[n]),
            "back_day": _day(back[n]),
            "bottleneck": economy.goods[short[n]] if short[n] >= 0 else None,
            "bottleneck_name": _good(economy.goods[short[n]], chains) if short[n] >= 0 else None,
        }
        for n, (country, industry) in enumerate(economy.axis.pairs)
        if normal[n] > 0
    ]
    return _table(sorted(rows, key=lambda row: -row["lost_output"]))


def _by_country(course: Course) -> pa.Table:
    economy, days = course.economy, len(course.output)
    owners = np.array(economy.axis.countries)
    unmet = dict(zip(economy.users, course.unmet.sum(axis=0), strict=True))
    rows = []
    for country in economy.axis.owners:
        here = owners == country
        normal = economy.output[here].sum()
        level = course.output[:, here].sum(axis=1) / normal if normal else np.ones(days)
        rows.append(
            {
                "country": country,
                "name": name_of(country),
                "output": normal * days,
                "lost_output": course.lost[here].sum(),
                "lost_share": course.lost[here].sum() / (normal * days) if normal else None,
                "lost_value_added": course.lost_value_added[here].sum(),
                "lowest": level.min(),
                "unmet_final": unmet.get(country),
            }
        )
    return _table(sorted(rows, key=lambda row: -row["lost_output"]))


def _path(course: Course) -> pa.Table:
    import pyarrow as pa

    economy = course.economy
    columns: dict[str, Any] = {"day": np.arange(len(course.output))}
    columns["world"] = course.output.sum(axis=1) / economy.output.sum()
    owners = np.array(economy.axis.countries)
    for country in economy.axis.owners:
        here = owners == country
        normal = economy.output[here].sum()
        columns[country] = course.output[:, here].sum(axis=1) / (normal or 1.0)
    columns["stocks"] = course.stocks
    return pa.table(columns)


def _day(number: Any) -> int | None:
    return None if number < 0 else int(number)


def _good(good: str, chains: Chains) -> str:
    code, _, rest = good.partition(" ")
    return f"{chains.industry(code)} {rest}".strip()


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows)
