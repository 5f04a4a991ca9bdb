"""The form of a book's document: only known fields, each of its type; what the values mean is read afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeground.errors import BadInput, listing, message
from homeground.materials.quantities import number
from homeground.sources.process_book import PARTS, Document, Field, Part


def require_form(document: Document) -> None:
    """Raise BadInput for the first key, type or missing field that a process book cannot have."""
    parts = {part.name: part for part in PARTS}
    _only(document.parts, set(parts), document, ())
    if "book" not in document.parts:
        raise BadInput(message("no part [book]", where=document.name, do='begin the file with [book] and title = "…"'))
    for name, held in document.parts.items():
        _a_table(held, document, (name,))
        for key, entry in [("", held)] if parts[name].single else held.items():
            path = (name, key) if key else (name,)
            _a_table(entry, document, path)
            _entry(entry, parts[name], document, path)


def _entry(entry: Mapping[str, Any], part: Part, document: Document, path: tuple[str, ...]) -> None:
    _only(entry, {f.name for f in part.fields} | {name for name, _ in part.maps}, document, path)
    _fields(entry, part.fields, document, path)
    for name, fields in part.maps:
        inner = entry.get(name, {})
        _a_table(inner, document, (*path, name))
        for key, value in inner.items():
            if fields[0].name == "value":
                _kind(value, fields[0], document, (*path, name, key))
            else:
                _a_table(value, document, (*path, name, key))
                _only(value, {f.name for f in fields}, document, (*path, name, key))
                _fields(value, fields, document, (*path, name, key))


def _fields(entry: Mapping[str, Any], fields: tuple[Field, ...], document: Document, path: tuple[str, ...]) -> None:
    for f in fields:
        if entry.get(f.name) is not None:
            _kind(entry[f.name], f, document, (*path, f.name))
        elif f.required:
            raise BadInput(
                message(f"{f.name} is missing", where=document.where(*path), expected=f.meaning, do=f"add {f.name} = …")
            )


def _kind(value: Any, f: Field, document: Document, path: tuple[str, ...]) -> None:
    where = document.where(*path)
    if f.kind == "number" or (f.kind == "quantity" and not isinstance(value, str)):
        number(value, where)
    elif (f.kind == "text" and not isinstance(value, str)) or (f.kind == "flag" and not isinstance(value, bool)):
        expected = "a text in quotes" if f.kind == "text" else "true or false"
        raise BadInput(
            message(
                f"{path[-1]} is of the wrong type", where=where, found=repr(value), expected=expected, do="correct it"
            )
        )


def _only(found: Mapping[str, Any], known: set[str], document: Document, path: tuple[str, ...]) -> None:
    for key in found:
        if key not in known:
            raise BadInput(
                message(
                    f"unknown key {key}",
                    where=document.where(*path, key),
                    expected=listing(sorted(known), 30),
                    do="correct it",
                )
            )


def _a_table(value: Any, document: Document, path: tuple[str, ...]) -> None:
    if not isinstance(value, Mapping):
        raise BadInput(
            message(
                f"{path[-1]} is no table",
                where=document.where(*path),
                found=repr(value),
                do=f"write [{'.'.join(path)}]",
            )
        )
