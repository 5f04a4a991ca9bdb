"""A small world of chains: three countries with three industries each, made from a seed, and brute force on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from homeground.leontief import System

COUNTRIES = ("AAA", "BBB", "CCC")
INDUSTRIES = ("farm", "mill", "shop")
USES = ("households", "stocks")


def frames(seed: int = 1, idle: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Z and Y of a world in which every industry adds value; with `idle`, one industry makes nothing."""
    random = np.random.default_rng(seed)
    rows = pd.MultiIndex.from_product([COUNTRIES, INDUSTRIES])
    uses = pd.MultiIndex.from_product([COUNTRIES, USES])
    flows = random.gamma(0.7, 10.0, (len(rows), len(rows)))
    demand = random.gamma(1.0, 25.0, (len(rows), len(uses)))
    if idle:
        flows[4, :] = flows[:, 4] = 0.0
        demand[4, :] = 0.0
    needed = flows.sum(axis=0) * 1.3 - flows.sum(axis=1) - demand.sum(axis=1)
    demand[:, 0] += np.maximum(needed, 0.0)
    return pd.DataFrame(flows, rows, rows), pd.DataFrame(demand, rows, uses)


def world(seed: int = 1, idle: bool = False) -> System:
    return System.from_frames(*frames(seed, idle))


def inverse(flows: Any, output: Any) -> np.ndarray:
    """L by numpy alone."""
    coefficients = np.asarray(flows) / np.where(np.asarray(output) > 0, output, np.inf)
    return np.linalg.inv(np.eye(len(coefficients)) - coefficients)
