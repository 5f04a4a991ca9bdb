"""Fitness of countries and complexity of products by the non-linear map of Tacchella et al."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeground.measures.capability.matrix import FloatArray
from homeground.measures.capability.presence import Presence, require_some


@dataclass(frozen=True, eq=False)
class Fitness:
    """Fitness of countries and complexity of products, each with mean 1, in the order of the labels of the `Presence`.

    `converged`: whether the last step moved no value by more than the tolerance; `steps` taken; `vanishing`: countries
    whose fitness went below a millionth, which the map sends to zero for ever slower: their order says little.
    """

    countries: FloatArray
    products: FloatArray
    steps: int
    converged: bool
    vanishing: int


def fitness(of: Presence, steps: int = 1000, tolerance: float = 1e-9) -> Fitness:
    """Iterate F_c = Σ_p M_cp Q_p and Q_p = 1 / Σ_c (M_cp / F_c), each divided by its mean after every step.

    Starts at 1. A fitness so small that its inverse cannot be written is held at the smallest number.
    Source: Tacchella et al. (2012), Scientific Reports 2, 723; on convergence: Pugliese, Zaccaria and Pietronero
    (2016), European Physical Journal Special Topics 225.
    """
    require_some(of)
    m = of.m.astype(np.float64)
    countries, products = np.ones(m.shape[0]), np.ones(m.shape[1])
    least, moved, step = np.finfo(np.float64).tiny * m.shape[0], np.inf, 0
    while step < steps and moved > tolerance:
        fit, good = m @ products, 1 / (m.T @ (1 / np.maximum(countries, least)))
        fit, good = fit / fit.mean(), good / good.mean()
        moved = max(float(np.abs(fit - countries).max()), float(np.abs(good - products).max()))
        countries, products, step = fit, good, step + 1
    return Fitness(countries, products, step, moved <= tolerance, int((countries < 1e-6).sum()))
