"""A supply shock from day to day: who is cut off, what is in stock, who stops first, what is lost, when it is over.

After Pichler, Pangallo, del Rio-Chanona, Lafond and Farmer (2022), Forecasting the propagation of pandemic shocks with
a dynamic input–output model, Journal of Economic Dynamics and Control 144, with stocks kept by good (see `economy`).
Each day, for every place j and good g:

1. orders `O_gj = max(0, a_gj·e_j + (n_j·a_gj·x_j(0) − S_gj) / τ_j)`, e yesterday's demand, at most
   capacity, `τ_j = min(τ, n_j)`; suppliers get it by their shares; what a cut blocks is lost, or asked from the others;
2. output `x_j = min(demand, capacity, (1 − w_gj)·x_j(0) + w_gj·S_gj/a_gj)`, w the part of output that stops without
   g: 1 for critical goods, ½ for important ones, 0 for others;
3. too little is rationed: everybody the same share, or industries before final users;
4. what was delivered enters the stock and can be used the next day; `S ← max(0, S + delivered − a·x)`.

The authors, as remembered (their text was not compared), close gaps in τ days everywhere (`within_stock = False` here).
A place that holds two days of an input and takes ten to refill it cannot make up for a shortage before it stops, and
stops its customers. With stocks of a few days, as in their survey for services, a small shock then ends in a standstill
that nothing undoes; so `τ_j` is at most the days that j holds, unless asked. `ordering = "used"` lets j order for what
it made instead of what was asked of it.

Final demand that is not met is lost, not made up for. Recipes, prices and incomes stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from homeground.errors import BadInput, UsageError, message
from homeground.leontief.economy import DAYS_OF_YEAR, Economy

if TYPE_CHECKING:
    from homeground.leontief.labels import Ints

Floats = np.ndarray[Any, np.dtype[np.float64]]
Rationing = Literal["proportional", "priority"]
Ordering = Literal["used", "demand"]
NOBODY: Final = -1


@dataclass(frozen=True)
class Cut:
    """From `start` (day 0 is the first) for `days`, `share` of what `suppliers` do falls away.

    With `buyers` and `users` (places and columns of final demand) they do not deliver to these; without, they do not
    produce.
    """

    suppliers: Ints
    share: float
    start: int
    days: int
    buyers: Ints | None = None
    users: Ints | None = None

    @property
    def stops_production(self) -> bool:
        """Whether the suppliers' own output is cut, not only what they deliver to some."""
        return self.buyers is None

    def active(self, day: int) -> bool:
        """Whether it holds on a day."""
        return self.start <= day < self.start + self.days


@dataclass(frozen=True)
class Response:
    """How the economy answers.

    `rerouting`: share of blocked orders that is asked from other makers of the good. `spare`: capacity above normal
    output. `restock`: days in which a gap in stocks is closed; with `within_stock` at most the days of stock that a
    place holds. `rationing`: proportional, or priority for industries. `ordering`: inputs for what was asked
    (`demand`), or for what was made (`used`).
    """

    rerouting: float = 0.0
    spare: float = 0.0
    restock: float = 10.0
    rationing: Rationing = "proportional"
    ordering: Ordering = "demand"
    within_stock: bool = True


@dataclass(frozen=True)
class Course:
    """The course of a shock; money per day.

    `output` (days × N); `unmet` (days × C) final demand not met, by country of users; `capacity` (days × N);
    `blamed` (G × N) output lost over all days for want of each good; `stocks` (days) all inputs in stock, over normal;
    `lowest_stock` the smallest stock that was seen.
    """

    economy: Economy
    output: Floats
    capacity: Floats
    unmet: Floats
    blamed: Floats
    stocks: Floats
    lowest_stock: float

    @property
    def lost(self) -> Floats:
        """Output lost per place over all days (what was made above normal is taken off)."""
        return np.asarray((self.economy.output - self.output).sum(axis=0))

    @property
    def lost_value_added(self) -> Floats:
        """Value added lost per place over all days."""
        return self.lost * self.economy.added_share

    @property
    def level(self) -> Floats:
        """Output over normal output, days × N; 1 for places that make nothing."""
        normal = self.economy.output
        return np.asarray(np.divide(self.output, normal, out=np.ones_like(self.output), where=normal > 0))

    def first_day_below(self, level: float) -> Ints:
        """First day on which each place makes less than `level` of normal; −1 where it never does."""
        below = self.level < level
        return np.where(below.any(axis=0), below.argmax(axis=0), NOBODY)

    def recovered(self, level: float = 0.99) -> Ints:
        """First day from which each place makes at least `level` of normal to the end.

        0 where it never made less, −1 where it does not come back within the days.
        """
        below = self.level < level
        last = len(below) - below[::-1].argmax(axis=0)
        found = np.where(below.any(axis=0), last, 0)
        return np.where(found == len(below), NOBODY, found)

    def bottleneck(self) -> Ints:
        """The good for want of which each place lost most; −1 where none was missing."""
        return np.where(self.blamed.max(axis=0) > 0, self.blamed.argmax(axis=0), NOBODY)


