"""A finding: what is worth doing otherwise, with quantities, money, reasons, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["substitute", "byproduct", "premise", "recovery", "spare capacity", "negative value added", "lacking"]

WORDS: Final[dict[Kind, str]] = {
    "substitute": "own good for an imported one",
    "byproduct": "by-product thrown away",
    "premise": "premise that does not hold",
    "recovery": "more could be won back",
    "spare capacity": "idle capacity for what is imported",
    "negative value added": "loses currency at border prices",
    "lacking": "uses exceed supply",
}


@dataclass(frozen=True)
class Finding:
    """What is found. Quantities a year; `quantity` in units of `good`, `quantity_instead` in units of `instead`.

    `good`: what is saved, wasted or lacking; `instead`: what would do its work. `gross_usd`: foreign currency no longer
    spent a year (of a loss: spent today); `inputs_usd`: foreign currency that the home way takes, through the whole
    chain of its inputs; `first_tier_usd`: of that, what its direct inputs take; `net_usd` = gross − inputs.
    `home_cost`: home money a year. `drc_ratio`: domestic resource cost, home_cost / net_usd, over the shadow rate;
    below 1: worth doing. None: not known.
    """

    kind: Kind
    text: str
    good: str
    process: str = ""
    instead: str = ""
    quantity: float | None = None
    unit: str = ""
    quantity_instead: float | None = None
    unit_instead: str = ""
    gross_usd: float | None = None
    inputs_usd: float | None = None
    first_tier_usd: float | None = None
    home_cost: float | None = None
    drc_ratio: float | None = None
    quality: str = ""
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def net_usd(self) -> float | None:
        """Foreign currency saved a year, net of what the home way takes."""
        if self.gross_usd is None or self.inputs_usd is None:
            return None
        return self.gross_usd - self.inputs_usd


def number(value: float) -> str:
    """Write a quantity with three significant figures, and thousands.

    >>> number(12345.6), number(0.01234), number(150)
    ('12,300', '0.0123', '150')
    """
    if value == 0:
        return "0"
    return f"{float(f'{value:.3g}'):,.10g}"
