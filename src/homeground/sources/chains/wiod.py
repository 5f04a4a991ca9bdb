"""WIOD and tables in its layout: a square with four lines and four columns of labels, million US dollars.

The publisher's sheet has, above and left of the cells, code, name, country and c-number (`c1` … `c35` industries,
`c37` … `c42` final demand); below stand r60 (total), taxes, margins, value added and r69 (output). The release of 2016
names its lines IndustryCode, IndustryDescription, Country, RNr; ADB's tables have name, country and c-number, codes of
countries of their own (GER, SPA, PRC), final demand `F1` … `F5`, and a sheet `Legend` that is passed over. Those at
constant prices are a dataset of their own. Where a region's column of totals stands at the end, it is output.

The release of 2013 is also read from arrays as they are passed around: `Z_2011.parquet`, `F_2011.parquet`,
`x_2011.csv`, labelled `DEU.c15`, and `sector_names.csv`.
Sources: Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015); Asian Development Bank, MRIO database.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from homeground.errors import BadInput, listing, message
from homeground.sources.chains.cells import Grid, read_lines, sheet
from homeground.sources.chains.table import REST, ChainReading, ChainTable, Pair, found_files, look, region
from homeground.sources.mapping import Mapping as Columns
from homeground.units import usd_factor

SPECIAL: Final = {"ROM": "ROU", "RoW": REST, "ROW": REST, "RoW ": REST, "TWN": "S19", "TAP": "S19"}
OWN: Final = (
    "BAN:BGD BHU:BTN BRU:BRN CAM:KHM DEN:DNK FIJ:FJI GER:DEU INO:IDN IRE:IRL KUW:KWT MAL:MYS MLD:MDV MON:MNG NEP:NPL "
    "NET:NLD PHI:PHL POR:PRT PRC:CHN SIN:SGP SPA:ESP SRI:LKA SWI:CHE TAJ:TJK UAE:ARE UKG:GBR VIE:VNM"
)
ADB: Final[dict[str, str]] = {**SPECIAL, **{pair[:3]: pair[4:] for pair in OWN.split()}}
"""The Asian Development Bank names countries in codes of its own."""
ARRAYS: Final = re.compile(r"^Z_(?P<year>\d{4})\.parquet$")
SHEETS: Final = {
    "wiod2013": re.compile(r"^wiot(?P<two>\d{2})_row\w*\.(?:xlsx|csv)$", re.IGNORECASE),
    "wiod2016": re.compile(r"^WIOT(?P<year>\d{4})_(?!PYP)\w*ROW\w*\.(?:xlsx|csv)$", re.IGNORECASE),
    "adb-mrio": re.compile(r"^ADB[-_ ]?MRIO.*?(?P<year>(?:19|20)\d{2}).*\.(?:xlsx|csv)$", re.IGNORECASE),
}
CONSTANT: Final = re.compile(r"constant \d{4}", re.IGNORECASE)
EXPECTED: Final = {
    "wiod2016": "WIOT2014_Nov16_ROW.xlsb at current prices, opened in Excel or LibreOffice and saved as xlsx or csv",
    "adb-mrio": "a workbook as published, such as ADB-MRIO-2024-August 2025.xlsx",
}
INDUSTRY: Final = re.compile(r"^[cr](\d+)$")
LAST: Final = {"wiod2013": 35, "wiod2016": 56, "adb-mrio": 35}
"""Number of the last industry; higher c-numbers are final demand."""
OUTPUT_ROWS: Final = frozenset({"r69", "r73", "GO"})
FINAL: Final = re.compile(r"^[cF](\d+)$")
CITATIONS: Final = {
    "wiod2013": "Timmer, Dietzenbacher, Los, Stehrer, de Vries (2015), World Input-Output Database, release 2013",
    "wiod2016": "Timmer, Dietzenbacher, Los, Stehrer, de Vries (2015), World Input-Output Database, release 2016",
    "adb-mrio": "Asian Development Bank, Multiregional Input-Output Tables",
}
LICENCES: Final = {
    "wiod2013": "free to use with citation",
    "wiod2016": "CC BY 4.0",
    "adb-mrio": "ADB terms of use: attribution",
}
FACTOR: Final = usd_factor("MUSD")


def open_2013(paths: Sequence[Path], years: Sequence[int] = ()) -> ChainReading:
    """Open the release of 2013: the publisher's workbooks (`wiot95_row_apr12.xlsx`), or the arrays of each year."""
    given = [inner for path in paths for inner in (path.iterdir() if path.is_dir() else [path])]
    if not any(ARRAYS.match(path.name) for path in given):
        return _sheets("wiod2013", paths, years)
    squares = found_files(paths, ARRAYS, years, "Z_2011.parquet")
    parts = [part for path in squares for part in _parts_of(path)]
    names = [path for path in {square.parent / "sector_names.csv" for square in squares} if path.exists()]
    return _reading("wiod2013", look([*parts, *names]), partial(_each_array, squares, _sector_names(names)))


