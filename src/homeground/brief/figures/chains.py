"""Figures on chains: where foreign value is made and on which way it comes in, and what each industry leans on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.answer import money
from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, SEQUENCE, Spec, vega, vega_lite

WIDTH, HEIGHT = 760, 420
BAR: Final = 12
GAP: Final = 7
LEFT, RIGHT = 190, 570
"""Where the two columns of bars stand."""
OTHERS: Final = "all others"


def flow(routes: Sequence[dict[str, Any]], home: str, home_name: str, most: int = 9) -> Spec:
    """Foreign value in a country's inputs: left where it was made, right from whom it was bought.

    `routes`: origin, origin_name, bought_from, bought_from_name, value. Bands to home suppliers are orange: they are
    the part that the books of the last buyer do not show as foreign.
    """
    origins = _largest(routes, "origin_name", most)
    sellers = _largest(routes, "bought_from_name", most, home_name)
    bands: dict[tuple[str, str], float] = {}
    for row in routes:
        ends = (_shown(row["origin_name"], origins), _shown(row["bought_from_name"], sellers))
        bands[ends] = bands.get(ends, 0.0) + row["value"]
    total = sum(bands.values())
    scale = (HEIGHT - GAP * max(len(origins), len(sellers))) / total
    left, right = _stack(bands, 0, origins, scale), _stack(bands, 1, sellers, scale)
    marks = [*_bands(bands, left, right, origins, sellers, scale, home_name)]
    marks += _bars(left, LEFT - BAR, "right", LEFT - BAR - 6, total, scale)
    marks += _bars(right, RIGHT, "left", RIGHT + BAR + 6, total, scale, {home_name: f"suppliers in {home_name}"})
    heads = ("made in", LEFT - BAR, "right"), ("bought from", RIGHT + BAR, "left")
    marks += [_text(word, x, -10, align, GREY) for word, x, align in heads]
    return vega(width=WIDTH, height=HEIGHT, padding={"left": 5, "right": 5, "top": 26, "bottom": 5}, marks=marks)


def heat(rows: Sequence[dict[str, Any]], home: str, most: int = 12) -> Spec:
    """Share of each industry's output that was made in each main foreign country, through all tiers.

    `rows`: industry, name, origin, origin_name, look_through.
    """
    weights: dict[str, float] = {}
    for row in rows:
        if row["origin"] != home and row["look_through"] is not None:
            weights[row["origin_name"]] = weights.get(row["origin_name"], 0.0) + row["look_through"]
    shown = sorted(weights, key=lambda name: -weights[name])[:most]
    cells = [
        {"industry": row["name"], "origin": row["origin_name"], "share": row["look_through"]}
        for row in rows
        if row["origin_name"] in shown and row["origin"] != home and row["look_through"] is not None
    ]
    largest = max((cell["share"] for cell in cells), default=1.0)
    for cell in cells:
        cell["text"], cell["dark"] = f"{100 * cell['share']:.1f}", cell["share"] > 0.5 * largest
    order = list(dict.fromkeys(row["name"] for row in rows))
    across = {"field": "origin", "type": "nominal", "sort": shown}
    down = {"field": "industry", "type": "nominal", "sort": order}
    x = {**across, "axis": {"title": None, "orient": "top", "labelAngle": -35, "domain": False, "ticks": False}}
    y = {**down, "axis": {"title": None, "labelLimit": 300, "domain": False, "ticks": False}}
    colour = {
        "field": "share",
        "type": "quantitative",
        "scale": {"range": ["#ffffff", *SEQUENCE[:-1]], "domainMin": 0, "interpolate": "rgb"},
        "legend": None,
    }
    ink = {"condition": {"test": "datum.dark", "value": "#ffffff"}, "value": INK}
    layers = [
        {"mark": {"type": "rect"}, "encoding": {"x": x, "y": y, "color": colour}},
        {
            "mark": {"type": "text", "fontSize": 9.5},
            "encoding": {"x": x, "y": y, "text": {"field": "text"}, "color": ink},
        },
    ]
    return vega_lite(
        width={"step": 40}, height={"step": 18}, padding={"left": 40, "right": 30, "top": 5, "bottom": 5},
        data={"values": cells}, layer=layers,
    )  # fmt: skip


def _largest(routes: Sequence[dict[str, Any]], side: str, most: int, first: str | None = None) -> list[str]:
    """Names on one side, largest first; beyond the most, all others together, and last."""
    sums: dict[str, float] = {}
    for row in routes:
        sums[row[side]] = sums.get(row[side], 0.0) + row["value"]
    names = sorted(sums, key=lambda name: (name != first, -sums[name]))
    return names if len(names) <= most else [*names[: most - 1], OTHERS]


def _shown(name: str, names: list[str]) -> str:
    return name if name in names else OTHERS


def _stack(
    bands: dict[tuple[str, str], float], side: int, names: list[str], scale: float
) -> dict[str, tuple[float, float]]:
    """Where each bar begins, and how high it is."""
    found: dict[str, tuple[float, float]] = {}
    top = 0.0
    for name in names:
        size = scale * sum(value for ends, value in bands.items() if ends[side] == name)
        found[name] = (top, size)
        top += size + GAP
    return found


def _bands(
    bands: dict[tuple[str, str], float],
    left: dict[str, tuple[float, float]],
    right: dict[str, tuple[float, float]],
    origins: list[str],
    sellers: list[str],
    scale: float,
    home_name: str,
) -> list[Spec]:
    out = {name: top for name, (top, _) in left.items()}
    into = {name: top for name, (top, _) in right.items()}
    found = []
    for origin in origins:
        for seller in sellers:
            size = scale * bands.get((origin, seller), 0.0)
            if size <= 0:
                continue
            colour = ORANGE if seller == home_name else BLUE
            path = _path(out[origin], into[seller], size)
            found.append(
                {"type": "path", "encode": {"enter": {
                    "path": {"value": path}, "fill": {"value": colour}, "fillOpacity": {"value": 0.35},
                }}}
            )  # fmt: skip
            out[origin] += size
            into[seller] += size
    return found


def _path(start: float, end: float, size: float) -> str:
    middle = (LEFT + RIGHT) / 2
    return (
        f"M{LEFT},{start:.2f} C{middle},{start:.2f} {middle},{end:.2f} {RIGHT},{end:.2f} "
        f"L{RIGHT},{end + size:.2f} C{middle},{end + size:.2f} {middle},{start + size:.2f} {LEFT},{start + size:.2f} Z"
    )


def _bars(
    stack: dict[str, tuple[float, float]],
    x: float,
    align: str,
    text_x: float,
    total: float,
    scale: float,
    names: dict[str, str] | None = None,
) -> list[Spec]:
    found: list[Spec] = []
    for name, (top, size) in stack.items():
        bar = {"x": x, "y": top, "width": BAR, "height": max(size, 0.5), "fill": INK}
        found.append({"type": "rect", "encode": {"enter": {key: {"value": value} for key, value in bar.items()}}})
        share = size / scale / total
        label = f"{(names or {}).get(name, name)}  {money(size / scale)}, {100 * share:.0f} %"
        found.append(_text(label, text_x, top + size / 2, align, INK))
    return found


def _text(text: str, x: float, y: float, align: str, colour: str) -> Spec:
    values = {"text": text, "x": x, "y": y, "align": align, "baseline": "middle", "fill": colour, "fontSize": 11}
    return {"type": "text", "encode": {"enter": {key: {"value": value} for key, value in values.items()}}}
