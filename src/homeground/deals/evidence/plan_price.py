"""What the deal's currency is worth to the plan: its value at the shadow price that a kept plan gives a US dollar.

cost at home = value of the deal in USD · price of the year of the deal, in home money of the plan's first year. Where
needs stay unmet for want of currency, the plan's price is in parts of needs for a million USD, and so is the cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from homeground.codes import countries
from homeground.deals.evidence import Answer, Item, Question, Setting, unknown
from homeground.errors import listing
from homeground.materials.findings import number

NAME = "plan_price"
GIVES = ("currency_shadow_price", "currency_cost_home", "currency_needs_lost")
IN_NEEDS = "needs per M USD"
MILLION = 1e6


def _answer(setting: Setting) -> Answer:
    found = _price(setting)
    if isinstance(found, str):
        return Answer(NAME, "Plan's price", unknown(GIVES, found))
    price, usd = max(0.0, float(found["price"])), setting.offer.usd
    source, year = f"plan {found['plan']}", str(found["year"])
    if found["unit"] == IN_NEEDS:
        why = f"{source} leaves needs unmet for want of currency: a dollar is worth parts of needs there, not money"
        values: tuple[tuple[float | None, str], ...] = ((None, why), (None, why), (_times(usd, price / MILLION), ""))
        word = f"the currency of the deal would meet {_shown(_times(usd, price / MILLION))} of the plan's unmet needs"
    else:
        values = ((price, ""), (_times(usd, price), ""), (0.0, ""))
        money = found["unit"].removesuffix(" per USD")
        word = f"one more US dollar is worth {number(price)} {money} to the plan"
        word += f": {_shown(_times(usd, price))} {money} for the deal" if usd is not None else ""
    items = tuple(
        Item(name, value, source, year, why or setting.offer.why_not)
        for name, (value, why) in zip(GIVES, values, strict=True)
    )
    whose = "" if found.get("country") else "; it does not say whose plan it is"
    return Answer(NAME, "Plan's price", items, (f"{word} ({source}, {year}{whose})",))


def _price(setting: Setting) -> Mapping[str, Any] | str:
    """The price of currency in the year of the deal, or why there is none."""
    deal = setting.deal
    known = [row for row in setting.tables.plan_prices() if row["kind"] == "currency"]
    mine = [row for row in known if row.get("country") in (None, deal.country)]
    if not mine:
        return f"no plan of {countries.spoken(deal.country)} is kept"
    covering = [row for row in mine if row["year"] == deal.day.year]
    if len(covering) > 1:
        return f"several plans of {deal.day.year} are kept: {listing(sorted(str(row['plan']) for row in covering))}"
    return covering[0] if covering else _not_covered(mine, deal.day.year)


def _not_covered(rows: Sequence[Mapping[str, Any]], year: int) -> str:
    years = [int(row["year"]) for row in rows]
    plans = listing(sorted({str(row["plan"]) for row in rows}))
    return f"the plan that is kept ({plans}) covers {min(years)} to {max(years)}, not {year}"


def _times(usd: float | None, price: float) -> float | None:
    return None if usd is None else usd * price


def _shown(value: float | None) -> str:
    if value is None:
        return "an unknown part"
    for scale, unit in ((1e9, " bn"), (MILLION, " M")):
        if value >= scale:
            return f"{number(value / scale)}{unit}"
    return number(value)


QUESTION = Question(
    id=NAME,
    asks="What is the currency of the deal worth to the plan?",
    heading="Plan's price",
    gives=GIVES,
    answer=_answer,
    order=55,
    applies=lambda deal: deal.direction == "import",
)
