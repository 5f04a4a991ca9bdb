"""Answers to questions as tables with the words a reader needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeground.brief.answer import Answer, Column, money, tons
from homeground.codes import products
from homeground.errors import NotInHome, message
from homeground.home import datasets

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.checks import Finding
    from homeground.home import CountryPicture, Home, LoadReport
    from homeground.home.questions import Question
    from homeground.store import Dataset

EVIDENCE = (
    Column("hs6", "HS6"),
    Column("product", "product"),
    Column("imports_usd", "imports USD", "usd", meaning="value of imports, US dollars"),
    Column("suppliers", "suppliers", "count", meaning="number of supplying countries"),
    Column("top_supplier", "main", meaning="country that supplies the largest share by value"),
    Column("top_share", "its share", "share", meaning="main supplier's share of imports by value"),
    Column("herfindahl", "HHI", "index", meaning="sum of squared supplier shares, 0 to 1"),
    Column("herfindahl_without_nes", "without nes", "index", on_screen=False, meaning="the same without unnamed areas"),
    Column("world_herfindahl", "world HHI", "index", meaning="Herfindahl of world exports of the product"),
    Column("import_export_ratio", "M/X", "ratio", meaning="imports over exports; empty where there are no exports"),
    Column("extra_share", "from outside", "share", meaning="share of imports from outside the bloc"),
    Column("extra_herfindahl", "its HHI", "index", meaning="Herfindahl of suppliers outside the bloc"),
    Column("penetration", "M/consumption", "share", on_screen=False, meaning="imports over apparent consumption, tons"),
)


def dependence_answer(
    home: Home,
    country: str,
    year: int,
    method: str,
    *,
    bloc: str | None = None,
    product: str | None = None,
    dataset: str | None = None,
    flagged: bool = False,
) -> Answer:
    """The dependence table of a country with product names; verdicts of one preset, or of all side by side."""
    from homeground.home import questions
    from homeground.home.trade import evidence

    question = questions.ask(home.store, country, year, bloc=bloc, product=product, dataset=dataset)
    table = evidence.judged(home.store, question, method)
    if table.num_rows == 0:
        raise _nothing_bought(question)
    verdict = "dependent" if method != "all" else "presets_flagged"
    if flagged:
        marks = table[verdict].to_pylist()
        table = table.filter([bool(mark) for mark in marks])
    table = _with_names(table, question.dataset)
    shown = _present(table, EVIDENCE, _verdicts(method))
    place = question.place
    asked = {"country": place.code, "year": year, "method": method, "bloc": place.bloc, "product": product}
    market = f" with {question.place.bloc} as home market" if question.place.bloc and not question.place.is_bloc else ""
    return Answer(
        title=f"{question.place.name}, {year}: what imports rest on{market}",
        table=table,
        columns=shown,
        notes=(
            *dataset_notes(home, question.dataset, year),
            *_imports_only(home, question),
            *_method_notes(method),
        ),
        about=about_dataset(question.dataset, asked),
    )


def product_answer(home: Home, hs6: str, year: int, *, dataset: str | None = None) -> Answer:
    """The exporters of a product, with the world figures and the largest importers in the notes."""
    view = home.product(hs6, year, dataset=dataset)
    world = view.world
    buyers = ", ".join(f"{row['name']} {100 * row['share']:.1f} %" for row in view.importers.slice(0, 5).to_pylist())
    traders = f"{world['exporters']} exporters, {world['importers']} importers"
    flows = f"{world['flows']:,} flows, of which {world['flows_without_quantity']:,} without quantity"
    notes = (
        f"World: {money(world['world_exports_usd'])} USD, {_weight(world['quantity_t'])}, {traders}, {flows}.",
        f"Herfindahl of world exports {world['world_herfindahl']:.3f}. Largest importers: {buyers}.",
        *dataset_notes(home, view.dataset, year),
    )
    columns = (
        Column("country", "code"),
        Column("name", "exporter"),
        Column("value_usd", "exports USD", "usd"),
        Column("share", "share", "share"),
        Column("quantity_t", "quantity", "tons"),
        Column("partners", "buyers", "count"),
        Column("unit_value_usd_per_t", "USD/t", "ratio", meaning="value over quantity of the flows that report both"),
    )
    importers = view.importers.to_pylist()
    about = about_dataset(view.dataset, {"hs6": view.hs6, "product": view.name, "year": year})
    return Answer(
        title=f"{view.hs6} {view.name}, {year}: who sells it",
        table=view.exporters,
        columns=columns,
        notes=notes,
        about={**about, "world": world, "importers": importers},
    )


def sources_table(commands: bool = True) -> Answer:
    """What can be loaded or fetched, with licence and citation; how to get it with commands, or without."""
    from homeground.sources import registry

    rows = [
        {
            "source": s.id,
            "title": s.title,
            "publisher": s.publisher,
            "licence": s.licence,
            "how": s.how if commands else s.get,
            "fills": ", ".join(s.fills),
            "citation": s.citation,
            "homepage": s.homepage or None,
            "notes": s.notes or None,
        }
        for s in registry.sources()
    ]
    columns = (
        Column("source", "source"),
        Column("title", "what", wraps=True),
        Column("licence", "licence", wraps=True),
        Column("how", "how to get it", wraps=True),
        Column("publisher", "publisher", on_screen=False),
        Column("fills", "tables", on_screen=False),
        Column("citation", "cite", on_screen=False),
        Column("homepage", "homepage", on_screen=False),
        Column("notes", "notes", on_screen=False),
    )
    return Answer("Sources", _table(rows, columns), columns)


def status_table(home: Home) -> Answer:
    """Datasets, tables, years, rows and loads of a Home."""
    rows = [
        {
            "dataset": held.name + (" (preferred)" if held.name == home.catalog.preferred else ""),
            "table": table,
            "years": datasets.spans([int(key) for key in pieces if key.isdigit()]) or None,
            "rows": sum(piece.rows for piece in pieces.values()),
            "revision": held.revision,
            "version": held.version,
            "loaded_at": held.loads[-1].loaded_at[:16].replace("T", " "),
            "load": held.loads[-1].id,
            "licence": held.licence,
        }
        for held in home.catalog.datasets.values()
        for table, pieces in held.tables.items()
    ]
    columns = (
        Column("dataset", "dataset"),
        Column("table", "table"),
        Column("years", "years"),
        Column("rows", "rows", "count"),
        Column("revision", "HS"),
        Column("version", "version"),
        Column("loaded_at", "loaded (UTC)"),
        Column("load", "load", on_screen=False),
        Column("licence", "licence"),
    )
    notes = () if rows else ("Nothing is loaded yet: see 'homeground sources' and 'homeground load'.",)
    lineage = home.lineage().to_pylist()
    return Answer(f"Home {home.store.path}", _table(rows, columns), columns, notes, {"lineage": lineage})


def findings_table(findings: list[Finding]) -> Answer:
    """Findings of the checks, gravest first."""
    rows = [
        {
            "severity": f.severity,
            "check": f.check,
            "dataset": f.dataset,
            "year": f.year,
            "count": f.count,
            "share": f.share,
            "what": f.what,
            "example": f.example,
            "do": f.do,
        }
        for f in findings
    ]
    columns = (
        Column("severity", "severity"),
        Column("check", "check"),
        Column("dataset", "dataset"),
        Column("year", "year", "year"),
        Column("count", "count", "count"),
        Column("share", "share", "ratio"),
        Column("what", "what", wraps=True),
        Column("example", "example", on_screen=False),
        Column("do", "what to do", wraps=True),
    )
    grave = sum(f.severity == "error" for f in findings)
    notes = (f"{grave} errors, {sum(f.severity == 'warning' for f in findings)} warnings.",)
    return Answer("Checks", _table(rows, columns), columns, notes)


def load_text(report: LoadReport) -> str:
    """What a load did, in a few lines."""
    years = f"; years {datasets.spans(report.years)}" if report.years else ""
    kept = f"{report.rows_loaded:,} of {report.rows_in:,} kept, {report.rows_refused:,} refused{years}"
    refusals = [
        f"  refused {count:,} × {reason}; for example {report.examples.get(reason, 'see the table refused')}"
        for reason, count in report.refused.items()
    ]
    lines = [
        f"{report.dataset}: {report.status} (load {report.load})",
        f"  rows    {kept}",
        *refusals,
        f"  licence {report.licence}; cite {report.citation}",
        *(f"  note    {note}" for note in report.notes),
    ]
    return "\n".join(lines)


def demo_text(loaded: list[LoadReport], picture: CountryPicture, folder: Path, report: Path) -> str:
    """What the demonstration made, and what to try next."""
    code, year = picture.country, picture.year
    samples = "\n".join(f"  {r.dataset:14} {r.rows_loaded:>9,} rows  {datasets.spans(r.years)}" for r in loaded)
    tries = (
        f"homeground dependence {code} --year {year} --home {folder}",
        f"homeground dependence Germany --year {year} --bloc EU27 --method ec2021 --flagged --home {folder}",
        f"homeground product 283691 --year {year} --home {folder}",
        f"homeground report India --year {year} -o india.html --home {folder}",
        f"homeground check --home {folder}",
    )
    return (
        f"Real trade is loaded in {folder}:\n{samples}\n\n"
        f"{picture.name} {year}: {len(picture.products):,} products for {money(picture.imports_usd)} USD.\n"
        f"Report: {report.resolve()}\n\nTry next (after make demo: . .venv/bin/activate):\n"
        + "\n".join(f"  {line}" for line in tries)
    )


def _verdicts(method: str) -> tuple[Column, ...]:
    from homeground import measures

    if method != "all":
        return (Column("dependent", method, "flag", meaning=measures.in_words(measures.preset(method).on())),)
    return (
        Column("presets_flagged", "flagged by", "count", meaning="presets that call it dependent"),
        Column("presets_abstaining", "open", "count", meaning="presets that abstain"),
        *(Column(name, name, "flag", on_screen=False) for name in measures.PRESET_IDS),
    )


def _nothing_bought(question: Question) -> NotInHome:
    goods = f" of {question.product}" if question.product else ""
    return NotInHome(
        message(
            f"no imports{goods} by {question.place.name} in {question.year}",
            where=f"dataset {question.dataset.name}",
            do="check the code and what the dataset covers (homeground status), or name another with --dataset",
        )
    )


def _weight(quantity_t: float | None) -> str:
    return "no quantity" if quantity_t is None else tons(quantity_t)


def _with_names(table: pa.Table, dataset: Dataset) -> pa.Table:
    names = [products.short(code, dataset.revision) for code in table["hs6"].to_pylist()]
    return table.add_column(table.column_names.index("hs6") + 1, "product", [names])


def _present(table: pa.Table, wanted: tuple[Column, ...], verdicts: tuple[Column, ...]) -> tuple[Column, ...]:
    """Columns to show first, of evidence those in which something is known; then the rest, off the screen."""
    known = [c for c in wanted if c.name in table.column_names and table[c.name].null_count < max(1, table.num_rows)]
    first = (*known, *verdicts)
    rest = [name for name in table.column_names if name not in {c.name for c in first}]
    return (*first, *(Column(name, name, on_screen=False) for name in rest))


def _imports_only(home: Home, question: Question) -> tuple[str, ...]:
    from homeground.home import questions

    return () if questions.knows_the_world(home.store, question) else (questions.IMPORTS_ONLY,)


def dataset_notes(home: Home, dataset: Dataset, year: int) -> tuple[str, ...]:
    """Say where an answer comes from, and which other datasets hold the year."""
    others = [d.name for d in home.catalog.datasets.values() if d.name != dataset.name and year in d.years()]
    also = (f"{', '.join(others)} holds {year} too: choose it with --dataset.",) if others else ()
    return (f"Dataset {dataset.name}: {dataset.citation}. Licence: {dataset.licence}.", *dataset.notes, *also)


def _method_notes(method: str) -> tuple[str, ...]:
    from homeground import measures

    if method == "all":
        return (
            "Presets disagree on purpose. Open: the rule abstains. --method NAME shows one, homeground report all.",
        )
    rule = measures.preset(method)
    return (
        f"{rule.id} ({rule.who}): {measures.in_words(rule.on())}.",
        *((f"{rule.variant}.",) if rule.variant else ()),
    )


def about_dataset(dataset: Dataset, asked: dict[str, Any]) -> dict[str, Any]:
    """State the question and the dataset that answered, with its files, for `Answer.about`."""
    return {
        "asked": asked,
        "dataset": dataset.name,
        "source": dataset.source,
        "revision": dataset.revision,
        "version": dataset.version,
        "licence": dataset.licence,
        "citation": dataset.citation,
        "loads": [{"load": load.id, "files": {f.file: f.sha256 for f in load.files}} for load in dataset.loads],
    }


def _table(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> pa.Table:
    import pyarrow as pa

    kinds = {"count": pa.int64(), "year": pa.int64(), "ratio": pa.float64(), "share": pa.float64()}
    schema = pa.schema([(c.name, kinds.get(c.form, pa.string())) for c in columns])
    return pa.Table.from_pylist(rows, schema=schema)
