"""Verify a record where it is kept: chain, checkpoints and snapshots, by the same rules as the auditor's script."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeground.errors import BadInput, message
from homeground.record import database, keys
from homeground.record.audit import Finding, Row, audit, missing_documents, vouched
from homeground.record.canonical import sha256
from homeground.record.database import ENTRIES, SNAPSHOTS


@dataclass(frozen=True)
class Verified:
    """What a verification found.

    `signed_up_to` is the last entry that a valid checkpoint vouches for, 0 without one; what follows is chained but
    not signed. `own_key` is true where checkpoints were checked with a key taken from the record itself, which proves
    nothing against someone who could write a record of their own.
    """

    entries: int
    signed_up_to: int
    own_key: bool
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(engine: Engine, public: Sequence[bytes] = (), checkpoints: Iterable[Mapping[str, Any]] = ()) -> Verified:
    """Verify all entries, against the checkpoints in the record and those kept elsewhere."""
    with database.reading(engine) as connection:
        rows = read_rows(connection)
        return examine(rows, public, checkpoints, lambda name: _digest(connection, name))


def examine(
    rows: Sequence[Row],
    public: Sequence[bytes],
    checkpoints: Iterable[Mapping[str, Any]],
    digest: Any = None,
) -> Verified:
    """Verify rows; see `verify`. `digest` hashes what is kept under a hash."""
    stated = [*checkpoints_in(rows), *checkpoints]
    trusted = set(public) or {_key(checkpoint) for checkpoint in stated}
    signed, wrong = vouched(stated, lambda text, signature: any(keys.verifies(k, text, signature) for k in trusted))
    findings = [*wrong, *audit(rows, signed)]
    if digest is not None:
        findings += missing_documents(rows, digest)
    return Verified(len(rows), max(signed, default=0), not public and bool(stated), tuple(findings))


def read_rows(connection: Connection) -> list[Row]:
    """Read all entries as they are kept, whatever somebody made of them."""
    kept = connection.execute(
        sa.select(ENTRIES.c.number, ENTRIES.c.hash, database.exact(connection)).order_by(ENTRIES.c.number)
    )
    return [
        Row(number if isinstance(number, int) else 0, str(digest), body if isinstance(body, bytes) else b"")
        for number, digest, body in kept
    ]


def checkpoints_in(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the checkpoints that are entries."""
    found = []
    for row in rows:
        if b'"kind":"checkpoint"' not in row.body:
            continue
        try:
            stated = json.loads(row.body)
            if stated["kind"] == "checkpoint":
                found.append(dict(stated["payload"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def read_checkpoint(text: str, where: str) -> dict[str, Any]:
    """Read a checkpoint that was kept elsewhere; raises BadInput where it is none."""
    try:
        stated = json.loads(text)
        if {"entry", "hash", "time", "key", "signature"} <= set(stated):
            return dict(stated)
        found = "other fields"
    except (ValueError, TypeError) as error:
        found = str(error)
    do = "name a file that 'homeground record checkpoint' wrote"
    raise BadInput(message("not a checkpoint", where=where, found=found, do=do))


def checkpoint_text(checkpoint: Mapping[str, Any]) -> str:
    """Write a checkpoint as the text of the file that is kept elsewhere."""
    return json.dumps(dict(checkpoint), indent=1) + "\n"


def _key(checkpoint: Mapping[str, Any]) -> bytes:
    try:
        return bytes.fromhex(str(checkpoint.get("key")))
    except ValueError:
        return b""


def _digest(connection: Connection, name: str) -> str | None:
    content = connection.execute(sa.select(database.CONTENT).where(SNAPSHOTS.c.hash == name)).scalar()
    return None if content is None else sha256(content)
