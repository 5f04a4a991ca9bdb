"""A case: what is known of one deal, by the names of the facts, each of its type."""

from __future__ import annotations

import math
from collections.abc import Mapping

from homeground.codes import countries, products
from homeground.errors import listing
from homeground.policy.entries import fault
from homeground.policy.nodes import Value
from homeground.policy.types import near, type_of_value
from homeground.policy.vocabulary import Fact

COUNTRIES = ("partner", "origin")


def typed_case(case: object, facts: Mapping[str, Fact], where: str = "the case") -> dict[str, Value]:
    """Return a case with every value checked against its fact; empty values are left out, as not known.

    Raises BadInput for a name that is no fact, a value of another type or outside of what the fact can be, and for an
    unknown country or product.
    """
    if not isinstance(case, Mapping):
        raise fault("a case is a table of facts", where, repr(case), "fact = value")
    typed: dict[str, Value] = {}
    for name, value in case.items():
        if name not in facts:
            raise fault("unknown fact", where, repr(name), near(str(name), facts))
        if value is not None:
            typed[name] = _value(facts[name], value, f"{where}, {name}")
    return typed


def _value(fact: Fact, value: object, where: str) -> Value:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = float(value)
    elif isinstance(value, list | tuple):
        value = tuple(str(item) for item in value)
    found = type_of_value(value)
    if not isinstance(value, float | str | bool | tuple) or found != fact.type:
        raise fault(f"{fact.name} is a {fact.type}", where, repr(value), fact.type)
    if isinstance(value, float):
        _in_range(fact, value, where)
    if fact.values and value not in fact.values:
        raise fault(f"{fact.name} is none of its values", where, repr(value), listing(fact.values))
    if fact.name in COUNTRIES:
        return countries.resolve(str(value))
    return products.normalise(str(value)) if fact.name == "hs6" else value


def _in_range(fact: Fact, value: float, where: str) -> None:
    least = -math.inf if fact.least is None else fact.least
    most = math.inf if fact.most is None else fact.most
    if not (least <= value <= most and math.isfinite(value)):
        expected = f"{least:g} to {most:g}" + (" (0.4 for 40 %)" if fact.unit == "share" else "")
        raise fault(f"{fact.name} is out of range", where, f"{value:g}", expected)
