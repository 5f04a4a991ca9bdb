"""The command group `desk`: the web application, and its backup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._options import DEFAULT_HOME, HomeOption

DatabaseOption = Annotated[
    str | None, typer.Option("--database", help="The desk's database; desk.sqlite in the Home if left out.")
]


def register(app: typer.Typer) -> None:
    """Add the group to the application."""
    group = typer.Typer(
        help="The web application.\n\nExample: homeground desk --home home", invoke_without_command=True
    )
    group.callback()(desk)
    app.add_typer(group, name="desk")


def desk(
    context: typer.Context,
    home: HomeOption = DEFAULT_HOME,
    port: Annotated[int, typer.Option("--port", "-p", help="Port to listen on.")] = 8000,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    database: DatabaseOption = None,
    record: Annotated[
        str | None, typer.Option("--record", help="The record; record.sqlite in the Home if left out.")
    ] = None,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="TLS certificate, PEM.")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="Its private key, PEM.")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A reverse proxy in front speaks TLS and says who is calling.")
    ] = False,
    oidc: Annotated[Path | None, typer.Option("--oidc", help="File (TOML) of an OpenID Connect provider.")] = None,
    workers: Annotated[int, typer.Option("--workers", help="Server processes.")] = 1,
    upload_limit: Annotated[int, typer.Option("--upload-limit", help="Megabytes that a file may have.")] = 512,
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
        home=str(home.absolute()),
        database=database or "",
        record=record or "",
        host=host,
        port=port,
        certificate=str(certificate or ""),
        key=str(key or ""),
        behind_proxy=behind_proxy,
        oidc=str(oidc or ""),
        upload_limit=upload_limit * 2**20,
        metrics_token=os.environ.get("HOMEGROUND_METRICS_TOKEN", ""),
    )
    link = serve.first_link(settings)
    print(f"The desk is at {settings.address}", flush=True)
    if link:
        print(f"Make the administrator's account, once, within 24 hours: {link}", flush=True)
    serve.run(settings, workers)
