"""Questions of one shape are written as SQL once, and answer as if they had been written each time. SYNTHETIC flows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from ibis import _

import engine_worlds as worlds
from engine_worlds import PRODUCTS, random_flows
from homeground import Home
from homeground.home import questions
from homeground.home.trade import evidence, thresholds
from homeground.store import prepared
from toy_world import FLOW_SCHEMA, Row

CLOSE = 1e-12
"""The same doubles are added in another order; groups have at most a few hundred."""

ASKED = [("JPN", None), ("KOR", None), ("USA", None), ("FRA", "EU27"), ("DEU", "EU27"), ("EU27", None)]
SHAPES = 3
"""Countries alike, members of a bloc alike, the bloc itself."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    prepared._written.clear()
    yield worlds.build(tmp_path, None)
    prepared._written.clear()


def question(home: Home, country: str, bloc: str | None = None) -> questions.Question:
    return questions.ask(home.store, country, 2021, bloc=bloc, dataset="random")


def assert_alike(found: pa.Table, expected: pa.Table) -> None:
    assert found.schema == expected.schema
    assert_rows_alike(*(sorted(table.to_pylist(), key=lambda row: row["hs6"]) for table in (found, expected)))


def assert_rows_alike(found: list[Row], expected: list[Row]) -> None:
    assert len(found) == len(expected) > 0
    for ours, theirs in zip(found, expected, strict=True):
        numbers = {name: value for name, value in theirs.items() if isinstance(value, float)}
        assert {name: ours[name] for name in numbers} == pytest.approx(numbers, rel=CLOSE, abs=CLOSE, nan_ok=True)
        assert ours == {**theirs, **{name: ours[name] for name in numbers}}


@pytest.mark.parametrize("method", ["all", "geodep"])
def test_sql_written_for_one_country_answers_for_the_others(home: Home, method: str) -> None:
    for country, bloc in ASKED:
        asked = question(home, country, bloc)
        expected = evidence.dependence(home.store, asked, method).to_pyarrow()
        assert_alike(evidence.judged(home.store, asked, method), expected)
    assert len([key for key in prepared._written if f"('dependence', '{method}')" in str(key)]) == SHAPES


def test_a_reader_with_a_connection_of_its_own_takes_the_sql_over(home: Home) -> None:
    expected = evidence.judged(home.store, question(home, "JPN"), "all")
    written = list(prepared._written)
    other = Home(home.store.path)
    assert_alike(evidence.judged(other.store, question(other, "JPN"), "all"), expected)
    assert list(prepared._written) == written


def test_what_is_loaded_later_is_answered_for(home: Home, tmp_path: Path) -> None:
    before = home.product(PRODUCTS[0], 2021, dataset="random")
    changed = [(*row[:4], 2 * row[4], row[5]) for row in random_flows() if row[0] == 2021]
    worlds.load_rows(home, tmp_path, "flows", "random", changed, FLOW_SCHEMA, replace=True)
    after = home.product(PRODUCTS[0], 2021, dataset="random")
    assert after.world["world_exports_usd"] == pytest.approx(2 * before.world["world_exports_usd"])
    assert after.exporters["share"].to_pylist() == pytest.approx(before.exporters["share"].to_pylist())
    asked = question(home, "JPN")
    assert_alike(evidence.judged(home.store, asked, "all"), evidence.dependence(home.store, asked, "all").to_pyarrow())


def test_the_preferred_side_table_is_the_one_that_answers(home: Home, tmp_path: Path) -> None:
    made = [(year, country, hs6, 1000 * tons) for year, country, hs6, tons in worlds.production()]
    worlds.load_rows(home, tmp_path, "production", "other", made, worlds.toy.PRODUCTION_SCHEMA)
    sums = []
    for name in ("made", "other"):
        home.prefer(name)
        found = evidence.judged(home.store, question(home, "JPN"), "all")["production_t"].to_pylist()
        sums.append(sum(tons for tons in found if tons is not None))
    assert sums[1] == pytest.approx(1000 * sums[0])
    assert sums[0] > 0


def test_thresholds_are_moved_for_every_country_alike(home: Home) -> None:
    found = {
        country: thresholds.thresholds(home.store, question(home, country)).to_pylist() for country in ("JPN", "KOR")
    }
    assert found["JPN"] != found["KOR"]
    prepared._written.clear()
    again = thresholds.thresholds(Home(home.store.path).store, question(home, "KOR")).to_pylist()
    assert again == found["KOR"]


def test_two_partners_are_put_side_by_side_by_the_sql_of_two_others(home: Home) -> None:
    def met(at: Home, country: str, partner: str) -> tuple[list[Row], list[Row]]:
        view = at.partner(country, partner, 2021, dataset="random")
        return view.products.to_pylist(), view.trend.to_pylist()

    met(home, "JPN", "CHN")
    written = set(prepared._written)
    found = met(home, "KOR", "USA")
    assert set(prepared._written) == written
    prepared._written.clear()
    for ours, theirs in zip(found, met(Home(home.store.path), "KOR", "USA"), strict=True):
        assert_rows_alike(ours, theirs)


def test_many_at_once_get_their_own_answer(home: Home) -> None:
    def sold(hs6: str) -> tuple[str, Any]:
        return hs6, Home(home.store.path).product(hs6, 2021, dataset="random").world["world_exports_usd"]

    flows = home.flows(dataset="random", years=(2021,))
    sums = flows.group_by("hs6").agg(usd=_.value_usd.sum()).to_pyarrow().to_pylist()
    expected = {row["hs6"]: row["usd"] for row in sums if row["hs6"] in PRODUCTS}
    with ThreadPoolExecutor(8) as crowd:
        assert dict(crowd.map(sold, expected)) == pytest.approx(expected)


@pytest.mark.parametrize("told", ["JPN' OR '1' = '1", "JPN'; DROP VIEW x; --", "'", "$1", ""])
def test_what_is_told_is_a_text_and_never_sql(home: Home, told: str) -> None:
    flows, chosen = home.flows(dataset="random"), home.dataset(2021, "random")
    asked = [
        prepared.answer(home.store, chosen, "told", lambda code: flows.filter(_.importer == code).limit(1), text)
        for text in (told, "JPN")
    ]
    assert [table.num_rows for table in asked] == [0, 1]


def test_what_is_told_may_not_be_worked_into_another_text(home: Home) -> None:
    flows, chosen = home.flows(dataset="random"), home.dataset(2021, "random")
    with pytest.raises(AssertionError, match="as it stands"):
        prepared.answer(home.store, chosen, "worked", lambda code: flows.filter(_.importer == f"{code}X"), "JPN")


def test_no_more_is_kept_than_stated(home: Home) -> None:
    flows, chosen = home.flows(dataset="random"), home.dataset(2021, "random")
    for number in range(prepared.MOST + 3):
        prepared.answer(home.store, chosen, number, lambda: flows.limit(1))
    assert len(prepared._written) == prepared.MOST
