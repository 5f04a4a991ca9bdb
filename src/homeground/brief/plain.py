"""Texts as XML can hold them, since documents and drawings are XML and names may hold anything; names in a sentence."""

from __future__ import annotations

import re
from typing import Any, Final

UNWRITABLE: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


def plain(text: str) -> str:
    """Leave out control characters (but tabs and line ends) and halves of surrogate pairs."""
    return UNWRITABLE.sub("", text)


def plain_parts(part: Any) -> Any:
    """Leave them out of every text in nested lists and mappings."""
    if isinstance(part, str):
        return plain(part)
    if isinstance(part, dict):
        return {plain_parts(key): plain_parts(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [plain_parts(each) for each in part]
    return part


def whose(name: str) -> str:
    """Write a name in the possessive.

    >>> whose("Japan"), whose("United States")
    ("Japan's", "United States'")
    """
    return f"{name}'" if name.endswith("s") else f"{name}'s"
