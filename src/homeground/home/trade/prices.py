"""Are the prices of one product fair: what is known, what comparable flows cost, what each supplier is paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from homeground import measures
from homeground.codes import countries, products
from homeground.errors import NotInHome, UsageError, message
from homeground.home import questions
from homeground.home.place import Place, resolve
from homeground.home.trade.comparables import bought_by, buyers, of_the_world, own_purchases
from homeground.measures.substitutability import ARMS
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Row = dict[str, Any]

TOO_FEW = (
    f"fewer than {measures.LEAST_FLOWS} comparable flows, even over {measures.LEAST_TONS[-1]:g} t, in neighbouring "
    "years, and in the heading of four digits as far as its goods cost about the same"
)
NO_WORLD = "the file holds the imports of one country only: what the world pays is not known"


@dataclass(frozen=True)
class PriceView:
    """The prices of one product in one year. All unit values in USD/t, free on board as the source has them.

    `coverage`: flows, weighed_flows, value_usd, weighed_usd, flow_coverage, value_coverage, unit_value_usd_per_t of all
    flows. `world`, `own`: the comparable flows of the world and of the importer (None: too few; `why_not` says so).
    `partners`: one row per supplier of the importer (or per seller in the world, or per buyer of the exporter):
    country, name, value_usd, share, quantity_t, flows, unit_value_usd_per_t, percentile, band, compared_t,
    overpayment_usd (against the world's median), others_n, others_median, over_others_usd (against what the same
    supplier's other buyers pay). `benchmarks`: benchmark, price_usd_per_t, world_gap, paid_gap, overpayment_usd.
    `flows`: exporter, importer, value_usd, quantity_t, unit_value_usd_per_t of all flows of the product and year.
    `evidence` judges the price that was asked about, None where none was.
    """

    hs6: str
    name: str
    year: int
    dataset: Dataset
    importer: Place | None
    exporter: str | None
    coverage: Row
    world: measures.PriceSet | None
    own: measures.PriceSet | None
    why_not: str
    partners: pa.Table
    benchmarks: pa.Table
    flows: pa.Table
    evidence: measures.PriceEvidence | None


@dataclass(frozen=True)
class Offer:
    """A price (USD/t) and a quantity (t) to be held against the market; both may be left open."""

    price: float | None = None
    quantity: float | None = None

    def __post_init__(self) -> None:
        """Refuse a quantity without a price."""
        if self.quantity is not None and self.price is None:
            raise UsageError(message("a quantity without a price", found=self.quantity, do="give the price in USD/t"))

    def judged(
        self,
        world: measures.PriceSet | None,
        own: measures.PriceSet | None,
        marks: list[measures.Benchmark],
        why_not: str,
    ) -> measures.PriceEvidence | None:
        """Judge the price, where there is one."""
        if self.price is None:
            return None
        return measures.judge(self.price, self.quantity, world, own, marks, why_not)


def prices(
    store: Store,
    hs6: str,
    year: int | None,
    importer: str | None,
    exporter: str | None,
    offer: Offer,
    dataset: str | None,
) -> PriceView:
    """Build the view; raises NotInHome where no dataset has the product, UsageError for arms (HS 93)."""
    code = _no_arms(products.normalise(hs6))
    chosen, when = _where(store, code, year, dataset)
    place = resolve(importer, when) if importer else None
    seller = countries.resolve(exporter) if exporter else None
    market = _market(store, chosen, when, code)
    fetched = ibis.memtable(market)
    known = _knows_the_world(store, chosen, when)
    world = measures.first_sufficient(of_the_world(store, chosen, code, when, market)) if known else None
    own = own_purchases(store, chosen, code, when, place, world) if place else None
    why_not = "" if world else TOO_FEW if known else NO_WORLD
    marks = _benchmarks(store, code, when)
    rows = _chosen(market.to_pylist(), place, seller)
    if not rows:
        raise _no_such_flow(chosen, code, when, place, seller)
    return PriceView(
        hs6=code,
        name=products.name(code, chosen.revision),
        year=when,
        dataset=chosen,
        importer=place,
        exporter=seller,
        coverage=measures.price_coverage(fetched).to_pyarrow().to_pylist()[0],
        world=world,
        own=own,
        why_not=why_not,
        partners=_partners(rows, world, place, seller, fetched),
        benchmarks=_against(marks, world, _paid(_comparable(rows, world)) if place else None),
        flows=market,
        evidence=offer.judged(world, own, marks, why_not),
    )


def _market(store: Store, chosen: Dataset, year: int, hs6: str) -> pa.Table:
    flows = measures.unit_values(store.table(chosen, "flows", (year,)).filter(_.hs6 == hs6))
    return flows.order_by(ibis.desc("value_usd"), "exporter", "importer").to_pyarrow()


def _no_arms(hs6: str) -> str:
    if hs6.startswith(ARMS):
        what = "prices of arms and ammunition (HS 93) are not compared"
        raise UsageError(message(what, found=hs6, do="ask for another product"))
    return hs6


def _where(store: Store, hs6: str, year: int | None, name: str | None) -> tuple[Dataset, int]:
    """Choose the dataset, and the newest year in which one has the product where no year is asked for."""
    if year is not None:
        return questions.holding(store, hs6, year, name), year
    held = [store.catalog.dataset(name)] if name else list(store.catalog.datasets.values())
    newest = [_newest(store, dataset, hs6) for dataset in held if "flows" in dataset.tables]
    known = [found for found in newest if found is not None]
    if not known:
        raise NotInHome(message(f"no flow of {hs6} in any year", do="check the code and what is loaded (status)"))
    return questions.holding(store, hs6, max(known), name), max(known)


def _newest(store: Store, held: Dataset, hs6: str) -> int | None:
    found: int | None = store.table(held, "exports").filter(_.hs6 == hs6).year.max().to_pyarrow().as_py()
    return found


def _knows_the_world(store: Store, chosen: Dataset, year: int) -> bool:
    return questions.knows_the_world(store, questions.Question(Place("", ""), year, chosen, (year,)))


def _chosen(rows: list[Row], place: Place | None, seller: str | None) -> list[Row]:
    codes = set(buyers(place)) if place else None
    return [
        row
        for row in rows
        if (codes is None or (row["importer"] in codes and row["exporter"] not in codes))
        and (seller is None or row["exporter"] == seller)
    ]


def _paid(rows: list[Row]) -> tuple[float, float] | None:
    """Unit value and tons of the flows with a quantity."""
    weighed = [row for row in rows if row["unit_value_usd_per_t"] is not None]
    tons = sum(row["quantity_t"] for row in weighed)
    return (sum(row["value_usd"] for row in weighed) / tons, tons) if tons else None


def _comparable(rows: list[Row], world: measures.PriceSet | None) -> list[Row]:
    """Leave out flows that are too small or cannot be right, where the world says which these are."""
    if world is None:
        return rows
    return [row for row in rows if world.comparable(row["unit_value_usd_per_t"], row["quantity_t"])]


def _partners(
    rows: list[Row], world: measures.PriceSet | None, place: Place | None, seller: str | None, flows: ir.Table
) -> pa.Table:
    import pyarrow as pa

    side = "importer" if seller and not place else "exporter"
    total = sum(row["value_usd"] for row in rows)
    others = _asked_of_others(flows, place) if place else {}
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[side], []).append(row)
    found = [_partner(code, of, world, total, others.get(code, {})) for code, of in groups.items()]
    return pa.Table.from_pylist(sorted(found, key=lambda row: (-row["value_usd"], row["country"])), schema=_schema())


def _partner(code: str, rows: list[Row], world: measures.PriceSet | None, total: float, others: Row) -> Row:
    value = sum(row["value_usd"] for row in rows)
    paid = _paid(rows)
    compared = _comparable(rows, world) if world else []
    usd, tons = sum(row["value_usd"] for row in compared), sum(row["quantity_t"] for row in compared)
    row = {
        "country": code,
        "name": countries.name(code),
        "value_usd": value,
        "share": value / total if total else None,
        "quantity_t": paid[1] if paid else None,
        "flows": len(rows),
        "unit_value_usd_per_t": paid[0] if paid else None,
    }
    if world and tons:
        price = usd / tons
        row |= {"percentile": world.percentile(price), "band": world.band(price), "compared_t": tons}
        row |= {"overpayment_usd": usd - world.median * tons}
    return {**row, **others}


def _asked_of_others(flows: ir.Table, place: Place) -> dict[str, Row]:
    """What each supplier's other buyers pay, and what paying otherwise costs the importer."""
    by = ("year", "hs6", "exporter")
    elsewhere = measures.price_quantiles(flows.filter(_.importer.notin(buyers(place))), by)
    held = measures.overpayment(flows.filter(bought_by(place)), elsewhere, by)
    sums = held.group_by("exporter").agg(
        others_n=_.n.max(), others_median=_.median.max(), over_others_usd=_.overpayment_usd.sum()
    )
    return {row.pop("exporter"): row for row in sums.to_pyarrow().to_pylist()}


def _benchmarks(store: Store, hs6: str, year: int) -> list[measures.Benchmark]:
    table = questions.side_table(store, "prices")
    if table is None:
        return []
    rows = table.filter((_.hs6 == hs6) & (_.year == year)).order_by("benchmark").to_pyarrow().to_pylist()
    return [measures.Benchmark(row["benchmark"], row["price_usd_per_t"]) for row in rows]


def _against(
    marks: list[measures.Benchmark], world: measures.PriceSet | None, paid: tuple[float, float] | None
) -> pa.Table:
    import pyarrow as pa

    columns = ("price_usd_per_t", "world_gap", "paid_gap", "overpayment_usd")
    schema = pa.schema([("benchmark", pa.string()), *((name, pa.float64()) for name in columns)])
    rows = []
    for mark in marks:
        held = measures.held_against(*paid, mark) if paid else None
        rows.append(
            {
                "benchmark": mark.name,
                "price_usd_per_t": mark.price_usd_per_t,
                "world_gap": measures.held_against(world.median, None, mark).gap if world else None,
                "paid_gap": held.gap if held else None,
                "overpayment_usd": held.overpayment_usd if held else None,
            }
        )
    return pa.Table.from_pylist(rows, schema=schema)


def _schema() -> pa.Schema:
    import pyarrow as pa

    texts, counts = ("country", "name", "band"), ("flows", "others_n")
    columns = (
        "country", "name", "value_usd", "share", "quantity_t", "flows", "unit_value_usd_per_t", "percentile", "band",
        "compared_t", "overpayment_usd", "others_n", "others_median", "over_others_usd",
    )  # fmt: skip
    kinds = {**dict.fromkeys(texts, pa.string()), **dict.fromkeys(counts, pa.int64())}
    return pa.schema([(name, kinds.get(name, pa.float64())) for name in columns])


def _no_such_flow(chosen: Dataset, hs6: str, year: int, place: Place | None, seller: str | None) -> NotInHome:
    buyer = f" to {place.name}" if place else ""
    origin = f" from {countries.name(seller)}" if seller else ""
    return NotInHome(
        message(
            f"no flow of {hs6}{origin}{buyer} in {year}",
            where=f"dataset {chosen.name}",
            do="leave out --importer or --exporter, or choose another year",
        )
    )
