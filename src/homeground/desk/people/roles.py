"""Roles: what a person may do at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal

Role = Literal["viewer", "analyst", "officer", "countersigner", "auditor", "admin"]
Needs = Literal["viewer", "analyst", "officer", "countersigner", "auditor", "admin", "signed-in", "anyone"]

ROLES: Final[tuple[Role, ...]] = ("viewer", "analyst", "officer", "countersigner", "auditor", "admin")

INCLUDES: Final[Mapping[Role, frozenset[Role]]] = MappingProxyType(
    {
        "viewer": frozenset({"viewer"}),
        "analyst": frozenset({"viewer", "analyst"}),
        "officer": frozenset({"viewer", "analyst", "officer"}),
        "countersigner": frozenset({"viewer", "analyst", "countersigner"}),
        "auditor": frozenset({"viewer", "auditor"}),
        "admin": frozenset({"viewer", "admin"}),
    }
)
"""What each role may do besides its own; an administrator does not sign, and a signer does not administer."""

MEANINGS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        "viewer": "reads every page on trade",
        "analyst": "loads data, solves plans, runs shocks and backtests",
        "officer": "judges deals and signs decisions first",
        "countersigner": "signs decisions second",
        "auditor": "reads the whole record, verifies and exports it",
        "admin": "makes accounts and gives roles",
    }
)

READERS: Final[tuple[Needs, ...]] = ("officer", "countersigner", "auditor", "admin")
"""Who reads the record."""


def may(roles: Iterable[str], needs: Needs | tuple[Needs, ...]) -> bool:
    """Whether somebody signed in with these roles may do what needs this role, or one of these.

    >>> may(["officer"], "analyst"), may(["admin"], "officer"), may([], "signed-in")
    (True, False, True)
    """
    wanted = {needs} if isinstance(needs, str) else set(needs)
    if wanted & {"signed-in", "anyone"}:
        return True
    held_roles = set(roles)
    held = frozenset[str]().union(*(INCLUDES[role] for role in ROLES if role in held_roles))
    return bool(wanted & held)
