"""The negotiator's brief as a file: a page to read and print, or a document to edit; both say the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from homeground import __version__
from homeground.brief.export import write_whole
from homeground.brief.partners import negotiation, partner_tables
from homeground.brief.partners.negotiation import Block, Document
from homeground.brief.templating import template
from homeground.brief.voice import ENGLISH, Voice
from homeground.home.partners.partner import PartnerView


def write(view: PartnerView, path: Path, voice: Voice = ENGLISH) -> bool:
    """Write the brief (html, docx) or its workbook (xlsx); false where the file's ending asks for a single table.

    Raises BadInput where the system refuses the file.
    """
    ending = path.suffix.lower()
    if ending == ".html":
        text = html(view, voice)
        write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))
    elif ending == ".docx":
        from homeground.brief.partners import partner_docx

        write_whole(path, lambda target: partner_docx.write(spoken(negotiation.document(view), voice), target, voice))
    elif ending == ".xlsx":
        partner_tables.write_workbook(view, path, voice)
    return ending in (".html", ".docx", ".xlsx")


def html(view: PartnerView, voice: Voice = ENGLISH) -> str:
    """Return the brief as one HTML document without outside references, two pages when printed."""
    brief = spoken(negotiation.document(view), voice)
    drawings = [(ENGLISH.draw(spec, text), follow) for spec, text, follow in brief.drawings]
    return template("partner.html.j2").render(brief=brief, drawings=drawings, version=__version__, voice=voice)


def spoken(brief: Document, voice: Voice) -> Document:
    """Return the negotiator's brief in a voice; commands stay as they are typed."""
    say = voice.say
    return replace(
        brief,
        title=say(brief.title),
        lead=say(brief.lead),
        warnings=tuple(map(say, brief.warnings)),
        findings=tuple(map(say, brief.findings)),
        drawings=tuple((voice.figure(spec), say(text), follow) for spec, text, follow in brief.drawings),
        blocks=tuple(_block(block, voice) for block in brief.blocks),
        sources=tuple((say(name), voice.value(text)) for name, text in brief.sources),
        foot=say(brief.foot),
    )


def _block(block: Block, voice: Voice) -> Block:
    cells = voice.say if len(block.heads) == 1 else voice.value
    return replace(
        block,
        title=voice.say(block.title),
        lead=voice.say(block.lead),
        heads=tuple(map(voice.say, block.heads)),
        rows=tuple(tuple(map(cells, row)) for row in block.rows),
    )
