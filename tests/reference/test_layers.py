"""Exporter concentration of five strategic product layers, BACI HS17 2024: three published Herfindahls."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet
import pytest
from ibis import memtable
from ibis.expr.types import Table

from homeground import measures
from toy_world import keyed, only


@pytest.fixture(scope="module")
def layers(shared_data: Path) -> Table:
    path = shared_data / "trade" / "baci_strategic_layers_2024" / "all_layers_edges.parquet"
    if not path.exists():
        pytest.skip(f"the shared data hold no {path.name}")
    names = {"exporter_iso3": "exporter", "importer_iso3": "importer", "layer": "layer", "value_kusd": "value_kusd"}
    edges = pyarrow.parquet.read_table(path, columns=list(names))
    return memtable(edges.rename_columns(list(names.values())))


@pytest.mark.parametrize(
    ("layer", "published"), [("batteries", 2656.5), ("critical_minerals", 912.6), ("semiconductors", 1171.5)]
)
def test_exporter_herfindahls_times_ten_thousand_are_the_published_ones(
    layers: Table, layer: str, published: float
) -> None:
    found = keyed(measures.herfindahl(layers, by=("layer",), value="value_kusd"), "layer")
    # published to one decimal: half of it
    assert found[layer,]["herfindahl"] * 1e4 == pytest.approx(published, abs=0.05)


def test_rows_and_the_value_of_semiconductors_are_the_published_ones(layers: Table) -> None:
    assert only(layers.agg(rows=layers.count()))["rows"] == 32_773
    chips = layers.filter(layers.layer == "semiconductors")
    # published as 1,191 bn USD: half of the last digit, in thousand USD
    assert only(chips.agg(value=chips.value_kusd.sum()))["value"] == pytest.approx(1191e6, abs=0.5e6)
