"""A review in the record and what was said of it: the queue and the hearing, as the entries make them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Position:
    """What somebody said of a deal: its entry, when, who in which role, for, against or a remark, and the reasons."""

    entry: int
    time: str
    person: str
    role: str
    stance: str
    reasons: str


@dataclass(frozen=True)
class Reviewed:
    """A review: what it found, who sees to it, what was said, and the decisions made on it, in their order.

    `value_usd` is None where the value is not known. `withdrawn` is the entry that withdrew it. `parties` are the names
    that the deal states: seller, buyer, vessel.
    """

    entry: int
    time: str
    person: str
    product: str
    value_usd: float | None
    verdict: str
    rules: tuple[str, ...]
    title: str
    partner: str
    country: str
    parties: tuple[str, ...] = ()
    assigned: str = ""
    positions: tuple[Position, ...] = ()
    decisions: tuple[int, ...] = ()
    withdrawn: int | None = None

    @property
    def stances(self) -> dict[str, str]:
        """Where each person stands: the last that they said for or against."""
        return {said.person: said.stance for said in self.positions if said.stance != "remark"}

    def count(self, stance: str) -> int:
        """Return how many people stand for or against it."""
        return list(self.stances.values()).count(stance)
