"""RAS: make a table fit new totals of its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from homeground.errors import BadInput, message

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Balanced:
    """A balanced table `r̂·A·ŝ`, its multipliers, the steps taken, and the largest miss of a total that is left."""

    table: Floats
    rows: Floats
    columns: Floats
    steps: int
    miss: float


def ras(table: Any, rows: Any, columns: Any, *, tolerance: float = 1e-10, most: int = 10_000) -> Balanced:
    """Scale rows and columns in turn until both totals fit: `r̂·A·ŝ` (Stone 1961; Miller and Blair 2009, 7.4.1).

    `tolerance` is the largest miss as a share of the largest total. Zeros stay zeros. Raises BadInput for negative
    cells, totals that do not agree, totals that no scaling reaches, and where `most` steps do not suffice.
    """
    start, wanted, across = (np.asarray(values, dtype=np.float64) for values in (table, rows, columns))
    _possible(start, wanted, across, tolerance)
    r, s = np.ones_like(wanted), np.ones_like(across)
    scale = max(float(wanted.max(initial=0.0)), np.finfo(float).tiny)
    miss = np.inf
    for step in range(1, most + 1):
        sums = start @ s
        r = np.divide(wanted, sums, out=np.zeros_like(r), where=sums > 0)
        sums = r @ start
        s = np.divide(across, sums, out=np.zeros_like(s), where=sums > 0)
        fitted = r[:, None] * start * s
        miss = max(np.abs(fitted.sum(axis=1) - wanted).max(), np.abs(fitted.sum(axis=0) - across).max())
        if miss <= tolerance * scale:
            return Balanced(fitted, r, s, step, float(miss))
    do = "allow more steps, a wider tolerance, or open cells that are zero"
    raise BadInput(message("RAS does not reach the totals", found=f"{miss:.4g} after {most} steps", do=do))


def _possible(table: Floats, rows: Floats, columns: Floats, tolerance: float) -> None:
    if table.ndim != 2 or table.shape != (rows.size, columns.size):
        found = f"{table.shape} with {rows.size} and {columns.size} totals"
        raise BadInput(message("the totals do not belong to the table", found=found, do="give one per row and column"))
    values = np.concatenate([table.ravel(), rows, columns])
    if not np.isfinite(values).all() or (values < 0).any():
        raise BadInput(
            message("RAS needs numbers that are not negative", do="take out negative cells and add them back")
        )
    if abs(rows.sum() - columns.sum()) > max(tolerance, 1e-9) * max(rows.sum(), 1.0):
        found = f"rows {rows.sum():,.6g}, columns {columns.sum():,.6g}"
        raise BadInput(message("the totals do not agree", found=found, expected="the same sum", do="correct them"))
    empty = ((table.sum(axis=1) == 0) & (rows > 0)).any() or ((table.sum(axis=0) == 0) & (columns > 0)).any()
    if empty:
        raise BadInput(message("a row or column of zeros has a total above zero", do="give it a cell, or a total of 0"))