@dataclass(frozen=True)
class _Situation:
    """What holds as long as the same cuts do: capacity, shares, final demand as it is asked."""

    capacity: Floats
    shares: tuple[Floats, ...]
    sums: tuple[Floats, ...]
    final: Floats


def simulate(
    economy: Economy,
    cuts: Sequence[Cut],
    response: Response = Response(),
    days: int = 365,
    watch: Callable[[float], None] = lambda done: None,
) -> Course:
    """Run the economy for `days` under the cuts; raises UsageError or BadInput for a scenario that makes no sense."""
    _sensible(cuts, response, days)
    return _Run(economy, cuts, response, days).run(watch)


class _Run:
    def __init__(self, economy: Economy, cuts: Sequence[Cut], response: Response, days: int) -> None:
        self.economy, self.cuts, self.response, self.days = economy, cuts, response, days
        size = len(economy.output)
        self.target = economy.needs * economy.output * economy.stock_days
        self.stock = self.target.copy()
        held = economy.stock_days if response.within_stock else np.inf
        self.restock = np.minimum(response.restock, held) * np.ones(size)
        self.expected = economy.output.copy()
        self.used = economy.needs > 0
        self.binds = self.used & (economy.weight > 0)
        self.blamed = np.zeros_like(economy.needs)
        self.output, self.capacity = np.empty((days, size)), np.empty((days, size))
        self.unmet = np.empty((days, economy.final.shape[1]))
        self.stocks = np.empty(days)
        self.lowest = 0.0
        self.whole = max(float(self.target.sum()), np.finfo(float).tiny)

    def run(self, watch: Callable[[float], None]) -> Course:
        before: tuple[int, ...] | None = None
        for day in range(self.days):
            now = tuple(number for number, cut in enumerate(self.cuts) if cut.active(day))
            if now != before:
                situation, before = _situation(self.economy, [self.cuts[n] for n in now], self.response), now
            self._day(day, situation)
            watch((day + 1) / self.days)
        return Course(self.economy, self.output, self.capacity, self.unmet, self.blamed, self.stocks, self.lowest)

    def _day(self, day: int, situation: _Situation) -> None:
        eco = self.economy
        orders = self.target - self.stock
        orders /= self.restock
        orders += eco.needs * self.expected
        np.maximum(orders, 0.0, out=orders)
        asked = np.zeros(len(eco.output))
        for good, places in enumerate(eco.groups):
            asked[places] += situation.shares[good] @ orders[good]
        final = situation.final.sum(axis=1)
        wanted = np.maximum(asked + final - eco.relief, 0.0)
        made = self._make(np.minimum(wanted, situation.capacity))
        to_industry, to_final = self._ration(made + eco.relief, asked, final)
        used = eco.needs * made
        for good, places in enumerate(eco.groups):
            met = to_industry[places]
            orders[good] *= situation.sums[good] if met.min() == 1.0 else met @ situation.shares[good]
        self.stock += orders
        self.stock -= used
        self.lowest = min(self.lowest, float(self.stock[eco.weight == 1.0].min(initial=0.0)))
        np.maximum(self.stock, 0.0, out=self.stock)
        self.expected = made if self.response.ordering == "used" else np.minimum(wanted, situation.capacity)
        self.output[day], self.capacity[day] = made, situation.capacity
        self.unmet[day] = eco.final.sum(axis=0) - to_final @ situation.final
        self.stocks[day] = self.stock.sum() / self.whole

    def _make(self, possible: Floats) -> Floats:
        """Output under the limits of goods that bind; what is lost is put down to the scarcest."""
        eco = self.economy
        reach = np.divide(self.stock, eco.needs, out=np.zeros_like(self.stock), where=self.used)
        limit = np.where(self.binds, (1.0 - eco.weight) * eco.output + eco.weight * reach, np.inf)
        scarcest = limit.argmin(axis=0)
        places = np.arange(len(possible))
        made = np.minimum(possible, limit[scarcest, places])
        self.blamed[scarcest, places] += possible - made
        return np.asarray(made)

    def _ration(self, supply: Floats, asked: Floats, final: Floats) -> tuple[Floats, Floats]:
        """Shares of orders and of final demand that are met, at most all of them."""
        if self.response.rationing == "proportional":
            met = _part(supply, asked + final)
            return met, met
        first = _part(supply, asked)
        return first, _part(supply - first * asked, final)


def _part(supply: Floats, demand: Floats) -> Floats:
    return np.minimum(np.divide(supply, demand, out=np.ones_like(demand), where=demand > 0), 1.0)


