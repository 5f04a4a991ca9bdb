"""TOML as others write it: whatever cannot be read ends in one kind of error, also what is too deep or too long."""

from __future__ import annotations

import tomllib
from typing import Any, Final

MOST: Final = 2**63
"""Numbers without a point are of 64 bits, as TOML has it."""


def loads(text: str) -> dict[str, Any]:
    """Read TOML; raises ValueError where it is none, nests too deep, or holds a number of more than 64 bits.

    >>> loads("days = 20")
    {'days': 20}
    >>> loads("days = 1" + 5000 * "0")
    Traceback (most recent call last):
    ValueError: a number has more than 64 bits
    """
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:
        raise ValueError("a number has more than 64 bits") from error
    _require_numbers(document)
    return document


def _require_numbers(document: dict[str, Any]) -> None:
    left: list[Any] = [document]
    while left:
        part = left.pop()
        if isinstance(part, dict | list):
            left.extend(part.values() if isinstance(part, dict) else part)
        elif isinstance(part, int) and not -MOST <= part < MOST:
            raise ValueError("a number has more than 64 bits")
