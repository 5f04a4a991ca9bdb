"""OECD Inter-Country Input-Output tables: csv per year, `DEU_29` or `DEU_C29` in rows and columns, million US dollars.

Below the industries stand TLS (taxes) and VA (or VALU), then OUT (OUTPUT); at the right final demand (`DEU_HFCE` …) and
OUT (TOTAL). China and Mexico are split by export processing (CN1, CN2, MX1, MX2): the parts stay rows of their own, and
trade between them is home trade.
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
from homeground.units import usd_factor

NAME: Final = re.compile(r"^(?:ICIO(?P<edition>\d{4})_)?(?P<year>\d{4})(?:_SML|_EXT)?\.csv$", re.IGNORECASE)
USES: Final = frozenset({"HFCE", "NPISH", "NPS", "GGFC", "GFCF", "INVNT", "INV", "DIRP", "DPABR", "P33", "FD", "DISC"})
SPECIAL: Final = {
    "ROW": REST, "WXD": REST, "TWN": "S19", "CN1": "CN1", "CN2": "CN2", "MX1": "MX1", "MX2": "MX2",
}  # fmt: skip
OUTPUT: Final = frozenset({"OUT", "OUTPUT"})


def open_files(paths: Sequence[Path], years: Sequence[int] = ()) -> ChainReading:
    """Open files such as `2020.csv`, `2020_SML.csv` or `ICIO2021_2018.csv`."""
    chosen = found_files(paths, NAME, years, "2020_SML.csv or ICIO2021_2018.csv")
    editions = {match["edition"] for path in chosen if (match := NAME.match(path.name)) and match["edition"]}
    mapping = Columns(
        "chains",
        {},
        dataset="oecd-icio",
        version=next(iter(editions)) if len(editions) == 1 else None,
        licence="OECD terms: free to use with attribution",
        citation="OECD, Inter-Country Input-Output Tables",
    )
    reading = partial(
        coded.each, chosen, NAME, usd_factor("MUSD"), split=_split, is_use=USES.__contains__, special=SPECIAL,
        output_labels=OUTPUT,
    )  # fmt: skip
    return ChainReading("oecd-icio", mapping, look(chosen), lambda _: iter(()), tables=reading)


def _split(label: str) -> Pair | None:
    """Region and name; the edition of 2016 turns them round in final demand (`HFCE_DEU`)."""
    country, _, name = label.partition("_")
    if country in USES and len(name) == len("DEU"):
        country, name = name, country
    return (country, name) if name and len(country) == 3 and country not in ("TLS", "TAX") else None
