"""One product seen from one country: who supplies it, who could step in, what is at home of it, what could stand in.

What is not known is a sentence that says why, beside an empty table. Arms (HS 93) have suppliers and no list of others;
what a measure in force bars is in no list of others, and the suppliers that one bars are named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import measures
from homeground.codes import countries, products
from homeground.errors import HomegroundError
from homeground.home import questions
from homeground.home.deals import deal_grounds
from homeground.home.deals.in_force import InForce, in_force
from homeground.home.place import Place, resolve
from homeground.home.questions import Question
from homeground.home.trade.cuts import DIVERTIBLE
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from homeground.home.ground.ground import Balance
    from homeground.materials.in_place import InPlace

Row = dict[str, Any]

ARMS: Final = "Arms and ammunition (HS 93): nobody is named who could step in."
OTHERS: Final = ("exporter", "name", "supplied_usd", "spare_usd", "allocated_usd", "covers")
WAYS: Final = ("name", "where", "tons", "of_imports", "takes", "saved_usd_per_t", "drc", "quality", "byproduct", "why")


@dataclass(frozen=True)
class Stop:
    """What a stop of one supplier would mean: USD a year lost, and left open once the others have stepped in.

    `others`: who could step in: exporter, name, supplied_usd (today), spare_usd (a part of what it sells elsewhere),
    allocated_usd (what it would take over), covers (the same over what is lost). `why_not` says why there are none.
    """

    supplier: str | None
    name: str
    lost_usd: float | None
    gap_usd: float | None
    others: pa.Table
    why_not: str


@dataclass(frozen=True)
class Instead:
    """Own goods that could stand in, by the kept process book; `why_not` says why there are none.

    `ways`: name, where, tons (of the import that it could replace a year), of_imports (the same over imported tons, at
    most 1), takes (own tons per ton), saved_usd_per_t, drc, quality, byproduct, why.
    """

    book: str
    ways: pa.Table
    why_not: str


@dataclass(frozen=True)
class ProductHere:
    """A product seen from a country in one year; money in US dollars of the year, `day` the day measures are read at.

    `suppliers`: country, name, value_usd, quantity_t, partners, share, unit_value_usd_per_t; the largest first.
    `barred` are the suppliers that a measure in force bars. `ground`: balances of what is made, traded, needed and held
    at home of goods that the product belongs to; None where nothing is known (`no_ground`).
    """

    place: Place
    hs6: str
    name: str
    year: int
    dataset: Dataset
    day: date
    measures_loaded: bool
    divertible: float
    imports_usd: float
    imports_t: float | None
    suppliers: pa.Table
    barred: tuple[str, ...]
    stop: Stop
    ground: Balance | None
    no_ground: str
    instead: Instead


def here(
    store: Store,
    hs6: str,
    country: str,
    year: int,
    dataset: str | None = None,
    *,
    supplier: str | None = None,
    divertible: float = DIVERTIBLE,
    day: date | None = None,
) -> ProductHere:
    """See a product from a country; `supplier` is who stops, the largest where None. See `ProductHere`."""
    code, place = products.normalise(hs6), resolve(country, year)
    chosen = questions.holding(store, code, year, dataset)
    asked = Question(place, year, chosen, (year,), code)
    force = in_force(store, (place,), day or datetime.now(UTC).date())
    suppliers = _suppliers(questions.own_imports(store, asked))
    rows = suppliers.to_pylist()
    weighed = [row["quantity_t"] for row in rows if row["quantity_t"] is not None]
    tons = sum(weighed) if weighed else None
    ground, no_ground = _ground(store, asked)
    return ProductHere(
        place=place,
        hs6=code,
        name=products.name(code, chosen.revision),
        year=year,
        dataset=chosen,
        day=force.day,
        measures_loaded=force.loaded,
        divertible=divertible,
        imports_usd=sum(row["value_usd"] for row in rows),
        imports_t=tons,
        suppliers=suppliers,
        barred=tuple(row["name"] for row in rows if force.bar(place.code, row["country"], code)),
        stop=_stop(store, asked, rows, supplier, divertible, force),
        ground=ground,
        no_ground=no_ground,
        instead=_instead(store, asked, _paid(rows), tons),
    )


def _suppliers(bought: ir.Table) -> pa.Table:
    total = bought.agg(usd=_.value_usd.sum()).to_pyarrow()["usd"][0].as_py()
    return questions.shared(questions.side(bought, "exporter").to_pyarrow(), total or 1.0)


def _paid(rows: list[Row]) -> float | None:
    """Return US dollars per ton over the flows that report a quantity."""
    known = [row for row in rows if row["unit_value_usd_per_t"] is not None]
    tons = sum(row["quantity_t"] for row in known)
    return sum(row["unit_value_usd_per_t"] * row["quantity_t"] for row in known) / tons if tons else None


def _stop(
    store: Store, asked: Question, rows: list[Row], supplier: str | None, divertible: float, force: InForce
) -> Stop:
    place, nes = asked.place, countries.nes_codes()
    named = countries.resolve(supplier) if supplier else None
    code = named or next((row["country"] for row in rows if row["country"] not in nes), None)
    name = countries.name(code) if code else ""
    if why_not := _no_stop(store, asked, rows, code):
        return Stop(code, name, None, None, _arrow([], OTHERS), why_not)
    assert code is not None
    flows = store.table(asked.dataset, "flows", (asked.year,)).filter(_.hs6 == asked.product)
    if place.is_bloc and place.market is not None:
        flows = measures.as_bloc(flows, place.code, place.market)
    cut = measures.Cut(place.code, code, 1.0, divertible, nes=nes, on=force.day)
    (lost,) = measures.supplier_cut(flows, cut, force.table()).to_pyarrow().to_pylist()
    able = measures.cut_alternatives(flows, cut, force.table()).order_by(ibis.desc("allocated"), "exporter")
    others = [_other(row, lost["lost"]) for row in able.to_pyarrow().to_pylist()]
    why = "" if others else "Nobody else who may sell it sells it elsewhere: nobody could step in."
    return Stop(code, name, lost["lost"], lost["gap"], _arrow(others, OTHERS), why)


def _no_stop(store: Store, asked: Question, rows: list[Row], code: str | None) -> str:
    name = asked.place.name
    if not rows:
        return f"{name} bought none of it in {asked.year} in this dataset: no supplier could stop."
    if products.is_arms(asked.product):
        return ARMS
    if code is None:
        return "Its suppliers are not specified: whose stop to ask about is not known."
    if all(row["country"] != code for row in rows):
        return f"{countries.name(code)} sold none of it to {name} in {asked.year} in this dataset: nothing would stop."
    if not questions.knows_the_world(store, asked):
        return "The file holds imports of one country only: who else sells it, and could step in, is not known."
    return ""


def _other(row: Row, lost: float) -> Row:
    return {
        "exporter": row["exporter"],
        "name": countries.name(row["exporter"]),
        "supplied_usd": row["supplied_before"],
        "spare_usd": row["spare"],
        "allocated_usd": row["allocated"],
        "covers": row["allocated"] / lost if lost and row["allocated"] is not None else None,
    }


def _ground(store: Store, asked: Question) -> tuple[Balance | None, str]:
    """Balances of the goods that the product belongs to, the last up to the year; or why there are none."""
    from homeground.home.ground.ground import GroundQuestion, balance

    place, code = asked.place, asked.product
    if place.is_bloc:
        return None, "What is made, needed and held at home is known of countries, not of blocs."
    question = GroundQuestion(place.code, until=asked.year, leave_open=True, first_trade=asked.dataset.name)
    try:
        found = balance(store, question)
    except HomegroundError as error:
        return None, str(error)
    rows = [row for row in found.rows.to_pylist() if _covers(row["hs"], code)]
    if not rows:
        return None, f"No production, stocks or needs of goods of HS {code} are loaded for {place.name}."
    goods = {row["commodity"] for row in rows}
    figures = [row for row in found.figures.to_pylist() if row["commodity"] in goods]
    kept = {"rows": _of_schema(rows, found.rows), "figures": _of_schema(figures, found.figures)}
    return replace(found, **kept), ""


def _covers(prefixes: str | None, hs6: str) -> bool:
    return any(hs6.startswith(prefix) for prefix in (prefixes or "").split(", ") if prefix)


def _instead(store: Store, asked: Question, paid: float | None, imported: float | None) -> Instead:
    place, none = asked.place, _arrow([], WAYS)
    if place.is_bloc:
        return Instead("", none, "Process books are kept of countries, not of blocs.")
    opened = deal_grounds.open_book(store, place.code, asked.year)
    found = deal_grounds.at_home(opened, place.code, asked.product)
    if isinstance(found, str):
        told = f"What own goods could stand in is not known: {found}."
        do = " Keep one with 'homeground materials FILE --keep'." if "is kept" in found else ""
        return Instead("", none, told + do)
    ways = [_way(way, paid, found.home_per_usd, imported) for way in found.ways]
    return Instead(found.book, _arrow(ways, WAYS), "" if ways else f"{found.book}: no way to do without it is known.")


def _way(way: InPlace, paid: float | None, home_per_usd: float | None, imported: float | None) -> Row:
    saved = way.saved_t(paid)
    return {
        "name": way.name,
        "where": way.where,
        "tons": way.tons,
        "of_imports": min(1.0, way.tons / imported) if imported and way.tons is not None else None,
        "takes": way.takes,
        "saved_usd_per_t": saved,
        "drc": way.drc(saved, home_per_usd),
        "quality": way.quality or None,
        "byproduct": way.byproduct,
        "why": way.why or None,
    }


def _arrow(rows: list[Row], columns: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa

    texts = {"exporter", "name", "where", "quality", "why"}
    kinds = {"byproduct": pa.bool_(), **dict.fromkeys(texts, pa.string())}
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, kinds.get(name, pa.float64())) for name in columns]))


def _of_schema(rows: list[Row], like: pa.Table) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=like.schema)
