"""Product: who sells it, who buys it, how concentrated its market is."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from homeground.brief.tables import product_answer
from homeground.codes import products
from homeground.desk.pages import Asked, Asking, Panel, Sheet, field, page
from homeground.desk.showing.choices import chosen_with, dataset_names, today, years
from homeground.errors import HomegroundError
from homeground.home.place import resolve


class Words(Asked):
    """Words or digits of a product."""

    words: str | None = field("Product", None, help="Words of its name, or the first digits of its code.")


class Question(Asked):
    """Which year, and which dataset answers."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    dataset: str | None = field("Dataset", None)


@page("/product", title="Product", purpose="product", menu=True)
def find(asking: Asking, words: Words) -> Sheet | RedirectResponse:
    """Look for a product."""
    from homeground.brief.search_tables import products_answer

    typed = (words.words or "").strip()
    if typed.isdigit() and len(typed) == 6:
        return RedirectResponse(f"/product/{typed}", 303)
    title = asking.text("Product")
    if not typed:
        return Sheet(title, lead=asking.text("Which product? Its market, sellers and buyers."))
    return Sheet(
        title,
        (
            Panel(
                products_answer(typed, asking.desk.homes.traded()),
                "products",
                {"code": "/product/{code}", "name": "/product/{code}"},
                most=100,
            ),
        ),
    )


def own(asking: Asking, hs6: str, question: Question) -> tuple[tuple[str, str], ...]:
    """The way to the product for the country that who asks works for, if they have said which."""
    asked = urlencode(question.model_dump(exclude_none=True))
    try:
        place = resolve(asking.country, question.year or today().year) if asking.country else None
    except HomegroundError:  # a bloc that was not there in that year
        return ()
    if place is None:
        return ()
    words = asking.text("For %(bloc)s", bloc=place.code) if place.is_bloc else f"For {place.name}"
    address = f"/product/{products.normalise(hs6)}/for/{place.code}"
    return ((words, f"{address}?{asked}" if asked else address),)


@page("/product/{hs6}", title="Product", purpose="product", kept=True, own=own)
def product(asking: Asking, hs6: str, question: Question) -> Sheet:
    """The world market of one product."""
    from homeground.brief.trade.market_tables import importers_answer, market_tiles, with_figures

    code = products.normalise(hs6)
    year, dataset = chosen_with(asking.home, code, question.year, question.dataset)
    answer = product_answer(asking.home, code, year, dataset=dataset)
    return Sheet(
        f"{code} {products.short(code, width=70)}",
        (
            Panel(with_figures(answer), "exporters", {"name": f"/country/{{country}}?year={year}"}, most=15),
            Panel(importers_answer(answer), "importers", {"name": f"/country/{{country}}?year={year}"}, most=15),
        ),
        lead=f"{products.name(code)}, {year}.",
        tiles=market_tiles(answer),
        choices={"year": years(asking.home), "dataset": dataset_names(asking.home)},
        links=(
            (asking.text("For one country"), f"/product/{code}/for?year={year}"),
            (asking.text("Prices"), f"/product/{code}/prices?year={year}"),
        ),
        trail=((asking.text("Product"), "/product"),),
    )
