"""Partner: who leans on whom, product by product, and the brief for a meeting, to print or to take along."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from starlette.responses import RedirectResponse, Response

from homeground.brief.partners import negotiation, partner, partner_panels
from homeground.desk.language.answers import voice
from homeground.desk.pages import Asked, Asking, Panel, Sheet, field, page
from homeground.desk.showing.choices import answering, dataset_names, newest, today, years
from homeground.home.partners.partner import PartnerView
from homeground.home.place import resolve

TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Pair(Asked):
    """Which two."""

    country: str | None = field(
        "Country or bloc", None, help="Name or code, such as Kenya, KEN or EU27.", among="countries"
    )
    other: str | None = field("Partner", None, help="With whom one meets.", among="countries")
    year: int | None = field("Year", None, ge=1900, le=2100)


class Question(Asked):
    """Which year, and what if."""

    year: int | None = field("Year", None, ge=1900, le=2100)
    move: float = field("Share to move", 0.1, help="Of each import, to other suppliers: 0.1 is ten points.", ge=0, le=1)
    on: date | None = field("Measures as of", None, help="Embargoes and sanctions in force on that day.")
    dataset: str | None = field("Dataset", None)


@page("/partner", title="Partner", purpose="partner", menu=True)
def find(asking: Asking, pair: Pair) -> Sheet | RedirectResponse:
    """Choose whom to meet; whoever has said for whom they work is one of the two."""
    own = pair.country or asking.country
    if own and pair.other:
        year = pair.year or newest(asking.home)
        codes = [resolve(name, year).code for name in (own, pair.other)]
        return RedirectResponse(f"/partner/{codes[0]}/{codes[1]}{f'?year={pair.year}' if pair.year else ''}", 303)
    lead = asking.text("Who leans on whom, product by product? Choose the two.")
    return Sheet(asking.text("Partner"), lead=lead, choices={"year": [("", "–"), *years(asking.home)]})


@page("/partner/{country}/{other}", title="Leverage both ways", purpose="partner", kept=True)
def meeting(asking: Asking, country: str, other: str, question: Question) -> Sheet:
    """How far either of two leans on the other."""
    view = _view(asking, country, other, question)
    product, rest = {"product": f"/product/{{hs6}}?year={view.year}"}, _asked(view)
    answers = partner_panels.panels(view).items()
    panels = tuple(Panel(answer, name, product, most=15) for name, answer in answers)
    return Sheet(
        asking.text("%(one)s and %(other)s, %(year)s", one=view.country.name, other=view.partner.name, year=view.year),
        panels,
        lead=asking.text("How far either leans on the other, and what each could do about it."),
        tiles=partner_panels.tiles(view),
        choices={"year": years(asking.home), "dataset": dataset_names(asking.home)},
        links=(
            (asking.text("The brief, to print"), f"/partner/{country}/{other}/brief?{rest}"),
            *_files(asking, view),
            (asking.text("Seen from %(name)s", name=view.partner.name), f"/partner/{other}/{country}?{rest}"),
            (view.country.name, f"/country/{country}?year={view.year}"),
            (view.partner.name, f"/country/{other}?year={view.year}"),
        ),
        trail=((asking.text("Partner"), "/partner"),),
    )


@page("/partner/{country}/{other}/brief", title="The brief", purpose="partner", kept=True)
def brief(asking: Asking, country: str, other: str, question: Question) -> Sheet:
    """The brief of two pages for whoever meets the partner."""
    view = _view(asking, country, other, question)
    document = negotiation.document(view)
    above = f"/partner/{country}/{other}?{_asked(view)}"
    return Sheet(
        document.title,
        lead=document.lead,
        choices={"year": years(asking.home), "dataset": dataset_names(asking.home)},
        links=_files(asking, view),
        trail=(
            (asking.text("Partner"), "/partner"),
            (f"{view.country.name} – {view.partner.name}", above),
        ),
        template="partner_brief.html.j2",
        values={"brief": document, "drawings": [text for _spec, text, _command in document.drawings], "above": above},
    )


@page("/partner/{country}/{other}/file/{form}", title="The brief as a file", purpose="partner", public=False)
def file(
    asking: Asking, country: str, other: str, form: Literal["docx", "html", "xlsx"], question: Question
) -> Response:
    """The brief as a document or a page of its own; xlsx holds every table."""
    view = _view(asking, country, other, question)
    name = f"{view.country.code}-{view.partner.code}-{view.year}.{form}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        partner.write(view, path, voice(asking.language))
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(path.read_bytes(), media_type=TYPES[form], headers=headers)


def _view(asking: Asking, country: str, other: str, question: Question) -> PartnerView:
    year, dataset = answering(asking.home, question.year, question.dataset)
    asked: dict[str, Any] = {"dataset": dataset, "move": question.move, "day": question.on or today()}
    return asking.home.partner(country, other, year, **asked)


def _asked(view: PartnerView) -> str:
    return f"year={view.year}&move={view.move:g}&on={view.day}&dataset={view.dataset.name}"


def _files(asking: Asking, view: PartnerView) -> tuple[tuple[str, str], ...]:
    place = f"/partner/{view.country.code}/{view.partner.code}/file"
    named = (
        (asking.text("Two pages to edit (docx)"), "docx"),
        (asking.text("Two pages to print (html)"), "html"),
        (asking.text("All tables (xlsx)"), "xlsx"),
    )
    return tuple((words, f"{place}/{form}?{_asked(view)}") for words, form in named)
