"""Answers about chains: exposure and extraction as tables with the words a reader needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal

from homeground.brief.answer import Answer, Column, money
from homeground.brief.figures.ranking import losses

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.home.chains.chains import Chains, ExposureView
    from homeground.leontief.exposure import Variant
    from homeground.leontief.extraction import Kind

SHARES: Final = (
    Column("direct", "at face value", "share", meaning="share bought directly, as the books show it"),
    Column("look_through", "all tiers", "share", meaning="share through all tiers of inputs"),
    Column("hidden", "hidden", "share", meaning="all tiers less face value"),
)
OF: Final = {
    "value_added": "Shares of the value of output: who made it, at face value and through all tiers.",
    "gross": "Shares of inputs: all deliveries that production sets off, counted each time goods change hands.",
}
MEANS: Final = {
    "total": "neither buys, sells nor meets final demand",
    "purchases": "buys no inputs",
    "sales": "sells nothing outside itself",
}
CAUTION: Final = (
    "Counted is demand that falls away along the chain, with recipes and prices unchanged. What buyers lose for want "
    "of an input is not in it: see 'homeground shock'."
)


def exposure_answer(
    home: Home,
    country: str,
    year: int,
    *,
    variant: Variant = "value_added",
    industry: str | None = None,
    by: Literal["industry", "origin"] = "industry",
    dataset: str | None = None,
) -> Answer:
    """The exposure of a country: one row per industry, per origin, or per origin of one industry."""
    view = home.exposure(country, year, variant=variant, industry=industry, dataset=dataset)
    return industry_answer(view) if industry is not None else view_answer(view, by)


def view_answer(view: ExposureView, by: Literal["industry", "origin"]) -> Answer:
    """An exposure that has been found, by industry or by origin."""
    asked = {"country": view.country, "year": view.chains.year, "variant": view.variant, "by": by}
    facts = about(view.chains, asked)
    notes = (OF[view.variant], *_participation(view), *view.chains.notes())
    head = f"{view.name}, {view.chains.year}: what its industries lean on"
    if by == "origin":
        origins = (Column("origin", "origin"), Column("origin_name", "name"), *SHARES)
        return Answer(f"{head}, all together", view.whole, origins, notes, facts)
    columns = (
        Column("industry", "industry"),
        Column("name", "name"),
        Column("output", f"output {view.chains.currency}", "usd", meaning="gross output"),
        *SHARES,
        Column("main_origin_name", "main origin", meaning="single foreign country with the largest share, all tiers"),
        Column("main_share", "its share", "share", meaning="its share through all tiers"),
        Column("upstreamness", "steps to user", "ratio", meaning="average steps to final use; 1 is final"),
    )
    return Answer(f"{head} abroad", view.industries, columns, notes, facts)


def extraction_answer(
    home: Home,
    what: list[str],
    year: int,
    *,
    kind: Kind = "total",
    buyer: str | None = None,
    by: Literal["country", "industry"] = "country",
    dataset: str | None = None,
) -> Answer:
    """What the world loses without what is named, by country or by industry of each country."""
    view = home.extract(what, year, kind=kind, buyer=buyer, dataset=dataset)
    asked = {"what": what, "year": year, "kind": kind, "buyer": buyer, "by": by}
    to = f" to {view.buyer}" if view.buyer else ""
    means = f"sells nothing{to}" if to else MEANS[kind]
    money_in = view.chains.currency
    lost = f"{money(view.lost_output)} {money_in} of output and {money(view.lost_value_added)}"
    notes = (
        f"The world loses {lost} of value added when {view.what} {means}.",
        CAUTION,
        *view.chains.notes(),
    )
    first = (
        (Column("country", "country"), Column("name", "name"))
        if by == "country"
        else (Column("country", "country"), Column("industry", "industry"), Column("name", "name"))
    )
    columns = (*first, *_losses(money_in))
    table = view.by_country if by == "country" else view.places
    title = f"Without {view.what}, {year}: output lost along the chains"
    rows = view.by_country.to_pylist()
    others = [row for row in rows if row["country"] not in view.hit]
    text = f"Without {view.what}, {year}: output lost {'in other countries' if others else 'by country'}, {money_in}"
    drawn = largest(text, ((row["name"], row["lost_output"]) for row in others or rows))
    return Answer(title, table, columns, notes, about(view.chains, asked), drawn)


def extractions_answer(
    home: Home, by: Literal["country", "industry"], year: int, *, kind: Kind = "total", dataset: str | None = None
) -> Answer:
    """Every single extraction of countries or of industries, largest loss first."""
    chains, table = home.extract_each(by, year, kind=kind, dataset=dataset)
    money_in = chains.currency
    named = (Column("industry", "industry"), Column("name", "name")) if by == "industry" else ()
    columns = (
        Column("country", "country"),
        Column("country_name", "country's name", on_screen=by == "country"),
        *named,
        Column("own_output", f"own output {money_in}", "usd"),
        Column("lost_output", "lost in the world", "usd", meaning="output lost everywhere, its own included"),
        Column("lost_elsewhere", "lost elsewhere", "usd", meaning="output lost outside its country"),
        Column("lost_value_added", "value added lost", "usd", meaning="value added lost everywhere"),
    )
    title = f"Each {by} taken out by itself, {year}"
    pair = "{country_name}: {name}" if by == "industry" else "{country_name}"
    lost = ((pair.format(**row), row["lost_elsewhere"]) for row in table.to_pylist())
    drawn = largest(f"{title}: output lost elsewhere, {money_in}", lost)
    return Answer(title, table, columns, (CAUTION, *chains.notes()), about(chains, {"each": by, "kind": kind}), drawn)


def largest(text: str, lost: Iterable[tuple[str, float]]) -> tuple[tuple[dict[str, Any], str], ...]:
    """Those that lose or cost most, as bars: name and money, largest first; none where nothing is lost."""
    bars = [{"name": name, "lost": value} for name, value in sorted(lost, key=lambda pair: -pair[1]) if value > 0]
    return ((losses(bars), text),) if bars else ()


def industry_answer(view: ExposureView) -> Answer:
    """What the one industry of an exposure leans on, by industry of origin."""
    assert view.sources is not None
    assert view.industry is not None
    columns = (
        Column("origin", "origin"),
        Column("origin_name", "name"),
        Column("origin_industry", "industry"),
        Column("origin_industry_name", "its name"),
        *SHARES,
    )
    asked = {"country": view.country, "year": view.chains.year, "variant": view.variant, "industry": view.industry}
    rows = view.sources.to_pylist()
    at_home = sum(row["look_through"] or 0.0 for row in rows if row["origin"] == view.country)
    abroad = view.sources.filter([row["origin"] != view.country for row in rows])
    title = f"{view.name}, {view.chains.year}: what {view.chains.industry(view.industry)} leans on abroad"
    inside = f"Through all tiers {100 * at_home:.1f} % is made at home and not listed."
    notes = (OF[view.variant], inside, *_chains_of(view), *view.chains.notes())
    return Answer(title, abroad, columns, notes, about(view.chains, asked))


def _chains_of(view: ExposureView) -> tuple[str, ...]:
    paths = view.paths
    if paths is None or not paths.paths:
        return ()
    first = paths.paths[0].places[0][0]
    named = "; ".join(
        f"{' → '.join('.'.join(place) for place in path.places)} {100 * path.share:.2f} %" for path in paths.paths[:4]
    )
    told = (
        f"From {first} comes {100 * paths.total:.2f} % of its value. Largest chains: {named}. Chains of at least "
        f"{100 * paths.tolerance:g} % of that explain {100 * paths.covered:.0f} %; the rest runs through thousands of "
        "small ones."
    )
    return (told,)


def _participation(view: ExposureView) -> tuple[str, ...]:
    p = view.participation
    if not p.exports:
        return ("It exports nothing in this table.",)
    told = (
        f"Exports {money(p.exports)} {view.chains.currency}: {100 * p.domestic_share:.1f} % value made at home, "
        f"{100 * p.foreign_share:.1f} % abroad; imported inputs at the border {100 * p.vertical_specialisation:.1f} %. "
        f"Its value in the exports of others: {100 * p.forward_share:.1f} % of its own exports."
    )
    return (told,)


def _losses(currency: str) -> tuple[Column, ...]:
    return (
        Column("output", f"output {currency}", "usd", meaning="gross output before"),
        Column("lost_output", "lost", "usd", meaning="output lost"),
        Column("lost_share", "share lost", "share", meaning="output lost over output"),
        Column("lost_value_added", "value added lost", "usd", meaning="value added lost"),
    )


def about(chains: Chains, asked: dict[str, Any]) -> dict[str, Any]:
    """What an answer rests on: question, dataset, licence, currency, loads and files of the year."""
    held = chains.dataset
    known = {f.file: f.sha256 for load in held.standing() for f in load.files}
    files = {name: digest for name, digest in known.items() if str(chains.year) in name} or known
    return {
        "question": asked,
        "dataset": held.name,
        "version": held.version,
        "licence": held.licence,
        "citation": held.citation,
        "currency": chains.currency,
        "loads": [load.id for load in held.standing()],
        "files": files,
    }
