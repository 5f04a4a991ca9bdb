"""Sanctions lists in their publishers' own files: which file is which, and the table `sanctioned_names` they become.

Each list is a dataset of its own, so that its age can be told and a new edition takes its place (`--replace`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeground import schema
from homeground.errors import BadInput, message
from homeground.sources import files, sanctions_csv, sanctions_xml
from homeground.sources.files import RawFile
from homeground.sources.mapping import ColumnMap, Mapping
from homeground.sources.reading import ROW, Part, Reading
from homeground.sources.sanctions_names import Entry

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class SanctionsList:
    """A publisher's list: what its names are filed under, its licence, and its readers."""

    list: str
    licence: str
    citation: str
    csv: Callable[[Path], Iterator[Entry]] | None
    xml: Callable[[Path], Iterator[Entry]] | None


LISTS: Final = {
    "un-sanctions": SanctionsList(
        "UN",
        "free use with citation",
        "United Nations Security Council Consolidated List",
        None,
        sanctions_xml.united_nations,
    ),
    "eu-sanctions": SanctionsList(
        "EU",
        "CC BY 4.0",
        "Consolidated list of persons, groups and entities subject to EU financial sanctions, European Commission",
        sanctions_csv.european_union,
        sanctions_xml.european_union,
    ),
    "ofac-sdn": SanctionsList(
        "OFAC",
        "public domain (US government work)",
        "Specially Designated Nationals and Blocked Persons List, Office of Foreign Assets Control, US Treasury",
        sanctions_csv.ofac,
        sanctions_xml.ofac,
    ),
    "opensanctions": SanctionsList(
        "OpenSanctions",
        "CC BY-NC 4.0; commercial use needs a licence of the publisher",
        "OpenSanctions, targets.simple.csv",
        sanctions_csv.opensanctions,
        None,
    ),
}


def open_files(source: str, paths: Sequence[Path]) -> Reading:
    """Open the files of a list; raises BadInput for a file that is not in the publisher's layout."""
    publisher = LISTS[source]
    raws = tuple(_look(path) for path in paths)
    columns = {column.name: ColumnMap(column.name) for column in schema.table("sanctioned_names").columns}
    mapping = Mapping(
        "sanctioned_names", columns, dataset=source, licence=publisher.licence, citation=publisher.citation
    )
    return Reading(source, mapping, raws, lambda scratch: _parts(publisher, raws))


def _look(path: Path) -> RawFile:
    files.require_exists(path)
    with path.open("rb") as handle:
        head = handle.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise BadInput(message("the file is empty", where=str(path), found="0 bytes", do="download it again"))
    if head.startswith(b"<") and b"<html" not in head.lower():
        return RawFile(path, "xml", path.stat().st_size, files.sha256_of(path), path.name)
    return files.look([path])[0]


def _parts(publisher: SanctionsList, raws: Sequence[RawFile]) -> Iterator[Part]:
    read = {raw: list(_reader(publisher, raw)(raw.path)) for raw in raws}
    main = {entry.entry_id: entry for entries in read.values() for entry in entries if entry.name_kind == "main"}
    for raw, entries in read.items():
        table = _table(publisher.list, (_as_main(entry, main) for entry in entries))
        if table.num_rows == 0 and len(raws) == 1:
            do = "check that this is the publisher's file, whole"
            raise BadInput(message("no name in the list", where=str(raw.path), found="0 names", do=do))
        yield Part(raw, f"(SELECT * EXCLUDE {ROW} FROM names)", "names", arrow=("names", table))


def _as_main(entry: Entry, main: Dict[str, Entry]) -> Entry:
    """Give an alias from a file of its own the kind and programme of its entry."""
    own = main.get(entry.entry_id, entry)
    return replace(entry, kind=own.kind, programme=entry.programme or own.programme)


def _reader(publisher: SanctionsList, raw: RawFile) -> Callable[[Path], Iterator[Entry]]:
    reader = publisher.xml if raw.kind == "xml" else publisher.csv if raw.kind == "csv" else None
    if reader is None:
        forms = " or ".join(name for name in ("csv", "xml") if getattr(publisher, name) is not None)
        what = f"no file of this list ({publisher.list})"
        raise BadInput(message(what, where=str(raw.path), found=raw.kind, expected=forms, do="check the file"))
    return reader


def _table(list_name: str, entries: Iterator[Entry]) -> pa.Table:
    """Return one row per name of an entry; a name that an entry states twice counts once, as the better kind."""
    import pyarrow as pa

    order = ("main", "alias", "weak")
    names: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.entry_id, entry.name)
        if key not in names or order.index(entry.name_kind) < order.index(names[key].name_kind):
            names[key] = entry
    found = list(names.values())
    columns = {"list": [list_name] * len(found)} | {
        field: [getattr(entry, field) or None for entry in found]
        for field in ("entry_id", "name", "name_kind", "kind", "programme", "listed_on", "published")
    }
    texts = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    return pa.table({**texts, ROW: pa.array(range(1, len(found) + 1), pa.int64())})
