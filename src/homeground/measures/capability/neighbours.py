"""Sums over the neighbours of products, without the matrix of products by products."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from homeground.measures.capability.conventions import Conventions
from homeground.measures.capability.matrix import BoolArray, FloatArray
from homeground.measures.capability.presence import Presence

BLOCK: Final = 512
"""Products taken together: small beside 5,000 products, and large enough that few products of matrices are needed."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The proximity φ of all products to one another (see `proximity`), held as who makes what.

    `m` is countries by products; `counted` says whether a product is its own neighbour.
    """

    m: BoolArray
    counted: bool = True

    @classmethod
    def of(cls, presence: Presence, conventions: Conventions | None = None) -> Neighbours:
        """Take the neighbourhood of a presence by its conventions."""
        return cls(presence.m, (conventions or Conventions()).diagonal == "counted")

    @property
    def diagonal(self) -> FloatArray:
        """The proximity of each product to itself: 1 where it is counted, otherwise 0."""
        return np.full(self.m.shape[1], float(self.counted))

    def weigh(self, rows: FloatArray | BoolArray) -> FloatArray:
        """Compute rows @ φ, for one row or several over products.

        With products in order of ubiquity U, those before p share its divisor U_p and those after it have their own:
        rows @ φ at p is (Σ_(q before) w_q M_q) · M_p / U_p + (Σ_(q after) w_q M_q / U_q) · M_p, with M_q who makes q.
        This goes block by block, with φ itself inside a block only: about a third of the multiplications of rows @ φ,
        no matrix of products by products, and the same sum in another order.
        """
        weights = np.atleast_2d(rows).astype(np.float64)[:, self._order]
        before, after = self._around(weights)
        found = np.empty(weights.shape)
        for i, block in enumerate(self._blocks):
            lower, higher = np.split(np.vstack([before[i], after[i]]) @ self._made[:, block], 2)
            found[:, block] = lower / self._ubiquity[block] + higher + weights[:, block] @ self._within[i]
        summed = np.empty(found.shape)
        summed[:, self._order] = found
        return summed.reshape(np.shape(rows))

    def _around(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return, for each block, Σ w_q M_q over the blocks before it, and Σ w_q M_q / U_q over those after it."""
        sums = np.zeros((2, len(self._blocks) + 1, len(weights), len(self.m)))
        for i, block in enumerate(self._blocks):
            both = np.vstack([weights[:, block], weights[:, block] / self._ubiquity[block]])
            sums[0, i + 1], sums[1, i] = np.split(both @ self._made[:, block].T, 2)
        return sums[0].cumsum(axis=0), sums[1, ::-1].cumsum(axis=0)[-2::-1]

    @cached_property
    def _within(self) -> list[FloatArray]:
        """φ between the products of each block."""
        found = []
        for block in self._blocks:
            made, ubiquity = self._made[:, block], self._ubiquity[block]
            phi = made.T @ made / np.maximum.outer(ubiquity, ubiquity)
            np.fill_diagonal(phi, float(self.counted))
            found.append(phi)
        return found

    @property
    def _blocks(self) -> list[slice]:
        return [slice(start, start + BLOCK) for start in range(0, self.m.shape[1], BLOCK)]

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        return np.argsort(self.m.sum(axis=0), kind="stable")

    @cached_property
    def _made(self) -> FloatArray:
        return self.m[:, self._order].astype(np.float64)

    @cached_property
    def _ubiquity(self) -> FloatArray:
        return np.asarray(self._made.sum(axis=0))
