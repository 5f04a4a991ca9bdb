"""What a page function returns: a sheet of panels and forms, or word that something is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from homeground.brief.answer import Answer
from homeground.desk.web.forms import Form

Choices = Mapping[str, Sequence[tuple[str, str]]]
"""Field → (value, words) to choose from."""


@dataclass(frozen=True)
class Panel:
    """An answer on a page: figures, table, notes and sources, with its files beside it.

    `name` is its name in addresses and JSON. `links` makes cells into links: column → address with `{column}` for
    values of the row, such as `{"name": "/country/{exporter}"}`. `most` rows are shown; the files hold all. A column
    shown on the terminal is shown here; `drawn` is false where figures would repeat those of another panel, `files`
    where an act made the table, so that no address gives it again; `empty` is said where it has no rows.
    """

    answer: Answer
    name: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    most: int = 25
    drawn: bool = True
    files: bool = True
    empty: str = ""


@dataclass(frozen=True)
class Sheet:
    """A page: panels in their order, and what stands around them.

    `lead` is one sentence under the title, `tiles` are (number, what it counts), `notes` are for the whole page,
    `choices` fill the selections of the page's own question, `forms` are acts offered here (`Asking.form`), `trail`
    are (words, address) above this page. `template` is a template of your own that extends `sheet.html.j2`; it finds
    `values` as variables. What `values` holds must be plain data if `told` is true: it is then part of the JSON twin.
    `status` is HTTP's, for pages that say why something cannot be.
    """

    title: str
    panels: tuple[Panel | Answer, ...] = ()
    lead: str = ""
    tiles: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    choices: Choices = field(default_factory=dict)
    forms: tuple[Form, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    trail: tuple[tuple[str, str], ...] = ()
    template: str = "sheet.html.j2"
    values: Mapping[str, Any] = field(default_factory=dict)
    told: bool = False
    status: int = 200

    def named_panels(self) -> dict[str, Panel]:
        """The panels by name; a plain answer is named by its place."""
        made = [part if isinstance(part, Panel) else Panel(part) for part in self.panels]
        return {panel.name or f"panel-{number}": panel for number, panel in enumerate(made, 1)}


@dataclass(frozen=True)
class Done:
    """An act is done: `said` is shown on the page `to`; `values` are told to programs."""

    to: str
    said: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
