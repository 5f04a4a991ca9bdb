"""The Home: the only place where stores and computations meet. Each method is one use case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from homeground.checks import Finding
from homeground.codes import products
from homeground.home import datasets, questions
from homeground.home.chains.chain_questions import ChainQuestions
from homeground.home.deals import own_means
from homeground.home.picture import CountryPicture
from homeground.sources import Mapping, Progress, open_source, unwatched
from homeground.store import Catalog, Dataset, LoadReport, Store

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir
    import pyarrow as pa

    from homeground.deals import Deal, Review
    from homeground.deals.batch import Plan
    from homeground.home.deals.backtest import Backtest
    from homeground.home.ground.ground import Balance
    from homeground.home.materials.materials import MaterialsView, SubstitutesView
    from homeground.home.partners.partner import PartnerView
    from homeground.home.plans.planner import PlanView
    from homeground.home.trade.capability import Capability
    from homeground.home.trade.prices import PriceView
    from homeground.home.trade.terms import TermsOfTrade
    from homeground.home.trade.trend import TrendView
    from homeground.materials import Book
    from homeground.policy import Book as PolicyBook
    from homeground.record import Case, Ledger

__all__ = ["CountryPicture", "Home", "LoadReport"]


class Home(ChainQuestions):
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
        strict: bool | None = None,
        replace: bool = False,
        unbalanced: bool = False,
        country: str | None = None,
        progress: Progress = unwatched,
    ) -> LoadReport:
        """Read files of a source into the Home: checked, sorted, with their lineage; wholly or not at all.

        `hs` states the HS revision where no file name or mapping does; `year` keeps only these years; `mapping`
        explains a tidy file; `strict` loads nothing if a row is refused (None: so for restrictions alone); `replace`
        lets years take the place of loaded ones; `unbalanced` takes an input–output table that does not add up;
        `country` says whose a process book is that does not say it. Raises RefusedLoad, BadInput, UsageError, HomeBusy.
        """
        years = frozenset([year] if isinstance(year, int) else year or ())
        if source == "process-book":
            own_means.require_sound(paths)
        stated = Path(mapping) if isinstance(mapping, str) else mapping
        reading = open_source(
            source, [Path(path) for path in paths], hs=hs, years=sorted(years), mapping=stated, unbalanced=unbalanced,
            country=country,
        )  # fmt: skip
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
        return self.store.table(self.dataset(None, dataset, table), table, None if years is None else tuple(years))

    def flows(self, *, dataset: str | None = None, years: Sequence[int] | None = None) -> ir.Table:
        """Return flows (year, exporter, importer, hs6, value_usd, quantity_t) as a lazy Ibis table."""
        return self.table("flows", dataset=dataset, years=years)

    def lineage(self) -> pa.Table:
        """Return where every row came from: the table `lineage` of the schema, one row per file of each load."""
        return questions.lineage(self.catalog)

    def check(
        self, dataset: str | None = None, *, years: Sequence[int] | None = None, progress: Progress = unwatched
    ) -> list[Finding]:
        """Run the named checks on flows and balances of every dataset, or of one, in these years or in all.

        Gravest findings first. Years are always compared with all others of the dataset; balances are checked whole.
        """
        from homeground.home import inspection

        return inspection.inspect(self.store, dataset, years, progress)

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
        asked = questions.ask(self.store, country, year, bloc=bloc, product=product, dataset=dataset)
        from homeground.home.trade import evidence

        return evidence.dependence(self.store, asked, method)

    def product(self, hs6: str, year: int, *, dataset: str | None = None) -> questions.ProductView:
        """The world market of one product in one year: exporters, importers, concentration, unit value."""
        return questions.product(self.store, products.normalise(hs6), year, dataset)

    def prices(
        self,
        hs6: str,
        year: int | None = None,
        *,
        importer: str | None = None,
        exporter: str | None = None,
        price: float | None = None,
        quantity: float | None = None,
        dataset: str | None = None,
    ) -> PriceView:
        """Whether prices of a product are fair: unit values, comparable flows, fences, what was paid above the median.

        `year` left out: the newest in which the product is loaded. `price` (USD/t) and `quantity` (t) judge an offer:
        `.evidence`. See `PriceView`.
        """
        from homeground.home.trade import prices

        return prices.prices(self.store, hs6, year, importer, exporter, prices.Offer(price, quantity), dataset)

    def terms_of_trade(
        self, country: str, *, base: int | None = None, bloc: str | None = None, dataset: str | None = None
    ) -> TermsOfTrade:
        """Export prices over import prices of a country, year by year, as chained Fisher indices; see `TermsOfTrade`.

        `base` is the year set to 100; left out: the first of the longest unbroken chain.
        """
        from homeground.home.trade import terms

        return terms.terms_of_trade(self.store, country, base, bloc, dataset)

    def trend(
        self,
        country: str,
        product: str | None = None,
        partner: str | None = None,
        *,
        flow: Literal["imports", "exports"] = "imports",
        first: int | None = None,
        last: int | None = None,
        revision: str | None = None,
        dataset: str | None = None,
        join: Sequence[str] = (),
        families: bool = False,
    ) -> TrendView:
        """Years side by side: value, quantity, unit value, concentration, price against quantity, change points.

        `product` is a code of 2, 4 or 6 digits in `revision`, `partner` one country or bloc. `join` names datasets
        whose years are laid beside those of `dataset`, through a loaded concordance where their HS revision is
        another; codes that split are refused, or with `families` grouped. Each change point has a verdict: `data`,
        `open`, `real`. Raises UsageError, NotInHome, BadInput.
        """
        from homeground.home.trade import trend

        return trend.trend(
            self.store, country, product=questions.prefix(product), partner=partner, flow=flow, first=first, last=last,
            revision=revision, dataset=dataset, join=join, families=families,
        )  # fmt: skip

    def partner(
        self,
        country: str,
        partner: str,
        year: int,
        *,
        dataset: str | None = None,
        move: float = 0.1,
        day: date | None = None,
        progress: Progress = unwatched,
    ) -> PartnerView:
        """Two partners, countries or blocs: leverage both ways, what each could do about it, asks and offers.

        `move` shifts this share of the country's imports of each product from the partner to its other suppliers;
        `day` is the day at which measures in force are read, today if left out. See `PartnerView`.
        """
        from homeground.home.partners import partner as meeting

        return meeting.meet(self.store, country, partner, year, dataset=dataset, move=move, day=day, progress=progress)

    def capability(
        self,
        country: str,
        year: int,
        *,
        conventions: str = "homeground",
        min_population: float | None = None,
        min_exports_usd: float | None = None,
        min_product_usd: float | None = None,
        ease: str = "all-goods",
        access: str | Path | None = None,
        dataset: str | None = None,
    ) -> Capability:
        """What a country could make and sell: complexity, products and markets within reach, each with its reasons.

        `conventions` names variants of the formulas (see `measures.capability.conventions`); the limits filter who
        counts (see `measures.capability.Filters`); `ease` and `access` (a csv of factors by market) concern export
        potential. Raises NotInHome where the dataset cannot tell, UsageError for a bloc.
        """
        from homeground.home.trade import capability

        question = questions.ask(self.store, country, year, dataset=dataset)
        names = ("min_population", "min_exports_usd", "min_product_usd")
        limits = dict(zip(names, (min_population, min_exports_usd, min_product_usd), strict=True))
        return capability.capability(self.store, question, capability.asked(conventions, limits, ease, access))

    def balance(self, country: str, year: int | None = None, **asked: Any) -> Balance:
        """What a country makes, trades, needs and holds of each good, every figure with its source.

        Without `year` the last of each good. Further keywords (see `GroundQuestion`): `commodity`, `production`,
        `beside`, `trade`, `factors`. Raises UsageError where several datasets hold production of one good and none is
        named in `production`.
        """
        from homeground.home.ground import ground

        return ground.balance(self.store, ground.GroundQuestion(country, year, **asked))

    def reliance(self, country: str, year: int | None = None, *, dataset: str | None = None) -> pa.Table:
        """Published net import reliance beside what the same source's tonnages give (see `home.reliance.compare`)."""
        from homeground.home.ground import reliance

        return reliance.compare(self.store, country, year, dataset)

    def materials(
        self,
        book: str | Path | Book,
        *,
        country: str | None = None,
        year: int | None = None,
        dataset: str | None = None,
    ) -> MaterialsView:
        """Check a process book: balances, substitutes, by-products, premises, border cost; see `MaterialsView`.

        What the book leaves open (border prices, imports, exports) is taken from the Home's flows of `country` and
        `year`, or of those that the book names.
        """
        from homeground.home.materials import materials

        return materials.check(self.store, book, country, year, dataset)

    def substitutes(
        self,
        good: str,
        book: str | Path | Book | None = None,
        *,
        country: str | None = None,
        year: int | None = None,
        dataset: str | None = None,
    ) -> SubstitutesView:
        """What could stand in for one good of a process book (left out: the starter book); see `SubstitutesView`."""
        from homeground.home.materials import materials

        return materials.substitutes(self.store, good, book, country, year, dataset)

    def plan(
        self,
        path: str | Path,
        *,
        time_limit: float = 600.0,
        gap: float = 1e-4,
        explain: bool = True,
        progress: Progress = unwatched,
    ) -> PlanView:
        """The step-by-step plan that a file asks for, under the restrictions of this Home; see `PlanView`.

        `time_limit`: seconds for one plan; `gap`: relative, at which the search may stop; `explain`: also what a
        million more would buy and what each limit costs. Raises BadInput, or Infeasible with the conflicting limits.
        """
        from homeground.home.plans import planner

        return planner.plan(self.store, Path(path), time_limit, gap, explain, progress)

    def keep_book(self, path: str | Path, country: str | None = None) -> LoadReport:
        """Keep a process book for deals and for the report of its country, in the place of one kept before.

        `country` says whose it is where the book does not. Raises BadInput for a book that is unsound or nobody's.
        """
        return self.load("process-book", path, country=country, replace=True)

    def keep_plan(self, view: PlanView) -> LoadReport:
        """Keep a plan: its shadow prices as the table `plan_prices` with their lineage, its steps for the report."""
        from homeground.home import kept
        from homeground.home.plans import plan_prices

        report = plan_prices.keep(self.store, view)
        kept.keep_plan(self.store, view)
        return report

    def picture(
        self,
        country: str,
        year: int,
        *,
        bloc: str | None = None,
        dataset: str | None = None,
        progress: Progress = unwatched,
    ) -> CountryPicture:
        """The whole picture of a country in a year, for the report and the workbook."""
        from homeground.home import portrait

        question = questions.ask(self.store, country, year, bloc=bloc, dataset=dataset)
        return portrait.paint(self.store, question, self.check(question.dataset.name, years=[year]), progress)

    def review(self, deal: Deal, policy: PolicyBook, *, proposals: bool = True) -> Review:
        """What the policy of its day says of a deal, on the evidence of this Home; see `homeground.deals.Review`."""
        from homeground.home.deals import deals

        return deals.review(self.store, deal, policy, proposals=proposals)

    def review_plan(self, deals: Sequence[Deal], policy: PolicyBook) -> Plan:
        """Review deals together: each alone, and with all others in place; see `homeground.deals.batch`."""
        from homeground.home.deals import deals as reviews

        return reviews.review_plan(self.store, deals, policy)

    def backtest(self, policy: PolicyBook, day: date, **asked: Any) -> Backtest:
        """What a policy would have said of past trade.

        Keywords: `country`, `years`, `direction`, `product`, `dataset`, `against` (another book) and `by` (see
        `homeground.home.deals.backtest.BY`).
        """
        from homeground.home.deals import backtest

        return backtest.run(self.store, policy, day, backtest.Asked(**asked))

    def ledger(self, url: str | None = None, *, create: bool = True) -> Ledger:
        """Open the Home's record (`record.sqlite`), or the one at `url`; see `homeground.record.Ledger`."""
        from homeground.home import record

        return record.ledger(self.store.path, url, create)

    def drill_cases(
        self,
        country: str,
        product: str,
        year: int,
        count: int = 10,
        *,
        seed: int = 0,
        judge: Any = None,
        dataset: str | None = None,
    ) -> list[Case]:
        """Draw past imports of a class of goods as drill cases; `judge(deal)` gives verdict, rules, and why."""
        from homeground.home import record

        question = questions.ask(self.store, country, year, product=record.require_goods(product), dataset=dataset)
        return record.past_deals(self.store, question, count, seed, judge)
