"""The programme of `benchmarks.plan` in Pyomo, run by a Python that has it: plan_pyomo.py DATA.npz GAP."""

from __future__ import annotations

import sys
import time

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.appsi.solvers import Highs
from pyomo.core.expr.numeric_expr import LinearExpression

d = np.load(sys.argv[1])
begin = time.perf_counter()
model = pyo.ConcreteModel()
size, rows = len(d["lower"]), len(d["below"])
whole = np.zeros(size, bool)
whole[d["whole"]] = True
lower, upper = d["lower"].tolist(), [None if np.isinf(u) else u for u in d["upper"].tolist()]
model.x = pyo.Var(
    range(size), bounds=lambda m, k: (lower[k], upper[k]), domain=lambda m, k: pyo.Binary if whole[k] else pyo.Reals
)
x = [model.x[k] for k in range(size)]
model.rows = pyo.ConstraintList()
start, index, value = d["start"].tolist(), d["index"].tolist(), d["value"].tolist()
for row, (below, above) in enumerate(zip(d["below"].tolist(), d["above"].tolist(), strict=True)):
    span = range(start[row], start[row + 1])
    body = LinearExpression(linear_coefs=[value[k] for k in span], linear_vars=[x[index[k]] for k in span])
    if below == above:
        model.rows.add(body == below)
    elif np.isinf(below):
        model.rows.add(body <= above)
    else:
        model.rows.add(body >= below)


def linear(costs: np.ndarray) -> LinearExpression:
    touched = np.flatnonzero(costs).tolist()
    return LinearExpression(linear_coefs=[float(costs[k]) for k in touched], linear_vars=[x[k] for k in touched])


model.goal = pyo.Objective(expr=linear(d["first"]))
solver = Highs()
solver.highs_options = {"mip_rel_gap": float(sys.argv[2])}
building = time.perf_counter() - begin
solver.solve(model)
needs = pyo.value(model.goal)
model.rows.add(linear(d["first"]) <= needs + 1e-7 * max(needs, 0.1))
model.goal.set_value(linear(d["costs"]))
solver.solve(model)
solving = time.perf_counter() - begin - building
print(f"needs {needs:.5g}, cost {pyo.value(model.goal):.8g}, building {building:.2f} s, solving {solving:.2f} s")
