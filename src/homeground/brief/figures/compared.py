"""Two plans by year: what is spent on imports as bars side by side, the reserve as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from homeground.brief.figures.draw import BLUE, ORANGE, Spec, vega_lite
from homeground.brief.figures.ranking import ROOM

Accounts = Sequence[tuple[str, Sequence[dict[str, Any]]]]

WIDTH: Final = 640


def compared_chart(accounts: Accounts) -> Spec:
    """Bars and lines of the first plan in blue, of the second in orange; M USD."""
    rows = [
        {"plan": name, "year": str(row["year"]), "imports": row["imports"], "reserve": row["reserve"]}
        for name, account in accounts
        for row in account
    ]
    names = [name for name, _account in accounts]
    colour = {
        "field": "plan", "type": "nominal", "scale": {"domain": names, "range": [BLUE, ORANGE]},
        "legend": {"title": None, "orient": "top", "labelLimit": 400},
    }  # fmt: skip
    x = {"field": "year", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}}

    def panel(field: str, mark: dict[str, Any], title: str, **more: Any) -> Spec:
        y = {"field": field, "type": "quantitative", "axis": {"title": title, "tickCount": 5}}
        return {"width": WIDTH, "height": 170, "mark": mark, "encoding": {"x": x, "y": y, "color": colour, **more}}

    bars = panel("imports", {"type": "bar"}, "imports, M USD", xOffset={"field": "plan", "sort": names})
    lines = panel("reserve", {"type": "line", "point": True}, "reserve, M USD")
    return vega_lite(padding=ROOM, data={"values": rows}, vconcat=[bars, lines])
