"""The input–output system: `x = Z·1 + Y·1`, `A = Z·x̂⁻¹`, `x = (I − A)⁻¹·y`; factorised once, solved many times.

Notation of Miller and Blair, Input–Output Analysis (2009), chapters 2 and 3. `Z` intermediate flows (seller in the row,
buyer in the column), `Y` final demand, `x` output, `v` value added per unit of output, `L = (I − A)⁻¹`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd
from scipy import linalg, sparse  # type: ignore[import-untyped]

from homeground.errors import BadInput, listing, message
from homeground.leontief import exports as trade
from homeground.leontief import exposure, extraction, faults, paths
from homeground.leontief.labels import PARTS, Axis, Ints, Selector

if TYPE_CHECKING:
    from homeground.leontief.exposure import Exposure, Variant
    from homeground.leontief.extraction import Extraction, Kind
    from homeground.leontief.faults import Fault

Floats = np.ndarray[Any, np.dtype[np.float64]]

ROW: Final = "row {}, column {}"


class System:
    """A balanced table of who delivers to whom, in money of one year.

    `x` is the published output where it is given, otherwise the rows' sums. Value added is `x` less the column's sum:
    it so includes taxes on products and, in tables that hold them, transport margins. An industry without output, or
    with negative output, has a zero column in `A` and no shares (NaN).

    `looked_at` says that the arrays are known to hold finite numbers, so that mapped ones are not read before they are
    used.
    """

    def __init__(
        self,
        Z: Any,  # noqa: N803
        Y: Any,  # noqa: N803
        industries: Axis,
        uses: Axis,
        x: Any = None,
        *,
        looked_at: bool = False,
    ) -> None:
        self.industries_axis = industries
        self.uses_axis = uses
        self.flows = _numbers(Z, "Z", (len(industries), len(industries)), looked_at)
        self.demand = _numbers(Y, "Y", (len(industries), len(uses)), looked_at)
        given = None if x is None else _numbers(x, "x", (len(industries),), looked_at).astype(np.float64)
        self.output: Floats = self._sold() if given is None else given

    @classmethod
    def from_frames(cls, Z: Any, Y: Any, x: Any = None, *, parts: Mapping[str, str] = PARTS) -> System:  # noqa: N803
        """Make a system from pandas frames labelled (country, industry) × (country, industry or use).

        Labels are pairs, or texts `COUNTRY.INDUSTRY`. `x` is a labelled series of output, where it is published. Raises
        BadInput where Z is not square, labels repeat or do not match, or a cell is no number.
        """
        rows, columns = Axis.of(Z.index, "rows of Z", parts), Axis.of(Z.columns, "columns of Z", parts)
        _same(rows, columns, "columns of Z")
        _same(rows, Axis.of(Y.index, "rows of Y", parts), "rows of Y")
        uses = Axis.of(Y.columns, "columns of Y", parts)
        if x is not None:
            _same(rows, Axis.of(x.index, "labels of x", parts), "labels of x")
        return cls(Z.to_numpy(), Y.to_numpy(), rows, uses, None if x is None else x.to_numpy())

    @cached_property
    def discrepancy(self) -> Floats:
        """Output less the row's sum: rounding of the publisher, or a fault of the table (see `check`)."""
        return self.output - self._sold()

    def _sold(self) -> Floats:
        return np.asarray(self.flows.sum(axis=1, dtype=np.float64) + self.demand.sum(axis=1, dtype=np.float64))

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries, in the order of the table."""
        return self.industries_axis.owners

    @property
    def industries(self) -> tuple[str, ...]:
        """The industries, in the order of the table."""
        return self.industries_axis.kinds

    @property
    def uses(self) -> tuple[str, ...]:
        """The uses of final demand, in the order of the table."""
        return self.uses_axis.kinds

    @cached_property
    def index(self) -> pd.MultiIndex:
        """The labels (country, industry) of rows and columns."""
        return self.industries_axis.index()

    @property
    def Z(self) -> pd.DataFrame:  # noqa: N802
        """Intermediate flows, in money."""
        return pd.DataFrame(self.flows, self.index, self.index, copy=False)

    @property
    def Y(self) -> pd.DataFrame:  # noqa: N802
        """Final demand by country and use, in money; changes of stocks may be negative."""
        return pd.DataFrame(self.demand, self.index, self.uses_axis.index("use"), copy=False)

    @property
    def A(self) -> pd.DataFrame:  # noqa: N802
        """Technical coefficients `a_ij = z_ij / x_j`; zero columns where output is not positive."""
        return pd.DataFrame(self.coefficients(), self.index, self.index, copy=False)

    @property
    def x(self) -> pd.Series[float]:
        """Output, in money."""
        return self._series(self.output, "output")

    @property
    def final_demand(self) -> pd.Series[float]:
        """Final demand of all countries and uses together, in money."""
        return self._series(self.demand.sum(axis=1, dtype=np.float64), "final_demand")

    @property
    def value_added(self) -> pd.Series[float]:
        """Value added `x_j − Σ_i z_ij`, in money: with taxes on products, and margins where the table has them."""
        return self._series(self.added, "value_added")

    @cached_property
    def added(self) -> Floats:
        """Value added as an array."""
        return np.asarray(self.output - self.flows.sum(axis=0, dtype=np.float64))

    @cached_property
    def producing(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether an industry has positive output."""
        return np.asarray(self.output > 0)

    @cached_property
    def added_share(self) -> Floats:
        """Value added per unit of output `v`, zero where there is no output (so that `v·L` counts nothing there)."""
        return np.divide(self.added, self.output, out=np.zeros(len(self.output)), where=self.producing)

    def coefficients(self, columns: Ints | slice = slice(None)) -> Floats:
        """`A`, or some of its columns, as a new array."""
        output = np.where(self.producing[columns], self.output[columns], np.inf)
        return np.asarray(np.divide(self.flows[:, columns], output[None, :], dtype=np.float64))

    @cached_property
    def factors(self) -> tuple[Floats, Ints]:
        """The LU factors of `I − A`, made once; raises BadInput where it has no inverse."""
        matrix: Floats = np.empty(self.flows.shape, order="F")
        np.divide(self.flows, -np.where(self.producing, self.output, np.inf), out=matrix)
        matrix[np.diag_indices_from(matrix)] += 1.0
        lu, pivots = linalg.lu_factor(matrix, overwrite_a=True, check_finite=False)
        if np.abs(np.diag(lu)).min(initial=1.0) < np.finfo(float).eps:
            raise BadInput(
                message("I − A has no inverse", expected="a table with value added", do="see check() for what is wrong")
            )
        return lu, pivots

    def response(self, right: Floats) -> Floats:
        """`L·right`: the output that a final demand needs, from all tiers."""
        return np.asarray(linalg.lu_solve(self.factors, right, check_finite=False))

    def content(self, left: Floats) -> Floats:
        """`left·L`: what is used per unit of each industry's final product, from all tiers; rows are in the columns."""
        return np.asarray(linalg.lu_solve(self.factors, left, trans=1, check_finite=False))

    def columns_of_inverse(self, places: Ints) -> Floats:
        """`L` at these columns."""
        right = np.zeros((len(self.output), len(places)), order="F")
        right[places, np.arange(len(places))] = 1.0
        return self.response(right)

    @cached_property
    def full_inverse(self) -> Floats:
        """`L` as an array; formed once, on request."""
        return self.columns_of_inverse(np.arange(len(self.output)))

    def inverse(self) -> pd.DataFrame:
        """The Leontief inverse `L = (I − A)⁻¹`, formed because it was asked for; `solve` does without it."""
        return pd.DataFrame(self.full_inverse, self.index, self.index, copy=False)

    def solve(self, final_demand: Any) -> Any:
        """Output `x = L·y` for a final demand: a series or frame with these labels, or an array in their order."""
        labelled = isinstance(final_demand, pd.Series | pd.DataFrame)
        if labelled:
            _same(self.industries_axis, Axis.of(final_demand.index, "final demand", {}), "final demand")
        right = np.asarray(final_demand, dtype=np.float64)
        if right.shape[0] != len(self.output) or not np.isfinite(right).all():
            raise BadInput(
                message(
                    "not a final demand for this system",
                    found=f"shape {right.shape}",
                    expected=f"{len(self.output)} finite numbers",
                    do="give one number per country and industry",
                )
            )
        found = self.response(right)
        if found.ndim == 1:
            return self._series(found, "output")
        return pd.DataFrame(found, self.index, final_demand.columns if labelled else None)

    def select(self, what: Selector | Sequence[Selector]) -> Ints:
        """Places of a country, an industry, a pair, or a list of these (see `Axis.select`)."""
        return self.industries_axis.select(what)

    def check(self) -> tuple[Fault, ...]:
        """What is wrong or unusual in the table; empty where nothing is (see `faults.check`)."""
        return faults.check(self)

    def spectral_radius(self) -> float:
        """The largest eigenvalue of `A` in absolute value; below 1 in a table that can produce what it uses."""
        return faults.spectral_radius(self)

    def upstreamness(self) -> pd.Series[float]:
        """Average number of steps to final use, `u = (I − D)⁻¹·1`, `d_ij = z_ij / x_i`; 1 = all sold to final users.

        Antràs, Chor, Fally and Hillberry (2012). As `I − D = x̂⁻¹(I − A)x̂`, it is `x̂⁻¹·L·x`. NaN without output.
        """
        steps = np.divide(
            self.response(self.output), self.output, out=np.full(len(self.output), np.nan), where=self.producing
        )
        return self._series(steps, "upstreamness")

    def exposure(self, country: str, variant: Variant = "value_added") -> Exposure:
        """What a country's industries lean on, directly and through all tiers (see `exposure.of`)."""
        return exposure.of(self, country, variant)

    def paths(self, origin: Selector | Sequence[Selector], industry: Selector, tolerance: float = 1e-3) -> paths.Paths:
        """The chains through which an industry uses the value added of `origin`, largest first (see `paths.find`)."""
        return paths.find(self, origin, industry, tolerance)

    def exports(self, country: str) -> pd.Series[float]:
        """A country's exports by industry, in money: to industries and final users of all other countries."""
        home = self.industries_axis.of_country(country)
        return self._series(trade.vector(self, country)[home], "exports", home)

    def value_added_in_exports(self, country: str) -> pd.DataFrame:
        """Value added of every origin (rows) in the exports of each of a country's industries (columns), in money."""
        return trade.content(self, country)

    def foreign_value_added(self, country: str) -> pd.Series[float]:
        """Value added of each foreign country and industry in a country's exports, in money; its sum is the FVA."""
        return trade.foreign(self, country)

    def vertical_specialisation(self, country: str) -> float:
        """Imported inputs in exports as a share of exports (Hummels, Ishii and Yi 2001; see `exports`)."""
        return trade.vertical_specialisation(self, country)

    def participation(self, country: str) -> trade.Participation:
        """A country's place in chains: exports, domestic and foreign value added, backward and forward shares."""
        return trade.participation(self, country)

    def extract(self, what: Selector | Sequence[Selector], *, kind: Kind = "total", buyer: Any = None) -> Extraction:
        """What the world loses without a country, industry, pair or bloc (see `extraction.of`)."""
        return extraction.of(self, what, kind, buyer)

    def extract_each(self, by: Literal["country", "industry"] = "country", kind: Kind = "total") -> pd.DataFrame:
        """Every single extraction, by closed form from one inverse (see `extraction.each`)."""
        return extraction.each(self, by, kind)

    def aggregate(
        self,
        countries: Mapping[str, Sequence[str]] | None = None,
        industries: Mapping[str, Sequence[str]] | None = None,
    ) -> System:
        """Add up countries (such as a bloc) and industries; what no group names stays as it is.

        Parts of a split country are added up too. Raises UnknownCode for a member that the table does not have.
        """
        rows, row_sums = _grouped(self.industries_axis, countries, industries)
        uses, use_sums = _grouped(self.uses_axis, countries, None)
        return System(
            np.asarray((row_sums @ self.flows) @ row_sums.T),
            np.asarray((row_sums @ self.demand) @ use_sums.T),
            rows,
            uses,
            row_sums @ self.output,
        )

    def _series(self, values: Floats, name: str, places: Ints | None = None) -> pd.Series[float]:
        return pd.Series(values, self.index if places is None else self.index[places], name=name)


