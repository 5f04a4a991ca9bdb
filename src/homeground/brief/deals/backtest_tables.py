"""Answers of a backtest: by rule, or by verdict and whatever else was asked for; and two policies side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeground.brief.answer import Answer, Column, money
from homeground.home.deals.backtest import WORKING_DAYS, Backtest, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = (Column("flows", "flows", "count"), Column("value_usd", "value, USD", "usd"))
RULES = (
    Column("rule", "rule"),
    Column("title", "title", wraps=True),
    Column("verdict", "verdict"),
    *SIZE,
    Column("open", "open", "count", meaning="flows for which it cannot be known whether the rule fires"),
)
CHANGES = (Column("verdict_before", "verdict under the other policy"), Column("verdict", "verdict"), *SIZE)


def answer(found: Backtest) -> Answer:
    """What the policy would have said, parted as asked; the comparison where two policies were given."""
    where = found.place.name if found.place else "every country"
    span = f"{found.years[0]}–{found.years[-1]}" if len(found.years) > 1 else str(found.years[0])
    title = f"{found.book.title} of {found.day} over the {found.asked.direction}s of {where}, {span}"
    if found.asked.against:
        changed = sum(row["flows"] for row in found.changes if row["verdict"] != row["verdict_before"])
        title += f", against {found.asked.against.title}: {changed:,} flows come out otherwise"
        return _answer(title, CHANGES, found.changes, found)
    if found.asked.by == "rule":
        return _answer(title, RULES, found.rules, found)
    if found.asked.by == "verdict":
        return _answer(title, (Column("verdict", "verdict"), *SIZE), found.verdicts, found)
    columns = (Column("name", found.asked.by, wraps=True), Column("verdict", "verdict"), *SIZE)
    rows = [{**row, "name": name_of(row, found.asked.by, found.dataset.revision)} for row in found.parts]
    return _answer(title, columns, rows, found)


def _answer(title: str, columns: Sequence[Column], rows: list[dict[str, Any]], found: Backtest) -> Answer:
    import pyarrow as pa

    kinds = {
        c.name: pa.string() if not c.is_number else pa.int64() if c.form == "count" else pa.float64() for c in columns
    }
    table = pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})
    about = {"policy": found.book.title, "version": found.book.version, "dataset": found.dataset.name}
    about |= {"licence": found.dataset.licence, "citation": found.dataset.citation}
    return Answer(
        title, table, tuple(columns), (*_totals(found), *_load(found), *found.notes, *found.book.notes), about
    )


def _totals(found: Backtest) -> tuple[str, ...]:
    parts = (f"{r['verdict']} {r['flows']:,} flows for {money(r['value_usd'])} USD" for r in found.verdicts)
    return (f"verdicts: {', '.join(parts)}",)


def _load(found: Backtest) -> tuple[str, ...]:
    """What officers would have had to look at, and how much of it turned out as a false alarm."""
    a_year = found.stopped_a_year
    notes = [f"load: {a_year:,.0f} flows a year would go to an officer, {a_year / WORKING_DAYS:,.1f} a working day"]
    stopped, stayed = (sum(row[name] or 0 for row in found.alarms) for name in ("stopped", "stayed"))
    if stopped:
        years = len(found.alarms)
        text = f"false alarms: of {stopped:,} stopped flows in {years} years that have a year after, {stayed:,}"
        notes.append(f"{text} ({stayed / stopped:.0%}) were at 80 % or more of their value a year later")
    return tuple(notes)
