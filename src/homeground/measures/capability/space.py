"""The space of products of one year, and where one country stands in it."""

from __future__ import annotations

from dataclasses import dataclass

from homeground.errors import BadInput, message
from homeground.measures.capability.complexity import Complexity, complexity
from homeground.measures.capability.conventions import Conventions
from homeground.measures.capability.fitness import Fitness, fitness
from homeground.measures.capability.matrix import BoolArray, FloatArray
from homeground.measures.capability.neighbours import Neighbours
from homeground.measures.capability.presence import Presence
from homeground.measures.capability.relatedness import density, outlook, outlook_gain, proximity


@dataclass(frozen=True, eq=False)
class Standing:
    """One country in the space: its index, what lies near, and what each new product would open.

    `density` and `gain` are in the order of the products of the space; `gain` is NaN for what the country makes.
    """

    eci: float
    made: BoolArray
    density: FloatArray
    outlook: float
    gain: FloatArray


@dataclass(frozen=True, eq=False)
class Space:
    """Everything of one year: who makes what, complexity, fitness, neighbours, density and outlook."""

    presence: Presence
    conventions: Conventions
    complexity: Complexity
    fitness: Fitness
    neighbours: Neighbours
    density: FloatArray
    outlook: FloatArray

    @property
    def proximity(self) -> FloatArray:
        """The matrix of proximities, products by products: computed when asked for, 200 MB for 5,000 products."""
        return proximity(self.presence, self.conventions)

    def standing(self, made: BoolArray) -> Standing:
        """Place a country by what it makes, given in the order of the space's products; it need not be in the space."""
        if made.shape != (len(self.presence.products),):
            raise BadInput(
                message(
                    "a country's row does not fit the space",
                    found=f"{made.shape}",
                    expected=f"{len(self.presence.products)} products",
                    do="give one value per product of the space, in its order",
                )
            )
        near, pci = density(made, self.neighbours), self.complexity.pci
        gain = outlook_gain(made, self.neighbours, near, pci, self.conventions)
        return Standing(self.complexity.place(made), made, near, float(outlook(made, near, pci)), gain)


def space(of: Presence, conventions: Conventions | None = None) -> Space:
    """Compute the space of products; see the functions that it calls for the formulas."""
    chosen = conventions or Conventions()
    found, neighbours = complexity(of, chosen), Neighbours.of(of, chosen)
    near = density(of.m, neighbours)
    return Space(of, chosen, found, fitness(of), neighbours, near, outlook(of.m, near, found.pci))
