"""A ministry's own workbook: production, trade, stocks, needs, resources, capacity and population, in one xlsx file.

`homeground template` writes it; here it is read back. Every cell that cannot be taken is named by sheet and cell, all
of them in one pass, and then nothing is loaded. Formulas are refused, since their result is whatever the last program
kept; merged cells too, since only their first cell has a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from homeground.codes import commodities, countries
from homeground.codes.countries import fold
from homeground.errors import BadInput, listing, message
from homeground.sources import figures, files
from homeground.sources.figures import Figure
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import REASON, Part, Reading
from homeground.units import TONS_PER, ton_factor

FIRST_SHEET: Final = "Read me"
FACTS: Final = {"B3": "country", "B4": "office", "B5": "licence"}
"""Cells of the first sheet that are read."""

SHEETS: Final = {
    "Production": "production", "Imports": "imports", "Exports": "exports", "Stocks": "stocks", "Needs": "need",
    "Resources": "reserves", "Capacity": "capacity",
}  # fmt: skip
"""Sheets of figures, with the element of `balances` that they fill."""

HEAD: Final = ("Commodity", "Year", "Quantity", "Unit", "Weighed as", "Note")
PEOPLE: Final = "Population"
PEOPLE_HEAD: Final = ("Year", "Persons", "Note")
UNITS: Final = tuple(TONS_PER)
STATES: Final = (
    "product weight", "gross weight", "dry weight", "live weight", "metal content", "primary equivalent",
)  # fmt: skip
EXAMPLES: Final = "Examples (not read)"
LISTS: Final = "Lists"
TEMPLATE: Final = frozenset({FIRST_SHEET, *SHEETS, PEOPLE, EXAMPLES, LISTS})
FLOWS_AND_STOCKS: Final = frozenset({"Production", "Imports", "Exports", "Stocks", "Needs"})
"""Sheets whose figures of one commodity are set against one another, and so must be weighed alike."""
YEARS: Final = range(1900, 2101)
COLUMNS: Final = "ABCDEF"


class Fault(NamedTuple):
    """What is wrong in a workbook: sheet and cell, what was found there, what was expected."""

    place: str
    found: str
    expected: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.place}: found {self.found}, expected {self.expected}"


@dataclass
class _Book:
    """What a workbook holds, and what is wrong in it."""

    figures: list[Figure] = field(default_factory=list)
    people: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    spelled: dict[str, tuple[str, str]] = field(default_factory=dict)
    weighed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def fault(self, place: str, found: object, expected: str) -> None:
        self.faults.append(Fault(place, _shown(found), expected))


def workbook(paths: Sequence[Path]) -> Reading:
    """Open a ministry's workbook; raises BadInput naming every refused cell."""
    path = figures.one_file("ministry", paths)
    (raw,) = files.look([path])
    if raw.kind != "xlsx":
        raise BadInput(
            message("not a workbook", where=str(path), found=raw.kind, expected="xlsx", do="save it as xlsx")
        )
    book, facts = _read(path)
    if book.faults:
        raise _refused(path, book.faults)
    code = countries.resolve(facts["country"])
    mapping = figures.mapping(f"ministry-{code.lower()}", facts["licence"], f"{facts['office']}, {path.name}")
    people = Reading("ministry", _people_mapping(mapping), (raw,), lambda _: iter([_people(raw, book, code)]))
    stated = [figure._replace(country=code) for figure in book.figures]
    return Reading(
        "ministry",
        mapping,
        (raw,),
        lambda _: iter([figures.part(raw, stated)]),
        notes=(f"Figures of {countries.name(code)} as its own office states them.", *book.notes),
        also=(people,) if book.people else (),
    )


def faults_of(path: Path) -> tuple[Fault, ...]:
    """Every cell of a workbook that a load would refuse; raises BadInput where it cannot be opened at all."""
    return tuple(_read(path)[0].faults)


