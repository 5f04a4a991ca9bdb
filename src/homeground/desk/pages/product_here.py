"""A product for one's own country: who supplies it, who could step in, what is at home, what could stand in."""

from __future__ import annotations

import contextlib
from datetime import date

from starlette.responses import RedirectResponse

from homeground.brief.trade import product_here_tables
from homeground.codes import products
from homeground.desk.pages import Asked, Asking, Panel, Sheet, field, page
from homeground.desk.showing.choices import chosen_with, dataset_names, newest_with, today, years
from homeground.errors import BadInput
from homeground.home.place import resolve
from homeground.home.trade.cuts import DIVERTIBLE
from homeground.home.trade.product_here import here


class Choice(Asked):
    """For which country."""

    country: str | None = field(
        "Country or bloc", None, help="Name or code, such as Kenya, KEN or EU27.", among="countries"
    )
    year: int | None = field("Year", None, ge=1900, le=2100)


class Question(Asked):
    """Which year, and who stops."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    supplier: str | None = field("Supplier that stops", None, help="The largest if left out.", among="countries")
    divertible: float = field(
        "Share others can divert",
        DIVERTIBLE,
        help="Of what they sell elsewhere: an assumption.",
        ge=0,
        le=1,
    )
    on: date | None = field("Measures as of", None, help="Embargoes and sanctions in force on that day.")
    dataset: str | None = field("Dataset", None)


@page("/product/{hs6}/for", title="For one country", purpose="product")
def choose(asking: Asking, hs6: str, choice: Choice) -> Sheet | RedirectResponse:
    """Choose a country; whoever has said for whom they work has a link to that one."""
    code = products.normalise(hs6)
    year = choice.year or newest_with(asking.home, code)[0]
    of_year = f"?year={choice.year}" if choice.year else ""
    if choice.country:
        return RedirectResponse(f"/product/{code}/for/{resolve(choice.country, year).code}{of_year}", 303)
    own = None
    with contextlib.suppress(BadInput):  # a bloc that had no members then
        own = resolve(asking.country, year) if asking.country else None
    return Sheet(
        f"{code} {products.short(code, width=70)}",
        lead=asking.text("For which country? Its suppliers, who could step in, and what there is at home."),
        choices={"year": [("", "–"), *years(asking.home)]},
        links=((own.name, f"/product/{code}/for/{own.code}{of_year}"),) if own else (),
        trail=((asking.text("Product"), "/product"), (code, f"/product/{code}{of_year}")),
    )


@page("/product/{hs6}/for/{country}", title="For one country", purpose="product", kept=True)
def seen(asking: Asking, hs6: str, country: str, question: Question) -> Sheet:
    """One product seen from one country."""
    home, code = asking.home, products.normalise(hs6)
    year, dataset = chosen_with(home, code, question.year, question.dataset)
    view = here(
        home.store, code, country, year, dataset, supplier=question.supplier, divertible=question.divertible,
        day=question.on or today(),
    )  # fmt: skip
    links = {"suppliers": {"name": "/country/{country}"}, "others": {"name": "/country/{exporter}"}}
    answers = product_here_tables.answers(view)
    shown = {name: answer for name, answer in answers.items() if answer.table.num_rows}
    return Sheet(
        asking.text("%(product)s for %(country)s", product=code, country=view.place.name),
        tuple(Panel(answer, name, links.get(name, {}), most=15) for name, answer in shown.items()),
        lead=f"{view.name}, {year}.",
        tiles=product_here_tables.tiles(view),
        notes=product_here_tables.absences(view),
        choices={"year": years(home), "dataset": dataset_names(home)},
        links=(
            (asking.text("Prices"), f"/product/{code}/prices?year={year}&importer={view.place.code}"),
            (view.place.name, f"/country/{view.place.code}?year={year}"),
            *(() if view.ground else ((asking.text("Own ground"), "/ground"),)),
            *(() if view.instead.book else ((asking.text("Materials"), "/materials"),)),
            (asking.text("For another country"), f"/product/{code}/for?year={year}"),
        ),
        trail=((asking.text("Product"), "/product"), (code, f"/product/{code}?year={year}")),
    )
