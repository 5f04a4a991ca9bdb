"""Structural path analysis: the chains through which an industry uses what others made, largest first.

The value added of origin S in a unit of industry j's product is `Σ_{i∈S} v_i·l_ij`. It runs through paths: `v_j`
itself, `v_i·a_ij`, `v_k·a_ki·a_ij` … (Defourny and Thorbecke 1984). The sub-tree behind a node i holds exactly (product
of the coefficients so far) × `m_i`, `m = Σ_{s∈S} v_s·l_s·`: what is smaller than the tolerance is cut off, and its size
is known.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from homeground.leontief.labels import Selector
    from homeground.leontief.system import System

MOST_NODES: Final = 200_000


@dataclass(frozen=True)
class Path:
    """A chain from the origin to the industry: its places, and its part of a unit of the industry's output."""

    places: tuple[tuple[str, str], ...]
    share: float


@dataclass(frozen=True)
class Paths:
    """Chains, largest first.

    `total` is the whole share of the origin in the industry's output, `covered` what the chains listed here explain of
    it (0 to 1), `complete` whether none of at least `tolerance · total` is missing.
    """

    total: float
    covered: float
    tolerance: float
    complete: bool
    paths: tuple[Path, ...]


def find(system: System, origin: Selector | Sequence[Selector], industry: Selector, tolerance: float = 1e-3) -> Paths:
    """List every path that carries at least `tolerance` of the origin's share in an industry's output.

    `industry` is one place, such as `DEU.c15`. Raises UnknownCode for what the table does not have.
    """
    sources, (end, *_) = system.select(origin), system.select(industry)
    weights = np.zeros(len(system.output))
    weights[sources] = system.added_share[sources]
    behind = system.content(weights)
    total = float(behind[end])
    least = tolerance * abs(total)
    found, complete = _walk(system, weights, behind, int(end), least)
    pairs = system.industries_axis.pairs
    listed = tuple(
        Path(tuple(pairs[place] for place in places), share)
        for share, places in sorted(found, key=lambda path: (-path[0], path[1]))
    )
    covered = sum(path.share for path in listed) / total if total else float("nan")
    return Paths(total, covered, tolerance, complete, listed)


def _walk(
    system: System, weights: np.ndarray, behind: np.ndarray, end: int, least: float
) -> tuple[list[tuple[float, tuple[int, ...]]], bool]:
    """Open sub-trees, largest first, as long as they are as large as the tolerance asks."""
    found: list[tuple[float, tuple[int, ...]]] = []
    open_trees: list[tuple[float, float, tuple[int, ...]]] = [(-float(behind[end]), 1.0, (end,))]
    columns: dict[int, np.ndarray] = {}
    for _ in range(MOST_NODES):
        if not open_trees or least == 0.0:
            return found, True
        _, product, places = heapq.heappop(open_trees)
        first = places[0]
        if product * weights[first] >= least:
            found.append((float(product * weights[first]), places))
        if first not in columns:
            columns[first] = system.coefficients(np.array([first]))[:, 0]
        sizes = columns[first] * behind
        for place in np.flatnonzero(product * sizes >= least):
            step = float(product * columns[first][place])
            heapq.heappush(open_trees, (-step * float(behind[place]), step, (int(place), *places)))
    return found, False
