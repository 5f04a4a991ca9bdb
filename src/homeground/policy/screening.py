"""Whom a name resembles on the lists: hits at a stated likeness with their reasons, and on which lists, how old."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from homeground.policy.likeness import Index, Query, words

THRESHOLD: Final = 0.85
"""Likeness from which a name is a hit, unless another is stated; the documentation gives precision and recall at it."""

OLDEST_DAYS: Final = 30
TURNED: Final = frozenset("\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT OVERRIDE}")
"""Signs after which a name is shown in another order than it is written."""


@dataclass(frozen=True)
class ListedName:
    """One name of a list's entry, as in the table `sanctioned_names`."""

    list: str
    entry_id: str
    name: str
    name_kind: str = "main"
    kind: str = "other"
    programme: str = ""


@dataclass(frozen=True)
class ListState:
    """A list that was asked: names in it, its age in days (None: not known), and from what the age is counted."""

    list: str
    names: int
    age_days: int | None
    counted_from: Literal["publication", "loading"] = "publication"


@dataclass(frozen=True)
class Hit:
    """A listed name at or above the threshold, its likeness (0 to 1), and why."""

    listed: ListedName
    main_name: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Screening:
    """What the lists say of a name; without a list, or letters to compare, the data are insufficient."""

    query: str
    threshold: float
    status: Literal["hits", "no hit", "insufficient data"]
    hits: tuple[Hit, ...]
    lists: tuple[ListState, ...]
    notes: tuple[str, ...]

    def facts(self) -> dict[str, float]:
        """Return the facts for a policy; where the data are insufficient there are none, so that rules stay open."""
        if self.status == "insufficient data":
            return {}
        entries = {(hit.listed.list, hit.listed.entry_id) for hit in self.hits}
        found: dict[str, float] = {"name_hits": float(len(entries))}
        if self.hits:
            found["name_score"] = self.hits[0].score
        ages = [state.age_days for state in self.lists]
        return found | ({"list_age_days": float(max(filter(None, ages), default=0))} if None not in ages else {})


class Names:
    """Listed names, made ready to be searched."""

    def __init__(self, names: Iterable[ListedName]) -> None:
        self.names = tuple(names)
        self.main = {(each.list, each.entry_id): each.name for each in self.names if each.name_kind == "main"}
        self.index = Index([each.name for each in self.names], [each.kind != "person" for each in self.names])


def screen(names: Names, query: str, threshold: float = THRESHOLD, most: int = 50) -> tuple[Hit, ...]:
    """Return the listed names whose likeness reaches the threshold, nearest first; of one entry the nearest name."""
    asked = Query(query, names.index)
    best: dict[tuple[str, str], Hit] = {}
    for place in asked.near(threshold):
        score, reasons = asked.likeness(place)
        listed = names.names[place]
        key = (listed.list, listed.entry_id)
        if score >= threshold and (key not in best or score > best[key].score):
            best[key] = Hit(listed, names.main.get(key, ""), score, reasons)
    found = sorted(best.values(), key=lambda hit: (-hit.score, hit.listed.list, hit.listed.entry_id))
    return tuple(found[:most])


def report(
    names: Names,
    lists: Sequence[ListState],
    query: str,
    *,
    threshold: float = THRESHOLD,
    oldest_days: int = OLDEST_DAYS,
) -> Screening:
    """Screen a name and say on what: without a list `insufficient data`; lists older than `oldest_days` are named."""
    if not lists:
        note = "no sanctions list is loaded: nothing is known of this name"
        return Screening(query, threshold, "insufficient data", (), (), (note,))
    notes = [note for state in lists if (note := _of_age(state, oldest_days))]
    if unread := _unread(query):
        return Screening(query, threshold, "insufficient data", (), tuple(lists), (unread, *notes))
    hits = screen(names, query, threshold)
    return Screening(query, threshold, "hits" if hits else "no hit", hits, tuple(lists), tuple(notes))


def _unread(query: str) -> str:
    """Say why a name cannot be compared with others; empty where it can."""
    if not TURNED.isdisjoint(query):
        return "the name holds signs that turn its letters around"
    return "" if words(query) else "the name has no letters"


def _of_age(state: ListState, oldest_days: int) -> str:
    if state.age_days is None:
        return f"the age of the list {state.list} is not known"
    if state.age_days <= oldest_days:
        return ""
    counted = f"counted from its {state.counted_from}"
    return f"the list {state.list} is {state.age_days} days old, {counted}; {oldest_days} are allowed"


def age_in_days(published: date | None, loaded: date, day: date) -> tuple[int, Literal["publication", "loading"]]:
    """Return a list's age on a day; where the publisher states no day, at least the days since it was loaded."""
    return ((day - published).days, "publication") if published else ((day - loaded).days, "loading")
