"""Unit names and the only conversion factors in the project.

Trade is held in US dollars and metric tons; a source states its own unit and is converted once, on the way in.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from homeground.errors import UnknownCode, listing, message

USD_PER: Final = MappingProxyType({"USD": 1.0, "kUSD": 1e3, "MUSD": 1e6, "bnUSD": 1e9})
"""US dollars in one of each money unit."""

TONS_PER: Final = MappingProxyType({"kg": 1e-3, "t": 1.0, "kt": 1e3, "Mt": 1e6, "lb": 0.45359237e-3, "ct": 2e-7})
"""Metric tons in one of each mass unit (pound: 0.45359237 kg by definition, 1959; ct: metric carat, 0.2 g, 1907)."""

SCALES: Final = MappingProxyType({"one": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9})
"""Units of any currency in one of each scale, for tables that stay in their own currency."""


def usd_factor(unit: str, where: str = "") -> float:
    """Return how many US dollars one `unit` is; raises UnknownCode for any other name."""
    return _factor(USD_PER, unit, "money unit", where)


def ton_factor(unit: str, where: str = "") -> float:
    """Return how many metric tons one `unit` is; raises UnknownCode for any other name."""
    return _factor(TONS_PER, unit, "mass unit", where)


def scale_factor(name: str, where: str = "") -> float:
    """Return how many units of a currency one `name` (such as million) is; raises UnknownCode for any other name."""
    return _factor(SCALES, name, "scale", where)


def _factor(table: MappingProxyType[str, float], unit: str, kind: str, where: str) -> float:
    if unit not in table:
        raise UnknownCode(
            message(
                f"unknown {kind}",
                where=where,
                found=repr(unit),
                expected=listing(table, most=9),
                do="write one of these names; for another currency, convert before loading",
            )
        )
    return table[unit]
