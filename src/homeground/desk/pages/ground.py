"""Own ground: what a country makes, needs and holds, and the ministry's workbook that says so."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from starlette.responses import RedirectResponse, Response

from homeground.brief.ground import ground_panels, ministry_template
from homeground.brief.ground.ground_tables import reliance_answer
from homeground.brief.ground.workbook_faults_tables import faults_answer
from homeground.brief.tables import load_text
from homeground.codes import countries
from homeground.desk.language.answers import voice
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, Upload, act, field, page
from homeground.desk.showing.choices import as_they_are, years
from homeground.desk.web import uploads
from homeground.desk.work.jobs import Outcome, Work, job
from homeground.errors import NotInHome

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Choice(Asked):
    """Whose ground."""

    country: str | None = field("Country", None, help="Name or code, such as Kenya or KEN.", among="countries")


class Question(Asked):
    """Which year, which goods, by whose figures."""

    year: int | None = field("Year", None, help="The last of each good if left out.", ge=1900, le=2100)
    commodity: str | None = field("Goods", None, help="Part of the name.", max_length=60)
    production: str | None = field("Figures of", None, help="The dataset that counts where several hold a good.")


class OfYear(Asked):
    """Which year."""

    year: int | None = field("Year", None, help="Every year if left out.", ge=1900, le=2100)


class Book(Asked):
    """The ministry's workbook, filled in."""

    file: Upload = field("Workbook", help="The template, filled in (xlsx).", endings=(".xlsx",))
    replace: bool = field("Take the place of years that are loaded", False)


@page("/ground", title="Own ground", purpose="ground", menu=True)
def start(asking: Asking, choice: Choice) -> Sheet | RedirectResponse:
    """Choose whose ground to see, take the template along, bring it back filled in."""
    if choice.country:
        return RedirectResponse(f"/ground/balance/{countries.resolve(choice.country)}", 303)
    links = [(asking.text("The workbook to fill in"), "/ground/template")]
    if asking.country:
        links.insert(0, (asking.text("Our own ground"), f"/ground/balance/{asking.country}"))
    forms = (asking.form(upload),) if asking.may("analyst") else ()
    lead = asking.text(
        "What a country makes, needs and holds itself. Figures come from published statistics, and from the "
        "ministry's own workbook: take it along, fill it in, bring it back."
    )
    return Sheet(asking.text("Own ground"), lead=lead, links=tuple(links), forms=forms)


@page("/ground/template", title="The workbook to fill in", purpose="ground", public=False)
def template(asking: Asking, choice: Choice) -> Sheet | Response:
    """The workbook in which a ministry enters its own figures."""
    trail = ((asking.text("Own ground"), "/ground"),)
    wanted = choice.country or asking.country
    if not wanted:
        lead = asking.text("Whose figures will it hold?")
        return Sheet(asking.text("The workbook to fill in"), lead=lead, trail=trail)
    code = countries.resolve(wanted)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ground-{code}.xlsx"
        ministry_template.write(path, code, voice(asking.language))
        headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
        return Response(path.read_bytes(), media_type=WORKBOOK, headers=headers)


@page("/ground/balance/{country}", title="Balance", purpose="ground", kept=True)
def balance(asking: Asking, country: str, question: Question) -> Sheet:
    """What a country makes, trades, uses and holds of each good."""
    named = (question.production,) if question.production else ()
    try:
        found = asking.home.balance(
            country, question.year, commodity=question.commodity, production=named, leave_open=True
        )
    except NotInHome as error:
        return _nothing(asking, error)
    answer, behind = ground_panels.panels(found)
    held = asking.home.catalog.datasets.items()
    sources = as_they_are(name for name, each in held if {"balances", "production"} & set(each.tables))
    dates = sorted({*years(asking.home, "balances"), *years(asking.home, "production")}, reverse=True)
    links = [(found.name, f"/country/{found.country}")]
    if any("reliance" in each.tables for _, each in held):
        links.insert(0, (asking.text("Published net import reliance"), f"/ground/reliance/{found.country}"))
    return Sheet(
        answer.title,
        (Panel(answer, "balance", most=40), Panel(behind, "figures", most=15)),
        tiles=ground_panels.tiles(found),
        choices={"year": [("", "–"), *dates], "production": [("", "–"), *sources]},
        links=tuple(links),
        trail=((asking.text("Own ground"), "/ground"),),
    )


@page("/ground/reliance/{country}", title="Net import reliance", purpose="ground", kept=True)
def reliance(asking: Asking, country: str, question: OfYear) -> Sheet:
    """Published net import reliance beside what the same source's tonnages give."""
    answer = reliance_answer(asking.home, country, question.year, None)
    chosen = {"year": [("", "–"), *years(asking.home, "reliance")]}
    links = ((asking.text("Balance"), f"/ground/balance/{country}"),)
    trail = ((asking.text("Own ground"), "/ground"),)
    return Sheet(answer.title, (Panel(answer, "reliance", most=40),), choices=chosen, links=links, trail=trail)


def _nothing(asking: Asking, error: NotInHome) -> Sheet:
    """Say what is missing and where it is loaded."""
    said = asking.text(
        "Nothing of this is loaded. Published statistics are loaded on the page Data, your own figures with the "
        "workbook on the page Own ground."
    )
    links = ((asking.text("Own ground"), "/ground"), (asking.text("Data"), "/data"))
    trail = ((asking.text("Own ground"), "/ground"),)
    return Sheet(asking.text("Balance"), lead=said, notes=(str(error),), links=links, trail=trail, status=404)


@act(
    "/ground", title="Bring the workbook back", needs="analyst", purpose="ground", submit="Check and load", enters="own"
)
def upload(asking: Asking, given: Book) -> Sheet | Done:
    """Name every cell that cannot be taken; where there is none, start the job that loads the workbook."""
    faults = faults_answer(given.file.path, given.file.name)
    if faults is not None:
        lead = asking.text("These cells cannot be taken as they are. Mend them in the workbook, and bring it back.")
        form = asking.form(upload, {"replace": ["true" if given.replace else ""]})
        trail = ((asking.text("Own ground"), "/ground"),)
        panel = Panel(faults, "faults", most=1000, files=False)
        title = asking.text("%(name)s: cells to mend", name=given.file.name)
        return Sheet(title, (panel,), lead=lead, forms=(form,), trail=trail, status=422)
    kept = uploads.keep([given.file], asking.desk.settings.home, "loads")
    asking.owe("ground.upload", given.file.name, {"replace": given.replace})
    return asking.jobs.begin(asking, "ground", given.file.name, folder=str(kept), replace=given.replace)


@job("ground", "Load the ministry's workbook")
def load(work: Work, folder: str, replace: bool) -> Outcome:
    """Load a ministry's workbook, and show the balance that it gives."""
    report = work.home.load("ministry", uploads.only(folder), replace=replace, progress=work.progress)
    code = report.dataset.rpartition("-")[2].upper()
    found = work.home.balance(code, production=(report.dataset,), leave_open=True)
    shutil.rmtree(folder, ignore_errors=True)
    to = f"/ground/balance/{code}?production={report.dataset}"
    return Outcome(ground_panels.panels(found), said=load_text(report), to=to)
