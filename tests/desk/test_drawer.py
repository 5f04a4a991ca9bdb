"""Figures are rendered in a process of its own, which is begun anew where it ended and ends with who asks it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from homeground.brief.figures.draw import rendered
from homeground.brief.figures.ranking import suppliers
from homeground.desk.showing.drawer import Drawer

SPEC = suppliers(
    [{"name": "Norland", "share": 0.7, "imports_usd": 7e6}, {"name": "Öland\x00", "share": 0.3, "imports_usd": 3e6}]
)


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    found = Drawer()
    yield found
    found.end()


def pid_of(drawer: Drawer) -> int:
    assert drawer._process is not None
    return drawer._process.pid


def test_a_figure_is_the_same_as_in_this_process(drawer: Drawer) -> None:
    assert drawer.rendered(SPEC) == rendered(SPEC)


def test_many_at_once_get_each_their_own(drawer: Drawer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    names = [f"Country {number}" for number in range(12)]

    def drawn(name: str) -> str:
        return drawer.rendered(suppliers([{"name": name, "share": 1.0, "imports_usd": 1e6}]))

    with ThreadPoolExecutor(6) as threads:
        for name, drawing in zip(names, threads.map(drawn, names), strict=True):
            assert f">{name}<" in drawing


def test_a_process_that_was_ended_is_begun_anew(drawer: Drawer) -> None:
    first = drawer.rendered(SPEC)
    before = pid_of(drawer)
    os.kill(before, signal.SIGKILL)
    assert drawer.rendered(SPEC) == first
    assert pid_of(drawer) != before


def test_what_cannot_be_drawn_is_told_and_ends_nothing(drawer: Drawer) -> None:
    wrong: dict[str, Any] = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "mark": 7}
    with pytest.raises(ValueError, match="conversion failed"):
        drawer.rendered(wrong)
    before = pid_of(drawer)
    assert "Norland" in drawer.rendered(SPEC)
    assert pid_of(drawer) == before


def test_it_ends_with_the_process_that_asks_it() -> None:
    asks = (
        "import sys\n"
        "from homeground.desk.showing.drawer import DRAWER\n"
        "DRAWER.rendered({'$schema': 'https://vega.github.io/schema/vega-lite/v5.json', 'mark': 'bar', 'data': {}})\n"
        "print(DRAWER._process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", asks], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
        assert asking.stdout is not None
        child = int(asking.stdout.readline())
        assert is_there(child)
        asking.kill()
    end = time.monotonic() + 20
    while is_there(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_there(child)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
