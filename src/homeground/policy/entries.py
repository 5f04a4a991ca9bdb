"""Typed access to one entry of a book's text, with the place for every message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from homeground.errors import BadInput, listing, message
from homeground.policy.model import Span

REQUIRED: Final = object()


class Entry:
    """One table of a TOML text. `where` names the file and the rule for messages."""

    def __init__(self, values: object, where: str, keys: tuple[str, ...]) -> None:
        if not isinstance(values, dict):
            raise fault("an entry is a table of keys and values", where, repr(values), "key = value")
        self.values: Mapping[str, Any] = values
        self.where = where
        if strange := sorted(set(values) - set(keys)):
            raise fault(f"unknown key {listing(map(repr, strange))}", where, None, listing(sorted(keys), 30))

    def text(self, key: str, default: Any = REQUIRED) -> str:
        """Return a text that is not empty."""
        found = self._get(key, default)
        if found is default:
            return str(found)
        if not isinstance(found, str) or not found.strip():
            raise fault(f"{key} is no text", self.where, repr(found), "a text in quotes")
        return " ".join(found.split()) if key != "reason" else found.strip()

    def formed(self, key: str, form: re.Pattern[str]) -> str:
        """Return a text that has only the signs it may have."""
        found = self.text(key)
        if form.fullmatch(found) is None:
            expected = f"letters, digits and what else fits {form.pattern}"
            raise fault(f"{key} has signs that it may not have", self.where, repr(found), expected)
        return found

    def one_of(self, key: str, allowed: tuple[str, ...], default: Any = REQUIRED) -> str:
        """Return one of the texts allowed."""
        found = self.text(key, default)
        if found not in allowed and found != default:
            raise fault(f"unknown {key}", self.where, repr(found), listing(allowed, 12))
        return found

    def number(self, key: str, default: Any = REQUIRED) -> float | None:
        """Return a number, or the default."""
        found = self._get(key, default)
        if found is default:
            return None if found is None else float(found)
        if (
            isinstance(found, bool)
            or not isinstance(found, int | float)
            or found != found
            or abs(found) == float("inf")
        ):
            raise fault(f"{key} is no number", self.where, repr(found), "a number")
        return float(found)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is left out."""
        found = self.values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise fault(f"{key} is no list of texts", self.where, repr(found), '["one", "two"]')
        return tuple(found)

    def day(self, key: str, default: Any = REQUIRED) -> date | None:
        """Return a day, or the default."""
        found = self._get(key, default)
        if found is default:
            return None
        if not isinstance(found, date) or isinstance(found, datetime):
            raise fault(f"{key} is no day", self.where, repr(found), "a day without quotes, such as 2024-05-23")
        return found

    def span(self) -> Span:
        """Return the days from `from` to `to`."""
        first, last = self.day("from"), self.day("to", None)
        assert first is not None
        if last is not None and last < first:
            raise fault("the last day comes before the first", self.where, f"from {first} to {last}", "from ≤ to")
        return Span(first, last)

    def _get(self, key: str, default: Any) -> Any:
        if key not in self.values and default is REQUIRED:
            raise fault(f"{key} is missing", self.where, None, f"{key} = …")
        return self.values.get(key, default)


def entries(document: Mapping[str, Any], key: str, where: str) -> list[Any]:
    """Return the entries `[[key]]` of a text."""
    found = document.get(key, [])
    if not isinstance(found, list):
        raise fault(f"{key} is written as a list", where, f"[{key}]", f"[[{key}]]")
    return found


def fault(what: str, where: str, found: object, expected: object) -> BadInput:
    """Build the message for what is wrong in a book."""
    return BadInput(message(what, where=where, found=found, expected=expected, do="correct the book"))
