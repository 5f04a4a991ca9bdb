"""Lists of names and measures: which are loaded and how old they are, and a name held against them."""

from __future__ import annotations

from homeground.brief.deals.policy_shelf_tables import lists_answer
from homeground.brief.deals.policy_tables import screening_answer
from homeground.desk.pages import Asked, Asking, Panel, Sheet, field, page
from homeground.desk.showing.choices import today
from homeground.home.deals import screenings
from homeground.policy.screening import THRESHOLD


class Name(Asked):
    """A name to look for."""

    name: str | None = field("Name", None, help="Of a person, firm or vessel, in any script.", max_length=200)
    threshold: float = field("Least likeness", THRESHOLD, help="1 is the same name.", ge=0.5, le=1)


@page("/policy-lists", title="Lists of names and measures", purpose="policy", discreet=True)
def lists(asking: Asking, asked: Name) -> Sheet:
    """What is loaded, and whom a name resembles."""
    panels = [Panel(lists_answer(asking.home.store, today()), "lists", most=100)]
    if asked.name:
        found = screenings.screen(asking.home.store, asked.name, today(), asked.threshold)
        panels.insert(0, Panel(screening_answer(found), "hits", most=50, empty=asking.text("No name is like it.")))
    lead = asking.text("Whether a name stands on a list that is loaded; a likeness is no proof.")
    trail = ((asking.text("Policy"), "/policy"),)
    return Sheet(asking.text("Lists of names and measures"), tuple(panels), lead=lead, trail=trail)
