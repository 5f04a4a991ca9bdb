"""Verify a record with Python's standard library: `python verify.py [FOLDER] [--public-key F] [--checkpoint F]`.

An exported record is a folder:

    entries.txt           one entry per line: its number, a space, its SHA-256, a space, its text (canonical JSON)
    snapshots/HASH        evidence and policy texts, each named by the SHA-256 of its content
    checkpoints/N.json    a signature (Ed25519) over number and hash of entry N, which pins all entries up to N
    public-key.pem        the key that the signatures are checked with, unless you give your own copy

What is checked: the hash of an entry is the SHA-256 of its text; each text names its own number and the hash of the
entry before (64 zeros for the first); every signature is right and its entry is the one that was signed; every snapshot
has the hash that entries cite. Whoever changes, removes, swaps or inserts an entry breaks one of these, unless they
make all later entries anew, and then the checkpoints no longer fit. What comes after the last checkpoint is chained,
but not yet signed. Needs Python 3.9. Exit code: 0 intact, 1 something is wrong, 2 a file cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Mapping, Sequence  # noqa: UP035 - also runs on older Pythons

GENESIS = "0" * 64


@dataclass(frozen=True)
class Row:
    """An entry as it is kept: the number it is filed under, the hash kept beside it, and its text."""

    place: int
    hash: str
    body: bytes


@dataclass(frozen=True)
class Finding:
    """Something wrong with the entries `first` to `last` (a swap: these two)."""

    kind: str
    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Read:
    """A row with what its text says of itself; `number` and `previous` are None where it is not readable."""

    row: Row
    computed: str
    number: int | None
    previous: str | None

    @property
    def intact(self) -> bool:
        """Whether the text has the hash that is kept beside it."""
        return self.computed == self.row.hash


def audit(rows: Iterable[Row], signed: Mapping[int, str]) -> list[Finding]:
    """Find altered, removed, swapped and inserted entries; `signed` are the hashes that checkpoints vouch for.

    The chain is followed backwards, from what is signed or last to the first entry: each entry names the hash of the
    one before, so the genuine ones are found by hash wherever they stand, and the others stand out.
    """
    read = [_read(row) for row in rows]
    kept, findings = _walk(read, signed)
    used = set(map(id, kept.values()))
    strangers = [
        Finding(
            "inserted", r.row.place, r.row.place, f"an entry filed under {r.row.place} does not belong to the chain"
        )
        for r in read
        if id(r) not in used
    ]
    return sorted(findings + _order(kept) + strangers, key=lambda finding: finding.first)


def _read(row: Row) -> Read:
    number = previous = None
    try:
        stated = json.loads(row.body)
        if isinstance(stated, dict):
            number, previous = stated.get("number"), stated.get("previous")
    except (ValueError, RecursionError):
        pass
    return Read(
        row,
        hashlib.sha256(row.body).hexdigest(),
        number if type(number) is int else None,
        previous if isinstance(previous, str) else None,
    )


def _walk(read: Sequence[Read], signed: Mapping[int, str]) -> tuple[dict[int, Read], list[Finding]]:
    """Follow the chain from the last number to the first; return the entry kept for each number, and what is wrong."""
    by_hash, by_number = _indices(read)
    kept: dict[int, Read] = {}
    used: set[int] = set()
    findings: list[Finding] = []
    number, named = max([*by_number, *signed], default=0), ""
    while number >= 1:
        expected = signed.get(number, named)
        if named and expected != named:
            text = f"entry {number + 1} does not follow the entry {number} that was signed: it was put in or made anew"
            findings.append(Finding("inserted", number + 1, number + 1, text))
        found = by_hash.get(expected) or by_number.get(number)
        if found is None or id(found) in used:
            lower = number - 1 if expected else max((n for n in [*by_number, *signed] if n < number), default=0)
            findings.append(_removed(lower + 1, number, findings))
            number, named = lower, ""
            continue
        findings += _altered(found, number, expected, number in signed)
        kept[number] = found
        used.add(id(found))
        named = _named_before(found, expected, by_hash)
        number -= 1
    return kept, findings + _beginning(kept)


def _indices(read: Sequence[Read]) -> tuple[dict[str, Read], dict[int, Read]]:
    """Find rows by hash, kept or computed, and by number: the text's own where it is whole, else where it is filed."""
    highest = max((r.row.place for r in read), default=0)
    in_place = sorted(read, key=lambda r: r.row.place == r.number)
    by_hash = {r.row.hash: r for r in in_place}
    by_hash.update({r.computed: r for r in in_place})
    by_hash.pop("", None)
    by_number = {r.row.place: r for r in read if not r.intact or r.number is None}
    by_number.update({r.number: r for r in in_place if r.intact and r.number is not None and r.number <= highest})
    return by_hash, by_number


