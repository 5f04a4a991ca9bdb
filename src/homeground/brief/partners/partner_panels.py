"""Two partners as a page shows them: the numbers at the head, and the tables in their order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, money
from homeground.brief.partners import negotiation, partner_tables

if TYPE_CHECKING:
    from homeground.home.partners.partner import PartnerView

SHOWN: Final = ("products", "supply", "partner-supply", "paid", "positions", "barred", "totals", "trend")
"""The tables of the page; the workbook has all."""


def panels(view: PartnerView) -> dict[str, Answer]:
    """The tables by name, the first with the figures and the notes of all; without rows they are left out."""
    found = {name: partner_tables.answer(view, name) for name in SHOWN}
    first, *rest = SHOWN
    shown = {first: replace(found[first], figures=_drawn(view))}
    return shown | {name: replace(found[name], notes=()) for name in rest if found[name].table.num_rows}


def _drawn(view: PartnerView) -> tuple[tuple[dict[str, Any], str], ...]:
    return tuple((spec, text) for spec, text, _ in negotiation.document(view).drawings)


def tiles(view: PartnerView) -> tuple[tuple[str, str], ...]:
    """The trade between both in each direction, and how far either side leans on it."""
    rows = {row["country"]: row for row in view.totals.to_pylist()}
    own, a, b = rows[view.country.code], view.country.name, view.partner.name
    told = ((own["imports_usd"], f"{a} buys from {b}"), (own["exports_usd"], f"{a} sells to {b}"))
    shares = (
        (own["import_share"], f"of what {a} buys"),
        (own["partner_export_share"], f"of what {b} sells"),
        (own["export_share"], f"of what {a} sells"),
        (own["partner_import_share"], f"of what {b} buys"),
    )
    return (
        *((f"{money(usd)} USD", what) for usd, what in told if usd is not None),
        *((f"{100 * share:.1f} %", what) for share, what in shares if share is not None),
    )
