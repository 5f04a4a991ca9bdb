"""A sheet in the formats that programs read: JSON, csv, Parquet, xlsx; and single figures as specifications."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from homeground.brief.export import WRITERS, as_document
from homeground.brief.workbook import write_answers
from homeground.desk.language import Language, answers
from homeground.desk.showing import drawings
from homeground.desk.web.sheet import Panel, Sheet
from homeground.errors import NotInHome, UsageError, message

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AGE: Final = {"Cache-Control": "private, max-age=600"}
FORMATS: Final = ("html", "json", *TYPES, "figure", "drawing")


def respond(sheet: Sheet, form: str, panel: str, figure: str, language: Language) -> Response:
    """Return a sheet in one of FORMATS but html; a panel is chosen by name, the first if none is.

    What programs read (JSON, csv, Parquet) is the same in every language; what people read is in theirs.
    """
    if form == "json":
        return JSONResponse(document(sheet), sheet.status)
    panels = sheet.named_panels()
    chosen = panels.get(panel) if panel else next(iter(panels.values()), None)
    if chosen is None:
        do = "choose one of those"
        raise NotInHome(message("no such table on this page", found=panel, expected=", ".join(panels), do=do))
    if form in ("figure", "drawing"):
        return _figure(chosen, figure, form, language)
    if form not in TYPES:
        raise UsageError(message("no such format", found=form, expected=", ".join(FORMATS), do="choose one"))
    if form == "xlsx":
        said = [answers.answer(language, each.answer) for each in ([chosen] if panel else panels.values())]
        return _attached(_workbook(said, language), chosen, form)
    return _attached(_written(chosen, form), chosen, form)


def _attached(content: bytes, panel: Panel, form: str) -> Response:
    name = _file_name(panel.answer.title)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=TYPES[form], headers=headers)


def document(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as its JSON twin."""
    stated: dict[str, Any] = {"title": sheet.title, "lead": sheet.lead, "notes": list(sheet.notes)}
    stated["tiles"] = [{"number": number, "what": what} for number, what in sheet.tiles]
    stated["panels"] = [{"name": name, **as_document(panel.answer)} for name, panel in sheet.named_panels().items()]
    if sheet.told:
        stated["values"] = json.loads(json.dumps(dict(sheet.values), default=str))
    return stated


def _figure(panel: Panel, number: str, form: str, language: Language) -> Response:
    figures = panel.answer.figures
    if number not in map(str, range(len(figures))):
        do = "choose one that the page shows"
        raise NotInHome(message("no such figure", found=number, expected=f"0 to {len(figures) - 1}", do=do))
    if form == "figure":
        return JSONResponse(answers.figure(language, figures[int(number)][0]))
    return Response(drawings.drawn(panel.answer, language)[int(number)].svg, media_type="image/svg+xml", headers=AGE)


def _written(panel: Panel, form: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answer.{form}"
        WRITERS[f".{form}"](panel.answer, path)
        return path.read_bytes()


def _workbook(said: list[Any], language: Language) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.xlsx"
        write_answers(said, path, answers.voice(language))
        return path.read_bytes()


def _file_name(title: str) -> str:
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in title.casefold())
    return "-".join(part for part in plain.split("-") if part)[:60] or "answer"
