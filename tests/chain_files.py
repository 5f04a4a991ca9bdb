"""Files of input–output tables in the layouts of their publishers, made from one small balanced world.

Two countries, Germany and China, and the rest of the world, with two industries each; figures are invented.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

REGIONS = ("DEU", "CHN", "ROW")
FLOWS = np.array(
    [
        [20.0, 30.0, 2.0, 4.0, 1.0, 2.0],
        [10.0, 40.0, 3.0, 6.0, 2.0, 3.0],
        [1.0, 5.0, 25.0, 30.0, 2.0, 4.0],
        [2.0, 9.0, 15.0, 60.0, 4.0, 8.0],
        [3.0, 4.0, 5.0, 6.0, 30.0, 20.0],
        [1.0, 2.0, 3.0, 4.0, 10.0, 40.0],
    ]
)
DEMAND = np.array(
    [
        [40.0, 3.0, 2.0, 0.0, 3.0, 0.0],
        [60.0, -2.0, 5.0, 1.0, 8.0, 1.0],
        [3.0, 0.0, 50.0, 4.0, 4.0, 0.0],
        [8.0, 1.0, 90.0, 6.0, 9.0, 2.0],
        [2.0, 0.0, 3.0, 0.0, 70.0, 5.0],
        [1.0, 0.0, 1.0, 0.0, 80.0, 6.0],
    ]
)
OUTPUT = FLOWS.sum(axis=1) + DEMAND.sum(axis=1)
ADDED = OUTPUT - FLOWS.sum(axis=0)


def labels(regions: Any, names: Any, sign: str = "_") -> list[str]:
    return [f"{region}{sign}{name}" for region in regions for name in names]


def write(path: Path, lines: list[list[Any]], delimiter: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(lines)
    return path


def wiod_lines(rest: str = "RoW", final: tuple[str, str] = ("c37", "c41"), title: str = "") -> list[list[Any]]:
    """The publisher's sheet: title cells, four lines and four columns of labels, totals below and at the right."""
    regions = ("DEU", "CHN", rest)
    names = {"c1": "Agriculture", "c2": "Mining", final[0]: "Consumption", final[1]: "Stocks"}
    columns = [(r, c) for r in regions for c in ("c1", "c2")] + [(r, c) for r in regions for c in final]
    lines: list[list[Any]] = [
        [title, None, None, None],
        [None] * 4,
        ["(industry-by-industry)", None, None, None, *[{"c1": "AtB", "c2": "C"}.get(c) for _, c in columns], None],
        ["(millions of US$)", None, None, None, *[names[c] for _, c in columns], "Total output"],
        [None, None, None, None, *[r for r, _ in columns], "TOT"],
        [None, None, None, None, *[c for _, c in columns], "c42"],
    ]
    cells = np.column_stack([FLOWS, DEMAND, OUTPUT])
    for (region, code), row in zip(columns[:6], cells, strict=True):
        lines.append([{"c1": "AtB", "c2": "C"}[code], names[code], region, code, *row])
    total = [*FLOWS.sum(axis=0), *DEMAND.sum(axis=0), OUTPUT.sum()]
    lines.append(["TOT", "Total intermediate consumption", "TOT", "r60", *total])
    lines.append([None, "Value added at basic prices", "TOT", "r64", *ADDED, *[0] * 7])
    lines.append([None, "Output at basic prices", "TOT", "r69", *OUTPUT, *[0] * 7])
    return lines


def as_workbook(path: Path, lines: list[list[Any]], before: dict[str, list[list[Any]]] | None = None) -> Path:
    import openpyxl

    path.parent.mkdir(parents=True, exist_ok=True)

    book = openpyxl.Workbook()
    for place, (title, rows) in enumerate((before or {}).items()):
        sheet = book.create_sheet(title, place)
        for row in rows:
            sheet.append(row)
    book.active = len(before or {})
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def wiod2013(folder: Path) -> Path:
    as_workbook(folder / "wiot11_row_sep12.xlsx", wiod_lines(title="Intercountry Input-Output Table 2011"))
    return folder


def wiod2013_arrays(folder: Path, year: int = 2011) -> Path:
    rows = labels(("DEU", "CHN", "RoW"), ("c1", "c2"), ".")
    uses = labels(("DEU", "CHN", "RoW"), ("f1", "f2"), ".")
    pd.DataFrame(FLOWS, rows, rows).to_parquet(folder / f"Z_{year}.parquet")
    pd.DataFrame(DEMAND + 0.0, rows, uses).to_parquet(folder / f"F_{year}.parquet")
    pd.Series(OUTPUT, rows, name="output").to_csv(folder / f"x_{year}.csv")
    (folder / "sector_names.csv").write_text('code,name\nc1,"Agriculture, Hunting"\nc2,Mining\n', encoding="utf-8")
    return folder


def wiod2016(folder: Path) -> Path:
    lines = wiod_lines("ROW", ("c57", "c61"))
    lines[2] = ["IndustryCode", "IndustryDescription", "Country", "RNr", *lines[2][4:]]
    lines[-1] = ["GO", "Output at basic prices", "TOT", "r73", *lines[-1][4:]]
    lines[-3] = ["II_fob", "Total intermediate consumption", "TOT", "r65", *lines[-3][4:]]
    write(folder / "WIOT2014_Nov16_ROW.csv", [["" if v is None else v for v in line] for line in lines])
    return folder


