"""What a search finds, as answers: products by words or code, countries and blocs by any form of their name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from homeground.brief.answer import Answer, Column
from homeground.codes import blocs, countries, products

PRODUCTS = (
    Column("code", "code"),
    Column("name", "product", wraps=True),
    Column("revision", "HS"),
    Column("traded", "loaded", "flag", meaning="whether the Home holds its trade"),
)
NAMED = (Column("name", "name", wraps=True), Column("kind", "kind"), Column("path", "address", on_screen=False))
SEARCHED = 10_000
PLACES = (Column("code", "code"), Column("name", "country or bloc"))


def products_answer(words: str, traded: frozenset[str], most: int = 200) -> Answer:
    """Six-digit products whose names hold the words, or whose codes begin with the digits; those `traded` first."""
    found = [each for each in products.search(words, SEARCHED) if len(each.code) == 6]
    found.sort(key=lambda each: (each.code not in traded, each.code))
    rows = [
        {"code": each.code, "name": each.name, "revision": each.revision_of_name, "traded": each.code in traded}
        for each in found[:most]
    ]
    return Answer(f"Products: {words}", _table(rows, PRODUCTS), PRODUCTS, () if rows else ("Nothing is called so.",))


def places_answer(words: str, most: int = 50) -> Answer:
    """Countries and blocs whose name or alias holds the words, or whose code is given; those that begin so first."""
    wanted = countries.fold(words)
    found = [place for place in _places() if wanted and any(wanted in form for form in place[2])]
    found.sort(key=lambda place: (not any(form.startswith(wanted) for form in place[2]), place[1]))
    rows = [{"code": code, "name": name} for code, name, _ in found[:most]]
    return Answer(f"Countries and blocs: {words}", _table(rows, PLACES), PLACES)


def named_answer(words: str, found: Iterable[tuple[str, str, str]]) -> Answer:
    """What people have named: name, kind and address of each."""
    rows = [dict(zip(("name", "kind", "path"), each, strict=True)) for each in found]
    return Answer(f"Plans, books and results: {words}", _table(rows, NAMED), NAMED)


@cache
def _places() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Code, name and forms, as a search compares them, of every country and bloc."""
    named = [
        (each.iso3, each.name, (each.iso3, each.name, *each.aliases))
        for each in countries.every()
        if each.kind == "country"
    ]
    named += [(code, bloc.title, (code, bloc.title)) for code, bloc in blocs.every().items()]
    return tuple((code, name, tuple(map(countries.fold, forms))) for code, name, forms in named)


def _table(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(
        rows, schema=pa.schema([(c.name, pa.bool_() if c.form == "flag" else pa.string()) for c in columns])
    )
