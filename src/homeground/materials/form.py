"""The form of a book's document: only known fields, each of its type; what the values mean is read afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from homeground.errors import BadInput, listing, message
from homeground.materials.quantities import number
from homeground.sources.process_book import PARTS, Document, Field, Part

Fault = tuple[tuple[str, ...], BadInput]
"""Where in the document, and what is wrong there."""


def faults(document: Document) -> Iterator[Fault]:
    """Yield every key, type or missing field that a process book cannot have."""
    parts = {part.name: part for part in PARTS}
    yield from _strange(document.parts, set(parts), document, ())
    if "book" not in document.parts:
        yield (
            ("book",),
            BadInput(message("no part [book]", where=document.name, do='begin the file with [book] and title = "…"')),
        )
    for name, held in document.parts.items():
        if name not in parts:
            continue
        if not isinstance(held, Mapping):
            yield _no_table(held, document, (name,))
            continue
        for key, entry in [("", held)] if parts[name].single else held.items():
            path = (name, key) if key else (name,)
            if isinstance(entry, Mapping):
                yield from _entry(entry, parts[name], document, path)
            else:
                yield _no_table(entry, document, path)


def _entry(entry: Mapping[str, Any], part: Part, document: Document, path: tuple[str, ...]) -> Iterator[Fault]:
    yield from _strange(entry, {f.name for f in part.fields} | {name for name, _ in part.maps}, document, path)
    yield from _fields(entry, part.fields, document, path)
    for name, fields in part.maps:
        inner = entry.get(name, {})
        if not isinstance(inner, Mapping):
            yield _no_table(inner, document, (*path, name))
            continue
        for key, value in inner.items():
            place = (*path, name, key)
            if fields[0].name == "value":
                yield from _kind(value, fields[0], document, place)
            elif isinstance(value, Mapping):
                yield from _strange(value, {f.name for f in fields}, document, place)
                yield from _fields(value, fields, document, place)
            else:
                yield _no_table(value, document, place)


def _fields(
    entry: Mapping[str, Any], fields: tuple[Field, ...], document: Document, path: tuple[str, ...]
) -> Iterator[Fault]:
    for f in fields:
        if entry.get(f.name) is not None:
            yield from _kind(entry[f.name], f, document, (*path, f.name))
        elif f.required:
            where, do = document.where(*path), f"add {f.name} = …"
            yield path, BadInput(message(f"{f.name} is missing", where=where, expected=f.meaning, do=do))


def _kind(value: Any, f: Field, document: Document, path: tuple[str, ...]) -> Iterator[Fault]:
    where = document.where(*path)
    if f.kind == "number" or (f.kind == "quantity" and not isinstance(value, str)):
        try:
            number(value, where)
        except BadInput as fault:
            yield path, fault
    elif (f.kind == "text" and not isinstance(value, str)) or (f.kind == "flag" and not isinstance(value, bool)):
        expected = "a text in quotes" if f.kind == "text" else "true or false"
        what = f"{path[-1]} is of the wrong type"
        yield path, BadInput(message(what, where=where, found=repr(value), expected=expected, do="correct it"))


def _strange(found: Mapping[str, Any], known: set[str], document: Document, path: tuple[str, ...]) -> Iterator[Fault]:
    for key in found:
        if key not in known:
            where, expected = document.where(*path, key), listing(sorted(known), 30)
            yield (
                (*path, key),
                BadInput(
                    message(
                        f"unknown key {key}",
                        where=where,
                        found=repr(found[key])[:80],
                        expected=expected,
                        do="correct it",
                    )
                ),
            )


def _no_table(value: Any, document: Document, path: tuple[str, ...]) -> Fault:
    where, do = document.where(*path), f"write [{'.'.join(path)}]"
    return path, BadInput(message(f"{path[-1]} is no table", where=where, found=repr(value), do=do))
