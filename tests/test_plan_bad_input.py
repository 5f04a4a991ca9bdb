"""What no plan may be made of: refused by name, with the place."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from homeground.errors import BadInput, UsageError
from homeground.plan import Model, read, solve
from plan_worlds import factory, one_good, two_crops

HEAD = """
[plan]
years = [2027, 2028]

[goods]
grain = { unit = "t" }

[currency]
opening_usd = 1e6
"""
NEED = """
[[needs]]
good = "grain"
quantity = 5
"""
SELLER = """
[[suppliers]]
good = "grain"
supplier = "A"
price_usd = 10
"""


def parsed(text: str, **more: Any) -> Model:
    return read(tomllib.loads(text), "plan.toml", text, **more)


def rows(**changes: Any) -> list[dict[str, Any]]:
    return [{**row, **changes} for row in one_good().suppliers.to_pylist()]


def project(**changes: Any) -> Model:
    return factory(projects=[{"project": "P", "process": "line", "capacity": 1.0, **changes}], project_costs=[])


def growing(good: str, quantity: float) -> Model:
    names = ("grow beans", "grow maize")
    return two_crops(coefficients=[{"process": name, "good": good, "quantity": quantity} for name in names])


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (lambda: one_good(suppliers=[]), "a need without a way to meet it.*grain 2027"),
        (lambda: one_good(opening_usd=0.0), "a currency budget of 0"),
        (lambda: one_good(suppliers=rows(price_usd=float("nan"))), "not a number.*grain A 2027: price_usd"),
        (lambda: one_good(suppliers=rows(price_usd=-1.0)), "out of range.*found -1"),
        (lambda: one_good(suppliers=rows(supplier="A")), "a row is there twice.*grain A 2027"),
        (lambda: one_good(suppliers=rows(year=2030)), "a year outside the plan.*2030"),
        (lambda: one_good(suppliers=rows(good="salt")), "unknown good.*salt"),
        (lambda: one_good(goods=[{"good": "grain", "unit": "t", "hs": "930100"}]), "arms and ammunition"),
        (lambda: growing("maize", 1.0), "makes something of nothing.*grow beans"),
        (lambda: growing("water", -1.0), "a process makes nothing.*grow beans"),
        (lambda: project(first_year=2029, last_year=2028), "a project ends before it starts.*2029.*2028"),
        (lambda: project(life=0.0), "life of a project"),
        (lambda: project(process="mill"), "unknown process.*mill"),
    ],
)
def test_a_fault_of_a_table_is_refused_by_name(model: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        solve(model())


def test_costs_in_two_moneys_need_a_rate() -> None:
    with pytest.raises(UsageError, match="home_per_usd"):
        solve(factory(home_per_usd=None))


def test_buying_and_selling_back_without_limit_is_found_and_named() -> None:
    markets = [{"good": "grain", "market": "M", "year": 2027, "price_usd": 30.0}]
    endless = rows(cap=float("inf"))
    with pytest.raises(BadInput, match=r"a gain without bound.*grain from A.*selling grain to M"):
        solve(one_good(suppliers=endless, markets=markets))
    assert solve(one_good(markets=markets)).exports.num_rows == 1  # what suppliers have bounds it
    dear = [{"good": "grain", "market": "M", "year": 2027, "price_usd": 5.0}]
    assert solve(one_good(suppliers=endless, markets=dear)).exports.num_rows == 0


def test_processes_that_create_matter_in_a_circle_are_named() -> None:
    circle = [
        {"process": "grow beans", "good": "beans", "quantity": 1.2},
        {"process": "grow beans", "good": "maize", "quantity": -1.0},
        {"process": "grow maize", "good": "maize", "quantity": 1.0},
        {"process": "grow maize", "good": "beans", "quantity": -1.0},
    ]
    with pytest.raises(BadInput, match=r"create matter.*grow beans, grow maize"):
        solve(two_crops(coefficients=circle))
    circle[0]["quantity"] = 0.9
    assert solve(two_crops(coefficients=circle)).status == "optimal"


def test_years_have_to_follow_one_another() -> None:
    with pytest.raises(BadInput, match="one year after the other"):
        Model.of((2027, 2029))


def test_a_document_is_read_with_its_yearly_values() -> None:
    model = parsed(HEAD + NEED.replace("quantity = 5", "quantity = { 2027 = 5, 2028 = 6 }") + SELLER + "cap = [7, 8]\n")
    assert [row["quantity"] for row in model.needs.to_pylist()] == [5.0, 6.0]
    assert [row["cap"] for row in model.suppliers.to_pylist()] == [7.0, 8.0]
    assert solve(model).cost == pytest.approx(110 / 1e6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            HEAD + NEED + 'unit = "kg"\n',
            r"good in two units: grain \(plan.toml, line 11, needs 1\): found kg, expected t",
        ),
        (HEAD + NEED.replace("= 5", "= nan"), r"line 11, needs 1\): found nan"),
        (HEAD + NEED.replace("= 5", "= [1, 2, 3]"), "found 3 values, expected 2"),
        (HEAD + NEED.replace("= 5", "= { 2027 = 1 }"), "found nothing for 2028"),
        (HEAD + NEED.replace("quantity = 5", "per_head = 0.1"), "no population"),
        (HEAD + NEED.replace("quantity", "amount"), "unknown entry.*amount"),
        (HEAD + "[groups.food]\nmembers = {}\n", r"a group without members \(plan.toml, line 10, groups.food\)"),
        (HEAD + "[goods.salt]\nname = 'salt'\n", "a good without a unit"),
        (HEAD + "[processes.mill]\ninputs = { grain = -1 }\n", r"a negative quantity.*line 10, processes.mill"),
        (HEAD.replace("[2027, 2028]", "'soon'"), "years of the plan"),
        (HEAD + "[needs]\ngood = 'grain'\n", r"begin each entry with \[\[needs\]\]"),
    ],
)
def test_a_fault_of_a_file_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parsed(text)


def test_a_good_of_the_process_book_keeps_its_unit() -> None:
    with pytest.raises(BadInput, match=r"good in two units: grain.*found t, expected kg, as in the process book"):
        parsed(HEAD, book={"goods": {"grain": {"unit": "kg"}}})
