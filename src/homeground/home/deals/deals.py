"""Deals reviewed on a Home: the tables that evidence asks for, each read once while the Home stays as it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

import ibis
from ibis import _

from homeground import measures
from homeground.codes import products
from homeground.deals import batch, verdict
from homeground.deals.deal import Deal
from homeground.deals.evidence import Setting
from homeground.deals.market import Market
from homeground.deals.offer import Offer, offer
from homeground.deals.ports import AllGoods, AtHome, Bars, Chain, Figure, PriceSets, Row
from homeground.errors import NotInHome, message
from homeground.home import questions
from homeground.home.deals import deal_grounds, own_means
from homeground.home.deals.in_force import InForce, in_force
from homeground.home.deals.screenings import Lists
from homeground.home.ground import ground_figures
from homeground.home.place import Place, resolve
from homeground.home.questions import Question
from homeground.home.trade.comparables import of_the_world, own_purchases
from homeground.policy import screening
from homeground.policy.controls import Classification, classification
from homeground.policy.law import on
from homeground.policy.screening import Screening

if TYPE_CHECKING:
    import pyarrow as pa

    from homeground.deals.batch import Plan
    from homeground.deals.verdict import Review
    from homeground.policy import Book, Law
    from homeground.store import Dataset, Store

T = TypeVar("T")

NOTHING: Final[Any] = object()
MOST_KEPT: Final = 10_000
"""Answers that are kept; then all are read anew."""
ALL_CHAPTERS: Final = 90
"""A dataset with fewer chapters of the HS in a year does not hold all goods (there are 97, and one is not used)."""


class _Answers:
    """What was read of a Home in one state, by question, for all threads; each question is read by one of them."""

    def __init__(self, state: tuple[Any, ...]) -> None:
        self.state = state
        self._kept: dict[tuple[Any, ...], Any] = {}
        self._lock = threading.Lock()
        self._at_work: dict[tuple[Any, ...], threading.Lock] = {}

    def once(self, key: tuple[Any, ...], read: Callable[[], T]) -> T:
        found: T = self._kept.get(key, NOTHING)
        if found is not NOTHING:
            return found
        with self._lock:
            turn = self._at_work.setdefault(key, threading.Lock())
        with turn:
            try:
                found = self._kept.get(key, NOTHING)
                if found is NOTHING:
                    found = read()
                    if len(self._kept) >= MOST_KEPT:
                        self._kept.clear()
                    self._kept[key] = found
                return found
            finally:
                with self._lock:
                    self._at_work.pop(key, None)


_KEPT: WeakValueDictionary[tuple[str, bool], _Answers] = WeakValueDictionary()
_TURN: Final = threading.Lock()


def _answers(place: tuple[str, bool], state: tuple[Any, ...]) -> _Answers:
    """Return what was read of a Home (path, whether DuckDB reads it) in this state, for as long as it has readers."""
    with _TURN:
        found = _KEPT.get(place)
        if found is None or found.state != state:
            found = _KEPT[place] = _Answers(state)
        return found


class DealTables:
    """The port `deals.ports.Tables` on a store. Answers are kept until something is loaded."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._answers = _Answers(())

    def refresh(self) -> None:
        """Forget what was read if the Home has changed since; take over what other threads have read of it."""
        catalog = self.store.catalog
        loads = tuple((held.name, tuple(load.id for load in held.loads)) for held in catalog.datasets.values())
        state = (catalog.preferred, loads, own_means.stamp(self.store))
        self._answers = _answers((str(self.store.path), self.store.engine.session is None), state)

    def _once(self, key: tuple[Any, ...], read: Callable[[], T]) -> T:
        return self._answers.once(key, read)

    def market(self, deal: Deal) -> Market | str:
        """The newest market of the product up to the year of the deal, or that of the year which the deal names."""
        latest = deal.day.year if deal.year is None else deal.year
        key = ("market", deal.hs6, deal.year, latest, deal.dataset)
        return self._once(key, lambda: self._market(deal, latest))

    def price_sets(self, market: Market, importer: str | None) -> PriceSets:
        """Comparable flows of the world and the importer's own purchases."""
        key = ("prices", market.dataset, market.hs6, market.year, importer)
        return self._once(key, lambda: self._prices(market, importer))

    def all_goods(self, market: Market, country: str) -> AllGoods:
        """Imports of a country over all goods, in the dataset and year of a market."""
        return self._once(("goods", market.dataset, market.year, country), lambda: self._all_goods(market, country))

    def presets(self, market: Market, country: str, added: Mapping[str, float]) -> Mapping[str, bool | None]:
        """The published rules on a country's imports of the product, with these values added by supplier."""
        key = ("presets", market.dataset, market.hs6, market.year, country, tuple(sorted(added.items())))
        return self._once(key, lambda: self._presets(market, country, added))

    def ground(self, country: str, hs6: str) -> Sequence[Figure]:
        """Figures of the home ground for the good that a product belongs to."""

        def read() -> list[Figure]:
            every = self._once(("ground", country), lambda: ground_figures.of_country(self.store, country))
            fits = [f for f in every if any(hs6.startswith(prefix) for prefix in f.good.hs)]
            return [Figure(f.element, f.year, f.quantity_t, f.state, f.dataset) for f in fits]

        return self._once(("figures", country, hs6), read)

    def at_home(self, country: str, hs6: str, year: int) -> AtHome | str:
        """What own goods could do in the product's place, by the process book that the Home keeps."""
        opened = self._once(("book", country, year), lambda: deal_grounds.open_book(self.store, country, year))
        return self._once(("at home", country, hs6, year), lambda: deal_grounds.at_home(opened, country, hs6))

    def chain(self, market: Market | None, deal: Deal) -> Chain | str:
        """The partner's shares in our use of what the product's industries make, by the input–output table."""
        year = market.year if market is not None else deal.year or deal.day.year
        opened = self._once(("chains", year), lambda: deal_grounds.open_table(self.store, year))
        key = ("chain", year, deal.country, deal.partner, deal.hs6)
        return self._once(key, lambda: deal_grounds.chain(self.store, opened, deal))

    def plan_prices(self) -> Sequence[Row]:
        """Shadow prices of the kept plans."""
        return self._once(("plan prices",), lambda: own_means.plan_prices(self.store))

    def screen(self, name: str, day: date) -> Screening:
        """A name against all lists, at the usual likeness."""
        lists = self._once(("lists",), lambda: Lists(self.store))
        limits = (screening.THRESHOLD, screening.OLDEST_DAYS)
        return self._once(("name", name, day), lambda: lists.screen(name, day, *limits))

    def bars(self, exporter: str, importer: str, hs6: str, day: date) -> Bars:
        """Measures in force that bar the trade, blocs spelt out."""
        found: InForce = self._once(("bars", day), lambda: in_force(self.store, (), day))
        held = [bar.reference for bar in found.against(importer, exporter, hs6)]
        return Bars(found.loaded, tuple(dict.fromkeys(held)))

    def controlled(self, hs6: str, day: date) -> Classification:
        """What controls lists say of a product's code."""
        return self._once(("controls", hs6, day), lambda: classification(self.rows("dual_use"), hs6, day))

    def rows(self, table: str) -> Sequence[Row] | None:
        """All rows of a small table; None where it is not loaded."""

        def read() -> list[Row] | None:
            found = questions.side_table(self.store, table)
            return None if found is None else found.to_pyarrow().to_pylist()

        return self._once(("rows", table), read)

    def _market(self, deal: Deal, latest: int) -> Market | str:
        try:
            chosen, year = self._holder(deal, latest)
        except NotInHome as error:
            return str(error).split(". What to do")[0]
        flows = self.store.table(chosen, "flows", (year,)).filter(_.hs6 == deal.hs6)
        rows = flows.select("exporter", "importer", "value_usd", "quantity_t").to_pyarrow().to_pylist()
        asked = Question(Place("", ""), year, chosen, (year,))
        world = self._once(("world", chosen.name, year), lambda: questions.knows_the_world(self.store, asked))
        name, source = products.short(deal.hs6, chosen.revision), f"{chosen.name}, {year}"
        return Market(deal.hs6, year, chosen.name, source, world, name, tuple(rows))

    def _holder(self, deal: Deal, latest: int) -> tuple[Dataset, int]:
        if deal.year is not None:
            return questions.holding(self.store, deal.hs6, deal.year, deal.dataset), deal.year
        catalog = self.store.catalog
        held = [catalog.dataset(deal.dataset)] if deal.dataset else list(catalog.datasets.values())
        years = [self._newest(dataset, deal.hs6, latest) for dataset in held if "flows" in dataset.tables]
        known = [year for year in years if year is not None]
        if not known:
            do = "load its trade, or name an earlier year under [evidence]"
            raise NotInHome(message(f"no trade in {deal.hs6} up to {latest} is loaded", do=do))
        return questions.holding(self.store, deal.hs6, max(known), deal.dataset), max(known)

    def _newest(self, dataset: Dataset, hs6: str, latest: int) -> int | None:
        """The newest year up to `latest` in which a dataset has the product, asked backwards year by year."""
        for year in sorted((y for y in dataset.years("exports") if y <= latest), reverse=True):
            sold = self.store.table(dataset, "exports", (year,)).filter(_.hs6 == hs6)
            if sold.limit(1).to_pyarrow().num_rows:
                return year
        return None

    def _prices(self, market: Market, importer: str | None) -> PriceSets:
        chosen = self.store.catalog.dataset(market.dataset)
        world = None
        if market.world:
            flows = measures.unit_values(ibis.memtable(_arrow(market.rows))).to_pyarrow()
            world = measures.first_sufficient(of_the_world(self.store, chosen, market.hs6, market.year, flows))
        place = resolve(importer, market.year) if importer else None
        own = own_purchases(self.store, chosen, market.hs6, market.year, place, world) if place else None
        few = f"fewer than {measures.LEAST_FLOWS} comparable flows"
        why = "" if world else few if market.world else f"{market.dataset} does not hold the trade of all countries"
        return PriceSets(world, own, why)

    def _all_goods(self, market: Market, country: str) -> AllGoods:
        chosen = self.store.catalog.dataset(market.dataset)
        source = f"{market.dataset}, {market.year}"
        sold = self.store.table(chosen, "exports", (market.year,))
        chapters = self._once(
            ("chapters", market.dataset, market.year),
            lambda: sold.select(chapter=_.hs6.substr(0, 2)).distinct().count().to_pyarrow().as_py(),
        )
        if chapters < ALL_CHAPTERS:
            return AllGoods({}, source, f"{market.dataset} holds {chapters} of 96 HS chapters, not all goods")
        bought = self.store.table(chosen, "flows", (market.year,)).filter(_.importer == country)
        sums = bought.group_by("exporter").agg(usd=_.value_usd.sum()).to_pyarrow().to_pylist()
        return AllGoods({row["exporter"]: row["usd"] for row in sums}, source)

    def _presets(self, market: Market, country: str, added: Mapping[str, float]) -> Mapping[str, bool | None]:
        from homeground.home.deals.deal_presets import presets

        kept = ("flows", market.dataset, market.hs6, market.year, country)
        return presets(self.store, market, country, added, lambda read: self._once(kept, read))


