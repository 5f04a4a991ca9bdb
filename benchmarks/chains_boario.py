"""The world of `benchmarks.chains` in BoARIO, run by a Python that has it: chains_boario.py FLOWS.npz DAYS.

One industry of one country loses a fifth of a year's output in capital on day 10 and recovers it over 60 days; the
model's own defaults otherwise.
"""

from __future__ import annotations

import logging
import resource
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pymrio
from boario import event
from boario.extended_models import ARIOPsiModel
from boario.simulation import Simulation

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
world, days = np.load(sys.argv[1], allow_pickle=False), int(sys.argv[2])
places = pd.MultiIndex.from_arrays([world["countries"], world["industries"]], names=["region", "sector"])
users = pd.MultiIndex.from_arrays([world["users"], world["uses"]], names=["region", "category"])
flows, demand = pd.DataFrame(world["flows"], places, places), pd.DataFrame(world["demand"], places, users)
table = pymrio.IOSystem(Z=flows, Y=demand)
table.calc_system()
begin = time.perf_counter()
model = ARIOPsiModel(table, monetary_factor=10**6)
building = time.perf_counter() - begin
run = Simulation(model, n_temporal_units_to_sim=days)
struck = places[:1].set_names(["region", "sector"])
loss = float(table.x.iloc[0, 0]) * 1e6 * 0.2
run.add_event(
    event.from_series(
        event_type="recovery",
        impact=pd.Series([loss], index=struck),
        occurrence=10,
        duration=1,
        recovery_tau=60,
        recovery_function="linear",
        households_impact=None,
        event_monetary_factor=1,
    )
)
begin, worked = time.perf_counter(), time.process_time()
run.loop()
stepping, working = time.perf_counter() - begin, time.process_time() - worked
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
stepped = len(run.production_realised.dropna(how="all"))
print(
    f"{stepped} days in {stepping:.2f} s ({working:.2f} s of processor), "
    f"model made in {building:.2f} s, peak {peak:,.0f} MB"
)
