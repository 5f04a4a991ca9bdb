"""The course of a shock: output over normal, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeground.brief.figures.draw import GREY, INK, Spec, vega_lite

COLOURS: Final = (INK, "#c8551b", "#1f5f8b", "#4b8b3b", "#8a4fa3", "#b08900")


def course(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], cut: tuple[int, int] | None = None) -> Spec:
    """Lines of output over normal by day; `rows`: day and a share for each key of `names`; `cut` days are shaded."""
    shown = list(names.items())[: len(COLOURS)]
    points = [{"day": row["day"], "who": name, "share": row[key]} for key, name in shown for row in rows]
    who = [name for _, name in shown]
    lines: Spec = {
        "data": {"values": points},
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": {
                "field": "day", "type": "quantitative", "scale": {"nice": False},
                "axis": {"title": "day", "grid": False},
            },
            "y": {
                "field": "share", "type": "quantitative", "scale": {"zero": False},
                "axis": {"title": "output over normal", "format": ".0%", "tickCount": 5, "labelColor": GREY},
            },
            "color": {
                "field": "who", "type": "nominal", "scale": {"domain": who, "range": list(COLOURS[: len(who)])},
                "legend": {"title": None, "orient": "bottom", "symbolType": "stroke", "symbolStrokeWidth": 3,
                           "columnPadding": 28},
            },
        },
    }  # fmt: skip
    if cut is None:
        return vega_lite(width=920, height=260, layer=[lines])
    shade: Spec = {
        "data": {"values": [{"from": cut[0], "to": cut[1]}]},
        "mark": {"type": "rect", "color": "#f0e3d8"},
        "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
    }
    return vega_lite(width=920, height=260, layer=[shade, lines])
