"""Ten thousand tamperings, and each kind by itself: all are found, and the entry that was touched is named."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeground.record import database, keys
from homeground.record.audit import GENESIS, Finding, Row, audit, ed25519_verifies, read_entries
from homeground.record.canonical import canonical, sha256
from homeground.record.verify import read_rows
from record_office import filled

TAMPERINGS = 10_000
Touched = tuple[list[Row], set[int], set[str]]
"""Rows after a tampering, entries of which one must be named, and the kinds of finding that fit."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """36 entries of a real ledger."""
    with (
        filled(tmp_path_factory.mktemp("record") / "record.sqlite") as ledger,
        database.reading(ledger._engine) as connection,
    ):
        return read_rows(connection)


def remade(row: Row, **changes: object) -> Row:
    """A forged entry: another text, with the hash that fits it; made from nothing where the text is not readable."""
    try:
        stated = json.loads(row.body)
    except ValueError:
        stated = {"number": row.place}
    body = canonical({**stated, **changes})
    return Row(row.place, sha256(body), body)


def flip_text(rows: list[Row], dice: random.Random) -> Touched:
    at = dice.randrange(len(rows))
    bit = dice.randrange(len(rows[at].body) * 8)
    body = bytearray(rows[at].body)
    body[bit // 8] ^= 1 << bit % 8
    rows[at] = Row(rows[at].place, rows[at].hash, bytes(body))
    return rows, {rows[at].place}, {"altered"}


def flip_hash(rows: list[Row], dice: random.Random) -> Touched:
    at = dice.randrange(len(rows))
    place = dice.randrange(64)
    digest = rows[at].hash
    other = dice.choice([c for c in "0123456789abcdef" if c != digest[place]])
    rows[at] = Row(rows[at].place, digest[:place] + other + digest[place + 1 :], rows[at].body)
    return rows, {rows[at].place}, {"altered"}


def forge(rows: list[Row], dice: random.Random) -> Touched:
    at = dice.randrange(len(rows))
    rows[at] = remade(rows[at], payload={"text": "forged", "entry": None})
    return rows, {rows[at].place}, {"altered"}


def delete(rows: list[Row], dice: random.Random) -> Touched:
    at = dice.randrange(len(rows))
    gone = rows.pop(at)
    return rows, {gone.place}, {"removed"}


def swap(rows: list[Row], dice: random.Random) -> Touched:
    a, b = sorted(dice.sample(range(len(rows)), 2))
    rows[a], rows[b] = (
        Row(rows[a].place, rows[b].hash, rows[b].body),
        Row(rows[b].place, rows[a].hash, rows[a].body),
    )
    return rows, {rows[a].place, rows[b].place}, {"swapped"}


def insert(rows: list[Row], dice: random.Random) -> Touched:
    """Put an entry in that fits the one before it, and file the later ones one further."""
    at = dice.randrange(len(rows))
    forged = remade(rows[at], payload={"text": "slipped in", "entry": None})
    later = [Row(row.place + 1, row.hash, row.body) for row in rows[at:]]
    return [*rows[:at], forged, *later], {forged.place}, {"inserted"}


def copy(rows: list[Row], dice: random.Random) -> Touched:
    """File an entry a second time, at another place that is pushed on."""
    at, source = dice.sample(range(len(rows)), 2)
    twin = Row(rows[at].place, rows[source].hash, rows[source].body)
    later = [Row(row.place + 1, row.hash, row.body) for row in rows[at:]]
    return [*rows[:at], twin, *later], {twin.place, rows[source].place, rows[source].place + 1}, {"inserted"}


def cut(rows: list[Row], dice: random.Random) -> Touched:
    keep = dice.randrange(len(rows))
    return rows[:keep], {keep + 1}, {"removed"}


def rewrite_tail(rows: list[Row], dice: random.Random) -> Touched:
    """Forge an entry and make all later ones anew, so that the chain holds."""
    at = dice.randrange(len(rows))
    previous = rows[at - 1].hash if at else GENESIS
    for place in range(at, len(rows)):
        changes = {"previous": previous} if place > at else {"time": "1999-01-01T00:00:00.000000Z"}
        rows[place] = remade(rows[place], **changes)
        previous = rows[place].hash
    return rows, {rows[-1].place}, {"altered"}


WAYS: tuple[Callable[[list[Row], random.Random], Touched], ...] = (
    flip_text, flip_hash, forge, delete, swap, insert, copy, cut, rewrite_tail,
)  # fmt: skip


def names(findings: Sequence[Finding], touched: set[int], kinds: set[str]) -> bool:
    """Whether a fitting finding names a touched entry (a swap names both)."""
    fitting = [f for f in findings if f.kind in kinds]
    if "swapped" in kinds:
        return any({f.first, f.last} == touched for f in fitting)
    return any(f.first in touched for f in fitting)


def test_an_untouched_record_has_no_findings(rows: list[Row]) -> None:
    assert audit(rows, {}) == []
    assert audit(rows, {rows[-1].place: rows[-1].hash, 7: rows[6].hash}) == []


def test_ten_thousand_random_tamperings_are_all_found_and_named(rows: list[Row]) -> None:
    dice = random.Random(20261125)
    signed = {rows[-1].place: rows[-1].hash}
    missed: list[tuple[str, int, list[Finding]]] = []
    tried: Counter[str] = Counter()
    for number in range(TAMPERINGS):
        way = WAYS[number % len(WAYS)]
        tampered, touched, kinds = way(list(rows), dice)
        findings = audit(tampered, signed)
        tried[way.__name__] += 1
        if not names(findings, touched, kinds):
            missed.append((way.__name__, number, findings))
    assert missed == []
    assert sum(tried.values()) == TAMPERINGS
    assert min(tried.values()) > 1_000


@pytest.mark.parametrize("way", [w for w in WAYS if w not in (cut, rewrite_tail)], ids=lambda way: way.__name__)
def test_inside_the_chain_no_checkpoint_is_needed_to_find_a_tampering(
    rows: list[Row], way: Callable[[list[Row], random.Random], Touched]
) -> None:
    dice = random.Random(7)
    for _ in range(300):
        inner, last = list(rows[:-1]), rows[-1]
        tampered, _, _ = way(inner, dice)
        closing = Row(len(tampered) + 1 if len(tampered) > len(rows) - 1 else last.place, last.hash, last.body)
        assert audit([*tampered, closing], {}) != []


def test_one_touched_entry_is_the_only_one_named(rows: list[Row]) -> None:
    signed = {rows[-1].place: rows[-1].hash}
    for way in (flip_text, flip_hash, delete, insert, swap):
        dice = random.Random(3)
        for _ in range(200):
            tampered, _, _ = way(list(rows), dice)
            findings = [f for f in audit(tampered, signed) if f.kind != "moved"]
            assert len(findings) == 1, (way.__name__, findings)


def test_a_chain_made_anew_is_found_only_by_the_checkpoint(rows: list[Row]) -> None:
    tampered, _, _ = rewrite_tail(list(rows), random.Random(1))
    assert audit(tampered, {}) == []
    assert audit(tampered, {rows[-1].place: rows[-1].hash}) != []


def test_entries_filed_under_a_far_number_are_named_without_counting_there(rows: list[Row]) -> None:
    far = Row(10**15, rows[2].hash, rows[2].body)
    (finding,) = audit([*rows[:2], *rows[3:], far], {})
    assert (finding.kind, finding.first) == ("moved", 3)


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_any_two_tamperings_together_are_found(rows: list[Row], data: st.DataObject) -> None:
    dice = random.Random(data.draw(st.integers(0, 2**32)))
    first, second = data.draw(st.tuples(st.sampled_from(WAYS), st.sampled_from(WAYS)))
    once, _, _ = first(list(rows), dice)
    if len(once) < 2:
        return
    twice, _, _ = second(once, dice)
    if twice != rows:
        assert audit(twice, {rows[-1].place: rows[-1].hash}) != []


def holds_together(rows: Sequence[Row], signed: dict[int, str]) -> bool:
    """The promise in the plainest words: numbers 1 to n, each text with its hash, each naming the one before."""
    previous = GENESIS
    for number, row in enumerate(sorted(rows, key=lambda row: row.place), 1):
        try:
            stated = json.loads(row.body)
            says = (stated["number"], stated["previous"])
        except (ValueError, KeyError, TypeError):
            return False
        if row.place != number or sha256(row.body) != row.hash or says != (number, previous):
            return False
        if signed.get(number, row.hash) != row.hash:
            return False
        previous = row.hash
    return max(signed, default=0) <= len(rows)


@st.composite
def forgeries(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Rows of a forger who makes every hash fit, and changes numbers, links and texts at will."""
    made = list(rows[: draw(st.integers(0, len(rows)))])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(made)))
        source = draw(st.sampled_from(rows))
        hashes = st.sampled_from([GENESIS, *(row.hash for row in rows)])
        changes = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "number": st.none() | st.integers(-1, len(rows) + 2),
                    "previous": st.none() | hashes,
                    "kind": st.just("note"),
                },
            )
        )
        body = draw(st.sampled_from([canonical({**json.loads(source.body), **changes}), b"[]", b"1", b"{}", b"x"]))
        place = draw(st.sampled_from([at + 1, source.place, len(made) + 1]))
        kept = draw(st.sampled_from([sha256(body), source.hash]))
        made[at : at + draw(st.integers(0, 1))] = [Row(place, kept, body)]
    return made


