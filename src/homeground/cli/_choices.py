"""Options with a few allowed values."""

from __future__ import annotations

from typing import Any

from homeground.errors import UsageError, message


def choice(found: str, allowed: tuple[str, ...], option: str) -> Any:
    """Return the value if it is allowed; raises UsageError naming those that are."""
    if found not in allowed:
        expected = ", ".join(allowed)
        raise UsageError(message("no such choice", where=option, found=repr(found), expected=expected, do="choose one"))
    return found
