"""A plan as a page to read and print, or as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import __version__
from homeground.brief.answer import Answer
from homeground.brief.export import write_file, write_whole
from homeground.brief.plans.plan_tables import TABLES, columns, plan_answer, tables
from homeground.brief.templating import template
from homeground.brief.voice import ENGLISH, Voice
from homeground.brief.workbook import Book, about_pairs
from homeground.home.plans.practice import steps

if TYPE_CHECKING:
    from homeground.home.plans.planner import PlanView

SHOWN: Final = {
    "projects": "What is built",
    "replaced": "What takes the place of what",
    "moved": "What that changes in the currency account, against the plan that keeps to today's practice",
    "currency": "Currency, M USD",
    "unmet": "Needs not met",
    "limits": "What each limit costs",
    "scenarios": "Other worlds",
    "imports": "What is bought",
    "exports": "What is sold",
    "activity": "What is made",
    "shadow_prices": "What one more unit would be worth",
    "barred": "Left out: barred by measures in force",
}
"""Tables on the page, with their headings; the workbook has all."""
MOST: Final = 60
GOODS: Final = frozenset({"good", "group", "member", "by", "instead_of"})


def write(view: PlanView, path: Path, voice: Voice = ENGLISH) -> Answer:
    """Write a plan in the format of the file's ending, and return its answer; html and xlsx hold every table."""
    answer = plan_answer(view)
    ending = path.suffix.lower()
    if ending == ".html":
        text = html(view, answer, voice)
        write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))
    elif ending == ".xlsx":
        write_whole(path, lambda target: _workbook(view, answer, target, voice))
    else:
        write_file(answer, path)
    return answer


def html(view: PlanView, answer: Answer, voice: Voice = ENGLISH) -> str:
    """Return the plan as one HTML document without outside references."""
    plan, held, names = view.plan, tables(view), view.model.names()
    parts = []
    for name, heading in SHOWN.items():
        if name in held and held[name].num_rows:
            shown = columns(held[name])
            rows = [named(row, names) for row in held[name].slice(0, MOST).to_pylist()]
            texts = [[(column, column.text_of(row)) for column in shown] for row in rows]
            parts.append({"heading": heading, "columns": shown, "rows": texts, "more": held[name].num_rows - len(rows)})
    return template("plan.html.j2").render(
        plan=plan,
        steps=steps(plan, view.practice),
        files=view.files,
        notes=answer.notes,
        drawings=[(voice.draw(spec, text), text) for spec, text in answer.figures],
        parts=parts,
        version=__version__,
        voice=voice,
    )


def named(row: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Call goods by their names."""
    return {key: names.get(value, value) if key in GOODS else value for key, value in row.items()}


def _workbook(view: PlanView, answer: Answer, target: Path, voice: Voice) -> None:
    book = Book(target, voice)
    book.sheet("Steps", answer.table, answer.columns)
    titles = {attribute: title for title, attribute in TABLES.items()}
    for name, table in tables(view).items():
        book.sheet(titles.get(name, name.capitalize()), table, columns(table))
    few = {key: answer.about[key] for key in ("status", "gap", "home_money", "stages", "million_more", "files")}
    book.pairs("About", about_pairs(Answer(answer.title, answer.table, answer.columns, answer.notes, few)))
    book.close()
