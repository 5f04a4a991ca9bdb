"""What a rule is about: read from the book, and turned into a condition for a day, with blocs as their members then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from homeground.codes import blocs, countries
from homeground.policy.entries import Entry, fault
from homeground.policy.model import Listed, Parameter, Scope
from homeground.policy.nodes import FALSE, Compare, Constant, In, Name, Node, Not, TextTest, Unknown, all_of, any_of

KEYS: Final = ("direction", "products", "except_products", "partners", "except_partners", "least_value_usd")
CODES: Final = re.compile(r"\d{2}|\d{4}|\d{6}", re.ASCII)


def scope(entry: Entry) -> Scope:
    """Read the scope of a rule or table."""
    return Scope(
        direction=entry.one_of("direction", ("import", "export"), "") or None,
        products=_listed(entry, "products"),
        except_products=_listed(entry, "except_products"),
        partners=_listed(entry, "partners"),
        except_partners=_listed(entry, "except_partners"),
        least_value_usd=entry.number("least_value_usd", None),
    )


def check(found: Scope, parameters: Mapping[str, Parameter], where: str) -> None:
    """Raise BadInput for a product or partner that no table knows, or a list that the book does not have."""
    for key in ("products", "except_products", "partners", "except_partners"):
        listed: Listed = getattr(found, key)
        if listed is None:
            continue
        for code in every(listed, parameters, f"{where}, {key}"):
            if key.endswith("products"):
                if CODES.fullmatch(code) is None:
                    raise fault("not the beginning of an HS code", f"{where}, {key}", repr(code), "2, 4 or 6 digits")
            elif not blocs.is_bloc(code):
                countries.resolve(code)


def condition(found: Scope, day: date, lists: Mapping[str, tuple[str, ...]]) -> Node:
    """Turn a scope into a condition on a day; `lists` holds the parameters that list codes, as of that day."""
    parts: list[Node] = []
    if found.direction is not None:
        parts.append(Compare("==", Name("direction"), Constant(found.direction)))
    parts += [_products(found.products, lists), Not(_products(found.except_products, lists, FALSE))]
    parts += [_partners(found.partners, day, lists), Not(_partners(found.except_partners, day, lists, FALSE))]
    if found.least_value_usd is not None:
        parts.append(Compare(">=", Name("deal_value_usd"), Constant(found.least_value_usd)))
    return all_of(*(part for part in parts if part != Not(FALSE)))


def lists_of(found: Scope) -> frozenset[str]:
    """Name the parameters that a scope takes its lists from."""
    listed = (found.products, found.except_products, found.partners, found.except_partners)
    return frozenset(each for each in listed if isinstance(each, str))


def _products(listed: Listed, lists: Mapping[str, tuple[str, ...]], none: Node = Constant(True)) -> Node:  # noqa: B008
    if listed is None:
        return none
    if isinstance(listed, str) and listed not in lists:
        return _without_value(listed)
    return TextTest("startsWith", Name("hs6"), lists[listed] if isinstance(listed, str) else listed)


def _partners(listed: Listed, day: date, lists: Mapping[str, tuple[str, ...]], none: Node = Constant(True)) -> Node:  # noqa: B008
    if listed is None:
        return none
    if isinstance(listed, str) and listed not in lists:
        return _without_value(listed)
    codes = lists[listed] if isinstance(listed, str) else listed
    members = sorted({member for code in codes for member in _members(code, day)})
    return In(Name("partner"), Constant(tuple(members))) if members else any_of()


def _without_value(name: str) -> Node:
    return Unknown("flag", f"parameter {name} has no value on this day")


def _members(code: str, day: date) -> frozenset[str]:
    if blocs.is_bloc(code):
        return blocs.every()[blocs.resolve(code)].on(day)
    return frozenset([countries.resolve(code)])


def _listed(entry: Entry, key: str) -> Listed:
    found = entry.values.get(key)
    return found if isinstance(found, str) else entry.texts(key) if key in entry.values else None


def every(listed: Listed, parameters: Mapping[str, Parameter], where: str) -> list[str]:
    """Return all codes that a list ever holds; raises BadInput where it is the name of no list."""
    if not isinstance(listed, str):
        return list(listed or ())
    if listed not in parameters or parameters[listed].type != "texts":
        raise fault("no parameter lists codes under this name", where, repr(listed), 'a list such as ["8105"]')
    return [str(code) for dated in parameters[listed].values for code in dated.value]  # type: ignore[union-attr]
