"""A checked book as one page or one workbook: findings in words, the streams, balances, cost at the border, sources."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from homeground import __version__
from homeground.brief import workbook
from homeground.brief.answer import Answer
from homeground.brief.export import write_file, write_whole
from homeground.brief.templating import template
from homeground.brief.voice import ENGLISH

SHEETS: Final = {"findings": "Findings", "balances": "Balances", "border": "At the border", "sources": "Sources"}
HEADS: Final = {
    "balances": "The balance of each good",
    "border": "What processes are worth at the border",
    "sources": "Where the numbers come from",
}


def write(answers: dict[str, Answer], view: str, path: Path) -> None:
    """Write all answers as a page (.html) or workbook (.xlsx), or the one that was asked for in another format."""
    if path.suffix.lower() == ".xlsx":
        sheets = {SHEETS[name]: answer for name, answer in answers.items()}
        about = [pair for answer in list(answers.values())[:1] for pair in workbook.about_pairs(answer)]
        write_whole(path, lambda target: workbook.write_sheets(sheets, about, target))
    elif path.suffix.lower() == ".html":
        text = page(answers)
        write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))
    else:
        write_file(answers[view], path)


def page(answers: dict[str, Answer]) -> str:
    """Return one HTML document without outside references."""
    found = answers["findings"]
    return template("materials.html.j2").render(
        answer=found,
        rows=found.table.to_pylist(),
        drawings=[(ENGLISH.draw(spec, text), text) for spec, text in found.figures],
        parts=[
            (HEADS[name], [c for c in answers[name].columns if c.on_screen], answers[name].table.to_pylist())
            for name in HEADS
        ],
        version=__version__,
    )
