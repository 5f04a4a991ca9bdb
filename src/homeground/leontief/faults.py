"""Named checks on a system: whether rows and columns close, and whether its algebra can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from homeground.leontief.system import System

ROUNDING: Final = 0.001
"""Rows may miss their output by this share of all output: publishers round."""


@dataclass(frozen=True)
class Fault:
    """What a check found: how many places, how large (its unit is in `what`), an example, what to do."""

    check: str
    severity: Literal["error", "warning", "note"]
    what: str
    count: int
    size: float
    example: str
    do: str


def check(system: System) -> tuple[Fault, ...]:
    """Run the checks; empty where nothing is found.

    Balance, negative and zero output, negative value added, columns of A above 1, negative flows, spectral radius.
    """
    return tuple(fault for fault in _each(system) if fault.count)


def unbalanced_share(system: System) -> float:
    """What the rows miss, as a share of all output (sum of absolute values)."""
    total = float(np.abs(system.output).sum())
    return float(np.abs(system.discrepancy).sum()) / total if total else 0.0


def spectral_radius(system: System, tolerance: float = 1e-10, most: int = 2000) -> float:
    """The largest eigenvalue of `|A|` by power iteration; that of `A` where no flow is negative, else a bound of it."""
    matrix = np.abs(system.coefficients())
    vector = np.full(len(matrix), 1.0 / max(1, len(matrix)))
    found = 0.0
    for _ in range(most):
        following = matrix @ vector
        size = float(following.sum())
        if size == 0.0:
            return 0.0
        vector = following / size
        if abs(size - found) <= tolerance * size:
            return size
        found = size
    return found


def _each(system: System) -> Iterator[Fault]:
    output, added = system.output, system.added
    yield _balance(system)
    yield _places(system, output < 0, output, "negative output", "error", "treat it as missing; mend stock changes")
    yield _places(system, output == 0, output, "zero output", "note", "nothing: these industries have no shares")
    yield _places(system, added < 0, added, "negative value added", "warning", "look for a lost decimal point")
    above = _column_sums(system)
    yield _places(system, above > 1, above, "column of A above 1", "warning", "look for a lost decimal point")
    negative = system.flows < 0
    yield _cells(system, negative, "negative intermediate flow", "warning")
    yield _cells(system, system.demand < 0, "negative final demand", "note")
    radius = spectral_radius(system)
    do = "find the columns of A above 1: such a table uses up more than it makes"
    yield Fault("spectral radius", "error", "spectral radius of A", int(radius >= 1), radius, f"{radius:.4f}", do)


def _balance(system: System) -> Fault:
    share = unbalanced_share(system)
    worst = int(np.abs(system.discrepancy).argmax())
    example = f"{_name(system, worst)} by {system.discrepancy[worst]:,.6g}"
    severity: Literal["error", "note"] = "error" if share > ROUNDING else "note"
    count = int((np.abs(system.discrepancy) > 1e-9 * np.abs(system.output).max(initial=0.0)).sum())
    do = "nothing, if it is rounding; otherwise load the whole table" if severity == "note" else "load the whole table"
    return Fault("balance", severity, "rows miss output, share of all output", count, share, example, do)


def _places(system: System, where: Any, values: Any, what: str, severity: Any, do: str) -> Fault:
    found = np.flatnonzero(where)
    worst = found[np.abs(values[found]).argmax()] if found.size else 0
    example = f"{_name(system, int(worst))}: {values[worst]:,.6g}" if found.size else ""
    size = float(np.abs(values[found]).max()) if found.size else 0.0
    return Fault(what, severity, f"{what}, largest", int(found.size), size, example, do)


def _cells(system: System, where: Any, what: str, severity: Any) -> Fault:
    count = int(where.sum())
    row = int(where.any(axis=1).argmax())
    example = f"row {_name(system, row)}" if count else ""
    return Fault(what, severity, f"{what}, cells", count, float(count), example, "nothing, if the publisher has it so")


def _column_sums(system: System) -> Any:
    sums = system.flows.sum(axis=0, dtype=np.float64)
    return np.divide(sums, system.output, out=np.zeros_like(sums), where=system.producing)


def _name(system: System, place: int) -> str:
    return ".".join(system.industries_axis.pairs[place])
