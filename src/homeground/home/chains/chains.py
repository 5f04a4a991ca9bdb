"""Questions to input–output tables: what industries lean on through all tiers, and what is lost without somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from homeground.codes import blocs, countries
from homeground.errors import NotInHome, UnknownCode, UsageError, listing, message
from homeground.home import datasets, place
from homeground.leontief import Axis, Participation, Paths, System
from homeground.store.arrays import TABLE, Arrays, open_arrays

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from homeground.leontief.exposure import Variant
    from homeground.leontief.extraction import Kind
    from homeground.store import Dataset, Store

RESTS: Final = MappingProxyType(
    {
        "ROW": "Rest of the world",
        "XWA": "Rest of Asia and the Pacific",
        "XWE": "Rest of Europe",
        "XWF": "Rest of Africa",
        "XWL": "Rest of America",
        "XWM": "Rest of the Middle East",
    }
)
ROUNDING: Final = 1e-6
"""A smaller share of output that rows miss is not worth a note."""


@dataclass(frozen=True)
class Chains:
    """A system with where it comes from; `names` are names of industries by code."""

    system: System
    year: int
    dataset: Dataset
    currency: str
    names: dict[str, str]

    def industry(self, code: str) -> str:
        """The name of an industry, or its code where the source ships none."""
        return self.names.get(code.rpartition(".")[2], code)

    def notes(self) -> tuple[str, ...]:
        """What a reader of any figure from this table has to know."""
        missed = float(abs(self.system.discrepancy).sum() / abs(self.system.output).sum())
        told = [f"{self.dataset.citation}, {self.year}; values in {self.currency} at the prices of that year."]
        if missed > ROUNDING:
            told.append(f"Rows of the table miss output by {100 * missed:.3f} % in all (rounding of the source).")
        idle = int((~self.system.producing).sum())
        if idle:
            told.append(f"{idle} of {len(self.system.output)} industries have no output there, and so no shares.")
        return tuple(told)


@dataclass(frozen=True)
class ExposureView:
    """What a country's industries lean on. Shares of output's value, or of inputs for the gross variant.

    `industries`: industry, name, output, direct, look_through, hidden (foreign origins together), main_origin (the
    largest single country, not a rest of the world), main_origin_name, main_share, upstreamness.
    `origins`: industry, origin, origin_name, direct, look_through, hidden. `whole`: all industries together by origin.
    `sources`: origin, origin_name, origin_industry, origin_industry_name and the shares of the one industry that was
    asked for; None without one. `paths`: the chains from its main foreign origin.
    """

    country: str
    name: str
    variant: Variant
    chains: Chains
    participation: Participation
    industries: pa.Table
    origins: pa.Table
    whole: pa.Table
    industry: str | None = None
    sources: pa.Table | None = None
    paths: Paths | None = None


@dataclass(frozen=True)
class ExtractionView:
    """What the world loses: `by_country` and `places` with name, output, lost_output, lost_share, lost_value_added.

    `hit` are the countries of what is taken out.
    """

    what: str
    kind: Kind
    buyer: str | None
    chains: Chains
    lost_output: float
    lost_value_added: float
    by_country: pa.Table
    places: pa.Table
    hit: frozenset[str]


def open_chains(store: Store, year: int, dataset: str | None = None) -> Chains:
    """Open the input–output table that answers for a year; raises NotInHome or UsageError (see `datasets.choose`)."""
    chosen = datasets.choose(store.catalog, table=TABLE, year=year, name=dataset)
    return _chains(open_arrays(Path(str(store.path)), chosen, year), chosen)


def name_of(code: str) -> str:
    """The name of a country, bloc or rest of the world."""
    return RESTS.get(code) or countries.name(code)


def exposure(
    store: Store,
    country: str,
    year: int,
    *,
    variant: Variant = "value_added",
    industry: str | None = None,
    dataset: str | None = None,
) -> ExposureView:
    """Direct and look-through exposure of a country's, or a bloc's, industries; see `ExposureView`."""
    chains, code, name = seen_from(open_chains(store, year, dataset), country)
    return look_through(chains, code, name, variant, industry)


def look_through(
    chains: Chains, code: str, name: str, variant: Variant = "value_added", industry: str | None = None
) -> ExposureView:
    """The exposure of a place of an opened table."""
    system = chains.system
    found = system.exposure(code, variant)
    origins = _named(found.by_country(), chains)
    sources = paths = None
    if industry is not None:
        _require_industry(found.direct.columns, industry, chains)
        rows = found.by_industry()
        sources = _named(rows[rows["industry"] == industry].drop(columns="industry"), chains)
        main = _main_foreign(origins[origins["industry"] == industry], code)
        paths = system.paths(main, f"{code}.{industry}", 0.01) if main else None
    return ExposureView(
        country=code,
        name=name,
        variant=variant,
        chains=chains,
        participation=system.participation(code),
        industries=_arrow(_industries(found, origins, chains)),
        origins=_arrow(origins),
        whole=_arrow(_named(found.whole(), chains)),
        industry=industry,
        sources=None if sources is None else _arrow(sources),
        paths=paths,
    )


def extract(
    store: Store,
    what: Sequence[str],
    year: int,
    *,
    kind: Kind = "total",
    buyer: str | None = None,
    dataset: str | None = None,
) -> ExtractionView:
    """What the world loses without countries, blocs, industries or pairs (`CHN.c14`); see `leontief.extraction`."""
    chains = open_chains(store, year, dataset)
    axis = chains.system.industries_axis
    chosen = [selector for text in what for selector in selectors(text, axis, year)]
    bought = None if buyer is None else selectors(buyer, axis, year)
    found = chains.system.extract(chosen, kind=kind, buyer=bought)
    places = found.table().rename(columns={"country": "origin"})
    places["name"] = [chains.industry(code) for code in places["industry"]]
    by_country = found.by_country().rename(columns={"country": "origin"})
    return ExtractionView(
        what=", ".join(_title(text, chains) for text in what),
        kind=kind,
        buyer=None if buyer is None else _title(buyer, chains),
        chains=chains,
        lost_output=found.total_output,
        lost_value_added=found.total_value_added,
        by_country=_arrow(_named(by_country, chains).rename(columns={"origin": "country", "origin_name": "name"})),
        places=_arrow(
            _named(places, chains)
            .rename(columns={"origin": "country", "origin_name": "country_name"})
            .sort_values("lost_output", ascending=False, kind="stable")
        ),
        hit=frozenset(country for country, _ in found.extracted),
    )


def extract_each(
    store: Store, by: Literal["country", "industry"], year: int, *, kind: Kind = "total", dataset: str | None = None
) -> tuple[Chains, pa.Table]:
    """Every single extraction, largest loss first (see `leontief.extraction.each`), with names."""
    chains = open_chains(store, year, dataset)
    rows = chains.system.extract_each(by, kind).rename(columns={"country": "origin"})
    if "industry" in rows:
        rows["name"] = [chains.industry(code) for code in rows["industry"]]
    return chains, _arrow(_named(rows, chains).rename(columns={"origin": "country", "origin_name": "country_name"}))


def resolve(text: str, axis: Axis) -> str:
    """The code of a country of a table; raises NotInHome for a country that the table does not show by itself."""
    if text in axis.owners:
        return text
    code = countries.resolve(text)
    if code not in axis.owners:
        rest = " (it is part of the rest of the world there)" if "ROW" in axis.owners else ""
        raise NotInHome(
            message(
                f"the input–output table does not show {countries.name(code)}{rest}",
                expected=listing(axis.owners, 60),
                do="ask for a country that it shows, or load another table",
            )
        )
    return code


def seen_from(chains: Chains, text: str) -> tuple[Chains, str, str]:
    """The table as a country sees it; a bloc is added up to one country first."""
    axis = chains.system.industries_axis
    try:
        code = resolve(text, axis)
    except UnknownCode:
        if not blocs.is_bloc(text):
            raise
        found = place.resolve(text, chains.year)
        members = sorted((found.market or frozenset()) & set(axis.owners))
        if not members:
            raise NotInHome(message(f"the table shows no member of {found.code}", do="load another table")) from None
        joined = chains.system.aggregate({found.code: members})
        return Chains(joined, chains.year, chains.dataset, chains.currency, chains.names), found.code, found.name
    return chains, code, name_of(code)


def selectors(text: str, axis: Axis, year: int) -> list[Any]:
    """What a user means: an industry or pair of the table, a bloc's members, or a country by any name."""
    if text in axis.kinds or text in axis.owners:
        return [text]
    country, _, industry = text.partition(".")
    if industry in axis.kinds:
        return [(owner, industry) for owner in selectors(country, axis, year)]
    if blocs.is_bloc(text):
        members = sorted(place.resolve(text, year).market or frozenset())
        return [member for member in members if member in axis.owners]
    try:
        return [resolve(text, axis)]
    except UnknownCode as error:
        near = listing([*axis.kinds], 40)
        raise UnknownCode(f"{error} As an industry, the table knows {near}.") from error


