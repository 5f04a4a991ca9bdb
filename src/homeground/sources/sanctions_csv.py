"""Sanctions lists as csv: OFAC's SDN files, the EU's consolidated file, OpenSanctions' simple format."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from homeground.errors import BadInput, listing, message
from homeground.sources.sanctions_names import Entry, Kind, NameKind, day, tidy

NOTHING: Final = "-0-"
"""What OFAC writes for no value."""

SDN_COLUMNS: Final = 12
ALT_COLUMNS: Final = 5
OFAC_KINDS: Final[dict[str, Kind]] = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft"}
WEAK_IN_REMARKS: Final = re.compile(r"a\.k\.a\. '(.+?)'(?=[;.])")

EU_WANTED: Final = (
    "fileGenerationDate",
    "Entity_LogicalId",
    "Entity_SubjectType",
    "Entity_Regulation_Programme",
    "NameAlias_WholeName",
)
EU_SUBJECT: Final = ("Entity_SubjectType", "Entity_SubjectType_ClassificationCode")
EU_KINDS: Final[dict[str, Kind]] = {
    "person": "person",
    "p": "person",
    "enterprise": "organisation",
    "e": "organisation",
}
OTHER: Final[Kind] = "other"

OPEN_WANTED: Final = ("id", "schema", "name", "aliases", "dataset", "last_seen")
OPEN_KINDS: Final[dict[str, Kind]] = {
    "Person": "person",
    "Company": "organisation",
    "Organization": "organisation",
    "LegalEntity": "organisation",
    "PublicBody": "organisation",
    "Vessel": "vessel",
    "Airplane": "aircraft",
}


def ofac(path: Path) -> Iterator[Entry]:
    """Read `sdn.csv` (12 columns: number, name, type, programme, …, remarks) or `alt.csv` (5: number, …, other name).

    Neither has a heading. Names in the remarks (a.k.a. '…') are weak aliases. Numbers join the two files.
    """
    for number, row in _rows(path, ","):
        cells = ["" if tidy(cell) == NOTHING else tidy(cell) for cell in row]
        if cells == ["\x1a"] or not any(cells):  # the end-of-file mark that these files close with
            continue
        if len(cells) == SDN_COLUMNS:
            yield from _sdn(cells)
        elif len(cells) == ALT_COLUMNS:
            weak = "weak" in cells[4].lower()
            yield Entry(cells[0], cells[3], "weak" if weak else "alias", "other")
        else:
            expected = f"{SDN_COLUMNS} (sdn.csv) or {ALT_COLUMNS} (alt.csv)"
            raise _refused(path, f"row {number}", f"{len(cells)} columns", expected)


def _sdn(cells: list[str]) -> Iterator[Entry]:
    kind: Kind = OFAC_KINDS.get(cells[2], "organisation")
    programme = cells[3].replace("] [", ", ").strip("[]")
    yield Entry(cells[0], cells[1], "main", kind, programme)
    for name in WEAK_IN_REMARKS.findall(cells[11]):
        yield Entry(cells[0], tidy(name), "weak", kind, programme)


def european_union(path: Path) -> Iterator[Entry]:
    """Read the EU's file: `;` between columns, a row per name, address or birth date; the first name is main."""
    seen: set[str] = set()
    for row in _named(path, ";", EU_WANTED):
        name = tidy(row["NameAlias_WholeName"])
        if not name:
            continue
        entry_id = tidy(row["Entity_LogicalId"])
        subject = [tidy(row.get(column)).lower() for column in EU_SUBJECT]
        kind = next((EU_KINDS[each] for each in subject if each in EU_KINDS), OTHER)
        name_kind: NameKind = "alias" if entry_id in seen else "main"
        seen.add(entry_id)
        yield Entry(
            entry_id,
            name,
            name_kind,
            kind,
            tidy(row["Entity_Regulation_Programme"]),
            day(row.get("Entity_Regulation_PublicationDate")),
            day(row["fileGenerationDate"]),
        )


def opensanctions(path: Path) -> Iterator[Entry]:
    """Read `targets.simple.csv`: a row per entity, other names with `;` between them."""
    rows = list(_named(path, ",", OPEN_WANTED))
    published = max((day(row["last_seen"]) for row in rows), default="")
    for row in rows:
        kind: Kind = OPEN_KINDS.get(tidy(row["schema"]), "other")
        programme = tidy(row.get("program_ids")) or tidy(row["dataset"])
        names = [tidy(row["name"]), *map(tidy, row["aliases"].split(";"))]
        for place, name in enumerate(names):
            if name:
                yield Entry(
                    tidy(row["id"]),
                    name,
                    "alias" if place else "main",
                    kind,
                    programme,
                    day(row.get("first_seen")),
                    published,
                )


def _named(path: Path, delimiter: str, wanted: tuple[str, ...]) -> Iterator[dict[str, str]]:
    rows = _rows(path, delimiter)
    _, heading = next(rows, (1, []))
    if missing := [name for name in wanted if name not in heading]:
        raise _refused(path, "line 1", listing(heading, 6) or "nothing", f"columns {listing(missing, 9)}")
    for number, row in rows:
        if len(row) < len(heading) - 1 and any(row):
            raise _refused(path, f"row {number}", f"{len(row)} columns", f"{len(heading)}")
        yield dict(zip(heading, [*row, *[""] * (len(heading) - len(row))], strict=False))


def _rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            yield from enumerate(csv.reader(handle, delimiter=delimiter), 1)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(path, "", str(error), "UTF-8 csv") from error


def _refused(path: Path, place: str, found: str, expected: str) -> BadInput:
    where = f"{path}, {place}" if place else str(path)
    do = "check that this is the publisher's file, whole"
    what = "the list is not in its publisher's layout"
    return BadInput(message(what, where=where, found=found, expected=expected, do=do))
