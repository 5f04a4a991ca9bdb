"""Comparable flows of one product as arrays: quartiles, fences for skewed prices, percentile, and a deal's evidence.

Quartiles count each flow once; those "by tons" weigh it with its quantity. Fences are two: the plain one of Tukey, and
the one adjusted for skewness by Hubert and Vandervieren, because prices have a long tail upwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from homeground.errors import UsageError, message
from homeground.measures.prices import LEAST_FLOWS, LEAST_TONS, MOST_SPREAD, MOST_TIMES, REACH

Array = NDArray[np.float64]
Band = Literal["far below", "below", "inside", "above", "far above"]

EXACT_UP_TO: Final = 4000
"""Up to so many values the medcouple is taken exactly, over all pairs around the median: n²/4 of them, 32 MB a copy.
Beyond, by the library's fast algorithm, which is not meant for small samples or many ties."""


@dataclass(frozen=True)
class PriceSet:
    """Comparable unit values (USD/t) and what they say.

    `step` says in words which flows these are, `least_t` above how many tons; `n` flows; `q1`, `median`, `q3` count
    each flow once, `…_by_tons` by quantity; `low_fence`, `high_fence` are plain, `low_skew_fence`, `high_skew_fence`
    adjusted by the `medcouple` (−1 … 1). `unit_values` are sorted.
    """

    step: str
    least_t: float
    n: int
    q1: float
    median: float
    q3: float
    q1_by_tons: float
    median_by_tons: float
    q3_by_tons: float
    low_fence: float
    high_fence: float
    medcouple: float
    low_skew_fence: float
    high_skew_fence: float
    unit_values: Array = field(repr=False, compare=False)

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """Lower quartile, median, upper quartile, USD/t."""
        return self.q1, self.median, self.q3

    @property
    def spread(self) -> float:
        """Upper over lower quartile."""
        return self.q3 / self.q1 if self.q1 > 0 else math.inf

    @property
    def unlike(self) -> bool:
        """Whether the quartiles lie so far apart that one code must hold unlike goods."""
        return self.spread > MOST_SPREAD

    def percentile(self, price: float) -> float:
        """Share of the flows cheaper than `price`, those at this very price counted half (0 … 1)."""
        below = np.searchsorted(self.unit_values, price, side="left")
        up_to = np.searchsorted(self.unit_values, price, side="right")
        return float(below + up_to) / (2 * self.n)

    def comparable(self, unit_value: float | None, quantity_t: float | None) -> bool:
        """Whether a flow is large enough to be held against the set, and not MOST_TIMES away from its median."""
        if unit_value is None or quantity_t is None or quantity_t <= self.least_t:
            return False
        return self.median / MOST_TIMES < unit_value < MOST_TIMES * self.median

    def band(self, price: float) -> Band:
        """Where `price` lies: inside the quartiles, outside them, or far: outside the skew-adjusted fences too."""
        if price < self.q1:
            return "far below" if price < self.low_skew_fence else "below"
        if price > self.q3:
            return "far above" if price > self.high_skew_fence else "above"
        return "inside"


@dataclass(frozen=True)
class Benchmark:
    """A price from outside the trade table, USD/t; `gap` = price held against it / benchmark − 1."""

    name: str
    price_usd_per_t: float
    gap: float | None = None
    overpayment_usd: float | None = None


@dataclass(frozen=True)
class PriceEvidence:
    """What speaks for and against a price: the world's comparable flows, the buyer's own, and outside benchmarks.

    `world` or `own` is None where too few flows are comparable; `why_not` then says so. `percentile` and
    `own_percentile` are 0 … 1; overpayment is (price − median) · quantity in USD, None without a quantity.
    """

    price_usd_per_t: float
    quantity_t: float | None
    world: PriceSet | None
    own: PriceSet | None
    percentile: float | None
    own_percentile: float | None
    band: Band | None
    overpayment_usd: float | None
    own_overpayment_usd: float | None
    benchmarks: tuple[Benchmark, ...]
    why_not: str = ""

    @property
    def n(self) -> int:
        """Number of the world's comparable flows, 0 where it abstains."""
        return self.world.n if self.world else 0

    @property
    def median(self) -> float | None:
        """Median of the world's comparable flows, USD/t."""
        return self.world.median if self.world else None

    @property
    def q1(self) -> float | None:
        """Lower quartile of the world's comparable flows, USD/t."""
        return self.world.q1 if self.world else None

    @property
    def q3(self) -> float | None:
        """Upper quartile of the world's comparable flows, USD/t."""
        return self.world.q3 if self.world else None

    @property
    def step(self) -> str:
        """Which flows were compared, in words."""
        return self.world.step if self.world else self.why_not


@dataclass(frozen=True)
class Attempt:
    """One way to choose comparable flows: its words, its least tonnage, the unit values and tons of all candidates."""

    step: str
    least_t: float
    unit_values: Array
    tons: Array


def steps(words: str, unit_values: Array, tons: Array) -> Iterator[Attempt]:
    """Lower the least tonnage step by step over the same candidates."""
    for least in LEAST_TONS:
        yield Attempt(f"{words} over {least:,g} t", least, unit_values, tons)


