"""An entry of the record: what it holds, and its text, whose hash the next entry holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from homeground.record.canonical import canonical, sha256

FORMAT = 1


@dataclass(frozen=True)
class Signer:
    """Someone who acts in an entry, and in which role."""

    person: str
    role: str


@dataclass(frozen=True)
class Entry:
    """One entry. `evidence` and `policy` are hashes of snapshots, empty where there are none; `time` is UTC.

    `body` is the entry's text (canonical JSON, UTF-8) and `hash` its SHA-256; `previous` is the hash of the one before.
    `token` is that of the form it came by, if any: what is sent twice is entered once.
    """

    number: int
    time: str
    kind: str
    people: tuple[Signer, ...]
    payload: Mapping[str, Any]
    evidence: str
    policy: str
    previous: str
    body: bytes
    hash: str
    token: str = ""


def seal(
    number: int,
    previous: str,
    time: datetime,
    kind: str,
    people: tuple[Signer, ...],
    payload: Mapping[str, Any],
    evidence: str = "",
    policy: str = "",
    token: str = "",
) -> Entry:
    """Make an entry with its text and hash; raises BadInput where the payload has no canonical form."""
    body = canonical(
        {
            "format": FORMAT,
            "number": number,
            "previous": previous,
            "time": stamp(time),
            "kind": kind,
            "people": [{"person": signer.person, "role": signer.role} for signer in people],
            "payload": payload,
            "evidence": evidence or None,
            "policy": policy or None,
            **({"token": token} if token else {}),
        }
    )
    return unseal(body)


def unseal(body: bytes) -> Entry:
    """Read an entry back from its text; raises ValueError, KeyError or TypeError where it is none."""
    stated = json.loads(body)
    if stated["format"] != FORMAT:
        raise ValueError(f"format {stated['format']}, expected {FORMAT}")
    return Entry(
        number=stated["number"],
        time=stated["time"],
        kind=stated["kind"],
        people=tuple(Signer(each["person"], each["role"]) for each in stated["people"]),
        payload=MappingProxyType(stated["payload"]),
        evidence=stated["evidence"] or "",
        policy=stated["policy"] or "",
        previous=stated["previous"],
        body=body,
        hash=sha256(body),
        token=stated.get("token", ""),
    )


def document(entry: Entry) -> dict[str, Any]:
    """Return an entry as a JSON document, its hash beside it."""
    return {**json.loads(entry.body), "hash": entry.hash}


def stamp(time: datetime) -> str:
    """Write a time as UTC with microseconds: 2026-03-01T09:30:00.000000Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """Read a time that `stamp` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
