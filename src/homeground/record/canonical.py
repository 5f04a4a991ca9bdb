"""Canonical JSON: one document, one text, so that its hash is the same everywhere (RFC 8785).

No spaces; members sorted by the UTF-16 code units of their names; numbers as ECMAScript prints a double (1.0 is `1`);
only quotation marks, backslashes and control characters escaped; UTF-8. Text is kept as written: no Unicode
normalisation. Refused, because two programs could read them differently: NaN and infinity, integers that a double
cannot hold as written, names that are not text, lone surrogates, more than 64 levels of nesting.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any, Final

from homeground.errors import BadInput, message

DEPTH: Final = 64


def canonical(document: Any) -> bytes:
    """Return the canonical text of a document as UTF-8; raises BadInput naming the place that has none."""
    try:
        return _write(document, "document", 0).encode("utf-8")
    except UnicodeEncodeError as error:
        found = ascii(error.object[error.start : error.end])
        raise _refused("document", found, "text in Unicode", "remove the lone surrogate") from error


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal characters."""
    return hashlib.sha256(content).hexdigest()


def parse(text: bytes) -> Any:
    """Read JSON; raises BadInput for a name that occurs twice in one object, NaN, infinity, or no JSON."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _refused("document", str(error), "JSON in UTF-8", "correct the text") from error


def _write(value: Any, where: str, depth: int) -> str:
    if depth > DEPTH:
        raise _refused(where, f"more than {DEPTH} levels", f"at most {DEPTH}", "flatten the document")
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return _number(value, where)
    if isinstance(value, Mapping):
        return _object(value, where, depth)
    if isinstance(value, list | tuple):
        return "[" + ",".join(_write(item, f"{where}[{i}]", depth + 1) for i, item in enumerate(value)) + "]"
    raise _refused(where, type(value).__name__, "null, flag, number, text, list or object", "write it as text")


def _object(value: Mapping[Any, Any], where: str, depth: int) -> str:
    for name in value:
        if not isinstance(name, str):
            raise _refused(where, repr(name), "text as name of a member", "write the name as text")
    members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{_write(n, where, depth)}:{_write(v, f'{where}.{n}', depth + 1)}" for n, v in members) + "}"


def _number(value: int | float, where: str) -> str:
    try:
        double = float(value)
    except OverflowError:
        double = math.inf
    if not math.isfinite(double):
        raise _refused(where, str(value)[:30], "a finite number", "leave it empty (null)")
    text = ecmascript(double)
    if isinstance(value, int) and text != str(int(value)):
        raise _refused(where, str(value)[:30], "an integer that a double holds", "write it as text")
    return text


def ecmascript(value: float) -> str:
    """Write a finite double as ECMAScript does: the shortest digits that read back the same.

    >>> ecmascript(1e21), ecmascript(520.0), ecmascript(1e-7), ecmascript(-0.0)
    ('1e+21', '520', '1e-7', '0')
    """
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    point -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Put the point after `point` of the digits; ECMA-262, Number::toString, steps 6 to 10."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{tail}e{point - 1:+d}"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(n for n in names if names.count(n) > 1)!r} occurs twice")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a number in JSON")


def _refused(where: str, found: str, expected: str, do: str) -> BadInput:
    return BadInput(message("the document has no canonical form", where=where, found=found, expected=expected, do=do))
