"""Examples of Miller and Blair (2009), Input–Output Analysis, and of the RAS method, to the digits they print."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from homeground import leontief

PAIRS = [("XXX", "agriculture"), ("XXX", "manufacturing")]
PRINTED = 5e-5
"""The book prints four decimals."""
CENTS = 5e-3
"""The book prints two decimals."""


@pytest.fixture
def book() -> leontief.System:
    rows = pd.MultiIndex.from_tuples(PAIRS)
    uses = pd.MultiIndex.from_tuples([("XXX", "final")])
    return leontief.System.from_frames(
        pd.DataFrame([[150.0, 500.0], [200.0, 100.0]], rows, rows), pd.DataFrame([[350.0], [1700.0]], rows, uses)
    )


def test_output_coefficients_and_value_added_are_those_of_the_book(book: leontief.System) -> None:
    assert book.x.tolist() == [1000.0, 2000.0]
    assert book.A.to_numpy().tolist() == [[0.15, 0.25], [0.2, 0.05]]
    assert book.value_added.tolist() == [650.0, 1400.0]


def test_the_inverse_is_that_of_the_book(book: leontief.System) -> None:
    assert book.inverse().to_numpy() == pytest.approx(np.array([[1.2541, 0.3300], [0.2640, 1.1221]]), abs=PRINTED)


def test_new_final_demand_needs_the_output_of_the_book(book: leontief.System) -> None:
    assert book.solve([600.0, 1500.0]).tolist() == pytest.approx([1247.52, 1841.58], abs=CENTS)


@pytest.mark.parametrize(("industry", "lost"), [("agriculture", 1210.53), ("manufacturing", 2588.24)])
def test_total_extraction_loses_what_the_book_says(book: leontief.System, industry: str, lost: float) -> None:
    assert book.extract(industry).total_output == pytest.approx(lost, abs=CENTS)
    each = book.extract_each("industry").set_index("industry")
    assert each.loc[industry, "lost_output"] == pytest.approx(lost, abs=CENTS)


def test_ras_fits_the_table_of_the_book() -> None:
    fitted = leontief.ras([[5.0, 0.5], [4.0, 3.0]], [10.0, 2.0], [7.0, 5.0])
    assert fitted.table == pytest.approx(np.array([[6.5902, 3.4098], [0.4098, 1.5902]]), abs=PRINTED)
    assert fitted.miss <= 1e-10 * 10


def test_upstreamness_of_a_line_counts_its_steps() -> None:
    """Ore → steel → cars, everything sold on: three, two and one step from final use."""
    rows = pd.MultiIndex.from_product([["XXX"], ["ore", "steel", "cars"]])
    flows = pd.DataFrame([[0.0, 10.0, 0.0], [0.0, 0.0, 20.0], [0.0, 0.0, 0.0]], rows, rows)
    demand = pd.DataFrame([[0.0], [0.0], [30.0]], rows, pd.MultiIndex.from_tuples([("XXX", "final")]))
    assert leontief.System.from_frames(flows, demand).upstreamness().tolist() == pytest.approx([3.0, 2.0, 1.0])
