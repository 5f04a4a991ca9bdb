"""Tell a break in the data from a change in the world: what else do the data show in the year of a change point.

Three verdicts, each with its reasons in words: `data` where the data themselves changed; `open` where they may have and
nothing here can tell; `real` where no such reason is found. The limits are Homeground's own and stand below.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Verdict = Literal["data", "open", "real"]
Judgement = tuple[Verdict, tuple[str, ...]]
Series = Literal["value", "quantity", "unit value", "concentration"]
WEIGHED: Final[tuple[Series, ...]] = ("quantity", "unit value")

NO_REASON: Final = "nothing in the data speaks against it"
REPORTERS: Final = 0.05
"""Share by which the number of exporters and importers in the data moves."""
RECODED: Final = 0.10
"""Share of the value with partners whose code the data do not have at all in the other year."""
ABSENT: Final = 0.10
"""Share of the value that a partner has in the years before and after one in which it has no row."""
SWITCHED: Final = 0.20
"""Share of the value that a partner has in one year, and no row in the next or the one before."""
AT_ONCE: Final = 0.5
"""Share of countries whose value moves by a factor of 1.5 the same way in one year."""
PRICED: Final = 0.5
"""Part of the world's change of value, in logarithms, that its unit value explains before it counts as a price."""
COVERED: Final = 0.9
"""Share of the world's value with a quantity from which its unit value is believed."""
ALONG: Final = 1 / 3
"""Part of a move of the own unit value, in logarithms, that the world's makes before they go together."""
COVERAGE: Final = 0.20
"""Move of the share of value with a quantity."""
UNNAMED: Final = 0.10
"""Move of the share of partners that are not elsewhere specified."""
ODD: Final = math.log(1.5)
"""Quantity that leaves its level by this factor and comes back the year after, but for a quarter of the way."""
UNITS: Final = math.log(3)
"""Quantity and unit value that move apart by this factor, while the value moves by less than half of it in
logarithms, look like another unit or another coverage."""


@dataclass(frozen=True)
class YearFacts:
    """What is known of one year: where its rows come from, the country's own trade, and all trade in the data.

    `recoded` is the share of the value with partners whose code is absent from all data of the year before, or of the
    year before's value with partners whose code is absent now. `moved` counts countries, `up` and `down` those of them
    that moved far. `odd`: see `is_odd`. `absent` names partners that have no row in this year, and at least
    ABSENT of the value in both years beside it; `switched` those that begin or end with SWITCHED of the value.
    None: not known.
    """

    year: int
    source: str
    revision: str | None
    provisional: bool
    value_usd: float
    quantity_t: float | None
    coverage: float | None
    nes_share: float | None
    traders: int
    world_usd: float
    world_t: float | None
    world_coverage: float | None
    recoded: float = 0.0
    odd: bool = False
    absent: str = ""
    switched: str = ""
    moved: int = 0
    up: int = 0
    down: int = 0


def tell_break(series: Series, now: YearFacts, before: YearFacts, partner: str = "suppliers") -> Judgement:
    """Judge a change in `series` in the year `now` against the year before it."""
    reasons = [*_of_the_files(now, before), *_of_coverage(now, before, partner)]
    if series in WEIGHED:
        reasons += _of_quantities(now, before)
    if series == "concentration":
        reasons += _of_the_unnamed(now, before)
    doubts = _doubts(series, now, before)
    together = _together(now) if series in ("value", "unit value") else None
    if together and not _is_known(now, before):
        doubts.append(f"{together}, and without the world's quantities a price cannot be told from a gap")
    elif together and not _is_a_price(now, before):
        reasons.append(f"{together}, and the world's price does not explain it")
    elif together and not reasons and not doubts:
        return "real", (f"{together}, and the world's price moves along",)
    if reasons:
        return "data", (*reasons, *doubts)
    return ("open", tuple(doubts)) if doubts else ("real", (NO_REASON,))


def is_odd(before: float | None, now: float | None, after: float | None) -> bool:
    """Whether a quantity leaves its level for one year and comes back."""
    if not (before and now and after):
        return False
    away = abs(math.log(now / before))
    return away >= ODD and abs(math.log(after / before)) <= away / 4