_TABLES: WeakKeyDictionary[Store, DealTables] = WeakKeyDictionary()


def tables(store: Store) -> DealTables:
    """Return the tables of a store, as fresh as the store is."""
    found = _TABLES.get(store)
    if found is None:
        found = _TABLES[store] = DealTables(store)
    found.refresh()
    return found


def priced(found: DealTables, deal: Deal) -> Offer:
    """Convert a deal by the dated tables of the Home."""
    return offer(deal, found.rows("exchange_rates"), found.rows("freight"))


def review(store: Store, deal: Deal, book: Book, *, beside: Sequence[Deal] = (), proposals: bool = True) -> Review:
    """Review a deal under the policy of its day; `beside` are deals that are taken to be in place."""
    found = tables(store)
    setting = Setting(priced(found, deal), found, tuple(priced(found, other) for other in beside))
    return verdict.review(setting, law_of(book, deal.day), proposals=proposals)


def review_plan(store: Store, deals: Sequence[Deal], book: Book) -> Plan:
    """Review deals together (see `deals.batch`), each under the law of its own day."""
    found = tables(store)
    settings = [Setting(priced(found, deal), found) for deal in deals]
    return batch.review(settings, lambda setting: law_of(book, setting.deal.day))


_LAWS: dict[tuple[str, date], Law] = {}


def law_of(book: Book, day: date) -> Law:
    """Return the law of a day, made once per version of a book."""
    key = (book.version, day)
    if key not in _LAWS:
        _LAWS[key] = on(book, day)
    return _LAWS[key]


def _arrow(rows: Sequence[Row]) -> pa.Table:
    import pyarrow as pa

    kinds = {"exporter": pa.string(), "importer": pa.string(), "value_usd": pa.float64(), "quantity_t": pa.float64()}
    return pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(list(kinds.items())))
