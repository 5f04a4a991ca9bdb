"""One base error, flat subclasses, and the builders of messages.

Every message says what is wrong, where, the value found beside the value expected, and what to do.
The command line turns `exit_code` into the process's exit status.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class HomegroundError(Exception):
    """Base of every error that Homeground raises on purpose. `exit_code` is 1: our own fault."""

    exit_code = 1


class UsageError(HomegroundError):
    """The question itself is incomplete or contradictory (exit code 2)."""

    exit_code = 2


class BadInput(HomegroundError):
    """A file or a value that cannot be taken as it is (exit code 3)."""

    exit_code = 3


class ManyFaults(BadInput):
    """Everything that is wrong with a file, a message a line."""

    def __init__(self, faults: Iterable[BadInput]) -> None:
        self.messages = tuple(fault.args[0] for fault in faults)
        super().__init__("\n".join(self.messages))


class UnknownCode(BadInput):
    """A country, bloc, product or unit code that no table knows."""


class RefusedLoad(BadInput):
    """A load was stopped; the Home is as it was before."""


class FetchFailed(BadInput):
    """A download did not arrive whole and right; the part that did is kept for resuming."""


class HomeBusy(BadInput):
    """Another process is writing to this Home."""


class TooMuch(BadInput):
    """More than one person may have done at once, or within a minute."""


class SigningRefused(BadInput):
    """A person may not do this in the record: who, for which goods, and what is missing."""


class RecordBroken(BadInput):
    """The record does not hold together; nothing was written."""


class NotInHome(HomegroundError):
    """The Home holds nothing that answers the question (exit code 4)."""

    exit_code = 4


class Infeasible(HomegroundError):
    """What was asked for cannot all be had (exit code 5)."""

    exit_code = 5


class Message(str):
    """The text of a message, which remembers its parts, so that many of them can stand in a table."""

    __slots__ = ("do", "expected", "found", "what", "where")

    what: str
    where: str
    found: object
    expected: object
    do: str


def message(what: str, *, where: str = "", found: object = None, expected: object = None, do: str) -> Message:
    """Join the parts of an error message in the order a reader needs them.

    >>> message("unknown unit", where="mapping.toml, quantity", found="tonz", expected="kg, t or kt", do="correct it")
    'unknown unit (mapping.toml, quantity): found tonz, expected kg, t or kt. What to do: correct it.'
    """
    values = [f"{label} {value}" for label, value in (("found", found), ("expected", expected)) if value is not None]
    head = f"{what} ({where})" if where else what
    body = f"{head}: {', '.join(values)}" if values else head
    made = Message(f"{body}. What to do: {do.rstrip('.')}.")
    made.what, made.where, made.found, made.expected, made.do = what, where, found, expected, do
    return made


def near(text: str, known: Iterable[str], alike: float = 0.8) -> list[str]:
    """Return what a slip of the pen made a text of, at most three: another word is not near, however like it looks.

    `alike` is the part of both texts that must match.

    >>> near("germny", ["germany", "guernsey"]), near("atlantis", ["albania"])
    (['germany'], [])
    """
    return difflib.get_close_matches(text, list(known), n=3, cutoff=alike)


def listing(items: Iterable[object], most: int = 5) -> str:
    """Name the first few of many things and count the rest."""
    names = [str(item) for item in items]
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
