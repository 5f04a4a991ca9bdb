"""Figures of a plan: its phases, and its currency account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, SEQUENCE, Spec, vega_lite
from homeground.brief.figures.ranking import LABELS, ROOM

Rows = Sequence[dict[str, Any]]

WIDTH: Final = 640
COMES: Final = (("income", "other income", 1), ("exports", "exports", 1))
GOES: Final = (("imports", "imports", -1), ("processes", "running costs", -1), ("projects", "projects", -1))
BUILT, RUNS = "being built", "runs"
COLOURS: Final = (SEQUENCE[2], BLUE, ORANGE, "#e6b8a2", GREY)


def phase_chart(projects: Rows, years: tuple[int, ...]) -> Spec:
    """One bar per project: pale from its beginning, dark while it is there, to the end of the plan or of its life."""
    end = years[-1] + 1
    bars = [
        {"name": row["name"], "what": what, "from": first, "to": min(last, end)}
        for row in projects
        for what, first, last in ((BUILT, row["start"], row["online"]), (RUNS, row["online"], row["until"] + 1))
        if first < min(last, end)
    ]
    x = {
        "field": "from", "type": "quantitative",
        "scale": {"domain": [years[0], end], "nice": False, "zero": False},
        "axis": {"title": None, "format": "d", "values": list(years)},
    }  # fmt: skip
    colour = {
        "field": "what", "type": "nominal", "scale": {"domain": [BUILT, RUNS], "range": [SEQUENCE[1], BLUE]},
        "legend": {"title": None, "orient": "top"},
    }  # fmt: skip
    return vega_lite(
        width=WIDTH,
        height={"step": 26},
        padding=ROOM,
        data={"values": bars},
        mark={"type": "bar", "height": 16},
        encoding={
            "y": {"field": "name", "type": "nominal", "sort": [r["name"] for r in projects],
                  "axis": {"title": None, **LABELS}},
            "x": x,
            "x2": {"field": "to"},
            "color": colour,
        },
    )  # fmt: skip


def currency_chart(account: Rows) -> Spec:
    """Bars up for what comes in and down for what goes out, a line for the reserve, dashed its floor; M USD."""
    parts = [*COMES, *GOES]
    bars = [
        {"year": str(row["year"]), "what": title, "usd": sign * row[name], "order": place}
        for row in account
        for place, (name, title, sign) in enumerate(parts)
        if row[name]
    ]
    lines = [{"year": str(row["year"]), "reserve": row["reserve"], "floor": row["floor"]} for row in account]
    x = {"field": "year", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}}
    colour = {
        "field": "what", "type": "nominal", "scale": {"domain": [p[1] for p in parts], "range": list(COLOURS)},
        "legend": {"title": None, "orient": "top"},
    }  # fmt: skip
    y = {"field": "usd", "type": "quantitative", "axis": {"title": "M USD", "tickCount": 6}}
    bar = {
        "data": {"values": bars},
        "mark": {"type": "bar", "width": {"band": 0.55}},
        "encoding": {"x": x, "y": y, "color": colour, "order": {"field": "order"}},
    }
    return vega_lite(
        width=WIDTH,
        height=260,
        padding=ROOM,
        layer=[bar, _line(lines, "reserve", x, [], -6), _line(lines, "floor", x, [4, 4], 7)],
    )


def _line(rows: Rows, field: str, x: Spec, dash: list[int], lower: int) -> Spec:
    values = [{"year": row["year"], "usd": row[field]} for row in rows]
    name = [{**values[-1], "text": field}] if values else []
    y = {"field": "usd", "type": "quantitative"}
    mark = {"type": "line", "color": INK, "strokeWidth": 2, "strokeDash": dash, "point": not dash}
    text = {"type": "text", "align": "left", "dx": 8, "dy": lower, "color": INK}
    return {
        "layer": [
            {"data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y}},
            {"data": {"values": name}, "mark": text, "encoding": {"x": x, "y": y, "text": {"field": "text"}}},
        ]
    }
