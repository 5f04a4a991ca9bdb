"""An economy that runs from day to day: recipes, suppliers, stocks and what binds, made from a system.

Inputs of one industry are one good, wherever they come from: a stock of steel is a stock of steel. Who delivers it is
in the shares. What the model keeps is therefore goods × buyers, not sellers × buyers. As an industry's products differ
in truth, what some suppliers deliver can be set apart as a good of its own, which no other stock replaces; without it,
the part of output that was made with it stops. The second reading is the stricter; neither is a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeground.errors import BadInput, message

if TYPE_CHECKING:
    from homeground.leontief.labels import Axis, Ints
    from homeground.leontief.system import System

Floats = np.ndarray[Any, np.dtype[np.float64]]

DAYS_OF_YEAR: Final = 365.0
RATINGS: Final = (0.0, 0.5, 1.0)
APART: Final = " of those cut"


@dataclass(frozen=True)
class Economy:
    """An economy in balance, per day; N places, G goods, C countries of users.

    `output` (N); `needs` (G × N) good per unit of output; `groups` places that make each good; `shares` per good
    (places × N) who delivers it to whom, columns sum to one where it is used; `others` the same for whom one may turn
    to; `final` (N × C) final demand; `relief` (N) what is taken from stocks of finished goods each day, where final
    demand is negative; `stock_days` (N) days for which each place holds every input; `weight` (G × N) part of a place's
    output that stops without a good; `added_share` (N) value added per unit of output. `goods` are names: industries,
    and where suppliers were set apart the industry with `APART`.
    """

    axis: Axis
    users: tuple[str, ...]
    output: Floats
    needs: Floats
    groups: tuple[Ints, ...]
    shares: tuple[Floats, ...]
    others: tuple[Floats, ...]
    goods: tuple[str, ...]
    final: Floats
    relief: Floats
    stock_days: Floats
    weight: Floats
    added_share: Floats


def economy(system: System, stock_days: Any = 30.0, rating: Any = 1.0, apart: Ints | None = None) -> Economy:
    """Make an economy from a system.

    `stock_days`: days of inputs held, one number or one per place. `rating`: how needed each good (row) is to each
    place (column), one number or G × N: 1 critical, 0.5 important, 0 neither (Pichler et al. 2022, survey of IHS
    Markit). `apart`: places whose deliveries are goods of their own. Negative flows count as zero. Raises BadInput for
    stocks under a day and for other ratings.
    """
    axis = system.industries_axis
    size = len(axis)
    flows = np.maximum(system.flows, 0.0) / DAYS_OF_YEAR
    output = np.where(system.producing, system.output, 0.0) / DAYS_OF_YEAR
    flows = np.where(system.producing, flows, 0.0)
    kinds = np.array([axis.kinds.index(name) for name in axis.names])
    own = np.zeros(size, dtype=bool)
    own[[] if apart is None else apart] = True
    numbers = [*range(len(axis.kinds)), *np.unique(kinds[own])]
    groups = tuple(np.flatnonzero(kinds == number) for number in numbers)
    delivered = tuple(
        flows[places] * (own[places] == (good >= len(axis.kinds)))[:, None] for good, places in enumerate(groups)
    )
    used = np.stack([part.sum(axis=0) for part in delivered])
    days = np.broadcast_to(np.asarray(stock_days, dtype=np.float64), (size,)).copy()
    ratings = np.broadcast_to(np.asarray(rating, dtype=np.float64), (len(axis.kinds), size))[numbers]
    _allowed(days, ratings)
    final, relief = _final_demand(system, output, flows)
    return Economy(
        axis=axis,
        users=system.uses_axis.owners,
        output=output,
        needs=_over(used, output),
        groups=groups,
        shares=tuple(_over(part, used[good]) for good, part in enumerate(delivered)),
        others=tuple(_over(flows[places], flows[places].sum(axis=0)) for places in groups),
        goods=tuple(axis.kinds[n] + (APART if good >= len(axis.kinds) else "") for good, n in enumerate(numbers)),
        final=final,
        relief=relief,
        stock_days=days,
        weight=ratings * _over(used, np.stack([flows[places].sum(axis=0) for places in groups])),
        added_share=system.added_share,
    )


def _final_demand(system: System, output: Floats, flows: Floats) -> tuple[Floats, Floats]:
    """Final demand by country of users, never negative, and the relief that makes up for what was cut off.

    What is missing to the row's output (rounding) is home final demand.
    """
    axis, uses = system.industries_axis, system.uses_axis
    owners = uses.owners
    final = np.zeros((len(axis), len(owners)))
    np.add.at(final.T, uses.owner_numbers, system.demand.T / DAYS_OF_YEAR)
    final = np.where(system.producing[:, None], np.maximum(final, 0.0), 0.0)
    rest = output - flows.sum(axis=1) - final.sum(axis=1)
    for place in np.flatnonzero(rest > 0):
        home = owners.index(axis.countries[place]) if axis.countries[place] in owners else 0
        final[place, home] += rest[place]
    return final, np.maximum(-rest, 0.0)


def _over(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


def _allowed(days: Floats, ratings: Any) -> None:
    if not np.isfinite(days).all() or (days < 1.0).any():
        found = f"{float(np.nanmin(days)):g} days"
        do = "give a day or more: what arrives today is used tomorrow"
        raise BadInput(message("a stock of less than one day", found=found, expected="1 or more", do=do))
    strange = set(np.unique(ratings)) - set(RATINGS)
    if strange:
        raise BadInput(
            message("unknown rating of an input", found=sorted(strange)[0], expected="0, 0.5 or 1", do="correct it")
        )
