"""Shrimp and prawns 2018, BACI HS12, six HS6 codes: published totals, evidence on real trade."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest
from ibis import _, memtable
from ibis.expr.types import Table

from homeground import measures
from toy_world import collect, keyed, only

KEY = ("year", "importer", "hs6")
KUSD = 1e3


@pytest.fixture(scope="module")
def seafood(shared_data: Path) -> Table:
    name = "standardized_baci_seafood_hs12_y2018_including_value.csv"
    path = shared_data / "trade" / "baci_seafood_2018" / name
    if not path.exists():
        pytest.skip(f"the shared data hold no {name}")
    kinds = pa.csv.ConvertOptions(
        column_types={"hs6": pa.string(), "year": pa.int16()}, strings_can_be_null=False, null_values=[]
    )
    table = memtable(pa.csv.read_csv(path, convert_options=kinds))
    return table.select(
        "year",
        "hs6",
        exporter="exporter_iso3c",
        importer="importer_iso3c",
        value_usd=_.total_v * KUSD,
        quantity_t=_.total_q,
    )


def test_totals_are_those_published_for_the_table(seafood: Table) -> None:
    totals = only(
        seafood.agg(
            rows=seafood.count(),
            exporters=seafood.exporter.nunique(),
            importers=seafood.importer.nunique(),
            products=seafood.hs6.nunique(),
            value=seafood.value_usd.sum(),
            quantity=seafood.quantity_t.sum(),
        )
    )
    counts = [totals[name] for name in ("rows", "exporters", "importers", "products")]
    assert counts == [8245, 146, 191, 6]
    # given as 25.9 bn USD and 3.27 Mt: half of the last digit
    assert totals["value"] == pytest.approx(25.9e9, abs=0.05e9)
    assert totals["quantity"] == pytest.approx(3.27e6, abs=0.005e6)


def test_the_one_pass_table_equals_the_single_measures(seafood: Table) -> None:
    table = keyed(measures.dependence_table(seafood), *KEY)
    index = keyed(measures.herfindahl(seafood), *KEY)
    tops = keyed(measures.top_partner(seafood), *KEY)
    ratios = keyed(measures.concentration_ratios(seafood), *KEY)
    assert table.keys() == index.keys() == tops.keys() == ratios.keys()
    for key, row in table.items():
        # the same sums in another order
        assert row["herfindahl"] == pytest.approx(index[key]["herfindahl"], rel=1e-12)
        assert row["top_supplier"] == tops[key]["top_partner"]
        assert row["top_share"] == pytest.approx(ratios[key]["cr1"], rel=1e-12)


def test_every_row_of_evidence_has_a_verdict_or_an_abstention_of_every_rule(seafood: Table) -> None:
    table = measures.evidence(seafood, measures.exports(seafood), nes=frozenset())
    wide = collect(measures.evaluate_all(table, loaded=[2018]))
    assert len(wide) == len(collect(seafood.select(*KEY).distinct()))
    for row in wide:
        verdicts = [row[name] for name in measures.PRESET_IDS]
        assert verdicts.count(True) + verdicts.count(False) + row["presets_abstaining"] == len(verdicts)
        assert row["geodep"] is not True, "one year cannot decide a rule of two years out of three"


def test_a_bloc_never_imports_more_than_its_members_do(seafood: Table) -> None:
    members = frozenset({"ESP", "FRA", "ITA", "DEU", "NLD", "BEL", "DNK"})
    merged = measures.dependence_table(measures.as_bloc(seafood, "UNI", members))
    bloc = {key: row for key, row in keyed(merged, *KEY).items() if key[1] == "UNI"}
    kept = measures.dependence_table(measures.as_bloc(seafood, "UNI", members, inside="keep"), members=members)
    assert bloc
    for key, row in keyed(kept, *KEY).items():
        if key[1] == "UNI":
            # the same flows added in another order
            assert row["extra_imports_usd"] == pytest.approx(bloc[key]["imports_usd"], rel=1e-12)
            assert row["extra_herfindahl"] == pytest.approx(bloc[key]["herfindahl"], rel=1e-12)
