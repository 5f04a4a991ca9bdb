"""What holds now: people, qualifications and decisions, computed from the entries alone, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from homeground.errors import NotInHome, message
from homeground.record import required
from homeground.record.audit import GENESIS
from homeground.record.entries import Entry
from homeground.record.hearing import Position, Reviewed
from homeground.record.required import Required

REGISTRAR: Final = "registrar"
"""The role that adds people and grants qualifications."""

Standing = Literal[
    "in force", "awaits second signature", "awaits further signature", "refused by the second", "superseded"
]
WAITING: Final = ("awaits second signature", "awaits further signature")


@dataclass(frozen=True)
class Person:
    """Someone known to the record: identity, name, roles held now."""

    id: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Qualification:
    """A person may sign for goods (HS classes) in a role from `since` to `until`, both included (ISO days)."""

    entry: int
    person: str
    role: str
    goods: tuple[str, ...]
    since: str
    until: str
    grounds: str
    revoked: bool = False

    def covers(self, product: str) -> bool:
        """Whether the product is of these goods."""
        return product.startswith(self.goods)

    def holds(self, day: str) -> bool:
        """Whether it holds on a day (ISO)."""
        return not self.revoked and self.since <= day <= self.until


@dataclass(frozen=True)
class Signed:
    """A countersignature: its entry, by whom and in which role, and whether they agree."""

    entry: int
    person: str
    role: str
    agrees: bool


@dataclass(frozen=True)
class Decided:
    """A decision and what became of it: the signatures it needs, and the countersignatures that stand.

    Whoever may give one of the signatures `entitled` may withdraw it. `review` is the entry of the review that it was
    made on, if any. `names` are those that the deal states: title, partner, country, seller, buyer, vessel.
    """

    entry: int
    time: str
    person: str
    role: str
    product: str
    value_usd: float | None
    verdict: str
    outcome: str
    required: tuple[Required, ...]
    entitled: tuple[Required, ...]
    review: int | None = None
    names: tuple[str, ...] = ()
    signed: tuple[Signed, ...] = ()
    superseded: int | None = None

    @property
    def open(self) -> tuple[Required, ...]:
        """The signatures that are still needed."""
        return required.unmet(self.required, self._given)

    def open_to(self, role: str) -> bool:
        """Whether one more signature, in this role, would count, those given filling other places where they can."""
        return len(required.unmet(self.required, [*self._given, role])) < len(self.open)

    @property
    def _given(self) -> list[str]:
        return [self.role, *(each.role for each in self.signed if each.agrees)]

    @property
    def second_person(self) -> str:
        """Who countersigned, in their order."""
        return ", ".join(each.person for each in self.signed)

    @property
    def standing(self) -> Standing:
        """Whether it is in force."""
        if self.superseded is not None:
            return "superseded"
        if not all(each.agrees for each in self.signed):
            return "refused by the second"
        if self.open:
            return "awaits further signature" if self.signed else "awaits second signature"
        return "in force"


@dataclass
class State:
    """What the entries up to `number` amount to; `apply` takes the next one."""

    number: int = 0
    hash: str = GENESIS
    time: str = ""
    kinds: dict[int, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    qualifications: dict[int, Qualification] = field(default_factory=dict)
    reviews: dict[int, Reviewed] = field(default_factory=dict)
    decisions: dict[int, Decided] = field(default_factory=dict)
    countersigned: dict[int, int] = field(default_factory=dict)
    superseded: dict[int, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    def apply(self, entry: Entry) -> None:
        """Take the next entry."""
        self.number, self.hash, self.time = entry.number, entry.hash, entry.time
        self.kinds[entry.number] = entry.kind
        if entry.token:
            self.sent[entry.token] = entry.number
        take = _TAKERS.get(entry.kind)
        if take is not None:
            take(self, entry)

    def person(self, identity: str) -> Person:
        """Return a person; raises NotInHome for one that the record does not know."""
        if identity not in self.people:
            known = ", ".join(sorted(self.people)) or "nobody yet"
            do = "add them with 'homeground record people add', or correct the name"
            raise NotInHome(message("the record does not know this person", found=identity, expected=known, do=do))
        return self.people[identity]

    def decision(self, number: int) -> Decided:
        """Return a decision; raises NotInHome where the entry is no decision."""
        if number not in self.decisions:
            found = self.kinds.get(number, "no such entry")
            do = "see 'homeground record log --kind decision'"
            raise NotInHome(message(f"entry {number} is not a decision", found=found, do=do))
        return self.decisions[number]


def _take_person(state: State, entry: Entry) -> None:
    said = entry.payload
    state.people[said["person"]] = Person(said["person"], said["name"], tuple(said["roles"]))


def _take_qualification(state: State, entry: Entry) -> None:
    said = entry.payload
    state.qualifications[entry.number] = Qualification(
        entry.number, said["person"], said["role"], tuple(said["goods"]), said["from"], said["until"], said["grounds"]
    )


def _take_revocation(state: State, entry: Entry) -> None:
    held = state.qualifications[entry.payload["entry"]]
    state.qualifications[held.entry] = replace(held, revoked=True)


def _take_review(state: State, entry: Entry) -> None:
    said, (signer, *_) = entry.payload, entry.people
    deal: Mapping[str, Any] = said["deal"]
    state.reviews[entry.number] = Reviewed(
        entry.number, entry.time, signer.person, said["product"], said["value_usd"], said["verdict"],
        tuple(said["rules"]), str(deal.get("title", "")), str(deal.get("partner", "")), str(deal.get("country", "")),
        _stated(deal, "seller", "buyer", "vessel"),
    )  # fmt: skip


def _stated(deal: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    return tuple(str(deal[name]) for name in names if deal.get(name))


def _take_assignment(state: State, entry: Entry) -> None:
    held = state.reviews[entry.payload["entry"]]
    state.reviews[held.entry] = replace(held, assigned=entry.payload["person"])


def _take_position(state: State, entry: Entry) -> None:
    said, (signer, *_) = entry.payload, entry.people
    held = state.reviews[said["entry"]]
    taken = Position(entry.number, entry.time, signer.person, signer.role, said["stance"], said["reasons"])
    state.reviews[held.entry] = replace(held, positions=(*held.positions, taken))


def _take_decision(state: State, entry: Entry) -> None:
    said, (signer, *_) = entry.payload, entry.people
    signing: Mapping[str, Any] = said["signing"]
    state.decisions[entry.number] = Decided(
        entry.number,
        entry.time,
        signer.person,
        signer.role,
        said["product"],
        said["value_usd"],
        said["verdict"],
        said["outcome"],
        required.of(signing, said["second_needed"]),
        required.of(signing, True),
        signing.get("review"),
        _stated(said["deal"], "title", "partner", "country", "seller", "buyer", "vessel"),
    )
    if (reviewed := state.reviews.get(signing.get("review", 0))) is not None:
        state.reviews[reviewed.entry] = replace(reviewed, decisions=(*reviewed.decisions, entry.number))


def _take_countersignature(state: State, entry: Entry) -> None:
    number = entry.payload["entry"]
    state.countersigned[entry.number] = number
    held, (signer, *_) = state.decisions[number], entry.people
    signed = Signed(entry.number, signer.person, signer.role, entry.payload["agrees"])
    state.decisions[number] = replace(held, signed=(*held.signed, signed))


def _take_supersession(state: State, entry: Entry) -> None:
    number = entry.payload["entry"]
    state.superseded[number] = entry.number
    if number in state.reviews:
        state.reviews[number] = replace(state.reviews[number], withdrawn=entry.number)
    if state.kinds[number] == "position":
        _drop_position(state, number)
    if number in state.decisions:
        state.decisions[number] = replace(state.decisions[number], superseded=entry.number)
    if number in state.countersigned:
        decided = state.decisions[state.countersigned[number]]
        left = tuple(each for each in decided.signed if each.entry != number)
        state.decisions[decided.entry] = replace(decided, signed=left)


def _drop_position(state: State, number: int) -> None:
    for held in [each for each in state.reviews.values() if any(said.entry == number for said in each.positions)]:
        left = tuple(said for said in held.positions if said.entry != number)
        state.reviews[held.entry] = replace(held, positions=left)


_TAKERS: Final = {
    "person": _take_person,
    "qualification": _take_qualification,
    "revocation": _take_revocation,
    "review": _take_review,
    "assignment": _take_assignment,
    "position": _take_position,
    "decision": _take_decision,
    "countersignature": _take_countersignature,
    "supersession": _take_supersession,
}
