"""Commands about data: sources, fetch, load, status, check, prefer."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._answer import print_json, show
from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption, OutputOption
from homeground.cli._progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (sources, fetch, load, status, check, prefer):
        app.command()(command)


def sources(as_json: JsonOption = False, output: OutputOption = None) -> None:
    """List what can be loaded or fetched, with its licence.

    Example: homeground sources
    """
    from homeground.brief.tables import sources_table

    show(sources_table(), as_json=as_json, output=output, most=50)


def fetch(
    source: Annotated[str, typer.Argument(help="Source, such as baci.")],
    to: Annotated[Path, typer.Option("--to", help="Folder to download to.")] = Path("downloads"),
    hs: Annotated[str, typer.Option("--hs", help="HS revision.")] = "HS17",
    version: Annotated[
        str | None, typer.Option("--version", help="Publisher's version; the current one if left out.")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option("--from", help="Mirror to download from, instead of the publisher.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Download a source from its publisher, with resume and checks.

    Example: homeground fetch baci --hs HS17
    """
    from homeground.sources import download, registry

    entry = registry.source(source)
    print(f"{entry.title}. Licence: {entry.licence}. Cite: {entry.citation}", file=sys.stderr)
    with progress_bar(f"fetching {source}") as progress:
        got = download.fetch(
            source,
            to,
            revision=hs,
            version=version,
            base_url=base_url,
            watch=lambda done, total: progress(f"{done / 1e6:,.0f} MB", done / total if total else 0.0),
        )
    if as_json:
        print_json(asdict(got))
    else:
        print(f"{got.path} ({got.bytes:,} bytes, SHA-256 {got.sha256})\nNext: homeground load {source} {got.path}")


def load(
    source: Annotated[str, typer.Argument(help="Source; see 'homeground sources'.")],
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; the samples need none.")] = None,
    home: HomeOption = DEFAULT_HOME,
    hs: Annotated[str | None, typer.Option("--hs", help="HS revision, where no file name states it.")] = None,
    year: Annotated[
        list[int] | None, typer.Option("--year", "-y", help="Load only this year; may be repeated.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", "-m", help="Mapping file (TOML) of a tidy file.")] = None,
    dataset: Annotated[str | None, typer.Option("--dataset", "-d", help="Name of the dataset in the Home.")] = None,
    strict: Annotated[
        bool | None,
        typer.Option(
            "--strict/--no-strict",
            help="Load nothing if a single row is refused; for restrictions the rule, which --no-strict lifts.",
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let these years take the place of loaded ones.")] = False,
    unbalanced: Annotated[
        bool, typer.Option("--unbalanced", help="Take an input-output table that does not add up.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read files into the Home: checked, sorted, with their lineage; wholly or not at all.

    Example: homeground load baci BACI_HS17_V202601.zip --year 2023
    """
    from homeground.brief.tables import load_text
    from homeground.home import Home

    with progress_bar(f"loading {source}") as progress:
        report = Home(home).load(
            source, *(paths or []), hs=hs, year=year, mapping=mapping, dataset=dataset, strict=strict, replace=replace,
            unbalanced=unbalanced, progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(asdict(report))
    else:
        print(load_text(report))


def status(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False, output: OutputOption = None) -> None:
    """Show what the Home holds: datasets, tables, years, rows, and where each came from.

    Example: homeground status
    """
    from homeground.brief.tables import status_table
    from homeground.home import Home

    show(status_table(Home(home)), as_json=as_json, output=output, most=200)


def check(
    home: HomeOption = DEFAULT_HOME,
    dataset: Annotated[str | None, typer.Option("--dataset", "-d", help="Check only this dataset.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 3 on warnings too, not only on errors.")
    ] = False,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Run the named checks on what is loaded; exit code 3 when something is wrong.

    Example: homeground check --strict
    """
    from homeground.brief.tables import findings_table
    from homeground.home import Home

    with progress_bar("checking") as progress:
        findings = Home(home).check(dataset, progress=progress)
    show(findings_table(findings), as_json=as_json, output=output, most=200)
    grave = ("error", "warning") if strict else ("error",)
    if any(finding.severity in grave for finding in findings):
        raise typer.Exit(3)


def prefer(
    dataset: Annotated[str, typer.Argument(help="Name of a dataset in the Home.")], home: HomeOption = DEFAULT_HOME
) -> None:
    """Choose the dataset that answers where several could.

    Example: homeground prefer raw-materials
    """
    from homeground.home import Home

    Home(home).prefer(dataset)
    print(f"{dataset} now answers where several datasets could.")
