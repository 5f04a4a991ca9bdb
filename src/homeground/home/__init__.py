"""The Home: the only place where stores and computations meet. Each method is one use case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from homeground import checks
from homeground.checks import Finding
from homeground.codes import countries, products
from homeground.home import datasets, questions
from homeground.home.picture import CountryPicture
from homeground.sources import Mapping, Progress, open_source
from homeground.store import Catalog, Dataset, LoadReport, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from homeground.home.chains import Chains, ExposureView, ExtractionView
    from homeground.home.shocks import ShockView
    from homeground.home.sweeps import SweepView
    from homeground.leontief import System
    from homeground.leontief.exposure import Variant
    from homeground.leontief.extraction import Kind

__all__ = ["CountryPicture", "Home", "LoadReport"]


def _unwatched(step: str, done: float) -> None:
    """Progress that nobody watches."""


class Home:
    """A country's, or an analyst's, tables in one folder, and the questions they answer.

    `path` is the folder (made by the first load); `engine` is None for DuckDB, or a Spark session, and then `path` may
    be a URL such as s3a://bucket/home. Tables come back lazy: `.to_pandas()`, `.to_polars()`, `.to_pyarrow()` fetch
    them.

    >>> home = Home("home")                                       # doctest: +SKIP
    >>> home.load("baci", "BACI_HS17_V202601.zip", year=[2023])   # doctest: +SKIP
    >>> home.dependence("JPN", year=2023, method="geodep").to_pandas()  # doctest: +SKIP
    """

    def __init__(self, path: str | Path = "home", engine: Any = None) -> None:
        self.store = Store(path, engine)

    @property
    def catalog(self) -> Catalog:
        """What is loaded, as it stands now."""
        return self.store.catalog

    def load(
        self,
        source: str,
        *paths: str | Path,
        hs: str | None = None,
        year: int | Sequence[int] | None = None,
        mapping: str | Path | Mapping | None = None,
        dataset: str | None = None,
        strict: bool = False,
        replace: bool = False,
        unbalanced: bool = False,
        progress: Progress = _unwatched,
    ) -> LoadReport:
        """Read files of a source into the Home: checked, sorted, with their lineage; wholly or not at all.

        `hs` states the HS revision where no file name or mapping does; `year` keeps only these years; `mapping`
        explains a tidy file; `strict` loads nothing if a row is refused; `replace` lets years take the place of loaded
        ones; `unbalanced` takes an input–output table that does not add up. Raises RefusedLoad, BadInput, UsageError,
        HomeBusy.
        """
        years = frozenset([year] if isinstance(year, int) else year or ())
        stated = Path(mapping) if isinstance(mapping, str) else mapping
        reading = open_source(
            source, [Path(path) for path in paths], hs=hs, years=sorted(years), mapping=stated, unbalanced=unbalanced
        )
        return self.store.load(
            reading, dataset=dataset, years=years, strict=strict, replace_years=replace, progress=progress
        )

    def prefer(self, dataset: str) -> None:
        """Make `dataset` the one that answers where several could; raises NotInHome for an unknown one."""
        self.store.prefer(dataset)

    def dataset(self, year: int | None = None, name: str | None = None, table: str = "flows") -> Dataset:
        """Return the dataset that answers a question on `table` and `year` (see `datasets.choose`)."""
        return datasets.choose(self.catalog, table=table, year=year, name=name)

    def table(self, table: str, *, dataset: str | None = None, years: Sequence[int] | None = None) -> ir.Table:
        """Return a table of the schema as a lazy Ibis table; its columns are in `homeground.schema`."""
        chosen = self.dataset(None, dataset, table)
        return self.store.table(chosen, table, tuple(years) if years is not None else None)

    def flows(self, *, dataset: str | None = None, years: Sequence[int] | None = None) -> ir.Table:
        """Return flows (year, exporter, importer, hs6, value_usd, quantity_t) as a lazy Ibis table."""
        return self.table("flows", dataset=dataset, years=years)

    def lineage(self) -> pa.Table:
        """Return where every row came from: the table `lineage` of the schema, one row per file of each load."""
        return questions.lineage(self.catalog)

    def check(self, dataset: str | None = None, progress: Progress = _unwatched) -> list[Finding]:
        """Run the named checks on every dataset of flows, or on one; gravest findings first."""
        catalog = self.catalog
        chosen = [catalog.dataset(dataset)] if dataset else list(catalog.datasets.values())
        chosen = [held for held in chosen if "flows" in held.tables]
        found = checks.datasets(questions.facts(held) for held in chosen)
        for number, held in enumerate(chosen):
            for step, check in enumerate(checks.CHECKS):
                progress(f"{held.name}: {check.name}", (number + step / len(checks.CHECKS)) / len(chosen))
                found += self._findings(held, check)
        return sorted(
            found, key=lambda f: (("error", "warning", "note").index(f.severity), f.dataset, f.check, f.year or 0)
        )

    def _findings(self, held: Dataset, check: checks.Check) -> list[Finding]:
        context = checks.Context(
            countries=frozenset(countries.table()["iso3"].to_pylist()),
            nes=countries.nes_codes(),
            products=questions.known_products(self.store, held),
        )
        rows = check.rows(self.store.table(held, "flows"), context).order_by("year").to_pyarrow().to_pylist()
        return [
            Finding(
                check.name,
                check.severity,
                held.name,
                row["year"],
                row["count"],
                row["share"],
                check.looks_for,
                row["example"] or "",
                check.do,
            )
            for row in rows
            if (row["share"] or 0.0) >= check.least_share
        ]

    def dependence(
        self,
        country: str,
        year: int,
        method: str = "all",
        *,
        bloc: str | None = None,
        product: str | None = None,
        dataset: str | None = None,
    ) -> ir.Table:
        """What a country's (or bloc's) imports rest on, one row per product, largest first; a lazy Ibis table.

        `method` is a preset (adds `dependent` and its conditions) or `all` (one boolean column per preset, null
        where it abstains, with `presets_flagged` and `presets_abstaining`). `bloc` takes a bloc as home market of the
        country. `product` keeps codes that begin with it. Columns: see `homeground.measures.evidence`.
        """
        question = questions.ask(self.store, country, year, bloc=bloc, product=product, dataset=dataset)
        return questions.dependence(self.store, question, method)

    def product(self, hs6: str, year: int, *, dataset: str | None = None) -> questions.ProductView:
        """The world market of one product in one year: exporters, importers, concentration, unit value."""
        return questions.product(self.store, products.normalise(hs6), year, dataset)

    def chains(self, year: int, *, dataset: str | None = None) -> System:
        """The input–output system of a year, its arrays mapped from the Home; see `homeground.leontief.System`."""
        from homeground.home import chains

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
        from homeground.home import chains

        return chains.exposure(self.store, country, year, variant=variant, industry=industry, dataset=dataset)

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
        from homeground.home import chains

        named = [what] if isinstance(what, str) else list(what)
        return chains.extract(self.store, named, year, kind=kind, buyer=buyer, dataset=dataset)

    def extract_each(
        self,
        by: Literal["country", "industry"],
        year: int,
        *,
        kind: Kind = "total",
        dataset: str | None = None,
    ) -> tuple[Chains, pa.Table]:
        """Every single extraction of countries, or of industries, largest loss first, with the table it rests on."""
        from homeground.home import chains

        return chains.extract_each(self.store, by, year, kind=kind, dataset=dataset)

    def shock(self, scenario: str | Path, *, progress: Progress = _unwatched) -> ShockView:
        """The course of a supply shock, day by day, from a scenario file; see `homeground.home.scenarios`."""
        from homeground.home import shocks

        return shocks.shock(self.store, Path(scenario), progress)

    def shock_each(self, scenario: str | Path, *, progress: Progress = _unwatched) -> SweepView:
        """The scenario's industries cut in every country by itself."""
        from homeground.home import sweeps

        return sweeps.each_country(self.store, Path(scenario), progress)

    def shock_draws(
        self, scenario: str | Path, number: int, *, seed: int = 1, progress: Progress = _unwatched
    ) -> SweepView:
        """The scenario with what it calls uncertain drawn `number` times; the same seed gives the same draws."""
        from homeground.home import sweeps

        return sweeps.draws(self.store, Path(scenario), number, seed, progress)

    def picture(
        self,
        country: str,
        year: int,
        *,
        bloc: str | None = None,
        dataset: str | None = None,
        progress: Progress = _unwatched,
    ) -> CountryPicture:
        """The whole picture of a country in a year, for the report and the workbook."""
        from homeground.home import portrait

        question = questions.ask(self.store, country, year, bloc=bloc, dataset=dataset)
        return portrait.paint(self.store, question, self.check(question.dataset.name), progress)