def _grouped(
    axis: Axis, countries: Mapping[str, Sequence[str]] | None, names: Mapping[str, Sequence[str]] | None
) -> tuple[Axis, Any]:
    """The axis after adding up, and the matrix of zeros and ones that does it."""
    to_country = _membership(countries, axis.owners)
    to_name = _membership(names, axis.kinds)
    pairs = [(to_country.get(c, c), to_name.get(n, n)) for c, n in zip(axis.countries, axis.names, strict=True)]
    places = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
    rows = [places[pair] for pair in pairs]
    shape = (len(places), len(pairs))
    return Axis.of(places, "groups", {}), sparse.csr_array((np.ones(len(pairs)), (rows, np.arange(len(pairs)))), shape)


def _membership(groups: Mapping[str, Sequence[str]] | None, known: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for group, members in (groups or {}).items():
        for member in members:
            if member in found:
                where = f"{found[member]} and {group}"
                raise BadInput(message("a member of two groups", where=where, found=member, do="name it once"))
            found[member] = group
    if strange := [member for member in found if member not in known]:
        raise BadInput(
            message("the table has no such member of a group", found=listing(strange), do="leave it out or correct it")
        )
    return found


def _numbers(values: Any, what: str, shape: tuple[int, ...], looked_at: bool = False) -> Floats:
    """The values if they are finite numbers of the right shape; raises BadInput naming the first that is not."""
    array = np.asarray(values)
    if array.shape != shape:
        expected = " × ".join(map(str, shape))
        found = " × ".join(map(str, array.shape))
        raise BadInput(
            message(f"{what} has not the shape of its labels", found=found, expected=expected, do="complete the table")
        )
    if array.dtype.kind not in "fiu":
        array = _from_text(array, what)
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    if not looked_at and not np.isfinite(array).all():
        place = tuple(int(n) for n in np.argwhere(~np.isfinite(array))[0])
        raise _no_number(what, place, array[place])
    return array


def _from_text(array: Any, what: str) -> Floats:
    try:
        return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError):
        for place in np.ndindex(*array.shape):
            try:
                float(array[place])
            except (TypeError, ValueError) as error:
                raise _no_number(what, place, array[place]) from error
        raise


def _no_number(what: str, place: tuple[int, ...], found: object) -> BadInput:
    where = f"{what}, {ROW.format(*(n + 1 for n in place))}" if len(place) == 2 else f"{what}, place {place[0] + 1}"
    return BadInput(
        message("a cell is no number", where=where, found=repr(found), expected="a finite number", do="mend the table")
    )


def _same(wanted: Axis, found: Axis, what: str) -> None:
    """Refuse labels that differ from those of Z's rows, or stand in another order."""
    if wanted.pairs == found.pairs:
        return
    if len(wanted) != len(found):
        shape = f"{len(found)} labels", f"{len(wanted)}, as in the rows of Z"
        raise BadInput(message("labels do not match", where=what, found=shape[0], expected=shape[1], do="align them"))
    place = next(n for n, (a, b) in enumerate(zip(wanted.pairs, found.pairs, strict=True)) if a != b)
    raise BadInput(
        message(
            "labels do not match",
            where=f"{what}, place {place + 1}",
            found=".".join(found.pairs[place]),
            expected=".".join(wanted.pairs[place]),
            do="put them in the order of the rows of Z; nothing is aligned by guess",
        )
    )
