"""Published rules: their dates, what they flag, where they abstain, and what they say."""

from __future__ import annotations

import datetime
from typing import Any

import ibis
import pyarrow as pa
import pytest

import toy_world as toy
from homeground import measures
from homeground.errors import NotInHome, UsageError
from toy_world import BLOC, OIL, WHEAT, collect, keyed, only

KEY = ("year", "importer", "hs6")

KINDS: dict[str, pa.DataType] = {
    "year": pa.int16(),
    "importer": pa.string(),
    "hs6": pa.string(),
    "imports_usd": pa.float64(),
    "exports_usd": pa.float64(),
    "net_imports_usd": pa.float64(),
    "herfindahl": pa.float64(),
    "top_share": pa.float64(),
    "import_export_ratio": pa.float64(),
    "imports_to_supply": pa.float64(),
    "penetration": pa.float64(),
    "world_herfindahl": pa.float64(),
    "top_supplier_world_share": pa.float64(),
    "top_supplier_leads_world": pa.bool_(),
    "top_supplier_consumption_share": pa.float64(),
    "extra_imports_usd": pa.float64(),
    "extra_share": pa.float64(),
    "extra_herfindahl": pa.float64(),
    "extra_top_share": pa.float64(),
    "extra_import_export_ratio": pa.float64(),
    "extra_net_imports_usd": pa.float64(),
    "extra_top_supplier_world_share": pa.float64(),
    "extra_top_supplier_leads_world": pa.bool_(),
}


def evidence(*rows: dict[str, Any]) -> ibis.Table:
    """Evidence made by hand; what a row does not give is missing."""
    filled = [{"year": 2021, "importer": "ALP", "hs6": f"{n:06}"} | row for n, row in enumerate(rows)]
    records = [{name: row.get(name) for name in KINDS} for row in filled]
    return toy.table(records, pa.schema(list(KINDS.items())))


def dependent(preset: str, *rows: dict[str, Any], **options: Any) -> list[bool | None]:
    flagged = measures.flag(evidence(*rows), measures.preset(preset), **options)
    return [row["dependent"] for row in sorted(collect(flagged), key=lambda row: (row["hs6"], row["year"]))]


def test_every_preset_of_the_list_loads_with_source_and_thresholds() -> None:
    assert [preset.id for preset in measures.presets()] == list(measures.PRESET_IDS)
    for preset in measures.presets():
        assert preset.who
        assert preset.source.title
        assert preset.source.url.startswith("https://")
        assert preset.source.checked or preset.variant, "an unchecked rule names its variant"
        used = {c.threshold for c in preset.conditions if c.threshold} | {
            c.no_exports for c in preset.conditions if c.no_exports
        }
        assert used <= preset.parameters.keys()
        for parameter in preset.parameters.values():
            assert all(value.reference for value in parameter.values)


def test_every_measure_a_preset_asks_about_is_a_column_of_evidence_or_abstains_by_design() -> None:
    columns = measures.evidence(toy.flows(), measures.exports(toy.flows())).columns
    asked = {m.name for p in measures.presets() for c in p.conditions for m in (*c.measures, *c.bloc_measures)}
    assert asked - set(columns) == {"home_extraction_share", "home_processing_share", "home_recycling_share"}


def test_an_unknown_method_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(NotInHome, match=r"unknown method: found 'geodeb', expected geodep, ec2021"):
        measures.preset("geodeb")


def test_the_recycling_benchmark_is_15_percent_on_the_day_before_the_act_is_in_force_and_25_after() -> None:
    crma = measures.preset("crma")
    assert crma.on(datetime.date(2024, 5, 22)).value("recycling_share") == 0.15
    assert crma.on(datetime.date(2024, 5, 23)).value("recycling_share") == 0.25
    assert crma.on(2023).value("recycling_share") == 0.15
    assert crma.on(2024).value("recycling_share") == 0.25
    assert crma.on().value("recycling_share") == 0.25
    in_force = crma.on(datetime.date(2024, 5, 23)).values["recycling_share"]
    assert in_force is not None
    assert "2024/1252" in in_force.reference


def test_a_rule_abstains_on_the_day_before_its_first_value() -> None:
    row = {"top_share": 0.9}
    assert dependent("crma", row, on=datetime.date(2023, 3, 15)) == [None]
    assert dependent("crma", row, on=datetime.date(2023, 3, 16)) == [True]
    before = measures.preset("crma").on(datetime.date(2023, 3, 15))
    assert "no threshold in force" in measures.reasons(row, before)[0]


