"""The command group `record`: read, verify, export and sign the record; its acts are in `record_acts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homeground.cli import record_acts, record_drill, record_people
from homeground.cli._answer import print_json, show
from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption, OutputOption
from homeground.cli._record import (
    CheckpointsOption,
    EntryArgument,
    KeyOption,
    PublicKeysOption,
    UrlOption,
    kept,
    opened,
    trusted,
)


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    group = typer.Typer(
        no_args_is_help=True,
        help="The record of decisions: who, when, on what evidence, under which text; nothing in it can be changed "
        "unseen.\n\nExample: homeground record log",
    )
    for command in (log, decisions, show_entry, verify, export, restore, checkpoint, key):
        group.command("show" if command is show_entry else None)(command)
    record_acts.register(group)
    record_people.register(group)
    record_drill.register(group)
    app.add_typer(group, name="record")


def log(
    kind: Annotated[str | None, typer.Option("--kind", help="Only entries of this kind.")] = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """List the entries, newest first.

    Example: homeground record log --kind decision
    """
    from homeground.brief.deals.record_tables import log_answer

    with opened(home, url) as ledger:
        show(log_answer(ledger, kind), as_json=as_json, output=output, most=rows)


def decisions(
    rows: Annotated[int, typer.Option("--rows", help="Rows on the screen.")] = 25,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """List the decisions and whether they are in force.

    Example: homeground record decisions
    """
    from homeground.brief.deals.record_tables import decisions_answer

    with opened(home, url) as ledger:
        show(decisions_answer(ledger), as_json=as_json, output=output, most=rows)


def show_entry(
    entry: EntryArgument,
    snapshot: Annotated[
        bool, typer.Option("--evidence", help="Print the evidence that the entry cites, instead of the entry.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Show one entry whole.

    Example: homeground record show 12
    """
    from homeground.brief.deals.record_tables import entry_answer

    with opened(home, url) as ledger:
        if snapshot:
            print(ledger.snapshot(ledger.entry(entry).evidence).decode("utf-8", "replace"))
        else:
            show(entry_answer(ledger, entry), as_json=as_json, output=output, most=100)


def verify(
    public_key: PublicKeysOption = None,
    checkpoint: CheckpointsOption = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Name every altered, removed, swapped or inserted entry; exit code 3 when there is one.

    Example: homeground record verify --public-key record-key.public.pem --checkpoint march.json
    """
    from homeground.brief.deals.record_tables import verified_answer

    with opened(home, url) as ledger:
        verified = ledger.verify(trusted(public_key), kept(checkpoint))
        show(verified_answer(ledger, verified), as_json=as_json, output=output, most=100)
    if not verified.intact:
        raise typer.Exit(3)


def export(
    target: Annotated[Path, typer.Argument(help="New folder, or a new file that ends in .zip.")],
    checkpoint: CheckpointsOption = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write everything as a folder or zip that an auditor verifies without Homeground; also the backup.

    Example: homeground record export record-2026.zip
    """
    with opened(home, url) as ledger:
        entries = ledger.export(target, kept(checkpoint))
    if as_json:
        print_json({"target": str(target), "entries": entries})
    else:
        print(f"{entries} entries exported to {target}; to verify them there: python verify.py")


def restore(
    source: Annotated[Path, typer.Argument(help="Folder or zip that 'record export' wrote.")],
    public_key: PublicKeysOption = None,
    checkpoint: CheckpointsOption = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a record from an export that is intact; also moves one between SQLite and PostgreSQL.

    Example: homeground record restore record-2026.zip --url postgresql://localhost/record
    """
    with opened(home, url, create=True) as ledger:
        entries = ledger.restore(source, trusted(public_key), kept(checkpoint))
    if as_json:
        print_json({"source": str(source), "entries": entries})
    else:
        print(f"{entries} entries restored from {source}")


def checkpoint(
    key: KeyOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to keep elsewhere: JSON, whatever its ending.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
) -> None:
    """Sign the last entry, and thereby all before it.

    Example: homeground record checkpoint -o checkpoint-2026-03.json
    """
    from homeground.brief.export import write_whole
    from homeground.record import keys
    from homeground.record.verify import checkpoint_text

    private = keys.load(key or keys.default_path())
    with opened(home, url) as ledger:
        signed = ledger.checkpoint(private)
    if output is None:
        print(checkpoint_text(signed), end="")
        return
    write_whole(output, lambda target: target.write_text(checkpoint_text(signed), encoding="utf-8"))
    print(f"Signed up to entry {signed['entry']}; keep {output} where nobody who writes the record can change it.")


def key(key: KeyOption = None, as_json: JsonOption = False) -> None:
    """Make the pair of keys that signs checkpoints; the private one is readable by you alone.

    Example: homeground record key --key record-key.pem
    """
    from homeground.record import keys

    private = key or keys.default_path()
    public = keys.make(private)
    if as_json:
        print_json({"private": str(private), "public": str(public)})
    else:
        print(f"Private key: {private} (for its owner alone; it is not in the record, back it up apart)")
        print(f"Public key:  {public} (give it to auditors)")
