"""Lines over years: imports and concentration, and how many products each preset flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, Spec, vega_lite


def trend_of_imports(trend: Sequence[dict[str, Any]], marks: Mapping[int, str] | None = None) -> Spec:
    """Imports and exports in bn USD above, Herfindahl of all suppliers below.

    `trend`: year, imports_usd, exports_usd, herfindahl. `marks`: words to write over the imports of a year.
    """
    flows = [
        {"year": row["year"], "what": what, "value": row[f"{what}_usd"] / 1e9}
        for row in trend
        for what in ("imports", "exports")
        if row[f"{what}_usd"] is not None
    ]
    marks = marks or {}
    shares = [{"year": row["year"], "value": row["herfindahl"]} for row in trend if row["herfindahl"] is not None]
    colour = {
        "field": "what", "type": "nominal", "scale": {"domain": ["imports", "exports"], "range": [BLUE, ORANGE]},
        "legend": {"title": None, "orient": "top-left", "symbolType": "stroke", "symbolStrokeWidth": 3},
    }  # fmt: skip
    years = year_ticks([row["year"] for row in trend], 16)
    upper = panel("Imports and exports, bn USD", 210, colour, years, flows)
    lower = panel("Herfindahl of all suppliers together", 110, {"value": INK}, years, shares)
    words = [{**row, "mark": marks[row["year"]]} for row in flows if row["what"] == "imports" and row["year"] in marks]
    return vega_lite(vconcat=[_with_words(upper, words) if words else upper, lower], spacing=22)


def trend_of_presets(trend: Sequence[dict[str, Any]], presets: Sequence[str]) -> Spec:
    """Number of products flagged, one small panel per preset."""
    rows = [
        {"year": row["year"], "preset": preset, "value": row[preset]}
        for preset in presets
        for row in trend
        if row.get(preset) is not None
    ]
    small = {**panel("", 90, {"value": ORANGE}, year_ticks([row["year"] for row in trend], 5)), "width": 270}
    header = {"title": None, "labelColor": INK, "labelFontWeight": "bold", "labelAnchor": "start", "labelFontSize": 12}
    facet = {"field": "preset", "type": "nominal", "sort": list(presets), "header": header}
    return vega_lite(data={"values": rows}, facet=facet, spec=small, columns=3, spacing=22)


def _with_words(drawn: Spec, words: list[dict[str, Any]]) -> Spec:
    """Write words over points of a panel."""
    line = {key: drawn[key] for key in ("mark", "encoding")}
    place = {"x": drawn["encoding"]["x"], "y": drawn["encoding"]["y"], "text": {"field": "mark", "type": "nominal"}}
    text = {"data": {"values": words}, "mark": {"type": "text", "dy": -14, "color": INK}, "encoding": place}
    return {**{key: part for key, part in drawn.items() if key not in line}, "layer": [line, text]}


def year_ticks(years: Sequence[int], most: int) -> list[int]:
    """Years to write under an axis: all of them, or every second, fifth, tenth or twentieth where they are too many."""
    steps = ([year for year in years if year % step == 0] for step in (1, 2, 5, 10))
    return next((chosen for chosen in steps if len(chosen) <= most), [year for year in years if year % 20 == 0])


def panel(title: str, height: int, colour: Spec, marks: list[int], rows: list[dict[str, Any]] | None = None) -> Spec:
    """A line over years, with the years to write under it; without rows, the data come from around it."""
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
                "axis": {"title": None, "format": "d", "grid": False, "values": marks},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "axis": {"title": None, "tickCount": 4, "labelColor": GREY},
            },
            "color": colour,
        },
    }
