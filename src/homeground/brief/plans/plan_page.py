"""A plan as a page to read and print, or as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeground import __version__
from homeground.brief.answer import Answer
from homeground.brief.export import write_file, write_whole
from homeground.brief.plans.plan_shown import shown
from homeground.brief.plans.plan_tables import TABLES, columns, plan_answer, tables
from homeground.brief.templating import template
from homeground.brief.voice import ENGLISH, Voice
from homeground.brief.workbook import Book, about_pairs
from homeground.home.plans.practice import steps

if TYPE_CHECKING:
    from homeground.home.plans.planner import PlanView

MOST: Final = 60


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
    plan, parts = view.plan, []
    for part in shown(view).values():
        seen = [column for column in part.columns if column.on_screen]
        rows = [[(column, column.text_of(row)) for column in seen] for row in part.table.slice(0, MOST).to_pylist()]
        more = part.table.num_rows - len(rows)
        parts.append({"heading": part.title, "columns": seen, "rows": rows, "more": more})
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


def _workbook(view: PlanView, answer: Answer, target: Path, voice: Voice) -> None:
    book = Book(target, voice)
    book.sheet("Steps", answer.table, answer.columns)
    titles = {attribute: title for title, attribute in TABLES.items()}
    for name, table in tables(view).items():
        book.sheet(titles.get(name, name.capitalize()), table, columns(table))
    few = {key: answer.about[key] for key in ("status", "gap", "home_money", "stages", "million_more", "files")}
    book.pairs("About", about_pairs(Answer(answer.title, answer.table, answer.columns, answer.notes, few)))
    book.close()
