"""Mineral Commodity Summaries of the U.S. Geological Survey: world production and US salient statistics.

**World production** (`usgs-production`, edition 2025): production, capacity and reserves by country, each row in
its own unit. Traps: reserves of some series are in another unit, which only a note says; `>` is a bound; Large, NA and
W stand for figures that are not given; one row may be two countries; the unit of two series contradicts the survey's
own next edition by a factor of a thousand, and they are refused.

**Salient statistics** (`usgs-salient`, edition 2026): US production, imports, exports, apparent consumption and stocks,
and net import reliance as published, which fills the table `reliance`. Rows in dollars or by volume are passed over.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from homeground.codes import countries
from homeground.errors import BadInput
from homeground.sources import figures, files
from homeground.sources.figures import Figure
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import REASON, Part, Reading
from homeground.units import ton_factor

Row = dict[str, str]

LICENCE: Final = "Public domain (work of the US government)"
CITATION: Final = "U.S. Geological Survey, Mineral Commodity Summaries"
MASS: Final = {
    "metric tons": (1.0, "t"),
    "tons": (1.0, "t"),
    "thousand metric tons": (1.0, "kt"),
    "thousand metric dry tons": (1.0, "kt"),
    "million metric tons": (1.0, "Mt"),
    "kilograms": (1.0, "kg"),
    "thousand carats": (1e3, "ct"),
    "thousands of carats": (1e3, "ct"),
    "million carats": (1e6, "ct"),
}
MISSPELT: Final = {
    "Gemanium": "Germanium", "poduction": "production", "Ferosilicon": "Ferrosilicon", "ilmentite": "ilmenite",
    "grosss": "gross",
}  # fmt: skip
CONTRADICTED: Final = frozenset({"Titanium Mineral Concentrates", "Sand and gravel (industrial)"})
CONTRADICTION: Final = "unit: stated in metric tons, a thousandth of what the survey's next edition gives"
NOT_A_COUNTRY: Final = re.compile(r"world total|other countries", re.IGNORECASE)
TWO_COUNTRIES: Final = "country: two countries in one row"
RESERVE_UNIT: Final = re.compile(r"(million|thousand) metric tons")
MARKS: Final = {
    "W": "withheld by the source", "NA": "not available", "XX": "not applicable", "s": "less than half a unit",
}  # fmt: skip
WORDS: Final = re.compile(r"(Large|Moderate|Small|Very small|Moderate to large)\b", re.IGNORECASE)
WORLD_COLUMNS: Final = (
    ("PROD_2023", "2023", "production", "PROD_NOTES"),
    ("PROD_EST_ 2024", "2024", "production", "PROD_NOTES"),
    ("CAP_2023", "2023", "capacity", "CAP_NOTES"),
    ("CAP_EST_ 2024", "2024", "capacity", "CAP_NOTES"),
    ("RESERVES_2024", "2024", "reserves", "RESERVE_NOTES"),
)


def production(paths: Sequence[Path]) -> Reading:
    """Open world production, capacity and reserves (edition 2025)."""
    path = figures.one_file("usgs-production", paths)
    raw, rows = _read(path, ["COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS", *_columns()])
    world = [row for row in rows if NOT_A_COUNTRY.search(row["COUNTRY"])]
    mapping = figures.mapping("usgs-production", LICENCE, f"{CITATION} 2025")
    notes = (
        (
            f"{len(world)} rows 'World total' and 'Other countries' are no countries and passed over: sums over "
            "countries are below the world's."
        ),
        "2024 is estimated. Reserves with a bound count as the bound. Ores are mostly counted by metal content.",
        (
            "Titanium mineral concentrates, industrial sand and gravel: the file's unit contradicts the next edition; "
            "refused."
        ),
    )
    return Reading(
        "usgs-production", mapping, (raw,), lambda _: iter([figures.part(raw, list(_world(rows)))]), notes=notes
    )


def _columns() -> list[str]:
    return sorted({name for column, _year, _element, notes in WORLD_COLUMNS for name in (column, notes)})


def _read(path: Path, wanted: list[str]) -> tuple[files.RawFile, list[Row]]:
    raw, text = figures.look(path)
    reader = csv.DictReader(io.StringIO(text))
    files.require_columns(list(reader.fieldnames or []), wanted, str(path))
    rows = []
    for row in reader:
        cells = {name: (cell or "").strip() for name, cell in row.items() if name}
        rows.append({**cells, "line": f"line {reader.line_num}"})
    return raw, rows


def _world(rows: list[Row]) -> Iterator[Figure]:
    series = {(row["COMMODITY"], row["TYPE"]): "" for row in rows}
    for row in rows:
        if found := RESERVE_UNIT.search(row["RESERVE_NOTES"]):
            series[row["COMMODITY"], row["TYPE"]] = found[0]
    for row in rows:
        if not NOT_A_COUNTRY.search(row["COUNTRY"]):
            yield from _of_country(row, series[row["COMMODITY"], row["TYPE"]])


def _of_country(row: Row, reserve_unit: str) -> Iterator[Figure]:
    name, qualifier = _named(row["COUNTRY"])
    commodity = _spelled(f"{row['COMMODITY']}: {row['TYPE'].removesuffix('.')}").replace(", estimated", "")
    unit = row["UNIT_MEAS"]
    for column, year, element, notes in WORLD_COLUMNS:
        remark = row.get(notes, "")
        if not row[column] and not _absence(remark):
            continue
        measured = reserve_unit or unit if element == "reserves" else unit
        quantity, said = _quantity(row[column] or remark, measured)
        note = "; ".join(part for part in (qualifier, said, remark if said != remark else "") if part)
        state = _state(row["TYPE"], remark if element == "reserves" else "", unit)
        reason = _fault(row, measured)
        yield Figure(year, name, commodity, element, quantity, state, note, row["line"], reason)


def _named(text: str) -> tuple[str, str]:
    """Split a country from what stands behind it in brackets, which belongs to the figure: Brazil (beneficiated)."""
    name, _, qualifier = text.partition("(")
    for written, rest in ((text, ""), (name.strip(), qualifier.rstrip(")"))):
        try:
            return countries.resolve(written), rest
        except BadInput:
            continue
    return text, ""


def _fault(row: Row, unit: str) -> str:
    if row["COMMODITY"] in CONTRADICTED:
        return CONTRADICTION
    if " and Canada" in row["COUNTRY"]:
        return TWO_COUNTRIES
    return "" if unit in MASS else f"unit: {unit or 'none stated'} is no mass"


def _state(kind: str, remark: str, unit: str) -> str:
    """Say in which state a series is weighed, in the source's words where it counts a content."""
    for text in ("" if remark.startswith("For ") else remark, kind):
        if found := re.search(r"([\w-]+(?: \(\w+\))? (?:content|equivalent))\b", text):
            return _spelled(found[1]).lower()
        if "crude ore" in text.lower():
            return "crude ore"
    if "dry" in unit:
        return "dry weight"
    return "gross weight" if kind.lower().startswith("mine") else "product weight"


