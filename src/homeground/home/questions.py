"""Questions on one country and year, put together from stored tables and measures; answers stay lazy."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import measures, schema
from homeground.checks import DatasetFacts
from homeground.codes import countries, products
from homeground.errors import BadInput, message
from homeground.home import datasets
from homeground.home.place import Place, resolve
from homeground.store import Catalog, Dataset, Store, prepared

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

IMPORTS_ONLY: Final = (
    "The file holds imports only: world figures and exports are not known, and rules that ask for them abstain."
)


@dataclass(frozen=True)
class Question:
    """Who asks, about which year, of which dataset; `years` are those that rules looking back need and the data has."""

    place: Place
    year: int
    dataset: Dataset
    years: tuple[int, ...]
    product: str = ""


@dataclass(frozen=True)
class ProductView:
    """The world market of a product.

    `exporters` and `importers`: country, name, value_usd, share, quantity_t, partners, unit_value_usd_per_t. `world`:
    one row with world_exports_usd, quantity_t, exporters, importers, flows, flows_without_quantity, world_herfindahl,
    world_top_exporter.
    """

    hs6: str
    name: str
    year: int
    dataset: Dataset
    world: dict[str, Any]
    exporters: pa.Table
    importers: pa.Table


def ask(
    store: Store,
    country: str,
    year: int,
    *,
    bloc: str | None = None,
    product: str | None = None,
    dataset: str | None = None,
) -> Question:
    """Resolve names, choose the dataset, and find the years that rules looking back will read."""
    place = resolve(country, year, bloc)
    chosen = datasets.choose(store.catalog, table="flows", year=year, name=dataset)
    back = max((p.persistence.years for p in measures.presets() if p.persistence), default=1)
    years = tuple(y for y in chosen.years() if year - back < y <= year)
    return Question(place, year, chosen, years, prefix(product))


def answered(store: Store, question: Question, about: Hashable, ask: Callable[[Question], ir.Table]) -> pa.Table:
    """Fetch `ask(question)`; its SQL is written once for all countries of which the same is asked.

    `about` names what is asked, with all that it depends on beside the question; `ask` looks at no more of a country
    than its code, and compares columns with it.
    """
    place = question.place
    told = () if place.is_bloc else (place.code,)

    def of(*codes: str) -> ir.Table:
        return ask(replace(question, place=replace(place, code=codes[0]))) if codes else ask(question)

    shape = (about, question.year, question.years, question.product, place.market, place.bloc)
    return prepared.answer(store, question.dataset, (*shape, place.is_bloc), of, *told)


def over_all_years(question: Question) -> Question:
    """The same question over every year that the dataset has."""
    return replace(question, years=question.dataset.years())


def own_imports(store: Store, question: Question) -> ir.Table:
    """Flows to the place in the question's years; to a bloc only those from outside it."""
    place = question.place
    flows = of_product(store.table(question.dataset, "flows", question.years), question)
    bought = bought_by(flows, place)
    if place.is_bloc and place.market is not None:
        return measures.as_bloc(bought, place.code, place.market)
    return bought


def own_exports(store: Store, question: Question) -> ir.Table:
    """Flows from the place in the question's years; from a bloc only those that leave it."""
    place = question.place
    flows = of_product(store.table(question.dataset, "flows", question.years), question)
    if place.is_bloc and place.market is not None:
        members = sorted(place.market)
        return flows.filter(_.exporter.isin(members) & _.importer.notin(members))
    return flows.filter(_.exporter == place.code)


def knows_the_world(store: Store, question: Question) -> bool:
    """Whether the dataset holds the trade of others: its mapping does not deny it, and more than one country buys."""
    chosen = question.dataset
    if chosen.covers != "world":
        return False
    bought = store.table(chosen, "imports", (question.year,))
    buyers = prepared.answer(
        store, chosen, ("buyers", question.year), lambda: bought.select("importer").distinct().limit(2)
    )
    return len(buyers) > 1


def product(store: Store, hs6: str, year: int, dataset: str | None) -> ProductView:
    """The world market of one product; raises NotInHome where no dataset has it in that year."""
    chosen = holding(store, hs6, year, dataset)
    world = _world(store, chosen, hs6, year)
    total = world["world_exports_usd"]
    exporters, importers = (_side(store, chosen, hs6, year, which, total) for which in ("exporter", "importer"))
    return ProductView(
        hs6=hs6,
        name=products.name(hs6, chosen.revision),
        year=year,
        dataset=chosen,
        world=world,
        exporters=exporters,
        importers=importers,
    )


def lineage(catalog: Catalog) -> pa.Table:
    """The table `lineage` of the schema."""
    import pyarrow as pa

    rows = [
        {
            "dataset": held.name,
            "load": load.id,
            "source": load.source,
            "licence": held.licence,
            "revision": held.revision,
            "version": held.version,
            "loaded_at": load.loaded_at,
            **asdict(file),
        }
        for held in catalog.datasets.values()
        for load in held.standing()
        for file in load.files
    ]
    return pa.Table.from_pylist(rows, schema=schema.table("lineage").arrow_schema())


