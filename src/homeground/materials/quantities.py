"""Quantities with units, checked by dimensional analysis: a good has one unit, and all that is said of it fits.

Units are those that process books use; nothing is converted between dimensions, such as tons and cubic metres.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from homeground.errors import BadInput, listing, message

if TYPE_CHECKING:
    import pint

DEFINITIONS: Final = (
    "t = [mass]", "kg = 1e-3 t", "g = 1e-6 t", "kt = 1e3 t", "Mt = 1e6 t",
    "m = [length]", "m2 = m ** 2", "m3 = m ** 3", "L = 1e-3 m3", "ha = 1e4 m2", "km = 1e3 m",
    "GJ = [energy]", "MJ = 1e-3 GJ", "TJ = 1e3 GJ", "kWh = 3.6e-3 GJ", "MWh = 3.6 GJ", "GWh = 3.6e3 GJ",
    "piece = [item]", "h = [time]", "head = [people]", "tkm = t * km", "USD = [money]",
)  # fmt: skip
UNITS: Final = tuple(text.split(" = ")[0] for text in DEFINITIONS if not text.startswith("USD"))
WRITTEN: Final = re.compile(r"^\s*([-+]?\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?)\s*([A-Za-z][\w/* ]*)?\s*$")


def known_unit(unit: str, where: str) -> str:
    """Return the unit; raises BadInput for a name that is not in `UNITS`."""
    if unit not in UNITS:
        raise BadInput(
            message("unknown unit", where=where, found=repr(unit), expected=listing(UNITS, 30), do="write one of these")
        )
    return unit


def number(value: Any, where: str) -> float:
    """Return a finite number; raises BadInput for NaN, infinity, texts, true and false."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(message("not a number", where=where, found=repr(value), expected="a number", do="correct it"))
    if not math.isfinite(value):
        raise BadInput(
            message(
                "not a finite number", where=where, found=value, expected="a finite number", do="leave out the unknown"
            )
        )
    return float(value)


def amount(value: Any, unit: str, where: str) -> float:
    """Return a quantity in `unit`; a bare number is in that unit already.

    >>> amount("640 kg", "t", "here"), amount(3, "m3", "here")
    (0.64, 3.0)

    Raises BadInput where the unit that is written measures something else, such as m3 of a good counted in t.
    """
    if not isinstance(value, str):
        return number(value, where)
    written = WRITTEN.match(value)
    if not written:
        raise BadInput(
            message("not a quantity", where=where, found=repr(value), expected=f'such as "2.5 {unit}"', do="correct it")
        )
    size = number(float(written[1].replace("_", "")), where)
    return size if written[2] is None else size * _factor(written[2].strip(), unit, where)


def gigajoules(unit: str) -> float | None:
    """Return the GJ in one unit of energy; None for a unit that is none."""
    return _converted(unit, "GJ")


def tons(unit: str) -> float | None:
    """Return the metric tons in one unit of mass; None for a unit that is none."""
    return _converted(unit, "t")


@cache
def _factor(found: str, unit: str, where: str) -> float:
    import pint

    registry = _registry()
    try:
        return float(registry.Quantity(1.0, registry.parse_units(found)).to(registry.parse_units(unit)).magnitude)
    except pint.DimensionalityError:
        raise BadInput(
            message(
                "a good in two units",
                where=where,
                found=found,
                expected=f"{unit}, or another unit of the same kind",
                do=f"write it in {unit}; nothing is converted between unlike units",
            )
        ) from None
    except (pint.UndefinedUnitError, ValueError, TypeError):
        known_unit(found, where)
        raise


def _converted(unit: str, wanted: str) -> float | None:
    registry = _registry()
    held = registry.Quantity(1.0, registry.parse_units(unit))
    return float(held.to(wanted).magnitude) if held.is_compatible_with(wanted) else None


@cache
def _registry() -> pint.UnitRegistry[float]:
    import pint

    registry: pint.UnitRegistry[float] = pint.UnitRegistry(None)
    for definition in DEFINITIONS:
        registry.define(definition)
    return registry
