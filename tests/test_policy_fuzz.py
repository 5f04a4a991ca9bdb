"""Damaged books and lists: whatever stands in a file, reading ends in an answer or in a message, and soon."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import homeground as hg
from homeground.errors import HomegroundError
from homeground.sources import sanctions
from test_policy_screening import EU_CSV, EU_XML, OFAC_XML, OPEN, UN

policy = hg.policy
ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "policy" / "averland"
DATA = Path(__file__).parent / "data" / "sanctions"
SIGNS = [*(bytes([sign]) for sign in b"\x00\xff\xc3\"'[]{}=\n,;<>(&"), b"9" * 400]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, left out, doubled, or the rest cut off."""
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(content) + 1)
        end = min(len(content), place + chance.randrange(1, 40))
        kind = chance.randrange(4)
        middle = [chance.choice(SIGNS), b"", content[place:end] * 2, content[place:end][::-1]][kind]
        content = content[:place] + middle + content[end if kind else place :]
    return content if chance.random() > 0.1 else content[: chance.randrange(len(content) + 1)]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_book_is_read_or_refused_with_a_message(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for file in EXAMPLE.rglob("*"):
        if file.is_file():
            target = tmp_path / file.relative_to(EXAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(damaged(file.read_bytes(), chance) if chance.random() < 0.3 else file.read_bytes())
    try:
        book, faults = policy.look(tmp_path)
        policy.check(book)
    except HomegroundError as error:
        faults = (str(error),)
    assert all("What to do" in fault for fault in faults)


LISTS = [
    ("un-sanctions", UN.encode()),
    ("eu-sanctions", EU_CSV.encode()),
    ("eu-sanctions", EU_XML.encode()),
    ("ofac-sdn", OFAC_XML.encode()),
    ("ofac-sdn", (DATA / "sdn.csv").read_bytes()),
    ("ofac-sdn", (DATA / "alt.csv").read_bytes()),
    ("opensanctions", OPEN.encode()),
]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(("source", "content"), LISTS, ids=[f"{place}" for place in range(len(LISTS))])
def test_a_damaged_list_is_read_or_refused_with_a_message(
    tmp_path: Path, source: str, content: bytes, seed: int
) -> None:
    path = tmp_path / "list"
    path.write_bytes(damaged(content, random.Random(seed)))
    message, rows = "", 0
    try:
        reading = sanctions.open_files(source, [path])
        rows = sum(part.arrow[1].num_rows for part in reading.parts(tmp_path) if part.arrow)
    except HomegroundError as error:
        message = str(error)
    assert rows > 0 or "What to do" in message
