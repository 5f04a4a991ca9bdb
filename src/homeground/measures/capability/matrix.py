"""A matrix of countries by products that carries its labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from homeground.errors import BadInput, listing, message

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Labels: TypeAlias = "Sequence[str] | pa.ChunkedArray"


@dataclass(frozen=True, eq=False)
class Matrix:
    """Values of countries (rows) by products (columns); labels occur once and fit the values."""

    countries: tuple[str, ...]
    products: tuple[str, ...]
    values: FloatArray

    def __post_init__(self) -> None:
        """Refuse labels that do not fit."""
        require_labels(self.countries, self.products, self.values.shape)

    @classmethod
    def pivot(cls, countries: Labels, products: Labels, values: Iterable[float]) -> Matrix:
        """Lay out a long table: one row per country and product; a pair without a row is 0. Labels come out sorted.

        Raises BadInput for a pair that occurs twice, and for values that are missing or negative.
        """
        return cls.pivots(countries, products, values)[0]

    @classmethod
    def pivots(cls, countries: Labels, products: Labels, *columns: Iterable[float]) -> tuple[Matrix, ...]:
        """Lay out several columns of one long table, as `pivot` does each; the matrices have the same labels."""
        (rows, row), (goods, good) = _coded(countries), _coded(products)
        place = row * len(goods) + good
        _require_once(place, rows, goods)
        return tuple(cls(rows, goods, _laid(place, column, (len(rows), len(goods)))) for column in columns)

    def require_like(self, other: Matrix) -> None:
        """Raise BadInput unless both matrices have the same labels in the same order."""
        for kind in ("countries", "products"):
            mine, theirs = getattr(self, kind), getattr(other, kind)
            if mine != theirs:
                apart = next((pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]), None)
                found, expected = apart or (f"{len(mine)} labels", f"{len(theirs)} labels")
                raise BadInput(
                    message(f"{kind} of two matrices differ", found=found, expected=expected, do="align them first")
                )

    def row(self, country: str, products: Sequence[str]) -> FloatArray:
        """Return a country's values in the order of `products`; 0 where it or the product is not in the matrix."""
        taken = np.zeros(len(products))
        if country in self.countries:
            mine = dict(zip(self.products, self.values[self.countries.index(country)].tolist(), strict=True))
            taken[:] = [mine.get(product, 0.0) for product in products]
        return taken


def require_labels(countries: Sequence[str], products: Sequence[str], shape: tuple[int, ...]) -> None:
    """Raise BadInput unless labels are unique and as many as rows and columns."""
    if shape != (len(countries), len(products)):
        raise BadInput(
            message(
                "labels do not fit the matrix",
                found=f"{len(countries)} × {len(products)} labels",
                expected=" × ".join(map(str, shape)),
                do="give one label per row and column",
            )
        )
    for kind, labels in (("countries", countries), ("products", products)):
        if len(set(labels)) != len(labels):
            twice = sorted({label for label in labels if labels.count(label) > 1})
            raise BadInput(message(f"{kind} occur twice", found=listing(twice), expected="each once", do="sum them"))


def _laid(place: NDArray[np.int64], values: Iterable[float], shape: tuple[int, int]) -> FloatArray:
    filled = np.asarray(values, dtype=np.float64)
    _require_known(filled)
    laid = np.zeros(shape[0] * shape[1])
    laid[place] = filled
    return laid.reshape(shape)


def _require_known(values: FloatArray) -> None:
    unknown, negative = int(np.isnan(values).sum()), int((values < 0).sum())
    if unknown or negative or np.isinf(values).any():
        raise BadInput(
            message(
                "values cannot be laid out",
                found=f"{unknown} missing, {negative} negative, {int(np.isinf(values).sum())} infinite",
                expected="0 or more, each known",
                do="leave out the rows without a value, or find it; missing is not zero",
            )
        )


def _require_once(place: NDArray[np.int64], rows: Sequence[str], columns: Sequence[str]) -> None:
    times = np.bincount(place, minlength=1)
    if times.max() > 1:
        row, column = divmod(int(np.argmax(times > 1)), len(columns))
        raise BadInput(
            message(
                "country and product occur twice",
                found=f"{rows[row]} {columns[column]}, of {int((times > 1).sum())} such pairs",
                expected="each pair once",
                do="sum them, or load the file with a mapping that does",
            )
        )


def _coded(labels: Labels) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the distinct labels in order, and for each row the place of its label among them."""
    column = labels if isinstance(labels, pa.ChunkedArray) else pa.chunked_array([pa.array(labels, pa.string())])
    encoded = column.combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    order = sorted(range(len(words)), key=words.__getitem__)
    place = np.empty(len(words), np.int64)
    place[order] = np.arange(len(words))
    return tuple(words[i] for i in order), place[encoded.indices.to_numpy(zero_copy_only=False)]
