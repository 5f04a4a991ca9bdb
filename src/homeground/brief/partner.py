"""The negotiator's brief as a file: a page to read and print, or a document to edit; both say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from markupsafe import Markup

from homeground import __version__
from homeground.brief import figures, negotiation
from homeground.brief.export import write_whole
from homeground.brief.templating import template
from homeground.home.partner import PartnerView

ENDINGS: Final = (".html", ".docx")


def write(view: PartnerView, path: Path) -> None:
    """Write the brief; the file's ending picks html or docx. Raises BadInput where the system refuses the file."""
    if path.suffix.lower() == ".docx":
        from homeground.brief import partner_docx

        write_whole(path, lambda target: partner_docx.write(negotiation.document(view), target))
    else:
        text = html(view)
        write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))


def html(view: PartnerView) -> str:
    """Return the brief as one HTML document without outside references, two pages when printed."""
    brief = negotiation.document(view)
    drawings = [Markup(figures.svg(spec, text)) for spec, text in brief.drawings]  # noqa: S704
    return template("partner.html.j2").render(brief=brief, drawings=drawings, version=__version__)
