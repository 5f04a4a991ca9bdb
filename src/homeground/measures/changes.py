"""Change points of a yearly series: where its path breaks, and years that jump.

The series is taken in logarithms, so that a straight line is steady growth and a step is a percentage.

**Path.** The years are cut into stretches of at least `LEAST_STRETCH` years, each with a line of its own, so that

    Σ over stretches of RSS(line) + β · number of stretches,   β = PENALTY · σ² · ln n

is smallest: the exact optimum by dynamic programming (Jackson et al. 2005, IEEE Signal Processing Letters 12(2); model
of Bai and Perron 2003, Journal of Applied Econometrics 18(1), every coefficient free to change). σ is the noise
around a line, from second differences: 1.4826 · MAD(Δ²y) / √6, at least `QUIET`; MAD is the median distance from the
median, which a few breaks leave alone.

**Jump.** A year whose growth has a modified z-score 0.6745·|g − median| / MAD above `OUTLYING` (Iglewicz and Hoaglin
1993, How to Detect and Handle Outliers), with MAD of at least 0.6745 · `QUIET`.

A year that jumps away and comes back the year after, but for a quarter of the way, would bend the lines on both sides
(an additive outlier: Chen and Liu 1993, Journal of the American Statistical Association 88(421)): it is put between its
neighbours before paths are looked for. A jump in the last two years is too young to begin a path, and would bend the
line before it: paths are then looked for in the years before the jump.

Under `LEAST_YEARS` consecutive years nothing is said. On pure noise around a line, 5 to 15 % of series give a false
alarm, most where years are few (measured in the tests). A series that wanders like a price (a random walk) has changes
by nature and shows them: 40 % of those of 10 years, nearly all of 30.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

LEAST_YEARS: Final = 10
LEAST_STRETCH: Final = 3
PENALTY: Final = 8.0
QUIET: Final = 0.05
OUTLYING: Final = 3.5
NORMAL: Final = 1.4826
"""Standard deviations of a normal distribution in its median absolute deviation."""

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """A year in which a series changes; numbers are shares (0.2 is 20 %), None where the kind has none.

    `path`: `pace_before`, `pace_after` are the growth per year of the two lines, `gap` how far the new line begins
    above or below where the old one would have led. `jump`: `growth` in that year is far from `usual`, the median.
    """

    year: int
    path: bool
    jump: bool
    growth: float
    usual: float
    pace_before: float | None = None
    pace_after: float | None = None
    gap: float | None = None


def changes(series: Mapping[int, float | None]) -> tuple[Change, ...]:
    """Find the changes of a positive yearly series; missing, zero and negative years part it into runs.

    A run of fewer than LEAST_YEARS years abstains.
    """
    found: list[Change] = []
    for run in runs(series):
        found += _of_run(run, np.log(np.array([series[year] for year in run], dtype=np.float64)))
    return tuple(found)


def runs(series: Mapping[int, float | None]) -> list[list[int]]:
    """Split the years with a positive value into runs of consecutive ones, long enough to be judged."""
    gathered: list[list[int]] = []
    for year in sorted(year for year, value in series.items() if value is not None and value > 0):
        if gathered and year == gathered[-1][-1] + 1:
            gathered[-1].append(year)
        else:
            gathered.append([year])
    return [run for run in gathered if len(run) >= LEAST_YEARS]


def _of_run(years: Sequence[int], logs: Vector) -> list[Change]:
    growth = np.diff(logs)
    usual = float(np.median(growth))
    jumping = {place + 1 for place in outlying(growth)}
    young = (place for place in jumping if place > len(logs) - LEAST_STRETCH)
    settled = _bridged(logs, growth, jumping)[: min(young, default=len(logs))]
    cuts = stretches(settled, penalty(settled))
    paths = {end: _path(settled, cuts, number) for number, end in enumerate(cuts[:-1])}
    return [
        Change(
            years[place],
            place in paths,
            place in jumping,
            float(np.expm1(growth[place - 1])),
            float(np.expm1(usual)),
            *paths.get(place, (None, None, None)),
        )
        for place in sorted({*paths, *jumping})
    ]


def _bridged(logs: Vector, growth: Vector, jumping: set[int]) -> Vector:
    """Put a year that jumps away and back halfway between its neighbours."""
    whole = logs.copy()
    for place in jumping:
        if place + 1 in jumping and abs(growth[place - 1] + growth[place]) <= abs(growth[place - 1]) / 4:
            whole[place] = (logs[place - 1] + logs[place + 1]) / 2
    return whole


def penalty(logs: Vector) -> float:
    """Return β, what one more stretch has to save: PENALTY · σ² · ln n, with σ from second differences."""
    bends = np.diff(logs, 2)
    sigma = max(QUIET, NORMAL * _mad(bends) / 6**0.5)
    return float(PENALTY * sigma**2 * np.log(len(logs)))


def stretches(logs: Vector, beta: float) -> list[int]:
    """Return where each stretch ends (the place after its last year), the last of them the length of the series."""
    count = len(logs)
    best, before = [-beta] + [np.inf] * count, [0] * (count + 1)
    for end in range(LEAST_STRETCH, count + 1):
        for start in range(end - LEAST_STRETCH + 1):
            total = best[start] + _rss(logs[start:end]) + beta
            if total < best[end]:
                best[end], before[end] = total, start
    ends = [count]
    while before[ends[0]] > 0:
        ends.insert(0, before[ends[0]])
    return ends


def outlying(growth: Vector) -> list[int]:
    """Return the places of values whose modified z-score is above OUTLYING."""
    away = np.abs(growth - np.median(growth))
    scores = 0.6745 * away / max(_mad(growth), QUIET / NORMAL)
    return [int(place) for place in np.flatnonzero(scores > OUTLYING)]


def _path(logs: Vector, cuts: Sequence[int], number: int) -> tuple[float, float, float]:
    """Describe a cut: growth per year before and after, and the gap between the two lines where the new one begins."""
    start, middle, end = ([0, *cuts])[number], cuts[number], cuts[number + 1]
    slope, origin = _line(logs[start:middle])
    other, begins = _line(logs[middle:end])
    expected = origin + slope * (middle - start)
    return float(np.expm1(slope)), float(np.expm1(other)), float(np.expm1(begins - expected))


def _line(logs: Vector) -> tuple[float, float]:
    """Fit a line by least squares: slope per year, and value in the first year."""
    time = np.arange(len(logs)) - (len(logs) - 1) / 2
    slope = float(time @ logs / (time @ time))
    return slope, float(logs.mean() + slope * time[0])


def _rss(logs: Vector) -> float:
    slope, origin = _line(logs)
    rest = logs - origin - slope * np.arange(len(logs))
    return float(rest @ rest)


def _mad(values: Vector) -> float:
    return float(np.median(np.abs(values - np.median(values))))