def _refused(path: Path, faults: list[Fault]) -> BadInput:
    lines = "".join(f"\n  {fault}" for fault in faults)
    cells = "1 cell is" if len(faults) == 1 else f"{len(faults)} cells are"
    do = "correct every one of them and load the workbook again; nothing was loaded"
    return BadInput(f"{cells} refused ({path}):{lines}\nWhat to do: {do}.")


def _people_mapping(mapping: Mapping) -> Mapping:
    columns = {name: ColumnMap(name) for name in ("year", "persons")} | {"country": ColumnMap("country", codes="iso3")}
    return Mapping("population", columns, licence=mapping.licence, citation=mapping.citation)


def _people(raw: files.RawFile, book: _Book, code: str) -> Part:
    names = ("year", "country", "persons", "note", "place", REASON)
    return figures.rows_part(raw, names, [(year, code, *rest) for year, _, *rest in book.people], "people")


def _read(path: Path) -> tuple[_Book, dict[str, str]]:
    import openpyxl

    book = _Book()
    try:
        with path.open("rb") as file:
            opened = openpyxl.load_workbook(file)
    except Exception as error:  # openpyxl has no error of its own: whatever stands in the file comes up as it is
        raise BadInput(
            message("the workbook is damaged", where=str(path), found=repr(error), do="open it in Excel and save again")
        ) from error
    with closing(opened):
        facts = _facts(opened, book)
        if strange := [name for name in opened.sheetnames if name not in TEMPLATE]:
            book.notes.append(f"Not a sheet of the template, and not read: {listing(strange)}.")
        for name in (*SHEETS, PEOPLE):
            if name not in opened.sheetnames:
                book.fault(f"sheet {name}", "no such sheet", "every sheet of the template; it may be empty")
            else:
                _sheet(opened[name], name, book)
    if not book.figures and not book.people and not book.faults:
        book.fault("every sheet", "no row", "at least one figure")
    return book, facts


def _facts(opened: Any, book: _Book) -> dict[str, str]:
    if FIRST_SHEET not in opened.sheetnames:
        book.fault(f"sheet {FIRST_SHEET}", "no such sheet", "the first sheet of the template, with country and office")
        return {}
    sheet = opened[FIRST_SHEET]
    facts = {name: str(sheet[place].value or "").strip() for place, name in FACTS.items()}
    for place, name in FACTS.items():
        if not facts[name]:
            book.fault(f"{FIRST_SHEET}!{place}", None, f"the {name}")
    try:
        countries.resolve(facts["country"] or "USA")
    except BadInput:
        book.fault(f"{FIRST_SHEET}!B3", facts["country"], "a country's name or ISO code")
    return facts


def _sheet(sheet: Any, name: str, book: _Book) -> None:
    """Read one sheet below its head; every fault is noted and the reading goes on."""
    head = PEOPLE_HEAD if name == PEOPLE else HEAD
    for merged in sheet.merged_cells.ranges:
        book.fault(f"{name}!{merged.coord}", "merged cells", "one value in each cell: unmerge them")
    for column, title in zip(COLUMNS, head, strict=False):
        if str(sheet[f"{column}1"].value or "").strip() != title:
            book.fault(f"{name}!{column}1", sheet[f"{column}1"].value, f"the heading {title!r}")
    seen: dict[tuple[str, object], str] = {}
    for row in sheet.iter_rows(min_row=2, max_col=len(head)):
        cells = dict(zip(head, row, strict=True))
        if any(cell.value is not None and str(cell.value).strip() for cell in row):
            _row(cells, name, row[0].row, book, seen)


