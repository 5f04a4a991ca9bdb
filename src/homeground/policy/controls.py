"""Embargoes and controls lists: what a product's code and a partner say, as facts for the policy.

A controls list by HS code names goods that may be controlled: a hit says that the good needs classification, and
decides nothing. A table that is not loaded makes the fact unknown, never "no".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from homeground.codes import parties

Row = Mapping[str, Any]
"""A row of `restrictions` or `dual_use`, by the names of the schema."""


@dataclass(frozen=True)
class Barred:
    """Whether a measure bars the trade (None: no table is loaded), and which acts say so."""

    embargoed: bool | None
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Classification:
    """What a controls list says of a product's code: `needs classification`, `no entry`, or `insufficient data`."""

    status: Literal["needs classification", "no entry", "insufficient data"]
    codes: tuple[str, ...]
    acts: tuple[str, ...]


def barred(restrictions: Iterable[Row] | None, exporter: str, importer: str, hs6: str, day: date) -> Barred:
    """Return the measures in force that bar a trade (`parties.bars`); raises BadInput for a row that names nobody."""
    if restrictions is None:
        return Barred(None, ())
    restrictions = tuple(restrictions)
    parties.require(restrictions, "restrictions")
    acts = [str(row["legal_reference"]) for row in restrictions if parties.bars(row, importer, exporter, hs6, day)]
    return Barred(bool(acts), tuple(dict.fromkeys(acts)))


def classification(dual_use: Iterable[Row] | None, hs6: str, day: date) -> Classification:
    """Return the control codes that a correlation table names for a product's code, as a question to a classifier.

    Raises UnknownCode for a row whose goods are no beginning of an HS code.
    """
    if dual_use is None:
        return Classification("insufficient data", (), ())
    hits = [row for row in dual_use if hs6.startswith(parties.goods(row["hs_prefix"])) and parties.holds(row, day)]
    codes = tuple(sorted({str(row["control_code"]) for row in hits}))
    acts = tuple(sorted({str(row["legal_reference"]) for row in hits}))
    return Classification("needs classification" if hits else "no entry", codes, acts)
