"""A plan's document as TOML text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any


def text(document: Mapping[str, Any]) -> str:
    """Write a document whose entries are tables, or lists of tables.

    >>> print(text({"plan": {"years": [2027, 2031]}, "caps": [{"good": "wheat", "share": 0.5}]}), end="")
    [plan]
    years = [2027, 2031]
    <BLANKLINE>
    [[caps]]
    good = "wheat"
    share = 0.5
    """
    return "\n".join(_sections(document))


def _sections(document: Mapping[str, Any]) -> Iterator[str]:
    for name, entry in document.items():
        if isinstance(entry, list):
            yield from (_section(f"[[{_key(name)}]]", row) for row in entry)
        elif entry and all(isinstance(each, Mapping) for each in entry.values()):
            yield from (_section(f"[{_key(name)}.{_key(key)}]", each) for key, each in entry.items())
        else:
            yield _section(f"[{_key(name)}]", entry)


def _section(head: str, entries: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{_key(key)} = {_value(value)}" for key, value in entries.items()), ""])


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return repr(value)


def _key(key: str) -> str:
    plain = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if plain else _value(key)
