"""The world map: each supplier's share of imports. Countries too small for the map are named beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from homeground.brief.figures.draw import ORANGE, SEQUENCE, Spec, vega_lite
from homeground.codes import countries

CLASSES: Final = (
    (0.001, "below 0.1 %"),
    (0.01, "0.1 to 1 %"),
    (0.05, "1 to 5 %"),
    (0.10, "5 to 10 %"),
    (0.25, "10 to 25 %"),
    (1.01, "over 25 %"),
)
LAND, COAST = "#f3f2ef", "#c3c8cd"
ANTARCTICA: Final = "010"
SHOWN: Final = ("class", "name", "text")


def world(partners: Sequence[dict[str, Any]], home: Iterable[str], what: str = "share of imports") -> Spec:
    """Shade suppliers by their share; `partners`: exporter, share; `home` are the ISO3 codes drawn as home."""
    shares = [
        {
            "id": number,
            "class": _class(row["share"]),
            "name": row.get("name", row["exporter"]),
            "text": f"{100 * row['share']:.1f} %",
        }
        for row in partners
        if (number := _number(row["exporter"])) is not None
    ]
    homes = [{"id": number, "home": True} for code in sorted(home) if (number := _number(code)) is not None]
    shape = {"type": "geoshape", "stroke": COAST, "strokeWidth": 0.5}
    colour = {
        "field": "class",
        "type": "ordinal",
        "scale": {"domain": [name for _, name in CLASSES], "range": list(SEQUENCE)},
        "legend": {
            "title": what,
            "orient": "bottom",
            "direction": "horizontal",
            "symbolType": "square",
            "columns": 6,
            "columnPadding": 24,
        },
    }
    tooltip = [{"field": "name", "title": "country"}, {"field": "text", "title": what}]
    return vega_lite(
        width=964,
        height=440,
        padding={"left": 4, "right": 24, "top": 4, "bottom": 4},
        projection={"type": "equalEarth", "scale": 177, "translate": [482, 252]},
        data={"values": _topology(), "format": {"type": "topojson", "feature": "countries"}},
        layer=[
            {"mark": {**shape, "fill": LAND}},
            {"transform": [_lookup(shares, *SHOWN), {"filter": "isValid(datum.class)"}],
             "mark": shape, "encoding": {"color": colour, "tooltip": tooltip}},
            {"transform": [_lookup(homes, "home"), {"filter": "datum.home"}], "mark": {**shape, "fill": ORANGE}},
        ],
    )  # fmt: skip


def unmapped(partners: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the suppliers that have no shape on the map, in the order given."""
    drawn = {shape.get("id") for shape in _topology()["objects"]["countries"]["geometries"]}
    return [row for row in partners if _number(row["exporter"]) not in drawn]


def _class(share: float) -> str:
    return next((name for limit, name in CLASSES if share < limit), CLASSES[-1][1])


def _lookup(rows: list[dict[str, Any]], *fields: str) -> Spec:
    return {"lookup": "id", "from": {"data": {"values": rows or [{"id": "none"}]}, "key": "id", "fields": list(fields)}}


@cache
def _iso3() -> frozenset[str]:
    return frozenset(country.iso3 for country in countries.every())


def _number(code: str) -> str | None:
    return countries.iso_numeric(code) if code in _iso3() else None


@cache
def _topology() -> Any:
    text = resources.files("homeground.brief").joinpath("assets/world.json").read_text(encoding="utf-8")
    document = json.loads(text)
    shapes = document["objects"]["countries"]["geometries"]
    document["objects"] = {
        "countries": {"type": "GeometryCollection", "geometries": [s for s in shapes if s.get("id") != ANTARCTICA]}
    }
    return document
