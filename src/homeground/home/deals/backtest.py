"""A policy book over the past trade of a Home: what it would have stopped, and how two books differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ibis import _

from homeground.codes import countries, products
from homeground.deals import backtest
from homeground.deals.backtest import Testable
from homeground.errors import UsageError, listing, message
from homeground.home import datasets, questions
from homeground.home.deals.deals import law_of
from homeground.home.deals.in_force import in_force
from homeground.home.place import Place, resolve

if TYPE_CHECKING:
    from datetime import date

    from homeground.policy import Book
    from homeground.store import Dataset, Store

Rows = list[dict[str, Any]]

BY: Final = ("rule", "verdict", "product", "partner", "year", "country")
COLUMNS: Final = {"product": "hs6", "partner": "partner", "year": "year", "country": "home", "verdict": "verdict"}
WORKING_DAYS: Final = 250


@dataclass(frozen=True)
class Asked:
    """A backtest asked for; without a country each country is taken as the home in turn, without years all are run."""

    country: str | None = None
    years: Sequence[int] = ()
    direction: str = "import"
    product: str | None = None
    dataset: str | None = None
    against: Book | None = None
    by: str = "rule"

    def __post_init__(self) -> None:
        """Refuse an unknown direction or parting."""
        for name, found, known in (("direction", self.direction, ("import", "export")), ("by", self.by, BY)):
            if found not in known:
                raise UsageError(message(f"unknown {name}", found=found, expected=listing(known, 9), do="choose one"))


@dataclass(frozen=True)
class Backtest:
    """What a policy would have said of past trade.

    `verdicts` and, per way of parting (`BY`), `parts`: rows with flows and value_usd by verdict; `rules`: id, title,
    verdict, flows, value_usd, open. `alarms`: year, stopped, stopped_usd, stayed, stayed_usd where the year after is
    loaded. `changes` (with a second book): verdict_before, verdict, flows, value_usd.
    """

    book: Book
    day: date
    asked: Asked
    place: Place | None
    years: tuple[int, ...]
    dataset: Dataset
    test: Testable
    verdicts: Rows
    rules: Rows
    parts: Rows
    alarms: Rows
    changes: Rows
    notes: tuple[str, ...]

    @property
    def stopped_a_year(self) -> float:
        """Flows that would have gone to an officer (refused, referred, or not decidable) per year."""
        stopped = sum(r["flows"] for r in self.verdicts if r["verdict"] in ("refuse", "refer", "insufficient data"))
        return float(stopped) / len(self.years)


def run(store: Store, book: Book, day: date, asked: Asked) -> Backtest:
    """Run the law of `day` over past years."""
    chosen, years = _where(store, asked)
    place = _home(asked, years[-1])
    bars = in_force(store, (), day)
    test = backtest.testable(law_of(book, day), asked.direction, embargoes=bars.loaded)
    other = _other(asked, day, bars.loaded)
    facts = test.facts | (other.facts if other else frozenset())
    found = _Sums(test, other, asked.by)
    for year in years:
        flows = _goods(store.table(chosen, "flows", (year,)), asked)
        members = {place.code} if place else set()
        cases = backtest.cases(flows, asked.direction, facts, members, bars.table(), day)
        found.add(cases, backtest.texts(flows, asked.direction))
        if year + 1 in chosen.years():
            found.watch(year, store.table(chosen, "flows", (year + 1,)))
    return Backtest(
        book=book,
        day=day,
        asked=asked,
        place=place,
        years=years,
        dataset=chosen,
        test=test,
        verdicts=found.rows("verdicts"),
        rules=found.rules(),
        parts=found.rows("parts"),
        alarms=found.alarms,
        changes=found.rows("changes"),
        notes=_notes(test, asked.direction),
    )


def _where(store: Store, asked: Asked) -> tuple[Dataset, tuple[int, ...]]:
    """Choose the dataset, which must have every year that is asked for."""
    years = tuple(sorted(set(asked.years)))
    chosen = datasets.choose(store.catalog, table="flows", year=years[0] if years else None, name=asked.dataset)
    for year in years:
        datasets.choose(store.catalog, table="flows", year=year, name=chosen.name)
    return chosen, years or chosen.years()


def _home(asked: Asked, year: int) -> Place | None:
    place = resolve(asked.country, year) if asked.country else None
    if place is not None and place.is_bloc:
        do = "name one of its countries"
        raise UsageError(message("a backtest takes a country as home", found=place.code, expected="a country", do=do))
    return place


def _other(asked: Asked, day: date, embargoes: bool) -> Testable | None:
    if asked.against is None:
        return None
    return backtest.testable(law_of(asked.against, day), asked.direction, embargoes=embargoes)


def _goods(flows: Any, asked: Asked) -> Any:
    """Keep the products asked for; arms are left out."""
    prefix = questions.prefix(asked.product)
    kept = flows.filter(_.hs6.startswith(prefix)) if prefix else flows
    return kept.filter(~_.hs6.startswith(products.ARMS))


class _Sums:
    """Adds up year by year, so that no more than one year is in memory."""

    def __init__(self, test: Testable, other: Testable | None, by: str) -> None:
        self.test, self.other, self.by = test, other, by
        self.sums: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {"verdicts": {}, "parts": {}, "changes": {}}
        self.fires: Rows = []
        self.alarms: Rows = []
        self._judged: Any = None

    def add(self, found: Any, texts: dict[str, Any]) -> None:
        self._judged = backtest.judged(self.test.law, found, texts)
        column = COLUMNS.get(self.by, "verdict")
        keys = tuple(dict.fromkeys((column, "verdict")))
        parts = backtest.sums(self._judged, keys, self.test.law).to_pyarrow().to_pylist()
        self.fires += parts
        self._take("parts", parts, keys)
        self._take("verdicts", parts, ("verdict",))
        if self.other:
            both = backtest.against(self.other.law, self.test.law, found, texts)
            pair = ("verdict_before", "verdict")
            self._take("changes", backtest.sums(both, pair).to_pyarrow().to_pylist(), pair)

    def watch(self, year: int, later: Any) -> None:
        (row,) = backtest.alarms(self._judged, later).to_pyarrow().to_pylist()
        self.alarms.append({"year": year, **row})

    def rules(self) -> Rows:
        rows = []
        for place, rule in enumerate(self.test.law.rules):
            rows.append(
                {
                    "rule": rule.id,
                    "title": rule.title,
                    "verdict": rule.verdict,
                    "flows": sum(part[f"fires {place}"] or 0 for part in self.fires),
                    "value_usd": sum(part[f"usd {place}"] or 0.0 for part in self.fires),
                    "open": sum(part[f"open {place}"] or 0 for part in self.fires),
                }
            )
        return sorted(rows, key=lambda row: -row["value_usd"])

    def rows(self, name: str) -> Rows:
        return sorted(self.sums[name].values(), key=lambda row: -row["value_usd"])

    def _take(self, name: str, rows: Rows, keys: tuple[str, ...]) -> None:
        for row in rows:
            key = tuple(row[k] for k in keys)
            kept = self.sums[name].setdefault(key, {**dict(zip(keys, key, strict=True)), "flows": 0, "value_usd": 0.0})
            kept["flows"] += row["flows"]
            kept["value_usd"] += row["value_usd"]


def _notes(test: Testable, direction: str) -> tuple[str, ...]:
    aside = (f"not tested: {rule}, past trade does not tell {listing(lacks, 4)}" for rule, lacks in test.aside.items())
    what = "imports" if direction == "import" else "exports"
    whole = f"a case is all {what} of one product between two countries in a year, not one consignment"
    civil = ("the end use of past trade is not known: taken as civil",) if "end_use" in test.facts else ()
    return (whole, *civil, *aside)


def name_of(row: dict[str, Any], by: str, revision: str | None) -> str:
    """Name what a row is about, for the reader."""
    found = row.get(COLUMNS.get(by, ""), "")
    if by == "product":
        return f"{found} {products.short(found, revision)}"
    return countries.name(found) if by in ("partner", "country") else str(found)
