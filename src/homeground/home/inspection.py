"""Run the named checks on what is loaded, a few years at a time, so that memory does not grow with the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from homeground import checks
from homeground.checks import Check, Context, Finding
from homeground.codes import countries
from homeground.home import questions
from homeground.home.ground import ground_checks
from homeground.sources import Progress
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROWS_AT_ONCE: Final = 12_000_000
"""Years are read together as long as they hold at most this many flows: about one year of all trade."""

GRAVEST_FIRST: Final = ("error", "warning", "note")


def inspect(store: Store, name: str | None, years: Sequence[int] | None, progress: Progress) -> list[Finding]:
    """Run every check on every dataset, or on the one named; `years` None means all that a dataset has.

    Raises NotInHome for a name that no dataset has.
    """
    catalog = store.catalog
    held = [catalog.dataset(name)] if name else list(catalog.datasets.values())
    found = [*_flows(store, [d for d in held if "flows" in d.tables], years, progress)]
    found += ground_checks.findings(store, name, progress)
    return sorted(found, key=lambda f: (GRAVEST_FIRST.index(f.severity), f.dataset, f.check, f.year or 0))


def _flows(
    store: Store, chosen: Sequence[Dataset], years: Sequence[int] | None, progress: Progress
) -> Iterator[Finding]:
    yield from checks.datasets(questions.facts(held) for held in chosen)
    for number, held in enumerate(chosen):
        context = Context(
            countries=frozenset(countries.table()["iso3"].to_pylist()),
            nes=countries.nes_codes(),
            products=questions.known_products(store, held),
        )
        for step, check in enumerate(checks.CHECKS):
            progress(f"{held.name}: {check.name}", (number + step / len(checks.CHECKS)) / len(chosen))
            for table in _tables(store, held, check, years):
                for row in check.rows(table, context).order_by("year").to_pyarrow().to_pylist():
                    if (row["share"] or 0.0) >= check.least_share:
                        yield checks.finding(check, held.name, row)


def _tables(store: Store, held: Dataset, check: Check, years: Sequence[int] | None) -> Iterator[ir.Table]:
    if check.reads == "imports":
        yield store.table(held, "imports")
        return
    asked = [year for year in held.years() if years is None or year in years]
    for group in together({year: held.tables["flows"][str(year)].rows for year in asked}, ROWS_AT_ONCE):
        yield store.table(held, "flows", group)


def together(rows: dict[int, int], most: int) -> list[tuple[int, ...]]:
    """Group years in their order so that a group has at most `most` rows, or a single year.

    >>> together({2019: 5, 2020: 4, 2021: 30, 2022: 1}, most=10)
    [(2019, 2020), (2021,), (2022,)]
    """
    groups: list[tuple[int, ...]] = []
    held = 0
    for year, count in rows.items():
        if groups and held + count <= most:
            groups[-1] = (*groups[-1], year)
            held += count
        else:
            groups.append((year,))
            held = count
    return groups
