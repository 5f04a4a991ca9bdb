"""A cut of one product of one supplier, in the size that it has for the chain: by value, trade over deliveries.

A scenario may say `hs6 = "270900"`, `from = "RUS"`, `to = "DEU"` instead of naming industries. What the supplier sold
of the product to the buyer (trade flows, USD) is laid to the industries that make it (`codes.product_industries`), and
held against what these industries deliver to the buyer in the input–output table, to industries and final users:

    cut of an industry's deliveries = share · product's share of them,  share of them = value · part / deliveries

at most all. Suppliers and buyers that the table does not show by themselves stand in its rest of the world. Trade is
valued at the border (FOB) and the table at basic prices, so the size is right but for margins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from ibis import _

from homeground.codes import blocs, countries, products
from homeground.errors import BadInput, NotInHome, listing, message
from homeground.home import datasets, place
from homeground.home.chains import product_industries
from homeground.home.chains.chains import Chains, name_of
from homeground.home.chains.scenarios import ABROAD, Scenario

if TYPE_CHECKING:
    from homeground.store import Dataset, Store

REST: Final = "ROW"
USD: Final = "USD"


@dataclass(frozen=True)
class Sized:
    """How large a product is for one supplier and the buyers: USD and shares, by industry of the table.

    `value` what was traded of it, `bought` what the buyers bought of it from everybody, `deliveries` what the table
    says the industries deliver to these buyers, `held` how much of that the product is; `capped` the buyers of whom
    trade names more than all of it.
    """

    product: str
    supplier: str
    shown_as: tuple[str, ...]
    buyers: str
    dataset: Dataset
    year: int
    basis: str
    value: float
    bought: float
    industries: tuple[str, ...]
    deliveries: float
    held: float
    capped: tuple[str, ...]

    @property
    def coverage(self) -> float:
        """The product's part of what the industries deliver to the buyers, each buyer's at most all."""
        return self.held / self.deliveries

    def note(self, chains: Chains) -> str:
        """What a reader has to know of the size."""
        names = listing((f"{chains.industry(code)} ({code})" for code in self.industries), 4)
        inside = f" (in the table part of {name_of(REST)})" if REST in self.shown_as else ""
        told = (
            f"{products.short(self.product)} ({self.product}) of {self.supplier}{inside} to {self.buyers}: "
            f"{_bn(self.value)} USD in {self.year}, {100 * self.value / self.bought:.1f} % of what they buy of it "
            f"({self.dataset.name}); made by {names} ({self.basis}), which delivers {_bn(self.deliveries)} USD to them "
            f"in the table: the product is {100 * self.coverage:.1f} % of it, and the cut as much of it as the share "
            "says."
        )
        if not self.capped:
            return told
        return f"{told} Trade names more than all deliveries to {listing(self.capped, 5)}; there all of them is cut."


@dataclass(frozen=True)
class _Part:
    """What one industry of a supplier sells of the product to one buyer, beside all that it delivers there."""

    supplier: str
    industry: str
    buyer: str
    value: float
    deliveries: float
    basis: str

    @property
    def factor(self) -> float:
        return min(self.value / self.deliveries, 1.0)

    def cut(self) -> dict[str, Any]:
        return {"supplier": f"{self.supplier}.{self.industry}", "buyer": self.buyer, "factor": self.factor}


def expand(store: Store, scenario: Scenario, chains: Chains) -> Scenario:
    """Put shocks on industries in the place of shocks on products; others stay. `sized` says how large each was.

    Raises NotInHome where there is no such trade, BadInput where supplier and buyer are one in the table.
    """
    shocks: list[dict[str, Any]] = []
    sized: list[Sized] = []
    for number, shock in enumerate(scenario.shocks, 1):
        if "hs6" not in shock:
            shocks.append(shock)
            continue
        made, found = _expand(store, shock, scenario, chains, f"{scenario.where}, shock {number}")
        shocks += made
        sized.append(found)
    return replace(scenario, shocks=tuple(shocks), sized=tuple(sized))


def suppliers(store: Store, scenario: Scenario, chains: Chains) -> list[str]:
    """Who sells the product of the scenario's first shock to its buyers, largest first."""
    shock = scenario.shocks[0]
    flows, _dataset, _year = _flows(store, products.normalise(shock["hs6"]), scenario, chains)
    wanted = _buyers(shock, chains, set())
    sold: dict[str, float] = {}
    for exporter, importer, value in flows:
        if wanted is None or importer in wanted:
            sold[exporter] = sold.get(exporter, 0.0) + value
    return sorted(sold, key=lambda code: -sold[code])