def adb(folder: Path) -> Path:
    """A legend before the table, and the bank's own codes of countries."""
    own = {"DEU": "GER", "CHN": "PRC", "TOT": "ToT"}
    lines = [[own.get(cell, cell) for cell in line] for line in wiod_lines("RoW", ("F1", "F5"))]
    legend = [["Code", "Country"], ["GER", "Germany"], ["PRC", "China, People's Republic of"]]
    as_workbook(folder / "ADB-MRIO-2022-August 2025.xlsx", lines, {"Legend": legend})
    return folder


def oecd(folder: Path) -> Path:
    rows = labels(REGIONS, ("A01_02", "C29"))
    uses = labels(REGIONS, ("HFCE", "INVNT"))
    lines: list[list[Any]] = [["V1", *rows, *uses, "OUT"]]
    lines += [
        [label, *flow, *demand, total] for label, flow, demand, total in zip(rows, FLOWS, DEMAND, OUTPUT, strict=True)
    ]
    lines += [["TLS", *[0] * 13], ["VA", *ADDED, *[0] * 7], ["OUT", *OUTPUT, *[0] * 7]]
    write(folder / "2020_SML.csv", lines)
    return folder


def oecd_of_2016(folder: Path) -> Path:
    """The edition of 2016: `ICIO2016_2011.csv`, final demand with its parts turned round, taxes by region."""
    rows = labels(REGIONS, ("C01T05", "C34"))
    uses = [f"{use}_{region}" for region in REGIONS for use in ("HC", "INV")]
    uses = [label.replace("HC_", "HFCE_") for label in uses]
    lines: list[list[Any]] = [["", *rows, *uses, "TOTAL"]]
    lines += [
        [label, *flow, *demand, total] for label, flow, demand, total in zip(rows, FLOWS, DEMAND, OUTPUT, strict=True)
    ]
    lines += [["DEU_TAXSUB", *[0] * 13], ["VALU", *ADDED, *[0] * 7], ["OUTPUT", *OUTPUT, *[0] * 7]]
    write(folder / "ICIO2016_2011.csv", lines)
    return folder


def figaro(folder: Path) -> Path:
    rows = labels(("DE", "CN", "FIGW1"), ("A01", "C29"))
    uses = labels(("DE", "CN", "FIGW1"), ("P3_S14", "P5M"))
    lines: list[list[Any]] = [["rowLabels", *rows, *uses]]
    lines += [[label, *flow, *demand] for label, flow, demand in zip(rows, FLOWS, DEMAND, strict=True)]
    lines += [["W2_D21X31", *[0] * 12], ["W2_D1", *ADDED, *[0] * 6]]
    write(folder / "matrix_eu-ic-io_ind-by-ind_24ed_2022.csv", lines)
    return folder


def exiobase(folder: Path, square: str = "Z.txt") -> Path:
    regions, sectors, uses = ("DE", "CN", "WA"), ("Wheat", "Motor vehicles"), ("Households", "Changes in inventories")
    rows = [[r, s] for r in regions for s in sectors]
    heads = [["region", "", *[r for r, _ in rows]], ["sector", "", *[s for _, s in rows]], ["region", "sector"]]
    heads[2] += [""] * 6
    cells = FLOWS if square == "Z.txt" else FLOWS / OUTPUT
    place = folder / "IOT_2019_ixi"
    write(place / square, heads + [[*pair, *row] for pair, row in zip(rows, cells, strict=True)], "\t")
    users = [[r, u] for r in regions for u in uses]
    heads = [["region", "", *[r for r, _ in users]], ["category", "", *[u for _, u in users]], ["region", "sector"]]
    heads[2] += [""] * 6
    write(place / "Y.txt", heads + [[*pair, *row] for pair, row in zip(rows, DEMAND, strict=True)], "\t")
    made = [[*pair, value] for pair, value in zip(rows, OUTPUT, strict=True)]
    write(place / "x.txt", [["region", "sector", "indout"], *made], "\t")
    return folder


NATIONAL = """country = "SWE"
year = 2018
currency = "SEK"
scale = "million"
flows = "flows.csv"
accounts = "accounts.csv"
output = "output"
uses = ["households", "stocks"]
exports = "exports"
licence = "own"
citation = "invented"
"""


def national(folder: Path, imports: bool = False) -> Path:
    names = ["A01", "C29"]
    write(folder / "flows.csv", [["", *names], *[[n, *row] for n, row in zip(names, FLOWS[:2, :2], strict=True)]])
    final = np.column_stack([DEMAND[:2, :2], FLOWS[:2, 2:].sum(axis=1) + DEMAND[:2, 2:].sum(axis=1)])
    made = [[n, *row, x] for n, row, x in zip(names, final, OUTPUT[:2], strict=True)]
    write(folder / "accounts.csv", [["", "households", "stocks", "exports", "output"], *made])
    text = NATIONAL
    if imports:
        bought = [[n, *row] for n, row in zip(names, FLOWS[2:4, :2] + FLOWS[4:, :2], strict=True)]
        write(folder / "imports.csv", [["", *names], *bought])
        text += 'imports = "imports.csv"\n'
    (folder / "sweden.toml").write_text(text, encoding="utf-8")
    return folder
