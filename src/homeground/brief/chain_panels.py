"""Exposure of a country as a page shows it: industries with figures, origins, and the chains of one industry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from homeground.brief import chain_tables
from homeground.brief.answer import Answer, Column
from homeground.brief.figures import chains as drawn
from homeground.home import chains_picture

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.leontief.exposure import Variant

PATHS: Final = (
    Column("chain", "chain", wraps=True, meaning="from where value was made to the industry that leans on it"),
    Column("share", "share of output", "share", meaning="part of the industry's output that runs along this chain"),
)


def exposure_answers(
    home: Home, country: str, year: int, *, variant: Variant = "value_added", dataset: str | None = None
) -> dict[str, Answer]:
    """What a country's industries lean on: by industry with figures, and all together by origin."""
    asked = {"variant": variant, "dataset": dataset}
    industries = chain_tables.exposure_answer(home, country, year, **asked)  # type: ignore[arg-type]
    origins = chain_tables.exposure_answer(home, country, year, by="origin", **asked)  # type: ignore[arg-type]
    return {
        "industries": replace(industries, figures=_drawn(home, country, year, dataset)),
        "origins": replace(origins, notes=()),
    }


def paths_answer(
    home: Home, country: str, year: int, industry: str, *, dataset: str | None = None
) -> tuple[Answer, Answer]:
    """What one industry leans on, by industry of origin, and the largest chains from its main foreign origin."""
    import pyarrow as pa

    sources = chain_tables.exposure_answer(home, country, year, industry=industry, dataset=dataset)
    view = home.exposure(country, year, industry=industry, dataset=dataset)
    rows = [
        {"chain": " → ".join(".".join(place) for place in path.places), "share": path.share}
        for path in (view.paths.paths if view.paths else ())
    ]
    table = pa.Table.from_pylist(rows, schema=pa.schema([("chain", pa.string()), ("share", pa.float64())]))
    return sources, Answer(f"{sources.title}: the largest chains", table, PATHS, (), sources.about)


def _drawn(home: Home, country: str, year: int, dataset: str | None) -> tuple[tuple[dict[str, object], str], ...]:
    picture = chains_picture.of(home.store, country, year, dataset)
    view, routes = picture.view, picture.routes.to_pylist()
    names = dict(zip(view.industries["industry"].to_pylist(), view.industries["name"].to_pylist(), strict=True))
    cells = [{**row, "name": names[row["industry"]]} for row in view.origins.to_pylist()]
    what = f"{view.name} {year}"
    heat = (drawn.heat(cells, view.country), f"Share of output made in other countries, by industry, {what}")
    if not routes:
        return (heat,)
    flow = drawn.flow(routes, view.country, view.name)
    return ((flow, f"Foreign value in inputs: where it was made, and from whom it was bought, {what}"), heat)
