"""What would make a deal pass: counter-proposals, each judged again as it is shown.

A deal that is cautioned passes when it is allowed; any other passes when it is allowed or cautioned. A module of this
package that has a `PROPOSER` is asked; nothing else need be touched to add one, such as substitutes made at home.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from homeground.deals.evidence import Setting
from homeground.deals.verdict import Court, Proposal
from homeground.policy.judging import Judgement
from homeground.policy.model import Verdict, strictness

STEPS: Final = 16
"""Points of the first search: a rule that is not monotone may let a larger quantity pass than a smaller one."""
DIGITS: Final = 3
"""Significant figures of a proposed quantity or price."""


@dataclass(frozen=True)
class Search:
    """What a proposer works with: the offer, the court, the judgement of the offer, and the verdict that suffices."""

    setting: Setting
    court: Court
    found: Judgement

    @property
    def most(self) -> Verdict:
        """The strictest verdict that still passes."""
        return "caution" if strictness(self.found.verdict) > strictness("caution") else "allow"

    def passes(self, *settings: Setting) -> bool:
        """Whether all parts of a proposal pass."""
        return all(self.court.passes(setting, self.most) for setting in settings)

    def judged(self, *settings: Setting) -> tuple[Judgement, ...]:
        """Judge the parts of a proposal; return the judgements where all pass, else nothing."""
        return tuple(map(self.court.judge, settings)) if self.passes(*settings) else ()


@dataclass(frozen=True)
class Proposer:
    """A way to look for counter-proposals; `order` is its place on the page."""

    kind: str
    propose: Callable[[Search], Iterator[Proposal]]
    order: int = 100


def proposers() -> tuple[Proposer, ...]:
    """All proposers of this package's modules, in the order of the page."""
    return _found(tuple(__path__))


@cache
def _found(folders: tuple[str, ...]) -> tuple[Proposer, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(folders))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    found = [module.PROPOSER for module in modules if hasattr(module, "PROPOSER")]
    return tuple(sorted(found, key=lambda proposer: (proposer.order, proposer.kind)))


def search(setting: Setting, court: Court, found: Judgement) -> tuple[tuple[Proposal, ...], tuple[str, ...]]:
    """Look for counter-proposals; return them, and the kinds that gave none. An allowed deal needs none."""
    if found.verdict == "allow":
        return (), ()
    asked = Search(setting, court, found)
    made = {proposer.kind: tuple(proposer.propose(asked)) for proposer in proposers()}
    none = tuple(kind for kind, proposals in made.items() if not proposals)
    return tuple(proposal for proposals in made.values() for proposal in proposals), none


def largest(low: float, high: float, passes: Callable[[float], bool]) -> float | None:
    """Find the largest value in low … high that passes, to three significant figures, rounded down and tried again.

    Points of a grid are tried from the top; between the first that passes and its neighbour the edge is bisected. None
    where no point passes. With rules that are not monotone a passing value between two points may be missed.
    """
    grid = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    top = next((place for place in range(STEPS, -1, -1) if passes(grid[place])), None)
    if top is None:
        return None
    if top == STEPS:
        return high
    inside, outside = grid[top], grid[top + 1]
    while outside - inside > 1e-5 * outside:
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if passes(middle) else (inside, middle)
    return next((v for v in (rounded_down(inside), inside) if low <= v and passes(v)), None)


def in_tons(value: float) -> str:
    """Write a quantity, t, in millions of tons from a tenth of one.

    >>> in_tons(137_000), in_tons(1_000_000), in_tons(4_250)
    ('0.137 Mt', '1 Mt', '4,250 t')
    """
    return f"{value / 1e6:.6g} Mt" if value >= 1e5 else f"{value:,.6g} t"


def per_ton(value: float) -> str:
    """Write a price, USD/t.

    >>> per_ton(496.06), per_ton(496.0), per_ton(31_000_000.0)
    ('496.06', '496', '31,000,000')
    """
    return f"{value:,.0f}" if value >= 1e4 or value == int(value) else f"{value:,.2f}"


def rounded_down(value: float) -> float:
    """Round a quantity or price down to DIGITS significant figures.

    >>> rounded_down(137_999.0), rounded_down(0.12345)
    (137000.0, 0.123)
    """
    scale: float = 10.0 ** (math.floor(math.log10(value)) - DIGITS + 1)
    return float(f"{math.floor(value / scale * (1 + 1e-12)) * scale:.12g}")