def _situation(economy: Economy, cuts: Sequence[Cut], response: Response) -> _Situation:
    capacity = economy.output * (1.0 + response.spare)
    for cut in cuts:
        if cut.stops_production:
            capacity[cut.suppliers] = economy.output[cut.suppliers] * (1.0 - cut.share)
    shares = tuple(
        _redirected(share, economy.others[good], *_kept(economy, places, cuts, users=False), response.rerouting)
        for good, (places, share) in enumerate(zip(economy.groups, economy.shares, strict=True))
    )
    final = economy.final.copy()
    for places in economy.groups[: len(economy.axis.kinds)]:
        kept = _kept(economy, places, cuts, users=True)
        final[places] = _redirected(economy.final[places], economy.final[places], *kept, response.rerouting)
    return _Situation(capacity, shares, tuple(share.sum(axis=0) for share in shares), final)


def _kept(economy: Economy, places: Ints, cuts: Sequence[Cut], *, users: bool) -> tuple[Any, Any]:
    """What cuts leave of deliveries to buyers (or users), and of production; None where none touches these places."""
    blocked = stopped = None
    shape = (len(places), economy.final.shape[1] if users else len(economy.output))
    for cut in cuts:
        rows = np.flatnonzero(np.isin(places, cut.suppliers))
        columns = cut.users if users else cut.buyers
        if not rows.size:
            continue
        if cut.stops_production:
            stopped = np.ones((len(places), 1)) if stopped is None else stopped
            stopped[rows] *= 1.0 - cut.share
        elif columns is not None:
            blocked = np.ones(shape) if blocked is None else blocked
            blocked[np.ix_(rows, columns)] *= 1.0 - cut.share
    return blocked, stopped


def _redirected(flows: Floats, others: Floats, blocked: Any, stopped: Any, rerouting: float) -> Floats:
    """Who is asked, when some may not deliver (`blocked`) and some cannot make it (`stopped`).

    Of the orders that fall away in either case, the share `rerouting` is asked from those that are open, by their size
    (`others`). What is not moved is lost where deliveries are blocked, and stays with the stopped to be rationed.
    """
    if blocked is None and stopped is None:
        return flows
    blocks = np.ones((1, 1)) if blocked is None else blocked
    stops = np.ones((1, 1)) if stopped is None else stopped
    free = others * ((blocks == 1.0) & (stops == 1.0))
    total = free.sum(axis=0)
    moves = np.where(total > 0, rerouting, 0.0)
    through = flows * blocks
    moved = through * (1.0 - stops) * moves
    back = ((flows - through) * moves + moved).sum(axis=0)
    return np.asarray(through - moved + np.divide(free, total, out=np.zeros_like(free), where=total > 0) * back)


def _sensible(cuts: Sequence[Cut], response: Response, days: int) -> None:
    if days < 1:
        raise UsageError(message("no day to simulate", found=days, expected="1 or more", do="correct it"))
    for what, value, low, high in (
        ("rerouting", response.rerouting, 0.0, 1.0),
        ("spare", response.spare, 0.0, 10.0),
        ("restock", response.restock, 1.0, DAYS_OF_YEAR),
    ):
        if not low <= value <= high:
            raise BadInput(
                message(f"{what} out of range", found=value, expected=f"{low:g} to {high:g}", do="correct it")
            )
    _one_of("rationing", response.rationing, get_args(Rationing))
    _one_of("ordering", response.ordering, get_args(Ordering))
    for number, cut in enumerate(cuts, 1):
        if not 0.0 < cut.share <= 1.0:
            expected = "above 0, at most 1 (1 = all)"
            raise BadInput(
                message(
                    "a shock of this share", where=f"shock {number}", found=cut.share, expected=expected, do="correct"
                )
            )
        if cut.start < 0 or cut.days < 1 or cut.start >= days:
            where, found = f"shock {number}", f"start {cut.start} for {cut.days} days"
            raise BadInput(
                message(
                    "a shock outside of the days", where=where, found=found, expected=f"within {days} days", do="mend"
                )
            )
    _no_contradiction(cuts)


def _one_of(what: str, found: str, known: tuple[str, ...]) -> None:
    if found not in known:
        expected = " or ".join(known)
        raise BadInput(message(f"unknown {what}", found=repr(found), expected=expected, do="choose one"))


def _no_contradiction(cuts: Sequence[Cut]) -> None:
    for later, cut in enumerate(cuts):
        for earlier, other in enumerate(cuts[:later]):
            together = cut.start < other.start + other.days and other.start < cut.start + cut.days
            if together and np.intersect1d(cut.suppliers, other.suppliers).size and _same_buyers(cut, other):
                raise BadInput(
                    message(
                        "two shocks cut the same deliveries on the same days",
                        where=f"shocks {earlier + 1} and {later + 1}",
                        expected="one share per supplier, buyer and day",
                        do="let one begin when the other ends, or join them",
                    )
                )


def _same_buyers(one: Cut, other: Cut) -> bool:
    if one.buyers is None or other.buyers is None:
        return True
    return bool(np.intersect1d(one.buyers, other.buyers).size)
