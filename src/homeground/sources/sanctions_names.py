"""What readers of sanctions lists hand over: one name of one entry; and days and texts as these lists write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

NameKind = Literal["main", "alias", "weak"]
Kind = Literal["person", "organisation", "vessel", "aircraft", "other"]

DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y")
US_DAYS: Final = ("%m/%d/%Y",)


@dataclass(frozen=True)
class Entry:
    """One name of an entry; days are ISO texts, empty where they are not stated."""

    entry_id: str
    name: str
    name_kind: NameKind
    kind: Kind
    programme: str = ""
    listed_on: str = ""
    published: str = ""


def tidy(text: str | None) -> str:
    """Return a text with single spaces and no blanks around it."""
    return " ".join((text or "").split())


def day(text: str | None, forms: tuple[str, ...] = DAYS) -> str:
    """Return a day as an ISO text; empty where the text holds none of these forms."""
    beginning = re.match(r"[\d/-]{8,10}", tidy(text))
    for form in forms:
        try:
            return datetime.strptime(beginning[0] if beginning else "", form).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return ""