def _named_before(found: Read, expected: str, by_hash: Mapping[str, Read]) -> str:
    """Return the hash that an entry names as the one before, if it can be relied on."""
    whole = found.computed == (expected or found.row.hash)
    return found.previous if found.previous is not None and (whole or found.previous in by_hash) else ""


def _beginning(kept: Mapping[int, Read]) -> list[Finding]:
    if 1 in kept and kept[1].intact and kept[1].previous != GENESIS:
        return [Finding("altered", 1, 1, "entry 1 names an entry before it, which there cannot be")]
    return []


def _altered(found: Read, number: int, expected: str, is_signed: bool) -> list[Finding]:
    if found.computed == (expected or found.row.hash):
        if not found.intact:
            text = f"the hash kept beside entry {number} was altered; its text is whole"
        elif found.number != number or found.previous is None:
            text = f"the text filed as entry {number} is not that of an entry {number}"
        else:
            return []
        return [Finding("altered", number, number, text)]
    if found.row.hash == expected or not found.intact:
        return [Finding("altered", number, number, f"the text of entry {number} was altered: its hash no longer fits")]
    doubt = (
        f", or entry {number + 1} and what follows was put in later; a checkpoint at {number} or later tells which"
        if not is_signed
        else ": it is not the one that was signed"
    )
    return [Finding("altered", number, number, f"entry {number} was altered and its hash made anew{doubt}")]


def _removed(first: int, last: int, findings: list[Finding]) -> Finding:
    """Say which entries are missing, in one finding with those that follow at once."""
    if findings and findings[-1].kind == "removed" and findings[-1].first == last + 1:
        last = findings.pop().last
    which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
    return Finding("removed", first, last, f"{which} missing: removed")


def _order(kept: Mapping[int, Read]) -> list[Finding]:
    """Compare the order in which entries are filed with the order of the chain."""
    filed = sorted(kept, key=lambda number: (kept[number].row.place, number))
    moved = [(number, there) for number, there in zip(sorted(kept), filed) if number != there]  # noqa: B905
    if len(moved) == 2:
        first, last = moved[0][0], moved[1][0]
        return [Finding("swapped", first, last, f"entries {first} and {last} were swapped")]
    wrong = [number for number, _ in moved] or sorted(n for n in kept if kept[n].row.place != n)
    if not wrong:
        return []
    text = f"{len(wrong)} entries between {wrong[0]} and {wrong[-1]} are filed under numbers that are not theirs"
    return [Finding("moved", wrong[0], wrong[-1], text)]


def missing_documents(rows: Iterable[Row], digest: Callable[[str], str | None]) -> list[Finding]:
    """Find entries whose evidence or policy text is gone or altered; `digest` hashes what is kept under a hash."""
    known: dict[str, str | None] = {}
    findings = []
    for row in rows:
        try:
            stated = json.loads(row.body)
            cited = [(what, stated[what]) for what in ("evidence", "policy") if stated.get(what)]
        except (ValueError, AttributeError, RecursionError):
            continue
        for what, name in cited:
            if name not in known:
                known[name] = digest(str(name))
            if known[name] != name:
                state = "is missing" if known[name] is None else "was altered"
                text = f"the {what} that entry {row.place} cites {state} ({str(name)[:12]})"
                findings.append(Finding(what, row.place, row.place, text))
    return findings


def checkpoint_message(number: int, digest: str, time: str) -> bytes:
    """Return the bytes that a checkpoint signs."""
    return f"Homeground record, checkpoint\nentry: {number}\nhash: {digest}\ntime: {time}\n".encode()


# Ed25519 (RFC 8032), verification only: no secret passes through here. Points in extended coordinates (section 5.1.4).
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
KEY_HEAD = bytes.fromhex("302a300506032b6570032100")
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    low, high = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = high - low, d - c, d + c, high + low
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = _add(total, point)
        point, factor = _add(point, point), factor >> 1
    return total


def _point(encoded: bytes) -> Point | None:
    """Read a point (section 5.1.3)."""
    whole = int.from_bytes(encoded, "little")
    y, odd = whole & (2**255 - 1), whole >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and odd):
        return None
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


