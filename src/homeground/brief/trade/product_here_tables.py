"""A product seen from one country, in tables: suppliers, who could step in, what is at home, what could stand in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from homeground.brief.answer import Answer, Column, money
from homeground.brief.partners.partner_words import percent
from homeground.brief.tables import about_dataset
from homeground.home.trade.product_here import ProductHere

NO_LIST: Final = (
    "No list of measures in force (embargoes, sanctions) is loaded: nobody named here was held against any."
)
SUPPLIERS: Final = (
    Column("country", "code"),
    Column("name", "supplier"),
    Column("value_usd", "imports USD", "usd"),
    Column("share", "share", "share", meaning="part of what the country buys of it"),
    Column("quantity_t", "quantity", "tons"),
    Column("unit_value_usd_per_t", "USD/t", "ratio", meaning="value over quantity of the flows that report both"),
)
OTHERS: Final = (
    Column("exporter", "code"),
    Column("name", "could step in"),
    Column("supplied_usd", "supplies USD", "usd", meaning="what it sells to the country today"),
    Column("spare_usd", "could divert USD", "usd", meaning="the assumed part of what it sells elsewhere"),
    Column("allocated_usd", "would take over USD", "usd", meaning="what is lost, shared out by what each could divert"),
    Column("covers", "of what is lost", "share", meaning="what it would take over, of what is lost"),
)
WAYS: Final = (
    Column("name", "own good"),
    Column("where", "where"),
    Column("tons", "replaces t", "tons", meaning="what it could replace in a year; empty: not known"),
    Column("of_imports", "of imports", "share", meaning="the same over the tons imported, at most all"),
    Column("takes", "t per t", "ratio", meaning="tons of the own good for one ton of the import"),
    Column("saved_usd_per_t", "saves USD/t", "ratio", meaning="price paid less what the way itself imports"),
    Column("drc", "DRC", "ratio", meaning="domestic resource cost: below 1, worth making at home"),
    Column("byproduct", "thrown away today", "flag"),
    Column("quality", "quality", wraps=True),
    Column("why", "why not, or with what", wraps=True),
)


def answers(view: ProductHere) -> dict[str, Answer]:
    """The tables that hold something, by name; the suppliers always, with a sentence for whatever is not known."""
    found = {"suppliers": _suppliers(view)}
    if view.stop.others.num_rows:
        found["others"] = _others(view)
    if view.ground is not None:
        from homeground.brief.ground.ground_tables import balance_answer

        whole = balance_answer(view.ground)
        about = {key: value for key, value in whole.about.items() if key != "figures"}
        found["ground"] = replace(whole, about=about)
    if view.instead.ways.num_rows:
        title = f"{view.hs6}: what own goods of {view.place.name} could stand in"
        notes = (f"Process book {view.instead.book}. Ways that take the same good do not add up.",)
        found["instead"] = Answer(title, view.instead.ways, WAYS, notes, _about(view))
    return found


def whole(view: ProductHere) -> Answer:
    """The suppliers, with all that is not known in the notes and the other tables in `about`."""
    first, *others = answers(view).items()
    answer = first[1]
    told = {name: other.table.to_pylist() for name, other in others}
    return replace(answer, notes=(*absences(view), *answer.notes), about={**answer.about, **told})


def absences(view: ProductHere) -> tuple[str, ...]:
    """What is not known, and why, each a sentence."""
    return tuple(text for text in (view.stop.why_not, view.no_ground, view.instead.why_not) if text)


def tiles(view: ProductHere) -> tuple[tuple[str, str], ...]:
    """The numbers at the head: what is bought, how much from the largest, what its stop would leave open."""
    rows = view.suppliers.to_pylist()
    if not rows:
        return ()
    found = [
        (f"{money(view.imports_usd)} USD", f"imports {view.year}"),
        (percent(rows[0]["share"]), f"sold by {rows[0]['name']}"),
    ]
    if view.stop.lost_usd and view.stop.gap_usd is not None:
        found.append((percent(view.stop.gap_usd / view.stop.lost_usd), f"left open if {view.stop.name} stopped"))
    return tuple(found)


def _suppliers(view: ProductHere) -> Answer:
    held, barred = view.dataset, ", ".join(view.barred)
    notes = (
        *((f"A measure in force on {view.day} bars buying it from: {barred}.",) if barred else ()),
        f"Dataset {held.name}: {held.citation}. Licence: {held.licence}.",
        *held.notes,
    )
    title = f"{view.hs6}, {view.year}: who supplies {view.place.name}"
    return Answer(title, view.suppliers, SUPPLIERS, notes, _about(view))


def _others(view: ProductHere) -> Answer:
    stop = view.stop
    lost, gap = stop.lost_usd or 0.0, stop.gap_usd or 0.0
    open_part = f"{money(gap)} USD ({percent(gap / lost)})" if gap else "nothing"
    notes = (
        f"If {stop.name} stopped, {money(lost)} USD a year would be lost; {open_part} would stay open.",
        f"Assumed: the others could divert {percent(view.divertible)} of what they sell elsewhere within a year.",
        f"Whoever a measure in force on {view.day} bars is left out." if view.measures_loaded else NO_LIST,
    )
    return Answer(f"{view.hs6}: who could step in for {stop.name}", stop.others, OTHERS, notes, _about(view))


def _about(view: ProductHere) -> dict[str, Any]:
    asked = {
        "hs6": view.hs6, "product": view.name, "country": view.place.code, "year": view.year,
        "supplier": view.stop.supplier, "divertible": view.divertible, "day": view.day.isoformat(),
    }  # fmt: skip
    return about_dataset(view.dataset, asked)
