"""The table of dependence as a page shows it: with the map of concentration above it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief import figures
from homeground.brief.answer import Answer
from homeground.brief.tables import dependence_answer
from homeground.home.picture import DEPENDENT_FROM

if TYPE_CHECKING:
    from homeground.home import Home

LEAST: Final = 5
"""Fewer products make no map."""


def dependence_panel(home: Home, country: str, year: int, method: str, **asked: Any) -> Answer:
    """The answer of `tables.dependence_answer` with a figure; a note on the command's own options is left out."""
    answer = dependence_answer(home, country, year, method, **asked)
    rows = [_point(row, method) for row in answer.table.to_pylist()]
    text = f"{answer.title}: imports against concentration of supply; orange: {_orange(method)}"
    return replace(
        answer,
        notes=tuple(note for note in answer.notes if "--method" not in note),
        figures=((figures.concentration(rows), text),) if len(rows) >= LEAST else (),
    )


def _point(row: dict[str, Any], method: str) -> dict[str, Any]:
    flags = row["presets_flagged"] if method == "all" else int(bool(row["dependent"]))
    dependent = flags >= DEPENDENT_FROM if method == "all" else bool(flags)
    kept = {name: row[name] for name in ("imports_usd", "herfindahl")}
    return {**kept, "short": row["product"], "presets_flagged": flags, "dependent": dependent}


def _orange(method: str) -> str:
    return f"called dependent by {DEPENDENT_FROM} presets or more" if method == "all" else f"dependent by {method}"
