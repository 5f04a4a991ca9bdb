"""Years side by side for one country: totals, partners, price and quantity, and change points told from data breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from ibis import _

from homeground import measures
from homeground.codes import countries, products
from homeground.errors import NotInHome, UsageError, message
from homeground.home.place import Place, resolve
from homeground.home.trade import joined as joining
from homeground.home.trade.joined import Joined
from homeground.measures.breaks import ABSENT, COVERED, SWITCHED, Series, YearFacts, is_odd
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Flow = Literal["imports", "exports"]
Row = dict[str, Any]

PROVISIONAL: Final = ("baci", "raw-materials")
"""Sources whose last year is provisional, by their publisher's word."""
COLUMNS: Final[dict[Series, str]] = {
    "value": "value_usd",
    "quantity": "quantity_t",
    "unit value": "unit_value_usd_per_t",
    "concentration": "herfindahl",
}


@dataclass(frozen=True)
class TrendView:
    """Years side by side. Values in US dollars of the year, quantities in tons.

    `years`: year, value_usd, growth, quantity_t, unit_value_usd_per_t (both null for several products),
    quantity_coverage, partners, herfindahl, top_partner, top_partner_name, top_share, nes_share, partner_share (of one
    partner in all), change_usd, price_usd, quantity_usd, entry_usd, unweighed_usd, dataset, revision, verdict, why.
    `changes`: year, series, path, jump, growth, usual, pace_before, pace_after, gap, verdict, why.
    `coverage`: share of value by relationship, where years were brought over from another revision.
    `families`: name, codes, of the families in the answer that hold several codes.
    """

    place: Place
    flow: Flow
    product: str
    partner: str | None
    joined: Joined
    years: pa.Table
    changes: pa.Table
    coverage: pa.Table
    families: pa.Table

    @property
    def dataset(self) -> Dataset:
        """The dataset that gives the last years."""
        return max(self.joined.spans, key=lambda span: span.years[-1]).dataset

    @property
    def is_one_product(self) -> bool:
        """Whether tons and unit values are of one good (or of one family of codes)."""
        return len(self.product) >= 6


def trend(
    store: Store,
    country: str,
    *,
    product: str = "",
    partner: str | None = None,
    flow: Flow = "imports",
    first: int | None = None,
    last: int | None = None,
    revision: str | None = None,
    dataset: str | None = None,
    join: Sequence[str] = (),
    families: bool = False,
) -> TrendView:
    """Lay the years of a country side by side; see `Home.trend`."""
    if flow not in ("imports", "exports"):
        raise UsageError(message("no such flow", found=repr(flow), expected="imports or exports", do="choose one"))
    chosen = joining.choose(store, dataset, join, (first, last))
    held = {year for one in chosen for year in one.years()}
    years = tuple(sorted(y for y in held if (first is None or y >= first) and (last is None or y <= last)))
    if not years:
        raise UsageError(
            message("no year is asked for", found=f"{first} to {last}", expected="first before last", do="swap them")
        )
    place = resolve(country, years[-1])
    keep = _Own(place, flow)
    joined = joining.join(store, chosen, years, revision and revision.upper(), product, keep, families)
    return _view(store, joined, keep, None if partner is None else resolve(partner, years[-1]))


def of_picture(store: Store, place: str, dataset: str) -> TrendView | None:
    """Years of all that a place buys, for its picture; None where it bought nothing."""
    try:
        return trend(store, place, dataset=dataset)
    except NotInHome:
        return None


@dataclass(frozen=True)
class _Own:
    """Keeps the flows of a place: what it buys or sells; of a bloc, only what crosses its border."""

    place: Place
    flow: Flow

    def __call__(self, flows: ir.Table) -> ir.Table:
        own, other = ("importer", "exporter") if self.flow == "imports" else ("exporter", "importer")
        if not self.place.is_bloc or self.place.market is None:
            return flows.filter(_[own] == self.place.code)
        members = sorted(self.place.market)
        return flows.filter(_[own].isin(members) & _[other].notin(members))

    @property
    def other(self) -> str:
        return "exporter" if self.flow == "imports" else "importer"


def _view(store: Store, joined: Joined, keep: _Own, partner: Place | None) -> TrendView:
    everything = joined.table(store, "flows", keep)
    own = everything if partner is None else everything.filter(_[keep.other].isin(sorted(_codes_of(partner))))
    rows = _rows(own, everything, joined, keep, partner)
    if not rows:
        goods = f" of {joined.product}" if joined.product else ""
        whom = f" with {partner.name}" if partner else ""
        raise NotInHome(
            message(
                f"no {keep.flow}{goods} by {keep.place.name}{whom}",
                where=", ".join(span.dataset.name for span in joined.spans),
                do="check the code and its HS revision, or choose another dataset",
            )
        )
    found = _changes(rows, _facts(store, joined, keep, own, rows), joined, keep)
    for row in rows:
        row |= _marks([change for change in found if change["year"] == row["year"]])
    return TrendView(
        place=keep.place,
        flow=keep.flow,
        product=joined.product,
        partner=partner.code if partner else None,
        joined=joined,
        years=_arrow(rows, YEARS),
        changes=_arrow(found, CHANGES),
        coverage=_arrow(joining.coverage(store, joined, keep), COVERAGE),
        families=_arrow([{"name": f.name, "codes": ", ".join(f.codes)} for f in joined.families], FAMILIES),
    )


