"""Net import reliance as offices publish it, held against the balance it is defined on.

Reliance = (apparent consumption - home supply) / apparent consumption. Which supply counts is in the definition of
apparent consumption that the office gives with each figure: `production + imports - exports`, `secondary production +
imports - exports`, `sales + imports - exports`, `imports - exports` (no home supply at all).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Bound = Literal["=", ">", "<", "net exporter", "not available"]
Verdict = Literal["equal", "within rounding", "differs", "cannot be computed"]

HALF: Final = 0.5
"""Published percentages are rounded to whole ones."""
LEAST_DIGITS, MOST_DIGITS = 2, 3
"""The survey rounds tonnages to three significant digits, estimates to two."""
SMALLEST_T: Final = 1e-6


@dataclass(frozen=True)
class Supply:
    """One series of home supply: its name in the source and tons (None: withheld)."""

    name: str
    quantity_t: float | None


@dataclass(frozen=True)
class Reliance:
    """A published reliance beside the computed one (percent; `low` to `high` as rounding of the tonnages allows)."""

    published_pct: float | None
    bound: Bound
    computed_pct: float | None
    low_pct: float | None
    high_pct: float | None
    supply: tuple[str, ...]
    verdict: Verdict
    cause: str


def net_import_reliance(
    bound: Bound,
    published_pct: float | None,
    consumption_t: float | None,
    definition: str,
    supplies: Sequence[Supply],
    reliance: str = "",
) -> Reliance:
    """Compute (C - P)/C by the published definition of C and compare; `reliance` is the definition of the percentage.

    `consumption_t` is apparent consumption; None, a missing series or an unreadable definition make the comparison
    impossible, with the cause. A net exporter agrees where the computed value is not above zero (after rounding).
    """
    counted, cause = supply_counted(definition, supplies)
    if bound == "not available":
        cause = "no reliance is published"
    elif consumption_t is None:
        cause = "apparent consumption is withheld or not available"
    elif consumption_t <= 0:
        cause = "apparent consumption is not above zero"
    elif not cause and any(series.quantity_t is None for series in counted):
        cause = "home supply is withheld or not available"
    if cause or consumption_t is None:
        return Reliance(published_pct, bound, None, None, None, _names(counted), "cannot be computed", cause)
    made = sum(series.quantity_t or 0.0 for series in counted)
    room = sum(half_unit(series.quantity_t or 0.0) for series in counted)
    around = half_unit(consumption_t)
    computed = _percent(consumption_t, made)
    corners = [_percent(consumption_t + a, made + b) for a in (-around, around) for b in (-room, room)]
    low, high = min(corners), max(corners)
    verdict = _verdict(bound, published_pct, computed, low, high)
    told = "" if verdict != "differs" else _cause(definition, reliance, computed, published_pct)
    return Reliance(published_pct, bound, computed, low, high, _names(counted), verdict, told)


def supply_counted(definition: str, supplies: Sequence[Supply]) -> tuple[list[Supply], str]:
    """Choose the series that a definition of apparent consumption counts as home supply, or say why none can be."""
    text = _formula(definition)
    if not text:
        return [], "the source gives no definition of apparent consumption"
    if "consumption" in text:
        return [], "apparent consumption is defined through other consumption, not through supply"
    before = re.split(r"\bimports?\b", text)[0]
    if not re.search(r"product|sales|sold|shipment|mine|scrap|recovered", before):
        return [], ""
    kinds = _kinds(before)
    found = [s for s in supplies if any(re.search(kind, s.name, re.IGNORECASE) for kind in kinds)]
    if "new scrap" not in before:
        found = [s for s in found if "new scrap" not in s.name.lower() or "old scrap" in s.name.lower()]
    made = [s for s in found if not re.search(SOLD, s.name, re.IGNORECASE)]
    if made and not re.search(SOLD, before):
        found = made
    totals = [s for s in found if re.search(r"total", s.name, re.IGNORECASE)]
    if not found:
        return [], f"no series of the source is what the definition names: {before.strip(' +')}"
    return totals or found, ""


COUNTED: Final = (
    (r"secondary|(?<!old )(?<!home )(?<!purchased )scrap", r"secondary|scrap|residues"),
    (r"recovered", r"recovered"),
    (r"from old scrap(?! \+)", r"old scrap"),
    (r"home scrap", r"home scrap"),
    (r"purchased scrap", r"receipts"),
    (r"synthetic", r"synthetic"),
    (r"\bcrude\b", r"crude"),
    (r"of cement", r"cement"),
    (r"primary", r"primary"),
    (r"mine", r"\bmine"),
    (r"manufactured", r"manufactured"),
)
"""What a definition may name before its imports, and the series that this means."""
SOLD: Final = r"\bsales\b|\bsold\b|\bshipments?\b"


def _kinds(before: str) -> list[str]:
    """Patterns for the names of the series that a definition names before its imports."""
    if re.search(SOLD, before):
        return [SOLD]
    named = [pattern for word, pattern in COUNTED if re.search(word, before)]
    return named or [r"production"]


def _formula(definition: str) -> str:
    """Return the definition's formula in lower case, from 'Defined ... as'."""
    found = re.search(r"defined (?:for [^a-z]*)?as (.+?)(?:\.\s|;|$)", definition.lower())
    if found:
        return found[1]
    plain = re.search(r"([a-z][^.]*\+[^.]*imports[^.]*)", definition.lower())
    return plain[1] if plain else ""


