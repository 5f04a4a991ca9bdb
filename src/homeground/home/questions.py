"""Questions on one country and year, put together from stored tables and measures; answers stay lazy."""

from __future__ import annotations

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
from homeground.store import Catalog, Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

OF_THE_WORLD: Final = (
    "exports_usd",
    "exports_t",
    "import_export_ratio",
    "imports_to_supply",
    "net_imports_usd",
    "extra_import_export_ratio",
    "extra_net_imports_usd",
    "world_exporters",
    "world_herfindahl",
    "world_top_exporter",
    "top_supplier_world_share",
    "top_supplier_leads_world",
    "extra_top_supplier_world_share",
    "extra_top_supplier_leads_world",
    "consumption_t",
    "penetration",
    "self_sufficiency_pct",
    "import_dependency_pct",
    "top_supplier_consumption_share",
    "hub_share",
    "top_supplier_is_hub",
)
"""Evidence that rests on what others sell, or on what the importer sells."""

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


def over_all_years(question: Question) -> Question:
    """The same question over every year that the dataset has."""
    return replace(question, years=question.dataset.years())


def own_imports(store: Store, question: Question) -> ir.Table:
    """Flows to the place in the question's years; to a bloc only those from outside it."""
    place = question.place
    flows = _of_product(store.table(question.dataset, "flows", question.years), question)
    bought = _bought_by(flows, place)
    if place.is_bloc and place.market is not None:
        return measures.as_bloc(bought, place.code, place.market)
    return bought


def own_exports(store: Store, question: Question) -> ir.Table:
    """Flows from the place in the question's years; from a bloc only those that leave it."""
    place = question.place
    flows = _of_product(store.table(question.dataset, "flows", question.years), question)
    if place.is_bloc and place.market is not None:
        members = sorted(place.market)
        return flows.filter(_.exporter.isin(members) & _.importer.notin(members))
    return flows.filter(_.exporter == place.code)


def evidence(store: Store, question: Question) -> ir.Table:
    """The evidence (see `measures.evidence`) on the place's imports in the question's years.

    Of the years before, only what rules look back on: `cr3`, `cr5`, and the columns on nes, weights and hubs are null.
    """
    before = tuple(year for year in question.years if year != question.year)
    asked = _evidence(store, replace(question, years=(question.year,)), whole=True)
    if not before:
        return asked
    earlier = _evidence(store, replace(question, years=before), whole=False)
    return ibis.union(asked, earlier.select(*asked.columns))


def _evidence(store: Store, question: Question, whole: bool) -> ir.Table:
    place, chosen, years = question.place, question.dataset, question.years
    flows = _of_product(store.table(chosen, "flows", years), question)
    sold = _of_product(store.table(chosen, "exports", years), question)
    production = side_table(store, "production")
    asked: dict[str, Any] = {"members": place.market, "production": production, "ratios": whole}
    if whole:
        bought = _of_product(store.table(chosen, "imports", years), question)
        asked["hubs"] = measures.hubs(bought, sold, measures.hub_rule(), production)
        asked |= {"nes": countries.nes_codes(), "weights": side_table(store, "weights")}
    if not place.is_bloc or place.market is None:
        facts = measures.evidence(_bought_by(flows, place), sold, **asked)
    else:
        if production is not None:
            asked["production"] = _made_by_bloc(production, place)
        own = measures.as_bloc(_bought_by(flows, place), place.code, place.market)
        facts = _with_inside_trade(measures.evidence(own, bloc_exports(flows, sold, place), **asked), flows, place)
    return facts if knows_the_world(store, question) else _without_the_world(facts)


def knows_the_world(store: Store, question: Question) -> bool:
    """Whether the dataset holds the trade of others: its mapping does not deny it, and more than one country buys."""
    chosen = question.dataset
    if chosen.covers != "world":
        return False
    bought = store.table(chosen, "imports", (question.year,))
    return bool(bought.select("importer").distinct().limit(2).count().to_pyarrow().as_py() > 1)


def _without_the_world(facts: ir.Table) -> ir.Table:
    """Leave unknown what a file of one country's imports cannot know, so that rules on it abstain."""
    kinds = facts.schema()
    return facts.mutate(**{name: ibis.null(kinds[name]) for name in OF_THE_WORLD})