def _spelled(text: str) -> str:
    for wrong, right in MISSPELT.items():
        text = text.replace(wrong, right)
    return " ".join(text.split())


def _absence(remark: str) -> str:
    """Say why there is no figure, where the remark does."""
    mark = remark.split(" ")[0].rstrip(".,;")
    return MARKS.get(mark.upper() if mark.upper() in MARKS else mark, "") or (remark if WORDS.match(remark) else "")


def _quantity(cell: str, unit: str) -> tuple[str, str]:
    """Convert a cell to tons, with what its signs say: a bound, none produced, withheld."""
    factor, name = MASS.get(unit, (1.0, "t"))
    text = cell.replace(",", "")
    bound = {"<": "less than", ">": "more than"}.get(text[:1], "")
    if text == "—":
        return "0.0", "zero (—)"
    try:
        return repr(float(text.lstrip("<>")) * factor * ton_factor(name)), bound
    except ValueError:
        return "", _absence(cell) or f"no figure: {cell}"


SALIENT: Final = {
    "Production": "production", "Sold or used": "production", "Shipment": "production", "Sales": "production",
    "Sold": "production", "Import": "imports", "Export": "exports", "Consumption": "consumption", "Stock": "stocks",
}  # fmt: skip
SALES: Final = frozenset({"Sold or used", "Shipment", "Sales", "Sold"})
"""Kinds of supply that are counted where it is sold, beside production of the same good."""
SAYS_NOTHING: Final = frozenset(
    {"", "apparent", "total", "total (rounded)", "yearend", "for consumption", "rounded", "total consumption"}
)
"""Parts of a series' name that do not tell it apart from the commodity itself."""
OTHER_MEASURE: Final = re.compile(r"Government stockpile|million square feet|, value\b")
"""Series that are no supply of a mass, whatever their unit says."""


