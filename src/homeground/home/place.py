"""Who asks: a country, or a bloc taken as one home market."""

from __future__ import annotations

from dataclasses import dataclass

from homeground.codes import blocs, countries
from homeground.errors import UnknownCode


@dataclass(frozen=True)
class Place:
    """A country, or a bloc. `market` are the members of the bloc that counts as home market, None without one.

    For a country inside a bloc (`--bloc`), `code` is the country and `market` the bloc's members; for a bloc, `code` is
    the bloc itself and `is_bloc` is true.
    """

    code: str
    name: str
    is_bloc: bool = False
    bloc: str | None = None
    market: frozenset[str] | None = None


def resolve(text: str, year: int, bloc: str | None = None) -> Place:
    """Find the place a user means; raises UnknownCode naming near matches."""
    market_name = blocs.resolve(bloc) if bloc is not None else None
    market = blocs.members(market_name, year) if market_name is not None else None
    try:
        code = countries.resolve(text)
    except UnknownCode:
        if not blocs.is_bloc(text):
            raise
        name = blocs.resolve(text)
        return Place(name, name, is_bloc=True, bloc=name, market=blocs.members(name, year))
    return Place(code, countries.name(code), bloc=market_name, market=market)