def ed25519_verifies(public: bytes, signed: bytes, signature: bytes) -> bool:
    """Whether `signature` over `signed` was made with the private half of `public` (section 5.1.7)."""
    key = _point(public) if len(public) == 32 else None
    base = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or base is None or len(signature) != 64 or scalar >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + signed).digest(), "little") % ORDER
    x, y, z, _ = _add(_times(scalar, base), _times(ORDER * 8 - k, key))
    inverse = pow(z, P - 2, P)
    return ((y * inverse % P) | (x * inverse % P & 1) << 255).to_bytes(32, "little") == signature[:32]


def public_keys(pem: str) -> list[bytes]:
    """Return the Ed25519 public keys in PEM, 32 bytes each; raises ValueError where there is none, or another kind."""
    blocks = [block.partition("-----END")[0] for block in pem.split("-----BEGIN PUBLIC KEY-----")[1:]]
    ders = [base64.b64decode("".join(block.split())) for block in blocks]
    if not ders or any(not der.startswith(KEY_HEAD) or len(der) != 44 for der in ders):
        raise ValueError("not an Ed25519 public key in PEM")
    return [der[len(KEY_HEAD) :] for der in ders]


def vouched(
    checkpoints: Iterable[Mapping[str, object]], verifies: Callable[[bytes, bytes], bool]
) -> tuple[dict[int, str], list[Finding]]:
    """Return the hashes that rightly signed checkpoints vouch for, and the checkpoints that are wrong."""
    signed: dict[int, str] = {}
    findings = []
    for checkpoint in checkpoints:
        try:
            number, digest = int(str(checkpoint["entry"])), str(checkpoint["hash"])
            text = checkpoint_message(number, digest, str(checkpoint["time"]))
            right = verifies(text, bytes.fromhex(str(checkpoint["signature"])))
        except (KeyError, ValueError):
            number, digest, right = 0, "", False
        if not right:
            findings.append(
                Finding("signature", number, number, f"the checkpoint of entry {number} is not signed rightly")
            )
        elif signed.setdefault(number, digest) != digest:
            text_ = f"two signed checkpoints of entry {number} disagree: the record was told in two versions"
            findings.append(Finding("signature", number, number, text_))
    return signed, findings


def read_entries(content: bytes) -> list[Row]:
    """Read entries.txt; a line that is no entry becomes a row that cannot be genuine."""
    rows: list[Row] = []
    for line in content.split(b"\n")[: -1 if content.endswith(b"\n") else None]:
        place, _, rest = line.partition(b" ")
        digest, _, body = rest.partition(b" ")
        number = int(place) if place.isdigit() and len(place) < 16 else len(rows) + 1
        rows.append(Row(number, digest.decode("ascii", "replace"), body))
    return rows


def _digest(folder: Path) -> Callable[[str], str | None]:
    def digest(name: str) -> str | None:
        path = folder / "snapshots" / Path(name).name
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None

    return digest


def verify_folder(
    folder: Path, public_key: Path | None, checkpoints: Sequence[Path]
) -> tuple[int, dict[int, str], list[Finding]]:
    """Verify an exported record: number of entries, what is signed, what is wrong."""
    rows = read_entries((folder / "entries.txt").read_bytes())
    trusted = public_keys(public_key.read_text(encoding="ascii")) if public_key is not None else []
    texts = [path.read_bytes() for path in [*sorted((folder / "checkpoints").glob("*.json")), *checkpoints]]

    def verifies(text: bytes, signature: bytes) -> bool:
        return any(ed25519_verifies(key, text, signature) for key in trusted)

    signed, wrong = vouched([_object(text) for text in texts], verifies)
    return len(rows), signed, wrong + audit(rows, signed) + missing_documents(rows, _digest(folder))


def _object(text: bytes) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def main() -> int:
    """Verify the folder named, or the one this script is in."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--public-key", type=Path, help="your own copy of the public key")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="a checkpoint that you kept")
    asked = parser.parse_args()
    own = asked.folder / "public-key.pem"
    key = asked.public_key or (own if own.exists() else None)
    try:
        count, signed, findings = verify_folder(asked.folder, key, asked.checkpoint)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"verify: {error}\n")
        return 2
    say = sys.stdout.write
    for finding in findings:
        say(f"WRONG  {finding.text}\n")
    say(f"{count} entries; {'signed up to entry ' + str(max(signed)) if signed else 'no valid checkpoint'}\n")
    if asked.public_key is None and signed:
        say("The key came with the record. Compare it with the one you were given, or use --public-key.\n")
    say("NOT INTACT\n" if findings else "intact\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
