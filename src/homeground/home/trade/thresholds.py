"""How much a country's list of dependent products hangs on the exact thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ibis import _

from homeground import measures
from homeground.errors import UsageError, message
from homeground.home import questions
from homeground.home.trade import evidence

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from homeground.home.questions import Question
    from homeground.store import Store

STEP: Final = 0.10


def thresholds(store: Store, question: Question, method: str = "all", step: float = STEP) -> pa.Table:
    """How many products flip when each threshold moves by ±`step` of itself; see `measures.sensitivity`.

    Rows of the question's year, those with most flips first. `method` is a preset, or `all`. Raises UsageError for a
    step that is not above 0 and below 1.
    """
    if not 0 < step < 1:
        what, do = "a threshold cannot be moved by this", "choose a part, such as 0.1"
        raise UsageError(message(what, found=step, expected="above 0, below 1", do=do))
    rules = None if method == "all" else [measures.preset(method)]

    def flips(asked: Question) -> ir.Table:
        facts = evidence.evidence(store, asked)
        moved = measures.sensitivity(facts, rules, step=step, loaded=asked.dataset.years())
        return moved.filter(_.year == asked.year)

    found = questions.answered(store, question, ("thresholds", method, step), flips)
    rows = sorted(found.to_pylist(), key=lambda row: -(row["flips_in"] + row["flips_out"]))
    return found.from_pylist(rows, schema=found.schema)