def test_every_dated_value_differs_or_is_absent_on_the_day_before_it() -> None:
    for preset in measures.presets():
        for name, parameter in preset.parameters.items():
            for value in parameter.values:
                on_the_day = preset.on(value.since).values[name]
                before = preset.on(value.since - datetime.timedelta(days=1)).values[name]
                assert on_the_day == value
                assert before != value


def test_one_false_condition_decides_and_otherwise_one_missing_leaves_the_verdict_open() -> None:
    full = {"net_imports_usd": 5.0, "top_share": 0.6, "top_supplier_world_share": 0.4}
    assert dependent("hjs", full) == [True]
    assert dependent("hjs", full | {"top_supplier_world_share": None}) == [None]
    assert dependent("hjs", full | {"top_supplier_world_share": None, "top_share": 0.4}) == [False]
    assert dependent("hjs", full | {"net_imports_usd": 0.0}) == [False]
    assert dependent("hjs", {}) == [None]


@pytest.mark.parametrize(
    ("preset", "share", "expected"),
    [("iw", 0.5, True), ("kr_ews", 0.5, False), ("kr_ews", 0.5000001, True), ("iw", 0.4999999, False)],
)
def test_at_least_and_more_than_half_differ_at_one_half(preset: str, share: float, expected: bool) -> None:
    assert dependent(preset, {"top_share": share}) == [expected]


def test_the_bottleneck_takes_its_limits_in() -> None:
    assert dependent("bottle", {"top_share": 0.8, "imports_usd": 10_000_000.0}) == [True]
    assert dependent("bottle", {"top_share": 0.8, "imports_usd": 9_999_999.0}) == [False]


def three_years(*ratios: float | None, exports: float = 1.0) -> list[dict[str, Any]]:
    base = {"hs6": OIL, "herfindahl": 0.5, "world_herfindahl": 0.5, "exports_usd": exports}
    return [base | {"year": 2019 + n, "import_export_ratio": ratio} for n, ratio in enumerate(ratios)]


def test_geodep_needs_two_of_three_years() -> None:
    loaded = [2019, 2020, 2021]
    assert dependent("geodep", *three_years(2.0, 2.0, 0.5), loaded=loaded) == [None, True, True]
    assert dependent("geodep", *three_years(2.0, 0.5, 0.5), loaded=loaded) == [None, None, False]
    assert dependent("geodep", *three_years(0.5, 0.5, 2.0), loaded=loaded) == [None, False, False]
    assert dependent("geodep", *three_years(2.0, None, 0.5), loaded=loaded) == [None, None, None]


def test_geodep_takes_no_exports_as_9999() -> None:
    assert dependent("geodep", *three_years(None, None, exports=0.0)) == [None, True]
    assert dependent("geodep", *three_years(None, None, exports=1.0)) == [None, None]


def test_a_year_without_imports_counts_only_where_that_year_is_loaded() -> None:
    first, _, last = three_years(2.0, 2.0, 2.0)
    assert dependent("geodep", first, last) == [None, True]
    once = [first | {"import_export_ratio": 0.5}, last]
    assert dependent("geodep", *once) == [None, None]
    assert dependent("geodep", *once, loaded=[2019, 2020, 2021]) == [None, False]
    assert dependent("geodep", *once, loaded=[2019, 2021]) == [None, None]


def test_ec2021_with_a_bloc_looks_at_what_comes_from_outside() -> None:
    row = {
        "herfindahl": 0.1,
        "extra_imports_usd": 9.0,
        "extra_herfindahl": 0.5,
        "extra_share": 0.6,
        "extra_import_export_ratio": 1.5,
    }
    assert dependent("ec2021", row) == [True]
    assert dependent("ec2021", row | {"extra_share": 0.4}) == [False]
    inside_only = row | {"extra_imports_usd": 0.0, "extra_herfindahl": None, "extra_share": 0.0, "herfindahl": 1.0}
    assert dependent("ec2021", inside_only) == [False]


def test_ec2021_without_a_bloc_asks_consumption_then_supply_and_says_which() -> None:
    row = {"herfindahl": 0.5, "penetration": 0.3, "imports_to_supply": 0.9, "import_export_ratio": 2.0}
    assert dependent("ec2021", row) == [False]
    assert dependent("ec2021", row | {"penetration": None}) == [True]
    rule = measures.preset("ec2021")
    assert measures.reasons(row, rule)[1].endswith("(imports over consumption, because no bloc is given)")
    assert "production is not known" in measures.reasons(row | {"penetration": None}, rule)[1]


def test_ec2021_without_exports_abstains_and_says_so() -> None:
    row = {"herfindahl": 0.5, "penetration": 0.9, "import_export_ratio": None, "exports_usd": 0.0}
    assert dependent("ec2021", row) == [None]
    assert measures.reasons(row, measures.preset("ec2021"))[2] == "imports over exports has no value: no exports"


