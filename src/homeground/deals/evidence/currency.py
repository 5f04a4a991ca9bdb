"""Whether the plan of foreign currency has room: the period's budget, less what is given and what the deal asks."""

from __future__ import annotations

from homeground.codes import countries
from homeground.deals.evidence import Answer, Item, Question, Setting, unknown

GIVES = ("currency_tier", "currency_plan_usd", "currency_tier_spent_usd", "currency_left_usd")
PLAN = GIVES[1:]


def _answer(setting: Setting) -> Answer:
    deal = setting.deal
    tier = deal.facts.get("currency_tier")
    own = Item("currency_tier", tier, "stated in the deal", str(deal.day), "write currency_tier under [facts]")
    budget = setting.tables.rows("currency_budget")
    own_plan = [row for row in budget or () if row["country"] == deal.country]
    if not own_plan:
        return _stated(setting, own)
    rows = [row for row in own_plan if row["from_date"] <= deal.day <= row["to_date"]]
    if not rows:
        return Answer("currency", "Currency", (own, *unknown(PLAN, f"no plan of currency covers {deal.day}")))
    plan, given = float(rows[0]["plan_usd"]), {float(row["tier"]): float(row["spent_usd"]) for row in rows}
    source, vintage = str(rows[0]["reference"]), f"{rows[0]['from_date']} to {rows[0]['to_date']}"
    others, missing = _others(setting, None)
    same, missing_same = _others(setting, tier)
    spent = given.get(float(tier), 0.0) + same if isinstance(tier, float | int) else None
    usd = setting.offer.usd
    left = plan - sum(given.values()) - others - usd if usd is not None and not missing else None
    items = (
        own,
        Item("currency_plan_usd", plan, source, vintage),
        Item("currency_tier_spent_usd", None if missing_same else spent, source, vintage, missing_same or own.why),
        Item("currency_left_usd", left, source, vintage, missing or setting.offer.why_not),
    )
    return Answer("currency", "Currency", items)


def _stated(setting: Setting, own: Item) -> Answer:
    """Take what the deal states of the plan, and add what stands beside it."""
    deal = setting.deal
    facts, day = deal.facts, str(deal.day)
    why = f"no plan of currency of {countries.spoken(deal.country)} is loaded, and the deal does not state it"
    spent = facts.get("currency_tier_spent_usd")
    same, missing = _others(setting, own.value)
    spent = spent + same if isinstance(spent, float | int) and not missing else None
    items = [
        Item("currency_plan_usd", facts.get("currency_plan_usd"), "stated in the deal", day, why),
        Item("currency_tier_spent_usd", spent, "stated in the deal", day, missing or why),
        Item("currency_left_usd", None, "", day, f"no plan of currency of {countries.spoken(deal.country)} is loaded"),
    ]
    return Answer("currency", "Currency", (own, *items))


def _others(setting: Setting, tier: object) -> tuple[float, str]:
    """Sum what the imports beside ask for (of one priority, or of all); names one whose value is not known."""
    total = 0.0
    for other in setting.beside:
        if other.deal.direction != "import" or other.deal.country != setting.deal.country:
            continue
        if tier is not None and other.deal.facts.get("currency_tier") != tier:
            continue
        if other.usd is None:
            return 0.0, f"the value of {other.deal.title or other.deal.hs6} beside it is not known"
        total += other.usd
    return total, ""


QUESTION = Question(
    id="currency",
    asks="Does the plan of foreign currency have room?",
    heading="Currency",
    gives=GIVES,
    answer=_answer,
    order=50,
    applies=lambda deal: deal.direction == "import",
    may_be_stated=GIVES[:3],
)
