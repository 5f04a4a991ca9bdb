"""Hypothetical extraction: what the world would not produce if a country, an industry or a trade link were not there.

Kinds (Miller and Blair 2009, 12.2.6; Dietzenbacher and Lahr 2013):

- `total`: the extracted industries neither buy, sell nor meet final demand.
- `purchases`: they buy no inputs from anyone (their columns of A are zero), and still sell.
- `sales`: they sell to nobody outside themselves: neither to other industries nor to final users of other countries.
  With `buyer`, they sell nothing to this country, industry or list.

No system is inverted anew. With S the extracted places, `L_S` their columns of L:

- `total`: loss `= L_S·(L_SS)⁻¹·x_S`;
- `purchases`: loss `= (L_S − E_S)·(L_SS)⁻¹·x_S` where a single place is meant, else by Woodbury's formula;
- `sales` to T: loss `= L_S·b`, `(I + A_ST·L_TS)·b = Z_ST·1 + Y_ST·1`.

For one place k the first is `l_ik·x_k / l_kk` (Sherman and Morrison), for all places at once.

It counts demand that falls away along the chain (what suppliers of the extracted do not sell any more). What buyers
lose because an input is missing is not in it: see exposure and shock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import linalg  # type: ignore[import-untyped]

from homeground.errors import UsageError, message

if TYPE_CHECKING:
    from homeground.leontief.labels import Ints
    from homeground.leontief.system import System

Floats = np.ndarray[Any, np.dtype[np.float64]]
Kind = Literal["total", "purchases", "sales"]


@dataclass(frozen=True)
class Extraction:
    """Lost output and value added by (country, industry), in money, the extracted industries' own loss included.

    `extracted` says which places were taken out.
    """

    what: str
    kind: Kind
    lost_output: pd.Series[float]
    lost_value_added: pd.Series[float]
    extracted: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]
    output: pd.Series[float]

    @property
    def total_output(self) -> float:
        """Output lost in the world."""
        return float(self.lost_output.sum())

    @property
    def total_value_added(self) -> float:
        """Value added lost in the world."""
        return float(self.lost_value_added.sum())

    def table(self) -> pd.DataFrame:
        """One row per place: country, industry, output, lost_output, lost_share, lost_value_added, extracted."""
        taken = set(self.extracted)
        frame = pd.DataFrame(
            {"output": self.output, "lost_output": self.lost_output, "lost_value_added": self.lost_value_added}
        ).reset_index()
        frame["extracted"] = [pair in taken for pair in self.lost_output.index]
        return _with_share(frame)

    def by_country(self) -> pd.DataFrame:
        """One row per country, its split parts together, largest loss first."""
        frame = self.table().assign(country=list(self.countries))
        sums = frame.groupby("country", sort=False)[["output", "lost_output", "lost_value_added"]].sum().reset_index()
        return _with_share(sums).sort_values("lost_output", ascending=False, kind="stable").reset_index(drop=True)


def of(system: System, what: Any, kind: Kind = "total", buyer: Any = None) -> Extraction:
    """Extract a country, an industry (everywhere), a pair, or a list of these: see the module for kinds.

    Raises UnknownCode for what the table does not have, UsageError for another kind or a `buyer` that has no meaning.
    """
    if kind not in get_args(Kind) or (buyer is not None and kind != "sales"):
        expected = "total, purchases or sales; a buyer goes with sales"
        found = kind if buyer is None else f"{kind} with a buyer"
        raise UsageError(message("no such extraction", found=found, expected=expected, do="correct it"))
    places = system.select(what)
    lost = {"total": _total, "purchases": _purchases}[kind](system, places) if kind != "sales" else _sales(
        system, places, buyer
    )  # fmt: skip
    axis = system.industries_axis
    return Extraction(
        what=_text(what),
        kind=kind,
        lost_output=pd.Series(lost, system.index, name="lost_output"),
        lost_value_added=pd.Series(lost * system.added_share, system.index, name="lost_value_added"),
        extracted=tuple(axis.pairs[place] for place in places),
        countries=axis.countries,
        output=system.x,
    )


def each(system: System, by: Literal["country", "industry"] = "country", kind: Kind = "total") -> pd.DataFrame:
    """Every single extraction: of each country, or of each industry of each country.

    Columns: country, industry (by industry), own_output, lost_output (in the world), lost_elsewhere (outside the
    extracted place's country), lost_value_added. Largest loss first. By industry, `total` and `purchases` come from the
    diagonal and column sums of L alone.
    """
    if kind == "sales" or by not in ("country", "industry"):
        raise UsageError(
            message("no such list of extractions", found=f"{kind} by {by}", expected="total or purchases", do="choose")
        )
    rows = _each_country(system, kind) if by == "country" else _each_place(system, kind)
    return rows.sort_values("lost_output", ascending=False, kind="stable").reset_index(drop=True)


def single_losses(system: System, kind: Kind = "total") -> Floats:
    """The loss of every place (rows) for every single extraction (columns), in money: `l_ik·x_k / l_kk`.

    For `purchases` `(L − I)_ik·x_k / l_kk`.
    """
    inverse = system.full_inverse
    losses = inverse * (system.output / np.diag(inverse))
    if kind == "purchases":
        losses[np.diag_indices_from(losses)] -= system.output / np.diag(inverse)
    return np.asarray(losses)


def _each_place(system: System, kind: Kind) -> pd.DataFrame:
    inverse, axis = system.full_inverse, system.industries_axis
    diagonal = np.diag(inverse)
    scale = system.output / diagonal
    own = 1.0 if kind == "purchases" else 0.0
    home = _home_sums(inverse, axis.owner_numbers)
    return pd.DataFrame(
        {
            "country": axis.countries,
            "industry": axis.names,
            "own_output": system.output,
            "lost_output": (inverse.sum(axis=0) - own) * scale,
            "lost_elsewhere": (inverse.sum(axis=0) - home) * scale,
            "lost_value_added": (system.added_share @ inverse - own * system.added_share) * scale,
        }
    )


def _home_sums(inverse: Floats, owners: Ints) -> Floats:
    """Sum each column of L over the places of its own country."""
    found = np.empty(len(owners))
    for owner in range(int(owners.max(initial=-1)) + 1):
        places = np.flatnonzero(owners == owner)
        found[places] = inverse[np.ix_(places, places)].sum(axis=0)
    return found


def _each_country(system: System, kind: Kind) -> pd.DataFrame:
    rows = []
    for country in system.countries:
        lost = of(system, country, kind)
        home = system.industries_axis.of_country(country)
        rows.append(
            {
                "country": country,
                "own_output": float(system.output[home].sum()),
                "lost_output": lost.total_output,
                "lost_elsewhere": lost.total_output - float(lost.lost_output.to_numpy()[home].sum()),
                "lost_value_added": lost.total_value_added,
            }
        )
    return pd.DataFrame(rows)


def _total(system: System, places: Ints) -> Floats:
    columns = system.columns_of_inverse(places)
    return np.asarray(columns @ linalg.solve(columns[places], system.output[places]))


def _purchases(system: System, places: Ints) -> Floats:
    """`(I − A + A·E·Eᵀ)⁻¹`: with `L·A·E = (L − I)·E` Woodbury's middle matrix is `L_SS`."""
    columns = system.columns_of_inverse(places)
    weights = linalg.solve(columns[places], system.output[places])
    columns[places, np.arange(len(places))] -= 1.0
    return np.asarray(columns @ weights)


def _sales(system: System, places: Ints, buyer: Any) -> Floats:
    axis, uses = system.industries_axis, system.uses_axis
    if buyer is None:
        owners = {axis.countries[place] for place in places}
        buyers = np.setdiff1d(np.arange(len(axis)), places)
        users = np.flatnonzero([country not in owners for country in uses.countries])
    else:
        buyers = np.setdiff1d(system.select(buyer), places)
        countries = {axis.countries[place] for place in buyers} if _whole_countries(system, buyers) else set()
        users = np.flatnonzero([country in countries for country in uses.countries])
    columns = system.columns_of_inverse(places)
    bought = system.coefficients(buyers)[places]
    removed = system.flows[np.ix_(places, buyers)].sum(axis=1, dtype=np.float64)
    removed += system.demand[np.ix_(places, users)].sum(axis=1, dtype=np.float64)
    lost = linalg.solve(np.eye(len(places)) + bought @ columns[buyers], removed)
    return np.asarray(columns @ lost)


def _whole_countries(system: System, buyers: Ints) -> bool:
    """Whether the buyers are all industries of their countries: then their final users are meant too."""
    owners = {system.industries_axis.countries[place] for place in buyers}
    return len(buyers) == sum(country in owners for country in system.industries_axis.countries)


def _with_share(frame: pd.DataFrame) -> pd.DataFrame:
    output = frame["output"].to_numpy()
    share = np.divide(frame["lost_output"].to_numpy(), output, out=np.full(len(frame), np.nan), where=output > 0)
    return frame.assign(lost_share=share)


def _text(what: Any) -> str:
    if isinstance(what, str):
        return what
    if isinstance(what, tuple):
        return ".".join(what)
    return ", ".join(_text(each) for each in what)