def test_cbs2021_compares_in_euros_of_the_year_and_abstains_without_a_rate() -> None:
    row = {"herfindahl": 0.3, "world_herfindahl": 0.2, "imports_usd": 280_000_000.0}
    assert dependent("cbs2021", row | {"year": 2019}) == [True]
    assert dependent("cbs2021", row | {"year": 2021}) == [False]
    assert dependent("cbs2021", row | {"year": 1998}) == [None]
    text = measures.reasons(row | {"year": 2019}, measures.preset("cbs2021"))[0]
    assert text == "imports 280.0 M USD is at least 279.9 M USD"


def test_cbs2021_published_maize_and_coal_of_2019_are_flagged_and_banded() -> None:
    eur_to_usd = measures.usd_per_eur()[2019]
    rows = [
        {"year": 2019, "herfindahl": 0.44, "world_herfindahl": 0.2, "imports_usd": 973e6 * eur_to_usd},
        {"year": 2019, "herfindahl": 0.27, "world_herfindahl": 0.2, "imports_usd": 1071e6 * eur_to_usd},
        {"year": 2019, "herfindahl": 0.15, "world_herfindahl": 0.2, "imports_usd": 1071e6 * eur_to_usd},
        {"year": 2019, "herfindahl": 0.14, "world_herfindahl": 0.2, "imports_usd": 1071e6 * eur_to_usd},
        {"year": 2019, "herfindahl": None, "world_herfindahl": 0.2, "imports_usd": 1071e6 * eur_to_usd},
    ]
    found = sorted(collect(measures.flag(evidence(*rows), measures.preset("cbs2021"))), key=lambda r: str(r["hs6"]))
    assert [row["dependent"] for row in found] == [True, True, False, False, None]
    bands = ["concentrated", "concentrated", "slightly concentrated", "not concentrated", None]
    assert [row["band"] for row in found] == bands


def test_pc2021_asks_whether_the_main_supplier_leads_the_world() -> None:
    row = {"top_share": 0.9, "world_herfindahl": 0.3, "top_supplier_leads_world": True}
    assert dependent("pc2021", row) == [True]
    assert dependent("pc2021", row | {"top_supplier_leads_world": False}) == [False]
    assert dependent("pc2021", row | {"top_supplier_leads_world": None}) == [None]
    assert measures.reasons(row | {"top_supplier_leads_world": False}, measures.preset("pc2021"))[2].startswith(
        "not so"
    )


def test_crma_prefers_consumption_and_shows_home_capacity_without_letting_it_decide() -> None:
    row = {"top_share": 0.9, "top_supplier_consumption_share": 0.5}
    assert dependent("crma", row) == [False]
    assert dependent("crma", row | {"top_supplier_consumption_share": None}) == [True]
    shown = only(measures.flag(evidence(row), measures.preset("crma")))
    assert shown["holds_extraction"] is None
    capacity = evidence(row).mutate(home_recycling_share=ibis.literal(0.2))
    assert only(measures.flag(capacity, measures.preset("crma")))["holds_recycling"] is True
    before = measures.preset("crma").on(datetime.date(2024, 5, 22))
    assert only(measures.flag(capacity, before))["holds_recycling"] is False


def test_reasons_give_the_number_the_limit_and_the_word_between_them() -> None:
    row = {"herfindahl": 0.6123, "world_herfindahl": 0.2, "exports_usd": 0.0, "years_flagged": 1, "years_observed": 3}
    assert measures.reasons(row, measures.preset("geodep")) == [
        "Herfindahl of suppliers 0.61 is above 0.40",
        "Herfindahl of world exports 0.20 is not above 0.40",
        "imports over exports 9,999.00 is above 1.00 (no exports; the number is a convention)",
        "all conditions held in 1 of 3 years known; 2 of 3 are asked for",
    ]
    assert measures.reasons({"top_share": float("nan")}, measures.preset("iw")) == [
        "share of the largest supplier is not known"
    ]


def test_reasons_show_enough_digits_to_tell_a_number_from_its_limit() -> None:
    assert measures.reasons({"top_share": 0.50001}, measures.preset("kr_ews")) == [
        "share of the largest supplier 50.001 % is above 50.000 %"
    ]
    assert measures.reasons({"top_share": 0.5}, measures.preset("kr_ews")) == [
        "share of the largest supplier 50.0 % is not above 50.0 %"
    ]