def _with_inside_trade(facts: ir.Table, flows: ir.Table, place: Place) -> ir.Table:
    """Hold a bloc's imports from outside against all that its members buy, each other's goods included."""
    assert place.market is not None
    members = sorted(place.market)
    inside = (
        flows.filter(_.exporter.isin(members) & _.importer.isin(members))
        .group_by("year", "hs6")
        .agg(inside_usd=_.value_usd.sum())
    )
    joined = facts.left_join(inside, ["year", "hs6"], rname="{name}_inside").drop("year_inside", "hs6_inside")
    share = _.imports_usd / (_.imports_usd + _.inside_usd.fill_null(0.0)).nullif(0)
    return joined.mutate(extra_share=share).drop("inside_usd")


def _made_by_bloc(production: ir.Table, place: Place) -> ir.Table:
    assert place.market is not None
    made = production.mutate(country=ibis.ifelse(_.country.isin(sorted(place.market)), place.code, _.country))
    return made.group_by("year", "country", "hs6").agg(quantity_t=_.quantity_t.sum())


def bloc_exports(flows: ir.Table, sold: ir.Table, place: Place) -> ir.Table:
    """Exports of all countries, with the bloc's members taken as one seller to the world outside."""
    assert place.market is not None
    members = sorted(place.market)
    outward = flows.filter(_.exporter.isin(members) & _.importer.notin(members)).mutate(
        exporter=ibis.literal(place.code)
    )
    others = sold.filter(_.exporter.notin(members))
    return ibis.union(others, measures.exports(outward).select(*others.columns))


def dependence(store: Store, question: Question, method: str) -> ir.Table:
    """Evidence with verdicts for the question's year, largest imports first."""
    facts = evidence(store, question)
    loaded = question.dataset.years()
    if method == "all":
        flags = measures.evaluate_all(facts, loaded=loaded)
        judged = facts.inner_join(flags, ["year", "importer", "hs6"])
    else:
        judged = measures.flag(facts, measures.preset(method), loaded=loaded)
    return judged.filter(_.year == question.year).order_by(ibis.desc("imports_usd"), "hs6")


def product(store: Store, hs6: str, year: int, dataset: str | None) -> ProductView:
    """The world market of one product; raises NotInHome where no dataset has it in that year."""
    chosen = holding(store, hs6, year, dataset)
    flows = store.table(chosen, "flows", (year,)).filter(_.hs6 == hs6)
    world = _world(flows)
    return ProductView(
        hs6=hs6,
        name=products.name(hs6, chosen.revision),
        year=year,
        dataset=chosen,
        world=world,
        exporters=_side(flows, "exporter", world["world_exports_usd"]),
        importers=_side(flows, "importer", world["world_exports_usd"]),
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


def _of_product(table: ir.Table, question: Question) -> ir.Table:
    if len(question.product) == 6:
        return table.filter(_.hs6 == question.product)
    return table.filter(_.hs6.startswith(question.product)) if question.product else table


def _bought_by(flows: ir.Table, place: Place) -> ir.Table:
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
    found = store.table(held, "exports", (year,)).filter(_.hs6 == hs6).limit(1).to_pyarrow()
    return bool(found.num_rows)


def _world(flows: ir.Table) -> dict[str, Any]:
    totals = flows.agg(
        world_exports_usd=_.value_usd.sum(),
        quantity_t=_.quantity_t.sum(),
        exporters=_.exporter.nunique(),
        importers=_.importer.nunique(),
        flows=_.count(),
        flows_without_quantity=_.quantity_t.isnull().sum(),
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    concentration = measures.world_concentration(measures.exports(flows)).to_pyarrow().to_pylist()[0]
    return {**totals, **{key: concentration[key] for key in ("world_herfindahl", "world_top_exporter")}}


def _side(flows: ir.Table, side: str, total: float) -> pa.Table:
    """Sum one side of the market; unit values over the flows that report a quantity."""
    weighed = ibis.ifelse(_.quantity_t.notnull(), _.value_usd, 0.0)
    sums = flows.group_by(country=_[side]).agg(
        value_usd=_.value_usd.sum(), quantity_t=_.quantity_t.sum(), weighed=weighed.sum(), partners=_.count()
    )
    shares = sums.select(
        "country",
        "value_usd",
        "quantity_t",
        "partners",
        share=_.value_usd / total,
        unit_value_usd_per_t=_.weighed / _.quantity_t.nullif(0),
    )
    table = shares.order_by(ibis.desc("value_usd"), "country").to_pyarrow()
    names = [countries.name(code) for code in table["country"].to_pylist()]
    return table.add_column(1, "name", [names])
