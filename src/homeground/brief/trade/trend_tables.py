"""Years side by side as an answer, and their change points in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from homeground.brief import figures
from homeground.brief.answer import Answer, Column
from homeground.codes import countries
from homeground.home import datasets
from homeground.home.trade.trend import TrendView, product_name
from homeground.measures.breaks import NO_REASON
from homeground.measures.changes import LEAST_YEARS

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.store import Dataset

VERDICTS: Final = {"data": "data break", "open": "open", "real": "change"}
"""How the verdicts are written; what is not a break in the data, and not open, is a change."""

SPLIT: Final = (
    Column("change_usd", "change", "usd", on_screen=False, meaning="change of value against the year before, USD"),
    Column("price_usd", "of it price", "usd", meaning="part of the change that unit values explain, USD"),
    Column("quantity_usd", "quantity", "usd", meaning="part of the change that tons explain, USD"),
    Column("entry_usd", "entry", "usd", meaning="trade that is new less trade that ended, USD"),
    Column("unweighed_usd", "unweighed", "usd", meaning="change of trade without a quantity in one of the years, USD"),
)
REST: Final = (
    Column("nes_share", "nes", "share", on_screen=False, meaning="share of areas not specified"),
    Column("quantity_coverage", "weighed", "share", on_screen=False, meaning="share of the value with a quantity"),
    Column("dataset", "dataset", on_screen=False, meaning="where the year comes from"),
    Column("revision", "HS", on_screen=False, meaning="HS revision in which it is published"),
    Column("verdict", "verdict", on_screen=False, meaning="the same in one word: data, open, real"),
    Column("why", "why", on_screen=False, meaning="the series that change, and the reasons of the verdict"),
)


def trend_answer(view: TrendView) -> Answer:
    """The years with what marks them; the sentences on change points and the sources are its notes."""
    years = view.years["year"].to_pylist()
    whom = f" {'from' if view.flow == 'imports' else 'to'} {_partner(view)}" if view.partner else ""
    what = f"{view.flow} of {product_name(view)}{whom}"
    drawing = figures.trend_with_breaks(view.years.to_pylist(), view.changes.to_pylist(), view.flow)
    return Answer(
        title=f"{view.place.name}, {datasets.spans(years)}: {what}",
        table=with_marks(view.years),
        columns=_columns(view),
        notes=(*sentences(view), *_about_years(view), *_sources(view)),
        about=_about(view),
        figures=((drawing, f"{what} by year, {view.place.name}"),),
    )


def with_marks(years: pa.Table) -> pa.Table:
    """Add the column `mark`: the verdict in words."""
    import pyarrow as pa

    marks = [VERDICTS.get(verdict) for verdict in years["verdict"].to_pylist()]
    return years.append_column("mark", pa.array(marks, pa.string()))


def sentences(view: TrendView) -> tuple[str, ...]:
    """One sentence per year and verdict: which series change, by how much, and why that is what it is called."""
    told: dict[tuple[int, str, str], list[dict[str, Any]]] = {}
    for row in view.changes.to_pylist():
        told.setdefault((row["year"], row["verdict"], row["why"]), []).append(row)
    return tuple(
        f"{year}, {VERDICTS[verdict]}: {'; '.join(map(in_words, rows))}.{_because(why)}"
        for (year, verdict, why), rows in told.items()
    )


def _because(why: str) -> str:
    return "" if why == NO_REASON else f" {why[:1].upper()}{why[1:]}.".replace("%", " %").replace("  %", " %")


def in_words(change: dict[str, Any]) -> str:
    """Say how a series changes.

    >>> in_words(dict(series="value", path=True, jump=False, growth=-0.4, usual=0.1, gap=-0.3, pace_before=0.1,
    ...               pace_after=0.05))
    'value begins 30 % below its path (+10 % a year before, +5 % after)'
    """
    series = change["series"]
    if not change["path"]:
        return f"{series} {_signed(change['growth'])} in one year (usual {_signed(change['usual'])})"
    side = "above" if change["gap"] >= 0 else "below"
    pace = f"{_signed(change['pace_before'])} a year before, {_signed(change['pace_after'])} after"
    return f"{series} begins {abs(change['gap']):.0%} {side} its path ({pace})".replace("%", " %").replace("  %", " %")


def _signed(share: float) -> str:
    return f"{share:+.0%}".replace("%", " %").replace("-", "−")


def _columns(view: TrendView) -> tuple[Column, ...]:
    other = "supplier" if view.flow == "imports" else "customer"
    goods = (
        Column("quantity_t", "tons", "tons", meaning="sum of the reported quantities"),
        Column("unit_value_usd_per_t", "USD/t", "ratio", meaning="value over quantity of the flows that report both"),
    )
    whom = (
        Column("partners", f"{other}s", "count", meaning=f"number of {other}s"),
        Column("herfindahl", "HHI", "index", meaning=f"sum of squared {other} shares, 0 to 1"),
        Column("top_partner", "main", meaning=f"largest {other} by value"),
        Column("top_share", "its share", "share", meaning=f"largest {other}'s share of the value"),
    )
    one = (Column("partner_share", "share of all", "share", meaning=f"this {other}'s share of the country's trade"),)
    return (
        Column("year", "year", "year"),
        Column("value_usd", "value USD", "usd", meaning="value, US dollars of the year"),
        Column("growth", "growth", "share", meaning="against the year before"),
        *(goods if view.is_one_product else ()),
        *SPLIT,
        *(one if view.partner else whom),
        Column("mark", "mark", meaning="gravest verdict on a change point of the year: data break, open, change"),
        *REST,
    )


def _about_years(view: TrendView) -> Iterable[str]:
    rows = view.years.to_pylist()
    if len(rows) < LEAST_YEARS:
        yield f"Fewer than {LEAST_YEARS} years: no change points are looked for."
    gaps = [row["year"] for before, row in pairwise(rows) if row["year"] != before["year"] + 1]
    if gaps:
        yield f"Years are missing before {', '.join(map(str, gaps))}: growth and its parts are not given there."
    if view.place.is_bloc:
        yield f"{view.place.name} has the members of {rows[-1]['year']} in every year; trade among them is left out."
    for family in view.families.to_pylist():
        yield f"{family['name']} is a family of codes that split between revisions: {family['codes']}."
    for name in view.joined.idle:
        yield f"Dataset {name} gave no year: datasets named before it have its years, or they are not asked for."
    yield from _brought_over(view)


def _brought_over(view: TrendView) -> Iterable[str]:
    shares: dict[str, dict[str, float]] = {}
    for row in view.coverage.to_pylist():
        of = shares.setdefault(f"{row['dataset']} ({row['revision']})", {})
        of[row["relationship"]] = of.get(row["relationship"], 0.0) + row["value_usd"]
    for name, usd in shares.items():
        total = sum(usd.values()) or 1.0
        listed = ", ".join(f"{kind} {100 * value / total:.1f} %" for kind, value in sorted(usd.items()))
        yield f"{name} is read in {view.joined.revision}; all {view.flow} by relationship of their codes: {listed}."


def _sources(view: TrendView) -> Iterable[str]:
    for span in view.joined.spans:
        held = span.dataset
        notes = " ".join(held.notes)
        yield f"Dataset {held.name}: {held.citation}. Licence: {held.licence}. {notes}".rstrip()


def _about(view: TrendView) -> dict[str, Any]:
    return {
        "asked": {"country": view.place.code, "flow": view.flow, "product": view.product, "partner": view.partner},
        "dataset": ", ".join(span.dataset.name for span in view.joined.spans),
        "revision": view.joined.revision,
        "licence": "; ".join(dict.fromkeys(span.dataset.licence for span in view.joined.spans)),
        "citation": "; ".join(dict.fromkeys(span.dataset.citation for span in view.joined.spans)),
        "datasets": [_span(span.dataset, span.years) for span in view.joined.spans],
        "changes": view.changes.to_pylist(),
        "coverage": view.coverage.to_pylist(),
        "families": view.families.to_pylist(),
    }


def _span(held: Dataset, years: tuple[int, ...]) -> dict[str, Any]:
    return {
        "dataset": held.name, "source": held.source, "revision": held.revision, "version": held.version,
        "years": datasets.spans(years), "loads": [load.id for load in held.loads],
    }  # fmt: skip


def _partner(view: TrendView) -> str:
    return countries.name(view.partner) if view.partner else ""
