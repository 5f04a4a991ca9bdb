"""What the commands of the record share: options, opening, and how a written entry is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from homeground.record import Decided, Entry, Ledger

UrlOption = Annotated[
    str | None,
    typer.Option("--url", envvar="HOMEGROUND_RECORD", help="Record elsewhere: a file, or postgresql://USER@HOST/NAME."),
]
ByOption = Annotated[str, typer.Option("--by", help="Person who acts, as the record knows them.")]
RoleOption = Annotated[str, typer.Option("--role", help="Role in which they act.")]
PublicKeysOption = Annotated[
    list[Path] | None, typer.Option("--public-key", help="Your own copy of the public key; may be repeated.")
]
CheckpointsOption = Annotated[
    list[Path] | None, typer.Option("--checkpoint", help="A checkpoint that was kept elsewhere; may be repeated.")
]
KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key",
        envvar="HOMEGROUND_RECORD_KEY",
        help="File of the private key; ~/.config/homeground/record-key.pem if left out.",
    ),
]
EntryArgument = Annotated[int, typer.Argument(help="Number of the entry.")]


def opened(home: Path, url: str | None, *, create: bool = False) -> Ledger:
    """Open the record of a Home, or the one at a URL; only a first writer may make it."""
    from homeground.home import Home

    return Home(home).ledger(url, create=create)


def written(entry: Entry, *, as_json: bool, decided: Decided | None = None) -> None:
    """Show an entry that was just written."""
    from homeground.brief.deals.record_tables import says
    from homeground.cli._answer import print_json
    from homeground.record.entries import document

    if as_json:
        print_json(document(entry))
        return
    tail = f" Decision: {decided.standing}." if decided else ""
    if decided and decided.standing.startswith("awaits") and any(each.rule for each in decided.open):
        tail += f" Still to sign: {'; '.join(map(str, decided.open))}."
    print(f"Entry {entry.number}, {entry.kind}: {says(entry)}.{tail} Hash {entry.hash[:12]}.")


def trusted(public_keys: list[Path] | None) -> list[bytes]:
    """Read public keys."""
    from homeground.record import keys

    return [key for path in public_keys or [] for key in keys.load_public(path)]


def kept(checkpoints: list[Path] | None) -> list[dict[str, Any]]:
    """Read checkpoints that were kept elsewhere."""
    from homeground.record.papers import text
    from homeground.record.verify import read_checkpoint

    return [read_checkpoint(text(path), str(path)) for path in checkpoints or []]


def content(path: Path | None) -> bytes | dict[str, Any] | None:
    """Read a snapshot: a JSON file as a document, any other as it is."""
    from homeground.record.canonical import parse
    from homeground.record.papers import raw

    if path is None:
        return None
    data = raw(path)
    document = parse(data) if path.suffix.lower() == ".json" else None
    return document if isinstance(document, dict) else data
