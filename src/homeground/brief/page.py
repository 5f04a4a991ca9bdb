"""One answer as a page of its own, in the report's dress."""

from __future__ import annotations

from typing import Any, Final

from homeground import __version__
from homeground.brief.answer import Answer, Column
from homeground.brief.templating import template
from homeground.brief.voice import ENGLISH

WORDS: Final = 2
"""More columns of verdicts than this are written as marks, so that the table fits its page."""


def answer_page(answer: Answer) -> str:
    """Return the answer as one HTML document without outside references.

    It shows what the screen shows, and every verdict; the note below it counts the columns that the other formats hold.
    """
    shown = [column for column in answer.columns if column.on_screen or column.form == "flag"]
    marked = sum(column.form == "flag" for column in shown) > WORDS
    write = _mark if marked else Column.text_of
    return template("answer.html.j2").render(
        answer=answer,
        columns=shown,
        rows=[[(column, write(column, row)) for column in shown] for row in answer.table.to_pylist()],
        marked=marked,
        left_out=len(answer.columns) - len(shown),
        drawings=[(ENGLISH.draw(spec, text), text) for spec, text in answer.figures],
        version=__version__,
    )


def _mark(column: Column, row: dict[str, Any]) -> str:
    if column.form != "flag":
        return column.text_of(row)
    value = row.get(column.name)
    return "?" if value is None else "●" if value else "·"