def _codes_of(place: Place) -> frozenset[str]:
    return place.market if place.is_bloc and place.market is not None else frozenset({place.code})


def _rows(own: ir.Table, everything: ir.Table, joined: Joined, keep: _Own, partner: Place | None) -> list[Row]:
    """One row per year, in order; what makes no sense for several products, or for one partner, is left empty."""
    totals = measures.yearly(own, keep.other, countries.nes_codes()).to_pyarrow().to_pylist()
    effects = {row["year"]: row for row in measures.price_and_quantity(own).to_pyarrow().to_pylist()}
    whole = everything.group_by("year").agg(usd=_.value_usd.sum()).to_pyarrow().to_pylist() if partner else []
    shares = {row["year"]: row["usd"] for row in whole}
    sources = {year: span.dataset for span in joined.spans for year in span.years}
    rows = []
    before: Row = {}
    for row in sorted(totals, key=lambda row: row["year"]):
        year = row["year"]
        if len(joined.product) < 6:
            row |= {"quantity_t": None, "unit_value_usd_per_t": None}
        if partner:
            row |= {"herfindahl": None, "top_partner": None, "top_share": None}
            row["partner_share"] = row["value_usd"] / shares[year] if shares.get(year) else None
        follows = before.get("year") == year - 1 and before["value_usd"]
        row["growth"] = row["value_usd"] / before["value_usd"] - 1 if follows else None
        row["top_partner_name"] = countries.name(row["top_partner"]) if row["top_partner"] else None
        rows.append({**effects.get(year, {}), **row, "dataset": sources[year].name, "revision": sources[year].revision})
        before = row
    return rows


def _facts(store: Store, joined: Joined, keep: _Own, own: ir.Table, rows: Sequence[Row]) -> dict[int, YearFacts]:
    """What changes are held against: the country's own trade, all trade of the product, who is in the data."""
    world, moved = _world(store, joined, keep)
    traders = _traders(store, joined)
    partners = _partners(own, keep.other)
    recoded = _recoded(partners, traders)
    sources = {year: span.dataset for span in joined.spans for year in span.years}
    tons = {row["year"]: row["quantity_t"] for row in rows if _weighed(row)}
    return {
        row["year"]: YearFacts(
            year=row["year"],
            source=sources[row["year"]].name,
            revision=sources[row["year"]].revision,
            provisional=row["year"] == provisional_year(sources[row["year"]]),
            value_usd=row["value_usd"],
            quantity_t=row["quantity_t"],
            coverage=row["quantity_coverage"],
            nes_share=row["nes_share"],
            traders=len(traders[row["year"]]),
            recoded=recoded.get(row["year"], 0.0),
            absent=_absent(partners, row["year"]),
            switched=_switched(partners, row["year"]),
            odd=is_odd(*(tons.get(row["year"] + step) for step in (-1, 0, 1))),
            **world.get(row["year"], {"world_usd": 0.0, "world_t": None, "world_coverage": None}),
            **moved.get(row["year"], {}),
        )
        for row in rows
    }


def _world(store: Store, joined: Joined, keep: _Own) -> tuple[dict[int, Row], dict[int, Row]]:
    """All trade of the product per year, and how many countries move; empty where the data hold one side only."""
    if any(span.dataset.covers != "world" for span in joined.spans):
        return {}, {}
    bought = joined.table(store, "imports", lambda table: table)
    side = bought if keep.flow == "imports" else joined.table(store, "exports", lambda table: table)
    country = "importer" if keep.flow == "imports" else "exporter"
    moves = measures.moves(side, country).rename(moved="countries")
    return _by_year(measures.surroundings(bought)), _by_year(moves)


def _by_year(table: ir.Table) -> dict[int, Row]:
    return {row.pop("year"): row for row in table.to_pyarrow().to_pylist()}


def _traders(store: Store, joined: Joined) -> dict[int, set[str]]:
    """Codes of exporters and importers that the data hold each year, whatever the product."""
    found: dict[int, set[str]] = {}
    for span in joined.spans:
        for table, side in (("exports", "exporter"), ("imports", "importer")):
            rows = store.table(span.dataset, table, span.years).select("year", code=_[side]).distinct()
            for row in rows.to_pyarrow().to_pylist():
                found.setdefault(row["year"], set()).add(row["code"])
    return found


def _partners(own: ir.Table, other: str) -> dict[int, dict[str, float]]:
    """Share of each year's value per partner."""
    values: dict[int, dict[str, float]] = {}
    for row in own.group_by("year", code=_[other]).agg(usd=_.value_usd.sum()).to_pyarrow().to_pylist():
        values.setdefault(row["year"], {})[row["code"]] = row["usd"]
    return {
        year: {code: usd / (sum(shares.values()) or 1.0) for code, usd in shares.items()}
        for year, shares in values.items()
    }


