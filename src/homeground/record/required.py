"""The signatures that a decision needs, and which of them are still open: each given by another person.

One signature fills one place. Who fills which is settled so that as many places as possible are filled (a largest
matching of signatures and places), so the order of signing does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Required:
    """One signature that is needed: by which rule of the policy, in one of which roles, on what legal basis."""

    rule: str
    roles: tuple[str, ...]
    reference: str = ""

    def __str__(self) -> str:
        """Write it as a reader does."""
        basis = ", ".join(part for part in (self.rule, self.reference) if part)
        return f"{' or '.join(self.roles)}" + (f" ({basis})" if basis else "")

    def document(self) -> dict[str, Any]:
        """Return it as it is written into a decision."""
        return {"rule": self.rule, "roles": list(self.roles), "reference": self.reference}


def of(signing: Mapping[str, Any], second_needed: bool) -> tuple[Required, ...]:
    """Read what a decision says of its signatures: those that its policy listed, else a first and perhaps a second."""
    if "required" in signing:
        return tuple(Required(each["rule"], tuple(each["roles"]), each["reference"]) for each in signing["required"])
    reference = signing.get("reference", "")
    first, second = (Required("", tuple(signing[roles]), reference) for roles in ("roles", "second_roles"))
    return (first, second) if second_needed else (first,)


def unmet(required: Sequence[Required], roles: Sequence[str]) -> tuple[Required, ...]:
    """Return what is still open after signatures in these roles."""
    filled = places(required, roles)
    return tuple(need for place, need in enumerate(required) if place not in filled)


def places(required: Sequence[Required], roles: Sequence[str]) -> dict[int, int]:
    """Return which signature, by its place among `roles`, fills which of the places that are needed."""
    filled: dict[int, int] = {}

    def fill(signature: int, tried: set[int]) -> bool:
        for place, need in enumerate(required):
            if roles[signature] in need.roles and place not in tried:
                tried.add(place)
                if place not in filled or fill(filled[place], tried):
                    filled[place] = signature
                    return True
        return False

    for signature in range(len(roles)):
        fill(signature, set())
    return filled
