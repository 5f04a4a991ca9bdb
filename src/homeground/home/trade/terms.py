"""Terms of trade of a country: chained price indices of its exports and imports, with what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from homeground import measures
from homeground.errors import NotInHome, message
from homeground.home import datasets, questions
from homeground.home.questions import Question
from homeground.store import Catalog, Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Row = dict[str, Any]

FORMULAS = ("laspeyres", "paasche", "fisher")
RATIOS = ("terms_laspeyres", "terms_paasche", "terms_of_trade")
SIDES = ("export", "import")


@dataclass(frozen=True)
class TermsOfTrade:
    """Indices of a country's export and import prices and their ratio, `base` = 100 (None: no link is reliable).

    `table`, one row per year: year; per side (export, import) `…_fisher`, `…_laspeyres`, `…_paasche` (links: prices of
    the year with the year before = 1; null where unreliable), `…_products`, `…_matched_share` (null in the first year),
    `…_index` (chained Fisher); `terms_of_trade` = 100 · export index / import index, and `terms_laspeyres`,
    `terms_paasche` the same from chained Laspeyres and Paasche indices. Null beyond a break in the chain.
    """

    country: str
    name: str
    dataset: Dataset
    base: int | None
    table: pa.Table
    knows_exports: bool


def terms_of_trade(store: Store, country: str, base: int | None, bloc: str | None, dataset: str | None) -> TermsOfTrade:
    """Build the indices over all years of the dataset; raises NotInHome where no dataset has two years in a row."""
    chosen = _with_links(store.catalog, dataset)
    question = questions.ask(store, country, chosen.years()[-1], bloc=bloc, dataset=chosen.name)
    return of_question(store, question, base)


def of_question(store: Store, question: Question, base: int | None = None) -> TermsOfTrade:
    """The same for a question that is already put: over every year of its dataset."""
    whole = questions.over_all_years(question)
    world = measures.price_quantiles(store.table(question.dataset, "exports"))
    knows = questions.knows_the_world(store, question)
    links = {"import": _links(questions.own_imports(store, whole), world if knows else None)}
    if knows:
        links["export"] = _links(questions.own_exports(store, whole), world)
    years = question.dataset.years()
    start = _base(links, years, base)
    return TermsOfTrade(
        country=question.place.code,
        name=question.place.name,
        dataset=question.dataset,
        base=start,
        table=_table(links, years, start),
        knows_exports=knows,
    )


def _links(flows: ir.Table, world: ir.Table | None) -> dict[int, Row]:
    rows = measures.price_links(flows, world).to_pyarrow().to_pylist()
    return {row["year"]: row for row in rows}


def _reliable(links: dict[int, Row], formula: str) -> dict[int, float | None]:
    return {year: row[formula] if row["reliable"] else None for year, row in links.items()}


def _base(links: dict[str, dict[int, Row]], years: tuple[int, ...], base: int | None) -> int | None:
    if base is not None and base not in years:
        raise NotInHome(
            message("the base year is not loaded", found=base, expected=datasets.spans(years), do="choose one of these")
        )
    sides = [_reliable(side, "fisher") for side in links.values()]
    both = {year: 1.0 if all(side.get(year) is not None for side in sides) else None for year in years}
    run = measures.unbroken(both, years)
    return base if base is not None else run[0] if run else None


def _table(links: dict[str, dict[int, Row]], years: tuple[int, ...], base: int | None) -> pa.Table:
    import pyarrow as pa

    chained = {
        (side, formula): measures.chain(_reliable(links.get(side, {}), formula), years, base) if base else {}
        for side in SIDES
        for formula in FORMULAS
    }
    rows: list[Row] = []
    for year in years:
        row: Row = {"year": year}
        for side in SIDES:
            link = links.get(side, {}).get(year, {})
            row |= {f"{side}_{formula}": link[formula] if link.get("reliable") else None for formula in FORMULAS}
            row |= {f"{side}_{what}": link.get(what) for what in ("products", "matched_share")}
            row[f"{side}_index"] = chained[side, "fisher"].get(year) if side in links else None
        for name, formula in zip(RATIOS, FORMULAS, strict=True):
            sold, bought = (chained[side, formula].get(year) for side in SIDES)
            row[name] = 100 * sold / bought if sold and bought and "export" in links else None
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, _kind(name)) for name in rows[0]]))


def _kind(name: str) -> pa.DataType:
    import pyarrow as pa

    return pa.int64() if name == "year" or name.endswith("products") else pa.float64()


def _with_links(catalog: Catalog, name: str | None) -> Dataset:
    """Choose the dataset: of several, only those with two years in a row count where none is named."""
    if name is None:
        able = {held.name: held for held in catalog.datasets.values() if _linked(held)}
        if able:
            return datasets.choose(Catalog(able, catalog.preferred), table="flows")
    chosen = datasets.choose(catalog, table="flows", name=name)
    if not _linked(chosen):
        raise NotInHome(
            message(
                "terms of trade need two years in a row",
                where=f"dataset {chosen.name}",
                found=datasets.spans(chosen.years()),
                do="load another year, or name another dataset with --dataset",
            )
        )
    return chosen


def _linked(held: Dataset) -> bool:
    years = set(held.years())
    return any(year + 1 in years for year in years)
