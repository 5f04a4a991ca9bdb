"""Growth by source: what part came from home demand, exports, import substitution and technology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy import linalg  # type: ignore[import-untyped]

from homeground.errors import BadInput, message
from homeground.leontief import exports

if TYPE_CHECKING:
    from homeground.leontief.system import System

Floats = np.ndarray[Any, np.dtype[np.float64]]
TERMS = ("domestic_demand", "exports", "substitution_final", "substitution_intermediate", "technology", "discrepancy")


def chenery(
    before: System, after: System, country: str, weights: Literal["mean", "first", "last"] = "mean"
) -> pd.DataFrame:
    """Split the growth of a country's output into terms that sum to `ΔX` exactly (Chenery, Shishido, Watanabe 1962).

    Per good i: W = uses by home industries, D = by home final users, each from home and abroad; `u^w`, `u^f` their
    home shares; `W = A·X`; E exports. `X = û^w·W + û^f·D + E (+ discrepancy of the table)`. With R = `(I − û^w·A)⁻¹`:
    `ΔX = R·û^f·ΔD + R·ΔE + R·Δû^f·D + R·Δû^w·W + R·û^w·ΔA·X + R·Δdiscrepancy`: home demand, exports, import
    substitution in final and in intermediate use, technology. `first` takes R and the shares of the first year (and
    D, W, X of the last), `last` the other way round, `mean` the mean of both. In money of each year: growth includes
    prices.

    Columns: industry, first, last, change and the terms. Raises BadInput where the industries differ.
    """
    first, last = _account(before, country), _account(after, country)
    if first["names"] != last["names"]:
        raise BadInput(message("the industries of the two tables differ", where=country, do="aggregate them alike"))
    _same_shares_where_nothing_was_used(first, last)
    if weights == "mean":
        pairs = [(first, last, 1.0), (last, first, -1.0)]
    else:
        pairs = [(first, last, 1.0)] if weights == "first" else [(last, first, -1.0)]
    terms = np.mean([sign * _terms(start, end) for start, end, sign in pairs], axis=0)
    return pd.DataFrame(
        {
            "industry": first["names"],
            "first": first["x"],
            "last": last["x"],
            "change": last["x"] - first["x"],
            **{name: terms[:, place] for place, name in enumerate(TERMS)},
        }
    )


def _account(system: System, country: str) -> dict[str, Any]:
    axis, uses = system.industries_axis, system.uses_axis
    home, users = axis.of_country(country), uses.of_country(country)
    names = [axis.names[place] for place in home]
    used = _by_good(system, system.flows[:, home], names)
    final = _by_good(system, system.demand[:, users].sum(axis=1, keepdims=True), names)[:, 0]
    output = system.output[home]
    used = np.where(output > 0, used, 0.0)
    here_used = np.where(output > 0, system.flows[np.ix_(home, home)], 0.0).sum(axis=1, dtype=np.float64)
    here_final = system.demand[np.ix_(home, users)].sum(axis=1, dtype=np.float64)
    sold = exports.vector(system, country)[home]
    return {
        "names": names,
        "x": output,
        "A": used / np.where(output > 0, output, np.inf),
        "W": used.sum(axis=1),
        "D": final,
        "E": sold,
        "here_w": here_used,
        "here_f": here_final,
        "rest": output - here_used - here_final - sold,
    }


def _by_good(system: System, columns: Any, names: list[str]) -> Floats:
    """Add up the goods of all countries, for the industries of one."""
    axis = system.industries_axis
    places = {name: number for number, name in enumerate(names)}
    found = np.zeros((len(names), columns.shape[1]))
    known = np.array([places.get(name, -1) for name in axis.names])
    np.add.at(found, known[known >= 0], columns[known >= 0])
    return found


def _same_shares_where_nothing_was_used(first: dict[str, Any], last: dict[str, Any]) -> None:
    """A good that nobody used has no home share: it gets that of the other year, so that no substitution shows."""
    for use, here, share in (("W", "here_w", "u_w"), ("D", "here_f", "u_f")):
        shares = [
            np.divide(a[here], a[use], out=np.full_like(a[use], np.nan), where=a[use] != 0) for a in (first, last)
        ]
        for account, own, other in ((first, *shares), (last, *reversed(shares))):
            account[share] = np.where(np.isnan(own), np.where(np.isnan(other), 0.0, other), own)


def _terms(start: dict[str, Any], end: dict[str, Any]) -> Floats:
    spread = start["u_w"][:, None] * start["A"]
    right = np.column_stack(
        [
            start["u_f"] * (end["D"] - start["D"]),
            end["E"] - start["E"],
            (end["u_f"] - start["u_f"]) * end["D"],
            (end["u_w"] - start["u_w"]) * end["W"],
            start["u_w"] * ((end["A"] - start["A"]) @ end["x"]),
            end["rest"] - start["rest"],
        ]
    )
    return np.asarray(linalg.solve(np.eye(len(spread)) - spread, right))
