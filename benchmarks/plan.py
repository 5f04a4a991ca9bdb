"""A plan of many goods: built and solved by Homeground, and the same programme written directly for HiGHS and in Pyomo.

The world is SYNTHETIC and seeded: every good is needed in every year and sold by many suppliers; each project adds a
process that makes one good of others; goods meet only through currency and projects.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.measure import Work, alternate, show
from homeground import plan
from homeground.plan import Model
from homeground.plan.arrays import arrays
from homeground.plan.build import build
from homeground.plan.curves import apart
from homeground.plan.solver import Solver
from homeground.plan.stages import objectives

SIZES = {"full": (5_000, 20, 5, 200), "quick": (300, 20, 5, 20)}
"""Goods, suppliers of each, years, projects."""
CURRENCY = {"enough": 1.3, "half": 0.5, "quarter": 0.25}
"""Yearly income in parts of what all needs take."""
SEED, FIRST, GAP, FINE, LIMIT = 20_261_125, 2027, 5e-3, 1e-4, 3600.0
PYOMO = "HOMEGROUND_PYOMO"
"""Environment variable with a Python that has Pyomo and highspy; without it Pyomo is left out."""


def world(size: str, currency: str = "enough") -> Model:
    """Return the synthetic model: goods, suppliers of each, years, projects."""
    goods, suppliers, years, projects = SIZES[size]
    rng = np.random.default_rng(SEED)
    names = np.array([f"g{k:04d}" for k in range(goods)])
    needs = rng.lognormal(3, 1, (goods, years))
    price = rng.lognormal(5, 0.8, goods)[:, None, None] * rng.lognormal(0, 0.25, (goods, suppliers, years))
    cap = needs[:, None, :] * rng.uniform(0.05, 0.6, (goods, suppliers, years))
    shape = price.shape
    span = np.arange(FIRST, FIRST + years)
    sold = {
        "good": np.repeat(names, suppliers * years),
        "supplier": np.broadcast_to(np.array([f"s{k:02d}" for k in range(suppliers)])[None, :, None], shape).ravel(),
        "year": np.broadcast_to(span, shape).ravel(),
        "price_usd": price.ravel(),
        "cap": cap.ravel(),
    }
    made = rng.choice(goods // 2, projects, replace=False)
    used = goods // 2 + rng.integers(0, goods // 10, (projects, 2))
    used[:, 1] += (used[:, 0] == used[:, 1]) * 1
    processes = [f"p{k:03d}" for k in range(projects)]
    value = np.median(price[made], axis=(1, 2)) * needs[made].mean(axis=1)
    coefficients = [
        row
        for k, name in enumerate(processes)
        for row in (
            {"process": name, "good": names[made[k]], "quantity": 1.0},
            *({"process": name, "good": names[g], "quantity": -float(rng.uniform(0.02, 0.2))} for g in used[k]),
        )
    ]
    bill = float((np.sort(price, axis=1)[:, :8].mean(axis=1) * needs).sum(axis=0).mean())
    return Model.of(
        span.tolist(),
        goods=pa.table({"good": names, "unit": np.full(goods, "t")}),
        suppliers=pa.table(sold),
        needs=pa.table({"good": np.repeat(names, years), "year": np.tile(span, goods), "quantity": needs.ravel()}),
        processes=[{"process": name, "capacity": 0.0, "cost_home": 1.0} for name in processes],
        coefficients=coefficients,
        projects=[
            {"project": name, "process": name, "capacity": float(needs[made[k]].mean() * 0.8), "life": 10.0}
            for k, name in enumerate(processes)
        ],
        project_costs=[
            {
                "project": name,
                "step": 0,
                "cost_usd": float(value[k] * rng.uniform(0.5, 4)),
                "cost_home": float(value[k]),
            }
            for k, name in enumerate(processes)
        ],
        opening_usd=0.2 * bill,
        currency=[{"year": int(year), "income_usd": CURRENCY[currency] * bill} for year in span],
        home_per_usd=2.0,
    )


def solved(size: str, currency: str, way: str) -> str:
    """Read the tables, build, solve all stages; `way` is `decomposed`, `whole`, or `fine`: to a gap of FINE."""
    gap = FINE if way == "fine" else GAP
    made = plan.solve(world(size, currency), reduce=way != "whole", gap=gap, time_limit=LIMIT)
    return f"{_values(made.stages)}, {made.way}, {made.status}, gap {made.gap:.1e}"


def built(size: str) -> str:
    """Turn the model into arrays and write the whole programme on linopy: without solving."""
    model = world(size)
    start = time.perf_counter()
    a = arrays(model)
    arrayed = time.perf_counter() - start
    programme = build(a)
    seconds = time.perf_counter() - start
    matrix = programme.model.matrices.A
    assert matrix is not None
    size = f"{matrix.shape[1]:,} columns, {matrix.shape[0]:,} rows"
    return f"{size}; arrays {arrayed:.2f} s, linopy {seconds - arrayed:.2f} s"


def direct(size: str, currency: str) -> str:
    """The same programme as matrices, put together by hand for HiGHS, and the same stages: no check, no table."""
    import highspy

    model = world(size, currency)
    start = time.perf_counter()
    matrix, lower, upper, below, above, whole, costs, first = _by_hand(model)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", GAP)
    highs.setOptionValue("time_limit", LIMIT)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = first, lower, upper
    lp.row_lower_, lp.row_upper_ = below, above
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    kinds = np.full(matrix.shape[1], highspy.HighsVarType.kContinuous)
    kinds[whole] = highspy.HighsVarType.kInteger
    lp.integrality_ = list(kinds)
    highs.passModel(lp)
    building = time.perf_counter() - start
    highs.run()
    needs = highs.getInfo().objective_function_value
    touched = np.flatnonzero(first).astype(np.int32)
    highs.addRow(-np.inf, needs + 1e-7 * max(needs, 0.1), len(touched), touched, first[touched])
    every = np.arange(len(costs), dtype=np.int32)
    highs.changeColsCost(len(every), every, costs)
    highs.setSolution(highs.getSolution())
    highs.run()
    info = highs.getInfo()
    solving = time.perf_counter() - start - building
    return (
        f"needs {needs:.5g}, cost {info.objective_function_value:.8g}, building {building:.2f} s, "
        f"solving {solving:.2f} s, gap {info.mip_gap:.1e}"
    )


def _by_hand(model: Model) -> tuple[Any, ...]:
    """Matrices without linopy: columns imports, activity, unmet, reserve, build; rows balance, capacity, start, USD."""
    from scipy.sparse import coo_array

    a = arrays(model)
    n, goods, imports, needs = a.periods, len(a.goods), len(a.imports), len(a.needs)
    processes, options = len(a.processes), len(a.options)
    at = np.cumsum([0, imports, processes * n, needs, n, options])
    down = np.cumsum([0, goods * n, processes * n, len(a.projects), n])
    every = np.arange(n)
    activity = np.arange(processes * n).reshape(processes, n)
    year = every % n
    online = (a.options.online[:, None] <= year) & (year < a.options.until[:, None])
    option, period = np.nonzero(online)
    paid, when = np.nonzero(a.options.usd)
    parts = [
        (a.imports.good * n + a.imports.period, np.arange(imports), np.ones(imports)),
        ((a.good[:, None] * n + every).ravel(), at[1] + activity[a.process].ravel(), np.repeat(a.quantity, n)),
        (a.needs.good * n + a.needs.period, at[2] + np.arange(needs), np.ones(needs)),
        (down[1] + activity.ravel(), at[1] + activity.ravel(), np.ones(processes * n)),
        (down[1] + a.options.process[option] * n + period, at[4] + option, -a.options.capacity[option]),
        (down[2] + a.options.project, at[4] + np.arange(options), np.ones(options)),
        (down[3] + a.imports.period, np.arange(imports), a.imports.price),
        (down[3] + every, at[3] + every, np.ones(n)),
        (down[3] + every[1:], at[3] + every[:-1], -np.ones(n - 1)),
        (down[3] + when, at[4] + paid, a.options.usd[paid, when]),
    ]
    rows, columns, values = (np.concatenate([part[k] for part in parts]) for k in range(3))
    matrix = coo_array((values, (rows, columns)), shape=(down[4], at[5])).tocsr()
    right = np.zeros(goods * n)
    right[a.needs.good * n + a.needs.period] = a.needs.quantity
    money = a.income + np.where(a.opens(), a.opening, 0.0)
    capacity = np.repeat(a.capacity, n)
    below = np.concatenate([right, np.full(processes * n + len(a.projects), -np.inf), money])
    above = np.concatenate([np.full(goods * n, np.inf), capacity, np.ones(len(a.projects)), money])
    free = np.full(processes * n + needs + n, np.inf)
    free[processes * n : processes * n + needs] = a.needs.quantity
    upper = np.concatenate([a.imports.most, free, np.ones(options)])
    lower = np.zeros(at[5])
    first, costs = np.zeros(at[5]), np.zeros(at[5])
    first[at[2] : at[3]] = 1 / a.needs.quantity
    costs[:imports] = a.rate * a.imports.price
    costs[at[1] : at[2]] = np.repeat(a.cost_home, n)
    costs[at[4] :] = a.options.counted * (a.options.home + a.rate * a.options.usd).sum(axis=1)
    return matrix, lower, upper, below, above, np.arange(at[4], at[5]), costs, first


def pyomo(size: str) -> str:
    """The same in Pyomo, in a Python of its own: what that process prints."""
    script = Path(__file__).with_name("plan_pyomo.py")
    data = Path(os.environ.get("TMPDIR", "/tmp")) / f"homeground-plan-{size}.npz"
    matrix, lower, upper, below, above, whole, costs, first = _by_hand(world(size))
    np.savez(data, start=matrix.indptr, index=matrix.indices, value=matrix.data, lower=lower, upper=upper, below=below,
             above=above, whole=whole, costs=costs, first=first)  # fmt: skip
    done = subprocess.run([os.environ[PYOMO], script, data, str(GAP)], capture_output=True, text=True, check=False)
    data.unlink()
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip().splitlines()[-1]


def parts(size: str) -> str:
    """Seconds of building and of solving the whole programme, inside one process."""
    model = world(size)
    start = time.perf_counter()
    a = arrays(model)
    parts = apart(a, False)
    programme = build(parts.core)
    solver = Solver(programme, gap=GAP, time_limit=LIMIT)
    building = time.perf_counter() - start
    for objective in (found := objectives(parts, programme, "targets", "")):
        outcome = solver.minimise(objective.costs)
        if objective is not found[-1]:
            solver.lock(objective.costs, outcome)
    solving = time.perf_counter() - start - building
    return f"building {building:.2f} s, solving {solving:.2f} s: {100 * building / solving:.1f} %"


def _values(stages: Any) -> str:
    return ", ".join(f"{stage.name.split()[0]} {stage.value:.8g}" for stage in stages)


def compare(size: str, rounds: int) -> None:
    """Measure all ways in one run, with enough currency and with less."""
    goods, suppliers, years, projects = SIZES[size]
    title = f"Plan: {goods:,} goods x {suppliers} suppliers x {years} years x {projects} projects, gap {GAP:g}"
    for currency, share in CURRENCY.items():
        works = {
            "HiGHS by hand": Work("benchmarks.plan.direct", (size, currency)),
            "homeground, whole": Work("benchmarks.plan.solved", (size, currency, "whole")),
            "homeground": Work("benchmarks.plan.solved", (size, currency, "decomposed")),
        }
        if currency == "enough":
            works[f"homeground, gap {FINE:g}"] = Work("benchmarks.plan.solved", (size, currency, "fine"))
            if PYOMO in os.environ:
                works["Pyomo"] = Work("benchmarks.plan.pyomo", (size,))
        show(f"{title}, income {share:g} of what all needs take", alternate(works, rounds), "HiGHS by hand")
    extra = {
        "built on linopy, not solved": Work("benchmarks.plan.built", (size,)),
        "whole: its parts": Work("benchmarks.plan.parts", (size,)),
    }
    show("Building the programme", alternate(extra, 1))
