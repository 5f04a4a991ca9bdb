"""Own ground: what a country makes, trades, needs and holds of each good, every figure with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import ibis
from ibis import _

from homeground import measures
from homeground.codes import countries
from homeground.errors import NotInHome, UnknownCode, UsageError, message
from homeground.home import datasets
from homeground.home.ground import ground_figures as sources
from homeground.home.ground.ground_figures import FROM_ELSEWHERE, Figure
from homeground.home.ground.ground_trade import Trader, with_factors
from homeground.store import Dataset, Store

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]

OWN_TRADE: Final = frozenset({"imports", "exports"})
SMALL_REMAINDER: Final = 0.05
"""Share of supply below which apparent consumption is pointed out as a rest of large figures."""
TEXTS: Final = ("good", "hs", "dataset", "trade_from", "state", "taken_as_zero", "why")
TRACE: Final = (
    "commodity", "year", "element", "quantity_t", "state", "dataset", "place", "note", "load", "file", "sha256",
)  # fmt: skip


@dataclass(frozen=True)
class GroundQuestion:
    """Which balance is asked for.

    `production` names datasets in order of preference; `beside` the dataset of stocks, need, reserves or capacity;
    `trade` the dataset of flows; `factors` tons traded per ton made, by good. `until` leaves out later years;
    `leave_open` leaves goods out, with a note, of which several datasets hold production, and `first_trade` is then the
    dataset of flows where several hold a good's trade.
    """

    country: str
    year: int | None = None
    commodity: str | None = None
    production: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    trade: str | None = None
    factors: Mapping[str, float] = field(default_factory=dict)
    until: int | None = None
    leave_open: bool = False
    first_trade: str | None = None


@dataclass(frozen=True)
class Balance:
    """Balances of a country. `datasets` are those that gave a figure.

    `rows`: one per good: year, country, commodity, good, hs, dataset, trade_from, the columns of
    `measures.commodity_balance`, `state`, `taken_as_zero` (elements that the source does not list and its own sums
    prove to be zero), `why` (what keeps a figure from being known, what a status means, what to mind).
    `figures`: every figure used: year, commodity, element, quantity_t, state, dataset, place, note, load, file, sha256.
    `population`: persons that figures per head rest on: year, persons, dataset, load, file, sha256.
    """

    country: str
    name: str
    asked: GroundQuestion
    rows: pa.Table
    figures: pa.Table
    population: tuple[Row, ...]
    datasets: tuple[Dataset, ...]
    notes: tuple[str, ...]


def balance(store: Store, question: GroundQuestion) -> Balance:
    """Answer a question on a country's ground; raises NotInHome where no figure of it is loaded."""
    code = countries.resolve(question.country)
    for name in (*question.production, *question.beside.values(), *filter(None, [question.trade])):
        store.catalog.dataset(name)
    every = [f for f in sources.of_country(store, code) if question.until is None or f.year <= question.until]
    figures = sources.wanted(every, question.commodity)
    undecided: list[str] | None = [] if question.leave_open else None
    used = sources.chosen(figures, question.year, question.production, question.beside, undecided)
    if not used:
        raise _nothing(code, question, every)
    used = with_factors(used, question.factors)
    traded, reasons = _with_trade(used, Trader(store, code, question.trade, question.first_trade))
    people, people_notes = _population(store, code, {f.year for f in traded})
    return Balance(
        country=code,
        name=countries.name(code),
        asked=question,
        rows=_rows(code, traded, people, reasons),
        figures=_traced(store, traded),
        population=_counted(store, people),
        datasets=tuple(
            store.catalog.dataset(name)
            for name in sorted({f.dataset for f in traded} | {row["dataset"] for row in people})
        ),
        notes=(
            *people_notes,
            *(f"Left out, since several datasets hold {open_choice}." for open_choice in undecided or ()),
        ),
    )


def for_report(store: Store, country: str, year: int, trade: str) -> Balance | None:
    """The last balances up to a year that the data can decide; None for a bloc, and where nothing is loaded.

    `trade` is the dataset of the report: it answers where several hold the trade of a good.
    """
    try:
        return balance(store, GroundQuestion(country, until=year, leave_open=True, first_trade=trade))
    except (NotInHome, UnknownCode):
        return None


