"""Answers and figures in a reader's language: titles, headings, meanings, notes, labels; names and keys stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from babel.numbers import get_decimal_symbol, get_group_symbol

from homeground.brief.answer import Answer, Column
from homeground.brief.figures import Spec
from homeground.brief.voice import Voice
from homeground.desk.language import SOURCE, Language

SPOKEN: Final = frozenset({"title", "subtitle", "text", "header"})
"""Parts of a specification whose strings a reader sees."""

PERSON: Final = re.compile(r"((?:^|[,;] )[^();]*\(|\): )([^();]+)")
"""Beside the name of a person: the role in brackets, and what is said after them."""

QUOTED: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def answer(language: Language, said: Answer) -> Answer:
    """Return an answer with its words in a language; table, names of columns and figures are the same."""
    if language.code == SOURCE:
        return said
    columns = tuple(
        replace(
            column,
            title=language.say(column.title) if column.on_screen else language.value(column.title),
            meaning=language.say(column.meaning) if column.on_screen else language.value(column.meaning),
        )
        for column in said.columns
    )
    notes = tuple(language.say(note) for note in said.notes)
    return replace(said, title=language.say(said.title), columns=columns, notes=notes)


def cell(language: Language, column: Column, row: Mapping[str, Any]) -> str:
    """Write a column's value of a row."""
    return written(language, column.in_row(row), column.text_of(row))


def written(language: Language, column: Column, text: str) -> str:
    """Write a text of a column; what is quoted stays as it is, and the names of people."""
    if column.form == "people":
        return PERSON.sub(lambda found: found[1] + str(language.value(found[2])), text)
    return text if column.form == "quoted" else str(language.value(text))


def voice(language: Language) -> Voice:
    """Return the voice that makes documents speak a language."""
    said = (language.say, language.value, partial(figure, language), partial(written, language))
    return Voice(language.code, language.direction, *said)


def figure(language: Language, spec: Spec) -> Spec:
    """Return a figure's specification with its words and numbers in a language.

    Values of its data are said too, but for those that an expression of the specification compares with.
    """
    if language.code == SOURCE:
        return spec
    kept = {one or other for text in _strings(spec) if "datum" in text for one, other in QUOTED.findall(text)}
    signs = {"decimal": get_decimal_symbol(language.code), "thousands": get_group_symbol(language.code)}
    locale = {"number": {**signs, "grouping": [3], "currency": ["", ""]}}
    said = _said(language, spec, kept, key="")
    return {**said, "config": {**said.get("config", {}), "locale": locale}}


def _said(language: Language, part: Any, kept: set[str], key: str) -> Any:
    if isinstance(part, dict):
        return {name: _said(language, each, kept, _key(key, name, each)) for name, each in part.items()}
    if isinstance(part, list):
        return [_said(language, each, kept, key) for each in part]
    if not isinstance(part, str) or part in kept:
        return part
    if key in SPOKEN:
        return language.say(part)
    return language.value(part) if key == "values" else part


def _key(above: str, name: str, part: Any) -> str:
    """What a string below is: in a list of values, or of their order, it is data whatever it is called there."""
    listed = isinstance(part, list) and name in ("values", "domain", "sort")
    if above in SPOKEN and name == "value":
        return above
    return "values" if above == "values" or listed else name


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for each in part.values():
            yield from _strings(each)
    elif isinstance(part, list):
        for each in part:
            yield from _strings(each)
    elif isinstance(part, str):
        yield part
