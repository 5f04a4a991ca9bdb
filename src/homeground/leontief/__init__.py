"""Chains: input–output systems, what industries lean on through their inputs, and what breaks when something stops.

Labels outside, arrays inside: a `System` is made from labelled tables, computes on numpy arrays, and hands out pandas
objects that carry the labels again. Nothing here reads a file.
"""

from __future__ import annotations

from homeground.leontief.balancing import Balanced, ras
from homeground.leontief.economy import Economy, economy
from homeground.leontief.exports import Participation
from homeground.leontief.exposure import Exposure
from homeground.leontief.extraction import Extraction
from homeground.leontief.faults import Fault
from homeground.leontief.growth import chenery
from homeground.leontief.labels import PARTS, Axis
from homeground.leontief.paths import Path, Paths
from homeground.leontief.shock import Course, Cut, Response, simulate
from homeground.leontief.sweep import Outcome, Recipe, Run, sweep
from homeground.leontief.system import System

__all__ = [
    "PARTS",
    "Axis",
    "Balanced",
    "Course",
    "Cut",
    "Economy",
    "Exposure",
    "Extraction",
    "Fault",
    "Outcome",
    "Participation",
    "Path",
    "Paths",
    "Recipe",
    "Response",
    "Run",
    "System",
    "chenery",
    "economy",
    "ras",
    "simulate",
    "sweep",
]
