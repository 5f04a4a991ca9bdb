"""Data: what is loaded, how old it is, its licences; and loading files."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from homeground.brief.tables import findings_table, load_text, sources_table, status_table
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, Upload, act, field, page
from homeground.desk.showing.words import Told
from homeground.desk.web import uploads
from homeground.desk.work.jobs import Outcome, Work, job
from homeground.sources import LOADABLE, registry
from homeground.sources.sample import SAMPLES

ENDINGS = (".csv", ".tsv", ".txt", ".gz", ".zip", ".parquet", ".xlsx", ".xml")
ELSEWHERE = ("ministry", "process-book")
"""What other pages take: the workbook of the page on own ground, and books of the page on materials."""
READ_AS_ZIP = ("baci", "exiobase3")
"""Sources whose files are read out of the publisher's zip."""
UNPACKED = 16
"""How many times the limit of an upload a zip may have unpacked."""


class Files(Asked):
    """Files to load."""

    source: str = field("Source", help="What the file is; a table of your own is explained by a mapping.")
    file: list[Upload] = field(
        "File", help="Several at once, or a zip of them, where a source comes in several.", endings=ENDINGS,
        min_length=1, max_length=60,
    )  # fmt: skip
    mapping: Upload | None = field(
        "Mapping", None, help="For a tidy file: which column is what (TOML).", endings=(".toml",)
    )
    hs: str | None = field("HS revision", None, help="Where no file name states it, such as HS17.", pattern=r"HS\d\d")
    year: int | None = field("Year", None, help="Of several, this alone.", ge=1900, le=2100)
    dataset: str | None = field("Name of the dataset", None, max_length=60)
    unbalanced: bool = field("Take an input–output table that does not add up", False)
    replace: bool = field("Take the place of years that are loaded", False)


@page("/data", title="Data", purpose="data", menu=True)
def data(asking: Asking) -> Sheet:
    """What the Home holds."""
    forms = (asking.form(upload, choices=_sources(asking)),) if asking.may("analyst") else ()
    links = ((asking.text("Checks of the data"), "/data/checks"), (asking.text("What can be loaded"), "/data/sources"))
    held = dataclasses.replace(status_table(asking.home), title=asking.text("What is loaded"))
    return Sheet("Data", (Panel(held, "status", most=200),), links=links, forms=forms)


@page("/data/sources", title="What can be loaded", purpose="data", kept=True)
def sources(asking: Asking) -> Sheet:
    """The sources, with their licences."""
    trail = ((asking.text("Data"), "/data"),)
    shown = Panel(sources_table(commands=False), "sources", {"title": "{homepage}"}, most=200)
    return Sheet("What can be loaded", (shown,), trail=trail)


@page("/data/checks", title="Checks of the data", purpose="data", kept=True)
def checks(asking: Asking) -> Sheet:
    """What the named checks find."""
    panel = Panel(findings_table(asking.home.check()), "checks", most=200, empty=asking.text("No fault is found."))
    trail = ((asking.text("Data"), "/data"),)
    return Sheet("Checks of the data", (panel,), trail=trail)


@act("/data", title="Load a file", needs="analyst", purpose="data", submit="Load")
def upload(asking: Asking, given: Files) -> Done:
    """Keep files, and start the job that loads them."""
    home, title = asking.desk.settings.home, ", ".join(each.name for each in given.file)
    folder = uploads.keep(given.file, home, "loads")
    mapping = uploads.keep([given.mapping], home, "loads") if given.mapping else None
    return asking.jobs.begin(
        asking, "load", title[:120], source=given.source, folder=str(folder), mapping=mapping and str(mapping),
        hs=given.hs, year=given.year, dataset=given.dataset, replace=given.replace, unbalanced=given.unbalanced,
    )  # fmt: skip


@job("load", "Load a file", needs="analyst")
def load(
    work: Work, source: str, folder: str, mapping: str | None, hs: str | None, year: int | None, dataset: str | None,
    replace: bool, unbalanced: bool,
) -> Outcome:  # fmt: skip
    """Load files into the Home; the uploads are removed once they are loaded."""
    if source not in READ_AS_ZIP:
        for packed in Path(folder).glob("*.zip"):
            uploads.unpack(packed, UNPACKED * work.settings.upload_limit)
    report = work.home.load(
        source, *sorted(Path(folder).iterdir()), hs=hs, year=year, mapping=uploads.only(mapping) if mapping else None,
        dataset=dataset, replace=replace, unbalanced=unbalanced, progress=work.progress,
    )  # fmt: skip
    for place in (folder, mapping):
        if place:
            shutil.rmtree(place, ignore_errors=True)
    held = dataclasses.replace(status_table(work.home), title="What is loaded")
    return Outcome((held,), said=load_text(report), to="/data")


def _sources(asking: Asking) -> dict[str, list[tuple[str, str]]]:
    """What can be loaded here, each by its title and by the name that the documentation calls it."""
    offered = [registry.source(name) for name in LOADABLE if name not in (*ELSEWHERE, *SAMPLES)]
    return {"source": [(each.id, Told(f"{asking.language.value(each.title)} ({each.id})")) for each in offered]}
