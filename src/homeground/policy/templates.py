"""Reasons: texts in which names in braces stand for the numbers of the case. A name is all that braces may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from homeground.codes import countries
from homeground.policy.entries import fault
from homeground.policy.nodes import Value
from homeground.policy.types import near

_BRACES: Final = re.compile(r"\{([^{}]*)\}")
NOT_KNOWN: Final = "not known"


def check(text: str, known: Mapping[str, object], where: str) -> None:
    """Raise BadInput where braces hold no name of the book."""
    if any(sign in _BRACES.sub("", text) for sign in "{}"):
        raise fault("a brace is left open in the reason", where, repr(text), "{name}")
    for name in _BRACES.findall(text):
        if name not in known:
            raise fault("unknown name in the reason", where, repr(f"{{{name}}}"), near(name, known))


def fill(text: str, value: Callable[[str], Value], units: Mapping[str, str]) -> str:
    """Put the numbers into a reason, each in its unit, and countries by name.

    >>> fill("{partner} would provide {x}", {"partner": "USA", "x": 0.4}.get, {"partner": "country", "x": "share"})
    'The United States would provide 40.0 %'
    """
    filled = _BRACES.sub(lambda found: shown(value(found[1]), units.get(found[1], "")), text)
    return filled[:1].upper() + filled[1:]


def shown(value: Value, unit: str) -> str:
    """Write a value with its unit; what is not known is said to be so."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(shown(item, unit) for item in value)
    if isinstance(value, str):
        return countries.spoken(value) if unit == "country" else value
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit in ("USD", "t", "USD/t", "home money", "home money/USD"):
        return f"{_grouped(value)} {unit}"
    return f"{value:g}" if unit in ("count", "days") or value == int(value) else f"{value:.3f}"


def _grouped(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.2f}"
