"""The queue of reviews: which wait and for what, a pure function of the entries; and what may be added to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from homeground.errors import BadInput, HomegroundError, NotInHome, message
from homeground.record.entries import Signer
from homeground.record.hearing import Reviewed
from homeground.record.signing import Draft, require_role, require_undecided, supersession
from homeground.record.state import WAITING, Decided, State

Stage = Literal["to be decided", "awaits signature", "decided", "withdrawn"]
OPEN: Final = ("to be decided", "awaits signature")
VOID: Final = ("superseded", "refused by the second")


@dataclass(frozen=True)
class Queued:
    """A review with its stage; `decided` is the decision that stands on it, if any."""

    review: Reviewed
    stage: Stage
    decided: Decided | None


def queue(state: State) -> tuple[Queued, ...]:
    """Return every review with its stage, in the order in which they came."""
    return tuple(stand(state, number) for number in sorted(state.reviews))


def stand(state: State, number: int) -> Queued:
    """Return how a review stands; raises NotInHome where the entry is no review."""
    review = reviewed(state, number)
    standing = [state.decisions[each] for each in review.decisions if state.decisions[each].standing not in VOID]
    decided = standing[-1] if standing else None
    if decided is not None:
        return Queued(review, "awaits signature" if decided.standing in WAITING else "decided", decided)
    return Queued(review, "withdrawn" if review.withdrawn else "to be decided", None)


def reviewed(state: State, number: int) -> Reviewed:
    """Return a review; raises NotInHome where the entry is none."""
    if number not in state.reviews:
        found, do = state.kinds.get(number, "no such entry"), "choose one that is in the queue"
        raise NotInHome(message(f"entry {number} is not a review", found=found, do=do))
    return state.reviews[number]


def assignment(state: State, review: int, person: str, by: str, role: str) -> Draft:
    """Give a review to somebody who holds a role in which one can sign."""
    require_role(state.person(by), role)
    reviewed(state, review)
    require_undecided(state, review)
    if not state.person(person).roles:
        do = "give it to somebody else"
        raise BadInput(message("the person has no role any more", found=person, do=do))
    if state.reviews[review].assigned == person:
        raise BadInput(message(f"review {review} is with this person already", found=person, do="leave it there"))
    return Draft("assignment", (Signer(by, role),), {"entry": review, "person": person})


def position(state: State, review: int, stance: str, reasons: str, by: str, role: str) -> Draft:
    """Speak in the hearing of a review; it ends with the decision."""
    require_role(state.person(by), role)
    reviewed(state, review)
    require_undecided(state, review)
    return Draft("position", (Signer(by, role),), {"entry": review, "stance": stance, "reasons": reasons})


def may_sign(state: State, decided: Decided, person: str) -> tuple[str, ...]:
    """Return the roles in which somebody could still sign a decision, by role alone (see `signing.require_signer`)."""
    if decided.standing not in WAITING or person in (decided.person, *(each.person for each in decided.signed)):
        return ()
    held = state.people[person].roles if person in state.people else ()
    return tuple(role for role in held if decided.open_to(role))


def may_withdraw(state: State, day: str, number: int, person: str) -> tuple[str, ...]:
    """Return the roles in which somebody may withdraw an entry on a day (see `signing.supersession`)."""
    held = state.people[person].roles if person in state.people else ()
    return tuple(role for role in held if _withdrawn(state, day, number, person, role))


def _withdrawn(state: State, day: str, number: int, person: str, role: str) -> bool:
    try:
        supersession(state, day, number, "asked", person, role)
    except HomegroundError:
        return False
    return True
