"""Who stands behind what a country uses of some industries' goods: at face value, and through all tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from homeground.leontief.labels import unknown

if TYPE_CHECKING:
    from homeground.leontief.exposure import Floats
    from homeground.leontief.labels import Ints
    from homeground.leontief.system import System


@dataclass(frozen=True)
class Use:
    """Shares of one origin in a country's use of goods, 0 to 1; `covered` is the weight of industries of which it uses.

    `direct`: delivered by the origin; `through`: made by it, wherever in the chain; `home`: made by the country itself.
    """

    direct: float
    through: float
    home: float
    covered: float


def of(system: System, country: str, origin: str, weights: Mapping[str, float]) -> Use | None:
    """Share of `origin` in what `country` uses of industries, weighted; None where it uses nothing of any.

    With u_s what the country's industries and final users take of supplier s = (c, i), U_i = Σ_c u_ci and
    m_os = Σ_{k∈o} v_k·l_ks the part of the supplier's value that origin o made: direct Σ_i w_i·u_oi/U_i, through all
    tiers Σ_i w_i·Σ_c u_ci·m_o,ci/U_i, both over Σ w_i of the industries used. The second, summed over all origins, is
    one (value added, as in `exposure`). Suppliers whose deliveries are negative in all, by drawn-down stocks, count as
    none. Raises UnknownCode for a country or industry that the table does not have.
    """
    axis = system.industries_axis
    places, makers = axis.of_country(country), axis.of_country(origin)
    used = system.flows[:, places].sum(axis=1, dtype=np.float64)
    used += system.demand[:, system.uses_axis.of_country(country)].sum(axis=1, dtype=np.float64)
    left = np.zeros((len(axis), 2))
    left[makers, 0] = system.added_share[makers]
    left[places, 1] = system.added_share[places]
    made = system.content(left)
    names = np.array(axis.names)
    sums, covered = np.zeros(3), 0.0
    for industry, weight in weights.items():
        if industry not in axis.kinds:
            raise unknown("industry", industry, axis.kinds)
        found = _shares(np.maximum(used, 0.0) * (names == industry), made, makers)
        if found is not None:
            sums, covered = sums + weight * found, covered + weight
    if not covered:
        return None
    direct, through, home = (float(share) for share in sums / covered)
    return Use(direct, through, home, covered)


def _shares(used: Floats, made: Floats, makers: Ints) -> Floats | None:
    whole = used.sum()
    if whole <= 0:
        return None
    return np.asarray(np.array([used[makers].sum(), *(used @ made)]) / whole)