def test_reasons_agree_with_the_flags_on_every_row_and_preset() -> None:
    table = measures.evidence(toy.flows(), measures.exports(toy.flows()), members=BLOC, production=toy.production())
    for preset in measures.presets():
        for row in collect(measures.flag(table, preset)):
            texts = measures.reasons(row, preset)
            for condition, sentence in zip(preset.conditions, texts, strict=False):
                held = row[f"holds_{condition.id}"]
                text = sentence.split(" (")[0]
                unknown = "is not known" in text or "has no value" in text or "no threshold" in text
                failed = text.startswith("not so") or " not " in text or (condition.op == ">=" and " is below " in text)
                assert held is (None if unknown else not failed), (preset.id, text)


def test_all_presets_side_by_side_equal_each_preset_alone() -> None:
    table = measures.evidence(toy.flows(), measures.exports(toy.flows()), production=toy.production())
    loaded = [2019, 2020, 2021]
    wide = keyed(measures.evaluate_all(table, loaded=loaded), *KEY)
    for preset in measures.presets():
        alone = keyed(measures.flag(table, preset, loaded=loaded), *KEY)
        assert {key: row["dependent"] for key, row in alone.items()} == {k: row[preset.id] for k, row in wide.items()}
    for row in wide.values():
        verdicts = [row[name] for name in measures.PRESET_IDS]
        assert row["presets_flagged"] == verdicts.count(True)
        assert row["presets_abstaining"] == verdicts.count(None)


def test_a_threshold_moved_by_the_user_says_so_and_an_unknown_one_is_refused() -> None:
    moved = measures.preset("iw").on().moved("top_share", 0.7)
    assert [row["dependent"] for row in collect(measures.flag(evidence({"top_share": 0.6}), moved))] == [False]
    value = moved.values["top_share"]
    assert value is not None
    assert value.reference == "changed by the user; published 0.5"
    with pytest.raises(UsageError, match="expected top_share"):
        measures.preset("iw").on().moved("share", 0.7)


def test_sensitivity_counts_what_flips_in_and_out() -> None:
    table = evidence(*[{"top_share": share} for share in (0.44, 0.46, 0.5, 0.54, 0.56, None)])
    rows = keyed(measures.sensitivity(table, [measures.preset("iw")]), "preset", "parameter", "factor")
    lower, upper = rows["iw", "top_share", 0.9], rows["iw", "top_share", 1.1]
    assert (lower["flagged"], lower["flips_in"], lower["flips_out"]) == (3, 1, 0)
    assert (upper["flagged"], upper["flips_in"], upper["flips_out"]) == (3, 0, 2)
    assert upper["moved_threshold"] == pytest.approx(0.55)


def test_sensitivity_covers_every_deciding_threshold_but_zeros_and_conventions() -> None:
    table = measures.evidence(toy.flows(), measures.exports(toy.flows()))
    moved = {(row["preset"], row["parameter"]) for row in collect(measures.sensitivity(table))}
    assert ("geodep", "import_export_ratio") in moved
    assert not moved & {("geodep", "ratio_without_exports"), ("hjs", "net_imports"), ("crma", "recycling_share")}
    assert {preset for preset, _ in moved} == set(measures.PRESET_IDS)


def test_sensitivity_before_any_threshold_is_in_force_is_refused() -> None:
    with pytest.raises(UsageError, match="no rule has a threshold in force to move: found 1999"):
        measures.sensitivity(evidence({"top_share": 0.5}), on=1999)


def test_persistence_of_any_flag_counts_known_years() -> None:
    flags = [(2019, True), (2020, None), (2021, True), (2022, False)]
    schema = pa.schema([*((n, KINDS[n]) for n in KEY), ("flag", pa.bool_())])
    table = toy.table([{"year": y, "importer": "ALP", "hs6": WHEAT, "flag": f} for y, f in flags], schema)
    rows = keyed(measures.persistence(table, years=3, at_least=2, flag="flag"), "year")
    assert [rows[y,]["years_observed"] for y, _ in flags] == [1, 1, 2, 2]
    assert [rows[y,]["years_flagged"] for y, _ in flags] == [1, 1, 2, 1]
    assert [rows[y,]["persistent"] for y, _ in flags] == [None, None, True, None]


def test_churn_of_a_flagged_list_counts_what_entered_left_and_stayed() -> None:
    table = measures.flag(measures.evidence(toy.flows(), measures.exports(toy.flows())), measures.preset("iw"))
    rows = keyed(measures.flag_churn(table), "year", "importer")
    first = rows[2020, "ALP"]
    assert (first["entered"], first["left"], first["stayed"], first["unknown"]) == (1, 1, 0, 0)
    assert (2019, "ALP") not in rows
    assert (2022, "ALP") not in rows
