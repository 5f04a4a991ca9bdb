"""The negotiator's brief as a file: a page to read and print, or a document to edit; both say the same."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from homeground import __version__
from homeground.brief import figures, negotiation, partner_tables
from homeground.brief.export import write_whole
from homeground.brief.templating import template
from homeground.home.partner import PartnerView


def write(view: PartnerView, path: Path) -> bool:
    """Write the brief (html, docx) or its workbook (xlsx); false where the file's ending asks for a single table.

    Raises BadInput where the system refuses the file.
    """
    ending = path.suffix.lower()
    if ending == ".html":
        text = html(view)
        write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))
    elif ending == ".docx":
        from homeground.brief import partner_docx

        write_whole(path, lambda target: partner_docx.write(negotiation.document(view), target))
    elif ending == ".xlsx":
        partner_tables.write_workbook(view, path)
    return ending in (".html", ".docx", ".xlsx")


def html(view: PartnerView) -> str:
    """Return the brief as one HTML document without outside references, two pages when printed."""
    brief = negotiation.document(view)
    drawings = [(Markup(figures.svg(spec, text)), follow) for spec, text, follow in brief.drawings]  # noqa: S704
    return template("partner.html.j2").render(brief=brief, drawings=drawings, version=__version__)
