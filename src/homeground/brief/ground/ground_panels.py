"""A country's own ground as a page shows it: balances with bars, and the figures behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from homeground.brief import figures
from homeground.brief.answer import Answer
from homeground.brief.ground.ground_tables import balance_answer, figures_answer, follow

if TYPE_CHECKING:
    from homeground.home.ground.ground import Balance


def panels(balance: Balance) -> tuple[Answer, Answer]:
    """The balances with bars of self-sufficiency, and every figure with its place in the file."""
    answer, behind = balance_answer(balance), figures_answer(balance)
    complete = [row for row in balance.rows.to_pylist() if row["self_sufficiency_pct"] is not None]
    text = f"Self-sufficiency of {balance.name} by good: production over use, lowest first; below 100 % orange"
    drawn = ((figures.self_sufficiency(complete), text),) if complete else ()
    about = {key: value for key, value in answer.about.items() if key != "figures"}
    notes = tuple(note for note in answer.notes if note != follow(balance))
    return replace(answer, notes=notes, about=about, figures=drawn), replace(behind, notes=())


def tiles(balance: Balance) -> tuple[tuple[str, str], ...]:
    """How many goods are known, and of how many the country makes all, or less than half, of what it uses."""
    rates = [rate for rate in balance.rows["self_sufficiency_pct"].to_pylist() if rate is not None]
    return (
        (str(balance.rows.num_rows), "goods of which something is known"),
        (str(len(rates)), "with production and use"),
        (str(sum(rate >= 100 for rate in rates)), "of which it makes all it uses, or more"),
        (str(sum(rate < 50 for rate in rates)), "of which it makes less than half"),
    )
