"""A supplier is cut in a synthetic world: losses, spare exports, who fills the gap, whom no list may name."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

import toy_world as toy
from homeground import measures
from homeground.errors import UsageError
from homeground.measures import Cut
from toy_world import ARMS, OIL, WHEAT, keyed

CUT = Cut("ALP", "GAM", share=1.0, divertible=0.1)


def test_loss_spare_and_gap_of_a_worked_example() -> None:
    rows = keyed(measures.supplier_cut(toy.flows(), Cut("ALP", "DEL", 0.5, 0.1)), "year", "hs6")
    oil = rows[2021, OIL]
    assert (oil["lost"], oil["spare"], oil["filled"], oil["gap"]) == pytest.approx((550.0, 65.0, 65.0, 485.0))
    assert oil["gap_share"] == pytest.approx(485.0 / 550.0)
    assert (2020, OIL) not in rows


def test_enough_spare_leaves_no_gap_and_is_shared_in_proportion() -> None:
    cut = Cut("GAM", "BET", share=0.2, divertible=0.5)
    total = keyed(measures.supplier_cut(toy.flows(), cut), "year", "hs6")[2021, OIL]
    assert (total["lost"], total["gap"]) == pytest.approx((130.0, 0.0))
    rows = keyed(measures.cut_alternatives(toy.flows(), cut), "year", "hs6", "exporter")
    named = {exporter: row for (year, hs6, exporter), row in rows.items() if (year, hs6) == (2021, OIL)}
    assert named.keys() == {"DEL"}
    assert named["DEL"]["allocated"] == pytest.approx(130.0)
    assert named["DEL"]["supplied_before"] == 2600.0


def test_what_is_allocated_adds_up_to_what_is_filled() -> None:
    total = keyed(measures.supplier_cut(toy.flows(), CUT), "year", "hs6")
    shared: dict[tuple[int, str], float] = dict.fromkeys(total, 0.0)
    for (year, hs6, _), row in keyed(measures.cut_alternatives(toy.flows(), CUT), "year", "hs6", "exporter").items():
        shared[year, hs6] += row["allocated"]
    assert shared == pytest.approx({key: row["filled"] for key, row in total.items()})


def test_arms_are_in_no_list() -> None:
    assert (2021, ARMS) not in keyed(measures.supplier_cut(toy.flows(), CUT), "year", "hs6")
    assert all(row["hs6"] != ARMS for row in toy.collect(measures.cut_alternatives(toy.flows(), CUT)))


def test_a_barred_supplier_is_never_named_and_its_exports_are_no_help() -> None:
    cut = Cut("ALP", "BET", share=1.0, divertible=0.1, on=datetime.date(2021, 6, 1))
    free = keyed(measures.cut_alternatives(toy.flows(), cut), "year", "hs6", "exporter")
    assert (2021, OIL, "DEL") in free
    barred = keyed(measures.cut_alternatives(toy.flows(), cut, toy.restrictions()), "year", "hs6", "exporter")
    assert (2021, OIL, "DEL") not in barred
    total = keyed(measures.supplier_cut(toy.flows(), cut, toy.restrictions()), "year", "hs6")[2021, OIL]
    assert (total["spare"], total["gap"]) == (0.0, 300.0)


@pytest.mark.parametrize(
    ("day", "named"),
    [
        (datetime.date(2021, 2, 28), True),
        (datetime.date(2021, 3, 1), False),
        (datetime.date(2030, 1, 1), False),
    ],
)
def test_a_restriction_binds_from_its_first_day(day: datetime.date, named: bool) -> None:
    cut = Cut("ALP", "BET", share=1.0, divertible=0.1, on=day)
    rows = keyed(measures.cut_alternatives(toy.flows(), cut, toy.restrictions()), "year", "hs6", "exporter")
    assert ((2021, OIL, "DEL") in rows) is named


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (datetime.date(2019, 12, 31), True),
        (datetime.date(2020, 1, 1), False),
        (datetime.date(2020, 12, 31), False),
        (datetime.date(2021, 1, 1), True),
    ],
)
def test_a_restriction_for_every_buyer_ends_after_its_last_day(day: datetime.date, allowed: bool) -> None:
    rows = toy.collect(measures.permitted(toy.flows(), toy.restrictions(), day))
    assert any(row["exporter"] == "BET" and row["hs6"] == WHEAT for row in rows) is allowed
    assert any(row["exporter"] == "BET" and row["hs6"] == OIL for row in rows)


def test_a_restriction_on_all_goods_bars_every_product() -> None:
    for prefix in ("", "*"):
        rule = toy.table([("*", "DEL", prefix, datetime.date(2000, 1, 1), None, "x")], toy.RESTRICTION_SCHEMA)
        rows = toy.collect(measures.permitted(toy.flows(), rule, datetime.date(2021, 1, 1)))
        assert rows
        assert all(row["exporter"] != "DEL" for row in rows)


def test_codes_not_specified_are_no_supplier_to_turn_to() -> None:
    nowhere = toy.flows([(2021, "NES", "DEL", OIL, 900.0, 9.0), (2021, "GAM", "ALP", OIL, 100.0, 1.0)])
    assert toy.collect(measures.cut_alternatives(nowhere, CUT))
    assert not toy.collect(measures.cut_alternatives(nowhere, replace(CUT, nes=toy.NES)))


def test_in_tons_a_loss_without_quantity_is_missing() -> None:
    rows = keyed(measures.supplier_cut(toy.flows(), Cut("ALP", "DEL", 1.0, 0.1, amount="quantity_t")), "year", "hs6")
    assert rows[2019, WHEAT]["lost"] is None
    assert rows[2019, WHEAT]["gap"] is None
    assert rows[2021, OIL]["lost"] == 22.0
    assert rows[2021, OIL]["spare"] == pytest.approx(1.2)


def test_shares_outside_0_and_1_and_restrictions_without_a_day_are_refused() -> None:
    with pytest.raises(UsageError, match="share is a share: found 40"):
        Cut("ALP", "DEL", share=40, divertible=0.1)
    with pytest.raises(UsageError, match="divertible is a share"):
        Cut("ALP", "DEL", share=0.4, divertible=-0.1)
    with pytest.raises(UsageError, match="the day to read them at"):
        measures.supplier_cut(toy.flows(), CUT, toy.restrictions())
