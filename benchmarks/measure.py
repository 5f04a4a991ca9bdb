"""Run a piece of work in a process of its own, and report its seconds and its peak memory."""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Run:
    """One process: wall and processor seconds of its last call, peak resident memory in MB, what the call returned."""

    seconds: float
    cpu: float
    peak_mb: float
    result: str


@dataclass(frozen=True)
class Work:
    """A function of a module of this folder, with arguments given as text; the last of `calls` calls is measured."""

    function: str
    arguments: tuple[str, ...]
    calls: int = 1


def in_process(work: Work) -> Run:
    """Do the work in a fresh process; raises RuntimeError with what the process said if it fails."""
    command = [sys.executable, "-m", "benchmarks.measure", work.function, str(work.calls), *work.arguments]
    path = os.pathsep.join([str(ROOT / "src"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]).strip(os.pathsep)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}
    )
    if done.returncode:
        raise RuntimeError(f"{work.function} failed:\n{done.stderr}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def alternate(contestants: Mapping[str, Work], rounds: int) -> dict[str, Run]:
    """Let the contestants take turns, so that a busy machine disturbs all of them; medians, largest peak memory."""
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            runs[name].append(in_process(work))
    return {name: _middle(of) for name, of in runs.items()}


def _middle(runs: list[Run]) -> Run:
    return Run(
        median(run.seconds for run in runs),
        median(run.cpu for run in runs),
        max(run.peak_mb for run in runs),
        runs[-1].result,
    )


def show(title: str, runs: Mapping[str, Run], against: str | None = None) -> None:
    """Print runs as a Markdown table; ratios are to the one named `against`."""
    print(f"\n### {title}\n\n| | seconds | ratio | processor s | peak MB | result |\n|---|--:|--:|--:|--:|---|")
    for name, run in runs.items():
        ratio = f"{run.seconds / runs[against].seconds:.2f}" if against else ""
        print(
            f"| {name} | {run.seconds:.2f} | {ratio} | {run.cpu:.2f} | {run.peak_mb:,.0f} | {run.result} |", flush=True
        )


def machine() -> str:
    """Name cores, memory and software, for the record."""
    import duckdb
    import ibis

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}, Ibis {ibis.__version__}"
    )


def _peak_mb() -> float:
    """Peak resident memory; not getrusage, whose peak includes the parent's at the time of the fork."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not report peak memory")


def _main() -> None:
    function, calls, *arguments = sys.argv[1:]
    module, name = function.rsplit(".", 1)
    call: Callable[..., object] = getattr(importlib.import_module(module), name)
    for _ in range(int(calls)):
        start, cpu = time.perf_counter(), time.process_time()
        result = call(*arguments)
        seconds, used = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": used, "peak_mb": _peak_mb(), "result": str(result)}))


if __name__ == "__main__":
    _main()
