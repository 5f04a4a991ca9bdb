"""What the conditions of a policy book may ask about: the packaged table of facts, and what a book declares besides.

This is the only module of `policy` that reads a file, and only the package's own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from homeground.policy.nodes import Type


@dataclass(frozen=True)
class Fact:
    """A name that conditions may use. `least` and `most` bound a number; `values` lists what a text may be."""

    name: str
    type: Type
    meaning: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()


@cache
def packaged() -> Mapping[str, Fact]:
    """The facts that Homeground's evidence names."""
    text = resources.files("homeground.policy").joinpath("facts.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: fact(name, entry) for name, entry in tomllib.loads(text).items()})


def fact(name: str, entry: Mapping[str, Any]) -> Fact:
    """Build a fact from its entry; the keys are those of `Fact`."""
    bounds = {key: float(entry[key]) for key in ("least", "most") if key in entry}
    return Fact(name, **{**entry, **bounds, "values": tuple(entry.get("values", ()))})