def _of_the_files(now: YearFacts, before: YearFacts) -> Iterator[str]:
    if now.source != before.source:
        revisions = f", {before.revision} and {now.revision}" if now.revision != before.revision else ""
        yield f"the year comes from {now.source}, the one before from {before.source}{revisions}"
    if now.provisional:
        yield "the last year of a release is provisional"


def _of_coverage(now: YearFacts, before: YearFacts, partner: str) -> Iterator[str]:
    if abs(now.traders / before.traders - 1) >= REPORTERS:
        yield f"the data hold {now.traders} exporters and importers after {before.traders}"
    if now.recoded >= RECODED:
        yield f"{now.recoded:.0%} of the value is with {partner} whose code the data lack in the other year"
    for year in (before, now):
        if year.absent:
            yield f"{year.absent}: no row in {year.year}, but large trade in the years before and after"


def _of_quantities(now: YearFacts, before: YearFacts) -> Iterator[str]:
    if now.coverage is not None and before.coverage is not None and abs(now.coverage - before.coverage) >= COVERAGE:
        yield f"quantities cover {now.coverage:.0%} of the value after {before.coverage:.0%}"
    if now.quantity_t and before.quantity_t and now.value_usd > 0 and before.value_usd > 0:
        weight = math.log(now.quantity_t / before.quantity_t)
        value = math.log(now.value_usd / before.value_usd)
        if min(abs(weight), abs(value - weight)) >= UNITS and abs(value) < abs(weight) / 2:
            yield (
                f"tons move by a factor of {math.exp(weight):.2g} and the value by {math.exp(value):.2g} only: "
                "a unit or what is weighed may have changed"
            )


def _of_the_unnamed(now: YearFacts, before: YearFacts) -> Iterator[str]:
    if now.nes_share is not None and before.nes_share is not None and abs(now.nes_share - before.nes_share) >= UNNAMED:
        yield f"areas not specified have {now.nes_share:.0%} of the value after {before.nes_share:.0%}"


def _together(now: YearFacts) -> str | None:
    """Say how many countries moved far the same way, if these are most of them."""
    far = max(now.up, now.down)
    if now.moved < 3 or far < AT_ONCE * now.moved:
        return None
    return f"{far} of {now.moved} countries {'rise' if now.up >= now.down else 'fall'} by a factor of 1.5 at once"


def _is_known(now: YearFacts, before: YearFacts) -> bool:
    covered = min(now.world_coverage or 0.0, before.world_coverage or 0.0) >= COVERED
    return bool(covered and now.world_t and before.world_t)


def _is_a_price(now: YearFacts, before: YearFacts) -> bool:
    """Whether the world's unit value moves along and explains enough; both years' quantities are known."""
    value = math.log(now.world_usd / before.world_usd)
    price = _price(now, before)
    return price * value > 0 and abs(price) >= PRICED * abs(value)


def _doubts(series: Series, now: YearFacts, before: YearFacts) -> list[str]:
    """Reasons for which nobody can tell from the data alone."""
    found = [now.switched] if now.switched and not (now.absent or before.absent) else []
    if series != "concentration" and (now.odd or before.odd):
        year = (now if now.odd else before).year
        found.append(f"tons leave their level in {year} only and come back: a gap or one odd year")
    if series in WEIGHED and _is_known(now, before) and now.quantity_t and before.quantity_t:
        own = math.log(now.value_usd / now.quantity_t) - math.log(before.value_usd / before.quantity_t)
        world = _price(now, before)
        if abs(own) >= UNITS and abs(world) < abs(own) * ALONG:
            factors = f"a factor of {math.exp(own):.2g}, the world's by {math.exp(world):.2g}"
            found.append(f"its unit value moves by {factors}")
    return found


def _price(now: YearFacts, before: YearFacts) -> float:
    """How the world's unit value moves, in logarithms; both years' quantities are known."""
    return math.log(now.world_usd / before.world_usd) - math.log((now.world_t or 1.0) / (before.world_t or 1.0))
