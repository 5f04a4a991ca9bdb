"""A country at a glance as answers: from whom it buys, its trade over the years, the products it leans on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeground.brief import figures
from homeground.brief.answer import Answer, Column, money
from homeground.brief.tables import about_dataset, dataset_notes
from homeground.codes import blocs
from homeground.home import questions
from homeground.home.trade import glance as glances

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.home.trade.glance import Glance

PARTNERS = (
    Column("exporter", "code"),
    Column("name", "partner"),
    Column("imports_usd", "imports from there, USD", "usd"),
    Column("share", "share", "share", meaning="share of imports by value"),
    Column("products", "products", "count"),
    Column("exports_usd", "exports to there, USD", "usd"),
)
YEARS = (
    Column("year", "year", "year"),
    Column("imports_usd", "imports, USD", "usd"),
    Column("exports_usd", "exports, USD", "usd"),
    Column("suppliers", "suppliers", "count"),
    Column("herfindahl", "Herfindahl", "index", meaning="sum of squared shares of all suppliers together, 0 to 1"),
)


def glance(
    home: Home, country: str, year: int, *, bloc: str | None = None, dataset: str | None = None
) -> tuple[Glance, dict[str, Answer]]:
    """The figures of a country at a glance, and its answers `partners` and `years`."""
    question = questions.ask(home.store, country, year, bloc=bloc, dataset=dataset)
    seen = glances.glance(home.store, question)
    return seen, {"partners": _partners(home, seen), "years": _years(home, seen)}


def tiles(seen: Glance) -> tuple[tuple[str, str], ...]:
    """The figures at the head: a number and what it counts."""
    rows, year = seen.partners.to_pylist(), seen.question.year
    top = sum(row["share"] for row in rows[:3])
    trend = {row["year"]: row for row in seen.years.to_pylist()}
    exports = trend.get(year, {}).get("exports_usd")
    shown = [(f"{money(sum(row['imports_usd'] for row in rows))} USD", f"imports {year}")]
    if exports is not None:
        shown.append((f"{money(exports)} USD", f"exports {year}"))
    return (*shown, (f"{len(rows)}", "suppliers"), (f"{100 * top:.0f} %", "from the first three"))


def _partners(home: Home, seen: Glance) -> Answer:
    question, rows = seen.question, seen.partners.to_pylist()
    place = question.place
    at_home = blocs.members(place.code, question.year) if place.is_bloc else {place.code}
    what = f"{place.name} {question.year}"
    drawn = (
        (figures.suppliers(rows), f"The largest suppliers' shares of imports, {what}"),
        (
            figures.world(rows, at_home),
            f"Share of imports by supplier, {what}; borders: Natural Earth, no position taken",
        ),
    )
    return Answer(
        f"{place.name}, {question.year}: from whom it buys",
        seen.partners,
        PARTNERS,
        dataset_notes(home, question.dataset, question.year),
        about_dataset(question.dataset, {"country": place.code, "year": question.year, "bloc": place.bloc}),
        drawn if rows else (),
    )


def _years(home: Home, seen: Glance) -> Answer:
    question, rows = seen.question, seen.years.to_pylist()
    drawn = ((figures.trend_of_imports(rows), f"Imports, exports and concentration by year, {question.place.name}"),)
    return Answer(
        f"{question.place.name}: its trade over the years",
        seen.years,
        YEARS,
        ("US dollars of each year: changes of prices move them.", *question.dataset.notes),
        about_dataset(question.dataset, {"country": question.place.code}),
        drawn if len(rows) > 1 else (),
    )
