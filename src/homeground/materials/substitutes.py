"""Functional groups: which own good could do the work of an imported one, with which loss of quality, saving what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from homeground.materials.book import Group, Line, Member, Process
from homeground.materials.findings import Finding, number
from homeground.materials.supply import State, Supply, at_hand, cost_of

Verdict = Literal["fits", "does not fit", "not known", "none at hand"]
TINY = 1e-9


@dataclass(frozen=True)
class Option:
    """One way to do without an imported member of a group: `good` for `used` in `process`.

    `quantity` of the imported good that could be replaced, `quantity_instead` of the own good that this takes, both in
    their units a year. `quality`: changes of properties, and of grade. `why`: what decides the verdict.
    """

    process: str
    group: str
    used: str
    good: str
    verdict: Verdict
    why: str
    quality: str
    quantity: float
    quantity_instead: float
    gross_usd: float | None
    inputs_usd: float
    first_tier_usd: float
    home_cost: float
    reasons: tuple[str, ...]
    missing: tuple[str, ...]


def options(state: State) -> Iterator[Option]:
    """Go through every imported member that a running process uses, and every other member of its group."""
    for process in state.book.processes.values():
        for line in process.inputs:
            if line.is_group and process.level:
                yield from _of_line(state, process, line)


def substitute_findings(state: State) -> Iterator[Finding]:
    """Turn the options that fit, and of which something is at hand, into findings.

    What is thrown away today is found among the by-products, and not again here.
    """
    for option in options(state):
        if option.verdict == "fits" and not state.held[option.good].thrown_away:
            yield _finding(state, option)


def unfit(group: Group, state: State, good: str) -> tuple[Verdict, str]:
    """Hold a good's properties against what the work needs; the first that fails, or is not known, decides."""
    properties = state.book.goods[good].properties
    unknown = [name for name in {**group.least, **group.most} if name not in properties]
    for name, least in group.least.items():
        if name in properties and properties[name] < least:
            return "does not fit", f"{name} {properties[name]:g}, needed at least {least:g}"
    for name, most in group.most.items():
        if name in properties and properties[name] > most:
            return "does not fit", f"{name} {properties[name]:g}, allowed at most {most:g}"
    if unknown:
        return "not known", f"{', '.join(unknown)} of {state.book.name(good)} not stated"
    bounds = [f"{name} {properties[name]:g} (at least {least:g})" for name, least in group.least.items()]
    bounds += [f"{name} {properties[name]:g} (at most {most:g})" for name, most in group.most.items()]
    return "fits", "; ".join(bounds) or "a member of the group"


def quality(state: State, group: Group, used: Member, other: Member) -> str:
    """Say how the other member differs: each property that both state, in percent, and the grade."""
    mine, its = state.book.goods[used.good].properties, state.book.goods[other.good].properties
    parts = [f"{name} {100 * (its[name] / mine[name] - 1):+.0f} %" for name in mine if name in its and mine[name]]
    if used.grade is not None and other.grade is not None and used.grade != other.grade:
        parts.append(f"grade {other.grade:g} for {used.grade:g}")
    return ", ".join(parts) or "no property of both is stated"


def _of_line(state: State, process: Process, line: Line) -> Iterator[Option]:
    group = state.book.groups[line.good]
    whole = process.level * line.quantity
    for used in group.members:
        share = process.uses.get(used.good, 0.0)
        imported = whole * share * state.held[used.good].import_share
        if imported <= TINY:
            continue
        for other in group.members:
            if other.good != used.good and state.held[other.good].import_share < 1:
                yield _option(state, process, group, used, other, imported, whole)


def _option(
    state: State, process: Process, group: Group, used: Member, other: Member, imported: float, whole: float
) -> Option:
    verdict, why = unfit(group, state, other.good)
    supply = at_hand(state, other.good)
    room = max(0.0, other.cap - process.uses.get(other.good, 0.0)) * whole
    work = min(imported, room, supply.total / other.ratio)
    if verdict == "fits" and work <= TINY:
        verdict, why = "none at hand", _binding(imported, room, supply)
    units = work * other.ratio
    good = state.book.goods[used.good]
    cost = cost_of(state, other.good, units, supply)
    missing = list(cost.missing) + ([f"border price of {good.name}"] if good.price is None else [])
    if supply.more == 0:
        missing += [text for text in supply.limits if text.endswith("not stated")]
    return Option(
        process=process.id,
        group=group.id,
        used=used.good,
        good=other.good,
        verdict=verdict,
        why=why,
        quality=quality(state, group, used, other),
        quantity=work * used.ratio,
        quantity_instead=units,
        gross_usd=None if good.price is None else work * used.ratio * good.price,
        inputs_usd=cost.usd,
        first_tier_usd=cost.first_tier,
        home_cost=cost.home,
        reasons=(why, f"bound by {_binding(imported, room, supply)}", _sourcing(state, other.good, units, supply)),
        missing=tuple(dict.fromkeys(missing)),
    )


def _binding(imported: float, room: float, supply: Supply) -> str:
    if room <= min(imported, supply.total):
        return "the largest share that the group allows"
    if supply.total < imported:
        return ", ".join(supply.limits) if supply.more else "what is left over at home"
    return "what is imported"


def _sourcing(state: State, good: str, units: float, supply: Supply) -> str:
    over, unit = min(units, supply.left), state.book.unit(good)
    made = f"{number(units - over)} {unit} from idle capacity"
    left = f"{number(over)} {unit} left over today"
    return left if units - over <= TINY else made if over <= TINY else f"{left}, {made}"


def _finding(state: State, option: Option) -> Finding:
    book = state.book
    used, own = book.goods[option.used], book.goods[option.good]
    inputs = option.inputs_usd
    return Finding(
        kind="substitute",
        text=(
            f"{book.name(option.process)}: {number(option.quantity)} {used.unit} of imported {used.name} could be "
            f"{number(option.quantity_instead)} {own.unit} of our own {own.name}"
        ),
        good=option.used,
        process=option.process,
        instead=option.good,
        quantity=option.quantity,
        unit=used.unit,
        quantity_instead=option.quantity_instead,
        unit_instead=own.unit,
        gross_usd=option.gross_usd,
        inputs_usd=inputs,
        first_tier_usd=option.first_tier_usd,
        home_cost=option.home_cost,
        drc_ratio=ratio(state, option.home_cost, option.gross_usd, inputs, option.missing),
        quality=option.quality,
        reasons=option.reasons,
        missing=option.missing,
    )


def ratio(state: State, home: float, gross: float | None, inputs: float, missing: tuple[str, ...]) -> float | None:
    """Home money per US dollar saved over the shadow rate; None where something is missing or nothing is saved."""
    rate = state.book.shadow_rate
    if gross is None or missing or not rate or gross <= inputs:
        return None
    return home / (gross - inputs) / rate