def _title(text: str, chains: Chains) -> str:
    """A selector in words: `Electrical equipment (c14) of China (CHN)`."""
    if text in chains.names:
        return f"{chains.names[text]} ({text})"
    country, _, industry = text.partition(".")
    if industry:
        return f"{_title(industry, chains)} of {_title(country, chains)}"
    try:
        return name_of(countries.resolve(country))
    except UnknownCode:
        return RESTS.get(text, text)


def _chains(arrays: Arrays, dataset: Dataset) -> Chains:
    industries = Axis.of(arrays.industries, "industries")
    system = System(
        arrays.flows, arrays.demand, industries, Axis.of(arrays.users, "users"), arrays.output, looked_at=True
    )
    return Chains(system, arrays.year, dataset, arrays.currency, dict(arrays.names))


def _industries(found: Any, origins: pd.DataFrame, chains: Chains) -> pd.DataFrame:
    rows = found.foreign()
    named = (origins["origin"] != found.country) & ~origins["origin"].isin(list(RESTS))
    abroad = origins[named & (origins["look_through"] > 0)]
    main = abroad.groupby("industry", sort=False).first()
    steps = chains.system.upstreamness()[found.country] if found.country in chains.system.index.levels[0] else None
    rows.insert(1, "name", [chains.industry(code) for code in rows["industry"]])
    for column, source in (
        ("main_origin", "origin"),
        ("main_origin_name", "origin_name"),
        ("main_share", "look_through"),
    ):
        rows[column] = main[source].reindex(rows["industry"]).to_numpy()
    rows["upstreamness"] = None if steps is None else steps.reindex(rows["industry"]).to_numpy()
    return rows


def _main_foreign(rows: pd.DataFrame, home: str) -> str | None:
    abroad = rows[(rows["origin"] != home) & ~rows["origin"].isin(list(RESTS))].dropna(subset=["look_through"])
    return None if abroad.empty else str(abroad.iloc[0]["origin"])


def _named(rows: pd.DataFrame, chains: Chains) -> pd.DataFrame:
    rows = rows.copy()
    rows.insert(rows.columns.get_loc("origin") + 1, "origin_name", [name_of(code) for code in rows["origin"]])
    if "origin_industry" in rows:
        after = rows.columns.get_loc("origin_industry") + 1
        rows.insert(after, "origin_industry_name", [chains.industry(code) for code in rows["origin_industry"]])
    return rows


def _require_industry(known: Any, industry: str, chains: Chains) -> None:
    if industry not in set(known):
        expected = listing((f"{code} {chains.industry(code)}" for code in known), 60)
        raise UsageError(
            message("the table has no such industry", found=repr(industry), expected=expected, do="choose one")
        )


def _arrow(rows: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
