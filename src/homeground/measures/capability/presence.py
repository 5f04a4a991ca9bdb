"""Who makes what: revealed comparative advantage above a threshold, between the countries and products that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from homeground.errors import BadInput, message
from homeground.measures.capability.conventions import Conventions, Filters
from homeground.measures.capability.matrix import BoolArray, FloatArray, Matrix, require_labels


@dataclass(frozen=True)
class LeftOut:
    """A country or product that does not count, and why."""

    code: str
    kind: Literal["country", "product"]
    reason: str


@dataclass(frozen=True, eq=False)
class Presence:
    """M: whether a country (row) makes a product (column), and what was left out on the way."""

    countries: tuple[str, ...]
    products: tuple[str, ...]
    m: BoolArray
    left_out: tuple[LeftOut, ...] = ()

    def __post_init__(self) -> None:
        """Refuse labels that do not fit."""
        require_labels(self.countries, self.products, self.m.shape)

    @property
    def diversity(self) -> FloatArray:
        """Number of products that each country makes."""
        return np.asarray(self.m.sum(axis=1), dtype=np.float64)

    @property
    def ubiquity(self) -> FloatArray:
        """Number of countries that make each product."""
        return np.asarray(self.m.sum(axis=0), dtype=np.float64)


def presence(
    rca: Matrix,
    exports: Matrix,
    conventions: Conventions | None = None,
    filters: Filters | None = None,
    population: Mapping[str, float] | None = None,
) -> Presence:
    """Decide who makes what: M_cp = 1 where the revealed comparative advantage reaches the threshold.

    In: advantage and exports (USD) of one year with the same labels, which raise BadInput where they differ; persons by
    country where known. Filters come first (a country without a known population passes that one), then countries that
    make nothing and products that nobody makes are left out, because no index of them exists. `left_out` names all.
    Advantage is not recomputed after filtering: it is measured against all the world's exports.
    """
    rca.require_like(exports)
    chosen = conventions or Conventions()
    out: list[LeftOut] = []
    rows = np.array([_keep_country(code, x, filters, population, out) for code, x in _totals(exports, 1)], dtype=bool)
    columns = np.array([_keep_product(code, x, filters, out) for code, x in _totals(exports, 0)], dtype=bool)
    countries, products = _chosen(rca.countries, rows), _chosen(rca.products, columns)
    m = rca.values[rows][:, columns] >= chosen.threshold
    busy, made = m.any(axis=1), m.any(axis=0)
    out += [LeftOut(code, "country", "no product with advantage") for code in _chosen(countries, ~busy)]
    out += [LeftOut(code, "product", "no country with advantage") for code in _chosen(products, ~made)]
    return Presence(_chosen(countries, busy), _chosen(products, made), m[busy][:, made], tuple(out))


def components(m: BoolArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the connected parts of the graph of countries and products: labels of rows and of columns, from 0."""
    rows, columns = np.full(m.shape[0], -1), np.full(m.shape[1], -1)
    part = 0
    for start in range(m.shape[0]):
        if rows[start] >= 0:
            continue
        reached = np.zeros(m.shape[0], dtype=bool)
        reached[start] = True
        while True:
            goods = m[reached].any(axis=0)
            grown = m[:, goods].any(axis=1) | reached
            if (grown == reached).all():
                break
            reached = grown
        rows[reached], columns[goods] = part, part
        part += 1
    return rows.astype(np.int64), columns.astype(np.int64)


def largest_component(of: Presence) -> Presence:
    """Keep the connected part with most countries (of equal ones the first); the others are reported as left out."""
    rows, columns = components(of.m)
    if len(rows) == 0 or rows.max() == 0:
        return of
    main = int(np.bincount(rows).argmax())
    reason = "shares no product, directly or by others, with the main group"
    out = [LeftOut(code, "country", reason) for code in _chosen(of.countries, rows != main)]
    out += [
        LeftOut(code, "product", "made only outside the main group") for code in _chosen(of.products, columns != main)
    ]
    return replace(
        of,
        countries=_chosen(of.countries, rows == main),
        products=_chosen(of.products, columns == main),
        m=of.m[rows == main][:, columns == main],
        left_out=(*of.left_out, *out),
    )


def require_some(of: Presence) -> None:
    """Raise BadInput where nothing is left to compute on."""
    if of.m.size == 0:
        raise BadInput(
            message(
                "no country makes any product",
                found=f"{len(of.countries)} countries, {len(of.products)} products, {len(of.left_out)} left out",
                expected="some of each",
                do="lower the filters",
            )
        )


def _totals(exports: Matrix, axis: int) -> list[tuple[str, float]]:
    labels = exports.countries if axis else exports.products
    return list(zip(labels, exports.values.sum(axis=axis).tolist(), strict=True))


def _keep_country(
    code: str, usd: float, filters: Filters | None, population: Mapping[str, float] | None, out: list[LeftOut]
) -> bool:
    if filters is None:
        return True
    people = (population or {}).get(code)
    reason = ""
    if code in filters.leave_out:
        reason = "stands for no single country"
    elif people is not None and people < filters.min_population:
        reason = f"population {people:,.0f} is below {filters.min_population:,.0f}"
    elif usd < filters.min_exports_usd:
        reason = f"exports {usd / 1e6:,.1f} M USD are below {filters.min_exports_usd / 1e6:,.1f} M USD"
    return _kept(code, "country", reason, out)


def _keep_product(code: str, usd: float, filters: Filters | None, out: list[LeftOut]) -> bool:
    if filters is None:
        return True
    reason = ""
    if code[:2] in filters.leave_out:
        reason = "not a good of the nomenclature"
    elif usd < filters.min_product_usd:
        reason = f"world trade {usd / 1e6:,.1f} M USD is below {filters.min_product_usd / 1e6:,.1f} M USD"
    return _kept(code, "product", reason, out)


def _kept(code: str, kind: Literal["country", "product"], reason: str, out: list[LeftOut]) -> bool:
    if reason:
        out.append(LeftOut(code, kind, reason))
    return not reason


def _chosen(labels: tuple[str, ...], keep: BoolArray) -> tuple[str, ...]:
    return tuple(label for label, kept in zip(labels, keep.tolist(), strict=True) if kept)
