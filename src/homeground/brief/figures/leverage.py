"""Two partners: the butterfly of who leans on whom, flow by flow, and the shares of both sides over the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.answer import money
from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, PALE, Spec, vega_lite
from homeground.brief.figures.lines import year_ticks
from homeground.brief.plain import whose

ROW: Final = 21
WING: Final = 215
NAMES: Final = 285
ROOM: Final = {"left": 4, "right": 30, "top": 4, "bottom": 4}


def butterfly(flows: Sequence[dict[str, Any]], left: str, right: str) -> Spec:
    """One row per flow between two partners: to the left how far one leans on it, to the right how far the other.

    `flows`: name, usd, seller (one of `left`, `right`), left_share (the part of its purchases or sales of the product
    that `left` does with `right`), right_share (the same of `right`).
    """
    rows = [{**row, "label": f"{row['name']}  ·  {money(row['usd'])}", "place": n} for n, row in enumerate(flows)]
    colour = {
        "field": "seller", "type": "nominal", "scale": {"domain": [left, right], "range": [BLUE, ORANGE]},
        "legend": {"title": "sold by", "orient": "bottom", "symbolType": "square"},
    }  # fmt: skip
    names = {
        "width": NAMES,
        "height": {"step": ROW},
        "mark": {"type": "text", "align": "center", "fontSize": 11, "color": INK, "limit": NAMES},
        "encoding": {"y": _place(), "text": {"field": "label"}},
        "title": _heading("product and its trade, US dollars", "middle"),
        "view": {"stroke": None},
    }
    wings = [_wing(left, "left_share", colour, mirrored=True), names, _wing(right, "right_share", colour)]
    return vega_lite(data={"values": rows}, hconcat=wings, spacing=6, padding=ROOM)


def trend_of_shares(trend: Sequence[dict[str, Any]], left: str, right: str) -> Spec:
    """Four lines: of the purchases and of the sales of either side, the part that the other has.

    `trend`: year, name (left or right), import_share, export_share; absent shares leave a gap.
    """
    shares = (("purchases", "import_share", [1, 0]), ("sales", "export_share", [5, 3]))
    lines = [
        (f"{whose(who)} {what}", who, share, colour, dash)
        for what, share, dash in shares
        for who, colour in ((left, BLUE), (right, ORANGE))
    ]
    rows = [
        {"year": row["year"], "line": line, "value": row[share]}
        for line, who, share, _colour, _dash in lines
        for row in trend
        if row["name"] == who and row[share] is not None
    ]
    domain = [line[0] for line in lines]
    legend = {"title": "the other's share of", "orient": "right", "symbolType": "stroke", "symbolStrokeWidth": 2}
    field = {"field": "line", "type": "nominal", "legend": {**legend, "symbolSize": 260}}
    years = sorted({row["year"] for row in trend})
    return vega_lite(
        width=700,
        height=118,
        padding=ROOM,
        data={"values": rows},
        mark={"type": "line", "strokeWidth": 2},
        encoding={
            "x": {
                "field": "year", "type": "quantitative", "scale": {"zero": False, "nice": False, "padding": 6},
                "axis": {"title": None, "format": "d", "grid": False, "values": year_ticks(years, 16)},
            },
            "y": {
                "field": "value", "type": "quantitative",
                "axis": {"title": None, "format": ".0%", "tickCount": 4, "labelColor": GREY},
            },
            "color": {**field, "scale": {"domain": domain, "range": [line[3] for line in lines]}},
            "strokeDash": {**field, "scale": {"domain": domain, "range": [line[4] for line in lines]}},
        },
    )  # fmt: skip


def _place() -> Spec:
    return {"field": "place", "type": "ordinal", "axis": None}


def _heading(text: str, anchor: str) -> Spec:
    return {"text": text, "anchor": anchor, "fontSize": 11, "fontWeight": "bold", "color": INK}


def _wing(who: str, share: str, colour: Spec, mirrored: bool = False) -> Spec:
    """Bars of one side over their full length of 100 %, with the share written at the outer end."""
    end = 1.22
    x = {
        "field": share, "type": "quantitative", "axis": None,
        "scale": {"domain": [0, end], "nice": False, "reverse": mirrored},
    }  # fmt: skip
    whole = {"datum": 1.0, "type": "quantitative", "axis": None, "scale": x["scale"]}
    written = f"isValid(datum.{share}) ? format(100 * datum.{share}, '.1f') + ' %' : '–'"
    text = {"type": "text", "align": "right" if mirrored else "left", "dx": -4 if mirrored else 4, "fontSize": 11}
    return {
        "width": WING,
        "height": {"step": ROW},
        "title": _heading(f"{who} leans", "end" if mirrored else "start"),
        "view": {"stroke": None},
        "layer": [
            {"mark": {"type": "bar", "color": PALE, "height": 13}, "encoding": {"x": whole, "y": _place()}},
            {"mark": {"type": "bar", "height": 13}, "encoding": {"x": x, "y": _place(), "color": colour}},
            {
                "transform": [{"calculate": written, "as": "written"}],
                "mark": text,
                "encoding": {"x": whole, "y": _place(), "text": {"field": "written"}},
            },
        ],
    }
