"""Lines over years: imports and concentration, and how many products each preset flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, Spec, vega_lite


def trend_of_imports(trend: Sequence[dict[str, Any]]) -> Spec:
    """Imports and exports in bn USD above, Herfindahl of all suppliers below.

    `trend`: year, imports_usd, exports_usd, herfindahl.
    """
    flows = [
        {"year": row["year"], "what": what, "value": row[f"{what}_usd"] / 1e9}
        for row in trend
        for what in ("imports", "exports")
        if row[f"{what}_usd"] is not None
    ]
    shares = [{"year": row["year"], "value": row["herfindahl"]} for row in trend if row["herfindahl"] is not None]
    colour = {
        "field": "what", "type": "nominal", "scale": {"domain": ["imports", "exports"], "range": [BLUE, ORANGE]},
        "legend": {"title": None, "orient": "top-left", "symbolType": "stroke", "symbolStrokeWidth": 3},
    }  # fmt: skip
    under = ticks([row["year"] for row in trend], 16)
    upper = _panel("Imports and exports, bn USD", 210, colour, under, flows)
    lower = _panel("Herfindahl of all suppliers together", 110, {"value": INK}, under, shares)
    return vega_lite(vconcat=[upper, lower], spacing=22)


def trend_of_presets(trend: Sequence[dict[str, Any]], presets: Sequence[str]) -> Spec:
    """Number of products flagged, one small panel per preset."""
    rows = [
        {"year": row["year"], "preset": preset, "value": row[preset]}
        for preset in presets
        for row in trend
        if row.get(preset) is not None
    ]
    panel = {**_panel("", 90, {"value": ORANGE}, ticks([row["year"] for row in trend], 5)), "width": 270}
    header = {"title": None, "labelColor": INK, "labelFontWeight": "bold", "labelAnchor": "start", "labelFontSize": 12}
    facet = {"field": "preset", "type": "nominal", "sort": list(presets), "header": header}
    return vega_lite(data={"values": rows}, facet=facet, spec=panel, columns=3, spacing=22)


def ticks(years: Sequence[int], most: int) -> list[int]:
    """Years to write under an axis: all of them, or every second, fifth or tenth where they are too many."""
    steps = ([year for year in years if year % step == 0] for step in (1, 2, 5, 10))
    return next((chosen for chosen in steps if len(chosen) <= most), [year for year in years if year % 20 == 0])


def _panel(title: str, height: int, colour: Spec, under: list[int], rows: list[dict[str, Any]] | None = None) -> Spec:
    heading = {"text": title, "anchor": "start", "fontSize": 12, "fontWeight": "bold", "color": INK}
    return {
        **({"title": heading, "data": {"values": rows}} if rows is not None else {}),
        "width": 920,
        "height": height,
        "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 18, "filled": True}},
        "encoding": {
            "x": {
                "field": "year",
                "type": "quantitative",
                "scale": {"zero": False, "nice": False, "padding": 6},
                "axis": {"title": None, "format": "d", "grid": False, "values": under},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "axis": {"title": None, "tickCount": 4, "labelColor": GREY},
            },
            "color": colour,
        },
    }
