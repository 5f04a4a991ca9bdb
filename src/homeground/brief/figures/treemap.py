"""The treemap: what a country buys, by section, chapter and product; dark tiles are dependent products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.answer import money
from homeground.brief.figures.draw import INK, Spec, vega

WIDTH, HEIGHT = 1000, 440
MOST: Final = 120
LETTER: Final = 6.4
GROUP: Final = 12
"""On a tile too narrow for the group and this many letters `Metals: palladium` becomes `palladium`."""
GROUP_OF: Final = 3
"""Groups of fewer products are never dropped."""
SPARE: Final = 0.87
"""Part of a tile's width that a label may take, so that it also fits where fonts run wider than those measured here."""

SECTIONS: Final = {
    "I": "#b5706a", "II": "#7d9b5f", "III": "#a89a4a", "IV": "#b98b5e", "V": "#8c6f56", "VI": "#6f9fa8",
    "VII": "#7f86b5", "VIII": "#9c7a6a", "IX": "#84744f", "X": "#a3a08c", "XI": "#b07fa0", "XII": "#a5878f",
    "XIII": "#8f9aa3", "XIV": "#b59f4a", "XV": "#71839a", "XVI": "#4f7ca8", "XVII": "#5a8f86", "XVIII": "#8d79ab",
    "XIX": "#8a5c5c", "XX": "#98895f", "XXI": "#a87c92",
}  # fmt: skip
OTHER: Final = "#9aa3ab"


def treemap(products: Sequence[dict[str, Any]]) -> Spec:
    """Area = imports; colour = section; dark = dependent.

    `products`: hs6, short, chapter, section, section_name, imports_usd, dependent, largest first. The smallest are put
    together per section.
    """
    sections = _sections(products)
    return vega(
        width=WIDTH,
        height=HEIGHT,
        padding={"left": 0, "right": 0, "top": 0, "bottom": 4},
        data=[
            {
                "name": "tree",
                "values": _nodes(products),
                "transform": [
                    {"type": "stratify", "key": "id", "parentKey": "parent"},
                    {
                        "type": "treemap", "field": "value", "sort": {"field": "value", "order": "descending"},
                        "round": True, "method": "squarify", "ratio": 1.4, "size": [WIDTH, HEIGHT],
                    },
                ],
            },
            {"name": "groups", "source": "tree", "transform": [{"type": "filter", "expr": "datum.depth === 1"}]},
            {"name": "leaves", "source": "tree", "transform": [{"type": "filter", "expr": "datum.depth === 3"}]},
        ],
        scales=[{"name": "sections", "type": "ordinal", "domain": list(sections), "range": list(sections.values())}],
        legends=[
            {"fill": "sections", "orient": "bottom", "direction": "horizontal", "columns": 3, "symbolType": "square",
             "columnPadding": 70, "labelLimit": 300, "clipHeight": 16}
        ],
        marks=[_tiles(), _frames(), _labels("name", 13), _labels("amount", 26)],
    )  # fmt: skip


def _sections(products: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Legend text of each section → colour, largest first."""
    totals: dict[tuple[str, str], float] = {}
    for row in products:
        key = (row["section"], row["section_name"])
        totals[key] = totals.get(key, 0.0) + row["imports_usd"]
    ranked = sorted(totals.items(), key=lambda item: -item[1])
    return {f"{name}  {money(usd)}": SECTIONS.get(roman, OTHER) for (roman, name), usd in ranked}


def _nodes(products: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    shown, rest = list(products[:MOST]), list(products[MOST:])
    nodes: list[dict[str, Any]] = [{"id": "all", "parent": None}]
    nodes += [{"id": roman, "parent": "all"} for roman in dict.fromkeys(row["section"] for row in products)]
    for roman in dict.fromkeys(row["section"] for row in rest):
        others = sum(row["imports_usd"] for row in rest if row["section"] == roman)
        nodes.append({"id": f"{roman}-others", "parent": roman})
        rest_row = {"section": roman, "short": "others", "imports_usd": others, "dependent": False}
        nodes.append(_leaf(f"{roman}-rest", f"{roman}-others", rest_row, False))
    nodes += [
        {"id": f"chapter-{c}", "parent": r} for r, c in dict.fromkeys((row["section"], row["chapter"]) for row in shown)
    ]
    sizes = Counter(_group(row["short"]) for row in shown)
    nodes += [
        _leaf(row["hs6"], f"chapter-{row['chapter']}", row, sizes[_group(row["short"])] >= GROUP_OF) for row in shown
    ]
    return nodes


def _group(name: str) -> str:
    return name.partition(": ")[0]


def _leaf(key: str, parent: str, row: dict[str, Any], may_drop_group: bool) -> dict[str, Any]:
    colour = SECTIONS.get(row["section"], OTHER)
    group, _, ending = row["short"].partition(": ")
    drops = may_drop_group and bool(ending)
    return {
        "id": key,
        "parent": parent,
        "name": row["short"],
        "ending": ending if drops else row["short"],
        "least": LETTER * (len(group) + GROUP) if drops else 0,
        "value": row["imports_usd"],
        "amount": money(row["imports_usd"]),
        "colour": _blend(colour, "#000000", 0.4) if row["dependent"] else _blend(colour, "#ffffff", 0.55),
        "dependent": row["dependent"],
    }


def _blend(colour: str, towards: str, part: float) -> str:
    """Mix two colours given as #rrggbb."""
    pairs = ((int(colour[at : at + 2], 16), int(towards[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + part * (other - one)):02x}" for one, other in pairs)


def _box(**more: Spec | list[Spec]) -> Spec:
    edges = {"x": {"field": "x0"}, "x2": {"field": "x1"}, "y": {"field": "y0"}, "y2": {"field": "y1"}}
    return {"enter": {**edges, **more}}


def _tiles() -> Spec:
    encode = _box(fill={"field": "colour"}, stroke={"value": "white"}, strokeWidth={"value": 0.8})
    return {"type": "rect", "from": {"data": "leaves"}, "encode": encode}


def _frames() -> Spec:
    """White frames that keep sections apart."""
    encode = _box(fill={"value": "transparent"}, stroke={"value": "white"}, strokeWidth={"value": 4})
    return {"type": "rect", "from": {"data": "groups"}, "encode": encode}


def _labels(field: str, below: int) -> Spec:
    room = f"(datum.x1 - datum.x0 - 10) * {SPARE}"
    text = f"datum.least < {room} ? datum.name : datum.ending" if field == "name" else "datum.amount"
    return {
        "type": "text",
        "from": {"data": "leaves"},
        "encode": {
            "enter": {
                "x": {"signal": "datum.x0 + 5"},
                "y": {"signal": f"datum.y0 + {below + 2}"},
                "text": {"signal": f"datum.x1 - datum.x0 > 48 && datum.y1 - datum.y0 > {below + 6} ? {text} : ''"},
                "limit": {"signal": room},
                "fontSize": {"value": 11 if field == "name" else 10},
                "fill": [{"test": "datum.dependent", "value": "white"}, {"value": INK}],
            }
        },
    }
