"""What the fuzzer of `tools/fuzz.py` tried and found: every kept input ends in an answer or in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeground.errors import BadInput
from homeground.sources import sanctions
from program_tools import tool

ROOT = Path(__file__).parents[1]
KEPT = sorted(path for path in (ROOT / "tests" / "data" / "fuzz").glob("*/*"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_kept_input_ends_in_an_answer_or_in_a_message(path: Path, tmp_path: Path) -> None:
    tool("fuzz").TARGETS[path.parent.name](path.read_bytes(), tmp_path)


@pytest.mark.parametrize("target", ["rules", "conditions", "deals", "lists"])
def test_every_target_has_seeds_that_are_read_without_a_fault_of_ours(target: str, tmp_path: Path) -> None:
    module = tool("fuzz")
    seeds = module.seeds(target)
    assert len(seeds) > 20
    for seed in seeds[::5]:
        module.TARGETS[target](seed, tmp_path)


@pytest.mark.parametrize("name", ["doctype-in-utf-16.xml", "doctype-after-a-comment.xml"])
def test_a_document_type_is_refused_wherever_it_hides(name: str, tmp_path: Path) -> None:
    path = ROOT / "tests" / "data" / "fuzz" / "lists" / name
    with pytest.raises(BadInput, match="publisher's layout"):
        list(sanctions.open_files("ofac-sdn", [path]).parts(tmp_path))
