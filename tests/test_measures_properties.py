"""What must hold for any market, on seeded random ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeground import measures
from toy_world import one_market, only

# Every example compiles and runs a query, so there are few; values span small parcels to world trade.
FEW = settings(max_examples=25, deadline=None, derandomize=True)
MARKETS = st.dictionaries(
    st.text("ABCDEFGHIJ", min_size=3, max_size=3), st.floats(min_value=1.0, max_value=1e11), min_size=1, max_size=12
)


def index(values: dict[str, float]) -> float:
    found = only(measures.herfindahl(one_market(values)))["herfindahl"]
    assert isinstance(found, float)
    return found


@FEW
@given(MARKETS)
def test_herfindahl_lies_between_one_over_n_and_one(values: dict[str, float]) -> None:
    # 1e-12: rounding of at most a dozen additions
    assert (1 - 1e-12) / len(values) <= index(values) <= 1 + 1e-12


@FEW
@given(MARKETS.filter(lambda m: len(m) > 1))
def test_merging_two_suppliers_never_lowers_it(values: dict[str, float]) -> None:
    first, second, *_ = values
    merged = {name: value for name, value in values.items() if name != second}
    merged[first] += values[second]
    assert index(merged) >= index(values) * (1 - 1e-12)


@FEW
@given(MARKETS, st.sampled_from([2.0**-10, 2.0**10]))
def test_the_unit_of_value_does_not_matter(values: dict[str, float], factor: float) -> None:
    # powers of two scale doubles exactly; the order of addition may differ between two runs
    assert index({name: value * factor for name, value in values.items()}) == pytest.approx(index(values), rel=1e-12)


@FEW
@given(MARKETS)
def test_the_dependence_table_agrees_with_itself(values: dict[str, float]) -> None:
    row = only(measures.dependence_table(one_market(values), members=set(values), nes=frozenset()))
    assert row["top_supplier_usd"] == max(values.values())
    assert row["top_supplier"] == min(name for name, value in values.items() if value == max(values.values()))
    # a sum of squares is at least the largest square and at most the largest share
    assert row["top_share"] ** 2 - 1e-12 <= row["herfindahl"] <= row["top_share"] + 1e-12
    assert row["effective_suppliers"] * row["herfindahl"] == pytest.approx(1.0, rel=1e-12)
    assert (row["extra_share"], row["nes_share"], row["imports_t"]) == (0.0, 0.0, None)


@FEW
@given(MARKETS)
def test_concentration_ratios_rise_with_their_size_up_to_one(values: dict[str, float]) -> None:
    row = only(measures.concentration_ratios(one_market(values)))
    assert row["cr1"] <= row["cr3"] * (1 + 1e-12)
    assert row["cr3"] <= row["cr5"] * (1 + 1e-12)
    assert row["cr5"] <= 1 + 1e-12
    if len(values) <= 5:
        assert row["cr5"] == pytest.approx(1.0, rel=1e-12)
