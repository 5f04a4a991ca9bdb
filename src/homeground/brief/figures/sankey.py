"""A Sankey diagram of materials: from nature and the border through processes to uses and waste, width in tons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeground.brief.answer import tons
from homeground.brief.figures.draw import BLUE, GREY, INK, ORANGE, Spec, vega

WIDTH: Final = 980
HEIGHT: Final = 460
NODE: Final = 14
GAP: Final = 14
SMALLEST: Final = 0.002
"""Streams below this part of all that flows are not drawn."""
WASTE: Final = ("thrown away", "lost as water, gas, dust", "not accounted for")


@dataclass
class _Node:
    """A place in the drawing: column, top edge, height, and how far its sides are taken by streams."""

    name: str
    column: int
    size: float
    top: float = 0.0
    out: float = 0.0
    into: float = 0.0


def sankey(rows: Sequence[Mapping[str, Any]], beginnings: Sequence[str], ends: Sequence[str]) -> Spec:
    """Draw streams (source, target, tons) in columns: beginnings left, processes by their depth, ends right."""
    whole = sum(row["tons"] for row in rows if row["source"] in beginnings) or 1.0
    shown = _joined([row for row in rows if row["tons"] >= SMALLEST * whole])
    columns = _columns(shown, beginnings, ends)
    nodes = {name: _Node(name, column, _size(shown, name)) for name, column in columns.items()}
    scale = _place(nodes, shown)
    last = max(columns.values(), default=1)
    x = {name: (WIDTH - NODE) * node.column / max(1, last) for name, node in nodes.items()}
    return vega(
        width=WIDTH,
        height=HEIGHT,
        padding={"left": 8, "right": 8, "top": 16, "bottom": 8},
        data=[
            {"name": "streams", "values": [_stream(row, nodes, x, scale) for row in _ordered(shown, nodes)]},
            {"name": "nodes", "values": [_box(node, x[node.name], scale, last) for node in nodes.values()]},
        ],
        marks=[_ribbons(), _boxes(), _labels()],
    )


def _joined(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], float]:
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        if row["source"] != row["target"]:
            key = (row["source"], row["target"])
            sums[key] = sums.get(key, 0.0) + row["tons"]
    return sums


def _columns(shown: Mapping[tuple[str, str], float], beginnings: Sequence[str], ends: Sequence[str]) -> dict[str, int]:
    """Put each process one column right of what feeds it, loops broken after as many steps as there are places."""
    names = list(dict.fromkeys(name for pair in shown for name in pair))
    depth = {name: 0 if name in beginnings else 1 for name in names}
    inner = [name for name in names if name not in beginnings and name not in ends]
    for _step in range(min(len(inner), 8)):
        for source, target in shown:
            if source in inner and target in inner and depth[target] <= depth[source] < len(inner):
                depth[target] = depth[source] + 1
    last = max((depth[name] for name in inner), default=0) + 1
    return {name: last if name in ends else depth[name] for name in names}


def _size(shown: Mapping[tuple[str, str], float], name: str) -> float:
    out = sum(size for (source, _target), size in shown.items() if source == name)
    into = sum(size for (_source, target), size in shown.items() if target == name)
    return max(out, into)


def _place(nodes: dict[str, _Node], shown: Mapping[tuple[str, str], float]) -> float:
    """Stack the places of each column, largest first, and return pixels per ton."""
    columns: dict[int, list[_Node]] = {}
    for node in nodes.values():
        columns.setdefault(node.column, []).append(node)
    scale = min(
        ((HEIGHT - GAP * (len(held) - 1)) / sum(node.size for node in held) for held in columns.values()), default=1.0
    )
    for column in sorted(columns):
        held = sorted(columns[column], key=lambda node: (_centre(node, nodes, shown), -node.size))
        room = sum(node.size * scale for node in held) + GAP * (len(held) - 1)
        top = (HEIGHT - room) / 2
        for node in held:
            node.top = top
            top += node.size * scale + GAP
    return scale


def _centre(node: _Node, nodes: dict[str, _Node], shown: Mapping[tuple[str, str], float]) -> float:
    """Mean height of what feeds a place; it has been put already, if it stands further left."""
    feeds = [(nodes[s].top, size) for (s, t), size in shown.items() if t == node.name and nodes[s].column < node.column]
    total = sum(size for _top, size in feeds)
    return sum(top * size for top, size in feeds) / total if total else -node.size


def _ordered(shown: Mapping[tuple[str, str], float], nodes: dict[str, _Node]) -> list[tuple[str, str, float]]:
    rows = [(source, target, size) for (source, target), size in shown.items()]
    return sorted(rows, key=lambda row: (nodes[row[0]].top, nodes[row[1]].top))


def _stream(row: tuple[str, str, float], nodes: dict[str, _Node], x: Mapping[str, float], scale: float) -> Spec:
    source, target, size = nodes[row[0]], nodes[row[1]], row[2]
    width = size * scale
    y0, y1 = source.top + source.out, target.top + target.into
    source.out += width
    target.into += width
    x0, x1 = x[source.name] + NODE, x[target.name]
    bend = (x0 + x1) / 2
    d = (
        f"M{x0:.1f},{y0:.1f}C{bend:.1f},{y0:.1f} {bend:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
        f"L{x1:.1f},{y1 + width:.1f}C{bend:.1f},{y1 + width:.1f} {bend:.1f},{y0 + width:.1f} {x0:.1f},{y0 + width:.1f}Z"
    )
    colour = ORANGE if target.name in WASTE or source.name in WASTE else BLUE if source.name == "imports" else GREY
    return {"d": d, "colour": colour, "text": f"{row[0]} → {row[1]}: {tons(size)}"}


def _box(node: _Node, x: float, scale: float, last: int) -> Spec:
    right = node.column == last
    colour = ORANGE if node.name in WASTE else BLUE if node.name == "imports" else INK
    return {
        "x": x, "y": node.top, "height": max(1.0, node.size * scale), "colour": colour,
        "text": f"{node.name}  {tons(node.size)}", "tx": x - 5 if right else x + NODE + 5,
        "align": "right" if right else "left", "ty": node.top + node.size * scale / 2,
    }  # fmt: skip


def _ribbons() -> Spec:
    return {
        "type": "path", "from": {"data": "streams"},
        "encode": {"enter": {
            "path": {"field": "d"}, "fill": {"field": "colour"}, "fillOpacity": {"value": 0.28},
            "tooltip": {"field": "text"},
        }},
    }  # fmt: skip


def _boxes() -> Spec:
    return {
        "type": "rect", "from": {"data": "nodes"},
        "encode": {"enter": {
            "x": {"field": "x"}, "y": {"field": "y"}, "width": {"value": NODE}, "height": {"field": "height"},
            "fill": {"field": "colour"},
        }},
    }  # fmt: skip


def _labels() -> Spec:
    return {
        "type": "text", "from": {"data": "nodes"},
        "encode": {"enter": {
            "x": {"field": "tx"}, "y": {"field": "ty"}, "text": {"field": "text"}, "align": {"field": "align"},
            "baseline": {"value": "middle"}, "fontSize": {"value": 11}, "fill": {"value": INK},
        }},
    }  # fmt: skip
