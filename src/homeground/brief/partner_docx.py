"""The negotiator's brief as a document to edit (docx): the page's words, tables and figures on two sheets of A4."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import __version__
from homeground.brief import figures
from homeground.brief.negotiation import Block, Document
from homeground.brief.plain import plain

if TYPE_CHECKING:
    from docx.document import Document as Word

MARGIN_CM: Final = 1.1
BODY_PT, SMALL_PT, TABLE_PT, TITLE_PT, HEAD_PT = 7.5, 6.0, 6.5, 13.0, 9.0
FIGURE_CM: Final = 14.5


def write(brief: Document, path: Path) -> None:
    """Write the brief; text that XML cannot hold is left out."""
    import docx

    word = docx.Document()
    _set_up(word, brief)
    _line(word, brief.title, "Title", TITLE_PT)
    _line(word, brief.lead, None, BODY_PT)
    for text in brief.warnings:
        _line(word, text, None, BODY_PT, bold=True)
    for text in brief.findings:
        _line(word, text, "List Bullet", BODY_PT)
    for spec, text in brief.drawings:
        _figure(word, spec, text)
    for block in brief.blocks:
        _block(word, block)
    _line(word, "Sources, and how to follow every number", "Heading 2", HEAD_PT)
    for name, text in brief.sources:
        _line(word, f"{name}: {text}", None, SMALL_PT)
    _line(word, f"{brief.foot} Made by Homeground {__version__}.", None, SMALL_PT)
    word.save(str(path))


def _set_up(word: Word, brief: Document) -> None:
    from docx.shared import Cm, Pt

    word.core_properties.title = plain(brief.title)[:250]
    word.core_properties.author = f"Homeground {__version__}"
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    style: Any = word.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(BODY_PT)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def _line(word: Word, text: str, style: str | None, size: float, *, bold: bool = False) -> None:
    from docx.shared import Pt

    paragraph = word.add_paragraph(style=style)
    paragraph.paragraph_format.space_before = Pt(3 if style == "Heading 2" else 0)
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1.0
    run = paragraph.add_run(plain(text))
    run.font.size, run.font.name = Pt(size), "Arial"
    run.bold = bold or None


def _figure(word: Word, spec: figures.Spec, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape: Any = paragraph.add_run().add_picture(io.BytesIO(figures.png(spec)), width=Cm(FIGURE_CM))
    shape._inline.docPr.set("descr", plain(text))  # noqa: SLF001  python-docx has no other way to describe a picture


def _block(word: Word, block: Block) -> None:
    _line(word, block.title, "Heading 2", HEAD_PT)
    if block.lead:
        _line(word, block.lead, None, SMALL_PT)
    if len(block.heads) == 1:
        for row in block.rows:
            _line(word, row[0], "List Bullet", BODY_PT)
    elif block.rows:
        _table(word, block)
    _line(word, f"{f'{block.left_out} more' if block.left_out else 'To follow'}: {block.follow}", None, SMALL_PT)


def _table(word: Word, block: Block) -> None:
    table = word.add_table(rows=1 + len(block.rows), cols=len(block.heads), style="Light List Accent 1")
    table.autofit = True
    for place, texts in enumerate((block.heads, *block.rows)):
        for column, text in enumerate(texts):
            _cell(table.cell(place, column), text, bold=place == 0, right=column in block.numbers)


def _cell(cell: Any, text: str, *, bold: bool, right: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(plain(text))
    run.font.size, run.bold = Pt(TABLE_PT), bold
