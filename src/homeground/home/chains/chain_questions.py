"""The questions on input–output tables that a Home answers: exposure, extraction, shocks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from homeground.sources import Progress, unwatched
from homeground.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.codes.product_industries import Allocation
    from homeground.home.chains.chains import Chains, ExposureView, ExtractionView
    from homeground.home.chains.shocks import ShockView
    from homeground.home.chains.sweeps import SweepView
    from homeground.leontief import System
    from homeground.leontief.exposure import Variant
    from homeground.leontief.extraction import Kind


class ChainQuestions:
    """What a Home with input–output tables answers; part of `Home`."""

    store: Store

    def chains(self, year: int, *, dataset: str | None = None) -> System:
        """The input–output system of a year, its arrays mapped from the Home; see `homeground.leontief.System`."""
        from homeground.home.chains import chains

        return chains.open_chains(self.store, year, dataset).system

    def exposure(
        self,
        country: str,
        year: int,
        *,
        variant: Variant = "value_added",
        industry: str | None = None,
        dataset: str | None = None,
    ) -> ExposureView:
        """What a country's (or bloc's) industries lean on, at face value and through all tiers of inputs."""
        from homeground.home.chains import chains

        return chains.exposure(self.store, country, year, variant=variant, industry=industry, dataset=dataset)

    def industries_of(
        self, product: str, year: int, *, supplier: str | None = None, dataset: str | None = None
    ) -> Allocation:
        """The industries of an input–output table that make a product, with shares; see `home.product_industries`."""
        from homeground.home.chains import chains, product_industries

        return product_industries.allocate(self.store, product, chains.open_chains(self.store, year, dataset), supplier)

    def extract(
        self,
        what: str | Sequence[str],
        year: int,
        *,
        kind: Kind = "total",
        buyer: str | None = None,
        dataset: str | None = None,
    ) -> ExtractionView:
        """What the world loses without countries, blocs, industries or pairs such as CHN.c14."""
        from homeground.home.chains import chains

        named = (what,) if isinstance(what, str) else what
        return chains.extract(self.store, list(named), year, kind=kind, buyer=buyer, dataset=dataset)

    def extract_each(
        self, by: Literal["country", "industry"], year: int, *, kind: Kind = "total", dataset: str | None = None
    ) -> tuple[Chains, pa.Table]:
        """Every single extraction of countries, or of industries, largest loss first, with the table it rests on."""
        from homeground.home.chains import chains

        return chains.extract_each(self.store, by, year, kind=kind, dataset=dataset)

    def shock(self, scenario: str | Path, *, progress: Progress = unwatched) -> ShockView:
        """The course of a supply shock, day by day, from a scenario file; see `homeground.home.chains.scenarios`."""
        from homeground.home.chains import shocks

        return shocks.shock(self.store, Path(scenario), progress)

    def shock_each(
        self, scenario: str | Path, *, industries: bool = False, progress: Progress = unwatched
    ) -> SweepView:
        """The scenario's industries cut in every country by itself; or every industry of its supplier's country."""
        from homeground.home.chains import sweeps

        sweep = sweeps.each_industry if industries else sweeps.each_country
        return sweep(self.store, Path(scenario), progress)

    def shock_draws(
        self, scenario: str | Path, number: int, *, seed: int = 1, progress: Progress = unwatched
    ) -> SweepView:
        """The scenario with what it calls uncertain drawn `number` times; the same seed gives the same draws."""
        from homeground.home.chains import sweeps

        return sweeps.draws(self.store, Path(scenario), number, seed, progress)
