"""FIGARO of Eurostat, industry by industry in matrix form: csv per year, `DE_C29` in rows and columns, million euro.

The first column is `rowLabels`; below the industries stand the components of value added (`W2_D1` …); final demand
is `DE_P3_S14` and so on. Euro stay euro.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from homeground.sources.chains import coded
from homeground.sources.chains.table import REST, ChainReading, Pair, found_files, look
from homeground.sources.mapping import Mapping as Columns
from homeground.units import scale_factor

NAME: Final = re.compile(r"^matrix_eu-ic-io_ind-by-ind_(?P<edition>\d{2}ed)_(?P<year>\d{4})\.csv$", re.IGNORECASE)
SPECIAL: Final = {"FIGW1": REST, "WRL_REST": REST, "EL": "GRC", "UK": "GBR"}
USE: Final = re.compile(r"^P(?:3|5)")
LABEL: Final = re.compile(r"^(?P<country>WRL_REST|FIGW1|[A-Z]{2})_(?P<name>.+)$")


def open_files(paths: Sequence[Path], years: Sequence[int] = ()) -> ChainReading:
    """Open files such as `matrix_eu-ic-io_ind-by-ind_24ed_2022.csv`."""
    chosen = found_files(paths, NAME, years, "matrix_eu-ic-io_ind-by-ind_24ed_2022.csv")
    editions = sorted({match["edition"] for path in chosen if (match := NAME.match(path.name))})
    mapping = Columns(
        "chains",
        {},
        dataset="figaro",
        version=editions[0] if len(editions) == 1 else None,
        licence="CC BY 4.0",
        citation="Eurostat, FIGARO tables",
    )
    reading = partial(
        coded.each, chosen, NAME, scale_factor("million"), split=_split,
        is_use=lambda name: USE.match(name) is not None, special=SPECIAL, output_labels=frozenset(),
    )  # fmt: skip
    return ChainReading("figaro", mapping, look(chosen), lambda _: iter(()), tables=reading, currency="EUR")


def _split(label: str) -> Pair | None:
    match = LABEL.match(label)
    return None if match is None or label.startswith("W2_") else (match["country"], match["name"])