def alike(products: Mapping[str, Array]) -> bool:
    """Tell whether the products of a heading cost about the same: their medians lie within MOST_SPREAD."""
    medians = [float(np.median(values)) for values in products.values() if len(values)]
    return len(medians) > 1 and max(medians) <= MOST_SPREAD * min(medians)


def first_sufficient(attempts: Iterable[Attempt], least_flows: int = LEAST_FLOWS) -> PriceSet | None:
    """Describe the first attempt with `least_flows` flows above its least tonnage; None where none has: it abstains."""
    for attempt in attempts:
        kept = attempt.tons > attempt.least_t
        if np.count_nonzero(kept) >= least_flows:
            return describe(attempt.unit_values[kept], attempt.tons[kept], attempt.step, attempt.least_t)
    return None


def describe(unit_values: Array, tons: Array, step: str = "", least_t: float = 0.0) -> PriceSet:
    """Compute quartiles and fences of unit values (USD/t) with their tons; at least one value."""
    order = np.argsort(unit_values, kind="stable")
    values, weights = unit_values[order], tons[order]
    q1, median, q3 = (float(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
    tons_q1, tons_median, tons_q3 = weighted_quantiles(values, weights, (0.25, 0.5, 0.75))
    skew = medcouple(values)
    low_skew, high_skew = skew_fences(q1, q3, skew)
    reach = REACH * (q3 - q1)
    return PriceSet(
        step=step,
        least_t=least_t,
        n=len(values),
        q1=q1,
        median=median,
        q3=q3,
        q1_by_tons=tons_q1,
        median_by_tons=tons_median,
        q3_by_tons=tons_q3,
        low_fence=q1 - reach,
        high_fence=q3 + reach,
        medcouple=skew,
        low_skew_fence=low_skew,
        high_skew_fence=high_skew,
        unit_values=values,
    )


def weighted_quantiles(sorted_values: Array, weights: Array, shares: Sequence[float]) -> tuple[float, ...]:
    """Find the smallest values up to which at least the given shares of all weight lie; values come sorted."""
    reached = np.cumsum(weights)
    places = np.searchsorted(reached, np.asarray(shares) * reached[-1], side="left")
    return tuple(float(value) for value in sorted_values[np.minimum(places, len(sorted_values) - 1)])


def medcouple(values: Array) -> float:
    """Compute the medcouple, a skewness that outliers cannot move: −1 … 1, 0 for symmetric or equal values.

    Source: Brys, Hubert and Struyf (2004), Journal of Computational and Graphical Statistics 13(4); statsmodels.
    """
    from statsmodels.stats.stattools import medcouple as library  # type: ignore[import-untyped]

    return float(library(values, use_fast=len(values) > EXACT_UP_TO))


def skew_fences(q1: float, q3: float, skew: float) -> tuple[float, float]:
    """Compute the fences of the adjusted boxplot from the quartiles and the medcouple M.

    M ≥ 0: q1 − 1.5·e^(−4M)·IQR and q3 + 1.5·e^(3M)·IQR; M < 0: q1 − 1.5·e^(−3M)·IQR and q3 + 1.5·e^(4M)·IQR.
    Source: Hubert and Vandervieren (2008), Computational Statistics and Data Analysis 52, eq. 5.
    """
    reach = REACH * (q3 - q1)
    down, up = (-4.0, 3.0) if skew >= 0 else (-3.0, 4.0)
    return q1 - reach * math.exp(down * skew), q3 + reach * math.exp(up * skew)


def judge(
    price: float,
    quantity_t: float | None,
    world: PriceSet | None,
    own: PriceSet | None = None,
    benchmarks: Sequence[Benchmark] = (),
    why_not: str = "",
) -> PriceEvidence:
    """Hold a price (USD/t) against comparable flows and benchmarks; raises UsageError unless price and tons are > 0."""
    for name, value in (("price", price), ("quantity", quantity_t)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise UsageError(message(f"{name} is not positive", found=value, expected="above 0", do="correct it"))
    return PriceEvidence(
        price_usd_per_t=price,
        quantity_t=quantity_t,
        world=world,
        own=own,
        percentile=world.percentile(price) if world else None,
        own_percentile=own.percentile(price) if own else None,
        band=world.band(price) if world else None,
        overpayment_usd=_over(price, world.median if world else None, quantity_t),
        own_overpayment_usd=_over(price, own.median if own else None, quantity_t),
        benchmarks=tuple(held_against(price, quantity_t, benchmark) for benchmark in benchmarks),
        why_not=why_not,
    )


def held_against(price: float, quantity_t: float | None, benchmark: Benchmark) -> Benchmark:
    """Return the benchmark with the gap of `price` to it and what this comes to for the quantity."""
    outside = benchmark.price_usd_per_t
    return Benchmark(benchmark.name, outside, price / outside - 1, _over(price, outside, quantity_t))


def _over(price: float, reference: float | None, quantity_t: float | None) -> float | None:
    return None if reference is None or quantity_t is None else (price - reference) * quantity_t
