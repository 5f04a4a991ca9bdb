"""Prices: whether what is paid, or offered, for a product is fair beside what others pay."""

from __future__ import annotations

from homeground.brief.trade.price_tables import prices_answer
from homeground.codes import products
from homeground.desk.pages import Asked, Asking, Panel, Sheet, field, page
from homeground.desk.showing.choices import chosen_with, dataset_names, years


class Question(Asked):
    """Who pays whom, and perhaps an offer to judge."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    importer: str | None = field("Buyer", None, help="Country or bloc that pays.", among="countries")
    exporter: str | None = field("Seller", None, help="Country that sells.", among="countries")
    price: float | None = field("Price offered, USD/t", None, help="To judge an offer.", gt=0)
    quantity: float | None = field("Tons offered", None, gt=0)
    dataset: str | None = field("Dataset", None)


@page("/product/{hs6}/prices", title="Prices", purpose="product", kept=True, discreet=True)
def prices(asking: Asking, hs6: str, question: Question) -> Sheet:
    """What is paid for a product, who pays more, and where an offer would stand."""
    home, code = asking.home, products.normalise(hs6)
    year, dataset = chosen_with(home, code, question.year, question.dataset)
    answer = prices_answer(
        home, code, year, importer=question.importer, exporter=question.exporter, price=question.price,
        quantity=question.quantity, dataset=dataset,
    )  # fmt: skip
    links = {"name": f"/product/{code}/prices?year={year}&exporter={{country}}"}
    if question.exporter:
        links = {"name": f"/country/{{country}}?year={year}"}
    return Sheet(
        answer.title,
        (Panel(answer, "prices", links, most=30),),
        lead=answer.notes[0] if question.price else "",
        choices={"year": years(home), "dataset": dataset_names(home)},
        trail=((asking.text("Product"), "/product"), (code, f"/product/{code}?year={year}")),
    )
