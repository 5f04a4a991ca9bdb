"""Exposure of a country as a page shows it: industries with figures, origins, and the chains of one industry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import Answer, Column
from homeground.brief.chains import chain_tables
from homeground.brief.figures import chains as drawn
from homeground.home.chains import chains_picture

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.home.chains.chains import ExposureView
    from homeground.home.chains.chains_picture import ChainsPicture
    from homeground.leontief.exposure import Variant

PATHS: Final = (
    Column("chain", "chain", wraps=True, meaning="from where value was made to the industry that leans on it"),
    Column("of_origin", "of what comes from there", "share", meaning="share of the origin's value in the industry"),
    Column("share", "share of output", "share", on_screen=False, meaning="part of the industry's output"),
)


def exposure_panels(
    home: Home, country: str, year: int, *, variant: Variant = "value_added", dataset: str | None = None
) -> tuple[ExposureView, dict[str, Answer]]:
    """What a country's industries lean on: by industry with figures, and all together by origin."""
    picture = chains_picture.of(home.store, country, year, variant, dataset)
    industries = chain_tables.view_answer(picture.view, "industry")
    origins = chain_tables.view_answer(picture.view, "origin")
    shown = {"industries": replace(industries, figures=_drawn(picture)), "origins": replace(origins, notes=())}
    return picture.view, shown


def industry_panels(
    home: Home, country: str, year: int, industry: str, *, variant: Variant = "value_added", dataset: str | None = None
) -> tuple[ExposureView, dict[str, Answer]]:
    """What one industry leans on: the largest chains from its main foreign origin, and every industry of origin."""
    import pyarrow as pa

    view = home.exposure(country, year, variant=variant, industry=industry, dataset=dataset)
    sources = chain_tables.industry_answer(view)
    found = view.paths
    rows = [
        {
            "chain": " → ".join(_place(place, view) for place in path.places),
            "of_origin": path.share / found.total,
            "share": path.share,
        }
        for path in found.paths
    ] if found else []  # fmt: skip
    kinds = {"chain": pa.string(), "of_origin": pa.float64(), "share": pa.float64()}
    table = pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
    paths = Answer(f"{sources.title}: the largest chains", table, PATHS, (), sources.about)
    return view, {"sources": sources, "paths": paths}


def industry_choices(view: ExposureView) -> list[tuple[str, str]]:
    """The industries of a table to choose from, after none."""
    named = zip(*(view.industries[name].to_pylist() for name in ("industry", "name")), strict=True)
    return [("", "–"), *((code, f"{name} ({code})") for code, name in named)]


def _place(place: tuple[str, ...], view: ExposureView) -> str:
    return f"{place[0]} {view.chains.industry(place[1])}"


def _drawn(picture: ChainsPicture) -> tuple[tuple[dict[str, Any], str], ...]:
    view, routes = picture.view, picture.routes.to_pylist()
    names = dict(zip(view.industries["industry"].to_pylist(), view.industries["name"].to_pylist(), strict=True))
    cells = [{**row, "name": names[row["industry"]]} for row in view.origins.to_pylist()]
    what = f"{view.name} {picture.chains.year}"
    heat = (drawn.heat(cells, view.country), f"Share of output made in other countries, by industry, {what}")
    if not routes:
        return (heat,)
    flow = drawn.flow(routes, view.country, view.name)
    return ((flow, f"Foreign value in inputs: where it was made, and from whom it was bought, {what}"), heat)