def open_2016(paths: Sequence[Path], years: Sequence[int] = ()) -> ChainReading:
    """Open the release of 2016: `WIOT2014_Nov16_ROW.xlsb` saved as xlsx or csv."""
    return _sheets("wiod2016", paths, years)


def open_adb(paths: Sequence[Path], years: Sequence[int] = ()) -> ChainReading:
    """Open the Asian Development Bank's tables: `ADB-MRIO-2024-August 2025.xlsx`.

    Raises BadInput for current and constant prices in one load.
    """
    reading = _sheets("adb-mrio", paths, years)
    constant = {match[0].lower() if (match := CONSTANT.search(raw.name)) else "" for raw in reading.files}
    if len(constant) > 1:
        found = listing(name or "current prices" for name in constant)
        raise BadInput(message("prices of two kinds", found=found, do="load those at constant prices by themselves"))
    if prices := constant.pop():
        dataset = f"adb-mrio-{prices.replace(' ', '-')}"
        return replace(reading, mapping=replace(reading.mapping, dataset=dataset))
    return reading


def _reading(source: str, raws: Any, tables: Any) -> ChainReading:
    mapping = Columns("chains", {}, dataset=source, licence=LICENCES[source], citation=CITATIONS[source])
    return ChainReading(source, mapping, raws, lambda _: iter(()), tables=tables)


def _parts_of(square: Path) -> tuple[Path, Path, Path]:
    """The three files of one year; raises BadInput where one is missing."""
    year = square.stem.removeprefix("Z_")
    parts = (square, square.with_name(f"F_{year}.parquet"), square.with_name(f"x_{year}.csv"))
    if missing := [part.name for part in parts if not part.exists()]:
        raise BadInput(
            message("part of a table is missing", where=str(square), expected=listing(missing), do="put it beside Z")
        )
    return parts


def _sector_names(paths: Sequence[Path]) -> dict[str, str]:
    names: dict[str, str] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as handle:
            names |= {row["code"]: row["name"] for row in csv.DictReader(handle)}
    return names


def _each_array(squares: Sequence[Path], names: Mapping[str, str]) -> Iterator[ChainTable]:
    for square in squares:
        flows_path, demand_path, output_path = _parts_of(square)
        labels, flows, sellers = _array(flows_path)
        users, demand, rows = _array(demand_path)
        with output_path.open(encoding="utf-8", newline="") as handle:
            output = [(row[0], float(row[1])) for row in list(csv.reader(handle))[1:]]
        for what, found in (("columns of Z", labels), ("rows of F", rows), ("x", [label for label, _ in output])):
            if found != sellers:
                raise BadInput(
                    message("labels do not match the rows of Z", where=f"{square}, {what}", do="align the files")
                )
        yield ChainTable(
            year=int(square.stem.removeprefix("Z_")),
            industries=_pairs(sellers, str(flows_path)),
            users=_pairs(users, str(demand_path)),
            flows=flows * FACTOR,
            demand=demand * FACTOR,
            output=np.array([value for _, value in output]) * FACTOR,
            where=str(square),
            names=names,
        )


