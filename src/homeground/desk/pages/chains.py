"""Chains: what industries lean on through all tiers of their inputs, and what the world loses without somebody."""

from __future__ import annotations

from typing import Any, Literal

from starlette.responses import RedirectResponse

from homeground.brief.chains import chain_panels
from homeground.brief.chains.chain_tables import extraction_answer, extractions_answer
from homeground.desk.pages import Asked, Asking, Panel, Sheet, field, page
from homeground.desk.showing.choices import dataset_names, newest, years
from homeground.errors import UsageError, message
from homeground.store.arrays import TABLE


class Choice(Asked):
    """Which country, in which year."""

    country: str | None = field(
        "Country or bloc", None, help="Name or code, such as Kenya, KEN or EU27.", among="countries"
    )
    year: int | None = field("Year", None, ge=1900, le=2100)


class Exposure(Asked):
    """Of which industry, counted how."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    industry: str | None = field("Industry", None, help="One industry with its chains; all if left out.")
    variant: Literal["value_added", "gross"] = field(
        "Counted as", "value_added", help="Shares of the value of output, or of all deliveries that it sets off."
    )
    dataset: str | None = field("Dataset", None)


class Extraction(Asked):
    """Who is taken out."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    what: str | None = field(
        "Taken out", None,
        help="Countries, blocs, industries or pairs, with commas: CHN, EU27, c14, CHN.c14. Each by itself if left out.",
    )  # fmt: skip
    kind: Literal["total", "purchases", "sales"] = field("What falls away", "total")
    buyer: str | None = field("Buyer", None, help="With sales: only what this one buys.")
    by: Literal["country", "industry"] = field("Rows", "country")
    dataset: str | None = field("Dataset", None)


@page("/chains", title="Chains", purpose="chains", menu=True)
def start(asking: Asking, choice: Choice) -> Sheet | RedirectResponse:
    """Choose whose chains to see; says what to load where there is no input–output table."""
    held = years(asking.home, TABLE)
    if not held:
        return no_table(asking, 200)
    if choice.country:
        asked = f"?year={choice.year}" if choice.year else ""
        return RedirectResponse(f"/chains/exposure/{_code(asking, choice.country)}{asked}", 303)
    links: tuple[tuple[str, str], ...] = (
        (asking.text("What the world loses without somebody"), "/chains/extraction"),
        (asking.text("A supplier stops: day by day"), "/chains/shock"),
    )
    if asking.country:
        links = ((asking.text("What our industries lean on"), f"/chains/exposure/{asking.country}"), *links)
    lead = asking.text("Whose industries? What they lean on, at face value and through all tiers of their inputs.")
    return Sheet(asking.text("Chains"), lead=lead, links=links, choices={"year": held})


@page("/chains/exposure/{country}", title="What industries lean on", purpose="chains", kept=True)
def exposure(asking: Asking, country: str, question: Exposure) -> Sheet:
    """What a country's industries lean on abroad; of one industry with its largest chains."""
    if not years(asking.home, TABLE):
        return no_table(asking)
    home, year = asking.home, question.year or newest(asking.home, TABLE)
    asked: dict[str, Any] = {"variant": question.variant, "dataset": question.dataset}
    here, origin = f"/chains/exposure/{country}?year={year}", f"/chains/exposure/{{origin}}?year={year}"
    if question.industry:
        view, answers = chain_panels.industry_panels(home, country, year, question.industry, **asked)
    else:
        view, answers = chain_panels.exposure_panels(home, country, year, **asked)
    industry = f"{here}&industry={{industry}}"
    links = {"name": industry, "industry": industry, "origin_name": origin}
    return Sheet(
        next(iter(answers.values())).title,
        tuple(Panel(answer, name, links, most=40) for name, answer in answers.items()),
        choices={
            "year": years(home, TABLE), "industry": chain_panels.industry_choices(view),
            "dataset": dataset_names(home, TABLE),
        },
        links=((asking.text("A supplier stops: day by day"), f"/chains/shock?year={year}"),),
        trail=((asking.text("Chains"), "/chains"), (view.name, here)),
    )  # fmt: skip


@page("/chains/extraction", title="Taken out of the world", purpose="chains", kept=True)
def extraction(asking: Asking, question: Extraction) -> Sheet:
    """What the world would not produce without a country, an industry, a pair or a bloc."""
    if not years(asking.home, TABLE):
        return no_table(asking)
    home, year = asking.home, question.year or newest(asking.home, TABLE)
    what = [part for part in (question.what or "").replace(";", ",").replace(" ", "").split(",") if part]
    asked: dict[str, Any] = {"kind": question.kind, "dataset": question.dataset}
    if question.buyer and question.kind != "sales":
        raise UsageError(message("a buyer belongs to sales", found=question.kind, do="choose sales, or no buyer"))
    if what:
        answer = extraction_answer(home, what, year, buyer=question.buyer, by=question.by, **asked)
    else:
        answer = extractions_answer(home, question.by, year, **asked)
    links = {"country": f"/chains/extraction?year={year}&what={{country}}&kind={question.kind}"}
    return Sheet(
        answer.title,
        (Panel(answer, "losses", links, most=40),),
        lead=asking.text("What falls away along the chains when somebody neither buys nor sells."),
        choices={"year": years(home, TABLE), "dataset": dataset_names(home, TABLE)},
        trail=((asking.text("Chains"), "/chains"),),
    )


def no_table(asking: Asking, status: int = 404) -> Sheet:
    """Say that no input–output table is loaded, and where that is done."""
    said = asking.text(
        "No input–output table is loaded. An analyst loads one on the page Data: wiod2013, figaro, oecd-icio, "
        "exiobase3 or a table of your own statistical office."
    )
    links = ((asking.text("Data"), "/data"), (asking.text("What can be loaded"), "/data/sources"))
    return Sheet(asking.text("Chains"), lead=said, links=links, status=status)


def _code(asking: Asking, country: str) -> str:
    from homeground.home.place import resolve

    return resolve(country, newest(asking.home, TABLE)).code
