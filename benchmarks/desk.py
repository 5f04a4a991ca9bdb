"""Fifty officers at the desk at once: a server on the sample's Home, and the officers in a second process.

Each officer signs in, then opens page after page with one to three seconds of thought between; what a page takes is
counted from asking to the last byte. The first round of all pages is counted apart: it is computed, later ones may be
kept. Memory is the resident memory of the server's process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

OFFICERS, SECONDS, PASSWORD = 50, 45, "seven grey geese over the lake"
THOUGHT = (1.0, 3.0)
PRODUCTS = ("270900", "283691", "260300", "270112", "711011", "760110", "282520", "271111", "260112", "720293")
COUNTRIES = ("JPN", "DEU", "IND", "KEN", "BRA", "CHN", "USA", "ZAF")
PAGES = (
    *(f"/product/{code}?year=2023" for code in PRODUCTS),
    *(f"/country/{code}?year=2023" for code in COUNTRIES),
    "/", "/search?q=cobalt", "/search/suggest?q=lith", "/data", "/jobs", "/account",
    "/product/283691?year=2023&format=csv", "/api/v1/product/270900?year=2021",
)  # fmt: skip


def run(folder: Path, officers: int = OFFICERS, seconds: float = SECONDS) -> None:
    """Print p50 and p95 of pages, errors, and the server's memory before and after."""
    home = folder / "desk-home"
    if not home.exists():
        _prepare(home, officers)
    with _served(home) as (base, process):
        command = [sys.executable, "-m", "benchmarks.desk", base, str(officers), str(seconds / 2)]
        memory, visited = [_resident(process.pid)], {"times": defaultdict(list), "errors": 0}
        for _ in range(2):
            half = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            memory.append(_resident(process.pid))
            visited["errors"] += half["errors"]
            for name, times in half["times"].items():
                visited["times"][name] += times
    print(f"\n## {officers} officers at the desk for {seconds:.0f} s, on the sample's Home\n")
    print("| pages | asked | p50 ms | p95 ms | slowest ms |\n|---|--:|--:|--:|--:|")
    for name, times in visited["times"].items():
        _, p50, p95 = _points(times)
        print(f"| {name} | {len(times):,} | {p50:.0f} | {p95:.0f} | {max(times):.0f} |")
    told = ", ".join(f"{each:,.0f}" for each in memory)
    print(f"\nErrors: {visited['errors']}. Server's memory at the beginning, in the middle, at the end: {told} MB.")


def _points(times: list[float]) -> tuple[int, float, float]:
    cut = quantiles(times, n=100) if len(times) > 1 else times * 99
    return len(times), cut[49], cut[94]


def _prepare(home: Path, officers: int) -> None:
    """Make the Home and the officers' accounts."""
    from homeground.desk.accounts import Accounts
    from homeground.desk.database import Database
    from homeground.desk.settings import Settings
    from homeground.home import Home
    from homeground.home.sample import load_samples

    load_samples(Home(home), lambda step, done: None)
    database = Database(Settings(home=str(home)))
    accounts = Accounts(database)
    for number in range(officers):
        accounts.create(f"officer-{number}", f"Officer {number}", ["officer"])
        accounts.choose_password(f"officer-{number}", PASSWORD)
    database.close()


@contextlib.contextmanager
def _served(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    program = shutil.which("homeground", path=str(Path(sys.executable).parent)) or "homeground"
    process = subprocess.Popen(
        [program, "desk", "--home", str(home), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(30)


def _resident(pid: int) -> float:
    """Return resident memory in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


async def _visit(base: str, officers: int, seconds: float) -> dict[str, object]:
    times: dict[str, list[float]] = defaultdict(list)
    errors = [0]
    await _as_officer(base, 0, 0.0, random.Random(0), times, errors, first=True)
    end = time.monotonic() + seconds
    rounds = (
        _as_officer(base, number, end, random.Random(number), times, errors, first=False) for number in range(officers)
    )
    await asyncio.gather(*rounds)
    return {"times": times, "errors": errors[0]}


async def _as_officer(
    base: str, number: int, end: float, chance: random.Random, times: dict[str, list[float]], errors: list[int], *,
    first: bool,
) -> None:  # fmt: skip
    import httpx

    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        if not first:
            await asyncio.sleep(chance.uniform(0, THOUGHT[1]))
        page = (await client.get("/sign-in")).text
        proof = re.search(r'name="csrf" value="(\w+)"', page)
        assert proof is not None
        sent = {"csrf": proof[1], "login": f"officer-{number}", "password": PASSWORD}
        began = time.perf_counter()
        answer = await client.post("/sign-in", data=sent)
        times["signing in"].append(1000 * (time.perf_counter() - began))
        errors[0] += answer.status_code != 303
        left = list(PAGES)
        while left if first else time.monotonic() < end:
            path = left.pop() if first else chance.choice(PAGES)
            began = time.perf_counter()
            answer = await client.get(path)
            times["first time" if first else "all pages"].append(1000 * (time.perf_counter() - began))
            errors[0] += answer.status_code != 200
            await asyncio.sleep(0 if first else chance.uniform(*THOUGHT))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_visit(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))))
