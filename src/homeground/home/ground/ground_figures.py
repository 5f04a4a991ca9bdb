"""The figures that a balance of a country may use: which datasets hold them, and which one answers for each good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ibis import _

from homeground.codes import commodities, products
from homeground.codes.commodities import Commodity
from homeground.codes.countries import fold
from homeground.errors import NotInHome, UsageError, listing, message
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

FROM_ELSEWHERE: Final = ("stocks", "need", "reserves", "capacity")
"""Elements that may come from another dataset than production does."""


@dataclass(frozen=True)
class Figure:
    """One figure with its source. `place` is where it stands in the source's file, `load` the load that brought it."""

    year: int
    good: Commodity
    commodity: str
    element: str
    quantity_t: float | None
    state: str | None
    note: str | None
    dataset: str
    place: str | None
    load: str | None = None


def of_country(store: Store, country: str) -> list[Figure]:
    """Read every figure of a country: from tables `balances`, and `production` by HS6 code."""
    held = store.catalog.datasets.values()
    return [
        *(figure for dataset in held if "balances" in dataset.tables for figure in _balances(store, dataset, country)),
        *(figure for dataset in held if "production" in dataset.tables for figure in _made(store, dataset, country)),
    ]


def _balances(store: Store, dataset: Dataset, country: str) -> Iterable[Figure]:
    table = store.table(dataset, "balances").filter(_.country == country)
    for row in _in_order(table, "year", "commodity", "element"):
        yield Figure(
            year=row["year"],
            good=commodities.of_name(row["commodity"]),
            commodity=row["commodity"],
            element=row["element"],
            quantity_t=row["quantity_t"],
            state=row["state"],
            note=row.get("note"),
            dataset=dataset.name,
            place=row.get("place") or f"row of {country}, {row['year']}, {row['commodity']}, {row['element']}",
            load=load_of(dataset, "balances", row["year"]),
        )


def _made(store: Store, dataset: Dataset, country: str) -> Iterable[Figure]:
    table = store.table(dataset, "production").filter(_.country == country)
    for row in _in_order(table, "year", "hs6"):
        yield Figure(
            year=row["year"],
            good=commodities.of_hs6(row["hs6"]) or Commodity(row["hs6"], (row["hs6"],), (row["hs6"],)),
            commodity=f"{row['hs6']} {products.short(row['hs6'], dataset.revision)}",
            element="production",
            quantity_t=row["quantity_t"],
            state="as traded",
            note=None,
            dataset=dataset.name,
            place=f"production, HS {row['hs6']}",
            load=load_of(dataset, "production", row["year"]),
        )


def _in_order(table: ir.Table, *key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.order_by(list(key)).to_pyarrow().to_pylist()
    return rows


def load_of(dataset: Dataset, table: str, year: int) -> str | None:
    """Name the load whose rows stand for a table and year."""
    piece = dataset.tables.get(table, {}).get(str(year))
    return piece.load if piece else None


def wanted(figures: Iterable[Figure], commodity: str | None) -> list[Figure]:
    """Keep the goods whose name, or the source's name for it, holds the text; raises NotInHome where none does."""
    kept = list(figures)
    if commodity is None:
        return kept
    text = fold(commodity)
    found = [f for f in kept if any(text in fold(name) for name in (f.good.id, f.commodity, *f.good.names))]
    if not found and kept:
        raise NotInHome(
            message(
                "no such commodity in the figures of this country",
                found=repr(commodity),
                expected=listing(sorted({f.commodity for f in kept}), 12),
                do="correct it, or leave it out to see all",
            )
        )
    return found


def chosen(
    figures: Sequence[Figure],
    year: int | None,
    production: Sequence[str],
    beside: Mapping[str, str],
    leave_open: list[str] | None = None,
) -> list[Figure]:
    """Choose the figures of one source per good, of one year each.

    Production, trade and uses come from one dataset: the only one that has production of the good, or the first of
    `production` that has it. Stocks, needs, reserves and capacity may come from another of the same year; `beside`
    names it (element → dataset). Raises UsageError that lists every good with several sources and none named, unless
    `leave_open` is given: what is not decided is then added to that list and left out.
    """
    in_time = [f for f in figures if year is None or f.year == year]
    kept: list[Figure] = []
    open_choices: list[str] = []
    for of_good in _by_good(in_time).values():
        source, rivals = _source(of_good, production)
        if rivals:
            open_choices.append(f"{of_good[0].good.id}: {', '.join(rivals)}")
            continue
        kept += _of_one_year([f for f in of_good if f.dataset == source], of_good, beside, leave_open)
    if leave_open is not None:
        leave_open += [f"its production: {choice}" for choice in open_choices]
    elif open_choices:
        raise UsageError(
            message(
                "several datasets hold production of one good",
                found=listing(open_choices, 6),
                expected="one source for each",
                do=(
                    "name them in order of preference, such as "
                    f"{' '.join(f'--production {name}' for name in _named_in(open_choices))}, or ask for one good "
                    "with --commodity"
                ),
            )
        )
    return kept


def _named_in(open_choices: list[str]) -> list[str]:
    """Return the datasets that the choices name, each once."""
    return sorted({name for choice in open_choices for name in choice.partition(": ")[2].split(", ")})


def _by_good(figures: Sequence[Figure]) -> dict[str, list[Figure]]:
    goods: dict[str, list[Figure]] = {}
    for figure in figures:
        goods.setdefault(figure.good.id, []).append(figure)
    return goods


def _source(figures: list[Figure], production: Sequence[str]) -> tuple[str, list[str]]:
    """Return the dataset that answers for a good, and its rivals where none is named."""
    makers = sorted({f.dataset for f in figures if f.element == "production"})
    named = next((dataset for dataset in production if dataset in makers), None)
    if named is not None or len(makers) == 1:
        return named or makers[0], []
    if makers:
        return "", makers
    holders = sorted({f.dataset for f in figures})
    return holders[0], holders if len(holders) > 1 and not production else []


def _of_one_year(
    own: list[Figure], of_good: list[Figure], beside: Mapping[str, str], leave_open: list[str] | None
) -> list[Figure]:
    """Take the last year of production of each of the source's names, with what other datasets add of that year."""
    kept: list[Figure] = []
    for commodity in dict.fromkeys(f.commodity for f in own):
        series = [f for f in own if f.commodity == commodity]
        last = max((f.year for f in series if f.element == "production"), default=max(f.year for f in series))
        of_year = [f for f in series if f.year == last]
        kept += of_year
        for element in FROM_ELSEWHERE:
            kept += _added(of_year, of_good, element, beside.get(element), leave_open)
    return kept


def _added(
    of_year: list[Figure], of_good: list[Figure], element: str, named: str | None, leave_open: list[str] | None
) -> list[Figure]:
    """Return the figure of an element that another dataset holds of the same year, under the source's name."""
    own = [f for f in of_year if f.element == element]
    others = [
        f for f in of_good if f.element == element and f.year == of_year[0].year and f.dataset != of_year[0].dataset
    ]
    if named is not None:
        others = [f for f in others if f.dataset == named]
    elif own:
        return []
    holders = ", ".join(sorted(f.dataset for f in others))
    if len(others) > 1 and leave_open is not None:
        leave_open.append(f"{element} of {of_year[0].commodity}: {holders}")
        return []
    if len(others) > 1:
        raise UsageError(
            message(
                f"several datasets hold {element} of one good",
                where=of_year[0].good.id,
                found=holders,
                expected="one",
                do=f"name it with --{element} DATASET",
            )
        )
    return [replace(f, commodity=of_year[0].commodity) for f in others]