def _nothing(code: str, question: GroundQuestion, every: list[Figure]) -> NotInHome:
    years = sorted({f.year for f in every})
    if not every:
        return NotInHome(
            message(
                f"no production, stocks or needs of {countries.name(code)} are loaded",
                do="load some with 'homeground load', or write a workbook with 'homeground template'",
            )
        )
    return NotInHome(
        message(
            f"no figures of {countries.name(code)} of this year",
            found=datasets.spans(years),
            expected=question.year,
            do="choose another year, or leave it out for the last of each good",
        )
    )


def _with_trade(figures: list[Figure], trader: Trader) -> tuple[list[Figure], dict[str, str]]:
    """Add trade to the goods whose source has none; and say, per commodity, why there is none."""
    have = {f.commodity for f in figures if f.element in OWN_TRADE}
    made = {f.commodity: f for f in figures if f.element == "production" and f.commodity not in have}
    found = {commodity: trader.of(figure) for commodity, figure in made.items()}
    added = [figure for trade in found.values() for figure in trade.figures]
    return [*figures, *added], {commodity: trade.reason for commodity, trade in found.items()}


def _population(store: Store, code: str, years: set[int]) -> tuple[list[Row], tuple[str, ...]]:
    """Read the country's population of these years; where two datasets hold a year, neither is taken."""
    held = [d for d in store.catalog.datasets.values() if years & set(d.years("population"))]
    rows: dict[int, list[Row]] = {}
    for dataset in held:
        table = store.table(dataset, "population", tuple(years)).filter(_.country == code)
        for row in table.to_pyarrow().to_pylist():
            rows.setdefault(row["year"], []).append({**row, "dataset": dataset.name})
    notes = []
    if twice := {year: found for year, found in rows.items() if len(found) > 1}:
        names = ", ".join(sorted({row["dataset"] for found in twice.values() for row in found}))
        notes.append(f"Population of {datasets.spans(list(twice))} stands in {names}: no figure per head is formed.")
    if missing := sorted(years - set(rows)):
        notes.append(f"No population of {datasets.spans(missing)} is loaded: figures per head are empty.")
    known = [found[0] for year, found in sorted(rows.items()) if len(found) == 1]
    return [{key: row[key] for key in ("year", "country", "persons", "dataset")} for row in known], tuple(notes)


def _counted(store: Store, people: list[Row]) -> tuple[Row, ...]:
    """Lead every count of persons to its file."""
    files, found = _files(store), []
    for row in people:
        load = sources.load_of(store.catalog.dataset(row["dataset"]), "population", row["year"])
        file, sha256 = files.get((row["dataset"], load or ""), ("", ""))
        kept = {name: row[name] for name in ("year", "persons", "dataset")}
        found.append({**kept, "load": load, "file": file, "sha256": sha256})
    return tuple(found)


def _rows(code: str, figures: list[Figure], people: list[Row], reasons: Mapping[str, str]) -> pa.Table:
    import pyarrow as pa

    long = [
        {"year": f.year, "country": code, "commodity": f.commodity, "element": f.element, "quantity_t": f.quantity_t}
        for f in figures
    ]
    sheet = measures.balance_sheet(ibis.memtable(_arrow(long, "balances")))
    counted = [{key: row[key] for key in ("year", "country", "persons")} for row in people]
    population = ibis.memtable(_arrow(counted, "population"))
    computed = measures.commodity_balance(sheet, population).to_pyarrow().to_pylist()
    shown = [_described(row, figures, reasons) for row in computed]
    ranked = sorted(shown, key=_by_size)
    kinds = measures.commodity_balance(sheet, population).schema().to_pyarrow()
    texts = [pa.field(name, pa.string()) for name in TEXTS]
    return pa.Table.from_pylist(ranked, schema=pa.schema([*kinds, *texts]))


def _by_size(row: Row) -> tuple[float, str]:
    return -(row["apparent_consumption_t"] or row["production_t"] or 0.0), row["commodity"]


