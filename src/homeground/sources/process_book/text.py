"""Read a book from TOML, and find the line of each key, which the parser of the standard library does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from homeground import toml
from homeground.errors import BadInput, message
from homeground.sources.process_book.document import Document, Path

KEY: Final = r"(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_-]+)"
DOTTED: Final = rf"{KEY}(?:\s*\.\s*{KEY})*"
HEAD: Final = re.compile(rf"^\s*\[\[?\s*({DOTTED})\s*\]\]?\s*(?:#.*)?$")
ENTRY: Final = re.compile(rf"^\s*({DOTTED})\s*=")


def parse(text: str, name: str) -> Document:
    """Parse TOML; raises BadInput with the line where it breaks."""
    try:
        parts: dict[str, Any] = toml.loads(text)
    except ValueError as error:
        raise BadInput(message("not valid TOML", where=name, found=error, do="correct that line")) from None
    places: dict[Path, str] = {}
    for path, line in _keys(text):
        places.setdefault(path, f"{name}, line {line}")
    return Document(name, parts, places)


def _keys(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := HEAD.match(line):
            table = _path(head[1])
            yield from ((table[:end], number) for end in range(1, len(table) + 1))
        elif entry := ENTRY.match(line):
            key = (*table, *_path(entry[1]))
            yield key, number
            yield from (((*key, inner), number) for inner in _inside(line))


def _inside(line: str) -> Iterator[str]:
    """Yield the keys of an inline table."""
    _, _, value = line.partition("=")
    if "{" in value:
        yield from (_path(found)[0] for found in re.findall(rf"[{{,]\s*({KEY})\s*=", value))


def _path(dotted: str) -> Path:
    found: Any = toml.loads(f"{dotted} = 0")
    path: list[str] = []
    while isinstance(found, dict):
        ((key, found),) = found.items()
        path.append(key)
    return tuple(path)
