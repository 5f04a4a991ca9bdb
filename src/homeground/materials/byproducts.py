"""By-products and scrap that are thrown away, and the processes that could use them."""

from __future__ import annotations

from collections.abc import Iterator

from homeground.errors import listing
from homeground.materials.book import Line, Member, Process
from homeground.materials.findings import Finding, number
from homeground.materials.substitutes import TINY, quality, ratio, unfit
from homeground.materials.supply import State, idle, run_cost


def byproduct_findings(state: State) -> Iterator[Finding]:
    """For each by-product thrown away: every process that could take it in place of something, or run on it.

    Where no process of the book can use it, one finding says so.
    """
    for good, held in state.held.items():
        if held.thrown_away <= TINY * max(1.0, held.byproduct):
            continue
        found = [*_in_groups(state, good), *_as_input(state, good)]
        yield from found or [_useless(state, good)]


def _in_groups(state: State, good: str) -> Iterator[Finding]:
    """The by-product does the work of another member of a group in a running process."""
    for process in state.book.processes.values():
        for line in process.inputs:
            group = state.book.groups.get(line.good) if line.is_group else None
            own = group.member(good) if group else None
            if group is None or own is None or not process.level or unfit(group, state, good)[0] != "fits":
                continue
            for used in group.members:
                if used.good != good and process.uses.get(used.good):
                    yield from _in_place_of(state, process, line, used, own)


def _in_place_of(state: State, process: Process, line: Line, used: Member, own: Member) -> Iterator[Finding]:
    book, whole = state.book, process.level * line.quantity
    room = max(0.0, own.cap - process.uses.get(own.good, 0.0)) * whole
    work = min(process.uses[used.good] * whole, room, state.held[own.good].thrown_away / own.ratio)
    if work <= TINY:
        return
    replaced, mine = book.goods[used.good], book.goods[own.good]
    units, freed = work * own.ratio, work * used.ratio
    gross, missing, words = worth(state, used.good, freed)
    home = (mine.home_price or 0.0) * units
    yield Finding(
        kind="byproduct",
        text=(
            f"{number(units)} {mine.unit} of {mine.name}, thrown away today, could replace {number(freed)} "
            f"{replaced.unit} of {replaced.name} in {process.name}"
        ),
        good=used.good,
        process=process.id,
        instead=own.good,
        quantity=freed,
        unit=replaced.unit,
        quantity_instead=units,
        unit_instead=mine.unit,
        gross_usd=gross,
        inputs_usd=0.0,
        first_tier_usd=0.0,
        home_cost=home,
        drc_ratio=ratio(state, home, gross, 0.0, missing),
        quality=quality(state, book.groups[line.good], used, own),
        reasons=(_where_from(state, own.good), words),
        missing=(*missing, *(() if mine.home_price is not None else (f"cost of collecting {mine.name}",))),
    )


def worth(state: State, good: str, units: float) -> tuple[float | None, tuple[str, ...], str]:
    """What freed units of a good save of foreign currency: its imports first, the rest could be sold at the border."""
    held, of = state.held[good], state.book.goods[good]
    if not of.traded:
        content = state.chain[good]
        text = f"{of.name} is not traded: its making takes {number(content.usd * units)} USD of imported inputs"
        return content.usd * units, content.missing, text
    if of.price is None:
        return None, (f"border price of {of.name}",), "the border price is not known"
    abroad = min(units, held.imports)
    price = of.export_price if of.export_price is not None else of.price
    parts = [f"{number(abroad)} {of.unit} need not be imported at {number(of.price)} USD"] if abroad else []
    if units - abroad > TINY:
        parts.append(f"{number(units - abroad)} {of.unit} of our own are free to be sold at {number(price)} USD")
    return abroad * of.price + (units - abroad) * price, (), "; ".join(parts)


def _as_input(state: State, good: str) -> Iterator[Finding]:
    """Find processes that live on the by-product, and whose product is imported or lacking today."""
    for process in state.book.processes.values():
        if any(line.good == good for line in process.made):
            continue
        for line in process.inputs:
            needed = _needed(state, process, line, good)
            if needed:
                for output in process.outputs:
                    yield from _made_of(state, process, good, needed, output)
                break


def _needed(state: State, process: Process, line: Line, good: str) -> float | None:
    """Units of the by-product per activity, if it can fill the line alone; a group only where the process stands."""
    if not line.is_group:
        return line.quantity if line.good == good else None
    group = state.book.groups[line.good]
    member = group.member(good)
    if member is None or process.level or member.cap < 1 or unfit(group, state, good)[0] != "fits":
        return None
    return line.quantity * member.ratio


def _made_of(state: State, process: Process, good: str, needed: float, output: Line) -> Iterator[Finding]:
    product, waste = state.book.goods[output.good], state.book.goods[good]
    wanted = state.held[output.good].imports + state.held[output.good].shortfall
    activity = min(state.held[good].thrown_away / needed, wanted / output.quantity)
    room, limits = idle(state, process) if process.capacity is not None else (activity, [])
    activity = min(activity, room)
    if activity <= TINY:
        return
    units = activity * output.quantity
    cost = run_cost(state, process, output, activity, spared=good)
    gross = None if product.price is None else units * product.price
    missing = cost.missing
    missing += () if process.capacity is not None else (f"capacity of {process.name}, and what building it costs",)
    missing += () if gross is not None else (f"border price of {product.name}",)
    yield Finding(
        kind="byproduct",
        text=(
            f"{number(activity * needed)} {waste.unit} of {waste.name}, thrown away today, could become "
            f"{number(units)} {product.unit} of {product.name}, which is imported ({process.name})"
        ),
        good=output.good,
        process=process.id,
        instead=good,
        quantity=units,
        unit=product.unit,
        quantity_instead=activity * needed,
        unit_instead=waste.unit,
        gross_usd=gross,
        inputs_usd=cost.usd,
        first_tier_usd=cost.first_tier,
        home_cost=cost.home,
        drc_ratio=ratio(state, cost.home, gross, cost.usd, missing),
        reasons=(_where_from(state, good), *(f"bound by {text}" for text in limits if activity >= room)),
        missing=missing,
    )


def _useless(state: State, good: str) -> Finding:
    held, of = state.held[good], state.book.goods[good]
    lost = None if of.price is None else held.thrown_away * (of.export_price or of.price)
    return Finding(
        kind="byproduct",
        text=f"{number(held.thrown_away)} {of.unit} of {of.name} are thrown away; {_who_could(state, good)}",
        good=good,
        quantity=held.thrown_away,
        unit=of.unit,
        gross_usd=lost,
        inputs_usd=None if lost is None else 0.0,
        reasons=(_where_from(state, good),),
        missing=() if lost is not None else ("what it would fetch at the border",),
    )


def _who_could(state: State, good: str) -> str:
    """Name the processes that take the good, though nothing that they make is imported or lacking."""
    able = [p.name for p in state.book.processes.values() if any(_takes(state, line, good) for line in p.inputs)]
    if not able:
        return "no process of this book can use them"
    return f"{listing(able, 3)} could use them, but what they make is neither imported nor lacking here"


def _takes(state: State, line: Line, good: str) -> bool:
    return line.good == good or (line.is_group and state.book.groups[line.good].member(good) is not None)


def _where_from(state: State, good: str) -> str:
    makers = [p.name for p in state.book.processes.values() if p.level and any(m.good == good for m in p.made)]
    held = state.held[good]
    return (
        f"{', '.join(makers)} yield {number(held.byproduct)} {held.unit} a year, of which "
        f"{number(held.thrown_away)} find no use"
    )
