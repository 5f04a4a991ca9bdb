"""World mineral production of the British Geological Survey, 2012 to 2021: one row per commodity and country.

The yearly columns are read; the sums and shares beside them are derived and passed over. The file states no unit: BGS
gives metric tons, but kilograms of gold, silver, platinum and palladium (gold 2021: 3.28 million kg, 3,278 t). Mines
are counted by metal content where BGS says so. Names are trimmed, so that `Ilmenite` stands once. Where several rows
of one commodity and country are left (kinds of lithium minerals, gross weight and content), the file has lost what
tells them apart: they are refused, with the whole commodity where that is so of more than a tenth of its countries.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from homeground.errors import listing
from homeground.sources import figures, files
from homeground.sources.figures import Figure
from homeground.sources.reading import Reading
from homeground.units import ton_factor

YEAR: Final = re.compile(r"Year (\d{4})")
IN_KILOGRAMS: Final = frozenset({"Gold, mine", "Silver, mine", "Palladium", "Platinum"})
BY_CONTENT: Final = frozenset(
    {
        "Cobalt, mine", "Copper, mine", "Gold, mine", "Lead, mine", "Molybdenum, mine", "Nickel, mine",
        "Silver, mine", "Tin, mine", "Tungsten, mine", "Uranium", "Vanadium, mine", "Zinc, mine", "Palladium",
        "Platinum", "Rhenium",
    }
)  # fmt: skip
GROSS: Final = frozenset(
    {
        "Bauxite", "Beryl", "Borates", "Chromium ores and concentrate", "Graphite, natural", "Ilmenite", "Iron, ore",
        "Leucoxene", "Magnesite", "Manganese, ore", "Phosphate rock", "Rutile", "Strontium, mineral",
    }
)  # fmt: skip
MIXED: Final = {"Lithium, minerals": "mixed minerals", "REE minerals": "mixed minerals", "REE oxides": "oxide content"}
MOST_AMBIGUOUS: Final = 0.1
MOST_REFUSED: Final = 0.1
"""Share of the rows that may be refused: the commodities that the file does not tell apart are 7 percent."""
SPELLED: Final = {"Congo": "COG", "Eswatini (Swaziland)": "SWZ", "France (French Guiana)": "GUF"}
AMBIGUOUS: Final = "commodity: several rows of one country; the file has lost what tells them apart"


def minerals(paths: Sequence[Path]) -> Reading:
    """Open the world mineral production."""
    path = figures.one_file("bgs-minerals", paths)
    raw, text = figures.look(path)
    reader = csv.reader(io.StringIO(text))
    rows = [(reader.line_num, row) for row in reader]
    files.require_columns(rows[0][1] if rows else [], ["Metal", "Country"], str(path))
    mapping = figures.mapping(
        "bgs-minerals",
        "Open Government Licence 3.0",
        "British Geological Survey, World Mineral Production; contains BGS materials, UKRI",
    )
    refused = _named(_ambiguous([row for _line, row in rows[1:]]))
    notes = (
        (
            "BGS gives metric tons, kilograms of gold, silver, platinum and palladium; mines of most metals are "
            "counted by metal content."
        ),
        f"Several rows of one country, which the file does not tell apart; refused: {refused}.",
    )
    return Reading(
        "bgs-minerals", mapping, (raw,), lambda _: iter([figures.part(raw, list(_figures(rows)))]), notes=notes,
        most_refused=MOST_REFUSED,
    )  # fmt: skip


def _ambiguous(body: list[list[str]]) -> dict[str, frozenset[str]]:
    """Commodities with their countries that have several rows; all countries where more than a tenth have."""
    rows = Counter((row[0].strip(), row[1].strip()) for row in body if len(row) > 1)
    found: dict[str, frozenset[str]] = {}
    for commodity in sorted({name for (name, _country), count in rows.items() if count > 1}):
        every = frozenset(country for name, country in rows if name == commodity)
        several = frozenset(country for country in every if rows[commodity, country] > 1)
        found[commodity] = every if len(several) > MOST_AMBIGUOUS * len(every) else several
    return found


def _named(ambiguous: dict[str, frozenset[str]]) -> str:
    parts = (f"{name} ({listing(sorted(places), 3)})" for name, places in ambiguous.items())
    return "; ".join(parts) or "none"


def state(commodity: str) -> str:
    """Say in which state BGS weighs a commodity."""
    if commodity in MIXED:
        return MIXED[commodity]
    if commodity in BY_CONTENT:
        return "metal content"
    return "gross weight" if commodity in GROSS else "product weight"


def _figures(rows: list[tuple[int, list[str]]]) -> Iterator[Figure]:
    head = rows[0][1]
    body = [(line, row) for line, row in rows[1:] if len(row) > 1]
    years = [(place, found[1]) for place, name in enumerate(head) if (found := YEAR.fullmatch(name.strip()))]
    ambiguous = _ambiguous([row for _line, row in body])
    for line, row in body:
        commodity, country = row[0].strip(), row[1].strip()
        factor = ton_factor("kg" if commodity in IN_KILOGRAMS else "t")
        yield from (
            Figure(
                year,
                SPELLED.get(country, country),
                commodity,
                "production",
                _tons(row[place], factor),
                state(commodity),
                place=f"line {line}",
                reason=AMBIGUOUS if country in ambiguous.get(commodity, ()) else "",
            )
            for place, year in years
            if place < len(row) and row[place].strip()
        )


def _tons(cell: str, factor: float) -> str:
    try:
        return repr(float(cell) * factor)
    except ValueError:
        return cell
