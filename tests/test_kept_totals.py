"""Totals kept beside the flows: what they answer is what the flows answer, whoever loaded them, and however often."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis import _
from ibis.expr.types import Table

import engine_worlds as worlds
import toy_world as toy
from engine_worlds import WORLDS
from homeground import Home, measures
from homeground.codes import blocs, countries
from toy_world import keyed
from trade_files import write_baci

KEY = ("year", "importer", "hs6")
KEPT = ("world", "sellers")
CLOSE = 1e-12
"""The same doubles are added in another order; groups have at most a few hundred."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A SYNTHETIC toy world and a random one, and real trade where it is at hand."""
    return worlds.build(tmp_path_factory.mktemp("kept"), worlds.shared_data())


@pytest.fixture(scope="module")
def older(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same Home as a version made it that kept fewer totals."""
    return forgetful(home, tmp_path_factory.mktemp("older") / "home")


def forgetful(home: Home, folder: Path) -> Home:
    """Copy a Home and forget the totals that older versions did not keep."""
    shutil.copytree(home.store.path, folder)
    catalog = folder / "catalog.json"
    document = json.loads(catalog.read_text(encoding="utf-8"))
    for dataset in document["datasets"].values():
        for table in KEPT:
            dataset["tables"].pop(table, None)
    catalog.write_text(json.dumps(document), encoding="utf-8")
    return Home(folder)


def assert_alike(found: Table, expected: Table, *key: str) -> None:
    """Hold two tables side by side: equal keys, texts and verdicts, numbers to the last bits."""
    left, right = keyed(found, *key), keyed(expected, *key)
    assert left.keys() == right.keys()
    for at, row in left.items():
        for name, value in right[at].items():
            assert same(row[name], value), (at, name, row[name], value)


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=CLOSE, abs_tol=1e-15)
    return bool(left == right)


def from_flows(home: Home, dataset: str, country: str, year: int, bloc: str | None) -> Table:
    """Every column of every year's evidence, made of the flows alone, with all verdicts."""
    held = home.dataset(name=dataset)
    years = [y for y in held.years() if year - 3 < y <= year]
    flows = home.flows(dataset=dataset, years=years)
    sold, bought, made = measures.exports(flows), measures.imports(flows), home.table("production")
    facts = measures.evidence(
        flows.filter(_.importer == country),
        sold,
        members=blocs.members(bloc, year) if bloc else None,
        nes=countries.nes_codes(),
        production=made,
        weights=home.table("weights"),
        hubs=measures.hubs(bought, sold, measures.hub_rule(), made),
    )
    judged = measures.evaluate_all(facts, loaded=held.years())
    return facts.inner_join(judged, KEY).filter(_.year == year)


@pytest.mark.parametrize("dataset", WORLDS)
@pytest.mark.parametrize("bloc", [None, "EU27"])
def test_a_countrys_dependence_is_what_its_flows_say(home: Home, older: Home, dataset: str, bloc: str | None) -> None:
    if dataset not in home.catalog.datasets:
        pytest.skip(f"{dataset} is not at hand")
    asked = WORLDS[dataset]
    country = asked.member if bloc else asked.country
    expected = from_flows(home, dataset, country, asked.year, bloc)
    for one in (home, older):
        found = one.dependence(country, asked.year, bloc=bloc, dataset=dataset)
        assert_alike(found, expected.select(*found.columns), *KEY)
    assert keyed(expected, *KEY)


@pytest.mark.parametrize("method", measures.PRESET_IDS)
def test_each_rule_decides_alike_with_and_without_kept_totals(home: Home, older: Home, method: str) -> None:
    new, old = (h.dependence("JPN", 2021, method, dataset="random") for h in (home, older))
    assert new.columns == old.columns
    assert_alike(new, old, *KEY)


@pytest.mark.parametrize("product", ["03", toy.WHEAT])
def test_one_product_and_a_bloc_as_one_market_are_answered_alike(home: Home, older: Home, product: str) -> None:
    for place, dataset in (("EU27", "random"), ("JPN", "random"), ("AUT", "toy"), ("EU27", "toy")):
        new, old = (h.dependence(place, 2021, product=product, dataset=dataset) for h in (home, older))
        assert_alike(new, old, *KEY)


def test_rules_that_look_back_find_all_that_they_ask_for() -> None:
    asked = {
        measure.name
        for rule in measures.presets()
        if rule.persistence
        for condition in rule.conditions
        for measure in (*condition.measures, *condition.bloc_measures)
    }
    assert asked
    assert asked | {"exports_usd", "extra_imports_usd"} <= set(measures.LOOKED_BACK_ON)


VALUES = st.one_of(st.sampled_from([1.0, 2.0, 1000.0]), st.floats(min_value=1.0, max_value=1e9))
FLOWS = st.dictionaries(
    st.tuples(st.sampled_from([2020, 2021]), *[st.sampled_from(["AAA", "BBB", "CCC", "DDD", "EEE"])] * 2).filter(
        lambda key: key[1] != key[2]
    ),
    st.tuples(VALUES, st.none() | st.floats(min_value=0.5, max_value=1e6)),
    min_size=3,
    max_size=25,
)


# every example compiles and runs several queries, so there are few
@settings(max_examples=25, deadline=None, derandomize=True)
@given(FLOWS, st.booleans())
def test_evidence_from_kept_tables_is_evidence_from_flows(
    rows: dict[tuple[int, str, str], tuple[float, float | None]], bloc: bool
) -> None:
    flows = toy.flows([(year, seller, buyer, toy.OIL, *amounts) for (year, seller, buyer), amounts in rows.items()])
    sold, bought = measures.exports(flows), measures.imports(flows)
    members = frozenset({"AAA", "BBB"}) if bloc else None
    own = flows.filter(_.importer == "AAA")
    expected = measures.evidence(
        own, sold, members=members, nes={"EEE"}, hubs=measures.hubs(bought, sold, measures.hub_rule())
    )
    kept = {"members": members, "world": measures.world_concentration(sold), "importers": ("AAA",)}
    classed = measures.with_hubs(measures.sellers(bought, sold), measures.hub_rule())
    assert_alike(measures.evidence(own, classed, nes={"EEE"}, **kept), expected, *KEY)
    before = measures.evidence_before(own, sold, **kept)
    assert_alike(before, expected.select(*before.columns), *KEY)


def test_a_home_of_an_older_version_gains_the_totals_by_loading_the_same_file_again(tmp_path: Path) -> None:
    file = write_baci(tmp_path)
    first = Home(tmp_path / "first")
    first.load("baci", file)
    old = forgetful(first, tmp_path / "old")
    assert not any(old.dataset().keeps(table, old.dataset().years()) for table in KEPT)
    assert [old.load("baci", file).status for _again in range(2)] == ["loaded", "already loaded"]
    for table in KEPT:
        assert old.dataset().keeps(table, old.dataset().years())
        assert_alike(
            old.table(table), first.table(table), *(("year", "hs6"), ("year", "exporter", "hs6"))[table == "sellers"]
        )


def test_totals_follow_the_years_that_are_replaced_and_stay_with_the_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.load("baci", write_baci(tmp_path, ["2020,4,842,010121,3,NA"], "BACI_HS17_Y2020_V202601.csv"))
    home.load("baci", write_baci(tmp_path, ["2021,4,842,010121,3,NA"], "BACI_HS17_Y2021_V202601.csv"))
    (tmp_path / "other").mkdir()
    other = write_baci(tmp_path / "other", ["2021,4,842,010121,8,NA"], "BACI_HS17_Y2021_V202601.csv")
    home.load("baci", other, replace=True)
    found = keyed(home.table("world"), "year", "hs6")
    assert {key[0]: row["world_exports_usd"] for key, row in found.items()} == {2020: 3000.0, 2021: 8000.0}
    assert {row["bought_usd"] for row in keyed(home.table("sellers"), "year", "exporter", "hs6").values()} == {0.0}
    assert home.dataset().keeps("world", (2020, 2021))


def test_totals_of_flows_that_were_replaced_without_them_are_not_used(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.load("baci", write_baci(tmp_path))
    catalog = tmp_path / "home" / "catalog.json"
    document = json.loads(catalog.read_text(encoding="utf-8"))
    (dataset,) = document["datasets"].values()
    for table in ("flows", "exports", "imports"):
        for piece in dataset["tables"][table].values():
            piece["load"] = "another"
    catalog.write_text(json.dumps(document), encoding="utf-8")
    assert not home.dataset().keeps("world", (2021,))
    assert home.dependence("USA", 2021).to_pyarrow().num_rows > 0
