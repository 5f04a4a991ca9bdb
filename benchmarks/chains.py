"""Input–output systems: against pymrio, against reading csv, against solving one by one. SYNTHETIC, seeded."""

from __future__ import annotations

import os
import subprocess
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import Work, alternate, show
from homeground import Home
from homeground.codes import countries
from homeground.leontief import Cut, System, economy, simulate

SEED = 20
YEAR = 2020
DAYS = 365
WIOD = ("41", "35")
"""Countries and industries of WIOD 2013."""
BOARIO = "HOMEGROUND_BOARIO_PYTHON"
"""Environment variable that names a Python with BoARIO (GPL) and pymrio; without it, that comparison is left out."""
ALONE = 40
"""Extractions solved anew, to tell how long all of them would take."""


@cache
def world(regions: int, industries: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Flows and final demand of a world in which every industry sells to every other."""
    random = np.random.default_rng(SEED)
    codes = [country.iso3 for country in countries.every() if country.kind == "country" and country.iso2][:regions]
    rows = pd.MultiIndex.from_product([codes, [f"s{n}" for n in range(industries)]])
    users = pd.MultiIndex.from_product([codes, ["HFCE"]])
    size = len(rows)
    flows = pd.DataFrame(random.gamma(0.3, 10.0, (size, size)), rows, rows)
    return flows, pd.DataFrame(random.gamma(1.0, 0.12 * size, (size, regions)), rows, users)


def ours(regions: str, industries: str) -> str:
    """System, and the output that each country's final demand needs."""
    system = System.from_frames(*world(int(regions), int(industries)))
    return f"{float(np.asarray(system.solve(system.Y)).sum()):.9g}"


def pymrio(regions: str, industries: str) -> str:
    """The same with pymrio."""
    import pymrio as peer

    flows, demand = world(int(regions), int(industries))
    coefficients = peer.calc_A(flows, peer.calc_x(flows, demand))
    return f"{float((peer.calc_L(coefficients) @ demand).to_numpy().sum()):.9g}"


def every_extraction(regions: str, industries: str) -> str:
    """Every industry of every country taken out by itself, from one inverse."""
    table = System.from_frames(*world(int(regions), int(industries))).extract_each("industry")
    return f"{len(table):,} extractions"


def extractions_alone(regions: str, industries: str) -> str:
    """A few, each by solving the smaller system anew."""
    system = System.from_frames(*world(int(regions), int(industries)))
    coefficients, start, worked = system.coefficients(), time.perf_counter(), time.process_time()
    final = system.output - coefficients @ system.output
    for place in range(ALONE):
        left = np.delete(np.arange(len(final)), place)
        np.linalg.solve(np.eye(len(left)) - coefficients[np.ix_(left, left)], final[left])
    more = len(final) / ALONE
    seconds, processor = (time.perf_counter() - start) * more, (time.process_time() - worked) * more
    return f"{ALONE} of {len(final):,}; all would take {seconds:,.0f} s ({processor:,.0f} s of processor)"


def year_of_shock(regions: str, industries: str) -> str:
    """365 days after one industry of one country stops for 60 days; tells the days apart from making the economy."""
    system = System.from_frames(*world(int(regions), int(industries)))
    made, begin, worked = economy(system), time.perf_counter(), time.process_time()
    course = simulate(made, [Cut(np.array([0]), 1.0, 10, 60)], days=DAYS)
    stepping, working = time.perf_counter() - begin, time.process_time() - worked
    return f"{len(course.output)} days in {stepping:.2f} s ({working:.2f} s of processor)"


def boario(regions: str, industries: str) -> str:
    """The same days in BoARIO, in a Python of its own: what that process prints of the days alone."""
    script, data = Path(__file__).with_name("chains_boario.py"), Path(os.environ.get("TMPDIR", "/tmp")) / "world.npz"
    flows, demand = world(int(regions), int(industries))
    labels = {
        name: np.array(index.get_level_values(level), dtype=str)
        for name, index, level in (
            ("countries", flows.index, 0), ("industries", flows.index, 1),
            ("users", demand.columns, 0), ("uses", demand.columns, 1),
        )
    }  # fmt: skip
    np.savez(data, flows=flows.to_numpy(), demand=demand.to_numpy(), **labels)
    called = [os.environ[BOARIO], script, data, str(DAYS)]
    done = subprocess.run(called, capture_output=True, text=True, check=False)
    data.unlink()
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip().splitlines()[-1]


def write(regions: str, industries: str, folder: str) -> str:
    """The world as a csv in the layout of the OECD, and loaded into a Home."""
    flows, demand = world(int(regions), int(industries))
    labels = ["_".join(pair) for pair in flows.index]
    both = np.column_stack([flows, demand, flows.sum(axis=1) + demand.sum(axis=1)])
    path = Path(folder) / f"{YEAR}.csv"
    columns = [*labels, *("_".join(pair) for pair in demand.columns), "OUT"]
    pd.DataFrame(both, labels, columns).round(3).to_csv(path)
    return f"{Home(Path(folder) / 'chains').load('oecd-icio', path, unbalanced=True).rows_loaded:,} industries"


def open_home(folder: str) -> str:
    """Open the year from the Home."""
    return f"{len(Home(Path(folder) / 'chains').chains(YEAR).output):,} industries"


def read_csv(folder: str) -> str:
    """Read the same year's csv with pandas."""
    return f"{len(pd.read_csv(Path(folder) / f'{YEAR}.csv', index_col=0)):,} lines"


def compare(folder: Path, regions: int, industries: int, rounds: int) -> None:
    """Print what systems, extractions, opening and a shock take."""
    size: tuple[Any, ...] = (str(regions), str(industries))
    title = f"{regions} countries × {industries} industries"
    solved = {
        "homeground": Work("benchmarks.chains.ours", size, 2),
        "pymrio": Work("benchmarks.chains.pymrio", size, 2),
    }
    show(f"System and all final demands, {title}", alternate(solved, rounds), "homeground")
    taken = {
        "all from one inverse": Work("benchmarks.chains.every_extraction", size, 2),
        "each solved anew": Work("benchmarks.chains.extractions_alone", size, 2),
    }
    show(f"Extractions, {title}", alternate(taken, 1))
    write(*size, str(folder))
    where = (str(folder),)
    opened = {
        "Home": Work("benchmarks.chains.open_home", where, 2),
        "csv": Work("benchmarks.chains.read_csv", where, 2),
    }
    show(f"One year opened, {title}", alternate(opened, rounds), "Home")
    show(f"A shock, {title}", alternate({"homeground": Work("benchmarks.chains.year_of_shock", size, 2)}, 1))
    struck = {"homeground": Work("benchmarks.chains.year_of_shock", WIOD, 2)}
    if BOARIO in os.environ:
        struck["BoARIO"] = Work("benchmarks.chains.boario", WIOD)
    show("A shock of 365 days, 41 countries × 35 industries", alternate(struck, 1), "homeground")
