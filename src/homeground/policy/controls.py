"""Embargoes and controls lists: what a product's code and a partner say, as facts for the policy.

A controls list by HS code names goods that may be controlled: a hit says that the good needs classification, and
decides nothing. A table that is not loaded makes the fact unknown, never "no".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from homeground.codes import blocs, parties

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
    """Return the measures in force that bar a trade; the last day still counts, `*` stands for everybody.

    The rule is that of `measures.permitted`, for one trade, with the blocs as their members of the day. Raises BadInput
    for a row that names nobody.
    """
    if restrictions is None:
        return Barred(None, ())
    restrictions = tuple(restrictions)
    parties.require(restrictions, "restrictions")
    acts = [
        str(row["legal_reference"])
        for row in restrictions
        if _binds(row["exporter"], exporter, day)
        and _binds(row["importer"], importer, day)
        and hs6.startswith(parties.goods(row["hs_prefix"]))
        and _in_force(row, day)
    ]
    return Barred(bool(acts), tuple(dict.fromkeys(acts)))


def classification(dual_use: Iterable[Row] | None, hs6: str, day: date) -> Classification:
    """Return the control codes that a correlation table names for a product's code, as a question to a classifier.

    Raises UnknownCode for a row whose goods are no beginning of an HS code.
    """
    if dual_use is None:
        return Classification("insufficient data", (), ())
    hits = [row for row in dual_use if hs6.startswith(parties.goods(row["hs_prefix"])) and _in_force(row, day)]
    codes = tuple(sorted({str(row["control_code"]) for row in hits}))
    acts = tuple(sorted({str(row["legal_reference"]) for row in hits}))
    return Classification("needs classification" if hits else "no entry", codes, acts)


def _binds(named: str, country: str, day: date) -> bool:
    return named == parties.EVERYONE or country in blocs.bound(parties.party(named), day)


def _in_force(row: Row, day: date) -> bool:
    return bool(row["from_date"] <= day and (row["to_date"] is None or day <= row["to_date"]))
