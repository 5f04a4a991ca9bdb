"""The templates of pages, with the house's ways of writing numbers; every value is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from homeground.brief.answer import Column, Form
from homeground.brief.voice import ENGLISH

FILTERS: Final[dict[str, Form]] = {
    "share": "share",
    "index": "index",
    "ratio": "ratio",
    "count": "count",
    "money": "usd",
    "tons": "tons",
}
UNIT: Final = re.compile(r"(?<=[\d<>≥≤]) (?=[\d%])|(?<=\d) (?=(?:bn|[kM]|USD|EUR|Mt|kt|t)\b)|(?<=bn| M| k) (?=USD|EUR)")


def template(name: str) -> Template:
    """Return a template of this package by its file name."""
    return _environment().get_template(name)


def tied(text: str) -> str:
    """Keep a number and its unit on one line.

    >>> tied("40 % of 3.1 bn USD").count(" ")
    2
    """
    return UNIT.sub("\N{NO-BREAK SPACE}", text)


def apart(items: Iterable[str] | str) -> Markup:
    """Write items, or a text of them, with semicolons between, each an element of its own.

    >>> apart("2 in; 3 out")
    Markup('<span>2 in</span>; <span>3 out</span>')
    """
    parts = items.split("; ") if isinstance(items, str) else items
    return Markup("; ").join(Markup("<span>{}</span>").format(tied(part)) for part in parts)


def environment(package: str) -> Environment:
    """Return the templates of a package; every value is escaped, and one that is absent raises."""
    engine = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.filters.update(tied=tied, apart=apart)
    return engine


@cache
def _environment() -> Environment:
    engine = environment("homeground.brief")
    engine.filters.update({name: Column("", "", form).text for name, form in FILTERS.items()})
    style = resources.files("homeground.brief").joinpath("assets/style.css").read_text(encoding="utf-8")
    engine.globals["voice"] = ENGLISH
    engine.globals["style"] = Markup(style)  # noqa: S704
    return engine
