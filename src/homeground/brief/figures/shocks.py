"""The course of a shock, day by day: output of countries as lines, output of industries as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, SEQUENCE, Spec, vega_lite

WIDTH: Final = 620
STEP: Final = 0.02
"""Levels closer than this have one colour in the heat map; it keeps the drawing small."""
LABELS: Final = 260
"""Width that the names of countries and industries may take; longer ones are cut short there."""
LINES: Final = ("#0f3350", ORANGE, BLUE, "#6b8f3c", "#8a5a9e", "#b3882b", "#4f9a94")

Span = tuple[int, int]
"""First and last day of the cut."""


def course_lines(path: Sequence[dict[str, Any]], names: dict[str, str], cut: Span) -> Spec:
    """Output over normal by day: the world, and countries; dashed lines where the cut begins and ends.

    `path`: day, and a level for each key of `names`.
    """
    rows = [{"day": row["day"], "who": name, "level": 100 * row[key]} for row in path for key, name in names.items()]
    colour = {
        "field": "who", "type": "nominal", "scale": {"domain": [*names.values()], "range": [*LINES]},
        "legend": {"title": None, "orient": "right", "symbolType": "stroke", "symbolStrokeWidth": 3},
    }  # fmt: skip
    y = {
        "field": "level", "type": "quantitative", "scale": {"zero": False, "nice": True},
        "axis": {"title": "output, percent of normal", "tickCount": 5},
    }  # fmt: skip
    x = _days(len(path))
    line = {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": x, "y": y, "color": colour}}
    return vega_lite(
        width=WIDTH, height=220, padding={"left": 5, "right": 5, "top": 16, "bottom": 5},
        data={"values": rows}, layer=[line, *_edges(cut)],
    )  # fmt: skip


def course_heat(rows: Sequence[dict[str, Any]], days: int, cut: Span) -> Spec:
    """Output over normal by day, one line per industry of a country; a mark where it first falls below half.

    `rows`: name, industry_name, levels (by day), stopped_day, bottleneck_name (both may be None).
    """
    labels = [_label(row) for row in rows]
    cells = [cell for row, label in zip(rows, labels, strict=True) for cell in _runs(row["levels"], label)]
    lowest = min((cell["level"] for cell in cells), default=0)
    stops = [
        {"who": label, "day": row["stopped_day"] + 0.5, "what": "first day below half of normal"}
        for row, label in zip(rows, labels, strict=True)
        if row["stopped_day"] is not None
    ]
    words = [
        {"who": label, "day": days, "text": f"short of {row['bottleneck_name']}"}
        for row, label in zip(rows, labels, strict=True)
        if row["bottleneck_name"] is not None
    ]
    y = {
        "field": "who", "type": "nominal", "sort": labels,
        "axis": {"title": None, "labelLimit": LABELS, "domain": False, "ticks": False},
    }  # fmt: skip
    layers: list[Spec] = [{"mark": {"type": "rect"}, "encoding": _cell(y, days, lowest)}]
    layers += _edges(cut)
    if stops:
        layers.append(_stops(stops, y))
    if words:
        text = {"type": "text", "align": "left", "dx": 6, "fontSize": 10, "color": GREY, "limit": 175}
        layers.append(
            {
                "data": {"values": words},
                "mark": text,
                "encoding": {"x": {"field": "day", "type": "quantitative"}, "y": y, "text": {"field": "text"}},
            }
        )
    right = 190 if words else 10
    return vega_lite(
        width=WIDTH, height={"step": 18}, padding={"left": 60, "right": right, "top": 16, "bottom": 5},
        data={"values": cells}, layer=layers,
    )  # fmt: skip


def _cell(y: Spec, days: int, lowest: float) -> Spec:
    low = 10 * (lowest // 10)
    colour = {
        "field": "level",
        "type": "quantitative",
        "scale": {"range": [*reversed(SEQUENCE), "#ffffff"], "domain": [low, 100], "interpolate": "rgb", "clamp": True},
        "legend": {
            "title": "percent of normal", "orient": "top", "direction": "horizontal", "gradientLength": 200,
            "tickCount": 5,
        },
    }  # fmt: skip
    return {"x": _days(days), "x2": {"field": "end"}, "y": y, "color": colour}


def _stops(stops: list[dict[str, Any]], y: Spec) -> Spec:
    legend = {
        "title": None, "orient": "top", "symbolFillColor": ORANGE, "symbolStrokeColor": ORANGE, "labelLimit": LABELS,
    }  # fmt: skip
    shape = {"field": "what", "type": "nominal", "scale": {"range": ["triangle-right"]}, "legend": legend}
    mark = {"type": "point", "filled": True, "size": 70, "color": ORANGE, "opacity": 1}
    place = {"x": {"field": "day", "type": "quantitative"}, "y": y, "shape": shape}
    return {"data": {"values": stops}, "mark": mark, "encoding": place}


def _runs(levels: Sequence[float], label: str) -> list[dict[str, Any]]:
    """Days with the same colour as one cell."""
    found: list[dict[str, Any]] = []
    for day, level in enumerate(levels):
        shown = round(round(level / STEP) * STEP * 100)
        if found and found[-1]["level"] == shown:
            found[-1]["end"] = day + 1
        else:
            found.append({"who": label, "day": day, "end": day + 1, "level": shown})
    return found


def _days(last: int) -> Spec:
    axis = {"title": "day", "grid": False, "tickCount": 10}
    return {"field": "day", "type": "quantitative", "scale": {"domain": [0, last], "nice": False}, "axis": axis}


def _edges(cut: Span) -> list[Spec]:
    """Lines where the cut begins and ends."""
    ends = [{"day": cut[0], "text": "cut begins"}, {"day": cut[1], "text": "ends"}]
    x = {"field": "day", "type": "quantitative"}
    rule = {"type": "rule", "color": INK, "strokeDash": [4, 3], "strokeWidth": 1}
    word = {"type": "text", "align": "left", "dx": -2, "dy": -3, "baseline": "bottom", "fontSize": 10, "color": INK}
    top = {"value": 0}
    return [
        {"data": {"values": ends}, "mark": rule, "encoding": {"x": x}},
        {"data": {"values": ends}, "mark": word, "encoding": {"x": x, "y": top, "text": {"field": "text"}}},
    ]


def _label(row: dict[str, Any]) -> str:
    return f"{row['name']}: {row['industry_name']}"
