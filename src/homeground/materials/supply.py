"""What more of a good is at hand: what is left over, and what idle capacity could make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeground.materials.balance import Balance
from homeground.materials.book import Book, Line, Process
from homeground.materials.contents import Content, makers, own_costs, per_unit, weights


@dataclass(frozen=True)
class State:
    """A book with its balances and contents: everything that findings are made of.

    `chain`: contents with each good sourced as it is today; `border`: with everything traded at its border price.
    """

    book: Book
    held: Mapping[str, Balance]
    chain: Mapping[str, Content]
    border: Mapping[str, Content]


@dataclass(frozen=True)
class Supply:
    """Units of a good a year that could be had: `left` over, and `more` from idle capacity; what limits the latter."""

    left: float
    more: float
    limits: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """Both together."""
        return self.left + self.more


@dataclass(frozen=True)
class Cost:
    """What some units cost: USD through the whole chain, USD of the first tier, home money; what is not known."""

    usd: float
    first_tier: float
    home: float
    missing: tuple[str, ...]


def at_hand(state: State, good: str, seen: frozenset[str] = frozenset()) -> Supply:
    """Find what is left of a good and what idle capacity adds; capacity is bound by inputs that cannot be imported."""
    left = state.held[good].surplus if good in state.held else float("inf")
    more, limits = 0.0, []
    for process in state.book.processes.values():
        made = sum(line.quantity for line in process.outputs if line.good == good)
        if made and process.id not in seen:
            activity, limit = idle(state, process, seen)
            more += activity * made
            limits += limit
    return Supply(left, more, tuple(limits))


def idle(state: State, process: Process, seen: frozenset[str] = frozenset()) -> tuple[float, list[str]]:
    """Return the activity that could be added, and what binds it; 0 where no capacity is stated."""
    if process.capacity is None:
        return 0.0, [f"capacity of {process.name} not stated"]
    room, limits = max(0.0, process.capacity - process.level), [f"capacity of {process.name}"]
    for _line, good, quantity in state.book.drawn(process):
        held = state.book.goods[good]
        if held.free or held.traded or not quantity:
            continue
        supply = at_hand(state, good, seen | {process.id})
        if supply.total / quantity < room:
            room, limits = supply.total / quantity, [f"{held.name} at home"]
    return room, limits


def run_cost(state: State, process: Process, output: Line, activity: float, spared: str = "") -> Cost:
    """Cost some activity of a process, as far as this output bears it; inputs are sourced as they are today.

    `spared` is a good that is thrown away today: the line that it fills costs its home price, or nothing.
    """
    usd, home, lacking = own_costs(state.book, process)
    first, missing = usd, list(lacking)
    for line in process.inputs:
        if _fills(state, line, spared):
            home += (state.book.goods[spared].home_price or 0.0) * line.quantity
        elif line.is_group and not _uses(state, process, line):
            missing.append(f"which members of {state.book.name(line.good)} {process.name} would use")
    for line, good, quantity in state.book.drawn(process):
        if state.book.goods[good].free or _fills(state, line, spared):
            continue
        content = state.chain[good]
        usd, home = usd + quantity * content.usd, home + quantity * content.home
        first += quantity * state.held[good].import_share * (state.book.goods[good].price or 0.0)
        missing += content.missing
    scale = activity * per_unit(state.book, process, output.good) * output.quantity
    return Cost(scale * usd, scale * first, scale * home, tuple(dict.fromkeys(missing)))


def cost_of(state: State, good: str, units: float, supply: Supply) -> Cost:
    """Cost `units` of a good made at home: first what is left over, then what idle capacity makes.

    By-products that are left over cost their home price, or nothing; other goods what their making takes.
    """
    over = min(units, supply.left)
    home_price = state.book.goods[good].home_price
    if state.held[good].thrown_away >= over > 0:
        rest = _made(state, good, units - over) if units > over else Cost(0.0, 0.0, 0.0, ())
        return Cost(rest.usd, rest.first_tier, rest.home + (home_price or 0.0) * over, rest.missing)
    return _made(state, good, units)


def _made(state: State, good: str, units: float) -> Cost:
    found = makers(state.book).get(good, [])
    if not found:
        content = state.chain[good]
        return Cost(units * content.usd, 0.0, units * content.home, content.missing)
    usd = first = home = 0.0
    missing: list[str] = []
    for process, weight in zip(found, weights(found, good), strict=True):
        line = next(line for line in process.outputs if line.good == good)
        cost = run_cost(state, process, line, weight * units / line.quantity)
        usd, first, home = usd + cost.usd, first + cost.first_tier, home + cost.home
        missing += cost.missing
    return Cost(usd, first, home, tuple(dict.fromkeys(missing)))


def _fills(state: State, line: Line, good: str) -> bool:
    return bool(good) and (
        line.good == good or (line.is_group and state.book.groups[line.good].member(good) is not None)
    )


def _uses(state: State, process: Process, line: Line) -> bool:
    return any(process.uses.get(member.good) for member in state.book.groups[line.good].members)
