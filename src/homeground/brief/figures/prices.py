"""Prices: unit values by supplier against the world's quartiles, and terms of trade over the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, PALE, Spec, vega_lite
from homeground.brief.figures.lines import year_ticks
from homeground.brief.figures.ranking import LABELS, ROOM

ROW: Final = 24
WIDTH: Final = 620
Quartiles = tuple[float, float, float]
MARGIN: Final = 3.0
"""The axis reaches this many inter-quartile ranges beyond the quartiles; what lies further out sits at its edge."""

SERIES: Final = (
    ("export_index", "export prices"),
    ("import_index", "import prices"),
    ("terms_of_trade", "terms of trade"),
)


def price_strip(
    rows: Sequence[dict[str, Any]],
    points: Sequence[dict[str, Any]],
    world: Quartiles,
    lines: Sequence[tuple[str, float]] = (),
) -> Spec:
    """One line per supplier: small dots are single flows, the large dot is what is paid to it; the band is the world's.

    `rows`: name, unit_value_usd_per_t, in the order shown; `points`: name, unit_value_usd_per_t; `world`: the
    quartiles; `lines`: further prices to mark, such as a benchmark or an offer, with their names.
    """
    low, high = _domain(world, [price for _name, price in lines])
    order = list(dict.fromkeys(row["name"] for row in rows))
    y = {"field": "name", "type": "nominal", "sort": order, "axis": {"title": None, **LABELS}}
    x = {
        "field": "usd", "type": "quantitative", "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"title": "USD per ton", "format": ",~r" if high < 1e4 else "~s", "tickCount": 8},
    }  # fmt: skip
    marks = [("world's median", world[1], GREY), *((name, price, ORANGE) for name, price in lines)]
    return vega_lite(
        width=WIDTH,
        height={"step": ROW},
        padding={**ROOM, "top": 6},
        layer=[
            _band(world, low, high, x),
            *(_line(name, price, colour, place, x) for place, (name, price, colour) in enumerate(marks)),
            _dots(points, low, high, x, y, {"size": 16, "color": GREY, "opacity": 0.45}),
            _dots(rows, low, high, x, y, {"size": 95, "color": BLUE, "opacity": 1.0}),
        ],
    )


def terms_lines(rows: Sequence[dict[str, Any]]) -> Spec:
    """Index of export prices, of import prices, and their ratio; a gap is a year whose link is not reliable."""
    values = [
        {"year": row["year"], "what": name, "value": row[column]}
        for column, name in SERIES
        for row in rows
        if any(other[column] is not None for other in rows)
    ]
    names = [name for _column, name in SERIES]
    years = year_ticks([row["year"] for row in rows], 16)
    colour = {
        "field": "what", "type": "nominal", "scale": {"domain": names, "range": [BLUE, ORANGE, INK]},
        "legend": {"title": None, "orient": "top-left", "symbolType": "stroke", "symbolStrokeWidth": 3},
    }  # fmt: skip
    return vega_lite(
        width=920,
        height=230,
        data={"values": values},
        mark={"type": "line", "strokeWidth": 2, "point": {"size": 18, "filled": True}},
        encoding={
            "x": {
                "field": "year", "type": "quantitative", "scale": {"zero": False, "nice": False, "padding": 6},
                "axis": {"title": None, "format": "d", "grid": False, "values": years},
            },
            "y": {"field": "value", "type": "quantitative", "axis": {"title": None, "tickCount": 5}},
            "color": colour,
        },
    )  # fmt: skip


def outside(points: Sequence[dict[str, Any]], world: Quartiles) -> int:
    """Count the flows that lie beyond the axis."""
    low, high = _domain(world, [])
    return sum(not low <= row["unit_value_usd_per_t"] <= high for row in points)


def _domain(world: Quartiles, prices: Sequence[float]) -> tuple[float, float]:
    lower, median, upper = world
    reach = MARGIN * (upper - lower) or median / 2
    return max(0.0, min(lower - reach, *prices, lower)), max(upper + reach, *prices, upper)


def _band(world: Quartiles, low: float, high: float, x: Spec) -> Spec:
    ends = [{"usd": max(low, world[0]), "to": min(high, world[2])}]
    return {
        "data": {"values": ends},
        "mark": {"type": "rect", "color": PALE},
        "encoding": {"x": x, "x2": {"field": "to"}},
    }


def _line(name: str, price: float, colour: str, place: int, x: Spec) -> Spec:
    values = {"values": [{"usd": price, "text": name}]}
    text = {"type": "text", "align": "left", "dx": 4, "color": colour, "fontSize": 10.5, "baseline": "bottom"}
    return {
        "data": values,
        "layer": [
            {"mark": {"type": "rule", "color": colour, "strokeWidth": 1.5}, "encoding": {"x": x}},
            {"mark": text, "encoding": {"x": x, "y": {"value": -3 - 13 * place}, "text": {"field": "text"}}},
        ],
    }


def _dots(rows: Sequence[dict[str, Any]], low: float, high: float, x: Spec, y: Spec, look: Spec) -> Spec:
    values = [
        {"name": row["name"], "usd": min(high, max(low, row["unit_value_usd_per_t"]))}
        for row in rows
        if row["unit_value_usd_per_t"] is not None
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "point", "filled": True, **look},
        "encoding": {"x": x, "y": y},
    }
