"""A country's trade further: dependence by preset, years side by side, terms of trade, what it could make and sell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal

from homeground.brief import figures
from homeground.brief.trade import capability_tables
from homeground.brief.trade.dependence_panels import dependence_panel
from homeground.brief.trade.price_tables import terms_answer
from homeground.brief.trade.threshold_tables import preset_choices, thresholds_answer
from homeground.brief.trade.trend_tables import trend_answer
from homeground.codes import countries
from homeground.desk.pages import Asked, Asking, Panel, Sheet, field, page
from homeground.desk.showing.choices import answering, bloc_names, dataset_names, largest, years
from homeground.errors import UnknownCode

CODE: Final = r"\d{2}(\d{2}(\d{2})?)?"


class Dependence(Asked):
    """By which rule, on which products."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    method: str = field("Preset", "all", help="A published rule, or all side by side.")
    flagged: bool = field("Only products called dependent", False)
    product: str | None = field(
        "Products", None, help="Beginning of an HS code: 2, 4 or 6 digits.", pattern=CODE, max_length=6
    )
    bloc: str | None = field("Home market", None, help="A bloc whose members do not count as abroad.")
    step: float = field("Move thresholds by, %", 10.0, help="To see what hangs on them.", gt=0, lt=100)
    dataset: str | None = field("Dataset", None)


class Trend(Asked):
    """Which trade, over which years."""

    flow: Literal["imports", "exports"] = field("Direction", "imports")
    product: str | None = field(
        "Products", None, help="Beginning of an HS code: 2, 4 or 6 digits.", pattern=CODE, max_length=6
    )
    partner: str | None = field("Partner", None, help="All if left out.", among="countries")
    first: int | None = field("From", None, ge=1900, le=2100)
    last: int | None = field("To", None, ge=1900, le=2100)
    dataset: str | None = field("Dataset", None)


class Terms(Asked):
    """Which year is 100."""

    base: int | None = field("Year set to 100", None, ge=1900, le=2100)
    bloc: str | None = field("Home market", None, help="A bloc whose members do not count as abroad.")
    dataset: str | None = field("Dataset", None)


class Reach(Asked):
    """Which year, and how sales are measured."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    ease: Literal["all-goods", "other-goods"] = field(
        "Ease of trade from", "all-goods", help="All goods that two countries trade, or other goods than the product."
    )
    dataset: str | None = field("Dataset", None)


@page("/country/{country}/dependence", title="What imports rest on", purpose="country", kept=True)
def dependence(asking: Asking, country: str, question: Dependence) -> Sheet:
    """The table of dependence by a preset, and what hangs on its thresholds."""
    home = asking.home
    year, dataset = answering(home, question.year, question.dataset)
    asked: dict[str, Any] = {"bloc": question.bloc, "product": question.product, "dataset": dataset}
    answer = dependence_panel(home, country, year, question.method, flagged=question.flagged, **asked)
    moved = thresholds_answer(home, country, year, question.method, step=question.step / 100, **asked)
    links = {"product": f"/product/{{hs6}}?year={year}", "hs6": f"/country/{country}/trend?product={{hs6}}"}
    return Sheet(
        answer.title,
        (
            Panel(answer, "products", {**links, "top_supplier": f"/partner/{country}/{{top_supplier}}?year={year}"}),
            Panel(moved, "thresholds", {"preset": f"/country/{country}/dependence?year={year}&method={{preset}}"}),
        ),
        choices={
            "year": years(home), "method": preset_choices(), "bloc": bloc_names(), "dataset": dataset_names(home)
        },
        trail=_trail(asking, country),
    )  # fmt: skip


@page("/country/{country}/trend", title="Years side by side", purpose="country", kept=True)
def trend(asking: Asking, country: str, question: Trend) -> Sheet:
    """Trade year by year: price against quantity, and breaks in the data told from changes."""
    held = question.dataset or largest(asking.home).name
    view = asking.home.trend(
        country, question.product, question.partner, flow=question.flow, first=question.first, last=question.last,
        dataset=held,
    )  # fmt: skip
    answer = trend_answer(view)
    links = {"year": f"/country/{country}?year={{year}}"}
    if question.product and len(question.product) == 6:
        links["value_usd"] = f"/product/{question.product}?year={{year}}"
    chosen = {"dataset": dataset_names(asking.home)}
    return Sheet(answer.title, (Panel(answer, "years", links, most=60),), choices=chosen, trail=_trail(asking, country))


@page("/country/{country}/terms", title="Terms of trade", purpose="country", kept=True)
def terms(asking: Asking, country: str, question: Terms) -> Sheet:
    """Prices of what a country sells over prices of what it buys."""
    held = question.dataset or largest(asking.home).name
    answer = terms_answer(asking.home, country, base=question.base, bloc=question.bloc, dataset=held)
    panel = Panel(answer, "years", {"year": f"/country/{country}?year={{year}}"}, most=60)
    chosen = {
        "base": [("", "–"), *years(asking.home)], "bloc": bloc_names(), "dataset": dataset_names(asking.home)
    }  # fmt: skip
    return Sheet(answer.title, (panel,), choices=chosen, trail=_trail(asking, country))


@page("/country/{country}/capability", title="Within reach", purpose="country", kept=True)
def capability(asking: Asking, country: str, question: Reach) -> Sheet:
    """What a country could make and sell: products and markets within reach, with reasons."""
    year, dataset = answering(asking.home, question.year, question.dataset)
    view = asking.home.capability(country, year, ease=question.ease, dataset=dataset)
    products = capability_tables.products_answer(view)
    text = f"Products by nearness and complexity, {view.name} {view.year}; orange: within reach"
    drawn = replace(products, figures=((figures.within_reach(view.products.to_pylist()), text),))
    markets = replace(capability_tables.markets_answer(view), notes=capability_tables.markets_answer(view).notes[1:4])
    ranks = replace(capability_tables.countries_answer(view), notes=())
    product = {"hs6": f"/product/{{hs6}}?year={year}", "short": f"/product/{{hs6}}?year={year}"}
    return Sheet(
        asking.text("%(name)s, %(year)s: what it could make and sell", name=view.name, year=view.year),
        (
            Panel(drawn, "products", product, most=20),
            Panel(markets, "markets", {**product, "market": f"/country/{{importer}}?year={year}"}, most=20),
            Panel(ranks, "ranks", {"name": f"/country/{{country}}/capability?year={year}"}, most=15),
        ),
        lead=capability_tables.place_in_words(view),
        choices={"year": years(asking.home), "dataset": dataset_names(asking.home)},
        trail=_trail(asking, country),
    )


def further(asking: Asking, country: str, year: int) -> tuple[tuple[str, str], ...]:
    """The ways on from a country's page."""
    here = f"/country/{country}"
    return (
        (asking.text("What imports rest on"), f"{here}/dependence?year={year}"),
        (asking.text("Years side by side"), f"{here}/trend"),
        (asking.text("Terms of trade"), f"{here}/terms"),
        (asking.text("Within reach"), f"{here}/capability?year={year}"),
        (asking.text("Partner"), f"/partner?country={country}"),
        (asking.text("Own ground"), f"/ground/balance/{country}"),
        (asking.text("Chains"), f"/chains/exposure/{country}"),
    )


def _trail(asking: Asking, country: str) -> tuple[tuple[str, str], ...]:
    try:
        name = countries.name(country)
    except UnknownCode:
        name = country
    return ((asking.text("Country"), "/country"), (name, f"/country/{country}"))
