"""Sheets, forms and refusals as HTML pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment
from starlette.responses import HTMLResponse

from homeground import __version__
from homeground.brief import templating
from homeground.brief.answer import Column, money, tons
from homeground.brief.deals import deal_page
from homeground.desk.language import Language, answers, languages, writing
from homeground.desk.showing import assets, choices, drawings
from homeground.desk.showing.words import Given, notes_of_desk, of_desk
from homeground.desk.web import registry
from homeground.desk.web.forms import Form
from homeground.desk.web.sheet import Panel, Sheet

if TYPE_CHECKING:
    from homeground.desk.web.asking import Asking

PURPOSE_NAMES: Final[Mapping[str, str]] = {
    "country": "Country", "product": "Product", "partner": "Partner", "chains": "Chains", "ground": "Own ground",
    "materials": "Materials", "plan": "Plan", "deals": "Deals", "policy": "Policy", "record": "Record",
    "drill": "Drill", "data": "Data", "people": "People",
}  # fmt: skip
PURPOSE_MEANINGS: Final[Mapping[str, str]] = {
    "country": "From whom a country buys, and what it leans on",
    "product": "World market, sellers and buyers of a product",
    "partner": "Who leans on whom, and the brief for a meeting",
    "chains": "What industries lean on through their inputs",
    "ground": "What the country makes, needs and holds itself",
    "materials": "What could be made here, from what, with which losses",
    "plan": "Step by step to more of one's own",
    "deals": "Offers judged against the policy, and decided",
    "policy": "The rules in force, and what they would have said",
    "record": "Every decision, who, when, on what evidence",
    "drill": "Practise on past deals",
    "data": "What is loaded, how old it is, and its licences",
    "people": "Who may do what",
}
ELSEWHERE: Final = ":/?#&=%"
"""Signs that stay in an address that a cell holds whole."""
LINEAGE: Final = ("dataset", "source", "revision", "version", "licence", "citation")


def page(
    asking: Asking, which: registry.Page | None, sheet: Sheet, form: Form | None, status: int = 200
) -> HTMLResponse:
    """Return a sheet as a page; `form` is that of the page's own question."""
    text = (
        environment()
        .get_template(sheet.template)
        .render(
            **_frame(asking, which),
            sheet=sheet,
            question=form,
            panels=[_panel(asking, name, panel) for name, panel in sheet.named_panels().items()],
            **{name: value for name, value in sheet.values.items() if name not in ("sheet", "panels", "question")},
        )
    )
    return HTMLResponse(text, status)


def refusal(asking: Asking, title: str, said: str, status: int, which: registry.Page | None = None) -> HTMLResponse:
    """Return a page that says why something was not done."""
    sheet = Sheet(title, template="refusal.html.j2", values={"said": of_desk(said), "status": status})
    return page(asking, which, sheet, None, status)


def _frame(asking: Asking, which: registry.Page | None) -> dict[str, Any]:
    """What the page around every sheet shows."""
    visit, person = asking.visit, asking.signed_in
    chosen = person.theme if person else asking.request.cookies.get(visit.cookie("desk_theme"), "")
    return {
        "_": asking.text,
        "spoken": asking.language.value,
        "counted": asking.language.counted,
        "language": asking.language,
        "languages": list(languages().values()),
        "theme": chosen if chosen in ("light", "dark") else "",
        "person": person,
        "csrf": visit.csrf if visit.key else "",
        "told": asking.desk.sessions.told(visit.session) if visit.session else {},
        "menu": [
            (purpose, PURPOSE_NAMES[purpose], shown.path)
            for purpose, shown in registry.menu().items()
            if person and asking.may(shown.needs)
        ],
        "purpose": which.purpose if which else "",
        "here": str(asking.request.url.path) + (f"?{asking.request.url.query}" if asking.request.url.query else ""),
        "version": __version__,
        "oidc": asking.desk.settings.oidc,
    }


def _panel(asking: Asking, name: str, panel: Panel) -> dict[str, Any]:
    answer, language = answers.answer(asking.language, panel.answer), asking.language
    shown = [column for column in answer.columns if column.on_screen]
    whole = asking.request.query_params.get("rows") == name
    rows = (answer.table if whole else answer.table.slice(0, panel.most)).to_pylist()
    return {
        "name": name,
        "answer": answer,
        "columns": shown,
        "rows": [[_cell(language, column, row, panel) for column in shown] for row in rows],
        "more": 0 if whole else max(0, answer.table.num_rows - panel.most),
        "drawings": drawings.drawn(panel.answer, language) if panel.drawn else [],
        "lineage": [(key, answer.about[key]) for key in LINEAGE if answer.about.get(key)],
        "meanings": [column for column in shown if column.meaning],
        "notes": notes_of_desk(panel.answer.notes),
        "address": _addresser(asking, name),
        "files": panel.files,
        "empty": panel.empty,
    }


def _addresser(asking: Asking, name: str) -> Any:
    """Return the function that makes addresses of the panel's files."""
    request = asking.request
    asked = [
        (key, value) for key, value in request.query_params.multi_items() if key not in ("format", "panel", "rows")
    ]

    def address(form: str = "", **more: object) -> str:
        path = request.url.path
        if form == "json":
            path, form = f"/api/v1{path.rstrip('/')}", ""
        extra = {"format": form, "panel": name if form else "", **more}
        query = urlencode([*asked, *((key, str(value)) for key, value in extra.items() if value != "")])
        return f"{path}?{query}" if query else path

    return address


def _cell(language: Language, column: Column, row: dict[str, Any], panel: Panel) -> tuple[Column, str, str, str]:
    """Return a cell's column, how it is set, its text, and where it leads."""
    column, link, value = column.in_row(row), panel.links.get(column.name, ""), row.get(column.name)
    text = answers.cell(language, column, row)
    kind: str = "n" if column.is_number else column.form
    if column.wraps:
        kind = "wide"
    elif isinstance(value, str) and writing.is_moment(value):
        kind = "day"
    if not link or value is None:
        return column, kind, text, ""
    safe = ELSEWHERE if link.startswith("{") else ""
    try:
        filled = link.format_map({key: quote(str(each), safe=safe) for key, each in row.items() if each is not None})
    except KeyError:
        filled = ""
    return column, kind, text, filled


def _begun(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


@cache
def environment() -> Environment:
    """The desk's templates; every value is escaped."""
    engine = templating.environment("homeground.desk")
    engine.filters.update(money=money, tons=tons, of_desk=of_desk, readable=deal_page.readable, begun=_begun)
    engine.globals.update(asset=assets.address, among=_among)
    engine.tests["given"] = lambda text: isinstance(text, Given)
    return engine


def _among(name: str) -> Sequence[tuple[str, str]]:
    """The entries that a field's browser suggests from."""
    return choices.country_names() if name == "countries" else ()
