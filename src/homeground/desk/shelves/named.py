"""What people have named at the desk, for the search: plans and their results, books, lists of deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeground.codes import countries
from homeground.desk.shelves.deals_found import holds
from homeground.desk.web import registry
from homeground.desk.web.registry import Named

if TYPE_CHECKING:
    from homeground.desk.web.asking import Asking


def find(asking: Asking, words: str) -> list[tuple[str, Named]]:
    """Return what is named so and its kind, of what this person may read; names that begin with the words first.

    Every word must stand in the name or in what goes with it; digits begin a word.
    """
    wanted = countries.fold(words)
    found = [
        (what, each)
        for what, finder in registry.FINDERS.items()
        if wanted and asking.may(finder.needs)
        for each in finder.named(asking)
        if holds(countries.fold(f"{each.name} {each.besides}"), wanted.split())
    ]
    return sorted(found, key=lambda pair: not countries.fold(pair[1].name).startswith(wanted))