def facts(held: Dataset) -> DatasetFacts:
    """What the checks on datasets need to know."""
    files = [file for load in held.standing() for file in load.files]
    reasons = "; ".join(f"{count:,} × {reason}" for load in held.standing() for reason, count in load.refused.items())
    return DatasetFacts(
        name=held.name,
        source=held.source,
        revision=held.revision,
        version=held.version,
        years=held.years(),
        rows_in=sum(file.rows_in for file in files),
        rows_refused=sum(file.rows_refused for file in files),
        reasons=reasons,
    )


def known_products(store: Store, held: Dataset) -> frozenset[str]:
    """Codes of the dataset's HS revision: those the source shipped, else those packaged; empty where there are none."""
    if "products" in held.tables:
        codes = store.table(held, "products").select("code").to_pyarrow()["code"].to_pylist()
        return frozenset(code for code in codes if len(code) == 6)
    if held.revision in products.revisions():
        return frozenset(code for code in products.table(held.revision)["code"].to_pylist() if len(code) == 6)
    return frozenset()


def prefix(product: str | None) -> str:
    """Return a product code of 2, 4 or 6 digits, empty for all; raises BadInput for anything else."""
    text = (product or "").strip()
    if text and not (text.isdigit() and len(text) in (2, 4, 6)):
        raise BadInput(
            message(
                "not a product code",
                found=repr(product),
                expected="2, 4 or 6 digits",
                do="write leading zeros: 01, 0101, 010121",
            )
        )
    return text


def of_product(table: ir.Table, question: Question) -> ir.Table:
    """Keep the products that are asked about."""
    if len(question.product) == 6:
        return table.filter(_.hs6 == question.product)
    return table.filter(_.hs6.startswith(question.product)) if question.product else table


def bought_by(flows: ir.Table, place: Place) -> ir.Table:
    """Keep the flows to the place, or to the members of the bloc."""
    if place.is_bloc and place.market is not None:
        return flows.filter(_.importer.isin(sorted(place.market)))
    return flows.filter(_.importer == place.code)


def side_table(store: Store, table: str) -> ir.Table | None:
    """Return a side table, where the Home has one; raises UsageError where it has several and none is preferred."""
    catalog = store.catalog
    if not any(table in held.tables for held in catalog.datasets.values()):
        return None
    return store.table(datasets.choose(catalog, table=table), table)


def holding(store: Store, hs6: str, year: int, name: str | None) -> Dataset:
    """Choose the dataset for one product: of several that have the year, only those that have the product count."""
    catalog = store.catalog
    if name is None:
        able = {
            held.name: held
            for held in catalog.datasets.values()
            if year in held.years() and _has(store, held, hs6, year)
        }
        if able:
            return datasets.choose(Catalog(able, catalog.preferred), table="flows", year=year)
    chosen = datasets.choose(catalog, table="flows", year=year, name=name)
    if not _has(store, chosen, hs6, year):
        raise datasets.no_product(chosen, hs6, year)
    return chosen


def _has(store: Store, held: Dataset, hs6: str, year: int) -> bool:
    sold = store.table(held, "exports", (year,))
    found = prepared.answer(store, held, ("has", year), lambda code: sold.filter(_.hs6 == code).limit(1), hs6)
    return len(found) > 0


def _world(store: Store, held: Dataset, hs6: str, year: int) -> dict[str, Any]:
    flows = store.table(held, "flows", (year,))

    def totals(code: str) -> ir.Table:
        return flows.filter(_.hs6 == code).agg(
            world_exports_usd=_.value_usd.sum(),
            quantity_t=_.quantity_t.sum(),
            exporters=_.exporter.nunique(),
            importers=_.importer.nunique(),
            flows=_.count(),
            flows_without_quantity=_.quantity_t.isnull().sum(),
        )

    def concentration(code: str) -> ir.Table:
        return measures.world_concentration(measures.exports(flows.filter(_.hs6 == code)))

    (sums,) = prepared.answer(store, held, ("world", year), totals, hs6).to_pylist()
    (market,) = prepared.answer(store, held, ("concentration", year), concentration, hs6).to_pylist()
    return {**sums, **{key: market[key] for key in ("world_herfindahl", "world_top_exporter")}}


def _side(store: Store, held: Dataset, hs6: str, year: int, which: str, total: float) -> pa.Table:
    flows = store.table(held, "flows", (year,))
    return shared(
        prepared.answer(store, held, (which, year), lambda code: side(flows.filter(_.hs6 == code), which), hs6), total
    )


def side(flows: ir.Table, which: str) -> ir.Table:
    """Sum one side of the market, largest first; unit values over the flows that report a quantity."""
    weighed = ibis.ifelse(_.quantity_t.notnull(), _.value_usd, 0.0)
    sums = flows.group_by(country=_[which]).agg(
        value_usd=_.value_usd.sum(), quantity_t=_.quantity_t.sum(), weighed=weighed.sum(), partners=_.count()
    )
    return sums.select(
        "country",
        "value_usd",
        "quantity_t",
        "partners",
        unit_value_usd_per_t=_.weighed / _.quantity_t.nullif(0),
    ).order_by(ibis.desc("value_usd"), "country")


def shared(side: pa.Table, total: float) -> pa.Table:
    """Put names, and shares of a total in USD, into a side of the market."""
    from pyarrow import compute

    names = [countries.name(code) for code in side["country"].to_pylist()]
    return side.add_column(4, "share", compute.divide(side["value_usd"], total)).add_column(1, "name", [names])