def half_unit(tons: float) -> float:
    """Half of the last digit that a rounded tonnage shows, of two or three: 110,000 t is ± 5,000, 6,440 t is ± 5.

    >>> half_unit(110_000.0), half_unit(6_440.0), half_unit(0.0)
    (5000.0, 5.0, 0.5)
    """
    if tons == 0:
        return HALF
    first = math.floor(math.log10(abs(tons)))
    for digits in range(LEAST_DIGITS, MOST_DIGITS + 1):
        unit = 10.0 ** (first - digits + 1)
        if abs(tons / unit - round(tons / unit)) < SMALLEST_T:
            return HALF * unit
    return HALF * 10.0 ** (first - MOST_DIGITS + 1)


def _percent(consumption_t: float, made_t: float) -> float:
    return 100.0 * (consumption_t - made_t) / consumption_t


def _verdict(bound: Bound, published: float | None, computed: float, low: float, high: float) -> Verdict:
    if bound == "net exporter":
        return "equal" if computed <= 0 else "within rounding" if low <= HALF else "differs"
    assert published is not None
    if bound == ">":
        return "equal" if computed > published else "within rounding" if high >= published else "differs"
    if bound == "<":
        return "equal" if computed < published else "within rounding" if low <= published else "differs"
    if abs(computed - published) <= HALF:
        return "equal"
    return "within rounding" if low - HALF <= published <= high + HALF else "differs"


def _cause(definition: str, reliance: str, computed: float, published: float | None) -> str:
    """Say what the two definitions let one expect as the cause of a difference."""
    text = _formula(definition)
    if "clinker" in reliance.lower():
        return "the reliance counts imported clinker, apparent consumption does not"
    if "imports" not in text:
        return "apparent consumption is defined without imports"
    if "recycled" in text:
        return "the definition counts recycled material, of which there is no series"
    if "stock" in text or "stock" in reliance.lower():
        return "stock changes enter one of the two definitions and not the other, or are estimated apart"
    if "rounded" in definition.lower():
        return "tonnages are rounded further to avoid disclosing company data"
    if published is None:
        return "positive by the printed tonnages, though called a net exporter"
    return f"the printed tonnages give {computed:.1f} %; nothing in the definitions explains it"


def _names(supplies: Sequence[Supply]) -> tuple[str, ...]:
    return tuple(series.name for series in supplies)