def _row(cells: dict[str, Any], name: str, number: int, book: _Book, seen: dict[tuple[str, object], str]) -> None:
    places = {title: f"{name}!{cell.coordinate}" for title, cell in cells.items() if hasattr(cell, "coordinate")}
    before = len(book.faults)
    for title, cell in cells.items():
        if getattr(cell, "data_type", "") == "f":
            book.fault(places[title], f"the formula {cell.value}", "its result: copy and paste as values")
        elif getattr(cell, "data_type", "") == "e":
            book.fault(places[title], cell.value, "a value")
    if len(book.faults) > before:
        return
    values = {title: cell.value for title, cell in cells.items()}
    year = _year(values["Year"], places.get("Year", ""), book)
    if name == PEOPLE:
        persons = _amount(values["Persons"], places.get("Persons", ""), book)
        _once(("", year), places.get("Year", ""), book, seen, f"the year {year}")
        if len(book.faults) == before:
            book.people.append((str(year), "", repr(persons), "", f"{name}!B{number}", ""))
        return
    _figure(values, places, name, year, book, seen)


def _figure(
    values: dict[str, Any],
    places: dict[str, str],
    name: str,
    year: int | None,
    book: _Book,
    seen: dict[tuple[str, object], str],
) -> None:
    before = len(book.faults)
    commodity = _commodity(values["Commodity"], places["Commodity"], book)
    amount = _amount(values["Quantity"], places["Quantity"], book)
    unit = _listed(values["Unit"], places["Unit"], UNITS, book)
    state = _listed(values["Weighed as"], places["Weighed as"], STATES, book)
    if commodity and year:
        good = commodities.of_name(commodity).id
        _once((good, year), places["Commodity"], book, seen, f"{commodity} {year}")
        if name in FLOWS_AND_STOCKS and state:
            _alike(good, state, places["Weighed as"], book)
    if len(book.faults) == before and amount is not None:
        tons = repr(amount * ton_factor(unit))
        note = str(values["Note"] or "").strip()
        figure = Figure(str(year), "", commodity, SHEETS[name], tons, state, note, places["Quantity"])
        book.figures.append(figure)


def _commodity(value: object, place: str, book: _Book) -> str:
    if not isinstance(value, str) or not value.strip():
        book.fault(place, value, "the name of a commodity")
        return ""
    name = " ".join(value.split())
    first, where = book.spelled.setdefault(commodities.of_name(name).id, (name, place))
    if first != name:
        book.fault(place, name, f"one name for one good: it is {first!r} at {where}")
    return name


def _alike(good: str, state: str, place: str, book: _Book) -> None:
    first, where = book.weighed.setdefault(good, (state, place))
    if first != state:
        book.fault(place, state, f"{first}, as at {where}: tons of unlike weight cannot be set against each other")


def _once(key: tuple[str, object], place: str, book: _Book, seen: dict[tuple[str, object], str], what: str) -> None:
    if (first := seen.setdefault(key, place)) != place:
        book.fault(place, f"{what} again", f"it once on this sheet: it stands at {first}")


def _year(value: object, place: str, book: _Book) -> int | None:
    whole = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, float) and value.is_integer():
        whole = int(value)
    if whole is None or whole not in YEARS:
        book.fault(place, value, f"a year, {YEARS[0]} to {YEARS[-1]}, as a number")
        return None
    return whole


def _amount(value: object, place: str, book: _Book) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        what = "a number; leave the whole row out where it is not known" if value is None else "a number, not a text"
        book.fault(place, value, what)
        return None
    if value < 0 or value != value:
        book.fault(place, value, "a number that is not negative")
        return None
    return float(value)


def _listed(value: object, place: str, allowed: tuple[str, ...], book: _Book) -> str:
    text = str(value or "").strip()
    if text not in allowed:
        book.fault(place, value, f"one of {', '.join(allowed)}")
        return ""
    return text


def _shown(value: object) -> str:
    return "nothing" if value is None or value == "" else repr(value) if isinstance(value, str | float) else str(value)


def goods() -> Iterator[str]:
    """Name the goods that are linked to HS codes, as the template lists them."""
    for good in commodities.every():
        yield good.names[-1] if fold(good.names[-1]) == fold(good.id) else good.names[0]
