"""The command group `desk`: the web application, and its backup."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._answer import print_json
from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption
from homeground.cli._progress import progress_bar

PortOption = Annotated[int, typer.Option("--port", "-p", help="Port to listen on.")]
HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.")]
DatabaseOption = Annotated[
    str, typer.Option("--database", help="The desk's database: a file, or postgresql://…; left out: in the Home.")
]
RecordOption = Annotated[str, typer.Option("--record", help="The record, if not in the Home.")]
CertificateOption = Annotated[Path | None, typer.Option("--certificate", help="TLS certificate, PEM.")]
KeyOption = Annotated[Path | None, typer.Option("--key", help="Its private key, PEM.")]
ProxyOption = Annotated[
    bool, typer.Option("--behind-proxy", help="A reverse proxy in front speaks TLS and says who is calling.")
]
OidcOption = Annotated[Path | None, typer.Option("--oidc", help="File (TOML) of an OpenID Connect provider.")]
FactorOption = Annotated[
    str,
    typer.Option(
        "--second-factor",
        help="Whether administrators with a password need a second factor: required, optional; "
        "left out: where other machines reach the desk.",
    ),
]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Server processes.")]
LimitOption = Annotated[int, typer.Option("--upload-limit", min=1, help="Megabytes that an uploaded file may have.")]
LoginArgument = Annotated[str, typer.Argument(help="Login of whoever is locked out.")]
JobsOption = Annotated[int, typer.Option("--jobs", min=1, help="Jobs that one person may have waiting or at work.")]
PaceOption = Annotated[
    int, typer.Option("--pace", min=1, help="Pages that one person may have computed in a minute, per process.")
]
ScanOption = Annotated[
    str, typer.Option("--scan", help="Command that scans an uploaded file, such as 'clamdscan --fdpass'; 0 is clean.")
]
JobDaysOption = Annotated[int, typer.Option("--keep-jobs", min=1, help="Days for which what a job brought is kept.")]
ArchiveArgument = Annotated[Path, typer.Argument(help="Archive (tar).")]
TablesOption = Annotated[
    bool, typer.Option("--tables/--no-tables", help="With the tables themselves, or with the catalog of them alone.")
]


def register(app: typer.Typer) -> None:
    """Add the group to the application."""
    group = typer.Typer(
        invoke_without_command=True,
        help="Serve the web application; back it up and restore it; let in who is locked out.\n\n"
        "Example: homeground desk --home home",
    )
    group.callback()(desk)
    group.command("backup")(backup)
    group.command("restore")(restore)
    group.command("rescue")(rescue)
    app.add_typer(group, name="desk")


def desk(
    context: typer.Context,
    home: HomeOption = DEFAULT_HOME,
    port: PortOption = 8000,
    host: HostOption = "127.0.0.1",
    database: DatabaseOption = "",
    record: RecordOption = "",
    certificate: CertificateOption = None,
    key: KeyOption = None,
    behind_proxy: ProxyOption = False,
    oidc: OidcOption = None,
    second_factor: FactorOption = "",
    jobs: JobsOption = 5,
    pace: PaceOption = 300,
    workers: WorkersOption = 1,
    upload_limit: LimitOption = 512,
    scan: ScanOption = "",
    keep_jobs: JobDaysOption = 90,
) -> None:
    """Serve the desk: pages, their JSON, jobs. The first start prints a link that makes the administrator.

    Example: homeground desk --home home --port 8000
    """
    if context.invoked_subcommand is not None:
        return
    from homeground.desk import serve
    from homeground.desk.settings import Settings

    serve.require_installed()
    settings = Settings(
        home=str(home.absolute()), database=database, record=record, host=host, port=port,
        certificate=str(certificate or ""), key=str(key or ""), behind_proxy=behind_proxy, oidc=str(oidc or ""),
        second_factor=second_factor, jobs=jobs, pace=pace, scan=scan, upload_limit=upload_limit * 2**20,
        metrics_token=os.environ.get("HOMEGROUND_METRICS_TOKEN", ""),
        job_days=keep_jobs,
    )  # fmt: skip
    link = serve.first_link(settings)
    print(f"The desk is at {settings.address}", flush=True)
    if link:
        print(f"Make the administrator's account, once, within 24 hours: {link}", flush=True)
    serve.run(settings, workers)


def backup(
    archive: ArchiveArgument, home: HomeOption = DEFAULT_HOME, tables: TablesOption = True, as_json: JsonOption = False
) -> None:
    """Write the Home, its record and the desk's accounts to one archive; the desk may go on working.

    Example: homeground desk backup monday.tar --home home
    """
    from homeground.desk.backup import backup as write
    from homeground.desk.settings import Settings

    with progress_bar("backing up") as progress:
        made = write(Settings(home=str(home.absolute())), archive, tables=tables, progress=progress)
    if as_json:
        print_json(asdict(made))
    else:
        print(f"{made.path}: {made.files:,} files, {made.bytes:,} bytes.")


def restore(archive: ArchiveArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """Put an archive's files into a new Home, after checking every one of them.

    Example: homeground desk restore monday.tar --home home-again
    """
    from homeground.desk.backup import restore as put_back
    from homeground.desk.settings import Settings

    with progress_bar("restoring") as progress:
        count = put_back(Settings(home=str(home.absolute())), archive, progress)
    print(f"{home}: {count:,} files restored. Next: homeground desk --home {home}", file=sys.stdout)


def rescue(
    login: LoginArgument, home: HomeOption = DEFAULT_HOME, database: DatabaseOption = "", record: RecordOption = ""
) -> None:
    """Let somebody in who lost password or second factor: prints a one-time link, and enters it in the record.

    Example: homeground desk rescue ana --home home
    """
    from homeground.desk import serve
    from homeground.desk.settings import Settings

    serve.require_installed()
    link = serve.rescue(Settings(home=str(home.absolute()), database=database, record=record), login)
    print(f"Give this link to {login}; it works once, for two days, at the desk's own address: {link}")
