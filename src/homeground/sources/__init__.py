"""One module per source: raw file in, tidy columns of the schema out, with the mapping that explains them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from homeground.errors import UnknownCode, UsageError, listing, message
from homeground.sources import baci, bgs, concordance, fao, kept_book, ministry, sample, sanctions, tidy, usgs
from homeground.sources.mapping import Mapping
from homeground.sources.reading import Part, Progress, Reading, unwatched

__all__ = ["LOADABLE", "Mapping", "Part", "Progress", "Reading", "open_source", "unwatched"]

GROUND: Final[dict[str, Callable[[Sequence[Path]], Reading]]] = {
    "fao-balances": fao.balances,
    "bgs-minerals": bgs.minerals,
    "usgs-production": usgs.production,
    "usgs-salient": usgs.salient,
    "fao-fisheries": fao.fisheries,
    "population": fao.population,
    "ministry": ministry.workbook,
}
"""Sources of physical figures, each one file that explains itself."""

EXPLAINED: Final[dict[str, Callable[[Sequence[Path]], Reading]]] = {
    **GROUND,
    "concordance": concordance.open_files,
    "process-book": kept_book.open_files,
}
"""All sources whose files need no explanation."""

CHAINS = ("wiod2013", "wiod2016", "oecd-icio", "figaro", "exiobase3", "adb-mrio", "national-io")
"""Input–output tables; see `homeground.sources.chains`."""

LOADABLE = ("baci", "tidy", "concordance", *CHAINS, *GROUND, "process-book", *sanctions.LISTS, *sample.SAMPLES)


def open_source(
    source: str,
    paths: Sequence[Path],
    *,
    hs: str | None = None,
    years: Sequence[int] = (),
    mapping: Path | Mapping | None = None,
    unbalanced: bool = False,
    country: str | None = None,
) -> Reading:
    """Open a source by its name in the registry; the samples need no path.

    `unbalanced` is the consent to an input–output table that does not add up; `country` says whose a process book is
    that does not say it. Raises UnknownCode for another name,
    UsageError where a path is missing, BadInput for a file that cannot be read.
    """
    if source in sample.SAMPLES:
        if paths or hs is not None or mapping is not None:
            raise UsageError(
                message(f"the sample {source} comes with its own file, revision and mapping", do="leave them out")
            )
        return sample.SAMPLES[source]()
    if source not in LOADABLE:
        raise UnknownCode(
            message("unknown source", found=repr(source), expected=listing(LOADABLE, 20), do="see 'homeground sources'")
        )
    if not paths:
        raise UsageError(message(f"no file is named for {source}", do="name a file or folder after the source"))
    if source != "process-book" and country is not None:
        do = "leave it out; questions name a country, loads take all"
        raise UsageError(message("only a process book is a country's", where=source, found=repr(country), do=do))
    if source in EXPLAINED:
        _states_itself(source, hs, mapping)
        return kept_book.open_files(paths, country) if source == "process-book" else EXPLAINED[source](paths)
    if source in sanctions.LISTS:
        _states_itself(source, hs, mapping)
        return sanctions.open_files(source, paths)
    if source in CHAINS:
        from homeground.sources import chains

        described = mapping if isinstance(mapping, Path) else None
        return chains.open_chains(source, paths, years, described, unbalanced)
    if source == "baci" and mapping is not None:
        raise UsageError(message("BACI needs no mapping file", do="leave it out, or load the file as 'tidy'"))
    return baci.open_files(paths, hs, years) if source == "baci" else tidy.open_files(paths, mapping, hs)


def _states_itself(source: str, hs: str | None, mapping: Path | Mapping | None) -> None:
    if hs is not None or mapping is not None:
        raise UsageError(
            message(
                f"{source} needs no HS revision and no mapping",
                found="--hs" if hs is not None else "a mapping",
                do="leave it out, or load the file as 'tidy' with a mapping",
            )
        )
