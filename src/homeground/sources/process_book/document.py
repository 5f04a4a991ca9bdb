"""A process book as it was read: nested tables, and the place of each value in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeground.errors import BadInput

Path = tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """`parts` is keyed part → entry → field; `places` says in words where a path of keys stands in the file.

    `faults` are rows that could not be taken.
    """

    name: str
    parts: Mapping[str, Any]
    places: Mapping[Path, str]
    faults: tuple[BadInput, ...] = ()

    def where(self, *path: str) -> str:
        """Return file, line or cell, and the dotted keys; of what has no place of its own, that of what holds it.

        >>> Document("b.toml", {}, {("goods", "oak"): "b.toml, line 7"}).where("goods", "oak", "unit")
        'b.toml, line 7: goods.oak.unit'
        """
        known = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in self.places), None)
        return f"{self.places[known] if known else self.name}: {'.'.join(path)}"


def merged(base: Document, own: Document) -> Document:
    """Lay a book over its base: entries of both are joined field by field, and the own field wins.

    What the base says of itself (`[book]`) is not taken over.
    """
    places = {**base.places, **own.places}
    entries = {name: part for name, part in base.parts.items() if name != "book"}
    return Document(own.name, _joined(entries, own.parts), places, own.faults)


def _joined(below: Any, above: Any) -> Any:
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return {key: _joined(below.get(key), above.get(key)) for key in [*below, *(k for k in above if k not in below)]}
    return below if above is None else above
