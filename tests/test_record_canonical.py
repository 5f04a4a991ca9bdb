"""Canonical JSON: the numbers and the order of RFC 8785, and one text per document whatever it holds."""

from __future__ import annotations

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeground.errors import BadInput
from homeground.record.canonical import DEPTH, canonical, ecmascript, parse

RFC_8785_APPENDIX_B = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}

numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
texts = st.text(st.characters(exclude_categories=("Cs",)))
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(("bits", "text"), RFC_8785_APPENDIX_B.items())
def test_numbers_are_written_as_in_the_table_of_the_standard(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert ecmascript(number) == text


def test_names_are_sorted_by_utf16_code_units_as_in_the_example_of_the_standard() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = list(json.loads(canonical(dict.fromkeys(names, 0))))
    assert ordered == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_text_is_escaped_no_more_than_needed() -> None:
    assert canonical('€$\x0f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@given(documents)
def test_reading_and_writing_again_gives_the_same_bytes(document: object) -> None:
    text = canonical(document)
    assert canonical(parse(text)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_as_the_same_double(number: float) -> None:
    assert float(ecmascript(number)) == number


@given(st.dictionaries(texts, documents, min_size=2, max_size=5))
def test_the_order_of_members_does_not_matter(document: dict[str, object]) -> None:
    assert canonical(dict(reversed(document.items()))) == canonical(document)


def nested(levels: int) -> list[object]:
    inner: list[object] = []
    for _ in range(levels):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (math.nan, "finite"),
        (-math.inf, "finite"),
        (10**400, "finite"),
        (2**53 + 1, "integer that a double holds"),
        ({1: "a"}, "name of a member"),
        ({"a": {1, 2}}, "document.a"),
        ([b"raw"], r"document\[0\]"),
        ("\ud800", "surrogate"),
        ({"\ud800": 1}, "surrogate"),
        (nested(DEPTH + 1), "levels"),
    ],
)
def test_what_two_programs_could_read_differently_is_refused(value: object, names: str) -> None:
    with pytest.raises(BadInput, match=names):
        canonical(value)


@pytest.mark.parametrize("text", [b'{"a":1,"a":2}', b"NaN", b"[1,", b"\xff", b"[" * 100_000])
def test_json_that_is_ambiguous_or_none_is_refused(text: bytes) -> None:
    with pytest.raises(BadInput, match="canonical form"):
        parse(text)
