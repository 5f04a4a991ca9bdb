"""Data: what is loaded, how old it is, its licences; and loading a file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from homeground.brief.tables import findings_table, load_text, sources_table, status_table
from homeground.desk import uploads
from homeground.desk.jobs import Outcome, Work, job
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, Upload, act, field, page
from homeground.sources import LOADABLE

ENDINGS = (".csv", ".tsv", ".txt", ".gz", ".zip", ".parquet", ".xlsx")


class File(Asked):
    """A file to load."""

    source: str = field("Source", help="Who published it; 'tidy' is a file of your own, explained by a mapping.")
    file: Upload = field("File", endings=ENDINGS)
    mapping: Upload | None = field(
        "Mapping", None, help="For a tidy file: which column is what (TOML).", endings=(".toml",)
    )
    hs: str | None = field("HS revision", None, help="Where no file name states it, such as HS17.", pattern=r"HS\d\d")
    dataset: str | None = field("Name of the dataset", None, max_length=60)
    replace: bool = field("Take the place of years that are loaded", False)


@page("/data", title="Data", purpose="data", menu=True)
def data(asking: Asking) -> Sheet:
    """What the Home holds."""
    forms = (asking.form(upload, choices=_sources()),) if asking.may("analyst") else ()
    links = ((asking.text("Checks of the data"), "/data/checks"), (asking.text("What can be loaded"), "/data/sources"))
    held = dataclasses.replace(status_table(asking.home), title=asking.text("What is loaded"))
    return Sheet("Data", (Panel(held, "status", most=200),), links=links, forms=forms)


@page("/data/sources", title="What can be loaded", purpose="data", kept=True)
def sources(asking: Asking) -> Sheet:
    """The sources, with their licences."""
    trail = ((asking.text("Data"), "/data"),)
    return Sheet("What can be loaded", (Panel(sources_table(), "sources", most=200),), trail=trail)


@page("/data/checks", title="Checks of the data", purpose="data", kept=True)
def checks(asking: Asking) -> Sheet:
    """What the named checks find."""
    trail = ((asking.text("Data"), "/data"),)
    return Sheet("Checks of the data", (Panel(findings_table(asking.home.check()), "checks", most=200),), trail=trail)


@act("/data", title="Load a file", needs="analyst", purpose="data", submit="Load")
def upload(asking: Asking, given: File) -> Done:
    """Keep a file, and start the job that loads it."""
    folder = Path(asking.desk.settings.home) / ".desk" / "loads"
    path = uploads.keep(given.file, folder)
    mapping = uploads.keep(given.mapping, folder) if given.mapping else None
    return asking.jobs.begin(
        asking, "load", given.file.name, source=given.source, path=str(path), mapping=mapping and str(mapping),
        hs=given.hs, dataset=given.dataset, replace=given.replace,
    )  # fmt: skip


@job("load", "Load a file", needs="analyst")
def load(
    work: Work, source: str, path: str, mapping: str | None, hs: str | None, dataset: str | None, replace: bool
) -> Outcome:
    """Load a file into the Home; the upload is removed once it is loaded."""
    report = work.home.load(
        source, path, hs=hs, mapping=mapping, dataset=dataset, replace=replace, progress=work.progress
    )
    for name in (path, mapping):
        if name:
            Path(name).unlink(missing_ok=True)
    held = dataclasses.replace(status_table(work.home), title="What is loaded")
    return Outcome((held,), said=load_text(report), to="/data")


def _sources() -> dict[str, list[tuple[str, str]]]:
    return {"source": [(name, name) for name in LOADABLE if not name.startswith("sample")]}