@given(st.data())
@settings(deadline=None, max_examples=600)
def test_there_are_findings_exactly_where_the_promise_is_broken(rows: list[Row], data: st.DataObject) -> None:
    forged = data.draw(forgeries(rows[:8]))
    places = st.integers(1, 9)
    signed = data.draw(st.dictionaries(places, st.sampled_from([row.hash for row in rows[:9]]), max_size=2))
    assert (audit(forged, signed) == []) is holds_together(forged, signed)


@given(st.integers(0, 36), st.sets(st.integers(1, 36), max_size=4))
@settings(deadline=None)
def test_a_genuine_beginning_has_findings_only_where_more_was_signed(
    rows: list[Row], length: int, checkpoints: set[int]
) -> None:
    signed = {number: rows[number - 1].hash for number in checkpoints}
    findings = audit(rows[:length], signed)
    assert [f.kind for f in findings] == (["removed"] if max(checkpoints, default=0) > length else [])


@given(st.data())
@settings(deadline=None, max_examples=500)
def test_any_byte_changed_in_an_exported_file_is_found(rows: list[Row], data: st.DataObject) -> None:
    content = b"".join(f"{r.place} {r.hash} ".encode() + r.body + b"\n" for r in rows)
    at = data.draw(st.integers(0, len(content) - 2))
    new = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    changed = content[:at] + bytes([new]) + content[at + 1 :]
    read = read_entries(changed)
    if read != list(rows):  # another way to write the same number, such as 01, says the same
        assert audit(read, {rows[-1].place: rows[-1].hash}) != []


RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
)


@pytest.mark.parametrize(("public", "text", "signature"), RFC_8032)
def test_the_script_verifies_the_signatures_of_the_standard(public: str, text: str, signature: str) -> None:
    key, signed, sig = bytes.fromhex(public), bytes.fromhex(text), bytes.fromhex(signature)
    assert ed25519_verifies(key, signed, sig)
    assert not ed25519_verifies(key, signed + b"x", sig)


@given(st.binary(max_size=200), st.integers(0, 96 * 8 - 1), st.booleans())
@settings(deadline=None, max_examples=60)
def test_the_script_and_the_library_agree_on_signatures(text: bytes, bit: int, spoil: bool) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(sha256(text).encode()[:32])
    both = bytearray(keys.raw(key.public_key()) + key.sign(text))
    if spoil:
        both[bit // 8] ^= 1 << bit % 8
    public, signature = bytes(both[:32]), bytes(both[32:])
    assert ed25519_verifies(public, text, signature) is keys.verifies(public, text, signature) is not spoil


def test_a_signature_with_a_scalar_beyond_the_order_is_refused() -> None:
    public, text, signature = (bytes.fromhex(part) for part in RFC_8032[1])
    order = 2**252 + 27742317777372353535851937790883648493
    bent = int.from_bytes(signature[32:], "little") + order
    assert not ed25519_verifies(public, text, signature[:32] + bent.to_bytes(32, "little"))


def test_rows_come_from_a_file_as_they_were_written(rows: list[Row], tmp_path: Path) -> None:
    content = b"".join(f"{r.place} {r.hash} ".encode() + r.body + b"\n" for r in rows)
    assert read_entries(content) == rows
