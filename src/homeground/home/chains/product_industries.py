"""From product to industry for a table of the Home: a loaded concordance first, the packaged one else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibis import _

from homeground.codes import product_industries as codes
from homeground.codes import products
from homeground.codes.product_industries import Allocation, Classification
from homeground.errors import BadInput, UnknownCode, message
from homeground.home.chains.chains import Chains

if TYPE_CHECKING:
    from homeground.store import Dataset, Store

TABLE = "product_industries"


def allocate(store: Store, product: str, chains: Chains, supplier: str | None = None) -> Allocation:
    """The industries of an opened input–output table that make a product, with shares that sum to one.

    Where a division of ISIC falls into several industries of the table, they share by the supplier's output (the
    world's without one). Raises UnknownCode where no industry makes it, or where no way leads to the table's codes.
    """
    code = products.normalise(product)
    sizes = _output(chains, supplier)
    stated = _stated(store, code)
    for dataset, rows in stated:
        own = {row["industry"]: row["share"] for row in rows if row["classification"] == chains.dataset.name}
        if own:
            return Allocation(code, _known(own, chains, dataset.name), f"{dataset.name}: {dataset.citation}")
    known = codes.classification_of(chains.system.industries, chains.dataset.name)
    for dataset, rows in stated:
        found = [row for row in rows if row["classification"] == known.isic]
        if found:
            return _by_division(code, found, known, sizes, dataset)
    return codes.industries_of(code, known, sizes)


def _by_division(
    code: str, rows: list[dict[str, Any]], known: Classification, sizes: dict[str, float], dataset: Dataset
) -> Allocation:
    shares: dict[str, float] = {}
    for row in rows:
        if row["industry"] != codes.NOWHERE:
            division = row["industry"][:2]
            shares[division] = shares.get(division, 0.0) + row["share"]
    whole = sum(shares.values())
    if not whole:
        raise UnknownCode(
            message(f"{dataset.name} states no industry for {code}", do="name the industry itself, such as CHN.c14")
        )
    found = {division: share / whole for division, share in shares.items()}
    basis = f"{dataset.name}: {known.isic}, {', '.join(found)}"
    return Allocation(code, codes.spread(found, known, sizes), basis)


def _known(shares: dict[str, float], chains: Chains, name: str) -> dict[str, float]:
    strange = sorted(set(shares) - set(chains.system.industries))
    if strange:
        do = "use the table's own codes in the concordance"
        raise BadInput(message("an industry that the table does not have", where=name, found=strange[0], do=do))
    whole = sum(shares.values())
    return {industry: share / whole for industry, share in shares.items()}


def _output(chains: Chains, supplier: str | None) -> dict[str, float]:
    axis = chains.system.industries_axis
    sizes = dict.fromkeys(axis.kinds, 0.0)
    for (country, name), output in zip(axis.pairs, chains.system.output, strict=True):
        if supplier is None or country == supplier:
            sizes[name] += float(output)
    return sizes


def _stated(store: Store, code: str) -> list[tuple[Dataset, list[dict[str, Any]]]]:
    holders = [held for held in store.catalog.datasets.values() if TABLE in held.tables]
    return [(held, store.table(held, TABLE).filter(_.hs6 == code).to_pyarrow().to_pylist()) for held in holders]
