"""Hostile TOML: whoever reads it says what is wrong, and nobody falls over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from homeground import deals, policy, toml
from homeground.codes import blocs
from homeground.errors import BadInput, HomegroundError
from homeground.home.chains import scenarios
from homeground.home.plans import planner
from homeground.record import papers
from homeground.sources import mapping
from homeground.sources.process_book import text

HOSTILE = {
    "a number of 5,001 digits": "days = 1" + 5000 * "0",
    "a number of 401 digits": "days = [{many = 1" + 400 * "0" + "}]",
    "50,000 lists in one another": "days = " + 50_000 * "[",
}
READERS: dict[str, Callable[[Path], Any]] = {
    "a deal": deals.read,
    "a scenario": scenarios.read,
    "a plan": planner.parsed,
    "a mapping": mapping.read,
    "a decision": papers.read_decision,
    "a bloc": blocs.read,
    "a process book": lambda path: text.parse(path.read_text("utf-8"), path.name),
    "a policy": lambda path: policy.read(path.parent),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_every_reader_says_what_it_cannot_read(tmp_path: Path, read: Callable[[Path], Any], content: str) -> None:
    path = tmp_path / "book.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(HomegroundError, match=r"more than 64 bits|nested too deep") as caught:
        read(path)
    assert isinstance(caught.value, BadInput)


def test_numbers_of_64_bits_are_read_as_they_are() -> None:
    assert toml.loads(f"least = {-(2**63)}\nmost = {2**63 - 1}") == {"least": -(2**63), "most": 2**63 - 1}
    with pytest.raises(ValueError, match="64 bits"):
        toml.loads(f"most = {2**63}")
