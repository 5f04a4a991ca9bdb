"""Country at a glance: from whom it buys, what it leans on, and how that moved."""

from __future__ import annotations

from starlette.responses import RedirectResponse

from homeground.brief.tables import dependence_answer
from homeground.brief.trade.glance_tables import glance, tiles
from homeground.codes import countries
from homeground.desk.language import SOURCE, languages
from homeground.desk.language.answers import voice
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.pages.country_views import further
from homeground.desk.showing.choices import bloc_names, dataset_names, largest, newest, years
from homeground.desk.work.jobs import Outcome, Work, job
from homeground.errors import HomegroundError


class Question(Asked):
    """Which year, and whether a bloc counts as home market."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    bloc: str | None = field("Home market", None, help="A bloc whose members do not count as abroad.")
    dataset: str | None = field("Dataset", None)


class Choice(Asked):
    """Which country."""

    country: str | None = field(
        "Country or bloc", None, help="Name or code, such as Kenya, KEN or EU27.", among="countries"
    )


class Report(Asked):
    """A report on a country."""

    year: int = field("Year", ge=1900, le=2100)
    bloc: str | None = field("Home market", None)
    dataset: str | None = field("Dataset", None)


@page("/country", title="Country", purpose="country", menu=True)
def countries_page(asking: Asking, choice: Choice) -> Sheet | RedirectResponse:
    """Choose a country; whoever has said for whom they work sees that one."""
    wanted = choice.country or asking.country
    if wanted:
        from homeground.home.place import resolve

        return RedirectResponse(f"/country/{resolve(wanted, newest(asking.home)).code}", 303)
    return Sheet(asking.text("Country"), lead=asking.text("Whose trade do you want to see?"))


@page("/country/{country}", title="Country at a glance", purpose="country", kept=True)
def country(asking: Asking, country: str, question: Question) -> Sheet:
    """Suppliers, products and years of one country."""
    home, year, dataset = asking.home, question.year, question.dataset
    if year is None:
        held = home.catalog.dataset(dataset) if dataset else largest(home)
        year, dataset = held.years()[-1], held.name
    seen, answers = glance(home, country, year, bloc=question.bloc, dataset=dataset)
    place = seen.question.place
    of_year = f"year={year}" + (f"&bloc={question.bloc}" if question.bloc else "")
    panels = [Panel(answers["partners"], "partners", {"name": f"/country/{{exporter}}?{of_year}"}, most=15)]
    notes: tuple[str, ...] = ()
    try:
        products = dependence_answer(home, country, year, "all", bloc=question.bloc, dataset=dataset)
        panels.append(Panel(products, "products", {"product": f"/product/{{hs6}}?year={year}"}))
    except HomegroundError as error:
        notes = (*notes, str(error))
    panels.append(Panel(answers["years"], "years", {"year": f"/country/{place.code}?year={{year}}"}, most=40))
    wanted = {"year": (str(year),), "bloc": (question.bloc or "",), "dataset": (dataset or "",)}
    chosen = {"year": years(home), "bloc": bloc_names(), "dataset": dataset_names(home)}
    return Sheet(
        f"{place.name}, {year}",
        tuple(panels),
        lead=asking.text("What its imports rest on, at a glance."),
        tiles=tiles(seen),
        notes=notes,
        choices=chosen,
        links=further(asking, place.code, year),
        forms=(asking.form(report, wanted, chosen, country=place.code),),
        trail=((asking.text("Country"), "/country"),),
    )


@act(
    "/country/{country}/report",
    title="Write the whole report",
    needs="viewer",
    purpose="country",
    submit="Write the report",
)
def report(asking: Asking, country: str, wanted: Report) -> Done:
    """Start a country's report."""
    code = countries.resolve(country) if len(country) == 3 else country
    named = asking.language.value(countries.name(code))
    title = asking.text("Report on %(country)s, %(year)s", country=named, year=wanted.year)
    return asking.jobs.begin(
        asking,
        "report",
        title,
        country=code,
        year=wanted.year,
        bloc=wanted.bloc,
        dataset=wanted.dataset,
        language=asking.language.code,
    )


@job("report", "Report on a country", needs="viewer")
def write_report(
    work: Work, country: str, year: int, bloc: str | None = None, dataset: str | None = None, language: str = SOURCE
) -> Outcome:
    """Write a country's report as a page and as a workbook, in the language of whoever asked."""
    from homeground.brief import report as reports

    picture = work.home.picture(country, year, bloc=bloc, dataset=dataset, progress=work.progress)
    names = (f"{picture.country}-{year}.html", f"{picture.country}-{year}.xlsx")
    work.progress("writing", 0.95)
    for name in names:
        reports.write(picture, work.folder / name, voice(languages()[language]))
    return Outcome(said=f"The report on {picture.name} in {year} is written.", files=names)
