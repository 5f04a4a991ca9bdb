"""What notes and errors say for the command line, in the desk's own words: fields of a form, and pages."""

from __future__ import annotations

import re
from typing import Final

FIELDS: Final = {
    "dataset": "Dataset", "year": "Year", "method": "Rule", "country": "Country", "bloc": "Bloc",
    "production": "Figures of", "commodity": "Goods", "role": "I sign as", "reason": "Reason", "outcome": "Decision",
    "importer": "Importer", "exporter": "Exporter",
    "replace": "Take the place of years that are loaded", "time-limit": "Time", "on": "Day",
}  # fmt: skip
"""Options of the command line, and the labels of the fields that ask the same."""
PAGES: Final = {
    "record": "Record", "policy": "Policy", "materials": "Materials", "plan": "Plan", "deal": "Deals",
    "partner": "Partner", "balance": "Own ground", "template": "Own ground", "shock": "Chains", "exposure": "Chains",
}  # fmt: skip
COMMAND: Final = re.compile(r"'homeground (\w[\w-]*)[^']*'")
OPTION: Final = re.compile(r"--([a-z][a-z-]*)")
SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
TWICE: Final = re.compile(r"(the page “[^”]+”)(?: and \1)+")


class Told(str):
    """A text that is in the reader's language already."""

    __slots__ = ()


class Given(Told):
    """A name that people have given: the same in every language, for a browser's translator too."""

    __slots__ = ()


def of_desk(text: str) -> str:
    """Say it with the fields and pages of the desk.

    >>> of_desk("two hold 2021. What to do: name it with --dataset, or set one with 'homeground prefer'.")
    'two hold 2021. What to do: name it with “Dataset”, or set one with the page “Data”.'
    >>> of_desk("load some: see 'homeground sources' and 'homeground load'")
    'load some: see the page “Data”'
    """
    if isinstance(text, Told):
        return text
    pages = COMMAND.sub(lambda found: f"the page “{PAGES.get(found[1], 'Data')}”", text)
    once = TWICE.sub(r"\1", pages)
    return OPTION.sub(lambda found: f"“{FIELDS[found[1]]}”" if found[1] in FIELDS else found[0], once)


def notes_of_desk(notes: tuple[str, ...]) -> tuple[str, ...]:
    """Return notes without the sentences that only help at a command line, the others with the desk's words.

    >>> notes_of_desk(("Open: the rule abstains. Every figure: homeground balance JPN --figures", "Ask -o FILE."))
    ('Open: the rule abstains.',)
    """
    told = (" ".join(part for part in SENTENCE.split(of_desk(note)) if not _of_command_line(part)) for note in notes)
    return tuple(note for note in told if note)


def _of_command_line(sentence: str) -> bool:
    return bool(OPTION.search(sentence)) or "homeground " in sentence or "-o FILE" in sentence
