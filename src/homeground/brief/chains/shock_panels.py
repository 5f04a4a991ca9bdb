"""The course of a shock as answers to keep, and one of its days as a page plays it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.brief.answer import Answer, Column
from homeground.brief.chains.shock_tables import course_answer
from homeground.brief.figures.days import course as drawn
from homeground.home.chains.chains import name_of

if TYPE_CHECKING:
    from homeground.home.chains.shocks import ShockView

FOLLOWED: Final = 60
"""Industries whose days are kept: those that lose most."""
DRAWN: Final = 5
LEVELS: Final = (
    Column("day", "day", "count"),
    Column("country", "country"),
    Column("name", "name", on_screen=False),
    Column("industry", "code", on_screen=False),
    Column("industry_name", "industry"),
    Column("level", "output over normal", "share", meaning="output of the day over normal output"),
)


@dataclass(frozen=True)
class Day:
    """One day of a shock: what the world makes over normal, and who makes least, lowest first."""

    day: int
    last: int
    world: float
    stocks: float
    countries: tuple[tuple[str, str, float], ...]
    industries: tuple[tuple[str, str, str, float], ...]


def answers(view: ShockView) -> tuple[Answer, Answer, Answer, Answer]:
    """The days with a figure, countries, industries with theirs, and the days of the industries that lose most."""
    days = course_answer(view, "day")
    hit = view.by_country.slice(0, DRAWN)["country"].to_pylist()
    names = {"world": "world", **{code: name_of(code) for code in hit}}
    drawing = drawn(view.path.to_pylist(), names, _cut(view))
    text = f"{view.scenario.title}: output over normal by day, of the world and of those that lose most"
    countries, industries = course_answer(view, "country"), course_answer(view, "industry")
    return (
        replace(days, columns=_shown(days.columns, ("day", *names, "stocks")), figures=((drawing, text),)),
        replace(countries, title=f"{countries.title}, by country", notes=(), figures=()),
        replace(industries, title=f"{industries.title}, by industry", notes=(), figures=industries.figures[1:]),
        _levels(view),
    )


def day_of(kept: Sequence[Answer], day: int, most: int = 12) -> Day:
    """One day of the answers that `answers` made; a day beyond the last is the last."""
    path, levels = kept[0].table, kept[3].table
    last = path.num_rows - 1
    at = min(max(day, 0), last)
    row: dict[str, Any] = path.slice(at, 1).to_pylist()[0]
    places = [
        (column.name, column.title, row[column.name])
        for column in kept[0].columns
        if column.name not in ("day", "world", "stocks") and row[column.name] is not None
    ]
    of_day = levels.slice(at * _followed(levels, last), _followed(levels, last)).to_pylist()
    hit = [(each["country"], each["name"], each["industry_name"], each["level"]) for each in of_day]
    return Day(
        at,
        last,
        row["world"],
        row["stocks"],
        tuple(sorted(places, key=lambda place: place[2])[:most]),
        tuple(sorted(hit, key=lambda place: place[3])[:most]),
    )


def _followed(levels: Any, last: int) -> int:
    return int(levels.num_rows // (last + 1))


def _cut(view: ShockView) -> tuple[int, int]:
    starts = [int(shock.get("start", 0)) for shock in view.scenario.shocks]
    ends = [start + int(shock["days"]) for start, shock in zip(starts, view.scenario.shocks, strict=True)]
    return min(starts), min(max(ends), view.scenario.days)


def _shown(columns: tuple[Column, ...], names: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(replace(column, on_screen=column.name in names) for column in columns)


def _levels(view: ShockView) -> Answer:
    """Every day of the industries that lose most, days one after the other."""
    import pyarrow as pa

    pairs, level = list(view.course.economy.axis.pairs), view.course.level
    most = view.places.slice(0, FOLLOWED).to_pylist()
    columns = [pairs.index((row["country"], row["industry"])) for row in most]
    days = len(level)
    told: dict[str, Any] = {"day": np.repeat(np.arange(days), len(most))}
    for name in ("country", "name", "industry", "industry_name"):
        told[name] = [row[name] for row in most] * days
    told["level"] = level[:, columns].reshape(-1)
    title = f"{view.scenario.title}: the {len(most)} industries that lose most, day by day"
    return Answer(title, pa.table(told), LEVELS)
