"""Short findings: recovery, idle capacity, negative value added, goods of which more is used than there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from homeground.materials.book import Recovery
from homeground.materials.border import BorderCost
from homeground.materials.findings import Finding, number
from homeground.materials.substitutes import TINY, ratio
from homeground.materials.supply import State, idle, run_cost

NOISE = 1e-6
"""A lack of less than this part of what is used is rounding."""


def recovery_findings(state: State) -> Iterator[Finding]:
    """More could be collected: arising · (possible − collection) · yield, as far as it is imported or lacking."""
    for route in state.book.recovery.values():
        held, good = state.held[route.gives], state.book.goods[route.gives]
        more = route.arising * (route.possible - route.collection) * route.yielded
        wanted = min(more, held.imports + held.shortfall)
        if wanted <= TINY:
            continue
        gross = None if good.price is None else wanted * good.price
        missing = () if route.home_cost is not None else (f"cost of collecting {good.name}",)
        home = (route.home_cost or 0.0) * wanted
        yield Finding(
            kind="recovery",
            text=f"{route.name}: {number(wanted)} {good.unit} more of {good.name} could be won back, not imported",
            good=good.id,
            process=route.id,
            instead=good.id,
            quantity=wanted,
            unit=good.unit,
            gross_usd=gross,
            inputs_usd=0.0,
            first_tier_usd=0.0,
            home_cost=home,
            drc_ratio=ratio(state, home, gross, 0.0, missing),
            reasons=(_collected(route, good.unit),),
            missing=missing,
        )


def _collected(route: Recovery, unit: str) -> str:
    return (
        f"{100 * route.collection:.0f} % of {number(route.arising)} {unit} are collected, "
        f"{100 * route.possible:.0f} % could be, and {100 * route.yielded:.0f} % of that is usable"
    )


def capacity_findings(state: State) -> Iterator[Finding]:
    """A process stands idle in part while what it makes is imported or lacking."""
    for process in state.book.processes.values():
        if process.capacity is None or process.capacity <= process.level:
            continue
        for line in process.outputs:
            held, good = state.held[line.good], state.book.goods[line.good]
            activity, limits = idle(state, process)
            units = min(activity * line.quantity, held.imports + held.shortfall)
            if units <= TINY:
                continue
            cost = run_cost(state, process, line, units / line.quantity)
            gross = None if good.price is None else units * good.price
            yield Finding(
                kind="spare capacity",
                text=f"{process.name} could make {number(units)} {good.unit} of {good.name}, imported or lacking today",
                good=good.id,
                process=process.id,
                instead=good.id,
                quantity=units,
                unit=good.unit,
                gross_usd=gross,
                inputs_usd=cost.usd,
                first_tier_usd=cost.first_tier,
                home_cost=cost.home,
                drc_ratio=ratio(state, cost.home, gross, cost.usd, cost.missing),
                reasons=(
                    f"runs at {100 * process.level / process.capacity:.0f} % of its capacity",
                    f"bound by {', '.join(limits) if units >= activity * line.quantity else 'what is imported'}",
                ),
                missing=cost.missing,
            )


def value_added_findings(state: State, costs: Mapping[str, BorderCost]) -> Iterator[Finding]:
    """A running process takes more at border prices than what it makes would fetch: E − F < 0."""
    for cost in costs.values():
        process = state.book.processes[cost.process]
        if cost.value_added is None or cost.value_added >= 0 or not process.level:
            continue
        assert cost.tradables is not None
        assert cost.revenue is not None
        first = process.outputs[0].good
        yield Finding(
            kind="negative value added",
            text=(
                f"{process.name} takes {number(cost.tradables)} USD of traded goods to make what is worth "
                f"{number(cost.revenue)} USD at the border, per {process.per or 'unit of activity'}"
            ),
            good=first,
            process=process.id,
            quantity=process.level * process.outputs[0].quantity,
            unit=state.book.unit(first),
            gross_usd=-cost.value_added * process.level,
            inputs_usd=0.0,
            home_cost=None if cost.domestic is None else -cost.domestic * process.level,
            reasons=("buying the product would cost less foreign currency than making it",),
            missing=cost.missing,
        )


def lacking_findings(state: State) -> Iterator[Finding]:
    """More of a good is used and needed than there is: an import that is not in the book, or a wrong figure.

    What is only sold abroad is made outside the book, and nothing is said of it.
    """
    for held in state.held.values():
        at_home = held.taken + held.use + held.need
        uses = at_home + held.exports
        if held.shortfall <= NOISE * uses or not at_home:
            continue
        good = state.book.goods[held.good]
        yield Finding(
            kind="lacking",
            text=(
                f"{number(held.shortfall)} {good.unit} of {good.name} are lacking: {number(uses)} used, "
                f"{number(held.supply)} at hand"
            ),
            good=good.id,
            quantity=held.shortfall,
            unit=good.unit,
            gross_usd=None if good.price is None else held.shortfall * good.price,
            reasons=("imports are not stated and no trade data give them",) if not held.imports_known else (),
            missing=() if held.imports_known else (f"imports of {good.name}",),
        )