def _described(row: Row, figures: list[Figure], reasons: Mapping[str, str]) -> Row:
    own = [f for f in figures if f.commodity == row["commodity"] and f.year == row["year"]]
    made = next((f for f in own if f.element == "production"), None)
    lead = made or own[0]
    trade = next((f.dataset for f in own if f.element in OWN_TRADE), None)
    return {
        **row,
        "good": lead.good.id,
        "hs": ", ".join(lead.good.hs) or None,
        "dataset": lead.dataset,
        "trade_from": trade,
        "state": lead.state,
        "taken_as_zero": _unlisted(row, own) or None,
        "why": _why(row, own, reasons.get(row["commodity"], "")) or None,
    }


def _unlisted(row: Row, own: list[Figure]) -> str:
    """Name what the source does not list and its own sums prove to be zero."""
    listed = {f.element for f in own}
    return ", ".join(e for e in measures.SUPPLY if e not in listed and row[f"{e}_t"] == 0.0)


def _why(row: Row, own: list[Figure], reason: str) -> str:
    of_source = [f for f in own if f.dataset == own[0].dataset]
    withheld = [f"{f.element}: {f.note}" for f in of_source if f.quantity_t is None and f.note]
    elsewhere = [f for f in own if f.element in FROM_ELSEWHERE and f.dataset != own[0].dataset]
    beside = [f"{f.element} from {f.dataset}" for f in elsewhere]
    splits = sorted({f.note for f in own if f.note and f.note.startswith("share of")})
    open_ends = row["closes"] is False
    parts = [
        reason,
        *withheld,
        "" if reason and row["status"] == "trade unknown" else measures.STATUS[row["status"]],
        "the source's uses do not add up to its supply" if open_ends else "",
        _remainder(row),
        *splits,
        *beside,
    ]
    return "; ".join(dict.fromkeys(part for part in parts if part))


def _remainder(row: Row) -> str:
    """Warn where consumption is what little is left of large figures, so that ratios to it say little."""
    used = row["apparent_consumption_t"]
    if used is None or used <= 0:
        return ""
    share = used / (row["production_t"] + row["imports_t"])
    if share >= SMALL_REMAINDER:
        return ""
    return f"only {share:.1%} of what is made and imported is used at home: a small rest of large figures"


def _traced(store: Store, figures: list[Figure]) -> pa.Table:
    """Lead every figure to its file."""
    import pyarrow as pa

    files = _files(store)
    names = ("commodity", "element", "state", "dataset", "place", "note", "load", "file", "sha256")
    schema = pa.schema([("year", pa.int16()), ("quantity_t", pa.float64()), *((name, pa.string()) for name in names)])
    rows = [
        {
            "year": f.year, "commodity": f.commodity, "element": f.element, "quantity_t": f.quantity_t,
            "state": f.state, "dataset": f.dataset, "place": f.place, "note": f.note, "load": f.load,
            "file": files.get((f.dataset, f.load or ""), ("", ""))[0],
            "sha256": files.get((f.dataset, f.load or ""), ("", ""))[1],
        }
        for f in figures
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=schema)
    return table.select(TRACE)


def _files(store: Store) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the files and checksums of every load, by dataset and load."""
    return {
        (held.name, load.id): (", ".join(f.file for f in load.files), ", ".join(f.sha256 for f in load.files))
        for held in store.catalog.datasets.values()
        for load in held.loads
    }


def _arrow(rows: Sequence[Row], table: str) -> pa.Table:
    import pyarrow as pa

    from homeground import schema

    described = schema.table(table).arrow_schema()
    kept = [described.field(name) for name in (rows[0] if rows else described.names)]
    return pa.Table.from_pylist(list(rows), schema=pa.schema(kept))


def factors_from(texts: Sequence[str]) -> dict[str, float]:
    """Read factors as they are written on a command line, such as `shrimps=0.57`; raises UsageError otherwise."""
    found: dict[str, float] = {}
    for text in texts:
        name, _sign, number = text.rpartition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            name = ""
        if not name.strip():
            raise UsageError(
                message("not a factor", found=repr(text), expected="such as shrimps=0.57", do="correct it")
            )
    return found
