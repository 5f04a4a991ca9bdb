"""The kinds of entries, as data: what each means and which fields its payload has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from homeground.errors import BadInput, listing, message

VERDICTS: Final = ("allow", "caution", "insufficient data", "refer", "refuse")
OUTCOMES: Final = ("approve", "reject")
STANCES: Final = ("for", "against", "remark")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_text, value))


def is_goods(value: Any) -> bool:
    """Whether a text is a class of goods: 2, 4 or 6 digits of the Harmonized System."""
    return isinstance(value, str) and re.fullmatch(r"(\d\d){1,3}", value, re.ASCII) is not None


def is_product(value: Any) -> bool:
    """Whether a text is a product: six digits of the Harmonized System."""
    return is_goods(value) and len(value) == 6


FORMS: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = MappingProxyType(
    {
        "text": ("text that is not empty", _is_text),
        "texts": ("a list of texts", _texts),
        "number": ("a number", _is_number),
        "amount": ("a number, zero or more", lambda value: _is_number(value) and value >= 0),
        "share": ("a number from 0 to 1", lambda value: _is_number(value) and 0 <= value <= 1),
        "entry": ("the number of an entry", lambda value: type(value) is int and value >= 1),
        "flag": ("true or false", lambda value: isinstance(value, bool)),
        "day": ("a day as YYYY-MM-DD", _is_day),
        "goods": (
            "a list of HS classes of 2, 4 or 6 digits, such as 2709",
            lambda value: isinstance(value, list | tuple) and bool(value) and all(map(is_goods, value)),
        ),
        "product": ("six digits of the HS, such as 270900", is_product),
        "verdict": (", ".join(VERDICTS), lambda value: value in VERDICTS),
        "outcome": (", ".join(OUTCOMES), lambda value: value in OUTCOMES),
        "stance": (", ".join(STANCES), lambda value: value in STANCES),
        "hash": (
            "64 hexadecimal characters",
            lambda value: isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None,
        ),
        "object": ("an object", lambda value: isinstance(value, Mapping)),
        "list": ("a list", lambda value: isinstance(value, list | tuple)),
    }
)


@dataclass(frozen=True)
class Kind:
    """A kind of entry: its name, what it says, and the form of each field; a field with `?` may be empty."""

    name: str
    meaning: str
    fields: Mapping[str, str]


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind(
                "person",
                "a person and their roles, added or changed; the last such entry of a person holds",
                {"person": "text", "name": "text", "roles": "texts"},
            ),
            Kind(
                "qualification",
                "a person may sign for these goods in this role, from and to these days (both included)",
                {
                    "person": "text",
                    "role": "text",
                    "goods": "goods",
                    "from": "day",
                    "until": "day",
                    "grounds": "text",
                    "drill": "entry?",
                },
            ),
            Kind("revocation", "a qualification holds no longer", {"entry": "entry", "reason": "text"}),
            Kind(
                "review",
                "a deal was held against a policy: the verdict, the rules that fired, what rules waited for",
                {
                    "deal": "object",
                    "product": "product",
                    "value_usd": "amount?",
                    "verdict": "verdict",
                    "rules": "texts",
                    "unknown": "texts",
                    "day": "day",
                    "policy_version": "hash",
                },
            ),
            Kind(
                "assignment",
                "a review is given to somebody, who sees to it",
                {"entry": "entry", "person": "text"},
            ),
            Kind(
                "position",
                "what somebody says of a deal before it is decided: for it, against it, or a remark; with reasons",
                {"entry": "entry", "stance": "stance", "reasons": "text"},
            ),
            Kind(
                "decision",
                "a deal was approved or rejected, under the policy's verdict and the rules that fired",
                {
                    "deal": "object",
                    "product": "product",
                    "value_usd": "amount?",
                    "verdict": "verdict",
                    "rules": "texts",
                    "outcome": "outcome",
                    "reason": "text?",
                    "signing": "object",
                    "second_needed": "flag",
                    "supersedes": "entry?",
                },
            ),
            Kind(
                "countersignature",
                "the second signature on a decision: agrees or not",
                {"entry": "entry", "agrees": "flag", "reason": "text?"},
            ),
            Kind(
                "supersession",
                "an entry holds no longer; `by` is the entry that takes its place, if any",
                {"entry": "entry", "by": "entry?", "reason": "text"},
            ),
            Kind(
                "drill",
                "an attempt at a drill: answers, scores and whether it was passed; the cases are the evidence",
                {
                    "drill": "text",
                    "person": "text",
                    "role": "text",
                    "goods": "goods",
                    "answers": "object",
                    "verdicts": "share",
                    "reasons": "share",
                    "grave": "texts",
                    "passed": "flag",
                    "cases": "list",
                },
            ),
            Kind(
                "act",
                "something done at the desk that is no decision, such as an account made or a file loaded; no secrets",
                {"act": "text", "about": "text", "detail": "object"},
            ),
            Kind("note", "a remark, on an entry or on nothing in particular", {"text": "text", "entry": "entry?"}),
            Kind(
                "checkpoint",
                "the signature over an earlier entry's number and hash, which pins all entries up to it",
                {"entry": "entry", "hash": "hash", "time": "text", "key": "hash", "signature": "text"},
            ),
        )
    }
)


def require_payload(kind: str, payload: Mapping[str, Any]) -> None:
    """Raise BadInput unless the payload has the fields of its kind, each in its form, and no others."""
    fields = KINDS[kind].fields
    strangers = [name for name in payload if name not in fields]
    absent = [name for name in fields if name not in payload]
    if strangers or absent:
        found = f"missing {listing(absent)}" if absent else f"unknown {listing(strangers)}"
        raise BadInput(
            message(f"not the fields of a {kind}", found=found, expected=listing(fields, 20), do="correct them")
        )
    for name, form in fields.items():
        value, words, fits = payload[name], *FORMS[form.rstrip("?")]
        if not (fits(value) or (value is None and form.endswith("?"))):
            raise BadInput(message(f"{kind}: {name} is wrong", found=repr(value)[:80], expected=words, do="correct it"))
