"""What a check of a book finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (error), probably wrong (warning), or worth knowing (note)."""

    severity: Severity
    check: str
    where: str
    what: str
    do: str
