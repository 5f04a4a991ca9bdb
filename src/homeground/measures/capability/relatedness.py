"""Relatedness: how near products are to one another, to what a country makes, and what a new one would open."""

from __future__ import annotations

from typing import Final

import numpy as np

from homeground.measures.capability.conventions import Conventions
from homeground.measures.capability.matrix import BoolArray, FloatArray
from homeground.measures.capability.neighbours import Neighbours
from homeground.measures.capability.presence import Presence

BLOCK: Final = 1024
"""Products worked on at a time: what lies between stays small beside the result."""


def proximity(of: Presence, conventions: Conventions | None = None) -> FloatArray:
    """Compute φ_pq = min(P(p|q), P(q|p)) = Σ_c M_cp M_cq / max(U_p, U_q), products by products, 0 … 1.

    The diagonal is 1 where conventions count it, otherwise 0.
    Source: Hidalgo, Klinger, Barabási and Hausmann (2007), Science 317.
    """
    chosen = conventions or Conventions()
    m = of.m.astype(np.float32)  # counts of countries are whole numbers far below 2²⁴: exact in this type
    ubiquity, phi = of.ubiquity, np.empty((m.shape[1], m.shape[1]))
    for start in range(0, len(phi), BLOCK):
        rows = slice(start, start + BLOCK)
        np.divide(m[:, rows].T @ m, np.maximum.outer(ubiquity[rows], ubiquity), out=phi[rows])
    np.fill_diagonal(phi, 1.0 if chosen.diagonal == "counted" else 0.0)
    return phi


def density(made: BoolArray, phi: FloatArray | Neighbours) -> FloatArray:
    """Compute ω_cp = Σ_q M_cq φ_pq / Σ_q φ_pq: the part of a product's neighbourhood that a country makes, 0 … 1.

    In: rows of countries (or one) by products; proximities as a matrix, or as `Neighbours`, which is faster. A product
    without a neighbour gives NaN. Distance is 1 − ω. Source: Hidalgo et al. (2007).
    """
    total, near = _total(phi), _weighed(made, phi)
    shares: FloatArray = np.divide(near, total, out=np.full(near.shape, np.nan), where=total > 0)
    return shares


def outlook(made: BoolArray, dense: FloatArray, pci: FloatArray) -> FloatArray:
    """Compute the opportunity outlook (COI) Σ_p ω_cp (1 − M_cp) PCI_p of each country, in units of PCI.

    Source: Hausmann et al. (2014), technical box on opportunity value. Products without density count nothing.
    """
    value: FloatArray = np.nansum(np.where(made, 0.0, dense) * pci, axis=-1)
    return value


def outlook_gain(
    made: BoolArray,
    phi: FloatArray | Neighbours,
    dense: FloatArray,
    pci: FloatArray,
    conventions: Conventions | None = None,
) -> FloatArray:
    """Compute the opportunity gain (COG) of each product that a country does not make; NaN for those that it makes.

    `net`: Σ_(q≠p) (1 − M_cq) φ_pq PCI_q / Σ_r φ_rq − ω_cp PCI_p, which is exactly the change of the outlook when p is
    added, all else equal. `gross`: Σ_q (1 − M_cq) φ_pq PCI_q / Σ_r φ_rq, with the product itself where the diagonal is
    counted. Source: Hausmann et al. (2014), technical box on opportunity gain.
    """
    chosen = conventions or Conventions()
    total = _total(phi)
    weight = np.divide(pci, total, out=np.zeros(len(pci)), where=total > 0)
    gross = _weighed(np.where(made, 0.0, weight), phi)
    if chosen.gain == "gross":
        return np.where(made, np.nan, gross)
    itself = weight * (phi.diagonal if isinstance(phi, Neighbours) else np.diagonal(phi))
    return np.where(made, np.nan, gross - itself - np.nan_to_num(dense) * pci)


def _weighed(rows: FloatArray | BoolArray, phi: FloatArray | Neighbours) -> FloatArray:
    """Return rows @ φ."""
    if isinstance(phi, Neighbours):
        return phi.weigh(rows)
    product: FloatArray = rows.astype(np.float64) @ phi
    return product


def _total(phi: FloatArray | Neighbours) -> FloatArray:
    """Return Σ_q φ_pq."""
    if isinstance(phi, Neighbours):
        return phi.weigh(np.ones(phi.m.shape[1]))
    total: FloatArray = phi.sum(axis=0)
    return total
