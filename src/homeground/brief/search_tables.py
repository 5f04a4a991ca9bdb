"""What a search finds, as answers: products by words or code, countries and blocs by any form of their name."""

from __future__ import annotations

from typing import Any

from homeground.brief.answer import Answer, Column
from homeground.codes import blocs, countries, products

PRODUCTS = (
    Column("code", "code"),
    Column("name", "product", wraps=True),
    Column("revision", "HS"),
    Column("traded", "loaded", "flag", meaning="whether the Home holds its trade"),
)
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
    """Countries and blocs whose name or alias holds the words, or whose code is given."""
    wanted = countries.fold(words)
    rows: list[dict[str, Any]] = [
        {"code": each.iso3, "name": each.name}
        for each in countries.every()
        if each.kind == "country"
        and wanted
        and any(wanted in countries.fold(form) for form in (each.iso3, each.name, *each.aliases))
    ]
    rows += [
        {"code": code, "name": bloc.title}
        for code, bloc in blocs.every().items()
        if wanted and wanted in countries.fold(f"{code} {bloc.title}")
    ]
    rows.sort(key=lambda row: (not countries.fold(row["name"]).startswith(wanted), row["name"]))
    return Answer(f"Countries and blocs: {words}", _table(rows[:most], PLACES), PLACES)


def _table(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(
        rows, schema=pa.schema([(c.name, pa.bool_() if c.form == "flag" else pa.string()) for c in columns])
    )
