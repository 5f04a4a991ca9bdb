"""The section "Prices paid" of the country report, and its sheets of the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from homeground.brief import figures
from homeground.brief.answer import money
from homeground.brief.trade import price_words
from homeground.brief.trade.price_tables import DRAWN, strip_caption, terms_caption, terms_notes
from homeground.brief.voice import Voice

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.trade.paid import PricesPaid

SHOWN: Final = 12
NAMED: Final = 3


@dataclass(frozen=True)
class PriceSection:
    """What the template shows: sentences, rows of overpaid products, benchmarks, the drawing of terms of trade."""

    sentences: tuple[str, ...]
    rows: list[dict[str, Any]]
    more: int
    strip: Markup | None
    strip_title: str
    strip_caption: str
    benchmarks: list[dict[str, Any]]
    no_benchmark: str
    drawing: Markup | None
    caption: str
    notes: tuple[str, ...]
    caveat: str


def section(paid: PricesPaid | None, name: str, voice: Voice) -> PriceSection | None:
    """Put a country's prices into words and rows; None where nothing could be compared."""
    if paid is None:
        return None
    rows = paid.products.to_pylist()
    over = [row for row in rows if not row["reason"] and row["overpayment_usd"] > 0]
    drawing, caption, notes = _terms(paid, name, voice)
    strip, strip_text = _strip(paid, over[0], name, voice) if over else (None, "")
    return PriceSection(
        sentences=tuple(_sentences(paid, rows, name)),
        rows=[{**row, **_in_words(row), **_by_suppliers(paid, row["hs6"])} for row in over[:SHOWN]],
        more=len(over) - len(over[:SHOWN]),
        strip=strip,
        strip_title=f"{over[0]['hs6']} {over[0]['product']}, supplier by supplier" if over else "",
        strip_caption=strip_text,
        benchmarks=paid.benchmarks.to_pylist(),
        no_benchmark="" if paid.benchmarks.num_rows else price_words.NO_BENCHMARK,
        drawing=drawing,
        caption=caption,
        notes=notes,
        caveat=price_words.UNLIKE,
    )


def price_sheets(paid: PricesPaid) -> dict[str, pa.Table]:
    """The sheets of the workbook, as far as there is something in them."""
    sheets = {"Prices paid": paid.products, "Prices by supplier": paid.suppliers, "Benchmarks": paid.benchmarks}
    if paid.terms is not None:
        sheets["Terms of trade"] = paid.terms.table
    return {name: table for name, table in sheets.items() if table.num_rows}


def _sentences(paid: PricesPaid, rows: list[dict[str, Any]], name: str) -> list[str]:
    ranked = [row for row in rows if not row["reason"]]
    above = sum(max(row["overpayment_usd"], 0.0) for row in ranked)
    below = -sum(min(row["overpayment_usd"], 0.0) for row in ranked)
    share = paid.ranked_usd / paid.imports_usd if paid.imports_usd else 0.0
    unlike = sum(row["reason"].startswith("unlike") for row in rows)
    other = len(rows) - len(ranked) - unlike
    left = [
        f"{count} {what}"
        for count, what in ((unlike, "hold unlike goods under one code"), (other, "have no comparable purchase"))
        if count
    ]
    held = f"{len(ranked)} of {len(rows)} products, {100 * share:.0f} % of the imports,"
    of_others = f" Of the others, {' and '.join(left)}." if left else ""
    dearer = sum(row["overpayment_usd"] > 0 for row in ranked)
    on_dearer = f"{name} paid {money(above)} USD above the median on {dearer} of them"
    return [
        f"{held} can be held against the world's median unit value.{of_others}",
        f"{on_dearer} and {money(below)} USD below it on the other {len(ranked) - dearer}.",
    ]


def _in_words(row: dict[str, Any]) -> dict[str, str]:
    return {f"{name}_text": price_words.price(row[name]) for name in ("paid_usd_per_t", "q1", "median", "q3")}


def _by_suppliers(paid: PricesPaid, hs6: str) -> dict[str, Any]:
    rows = [row for row in paid.suppliers.to_pylist() if row["hs6"] == hs6]
    above = [row for row in rows if row["overpayment_usd"] > 0][:NAMED]
    named = [f"{row['name']} {money(row['overpayment_usd'])}, at {_paid(row)}" for row in above]
    compared = [row["over_others_usd"] for row in rows if row["over_others_usd"] is not None]
    return {"named": "; ".join(named), "over_others_usd": sum(compared) if compared else None}


def _paid(row: dict[str, Any]) -> str:
    others = f" (others {price_words.price(row['others_median'])})" if row["others_median"] is not None else ""
    return f"{price_words.price(row['unit_value_usd_per_t'])}{others}"


def _strip(paid: PricesPaid, row: dict[str, Any], name: str, voice: Voice) -> tuple[Markup, str]:
    """Draw the suppliers of the product paid most above the median."""
    suppliers = [of for of in paid.suppliers.to_pylist() if of["hs6"] == row["hs6"]]
    shown = sorted(suppliers, key=lambda of: -of["value_usd"])[:DRAWN]
    names = {of["name"] for of in shown}
    points = [flow for flow in paid.flows.to_pylist() if flow["name"] in names]
    quartiles = (row["q1"], row["median"], row["q3"])
    text = f"Unit values of {row['product']} by supplier, {name}"
    drawing = voice.draw(figures.price_strip(shown, points, quartiles), text)
    return drawing, strip_caption(name, points, quartiles, row["least_t"])


def _terms(paid: PricesPaid, name: str, voice: Voice) -> tuple[Markup | None, str, tuple[str, ...]]:
    found = paid.terms
    if found is None or found.base is None:
        return None, "", ()
    text = f"Terms of trade by year, {name}"
    drawing = voice.draw(figures.terms_lines(found.table.to_pylist()), text)
    return drawing, terms_caption(found), terms_notes(found)
