"""Input–output tables of every publisher: opened here, one year after another, as labelled arrays.

Each source is one module: `wiod` (both releases, and ADB's tables in the same layout), `oecd`, `figaro`, `exiobase`,
`national`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from homeground.errors import UsageError, message
from homeground.sources.chains import exiobase, figaro, national, oecd, wiod
from homeground.sources.chains.table import ChainReading, ChainTable

__all__ = ["CHAIN_SOURCES", "ChainReading", "ChainTable", "open_chains"]

Opener = Callable[[Sequence[Path], Sequence[int]], ChainReading]

WORLD: Final[Mapping[str, Opener]] = MappingProxyType(
    {
        "wiod2013": wiod.open_2013,
        "wiod2016": wiod.open_2016,
        "adb-mrio": wiod.open_adb,
        "oecd-icio": oecd.open_files,
        "figaro": figaro.open_files,
        "exiobase3": exiobase.open_files,
    }
)
"""Tables of many countries, whose files say all that has to be known."""

CHAIN_SOURCES: Final = (*WORLD, "national-io")


def open_chains(
    source: str, paths: Sequence[Path], years: Sequence[int] = (), mapping: Path | None = None, unbalanced: bool = False
) -> ChainReading:
    """Open a source of input–output tables; `mapping` describes a national one and nothing else.

    `unbalanced` is the consent to a table whose rows do not add up to its output. Raises UsageError or BadInput.
    """
    if (source == "national-io") != (mapping is not None):
        what = "a national table needs a description" if mapping is None else f"{source} needs no mapping file"
        raise UsageError(message(what, do="name one with --mapping" if mapping is None else "leave it out"))
    if mapping is not None:
        return national.open_files(paths, mapping).consented(unbalanced)
    return WORLD[source](paths, years).consented(unbalanced)
