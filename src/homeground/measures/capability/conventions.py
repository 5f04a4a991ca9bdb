"""The variants of the formulas by name, and who counts: published results differ by these choices alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from homeground.errors import UsageError, message

Diagonal = Literal["counted", "left-out"]
Scale = Literal["own", "countries"]
Gain = Literal["net", "gross"]


@dataclass(frozen=True)
class Conventions:
    """Choices that the literature leaves open.

    `threshold`: a country makes a product (M = 1) from this revealed comparative advantage on (1: Balassa 1965).
    `diagonal`: whether a product's proximity to itself, 1, counts in sums over neighbours. Hidalgo et al. (2007) leave
    it open; the package `ecomplexity` counts it.
    `ddof`: standard deviations divide by n − ddof.
    `scale`: `own` standardises the product index by its own mean and standard deviation; `countries` by those of the
    country index, so that a country's index is the mean of its products' (the package `ecomplexity` and its Stata
    forerunner).
    `gain`: `net` is the change of the opportunity outlook when one product is added (Hausmann et al. 2014, technical
    box on opportunity gain); `gross` leaves out what the added product itself no longer contributes (`ecomplexity`).
    """

    threshold: float = 1.0
    diagonal: Diagonal = "counted"
    ddof: Literal[0, 1] = 0
    scale: Scale = "own"
    gain: Gain = "net"

    def __post_init__(self) -> None:
        """Refuse values that name no convention."""
        allowed: Mapping[str, tuple[object, ...]] = {
            "diagonal": get_args(Diagonal), "ddof": (0, 1), "scale": get_args(Scale), "gain": get_args(Gain)
        }  # fmt: skip
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                raise _unknown(name, getattr(self, name), values)
        if not (self.threshold > 0 and math.isfinite(self.threshold)):
            raise _unknown("threshold", self.threshold, ("a number above 0",))

    def in_words(self) -> str:
        """State the choices in one line."""
        return ", ".join(f"{field.name}={getattr(self, field.name)}" for field in fields(self))


NAMED: Final[Mapping[str, Conventions]] = MappingProxyType(
    {"homeground": Conventions(), "ecomplexity": Conventions(scale="countries", gain="gross")}
)
"""Sets of conventions by name."""


def conventions(text: str = "homeground") -> Conventions:
    """Read conventions: a name of NAMED, pairs such as `diagonal=left-out,ddof=1`, or a name followed by pairs.

    >>> conventions("ecomplexity,ddof=1").gain
    'gross'
    """
    chosen = NAMED["homeground"]
    for number, part in enumerate(piece.strip() for piece in text.split(",") if piece.strip()):
        name, given, value = part.partition("=")
        if not given:
            if name not in NAMED or number:
                raise _unknown("conventions", part, (*NAMED, "name=value"))
            chosen = NAMED[name]
        else:
            chosen = replace(chosen, **{_field(name.strip()): _value(name.strip(), value.strip())})
    return chosen


@dataclass(frozen=True)
class Filters:
    """Who counts when the space of products is computed; small traders would otherwise top the ranks.

    Countries need `min_population` persons (where a population is known) and exports of `min_exports_usd` in the year;
    products a world trade of `min_product_usd`. `leave_out` are codes of countries or chapters that are none.
    Defaults for countries: Hausmann et al. (2014), The Atlas of Economic Complexity, ch. 7: above 1.2 million people
    and exports of at least a billion dollars a year (theirs as mean of three years). The one for products is our own.
    """

    min_population: float = 1_200_000
    min_exports_usd: float = 1e9
    min_product_usd: float = 1e7
    leave_out: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse limits below zero."""
        for name in ("min_population", "min_exports_usd", "min_product_usd"):
            if not getattr(self, name) >= 0:
                raise UsageError(
                    message(
                        f"{name} is a limit", found=getattr(self, name), expected="0 or more", do="0 filters nobody"
                    )
                )


def _field(name: str) -> str:
    known = [field.name for field in fields(Conventions)]
    if name not in known:
        raise _unknown("name of a convention", name, known)
    return name


def _value(name: str, text: str) -> Any:
    if name not in ("threshold", "ddof"):
        return text
    try:
        return float(text) if name == "threshold" else int(text)
    except ValueError as error:
        raise _unknown(name, text, ("a number",)) from error


def _unknown(name: str, found: object, expected: Any) -> UsageError:
    choices = " or ".join(str(value) for value in expected)
    return UsageError(message(f"no such {name}", found=repr(found), expected=choices, do="choose one of these"))
