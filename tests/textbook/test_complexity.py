"""Complexity and relatedness of matrices small enough to be worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from homeground.measures import capability as cap

# Three countries, three products, nested: A makes all, B the first two, C the first.
# D⁻¹ M U⁻¹ Mᵀ = [[11, 5, 2]/18, [5, 5, 2]/12, [1, 1, 1]/3]; its trace is 49/36 and its determinant 1/36, so that its
# eigenvalues are 1, 1/4 and 1/9; to 1/4 belongs (2, −1, −4), and U⁻¹ Mᵀ (2, −1, −4) = (−1, 1/2, 2).
NESTED = cap.Presence(
    ("A", "B", "C"), ("p", "q", "r"), np.array([[True, True, True], [True, True, False], [True, False, False]])
)
EXACT = 1e-12
"""A few roundings of doubles of the order of one."""


def test_eigenvalues_of_the_nested_world() -> None:
    found = cap.complexity(NESTED)
    assert found.eigenvalues == pytest.approx((1, 1 / 4, 1 / 9), abs=EXACT)
    assert found.status == "found"
    assert found.sign_from_diversity


def test_country_index_of_the_nested_world() -> None:
    # (2, −1, −4) has mean −1 and deviations (3, 0, −3): sd √6 over n, 3 over n − 1
    root = math.sqrt(1.5)
    assert cap.complexity(NESTED).eci == pytest.approx([root, 0, -root], abs=EXACT)
    assert cap.complexity(NESTED, cap.Conventions(ddof=1)).eci == pytest.approx([1, 0, -1], abs=EXACT)


def test_product_index_by_its_own_scale_and_by_that_of_countries() -> None:
    root = math.sqrt(1.5)
    assert cap.complexity(NESTED).pci == pytest.approx([-root, 0, root], abs=EXACT)
    # D⁻¹ M (−1, 1/2, 2) = (1/2, −1/4, −1): mean −1/4, sd √6/4
    scaled = cap.complexity(NESTED, cap.Conventions(scale="countries")).pci
    assert scaled == pytest.approx([-root, root, 3 * root], abs=EXACT)


def test_proximity_is_the_smaller_conditional_share() -> None:
    counted = cap.proximity(NESTED)
    assert counted == pytest.approx(np.array([[1, 2 / 3, 1 / 3], [2 / 3, 1, 1 / 2], [1 / 3, 1 / 2, 1]]), abs=EXACT)
    left_out = cap.proximity(NESTED, cap.Conventions(diagonal="left-out"))
    assert left_out == pytest.approx(counted - np.eye(3), abs=EXACT)


@pytest.mark.parametrize(("diagonal", "b_near_r", "c_near_q"), [("counted", 5 / 11, 4 / 13), ("left-out", 1.0, 4 / 7)])
def test_density_by_both_conventions(diagonal: Any, b_near_r: float, c_near_q: float) -> None:
    # B makes p and q: (1/3 + 1/2) of r's neighbourhood of 1/3 + 1/2 (+ 1); C makes p: 2/3 of q's 2/3 + 1/2 (+ 1)
    near = cap.density(NESTED.m, cap.proximity(NESTED, cap.Conventions(diagonal=diagonal)))
    assert near[1, 2] == pytest.approx(b_near_r, abs=EXACT)
    assert near[2, 1] == pytest.approx(c_near_q, abs=EXACT)


def test_outlook_counts_what_is_near_and_not_made() -> None:
    phi, pci = cap.proximity(NESTED), cap.complexity(NESTED).pci
    found = cap.outlook(NESTED.m, cap.density(NESTED.m, phi), pci)
    # A makes all; B lacks r: 5/11 · √1.5; C lacks q (PCI 0) and r: (1/3) / (11/6) · √1.5
    assert found == pytest.approx([0, 5 / 11 * math.sqrt(1.5), 2 / 11 * math.sqrt(1.5)], abs=EXACT)


def test_one_step_of_fitness() -> None:
    # F = (3, 2, 1) / 2; Q = 1 / (3, 2, 1) = (6, 3, 2) / 6 reversed, with mean 11/18
    found = cap.fitness(NESTED, steps=1)
    assert found.countries == pytest.approx([1.5, 1, 0.5], abs=EXACT)
    assert found.products == pytest.approx([6 / 11, 9 / 11, 18 / 11], abs=EXACT)
    assert (found.steps, found.converged) == (1, False)


def test_advantage_of_a_two_by_two_world() -> None:
    # A sells 30 wheat, 10 oil; B 10 wheat, 50 oil: A's share of wheat 3/4 against the world's 40/100
    from toy_world import EXPORT_SCHEMA, keyed, table

    rows = [(2021, "A", "100199", 30.0, None), (2021, "A", "270900", 10.0, None)]
    rows += [(2021, "B", "100199", 10.0, None), (2021, "B", "270900", 50.0, None)]
    found = keyed(cap.rca(table(rows, EXPORT_SCHEMA)), "exporter", "hs6")
    assert found["A", "100199"]["rca"] == pytest.approx(0.75 / 0.4)
    assert found["B", "100199"]["rca"] == pytest.approx((10 / 60) / 0.4)
    assert found["A", "270900"]["export_share"] == pytest.approx(0.25)
    assert found["B", "270900"]["world_share"] == pytest.approx(50 / 60)
