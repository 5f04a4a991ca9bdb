"""A deal in the units of trade data: USD per ton, free on board; what a conversion lacks is asked for by name.

FOB, FAS and FCA prices are taken as free on board. CFR and CPT hold the freight, CIF and CIP freight and insurance:
p_fob = p · (1 − insurance) − freight. The other terms hold what no table gives (carriage in the countries themselves,
duties): for these the deal states fob_usd_per_t.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from homeground.deals.deal import Deal

ON_BOARD: Final = ("FOB", "FAS", "FCA")
WITH_FREIGHT: Final = ("CFR", "CPT")
WITH_INSURANCE: Final = ("CIF", "CIP")
OLDEST_RATE: Final = timedelta(days=31)
"""An exchange rate older than this on the day of the deal is no rate of that day."""

Rows = Sequence[Mapping[str, Any]]
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Offer:
    """A deal with its price in USD/t free on board (None: not known, `why_not` says what is missing) and the steps."""

    deal: Deal
    usd_per_t: float | None
    steps: tuple[str, ...] = ()
    why_not: str = ""

    @property
    def tons(self) -> float:
        """Quantity, t."""
        return self.deal.quantity_t

    @property
    def usd(self) -> float | None:
        """Value free on board, USD."""
        return None if self.usd_per_t is None else self.usd_per_t * self.deal.quantity_t

    def at(self, *, tons: float | None = None, usd_per_t: float | None = None, partner: str | None = None) -> Offer:
        """Return the same offer with another quantity (t), price (USD/t free on board) or partner."""
        deal = self.deal
        if tons is not None:
            deal = replace(deal, quantity_t=tons)
        if partner is not None and partner != deal.partner:
            own = {"seller": None} if deal.direction == "import" else {"buyer": None}
            deal = replace(deal, partner=partner, origin=None, vessel=None, seller_open=True, **own)  # type: ignore[arg-type]
        return replace(self, deal=deal, usd_per_t=self.usd_per_t if usd_per_t is None else usd_per_t)


def offer(deal: Deal, rates: Rows | None, freight: Rows | None) -> Offer:
    """Convert a deal by what it states, else by the tables `exchange_rates` and `freight` (None: not loaded)."""
    if deal.conversion.fob_usd_per_t is not None:
        return Offer(deal, deal.conversion.fob_usd_per_t, ("free on board as the deal states it",))
    if deal.price is None:
        return Offer(deal, None, (), "the deal states no price: write price")
    rate, rate_step, missing = _rate(deal, rates)
    if rate is None:
        return Offer(deal, None, (), missing)
    paid = deal.price * rate
    less, terms_step, missing = _on_board(deal, freight, paid)
    if less is None:
        return Offer(deal, None, (), missing)
    if less <= 0:
        return Offer(deal, None, (), f"freight and insurance are more than the price of {paid:,.2f} USD/t: correct one")
    return Offer(deal, less, tuple(step for step in (rate_step, terms_step) if step))


def _rate(deal: Deal, rates: Rows | None) -> tuple[float | None, str, str]:
    if deal.currency == "USD":
        return 1.0, "", ""
    if (stated := deal.conversion.usd_per_unit) is not None:
        return stated, f"1 {deal.currency} = {stated:g} USD as the deal states it", ""
    found = [row for row in rates or () if row["currency"] == deal.currency and row["day"] <= deal.day]
    latest = max(found, key=lambda row: row["day"], default=None)
    if latest is None or deal.day - latest["day"] > OLDEST_RATE:
        oldest = deal.day - OLDEST_RATE
        ask = f"the exchange rate of {deal.currency} to USD on {deal.day} (or since {oldest})"
        return None, "", f"{ask}: load the table exchange_rates, or write usd_per_unit under [conversion]"
    rate = float(latest["usd_per_unit"])
    return rate, f"1 {deal.currency} = {rate:g} USD on {latest['day']}", ""


def _on_board(deal: Deal, freight: Rows | None, paid: float) -> tuple[float | None, str, str]:
    """Return the price free on board, the step in words, and what is missing."""
    if deal.incoterm in ON_BOARD:
        return paid, "", ""
    if deal.incoterm not in (*WITH_FREIGHT, *WITH_INSURANCE):
        ask = f"the price free on board: {deal.incoterm} holds costs that no table gives"
        return None, "", f"{ask}; write fob_usd_per_t under [conversion]"
    row = _leg(deal, freight) or NOTHING
    carriage = _first(deal.conversion.freight_usd_per_t, row.get("freight_usd_per_t"))
    insured = deal.incoterm in WITH_INSURANCE
    insurance = _first(deal.conversion.insurance_share, row.get("insurance_share")) if insured else 0.0
    way = f"{deal.exporter} to {deal.importer} of {deal.hs6} on {deal.day}"
    for name, value in (("freight_usd_per_t", carriage), ("insurance_share", insurance)):
        if value is None:
            return None, "", f"{name} from {way}: load the table freight, or write {name} under [conversion]"
    assert carriage is not None
    assert insurance is not None
    step = f"{deal.incoterm} less {carriage:g} USD/t freight" + (f" and {insurance:.2%} insurance" if insured else "")
    return paid * (1 - insurance) - carriage, step, ""


def _leg(deal: Deal, freight: Rows | None) -> Mapping[str, Any] | None:
    """Return the freight in force on the day; of several the one with the longest beginning of the HS code."""
    fits = [
        row
        for row in freight or ()
        if (row["exporter"], row["importer"]) == (deal.exporter, deal.importer)
        and deal.hs6.startswith(row["hs_prefix"] or "")
        and _covers(row, deal.day)
    ]
    return max(fits, key=lambda row: (len(row["hs_prefix"] or ""), row["from_date"]), default=None)


def _covers(row: Mapping[str, Any], day: date) -> bool:
    return bool(row["from_date"] <= day and (row["to_date"] is None or day <= row["to_date"]))


def _first(stated: float | None, found: float | None) -> float | None:
    return stated if stated is not None else found
