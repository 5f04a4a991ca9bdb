"""The economic complexity index of countries (ECI) and the product complexity index (PCI)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from homeground.measures.capability.conventions import Conventions
from homeground.measures.capability.matrix import BoolArray, FloatArray
from homeground.measures.capability.presence import Presence, require_some

Status = Literal["found", "disconnected", "undetermined"]

NEAR: Final = 1e-9
"""Eigenvalues this close together, or this close to 0 or 1, are taken as equal: far above rounding (1e-14)."""


@dataclass(frozen=True, eq=False)
class Complexity:
    """Indices in standard deviations, in the order of the labels of the `Presence`; NaN unless `status` is "found".

    `status`: "found"; "disconnected" (the second eigenvalue is 1: groups that share no product, whose indices cannot be
    compared); "undetermined" (second and third eigenvalue are equal, or the second is 0: no single direction).
    `sign_from_diversity` is false where ECI and diversity do not correlate at all and the sign means nothing.
    `eigenvalues`: the largest three.
    """

    eci: FloatArray
    pci: FloatArray
    status: Status
    eigenvalues: tuple[float, ...]
    sign_from_diversity: bool
    raw_pci: FloatArray
    centre: float
    spread: float

    def place(self, made: BoolArray) -> float:
        """Return the ECI of a country by the products it makes (columns of the Presence): NaN where it makes none.

        ECI_c = (mean over its products of the raw PCI − centre) / spread. For a country inside, this is its ECI; one
        outside gets the place that its products imply, without moving anyone else.
        """
        if not made.any():
            return float("nan")
        return float((self.raw_pci[made].mean() - self.centre) / self.spread)


def complexity(of: Presence, conventions: Conventions | None = None) -> Complexity:
    """Compute ECI and PCI from who makes what.

    With D diversity, U ubiquity: K_c is the second eigenvector of D⁻¹ M U⁻¹ Mᵀ, found as D^(−1/2) times that of the
    symmetric D^(−1/2) M U⁻¹ Mᵀ D^(−1/2) (on the product side, alike, where products are fewer), K_p = U⁻¹ Mᵀ K_c, and
    K_c = D⁻¹ M K_p. ECI = (K_c − mean) / sd; PCI likewise, by its own mean and sd or by those of K_c (`scale`). The
    sign is such that ECI correlates positively with diversity.
    Source: Hidalgo and Hausmann (2009), PNAS 106(26); as eigenvector: Hausmann et al. (2014), technical box 2.3; Mealy,
    Farmer and Teytelboym (2019), Science Advances 5(1).
    """
    require_some(of)
    chosen = conventions or Conventions()
    m, diversity, ubiquity = of.m.astype(np.float64), of.diversity, of.ubiquity
    scaled = m / np.sqrt(diversity)[:, None] / np.sqrt(ubiquity)[None, :]
    few_countries = m.shape[0] <= m.shape[1]
    values, vectors = np.linalg.eigh(scaled @ scaled.T if few_countries else scaled.T @ scaled)
    largest = tuple(float(value) for value in values[::-1][:3])
    status = _status(largest)
    if status != "found":
        lost = np.full(m.shape[0], np.nan), np.full(m.shape[1], np.nan)
        return Complexity(lost[0], lost[1], status, largest, False, lost[1], float("nan"), float("nan"))
    second = vectors[:, -2]
    raw_pci = m.T @ (second / np.sqrt(diversity)) / ubiquity if few_countries else second / np.sqrt(ubiquity)
    raw_eci = m @ raw_pci / diversity
    sign, from_diversity = _sign(raw_eci, diversity)
    raw_pci, raw_eci = sign * raw_pci, sign * raw_eci
    centre, spread = float(raw_eci.mean()), float(raw_eci.std(ddof=chosen.ddof))
    eci = (raw_eci - centre) / spread
    pci = (raw_pci - centre) / spread if chosen.scale == "countries" else standardised(raw_pci, chosen.ddof)
    return Complexity(eci, pci, status, largest, from_diversity, raw_pci, centre, spread)


def standardised(values: FloatArray, ddof: int) -> FloatArray:
    """Return (values − mean) / sd."""
    centred: FloatArray = (values - values.mean()) / values.std(ddof=ddof)
    return centred


def _status(largest: tuple[float, ...]) -> Status:
    if len(largest) < 2 or largest[1] < NEAR:
        return "undetermined"
    if largest[1] > 1 - NEAR:
        return "disconnected"
    return "undetermined" if len(largest) > 2 and largest[1] - largest[2] < NEAR else "found"


def _sign(raw: FloatArray, diversity: FloatArray) -> tuple[float, bool]:
    """Return the sign that lets the index rise with diversity; without a correlation, the first country is positive."""
    together = float(((raw - raw.mean()) * (diversity - diversity.mean())).sum())
    if abs(together) > NEAR * float(np.abs(raw).max()) * max(1.0, float(diversity.max())):
        return float(np.sign(together)), True
    first = raw[np.flatnonzero(np.abs(raw) > NEAR * np.abs(raw).max())[0]]
    return float(np.sign(first)), False
