"""A line over years on which change points are marked: breaks in the data apart from changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, Spec, vega_lite
from homeground.brief.figures.lines import panel, year_ticks

MARKS: Final = {
    "data": ("data break", ORANGE, "cross"),
    "open": ("open", GREY, "diamond"),
    "real": ("change", INK, "circle"),
}


def trend_with_breaks(years: Sequence[dict[str, Any]], changes: Sequence[dict[str, Any]], flow: str) -> Spec:
    """Value, unit value and Herfindahl over the years, as far as they are there, each with the marks of its changes.

    `years` and `changes` as in `TrendView`.
    """
    panels = (
        ("value", "value_usd", f"{flow.capitalize()}, bn USD", 210, 1e9),
        ("unit value", "unit_value_usd_per_t", "Unit value, USD per ton", 110, 1.0),
        ("concentration", "herfindahl", "Herfindahl of partners", 110, 1.0),
    )
    drawn = []
    for series, column, title, height, unit in panels:
        rows = [{"year": row["year"], "value": row[column] / unit} for row in years if row[column] is not None]
        marks = {row["year"]: MARKS[row["verdict"]][0] for row in changes if row["series"] == series}
        if rows:
            line = panel(title, height, {"value": BLUE}, year_ticks([row["year"] for row in years], 16), rows)
            drawn.append(_marked(line, [{**row, "mark": marks[row["year"]]} for row in rows if row["year"] in marks]))
    return vega_lite(vconcat=drawn, spacing=22)


def _marked(drawn: Spec, marks: Sequence[dict[str, Any]]) -> Spec:
    """Lay marks over the line; the panels share one legend."""
    if not marks:
        return drawn
    names, colours, shapes = (list(column) for column in zip(*MARKS.values(), strict=True))
    legend = {"title": None, "orient": "top-left"}
    encoding = {
        **{axis: drawn["encoding"][axis] for axis in ("x", "y")},
        "color": {"field": "mark", "type": "nominal", "scale": {"domain": names, "range": colours}, "legend": legend},
        "shape": {"field": "mark", "type": "nominal", "scale": {"domain": names, "range": shapes}, "legend": legend},
    }
    line = {"mark": drawn["mark"], "encoding": drawn["encoding"]}
    points = {
        "data": {"values": list(marks)},
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
        "encoding": encoding,
    }
    return {**{key: part for key, part in drawn.items() if key not in line}, "layer": [line, points]}
