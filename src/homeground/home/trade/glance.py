"""A country at a glance: from whom it buys, and how its trade moved over the years; quick to compute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
from ibis import _

from homeground.codes import countries
from homeground.home import questions
from homeground.home.questions import Question

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from homeground.store import Store


@dataclass(frozen=True)
class Glance:
    """A country's trade in few figures; US dollars of each year.

    `partners`: exporter, name, imports_usd, share, products, exports_usd (what the country sells there), largest first.
    `years`: year, imports_usd, exports_usd (null where the dataset cannot know), suppliers, herfindahl (of all
    suppliers together).
    """

    question: Question
    partners: pa.Table
    years: pa.Table


def glance(store: Store, question: Question) -> Glance:
    """Sum a country's imports by partner in the year, and by year over all years."""
    whole = questions.over_all_years(question)
    partners = questions.answered(store, whole, "partners", lambda asked: _partners(store, asked))
    world = questions.knows_the_world(store, question)
    years = questions.answered(store, whole, ("years", world), lambda asked: _years(store, asked, world))
    names = [countries.name(code) for code in partners["exporter"].to_pylist()]
    return Glance(question, partners.add_column(1, "name", [names]), years)


def _partners(store: Store, question: Question) -> ir.Table:
    own, sold = questions.own_imports(store, question), questions.own_exports(store, question)
    bought = own.filter(_.year == question.year).group_by("exporter")
    sums = bought.agg(imports_usd=_.value_usd.sum(), products=_.hs6.nunique())
    sales = sold.filter(_.year == question.year).group_by(exporter=_.importer).agg(exports_usd=_.value_usd.sum())
    shares = sums.left_join(sales, "exporter").select(
        "exporter", "imports_usd", "products", "exports_usd", share=_.imports_usd / sums.imports_usd.sum().as_scalar()
    )
    return shares.order_by(ibis.desc("imports_usd"), "exporter")


def _years(store: Store, question: Question, world: bool) -> ir.Table:
    own, sold = questions.own_imports(store, question), questions.own_exports(store, question)
    by_year = own.group_by("year", "exporter").agg(value=_.value_usd.sum()).group_by("year")
    bought_by_year = by_year.agg(
        imports_usd=_.value.sum(),
        suppliers=_.count(),
        herfindahl=(_.value * _.value).sum() / (_.value.sum() * _.value.sum()).nullif(0),
    )
    sold_by_year = sold.group_by("year").agg(exports_usd=_.value_usd.sum())
    joined = bought_by_year.left_join(sold_by_year, "year").drop("year_right")
    known = joined if world else joined.mutate(exports_usd=ibis.null("float64"))
    return known.select("year", "imports_usd", "exports_usd", "suppliers", "herfindahl").order_by("year")
