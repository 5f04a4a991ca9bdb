"""Two plans side by side, as an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from homeground.brief.answer import Answer, Column
from homeground.home.plans.plan_compare import compared
from homeground.plan.compare import BEGINS
from homeground.plan.tables import spoken

if TYPE_CHECKING:
    from homeground.home.plans.planner import PlanView

FORM: Final = "form"
COMPARED: Final = (
    Column("what", "what"),
    Column("name", "of", wraps=True),
    Column("first", "this plan", "ratio", meaning="in the plan that was named first", form_in=FORM),
    Column("second", "the other", "ratio", meaning="in the plan that it is compared with", form_in=FORM),
    Column("difference", "the other less this", "ratio", meaning="empty where one has no such thing", form_in=FORM),
    Column(FORM, "form", on_screen=False, meaning="whether the row holds years or amounts (ratio)"),
)


def compare_answer(first: PlanView, second: PlanView) -> Answer:
    """Needs, currency, imports by good, projects and the cost of each limit in either plan."""
    import pyarrow as pa

    names = (first.plan.name, second.plan.name)
    notes = [
        f"This plan: {names[0]}. The other: {names[1]}.",
        "Money and quantities are sums over the years of a plan.",
    ]
    if first.plan.years != second.plan.years:
        notes.append("The plans do not cover the same years, so that their sums are of unlike spans.")
    if first.plan.home_money != second.plan.home_money:
        notes.append("The plans count in different home money: their costs do not compare.")
    if first.limits is None or second.limits is None:
        notes.append(
            "What limits cost is left open: of one plan it was not asked, or solving again would take too long."
        )
    table = compared(first, second)
    forms = ["year" if what == BEGINS else "ratio" for what in table["what"].to_pylist()]
    worded = [spoken(name) for name in table["name"].to_pylist()]
    table = table.set_column(table.column_names.index("name"), "name", pa.array(worded, pa.string()))
    table = table.append_column(FORM, pa.array(forms, pa.string()))
    about = {"plans": list(names), "home_money": first.plan.home_money}
    return Answer(f"{names[0]} beside {names[1]}", table, COMPARED, tuple(notes), about)
