"""Draw a specification as SVG, fit for a page that holds several and for readers who cannot see it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from html import escape
from typing import Any, Final

from homeground.brief.plain import plain_parts

Spec = dict[str, Any]

FONT: Final = "Helvetica, Arial, 'Liberation Sans', sans-serif"
INK, GREY, PALE = "#1d2733", "#6b7785", "#e4e8ec"
BLUE, ORANGE = "#1f5f8b", "#c8551b"
SEQUENCE: Final = ("#d9e7f1", "#b3cfe3", "#83b0cf", "#4a86b0", "#1f5f8b", "#0f3350")

CONFIG: Final[Spec] = {
    "font": FONT,
    "background": "transparent",
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK, "titleColor": GREY, "gridColor": PALE, "domainColor": "#aab3bc", "tickColor": "#aab3bc",
        "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelFont": FONT, "titleFont": FONT,
    },
    "legend": {
        "labelColor": INK, "titleColor": GREY, "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
    },
    "text": {"font": FONT, "color": INK, "fontSize": 11},
}  # fmt: skip

_numbers = itertools.count(1)


def rendered(spec: Spec) -> str:
    """Return the bare drawing of a specification; every thread of the process stands still meanwhile."""
    import vl_convert

    render = vl_convert.vegalite_to_svg if "vega-lite" in spec["$schema"] else vl_convert.vega_to_svg
    drawing: str = render(plain_parts(spec))
    return drawing


def svg(spec: Spec, description: str, render: Callable[[Spec], str] = rendered) -> str:
    """Return the figure as an `<svg>` element, described for those who cannot see it; ids are unique in a process."""
    return _fit(render(spec), description)


def png(spec: Spec, scale: float = 2.0) -> bytes:
    """Return the figure as a PNG image, for documents that hold no SVG."""
    import vl_convert

    image: bytes = vl_convert.vegalite_to_png(plain_parts({**spec, "background": "white"}), scale=scale)
    return image


def _fit(drawing: str, description: str) -> str:
    """Let the drawing scale with the page, name it, and keep its ids apart from those of other drawings."""
    prefix = f"figure{next(_numbers)}-"
    drawing = re.sub(r'\bid="', f'id="{prefix}', drawing)
    drawing = drawing.replace("url(#", f"url(#{prefix}").replace('href="#', f'href="#{prefix}')
    head, rest = drawing.split(">", 1)
    head = re.sub(r'\s(class|version|xmlns:xlink)="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{escape(description)}">{rest}'


def vega_lite(**parts: Any) -> Spec:
    """Begin a Vega-Lite specification in the house style."""
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG, **parts}


def vega(**parts: Any) -> Spec:
    """Begin a Vega specification in the house style."""
    config = {key: value for key, value in CONFIG.items() if key not in ("view",)}
    return {"$schema": "https://vega.github.io/schema/vega/v5.json", "config": config, **parts}
