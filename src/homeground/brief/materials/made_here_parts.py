"""The report's section on materials and plans: findings with a Sankey of materials, phases, the currency budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from homeground.brief.answer import Column
from homeground.brief.materials.materials_tables import answers_of
from homeground.brief.plans.plan_figures import currency_chart, phase_chart
from homeground.brief.plans.plan_tables import columns
from homeground.brief.voice import Voice

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.home.kept import KeptPlan, MadeHere
    from homeground.home.materials.materials import MaterialsView

FINDINGS_SHOWN: Final = 12
Drawings = list[tuple[Markup, str]]


def section(made: MadeHere | None, voice: Voice) -> dict[str, Any] | None:
    """What the template shows of each kept book and plan; None where the Home keeps none of this country."""
    if made is None:
        return None
    return {"books": [_book(view, voice) for view in made.books], "plans": [_plan(kept, voice) for kept in made.plans]}


def sheets(made: MadeHere | None) -> dict[str, tuple[pa.Table, tuple[Column, ...]]]:
    """Sheets of the workbook: findings and balances of each book, steps, projects and currency of each plan."""
    found: dict[str, tuple[pa.Table, tuple[Column, ...]]] = {}
    if made is None:
        return found
    for number, view in enumerate(made.books, 1):
        answers = answers_of(view)
        for name, what in (("findings", "Findings"), ("balances", "Material balances")):
            found[_sheet(what, number)] = (answers[name].table, answers[name].columns)
    for number, kept in enumerate(made.plans, 1):
        for what, table in _tables(kept).items():
            found[_sheet(what, number)] = (table, columns(table))
    return found


def _sheet(what: str, number: int) -> str:
    return what if number == 1 else f"{what} {number}"


def _tables(kept: KeptPlan) -> dict[str, pa.Table]:
    import pyarrow as pa

    steps = [{"year": year, "step": words} for year, words in kept.steps]
    rows = {
        "Plan": steps,
        "Plan projects": list(kept.projects),
        "Plan currency": list(kept.currency),
        "Plan unmet": list(kept.unmet),
        "Plan replaced": list(kept.replaced),
    }
    return {name: pa.Table.from_pylist(lines) for name, lines in rows.items() if lines}


def _book(view: MaterialsView, voice: Voice) -> dict[str, Any]:
    findings = answers_of(view)["findings"]
    rows = findings.table.to_pylist()
    saved = sum(row["net_usd"] or 0.0 for row in rows if (row["net_usd"] or 0.0) > 0)
    return {
        "title": view.check.book.title,
        "rows": rows[:FINDINGS_SHOWN],
        "more": max(0, len(rows) - FINDINGS_SHOWN),
        "largest": rows[0] if rows and saved else None,
        "notes": findings.notes,
        "drawings": _drawn(findings.figures, voice),
    }


def _plan(kept: KeptPlan, voice: Voice) -> dict[str, Any]:
    drawn = [(currency_chart(list(kept.currency)), "Currency by year: what comes in, what goes out, the reserve")]
    if kept.projects:
        phases = phase_chart(list(kept.projects), kept.years)
        drawn.insert(0, (phases, "Phases: pale while a project is built, dark while it runs"))
    years: dict[int, list[str]] = {}
    for year, words in kept.steps:
        years.setdefault(year, []).append(words)
    return {"kept": kept, "years": years, "drawings": _drawn(drawn, voice)}


def _drawn(specs: Any, voice: Voice) -> Drawings:
    return [(voice.draw(spec, text), text) for spec, text in specs]
