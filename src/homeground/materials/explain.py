"""Everything that could stand in for one good: other members of its groups, making it at home, winning it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from homeground.materials.book import Group, Line, Member, Process
from homeground.materials.findings import number
from homeground.materials.substitutes import options, quality, ratio, unfit
from homeground.materials.supply import State, idle, run_cost

Kind = Literal["other good", "own making", "recovery"]


@dataclass(frozen=True)
class Way:
    """One way to do without an imported good.

    `quantity` of the good that it replaces a year, None where no running process uses the good; `quantity_instead` of
    what takes its place. Money as in `Finding`, a year; of ways without a quantity per unit of the good.
    """

    kind: Kind
    name: str
    where: str
    verdict: str
    why: str
    quality: str
    quantity: float | None
    unit: str
    quantity_instead: float | None
    unit_instead: str
    gross_usd: float | None
    inputs_usd: float | None
    home_cost: float | None
    drc_ratio: float | None
    missing: tuple[str, ...]

    @property
    def net_usd(self) -> float | None:
        """Foreign currency saved, net of what the way itself takes."""
        return None if self.gross_usd is None or self.inputs_usd is None else self.gross_usd - self.inputs_usd


def ways(state: State, good: str) -> list[Way]:
    """List the ways, those that save most first."""
    found = [*_used_today(state, good), *_by_group(state, good), *_made(state, good), *_won_back(state, good)]
    return sorted(found, key=lambda way: (way.verdict != "fits", way.quantity is None, -(way.net_usd or 0.0)))


def _used_today(state: State, good: str) -> Iterator[Way]:
    for option in options(state):
        if option.used == good:
            yield Way(
                kind="other good",
                name=state.book.name(option.good),
                where=state.book.name(option.process),
                verdict=option.verdict,
                why="; ".join(option.reasons) if option.verdict == "fits" else option.why,
                quality=option.quality,
                quantity=option.quantity,
                unit=state.book.unit(good),
                quantity_instead=option.quantity_instead,
                unit_instead=state.book.unit(option.good),
                gross_usd=option.gross_usd,
                inputs_usd=option.inputs_usd,
                home_cost=option.home_cost,
                drc_ratio=ratio(state, option.home_cost, option.gross_usd, option.inputs_usd, option.missing),
                missing=option.missing,
            )


def _by_group(state: State, good: str) -> Iterator[Way]:
    """Members of the good's groups, where no running process uses it: what is known without quantities."""
    seen = {option.group for option in options(state) if option.used == good}
    for group in state.book.groups.values():
        used = group.member(good)
        if used is not None and group.id not in seen:
            yield from (_member(state, group, used, other) for other in group.members if other.good != good)


def _member(state: State, group: Group, used: Member, other: Member) -> Way:
    verdict, why = unfit(group, state, other.good)
    unit, unit_instead = state.book.unit(used.good), state.book.unit(other.good)
    cap = f"; at most {100 * other.cap:.0f} % of the work" if other.cap < 1 else ""
    return Way(
        kind="other good",
        name=state.book.name(other.good),
        where=group.name,
        verdict=verdict,
        why=f"{why}; {number(other.ratio / used.ratio)} {unit_instead} in place of 1 {unit}{cap}",
        quality=quality(state, group, used, other),
        quantity=None,
        unit=unit,
        quantity_instead=None,
        unit_instead=unit_instead,
        gross_usd=None,
        inputs_usd=None,
        home_cost=None,
        drc_ratio=None,
        missing=(),
    )


def _made(state: State, good: str) -> Iterator[Way]:
    for process in state.book.processes.values():
        for line in process.outputs:
            if line.good == good:
                yield _making(state, process, good)


def _making(state: State, process: Process, good: str) -> Way:
    """Making the good: as much as is imported and idle capacity allows; of a process without capacity, one unit."""
    line = next(line for line in process.outputs if line.good == good)
    held, of = state.held[good], state.book.goods[good]
    room, limits = idle(state, process)
    units = min(room * line.quantity, held.imports + held.shortfall)
    per = units if units > 0 else 1.0
    cost = run_cost(state, process, line, per / line.quantity)
    gross = None if of.price is None else per * of.price
    missing = cost.missing + ((f"border price of {of.name}",) if gross is None else ())
    verdict = "fits" if units > 0 else "no idle capacity" if process.capacity is not None else "capacity not stated"
    return Way(
        kind="own making",
        name=process.name,
        where="",
        verdict=verdict,
        why=_takes(state, process, line) + (f"; bound by {', '.join(limits)}" if units > 0 else ""),
        quality="the same good",
        quantity=units or None,
        unit=of.unit,
        quantity_instead=units or None,
        unit_instead=of.unit,
        gross_usd=gross,
        inputs_usd=cost.usd,
        home_cost=cost.home,
        drc_ratio=ratio(state, cost.home, gross, cost.usd, missing),
        missing=missing,
    )


def _takes(state: State, process: Process, line: Line) -> str:
    book = state.book
    parts = [f"{number(i.quantity / line.quantity)} {book.unit(i.good)} {book.name(i.good)}" for i in process.inputs]
    spread = f" ({process.range})" if process.range else ""
    return f"1 {book.unit(line.good)} takes {', '.join(parts)}{spread}"


def _won_back(state: State, good: str) -> Iterator[Way]:
    for route in state.book.recovery.values():
        if route.gives != good:
            continue
        of = state.book.goods[good]
        more = route.arising * (route.possible - route.collection) * route.yielded
        gross = None if of.price is None else more * of.price
        missing = () if route.home_cost is not None else (f"cost of collecting {of.name}",)
        cost = more * (route.home_cost or 0.0)
        yield Way(
            kind="recovery",
            name=route.name,
            where="",
            verdict="fits" if more > 0 else "none at hand",
            why=f"{100 * route.collection:.0f} % collected, {100 * route.possible:.0f} % possible",
            quality="the same good",
            quantity=more,
            unit=of.unit,
            quantity_instead=more,
            unit_instead=of.unit,
            gross_usd=gross,
            inputs_usd=0.0,
            home_cost=cost if not missing else None,
            drc_ratio=ratio(state, cost, gross, 0.0, missing),
            missing=missing,
        )