def _expand(
    store: Store, shock: dict[str, Any], scenario: Scenario, chains: Chains, where: str
) -> tuple[list[dict[str, Any]], Sized]:
    code = products.normalise(shock["hs6"])
    members = _members(shock["from"], chains)
    home = {_shown(member, chains, where) for member in members}
    flows, dataset, year = _flows(store, code, scenario, chains)
    sold, bought = _sums(flows, members, _buyers(shock, chains, members), chains, where, home)
    if not sold:
        do = "check the supplier and the code, or take another year: trade_year"
        raise NotInHome(message(f"no trade of {code} between them in {year}", where=where, found=dataset.name, do=do))
    parts = [part for pair, value in sold.items() for part in _parts(store, code, pair, value, chains)]
    held = [part for part in parts if part.deliveries > 0]
    if not held:
        what = f"the table knows no deliveries of {listing({part.industry for part in parts})} between them"
        raise NotInHome(message(what, where=where, do="name the industry that delivers there"))
    told: dict[str, Any] = {key: shock[key] for key in ("share", "start", "days") if key in shock}
    return [{**told, **part.cut()} for part in held], Sized(
        product=code,
        supplier=place.resolve(shock["from"], chains.year).name,
        shown_as=tuple(sorted(home)),
        buyers=_named(shock.get("to", ABROAD), chains),
        dataset=dataset,
        year=year,
        basis=held[0].basis,
        value=sum(sold.values()),
        bought=bought,
        industries=tuple(dict.fromkeys(part.industry for part in held)),
        deliveries=sum(part.deliveries for part in held),
        held=sum(part.factor * part.deliveries for part in held),
        capped=tuple(dict.fromkeys(name_of(part.buyer) for part in held if part.value > part.deliveries)),
    )


def _parts(store: Store, code: str, pair: tuple[str, str], value: float, chains: Chains) -> Iterator[_Part]:
    """The industries that make the product, between a supplier and a buyer of the table."""
    supplier, buyer = pair
    made = product_industries.allocate(store, code, chains, supplier)
    for industry, share in made.shares.items():
        delivered = _delivered(chains, supplier, industry, buyer)
        yield _Part(supplier, industry, buyer, value * share, delivered, made.basis)


def _flows(
    store: Store, code: str, scenario: Scenario, chains: Chains
) -> tuple[list[tuple[str, str, float]], Dataset, int]:
    """Exporter, importer and value of a product in the scenario's year of trade, or the table's."""
    if chains.currency != USD:
        raise BadInput(
            message(
                "a product is sized in US dollars",
                where=scenario.where,
                found=f"a table in {chains.currency}",
                do="name the industry and the share, or use a table in USD",
            )
        )
    year = scenario.trade_year or chains.year
    dataset = datasets.choose(store.catalog, table="flows", year=year, name=scenario.trade_dataset)
    rows = store.table(dataset, "flows", (year,)).filter(_.hs6 == code).select("exporter", "importer", "value_usd")
    found = [(r["exporter"], r["importer"], r["value_usd"]) for r in rows.to_pyarrow().to_pylist()]
    if not found:
        raise datasets.no_product(dataset, code, year)
    return found, dataset, year


def _sums(
    flows: Sequence[tuple[str, str, float]],
    members: set[str],
    wanted: set[str] | None,
    chains: Chains,
    where: str,
    home: set[str],
) -> tuple[dict[tuple[str, str], float], float]:
    """Value sold by pair of countries of the table, and what these buyers bought from everybody."""
    sold: dict[tuple[str, str], float] = {}
    bought = 0.0
    for exporter, importer, value in flows:
        buyer = _shown(importer, chains, where)
        if (wanted is not None and importer not in wanted) or importer in members:
            continue
        if buyer in home and wanted is None:
            continue
        bought += value
        if exporter not in members:
            continue
        supplier = _shown(exporter, chains, where)
        if supplier == buyer:
            what = f"{name_of(exporter)} and {name_of(importer)} are one in the input–output table"
            do = "take a table that shows them, or name the industry"
            raise BadInput(message(what, where=where, found=name_of(buyer), do=do))
        sold[supplier, buyer] = sold.get((supplier, buyer), 0.0) + value
    return sold, bought


def _buyers(shock: dict[str, Any], chains: Chains, suppliers: set[str]) -> set[str] | None:
    """The importers that are meant; None for all others."""
    named = shock.get("to", ABROAD)
    if named == ABROAD:
        return None
    texts = [named] if isinstance(named, str) else named
    return {member for text in texts for member in _members(text, chains)} - suppliers


def _members(text: str, chains: Chains) -> set[str]:
    if blocs.is_bloc(text):
        return set(place.resolve(text, chains.year).market or ())
    return {countries.resolve(text)}


def _shown(code: str, chains: Chains, where: str) -> str:
    """The country of the table that a country stands in."""
    owners = chains.system.industries_axis.owners
    if code in owners:
        return code
    if REST in owners:
        return REST
    do = "name a country that it shows, or use a table of the whole world"
    raise NotInHome(message(f"the input–output table does not show {countries.name(code)}", where=where, do=do))


def _delivered(chains: Chains, supplier: str, industry: str, buyer: str) -> float:
    """What an industry delivers to a country's industries and final users, money of the table."""
    system = chains.system
    rows = system.select([(supplier, industry)])
    columns = system.industries_axis.of_country(buyer)
    users = np.flatnonzero([owner == buyer for owner in system.uses_axis.countries])
    return float(system.flows[np.ix_(rows, columns)].sum() + system.demand[np.ix_(rows, users)].sum())


def _named(buyers: str | list[str], chains: Chains) -> str:
    if buyers == ABROAD:
        return "all others"
    texts = [buyers] if isinstance(buyers, str) else buyers
    return listing((place.resolve(text, chains.year).name for text in texts), 4)


def _bn(value: float) -> str:
    return f"{value / 1e9:,.2f} bn"
