"""Fifty officers at the desk at once: a server on the sample's Home, and the officers in a second process.

The Home holds the sample, the examples' policy book and lists, and an account for each officer. It is made once; every
run works on a copy, so that its record begins empty. Memory is the resident memory of the server's processes, looked
at ten times or once a minute, whichever is more often; processor time is theirs too. The worker that does jobs is none
of them.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles

from benchmarks.officers import PASSWORD, POLICY, REVIEWS

OFFICERS, SECONDS = 50, 600.0
PAGES_MS, REVIEWS_MS = 300, 500
"""What 95 of 100 pages and reviews shall not take longer than."""
EXAMPLES = Path(__file__).parents[1] / "examples" / "deals"


def run(folder: Path, officers: int = OFFICERS, seconds: float = SECONDS, workers: int = 1) -> None:
    """Print p50 and p95 of pages and of reviews, errors, and the server's memory over time."""
    home = _prepared(folder / "desk-home-deals", OFFICERS)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        copy = Path(shutil.copytree(home, Path(place) / "home"))
        with _served(copy, workers) as (base, server):
            memory, met = _watched(base, server, officers, seconds)
            worked = sum(map(_processor_s, _processes(server.pid)))
    times = met["times"]
    pages = times.get("pages", []) + times.get("pages, the first time", [])
    reviews = [each for kind in REVIEWS for each in times.get(kind, [])]
    processes = "one server process" if workers == 1 else f"{workers} server processes"
    print(f"\n## {officers} officers at the desk for {seconds:.0f} s, on the sample's Home, {processes}\n")
    print("| asked for | times | p50 ms | p95 ms | slowest ms |\n|---|--:|--:|--:|--:|")
    for name, taken in {**times, "all pages": pages, "all reviews": reviews}.items():
        p50, p95 = _points(taken)
        print(f"| {name} | {len(taken):,} | {p50:.0f} | {p95:.0f} | {max(taken, default=0):.0f} |")
    for name, taken, most in (("pages", pages, PAGES_MS), ("reviews", reviews, REVIEWS_MS)):
        p95 = _points(taken)[1]
        print(f"\nTarget for {name}: p95 at most {most} ms: {'met' if p95 <= most else 'NOT met'} ({p95:.0f} ms).")
    asked = sum(map(len, times.values()))
    print(f"\nErrors: {len(met['errors'])} of {asked:,}. {_most_common(met['errors'])}")
    print(f"\nProcessor time of the server: {worked:.0f} s, {1000 * worked / max(1, asked):.0f} ms a request.")
    print(f"\nServer's memory, MB: {_told(memory)}")


def _watched(
    base: str, server: subprocess.Popen[bytes], officers: int, seconds: float
) -> tuple[list[tuple[float, float]], dict[str, dict[str, list[float]]]]:
    """Let the officers work, and look at the server's memory meanwhile; return (seconds, MB), and what they met."""
    command = [sys.executable, "-m", "benchmarks.officers", base, str(officers), str(seconds)]
    begun, every = time.monotonic(), min(60.0, seconds / 10)
    memory = [(0.0, _memory(server.pid))]
    with tempfile.TemporaryFile() as told, subprocess.Popen(command, stdout=told) as visiting:
        while visiting.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                visiting.wait(every)
            memory.append((time.monotonic() - begun, _memory(server.pid)))
        if visiting.returncode:
            raise RuntimeError(f"the officers' process ended with {visiting.returncode}")
        told.seek(0)
        return memory, json.loads(told.read())


def _points(times: Sequence[float]) -> tuple[float, float]:
    cut = quantiles(times, n=100, method="inclusive") if len(times) > 1 else [*times, 0.0][:1] * 99
    return cut[49], cut[94]


def _most_common(errors: list[str]) -> str:
    return "; ".join(f"{count} × {each}" for each, count in Counter(errors).most_common(5))


def _told(memory: list[tuple[float, float]]) -> str:
    """Say memory over time, and how much it grew over the second half."""
    half = memory[-1][0] / 2
    middle = min(memory, key=lambda point: abs(point[0] - half))[1]
    told = ", ".join(f"{mb:,.0f} ({after:.0f} s)" for after, mb in memory)
    return f"{told}. Over the second half: {memory[-1][1] - middle:+,.0f} MB."


def _prepared(home: Path, officers: int) -> Path:
    """Make the Home with policy, lists and the officers' accounts, whole or not at all; return it."""
    if home.exists():
        return home
    from homeground.desk.desk import Desk
    from homeground.desk.settings import Settings
    from homeground.home import Home
    from homeground.home.sample import load_samples

    made = home.with_name(f"{home.name}.part")
    shutil.rmtree(made, ignore_errors=True)
    opened = Home(made)
    load_samples(opened, lambda step, done: None)
    for table in sorted((EXAMPLES / "tables").glob("*.csv")):
        opened.load("tidy", table, mapping=table.with_suffix(".toml"))
    shutil.copytree(EXAMPLES / "policy", made / "policies" / POLICY)
    desk = Desk(Settings(home=str(made)))
    desk.accounts.begin(desk.accounts.link("first"), "admin", "Ada Admin", PASSWORD)
    desk.into_record(desk.accounts.find("admin"), "admin")
    for number in range(officers):
        person = desk.accounts.create(f"officer-{number}", f"Officer {number}", ["officer"])
        desk.accounts.choose_password(person.login, PASSWORD)
        desk.into_record(person, "admin")
    desk.close()
    return made.rename(home)


@contextlib.contextmanager
def _served(home: Path, workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    program = shutil.which("homeground", path=str(Path(sys.executable).parent)) or "homeground"
    with home.parent.with_name("desk.log").open("wb") as log:
        command = [program, "desk", "--home", str(home), "--port", str(port), "--workers", str(workers)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"the desk did not start: {process.returncode}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(30)


def _processes(server: int) -> list[int]:
    """Return the server's process and those below it that serve too."""
    found, left = [], [server]
    while left:
        pid = left.pop()
        with contextlib.suppress(OSError):
            if b"homeground.desk" not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                found.append(pid)
                left += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())
    return found


def _memory(server: int) -> float:
    return sum(map(_resident, _processes(server)))


def _resident(pid: int) -> float:
    """Return resident memory in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


def _processor_s(pid: int) -> float:
    """Return the processor seconds of a process so far."""
    import os

    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
