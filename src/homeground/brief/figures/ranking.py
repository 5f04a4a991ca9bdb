"""Ranked bars: from whom a country buys, and how much of each dependent product comes from one supplier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from homeground.brief.answer import money
from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, PALE, Spec, vega_lite

ROW = 21
ROOM = {"left": 48, "right": 48, "top": 4, "bottom": 4}
"""Room for fonts that run wider on the reader's screen than the one measured here."""
LABELS = {"labelLimit": 380, "labelFontSize": 11.5, "domain": False, "ticks": False, "labelPadding": 6}


def suppliers(partners: Sequence[dict[str, Any]], most: int = 15) -> Spec:
    """Share of imports by supplier, largest first; `partners`: name, share, imports_usd."""
    rows = [
        {
            "name": row["name"],
            "share": row["share"],
            "text": f"{100 * row['share']:.1f} %  ·  {money(row['imports_usd'])}",
        }
        for row in partners[:most]
    ]
    return _bars(rows, BLUE, 1.32, 560)


def dependent_products(rows: Sequence[dict[str, Any]], most: int = 20) -> Spec:
    """Main supplier's share of each dependent product, in the order given.

    `rows`: hs6, short, top_share, top_supplier_name, imports_usd.
    """
    shown = [
        {
            "name": f"{row['hs6']} {row['short']}",
            "share": row["top_share"],
            "text": f"{row['top_supplier_name']} {100 * row['top_share']:.0f} %  ·  {money(row['imports_usd'])}",
        }
        for row in rows[:most]
    ]
    return _bars(shown, ORANGE, None, 520)


def losses(rows: Sequence[dict[str, Any]], most: int = 15) -> Spec:
    """What several lose, or what each of several cuts costs, in the order given; `rows`: name, lost (money)."""
    shown = [{"name": row["name"], "share": row["lost"], "text": money(row["lost"])} for row in rows[:most]]
    return _bars(shown, ORANGE, 1.32, 560)


def _bars(rows: list[dict[str, Any]], colour: str, stretch: float | None, width: int) -> Spec:
    largest = max((row["share"] for row in rows), default=1.0)
    end = largest * stretch if stretch else 1.45
    order = [row["name"] for row in rows]
    y = {"field": "name", "type": "nominal", "sort": order, "axis": {"title": None, **LABELS}}
    x = {"field": "share", "type": "quantitative", "scale": {"domain": [0, end], "nice": False}, "axis": None}
    layers: list[Spec] = [{"mark": {"type": "bar", "color": colour, "height": 14}, "encoding": {"x": x, "y": y}}]
    if not stretch:
        whole = {"datum": 1.0, "type": "quantitative", "scale": x["scale"], "axis": None}
        layers.insert(0, {"mark": {"type": "bar", "color": PALE, "height": 14}, "encoding": {"x": whole, "y": y}})
    layers.append(
        {
            "mark": {"type": "text", "align": "left", "dx": 5, "color": INK if stretch else GREY, "fontSize": 11},
            "encoding": {"x": x if stretch else {**whole}, "y": y, "text": {"field": "text"}},
        }
    )
    return vega_lite(width=width, height={"step": ROW}, padding=ROOM, data={"values": rows}, layer=layers)
