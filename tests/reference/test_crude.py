"""Crude oil (270900) in 2021, every exporter × importer: figures from outside this code, on the installed real table.

BACI HS92 as carried by `quantecon_book_networks` (values in USD, tons; the empty code is BACI's area 490, S19 here).
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.csv
import pytest
from ibis.expr.types import Table

from homeground import measures
from toy_world import FLOW_SCHEMA, collect, keyed, only

CARRIER = "quantecon_book_networks"


@pytest.fixture(scope="module")
def crude() -> Table:
    try:
        path = Path(str(distribution(CARRIER).locate_file(f"{CARRIER}/data/crude_oil/data.csv")))
    except PackageNotFoundError:
        pytest.skip(f"the package {CARRIER}, which carries the real crude-oil table, is not installed")
    if not path.exists():
        pytest.skip(f"the installed {CARRIER} holds no crude-oil table")
    text = pa.csv.ConvertOptions(column_types=dict.fromkeys(("product_id", "Quantity (in metric tons)"), pa.string()))
    rows = [
        (
            row["year"],
            row["location_code"] or "S19",
            row["partner_code"] or "S19",
            row["product_id"],
            row["export_value"],
            None if row["Quantity (in metric tons)"].strip() == "NA" else float(row["Quantity (in metric tons)"]),
        )
        for row in pa.csv.read_csv(path, convert_options=text).to_pylist()
    ]
    columns = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), FLOW_SCHEMA, strict=True)]
    return ibis.memtable(pa.Table.from_arrays(columns, schema=FLOW_SCHEMA))


def test_totals_are_those_published_for_the_table(crude: Table) -> None:
    totals = only(
        crude.agg(
            flows=crude.count(),
            without_quantity=crude.quantity_t.isnull().sum(),
            exporters=crude.exporter.nunique(),
            importers=crude.importer.nunique(),
            value=crude.value_usd.sum(),
            quantity=crude.quantity_t.sum(),
        )
    )
    assert (totals["flows"], totals["without_quantity"]) == (1445, 45)
    assert (totals["exporters"], totals["importers"]) == (147, 163)
    # given as 951.4 bn USD and 2,011 Mt: half of the last digit
    assert totals["value"] == pytest.approx(951.4e9, abs=0.05e9)
    assert totals["quantity"] == pytest.approx(2011e6, abs=0.5e6)


def test_japan_rests_on_saudi_arabia_as_the_journeys_say(crude: Table) -> None:
    japan = only(measures.dependence_table(crude.filter(crude.importer == "JPN")))
    assert japan["top_supplier"] == "SAU"
    # given to three digits: 39.9 % and 0.296
    assert japan["top_share"] == pytest.approx(0.399, abs=0.0005)
    assert japan["herfindahl"] == pytest.approx(0.296, abs=0.0005)


def test_imports_and_exports_both_add_up_to_the_world(crude: Table) -> None:
    world = only(crude.agg(value=crude.value_usd.sum()))["value"]
    imports, exports = collect(measures.imports(crude)), collect(measures.exports(crude))
    assert (len(imports), len(exports)) == (163, 147)
    # the same doubles added in another order
    assert sum(row["value_usd"] for row in imports) == pytest.approx(world, rel=1e-12)
    assert sum(row["value_usd"] for row in exports) == pytest.approx(world, rel=1e-12)
    assert only(measures.world_concentration(measures.exports(crude)))["world_exporters"] == 147


def test_shares_and_ranks_of_every_importer_hold_together(crude: Table) -> None:
    rows = keyed(measures.evidence(crude, measures.exports(crude), nes=frozenset()), "importer")
    assert len(rows) == 163
    for row in rows.values():
        # shares are quotients of sums of up to 147 doubles
        assert row["top_share"] <= row["cr3"] + 1e-12
        assert row["cr3"] <= row["cr5"] + 1e-12
        assert row["cr5"] <= 1 + 1e-12
        assert 1 - 1e-12 <= row["effective_suppliers"] <= row["suppliers"] + 1e-9


def test_one_year_leaves_the_three_year_rule_open_unless_it_cannot_be_met(crude: Table) -> None:
    table = measures.evidence(crude.filter(crude.importer == "JPN"), measures.exports(crude))
    row = only(measures.flag(table, measures.preset("geodep"), loaded=[2021]))
    assert (row["dependent_this_year"], row["dependent"]) == (False, None)
    assert (row["years_observed"], row["years_flagged"]) == (1, 0)
