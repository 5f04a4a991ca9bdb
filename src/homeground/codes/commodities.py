"""Goods behind the names that sources of production use, and the HS codes that trade them, with what to mind.

Two sources name one good differently (`Cobalt, mine`; `Cobalt: Mine production, cobalt content`). A balance must know
it, or it would show the good twice, or mix two sources of its production. A name that no entry lists stands for itself.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from homeground.codes.countries import fold

AS_TRADED: Final = frozenset({"product weight", "gross weight", "as traded", "dry weight"})
"""States in which tons made may be set against tons traded."""


@dataclass(frozen=True)
class Commodity:
    """A good: its names in sources, the HS prefixes that trade it (empty: none stated), and the caveat of that link."""

    id: str
    names: tuple[str, ...]
    hs: tuple[str, ...] = ()
    caveat: str = ""


@cache
def every() -> tuple[Commodity, ...]:
    """All goods that have a stated link, in the order of the file."""
    text = resources.files("homeground.codes").joinpath("data/commodities.toml").read_text(encoding="utf-8")
    return tuple(
        Commodity(name, tuple(entry["names"]), tuple(entry["hs"]), entry["caveat"])
        for name, entry in tomllib.loads(text).items()
    )


def of_name(name: str) -> Commodity:
    """Return the good that a source's name stands for; a name without an entry stands for itself.

    >>> of_name("COBALT, mine").id, of_name("Cobalt: Mine production, cobalt content").id, of_name("Oil shale").id
    ('cobalt-mine', 'cobalt-mine', 'oil shale')
    """
    found = _by_name().get(fold(name))
    return found or Commodity(fold(name), (name,))


def of_hs6(hs6: str) -> Commodity | None:
    """Return the good whose link names this HS6 code, or None; of two the first in the file.

    >>> of_hs6("250410").id
    'graphite'
    """
    return next((good for good in every() if hs6.startswith(good.hs)), None)


def comparable(state: str | None) -> bool:
    """Whether tons in this state may be set against tons traded; a state that is not given may not."""
    return state in AS_TRADED


@cache
def _by_name() -> dict[str, Commodity]:
    return {fold(name): good for good in every() for name in (good.id, *good.names)}