def salient(paths: Sequence[Path]) -> Reading:
    """Open US salient statistics and the published net import reliance (edition 2026)."""
    path = figures.one_file("usgs-salient", paths)
    wanted = ["Section", "Commodity", "Country", "Statistics", "Statistics_detail", "Unit", "Year", "Value", "Notes"]
    raw, rows = _read(path, wanted)
    rows = [row for row in rows if row["Section"].startswith("Salient")]
    held = [row for row in rows if row["Statistics"] in SALIENT and row["Unit"] in MASS]
    held = [row for row in held if not OTHER_MEASURE.search(row["Statistics_detail"])]
    published = [row for row in rows if row["Statistics"] == "Net import reliance"]
    mapping = figures.mapping("usgs-salient", LICENCE, f"{CITATION} 2026")
    notes = (
        "United States only. The last year is estimated. W: withheld; its balance cannot be computed.",
        (
            f"{len(rows) - len(held) - len(published):,} rows are passed over: prices, employment, dollars, volumes, "
            "areas, shipments from the Government's stockpile."
        ),
    )
    reliance = Reading("usgs-salient", _reliance_mapping(), (raw,), lambda _: iter([_reliance_part(raw, published)]))
    parts = [figures.part(raw, list(_salient(held)))]
    return Reading("usgs-salient", mapping, (raw,), lambda _: iter(parts), notes=notes, also=(reliance,))


def _salient(rows: list[Row]) -> Iterator[Figure]:
    for row, label in zip(rows, _labels(rows), strict=True):
        quantity, said = _quantity(row["Value"], row["Unit"])
        note = ". ".join(part.rstrip(". ") for part in (row["Statistics_detail"], said, row["Notes"]) if part)
        state = "dry weight" if "dry" in row["Unit"] else _content(row["Statistics_detail"])
        reason = AMBIGUOUS if label is None else ""
        commodity = label or row["Commodity"]
        element = SALIENT[row["Statistics"]]
        yield Figure(row["Year"], "USA", commodity, element, quantity, state, note, row["line"], reason)


AMBIGUOUS: Final = "two series of one name: the file does not tell them apart"


def _content(detail: str) -> str:
    return "content" if "content" in detail else "gross weight" if "gross weight" in detail else "as stated"


def _labels(rows: list[Row]) -> list[str | None]:
    """Name each series: the commodity, with what tells it apart from others; None where nothing does."""
    short = [_label(row["Commodity"], row["Statistics_detail"], row["Statistics"]) for row in rows]
    seen = Counter((row["Year"], SALIENT[row["Statistics"]], label) for row, label in zip(rows, short, strict=True))
    full = [
        label
        if seen[row["Year"], SALIENT[row["Statistics"]], label] == 1
        else f"{_spelled(row['Commodity'])}: {row['Statistics_detail']}"
        for row, label in zip(rows, short, strict=True)
    ]
    again = Counter((row["Year"], SALIENT[row["Statistics"]], label) for row, label in zip(rows, full, strict=True))
    return [
        label if again[row["Year"], SALIENT[row["Statistics"]], label] == 1 else None
        for row, label in zip(rows, full, strict=True)
    ]


def _label(commodity: str, detail: str, statistics: str = "") -> str:
    """Name a series by its commodity and what tells it apart; sales and shipments keep their whole name."""
    if statistics in SALES:
        return f"{_spelled(commodity)}: {detail}"
    _, colon, after = detail.partition(":")
    kept = after if colon else detail.partition(",")[2]
    kept = ", ".join(said for piece in kept.split(",") if (said := piece.strip()).lower() not in SAYS_NOTHING)
    same = kept.lower() in ("", commodity.lower())
    return _spelled(commodity) if same else f"{_spelled(commodity)}: {kept[:1].upper()}{kept[1:]}"


def _reliance_mapping() -> Mapping:
    names = ("year", "commodity", "bound", "reliance_pct", "note", "place")
    columns = {name: ColumnMap(name) for name in names}
    columns["country"] = ColumnMap("country", codes="iso3")
    return Mapping("reliance", columns, licence=LICENCE, citation=f"{CITATION} 2026")


def _reliance_part(raw: files.RawFile, rows: list[Row]) -> Part:
    labels = [_label(row["Commodity"], row["Statistics_detail"]) for row in rows]
    seen = Counter((row["Year"], label) for row, label in zip(rows, labels, strict=True))
    names = ("year", "country", "commodity", "bound", "reliance_pct", "note", "place", REASON)
    made = []
    for row, label in zip(rows, labels, strict=True):
        bound, percent = _bound(row["Value"])
        note = f"{row['Statistics_detail']}. {row['Notes']}"
        reason = AMBIGUOUS if seen[row["Year"], label] > 1 else ""
        made.append((row["Year"], "USA", label, bound, percent, note, row["line"], reason))
    return figures.rows_part(raw, names, made, "reliance")


def _bound(cell: str) -> tuple[str, str]:
    if cell == "E":
        return "net exporter", ""
    text = cell.replace(",", "")
    try:
        return (text[0], str(float(text[1:]))) if text[:1] in ("<", ">") else ("=", str(float(text)))
    except ValueError:
        return "not available", ""