def _array(path: Path) -> tuple[list[str], np.ndarray[Any, np.dtype[np.float64]], list[str]]:
    """Columns, cells and row labels of a frame kept as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    rows = table.column_names[-1]
    names = table.column_names[:-1]
    if any(not pa.types.is_floating(table.schema.field(name).type) for name in names):
        raise BadInput(message("cells are no numbers", where=str(path), do="write the frame with numbers"))
    cells = np.column_stack([table.column(name).to_numpy() for name in names])
    return names, cells, [str(label) for label in table.column(rows).to_pylist()]


def _pairs(labels: Sequence[str], where: str) -> tuple[Pair, ...]:
    split = [label.partition(".") for label in labels]
    return tuple((region(country, SPECIAL, where), name) for country, _, name in split)


def _sheets(source: str, paths: Sequence[Path], years: Sequence[int]) -> ChainReading:
    pattern = SHEETS[source]
    if "two" not in pattern.groupindex:
        chosen = found_files(paths, pattern, years, EXPECTED[source])
    else:
        chosen = [
            path
            for path in found_files(
                paths, re.compile(pattern.pattern.replace("two", "year"), re.I), (), "wiot11_….xlsx"
            )
            if not years or _year(source, path) in years
        ]
    return _reading(source, look(chosen), partial(_each_sheet, source, chosen))


def _year(source: str, path: Path) -> int:
    match = SHEETS[source].search(path.name)
    assert match is not None
    if "two" in match.re.groupindex:
        two = int(match["two"])
        return 1900 + two if two >= 90 else 2000 + two
    return int(match["year"])


def _each_sheet(source: str, paths: Sequence[Path]) -> Iterator[ChainTable]:
    for path in paths:
        lines = sheet(path)
        heads, labels = _label_lines(lines, str(path))
        yield _cut(source, read_lines(lines, heads, labels, str(path)), _year(source, path))


def _label_lines(lines: Sequence[Sequence[Any]], where: str) -> tuple[list[int], list[int]]:
    """Find the lines above, and the columns left, that hold countries and c-numbers: [country, number] of each."""
    for row, line in enumerate(lines[:12]):
        if sum(1 for value in line if isinstance(value, str) and INDUSTRY.match(value.strip())) > 1:
            down = next((n for n in range(row + 1, len(lines)) if any(lines[n])), row + 1)
            across = [n for n, v in enumerate(lines[down][:8]) if isinstance(v, str) and INDUSTRY.match(v.strip())]
            if across and row > 0 and across[0] > 0:
                return [row - 1, row], [across[0] - 2 if across[0] > 1 else 0, across[0] - 1, across[0]]
    raise BadInput(
        message(
            "no line of industries c1, c2, … above a column of the same",
            where=where,
            do="take the table of industries by industries as published",
        )
    )


def _cut(source: str, grid: Grid, year: int) -> ChainTable:
    last = LAST[source]
    rows = [n for n, (_, country, code) in enumerate(grid.rows) if _number(code) in range(1, last + 1) and country]
    columns = [n for n, (owner, code) in enumerate(grid.columns) if owner.upper() != "TOT" and _is_industry(code, last)]
    users = [
        n for n, (owner, code) in enumerate(grid.columns) if _is_final(code, last) and owner.upper() not in ("", "TOT")
    ]
    special = ADB if source == "adb-mrio" else SPECIAL
    industries = tuple((region(grid.rows[n][1], special, grid.where), f"c{_number(grid.rows[n][2])}") for n in rows)
    buyers = tuple(
        (region(grid.columns[n][0], special, grid.where), f"c{_number(grid.columns[n][1])}") for n in columns
    )
    if industries != buyers:
        found = f"{len(rows)} rows and {len(columns)} columns"
        raise BadInput(message("rows and columns differ", where=grid.where, found=found, do="take the whole table"))
    made = [n for n, label in enumerate(grid.rows) if OUTPUT_ROWS & set(label)]
    return ChainTable(
        year=year,
        industries=industries,
        users=tuple((region(grid.columns[n][0], special, grid.where), grid.columns[n][1]) for n in users),
        flows=grid.part(rows, columns) * FACTOR,
        demand=grid.part(rows, users) * FACTOR,
        output=grid.part(made[:1], columns)[0] * FACTOR if made else None,
        where=grid.where,
        names={f"c{_number(grid.rows[n][2])}": grid.rows[n][0] for n in rows if grid.rows[n][0]},
    )


def _number(code: str) -> int:
    match = INDUSTRY.match(code)
    return int(match[1]) if match else -1


def _is_industry(code: str, last: int) -> bool:
    return code.startswith("c") and 1 <= _number(code) <= last


def _is_final(code: str, last: int) -> bool:
    match = FINAL.match(code)
    return match is not None and (code.startswith("F") or int(match[1]) > last)
