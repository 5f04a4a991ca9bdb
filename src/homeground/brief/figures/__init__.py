"""Figures: a table in, a Vega or Vega-Lite specification out, drawn as SVG that needs no network and no script."""

from homeground.brief.figures.breaks import trend_with_breaks
from homeground.brief.figures.draw import Spec, png, svg
from homeground.brief.figures.ground import self_sufficiency
from homeground.brief.figures.leverage import butterfly, trend_of_shares
from homeground.brief.figures.lines import trend_of_imports, trend_of_presets
from homeground.brief.figures.prices import price_strip, terms_lines
from homeground.brief.figures.ranking import dependent_products, suppliers
from homeground.brief.figures.reach import within_reach
from homeground.brief.figures.sankey import sankey
from homeground.brief.figures.scatter import concentration
from homeground.brief.figures.treemap import treemap
from homeground.brief.figures.world import unmapped, world

__all__ = [
    "Spec",
    "butterfly",
    "concentration",
    "dependent_products",
    "png",
    "price_strip",
    "sankey",
    "self_sufficiency",
    "suppliers",
    "svg",
    "terms_lines",
    "treemap",
    "trend_of_imports",
    "trend_of_presets",
    "trend_of_shares",
    "trend_with_breaks",
    "unmapped",
    "within_reach",
    "world",
]
