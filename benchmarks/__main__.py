"""Run the benchmarks: python -m benchmarks [--quick] [--part PART …] [--folder DIR] [--rounds N] [--seconds S]."""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import capability, chains, deals, dependence, desk, history, load, plan, presets, record
from benchmarks.measure import machine
from benchmarks.world import FLOWS, PRODUCTS, World

ON_FLOWS = {"load", "dependence", "presets", "history", "deals"}
PARTS = ("load", "dependence", "presets", "history", "capability", "record", "chains", "plan", "deals", "desk")
YEAR = 2021
FIRST = 1995
QUICK_FLOWS, QUICK_YEARS, QUICK_PRODUCTS, YEARS = 60_000, 4, 400, 28


def main() -> None:
    """Print the results as Markdown."""
    asked = _arguments()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}. The trade is SYNTHETIC: no number of it is real.", flush=True)
    if asked.folder:
        asked.folder.mkdir(parents=True, exist_ok=True)
        _run(asked, asked.folder)
        return
    with tempfile.TemporaryDirectory(prefix="homeground-benchmarks-") as folder:
        _run(asked, Path(folder))


def _run(asked: argparse.Namespace, folder: Path) -> None:
    flows, years = (QUICK_FLOWS, QUICK_YEARS) if asked.quick else (FLOWS, YEARS)
    _apart(asked, folder, flows)
    if not ON_FLOWS & set(asked.part):
        return
    home, path = folder / f"home-{flows}", folder / f"BACI_HS92_Y{YEAR}_V202601.csv"
    if {"load", "dependence", "presets"} & set(asked.part) and not path.exists():
        World(flows).write(folder, YEAR)
    if "load" in asked.part or (not home.exists() and {"dependence", "presets"} & set(asked.part)):
        load.compare(path, home, asked.rounds)
    if "dependence" in asked.part:
        dependence.compare(home, YEAR, folder, asked.rounds)
    if "presets" in asked.part:
        presets.run(home, YEAR, folder, asked.rounds)
    if {"history", "deals"} & set(asked.part):
        _of_many_years(asked, folder, flows, years)


def _of_many_years(asked: argparse.Namespace, folder: Path, flows: int, years: int) -> None:
    long = folder / f"home-{flows}-{years}-years"
    history.build(long, flows, folder, range(FIRST, FIRST + years))
    if "history" in asked.part:
        history.ask(long, asked.rounds)
    if "deals" in asked.part:
        deals.ask(long, asked.rounds)


def _apart(asked: argparse.Namespace, folder: Path, flows: int) -> None:
    """Run the parts that need no Home of flows."""
    if "record" in asked.part:
        record.run(folder, asked.rounds)
    if "desk" in asked.part:
        desk.run(folder, *((5, 5) if asked.quick else (desk.OFFICERS, asked.seconds)), workers=asked.workers)
    if "capability" in asked.part:
        capability.compare(folder, flows, YEAR, QUICK_PRODUCTS if asked.quick else PRODUCTS, asked.rounds)
    if "chains" in asked.part:
        chains.compare(folder, *((12, 10) if asked.quick else (77, 45)), asked.rounds)
    if "plan" in asked.part:
        plan.compare("quick" if asked.quick else "full", asked.rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_FLOWS:,} flows a year, to see that all of it works"
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be repeated")
    parser.add_argument("--folder", type=Path, help="keep generated data here and use it again (12 GB at most)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant; medians are shown")
    parser.add_argument("--seconds", type=float, default=desk.SECONDS, help="how long the officers are at the desk")
    parser.add_argument("--workers", type=int, default=1, help="server processes of the desk")
    asked = parser.parse_args()
    asked.part = asked.part or list(PARTS)
    return asked


if __name__ == "__main__":
    main()
