"""Dated values that come with the package: thresholds, rates, each with the reference that set it.

This is the only place in `measures` that reads files, and only the package's own.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

When = datetime.date | int | None


@dataclass(frozen=True)
class DatedValue:
    """A value and the first day it holds; `fixed` marks a convention that sensitivity leaves alone."""

    since: datetime.date
    value: float
    reference: str
    fixed: bool = False


@dataclass(frozen=True)
class Parameter:
    """One name, its values over time, oldest first."""

    name: str
    values: tuple[DatedValue, ...]

    def on(self, when: When = None) -> DatedValue | None:
        """Return the value in force on a day, at a year's end, or (None) the newest; None before the first one."""
        if when is None:
            return self.values[-1]
        day = datetime.date(when, 12, 31) if isinstance(when, int) else when
        in_force = [dated for dated in self.values if dated.since <= day]
        return in_force[-1] if in_force else None


@cache
def document(name: str) -> Mapping[str, Any]:
    """Return the packaged parameter file `name`.toml as a mapping."""
    text = files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def parameters_of(raw: Mapping[str, Iterable[Mapping[str, Any]]]) -> Mapping[str, Parameter]:
    """Read the `parameters` part of a parameter file."""
    return MappingProxyType({name: Parameter(name, _values(entries)) for name, entries in raw.items()})


def _values(entries: Iterable[Mapping[str, Any]]) -> tuple[DatedValue, ...]:
    dated = [
        DatedValue(entry["from"], float(entry["value"]), entry["reference"], bool(entry.get("fixed", False)))
        for entry in entries
    ]
    return tuple(sorted(dated, key=lambda value: value.since))


@cache
def usd_per_eur() -> Mapping[int, float]:
    """Return the yearly average of US dollars per euro, by calendar year (European Central Bank reference rates)."""
    rates = document("usd_per_eur")["rates"]
    return MappingProxyType({int(year): float(rate) for year, rate in rates.items()})
