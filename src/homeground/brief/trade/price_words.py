"""What prices say, in sentences for an officer: quartiles, fences, an offer, benchmarks, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from homeground import measures
from homeground.brief.answer import money, tons

if TYPE_CHECKING:
    from homeground.home.trade.prices import PriceView
    from homeground.measures import PriceEvidence, PriceSet

MILLION: Final = 1e6

NO_BENCHMARK: Final = (
    "No price from outside is loaded (table prices): quartiles see a price that differs from the others, never one "
    "that is wrong everywhere. In US banana imports of 2000–2009 they found next to nothing; held against the free "
    "market price, the missing value was 54 % of the declared one (Hong, Pak and Pak 2014)."
)
TOGETHER: Final = (
    "Where most flows are priced alike and away from an outside price, quartiles and fences see nothing; the benchmark "
    "does."
)
UNLIKE: Final = (
    "a difference may lie in the goods (grade, packing, freight term) and not in the price: it is a question to ask, "
    "not a proof"
)


def price(value: float) -> str:
    """Write a price in USD per ton.

    >>> price(463.6), price(12.345), price(61502907.2)
    ('464', '12.35', '61.5 M')
    """
    if abs(value) >= MILLION:
        return money(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def percent(gap: float) -> str:
    """Write how far above or below something lies.

    >>> percent(0.123), percent(-0.4)
    ('12 % above', '40 % below')
    """
    return f"{abs(gap):.0%}".replace("%", " %") + (" above" if gap >= 0 else " below")


def summary(view: PriceView) -> tuple[str, ...]:
    """Every line that stands below the table, most important first."""
    lines = [*_offer(view), *_sets(view), *_benchmarks(view), _coverage(view)]
    if view.world is not None and view.world.unlike:
        lines.insert(
            0,
            f"Unlike goods under one code: the upper quartile is {view.world.spread:.1f} times the lower, so the "
            "median is no fair price here.",
        )
    return (*lines, f"Unit values are free on board unless the source says otherwise; {UNLIKE}.")


def quartiles(found: PriceSet) -> str:
    """Write the quartiles of a set."""
    return f"{price(found.q1)} – {price(found.median)} – {price(found.q3)} USD/t"


def _sets(view: PriceView) -> list[str]:
    world = view.world
    if world is None:
        return [f"No comparison with the world: {view.why_not}.", *_own(view)]
    by_tons = f"{price(world.q1_by_tons)} – {price(world.median_by_tons)} – {price(world.q3_by_tons)}"
    plain = f"{price(max(0.0, world.low_fence))} to {price(world.high_fence)}"
    skewed = f"{price(max(0.0, world.low_skew_fence))} to {price(world.high_skew_fence)}"
    fences = f"Fences: plain {plain}, for skewed prices {skewed} (medcouple {world.medcouple:.2f})"
    head = "World, lower quartile – median – upper quartile"
    return [f"{head}: {quartiles(world)}, n = {world.n} ({world.step}); by tons {by_tons}. {fences}.", *_own(view)]


def _own(view: PriceView) -> list[str]:
    if view.importer is None:
        return []
    if view.own is None:
        few = f"fewer than {measures.LEAST_FLOWS} comparable flows"
        return [f"{view.importer.name}'s own purchases: {few}, so no quartiles of their own."]
    return [f"{view.importer.name}'s own purchases: {quartiles(view.own)}, n = {view.own.n} ({view.own.step})."]


def _offer(view: PriceView) -> list[str]:
    found = view.evidence
    if found is None:
        return []
    if found.world is None and found.own is None:
        return [f"{price(found.price_usd_per_t)} USD/t cannot be judged: {found.why_not}."]
    held = [
        _held(found.price_usd_per_t, who, of, share)
        for who, of, share in (
            ("the world's", found.world, found.percentile),
            (f"{view.importer.name}'s own" if view.importer else "", found.own, found.own_percentile),
        )
        if of is not None and share is not None
    ]
    marks = [f"{percent(mark.gap)} {mark.name}" for mark in found.benchmarks if mark.gap is not None]
    outside = f" It lies {', '.join(marks)}." if marks else ""
    return [f"{price(found.price_usd_per_t)} USD/t is {' and '.join(held)}.{outside}{_for_quantity(view, found)}"]


def _held(value: float, who: str, of: PriceSet, share: float) -> str:
    where = "between the quartiles"
    if value > of.q3:
        where = f"above the upper quartile ({price(of.q3)})"
    elif value < of.q1:
        where = f"below the lower quartile ({price(of.q1)})"
    return f"{where} of {who} flows, dearer than {100 * share:.0f} % of them (median {price(of.median)}, n = {of.n})"


def _for_quantity(view: PriceView, found: PriceEvidence) -> str:
    if found.quantity_t is None:
        return ""
    against = [
        (found.overpayment_usd, "the world's median"),
        (found.own_overpayment_usd, f"{view.importer.name}'s median" if view.importer else ""),
        *((mark.overpayment_usd, mark.name) for mark in found.benchmarks),
    ]
    parts = [
        f"{money(abs(usd))} USD {'over' if usd >= 0 else 'under'} {what}" for usd, what in against if usd is not None
    ]
    return f" For {tons(found.quantity_t)} that is {', '.join(parts)}."


def _benchmarks(view: PriceView) -> list[str]:
    rows = view.benchmarks.to_pylist()
    if not rows:
        return [NO_BENCHMARK]
    lines = []
    for row in rows:
        gaps = []
        if row["world_gap"] is not None:
            gaps.append(f"the world's median lies {percent(row['world_gap'])} it")
        if row["paid_gap"] is not None and view.importer is not None:
            gaps.append(f"{view.importer.name} pays {percent(row['paid_gap'])} it: {_signed(row['overpayment_usd'])}")
        lines.append(f"{row['benchmark']}, {price(row['price_usd_per_t'])} USD/t: {'; '.join(gaps) or 'not compared'}.")
        if view.world is not None and not view.world.q1 <= row["price_usd_per_t"] <= view.world.q3:
            lines.append(f"{row['benchmark']} lies outside the world's quartiles. {TOGETHER}")
    return lines


def _signed(usd: float) -> str:
    return f"{money(abs(usd))} USD {'over' if usd >= 0 else 'under'} it for the year"


def _coverage(view: PriceView) -> str:
    known = view.coverage
    share = known["value_coverage"] or 0.0
    return (
        f"{known['weighed_flows']:,} of {known['flows']:,} flows have a quantity: {100 * share:.1f} % of the value. "
        "The others are in no quartile; none is filled in."
    )
