"""The report's section on chains, put into words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from homeground.brief.answer import money
from homeground.brief.chains import shock_tables
from homeground.brief.figures import chains as drawn
from homeground.brief.voice import Voice
from homeground.home.chains.chains import RESTS

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.chains.chains_picture import ChainsPicture
    from homeground.home.chains.shocks import ShockView

INDUSTRIES_SHOWN: Final = 15


def section(picture: ChainsPicture | None, voice: Voice) -> dict[str, Any] | None:
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
        "flow": flow and voice.draw(flow, f"Origin and seller of foreign value in inputs, {what}"),
        "heat": voice.draw(drawn.heat(cells, view.country), f"Look-through shares by industry, {what}"),
        "notes": picture.chains.notes(),
        "shock": _shock(picture, what, voice),
    }


def _shock(picture: ChainsPicture, what: str, voice: Voice) -> dict[str, Any] | None:
    """The course of the shock in sentences and drawings, of this country's industries; None without one."""
    if picture.shocks is None:
        return None
    view, country = picture.shocks[0], picture.view.country
    return {
        "title": view.scenario.title,
        "sentences": (*_at_home(*picture.shocks, country), *shock_tables.story(view)),
        "figures": [
            {"drawing": voice.draw(spec, f"{text} {what}"), "text": text}
            for spec, text in shock_tables.drawn(view, country)
        ],
    }


def _at_home(strict: ShockView, mild: ShockView, country: str) -> tuple[str, ...]:
    here, else_ = (_row(view.by_country, country) for view in (strict, mild))
    below = [row for row in strict.places.to_pylist() if row["country"] == country and row["stopped_day"] is not None]
    first = min(below, key=lambda row: row["stopped_day"], default=None)
    share = f"{100 * here['lost_share']:.1f} % of these days'"
    told = (
        f"At home {money(here['lost_output'])} {strict.chains.currency} of output is lost ({share}) if nothing "
        f"replaces what is cut, {money(else_['lost_output'])} if products and stocks of others of that industry do. "
        "The truth lies where the goods do; drawn is the first."
    )
    if first is None:
        low = f"{100 * here['lowest']:.1f} % of normal"
        return told, f"On the worst day output at home is {low}; no industry there falls below half."
    want = f", short of {first['bottleneck_name']}" if first["bottleneck_name"] else ""
    when = f"first {first['industry_name']} on day {first['stopped_day']}{want}"
    return told, f"{len(below)} industries at home fall below half of normal output, {when}."


def _row(table: pa.Table, country: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in table.to_pylist() if row["country"] == country)
    return found


def sheets(picture: ChainsPicture | None) -> dict[str, pa.Table]:
    """Sheets of the workbook; none without a table."""
    if picture is None:
        return {}
    view = picture.view
    found = {"Exposure": view.industries, "Exposure by origin": view.origins, "Routes of foreign value": picture.routes}
    if picture.shocks is not None:
        found |= {"Shock by industry": picture.shocks[0].places, "Shock by day": picture.shocks[0].path}
    return found


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
