"""The record of a Home, and drill cases drawn from the trade that the Home holds."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ibis import _

from homeground.codes import countries, products
from homeground.errors import BadInput, NotInHome, UsageError, message
from homeground.home import questions
from homeground.home.questions import Question
from homeground.record import Case, Ledger

if TYPE_CHECKING:
    from homeground.store import Store

FILE: Final = "record.sqlite"

TRIFLES: Final = 0.01
"""Share of the value whose smallest flows make no drill case."""

Judge = Callable[[Mapping[str, Any]], tuple[str, tuple[str, ...], tuple[str, ...]]]
"""Gives the expected verdict, the names of the rules and why they hold for a deal, such as a policy applied to it."""


def ledger(path: str | Path, url: str | None, create: bool) -> Ledger:
    """Open the record at `url`, or the Home's own in `record.sqlite`."""
    if url:
        return Ledger(url, create=create)
    if "://" in str(path):
        do = "name a database with --url, such as postgresql://HOST/DATABASE"
        raise UsageError(message("a record is not kept in an object store", where=str(path), do=do))
    return Ledger(Path(path) / FILE, create=create)


def past_deals(store: Store, question: Question, count: int, seed: int, judge: Judge | None) -> list[Case]:
    """Draw past imports of a country as drill cases: partner, product, quantity and price as they were.

    Flows without quantity cannot become a deal and are left out, as are arms (HS 93), and the smallest flows that
    together make 1 % of the value, unless they are needed for the count. Without a judge the expected verdict is empty,
    for whoever sets the drill to write.
    """
    if count < 1:
        raise UsageError(message("a drill needs cases", found=count, expected="1 or more", do="ask for more"))
    bought = questions.own_imports(store, question).filter(_.year == question.year)
    chosen = bought.filter(_.hs6.startswith(question.product), ~_.hs6.startswith(products.ARMS), _.quantity_t > 0)
    columns = ["exporter", "hs6", "value_usd", "quantity_t"]
    rows = chosen.select(*columns).order_by("hs6", "exporter").to_pyarrow().to_pylist()
    if len(rows) < count:
        found, expected = f"{len(rows)} imports with a quantity", f"{count} or more"
        do = "ask for fewer cases, or a wider class of goods"
        raise NotInHome(message("too few past imports for this drill", found=found, expected=expected, do=do))
    picked = random.Random(seed).sample(_that_matter(rows, count), count)  # noqa: S311 - which cases are drawn is no secret
    cases = [_case(f"{question.year}-{number:02d}", row, question) for number, row in enumerate(picked, 1)]
    return [_judged(case, judge) for case in cases] if judge else cases


def _that_matter(rows: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Keep the largest flows up to 99 % of the value, and at least `count`."""
    by_size = sorted(rows, key=lambda row: float(row["value_usd"]))
    left, small = TRIFLES * sum(row["value_usd"] for row in rows), 0
    while len(rows) - small > count and (left := left - by_size[small]["value_usd"]) >= 0:
        small += 1
    kept = {id(row) for row in by_size[small:]}
    return [row for row in rows if id(row) in kept]


def require_goods(product: str) -> str:
    """Raise BadInput unless a class of goods is named that a drill may be about."""
    if product.startswith(products.ARMS):
        do = "name another class of goods"
        raise BadInput(message("no cases are drawn from trade in arms", found=product, do=do))
    return product


def _case(name: str, row: Mapping[str, Any], question: Question) -> Case:
    deal = {
        "direction": "import",
        "country": question.place.code,
        "partner": row["exporter"],
        "partner_name": countries.name(row["exporter"]),
        "product": row["hs6"],
        "product_name": products.short(row["hs6"], question.dataset.revision),
        "quantity_t": round(row["quantity_t"], 3),
        "price_usd_per_t": round(row["value_usd"] / row["quantity_t"], 2),
        "value_usd": round(row["value_usd"], 2),
        "year": question.year,
    }
    return Case(name, deal, "", ())


def _judged(case: Case, judge: Judge) -> Case:
    return Case(case.id, case.deal, *judge(case.deal))
