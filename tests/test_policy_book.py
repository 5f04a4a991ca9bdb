"""Policy books: what reading refuses, what is in force when, what checking finds, decision tables, comparison."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest

import homeground as hg
from homeground.errors import BadInput
from policy_books import parameter, rule, table, write

policy = hg.policy
DAY = datetime.date(2024, 6, 1)
EXAMPLE = Path(__file__).parents[1] / "examples" / "policy" / "averland"


def verdict(folder: Path, day: datetime.date = DAY, **case: object) -> str:
    book = policy.read(folder)
    return policy.judge(policy.on(book, day), policy.typed_case(case, book.facts)).verdict


def found(folder: Path, check: str) -> list[tuple[str, str, str]]:
    book, faults = policy.look(folder)
    assert faults == ()
    return [(f.severity, f.where, f.what) for f in policy.check(book) if f.check == check]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (rule("A", "supplier_shore_after > 0.5"), "unknown name (…, rule A, when): found 'supplier_shore_after'"),
        (rule("A", "supplier_share_after"), "when is no condition (…, rule A, when): found a number"),
        (rule("A", verdict="forbid"), "unknown verdict (…, rule A): found 'forbid', expected allow, caution, refer"),
        (rule("A", more='produkts = ["81"]'), "unknown key 'produkts' (…, rule A)"),
        (rule("A", more='products = ["8"]'), "not the beginning of an HS code (…, rule A, products): found '8'"),
        (rule("A", more='products = "nothing"'), "no parameter lists codes under this name"),
        (rule("A", more='partners = ["Atlantis"]'), "unknown country: found 'Atlantis'"),
        (rule("A", more="to = 2019-01-01"), "the last day comes before the first (…, rule A)"),
        (rule("A", since='"2020-01-01"'), "from is no day (…, rule A): found '2020-01-01'"),
        (rule("A", more="signatures = 2"), "signatures go with refer (…, rule A): found 2 with refuse"),
        (rule("A", reason="{nothing}"), "unknown name in the reason (…, rule A, reason): found '{nothing}'"),
        (rule("A", reason="{partner.name}"), "unknown name in the reason"),
        (rule("A", reason="{partner"), "a brace is left open in the reason"),
        (rule("a b"), "id has signs that it may not have"),
        (rule("SIGN/1"), "id has signs that it may not have"),
        ('[[rule]]\nid = "A"\n', "verdict is missing (…, rule A)"),
        (parameter("cap"), "a parameter has dated values (…, parameter cap): found none"),
        (
            parameter(
                "cap",
                '{ from = 2020-01-01, value = 1, reference = "r" }',
                '{ from = 2021-01-01, value = "x", reference = "r" }',
            ),
            "the values are of different types (…, parameter cap): found number and text",
        ),
        (parameter("cap", "{ from = 2020-01-01, value = 1 }"), "reference is missing (…, parameter cap, value 1)"),
        (parameter("hs6", '{ from = 2020-01-01, value = 1, reference = "r" }'), "the name is taken by a fact"),
        (table("T", "../../etc/passwd"), "no such file in the book (…, table T, file): found '../../etc/passwd'"),
        ('[[scenario]]\nname = "s"\nday = 2020-01-01\nexpect = "allow"\ncase = { suppliers = "4" }', "is a number"),
        (
            '[[scenario]]\nname = "s"\nday = 2020-01-01\nexpect = "allow"\ncase = { supplier_share_after = 40 }',
            "supplier_share_after is out of range (…, scenario s, supplier_share_after): found 40, expected 0 to",
        ),
        ("[[rule]\n", "not valid TOML"),
        ("[rules]\n", "unknown key 'rules'"),
    ],
)
def test_what_is_wrong_is_named_with_file_rule_key_and_remedy(tmp_path: Path, entry: str, says: str) -> None:
    folder = write(tmp_path / "book", entry)
    with pytest.raises(BadInput, match="What to do") as refused:
        policy.read(folder)
    told = str(refused.value).replace(f"{folder}/rules.toml", "…")
    assert says in told


def test_everything_that_is_wrong_is_told_at_once_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path, rule("A", "x > 1"), rule("B"), rule("C", "y > 1"))
    book, faults = policy.look(folder)
    assert [r.id for r in book.rules] == ["B"]
    assert len(faults) == 2


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_a_folder_without_a_book_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="What to do"):
        policy.read(tmp_path / folder)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text(rule("SECRET"), encoding="utf-8")
    folder = write(tmp_path / "book", rule("A"))
    (folder / "more.toml").symlink_to(tmp_path / "secret.toml")
    assert [r.id for r in policy.read(folder).rules] == ["A"]


def test_a_rule_holds_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    folder = write(tmp_path, rule("A", since="2024-05-23", more="to = 2024-12-31"))
    days = [
        datetime.date(2024, 5, 22),
        datetime.date(2024, 5, 23),
        datetime.date(2024, 12, 31),
        datetime.date(2025, 1, 1),
    ]
    assert [verdict(folder, day) for day in days] == ["allow", "refuse", "refuse", "allow"]


def test_a_parameter_has_the_value_of_the_day_and_none_before_the_first(tmp_path: Path) -> None:
    texts = [f'{{ from = {d}, value = {v}, reference = "r" }}' for d, v in (("2020-01-01", 0.5), ("2024-05-23", 0.65))]
    values = parameter("cap", *texts)
    folder = write(tmp_path, values, rule("A", "supplier_share_after > cap", since="2019-01-01"))
    days = [
        datetime.date(2019, 12, 31),
        datetime.date(2020, 1, 1),
        datetime.date(2024, 5, 22),
        datetime.date(2024, 5, 23),
    ]
    found_ = [verdict(folder, day, supplier_share_after=0.6) for day in days]
    assert found_ == ["insufficient data", "refuse", "refuse", "allow"]


def test_a_bloc_in_a_scope_is_its_members_on_the_day(tmp_path: Path) -> None:
    folder = write(tmp_path, rule("A", since="1990-01-01", more='partners = ["EU"]'))
    days = [datetime.date(2020, 1, 31), datetime.date(2020, 2, 1)]
    assert [verdict(folder, day, partner="GBR") for day in days] == ["refuse", "allow"]
    assert verdict(folder, partner="Germany") == "refuse"
    assert verdict(folder) == "insufficient data"


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"direction": "import", "hs6": "810520", "partner": "COD", "deal_value_usd": 100}, "refuse"),
        ({"direction": "export", "hs6": "810520", "partner": "COD", "deal_value_usd": 100}, "allow"),
        ({"direction": "import", "hs6": "810530", "partner": "COD", "deal_value_usd": 100}, "allow"),
        ({"direction": "import", "hs6": "270900", "partner": "COD", "deal_value_usd": 100}, "allow"),
        ({"direction": "import", "hs6": "810520", "partner": "CAN", "deal_value_usd": 100}, "allow"),
        ({"direction": "import", "hs6": "810520", "partner": "COD", "deal_value_usd": 99}, "allow"),
        ({"direction": "import", "hs6": "810520", "partner": "COD"}, "insufficient data"),
        ({"direction": "export", "hs6": "810520"}, "allow"),
    ],
)
def test_a_scope_is_direction_products_partners_and_value_together(
    tmp_path: Path, case: dict[str, object], expected: str
) -> None:
    scope = 'direction = "import"\nproducts = ["81"]\nexcept_products = ["810530"]\nexcept_partners = ["CAN"]\n'
    assert verdict(write(tmp_path, rule("A", more=f"{scope}least_value_usd = 100")), **case) == expected


@pytest.mark.parametrize(
    ("hit", "rows", "value", "expected"),
    [
        ("U", ["1,< 10,refuse,", "2,>= 10,caution,"], 10, "caution"),
        ("F", ["1,> 5,caution,", "2,> 1,refuse,"], 7, "caution"),
        ("F", ["1,> 5,caution,", "2,> 1,refuse,"], 3, "refuse"),
        ("P", ["1,> 5,caution,", "2,> 1,refuse,"], 7, "refuse"),
        ("C", ["1,> 5,caution,", "2,> 1,refer,chief"], 7, "refer"),
        ("A", ["1,> 5,refuse,", "2,> 1,refuse,"], 7, "refuse"),
        ("F", ["1,> 5,caution,", "2,> 1,refuse,"], None, "insufficient data"),
        ("C", ["1,[1..5],refuse,"], 5, "refuse"),
        ("C", ["1,[1..5[,refuse,"], 5, "allow"),
        ("C", ["1,]1..5],refuse,"], 1, "allow"),
        ("C", ['1,"not(1,2)",refuse,'], 2, "allow"),
        ("C", ['1,"not(1,2)",refuse,'], 3, "refuse"),
    ],
)
def test_hit_policies_decide_which_rows_count(
    tmp_path: Path, hit: str, rows: list[str], value: float | None, expected: str
) -> None:
    sheet = "\n".join([f"{hit},suppliers,-> verdict,-> role", *rows]) + "\n"
    folder = write(tmp_path, table("T", "t.csv"), files={"t.csv": sheet})
    assert verdict(folder, suppliers=value) == expected


@pytest.mark.parametrize(
    ("hit", "more", "expected"),
    [("C+", "", 6), ("C<", "", 1), ("C>", "", 3), ("C#", "", 3), ("F", "", 2), ("P", "priority = [3, 1, 2]", 3)],
)
def test_a_table_of_values_gives_conditions_one_number(tmp_path: Path, hit: str, more: str, expected: int) -> None:
    sheet = f"{hit},suppliers,-> points\n1,> 1,2\n2,> 2,1\n3,> 3,3\n"
    ruled = rule("A", f"points == {expected}")
    folder = write(tmp_path, table("T", "t.csv", more), ruled, files={"t.csv": sheet})
    assert verdict(folder, suppliers=9) == "refuse"
    assert verdict(folder, suppliers=0) == ("allow" if hit == "C#" else "insufficient data")


def test_a_workbook_is_a_decision_table_as_well_as_csv(tmp_path: Path) -> None:
    folder = write(tmp_path, table("T", "t.xlsx"))
    workbook = openpyxl.Workbook()
    for row in (["U", "hs6", "embargoed", "-> verdict"], [1, "81*", True, "refuse"], [2, "27*", "-", "caution"]):
        workbook.active.append(row)
    workbook.save(folder / "t.xlsx")
    assert verdict(folder, hs6="810520", embargoed=True) == "refuse"
    assert verdict(folder, hs6="270900") == "caution"


def test_two_rows_where_one_is_promised_are_refused_with_a_case(tmp_path: Path) -> None:
    sheet = "U,suppliers,hs6,-> verdict\n1,<= 5,81*,refuse\n2,>= 5,-,caution\n"
    folder = write(tmp_path, table("T", "t.csv"), files={"t.csv": sheet})
    with pytest.raises(BadInput, match=r"rows 1 and 2 .* hit policy U .*suppliers = 5"):
        policy.on(policy.read(folder), DAY)
    (overlap,) = found(folder, "cannot be applied")
    assert overlap[0] == "error"


def test_a_hole_in_a_table_is_shown_by_a_case(tmp_path: Path) -> None:
    sheet = "U,currency_tier,embargoed,-> share\n1,1,-,0.1\n2,>= 3,true,0.4\n3,>= 3,false,0.4\n"
    folder = write(tmp_path, table("T", "t.csv"), rule("A", "share > 0.2"), files={"t.csv": sheet})
    ((severity, where, what),) = found(folder, "hole")
    assert (severity, where, what) == ("warning", "table T", "no row fits currency_tier = 2")


def test_dates_that_overlap_or_leave_a_gap_are_found(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        rule("A", more="to = 2021-12-31"),
        rule("A", since="2021-06-01", more="to = 2022-01-01"),
        rule("A", since="2022-03-01"),
    )
    assert found(folder, "dates overlap") == [
        ("error", "rule A", "two texts hold at once: 2020-01-01 to 2021-12-31, and 2021-06-01 to 2022-01-01")
    ]
    assert found(folder, "dates leave a gap") == [("warning", "rule A", "nothing holds from 2022-01-02 to 2022-02-28")]


def test_two_texts_of_one_rule_or_value_at_once_are_refused_and_not_chosen_between(tmp_path: Path) -> None:
    twice = policy.read(write(tmp_path / "a", rule("A"), rule("A", since="2022-01-01", verdict="caution")))
    assert policy.judge(policy.on(twice, datetime.date(2021, 1, 1)), {}).verdict == "refuse"
    with pytest.raises(BadInput, match="two texts of A hold on 2024-06-01"):
        policy.on(twice, DAY)
    sheet = {"t.csv": "F,suppliers,-> points\n1,-,2\n"}
    values = policy.read(write(tmp_path / "b", table("T", "t.csv"), table("V", "t.csv"), files=sheet))
    with pytest.raises(BadInput, match="two texts of points hold on 2024-06-01"):
        policy.on(values, DAY)


@pytest.mark.parametrize(
    ("when", "more", "never"),
    [
        ("supplier_share_after > 40", "", True),  # a share lies between 0 and 1: 0.4 was meant
        ("supplier_share_after > 0.4 && supplier_share_after < 0.3", "", True),
        ('direction == "import"', 'direction = "export"', True),
        ('hs6.startsWith("27")', 'products = ["81"]', True),
        ('partner in ["CHN"] && partner == "USA"', "", True),
        ("suppliers > 2 && suppliers < 3", "", True),
        ("embargoed && !embargoed", "", True),
        ('direction == "transit"', "", True),
        ("supplier_share_after > 0.4 && supplier_share_after < 0.5", "", False),
        ('hs6.startsWith("8105")', 'products = ["81"]', False),
        ("deal_value_usd / quantity_t > 500.0 && deal_value_usd < 10", "", False),
    ],
)
def test_a_rule_that_no_case_can_make_fire_is_found(tmp_path: Path, when: str, more: str, never: bool) -> None:
    found_ = found(write(tmp_path, rule("A", when, more=more)), "never fires")
    assert [where for _, where, _ in found_] == (["rule A"] if never else [])


def test_a_rule_that_allows_what_another_refuses_is_found(tmp_path: Path) -> None:
    inner, outer = rule("IN", "suppliers > 5", "allow"), rule("OUT", "suppliers > 3", "refuse")
    ((severity, where, _),) = found(write(tmp_path / "a", inner, outer), "contradiction")
    assert (severity, where) == ("error", "rules IN and OUT")
    crossing = rule("IN", "suppliers > 5", "allow"), rule("OUT", "suppliers < 8", "refuse")
    ((severity, _, what),) = found(write(tmp_path / "b", *crossing), "contradiction")
    assert severity == "warning"
    assert "suppliers = 6" in what or "suppliers = 7" in what
    apart = rule("IN", "suppliers > 5", "allow"), rule("OUT", "suppliers < 5", "refuse")
    assert found(write(tmp_path / "c", *apart), "contradiction") == []


def test_a_rule_older_than_its_parameter_is_found(tmp_path: Path) -> None:
    cap = parameter("cap", '{ from = 2024-01-01, value = 0.5, reference = "r" }')
    folder = write(tmp_path, cap, rule("A", "supplier_share_after > cap"))
    ((severity, where, what),) = found(folder, "no value")
    assert (severity, where) == ("error", "rule A")
    assert "2020-01-01" in what


def test_a_product_that_no_revision_has_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path, rule("A", more='products = ["8105", "270900", "7777"]'))
    assert found(folder, "unknown product") == [("warning", "A", "no packaged revision of the HS names 7777")]


def test_a_scenario_that_comes_out_otherwise_is_an_error(tmp_path: Path) -> None:
    scenario = '[[scenario]]\nname = "s"\nday = 2024-06-01\nexpect = "refuse"\nfires = ["B"]\ncase = {suppliers = 1}\n'
    folder = write(tmp_path, rule("A", "suppliers > 0", "caution"), scenario)
    ((severity, where, what),) = found(folder, "scenario")
    assert (severity, where) == ("error", "scenario s")
    assert what == "verdict caution, expected refuse; A fires, expected B"


def test_the_example_is_sound_and_tests_the_day_before_each_text() -> None:
    book, faults = policy.look(EXAMPLE)
    assert faults == ()
    assert policy.check(book) == ()
    assert all(outcome.passes for outcome in policy.run_scenarios(book))
    assert "fictional" in book.title


@pytest.mark.parametrize(
    ("day", "tier", "spent", "deal", "expected"),
    [
        ("2020-10-05", 1, 9e6, 1e6, "allow"),  # 10 of 100 million: the directive's 10 %
        ("2020-10-05", 1, 9e6, 1.000001e6, "refuse"),
        ("2020-10-05", 2, 44e6, 1e6, "allow"),  # 45 %
        ("2020-10-05", 3, 44e6, 1.1e6, "refuse"),  # 45 %
        ("2021-12-01", 1, 14e6, 1e6, "allow"),  # 15 % under the later directive
        ("2021-12-01", 3, 39e6, 1.1e6, "refuse"),  # 40 %
    ],
)
def test_currency_is_rationed_as_the_published_directives_say(
    day: str, tier: int, spent: float, deal: float, expected: str
) -> None:
    case = {
        "direction": "import", "hs6": "300490", "partner": "IND", "supplier_share_after": 0.1, "name_hits": 0,
        "list_age_days": 1, "embargoed": False, "currency_plan_usd": 100e6, "currency_tier": tier,
        "currency_tier_spent_usd": spent, "deal_value_usd": deal,
    }  # fmt: skip
    assert verdict(EXAMPLE, datetime.date.fromisoformat(day), **case) == expected


def test_two_books_are_compared_part_by_part_and_by_their_scenarios(tmp_path: Path) -> None:
    scenario = '[[scenario]]\nname = "s"\nday = 2024-06-01\nexpect = "refuse"\ncase = { suppliers = 4 }\n'
    old = policy.read(write(tmp_path / "old", rule("A", "suppliers > 3"), rule("B"), scenario))
    new = policy.read(write(tmp_path / "new", rule("A", "suppliers > 5", "caution"), rule("C", "embargoed"), scenario))
    differences = [(d.kind, d.part, d.what, d.before, d.after) for d in policy.compare(old, new)]
    assert differences == [
        ("changed", "rule A from 2020-01-01", "verdict", "refuse", "caution"),
        ("changed", "rule A from 2020-01-01", "when", "suppliers > 3", "suppliers > 5"),
        ("removed", "rule B from 2020-01-01", "", "B", ""),
        ("added", "rule C from 2020-01-01", "", "", "C"),
        ("changed", "scenario s", "verdict", "refuse", "insufficient data"),
    ]
    assert policy.compare(old, old) == ()
    assert old.version != new.version