def _recoded(partners: Mapping[int, Mapping[str, float]], traders: Mapping[int, set[str]]) -> dict[int, float]:
    """Share of value with partners whose code the data lack in the year before, or lack now; the larger of the two."""

    def gone(year: int, elsewhere: int) -> float:
        return sum(share for code, share in partners.get(year, {}).items() if code not in traders[elsewhere])

    return {year: max(gone(year, year - 1), gone(year - 1, year)) for year in partners if year - 1 in traders}


def _absent(partners: Mapping[int, Mapping[str, float]], year: int) -> str:
    """Name partners without a row in this year that have much of the value in the years before and after."""
    before, now, after = (partners.get(year + step, {}) for step in (-1, 0, 1))
    gone = [code for code, share in before.items() if code not in now and min(share, after.get(code, 0.0)) >= ABSENT]
    return ", ".join(countries.name(code) for code in sorted(gone))


def _switched(partners: Mapping[int, Mapping[str, float]], year: int) -> str:
    """Tell of partners that begin with much of this year's value, or end after much of the year before's."""
    before, now = partners.get(year - 1, {}), partners.get(year, {})
    if not before:
        return ""
    ended = [(code, share) for code, share in sorted(before.items()) if share >= SWITCHED and code not in now]
    begun = [(code, share) for code, share in sorted(now.items()) if share >= SWITCHED and code not in before]
    told = [f"{countries.name(code)} had {share:.0%} in {year - 1} and has no row in {year}" for code, share in ended]
    told += [f"{countries.name(code)} has {share:.0%} in {year} after no row in {year - 1}" for code, share in begun]
    return "; ".join(told)


def _changes(rows: Sequence[Row], facts: Mapping[int, YearFacts], joined: Joined, keep: _Own) -> list[Row]:
    """Every change point of every series that the rows hold, judged; in order of years."""
    who = "suppliers" if keep.flow == "imports" else "customers"
    found = []
    for series, column in COLUMNS.items():
        values = {row["year"]: row[column] for row in rows if series in ("value", "concentration") or _weighed(row)}
        for change in measures.changes(values):
            verdict, why = measures.tell_break(series, facts[change.year], facts[change.year - 1], who)
            found.append({**_as_row(change), "series": series, "verdict": verdict, "why": "; ".join(why)})
    return sorted(found, key=lambda row: (row["year"], list(COLUMNS).index(row["series"])))


def _weighed(row: Row) -> bool:
    return (row["quantity_coverage"] or 0.0) >= COVERED


def _as_row(change: measures.Change) -> Row:
    return {name: getattr(change, name) for name in measures.Change.__dataclass_fields__}


def _marks(found: Sequence[Row]) -> Row:
    """The gravest verdict of a year, and why, with the series that it is about."""
    for verdict in ("data", "open", "real"):
        of = [row for row in found if row["verdict"] == verdict]
        if of:
            why = "; ".join(dict.fromkeys(row["why"] for row in of))
            return {"verdict": verdict, "why": f"{', '.join(row['series'] for row in of)}: {why}"}
    return {"verdict": None, "why": None}


def provisional_year(held: Dataset) -> int | None:
    """The year of a release that its publisher calls provisional: BACI V202601 ends with 2024, two years before."""
    if held.source not in PROVISIONAL or not held.years():
        return None
    stated = re.match(r"V(\d{4})\d\d", held.version or "")
    return int(stated[1]) - 2 if stated else held.years()[-1]


def product_name(view: TrendView) -> str:
    """The product, in words; a family by its first code and how many more."""
    if not view.product:
        return "all products"
    return f"{view.product} {products.name(view.product[:6], view.joined.revision)}"


YEARS: Final = (
    *("year", "value_usd", "growth", "quantity_t", "unit_value_usd_per_t", "quantity_coverage", "partners"),
    *("herfindahl", "top_partner", "top_partner_name", "top_share", "nes_share", "partner_share"),
    *("change_usd", "price_usd", "quantity_usd", "entry_usd", "unweighed_usd"),
    *("dataset", "revision", "verdict", "why"),
)
CHANGES: Final = (
    *("year", "series", "path", "jump", "growth", "usual", "pace_before", "pace_after", "gap", "verdict", "why"),
)
COVERAGE: Final = ("dataset", "revision", "year", "relationship", "codes", "value_usd", "share")
FAMILIES: Final = ("name", "codes")
TEXTS: Final = frozenset(
    {"top_partner", "top_partner_name", "dataset", "revision", "verdict", "why", "series", "relationship", "name"}
)


def _arrow(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pa.Table:
    import pyarrow as pa

    def kind(name: str) -> pa.DataType:
        if name in TEXTS or (name == "codes" and columns is FAMILIES):
            return pa.string()
        if name in ("year", "partners", "codes"):
            return pa.int64()
        return pa.bool_() if name in ("path", "jump") else pa.float64()

    schema = pa.schema([(name, kind(name)) for name in columns])
    return pa.Table.from_pylist([{name: row.get(name) for name in columns} for row in rows], schema=schema)
