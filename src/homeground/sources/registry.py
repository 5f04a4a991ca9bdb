"""The registry of sources: what, licence, citation, how to get it. The entries are data, in registry.toml."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from homeground.errors import UnknownCode, UsageError, listing, message


@dataclass(frozen=True)
class Source:
    """A source.

    `fills` names tables of the schema. `get` says in words how to come by its files, `load` what to type then; `url` is
    the publisher's address with `{revision}` and `{version}` left open, empty for what cannot be fetched. `version` is
    the publisher's current one.
    """

    id: str
    title: str
    publisher: str
    fills: tuple[str, ...]
    licence: str
    citation: str
    get: str
    load: str
    licence_url: str = ""
    homepage: str = ""
    format: str = ""
    revisions: tuple[str, ...] = ()
    version: str = ""
    url: str = ""
    notes: str = ""

    @property
    def how(self) -> str:
        """How to get it into a Home at a command line."""
        return f"{self.get}, then {self.load}"

    def address(self, revision: str, version: str | None = None) -> str:
        """Return the publisher's address of one revision and version; raises UsageError for what is not published."""
        if not self.url:
            raise UsageError(message(f"{self.id} cannot be fetched", do=self.how))
        if revision.upper() not in self.revisions:
            expected = listing(self.revisions, 9)
            raise UsageError(
                message("no such HS revision", where=self.id, found=revision, expected=expected, do="correct it")
            )
        edition = (version or self.version).upper().removeprefix("V").lower()
        if re.fullmatch(r"\d{6}[a-z]?", edition) is None:
            do = "copy it from the publisher's page"
            raise UsageError(
                message("no such version", where=self.id, found=repr(version), expected=f"like {self.version}", do=do)
            )
        return self.url.format(revision=revision.upper(), version=edition)


@cache
def sources() -> tuple[Source, ...]:
    """All sources, in the order of the registry."""
    text = resources.files("homeground.sources").joinpath("registry.toml").read_text(encoding="utf-8")
    return tuple(_entry(name, values) for name, values in tomllib.loads(text).items())


def source(name: str) -> Source:
    """Return a source by its id; raises UnknownCode with near names."""
    known = {entry.id: entry for entry in sources()}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
        expected = listing(near, 9)
        raise UnknownCode(message("unknown source", found=repr(name), expected=expected, do="see 'homeground sources'"))
    return known[name]


def _entry(name: str, values: dict[str, Any]) -> Source:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Source(id=name, **fields)
