"""The course of a supply shock for a table in the Home: who stops first, what is lost, when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.home import product_cuts, scenarios
from homeground.home.chains import Chains, name_of, open_chains
from homeground.home.scenarios import Scenario
from homeground.leontief import Course, simulate
from homeground.sources import Progress

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.store import Store

STOPPED: Final = 0.5
"""An industry counts as stopped below this part of its normal output."""
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


def shock(store: Store, path: Path, progress: Progress) -> ShockView:
    """Run a scenario file; raises BadInput, UnknownCode, NotInHome or UsageError."""
    asked = scenarios.read(path)
    chains = open_chains(store, asked.year, asked.dataset)
    scenario = product_cuts.expand(store, asked, chains)
    economy, cuts = scenarios.prepare(scenario, chains)
    course = simulate(
        economy, cuts, scenario.response, scenario.days, lambda done: progress(f"day {scenario.days * done:.0f}", done)
    )
    return ShockView(scenario, chains, course, _places(course, chains), _by_country(course), _path(course))


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
