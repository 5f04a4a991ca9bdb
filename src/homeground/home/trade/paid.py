"""What a country pays against the world, product by product and supplier by supplier, for the report and workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import measures
from homeground.codes import countries, products
from homeground.home import questions
from homeground.home.questions import Question
from homeground.home.trade import terms
from homeground.home.trade.comparables import bought_by, buyers
from homeground.measures.substitutability import ARMS
from homeground.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Row = dict[str, Any]

MOST: Final = 15
"""Products that are looked at supplier by supplier."""

BY_SUPPLIER: Final = ("year", "hs6", "exporter")
QUARTILES: Final = ("n", "least_t", "q1", "median", "q3", "spread")


@dataclass(frozen=True)
class PricesPaid:
    """A country's purchases of a year held against the world's median unit value of each product.

    `products`: hs6, product, paid_usd, compared_usd, coverage, compared_t, paid_usd_per_t, n, least_t, q1, median, q3,
    spread, overpayment_usd (net; negative: paid less), gap = paid_usd_per_t / median − 1, above_usd, reason (empty, or
    why it is not ranked); most overpaid first, those with a reason last.
    `suppliers`, of the products paid most above the median: hs6, product, exporter, name, value_usd, quantity_t,
    unit_value_usd_per_t, median, band, overpayment_usd, others_n, others_median, over_others_usd (against the median of
    what the same supplier's other buyers pay).
    `benchmarks`, where prices are loaded: hs6, product, benchmark, price_usd_per_t, median, world_gap, paid_usd_per_t,
    paid_gap, overpayment_usd.
    `flows`: exporter, name, unit_value_usd_per_t of all the world's comparable flows of the first product.
    `terms`: terms of trade over the years, None where no two years follow one another.
    `imports_usd`, `ranked_usd`: all imports (arms apart), and those of ranked products that were compared.
    """

    products: pa.Table
    suppliers: pa.Table
    benchmarks: pa.Table
    flows: pa.Table
    terms: terms.TermsOfTrade | None
    imports_usd: float
    ranked_usd: float


def paid(store: Store, question: Question) -> PricesPaid | None:
    """Hold the question's year against the world; None where nothing can be compared."""
    if not questions.knows_the_world(store, question):
        return None
    flows = store.table(question.dataset, "flows", (question.year,)).filter(~_.hs6.startswith(ARMS))
    bought = flows.filter(bought_by(question.place))
    market = flows.semi_join(bought.select("hs6").distinct(), "hs6")
    quantiles = ibis.memtable(measures.price_quantiles(market).to_pyarrow())
    rows = _products(bought, quantiles, question)
    ranked = [row for row in rows if not row["reason"]]
    if not ranked:
        return None
    top = [row["hs6"] for row in ranked if row["overpayment_usd"] > 0][:MOST]
    years = question.dataset.years()
    return PricesPaid(
        products=_arrow(rows),
        suppliers=_arrow(_suppliers(flows, quantiles, top, question), SUPPLIERS),
        benchmarks=_arrow(_benchmarks(store, rows, question), BENCHMARKS),
        flows=_arrow(_flows(flows, rows[0]), FLOWS),
        terms=terms.of_question(store, question) if any(year + 1 in years for year in years) else None,
        imports_usd=sum(row["paid_usd"] for row in rows),
        ranked_usd=sum(row["compared_usd"] for row in ranked),
    )


def _products(bought: ir.Table, quantiles: ir.Table, question: Question) -> list[Row]:
    held = measures.overpayment(bought, quantiles)
    sums = measures.overpayment_by(held, ("hs6", *QUARTILES)).to_pyarrow().to_pylist()
    rows = [
        {
            "hs6": row["hs6"],
            "product": products.short(row["hs6"], question.dataset.revision),
            **{name: row[name] for name in ("paid_usd", "compared_usd", "coverage", "compared_t", "paid_usd_per_t")},
            **{name: row[name] for name in QUARTILES},
            "overpayment_usd": row["overpayment_usd"],
            "gap": row["paid_usd_per_t"] / row["median"] - 1 if row["paid_usd_per_t"] else None,
            "above_usd": row["above_usd"],
            "reason": _reason(row),
        }
        for row in sums
    ]
    return sorted(rows, key=lambda row: (bool(row["reason"]), -(row["overpayment_usd"] or 0.0), row["hs6"]))


def _reason(row: Row) -> str:
    if row["n"] is None:
        return f"fewer than {measures.LEAST_FLOWS} comparable flows"
    if row["spread"] is None or row["spread"] > measures.MOST_SPREAD:
        return f"unlike goods: the upper quartile is {row['spread'] or 0:.1f} times the lower"
    if row["overpayment_usd"] is None:
        return f"no purchase over {row['least_t']:,g} t with a believable quantity"
    return ""


def _suppliers(flows: ir.Table, quantiles: ir.Table, top: list[str], question: Question) -> list[Row]:
    """Each supplier of the products paid most above the median, beside what the supplier's other buyers pay."""
    market = flows.filter(_.hs6.isin(top))
    bought = market.filter(bought_by(question.place))
    held = measures.overpayment(bought, quantiles).to_pyarrow().to_pylist()
    elsewhere = measures.price_quantiles(market.filter(_.importer.notin(buyers(question.place))), BY_SUPPLIER)
    beside = measures.overpayment(bought, elsewhere, BY_SUPPLIER).to_pyarrow().to_pylist()
    others = {(row["importer"], row["exporter"], row["hs6"]): row for row in beside}
    rows = []
    for row in held:
        if row["overpayment_usd"] is None:
            continue
        other = others[row["importer"], row["exporter"], row["hs6"]]
        rows.append(
            {
                **{name: row.get(name) for name in SUPPLIERS},
                "product": products.short(row["hs6"], question.dataset.revision),
                "name": countries.name(row["exporter"]),
                "others_n": other["n"],
                "others_median": other["median"],
                "over_others_usd": other["overpayment_usd"],
            }
        )
    return sorted(rows, key=lambda row: (top.index(row["hs6"]), -row["overpayment_usd"], row["exporter"]))


def _flows(flows: ir.Table, row: Row) -> list[Row]:
    found = measures.unit_values(flows.filter((_.hs6 == row["hs6"]) & (_.quantity_t > row["least_t"])))
    ordered = found.select("exporter", "importer", "unit_value_usd_per_t").order_by("exporter", "importer")
    return [{**flow, "name": countries.name(flow["exporter"])} for flow in ordered.to_pyarrow().to_pylist()]


def _benchmarks(store: Store, rows: list[Row], question: Question) -> list[Row]:
    table = questions.side_table(store, "prices")
    if table is None:
        return []
    marks = table.filter(_.year == question.year).order_by("hs6", "benchmark").to_pyarrow().to_pylist()
    bought = {row["hs6"]: row for row in rows}
    return [_held(bought[mark["hs6"]], mark) for mark in marks if mark["hs6"] in bought]


def _held(row: Row, mark: Row) -> Row:
    price = mark["price_usd_per_t"]
    own = row["paid_usd_per_t"]
    return {
        "hs6": row["hs6"],
        "product": row["product"],
        "benchmark": mark["benchmark"],
        "price_usd_per_t": price,
        "median": row["median"],
        "world_gap": row["median"] / price - 1 if row["median"] is not None else None,
        "paid_usd_per_t": own,
        "paid_gap": own / price - 1 if own is not None else None,
        "overpayment_usd": (own - price) * row["compared_t"] if own is not None else None,
    }


SUPPLIERS: Final = (
    "hs6", "product", "exporter", "name", "value_usd", "quantity_t", "unit_value_usd_per_t", "median", "band",
    "overpayment_usd", "others_n", "others_median", "over_others_usd",
)  # fmt: skip
BENCHMARKS: Final = (
    "hs6", "product", "benchmark", "price_usd_per_t", "median", "world_gap", "paid_usd_per_t", "paid_gap",
    "overpayment_usd",
)  # fmt: skip
FLOWS: Final = ("exporter", "name", "unit_value_usd_per_t")
TEXTS: Final = frozenset({"hs6", "product", "exporter", "name", "band", "benchmark", "reason"})


def _arrow(rows: list[Row], columns: tuple[str, ...] | None = None) -> pa.Table:
    import pyarrow as pa

    names = columns or tuple(rows[0])
    kinds = {**dict.fromkeys(TEXTS, pa.string()), "n": pa.int64(), "others_n": pa.int64()}
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, kinds.get(name, pa.float64())) for name in names]))
