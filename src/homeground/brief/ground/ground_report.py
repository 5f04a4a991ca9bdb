"""The report's section on own ground: sentences, bars, a table, and where each figure comes from."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from homeground.brief import figures
from homeground.brief.ground.ground_tables import reasons
from homeground.brief.voice import Voice
from homeground.errors import UnknownCode
from homeground.home import CountryPicture
from homeground.home.ground.ground import Balance
from homeground.sources import registry

SHOWN: Final = 30
HALF, FULL = 50.0, 100.0


def section(picture: CountryPicture, voice: Voice) -> dict[str, Any] | None:
    """Return what the template of the section asks for; None where no figure of own ground is loaded."""
    ground = picture.ground
    if ground is None:
        return None
    rows = ground.rows.to_pylist()
    complete = [row for row in rows if row["self_sufficiency_pct"] is not None]
    return {
        "sentences": _sentences(ground, complete, len(rows)),
        "rows": rows[:SHOWN],
        "left_out": max(0, len(rows) - SHOWN),
        "drawing": _drawing(complete, picture.name, voice),
        "has": {name: any(row[name] is not None for row in rows) for name in ("kg_per_head", "stocks_t", "need_t")},
        "reasons": [*reasons(ground), *ground.notes],
        "sources": _sources(ground),
        "command": f"homeground balance {ground.country} --figures",
    }


def _sentences(ground: Balance, complete: list[dict[str, Any]], count: int) -> list[str]:
    if not complete:
        return [f"Of {_goods(count)} something is known, of none both production and trade in the same state."]
    full = sum(row["self_sufficiency_pct"] >= FULL for row in complete)
    short = [row for row in complete if row["self_sufficiency_pct"] < HALF]
    said = [
        (
            f"Of {_goods(count)} something is known; for {len(complete)} of them production can be set against use. "
            f"{ground.name} makes all it uses, or more, of {full}, and less than half of {len(short)}."
        )
    ]
    if short:
        largest = sorted(short, key=lambda row: -row["apparent_consumption_t"])[:3]
        named = ", ".join(f"{row['commodity']} ({row['self_sufficiency_pct']:.0f} %)" for row in largest)
        said.append(f"The largest of which it makes less than half: {named}.")
    return said


def _goods(count: int) -> str:
    return "1 good" if count == 1 else f"{count} goods"


def _drawing(complete: list[dict[str, Any]], name: str, voice: Voice) -> Markup | None:
    if not complete:
        return None
    spec = figures.self_sufficiency(complete)
    return voice.draw(spec, f"Bars of self-sufficiency by good, {name}")


def _sources(ground: Balance) -> list[dict[str, Any]]:
    return [
        {
            "name": held.name,
            "citation": held.citation,
            "licence": held.licence,
            "homepage": _homepage(held.source),
            "notes": held.notes,
            "files": [(file.file, file.sha256) for load in held.standing() for file in load.files],
        }
        for held in ground.datasets
    ]


def _homepage(source: str) -> str:
    try:
        return registry.source(source).homepage
    except UnknownCode:
        return ""
