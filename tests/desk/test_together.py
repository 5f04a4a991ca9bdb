"""Many at the desk at once: what threads share, and what each has to itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from desk_office import Office
from homeground.desk import warm
from homeground.desk.homes import Homes
from homeground.home import Home
from homeground.home.deals import deal_presets
from homeground.home.deals import deals as judging
from homeground.store import prepared

OFFER = {"direction": "import", "country": "Japan", "quantity": "1000", "price": "900", "day": "2024-07-15",
         "policy": "own", "seller": "Sextant Trading", "end_use": "civil"}  # fmt: skip
PRODUCTS = ("270900", "283691", "260300", "270112", "760110", "282520", "271111", "260112")
PARTNERS = ("Chile", "Australia", "Canada")


def test_a_burst_of_offers_on_many_products_is_judged_without_a_fault(deal_office: Office) -> None:
    visitor = deal_office.as_("officer")

    def judge(number: int) -> tuple[int, str]:
        offer = {**OFFER, "product": PRODUCTS[number % 8], "partner": PARTNERS[number % 3]}
        answer = visitor.get("/api/v1/deals/new", params=offer)
        return answer.status_code, answer.json().get("values", {}).get("review", {}).get("verdict", answer.text)

    with ThreadPoolExecutor(12) as crowd:
        found = list(crowd.map(judge, range(48)))
    assert {status for status, _ in found} == {200}, found
    assert found[:24] == found[24:]


def test_the_first_offer_of_a_process_finds_its_rules_made(deal_office: Office) -> None:
    deal_presets._query.cache_clear()
    assert warm.prepare(deal_office.desk) == 2  # both datasets of the sample that hold flows
    made = deal_presets._query.cache_info().misses
    for product, year, dataset in (("270900", "2021", "crude-2021"), ("283691", "2024", "raw-materials")):
        offer = {**OFFER, "product": product, "partner": "Chile", "year": year, "dataset": dataset}
        assert deal_office.as_("officer").get("/api/v1/deals/new", params=offer).status_code == 200
    assert deal_presets._query.cache_info().misses == made > 0


def test_the_first_pages_of_a_process_find_their_sql_written(office: Office) -> None:
    prepared._written.clear()
    warm.prepare(office.desk)
    written = set(prepared._written)
    for path in ("/country/KEN", "/product/260300", "/country/JPN?year=2021&dataset=crude-2021"):
        assert office.as_("viewer").get(path).status_code == 200
    assert set(prepared._written) == written
    assert len(written) > 0


def test_tables_in_memory_are_computed_on_the_connection_of_the_home_that_is_lent(desk_home: Path) -> None:
    homes, table = Homes(str(desk_home), 2), ibis.memtable(pa.table({"tons": [1.0, 2.0]}))

    def used() -> Any:
        assert table.filter(table.tons > 1.5).to_pyarrow().to_pylist() == [{"tons": 2.0}]
        return table.get_backend().con

    with homes.lent() as first, ThreadPoolExecutor(1) as other:
        assert used() is first.store.engine.connection.con
        with homes.lent() as second:
            assert used() is second.store.engine.connection.con
            assert other.submit(used).result() not in (first.store.engine.connection.con, used())
        assert used() is first.store.engine.connection.con


def test_what_one_reader_has_read_of_a_home_the_others_need_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    usual = judging.questions.side_table

    def counted(store: Any, table: str) -> Any:
        read.append(table)
        return usual(store, table)

    monkeypatch.setattr(judging.questions, "side_table", counted)
    first, second = Home(tmp_path / "home"), Home(tmp_path / "home")
    assert judging.tables(first.store).rows("freight") == judging.tables(second.store).rows("freight")
    assert read == ["freight"]


def test_a_question_that_several_ask_at_once_is_read_once_and_a_failure_is_nobodys_answer(desk_home: Path) -> None:
    tables, calls = judging.tables(Home(desk_home).store), [0]
    begun, go_on = threading.Event(), threading.Event()

    def reading(fails: bool) -> Callable[[], int]:
        def read() -> int:
            calls[0] += 1
            begun.set()
            go_on.wait(10)
            if fails:
                raise ValueError("not this time")
            return calls[0]

        return read

    with ThreadPoolExecutor(4) as crowd:
        first = crowd.submit(tables._once, ("asked", "at once"), reading(fails=True))
        assert begun.wait(10)
        others = [crowd.submit(tables._once, ("asked", "at once"), reading(fails=False)) for _ in range(3)]
        go_on.set()
        with pytest.raises(ValueError, match="not this time"):
            first.result()
        assert {each.result() for each in others} == {2}
