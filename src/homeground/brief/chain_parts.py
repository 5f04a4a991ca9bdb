"""The report's section on chains, put into words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from homeground.brief import figures
from homeground.brief.answer import money
from homeground.brief.figures import chains as drawn
from homeground.home.chains import RESTS

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.chains_picture import ChainsPicture

INDUSTRIES_SHOWN: Final = 15


def section(picture: ChainsPicture | None) -> dict[str, Any] | None:
    """What the template shows: year, sentences, rows of industries, two drawings; None without a table."""
    if picture is None:
        return None
    view, routes = picture.view, picture.routes.to_pylist()
    names = dict(zip(view.industries["industry"].to_pylist(), view.industries["name"].to_pylist(), strict=True))
    cells = [{**row, "name": names[row["industry"]]} for row in view.origins.to_pylist()]
    what = f"{view.name} {picture.chains.year}"
    flow = drawn.flow(routes, view.country, view.name) if routes else None
    return {
        "year": picture.chains.year,
        "name": view.name,
        "currency": picture.chains.currency,
        "sentences": _sentences(picture, routes),
        "rows": _most_exposed(view.industries),
        "flow": flow and Markup(figures.svg(flow, f"Origin and seller of foreign value in inputs, {what}")),  # noqa: S704
        "heat": Markup(figures.svg(drawn.heat(cells, view.country), f"Look-through shares by industry, {what}")),  # noqa: S704
        "notes": picture.chains.notes(),
    }


def sheets(picture: ChainsPicture | None) -> dict[str, pa.Table]:
    """Sheets of the workbook; none without a table."""
    if picture is None:
        return {}
    view = picture.view
    return {"Exposure": view.industries, "Exposure by origin": view.origins, "Routes of foreign value": picture.routes}


def _most_exposed(industries: pa.Table) -> list[dict[str, Any]]:
    """Industries by the money that goes to foreign origins through all tiers."""
    rows = [row for row in industries.to_pylist() if row["look_through"] is not None]
    return sorted(rows, key=lambda row: -row["output"] * row["look_through"])[:INDUSTRIES_SHOWN]


def _sentences(picture: ChainsPicture, routes: list[dict[str, Any]]) -> list[str]:
    view = picture.view
    whole = view.whole.to_pylist()
    abroad = [row for row in whole if row["origin"] != view.country]
    face, through = (sum(row[key] for row in abroad) for key in ("direct", "look_through"))
    first = (
        f"At face value {100 * face:.1f} % of what {view.name}'s industries make is bought abroad; through all tiers "
        f"{100 * through:.1f} % of its value was made abroad."
    )
    told = [first]
    total = sum(row["value"] for row in routes)
    inside = sum(row["value"] for row in routes if row["bought_from"] == view.country)
    if total:
        told.append(
            f"{100 * inside / total:.0f} % of the foreign value in their inputs ({money(inside)} of {money(total)} "
            f"{picture.chains.currency}) came from suppliers at home, who had bought it abroad."
        )
    named = [row for row in abroad if row["origin"] not in RESTS]
    rises = max(named, key=lambda row: row["hidden"], default=None)
    if rises is not None and rises["hidden"] > 0:
        told.append(
            f"Most hidden of single countries: {rises['origin_name']}, {100 * rises['direct']:.1f} % at face "
            f"value, {100 * rises['look_through']:.1f} % through all tiers."
        )
    p = view.participation
    if p.exports:
        told.append(f"Of its exports, {100 * p.foreign_share:.1f} % is value that was made abroad.")
    return told
