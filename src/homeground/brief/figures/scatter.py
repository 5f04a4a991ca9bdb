"""The concentration map: imports against concentration of supply, one point per product."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.figures.draw import GREY, INK, ORANGE, Spec, vega

WIDTH, HEIGHT = 920, 430
LABELLED: Final = 18
LONGEST: Final = 26
LETTER: Final = 6.3
BILLIONS: Final = "replace(format(datum.value, '~s'), 'G', ' bn')"
LINES: Final[tuple[dict[str, Any], ...]] = (
    {"y": 0.25, "text": "0.25 concentrated"},
    {"y": 0.4, "text": "0.40 threshold of GeoDep and the Commission"},
)


def concentration(products: Sequence[dict[str, Any]]) -> Spec:
    """Imports (log) against Herfindahl; orange = dependent.

    `products`: short, imports_usd, herfindahl, presets_flagged, dependent. The most notable are named, space allowing.
    """
    rows = [
        {
            "name": row["short"],
            "x": row["imports_usd"],
            "y": row["herfindahl"],
            "flags": row["presets_flagged"],
            "dependent": row["dependent"],
        }
        for row in products
        if row["herfindahl"] is not None and row["imports_usd"] > 0
    ]
    low, high = _decades([row["x"] for row in rows])
    for row in rows:
        row["px"] = WIDTH * (math.log10(row["x"]) - low) / (high - low)
        row["py"] = HEIGHT * (1 - row["y"])
    notable = sorted(rows, key=lambda row: -(row["flags"] + 1) * row["x"] ** 0.5)[:LABELLED]
    return vega(
        width=WIDTH,
        height=HEIGHT,
        padding=5,
        data=[{"name": "points", "values": rows}, {"name": "lines", "values": list(LINES)},
              {"name": "named", "values": placed(notable, rows, LINES)}],
        scales=[
            {"name": "x", "type": "log", "range": "width", "domain": [10**low, 10**high]},
            {"name": "y", "type": "linear", "range": "height", "domain": [0, 1]},
        ],
        axes=[
            {"orient": "bottom", "scale": "x", "title": "imports, US dollars, on a logarithmic scale",
             "format": "~s", "tickCount": 6, "grid": True, "labelOverlap": True,
             "encode": {"labels": {"update": {"text": {"signal": BILLIONS}}}}},
            {"orient": "left", "scale": "y", "title": "Herfindahl of suppliers (1 = a single one)", "grid": True},
        ],
        marks=[_rules(), _rule_texts(), _points(), names_beside()],
    )  # fmt: skip


def _rules() -> Spec:
    y = {"scale": "y", "field": "y"}
    encode = {
        "x": {"value": 0},
        "x2": {"value": WIDTH},
        "y": y,
        "stroke": {"value": GREY},
        "strokeDash": {"value": [4, 3]},
    }
    return {"type": "rule", "from": {"data": "lines"}, "encode": {"enter": encode}}


def _rule_texts() -> Spec:
    encode = {
        "x": {"value": 4}, "y": {"scale": "y", "field": "y", "offset": -4},
        "text": {"field": "text"}, "fill": {"value": GREY}, "fontSize": {"value": 10},
    }  # fmt: skip
    return {"type": "text", "from": {"data": "lines"}, "encode": {"enter": encode}}


def _points() -> Spec:
    encode = {
        "x": {"scale": "x", "field": "x"},
        "y": {"scale": "y", "field": "y"},
        "size": {"value": 48},
        "fill": [{"test": "datum.dependent", "value": ORANGE}, {"value": "#8fa3b5"}],
        "fillOpacity": {"value": 0.8},
        "stroke": {"value": "white"},
        "strokeWidth": {"value": 0.5},
    }
    return {"type": "symbol", "name": "dots", "from": {"data": "points"}, "encode": {"enter": encode}}


def names_beside() -> Spec:
    """The mark that writes the names which `placed` found room for."""
    encode = {
        "x": {"field": "x"},
        "y": {"field": "y"},
        "text": {"field": "text"},
        "baseline": {"value": "middle"},
        "fill": {"value": INK},
        "fontSize": {"value": 10.5},
    }
    return {"type": "text", "from": {"data": "named"}, "encode": {"enter": encode}}


def _decades(values: list[float]) -> tuple[int, int]:
    """Whole powers of ten that hold all values."""
    low, high = math.floor(math.log10(min(values, default=1.0))), math.ceil(math.log10(max(values, default=10.0)))
    return low, max(high, low + 1)


def placed(
    notable: list[dict[str, Any]], points: list[dict[str, Any]], lines: Sequence[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Put each name where it covers neither a point nor another name; leave it out where there is no such place."""
    taken = [(p["px"] - 4, p["py"] - 4, p["px"] + 4, p["py"] + 4) for p in points]
    taken += [
        (0, HEIGHT * (1 - line["y"]) - 15, 8 + LETTER * len(line["text"]), HEIGHT * (1 - line["y"])) for line in lines
    ]
    found = []
    for row in notable:
        text = row["name"] if len(row["name"]) <= LONGEST else row["name"][: LONGEST - 1].rstrip(" ,;:(") + "…"
        width = LETTER * len(text)
        corners = (
            (7, 0),
            (-width - 7, 0),
            (-width / 2, -13),
            (-width / 2, 13),
            (5, -11),
            (5, 11),
            (-width - 5, -11),
            (-width - 5, 11),
        )
        for dx, dy in corners:
            x, y = row["px"] + dx, row["py"] + dy
            box = (x, y - 6, x + width, y + 6)
            if (
                box[0] >= 0
                and box[2] <= WIDTH
                and box[1] >= 0
                and box[3] <= HEIGHT
                and not any(_overlap(box, other) for other in taken)
            ):
                taken.append(box)
                found.append({"x": x, "y": y, "text": text})
                break
    return found


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
