"""Self-sufficiency: how much of what a country uses of each good it makes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.answer import tons
from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, Spec, vega_lite
from homeground.brief.figures.ranking import LABELS, ROOM, ROW

FULL: Final = 100.0
END: Final = 200.0
"""Bars end here; the figure beside them says the rest."""


def self_sufficiency(rows: Sequence[dict[str, Any]], most: int = 25) -> Spec:
    """Bars of 100 · production / consumption of the goods used most, lowest first; below 100 orange. A line marks 100.

    `rows`: commodity, year, self_sufficiency_pct, production_t, apparent_consumption_t.
    """
    largest = sorted(rows, key=lambda row: (-row["apparent_consumption_t"], row["commodity"]))[:most]
    lowest = sorted(largest, key=lambda row: (row["self_sufficiency_pct"], row["commodity"]))
    shown = [
        {
            "name": f"{row['commodity']} ({row['year']})",
            "share": min(row["self_sufficiency_pct"], END),
            "beside": max(FULL, min(row["self_sufficiency_pct"], END)),
            "short": row["self_sufficiency_pct"] < FULL,
            "text": _beside(row),
        }
        for row in lowest
    ]
    order = [row["name"] for row in shown]
    y = {"field": "name", "type": "nominal", "sort": order, "axis": {"title": None, **LABELS}}
    scale = {"domain": [0, END * 1.6], "nice": False}
    x = {"field": "share", "type": "quantitative", "scale": scale, "axis": None}
    colour = {"condition": {"test": "datum.short", "value": ORANGE}, "value": BLUE}
    bars: Spec = {"mark": {"type": "bar", "height": 14}, "encoding": {"x": x, "y": y, "color": colour}}
    text: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 5, "color": INK, "fontSize": 11},
        "encoding": {"x": {**x, "field": "beside"}, "y": y, "text": {"field": "text"}},
    }
    line: Spec = {
        "mark": {"type": "rule", "color": GREY, "strokeDash": [3, 3]},
        "encoding": {"x": {"datum": FULL, "type": "quantitative", "scale": scale, "axis": None}},
    }
    return vega_lite(width=560, height={"step": ROW}, padding=ROOM, data={"values": shown}, layer=[bars, line, text])


def _beside(row: dict[str, Any]) -> str:
    made, used = tons(row["production_t"]), tons(row["apparent_consumption_t"])
    return f"{row['self_sufficiency_pct']:,.0f} %  ·  {made} of {used}"
