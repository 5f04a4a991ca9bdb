"""Homeground: the trade-independence workbench.

Start with `hg.Home("home")`; the rooms are `hg.measures`, `hg.codes` and the others named in the documentation.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"
__all__ = ["Home", "__version__", "codes", "deals", "leontief", "materials", "measures", "plan", "policy", "record"]


def __getattr__(name: str) -> Any:
    """Import a room when it is first used, so that starting is quick."""
    if name == "Home":
        return importlib.import_module("homeground.home").Home
    if name in (
        "codes",
        "deals",
        "leontief",
        "materials",
        "measures",
        "plan",
        "policy",
        "schema",
        "sources",
        "brief",
        "record",
    ):
        return importlib.import_module(f"homeground.{name}")
    raise AttributeError(f"module 'homeground' has no attribute {name!r}")
