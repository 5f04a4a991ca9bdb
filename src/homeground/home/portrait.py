"""Paint the whole picture of one country: evidence once, then every view of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from homeground import checks, measures
from homeground.codes import countries, products
from homeground.home import kept, questions
from homeground.home.chains import chains_picture
from homeground.home.ground import ground
from homeground.home.partners.leverage import first_partners
from homeground.home.picture import DEPENDENT_FROM, CountryPicture
from homeground.home.questions import Question
from homeground.home.trade import capability, evidence
from homeground.home.trade import trend as trends
from homeground.home.trade.cuts import main_supplier_cuts
from homeground.home.trade.paid import paid
from homeground.sources import Progress
from homeground.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Row = dict[str, Any]


def paint(store: Store, question: Question, findings: Iterable[checks.Finding], progress: Progress) -> CountryPicture:
    """Build the picture; see `CountryPicture` for its tables."""
    progress("evidence on every product and year", 0.1)
    facts, own, sold = _evidence_of_all_years(store, question)
    loaded = question.dataset.years()
    progress("presets side by side", 0.4)
    judged = measures.evaluate_all(facts, loaded=loaded)
    rows = _product_rows(facts, judged, question)
    flags = ibis.memtable(judged.to_pyarrow())
    progress("partners and trend", 0.6)
    partners = _partners(own, sold, rows, question)
    trend = _trend(own, sold, flags, question)
    progress("what if the main supplier stopped", 0.8)
    world = questions.knows_the_world(store, question)
    dependent = [row for row in rows if row["dependent"]] if world else []
    cuts = main_supplier_cuts(store, question, dependent, datetime.now(UTC).date())
    sensitivity = measures.sensitivity(facts, loaded=loaded).filter(_.year == question.year)
    return CountryPicture(
        country=question.place.code,
        name=question.place.name,
        year=question.year,
        bloc=question.place.bloc,
        dataset=question.dataset,
        imports_usd=sum(row["imports_usd"] for row in rows),
        exports_usd=_exports(trend, question) if world else None,
        products=_arrow(rows),
        partners=_arrow(partners),
        presets=_arrow(_presets(rows, question)),
        sensitivity=sensitivity.to_pyarrow(),
        trend=_arrow(trend),
        churn=_churn(flags),
        cuts=cuts,
        reasons=_reasons(facts, question, loaded, single=len(rows) == 1),
        findings=tuple(findings),
        notes=_notes(store, question, rows),
        **_chapters(store, question, several_years=len(trend) > 1, world=world),
    )


def _chapters(store: Store, question: Question, *, several_years: bool, world: bool) -> dict[str, Any]:
    """The parts of a picture that only some Homes have; None for each that this one lacks the data for."""
    place, dataset = question.place, question.dataset
    return {
        "prices": paid(store, question),
        "over_years": trends.of_picture(store, place.code, dataset.name) if several_years else None,
        "leverage": first_partners(store, question) if world else None,
        "capability": capability.for_picture(store, question),
        "ground": ground.for_report(store, place.code, question.year, dataset.name),
        "chains": chains_picture.paint(store, place, question.year),
        "made_here": kept.for_report(store, place, question.year),
    }


def _evidence_of_all_years(store: Store, question: Question) -> tuple[ir.Table, ir.Table, ir.Table]:
    """Evidence, own imports and all exports of every loaded year; the evidence is fetched once and kept in memory."""
    whole = questions.over_all_years(question)
    facts = ibis.memtable(evidence.evidence(store, whole).to_pyarrow())
    return facts, questions.own_imports(store, whole), questions.own_exports(store, whole)


def _exports(trend: list[Row], question: Question) -> float:
    return next((row["exports_usd"] for row in trend if row["year"] == question.year), 0.0) or 0.0


def _product_rows(facts: ir.Table, judged: ir.Table, question: Question) -> list[Row]:
    year = facts.filter(_.year == question.year)
    table = year.inner_join(judged, ["year", "importer", "hs6"]).order_by(ibis.desc("imports_usd"), "hs6")
    rows = table.to_pyarrow().to_pylist()
    return [
        {
            **_named(row["hs6"], question),
            **row,
            **_supplier_names(row),
            "dependent": row["presets_flagged"] >= DEPENDENT_FROM,
        }
        for row in rows
    ]


def _named(hs6: str, question: Question) -> Row:
    revision = question.dataset.revision
    section = products.section(hs6)
    return {
        "hs6": hs6,
        "product": products.name(hs6, revision),
        "short": products.short(hs6, revision),
        "chapter": hs6[:2],
        "chapter_name": products.chapter(hs6).name,
        "section": section.roman,
        "section_name": section.name,
    }


def _supplier_names(row: Row) -> Row:
    return {
        f"{column}_name": countries.name(row[column]) if row.get(column) else None
        for column in ("top_supplier", "extra_top_supplier", "world_top_exporter")
    }


def _partners(own: ir.Table, sold: ir.Table, rows: list[Row], question: Question) -> list[Row]:
    this_year = own.filter(_.year == question.year)
    bought = this_year.group_by("exporter").agg(imports_usd=_.value_usd.sum(), products=_.hs6.nunique())
    sales = sold.filter(_.year == question.year).group_by(exporter=_.importer).agg(exports_usd=_.value_usd.sum())
    ranked = bought.left_join(sales, "exporter").order_by(ibis.desc("imports_usd"), "exporter")
    joined = ranked.to_pyarrow().to_pylist()
    total = sum(row["imports_usd"] for row in joined) or 1.0
    led, leaned_on = _led_by(rows)
    return [
        {
            "exporter": row["exporter"],
            "name": countries.name(row["exporter"]),
            "imports_usd": row["imports_usd"],
            "share": row["imports_usd"] / total,
            "products": row["products"],
            "products_led": led.get(row["exporter"], 0),
            "dependent_usd": leaned_on.get(row["exporter"], 0.0),
            "exports_usd": row["exports_usd"],
        }
        for row in joined
    ]


def _led_by(rows: list[Row]) -> tuple[dict[str, int], dict[str, float]]:
    """Count, per supplier, the products it leads, and sum its part of the dependent ones (US dollars)."""
    led: dict[str, int] = {}
    leaned_on: dict[str, float] = {}
    for row in rows:
        supplier = row["top_supplier"]
        led[supplier] = led.get(supplier, 0) + 1
        if row["dependent"]:
            leaned_on[supplier] = leaned_on.get(supplier, 0.0) + row["top_supplier_usd"]
    return led, leaned_on


def _presets(rows: list[Row], question: Question) -> list[Row]:
    total = sum(row["imports_usd"] for row in rows) or 1.0
    return [_preset_row(preset, rows, total) for preset in measures.presets()]


def _preset_row(preset: measures.Preset, rows: list[Row], total: float) -> Row:
    flagged = [row for row in rows if row[preset.id]]
    usd = sum(row["imports_usd"] for row in flagged)
    rule = preset.on()
    return {
        "preset": preset.id,
        "title": preset.title,
        "who": preset.who,
        "rule": measures.in_words(rule),
        "source": preset.source.title,
        "url": preset.source.url,
        "from_date": max((str(v.since) for v in rule.values.values() if v is not None), default=None),
        "flagged": len(flagged),
        "flagged_usd": usd,
        "flagged_share": usd / total,
        "abstaining": sum(row[preset.id] is None for row in rows),
        "note": ". ".join(part for part in (preset.variant, *preset.scope) if part),
    }


def _trend(own: ir.Table, sold: ir.Table, flags: ir.Table, question: Question) -> list[Row]:
    shares = measures.herfindahl(own, by=("year", "importer"))
    bought = own.group_by("year").agg(
        imports_usd=_.value_usd.sum(), suppliers=_.exporter.nunique(), products=_.hs6.nunique()
    )
    counted = flags.group_by("year").agg(**{p: ibis.ifelse(_[p], 1, 0).sum() for p in measures.PRESET_IDS})
    sales = sold.group_by("year").agg(exports_usd=_.value_usd.sum())
    years: dict[int, Row] = {}
    for table in (bought, shares.drop("importer"), sales, counted):
        for row in table.to_pyarrow().to_pylist():
            years.setdefault(row["year"], {"year": row["year"]}).update(row)
    columns = ("year", "imports_usd", "exports_usd", "suppliers", "herfindahl", "products", *measures.PRESET_IDS)
    return [{column: years[year].get(column) for column in columns} for year in sorted(years)]


def _churn(flags: ir.Table) -> pa.Table:
    each = [
        measures.flag_churn(flags, flag=name).mutate(preset=ibis.literal(name)).drop("importer")
        for name in measures.PRESET_IDS
    ]
    return ibis.union(*each).order_by("year", "preset").to_pyarrow()


def _reasons(
    facts: ir.Table, question: Question, loaded: Sequence[int], single: bool
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Product → preset → why, for the products that a preset flags; of a single product, what every preset says."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for preset in measures.presets():
        judged = measures.flag(facts, preset, loaded=loaded)
        this_year = judged.filter(_.year == question.year)
        rows = (this_year if single else this_year.filter(_.dependent)).to_pyarrow().to_pylist()
        for row in rows:
            found.setdefault(row["hs6"], {})[preset.id] = tuple(measures.reasons(row, preset))
    return found


def _notes(store: Store, question: Question, rows: list[Row]) -> tuple[str, ...]:
    notes = list(question.dataset.notes)
    if questions.side_table(store, "restrictions") is None:
        notes.append(
            "No list of embargoes and sanctions is loaded: suppliers named as alternatives were not held against any."
        )
    if not questions.knows_the_world(store, question):
        notes.append(questions.IMPORTS_ONLY)
    if len(question.years) == 1:
        notes.append("Only one year is loaded: rules that ask for several years abstain unless that year decides them.")
    unweighed = sum(1 for row in rows if (row["quantity_coverage"] or 0) < 0.9)
    if unweighed:
        notes.append(f"{unweighed} of {len(rows)} products have quantities for less than 90 % of their value.")
    return tuple(notes)


def _arrow(rows: list[Row]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(rows)
