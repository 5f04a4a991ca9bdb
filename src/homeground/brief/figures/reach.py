"""The map of products: how near each is to what a country makes, against how complex it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.figures.draw import BLUE, ORANGE, Spec, vega
from homeground.brief.figures.scatter import HEIGHT, WIDTH, names_beside, placed

LABELLED: Final = 22
KINDS: Final = ("within reach", "made with advantage", "other")
COLOURS: Final = (ORANGE, BLUE, "#a9b6c2")
MANY: Final = 1000
"""With more products than this, points are small."""


def within_reach(products: Sequence[dict[str, Any]]) -> Spec:
    """Density against product complexity; orange = within reach, blue = made with advantage.

    `products`: short, density, pci, made, reached. Products within reach are named, space allowing.
    """
    rows = [
        {"name": row["short"], "x": row["density"], "y": row["pci"], "kind": _kind(row)}
        for row in products
        if row["density"] is not None and row["pci"] is not None
    ]
    x, y = (_range([row[axis] for row in rows]) for axis in "xy")
    for row in rows:
        row["px"] = WIDTH * (row["x"] - x[0]) / (x[1] - x[0])
        row["py"] = HEIGHT * (1 - (row["y"] - y[0]) / (y[1] - y[0]))
    rows.sort(key=lambda row: -KINDS.index(row["kind"]))
    notable = sorted((row for row in rows if row["kind"] == KINDS[0]), key=lambda row: -row["x"])[:LABELLED]
    return vega(
        width=WIDTH,
        height=HEIGHT,
        padding=5,
        data=[{"name": "points", "values": rows}, {"name": "named", "values": placed(notable, rows)}],
        scales=[
            {"name": "x", "type": "linear", "range": "width", "domain": x, "zero": False},
            {"name": "y", "type": "linear", "range": "height", "domain": y, "zero": False},
            {"name": "kind", "type": "ordinal", "domain": list(KINDS), "range": list(COLOURS)},
        ],
        axes=[
            {"orient": "bottom", "scale": "x", "title": "density: part of the neighbourhood that the country makes",
             "format": ".0%", "tickCount": 8, "grid": True},
            {"orient": "left", "scale": "y", "title": "product complexity, standard deviations", "grid": True},
        ],
        legends=[{"fill": "kind", "orient": "top", "direction": "horizontal", "symbolType": "circle",
                  "columnPadding": 28}],
        marks=[_points(len(rows)), names_beside()],
    )  # fmt: skip


def _kind(row: dict[str, Any]) -> str:
    return KINDS[0] if row["reached"] else KINDS[1] if row["made"] else KINDS[2]


def _range(values: list[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = 0.04 * (high - low) or 0.5
    return [low - margin, high + margin]


def _points(count: int) -> Spec:
    encode = {
        "x": {"scale": "x", "field": "x"},
        "y": {"scale": "y", "field": "y"},
        "size": {"value": 16 if count > MANY else 48},
        "fill": {"scale": "kind", "field": "kind"},
        "fillOpacity": {"value": 0.8},
        "stroke": {"value": "white"},
        "strokeWidth": {"value": 0.2 if count > MANY else 0.5},
    }
    return {"type": "symbol", "from": {"data": "points"}, "encode": {"enter": encode}}
