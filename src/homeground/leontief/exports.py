"""Value added in exports, vertical specialisation, and a country's place in chains.

`e` are a country's exports by industry: sales to industries and to final users of all other countries. As value added
per unit adds up to one through all tiers (`v·L = 1`), domestic and foreign value added add up to exports.

- Value added of origin i in exports of industry j: `v_i·l_ij·e_j` (Johnson and Noguera 2012; OECD TiVA's EXGR_DVA and
  EXGR_FVA).
- Vertical specialisation `u·A^M(I − A^D)⁻¹·e / Σe` (Hummels, Ishii and Yi 2001, equation 3): imported inputs in
  exports, counted when they cross the border, so home value that comes back from abroad counts as imported.
- Participation (Koopman, Powers, Wang and Wei 2010): backward = foreign value added in own exports, forward = own value
  added in exports of others, both over own exports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import linalg  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from homeground.leontief.system import System

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Participation:
    """A country's place in chains; money in the unit of the table, the rest as shares of its exports.

    `domestic + foreign = exports`. `forward` is its value added in the exports of others. Shares are NaN for a country
    that exports nothing.
    """

    country: str
    exports: float
    domestic: float
    foreign: float
    forward: float
    domestic_share: float
    foreign_share: float
    forward_share: float
    vertical_specialisation: float


def vector(system: System, country: str) -> Floats:
    """A country's exports by place of the table, zero elsewhere."""
    axis, uses = system.industries_axis, system.uses_axis
    home = axis.of_country(country)
    buyers = np.array(axis.countries) != country
    users = np.array(uses.countries) != country
    found = np.zeros(len(axis))
    found[home] = system.flows[home][:, buyers].sum(axis=1, dtype=np.float64)
    found[home] += system.demand[home][:, users].sum(axis=1, dtype=np.float64)
    return found


def all_exports(system: System) -> Floats:
    """Every country's exports by industry, as one vector."""
    found = np.zeros(len(system.output))
    for country in system.countries:
        found += vector(system, country)
    return found


def content(system: System, country: str) -> pd.DataFrame:
    """Value added of every origin (rows) in the exports of a country's industries (columns), in money."""
    home = system.industries_axis.of_country(country)
    matrix = _content(system, country)
    return pd.DataFrame(matrix, system.index, pd.Index([system.industries_axis.names[n] for n in home], name="exports"))


def foreign(system: System, country: str) -> pd.Series[float]:
    """Value added of each foreign country and industry in a country's exports, in money."""
    abroad = np.array(system.industries_axis.countries) != country
    used = system.added_share * system.response(vector(system, country))
    return pd.Series(used[abroad], system.index[abroad], name="foreign_value_added")


def vertical_specialisation(system: System, country: str) -> float:
    """Imported inputs in exports over exports; NaN for a country that exports nothing."""
    home = system.industries_axis.of_country(country)
    sold = vector(system, country)[home]
    if sold.sum() == 0:
        return float("nan")
    inputs = system.coefficients(home)
    domestic = inputs[home]
    imported = inputs.sum(axis=0) - domestic.sum(axis=0)
    return float(imported @ linalg.solve(np.eye(len(home)) - domestic, sold) / sold.sum())


def participation(system: System, country: str) -> Participation:
    """A country's exports split by origin of value, and its value added in the exports of others."""
    home = system.industries_axis.of_country(country)
    sold = vector(system, country)
    total = float(sold.sum())
    used = system.added_share * system.response(sold)
    domestic = float(used[home].sum())
    others = system.added_share * system.response(all_exports(system) - sold)
    forward = float(others[home].sum())
    return Participation(
        country=country,
        exports=total,
        domestic=domestic,
        foreign=float(used.sum()) - domestic,
        forward=forward,
        domestic_share=_over(domestic, total),
        foreign_share=_over(float(used.sum()) - domestic, total),
        forward_share=_over(forward, total),
        vertical_specialisation=vertical_specialisation(system, country),
    )


def _content(system: System, country: str) -> Floats:
    home = system.industries_axis.of_country(country)
    sold = vector(system, country)[home]
    return np.asarray(system.added_share[:, None] * system.columns_of_inverse(home) * sold)


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
