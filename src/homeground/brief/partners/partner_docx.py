"""The negotiator's brief as a document to edit (docx): the page's words, tables and figures on two sheets of A4."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeground import __version__
from homeground.brief import figures
from homeground.brief.partners.negotiation import Block, Document
from homeground.brief.plain import plain
from homeground.brief.voice import ENGLISH, Voice

if TYPE_CHECKING:
    from docx.document import Document as Word

PAGE_CM: Final = 21.0
MARGIN_CM: Final = 1.1
SIGN_CM, SIDES_CM, SHORT_SIGNS = 0.16, 0.42, 18
"""Width of a sign in a table, and of a cell's edges; a text up to so many signs gets the room it needs."""
BODY_PT, SMALL_PT, TABLE_PT, TITLE_PT, HEAD_PT = 7.5, 6.0, 6.5, 13.0, 9.0
FIGURE_CM: Final = 14.5


def write(brief: Document, path: Path, voice: Voice = ENGLISH) -> None:
    """Write the brief, whose words are in that voice already; text that XML cannot hold is left out."""
    import docx

    word = docx.Document()
    _set_up(word, brief)
    _line(word, brief.title, "Title", TITLE_PT)
    _line(word, brief.lead, None, BODY_PT)
    for text in brief.warnings:
        _line(word, text, None, BODY_PT, bold=True)
    for text in brief.findings:
        _line(word, text, "List Bullet", BODY_PT)
    say = voice.say
    _line(word, say(f"To follow: {brief.follow}"), None, SMALL_PT)
    for spec, text, follow in brief.drawings:
        _figure(word, spec, text)
        _line(word, say(f"To follow: {follow}"), None, SMALL_PT)
    for block in brief.blocks:
        _block(word, block, voice)
    _line(word, say("Sources, and how to follow every number"), "Heading 2", HEAD_PT)
    for name, text in brief.sources:
        _line(word, f"{name}: {text}", None, SMALL_PT)
    _line(word, f"{brief.foot} {say(f'Made by Homeground {__version__}.')}", None, SMALL_PT)
    word.save(str(path))


def _set_up(word: Word, brief: Document) -> None:
    from docx.shared import Cm, Pt

    word.core_properties.title = plain(brief.title)[:250]
    word.core_properties.author = f"Homeground {__version__}"
    section = word.sections[0]
    section.page_width, section.page_height = Cm(PAGE_CM), Cm(29.7)
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


def _block(word: Word, block: Block, voice: Voice) -> None:
    _line(word, block.title, "Heading 2", HEAD_PT)
    if block.lead:
        _line(word, block.lead, None, SMALL_PT)
    if len(block.heads) == 1:
        for row in block.rows:
            _line(word, row[0], "List Bullet", BODY_PT)
    elif block.rows:
        _table(word, block)
    more = voice.say(f"{block.left_out} more" if block.left_out else "To follow")
    _line(word, f"{more}: {block.follow}", None, SMALL_PT)


def _table(word: Word, block: Block) -> None:
    from docx.shared import Cm

    table = word.add_table(rows=1 + len(block.rows), cols=len(block.heads), style="Light List Accent 1")
    table.autofit = False
    widths = widths_cm(block)
    for column, width in enumerate(widths):
        table.columns[column].width = Cm(width)
    for texts, row in zip((block.heads, *block.rows), table.rows, strict=True):
        for column, (text, cell) in enumerate(zip(texts, row.cells, strict=True)):
            _cell(cell, text, widths[column], bold=texts is block.heads, right=column in block.numbers)


def widths_cm(block: Block) -> list[float]:
    """Share the page's width among the columns: numbers get what they need, texts the rest by their length."""
    room = PAGE_CM - 2 * MARGIN_CM
    longest = [max(len(row[column]) for row in block.rows) for column in range(len(block.heads))]
    words = [max(map(len, head.split()), default=0) for head in block.heads]
    need = [SIDES_CM + SIGN_CM * max(pair) for pair in zip(longest, words, strict=True)]
    fixed = [place in block.numbers or length <= SHORT_SIGNS for place, length in enumerate(longest)]
    left = room - sum(width for width, narrow in zip(need, fixed, strict=True) if narrow)
    of_texts = sum(width for width, narrow in zip(need, fixed, strict=True) if not narrow)
    if all(fixed):
        return [width * room / sum(need) for width in need]
    return [width if narrow else width * left / of_texts for width, narrow in zip(need, fixed, strict=True)]


def _cell(cell: Any, text: str, width_cm: float, *, bold: bool, right: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    cell.width = Cm(width_cm)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(plain(text))
    run.font.size, run.bold = Pt(TABLE_PT), bold
