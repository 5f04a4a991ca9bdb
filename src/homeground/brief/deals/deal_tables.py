"""The answer of a plan: each deal alone and with the others in place."""

from __future__ import annotations

from typing import Any

from homeground.brief.answer import Answer, Column
from homeground.brief.deals import deal_words
from homeground.deals.batch import Plan, Settled
from homeground.errors import listing

PLAN = (
    Column("deal", "deal"),
    Column("hs6", "HS6", on_screen=False),
    Column("partner", "with"),
    Column("quantity_t", "quantity", "tons"),
    Column("value_usd", "value, USD", "usd"),
    Column("alone", "alone"),
    Column("together", "with the plan"),
    Column("verdict", "verdict"),
    Column("rules", "rules", wraps=True),
    Column(
        "shared", "by a shared limit", wraps=True, meaning="rules that stand against it only with the plan in place"
    ),
    Column("unknown", "waits for", wraps=True),
)
SETTLEMENT = (
    "Refused alone, or of unknown value: left out. All others are put in place at once, and each is judged with them: "
    "the order of approval does not matter. The stricter verdict counts."
)


def plan_answer(plan: Plan) -> Answer:
    """Return the plan as a table."""
    import pyarrow as pa

    rows = [_row(settled) for settled in plan.deals]
    kinds = {column.name: pa.float64() if column.is_number else pa.string() for column in PLAN}
    table = pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})
    shared = [settled for settled in plan.deals if settled.shares_a_limit]
    notes = [SETTLEMENT]
    if shared:
        who = listing((settled.alone.deal.title or settled.alone.deal.hs6 for settled in shared), 9)
        cut = f"all cut to {plan.part:.1%} of their quantities they pass" if plan.part else "no common cut helps"
        notes.append(f"Stopped by a limit that they share: {who}; {cut}. Who gives way more is for people to say.")
    counts = {
        verdict: sum(s.verdict == verdict for s in plan.deals) for verdict in dict.fromkeys(r["verdict"] for r in rows)
    }
    title = f"Plan of {len(rows)} deals: {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}"
    policy = plan.deals[0].alone.law.book if plan.deals else None
    about = {"policy": policy.title, "version": policy.version} if policy else {}
    return Answer(title, table, PLAN, (*notes, *(policy.notes if policy else ())), about)


def _row(settled: Settled) -> dict[str, Any]:
    counted = settled.counted
    fired = [firing.rule.id for firing in counted.judgement.fired if firing.rule.verdict != "allow"]
    return {
        "deal": counted.deal.title or None,
        "hs6": counted.deal.hs6,
        "partner": counted.deal.partner,
        "quantity_t": counted.deal.quantity_t,
        "value_usd": counted.setting.offer.usd,
        "alone": settled.alone.verdict,
        "together": settled.together.verdict if settled.together else "left out",
        "verdict": settled.verdict,
        "rules": listing(fired, 6) or None,
        "shared": listing(settled.shared_rules, 6) or None,
        "unknown": listing((deal_words.short(name) for name in counted.judgement.unknown), 4) or None,
    }
