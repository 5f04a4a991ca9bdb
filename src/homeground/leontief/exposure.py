"""Exposure: what a country's industries lean on, at face value and through all tiers of their inputs.

Two variants, each a share, so that the origins of each industry sum to one:

- `value_added`: of the value of an industry's output. At face value `a_ij` is paid to supplier i and `v_j` stays at
  home; through all tiers `v_i·l_ij` of it was made by i (Los, Timmer and de Vries 2015).
- `gross`: of an industry's inputs. At face value `a_ij / Σ_i a_ij`; through all tiers `(L − I)_ij / Σ_i (L − I)_ij`:
  every delivery that production sets off, counted each time that goods change hands (Baldwin, Freeman and
  Theodorakopoulos 2023: face value and look through).

An industry without output has no shares (NaN), in the second variant also one without inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from homeground.errors import UsageError, message

if TYPE_CHECKING:
    from homeground.leontief.labels import Ints
    from homeground.leontief.system import System

Floats = np.ndarray[Any, np.dtype[np.float64]]
Variant = Literal["value_added", "gross"]


@dataclass(frozen=True)
class Exposure:
    """Shares by origin (rows: country, industry) and industry of `country` (columns).

    `direct` is the share at face value, `through` the one through all tiers; `output` is in money. Hidden exposure is
    `through − direct`: positive where chains lead further to an origin than the books show.
    """

    country: str
    variant: Variant
    direct: pd.DataFrame
    through: pd.DataFrame
    output: pd.Series[float]
    origins: tuple[str, ...]
    """The country that owns each row: other than the row's label where a country is split."""

    def by_country(self) -> pd.DataFrame:
        """One row per industry and country of origin: industry, origin, direct, look_through, hidden."""
        frames = [
            side.groupby(list(self.origins), sort=False)
            .sum(min_count=1)
            .rename_axis(index="origin", columns="industry")
            for side in (self.direct, self.through)
        ]
        return _long(frames, ["industry", "origin"])

    def by_industry(self) -> pd.DataFrame:
        """One row per industry, origin and its industry: industry, origin, origin_industry and the shares."""
        owners = pd.MultiIndex.from_arrays(
            [list(self.origins), self.direct.index.get_level_values(1)], names=["origin", "origin_industry"]
        )
        frames = []
        for side in (self.direct, self.through):
            grouped = side.set_axis(owners).groupby(level=[0, 1], sort=False).sum(min_count=1)
            frames.append(grouped.rename_axis(columns="industry"))
        return _long(frames, ["industry", "origin", "origin_industry"])

    def foreign(self) -> pd.DataFrame:
        """One row per industry: industry, output, direct, look_through, hidden — all foreign origins together."""
        abroad = np.array(self.origins) != self.country
        sums = [side.loc[abroad].sum(min_count=1) for side in (self.direct, self.through)]
        frame = pd.DataFrame({"output": self.output, "direct": sums[0], "look_through": sums[1]})
        return frame.assign(hidden=frame.look_through - frame.direct).rename_axis("industry").reset_index()

    def whole(self) -> pd.DataFrame:
        """All industries together, weighted by output: one row per country of origin, largest first."""
        weights = self.output / self.output.sum()
        sums = {
            name: (side * weights).sum(axis=1).groupby(list(self.origins), sort=False).sum()
            for name, side in (("direct", self.direct), ("look_through", self.through))
        }
        frame = pd.DataFrame(sums).rename_axis("origin").reset_index()
        return _sorted(frame.assign(hidden=frame.look_through - frame.direct), ["look_through"])


def of(system: System, country: str, variant: Variant = "value_added") -> Exposure:
    """The exposure of a country's industries; raises UnknownCode for a country that the table does not have."""
    if variant not in get_args(Variant):
        expected = " or ".join(get_args(Variant))
        raise UsageError(
            message("no such variant of exposure", found=repr(variant), expected=expected, do="choose one")
        )
    home = system.industries_axis.of_country(country)
    direct, through = _shares(system, home, variant)
    names = pd.Index(_names(system, home), name="industry")
    return Exposure(
        country=country,
        variant=variant,
        direct=pd.DataFrame(direct, system.index, names),
        through=pd.DataFrame(through, system.index, names),
        output=pd.Series(system.output[home], names, name="output"),
        origins=system.industries_axis.countries,
    )


def _shares(system: System, home: Ints, variant: Variant) -> tuple[Floats, Floats]:
    direct = system.coefficients(home)
    through = system.columns_of_inverse(home)
    own = (home, np.arange(len(home)))
    if variant == "value_added":
        direct[own] += system.added_share[home]
        through *= system.added_share[:, None]
    else:
        through[own] -= 1.0
        direct, through = _over_sum(direct), _over_sum(through)
    idle = ~system.producing[home]
    direct[:, idle] = through[:, idle] = np.nan
    return direct, through


def _over_sum(matrix: Floats) -> Floats:
    sums = matrix.sum(axis=0)
    return np.asarray(np.divide(matrix, sums, out=np.full_like(matrix, np.nan), where=sums > 0))


def _names(system: System, home: Ints) -> list[str]:
    """Names of the home industries; with their region where the country is split."""
    axis = system.industries_axis
    names = [axis.names[place] for place in home]
    if len(set(names)) == len(names):
        return names
    return [".".join(axis.pairs[place]) for place in home]


def _long(frames: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """Lay frames of origin × industry out in rows, industry by industry."""
    rows, columns = frames[0].index, frames[0].columns
    labels = {name: np.tile(rows.get_level_values(name), len(columns)) for name in keys[1:]}
    direct, through = (frame.to_numpy().T.ravel() for frame in frames)
    frame = pd.DataFrame(
        {"industry": np.repeat(columns, len(rows)), **labels, "direct": direct, "look_through": through}
    )
    frame = frame.assign(hidden=frame.look_through - frame.direct)
    order = {name: place for place, name in enumerate(dict.fromkeys(frame["industry"]))}
    return _sorted(frame.assign(place=frame["industry"].map(order)), ["look_through"], ["place"]).drop(columns="place")


def _sorted(frame: pd.DataFrame, falling: list[str], rising: list[str] | None = None) -> pd.DataFrame:
    before = rising or []
    order = [True] * len(before) + [False] * len(falling)
    return frame.sort_values([*before, *falling], ascending=order, kind="stable").reset_index(drop=True)


def routes(system: System, country: str) -> pd.DataFrame:
    """How foreign value reaches a country's industries: rows origin, columns the country it is bought from, in money.

    Value made in c that arrives with purchases from r: `Σ_{i∈r} (Σ_{k∈c} v_k·l_ki) · Σ_{j∈home} z_ij`. The column of
    the country itself is what home suppliers pass on. Own value added and value of home origin are left out.
    """
    axis = system.industries_axis
    home = axis.of_country(country)
    owners = axis.owner_numbers
    weights = np.zeros((len(axis), len(axis.owners)))
    weights[np.arange(len(axis)), owners] = system.added_share
    bought = system.flows[:, home].sum(axis=1, dtype=np.float64)
    carried = system.content(weights) * bought[:, None]
    sums = np.zeros((len(axis.owners), len(axis.owners)))
    np.add.at(sums, owners, carried)
    names = pd.Index(axis.owners)
    return pd.DataFrame(sums.T, names.rename("origin"), names.rename("bought_from")).drop(index=country)
