"""Figures: a table in, a Vega or Vega-Lite specification out, drawn as SVG that needs no network and no script."""

from homeground.brief.figures.draw import svg
from homeground.brief.figures.lines import trend_of_imports, trend_of_presets
from homeground.brief.figures.prices import price_strip, terms_lines
from homeground.brief.figures.ranking import dependent_products, suppliers
from homeground.brief.figures.sankey import sankey
from homeground.brief.figures.scatter import concentration
from homeground.brief.figures.treemap import treemap
from homeground.brief.figures.world import unmapped, world

__all__ = [
    "concentration",
    "dependent_products",
    "price_strip",
    "sankey",
    "suppliers",
    "svg",
    "terms_lines",
    "treemap",
    "trend_of_imports",
    "trend_of_presets",
    "unmapped",
    "world",
]
