"""The same numbers by plain loops over the rows of a synthetic world."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

import toy_world as toy
from homeground import measures
from toy_world import ARMS, BLOC, NES, OIL, WHEAT, Row, keyed

KEY = ("year", "importer", "hs6")
# values are sums of a few doubles; anything beyond rounding is an error
CLOSE = {"rel": 1e-12, "abs": 1e-12}


def close_to(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, **CLOSE)


def groups(rows: list[Row]) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in KEY)].append(row)
    return found


def total(rows: list[Row], keep: Callable[[Row], bool] = lambda _row: True) -> float:
    return sum(row["value_usd"] for row in rows if keep(row))


def herfindahl(rows: list[Row], keep: Callable[[Row], bool] = lambda _row: True) -> float | None:
    kept = [row["value_usd"] for row in rows if keep(row)]
    return sum((value / sum(kept)) ** 2 for value in kept) if kept else None


def exported(year: int, country: str, hs6: str, column: str = "value_usd") -> float:
    rows = toy.flow_rows()
    return sum(r[column] or 0.0 for r in rows if (r["year"], r["exporter"], r["hs6"]) == (year, country, hs6))


def test_dependence_table_equals_loops() -> None:
    found = keyed(measures.dependence_table(toy.flows(), members=BLOC, nes=NES), *KEY)
    expected = groups(toy.flow_rows())
    assert found.keys() == expected.keys()
    for key, rows in expected.items():
        row, imports = found[key], total(rows)
        best = min(rows, key=lambda r: (-r["value_usd"], r["exporter"]))
        weights = [r["quantity_t"] for r in rows if r["quantity_t"] is not None]
        assert row["imports_usd"] == pytest.approx(imports, **CLOSE)
        assert row["suppliers"] == len(rows)
        assert row["herfindahl"] == pytest.approx(herfindahl(rows), **CLOSE)
        assert row["effective_suppliers"] == pytest.approx(1 / herfindahl(rows), **CLOSE)  # type: ignore[operator]
        assert (row["top_supplier"], row["top_supplier_usd"]) == (best["exporter"], best["value_usd"])
        assert row["top_share"] == pytest.approx(best["value_usd"] / imports, **CLOSE)
        assert row["imports_t"] == close_to(sum(weights) if weights else None)
        weighed = total(rows, lambda r: r["quantity_t"] is not None)
        assert row["quantity_coverage"] == pytest.approx(weighed / imports, **CLOSE)
        outside = total(rows, lambda r: r["exporter"] not in BLOC)
        assert row["extra_imports_usd"] == pytest.approx(outside, **CLOSE)
        assert row["extra_share"] == pytest.approx(outside / imports, **CLOSE)
        assert row["extra_herfindahl"] == close_to(herfindahl(rows, lambda r: r["exporter"] not in BLOC))
        assert row["nes_share"] == pytest.approx(total(rows, lambda r: r["exporter"] in NES) / imports, **CLOSE)
        assert row["herfindahl_without_nes"] == close_to(herfindahl(rows, lambda r: r["exporter"] not in NES))


def test_what_was_not_asked_for_is_missing() -> None:
    for row in toy.collect(measures.dependence_table(toy.flows(), quantities=False)):
        for name in ("imports_t", "quantity_coverage", "extra_share", "extra_herfindahl", "nes_share"):
            assert row[name] is None
    for row in toy.collect(measures.dependence_table(toy.flows(), nes=frozenset())):
        assert row["nes_share"] == 0.0
        assert row["herfindahl_without_nes"] == row["herfindahl"]


def test_suppliers_all_inside_the_bloc_leave_the_outside_herfindahl_missing() -> None:
    inside = toy.flows([(2021, "BET", "ALP", OIL, 300.0, 6.0)])
    row = toy.only(measures.dependence_table(inside, members=BLOC))
    assert (row["extra_imports_usd"], row["extra_share"], row["extra_herfindahl"]) == (0.0, 0.0, None)


def test_world_figures_in_evidence_equal_loops() -> None:
    found = keyed(measures.evidence(toy.flows(), measures.exports(toy.flows())), *KEY)
    sellers = {row["exporter"] for row in toy.flow_rows()}
    for (year, importer, hs6), row in found.items():
        sold = {country: exported(year, country, hs6) for country in sellers if exported(year, country, hs6)}
        world = sum(sold.values())
        assert row["world_exporters"] == len(sold)
        assert row["world_herfindahl"] == pytest.approx(sum((v / world) ** 2 for v in sold.values()), **CLOSE)
        assert row["world_top_exporter"] == min(sold, key=lambda c: (-sold[c], c))
        assert row["top_supplier_world_share"] == pytest.approx(sold[row["top_supplier"]] / world, **CLOSE)
        assert row["top_supplier_leads_world"] is (row["top_supplier"] == row["world_top_exporter"])
        out = exported(year, importer, hs6)
        assert row["exports_usd"] == out
        assert row["import_export_ratio"] == (pytest.approx(row["imports_usd"] / out, **CLOSE) if out else None)
        assert row["imports_to_supply"] == pytest.approx(row["imports_usd"] / (row["imports_usd"] + out), **CLOSE)


def test_concentration_ratios_in_evidence_equal_loops() -> None:
    found = keyed(measures.evidence(toy.flows(), measures.exports(toy.flows())), *KEY)
    for key, rows in groups(toy.flow_rows()).items():
        values = sorted((r["value_usd"] for r in rows), reverse=True)
        assert found[key]["cr3"] == pytest.approx(sum(values[:3]) / sum(values), **CLOSE)
        assert found[key]["cr5"] == pytest.approx(sum(values[:5]) / sum(values), **CLOSE)


def test_balance_with_production_and_where_it_abstains() -> None:
    flows = toy.flows()
    found = keyed(
        measures.penetration(measures.imports(flows), measures.exports(flows), toy.production()),
        "year",
        "country",
        "hs6",
    )
    oil = found[2021, "ALP", OIL]
    assert (oil["production_t"], oil["imports_t"], oil["exports_t"], oil["consumption_t"]) == (12.0, 28.0, 0.0, 40.0)
    assert oil["penetration"] == pytest.approx(0.7, **CLOSE)
    seller = found[2021, "DEL", OIL]
    assert seller["consumption_t"] == pytest.approx(100.0 - 74.0, **CLOSE)
    assert seller["import_dependency_pct"] < 0
    without_all_quantities = found[2019, "ALP", WHEAT]
    assert without_all_quantities["imports_t"] is None
    assert without_all_quantities["penetration"] is None
    sells_more_than_it_has = found[2021, "BET", OIL]
    assert sells_more_than_it_has["consumption_t"] == pytest.approx(2.0 - 18.0, **CLOSE)
    assert sells_more_than_it_has["penetration"] is None


def test_self_sufficiency_and_import_dependency_sum_to_100() -> None:
    flows = toy.flows()
    rows = toy.collect(measures.penetration(measures.imports(flows), measures.exports(flows), toy.production()))
    sums = [r["self_sufficiency_pct"] + r["import_dependency_pct"] for r in rows if r["penetration"] is not None]
    assert len(sums) >= 3
    assert sums == pytest.approx([100.0] * len(sums), **CLOSE)


def test_evidence_holds_the_same_balance_as_the_measure_itself() -> None:
    flows = toy.flows()
    rows = keyed(measures.evidence(flows, measures.exports(flows), production=toy.production()), *KEY)
    row = rows[2021, "ALP", OIL]
    assert (row["production_t"], row["consumption_t"]) == (12.0, 40.0)
    assert row["penetration"] == pytest.approx(0.7, **CLOSE)
    assert row["top_supplier_consumption_share"] == pytest.approx(22.0 / 40.0, **CLOSE)
    assert rows[2019, "ALP", WHEAT]["penetration"] is None
    assert rows[2020, "GAM", OIL]["production_t"] is None


def test_import_export_ratio_without_exports_is_missing_or_the_number_a_method_sets() -> None:
    flows = toy.flows()
    sides = measures.imports(flows), measures.exports(flows)
    plain = keyed(measures.import_export_ratio(*sides), *KEY)
    conventional = keyed(measures.import_export_ratio(*sides, no_exports=9999), *KEY)
    assert plain[2021, "GAM", OIL]["exports_usd"] == 0.0
    assert plain[2021, "GAM", OIL]["import_export_ratio"] is None
    assert conventional[2021, "GAM", OIL]["import_export_ratio"] == 9999.0
    assert conventional[2019, "ALP", WHEAT]["import_export_ratio"] == pytest.approx(1000.0 / 40.0, **CLOSE)


def test_a_bloc_as_one_country_drops_what_its_members_trade_among_themselves() -> None:
    merged = keyed(measures.as_bloc(toy.flows(), "UNI", BLOC), "year", "exporter", "importer", "hs6")
    assert (2019, "UNI", "UNI", WHEAT) not in merged
    assert merged[2019, "GAM", "UNI", WHEAT]["value_usd"] == 800.0
    assert merged[2019, "GAM", "UNI", WHEAT]["quantity_t"] == 80.0
    assert merged[2019, "DEL", "UNI", WHEAT]["quantity_t"] is None
    assert merged[2021, "UNI", "DEL", WHEAT]["value_usd"] == 30.0
    inside = sum(r["value_usd"] for r in toy.flow_rows() if {r["exporter"], r["importer"]} <= BLOC)
    assert sum(row["value_usd"] for row in merged.values()) == pytest.approx(total(toy.flow_rows()) - inside, **CLOSE)


def test_a_bloc_with_its_inner_flows_kept_has_shares_from_outside() -> None:
    kept = measures.as_bloc(toy.flows(), "UNI", BLOC, inside="keep")
    sold = measures.exports(measures.as_bloc(toy.flows(), "UNI", BLOC))
    row = keyed(measures.evidence(kept, sold, members=BLOC), *KEY)[2019, "UNI", WHEAT]
    assert row["imports_usd"] == 1500.0
    assert row["extra_imports_usd"] == 1300.0
    assert row["extra_top_supplier"] == "GAM"
    assert row["extra_top_share"] == pytest.approx(800.0 / 1300.0, **CLOSE)
    assert row["exports_usd"] == 40.0
    assert row["extra_import_export_ratio"] == pytest.approx(1300.0 / 40.0, **CLOSE)


def test_codes_left_out_are_gone_from_totals_and_herfindahl() -> None:
    row = keyed(measures.dependence_table(measures.without(toy.flows(), NES)), *KEY)[2019, "ALP", WHEAT]
    assert row["imports_usd"] == 800.0
    both = keyed(measures.dependence_table(toy.flows(), nes=NES), *KEY)[2019, "ALP", WHEAT]
    assert row["herfindahl"] == pytest.approx(both["herfindahl_without_nes"], **CLOSE)


def test_sums_over_a_column_that_is_no_key_are_taken_before_the_index() -> None:
    rows = keyed(measures.herfindahl(toy.flows(), by=("year", "hs6"), partner="importer"), "year", "hs6")
    shares = [500.0 / 1540.0, 1000.0 / 1540.0, 40.0 / 1540.0]
    assert rows[2019, WHEAT]["herfindahl"] == pytest.approx(sum(s * s for s in shares), **CLOSE)


def test_weighted_herfindahl_counts_an_unrated_supplier_as_unknown() -> None:
    scores = [(year, country, 0.5) for year in (2019, 2020, 2021) for country in ("GAM", "DEL")]
    weights = toy.table(scores, toy.WEIGHT_SCHEMA)
    rows = keyed(measures.weighted_herfindahl(toy.flows(), weights), *KEY)
    oil = rows[2020, "GAM", OIL]
    assert (oil["weight_coverage"], oil["weighted_herfindahl"]) == (1.0, 0.5)
    wheat = rows[2019, "ALP", WHEAT]
    assert wheat["weight_coverage"] == pytest.approx(0.6, **CLOSE)
    assert wheat["weighted_herfindahl"] is None
    lenient = keyed(measures.weighted_herfindahl(toy.flows(), weights, min_coverage=0.5), *KEY)[2019, "ALP", WHEAT]
    assert lenient["weighted_herfindahl"] == pytest.approx(2 * 0.3**2 * 0.5, **CLOSE)


def test_a_country_that_sells_more_than_it_makes_and_buys_the_product_is_a_hub() -> None:
    world = toy.flows(
        [
            (2021, "DEL", "BET", OIL, 700.0, 14.0),
            (2021, "DEL", "ALP", OIL, 1100.0, 22.0),
            (2021, "BET", "ALP", OIL, 300.0, 6.0),
            (2021, "BET", "GAM", OIL, 650.0, 12.0),
        ]
    )
    hubs = measures.hubs(measures.imports(world), measures.exports(world), measures.hub_rule(), toy.production())
    rows = keyed(hubs, "year", "country", "hs6")
    bet, maker = rows[2021, "BET", OIL], rows[2021, "DEL", OIL]
    assert bet["possible_reexports_t"] == pytest.approx(18.0 - 2.0, **CLOSE)
    assert bet["reexport_share"] == pytest.approx(min(16.0 / 18.0, 700.0 / 950.0), **CLOSE)
    assert bet["is_hub"] is True
    assert (maker["possible_reexports_t"], maker["is_hub"]) == (0.0, False)
    share = keyed(measures.hub_share(world, hubs), *KEY)[2021, "ALP", OIL]
    assert share["hub_share"] == pytest.approx(300.0 / 1400.0, **CLOSE)
    row = keyed(measures.evidence(world, measures.exports(world), hubs=hubs), *KEY)[2021, "ALP", OIL]
    assert (row["hub_share"], row["top_supplier_is_hub"]) == (share["hub_share"], False)


def test_a_country_that_buys_none_of_a_product_is_no_hub_of_it_whatever_its_quantities_say() -> None:
    flows = toy.flows()
    hubs = measures.hubs(measures.imports(flows), measures.exports(flows), measures.hub_rule(), toy.production())
    bet = keyed(hubs, "year", "country", "hs6")[2021, "BET", OIL]
    assert bet["possible_reexports_t"] == pytest.approx(18.0 - 2.0, **CLOSE)
    assert (bet["reexport_share"], bet["is_hub"]) == (0.0, False)


def test_without_production_two_way_trade_makes_the_hub_and_the_tons_stay_unknown() -> None:
    world = toy.flows(
        [
            (2021, "DEL", "HUB", OIL, 120.0, 12.0),
            (2021, "HUB", "ALP", OIL, 100.0, 10.0),
            (2021, "DEL", "ALP", OIL, 300.0, 30.0),
            (2021, "ALP", "DEL", OIL, 1.0, None),
        ]
    )
    table = measures.hubs(measures.imports(world), measures.exports(world), measures.hub_rule())
    rows = keyed(table, "year", "country", "hs6")
    hub, maker, small = rows[2021, "HUB", OIL], rows[2021, "DEL", OIL], rows[2021, "ALP", OIL]
    assert hub["two_way_index"] == pytest.approx(1 - 20.0 / 220.0, **CLOSE)
    assert (hub["possible_reexports_usd"], hub["reexport_share"], hub["is_hub"]) == (100.0, 1.0, True)
    assert [row["possible_reexports_t"] for row in rows.values()] == [None, None, None]
    assert (maker["is_hub"], small["is_hub"]) == (False, False)


def test_hub_share_is_missing_where_suppliers_are_not_classified() -> None:
    flows = toy.flows()
    hubs = measures.hubs(measures.imports(flows), measures.exports(flows), measures.hub_rule())
    partly = hubs.filter(hubs.country != "DEL")
    assert keyed(measures.hub_share(flows, partly), *KEY)[2021, "ALP", OIL]["hub_share"] is None


def test_supplier_churn_equals_loops() -> None:
    rows = keyed(measures.supplier_churn(toy.flows()), *KEY)
    wheat = rows[2020, "ALP", WHEAT]
    assert wheat["supplier_churn"] == pytest.approx((0.6 + 0.3 + 0.1 + 0.2) / 2, **CLOSE)
    assert (wheat["suppliers_entered"], wheat["suppliers_left"]) == (0, 2)
    assert (2021, "ALP", OIL) not in rows
    assert (2021, "ALP", ARMS) not in rows
    two_years = keyed(measures.supplier_churn(toy.flows(), gap=2), *KEY)
    assert two_years[2021, "ALP", OIL]["supplier_churn"] == pytest.approx(300.0 / 1400.0, **CLOSE)


def test_evidence_has_every_documented_column_once_and_one_row_per_import() -> None:
    flows = toy.flows()
    table = measures.evidence(flows, measures.exports(flows))
    documented = {
        *KEY, "imports_usd", "imports_t", "quantity_coverage", "suppliers", "herfindahl", "effective_suppliers",
        "top_supplier", "top_supplier_usd", "top_share", "cr3", "cr5", "nes_share", "herfindahl_without_nes",
        "extra_imports_usd", "extra_share", "extra_herfindahl", "extra_top_supplier", "extra_top_share",
        "extra_import_export_ratio", "extra_net_imports_usd", "extra_top_supplier_world_share",
        "extra_top_supplier_leads_world", "exports_usd", "exports_t", "import_export_ratio", "imports_to_supply",
        "net_imports_usd", "world_herfindahl", "world_exporters", "world_top_exporter", "top_supplier_world_share",
        "top_supplier_leads_world", "production_t", "consumption_t", "penetration", "self_sufficiency_pct",
        "import_dependency_pct", "top_supplier_consumption_share", "hub_share", "top_supplier_is_hub",
        "weighted_herfindahl", "weight_coverage",
    }  # fmt: skip
    assert set(table.columns) == documented
    everything = measures.evidence(
        flows,
        measures.exports(flows),
        members=BLOC,
        nes=NES,
        production=toy.production(),
        hubs=measures.hubs(measures.imports(flows), measures.exports(flows), measures.hub_rule()),
    )
    assert set(everything.columns) == documented
    assert len(keyed(everything, *KEY)) == len(groups(toy.flow_rows()))


def test_exports_of_a_product_that_the_export_table_does_not_hold_are_unknown_and_not_zero() -> None:
    sold = measures.exports(toy.flows())
    row = keyed(measures.evidence(toy.flows(), sold.filter(sold.hs6 != OIL)), *KEY)[2021, "GAM", OIL]
    assert (row["exports_usd"], row["exports_t"], row["net_imports_usd"]) == (None, None, None)
